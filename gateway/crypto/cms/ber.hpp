// Small BER structures in memory taken apart, and DER written.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/crypto/cms/ber_reader.hpp"

namespace crossdock::crypto::cms {

/// One element; views into the bytes it was read from.
struct BerNode {
  BerElement element;
  std::string_view raw;      ///< header, content and, with indefinite length, the end mark
  std::string_view content;  ///< what stands between
};

/// Walks the elements that stand one behind the other.
class BerCursor {
 public:
  /// `form`: the code of every error. `depth`: how deep the bytes already are inside others.
  BerCursor(std::string_view bytes, Code form, std::size_t depth = 0) : rest_(bytes), form_(form), depth_(depth) {}
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool next_is_universal(std::uint32_t tag) const;
  [[nodiscard]] bool next_is_context(std::uint32_t tag) const;
  Result<BerNode> next();
  /// next(), an error unless it is of this universal tag.
  Result<BerNode> expect(std::uint32_t tag);
  /// A cursor over a constructed element's children.
  Result<BerCursor> enter(const BerNode& node) const;
  Result<BerCursor> enter_next(std::uint32_t tag);
  [[nodiscard]] tl::unexpected<Error> broken(std::string what) const;

 private:
  std::string_view rest_;
  Code form_;
  std::size_t depth_;
};

/// The octets of a primitive or constructed octet string, whatever its tag.
[[nodiscard]] Result<std::string> octets_of(const BerNode& node, Code form, std::size_t depth = 0);
/// A small non-negative INTEGER.
[[nodiscard]] std::optional<std::uint32_t> small_integer(const BerNode& node);
/// The same structure in DER: definite lengths, primitive octet strings, sorted sets.
[[nodiscard]] Result<std::string> to_der(std::string_view raw, Code form, std::size_t depth = 0);

/// AlgorithmIdentifier. Parameters are empty when absent or NULL: the two are equal everywhere here.
struct AlgorithmIdentifier {
  std::string_view oid;
  std::string_view parameters;  ///< raw element
};
[[nodiscard]] Result<AlgorithmIdentifier> read_algorithm(BerCursor& cursor);
[[nodiscard]] Result<AlgorithmIdentifier> read_algorithm_content(BerCursor inside);

/// DER out. Tags as their identifier octet: 0x30 SEQUENCE, 0x31 SET, 0xA0 [0] constructed, 0x80 [0] primitive.
[[nodiscard]] std::string der_header(unsigned char tag, std::uint64_t length);
[[nodiscard]] std::string der(unsigned char tag, std::string_view content);
[[nodiscard]] std::string der_oid(std::string_view oid_bytes);
[[nodiscard]] std::string der_integer(std::uint32_t value);
/// SEQUENCE { OID, parameters }; `parameters` is DER or empty.
[[nodiscard]] std::string der_algorithm(std::string_view oid_bytes, std::string_view parameters);
/// SET OF, sorted as DER wants it.
[[nodiscard]] std::string der_set_of(std::vector<std::string> elements, unsigned char tag = 0x31);

inline constexpr std::string_view der_null{"\x05\x00", 2};

}  // namespace crossdock::crypto::cms
