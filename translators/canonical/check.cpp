// Event checks: attributes, then data against its schema, all problems in one pass.
// SPDX-License-Identifier: Apache-2.0
#include "translators/canonical/check.hpp"

#include <algorithm>
#include <charconv>

#include "translators/canonical/pattern.hpp"

namespace crossdock::canonical {
namespace {

using json::JsonDocument;
using json::JsonNode;
using Kind = SchemaNode::Kind;

bool digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return false;
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at),
                     text.begin() + static_cast<std::ptrdiff_t>(at + count),
                     [](char c) { return c >= '0' && c <= '9'; });
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::string: return "a text";
    case Kind::integer: return "a whole number";
    case Kind::number: return "a number";
    case Kind::boolean: return "true or false";
    case Kind::object: return "an object";
    case Kind::array: return "a list";
  }
  return "";
}

class Checker {
 public:
  Checker(const JsonDocument& event, std::vector<Finding>& findings) : event_(event), findings_(findings) {}

  void add(Code code, std::string path, std::uint32_t node, std::string message, std::string expected = {}) {
    if (findings_.size() >= findings_max) return;
    Finding finding;
    finding.code = code;
    finding.severity = Severity::error;
    finding.message = "`" + path + "` " + message;
    finding.path = std::move(path);
    finding.expected = std::move(expected);
    if (node != JsonNode::none) {
      finding.where = event_.where(node);
      finding.value = std::string(event_.node(node).text.substr(0, 200));
    }
    findings_.push_back(std::move(finding));
  }

  void value(std::uint32_t at, const Schema& schema, std::uint32_t schema_at, const std::string& path) {
    const JsonNode& node = event_.node(at);
    const SchemaNode& rule = schema.nodes[schema_at];
    const bool whole = node.text.find_first_of(".eE") == std::string_view::npos;
    const bool fits = rule.kind == Kind::object   ? node.kind == JsonNode::Kind::object
                      : rule.kind == Kind::array  ? node.kind == JsonNode::Kind::list
                      : rule.kind == Kind::string ? node.kind == JsonNode::Kind::string
                      : rule.kind == Kind::boolean
                          ? node.kind == JsonNode::Kind::boolean
                          : node.kind == JsonNode::Kind::number && (rule.kind == Kind::number || whole);
    if (!fits)
      return add(Code::event_field_type, path, at, "must be " + std::string(name_of(rule.kind)),
                 std::string(name_of(rule.kind)));
    if (rule.kind == Kind::object) return object(at, schema, schema_at, path);
    if (rule.kind == Kind::array) return list(at, schema, schema_at, path);
    if (!rule.allowed.empty() && std::find(rule.allowed.begin(), rule.allowed.end(), node.text) == rule.allowed.end()) {
      std::string allowed;
      for (const std::string& one : rule.allowed) allowed += (allowed.empty() ? "" : ", ") + one;
      add(Code::event_field_value, path, at,
          "can never be `" + std::string(node.text.substr(0, 100)) + "`; it is one of " + allowed, allowed);
    }
    if (rule.kind == Kind::string)
      text(node.text, rule, at, path);
    else if (rule.minimum || rule.maximum)
      range(node.text, rule, at, path);
  }

 private:
  static constexpr std::size_t findings_max = 1000;

  void text(std::string_view value, const SchemaNode& rule, std::uint32_t at, const std::string& path) {
    const std::size_t length = characters(value);
    if (rule.length_min && length < *rule.length_min)
      add(Code::event_field_value, path, at,
          "has " + std::to_string(length) + " characters; at least " + std::to_string(*rule.length_min) +
              " are needed");
    if (rule.length_max && length > *rule.length_max)
      add(Code::event_field_value, path, at,
          "has " + std::to_string(length) + " characters; at most " + std::to_string(*rule.length_max) +
              " are allowed");
    if ((rule.format == "date-time" || rule.format == "time-local") && !is_time(value))
      add(Code::event_field_value, path, at, "is not a date and time as RFC 3339 writes it",
          "2026-05-18T14:32:00-05:00");
    if (rule.format == "date" && !(value.size() == 10 && is_time(value)))
      add(Code::event_field_value, path, at, "is not a date", "2026-05-18");
    if (rule.pattern.empty()) return;
    const auto pattern = Pattern::parse(rule.pattern);
    if (!pattern)
      return add(Code::map_schema_wrong, path, at, "has a pattern in its schema that cannot be read: " + rule.pattern);
    if (!pattern->matches(value))
      add(Code::event_field_value, path, at, "does not have the form `" + rule.pattern + "`", rule.pattern);
  }

  void range(std::string_view value, const SchemaNode& rule, std::uint32_t at, const std::string& path) {
    double number = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (problem != std::errc{}) return;
    if (rule.minimum && number < *rule.minimum) add(Code::event_field_value, path, at, "is below its least value");
    if (rule.maximum && number > *rule.maximum) add(Code::event_field_value, path, at, "is above its greatest value");
  }

