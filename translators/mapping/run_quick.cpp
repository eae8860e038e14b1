// Lines in a common form, inwards, when neither trace nor coverage is wanted: few steps and no memory. What is unusual
// goes the long way, which also says what is wrong. SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/date_time.hpp"
#include "translators/mapping/run_sources.hpp"

namespace crossdock::mapping {

namespace {

/// Digits as JSON has numbers: no leading zero, short enough to be beyond doubt.
bool plain_digits(std::string_view text) {
  if (text.empty() || text.size() > 18 || (text[0] == '0' && text.size() > 1)) return false;
  for (const char c : text)
    if (c < '0' || c > '9') return false;
  return true;
}

}  // namespace

/// The way of every line: find the segment, take the value, ask the guard, do what the kind says. A line for which
/// nothing stands in the document costs a few instructions.
template <class Source>
void Run<Source>::run_body(const Body& body) {
  using Kind = Op::Kind;
  const Op* op = program_.ops.data() + body.ops.first;
  for (const Op* const end = op + body.ops.count; op != end; ++op) {
    if (!op->inwards) continue;
    if (op->kind == Kind::block) {
      run_block(program_.blocks[op->index]);
      continue;
    }
    if (!quick_) {
      run_line(program_.lines[op->index], op->index);
      continue;
    }
    Anchor anchor = Source::absent;
    std::string_view value;
    if (op->looks) {
      if (!source_.locate_again(op->locator, anchor) && !look(*op, anchor)) continue;
      if (Source::present(anchor)) value = source_.value(op->element, op->component, anchor);
      if (value.empty() && op->skips && stays_empty(*op, anchor)) continue;
    }
    if (op->guard.count != 0 && op->kind != Kind::line && !holds(op->guard)) continue;
    if ((op->kind == Kind::plain || op->kind == Kind::text) && !value.empty())
      frames_.set(op->slot, value, text_kind_);
    else
      run_step(*op, value, anchor);
  }
}

/// Looks for the segment of the line's places; tells of a second one. False where the guard forbids to look.
template <class Source>
bool Run<Source>::look(const Op& op, Anchor& anchor) {
  if (op.guard.count != 0 && !holds(op.guard)) return false;
  Anchor second{};
  bool has_second = false;
  if (!source_.locate(op.locator, anchor, second, has_second)) {
    anchor = Source::absent;
  } else if (has_second) {
    const Line& line = program_.lines[op.index];
    report_second(line, program_.places[line.places.first], second);
  }
  return true;
}

/// True where none of the line's places holds anything, the first of which is known to be empty.
template <class Source>
inline bool Run<Source>::stays_empty(const Op& op, Anchor anchor) {
  if (op.single || !Source::present(anchor)) return true;
  for (const std::uint16_t element : op.more)
    if (element != 0 && !source_.value(element, 0, anchor).empty()) return false;
  return op.simple;
}

template <class Source>
void Run<Source>::run_step(const Op& op, std::string_view value, Anchor anchor) {
  bool done = false;
  switch (op.kind) {
    case Op::Kind::code: done = run_code(op, value); break;
    case Op::Kind::moment: done = run_moment(op, value, anchor); break;
    case Op::Kind::number: done = run_number(op, value); break;
    case Op::Kind::quantity: done = run_quantity(op, value, anchor); break;
    case Op::Kind::constant: done = run_constant(op); break;
    default: break;  // also a text that is looked for in other places
  }
  if (!done) run_line(program_.lines[op.index], op.index);
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
bool Run<Source>::run_constant(const Op& op) {
  const Line& line = program_.lines[op.index];
  for (std::uint32_t i = 0; i < line.slots.count; ++i) set_slot(program_.slots[line.slots.first + i], line.literal);
  return true;
}

template <class Source>
bool Run<Source>::run_code(const Op& op, std::string_view code) {
  const QuickStep& step = program_.quick_steps[op.step];
  const std::uint32_t row = step.table->find(code);
  if (row == CodeTable::no_row) return false;
  const std::string_view* const values = step.values + std::size_t{row} * step.columns;
  for (std::uint32_t i = 0; i < step.columns; ++i) set_known(step.slot[i], values[i], step.plain);
  if (step.keeps == 0 || (step.usual != nullptr && step.usual[row] != 0)) return true;
  set_text(step.keep[0], code);
  if (step.keeps > 1) set_slot(step.keep[1], step.table->list());
  return true;
}

template <class Source>
bool Run<Source>::run_moment(const Op& op, std::string_view date, Anchor anchor) {
  if (date.empty()) return true;  // a time without a date says nothing
  const auto element = [&](std::uint16_t position) {
    return position == 0 ? std::string_view{} : source_.value(position, 0, anchor);
  };
  Moment moment;
  if (!parse_date(date, moment.wall)) return false;
  const std::string_view time = element(op.more[0]);
  if (!time.empty() && !parse_time(time, moment.wall)) return false;
  if (!resolve_zone(moment, element(op.more[1]), context_->profile_zone)) return false;
  char* const start = memory_.arena.room(moment_bytes_max + text_slack);
  frames_.set(op.slot, memory_.arena.keep(start, format_moment(moment, start)), Slot::Kind::plain);
  const QuickStep& step = program_.quick_steps[op.step];
  if (step.slot[0].slot == nothing || moment.zone.empty()) return true;
  set_slot(step.slot[0], moment.zone);
  if (step.slot[1].slot != nothing) set_text(step.slot[1], moment.zone_code);
  return true;
}

template <class Source>
bool Run<Source>::run_number(const Op& op, std::string_view value) {
  if (!plain_digits(value)) return false;
  frames_.set(op.slot, value, op.raw ? Slot::Kind::raw : text_kind_);
  return true;
}

template <class Source>
bool Run<Source>::run_quantity(const Op& op, std::string_view value, Anchor anchor) {
  if (value.empty()) return true;
  if (!plain_digits(value)) return false;
  const std::string_view code = op.more[0] == 0 ? std::string_view{} : source_.value(op.more[0], 0, anchor);
  const QuickStep& step = program_.quick_steps[op.step];
  if (step.table == nullptr) {
    set_text(step.slot[0], code);
  } else if (!code.empty()) {
    const std::uint32_t row = step.table->find(code);
    if (row == CodeTable::no_row) return false;
    set_known(step.slot[0], step.values[row], step.plain);
  }
  set_text(op.slot, value);
  return true;
}

CROSSDOCK_RUN_OF_EACH_SOURCE;

}  // namespace crossdock::mapping
