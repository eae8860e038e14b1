// Events to transaction sets: one set an event, or one for events alike in the map's `group:`.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/mapping/faults.hpp"
#include "translators/mapping/map_set.hpp"
#include "translators/mapping/set_target.hpp"
#include "translators/mapping/write_run.hpp"

namespace crossdock::mapping {
namespace {

/// A set that may still take loops of more events.
struct OpenSet {
  std::unique_ptr<SetTarget> target;
  const Entry* entry = nullptr;
  std::vector<std::string> key;
  std::string header;
  std::size_t loops = 0;
};

std::string text_of(const OutElement& element) {
  std::size_t used = element.components.size();
  while (used > 0 && element.components[used - 1].empty()) --used;
  std::string out;
  for (std::size_t i = 0; i < used; ++i) {
    if (i > 0) out += component_joint;
    out += element.components[i];
  }
  return out;
}

std::vector<std::string> text_of(const OutSegment& segment, const guide::CompiledGuide& guide) {
  std::vector<std::string> out = {guide.nodes[segment.node].tag};
  for (const OutElement& element : segment.elements) out.push_back(text_of(element));
  while (out.size() > 1 && out.back().empty()) out.pop_back();
  return out;
}

/// The loop below the set that an event's `for` begins with; no_node where there is none.
guide::NodeIndex outer_loop(const Program& program, const Entry& entry) {
  if (entry.locator == nothing || program.locators[entry.locator].steps.count == 0) return guide::no_node;
  return program.steps[program.locators[entry.locator].steps.first].node;
}

std::string header_of(const SetTarget& target, const guide::CompiledGuide& guide, guide::NodeIndex left_out) {
  std::string out;
  for (const OutSegment* segment : target.in_order(left_out)) {
    for (const std::string& element : text_of(*segment, guide)) out += element + '\x1e';
    out += '\x1d';
  }
  return out;
}

Finding refused(Code code, std::string message, std::string value) {
  Finding finding;
  finding.code = code;
  finding.severity = info(code).severity;
  finding.message = std::move(message);
  finding.path = "type";
  finding.value = std::move(value);
  return finding;
}

class SetsWriter {
 public:
  SetsWriter(const CompiledMap& map, std::vector<Finding>& findings, std::vector<std::uint64_t>* runs)
      : map_(map), findings_(findings), runs_(runs) {
    if (runs_ != nullptr) runs_->resize(map.program().lines.size());
  }

  void add(const std::string& text) {
    const auto event = json::JsonDocument::parse(text);
    if (!event || event->node(0).kind != json::JsonNode::Kind::object) {
      findings_.push_back(refused(event ? Code::event_not_json : event.error().code,
                                  event ? "an event is a JSON object" : event.error().detail, {}));
      return;
    }
    auto target = std::make_unique<SetTarget>(map_.program());
    WriteRun run(map_, *event, *target, findings_);
    run.runs = runs_;
    const Entry* entry = run.choose();
    if (entry == nullptr) {
      const std::uint32_t type = event->member(0, "type");
      const std::string name = type == json::JsonNode::none ? "" : std::string(event->node(type).text);
      std::string known;
      for (const std::string& one : map_.written_types()) known += (known.empty() ? "" : ", ") + one;
      findings_.push_back(refused(Code::map_event_unwritable,
                                  "map " + map_.id() + " writes no event of type `" + name + "`; it writes " + known,
                                  name));
      return;
    }
    if (!run.write(*entry)) return;
    target->drop_lone_literals();
    target->settle_hierarchies();
    target->number();
    target->fill_totals();
    const std::size_t before = findings_.size();
    check_written(
        *target, map_.program(), [&](std::uint32_t line) { return run.field_of(map_.program().lines[line]); },
        findings_);
    for (const SetTarget::NoRoom& part : target->no_room()) {
      findings_.push_back(refused(Code::map_too_many, "`" + part.place + "`: all pairs of the segment are taken", {}));
      findings_.back().path = part.place;
      findings_.back().map_line = mark_text(map_.program().lines[part.line].at, false);
    }
    if (std::any_of(findings_.begin() + static_cast<std::ptrdiff_t>(before), findings_.end(),
                    [](const Finding& finding) { return finding.severity == Severity::error; }))
      return;
    join(std::move(target), *entry);
  }

  std::vector<WrittenSet> finish() {
    std::vector<WrittenSet> out;
    const guide::CompiledGuide& guide = *map_.guide();
    for (OpenSet& open : sets_) {
      if (open.loops > 1) open.target->number();
      open.target->fill_totals();
      WrittenSet set{guide.set, guide.functional_group, guide.version, {}};
      for (const OutSegment* segment : open.target->in_order()) set.segments.push_back(text_of(*segment, guide));
      out.push_back(std::move(set));
    }
    return out;
  }

 private:
  void join(std::unique_ptr<SetTarget> target, const Entry& entry) {
    const Program& program = map_.program();
    const guide::NodeIndex loop = outer_loop(program, entry);
    target->clear_totals();
    OpenSet made{std::move(target), &entry, {}, {}, 1};
    if (!entry.group_places.empty() && loop != guide::no_node) {
      for (const std::uint32_t place : entry.group_places)
        made.key.emplace_back(made.target->value(program.places[place]));
      made.header = header_of(*made.target, *map_.guide(), loop);
      for (OpenSet& open : sets_) {
        if (open.entry != &entry || open.key != made.key || open.header != made.header ||
            open.loops >= program.guide->nodes[loop].repeat_max)
          continue;
        made.target->clear_numbers();
        open.target->take_loops(*made.target, loop);
        ++open.loops;
        return;
      }
    }
    sets_.push_back(std::move(made));
  }

  const CompiledMap& map_;
  std::vector<Finding>& findings_;
  std::vector<std::uint64_t>* runs_;
  std::vector<OpenSet> sets_;
};

}  // namespace

Result<std::vector<WrittenSet>> write_sets(const CompiledMap& map, const std::vector<std::string>& events,
                                           std::vector<Finding>& findings, std::vector<std::uint64_t>* runs) {
  if (map.guide() == nullptr)
    return fail(Code::map_event_unwritable, "map " + map.id() + " writes no transaction sets");
  SetsWriter writer(map, findings, runs);
  for (const std::string& event : events) writer.add(event);
  return writer.finish();
}

}  // namespace crossdock::mapping
