// Header fields: reading with folding, writing without.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/mime/header_fields.hpp"

#include <algorithm>

namespace crossdock::mime {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
bool blank(char c) { return c == ' ' || c == '\t'; }

/// Takes one line off the front of `rest`, without its line end.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

/// Field names are printable ASCII without colon (RFC 5322 s2.2).
bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7F && c != ':'; });
}

std::string shown(std::string_view line) {
  std::string out;
  for (const char c : line.substr(0, 60)) out += c >= ' ' && c < 0x7F ? c : '.';
  return out;
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

void HeaderFields::set(std::string_view name, std::string value) {
  for (HeaderField& field : fields_) {
    if (equals_ignoring_case(field.name, name)) {
      field.value = std::move(value);
      return;
    }
  }
  add(std::string(name), std::move(value));
}

const std::string* HeaderFields::find(std::string_view name) const {
  for (const HeaderField& field : fields_) {
    if (equals_ignoring_case(field.name, name)) return &field.value;
  }
  return nullptr;
}

std::string_view HeaderFields::value(std::string_view name) const {
  const std::string* found = find(name);
  return found == nullptr ? std::string_view{} : std::string_view(*found);
}

std::size_t HeaderFields::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(fields_.begin(), fields_.end(), [name](const HeaderField& field) {
    return equals_ignoring_case(field.name, name);
  }));
}

Result<HeaderFields> parse_header_fields(std::string_view block, const HeaderLimits& limits, BadLines bad_lines) {
  if (block.size() > limits.block_bytes_max) {
    return fail(Code::mime_header_too_large, "a header block of " + std::to_string(block.size()) + " bytes; " +
                                                 std::to_string(limits.block_bytes_max) + " at most");
  }
  std::vector<HeaderField> fields;
  std::uint32_t number = 0;
  bool skipping = false;
  for (std::string_view rest = block; !rest.empty();) {
    const std::string_view line = take_line(rest);
    ++number;
    if (line.empty()) break;
    if (blank(line.front()) && (skipping || !fields.empty())) {
      const std::string_view more = trim(line);
      if (!skipping && !more.empty()) {
        std::string& value = fields.back().value;
        if (!value.empty()) value += ' ';
        value += more;
      }
      continue;
    }
    const std::size_t colon = line.find(':');
    const std::string_view name = colon == std::string_view::npos ? std::string_view{} : trim(line.substr(0, colon));
    skipping = !is_name(name);
    if (skipping && bad_lines == BadLines::skip) continue;
    if (skipping) {
      return fail(Code::mime_header_malformed, "line " + std::to_string(number) + " is no header field: " + shown(line),
                  Position{.line = number});
    }
    if (fields.size() == limits.fields_max) {
      return fail(Code::mime_header_too_large, "more than " + std::to_string(limits.fields_max) + " header fields");
    }
    fields.push_back({std::string(name), std::string(trim(line.substr(colon + 1)))});
  }
  HeaderFields out;
  for (HeaderField& field : fields) out.add(std::move(field.name), std::move(field.value));
  return out;
}

void append_header_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  const std::size_t begin = out.size();
  out.append(value).append("\r\n");
  for (std::size_t i = begin; i + 2 < out.size(); ++i) {
    if (out[i] == '\r' || out[i] == '\n' || out[i] == '\0') out[i] = ' ';
  }
}

void append_header_block(std::string& out, const HeaderFields& fields) {
  for (const HeaderField& field : fields.all()) append_header_field(out, field.name, field.value);
  out += "\r\n";
}

Result<std::size_t> HeaderSplitter::feed(std::string_view bytes) {
  std::size_t taken = 0;
  while (!done_ && taken < bytes.size()) {
    const std::size_t end = bytes.find('\n', taken);
    const std::size_t stop = end == std::string_view::npos ? bytes.size() : end + 1;
    if (raw_.size() + (stop - taken) > limits_.block_bytes_max) {
      return fail(Code::mime_header_too_large,
                  "header fields of more than " + std::to_string(limits_.block_bytes_max) + " bytes");
    }
    raw_.append(bytes, taken, stop - taken);
    taken = stop;
    if (end == std::string_view::npos) break;
    std::string_view before = std::string_view(raw_).substr(0, raw_.size() - 1);
    if (!before.empty() && before.back() == '\r') before.remove_suffix(1);
    done_ = before.empty() || before.back() == '\n';
  }
  return taken;
}

void HeaderSplitter::reset() {
  raw_.clear();
  done_ = false;
}

}  // namespace crossdock::mime
