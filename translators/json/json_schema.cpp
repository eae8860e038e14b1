// The checking is valijson's; pointers become places in the bytes here.
// SPDX-License-Identifier: Apache-2.0
#include "translators/json/json_schema.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "translators/json/json_document.hpp"

namespace crossdock::json {

namespace bj = boost::json;

struct JsonSchema::State {
  bj::value value;
  valijson::Schema schema;
  bool matches = false;  ///< it has patterns or formats
};

namespace {

/// `{"$ref":"#/definitions/x"}` is what it names; null where that cannot be known.
const bj::object* resolved(const bj::value& value, const bj::value& root) {
  const bj::value* at = &value;
  for (int hops = 0; hops < 32; ++hops) {
    const auto* object = at->if_object();
    if (object == nullptr) return nullptr;
    const auto* reference = object->if_contains("$ref");
    if (reference == nullptr) return object;
    const auto* text = reference->if_string();
    if (text == nullptr || !std::string_view(*text).starts_with("#/")) return nullptr;
    at = &root;
    for (std::string_view rest = std::string_view(*text).substr(2);;) {
      const std::string_view name = rest.substr(0, rest.find('/'));
      const auto* holder = at->if_object();
      at = holder == nullptr ? nullptr : holder->if_contains(name);
      if (at == nullptr) return nullptr;
      if (name.size() == rest.size()) break;
      rest.remove_prefix(name.size() + 1);
    }
  }
  return nullptr;
}

/// The first text above the limit, and where it is, as valijson would say it; null: there is none.
const bj::string* long_text(const bj::value& value, std::vector<std::string>& context) {
  if (const auto* text = value.if_string()) return text->size() > JsonSchema::matched_bytes_max ? text : nullptr;
  const auto below = [&context](const bj::value& part, std::string name) {
    context.push_back("[" + std::move(name) + "]");
    const bj::string* found = long_text(part, context);
    if (found == nullptr) context.pop_back();
    return found;
  };
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object)
      if (const bj::string* found = below(member.value(), std::string(member.key()))) return found;
  } else if (const auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      if (const bj::string* found = below((*array)[i], std::to_string(i))) return found;
  }
  return nullptr;
}

/// The schema has patterns or formats somewhere.
bool has_matches(const bj::value& value) {
  if (const auto* object = value.if_object())
    return std::any_of(object->begin(), object->end(), [](const auto& member) {
      const std::string_view key = member.key();
      return key == "pattern" || key == "patternProperties" || key == "format" || has_matches(member.value());
    });
  const auto* array = value.if_array();
  return array != nullptr &&
         std::any_of(array->begin(), array->end(), [](const auto& item) { return has_matches(item); });
}

/// Keywords that say something which is not followed here.
bool open_ended(const bj::object& schema) {
  for (const char* key : {"anyOf", "oneOf", "allOf", "if", "not", "patternProperties"})
    if (schema.contains(key)) return true;
  const auto* more = schema.if_contains("additionalProperties");
  return more != nullptr && !(more->is_bool() && !more->get_bool());
}

/// valijson's context: `<root>`, `[name]`, `[0]`.
std::string pointer_of(const std::vector<std::string>& context) {
  std::string out;
  for (const std::string& part : context) {
    if (part.size() < 2 || part.front() != '[') continue;
    out += '/';
    for (const char c : part.substr(1, part.size() - 2)) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  }
  return out;
}

std::uint32_t node_of(const std::vector<std::string>& context, const tree::Tree& document) {
  std::uint32_t at = 0;
  for (const std::string& part : context) {
    if (part.size() < 2 || part.front() != '[') continue;
    const std::string name = part.substr(1, part.size() - 2);
    std::uint32_t next = document.member(at, name);
    if (next == tree::TreeNode::none && !name.empty() && name.size() < 9 &&
        name.find_first_not_of("0123456789") == std::string::npos)
      next = document.item(at, static_cast<std::uint32_t>(std::stoul(name)));
    if (next == tree::TreeNode::none) return at;
    at = next;
  }
  return at;
}

}  // namespace

Result<JsonSchema> JsonSchema::load(std::string_view text) {
  auto state = std::make_shared<State>();
  bj::error_code failed;
  state->value = bj::parse(bj::string_view(text.data(), text.size()), failed);
  if (failed || !state->value.is_object())
    return fail(Code::map_format_wrong, failed ? "no JSON: " + failed.message() : "a schema is a JSON object");
  state->matches = has_matches(state->value);
  try {
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    const valijson::adapters::BoostJsonAdapter adapter(state->value);
    parser.populateSchema(adapter, state->schema);
  } catch (const std::exception& problem) {
    return fail(Code::map_format_wrong, std::string("no schema that can be understood: ") + problem.what());
  }
  JsonSchema out;
  out.state_ = std::move(state);
  return out;
}

