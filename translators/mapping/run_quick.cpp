// Lines in a common form, inwards, when neither trace nor coverage is wanted: few steps and no memory. What is unusual
// goes the long way, which also says what is wrong. SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/date_time.hpp"
#include "translators/mapping/run_guard.hpp"
#include "translators/mapping/run_sources.hpp"

namespace crossdock::mapping {

/// One step after the other. Lines for which nothing stands in the document cost a few instructions, and less where a
/// whole segment is absent.
template <class Source>
void Run<Source>::run_flow(const Range& flow) {
  using Kind = Flow::Kind;
  Cursor cursor = source_.cursor(Source::absent);
  const Flow* step = program_.flows.data() + flow.first;
  for (const Flow* const end = step + flow.count; step < end; ++step) {
    std::string_view value;
    switch (step->kind) {
      case Kind::segment: {
        Anchor anchor = Source::absent;
        if (!find_segment(step, anchor) || (step->skips && !Source::present(anchor)))
          step += step->skip;
        else
          cursor = source_.cursor(anchor);
        continue;
      }
      case Kind::when:
        if (!holds(step->guard)) step += step->skip;
        continue;
      case Kind::each:
        if (step->locator == nothing || !source_.nowhere(step->locator)) run_block(program_.blocks[step->index]);
        continue;
      case Kind::text:
        value = source_.value(step->element, step->component, cursor);
        if (value.empty() && step->skips) continue;
        if (step->guard.count != 0 && !holds(step->guard)) continue;
        if (!value.empty()) {
          frames_.set(step->slot, value, text_kind_);
          continue;
        }
        break;  // it is looked for in other places
      case Kind::line:
        if (!step->looks) break;
        value = source_.value(step->element, step->component, cursor);
        if (value.empty() && step->skips && stays_empty(*step, cursor)) continue;
        break;
      default:
        if (step->looks) value = source_.value(step->element, step->component, cursor);
        if (value.empty() && step->skips && stays_empty(*step, cursor)) continue;
        if (step->guard.count != 0 && !holds(step->guard)) continue;
        if (run_step(*step, value, cursor)) continue;
    }
    run_line(program_.lines[step->index], step->index);
  }
}

/// The segment of the lines behind `step`. The first of them whose guard holds looks, and tells of a second one; false
/// where all guards forbid it.
template <class Source>
inline bool Run<Source>::find_segment(const Flow* step, Anchor& anchor) {
  if (source_.locate_again(step->locator, anchor)) return true;
  for (std::uint32_t i = 1; i <= step->skip; ++i)
    if (look(step[i], step->locator, anchor)) return true;
  return false;
}

template <class Source>
bool Run<Source>::look(const Flow& step, std::uint32_t locator, Anchor& anchor) {
  if (step.guard.count != 0 && !holds(step.guard)) return false;
  Anchor second{};
  bool has_second = false;
  if (!source_.locate(locator, anchor, second, has_second)) {
    anchor = Source::absent;
  } else if (has_second) {
    const Line& line = program_.lines[step.index];
    report_second(line, program_.places[line.places.first], second);
  }
  return true;
}

/// True where none of the line's places holds anything, the first of which is known to be empty.
template <class Source>
inline bool Run<Source>::stays_empty(const Flow& step, const Cursor& cursor) {
  if (step.single) return true;
  for (const std::uint16_t element : step.more)
    if (element != 0 && !source_.value(element, 0, cursor).empty()) return false;
  return step.simple;
}

template <class Source>
bool Run<Source>::run_step(const Flow& step, std::string_view value, const Cursor& cursor) {
  switch (step.kind) {
    case Flow::Kind::code: return run_code(step, value);
    case Flow::Kind::moment: return run_moment(step, value, cursor);
    case Flow::Kind::number: return run_number(step, value);
    case Flow::Kind::quantity: return run_quantity(step, value, cursor);
    case Flow::Kind::constant: return run_constant(step);
    default: return false;
  }
}

/// A value as it stands in the document.
template <class Source>
inline void Run<Source>::set_text(SlotRef ref, std::string_view value) {
  if (!value.empty()) frames_.set(ref, value, text_kind_);
}

/// A value of a table.
template <class Source>
inline void Run<Source>::set_known(SlotRef ref, std::string_view value, bool plain) {
  if (!value.empty()) frames_.set(ref, value, plain ? Slot::Kind::plain : Slot::Kind::text);
}

template <class Source>
bool Run<Source>::run_constant(const Flow& at) {
  const Line& line = program_.lines[at.index];
  for (std::uint32_t i = 0; i < line.slots.count; ++i) set_slot(program_.slots[line.slots.first + i], line.literal);
  return true;
}

template <class Source>
bool Run<Source>::run_code(const Flow& at, std::string_view code) {
  const QuickStep& step = program_.quick_steps[at.step];
  const std::uint32_t row = step.table->find(code);
  if (row == CodeTable::no_row) return false;
  frames_.set_cells(step.frame, program_.cells.data() + step.cells + std::size_t{row} * step.columns,
                    step.column.data(), step.columns, program_.cell_masks[step.masks + row]);
  if (step.keeps == 0 || (step.usual != nullptr && step.usual[row] != 0)) return true;
  set_text(step.keep[0], code);
  if (step.keeps > 1) set_slot(step.keep[1], step.table->list());
  return true;
}

template <class Source>
bool Run<Source>::run_moment(const Flow& at, std::string_view date, const Cursor& cursor) {
  if (date.empty()) return true;  // a time without a date says nothing
  const auto element = [&](std::uint16_t position) {
    return position == 0 ? std::string_view{} : source_.value(position, 0, cursor);
  };
  const QuickStep& step = program_.quick_steps[at.step];
  const std::string_view code = element(at.more[1]);
  const bool local = code.empty() ? context_->profile_zone.empty() : zone_code(code).kind == ZoneCode::Kind::local;
  if (char* const start = memory_.arena.room(moment_bytes_max + text_slack); local) {
    if (const std::size_t size = format_local(date, element(at.more[0]), start); size != 0) {
      frames_.set(at.slot, memory_.arena.keep(start, size), Slot::Kind::plain);
      if (step.slot[0].slot == nothing) return true;
      frames_.set(step.slot[0], zone_local, Slot::Kind::plain);
      if (step.slot[1].slot != nothing) set_text(step.slot[1], code);
      return true;
    }
  }
  Moment moment;
  if (!parse_date(date, moment.wall)) return false;
  const std::string_view time = element(at.more[0]);
  if (!time.empty() && !parse_time(time, moment.wall)) return false;
  if (!resolve_zone(moment, code, context_->profile_zone)) return false;
  char* const start = memory_.arena.room(moment_bytes_max + text_slack);
  frames_.set(at.slot, memory_.arena.keep(start, format_moment(moment, start)), Slot::Kind::plain);
  if (step.slot[0].slot == nothing || moment.zone.empty()) return true;
  set_slot(step.slot[0], moment.zone);
  if (step.slot[1].slot != nothing) set_text(step.slot[1], moment.zone_code);
  return true;
}

template <class Source>
bool Run<Source>::run_number(const Flow& at, std::string_view value) {
  if (!is_plain_digits(value)) return false;
  frames_.set(at.slot, value, at.raw ? Slot::Kind::raw : text_kind_);
  return true;
}

template <class Source>
bool Run<Source>::run_quantity(const Flow& at, std::string_view value, const Cursor& cursor) {
  if (value.empty()) return true;
  if (!is_plain_digits(value)) return false;
  const std::string_view code = at.more[0] == 0 ? std::string_view{} : source_.value(at.more[0], 0, cursor);
  const QuickStep& step = program_.quick_steps[at.step];
  if (step.table == nullptr) {
    set_text(step.slot[0], code);
  } else if (!code.empty()) {
    const std::uint32_t row = step.table->find(code);
    if (row == CodeTable::no_row) return false;
    set_known(step.slot[0], step.values[row], step.plain);
  }
  set_text(at.slot, value);
  return true;
}

CROSSDOCK_RUN_OF_EACH_SOURCE;

}  // namespace crossdock::mapping
