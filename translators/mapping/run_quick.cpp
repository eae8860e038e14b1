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
inline void Run<Source>::run_plain(const Op& op) {
  Anchor anchor{};
  if (!find(op, anchor)) return;
  const std::string_view value = source_.value(op.element, op.component, anchor);
  if (!value.empty()) frames_.set(op.slot, value, text_kind_);
}

template <class Source>
void Run<Source>::run_body(const Body& body) {
  const Op* const end = program_.ops.data() + body.ops.first + body.ops.count;
  for (const Op* op = end - body.ops.count; op != end; ++op) {
    if (op->kind == Op::Kind::plain && quick_ && op->inwards)
      run_plain(*op);
    else
      run_op(*op);
  }
}

template <class Source>
void Run<Source>::run_op(const Op& op) {
  if (!op.inwards) return;
  if (op.kind == Op::Kind::block) return run_block(program_.blocks[op.index]);
  if (!quick_) return run_line(program_.lines[op.index], op.index);
  run_quick(op);
}

template <class Source>
void Run<Source>::run_quick(const Op& op) {
  if (op.kind == Op::Kind::plain) return run_plain(op);
  if (op.skips && stays_empty(op)) return;
  const Line& line = program_.lines[op.index];
  if (op.kind == Op::Kind::line) return run_line(line, op.index);
  if (line.guard.count != 0 && !holds(line.guard)) return;
  bool done = false;
  switch (op.kind) {
    case Op::Kind::text: done = run_text(op, line); break;
    case Op::Kind::code: done = run_code(op, line); break;
    case Op::Kind::moment: done = run_moment(op, line); break;
    case Op::Kind::number: done = run_number(op); break;
    case Op::Kind::quantity: done = run_quantity(op, line); break;
    case Op::Kind::constant:
      for (std::uint32_t i = 0; i < line.slots.count; ++i) set_slot(program_.slots[line.slots.first + i], line.literal);
      return;
    default: break;
  }
  if (!done) run_line(line, op.index);
}

template <class Source>
void Run<Source>::set_text(SlotRef ref, std::string_view value, bool plain) {
  if (!value.empty()) frames_.set(ref, value, plain ? Slot::Kind::plain : Slot::Kind::text);
}

/// True where the line would find nothing; cheap, so that lines about what is not there cost little.
template <class Source>
bool Run<Source>::stays_empty(const Op& op) {
  Anchor anchor{};
  if (!source_.locate_again(op.locator, anchor)) return false;
  return !Source::present(anchor) || (op.single && source_.value(op.element, op.component, anchor).empty());
}

template <class Source>
bool Run<Source>::run_text(const Op& op, const Line& line) {
  Anchor anchor{};
  const std::string_view value =
      find(op, anchor) ? source_.value(op.element, op.component, anchor) : std::string_view{};
  if (value.empty()) return line.codecs.count == 0;
  frames_.set(op.slot, value, text_kind_);
  return true;
}

template <class Source>
bool Run<Source>::run_code(const Op& op, const Line& line) {
  Anchor anchor{};
  if (!find(op, anchor)) return true;
  const std::string_view code = source_.value(op.element, op.component, anchor);
  if (code.empty()) return true;
  const Codec& codec = program_.codecs[line.codecs.first];
  const std::uint32_t row = codec.table->find({&code, 1});
  if (row == CodeTable::no_row) return false;
  const std::string_view* const values = codec.flat.data() + row * codec.columns.size();
  for (std::uint32_t i = 0; i < line.slots.count; ++i)
    set_text(program_.slots[line.slots.first + i], values[i], codec.flat_plain);
  if (line.keep.count == 0 || (line.keep_odd && codec.usual[row])) return true;
  frames_.set(program_.slots[line.keep.first], code, text_kind_);
  if (line.keep.count > 1) set_text(program_.slots[line.keep.first + 1], codec.table->list(), false);
  return true;
}

template <class Source>
bool Run<Source>::run_moment(const Op& op, const Line& line) {
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
  char* const start = memory_.arena.room(moment_bytes_max);
  frames_.set(op.slot, memory_.arena.keep(start, format_moment(moment, start)), Slot::Kind::plain);
  const Codec& codec = program_.codecs[line.codecs.first];
  if (codec.zone_slot == nothing || moment.zone.empty()) return true;
  set_text({op.slot.frame, codec.zone_slot}, moment.zone, false);
  if (codec.zone_code_slot != nothing && !moment.zone_code.empty())
    frames_.set({op.slot.frame, codec.zone_code_slot}, moment.zone_code, text_kind_);
  return true;
}

template <class Source>
bool Run<Source>::run_number(const Op& op) {
  Anchor anchor{};
  if (!find(op, anchor)) return true;
  const std::string_view value = source_.value(op.element, op.component, anchor);
  if (value.empty()) return true;
  if (!plain_digits(value)) return false;
  const bool text = program_.slot_types[program_.lines[op.index].slots.first] == canonical::SchemaNode::Kind::string;
  frames_.set(op.slot, value, text ? text_kind_ : Slot::Kind::raw);
  return true;
}

template <class Source>
bool Run<Source>::run_quantity(const Op& op, const Line& line) {
  Anchor anchor{};
  if (!find(op, anchor)) return true;
  const std::string_view value = source_.value(op.element, 0, anchor);
  if (value.empty()) return true;
  if (!plain_digits(value)) return false;
  const std::string_view code = op.more[0] == 0 ? std::string_view{} : source_.value(op.more[0], 0, anchor);
  const Codec& codec = program_.codecs[line.codecs.first];
  const SlotRef unit = program_.slots[line.slots.first + 1];
  if (codec.table == nullptr) {
    if (!code.empty()) frames_.set(unit, code, text_kind_);
  } else if (!code.empty()) {
    const std::uint32_t row = codec.table->find({&code, 1});
    if (row == CodeTable::no_row) return false;
    set_text(unit, codec.flat[row], codec.flat_plain);
  }
  frames_.set(op.slot, value, text_kind_);
  return true;
}

CROSSDOCK_RUN_OF_EACH_SOURCE;

}  // namespace crossdock::mapping
