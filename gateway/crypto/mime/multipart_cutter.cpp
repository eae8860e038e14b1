// The cutter: looks for line ends, then for the boundary behind them; what may still become one is held back.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/mime/multipart_cutter.hpp"

#include <algorithm>

#include "gateway/crypto/mime/structured_value.hpp"

namespace crossdock::mime {
namespace {

constexpr std::size_t boundary_bytes_max = 200;
constexpr std::size_t padding_bytes_max = 200;  // blanks between a boundary and its line end

Status check_boundary(std::string_view boundary) {
  if (boundary.empty()) return fail(Code::mime_boundary, "the Content-Type names no boundary");
  if (boundary.size() > boundary_bytes_max) {
    return fail(Code::mime_boundary, "a boundary of " + std::to_string(boundary.size()) + " bytes; " +
                                         std::to_string(boundary_bytes_max) + " at most");
  }
  const bool good = std::all_of(boundary.begin(), boundary.end(), [](char c) { return c >= ' ' && c < 0x7F; });
  if (!good) return fail(Code::mime_boundary, "the boundary holds bytes that are not printable ASCII");
  return {};
}

}  // namespace

Result<MultipartCutter> MultipartCutter::make(std::string_view boundary, const CutLimits& limits) {
  TRY_STATUS(check_boundary(boundary));
  return MultipartCutter(boundary, limits);
}

MultipartCutter::MultipartCutter(std::string_view boundary, const CutLimits& limits)
    : delimiter_("--" + std::string(boundary)), limits_(limits), splitter_(limits.header) {}

Status MultipartCutter::feed(std::string_view bytes, PartHandler& handler) {
  const std::size_t decided_by = delimiter_.size() + padding_bytes_max + 8;  // more are never needed for a decision
  while (!bytes.empty()) {
    if (held_.empty()) {
      TRY(const std::size_t taken, scan(bytes, false, handler));
      held_.assign(bytes.substr(taken));
      return {};
    }
    const std::size_t before = held_.size();
    held_.append(bytes.substr(0, decided_by));
    TRY(const std::size_t taken, scan(held_, false, handler));
    if (taken < before) {  // not enough bytes yet: all of them are held
      held_.erase(0, taken);
      return {};
    }
    bytes.remove_prefix(taken - before);
    held_.clear();
  }
  return {};
}

Status MultipartCutter::finish(PartHandler& handler) {
  const std::string rest = std::move(held_);
  held_.clear();
  TRY(const std::size_t taken, scan(rest, true, handler));
  TRY_STATUS(emit(std::string_view(rest).substr(taken), handler));
  if (where_ != Where::epilogue) {
    return fail(Code::mime_unclosed, parts_ == 0 && where_ == Where::preamble
                                         ? "no boundary was found in the body"
                                         : "the closing boundary is missing after part " + std::to_string(parts_));
  }
  if (parts_ == 0) return fail(Code::mime_unclosed, "the multipart body has no part");
  return {};
}

/// Returns how many bytes were decided; the rest may begin a boundary.
Result<std::size_t> MultipartCutter::scan(std::string_view view, bool last, PartHandler& handler) {
  std::size_t given = 0, from = 0;
  while (where_ != Where::epilogue) {
    std::size_t line_end = given, line = given;
    if (line_start_) {
      if (view.size() == given && !last) return given;
    } else {
      const std::size_t lf = view.find('\n', from);
      if (lf == std::string_view::npos) {
        const bool hold = !last && !view.empty() && view.size() > given && view.back() == '\r';
        const std::size_t end = view.size() - (hold ? 1 : 0);
        TRY_STATUS(emit(view.substr(given, end - given), handler));
        return end;
      }
      line_end = lf > given && view[lf - 1] == '\r' ? lf - 1 : lf;
      line = lf + 1;
    }
    const Found found = match_at(view, line, last);
    if (found.match == Match::undecided) {
      TRY_STATUS(emit(view.substr(given, line_end - given), handler));
      return line_end;
    }
    if (found.match == Match::none) {
      if (line_start_ && last && view.size() == given) return given;
      line_start_ = false;
      from = line;
      continue;
    }
    TRY_STATUS(emit(view.substr(given, line_end - given), handler));
    TRY_STATUS(boundary(found, handler));
    given = from = found.after;
  }
  TRY_STATUS(emit(view.substr(given), handler));
  return view.size();
}

MultipartCutter::Found MultipartCutter::match_at(std::string_view view, std::size_t at, bool last) const {
  const std::string_view rest = view.substr(at);
  const std::size_t common = std::min(rest.size(), delimiter_.size());
  if (rest.substr(0, common) != std::string_view(delimiter_).substr(0, common)) return {};
  const Found open{last ? Match::none : Match::undecided, 0};
  if (common < delimiter_.size()) return open;
  std::size_t i = delimiter_.size();
  const std::string_view hyphens = rest.substr(i, 2);
  const bool close = hyphens == "--";
  if (!close && hyphens.size() < 2 && hyphens == std::string_view("--").substr(0, hyphens.size()) && !last) return open;
  if (close) {
    i += 2;
    if (i == rest.size()) return last ? Found{Match::close, at + i} : open;
    const char next = rest[i];
    if (next != '\r' && next != '\n' && next != ' ' && next != '\t') return {};
    return {Match::close, at + i};
  }
  const std::size_t padding_end = std::min(rest.size(), i + padding_bytes_max);
  while (i < padding_end && (rest[i] == ' ' || rest[i] == '\t')) ++i;
  if (i == rest.size()) return last ? Found{Match::delimiter, at + i} : open;
  if (rest[i] == '\n') return {Match::delimiter, at + i + 1};
  if (rest[i] != '\r') return {};
  if (i + 1 == rest.size()) return last ? Found{Match::delimiter, at + i + 1} : open;
  return rest[i + 1] == '\n' ? Found{Match::delimiter, at + i + 2} : Found{};
}

Status MultipartCutter::boundary(const Found& found, PartHandler& handler) {
  if (where_ == Where::header || where_ == Where::body) TRY_STATUS(end_part(handler));
  line_start_ = true;
  if (found.match == Match::close) {
    where_ = Where::epilogue;
    return {};
  }
  if (parts_ == limits_.parts_max) {
    return fail(Code::mime_parts, "more than " + std::to_string(limits_.parts_max) + " parts");
  }
  ++parts_;
  splitter_.reset();
  where_ = Where::header;
  return {};
}

Status MultipartCutter::emit(std::string_view bytes, PartHandler& handler) {
  if (bytes.empty()) return {};
  switch (where_) {
    case Where::preamble: preamble_bytes_ += bytes.size(); return {};
    case Where::epilogue: epilogue_bytes_ += bytes.size(); return {};
    case Where::body: return handler.part_body(bytes);
    case Where::header: break;
  }
  TRY(const std::size_t taken, splitter_.feed(bytes));
  if (!splitter_.done()) return {};
  TRY_STATUS(begin_part(handler));
  bytes.remove_prefix(taken);
  return bytes.empty() ? Status{} : handler.part_body(bytes);
}

Status MultipartCutter::begin_part(PartHandler& handler) {
  where_ = Where::body;
  TRY(const HeaderFields fields, parse_header_fields(splitter_.raw(), limits_.header));
  return handler.part_begin(splitter_.raw(), fields);
}

Status MultipartCutter::end_part(PartHandler& handler) {
  if (where_ == Where::header) TRY_STATUS(begin_part(handler));
  return handler.part_end();
}

Result<std::string> boundary_of(std::string_view content_type) {
  const StructuredValue value = parse_structured_value(content_type);
  const std::string boundary(value.parameter("boundary"));
  TRY_STATUS(check_boundary(boundary));
  return boundary;
}

std::string make_boundary(std::string_view unique) {
  std::string out = "part-";
  for (const char c : unique.substr(0, 60)) {
    const bool kept = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    if (kept) out += c;
  }
  return out;
}

}  // namespace crossdock::mime
