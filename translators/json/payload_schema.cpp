// valijson over Boost.JSON; its exceptions end here.
// SPDX-License-Identifier: Apache-2.0
#include "translators/json/payload_schema.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <exception>
#include <set>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace crossdock::json {
namespace {

using valijson::adapters::BoostJsonAdapter;

Finding finding_of(Code code, std::string path, std::string message) {
  Finding out;
  out.code = code;
  out.severity = Severity::error;
  out.path = std::move(path);
  out.message = std::move(message);
  return out;
}

/// `<root>`, `[status]`, `[3]` -> `$.status[3]`
std::string path_of(const std::vector<std::string>& context) {
  std::string out = "$";
  for (std::size_t i = 1; i < context.size(); ++i) {
    std::string name = context[i];
    if (name.size() > 2 && name.front() == '[') name = name.substr(1, name.size() - 2);
    const bool number = name.find_first_not_of("0123456789") == std::string::npos;
    out += number ? "[" + name + "]" : "." + name;
  }
  return out;
}

bool has_key(const boost::json::value& value, const std::set<std::string_view>& keys) {
  if (const auto* object = value.if_object()) {
    for (const auto& [key, item] : *object)
      if (keys.contains(std::string_view(key)) || has_key(item, keys)) return true;
  } else if (const auto* array = value.if_array()) {
    for (const auto& item : *array)
      if (has_key(item, keys)) return true;
  }
  return false;
}

/// The path of the first text above the limit; empty: there is none.
std::string too_long(const boost::json::value& value, const std::string& path) {
  if (const auto* text = value.if_string())
    return text->size() > PayloadSchema::matched_bytes_max ? path : std::string();
  if (const auto* object = value.if_object()) {
    for (const auto& [key, item] : *object)
      if (std::string found = too_long(item, path + "." + std::string(key)); !found.empty()) return found;
  } else if (const auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      if (std::string found = too_long((*array)[i], path + "[" + std::to_string(i) + "]"); !found.empty()) return found;
  }
  return {};
}

}  // namespace

struct PayloadSchema::State {
  std::string name;
  valijson::Schema schema;
  bool matches = false;  ///< it has patterns or formats
};

PayloadSchema::PayloadSchema(std::unique_ptr<State> state) : state_(std::move(state)) {}
PayloadSchema::~PayloadSchema() = default;

Result<std::unique_ptr<const PayloadSchema>> PayloadSchema::compile(std::string_view text, std::string name) {
  boost::system::error_code failed;
  const boost::json::value value = boost::json::parse({text.data(), text.size()}, failed);
  if (failed) return fail(Code::map_schema_wrong, name + " is no JSON: " + failed.message());
  if (!value.is_object()) return fail(Code::map_schema_wrong, name + " is no JSON object");
  auto state = std::make_unique<State>();
  state->name = std::move(name);
  state->matches = has_key(value, {"pattern", "patternProperties", "format"});
  try {
    valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(BoostJsonAdapter(value), state->schema);
  } catch (const std::exception& problem) {
    return fail(Code::map_schema_wrong, state->name + " is no schema: " + problem.what());
  }
  return std::unique_ptr<const PayloadSchema>(new PayloadSchema(std::move(state)));
}

void PayloadSchema::check(std::string_view document, std::vector<Finding>& findings) const {
  boost::system::error_code failed;
  const boost::json::value value = boost::json::parse({document.data(), document.size()}, failed);
  if (failed) {
    findings.push_back(finding_of(Code::json_syntax, "$", "the document is no JSON: " + failed.message()));
    return;
  }
  if (state_->matches) {
    if (std::string path = too_long(value, "$"); !path.empty()) {
      findings.push_back(finding_of(Code::document_rejected, std::move(path),
                                    "the text has more than " + std::to_string(matched_bytes_max) + " bytes, and " +
                                        state_->name + " has patterns that it would be held against"));
      return;
    }
  }
  try {
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(state_->schema, BoostJsonAdapter(value), &results)) return;
    valijson::ValidationResults::Error error;
    std::vector<valijson::ValidationResults::Error> errors;
    while (results.popError(error)) errors.push_back(error);
    for (const auto& one : errors) {
      // What fails in a part is told again of each whole around it; the innermost says it best.
      const auto deeper = [&](const auto& other) {
        return other.context.size() > one.context.size() &&
               std::equal(one.context.begin(), one.context.end(), other.context.begin());
      };
      if (std::any_of(errors.begin(), errors.end(), deeper) &&
          one.description.find("Failed to validate against schema") != std::string::npos)
        continue;
      if (findings.size() >= findings_max) return;
      std::string path = path_of(one.context);
      std::string message = "the document does not follow " + state_->name + " at " + path + ": " + one.description;
      findings.push_back(finding_of(Code::document_rejected, std::move(path), std::move(message)));
    }
  } catch (const std::exception& problem) {
    findings.push_back(finding_of(Code::document_rejected, "$",
                                  "the document could not be held against " + state_->name + ": " + problem.what()));
  }
}

}  // namespace crossdock::json
