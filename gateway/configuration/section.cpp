// Reading a tree by the declared keys.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/section.hpp"

#include <algorithm>
#include <charconv>

namespace crossdock::configuration {
namespace {

std::string shown(const YamlNode& node) {
  if (node.kind == YamlKind::null) return "nothing";
  if (node.kind == YamlKind::sequence) return "a list";
  if (node.kind == YamlKind::mapping) return "a mapping";
  return "`" + std::string(node.text.substr(0, 80)) + "`";
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string out;
  for (const std::string_view word : words) {
    if (!out.empty()) out += ", ";
    out += word;
  }
  return out;
}

std::string number_text(const Field& field, std::int64_t value) {
  if (field.kind == Field::Kind::duration) return write_duration(std::chrono::milliseconds(value));
  if (field.kind == Field::Kind::bytes) return write_bytes(static_cast<std::uint64_t>(value));
  return std::to_string(value);
}

std::string_view number_form(const Field& field) {
  if (field.kind == Field::Kind::duration) return "a duration such as 45m, 2h, 500ms or 1h30m";
  if (field.kind == Field::Kind::bytes) return "a size such as 512, 64KiB, 16MiB or 1GiB";
  return "a whole number";
}

}  // namespace

void Decoder::fault(Code code, const YamlNode& at, std::string message, std::string expected) {
  faults_.push_back(
      {code, info(code).severity, file_, at.line, at.column, path_, std::move(message), std::move(expected)});
}

void Decoder::fault_at_key(Code code, const YamlNode& at, std::string message, std::string expected) {
  faults_.push_back(
      {code, info(code).severity, file_, at.key_line, at.key_column, path_, std::move(message), std::move(expected)});
}

std::optional<std::string_view> Decoder::scalar(const YamlNode& node, std::string_view expected) {
  if (node.kind == YamlKind::scalar) return node.text;
  fault(Code::configuration_value_type, node, "the value is " + shown(node), "Write " + std::string(expected));
  return std::nullopt;
}

Decoder::Step::Step(Decoder& decoder, std::string_view key) : decoder_(decoder), length_(decoder.path_.size()) {
  if (length_ != 0) decoder.path_ += '.';
  decoder.path_ += key.substr(0, 80);
}

Decoder::Step::Step(Decoder& decoder, std::size_t index) : decoder_(decoder), length_(decoder.path_.size()) {
  decoder.path_ += "[" + std::to_string(index) + "]";
}

std::string Field::type_text() const {
  std::string text;
  switch (kind) {
    case Kind::text: text = format->name; break;
    case Kind::whole: text = "whole number"; break;
    case Kind::yes_no: text = "true or false"; break;
    case Kind::duration: text = "duration"; break;
    case Kind::bytes: text = "size"; break;
    case Kind::choice: text = "choice"; break;
    case Kind::secret: text = "secret reference"; break;
    case Kind::section: text = nested->short_for().empty() ? nested->name() : "text or " + nested->name(); break;
    case Kind::pairs: text = "mapping of " + std::string(format->name) + " to text"; break;
    case Kind::unavailable: text = "not in this build"; break;
  }
  return list ? "list of " + text : text;
}

std::string Field::bounds_text() const {
  if (kind == Kind::choice) return joined(choices);
  if (kind == Kind::whole || kind == Kind::duration || kind == Kind::bytes)
    return number_text(*this, min) + " to " + number_text(*this, max);
  if (kind == Kind::secret) return "secret:NAME, file:PATH, env:VARIABLE";
  return kind == Kind::text ? std::string(format->expected) : std::string();
}

void Section::decode(Decoder& decoder, const YamlNode& node, void* object) const {
  for (const Field& field : fields_)
    if (field.set_default) field.set_default(object);
  const YamlTree& tree = decoder.tree();
  if (node.kind == YamlKind::scalar && !short_for_.empty()) {
    const auto field =
        std::find_if(fields_.begin(), fields_.end(), [&](const Field& f) { return f.name == short_for_; });
    if (field != fields_.end()) return field->store(decoder, node, object);
  }
  if (node.kind != YamlKind::mapping && node.kind != YamlKind::null) {
    decoder.fault(Code::configuration_value_type, node, "the value is " + shown(node),
                  "Write a mapping: " + description_);
    return;
  }
  std::size_t present = 0;
  for (const YamlNode* child = tree.first(node); child != nullptr; child = tree.next(*child)) {
    const auto field =
        std::find_if(fields_.begin(), fields_.end(), [&](const Field& f) { return f.name == child->key; });
    const Decoder::Step step(decoder, child->key);
    ++present;
    if (field == fields_.end()) {
      std::vector<std::string_view> names;
      for (const Field& f : fields_) names.push_back(f.name);
      const std::string_view near = nearest(child->key, names);
      decoder.fault_at_key(Code::configuration_key_unknown, *child,
                           "the key `" + std::string(child->key.substr(0, 80)) + "` is not known in " + name_,
                           near.empty() ? "Known keys: " + joined(names) : "Did you mean `" + std::string(near) + "`?");
      continue;
    }
    if (child->kind == YamlKind::null && field->kind != Field::Kind::section &&
        field->kind != Field::Kind::unavailable && !field->list) {
      if (field->required)
        decoder.fault(Code::configuration_key_missing, *child, "the key has no value", "Write " + field->type_text());
      continue;
    }
    field->store(decoder, *child, object);
  }
  for (const Field& field : fields_) {
    if (!field.required || tree.find(node, field.name) != nullptr) continue;
    decoder.fault(Code::configuration_key_missing, node, "the key `" + field.name + "` is missing in " + name_,
                  "Add `" + field.name + ": ...`: " + field.description);
  }
  if (!one_of_ || present == 1) return;
  std::vector<std::string_view> names;
  for (const Field& f : fields_) names.push_back(f.name);
  decoder.fault(Code::configuration_key_missing, node,
                name_ + " names " + (present == 0 ? "none" : "several") + " of its kinds",
                "Write exactly one of: " + joined(names));
}

namespace detail {

namespace {
bool text_of(Decoder& decoder, const YamlNode& node, const TextFormat& format, std::string& out) {
  const auto text = decoder.scalar(node, format.expected);
  if (!text) return false;
  if (!format.accepts(*text)) {
    // A token in the clear must not reach a log by way of its own fault.
    if (&format == &format::token_hash)
      decoder.fault(Code::configuration_token_plain, node, "the value is not the hash of a token");
    else
      decoder.fault(Code::configuration_value_format, node, "the value is " + shown(node),
                    "Write " + std::string(format.expected));
    return false;
  }
  out = *text;
  return true;
}
}  // namespace

void store_text(Decoder& decoder, const YamlNode& node, const TextFormat& format, std::string& out) {
  (void)text_of(decoder, node, format, out);
}

void store_text(Decoder& decoder, const YamlNode& node, const TextFormat& format, Named& out) {
  if (!text_of(decoder, node, format, out.text)) return;
  out.line = node.line;
  out.column = node.column;
}

void store_secret(Decoder& decoder, const YamlNode& node, SecretReference& out) {
  const auto text = decoder.scalar(node, "a reference: secret:NAME, file:PATH or env:VARIABLE");
  if (!text) return;
  if (!is_secret_reference(*text)) {
    decoder.fault(Code::configuration_secret_plain, node, "the value is not a reference to a secret");
    return;
  }
  out = {std::string(*text), node.line, node.column};
}

void store_pairs(Decoder& decoder, const YamlNode& node, const TextFormat& format,
                 std::vector<std::pair<std::string, std::string>>& out) {
  if (node.kind != YamlKind::mapping) {
    decoder.fault(Code::configuration_value_type, node, "the value is " + shown(node),
                  "Write a mapping of " + std::string(format.expected) + " to a text");
    return;
  }
  for (const YamlNode* child = decoder.tree().first(node); child != nullptr; child = decoder.tree().next(*child)) {
    const Decoder::Step step(decoder, child->key);
    if (!format.accepts(child->key)) {
      decoder.fault_at_key(Code::configuration_value_format, *child,
                           "the key is `" + std::string(child->key.substr(0, 80)) + "`",
                           "Write " + std::string(format.expected));
      continue;
    }
    std::string value;
    store_text(decoder, *child, format::any, value);
    if (!value.empty()) out.emplace_back(child->key, std::move(value));
  }
}

std::optional<std::int64_t> read_whole(Decoder& decoder, const YamlNode& node, const Field& field) {
  const auto text = decoder.scalar(node, number_form(field));
  if (!text) return std::nullopt;
  std::optional<std::int64_t> value;
  if (field.kind == Field::Kind::duration) {
    if (const auto duration = parse_duration(*text)) value = duration->count();
  } else if (field.kind == Field::Kind::bytes) {
    if (const auto size = parse_bytes(*text); size && *size < (1ULL << 62)) value = static_cast<std::int64_t>(*size);
  } else {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error == std::errc{} && end == text->data() + text->size()) value = number;
  }
  if (!value) {
    decoder.fault(Code::configuration_value_type, node, "the value is " + shown(node),
                  "Write " + std::string(number_form(field)));
    return std::nullopt;
  }
  if (*value < field.min || *value > field.max) {
    decoder.fault(Code::configuration_value_bounds, node, "the value is " + shown(node),
                  "Write " + field.bounds_text());
    return std::nullopt;
  }
  return value;
}

std::optional<bool> read_yes_no(Decoder& decoder, const YamlNode& node) {
  const auto text = decoder.scalar(node, "true or false");
  if (!text) return std::nullopt;
  for (const std::string_view word : {"true", "yes", "on"})
    if (*text == word) return true;
  for (const std::string_view word : {"false", "no", "off"})
    if (*text == word) return false;
  decoder.fault(Code::configuration_value_type, node, "the value is " + shown(node), "Write true or false");
  return std::nullopt;
}

std::optional<std::size_t> read_choice(Decoder& decoder, const YamlNode& node,
                                       const std::vector<std::string_view>& choices) {
  const auto text = decoder.scalar(node, "one of: " + joined(choices));
  if (!text) return std::nullopt;
  const auto found = std::find(choices.begin(), choices.end(), *text);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  const std::string_view near = nearest(*text, choices);
  decoder.fault(Code::configuration_value_choice, node, "the value is " + shown(node),
                near.empty() ? "Choose one of: " + joined(choices)
                             : "Did you mean `" + std::string(near) + "`? Choices: " + joined(choices));
  return std::nullopt;
}

void each_item(Decoder& decoder, const YamlNode& node, const std::function<void(const YamlNode&)>& store) {
  if (node.kind == YamlKind::null) return;
  if (node.kind != YamlKind::sequence) {
    store(node);
    return;
  }
  std::size_t index = 0;
  for (const YamlNode* item = decoder.tree().first(node); item != nullptr; item = decoder.tree().next(*item)) {
    const Decoder::Step step(decoder, ++index);
    store(*item);
  }
}

}  // namespace detail

}  // namespace crossdock::configuration
