// Blocks and guards inwards.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/mapping/date_time.hpp"
#include "translators/mapping/run_sources.hpp"

namespace crossdock::mapping {

template <class Source>
void Run<Source>::run_block(const Block& block) {
  if (block.arrow == Arrow::outwards) return;
  if (block.alternatives.count > 1) return run_alternatives(block);
  const Alternative& only = program_.alternatives[block.alternatives.first];
  if (only.locator == nothing) {
    if (holds(only.guard)) run_body(only.body);
    return;
  }
  if (source_.nowhere(only.locator)) return;
  folded_ = {};
  const std::size_t start = walked_.size();
  source_.walk(program_.locators[only.locator], walked_);
  std::size_t taken = 0;
  for (std::size_t i = start; i < walked_.size(); ++i)
    if (!take(block, only, walked_[i], taken)) break;
  walked_.resize(start);
}

/// A block with several `for` places: their occurrences in the order of the document.
template <class Source>
void Run<Source>::run_alternatives(const Block& block) {
  struct Hit {
    Anchor anchor;
    const Alternative* alternative;
  };
  std::vector<Hit> hits;
  const std::size_t start = walked_.size();
  for (std::uint32_t i = 0; i < block.alternatives.count; ++i) {
    const Alternative& alternative = program_.alternatives[block.alternatives.first + i];
    if (source_.nowhere(alternative.locator)) continue;
    source_.walk(program_.locators[alternative.locator], walked_);
    for (std::size_t k = start; k < walked_.size(); ++k) hits.push_back({walked_[k], &alternative});
    walked_.resize(start);
  }
  std::stable_sort(hits.begin(), hits.end(),
                   [](const Hit& a, const Hit& b) { return Source::order(a.anchor) < Source::order(b.anchor); });
  std::size_t taken = 0;
  folded_ = {};
  for (const Hit& hit : hits)
    if (!take(block, *hit.alternative, hit.anchor, taken)) break;
}

/// One occurrence; false where no other may follow.
template <class Source>
bool Run<Source>::take(const Block& block, const Alternative& alternative, Anchor anchor, std::size_t& taken) {
  source_.enter(program_.locators[alternative.locator], alternative.level, anchor);
  if (!holds(alternative.guard)) return true;
  if (++taken > 1 && block.cardinality == Cardinality::one) {
    Place place;
    report(Code::map_cardinality, block.at, "the map reads one of these and there is another; the first was read",
           &place, anchor, {});
    return false;
  }
  if (taken > 1 && block.cardinality == Cardinality::first) return false;
  run_item(block, alternative);
  return true;
}

template <class Source>
void Run<Source>::run_item(const Block& block, const Alternative& alternative) {
  if (!block.has_list) return run_body(alternative.body);
  const std::string_view tied = block.tied ? frames_.text(block.tie_outer) : std::string_view{};
  const bool raw = block.tied && frames_.kind(block.tie_outer) == Slot::Kind::raw;
  const std::uint32_t owner = frames_.base(block.list.frame), frame = block.list.frame + 1;
  std::string path;
  std::uint32_t layout = block.layout;
  if (context_->trace) {
    std::uint32_t position = 0;
    for (std::uint32_t at = frames_.first_item(owner, block.list.slot); at != nothing; at = frames_.next_item(at))
      ++position;
    path = field_path(block.list) + "[" + std::to_string(position) + "]";
  }
  const std::size_t traced = trace_.size();
  const bool full = full_;
  full_ = false;
  const std::uint32_t base = frames_.add_item(owner, block.list.slot, program_.layouts[block.layout]);
  auto& bases = frames_.bases();
  const bool shadows = bases.size() > frame;
  const std::uint32_t old = shadows ? bases[frame] : 0;
  if (shadows)
    bases[frame] = base;
  else
    bases.push_back(base);
  if (context_->trace) {
    item_paths_.resize(std::max<std::size_t>(item_paths_.size(), frame + 1));
    item_layouts_.resize(item_paths_.size());
    item_paths_[frame].swap(path);
    std::swap(item_layouts_[frame], layout);
  }
  run_body(alternative.body);
  const bool filled = frames_.any(base);
  if (filled && block.tied && !tied.empty()) {
    frames_.set(block.tie_item, tied, raw ? Slot::Kind::raw : Slot::Kind::text);
  }
  if (shadows)
    frames_.bases()[frame] = old;
  else
    frames_.bases().pop_back();
  if (context_->trace) {
    item_paths_[frame].swap(path);
    item_layouts_[frame] = layout;
  }
  if (!filled) return frames_.drop_item(owner, block.list.slot, base);
  if (alternative.fold == nothing) return;
  if (full && goes_on(block, alternative, base)) return append_item(block, alternative, base, traced);
  folded_ = {&alternative, base};
}

/// True where an item says the same as the one before it, save for its text.
template <class Source>
bool Run<Source>::goes_on(const Block& block, const Alternative& alternative, std::uint32_t base) const {
  if (folded_.alternative != &alternative) return false;
  const std::uint32_t text = program_.slots[program_.lines[alternative.fold].slots.first].slot;
  const auto slots = static_cast<std::uint32_t>(program_.layouts[block.layout].slot_schema.size());
  for (std::uint32_t i = 1; i < slots; ++i)
    if (i != text && frames_.text_at(folded_.base, i) != frames_.text_at(base, i)) return false;
  return !frames_.text_at(base, text).empty();
}

/// Puts the text of a list's last item behind that of the one before, and takes the item away.
template <class Source>
void Run<Source>::append_item(const Block& block, const Alternative& alternative, std::uint32_t base,
                              std::size_t traced) {
  const SlotRef ref = program_.slots[program_.lines[alternative.fold].slots.first];
  const std::string_view before = frames_.text_at(folded_.base, ref.slot), more = frames_.text_at(base, ref.slot);
  char* const start = memory_.arena.room(before.size() + more.size() + text_slack);
  std::copy(more.begin(), more.end(), std::copy(before.begin(), before.end(), start));
  const std::string_view whole = memory_.arena.keep(start, before.size() + more.size());
  frames_.drop_item(frames_.base(block.list.frame), block.list.slot, base);
  frames_.set_at(folded_.base, ref.slot, whole, Slot::Kind::text);
  // The trace tells of the text alone, under the item that it became part of.
  const Line* const line = &program_.lines[alternative.fold];
  std::string field;
  for (std::size_t i = 0; i < traced; ++i)
    if (trace_[i].line == line) field = trace_[i].field;
  trace_.erase(std::remove_if(trace_.begin() + static_cast<std::ptrdiff_t>(traced), trace_.end(),
                              [line](const TraceEntry& entry) { return entry.line != line; }),
               trace_.end());
  for (std::size_t i = traced; i < trace_.size(); ++i) trace_[i].field = field;
}

template <class Source>
std::string_view Run<Source>::condition_value(std::uint32_t place, SlotRef slot) {
  if (place == nothing) return slot.slot == nothing ? std::string_view{} : frames_.text(slot);
  Anchor anchor{};
  return place_value(program_.places[place], anchor, nullptr);
}

/// The value that a condition is about.
template <class Source>
inline std::string_view Run<Source>::tested_value(const Condition& condition) {
  Anchor anchor{};
  if (condition.locator == nothing || !quick_ || !source_.locate_again(condition.locator, anchor))
    return condition_value(condition.place, condition.slot);
  return Source::present(anchor) ? source_.value(condition.element, condition.component, anchor) : std::string_view{};
}

template <class Source>
bool Run<Source>::holds(const Condition& condition) {
  using Test = ConditionText::Test;
  if (condition.place == nothing && condition.slot.slot == nothing) {
    bool any = false;
    for (std::uint32_t i = 0; i < condition.parts.count && !any; ++i)
      any = frames_.kind(program_.slots[condition.parts.first + i]) != Slot::Kind::absent;
    return any == (condition.test == Test::present);
  }
  const bool stands = condition.test == Test::present || condition.test == Test::absent;
  if (stands && condition.place != nothing && condition.locator == nothing) {
    Anchor anchor{};
    const Place& place = program_.places[condition.place];
    (void)place_value(place, anchor, nullptr);
    return (Source::present(anchor) && source_.stands(place, anchor)) == (condition.test == Test::present);
  }
  const std::string_view value = tested_value(condition);
  if (stands) return value.empty() == (condition.test == Test::absent);
  if (condition.test == Test::timed) return has_time_of_day(value);
  bool found = false;
  if (condition.other_place != nothing || condition.other_slot.slot != nothing)
    found = same_text(value, condition_value(condition.other_place, condition.other_slot));
  const std::string* text = program_.texts.data() + condition.values.first;
  for (const std::string* const end = text + condition.values.count; text != end && !found; ++text)
    found = same_text(*text, value);
  return found == (condition.test == Test::in);
}

template <class Source>
bool Run<Source>::holds(const Range& guard) {
  for (std::uint32_t i = 0; i < guard.count; ++i)
    if (!holds(program_.conditions[guard.first + i])) return false;
  return true;
}

CROSSDOCK_RUN_OF_EACH_SOURCE;

}  // namespace crossdock::mapping
