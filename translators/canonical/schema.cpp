// Schema loading: Boost.JSON reads the text, references are followed once, the tree becomes flat.
// SPDX-License-Identifier: Apache-2.0
#include "translators/canonical/schema.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <map>

namespace crossdock::canonical {
namespace {

namespace json = boost::json;
constexpr std::size_t depth_max = 16;
constexpr std::size_t nodes_max = 20'000;

class SchemaReader {
 public:
  explicit SchemaReader(const ReadText& read) : read_(read) {}

  Result<Schema> load(const std::string& type) {
    const std::string file = type + ".schema.json";
    TRY(const json::object* root, document(file));
    schema_.type = type;
    TRY_STATUS(add(*root, file, "", "", 0).and_then([](std::uint32_t) { return Status{}; }));
    if (schema_.nodes[0].kind != SchemaNode::Kind::object) return wrong(file, "the root is not of type object");
    return std::move(schema_);
  }

 private:
  static tl::unexpected<Error> wrong(const std::string& file, const std::string& what) {
    return fail(Code::map_schema_wrong, "maps/canonical/" + file + ": " + what);
  }

  Result<const json::object*> document(const std::string& file) {
    if (const auto known = documents_.find(file); known != documents_.end()) return known->second.if_object();
    TRY(const std::string text, read_("maps/canonical/" + file));
    boost::system::error_code problem;
    json::value value = json::parse(text, problem);
    if (problem) return wrong(file, "not well-formed JSON: " + problem.message());
    if (!value.is_object()) return wrong(file, "not a JSON object");
    return documents_.emplace(file, std::move(value)).first->second.if_object();
  }

  /// Follows $ref; `file` becomes the file that the schema stands in.
  Result<const json::object*> resolve(const json::object* at, std::string& file) {
    for (std::size_t hops = 0; hops <= depth_max; ++hops) {
      const json::value* reference = at->if_contains("$ref");
      if (reference == nullptr) return at;
      if (!reference->is_string()) return wrong(file, "$ref is not a text");
      const std::string text(reference->get_string());
      const std::size_t hash = text.find('#');
      if (hash != 0 && hash != std::string::npos) file = text.substr(0, hash);
      if (hash == std::string::npos) file = text;
      if (file.find('/') != std::string::npos) return wrong(file, "$ref may name a file beside it only");
      TRY(at, document(file));
      if (hash == std::string::npos || hash + 1 == text.size()) continue;
      const std::string pointer = text.substr(hash + 1);
      const json::value* found = json_pointer(*at, pointer);
      if (found == nullptr || !found->is_object()) return wrong(file, "$ref " + text + " leads nowhere");
      at = found->if_object();
    }
    return wrong(file, "a $ref leads in a circle");
  }

  /// RFC 6901 over objects only.
  static const json::value* json_pointer(const json::object& root, std::string_view pointer) {
    const json::object* at = &root;
    const json::value* found = nullptr;
    while (!pointer.empty()) {
      if (pointer[0] != '/' || at == nullptr) return nullptr;
      const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
      found = at->if_contains(pointer.substr(1, end - 1));
      if (found == nullptr) return nullptr;
      at = found->if_object();
      pointer.remove_prefix(end);
    }
    return found;
  }

  static Result<SchemaNode::Kind> kind_of(const json::object& source, const std::string& file,
                                          const std::string& path) {
    static const std::map<std::string, SchemaNode::Kind, std::less<>> kinds = {
        {"string", SchemaNode::Kind::string}, {"integer", SchemaNode::Kind::integer},
        {"number", SchemaNode::Kind::number}, {"boolean", SchemaNode::Kind::boolean},
        {"object", SchemaNode::Kind::object}, {"array", SchemaNode::Kind::array}};
    const json::value* type = source.if_contains("type");
    if (type == nullptr && source.contains("properties")) return SchemaNode::Kind::object;
    if (type == nullptr && (source.contains("enum") || source.contains("const"))) return SchemaNode::Kind::string;
    if (type == nullptr || !type->is_string()) return wrong(file, "`" + path + "` does not say its one `type`");
    const auto kind = kinds.find(std::string_view(type->get_string()));
    if (kind == kinds.end())
      return wrong(file, "`" + path + "` has the unknown type " + std::string(type->get_string()));
    return kind->second;
  }

  static std::string text_of(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
  }

