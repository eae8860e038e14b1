// A run inwards: the events of a document, in its order.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/run.hpp"

#include <algorithm>

#include "translators/mapping/run_sources.hpp"

namespace crossdock::mapping {

template <class Source>
void Run<Source>::find_events() {
  found_.clear();
  for (std::uint32_t i = 0; i < program_.entries.size(); ++i) {
    const Entry& entry = program_.entries[i];
    if (entry.locator == nothing) {
      found_.push_back({i, source_.at(0), 0});
      continue;
    }
    if (source_.nowhere(program_.locators[entry.locator])) continue;
    const std::size_t start = walked_.size();
    source_.walk(program_.locators[entry.locator], walked_);
    std::size_t count = walked_.size() - start;
    if (entry.cardinality == Cardinality::one && count > 1) {
      Place place;
      report(Code::map_cardinality, entry.at,
             "the map makes one event of these, and there are " + std::to_string(count) + "; the first was read",
             &place, walked_[start + 1], {});
    }
    if (entry.cardinality != Cardinality::each) count = std::min<std::size_t>(count, 1);
    for (std::size_t k = start; k < start + count; ++k) found_.push_back({i, walked_[k], Source::order(walked_[k])});
    walked_.resize(start);
  }
  auto before = [](const Found& a, const Found& b) { return a.order < b.order; };
  if (program_.entries.size() > 1 && !std::is_sorted(found_.begin(), found_.end(), before))
    std::stable_sort(found_.begin(), found_.end(), before);
}

/// Runs what is alike in all events of the entry and keeps it. False where it has something to tell: then each event
/// runs all of its lines, and tells it.
template <class Source>
bool Run<Source>::share(const Entry& entry) {
  const std::size_t told = findings_->size();
  for (const std::uint32_t op : entry.shared_ops) run_op(program_.ops[op]);
  if (failed_ || findings_->size() != told) {
    findings_->erase(findings_->begin() + static_cast<std::ptrdiff_t>(told), findings_->end());
    failed_ = false;
    source_.forget();
    return false;
  }
  frames_.keep(static_cast<std::uint32_t>(program_.layouts[entry.layout].slot_schema.size()));
  memory_.carried.begin(program_.emit_steps.size());
  return true;
}

template <class Source>
void Run<Source>::run() {
  memory_.id_prefix.clear();
  find_events();
  std::vector<std::uint32_t>& occurrences = memory_.occurrences;
  if (!memory_.piecewise) {
    occurrences.assign(program_.entries.empty() ? 0 : program_.entries.back().group + 1, 0);
    memory_.made = 0;
  }
  made_ = memory_.made;
  bool matched = false, may_share = quick_;
  const Entry* shared = nullptr;
  Arena::Mark mark = memory_.arena.mark();
  for (std::size_t i = 0; i < found_.size(); ++i) {
    const Found& event = found_[i];
    const Entry& entry = program_.entries[event.entry];
    entry_ = &entry;
    if (entry.locator != nothing) source_.enter(program_.locators[entry.locator], entry.level, event.anchor);
    const auto slots = static_cast<std::uint32_t>(program_.layouts[entry.layout].slot_schema.size());
    frames_.begin(slots);
    failed_ = false;
    const std::uint32_t occurrence = occurrences[entry.group]++;
    if (!holds(entry.guard)) continue;
    matched = true;
    if (shared == &entry) {
      for (const std::uint32_t list : entry.grown_lists) frames_.cut_list(list);
      frames_.restore();
      memory_.arena.rewind(mark);
    } else if (may_share && !entry.shared_ops.empty() && i + 1 < found_.size() && found_[i + 1].entry == event.entry) {
      shared = nullptr;
      memory_.arena.clear();
      may_share = share(entry);
      if (may_share)
        shared = &entry;
      else
        frames_.begin(slots);
      mark = memory_.arena.mark();
    }
    make_event(entry, event.anchor, occurrence, shared == &entry);
  }
  memory_.made = made_;
  memory_.matched = memory_.matched || matched;
  if (matched || memory_.piecewise) return;
  Place place;
  const TextMark at = program_.entries.empty() ? TextMark{map_.id() + "/map.yaml", 1, 0} : program_.entries[0].at;
  report(Code::map_event_unmatched, at, "no entry of map " + map_.id() + " takes this document", &place, source_.at(0),
         {});
}

template <class Source>
void Run<Source>::make_event(const Entry& entry, Anchor anchor, std::uint32_t occurrence, bool shared) {
  if (context_->trace) {
    trace_.clear();
    item_paths_.assign(1, {});
  }
  canonical::Event& event = memory_.event;
  event.attachments.clear();
  if (shared)
    for (const std::uint32_t op : entry.own_ops) run_op(program_.ops[op]);
  else
    run_body(entry.body);
  memory_.json.clear();
  const bool whole = JsonEmitter(program_, frames_, memory_.incomplete, shared ? &memory_.carried : nullptr)
                         .emit(entry.layout, memory_.json);
  event.data = memory_.json.text();
  if (!memory_.incomplete.empty()) report_incomplete(entry, anchor);
  if (failed_ || !whole) return;
  fill_attributes(entry, occurrence);
  ++made_;
  if (context_->trace) write_trace();
  (*sink_)(std::move(event), context_->trace ? std::string_view(memory_.trace) : std::string_view{});
}

template <class Source>
void Run<Source>::report_incomplete(const Entry& entry, Anchor anchor) {
  if (failed_) return;  // what is missing because a value was refused needs no second finding
  Place place;
  for (const Incomplete& part : memory_.incomplete) {
    if (part.fatal)
      report(Code::map_field_required, entry.at,
             "the event lacks `" + part.path + "`, which " + entry.type + " requires; it was not made", &place, anchor,
             {}, part.path);
    else
      report(Code::map_item_incomplete, entry.at,
             "a part of the event lacks `" + part.path + "`, which its schema requires; the part was left out", &place,
             anchor, {}, part.path);
  }
}

CROSSDOCK_RUN_OF_EACH_SOURCE;

}  // namespace crossdock::mapping
