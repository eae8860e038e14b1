// Tokens of XML, and the elements that they open and close.
// SPDX-License-Identifier: Apache-2.0
#include "translators/xml/xml_reader.hpp"

#include <algorithm>

namespace crossdock::xml {

using tree::TreeNode;
using Kind = TreeNode::Kind;

namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::size_t compact_bytes = 256U << 10;  // the buffer forgets what was read in pieces of this size

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

XmlReader::XmlReader(XmlSettings settings, tree::RecordSink sink)
    : settings_(std::move(settings)), sink_(std::move(sink)), tree_(tree::Notation::xml) {
  tree_.add(TreeNode::none, Kind::object, {}, {});
}

void XmlReader::again() {
  collecting_ = false;
  replaying_ = true;
  next_skeleton_ = 1;
  buffer_.clear();
  at_ = searched_ = record_depth_ = 0;
  offset_ = 0;
  line_ = 1;
  open_.clear();
  keys_.clear();
  scopes_.clear();
  seen_root_ = begun_ = false;
  encoding_ = tree::Encoding::utf8;
}

Position XmlReader::where(std::size_t ahead, std::size_t length) const {
  Position out;
  out.offset = offset_ + at_ + ahead;
  out.length = static_cast<std::uint32_t>(length);
  const auto from = buffer_.begin() + static_cast<std::ptrdiff_t>(at_);
  out.line = line_ + static_cast<std::uint32_t>(std::count(
                         from, from + static_cast<std::ptrdiff_t>(std::min(ahead, buffer_.size() - at_)), '\n'));
  return out;
}

tl::unexpected<Error> XmlReader::wrong(Code code, std::string what, std::size_t ahead) const {
  const Position at = where(ahead, 0);
  what += " (line " + std::to_string(at.line) + ", byte " + std::to_string(at.offset) + ")";
  return fail(code, std::move(what), at);
}

Status XmlReader::feed(std::string_view bytes) {
  if (at_ > compact_bytes) {
    buffer_.erase(0, at_);
    offset_ += at_;
    searched_ -= std::min(searched_, at_);
    at_ = 0;
  }
  buffer_.append(bytes);
  return run(false);
}

Status XmlReader::finish() {
  TRY_STATUS(run(true));
  if (!open_.empty()) return wrong(Code::xml_syntax, "the document ends inside of element " + open_.back().name);
  if (!seen_root_) return wrong(Code::xml_syntax, "the document has no root element");
  return settings_.records.empty() && !collecting_ ? sink_(tree_, 0) : Status{};
}

Status XmlReader::run(bool at_end) {
  if (!begun_) {
    if (buffer_.size() < 4 && !at_end) return {};
    begun_ = true;
    if (buffer_.starts_with("\xEF\xBB\xBF"))
      at_ = 3;
    else if (buffer_.starts_with("\xFE\xFF") || buffer_.starts_with("\xFF\xFE") || buffer_.find('\0') < 4)
      return wrong(Code::xml_encoding, "the document is UTF-16 or UTF-32; send UTF-8");
  }
  for (;;) {
    if (at_ >= buffer_.size()) return {};
    TRY(const std::size_t end, token_end(at_end));
    if (end == 0) {
      if (buffer_.size() - at_ > settings_.record_bytes_max)
        return wrong(Code::xml_limit,
                     "one value or tag has more than " + std::to_string(settings_.record_bytes_max) + " bytes");
      return {};
    }
    const std::string_view whole = std::string_view(buffer_).substr(at_, end - at_);
    TRY_STATUS(token(whole));
    line_ += static_cast<std::uint32_t>(std::count(whole.begin(), whole.end(), '\n'));
    at_ = end;
    searched_ = end;
    if (tree_.bytes() > settings_.record_bytes_max * 2)
      return wrong(Code::xml_limit, "one record (or what stands outside of records) takes more than " +
                                        std::to_string(settings_.record_bytes_max * 2) + " bytes of memory");
  }
}

/// Where the token at hand ends in the buffer; 0: not there yet.
Result<std::size_t> XmlReader::token_end(bool at_end) {
  const std::string_view rest = std::string_view(buffer_).substr(at_);
  const std::size_t from = std::max(searched_, at_);
  auto until = [&](std::string_view stop, std::size_t skip) -> Result<std::size_t> {
    const std::size_t start = std::max(at_ + skip, from - std::min(from, stop.size() - 1));
    const std::size_t end = buffer_.find(stop, start);
    if (end != std::string::npos) return end + stop.size();
    searched_ = buffer_.size();
    if (at_end)
      return wrong(Code::xml_syntax, "the document ends inside of markup that ends with " + std::string(stop));
    return std::size_t{0};
  };
  if (rest[0] != '<') {
    const std::size_t end = buffer_.find('<', from);
    if (end != std::string::npos) return end;
    searched_ = buffer_.size();
    return at_end ? buffer_.size() : std::size_t{0};
  }
  for (const auto& [begin, stop] : {std::pair{std::string_view("<!--"), std::string_view("-->")},
                                    std::pair{std::string_view("<![CDATA["), std::string_view("]]>")}}) {
    if (rest.starts_with(begin)) return until(stop, begin.size());
    if (begin.starts_with(rest))
      return at_end ? Result<std::size_t>(wrong(Code::xml_syntax, "the document ends inside of a tag"))
                    : Result<std::size_t>(std::size_t{0});
  }
  if (rest.starts_with("<?")) return until("?>", 2);
  if (rest.starts_with("<!"))
    return wrong(Code::xml_doctype, "the document has a document type declaration; it is not read");
  // A tag: `>` outside of quotes. Tags are short; they are searched from their beginning.
  char quote = '\0';
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (quote != '\0') {
      if (rest[i] == quote) quote = '\0';
    } else if (rest[i] == '"' || rest[i] == '\'') {
      quote = rest[i];
    } else if (rest[i] == '>') {
      return at_ + i + 1;
    } else if (rest[i] == '<') {
      return wrong(Code::xml_syntax, "`<` stands inside of a tag", i);
    }
    if (i > tag_bytes_max) return wrong(Code::xml_limit, "a tag has more than 1 MiB");
  }
  if (at_end) return wrong(Code::xml_syntax, "the document ends inside of a tag");
  return std::size_t{0};
}

