// What was written against the guide: what is missing, too long, or no code.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "translators/guide/code_list.hpp"
#include "translators/mapping/fold.hpp"
#include "translators/mapping/set_target.hpp"

namespace crossdock::mapping {
namespace {

class WrittenChecker {
 public:
  WrittenChecker(const Program& program, const std::function<std::string(std::uint32_t)>& field_of,
                 std::vector<Finding>& findings)
      : program_(program), guide_(*program.guide), field_of_(field_of), findings_(findings) {}

  void loop(const OutLoop& at) {
    std::map<guide::NodeIndex, std::uint32_t> there;
    if (at.parent != nullptr) segment(at.trigger);
    for (const auto& child : at.segments) {
      ++there[child->node];
      segment(*child);
    }
    for (const auto& child : at.loops) {
      ++there[child->node];
      loop(*child);  // loops nest as deeply as the guide does
    }
    for (const auto& [child, count] : there) {
      const guide::Node& node = guide_.nodes[child];
      if (count <= node.repeat_max) continue;
      add(Code::map_too_many, Severity::error,
          "the event fills " + std::to_string(count) + " of them; the guide allows " + std::to_string(node.repeat_max),
          child, 0, nothing, {}, "at most " + std::to_string(node.repeat_max));
    }
    guide::NodeIndex child = guide_.nodes[at.node].first_child;
    if (at.parent != nullptr && child != guide::no_node) child = guide_.nodes[child].next_sibling;
    for (; child != guide::no_node; child = guide_.nodes[child].next_sibling) {
      const guide::Node& node = guide_.nodes[child];
      if (node.usage != guide::Usage::mandatory || there.contains(child) || is_envelope(node.tag)) continue;
      add(Code::map_segment_missing, Severity::error,
          "the guide makes " + std::string(node.kind == guide::Node::Kind::loop ? "a loop " : "segment ") +
              guide_.path(child) + " mandatory and the event fills none of it",
          child, 0, nothing, {}, {});
    }
  }

 private:
  void segment(const OutSegment& at) {
    const guide::SegmentRule& rule = guide_.segments[guide_.nodes[at.node].rule];
    for (std::uint16_t i = 1; i <= rule.elements.size(); ++i) {
      const guide::ElementRule& element = rule.elements[i - 1U];
      const bool filled = i <= at.elements.size() && !at.elements[i - 1U].empty();
      if (!filled) {
        if (element.usage == guide::Usage::mandatory)
          add(Code::map_element_missing, Severity::error,
              "the guide makes this element (" + element.name + ") mandatory and the event fills it with nothing",
              at.node, i, nothing, {}, {});
        continue;
      }
      const OutElement& value = at.elements[i - 1U];
      if (element.components.empty())
        check_value(element, value.components[0], at.node, i, value.line);
      else
        check_components(element, value, at.node, i);
    }
  }

  void check_components(const guide::ElementRule& element, const OutElement& value, guide::NodeIndex node,
                        std::uint16_t position) {
    const bool other_list = guide_.syntax == wire::Syntax::edifact && names_other_list(element, value);
    for (std::size_t c = 0; c < value.components.size() && c < element.components.size(); ++c)
      if (!value.components[c].empty())
        check_value(element.components[c], value.components[c], node, position, value.line, !other_list);
  }

  /// True where 1131 (code list) or 3055 (its agency, other than UN's 6) stands: the codes beside it are then not those
  /// of the directory, as when it is read. Source: UNTDED 1131, 3055.
  static bool names_other_list(const guide::ElementRule& element, const OutElement& value) {
    for (std::size_t c = 0; c < value.components.size() && c < element.components.size(); ++c) {
      const std::string& reference = element.components[c].reference;
      const std::string& part = value.components[c];
      if (!part.empty() && (reference == "1131" || (reference == "3055" && part != "6"))) return true;
    }
    return false;
  }

  void check_value(const guide::ElementRule& rule, const std::string& value, guide::NodeIndex node,
                   std::uint16_t element, std::uint32_t line, bool judge_code = true) {
    std::size_t length = characters_in(value);
    if (rule.type == guide::ElementType::numeric || rule.type == guide::ElementType::decimal ||
        rule.type == guide::ElementType::number)  // X12.6, ISO 9735: sign and point do not count
      length -= static_cast<std::size_t>(
          std::count_if(value.begin(), value.end(), [](char c) { return c == '-' || c == '.'; }));
    if (length > rule.length_max || length < rule.length_min)
      add(Code::map_element_length, Severity::error,
          "`" + value.substr(0, 100) + "` has " + std::to_string(length) + " characters; " +
              std::to_string(rule.length_min) + " to " + std::to_string(rule.length_max) + " are allowed",
          node, element, line, value,
          std::to_string(rule.length_min) + " to " + std::to_string(rule.length_max) + " characters");
    if (judge_code && rule.codes != nullptr && !rule.codes->contains(value))
      add(Code::map_element_code, Severity::warning,
          "`" + value.substr(0, 100) + "` is not in code list " + rule.reference, node, element, line, value,
          rule.codes->summary());
  }

  void add(Code code, Severity severity, std::string message, guide::NodeIndex node, std::uint16_t element,
           std::uint32_t line, const std::string& value, std::string expected) {
    Finding finding;
    finding.code = code;
    finding.severity = severity;
    finding.path = guide_.path(node);
    if (element != 0) finding.path += (element < 10 ? ".0" : ".") + std::to_string(element);
    finding.segment_tag = guide_.nodes[node].tag;
    finding.element = element;
    finding.value = value.substr(0, 200);
    finding.expected = std::move(expected);
    finding.message = finding.path + ": " + message;
    if (line != nothing) {
      finding.map_line = mark(program_.lines[line].at);
      finding.message += " (field " + field_of_(line) + ")";
    }
    findings_.push_back(std::move(finding));
  }

  static std::string mark(const TextMark& at) { return at.file + ":" + std::to_string(at.line); }

  const Program& program_;
  const guide::CompiledGuide& guide_;
  const std::function<std::string(std::uint32_t)>& field_of_;
  std::vector<Finding>& findings_;
};

}  // namespace

void check_written(const SetTarget& set, const Program& program,
                   const std::function<std::string(std::uint32_t)>& field_of, std::vector<Finding>& findings) {
  WrittenChecker(program, field_of, findings).loop(set.root());
}

}  // namespace crossdock::mapping
