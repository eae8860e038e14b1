// Header fields of MIME entities and HTTP messages: read from bytes that may be folded, written without folding.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock::mime {

struct HeaderLimits {
  std::size_t block_bytes_max = 64U << 10;  ///< all fields of one block with the empty line
  std::size_t fields_max = 256;             ///< fields of one block
};

struct HeaderField {
  std::string name;   ///< as sent
  std::string value;  ///< unfolded, without blanks around it
  friend bool operator==(const HeaderField&, const HeaderField&) = default;
};

/// Fields in their order. Names compare without case (RFC 5322 s1.2.2, RFC 9110 s5.1).
class HeaderFields {
 public:
  HeaderFields() = default;
  HeaderFields(std::initializer_list<HeaderField> fields) : fields_(fields) {}
  void add(std::string name, std::string value) { fields_.push_back({std::move(name), std::move(value)}); }
  /// Replaces the first field of that name, or adds it.
  void set(std::string_view name, std::string value);
  /// The value of the first field of that name; null when absent.
  [[nodiscard]] const std::string* find(std::string_view name) const;
  /// That value, or empty text.
  [[nodiscard]] std::string_view value(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] const std::vector<HeaderField>& all() const { return fields_; }
  [[nodiscard]] bool empty() const { return fields_.empty(); }
  friend bool operator==(const HeaderFields&, const HeaderFields&) = default;

 private:
  std::vector<HeaderField> fields_;
};

/// Lines that are no field: refuse them, or leave them out (reports of mail systems hold such).
enum class BadLines { refuse, skip };

/// Reads a block of fields: lines end with CRLF or LF, continuation lines begin with a blank, an empty line ends the
/// block (what follows it is not looked at), so does the end of the text. Blanks before the colon are tolerated.
/// Errors: mime.header.malformed, mime.header.too_large. Source: RFC 5322 s2.2, RFC 2045 s3.
[[nodiscard]] Result<HeaderFields> parse_header_fields(std::string_view block, const HeaderLimits& limits = {},
                                                       BadLines bad_lines = BadLines::refuse);

/// Appends `Name: value CRLF`, never folded; CR, LF and NUL in a value become blanks, so that nothing a partner named
/// can end a field.
void append_header_field(std::string& out, std::string_view name, std::string_view value);
/// All fields and the empty line.
void append_header_block(std::string& out, const HeaderFields& fields);

/// Takes bytes up to and including the empty line that ends a header block.
class HeaderSplitter {
 public:
  explicit HeaderSplitter(const HeaderLimits& limits = {}) : limits_(limits) {}
  /// Takes bytes from the front of `bytes` and returns how many; once done() it takes none.
  /// Errors: mime.header.too_large.
  [[nodiscard]] Result<std::size_t> feed(std::string_view bytes);
  [[nodiscard]] bool done() const { return done_; }
  /// The block as it was sent, with its empty line when there was one.
  [[nodiscard]] const std::string& raw() const { return raw_; }
  void reset();

 private:
  HeaderLimits limits_;
  std::string raw_;
  bool done_ = false;
};

[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] std::string to_lower(std::string_view text);
/// Without blanks, tabs, CR and LF at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

}  // namespace crossdock::mime
