// Where writers put what they write, piece by piece, so that nothing grows with the size of the output.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace crossdock::wire {

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  /// Takes the next bytes. A sink that can fail remembers its failure; its owner asks for it in the end.
  virtual void write(std::string_view bytes) = 0;
};

/// Gathers everything in memory.
class StringSink : public ByteSink {
 public:
  void write(std::string_view more) override { bytes += more; }
  std::string bytes;
};

}  // namespace crossdock::wire
