// A run inwards: the events of a document, in its order.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/run.hpp"

#include <algorithm>

#include "translators/mapping/run_guard.hpp"
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
    if (source_.nowhere(entry.locator)) continue;
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

template <class Source>
void Run<Source>::run() {
  memory_.id_prefix.clear();
  text_kind_ = source_.plain() ? Slot::Kind::plain : Slot::Kind::text;
  find_events();
  make_events();
}

template <class Source>
void Run<Source>::make_events() {
  std::vector<std::uint32_t>& occurrences = memory_.occurrences;
  if (!memory_.piecewise) {
    occurrences.assign(program_.entries.empty() ? 0 : program_.entries.back().group + 1, 0);
    memory_.made = 0;
  }
  made_ = memory_.made;
  bool matched = false;
  for (std::size_t i = 0; i < found_.size(); ++i) {
    const Found& event = found_[i];
    const Entry& entry = program_.entries[event.entry];
    entry_ = &entry;
    const std::uint32_t occurrence = occurrences[entry.group]++;
    Replays::Event* const shared = shape_ == nullptr ? nullptr : &shape_->events[i];
    if (shared != nullptr && replay(*shared, entry, occurrence, matched)) continue;
    const bool recording = shared != nullptr && begin_recording(*shared);
    if (entry.locator != nothing) source_.enter(program_.locators[entry.locator], entry.level, event.anchor);
    frames_.begin(program_.layouts[entry.layout]);
    failed_ = false;
    const bool taken = holds(entry.guard);
    if (taken) {
      matched = true;
      memory_.arena.clear();
      make_event(entry, event.anchor, occurrence);
    }
    if (recording) end_recording(*shared, entry, occurrence, taken);
  }
  memory_.made = made_;
  memory_.matched = memory_.matched || matched;
  if (matched || memory_.piecewise) return;
  if (shape_ != nullptr) look_into_set();
  Place place;
  const TextMark at = program_.entries.empty() ? TextMark{map_.id() + "/map.yaml", 1, 0} : program_.entries[0].at;
  report(Code::map_event_unmatched, at, "no entry of map " + map_.id() + " takes this document", &place, source_.at(0),
         {});
}

template <class Source>
void Run<Source>::make_event(const Entry& entry, Anchor anchor, std::uint32_t occurrence) {
  if (context_->trace) {
    trace_.clear();
    item_paths_.assign(1, {});
  }
  canonical::Event& event = memory_.event;
  event.attachments.clear();
  run_body(entry.body);
  if (as_lines_ && !entry.factkey_of_data && event.attachments.empty()) {
    const LineEnd end = write_line(entry, occurrence);
    if (end != LineEnd::not_plain) {
      if (!memory_.incomplete.empty()) report_incomplete(entry, anchor);
      if (failed_ || end == LineEnd::incomplete) return;
      if (recorder_ != nullptr && memory_.incomplete.empty()) note_line(entry);
      ++made_;
      (*context_->lines)(memory_.json.text());
      return;
    }
  }
  memory_.json.clear();
  const bool whole = JsonEmitter(program_, frames_, memory_.incomplete, memory_.json).emit(entry.layout);
  event.data = memory_.json.text();
  if (!memory_.incomplete.empty()) report_incomplete(entry, anchor);
  if (failed_ || !whole) return;
  fill_attributes(entry, occurrence);
  ++made_;
  if (context_->trace) write_trace();
  if (as_lines_ && event.attachments.empty()) {
    memory_.line.clear();
    event.append_json(memory_.line);
    (*context_->lines)(memory_.line);
    return;
  }
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