void JsonSchema::check(std::string_view text, const tree::Tree& document, std::vector<Finding>& findings) const {
  bj::error_code failed;
  bj::parse_options options;
  options.max_depth = 64;
  const bj::value value = bj::parse(bj::string_view(text.starts_with("\xEF\xBB\xBF") ? text.data() + 3 : text.data(),
                                                    text.starts_with("\xEF\xBB\xBF") ? text.size() - 3 : text.size()),
                                    failed, {}, options);
  if (failed) return;  // the document's own parser has told
  std::vector<std::string> context;
  if (const bj::string* text_found = state_->matches ? long_text(value, context) : nullptr) {
    Finding finding;
    finding.code = Code::document_schema;
    finding.severity = Severity::error;
    finding.path = context.empty() ? "/" : pointer_of(context);
    finding.where = document.where(node_of(context, document));
    finding.value = std::string(std::string_view(*text_found).substr(0, 200));
    finding.expected = "texts of at most " + std::to_string(matched_bytes_max) + " bytes, as the schema has patterns";
    finding.message = "a text has " + std::to_string(text_found->size()) + " bytes; expected " + finding.expected;
    findings.push_back(std::move(finding));
    return;
  }
  valijson::ValidationResults results;
  try {
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    const valijson::adapters::BoostJsonAdapter adapter(value);
    (void)validator.validate(state_->schema, adapter, &results);
  } catch (const std::exception& problem) {
    results.pushError({"<root>"}, std::string("the schema could not be applied: ") + problem.what());
  }
  valijson::ValidationResults::Error error;
  std::vector<Finding> found;
  while (results.popError(error)) {
    // valijson tells first what is wrong inside, then that the whole around it is: only the innermost is of use.
    const std::string pointer = pointer_of(error.context);
    const bool echo = error.description.starts_with("Failed to validate against schema") ||
                      error.description.find("failed to validate against") != std::string::npos;
    if (echo &&
        std::any_of(found.begin(), found.end(), [&](const Finding& one) { return one.path.starts_with(pointer); }))
      continue;
    if (found.size() >= findings_max) break;
    const std::uint32_t node = node_of(error.context, document);
    Finding finding;
    finding.code = Code::document_schema;
    finding.severity = Severity::error;
    finding.path = pointer.empty() ? "/" : pointer;
    finding.where = document.where(node);
    finding.value = std::string(document.node(node).text.substr(0, 200));
    finding.expected = error.description;
    finding.message = "at " + finding.path + ": " + error.description;
    found.push_back(std::move(finding));
  }
  findings.insert(findings.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
}

void JsonSchema::check_text(std::string_view text, std::vector<Finding>& findings) const {
  const auto document = JsonDocument::parse(text);
  if (document) return check(text, *document, findings);
  Finding finding;
  finding.code = document.error().code;
  finding.severity = Severity::error;
  finding.path = "/";
  finding.where = document.error().where;
  finding.message = document.error().text();
  findings.push_back(std::move(finding));
}

JsonSchema::Step JsonSchema::root() const { return {&state_->value, &state_->value, false}; }

JsonSchema::Step JsonSchema::Step::member(const std::string& name) const {
  if (value == nullptr) return {};
  const auto& whole = *static_cast<const bj::value*>(root);
  const bj::object* schema = resolved(*static_cast<const bj::value*>(value), whole);
  if (schema == nullptr) return {};
  const auto* properties = schema->if_contains("properties");
  const auto* object = properties == nullptr ? nullptr : properties->if_object();
  if (object == nullptr) return {};
  if (const auto* found = object->if_contains(name)) return {found, root, false};
  return {nullptr, root, !open_ended(*schema)};
}

JsonSchema::Step JsonSchema::Step::item() const {
  if (value == nullptr) return {};
  const bj::object* schema = resolved(*static_cast<const bj::value*>(value), *static_cast<const bj::value*>(root));
  const auto* items = schema == nullptr ? nullptr : schema->if_contains("items");
  if (items != nullptr && items->is_object()) return {items, root, false};
  const auto* type = schema == nullptr ? nullptr : schema->if_contains("type");
  const bool other = type != nullptr && type->is_string() && type->get_string() != "array";
  return {nullptr, root, other};
}

std::vector<std::string> JsonSchema::Step::members() const {
  std::vector<std::string> out;
  if (value == nullptr) return out;
  const bj::object* schema = resolved(*static_cast<const bj::value*>(value), *static_cast<const bj::value*>(root));
  const auto* properties = schema == nullptr ? nullptr : schema->if_contains("properties");
  if (properties != nullptr && properties->is_object())
    for (const auto& [key, unused] : properties->get_object()) out.emplace_back(key);
  return out;
}

}  // namespace crossdock::json
