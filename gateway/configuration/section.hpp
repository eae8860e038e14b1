// Declaring configuration keys: each key once, with name, description, type, default and bounds. Reading a file, the
// printed reference and the JSON Schemas all come from these declarations. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/configuration/fault.hpp"
#include "gateway/configuration/format.hpp"
#include "gateway/configuration/secret.hpp"
#include "translators/yaml/yaml_tree.hpp"

namespace crossdock::configuration {

using yaml::YamlKind;
using yaml::YamlNode;
using yaml::YamlTree;

/// A text and the place where it stands, for faults found when files are compared with each other.
struct Named {
  std::string text;
  std::uint32_t line = 0, column = 0;
  [[nodiscard]] bool empty() const { return text.empty(); }
  [[nodiscard]] bool operator==(std::string_view other) const { return text == other; }
};

/// Reads one file's tree into a struct and collects every fault.
class Decoder {
 public:
  Decoder(const YamlTree& tree, std::string file, Faults& faults)
      : tree_(tree), file_(std::move(file)), faults_(faults) {}
  [[nodiscard]] const YamlTree& tree() const { return tree_; }
  void fault(Code code, const YamlNode& at, std::string message, std::string expected = {});
  void fault_at_key(Code code, const YamlNode& at, std::string message, std::string expected = {});
  /// The scalar's text; a fault and nothing for lists and mappings.
  [[nodiscard]] std::optional<std::string_view> scalar(const YamlNode& node, std::string_view expected);
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Appends to the key path while it lives.
  class Step {
   public:
    Step(Decoder& decoder, std::string_view key);
    Step(Decoder& decoder, std::size_t index);
    ~Step() { decoder_.path_.resize(length_); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Decoder& decoder_;
    std::size_t length_;
  };

 private:
  const YamlTree& tree_;
  std::string file_;
  Faults& faults_;
  std::string path_;
};

class Section;

/// One key: what the reference and the schema say of it, and how it is stored.
struct Field {
  enum class Kind : std::uint8_t { text, whole, yes_no, duration, bytes, choice, secret, section, pairs, unavailable };
  std::string name, description;
  Kind kind = Kind::text;
  bool required = false, list = false;
  std::string default_text;  ///< as it would be written; empty: none
  const TextFormat* format = nullptr;
  std::int64_t min = 0, max = 0;  ///< whole, duration (ms), bytes
  std::vector<std::string_view> choices;
  const Section* nested = nullptr;
  std::function<void(Decoder&, const YamlNode&, void*)> store;
  std::function<void(void*)> set_default;

  [[nodiscard]] std::string type_text() const;
  [[nodiscard]] std::string bounds_text() const;
};

/// A mapping with declared keys.
class Section {
 public:
  explicit Section(std::string name, std::string description)
      : name_(std::move(name)), description_(std::move(description)) {}
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& description() const { return description_; }
  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
  /// Exactly one of its keys must be present (channel kinds, ways of authentication).
  [[nodiscard]] bool one_of() const { return one_of_; }
  /// The key that a text in the section's place stands for; empty: a text is a fault.
  [[nodiscard]] const std::string& short_for() const { return short_for_; }
  void decode(Decoder& decoder, const YamlNode& node, void* object) const;

 protected:
  void add(Field field) { fields_.push_back(std::move(field)); }
  bool one_of_ = false;
  std::string short_for_;

 private:
  std::string name_, description_;
  std::vector<Field> fields_;
};

/// What a number or duration may be.
template <class T>
struct Bounds {
  T min, max;
};

namespace detail {
void store_text(Decoder& decoder, const YamlNode& node, const TextFormat& format, std::string& out);
void store_text(Decoder& decoder, const YamlNode& node, const TextFormat& format, Named& out);
void store_secret(Decoder& decoder, const YamlNode& node, SecretReference& out);
void store_pairs(Decoder& decoder, const YamlNode& node, const TextFormat& format,
                 std::vector<std::pair<std::string, std::string>>& out);
std::optional<std::int64_t> read_whole(Decoder& decoder, const YamlNode& node, const Field& field);
std::optional<bool> read_yes_no(Decoder& decoder, const YamlNode& node);
std::optional<std::size_t> read_choice(Decoder& decoder, const YamlNode& node,
                                       const std::vector<std::string_view>& choices);
/// Calls `store` for each item of a list; a single value counts as a list of one.
void each_item(Decoder& decoder, const YamlNode& node, const std::function<void(const YamlNode&)>& store);
}  // namespace detail

/// Builds a Section whose keys are members of T. Names and descriptions stand beside the members they fill.
template <class T>
class SectionOf : public Section {
 public:
  using Section::Section;

