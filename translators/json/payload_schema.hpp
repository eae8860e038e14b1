// A JSON Schema (draft 7) for documents from outside: what a partner's webhook may post.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/base/result.hpp"

namespace crossdock::json {

/// Compiled once, never changed, shared by threads. References (`$ref`) stay inside the schema.
class PayloadSchema {
 public:
  /// `name` is what findings call it. Errors: map.schema.wrong.
  [[nodiscard]] static Result<std::unique_ptr<const PayloadSchema>> compile(std::string_view text, std::string name);
  ~PayloadSchema();
  /// One finding (document.rejected) for each place that does not follow the schema, with the field in `path`
  /// (`$.status.code`); json.syntax for what is no JSON. At most findings_max.
  void check(std::string_view document, std::vector<Finding>& findings) const;

  static constexpr std::size_t findings_max = 100;
  /// Where the schema has patterns or formats, longer texts are refused unread: matching them would cost stack.
  static constexpr std::size_t matched_bytes_max = 4096;

 private:
  struct State;
  explicit PayloadSchema(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::json
