// Sets alike: a run is recorded while it goes the long way, and done again from what was recorded.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/date_time.hpp"
#include "translators/mapping/run_guard.hpp"
#include "translators/mapping/run_sources.hpp"

namespace crossdock::mapping {

template <class Source>
void Run<Source>::run_set(const wire::SegmentDocument& document, const guide::SetTree& tree, Replays& replays,
                          Recorder& recorder) {
  document_ = &document;
  tree_ = &tree;
  replays_ = &replays;
  own_recorder_ = &recorder;
  looked_into_ = false;
  memory_.id_prefix.clear();
  shape_ = as_lines_ ? replays.begin(document, tree, *context_) : nullptr;
  if (shape_ != nullptr) return find_shared_events(), make_events();
  look_into_set();
  find_events();
  make_events();
}

template <class Source>
void Run<Source>::look_into_set() {
  if constexpr (requires { source_.begin(*document_, *tree_); }) {
    if (!looked_into_) source_.begin(*document_, *tree_);
    looked_into_ = true;
    text_kind_ = source_.plain() ? Slot::Kind::plain : Slot::Kind::text;
  }
}

/// The events of a set are those of its shape, where finding them asks nothing of values; else nothing is remembered.
template <class Source>
void Run<Source>::find_shared_events() {
  if constexpr (requires { source_.tell(recorder_); }) {
    if (shape_->usable) {
      found_.clear();
      for (const Replays::Event& event : shape_->events)
        found_.push_back({event.entry, {event.segment, event.instance}, event.segment});
      return;
    }
    look_into_set();
    recorder_ = own_recorder_;
    recorder_->begin(*document_, *tree_);
    source_.tell(recorder_);
    find_events();
    source_.tell(nullptr);
    recorder_ = nullptr;
    if (!shape_->tried && own_recorder_->asked_nothing()) {
      for (const Found& event : found_)
        shape_->events.push_back({event.entry, event.anchor.segment, event.anchor.instance});
      shape_->usable = true;
    }
    shape_->tried = true;
    if (!shape_->usable) shape_ = nullptr;
  }
}

/// True where the event was made, or is none.
template <class Source>
bool Run<Source>::replay(const Replays::Event& event, const Entry& entry, std::uint32_t occurrence, bool& matched) {
  const ReplayLine* const line = replays_->find(event);
  if (line == nullptr || !line->taken) return line != nullptr;
  matched = true;
  if (!replays_->telling().empty()) tell_codes();
  std::array<char, event_id_bytes> id;
  write_id(entry, occurrence, id.data());
  replays_->write(*line, {id.data(), id.size()}, context_->sequence_first + made_, memory_.json);
  ++made_;
  (*context_->lines)(memory_.json.text());
  return true;
}

/// The findings of a replay. A code that was told of at the same place before is told of in the same words.
template <class Source>
void Run<Source>::tell_codes() {
  if constexpr (requires { source_.attach(*document_, *tree_); }) {
    source_.attach(*document_, *tree_);
    for (const auto& [site, code] : replays_->telling()) {
      const Anchor anchor{site->segment, site->instance};
      const auto known = site->told.find(std::string(code));
      if (known == site->told.end()) {
        report_code(*site->line, *site->codec, *site->place, anchor, code, true);
        if (site->told.size() < ReplaySite::told_max) site->told.emplace(code, findings_->back());
        continue;
      }
      Finding& finding = findings_->emplace_back(known->second);
      finding.where = source_.where(*site->place, anchor, code);
      finding.interchange = context_->interchange;
      finding.group = context_->group;
      finding.set = context_->set;
    }
  }
}

/// What follows is recorded: all is looked for again, the long way, which tells what it asks.
template <class Source>
bool Run<Source>::begin_recording(Replays::Event& event) {
  look_into_set();
  if constexpr (requires { source_.tell(recorder_); }) {
    const bool worth = event.worth_recording();
    event.seen = true;
    if (!worth) return false;
    recorder_ = own_recorder_;
    recorder_->begin(*document_, *tree_);
    source_.tell(recorder_);
    source_.look_anew();
    quick_ = line_noted_ = false;
  }
  return recorder_ != nullptr;
}

template <class Source>
void Run<Source>::end_recording(Replays::Event& event, const Entry& entry, std::uint32_t occurrence, bool taken) {
  if constexpr (requires { source_.tell(recorder_); }) source_.tell(nullptr);
  recorder_ = nullptr;
  quick_ = true;
  const bool whole = line_noted_ || !taken;
  if (!whole || own_recorder_->given_up() || !replays_->learn(event, own_recorder_->finish(taken)))
    ++event.failures;
  else if (!gives_the_same(event, entry, occurrence, taken))
    replays_->distrust(event);
}

/// Whether what was just learnt leads to the line that was just made.
template <class Source>
bool Run<Source>::gives_the_same(const Replays::Event& event, const Entry& entry, std::uint32_t occurrence,
                                 bool taken) {
  const ReplayLine* const line = replays_->find(event);
  if (line == nullptr || line->taken != taken) return false;
  if (!taken) return true;
  std::array<char, event_id_bytes> id;
  write_id(entry, occurrence, id.data());
  JsonBuffer again;
  replays_->write(*line, {id.data(), id.size()}, context_->sequence_first + made_ - 1, again);
  return again.text() == memory_.json.text();
}

template <class Source>
bool Run<Source>::holds_noted(const Range& guard) {
  for (std::uint32_t i = 0; i < guard.count; ++i) {
    const Condition& condition = program_.conditions[guard.first + i];
    const bool held = holds(condition);
    note(condition, held);
    if (!held) return false;
  }
  return true;
}

template <class Source>
void Run<Source>::note(const Condition& condition, bool held) {
  using Test = ConditionText::Test;
  if (condition.test == Test::present || condition.test == Test::absent) return;  // a matter of shape
  const std::string_view value = condition_value(condition.place, condition.slot);
  if (condition.test == Test::timed) return recorder_->timed(value, held);
  const bool found = held == (condition.test == Test::in);
  if (condition.other_place != nothing || condition.other_slot.slot != nothing) {
    const std::string_view other = condition_value(condition.other_place, condition.other_slot);
    const bool same = same_text(value, other);
    recorder_->equal(value, other, same);
    if (same) return;
  }
  if (condition.values.count != 0) recorder_->texts(value, condition.values, found);
}

CROSSDOCK_RUN_OF_EACH_SOURCE;

}  // namespace crossdock::mapping
