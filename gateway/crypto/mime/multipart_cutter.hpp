// Cuts a multipart body at its boundary and gives the bytes of each part exactly as they were sent.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/crypto/mime/header_fields.hpp"
#include "translators/base/result.hpp"

namespace crossdock::mime {

struct CutLimits {
  std::size_t parts_max = 1000;
  HeaderLimits header;  ///< of each part
};

/// Takes the parts as they pass. raw_header and the bodies together are the part's bytes as they were sent: the header
/// block with its empty line, then the body without the line end that belongs to the next boundary. A part that has no
/// empty line has no body.
class PartHandler {
 public:
  virtual ~PartHandler() = default;
  virtual Status part_begin(std::string_view raw_header, const HeaderFields& fields) = 0;
  virtual Status part_body(std::string_view bytes) = 0;  ///< the view is valid during the call only
  virtual Status part_end() = 0;
};

/// A streaming cutter. A boundary counts where it begins a line (after CRLF or LF) and nothing but blanks follows it on
/// that line; text before the first and after the last one is dropped. Memory: one header block and one line.
/// Errors: mime.boundary (none, or longer than 200 bytes), mime.parts, mime.unclosed (the closing boundary
/// is missing: the body was cut short), mime.header.*, and what the handler returns.
/// Source: RFC 2046 s5.1.1 (whose boundaries have 70 bytes at most; longer ones are sent).
class MultipartCutter {
 public:
  [[nodiscard]] static Result<MultipartCutter> make(std::string_view boundary, const CutLimits& limits = {});
  [[nodiscard]] Status feed(std::string_view bytes, PartHandler& handler);
  /// The body is over. At least one part and the closing boundary must have been seen.
  [[nodiscard]] Status finish(PartHandler& handler);
  [[nodiscard]] std::size_t parts() const { return parts_; }
  [[nodiscard]] std::uint64_t preamble_bytes() const { return preamble_bytes_; }
  [[nodiscard]] std::uint64_t epilogue_bytes() const { return epilogue_bytes_; }

 private:
  enum class Where : std::uint8_t { preamble, header, body, epilogue };
  enum class Match : std::uint8_t { none, undecided, delimiter, close };
  struct Found {
    Match match = Match::none;
    std::size_t after = 0;  ///< index behind the boundary's line
  };
  MultipartCutter(std::string_view boundary, const CutLimits& limits);
  [[nodiscard]] Result<std::size_t> scan(std::string_view view, bool last, PartHandler& handler);
  [[nodiscard]] Found match_at(std::string_view view, std::size_t at, bool last) const;
  [[nodiscard]] Status emit(std::string_view bytes, PartHandler& handler);
  [[nodiscard]] Status begin_part(PartHandler& handler);
  [[nodiscard]] Status end_part(PartHandler& handler);
  [[nodiscard]] Status boundary(const Found& found, PartHandler& handler);

  std::string delimiter_;  ///< two hyphens and the boundary
  CutLimits limits_;
  HeaderSplitter splitter_;
  std::string held_;  ///< bytes that may begin a boundary's line
  Where where_ = Where::preamble;
  bool line_start_ = true;  ///< the next byte begins a line whose line end is not ours to give back
  std::size_t parts_ = 0;
  std::uint64_t preamble_bytes_ = 0, epilogue_bytes_ = 0;
};

/// The boundary parameter of a multipart Content-Type, checked. Errors: mime.boundary.
[[nodiscard]] Result<std::string> boundary_of(std::string_view content_type);
/// A boundary that needs no quotes, from text that is unique (such as a UUID). What is not a letter, digit or hyphen in
/// it is left out.
[[nodiscard]] std::string make_boundary(std::string_view unique);

}  // namespace crossdock::mime
