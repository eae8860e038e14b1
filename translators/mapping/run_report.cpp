// What a run inwards tells: findings with their places, and traces.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/base/json_text.hpp"
#include "translators/mapping/run_sources.hpp"

namespace crossdock::mapping {

template <class Source>
void Run<Source>::report(Code code, const TextMark& at, std::string message, const Place* place, Anchor anchor,
                         std::string_view value, std::string expected) {
  if (recorder_ != nullptr) recorder_->give_up();
  Finding finding;
  finding.code = code;
  finding.severity = info(code).severity;
  finding.message = std::move(message);
  finding.path = source_.path(*place, anchor);
  finding.segment_tag = source_.tag(anchor);
  finding.where = source_.where(*place, anchor, value);
  finding.value = std::string(value.substr(0, 200));
  finding.expected = std::move(expected);
  finding.interchange = context_->interchange;
  finding.group = context_->group;
  finding.set = context_->set;
  const Spot spot = source_.spot(*place, anchor);
  finding.element = spot.element;
  finding.component = spot.component;
  if (place->rule != nullptr) finding.element_reference = place->rule->reference;
  finding.map_line = mark_text(at, false);
  if (finding.severity == Severity::error) failed_ = true;
  findings_->push_back(std::move(finding));
}

template <class Source>
std::string Run<Source>::field_path(SlotRef ref) const {
  const canonical::Schema& schema = *program_.schemas[entry_->schema];
  const Layout& layout = program_.layouts[ref.frame == 0 ? entry_->layout : item_layouts_[ref.frame]];
  const std::string& path = schema.nodes[layout.slot_schema[ref.slot]].path;
  return ref.frame == 0 ? path : item_paths_[ref.frame] + path.substr(schema.nodes[layout.schema].path.size());
}

template <class Source>
void Run<Source>::note_trace(const Line& line, SlotRef ref, std::string_view value, const Range& places,
                             Anchor anchor) {
  std::string field = field_path(ref);
  for (std::uint32_t i = 0; i < std::max<std::uint32_t>(places.count, 1); ++i) {
    TraceEntry entry{field, &line, {}, std::string(value)};
    if (places.count > 0) {
      const Place& place = program_.places[places.first + i];
      Anchor at = anchor;
      const std::string_view text = place_value(place, at, nullptr);
      if (text.empty()) continue;
      entry.where = source_.where(place, at, text);
    }
    trace_.push_back(std::move(entry));
  }
}

template <class Source>
void Run<Source>::write_trace() {
  std::string& out = memory_.trace;
  out = "[";
  for (const TraceEntry& entry : trace_) {
    out += out.size() > 1 ? ",{\"field\":" : "{\"field\":";
    append_json_string(out, entry.field);
    out += ",\"line\":";
    append_json_string(out, mark_text(entry.line->at, false));
    out += ",\"offset\":" + std::to_string(entry.where.offset) + ",\"length\":" + std::to_string(entry.where.length) +
           ",\"value\":";
    append_json_string(out, entry.value);
    out += '}';
  }
  out += ']';
}

template <class Source>
void Run<Source>::report_second(const Line& line, const Place& place, Anchor second) {
  report(Code::map_cardinality, line.at, "`" + place.text + "` stands more than once; the first was read", &place,
         second, source_.value(place, second));
}

CROSSDOCK_RUN_OF_EACH_SOURCE;

}  // namespace crossdock::mapping
