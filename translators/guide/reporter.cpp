// Findings of a set: their paths, positions, severities, and how many are kept.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include "translators/guide/diagnose.hpp"
#include "translators/guide/syntax_codes.hpp"

namespace crossdock::guide {
namespace {

constexpr std::size_t value_bytes_max = 200;

std::string ordinal(std::uint32_t number) { return "[" + std::to_string(number) + "]"; }

bool is_trigger(const CompiledGuide& guide, NodeIndex node) {
  const NodeIndex parent = guide.nodes[node].parent;
  return parent != no_node && guide.nodes[parent].kind == Node::Kind::loop && guide.nodes[parent].first_child == node;
}

void append_two_digits(std::string& out, unsigned number) {
  if (number < 10) out += '0';
  out += std::to_string(number);
}

/// Path of a loop instance, `LX[2]/AT7[1]`, empty for the set.
std::string loop_path(const CompiledGuide& guide, const SetTree& tree, std::uint32_t instance) {
  std::vector<std::uint32_t> chain;
  for (std::uint32_t at = instance; at != 0 && at < tree.loops.size(); at = tree.loops[at].parent) chain.push_back(at);
  std::string out;
  for (auto at = chain.rbegin(); at != chain.rend(); ++at) {
    const LoopInstance& loop = tree.loops[*at];
    const Node& node = guide.nodes[loop.node];
    if (!out.empty()) out += '/';
    out += node.tag;
    if (node.repeat_max > 1) out += ordinal(loop.occurrence);
  }
  return out;
}

}  // namespace

std::string Reporter::path(const Place& place) const {
  std::string out = loop_path(*guide_, *tree_, place.instance);
  if (place.node == no_node) {
    out += (out.empty() ? "" : "/") + std::string(document_->tag(place.segment));
  } else if (!is_trigger(*guide_, place.node)) {
    const Node& node = guide_->nodes[place.node];
    out += (out.empty() ? "" : "/") + node.tag;
    if (node.repeat_max > 1) {
      std::uint32_t number = 1;
      const std::uint32_t begin = place.instance < tree_->loops.size() ? tree_->loops[place.instance].first_segment : 0;
      for (std::size_t i = place.segment; i-- > begin;)
        if (tree_->loop_of_segment[i] == place.instance && tree_->node_of_segment[i] == place.node) ++number;
      out += ordinal(number);
    }
  }
  if (place.element != 0) {
    out += '.';
    append_two_digits(out, place.element);
    if (place.repeats) out += ordinal(place.repetition);
    if (place.component != 0) out += "." + std::to_string(place.component);
  }
  return out;
}

void Reporter::report(Code code, const Place& place, std::string message, std::string_view value, std::string expected,
                      bool force_error) {
  Finding finding;
  code = for_syntax(code, guide_->syntax);
  finding.code = code;
  finding.message = std::move(message);
  finding.path = path(place);
  finding.segment_tag = std::string(document_->tag(place.segment));
  finding.where = document_->where(place.segment, place.element);
  const std::string_view whole = document_->text(place.segment);
  if (!value.empty() && value.data() >= whole.data() && value.data() < whole.data() + whole.size()) {
    finding.where.offset =
        document_->record(place.segment).offset + static_cast<std::uint64_t>(value.data() - whole.data());
    finding.where.length = static_cast<std::uint32_t>(value.size());
  }
  finding.value = std::string(value.substr(0, value_bytes_max));
  finding.expected = std::move(expected);
  finding.element = place.element;
  finding.component = place.component;
  finding.repetition = place.repetition;
  if (place.rule != nullptr) finding.element_reference = place.rule->reference;
  if (place.instance != 0 && place.instance < tree_->loops.size())
    finding.loop_id = guide_->nodes[tree_->loops[place.instance].node].loop_id;
  finding.severity = force_error ? Severity::error : info(code).severity;
  if (options_->severity) finding.severity = options_->severity(finding, finding.severity);
  keep(std::move(finding));
}

void Reporter::report_missing(NodeIndex node, std::uint32_t instance, std::size_t segment) {
  const Node& missing = guide_->nodes[node];
  Finding finding;
  finding.code = for_syntax(Code::x12_segment_missing, guide_->syntax);
  finding.path = loop_path(*guide_, *tree_, instance);
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
  keep(std::move(finding));
}

void Reporter::keep(Finding&& finding) {
  const std::size_t kept = findings_->size() - first_;
  if (kept < options_->findings_max) {
    findings_->push_back(std::move(finding));
    return;
  }
  ++dropped_;
  dropped_severity_ = std::max(dropped_severity_, finding.severity);
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
