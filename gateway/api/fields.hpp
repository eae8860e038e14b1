// One description of a view's fields serves two readers: the JSON writer and the schema writer.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace crossdock::api {

/// Told of each field of a view, in order.
class Fields {
 public:
  virtual ~Fields() = default;
  /// An empty text is null.
  virtual void text(std::string_view name, std::string_view value, std::string_view description) = 0;
  virtual void whole(std::string_view name, std::int64_t value, std::string_view description) = 0;
  virtual void flag(std::string_view name, bool value, std::string_view description) = 0;
  /// JSON text written as it is; empty is null. `schema` is a schema's text.
  virtual void json(std::string_view name, std::string_view value, std::string_view schema) = 0;
  /// A list of `count` objects of the component schema named; `item` describes the index-th.
  virtual void list(std::string_view name, std::string_view schema, std::size_t count,
                    const std::function<void(Fields&, std::size_t)>& item) = 0;
};

/// Writes an object.
class JsonFields final : public Fields {
 public:
  explicit JsonFields(std::string& out) : out_(out) { out_ += '{'; }
  void text(std::string_view name, std::string_view value, std::string_view description) override;
  void whole(std::string_view name, std::int64_t value, std::string_view description) override;
  void flag(std::string_view name, bool value, std::string_view description) override;
  void json(std::string_view name, std::string_view value, std::string_view schema) override;
  void list(std::string_view name, std::string_view schema, std::size_t count,
            const std::function<void(Fields&, std::size_t)>& item) override;
  /// Ends the object; call once.
  void end() { out_ += '}'; }

 private:
  void key(std::string_view name);
  std::string& out_;
  bool first_ = true;
};

/// Writes the JSON Schema of an object.
class SchemaFields final : public Fields {
 public:
  explicit SchemaFields(std::string& out) : out_(out) { out_ += R"({"type":"object","properties":{)"; }
  void text(std::string_view name, std::string_view value, std::string_view description) override;
  void whole(std::string_view name, std::int64_t value, std::string_view description) override;
  void flag(std::string_view name, bool value, std::string_view description) override;
  void json(std::string_view name, std::string_view value, std::string_view schema) override;
  void list(std::string_view name, std::string_view schema, std::size_t count,
            const std::function<void(Fields&, std::size_t)>& item) override;
  void end() { out_ += "}}"; }

 private:
  void property(std::string_view name, std::string_view type, std::string_view description);
  void key(std::string_view name);
  std::string& out_;
  bool first_ = true;
};

}  // namespace crossdock::api