  SectionOf& exactly_one() {
    one_of_ = true;
    return *this;
  }
  /// A text in the section's place is the value of this key.
  SectionOf& shorthand(std::string key) {
    short_for_ = std::move(key);
    return *this;
  }
  SectionOf& required() {
    last().required = true;
    return *this;
  }

  template <class Text>
  SectionOf& text(std::string key, Text T::*member, const TextFormat& format, std::string description,
                  std::string default_text = {}) {
    Field& field = start(std::move(key), std::move(description), Field::Kind::text);
    field.format = &format;
    field.default_text = default_text;
    field.store = [member, &format](Decoder& d, const YamlNode& node, void* object) {
      detail::store_text(d, node, format, at(object).*member);
    };
    if (!default_text.empty()) {
      field.set_default = [member, default_text](void* object) {
        if constexpr (std::is_same_v<Text, Named>)
          (at(object).*member).text = default_text;
        else
          at(object).*member = default_text;
      };
    }
    return keep();
  }

  template <class Text>
  SectionOf& texts(std::string key, std::vector<Text> T::*member, const TextFormat& format, std::string description) {
    Field& field = start(std::move(key), std::move(description), Field::Kind::text);
    field.format = &format;
    field.list = true;
    field.store = [member, &format](Decoder& d, const YamlNode& node, void* object) {
      detail::each_item(d, node, [&](const YamlNode& item) {
        Text text;
        detail::store_text(d, item, format, text);
        (at(object).*member).push_back(std::move(text));
      });
    };
    return keep();
  }

  SectionOf& secret(std::string key, SecretReference T::*member, std::string description) {
    Field& field = start(std::move(key), std::move(description), Field::Kind::secret);
    field.store = [member](Decoder& d, const YamlNode& node, void* object) {
      detail::store_secret(d, node, at(object).*member);
    };
    return keep();
  }

  SectionOf& secrets(std::string key, std::vector<SecretReference> T::*member, std::string description) {
    Field& field = start(std::move(key), std::move(description), Field::Kind::secret);
    field.list = true;
    field.store = [member](Decoder& d, const YamlNode& node, void* object) {
      detail::each_item(
          d, node, [&](const YamlNode& item) { detail::store_secret(d, item, (at(object).*member).emplace_back()); });
    };
    return keep();
  }

  /// Whole numbers: any integer type. The member's initial value is the default.
  template <class Number>
  SectionOf& whole(std::string key, Number T::*member, Bounds<std::int64_t> bounds, std::string description) {
    return number(std::move(key), member, bounds, std::move(description), Field::Kind::whole,
                  std::to_string(T{}.*member));
  }

  template <class Number>
  SectionOf& bytes(std::string key, Number T::*member, Bounds<std::int64_t> bounds, std::string description) {
    return number(std::move(key), member, bounds, std::move(description), Field::Kind::bytes, write_bytes(T{}.*member));
  }

  SectionOf& duration(std::string key, std::chrono::milliseconds T::*member, Bounds<std::chrono::milliseconds> bounds,
                      std::string description) {
    Field& field = start(std::move(key), std::move(description), Field::Kind::duration);
    field.min = bounds.min.count();
    field.max = bounds.max.count();
    field.default_text = write_duration(T{}.*member);
    const Field limits = field;
    field.store = [member, limits](Decoder& d, const YamlNode& node, void* object) {
      if (const auto value = detail::read_whole(d, node, limits))
        at(object).*member = std::chrono::milliseconds(*value);
    };
    return keep();
  }

  SectionOf& yes_no(std::string key, bool T::*member, std::string description) {
    Field& field = start(std::move(key), std::move(description), Field::Kind::yes_no);
    field.default_text = T{}.*member ? "true" : "false";
    field.store = [member](Decoder& d, const YamlNode& node, void* object) {
      if (const auto value = detail::read_yes_no(d, node)) at(object).*member = *value;
    };
    return keep();
  }

