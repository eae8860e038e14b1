// SHA-256 (FIPS 180-4) for payload hashes and event ids.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace crossdock {

using Sha256Bytes = std::array<std::uint8_t, 32>;

/// Incremental SHA-256. After finish() it may be used again.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void update(std::string_view bytes);
  [[nodiscard]] Sha256Bytes finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] Sha256Bytes sha256(std::string_view bytes);
/// Lower-case hexadecimal, 64 characters.
[[nodiscard]] std::string to_hex(const Sha256Bytes& digest);

}  // namespace crossdock
