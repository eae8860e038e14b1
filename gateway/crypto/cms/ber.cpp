// BER in memory, DER out.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/cms/ber.hpp"

#include <algorithm>

namespace crossdock::crypto::cms {
namespace {

/// Header of the element that `bytes` begin with: its size, or nothing when it is malformed.
std::optional<std::size_t> parse_header(std::string_view bytes, BerElement& out) {
  const auto byte = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 2) return std::nullopt;
  out.tag_class = static_cast<std::uint8_t>(byte(0) >> 6);
  out.constructed = (byte(0) & 0x20U) != 0;
  out.tag = byte(0) & 0x1FU;
  std::size_t at = 1;
  if (out.tag == 0x1F) {  // nothing that is read here has such tags; a byte or two are passed over
    constexpr std::size_t tag_bytes_max = 5;
    out.tag = 0;
    do {
      if (at + 1 >= bytes.size() || at == tag_bytes_max) return std::nullopt;
      out.tag = out.tag << 7 | (byte(at) & 0x7FU);
    } while ((byte(at++) & 0x80U) != 0);
  }
  const unsigned char first = byte(at++);
  out.length.reset();
  if (first == 0x80) return out.constructed ? std::optional(at) : std::nullopt;
  std::uint64_t length = first;
  if (first > 0x80) {
    const std::size_t count = first & 0x7FU;
    if (count > 8 || bytes.size() - at < count) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < count; ++i) length = length << 8 | byte(at++);
  }
  if (length > bytes.size() - at) return std::nullopt;
  out.length = length;
  return at;
}

/// Content size of an element of indefinite length: up to its end mark, in one walk over all that is nested in it.
std::optional<std::size_t> find_end(std::string_view content, std::size_t depth) {
  std::size_t at = 0, open = 1;
  while (at < content.size()) {
    BerElement element;
    const auto header = parse_header(content.substr(at), element);
    if (!header) return std::nullopt;
    if (element.is_universal(0)) {
      if (element.constructed || element.length != 0U) return std::nullopt;
      if (--open == 0) return at;
      at += *header;
    } else if (element.length) {
      at += *header + static_cast<std::size_t>(*element.length);
    } else {
      if (++open + depth > BerReader::depth_max) return std::nullopt;
      at += *header;
    }
  }
  return std::nullopt;
}

}  // namespace

tl::unexpected<Error> BerCursor::broken(std::string what) const { return fail(form_, std::move(what)); }

bool BerCursor::next_is_universal(std::uint32_t tag) const {
  return !rest_.empty() && (static_cast<unsigned char>(rest_[0]) & 0xDFU) == tag;
}
bool BerCursor::next_is_context(std::uint32_t tag) const {
  return !rest_.empty() && (static_cast<unsigned char>(rest_[0]) & 0xDFU) == (0x80U | tag);
}

Result<BerNode> BerCursor::next() {
  BerNode node;
  if (rest_.empty()) return broken("an element is missing");
  const auto header = parse_header(rest_, node.element);
  if (!header || node.element.is_universal(0)) return broken("an element is malformed or reaches beyond its parent");
  if (depth_ >= BerReader::depth_max) return broken("elements are nested too deep");
  node.element.depth = depth_;
  std::size_t size = 0, total = 0;
  if (node.element.length) {
    size = static_cast<std::size_t>(*node.element.length);
    total = *header + size;
  } else {
    const auto end = find_end(rest_.substr(*header), depth_);
    if (!end) return broken("an element of indefinite length has no end");
    size = *end;
    total = *header + size + 2;
  }
  node.raw = rest_.substr(0, total);
  node.content = rest_.substr(*header, size);
  rest_.remove_prefix(total);
  return node;
}

Result<BerNode> BerCursor::expect(std::uint32_t tag) {
  if (!next_is_universal(tag))
    return broken("another element stands where one of tag " + std::to_string(tag) + " belongs");
  return next();
}

Result<BerCursor> BerCursor::enter(const BerNode& node) const {
  if (!node.element.constructed) return broken("a primitive element stands where a structure belongs");
  return BerCursor(node.content, form_, depth_ + 1);
}

Result<BerCursor> BerCursor::enter_next(std::uint32_t tag) {
  TRY(const BerNode node, expect(tag));
  return enter(node);
}

