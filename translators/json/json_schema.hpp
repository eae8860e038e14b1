// JSON Schema, draft 7: checks documents, and answers what a place in them may be.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/base/result.hpp"
#include "translators/tree/tree.hpp"

namespace crossdock::json {

/// Never changed after loading; shared by all threads.
class JsonSchema {
 public:
  /// Errors: map.format.wrong (no JSON, no schema that can be understood). References to other files are not followed.
  [[nodiscard]] static Result<JsonSchema> load(std::string_view text);
  /// Findings of code document.schema with the JSON pointer in `path`, the place of the value, and what was expected.
  /// At most `findings_max`.
  void check(std::string_view text, const tree::Tree& document, std::vector<Finding>& findings) const;
  /// The same for a text that nobody has read yet; json.syntax or json.limit where it is no JSON.
  void check_text(std::string_view text, std::vector<Finding>& findings) const;
  static constexpr std::size_t findings_max = 1000;
  /// Where the schema has patterns or formats, longer texts are a finding and are not matched: that would cost stack.
  static constexpr std::size_t matched_bytes_max = 4096;

  /// A part of the schema. Where it cannot be known what stands below (anyOf, references elsewhere), everything may.
  struct Step {
    const void* value = nullptr;  ///< null: anything
    const void* root = nullptr;
    bool known_missing = false;
    [[nodiscard]] Step member(const std::string& name) const;
    [[nodiscard]] Step item() const;
    [[nodiscard]] std::vector<std::string> members() const;
  };
  [[nodiscard]] Step root() const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace crossdock::json
