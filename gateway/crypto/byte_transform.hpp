// Streams of bytes through transforms: chunks of any size in, chunks of any size out, nothing that grows with them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "translators/base/result.hpp"

namespace crossdock::crypto {

/// Where a stream goes. A failure stops whoever writes and comes back out of its feed() or finish().
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  /// Takes the next bytes; the view is valid during the call only.
  virtual Status write(std::string_view bytes) = 0;
};

/// Gathers everything in memory, up to a limit that its maker thinks of.
class StringSink : public ByteSink {
 public:
  Status write(std::string_view more) override {
    bytes += more;
    return {};
  }
  std::string bytes;
};

/// Hands every chunk to a callable `Status(std::string_view)`.
template <class Function>
class FunctionSink : public ByteSink {
 public:
  explicit FunctionSink(Function function) : function_(std::move(function)) {}
  Status write(std::string_view bytes) override { return function_(bytes); }

 private:
  Function function_;
};

/// Bytes in, other bytes out. feed() any number of times, then finish() once; after an error it is not used again.
class ByteTransform {
 public:
  virtual ~ByteTransform() = default;
  virtual Status feed(std::string_view bytes, ByteSink& sink) = 0;
  virtual Status finish(ByteSink& sink) = 0;
};

}  // namespace crossdock::crypto