Status XmlReader::token(std::string_view token) {
  if (token[0] == '<') return markup(token);
  if (!open_.empty()) return text(token, false, 0);
  if (token.find_first_not_of(blanks) == std::string_view::npos) return {};
  return wrong(Code::xml_syntax, "text stands outside of the root element", token.find_first_not_of(blanks));
}

Status XmlReader::markup(std::string_view token) {
  if (token.starts_with("<!--")) {
    const std::string_view body = token.substr(4, token.size() - 7);
    if (body.find("--") != std::string_view::npos) return wrong(Code::xml_syntax, "`--` stands inside of a comment");
    return {};
  }
  if (token.starts_with("<![CDATA[")) {
    if (open_.empty()) return wrong(Code::xml_syntax, "text stands outside of the root element");
    return text(token.substr(9, token.size() - 12), true, 9);
  }
  if (token.starts_with("<?")) return instruction(token);
  if (token.starts_with("</")) return end_tag(token);
  return start_tag(token);
}

Status XmlReader::instruction(std::string_view token) {
  if (!token.starts_with("<?xml") || token.size() < 8 || blanks.find(token[5]) == std::string_view::npos) return {};
  if (offset_ + at_ > 3 || seen_root_) return wrong(Code::xml_syntax, "the XML declaration stands first or nowhere");
  const std::size_t at = token.find("encoding");
  if (at == std::string_view::npos) return {};
  const std::size_t open = token.find_first_of("\"'", at);
  const std::size_t end = open == std::string_view::npos ? open : token.find(token[open], open + 1);
  if (end == std::string_view::npos)
    return wrong(Code::xml_syntax, "the encoding of the XML declaration is not quoted");
  const std::string_view name = token.substr(open + 1, end - open - 1);
  const auto found = tree::find_encoding(name);
  if (!found)
    return wrong(Code::xml_encoding, "encoding `" + std::string(name.substr(0, 40)) +
                                         "` is not read; UTF-8, US-ASCII, ISO-8859-1 and windows-1252 are");
  encoding_ = *found;
  return {};
}

