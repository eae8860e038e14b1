// The FILE argument: a file, or `-` for standard input, read in chunks, more than once where a command needs it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "translators/base/digest.hpp"
#include "translators/base/result.hpp"

namespace crossdock::cli {

/// Standard input and pipes are copied to an unlinked temporary file, so that it can be read twice in constant memory.
class Input {
 public:
  /// Errors: file.unreadable.
  static Result<Input> open(const std::string& path);
  Input(Input&& other) noexcept;
  Input& operator=(Input&&) = delete;
  ~Input();
  /// Feeds the whole input from its beginning, 256 KiB at most a call, until the end or the first error of `take`.
  Status for_each_chunk(const std::function<Status(std::string_view)>& take);
  /// SHA-256 of the whole input.
  Result<Sha256Bytes> hash();
  /// Its first bytes, at most so many. Errors: file.unreadable.
  Result<std::string> beginning(std::uint64_t bytes_max);
  /// The whole input as one text. Errors: file.unreadable above `bytes_max`.
  Result<std::string> text(std::uint64_t bytes_max);
  /// Base name of the file, `-` for standard input.
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  Input(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
  int descriptor_ = -1;
  std::string name_;
};

}  // namespace crossdock::cli