Result<std::string> octets_of(const BerNode& node, Code form, std::size_t depth) {
  if (!node.element.constructed) return std::string(node.content);
  std::string out;
  BerCursor parts(node.content, form, depth + 1);
  while (!parts.at_end()) {
    TRY(const BerNode part, parts.expect(ber_octet_string));
    TRY(const std::string piece, octets_of(part, form, depth + 1));
    out += piece;
  }
  return out;
}

std::optional<std::uint32_t> small_integer(const BerNode& node) {
  const std::string_view bytes = node.content;
  if (!node.element.is_universal(ber_integer) || bytes.empty() || bytes.size() > 4 || (bytes[0] & 0x80) != 0)
    return std::nullopt;
  std::uint32_t out = 0;
  for (const char c : bytes) out = out << 8 | static_cast<unsigned char>(c);
  return out;
}

Result<std::string> to_der(std::string_view raw, Code form, std::size_t depth) {
  BerCursor cursor(raw, form, depth);
  TRY(const BerNode node, cursor.next());
  if (!cursor.at_end()) return cursor.broken("there are bytes behind the end");
  const unsigned char tag = static_cast<unsigned char>(raw[0]);
  if ((tag & 0x1FU) == 0x1FU) return cursor.broken("a tag number above 30 stands where none is known");
  if (!node.element.constructed) return der(tag, node.content);
  if (node.element.is_universal(ber_octet_string)) {
    TRY(const std::string octets, octets_of(node, form, depth));
    return der(0x04, octets);
  }
  std::vector<std::string> parts;
  BerCursor children(node.content, form, depth + 1);
  while (!children.at_end()) {
    TRY(const BerNode child, children.next());
    TRY(std::string part, to_der(child.raw, form, depth + 1));
    parts.push_back(std::move(part));
  }
  if (node.element.is_universal(ber_set)) return der_set_of(std::move(parts), tag);
  std::string content;
  for (const std::string& part : parts) content += part;
  return der(tag, content);
}

Result<AlgorithmIdentifier> read_algorithm_content(BerCursor inside) {
  AlgorithmIdentifier out;
  TRY(const BerNode oid_node, inside.expect(ber_oid));
  out.oid = oid_node.content;
  if (inside.at_end()) return out;
  TRY(const BerNode parameters, inside.next());
  if (!parameters.element.is_universal(ber_null)) out.parameters = parameters.raw;
  return out;
}

Result<AlgorithmIdentifier> read_algorithm(BerCursor& cursor) {
  TRY(const BerCursor inside, cursor.enter_next(ber_sequence));
  return read_algorithm_content(inside);
}

std::string der_header(unsigned char tag, std::uint64_t length) {
  std::string out(1, static_cast<char>(tag));
  if (length < 0x80) {
    out += static_cast<char>(length);
    return out;
  }
  int count = 0;
  for (std::uint64_t rest = length; rest != 0; rest >>= 8) ++count;
  out += static_cast<char>(0x80 | count);
  for (int i = count - 1; i >= 0; --i) out += static_cast<char>(length >> (8 * i) & 0xFF);
  return out;
}

std::string der(unsigned char tag, std::string_view content) {
  std::string out = der_header(tag, content.size());
  out += content;
  return out;
}

std::string der_oid(std::string_view oid_bytes) { return der(0x06, oid_bytes); }

std::string der_integer(std::uint32_t value) {
  std::string content;
  do {
    content.insert(content.begin(), static_cast<char>(value & 0xFF));
    value >>= 8;
  } while (value != 0);
  if ((content[0] & 0x80) != 0) content.insert(content.begin(), '\0');
  return der(0x02, content);
}

std::string der_algorithm(std::string_view oid_bytes, std::string_view parameters) {
  return der(0x30, der_oid(oid_bytes).append(parameters));
}

std::string der_set_of(std::vector<std::string> elements, unsigned char tag) {
  // X.690 s11.6: ascending as octet strings, the shorter padded with zeros; std::string compares chars as unsigned.
  std::sort(elements.begin(), elements.end());
  std::string content;
  for (const std::string& element : elements) content += element;
  return der(tag, content);
}

}  // namespace crossdock::crypto::cms
