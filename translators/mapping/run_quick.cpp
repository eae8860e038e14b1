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

/// The segment of the line's places; tells of a second one.
template <class Source>
inline bool Run<Source>::find(const Op& op, Anchor& anchor) {
  if (source_.locate_again(op.locator, anchor)) return Source::present(anchor);
  return find_first(op, anchor);
}

template <class Source>
bool Run<Source>::find_first(const Op& op, Anchor& anchor) {
  Anchor second{};
  bool has_second = false;
  if (!source_.locate(op.locator, anchor, second, has_second)) return false;
  if (has_second) {
    const Line& line = program_.lines[op.index];
    report_second(line, program_.places[line.places.first], second);
  }
  return true;
}

template <class Source>
void Run<Source>::run_body(const Body& body) {
  const Op* op = program_.ops.data() + body.ops.first;
  for (const Op* const end = op + body.ops.count; op != end; ++op) {
    if (!op->inwards) continue;
    if (op->kind == Op::Kind::block)
      run_block(program_.blocks[op->index]);
    else if (quick_)
      run_quick(*op);
    else
      run_line(program_.lines[op->index], op->index);
  }
}

template <class Source>
void Run<Source>::run_quick(const Op& op) {
  Anchor anchor{};
  if (op.kind == Op::Kind::plain) {
    if (find(op, anchor)) set_text(op.slot, source_.value(op.element, op.component, anchor));
    return;
  }
  if (op.skips && stays_empty(op)) return;
  if (op.guard.count != 0 && op.kind != Op::Kind::line && !holds(op.guard)) return;
  bool done = false;
  switch (op.kind) {
    case Op::Kind::text: done = run_text(op); break;
    case Op::Kind::code: done = run_code(op); break;
    case Op::Kind::moment: done = run_moment(op); break;
    case Op::Kind::number: done = run_number(op); break;
    case Op::Kind::quantity: done = run_quantity(op); break;
    case Op::Kind::constant: done = run_constant(op); break;
    default: break;
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

/// True where the line would find nothing; cheap, so that lines about what is not there cost little.
template <class Source>
inline bool Run<Source>::stays_empty(const Op& op) {
  Anchor anchor{};
  if (!source_.locate_again(op.locator, anchor)) return false;
  return !Source::present(anchor) || (op.single && source_.value(op.element, op.component, anchor).empty());
}

template <class Source>
bool Run<Source>::run_text(const Op& op) {
  Anchor anchor{};
  const std::string_view value =
      find(op, anchor) ? source_.value(op.element, op.component, anchor) : std::string_view{};
  set_text(op.slot, value);
  return !value.empty() || op.skips;  // else: there are other places to look at
}

template <class Source>
bool Run<Source>::run_constant(const Op& op) {
  const Line& line = program_.lines[op.index];
  for (std::uint32_t i = 0; i < line.slots.count; ++i) set_slot(program_.slots[line.slots.first + i], line.literal);
  return true;
}

template <class Source>
bool Run<Source>::run_code(const Op& op) {
  Anchor anchor{};
  if (!find(op, anchor)) return true;
  const std::string_view code = source_.value(op.element, op.component, anchor);
  if (code.empty()) return true;
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
bool Run<Source>::run_moment(const Op& op) {
  Anchor anchor{};
  if (!find(op, anchor)) return true;
  const auto element = [&](std::uint16_t position) {
    return position == 0 ? std::string_view{} : source_.value(position, 0, anchor);
  };
  const std::string_view date = element(op.element);
  if (date.empty()) return true;  // a time without a date says nothing
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
bool Run<Source>::run_number(const Op& op) {
  Anchor anchor{};
  if (!find(op, anchor)) return true;
  const std::string_view value = source_.value(op.element, op.component, anchor);
  if (value.empty()) return true;
  if (!plain_digits(value)) return false;
  frames_.set(op.slot, value, op.raw ? Slot::Kind::raw : text_kind_);
  return true;
}

template <class Source>
bool Run<Source>::run_quantity(const Op& op) {
  Anchor anchor{};
  if (!find(op, anchor)) return true;
  const std::string_view value = source_.value(op.element, 0, anchor);
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
