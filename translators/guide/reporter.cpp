// Findings of a set: their paths, positions, severities, and how many are kept.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "translators/guide/diagnose.hpp"
#include "translators/guide/syntax_codes.hpp"
#include "translators/wire/text.hpp"

namespace crossdock::guide {
namespace {

constexpr std::size_t value_bytes_max = 200;

void append_number(std::string& out, std::uint32_t number) {
  std::array<char, 10> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_ordinal(std::string& out, std::uint32_t number) {
  out += '[';
  append_number(out, number);
  out += ']';
}

bool is_trigger(const CompiledGuide& guide, NodeIndex node) {
  const NodeIndex parent = guide.nodes[node].parent;
  return parent != no_node && guide.nodes[parent].kind == Node::Kind::loop && guide.nodes[parent].first_child == node;
}

void append_two_digits(std::string& out, unsigned number) {
  if (number < 10) out += '0';
  append_number(out, number);
}

/// Appends the path of a loop instance, `LX[2]/AT7[1]`; nothing for the set.
void append_loop_path(std::string& out, const CompiledGuide& guide, SetTree& tree, std::uint32_t instance) {
  std::vector<std::uint32_t>& chain = tree.room.chain;
  chain.clear();
  for (std::uint32_t at = instance; at != 0 && at < tree.loops.size(); at = tree.loops[at].parent) chain.push_back(at);
  const std::size_t begin = out.size();
  for (auto at = chain.rbegin(); at != chain.rend(); ++at) {
    const LoopInstance& loop = tree.loops[*at];
    const Node& node = guide.nodes[loop.node];
    if (out.size() != begin) out += '/';
    out += node.tag;
    if (node.repeat_max > 1) append_ordinal(out, loop.occurrence);
  }
}

}  // namespace

void Reporter::append_path(std::string& out, const Place& place) const {
  append_loop_path(out, *guide_, *tree_, place.instance);
  if (place.node == no_node) {
    if (!out.empty()) out += '/';
    out += document_->tag(place.segment);
  } else if (!is_trigger(*guide_, place.node)) {
    const Node& node = guide_->nodes[place.node];
    if (!out.empty()) out += '/';
    out += node.tag;
    if (node.repeat_max > 1) {
      std::uint32_t number = 1;
      const std::uint32_t begin = place.instance < tree_->loops.size() ? tree_->loops[place.instance].first_segment : 0;
      for (std::size_t i = place.segment; i-- > begin;)
        if (tree_->loop_of_segment[i] == place.instance && tree_->node_of_segment[i] == place.node) ++number;
      append_ordinal(out, number);
    }
  }
  if (place.element != 0) {
    out += '.';
    append_two_digits(out, place.element);
    if (place.repeats) append_ordinal(out, place.repetition);
    if (place.component != 0) {
      out += '.';
      append_number(out, place.component);
    }
  }
}

Finding& Reporter::begin_finding() {
  std::vector<Finding>& spare = tree_->room.spare;
  if (spare.empty()) return findings_->emplace_back();
  Finding& out = findings_->emplace_back(std::move(spare.back()));
  spare.pop_back();
  for (std::string* text : {&out.message, &out.path, &out.segment_tag, &out.value, &out.expected, &out.control_number,
                            &out.element_reference, &out.loop_id, &out.map_line})
    text->clear();
  out.where = {};
  out.interchange = out.group = out.set = 0;
  out.element = out.component = out.repetition = out.trigger_element = 0;
  return out;
}

void Reporter::report(Code code, const Place& place, std::string_view message, std::string_view value,
                      std::string_view expected, bool force_error) {
  Finding& finding = begin_finding();
  code = for_syntax(code, guide_->syntax);
  finding.code = code;
  finding.message = message;
  append_path(finding.path, place);
  finding.segment_tag = document_->tag(place.segment);
  finding.where = document_->where(place.segment, place.element);
  const std::string_view whole = document_->text(place.segment);
  if (!value.empty() && value.data() >= whole.data() && value.data() < whole.data() + whole.size())
    finding.where = document_->where_part(place.segment, value);
  finding.value = value.substr(0, value_bytes_max);
  finding.expected = expected;
  finding.element = place.element;
  finding.component = place.component;
  finding.repetition = place.repetition;
  if (place.rule != nullptr) finding.element_reference = place.rule->reference;
  if (place.instance != 0 && place.instance < tree_->loops.size())
    finding.loop_id = guide_->nodes[tree_->loops[place.instance].node].loop_id;
  finding.severity = force_error ? Severity::error : info(code).severity;
  if (options_->severity) finding.severity = options_->severity(finding, finding.severity);
  end_finding();
}

void Reporter::report_code(std::size_t segment, NodeIndex node, std::uint32_t instance, std::uint16_t element,
                           std::uint16_t component, std::string_view value) {
  Place place{segment, node, instance, element, component};
  const ElementRule& rule = guide_->segments[guide_->nodes[node].rule].elements[element - 1U];
  place.rule = component == 0 ? &rule : &rule.components[component - 1U];
  check_code(place, value);
}

bool Reporter::take_lot(std::size_t count) {
  auto& lots = tree_->room.lots;
  if (count >= lots.size() || lots[count].size() != count || !findings_->empty() || count > options_->findings_max)
    return false;
  findings_->swap(lots[count]);
  return true;
}

void Reporter::say_again(std::size_t number, const Finding& said, std::size_t segment, NodeIndex node,
                         std::string_view value) {
  constexpr std::string Finding::*texts[] = {&Finding::message, &Finding::path,     &Finding::segment_tag,
                                             &Finding::value,   &Finding::expected, &Finding::element_reference,
                                             &Finding::loop_id};
  Finding& out = (*findings_)[number];
  for (const auto text : texts) wire::assign(out.*text, said.*text);
  out.control_number.clear();
  out.map_line.clear();
  out.code = said.code;
  out.element = said.element;
  out.component = said.component;
  out.interchange = out.group = out.set = 0;
  out.repetition = out.trigger_element = 0;
  out.where = document_->where_part(segment, value);
  const bool read = options_->code_is_read && options_->code_is_read(node, said.element);
  out.severity = read ? Severity::error : info(said.code).severity;
  if (options_->severity) out.severity = options_->severity(out, out.severity);
}

void Reporter::report_missing(NodeIndex node, std::uint32_t instance, std::size_t segment) {
  const Node& missing = guide_->nodes[node];
  Finding& finding = begin_finding();
  finding.code = for_syntax(Code::x12_segment_missing, guide_->syntax);
  append_loop_path(finding.path, *guide_, *tree_, instance);
  finding.path += (finding.path.empty() ? "" : "/") + missing.tag;
  finding.segment_tag = missing.tag;
  const bool at_end = segment >= document_->segment_count();
  finding.where = document_->where(at_end ? document_->segment_count() - 1 : segment);
  if (at_end) finding.where.offset += finding.where.length;
  finding.where.length = 0;
  const std::string before = at_end ? " at the end of the set" : " before " + std::string(document_->tag(segment));
  finding.loop_id = missing.kind == Node::Kind::loop ? missing.loop_id : guide_->nodes[missing.parent].loop_id;
  finding.message =
      missing.kind == Node::Kind::loop
          ? "the mandatory loop " + missing.loop_id + ", which begins with " + missing.tag + ", is missing" + before
          : "the mandatory segment " + missing.tag + " is missing" + before;
  finding.expected = missing.tag;
  finding.severity = info(finding.code).severity;
  if (options_->severity) finding.severity = options_->severity(finding, finding.severity);
  end_finding();
}

void Reporter::end_finding() {
  if (findings_->size() - first_ <= options_->findings_max) return;
  ++dropped_;
  dropped_severity_ = std::max(dropped_severity_, findings_->back().severity);
  tree_->room.spare.push_back(std::move(findings_->back()));
  findings_->pop_back();
}

void Reporter::finish() {
  if (dropped_ == 0) return;
  Finding finding;
  finding.code = for_syntax(Code::x12_findings_more, guide_->syntax);
  finding.severity = dropped_severity_;  // a set with an error among those not kept stays rejected
  finding.message = std::to_string(dropped_) + " more findings are not listed (limit " +
                    std::to_string(options_->findings_max) + " a set)";
  finding.where = document_->where(document_->segment_count() - 1);
  findings_->push_back(std::move(finding));
}

}  // namespace crossdock::guide
