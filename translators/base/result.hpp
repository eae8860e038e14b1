// The one error regime: Result<T> is a value or an Error. Bad partner data is normal traffic and never an exception.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "translators/base/code.hpp"
#include "translators/base/position.hpp"

namespace crossdock {

/// One failure of an operation (not a finding: those are data).
struct Error {
  Code code = Code::internal_bug;
  Position where{};    ///< where in the bytes at hand; zero when the failure has no place in bytes
  std::string detail;  ///< one sentence: what happened, with the values at hand; empty means the code's own text

  [[nodiscard]] Reaction reaction() const { return info(code).reaction; }
  /// `x12.isa.length: ISA is shorter than 106 bytes (line 3, byte 120). Send ...`
  [[nodiscard]] std::string text() const;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = tl::expected<void, Error>;

/// Builds the unexpected side of a Result.
[[nodiscard]] inline tl::unexpected<Error> fail(Code code, std::string detail = {}, Position where = {}) {
  return tl::unexpected<Error>(Error{code, where, std::move(detail)});
}

}  // namespace crossdock

#define CROSSDOCK_CONCAT_(a, b) a##b
#define CROSSDOCK_CONCAT(a, b) CROSSDOCK_CONCAT_(a, b)

/// TRY(auto value, expression): takes the value of a Result or returns its Error from the function at hand.
#define TRY(declaration, ...)                                                          \
  auto CROSSDOCK_CONCAT(try_result_, __LINE__) = (__VA_ARGS__);                        \
  if (!CROSSDOCK_CONCAT(try_result_, __LINE__))                                        \
    return tl::unexpected(std::move(CROSSDOCK_CONCAT(try_result_, __LINE__)).error()); \
  declaration = std::move(*CROSSDOCK_CONCAT(try_result_, __LINE__))

/// TRY_STATUS(expression): returns the Error of a Status from the function at hand.
#define TRY_STATUS(...)                                                                                        \
  do {                                                                                                         \
    if (auto try_status_ = (__VA_ARGS__); !try_status_) return tl::unexpected(std::move(try_status_).error()); \
  } while (false)

/// CO_TRY: the same inside a coroutine (co_return).
#define CO_TRY(declaration, ...)                                                          \
  auto CROSSDOCK_CONCAT(try_result_, __LINE__) = (__VA_ARGS__);                           \
  if (!CROSSDOCK_CONCAT(try_result_, __LINE__))                                           \
    co_return tl::unexpected(std::move(CROSSDOCK_CONCAT(try_result_, __LINE__)).error()); \
  declaration = std::move(*CROSSDOCK_CONCAT(try_result_, __LINE__))