bool XmlReader::is_record() const {
  return std::any_of(settings_.records.begin(), settings_.records.end(),
                     [&](const std::vector<std::string>& path) { return path == keys_; });
}

std::uint32_t XmlReader::add(std::uint32_t parent, Kind kind, std::string_view key, std::size_t ahead,
                             std::size_t length) {
  if (replaying_ && outside()) return next_skeleton_++;
  return tree_.add(parent, kind, key, where(ahead, length));
}

Status XmlReader::start_tag(std::string_view tag) {
  const bool empty = tag.ends_with("/>");
  const std::string_view inside = tag.substr(1, tag.size() - (empty ? 3 : 2));
  const std::string_view name = inside.substr(0, std::min(inside.find_first_of(blanks), inside.size()));
  if (name.empty()) return wrong(Code::xml_syntax, "a tag has no name");
  if (open_.empty() && seen_root_) return wrong(Code::xml_syntax, "a second root element begins");
  if (open_.size() >= settings_.depth_max)
    return wrong(Code::xml_limit, "elements are nested deeper than " + std::to_string(settings_.depth_max));
  TRY_STATUS(read_attributes(tag.substr(0, tag.size() - (empty ? 2 : 1)), 1 + name.size()));
  Open element{std::string(name), 0, scopes_.size(), false};
  for (const Attribute& attribute : attributes_) {
    if (attribute.name == "xmlns")
      scopes_.emplace_back("", attribute.value);
    else if (attribute.name.starts_with("xmlns:"))
      scopes_.emplace_back(attribute.name.substr(6), attribute.value);
  }
  TRY(std::string key, key_of(name, false));
  if (!open_.empty()) open_.back().has_elements = true;
  const std::uint32_t parent = open_.empty() ? 0 : open_.back().node;
  keys_.push_back(std::move(key));
  if (outside() && is_record()) {
    record_depth_ = keys_.size();
    mark_ = tree_.mark(parent);
  }
  element.node = add(parent, Kind::object, keys_.back(), 0, tag.size());
  for (const Attribute& attribute : attributes_) {
    if (attribute.name.starts_with("xmlns") && (attribute.name.size() == 5 || attribute.name[5] == ':')) continue;
    TRY(const std::string attribute_key, key_of(attribute.name, true));
    const std::uint32_t node = add(element.node, Kind::string, "@" + attribute_key, attribute.at, attribute.length);
    if (!(replaying_ && outside())) tree_.set_text(node, attribute.value);
  }
  open_.push_back(std::move(element));
  seen_root_ = true;
  return empty ? close_element() : Status{};
}

Status XmlReader::end_tag(std::string_view tag) {
  std::string_view name = tag.substr(2, tag.size() - 3);
  while (!name.empty() && blanks.find(name.back()) != std::string_view::npos) name.remove_suffix(1);
  if (open_.empty()) return wrong(Code::xml_syntax, "an end tag stands outside of the root element");
  if (name != open_.back().name)
    return wrong(Code::xml_syntax,
                 "`" + std::string(tag.substr(0, 100)) + "` does not close <" + open_.back().name + ">");
  return close_element();
}

Status XmlReader::close_element() {
  const Open element = std::move(open_.back());
  open_.pop_back();
  const bool known = replaying_ && outside();
  if (!known) {
    // Blanks around a value, and those between elements, are not part of it.
    const TreeNode& node = tree_.node(element.node);
    if (!node.text.empty()) tree_.trim_text(element.node, trimmed(node.text));
  }
  const std::size_t depth = keys_.size();
  keys_.pop_back();
  scopes_.resize(element.scopes);
  if (record_depth_ == 0 || depth != record_depth_) return {};
  record_depth_ = 0;
  Status status;
  if (!collecting_) status = sink_(tree_, element.node);
  tree_.back(mark_);
  return status;
}

}  // namespace crossdock::xml
