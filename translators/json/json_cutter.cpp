// A scan that knows strings, brackets and member names, and nothing else of JSON.
// SPDX-License-Identifier: Apache-2.0
#include "translators/json/json_cutter.hpp"

#include <algorithm>

namespace crossdock::json {
namespace {

constexpr std::size_t levels_max = 128;  // the parser's own limit is lower: deeper ones fail there with their place

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

JsonCutter::JsonCutter(std::vector<std::vector<std::string>> paths, std::size_t item_bytes_max, Sink sink)
    : paths_(std::move(paths)), limit_(item_bytes_max), sink_(std::move(sink)) {
  for (const auto& path : paths_) depth_max_ = std::max(depth_max_, path.size());
}

tl::unexpected<Error> JsonCutter::wrong(Code code, std::string what) const {
  what += " (line " + std::to_string(line_) + ", byte " + std::to_string(at_) + ")";
  return fail(code, std::move(what), Position{at_, 0, line_, 0});
}

std::size_t JsonCutter::matching() const {
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    if (paths_[i].size() != levels_.size()) continue;
    bool same = true;
    for (std::size_t k = 0; same && k < levels_.size(); ++k) same = levels_[k].object && levels_[k].key == paths_[i][k];
    if (same) return i;
  }
  return none;
}

void JsonCutter::open(char c) {
  Level level;
  level.object = level.expects_key = c == '{';
  if (c == '[' && item_depth_ == 0) level.list = matching();
  levels_.push_back(std::move(level));
  after_item_ = after_comma_ = false;
}

Status JsonCutter::end_item() {
  item_depth_ = 0;
  scalar_ = false;
  after_item_ = true;
  after_comma_ = false;
  const std::size_t list = levels_.back().list;
  TRY_STATUS(sink_({item_, item_offset_, item_line_, list}));
  item_.clear();
  return {};
}

/// At the level of a list whose items are cut out, no item open.
Status JsonCutter::in_items(char c, bool& taken) {
  taken = true;
  if (blank(c)) return {};
  if (c == ',') {
    if (!after_item_) return wrong(Code::json_syntax, "a value was expected before `,`");
    after_item_ = false;
    after_comma_ = true;
    return {};
  }
  if (c == ']') {
    if (after_comma_) return wrong(Code::json_syntax, "a value was expected behind `,`");
    taken = false;
    return {};
  }
  if (after_item_) return wrong(Code::json_syntax, "`,` or `]` was expected");
  item_depth_ = levels_.size();
  item_offset_ = at_;
  item_line_ = line_;
  scalar_ = c != '{' && c != '[' && c != '"';
  taken = false;
  return {};
}

Status JsonCutter::take(char c) {
  if (!in_string_ && item_depth_ == 0 && !levels_.empty() && levels_.back().list != none) {
    bool taken = false;
    TRY_STATUS(in_items(c, taken));
    if (taken) return {};
  }
  if (scalar_ && levels_.size() == item_depth_ && (c == ',' || c == ']' || blank(c))) {
    TRY_STATUS(end_item());
    bool taken = false;
    TRY_STATUS(in_items(c, taken));
    if (taken) return {};
  }
  std::string& to = item_depth_ != 0 ? item_ : around_;
  if (to.size() >= limit_)
    return wrong(Code::json_limit,
                 item_depth_ != 0 ? "one item of a list has more than " + std::to_string(limit_) + " bytes"
                                  : "what stands around the lists has more than " + std::to_string(limit_) + " bytes");
  to += c;
  if (in_string_) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_string_ = in_key_ = false;
      if (item_depth_ != 0 && levels_.size() == item_depth_) return end_item();
      return {};
    }
    if (in_key_) levels_.back().key += c;
    return {};
  }
  switch (c) {
    case '"':
      in_string_ = true;
      in_key_ = item_depth_ == 0 && !levels_.empty() && levels_.back().expects_key && levels_.size() <= depth_max_;
      if (in_key_) levels_.back().key.clear();
      return {};
    case ':':
      if (!levels_.empty()) levels_.back().expects_key = false;
      return {};
    case ',':
      if (!levels_.empty()) levels_.back().expects_key = levels_.back().object;
      return {};
    case '{':
    case '[':
      if (levels_.size() >= levels_max) return wrong(Code::json_limit, "the document is nested deeper than 128");
      open(c);
      return {};
    case '}':
    case ']':
      if (levels_.empty() || levels_.back().object != (c == '}'))
        return wrong(Code::json_syntax, "brackets do not match");
      levels_.pop_back();
      if (item_depth_ != 0 && levels_.size() == item_depth_) return end_item();
      return {};
    default: return {};
  }
}

Status JsonCutter::feed(std::string_view bytes) {
  for (const char c : bytes) {
    TRY_STATUS(take(c));
    ++at_;
    if (c == '\n') ++line_;
  }
  return {};
}

Status JsonCutter::finish() {
  if (item_depth_ != 0 || in_string_ || !levels_.empty())
    return wrong(Code::json_syntax, "the document ends too early");
  return {};
}

}  // namespace crossdock::json
