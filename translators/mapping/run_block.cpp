// Blocks and guards inwards.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/mapping/date_time.hpp"
#include "translators/mapping/run_guard.hpp"
#include "translators/mapping/run_sources.hpp"

namespace crossdock::mapping {

/// Lines and blocks in their order: by the body's flow, or each the long way where a trace or coverage is wanted.
template <class Source>
void Run<Source>::run_body(const Body& body) {
  if (quick_) return run_flow(body.flow);
  for (std::uint32_t i = body.ops.first; i < body.ops.first + body.ops.count; ++i) {
    const Op& op = program_.ops[i];
    if (!op.inwards) continue;
    if (op.kind == Op::Kind::block)
      run_block(program_.blocks[op.index]);
    else
      run_line(program_.lines[op.index], op.index);
  }
}

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
  const Locator& locator = program_.locators[only.locator];
  std::size_t taken = 0;
  if constexpr (requires { source_.items_of(locator); }) {
    if (locator.simple) {
      for (const Anchor anchor : source_.items_of(locator))
        if (!take(block, only, anchor, taken)) break;
      return;
    }
  }
  const std::size_t start = walked_.size();
  source_.walk(locator, walked_);
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

/// One item of the block's list, or its object.
template <class Source>
void Run<Source>::run_item(const Block& block, const Alternative& alternative) {
  if (!block.has_list) return run_body(alternative.body);
  if (context_->trace) return trace_item(block, alternative);
  fill_item(block, alternative);
}

template <class Source>
void Run<Source>::fill_item(const Block& block, const Alternative& alternative) {
  const std::uint32_t owner = frames_.base(block.list.frame), frame = block.list.frame + 1;
  const Slot tied = block.tied ? frames_.copy(block.tie_outer) : Slot{};
  const std::size_t traced = trace_.size();
  const bool full = full_;
  full_ = false;
  const std::uint32_t base = frames_.add_item(owner, block.list.slot, program_.layouts[block.layout]);
  const std::uint32_t old = frames_.open_frame(frame, base);
  run_body(alternative.body);
  const bool filled = frames_.any(base);
  if (filled && tied.size != 0)
    frames_.set(block.tie_item, {tied.data, tied.size},
                tied.kind == Slot::Kind::raw ? Slot::Kind::raw : Slot::Kind::text);
  frames_.close_frame(frame, old);
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

/// The same, while paths of fields are told.
template <class Source>
void Run<Source>::trace_item(const Block& block, const Alternative& alternative) {
  const std::uint32_t owner = frames_.base(block.list.frame), frame = block.list.frame + 1;
  std::uint32_t position = 0, layout = block.layout;
  for (std::uint32_t at = frames_.first_item(owner, block.list.slot); at != nothing; at = frames_.next_item(at))
    ++position;
  std::string path = field_path(block.list) + "[" + std::to_string(position) + "]";
  item_paths_.resize(std::max<std::size_t>(item_paths_.size(), frame + 1));
  item_layouts_.resize(item_paths_.size());
  item_paths_[frame].swap(path);
  std::swap(item_layouts_[frame], layout);
  fill_item(block, alternative);
  item_paths_[frame].swap(path);
  item_layouts_[frame] = layout;
}

template <class Source>
std::string_view Run<Source>::condition_value(std::uint32_t place, SlotRef slot) {
  if (place == nothing) return slot.slot == nothing ? std::string_view{} : frames_.text(slot);
  Anchor anchor{};
  return place_value(program_.places[place], anchor, nullptr);
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
  const std::string_view value = condition_value(condition.place, condition.slot);
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

CROSSDOCK_RUN_OF_EACH_SOURCE;

}  // namespace crossdock::mapping
