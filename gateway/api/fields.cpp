// The two writers behind Fields.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/fields.hpp"

#include "translators/base/json_text.hpp"

namespace crossdock::api {

void JsonFields::key(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  append_json_string(out_, name);
  out_ += ':';
}

void JsonFields::text(std::string_view name, std::string_view value, std::string_view) {
  key(name);
  if (value.empty())
    out_ += "null";
  else
    append_json_string(out_, value);
}

void JsonFields::whole(std::string_view name, std::int64_t value, std::string_view) {
  key(name);
  out_ += std::to_string(value);
}

void JsonFields::flag(std::string_view name, bool value, std::string_view) {
  key(name);
  out_ += value ? "true" : "false";
}

void JsonFields::json(std::string_view name, std::string_view value, std::string_view) {
  key(name);
  out_ += value.empty() ? "null" : value;
}

void JsonFields::list(std::string_view name, std::string_view, std::size_t count,
                      const std::function<void(Fields&, std::size_t)>& item) {
  key(name);
  out_ += '[';
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out_ += ',';
    JsonFields object(out_);
    item(object, i);
    object.end();
  }
  out_ += ']';
}

void SchemaFields::key(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  append_json_string(out_, name);
  out_ += ':';
}

void SchemaFields::property(std::string_view name, std::string_view type, std::string_view description) {
  key(name);
  out_ += R"({"type":)";
  out_ += type;
  if (!description.empty()) {
    out_ += R"(,"description":)";
    append_json_string(out_, description);
  }
  out_ += '}';
}

void SchemaFields::text(std::string_view name, std::string_view, std::string_view description) {
  property(name, R"(["string","null"])", description);
}
void SchemaFields::whole(std::string_view name, std::int64_t, std::string_view description) {
  property(name, R"("integer")", description);
}
void SchemaFields::flag(std::string_view name, bool, std::string_view description) {
  property(name, R"("boolean")", description);
}

void SchemaFields::json(std::string_view name, std::string_view, std::string_view schema) {
  key(name);
  out_ += schema;
}

void SchemaFields::list(std::string_view name, std::string_view schema, std::size_t,
                        const std::function<void(Fields&, std::size_t)>&) {
  key(name);
  out_ += R"({"type":"array","items":{"$ref":"#/components/schemas/)";
  out_ += schema;
  out_ += "\"}}";
}

}  // namespace crossdock::api
