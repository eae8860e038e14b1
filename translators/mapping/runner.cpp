// The doors to a run inwards.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/runner.hpp"

#include <algorithm>

#include "translators/mapping/runner_state.hpp"

namespace crossdock::mapping {

MapRunner::MapRunner(const CompiledMap& map) : state_(std::make_unique<State>(map)) {}
MapRunner::~MapRunner() = default;
MapRunner::MapRunner(MapRunner&&) noexcept = default;

namespace {

void list_unread(const SetSource& source, const guide::SetTree& tree, const CompiledMap& map,
                 std::vector<std::pair<std::uint32_t, std::uint16_t>>& looked, Coverage& out) {
  std::sort(looked.begin(), looked.end());
  const wire::SegmentDocument& document = source.document();
  const guide::CompiledGuide& guide = *map.guide();
  for (std::uint32_t segment = 0; segment < document.segment_count(); ++segment) {
    const guide::NodeIndex node = tree.node_of_segment[segment];
    const std::string_view tag = document.tag(segment);
    if (node == guide::no_node || is_envelope(tag)) continue;
    const guide::NodeIndex own =
        guide.nodes[node].kind == guide::Node::Kind::loop ? guide.nodes[node].first_child : node;
    const guide::SegmentRule& rule = guide.segments[guide.nodes[own].rule];
    for (std::uint16_t element = 1; element <= document.element_count(segment); ++element) {
      const std::string_view value = document.element(segment, element);
      const bool computed = element <= rule.elements.size() && rule.elements[element - 1U].reference == "554";
      if (value.empty() || computed || std::binary_search(looked.begin(), looked.end(), std::pair{segment, element}))
        continue;
      Place place;
      place.element = element;
      const SetAnchor anchor{segment, tree.loop_of_segment[segment]};
      out.unread.push_back({source.path(place, anchor), std::string(value), document.where(segment, element)});
    }
  }
}

}  // namespace

void MapRunner::run_set(const wire::SegmentDocument& document, const guide::SetTree& tree,
                        const DocumentContext& context, const EventSink& sink, std::vector<Finding>& findings,
                        Coverage* coverage) {
  if (state_->map.guide() == nullptr || tree.loops.empty()) return;
  state_->memory.piecewise = false;
  state_->memory.arena.clear();
  if (coverage != nullptr) coverage->runs.resize(state_->map.program().lines.size());
  Run<SetSource>& run = state_->set_run;
  run.begin(context, sink, findings, coverage);
  run.run_set(document, tree, state_->replays, state_->recorder);
  if (coverage != nullptr) list_unread(state_->set, tree, state_->map, run.looked, *coverage);
}

std::uint64_t MapRunner::replayed() const { return state_->replays.replayed(); }
std::uint64_t MapRunner::distrusted() const { return state_->replays.distrusted(); }

std::vector<Coverage::LineFact> Coverage::lines(const CompiledMap& map) const {
  std::vector<LineFact> out;
  const Program& program = map.program();
  for (std::size_t i = 0; i < program.lines.size(); ++i) {
    const Line& line = program.lines[i];
    if (line.arrow == Arrow::outwards || line.literal_to_place) continue;
    const std::string at = mark_text(line.at, false);
    const auto known = std::find_if(out.begin(), out.end(),
                                    [&](const LineFact& fact) { return fact.at == at && fact.text == line.text; });
    const std::uint64_t ran = i < runs.size() ? runs[i] : 0;
    if (known != out.end())
      known->runs += ran;
    else
      out.push_back({at, line.text, ran});
  }
  return out;
}

void translate_set(const CompiledMap& map, const wire::SegmentDocument& document, const guide::SetTree& tree,
                   const DocumentContext& context, const EventSink& sink, std::vector<Finding>& findings) {
  MapRunner(map).run_set(document, tree, context, sink, findings);
}

}  // namespace crossdock::mapping