  /// An enumeration: `choices` in the order of its values, beginning with 0.
  template <class Enumeration>
  SectionOf& choice(std::string key, Enumeration T::*member, std::vector<std::string_view> choices,
                    std::string description) {
    Field& field = start(std::move(key), std::move(description), Field::Kind::choice);
    field.choices = choices;
    field.default_text = choices[static_cast<std::size_t>(T{}.*member)];
    field.store = [member, choices](Decoder& d, const YamlNode& node, void* object) {
      if (const auto value = detail::read_choice(d, node, choices))
        at(object).*member = static_cast<Enumeration>(*value);
    };
    return keep();
  }

  template <class Enumeration>
  SectionOf& choice_list(std::string key, std::vector<Enumeration> T::*member, std::vector<std::string_view> choices,
                         std::string description, std::string default_text = {}) {
    Field& field = start(std::move(key), std::move(description), Field::Kind::choice);
    field.choices = choices;
    field.list = true;
    field.default_text = std::move(default_text);
    field.store = [member, choices](Decoder& d, const YamlNode& node, void* object) {
      (at(object).*member).clear();
      detail::each_item(d, node, [&](const YamlNode& item) {
        if (const auto value = detail::read_choice(d, item, choices))
          (at(object).*member).push_back(static_cast<Enumeration>(*value));
      });
    };
    return keep();
  }

  /// A mapping with keys of the reader's own: format of the keys, text values.
  SectionOf& pairs(std::string key, std::vector<std::pair<std::string, std::string>> T::*member,
                   const TextFormat& format, std::string description) {
    Field& field = start(std::move(key), std::move(description), Field::Kind::pairs);
    field.format = &format;
    field.store = [member, &format](Decoder& d, const YamlNode& node, void* object) {
      detail::store_pairs(d, node, format, at(object).*member);
    };
    return keep();
  }

  /// A key of the design that this build does not serve yet.
  SectionOf& unavailable(std::string key, std::string what) {
    Field& field = start(std::move(key), what + "; not in this build", Field::Kind::unavailable);
    field.store = [what](Decoder& d, const YamlNode& node, void*) {
      d.fault_at_key(Code::configuration_channel_unavailable, node, what + " is not in this build");
    };
    return keep();
  }

  template <class Nested>
  SectionOf& section(std::string key, Nested T::*member, const Section& nested, std::string description) {
    Field& field = start(std::move(key), std::move(description), Field::Kind::section);
    field.nested = &nested;
    field.store = [member, &nested](Decoder& d, const YamlNode& node, void* object) {
      nested.decode(d, node, &(at(object).*member));
    };
    return keep();
  }

  template <class Nested>
  SectionOf& section(std::string key, std::optional<Nested> T::*member, const Section& nested,
                     std::string description) {
    Field& field = start(std::move(key), std::move(description), Field::Kind::section);
    field.nested = &nested;
    field.store = [member, &nested](Decoder& d, const YamlNode& node, void* object) {
      nested.decode(d, node, &(at(object).*member).emplace());
    };
    return keep();
  }

  template <class Nested>
  SectionOf& sections(std::string key, std::vector<Nested> T::*member, const Section& nested, std::string description) {
    Field& field = start(std::move(key), std::move(description), Field::Kind::section);
    field.nested = &nested;
    field.list = true;
    field.store = [member, &nested](Decoder& d, const YamlNode& node, void* object) {
      detail::each_item(d, node, [&](const YamlNode& item) {
        auto& element = (at(object).*member).emplace_back();
        nested.decode(d, item, &element);
        if constexpr (requires { element.line; }) {
          element.line = item.line;
          element.column = item.column;
        }
      });
    };
    return keep();
  }

 private:
  static T& at(void* object) { return *static_cast<T*>(object); }

  template <class Number>
  SectionOf& number(std::string key, Number T::*member, Bounds<std::int64_t> bounds, std::string description,
                    Field::Kind kind, std::string default_text) {
    Field& field = start(std::move(key), std::move(description), kind);
    field.min = bounds.min;
    field.max = bounds.max;
    field.default_text = std::move(default_text);
    const Field limits = field;
    field.store = [member, limits](Decoder& d, const YamlNode& node, void* object) {
      if (const auto value = detail::read_whole(d, node, limits)) at(object).*member = static_cast<Number>(*value);
    };
    return keep();
  }

  Field& start(std::string key, std::string description, Field::Kind kind) {
    building_ = Field{};
    building_.name = std::move(key);
    building_.description = std::move(description);
    building_.kind = kind;
    return building_;
  }
  SectionOf& keep() {
    add(std::move(building_));
    return *this;
  }
  Field& last() { return const_cast<Field&>(fields().back()); }

  Field building_;
};

}  // namespace crossdock::configuration
