// One line inwards: its places, its steps, its fields.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/mapping/attachment.hpp"
#include "translators/mapping/fold.hpp"
#include "translators/mapping/run_guard.hpp"
#include "translators/mapping/run_sources.hpp"

namespace crossdock::mapping {

template <class Source>
std::string_view Run<Source>::place_value(const Place& place, Anchor& anchor, const Line* line) {
  if (place.pair != nothing) {
    if (recorder_ != nullptr) recorder_->give_up();
    return pair_value(place, anchor, line);
  }
  if (quick_ && source_.locate_again(place.locator, anchor))
    return Source::present(anchor) ? source_.value(place.element, place.component, anchor) : std::string_view{};
  Anchor second{};
  bool has_second = false;
  if (!source_.locate(place.locator, anchor, second, has_second)) return {};
  if (has_second && line != nullptr) report_second(*line, place, second);
  if (coverage_ != nullptr) {
    looked.emplace_back(Source::order(anchor), place.element);
    const Locator& locator = program_.locators[place.locator];
    if (program_.guide != nullptr && locator.steps.count > 0) {
      const Range qualifiers = program_.steps[locator.steps.first + locator.steps.count - 1].qualifiers;
      for (std::uint32_t i = 0; i < qualifiers.count; ++i)
        looked.emplace_back(Source::order(anchor), program_.qualifiers[qualifiers.first + i].element);
    }
  }
  return source_.value(place, anchor);
}

template <class Source>
bool Run<Source>::read_places(const Line& line, Values& values, Anchor& first) {
  bool any = false;
  values.count = line.places.count;
  for (std::uint32_t i = 0; i < line.places.count; ++i) {
    Anchor anchor{};
    values.text[i] = place_value(program_.places[line.places.first + i], anchor, &line);
    if (i == 0 || (!any && !values.text[i].empty())) first = anchor;
    any = any || !values.text[i].empty();
  }
  return any;
}

/// Where all places are empty: the `else` steps, in their order. True when values were found in another place.
template <class Source>
bool Run<Source>::read_else(const Line& line, Values& values, Anchor& anchor, const Range*& places) {
  for (std::uint32_t i = 0; i < line.codecs.count; ++i) {
    const Codec& codec = program_.codecs[line.codecs.first + i];
    if (codec.kind == CodecKind::else_place) {
      bool any = false;
      values.count = codec.places.count;
      for (std::uint32_t k = 0; k < codec.places.count; ++k) {
        Anchor at{};
        values.text[k] = place_value(program_.places[codec.places.first + k], at, &line);
        if (k == 0) anchor = at;
        any = any || !values.text[k].empty();
      }
      if (!any) continue;
      places = &codec.places;
      return true;
    }
    if (codec.kind == CodecKind::else_literal) {
      if (recorder_ != nullptr) recorder_->literal(codec.text);
      set_slot(program_.slots[line.slots.first], codec.text);
      if (context_->trace) note_trace(line, program_.slots[line.slots.first], codec.text, {}, anchor);
      return false;
    }
    if (codec.kind != CodecKind::else_reject) continue;
    const auto code = find_code(codec.text);
    Place unknown;
    const Place& place = line.places.count > 0 ? program_.places[line.places.first] : unknown;
    std::string message = code ? std::string(info(*code).what) : "the map rejects this document: " + codec.text;
    message += " (" + place.text + " is empty)";
    report(code.value_or(Code::map_rejected), line.at, std::move(message), &place, anchor, {});
    failed_ = true;
    return false;
  }
  return false;
}

template <class Source>
void Run<Source>::keep_code(const Line& line, const Codec& codec, const Values& values) {
  if (line.keep.count == 0) return;
  if (line.keep_odd) {
    const std::uint32_t row = codec.table->find({&values.kept_code, 1});
    if (row != CodeTable::no_row && row < codec.usual.size() && codec.usual[row]) return;
  }
  set_slot(program_.slots[line.keep.first], values.kept_code);
  if (line.keep.count > 1) set_slot(program_.slots[line.keep.first + 1], values.kept_list);
}

/// Bytes become an attachment of the event; the values are then what its data says of them.
template <class Source>
bool Run<Source>::attach(const Line& line, const Range& places, Values& values) {
  Anchor anchor{};
  const Place& place = program_.places[places.first];
  std::string_view bytes = place_value(place, anchor, nullptr);
  if constexpr (requires { source_.raw(place, anchor); }) bytes = source_.raw(place, anchor);
  if (bytes.empty()) {
    values.count = 0;
    return true;
  }
  canonical::Attachment attachment;
  if (values.count > 1 && values.text[1] == "B64") {
    auto decoded = decode_base64(bytes);
    if (!decoded) {
      report(Code::map_value_wrong, line.at, place.text + " is said to be base64 and is not", &place, anchor, {},
             "base64 text");
      return false;
    }
    attachment.bytes = std::move(*decoded);
  } else {
    attachment.bytes = bytes;
  }
  attachment.sha256 = to_hex(sha256(attachment.bytes));
  attachment.media_type = media_type_of(attachment.bytes);
  values.count = 3;
  values.text[0] = memory_.arena.copy(attachment.sha256);
  values.text[1] = memory_.arena.copy(std::to_string(attachment.bytes.size()));
  values.text[2] = media_type_of(attachment.bytes);
  memory_.event.attachments.push_back(std::move(attachment));
  return true;
}

/// A code that its table does not have; `stand_in`: the table says what such a code reads as.
template <class Source>
void Run<Source>::report_code(const Line& line, const Codec& codec, const Place& place, Anchor anchor,
                              std::string_view code, bool stand_in) {
  const std::string value(code.substr(0, 100));
  const std::string& nearest = memory_.nearest.of(*codec.table, value);
  const std::string reference = place.rule != nullptr ? place.rule->reference : codec.table->list();
  const bool own = codec.table->is_inline();
  std::string message = "code `" + value + "` in " + place.text +
                        (own && place.rule == nullptr ? "" : " (element " + reference + ")") +
                        (own ? " is none of the codes of this line" : " is not in table " + codec.table->id());
  if (!nearest.empty()) message += "; nearest: " + nearest;
  if (stand_in) message += "; read as the table's stand-in";
  const bool recorded = recorder_ != nullptr && !recorder_->given_up();
  report(stand_in ? Code::map_table_otherwise : Code::map_table_code, line.at, std::move(message), &place, anchor, code,
         nearest);
  if (recorded && stand_in) recorder_->go_on();
}

template <class Source>
bool Run<Source>::run_steps(const Line& line, const Range& places, Anchor anchor, Values& values) {
  for (std::uint32_t i = 0; i < line.codecs.count; ++i) {
    const Codec& codec = program_.codecs[line.codecs.first + i];
    if (codec.kind >= CodecKind::else_place) continue;
    const bool bounded = codec.kind != CodecKind::attachment && codec.kind != CodecKind::fold;
    if (recorder_ != nullptr && !(bounded && (values.count == 1 || !line.keep_odd))) recorder_->give_up();
    if (codec.kind == CodecKind::attachment) {
      if (!attach(line, places, values)) return false;
      continue;
    }
    if (codec.kind == CodecKind::fold) {
      full_ = unfold(codec, values, memory_.arena);
      continue;
    }
    const std::array<std::string_view, 3> before = {values.text[0], values.text[1],
                                                    values.text[2]};  // the only ones a step finds fault with
    const Values given = recorder_ != nullptr ? values : Values{};
    const bool had = codec.kind == CodecKind::table && !values.empty();
    StepProblem problem;
    const StepEnd end = read_step(codec, context_->profile_zone, values, memory_.arena, problem);
    if (recorder_ != nullptr && end == StepEnd::good) recorder_->step(codec, given, values, memory_.arena);
    if (end == StepEnd::good || end == StepEnd::stand_in) {
      if (had) keep_code(line, codec, values);
      if (codec.kind == CodecKind::quantity && line.keep.count > 0 && !values.kept_code.empty())
        set_slot(program_.slots[line.keep.first], values.kept_code);
      if (codec.zone_slot != nothing && !values.zone.empty()) {
        const std::uint32_t frame = program_.slots[line.slots.first].frame;
        set_slot({frame, codec.zone_slot}, values.zone);
        if (codec.zone_code_slot != nothing && !values.zone_code.empty())
          set_slot({frame, codec.zone_code_slot}, values.zone_code);
      }
      if (end == StepEnd::good) continue;
    }
    const std::uint32_t at = std::min(problem.value, places.count - 1);
    const Place& place = program_.places[places.first + at];
    Anchor where = anchor;
    (void)place_value(place, where, nullptr);
    const std::string value(before[std::min<std::uint32_t>(problem.value, 2)].substr(0, 100));
    if (end == StepEnd::wrong) {
      report(Code::map_value_wrong, line.at,
             "`" + value + "` in " + place.text + " is not " + std::string(problem.expected), &place, where,
             before[std::min<std::uint32_t>(problem.value, 2)], std::string(problem.expected));
      return false;
    }
    if (end == StepEnd::left_out) {
      report(Code::map_constant_other, line.at,
             "`" + std::string(before[0].substr(0, 100)) + "` has format `" + value + "` in " + place.text +
                 ", which names no day; the field stays empty",
             &place, where, before[std::min<std::uint32_t>(problem.value, 2)], std::string(problem.expected));
      return true;
    }
    const std::string_view code = before[std::min<std::uint32_t>(problem.value, 2)];
    report_code(line, codec, place, where, code, end == StepEnd::stand_in);
    if (end != StepEnd::stand_in) return false;
    if (recorder_ != nullptr) {
      if constexpr (requires { source_.tell(recorder_); })
        recorder_->stand_in(codec, given, values, memory_.arena,
                            {&line, &codec, &place, where.segment, where.instance, problem.value});
    }
  }
  return true;
}

template <class Source>
void Run<Source>::set_slot(SlotRef ref, std::string_view value) {
  if (value.empty()) return;
  frames_.set(ref, value, Slot::Kind::text);
}

template <class Source>
void Run<Source>::assign(const Line& line, std::uint32_t index, std::uint32_t field, std::string_view value,
                         const Range& places, Anchor anchor) {
  if (value.empty()) return;
  const SlotRef ref = program_.slots[line.slots.first + field];
  set_slot(ref, value);
  if (!line.plain) {
    using Kind = canonical::SchemaNode::Kind;
    const Kind kind = program_.slot_types[line.slots.first + field];
    if (kind != Kind::string) {
      const bool good =
          kind == Kind::boolean ? value == "true" || value == "false" : is_json_number(value, kind == Kind::integer);
      if (!good) {
        Place unknown;
        const Place& place = places.count > 0 ? program_.places[places.first] : unknown;
        report(Code::map_value_wrong, line.at,
               "`" + std::string(value.substr(0, 100)) + "` cannot be " +
                   (kind == Kind::integer   ? "a whole number"
                    : kind == Kind::boolean ? "true or false"
                                            : "a number"),
               &place, anchor, value);
        return;
      }
      if (recorder_ != nullptr) recorder_->json_kind(value, kind);
      frames_.set_kind(ref, Slot::Kind::raw);
    }
  }
  if (context_->trace) note_trace(line, ref, value, places, anchor);
  if (coverage_ != nullptr) ++coverage_->runs[index];
}

template <class Source>
void Run<Source>::run_line(const Line& line, std::uint32_t index) {
  if (line.guard.count != 0 && !holds(line.guard)) return;
  if (line.total != nothing) {
    if (recorder_ != nullptr) recorder_->give_up();
    return check_total(line);
  }
  Anchor anchor{};
  if (line.plain) {
    const std::string_view value = place_value(program_.places[line.places.first], anchor, &line);
    return assign(line, index, 0, value, line.places, anchor);
  }
  if (line.literal_to_field) {
    if (recorder_ != nullptr) recorder_->literal(line.literal);
    for (std::uint32_t i = 0; i < line.slots.count; ++i) assign(line, index, i, line.literal, {}, anchor);
    return;
  }
  Values values;
  const bool any = read_places(line, values, anchor);
  const Range* places = &line.places;
  if (line.literal_to_place) {
    if (recorder_ != nullptr && any) recorder_->give_up();
    if (any && values.text[0] != line.literal)
      report(Code::map_constant_other, line.at,
             "`" + program_.places[places->first].text + "` holds `" + std::string(values.text[0].substr(0, 100)) +
                 "`; this map knows `" + line.literal + "`",
             &program_.places[places->first], anchor, values.text[0], line.literal);
    return;
  }
  if (!any && !read_else(line, values, anchor, places)) return;
  if (!run_steps(line, *places, anchor, values)) return;
  for (std::uint32_t i = 0; i < line.slots.count && i < values.count; ++i)
    assign(line, index, i, values.text[i], *places, anchor);
}

CROSSDOCK_RUN_OF_EACH_SOURCE;

}  // namespace crossdock::mapping
