// Several digests over one stream.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "gateway/crypto/algorithms.hpp"

namespace crossdock::crypto {

/// Computes every digest of a set over the same bytes. MD5 in the set is left out: nothing here computes it.
/// Movable; belongs to one thread at a time.
class Digester {
 public:
  explicit Digester(DigestSet set);
  ~Digester();
  Digester(Digester&&) noexcept;
  Digester& operator=(Digester&&) noexcept;
  void update(std::string_view bytes);
  /// The digest of everything so far; update() may go on afterwards. Nothing when it is not in the set.
  [[nodiscard]] std::optional<Digest> value(DigestAlgorithm algorithm) const;
  /// Bytes so far.
  [[nodiscard]] std::uint64_t bytes() const;
  /// One that goes on apart from here, with everything so far in it.
  [[nodiscard]] Digester fork() const;
  /// Begins again with the same set.
  void reset();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// One digest of one text. Errors: crypto.algorithm for MD5.
[[nodiscard]] Result<Digest> digest_of(DigestAlgorithm algorithm, std::string_view bytes);

}  // namespace crossdock::crypto