  static void read_limits(const json::object& source, SchemaNode& node) {
    auto text = [&](const char* key, std::string& out) {
      if (const json::value* value = source.if_contains(key); value != nullptr && value->is_string())
        out = std::string(value->get_string());
    };
    text("format", node.format);
    text("pattern", node.pattern);
    auto number = [&](const char* key) -> std::optional<double> {
      const json::value* value = source.if_contains(key);
      if (value == nullptr || !value->is_number()) return std::nullopt;
      return value->to_number<double>();
    };
    auto count = [&](const char* key) -> std::optional<std::uint64_t> {
      const auto value = number(key);
      if (!value || *value < 0 || *value > 1e9) return std::nullopt;
      return static_cast<std::uint64_t>(*value);
    };
    node.minimum = number("minimum");
    node.maximum = number("maximum");
    const bool list = node.kind == SchemaNode::Kind::array;
    node.length_min = count(list ? "minItems" : "minLength");
    node.length_max = count(list ? "maxItems" : "maxLength");
    if (const json::value* allowed = source.if_contains("enum"); allowed != nullptr && allowed->is_array())
      for (const json::value& value : allowed->get_array()) node.allowed.push_back(text_of(value));
    if (const json::value* only = source.if_contains("const")) node.allowed.push_back(text_of(*only));
    if (const json::value* more = source.if_contains("additionalProperties"); more != nullptr && more->is_bool())
      node.closed = !more->get_bool();
  }

  Result<std::uint32_t> add(const json::object& written, std::string file, const std::string& name,
                            const std::string& path, std::size_t depth) {
    if (depth > depth_max || schema_.nodes.size() >= nodes_max)
      return wrong(file, "`" + path + "` is nested too deeply or in a circle");
    TRY(const json::object* source, resolve(&written, file));
    const auto index = static_cast<std::uint32_t>(schema_.nodes.size());
    schema_.nodes.emplace_back();
    TRY(const SchemaNode::Kind kind, kind_of(*source, file, path.empty() ? "the root" : path));
    {
      SchemaNode& node = schema_.nodes[index];
      node.kind = kind;
      node.name = name;
      node.path = path;
      read_limits(*source, node);
    }
    if (kind == SchemaNode::Kind::object) TRY_STATUS(add_properties(*source, file, index, path, depth));
    if (kind == SchemaNode::Kind::array) {
      const json::value* items = source->if_contains("items");
      if (items == nullptr || !items->is_object())
        return wrong(file, "the list `" + path + "` does not say its `items`");
      TRY(const std::uint32_t item, add(items->get_object(), file, "[]", path + "[]", depth + 1));
      schema_.nodes[index].children.push_back(item);
    }
    return index;
  }

  Status add_properties(const json::object& source, const std::string& file, std::uint32_t index,
                        const std::string& path, std::size_t depth) {
    const json::value* properties = source.if_contains("properties");
    if (properties == nullptr || !properties->is_object()) return {};
    for (const auto& [key, value] : properties->get_object()) {
      if (!value.is_object()) return wrong(file, "property `" + std::string(key) + "` is not an object");
      const std::string name(key);
      TRY(const std::uint32_t child,
          add(value.get_object(), file, name, path.empty() ? name : path + "." + name, depth + 1));
      schema_.nodes[index].children.push_back(child);
    }
    const json::value* required = source.if_contains("required");
    if (required == nullptr || !required->is_array()) return {};
    for (const json::value& name : required->get_array()) {
      const std::uint32_t child = name.is_string() ? schema_.child(index, name.get_string()) : Schema::none;
      if (child == Schema::none) return wrong(file, "`required` of `" + path + "` names a property that is not there");
      schema_.nodes[child].required = true;
    }
    return {};
  }

  const ReadText& read_;
  Schema schema_;
  std::map<std::string, json::value> documents_;
};

}  // namespace

std::uint32_t Schema::child(std::uint32_t object, std::string_view name) const {
  for (const std::uint32_t index : nodes[object].children)
    if (nodes[index].name == name) return index;
  return none;
}

std::vector<std::string> Schema::paths() const {
  std::vector<std::string> out;
  for (const SchemaNode& node : nodes)
    if (!node.path.empty()) out.push_back(node.path);
  return out;
}

Result<Schema> load_schema(const ReadText& read, const std::string& type) {
  try {
    return SchemaReader(read).load(type);
  } catch (const std::exception& problem) {
    return fail(Code::map_schema_wrong, "maps/canonical/" + type + ".schema.json: " + problem.what());
  }
}

}  // namespace crossdock::canonical