  void list(std::uint32_t at, const Schema& schema, std::uint32_t schema_at, const std::string& path) {
    std::size_t count = 0;
    for (std::uint32_t item = event_.node(at).first_child; item != JsonNode::none;
         item = event_.node(item).next_sibling)
      value(item, schema, schema.nodes[schema_at].children[0], path + "[" + std::to_string(count++) + "]");
    const SchemaNode& rule = schema.nodes[schema_at];
    if (rule.length_min && count < *rule.length_min)
      add(Code::event_field_value, path, at,
          "has " + std::to_string(count) + " items; at least " + std::to_string(*rule.length_min) + " are needed");
    if (rule.length_max && count > *rule.length_max)
      add(Code::event_field_value, path, at,
          "has " + std::to_string(count) + " items; at most " + std::to_string(*rule.length_max) + " are allowed");
  }

  void object(std::uint32_t at, const Schema& schema, std::uint32_t schema_at, const std::string& path) {
    const SchemaNode& rule = schema.nodes[schema_at];
    for (std::uint32_t member = event_.node(at).first_child; member != JsonNode::none;
         member = event_.node(member).next_sibling) {
      const std::string_view key = event_.node(member).key;
      const std::uint32_t child = schema.child(schema_at, key);
      const std::string field = path + "." + std::string(key.substr(0, 100));
      if (child != Schema::none)
        value(member, schema, child, field);
      else if (rule.closed)
        add(Code::event_field_unknown, field, member, "is not a field of " + schema.type, names(schema, schema_at));
    }
    for (const std::uint32_t child : rule.children)
      if (schema.nodes[child].required && event_.member(at, schema.nodes[child].name) == JsonNode::none)
        add(Code::event_field_required, path + "." + schema.nodes[child].name, at, "is required and missing");
  }

  static std::string names(const Schema& schema, std::uint32_t object) {
    std::string out;
    for (const std::uint32_t child : schema.nodes[object].children)
      out += (out.empty() ? "" : ", ") + schema.nodes[child].name;
    return out;
  }

  const JsonDocument& event_;
  std::vector<Finding>& findings_;
};

}  // namespace

bool is_time(std::string_view text) {
  if (!digits(text, 0, 4) || text.size() < 10 || text[4] != '-' || !digits(text, 5, 2) || text[7] != '-' ||
      !digits(text, 8, 2))
    return false;
  const int month = (text[5] - '0') * 10 + text[6] - '0', day = (text[8] - '0') * 10 + text[9] - '0';
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  if (text.size() == 10) return true;
  if (text[10] != 'T' || text.size() < 19 || !digits(text, 11, 2) || text[13] != ':' || !digits(text, 14, 2) ||
      text[16] != ':' || !digits(text, 17, 2))
    return false;
  if (text.substr(11, 2) > "23" || text.substr(14, 2) > "59" || text.substr(17, 2) > "60") return false;
  std::string_view rest = text.substr(19);
  if (rest.starts_with(".")) {
    const std::size_t end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
    if (end < 2) return false;
    rest.remove_prefix(end);
  }
  if (rest.empty() || rest == "Z") return true;
  return rest.size() == 6 && (rest[0] == '+' || rest[0] == '-') && digits(rest, 1, 2) && rest[3] == ':' &&
         digits(rest, 4, 2) && rest.substr(1, 2) <= "14" && rest.substr(4, 2) <= "59";
}

void check_attributes(const json::JsonDocument& event, std::vector<Finding>& findings) {
  Checker checker(event, findings);
  for (const char* name : {"specversion", "type", "source", "id"}) {
    const std::uint32_t at = event.member(0, name);
    if (at == JsonNode::none && std::string_view(name) == "id")
      continue;  // given at the door, from the sender and its key
    if (at == JsonNode::none || event.node(at).kind != JsonNode::Kind::string || event.node(at).text.empty())
      checker.add(Code::event_attribute, name, at, "must be a text that is not empty");
    else if (event.node(at).text.size() > 1024)
      checker.add(Code::event_attribute, name, at, "has more than 1024 bytes");
  }
  const std::uint32_t version = event.member(0, "specversion");
  if (version != JsonNode::none && event.node(version).text != "1.0")
    checker.add(Code::event_attribute, "specversion", version, "must be 1.0", "1.0");
  for (const char* name :
       {"subject", "time", "factkey", "partitionkey", "sequence", "datacontenttype", "correlationid", "recordedtime"}) {
    const std::uint32_t at = event.member(0, name);
    if (at != JsonNode::none && (event.node(at).kind != JsonNode::Kind::string || event.node(at).text.size() > 1024))
      checker.add(Code::event_attribute, name, at, "must be a text of at most 1024 bytes");
  }
  const std::uint32_t time = event.member(0, "time");
  if (time != JsonNode::none && !is_time(event.node(time).text))
    checker.add(Code::event_attribute, "time", time, "is not a date and time as RFC 3339 writes it",
                "2026-05-18T14:32:00-05:00");
  const std::uint32_t data = event.member(0, "data");
  if (data == JsonNode::none || event.node(data).kind != JsonNode::Kind::object)
    checker.add(Code::event_attribute, "data", data, "must be an object");
}

void check_data(const json::JsonDocument& event, std::uint32_t data, const Schema& schema,
                std::vector<Finding>& findings) {
  Checker(event, findings).value(data, schema, 0, "data");
}

}  // namespace crossdock::canonical
