// Events to documents that are trees: one document an event, or one for events alike in the map's `group:`.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <unordered_map>

#include "translators/mapping/map_set.hpp"
#include "translators/mapping/tree_target.hpp"
#include "translators/mapping/write_format.hpp"
#include "translators/mapping/write_run.hpp"

namespace crossdock::mapping {
namespace {

struct OpenDocument {
  std::unique_ptr<TreeTarget> target;
  std::vector<std::size_t> events;
};

class DocumentsWriter {
 public:
  DocumentsWriter(const CompiledMap& map, std::vector<Finding>& findings, std::vector<std::uint64_t>* runs)
      : map_(map), findings_(findings), runs_(runs) {
    if (runs_ != nullptr) runs_->resize(map.program().lines.size());
  }

  void add(const std::string& text, std::size_t ordinal) {
    const auto event = json::JsonDocument::parse(text);
    if (!event || event->node(0).kind != json::JsonNode::Kind::object)
      return refuse(event ? Code::event_not_json : event.error().code,
                    event ? "an event is a JSON object" : event.error().detail, {});
    auto target = std::make_unique<TreeTarget>(map_.program());
    WriteRun run(map_, *event, *target, findings_);
    run.runs = runs_;
    const Entry* entry = run.choose();
    if (entry == nullptr) {
      const std::uint32_t type = event->member(0, "type");
      const std::string name = type == json::JsonNode::none ? "" : std::string(event->node(type).text);
      std::string known;
      for (const std::string& one : map_.written_types()) known += (known.empty() ? "" : ", ") + one;
      return refuse(Code::map_event_unwritable,
                    "map " + map_.id() + " writes no event of type `" + name + "`; it writes " + known, name);
    }
    if (run.write(*entry)) join(std::move(target), *entry, ordinal);
  }

  std::vector<WrittenDocument> finish() {
    std::vector<WrittenDocument> out;
    for (OpenDocument& open : documents_) {
      open.target->sort();
      auto bytes = write_format(map_.program(), open.target->root(), findings_);
      if (bytes) out.push_back({std::move(*bytes), std::move(open.events)});
    }
    return out;
  }

 private:
  void refuse(Code code, std::string message, std::string value) {
    Finding finding;
    finding.code = code;
    finding.severity = info(code).severity;
    finding.message = std::move(message);
    finding.path = "type";
    finding.value = std::move(value);
    findings_.push_back(std::move(finding));
  }

  void join(std::unique_ptr<TreeTarget> target, const Entry& entry, std::size_t ordinal) {
    const Program& program = map_.program();
    if (!entry.grouped || entry.locator == nothing || program.locators[entry.locator].steps.count == 0) {
      documents_.push_back({std::move(target), {ordinal}});
      return;
    }
    const Locator& locator = program.locators[entry.locator];
    std::string key = std::to_string(entry.group);
    for (const std::uint32_t place : entry.group_places)
      key.append("\x1e").append(target->value(program.places[place]));
    auto record = target->take_record(locator, entry.level);
    target->sort();
    key.append("\x1d").append(write_json(program, target->root()));  // what stands around the record must be the same
    const auto [known, added] = by_key_.emplace(std::move(key), documents_.size());
    if (added) documents_.push_back({std::move(target), {}});
    OpenDocument& open = documents_[known->second];
    if (record != nullptr) open.target->add_record(locator, std::move(record));
    open.events.push_back(ordinal);
  }

  const CompiledMap& map_;
  std::vector<Finding>& findings_;
  std::vector<std::uint64_t>* runs_;
  std::vector<OpenDocument> documents_;
  std::unordered_map<std::string, std::size_t> by_key_;
};

}  // namespace

Result<std::vector<WrittenDocument>> write_documents(const CompiledMap& map, const std::vector<std::string>& events,
                                                     std::vector<Finding>& findings, std::vector<std::uint64_t>* runs) {
  if (map.document() == DocumentKind::segments)
    return fail(Code::map_event_unwritable, "map " + map.id() + " writes transaction sets; see write_sets");
  DocumentsWriter writer(map, findings, runs);
  for (std::size_t i = 0; i < events.size(); ++i) writer.add(events[i], i);
  return writer.finish();
}

}  // namespace crossdock::mapping
