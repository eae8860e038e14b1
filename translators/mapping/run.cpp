// A run inwards: events in document order, lines and blocks of each.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/run.hpp"

#include <algorithm>
#include <charconv>

#include "translators/base/json_text.hpp"
#include "translators/mapping/date_time.hpp"
#include "translators/mapping/set_source.hpp"
#include "translators/mapping/tree_source.hpp"

namespace crossdock::mapping {

namespace {

void append_number(std::string& out, std::uint64_t number) {
  char buffer[20];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  out.append(buffer, static_cast<std::size_t>(end - buffer));
}

}  // namespace

template <class Source>
void Run<Source>::find_events(std::vector<Found>& out) {
  std::vector<Anchor> anchors;
  for (std::uint32_t i = 0; i < program_.entries.size(); ++i) {
    const Entry& entry = program_.entries[i];
    if (entry.locator == nothing) {
      out.push_back({i, source_.at(0), 0});
      continue;
    }
    anchors.clear();
    source_.walk(program_.locators[entry.locator], anchors);
    if (entry.cardinality == Cardinality::one && anchors.size() > 1) {
      Place place;
      report(
          Code::map_cardinality, entry.at,
          "the map makes one event of these, and there are " + std::to_string(anchors.size()) + "; the first was read",
          &place, anchors[1], {});
    }
    if (entry.cardinality != Cardinality::each && anchors.size() > 1) anchors.resize(1);
    for (const Anchor anchor : anchors) out.push_back({i, anchor, Source::order(anchor)});
  }
  auto before = [](const Found& a, const Found& b) { return a.order < b.order; };
  if (program_.entries.size() > 1 && !std::is_sorted(out.begin(), out.end(), before))
    std::stable_sort(out.begin(), out.end(), before);
}

template <class Source>
void Run<Source>::run() {
  std::vector<Found> found;
  memory_.id_prefix.clear();
  find_events(found);
  std::vector<std::uint32_t>& occurrences = memory_.occurrences;
  if (!memory_.piecewise) {
    occurrences.assign(program_.entries.empty() ? 0 : program_.entries.back().group + 1, 0);
    memory_.made = 0;
  }
  made_ = memory_.made;
  bool matched = false;
  for (const Found& event : found) {
    const Entry& entry = program_.entries[event.entry];
    entry_ = &entry;
    if (entry.locator != nothing) source_.enter(program_.locators[entry.locator], entry.level, event.anchor);
    frames_.begin(static_cast<std::uint32_t>(program_.layouts[entry.layout].slot_schema.size()));
    failed_ = false;
    const std::uint32_t occurrence = occurrences[entry.group]++;
    if (!holds(entry.guard)) continue;
    matched = true;
    make_event(entry, event.anchor, occurrence);
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
void Run<Source>::make_event(const Entry& entry, Anchor anchor, std::uint32_t occurrence) {
  if (context_.trace) {
    trace_.clear();
    item_paths_.assign(1, {});
  }
  canonical::Event& event = memory_.event;
  event.attachments.clear();
  run_body(entry.body);
  memory_.json.clear();
  const bool whole = JsonEmitter(program_, frames_, memory_.incomplete).emit(entry.layout, memory_.json);
  event.data = memory_.json.text();
  Place place;
  const bool told = failed_;  // what is missing because a value was refused needs no second finding
  for (const Incomplete& part : memory_.incomplete) {
    if (told) break;
    if (part.fatal)
      report(Code::map_field_required, entry.at,
             "the event lacks `" + part.path + "`, which " + entry.type + " requires; it was not made", &place, anchor,
             {}, part.path);
    else
      report(Code::map_item_incomplete, entry.at,
             "a part of the event lacks `" + part.path + "`, which its schema requires; the part was left out", &place,
             anchor, {}, part.path);
  }
  if (failed_ || !whole) return;
  fill_attributes(entry, occurrence);
  ++made_;
  if (context_.trace) write_trace();
  sink_(std::move(event), context_.trace ? std::string_view(memory_.trace) : std::string_view{});
}

template <class Source>
void Run<Source>::fill_attributes(const Entry& entry, std::uint32_t occurrence) {
  canonical::Event& event = memory_.event;
  event.type = entry.type;
  event.source = context_.source;
  event.subject.clear();
  for (const auto& [kind, ref] : entry.subject) {
    const Slot& slot = frames_.at(ref);
    if (slot.kind == Slot::Kind::absent) continue;
    event.subject.append(kind).append("/").append(slot.text);
    break;
  }
  event.time.clear();
  for (const SlotRef ref : entry.time) {
    // A date alone is no time of an event (CloudEvents asks for RFC 3339): then the sender's statement counts.
    const std::string_view told = frames_.at(ref).text;
    if (event.time.empty() && has_time_of_day(told)) event.time = told;
  }
  if (event.time.empty()) event.time = context_.stated_at;
  if (event.time.empty()) event.time = context_.received_at;
  make_id(entry, occurrence, event.id);
  event.factkey = event.subject;
  if (entry.factkey_of_data) {
    event.factkey.append("|").append(to_hex(sha256(event.data)), 0, 32);
  } else {
    for (const SlotRef ref : entry.factkey) event.factkey.append("|").append(frames_.at(ref).text);
  }
  event.partitionkey.clear();
  for (const auto& lane : entry.partitionkey) {
    event.partitionkey.clear();
    bool whole = true;
    for (const AttributePart& part : lane) {
      using Kind = AttributePart::Kind;
      const std::string_view text = part.kind == Kind::sender     ? context_.sender
                                    : part.kind == Kind::receiver ? context_.receiver
                                                                  : frames_.at(part.slot).text;
      // Offline nobody may be known: the number alone still keeps a shipment's messages in one lane.
      if (text.empty() && part.kind == Kind::field) whole = false;
      if (text.empty()) continue;
      if (!event.partitionkey.empty()) event.partitionkey += '/';
      event.partitionkey += text;
    }
    if (whole) break;
    event.partitionkey.clear();
  }
  if (event.partitionkey.empty()) event.partitionkey = event.subject;
  event.sequence.clear();
  append_number(event.sequence, context_.sequence_first + made_);
}

/// 32 hexadecimal digits of SHA-256 over the payload's hash and where the set stands in it, 8 of the entry's name, 8 of
/// which event it is.
template <class Source>
void Run<Source>::make_id(const Entry& entry, std::uint32_t occurrence, std::string& id) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string& prefix = memory_.id_prefix;
  if (prefix.empty()) {
    std::string& text = memory_.scratch;
    text.assign(reinterpret_cast<const char*>(context_.payload_hash.data()), context_.payload_hash.size());
    for (const std::uint32_t part : {context_.interchange, context_.group, context_.set}) {
      text += '|';
      append_number(text, part);
    }
    const Sha256Bytes digest = sha256(text);
    for (std::size_t i = 0; i < 16; ++i) {
      prefix += digits[digest[i] >> 4U];
      prefix += digits[digest[i] & 15U];
    }
  }
  id = prefix;
  for (const std::uint32_t part : {entry.name_hash, occurrence})
    for (unsigned shift = 32; shift > 0; shift -= 4) id += digits[(part >> (shift - 4U)) & 15U];
}

template <class Source>
void Run<Source>::run_body(const Body& body) {
  for (std::uint32_t i = 0; i < body.ops.count; ++i) {
    const Op& op = program_.ops[body.ops.first + i];
    if (!op.inwards) continue;
    if (op.plain && quick_)
      run_plain(op);
    else if (op.skips && quick_ && stays_empty(op))
      continue;
    else if (op.block)
      run_block(program_.blocks[op.index]);
    else
      run_line(program_.lines[op.index], op.index);
  }
}

/// True where the line would find nothing; cheap, so that lines about what is not there cost little.
template <class Source>
bool Run<Source>::stays_empty(const Op& op) {
  Anchor anchor{};
  if (!source_.locate_again(op.locator, anchor)) return false;
  return !Source::present(anchor) || (op.single && source_.value(op.element, op.component, anchor).empty());
}

/// One place to one text field, when neither trace nor coverage is wanted.
template <class Source>
void Run<Source>::run_plain(const Op& op) {
  Anchor anchor{};
  if (!source_.locate_again(op.locator, anchor)) {
    Anchor second{};
    bool has_second = false;
    if (!source_.locate(op.locator, anchor, second, has_second)) return;
    if (has_second) {
      const Line& line = program_.lines[op.index];
      const Place& place = program_.places[line.places.first];
      report(Code::map_cardinality, line.at, "`" + place.text + "` stands more than once; the first was read", &place,
             second, source_.value(place, second));
    }
  }
  if (!Source::present(anchor)) return;
  const std::string_view value = source_.value(op.element, op.component, anchor);
  if (!value.empty()) frames_.set(op.slot, value, Slot::Kind::text);
}

template <class Source>
void Run<Source>::run_block(const Block& block) {
  if (block.arrow == Arrow::outwards) return;
  struct Hit {
    Anchor anchor;
    std::uint32_t alternative;
  };
  if (block.alternatives.count == 1 && program_.alternatives[block.alternatives.first].locator == nothing) {
    const Alternative& only = program_.alternatives[block.alternatives.first];
    if (holds(only.guard)) run_body(only.body);
    return;
  }
  const std::size_t start = walked_.size();
  std::vector<Hit> hits;  // only for several alternatives
  for (std::uint32_t i = 0; i < block.alternatives.count; ++i) {
    const Alternative& alternative = program_.alternatives[block.alternatives.first + i];
    const std::size_t before = walked_.size();
    if (source_.nowhere(program_.locators[alternative.locator])) continue;
    source_.walk(program_.locators[alternative.locator], walked_);
    if (block.alternatives.count > 1)
      for (std::size_t k = before; k < walked_.size(); ++k) hits.push_back({walked_[k], i});
  }
  if (!hits.empty())
    std::stable_sort(hits.begin(), hits.end(),
                     [](const Hit& a, const Hit& b) { return Source::order(a.anchor) < Source::order(b.anchor); });
  const std::size_t count = walked_.size() - start;
  std::size_t taken = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Anchor anchor = hits.empty() ? walked_[start + i] : hits[i].anchor;
    const Alternative& alternative =
        program_.alternatives[block.alternatives.first + (hits.empty() ? 0 : hits[i].alternative)];
    source_.enter(program_.locators[alternative.locator], alternative.level, anchor);
    if (!holds(alternative.guard)) continue;
    if (++taken > 1 && block.cardinality == Cardinality::one) {
      Place place;
      report(Code::map_cardinality, block.at, "the map reads one of these and there is another; the first was read",
             &place, anchor, {});
      break;
    }
    if (taken > 1 && block.cardinality == Cardinality::first) break;
    run_item(block, alternative, anchor);
  }
  walked_.resize(start);
}

template <class Source>
void Run<Source>::run_item(const Block& block, const Alternative& alternative, Anchor) {
  if (!block.has_list) return run_body(alternative.body);
  const std::string_view tied = block.tied ? frames_.at(block.tie_outer).text : std::string_view{};
  const bool raw = block.tied && frames_.at(block.tie_outer).kind == Slot::Kind::raw;
  const std::uint32_t owner = frames_.base(block.list.frame), frame = block.list.frame + 1;
  const auto slots = static_cast<std::uint32_t>(program_.layouts[block.layout].slot_schema.size());
  std::string path;
  std::uint32_t layout = block.layout;
  if (context_.trace) {
    std::uint32_t position = 0;
    for (std::uint32_t at = frames_.at_base(owner, block.list.slot).head; at != nothing;
         at = frames_.at_base(at, 0).head)
      ++position;
    path = field_path(block.list) + "[" + std::to_string(position) + "]";
  }
  const std::uint32_t base = frames_.add_item(owner, block.list.slot, slots);
  auto& bases = frames_.bases();
  const bool shadows = bases.size() > frame;
  const std::uint32_t old = shadows ? bases[frame] : 0;
  if (shadows)
    bases[frame] = base;
  else
    bases.push_back(base);
  if (context_.trace) {
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
  if (context_.trace) {
    item_paths_[frame].swap(path);
    item_layouts_[frame] = layout;
  }
  if (!filled) frames_.drop_item(owner, block.list.slot, base);
}

template <class Source>
std::string_view Run<Source>::condition_value(std::uint32_t place, SlotRef slot) {
  if (place == nothing) return slot.slot == nothing ? std::string_view{} : frames_.at(slot).text;
  Anchor anchor{};
  return place_value(program_.places[place], anchor, nullptr);
}

template <class Source>
bool Run<Source>::holds(const Condition& condition) {
  using Test = ConditionText::Test;
  if (condition.place == nothing && condition.slot.slot == nothing) {
    bool any = false;
    for (std::uint32_t i = 0; i < condition.parts.count && !any; ++i)
      any = frames_.at(program_.slots[condition.parts.first + i]).kind != Slot::Kind::absent;
    return any == (condition.test == Test::present);
  }
  if (condition.place != nothing && (condition.test == Test::present || condition.test == Test::absent)) {
    Anchor anchor{};
    const Place& place = program_.places[condition.place];
    (void)place_value(place, anchor, nullptr);
    return (Source::present(anchor) && source_.stands(place, anchor)) == (condition.test == Test::present);
  }
  const std::string_view value = condition_value(condition.place, condition.slot);
  if (condition.test == Test::present) return !value.empty();
  if (condition.test == Test::timed) return has_time_of_day(value);
  if (condition.test == Test::absent) return value.empty();
  bool found = false;
  if (condition.other_place != nothing || condition.other_slot.slot != nothing)
    found = value == condition_value(condition.other_place, condition.other_slot);
  for (std::uint32_t i = 0; i < condition.values.count && !found; ++i)
    found = program_.texts[condition.values.first + i] == value;
  return found == (condition.test == Test::in);
}

template <class Source>
bool Run<Source>::holds(const Range& guard) {
  for (std::uint32_t i = 0; i < guard.count; ++i)
    if (!holds(program_.conditions[guard.first + i])) return false;
  return true;
}

template <class Source>
void Run<Source>::report(Code code, const TextMark& at, std::string message, const Place* place, Anchor anchor,
                         std::string_view value, std::string expected) {
  Finding finding;
  finding.code = code;
  finding.severity = info(code).severity;
  finding.message = std::move(message);
  finding.path = source_.path(*place, anchor);
  finding.segment_tag = source_.tag(anchor);
  finding.where = source_.where(*place, anchor, value);
  finding.value = std::string(value.substr(0, 200));
  finding.expected = std::move(expected);
  finding.interchange = context_.interchange;
  finding.group = context_.group;
  finding.set = context_.set;
  finding.element = place->element;
  finding.component = place->component;
  if (place->rule != nullptr) finding.element_reference = place->rule->reference;
  finding.map_line = mark_text(at, false);
  if (finding.severity == Severity::error) failed_ = true;
  findings_.push_back(std::move(finding));
}

template <class Source>
std::string Run<Source>::field_path(SlotRef ref) const {
  const canonical::Schema& schema = *program_.schemas[entry_->schema];
  const Layout& layout = program_.layouts[ref.frame == 0 ? entry_->layout : item_layouts_[ref.frame]];
  const std::string& path = schema.nodes[layout.slot_schema[ref.slot]].path;
  return ref.frame == 0 ? path : item_paths_[ref.frame] + path.substr(schema.nodes[layout.schema].path.size());
}

template <class Source>
void Run<Source>::note_trace(const Line& line, SlotRef ref, std::string_view value, const Range& places,
                             Anchor anchor) {
  std::string field = field_path(ref);
  for (std::uint32_t i = 0; i < std::max<std::uint32_t>(places.count, 1); ++i) {
    TraceEntry entry{field, &line, {}, std::string(value)};
    if (places.count > 0) {
      const Place& place = program_.places[places.first + i];
      Anchor at = anchor;
      const std::string_view text = place_value(place, at, nullptr);
      if (text.empty()) continue;
      entry.where = source_.where(place, at, text);
    }
    trace_.push_back(std::move(entry));
  }
}

template <class Source>
void Run<Source>::write_trace() {
  std::string& out = memory_.trace;
  out = "[";
  for (const TraceEntry& entry : trace_) {
    out += out.size() > 1 ? ",{\"field\":" : "{\"field\":";
    append_json_string(out, entry.field);
    out += ",\"line\":";
    append_json_string(out, mark_text(entry.line->at, false));
    out += ",\"offset\":" + std::to_string(entry.where.offset) + ",\"length\":" + std::to_string(entry.where.length) +
           ",\"value\":";
    append_json_string(out, entry.value);
    out += '}';
  }
  out += ']';
}

template class Run<SetSource>;
template class Run<TreeSource>;

}  // namespace crossdock::mapping
