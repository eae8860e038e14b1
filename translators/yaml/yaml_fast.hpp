// The fast reader behind YamlTree::parse: block and flow collections of one-line scalars. Declines everything else.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "translators/yaml/yaml_tree.hpp"

namespace crossdock::yaml {

/// Reads the YAML forms that configuration files are made of, some twenty times faster than the library.
/// Returns false where it meets any other form or anything doubtful: the library then decides.
class FastYaml {
 public:
  explicit FastYaml(YamlTree& tree);
  [[nodiscard]] bool run();

 private:
  struct Scalar {
    std::string_view text;
    bool quoted = false;
  };
  struct Place {
    std::uint32_t line, column;
  };

  [[nodiscard]] bool skip_to_content();  ///< to the next line with content; false when something doubtful stands there
  [[nodiscard]] bool finish_line();      ///< blanks and a comment up to the line's end
  [[nodiscard]] bool block(std::uint32_t parent, YamlNode node, std::size_t indent, unsigned depth);
  [[nodiscard]] bool block_sequence(std::uint32_t self, std::size_t indent, unsigned depth);
  [[nodiscard]] bool block_mapping(std::uint32_t self, std::size_t indent, unsigned depth);
  [[nodiscard]] bool block_value(std::uint32_t parent, YamlNode node, std::size_t indent, bool in_mapping,
                                 unsigned depth);
  [[nodiscard]] bool inline_value(std::uint32_t parent, YamlNode node, unsigned depth);
  [[nodiscard]] bool flow(std::uint32_t parent, YamlNode node, unsigned depth);
  [[nodiscard]] bool flow_mapping(std::uint32_t self, unsigned depth);
  [[nodiscard]] bool flow_sequence(std::uint32_t self, unsigned depth);
  [[nodiscard]] bool flow_space();
  [[nodiscard]] std::optional<Scalar> quoted();
  [[nodiscard]] std::optional<Scalar> double_quoted();
  [[nodiscard]] std::optional<Scalar> single_quoted();
  [[nodiscard]] std::optional<Scalar> plain(bool in_flow);
  [[nodiscard]] std::optional<Scalar> block_key();
  [[nodiscard]] bool looks_like_key() const;
  [[nodiscard]] bool put_scalar(std::uint32_t parent, YamlNode node, const Scalar& scalar);
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] bool at_line_end() const { return at_end() || peek() == '\n' || (peek() == '\r' && peek(1) == '\n'); }
  [[nodiscard]] std::size_t column() const { return at_ - line_start_; }
  [[nodiscard]] Place place() const { return {line_, static_cast<std::uint32_t>(column() + 1)}; }
  void new_line();

  YamlTree& tree_;
  std::string_view text_;
  std::size_t at_ = 0, line_start_ = 0;
  std::uint32_t line_ = 1;
};

/// True for the plain scalars that YAML reads as nothing: empty, `~`, `null`.
[[nodiscard]] bool is_null_text(std::string_view text);

}  // namespace crossdock::yaml
