// Questions with their values as operands, lines as literals and values.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/replay_recorder.hpp"

#include <algorithm>

#include "translators/base/json_text.hpp"

namespace crossdock::mapping {

void Recorder::begin(const wire::SegmentDocument& document, const guide::SetTree& tree) {
  document_ = &document;
  tree_ = &tree;
  origins_.clear();
  made_ = Made::first_free;
  run_ = {};
  text_.clear();
  given_up_ = false;
}

Recorder::Origin Recorder::origin(std::string_view text, As as) {
  if (text.empty()) return Operand{};
  if (const auto known = origins_.find(text.data()); known != origins_.end()) return known->second;
  const Origin out = place_in_set(text);
  const Operand* const place = std::get_if<Operand>(&out);
  if (place == nullptr || as == As::sent || !released(text)) return out;
  return without_releases(*place, true);
}

/// Whether release characters stand in the segment of a text of the set.
bool Recorder::released(std::string_view text) const {
  const auto at = static_cast<std::uint32_t>(text.data() - document_->bytes().data());
  std::size_t segment = document_->segment_count();
  while (segment-- > 1 && document_->record(segment).begin > at) continue;
  return document_->released(segment);
}

/// The marks around a text; they may hold several components.
Recorder::Origin Recorder::place_in_set(std::string_view text) const {
  const std::string_view bytes = document_->bytes();
  if (text.data() <= bytes.data() || text.data() + text.size() > bytes.data() + bytes.size()) return Unknown{};
  const auto begin = static_cast<std::uint32_t>(text.data() - bytes.data());
  const auto end = begin + static_cast<std::uint32_t>(text.size());
  const std::uint32_t* const first = tree_->shape.marks;
  const std::uint32_t* const last = first + tree_->shape.mark_count;
  const std::uint32_t* const from = std::lower_bound(first, last, begin - 1);
  const std::uint32_t* const to = std::lower_bound(first, last, end);
  if (from == last || to == last || *from != begin - 1 || *to != end) return Unknown{};
  return Operand{static_cast<std::uint16_t>(from - first), static_cast<std::uint16_t>(to - first)};
}

void Recorder::ask(Question question, std::initializer_list<std::string_view> values, bool answer, As as) {
  std::size_t literals = 0;
  for (const std::string_view value : values) {
    if (value.empty()) return;
    const Origin from = origin(value, as);
    if (const Operand* const operand = std::get_if<Operand>(&from))
      question.values[question.count++] = *operand;
    else if (std::holds_alternative<Literal>(from))
      ++literals;
    else
      return give_up();
  }
  if (literals == values.size()) return;
  if (literals != 0) return give_up();
  question.answer = answer ? 1 : 0;
  const auto same = [&](const Question& other) { return other.asks_what(question); };
  if (std::none_of(run_.questions.begin(), run_.questions.end(), same)) run_.questions.push_back(question);
}

void Recorder::texts(std::string_view value, Range texts, bool found, As as) {
  Question question;
  question.kind = Question::Kind::texts;
  question.texts = texts;
  ask(question, {value}, found, as);
}

void Recorder::equal(std::string_view value, std::string_view other, bool found, As as) {
  Question question;
  question.kind = Question::Kind::equal;
  ask(question, {value, other}, found, as);
}

void Recorder::timed(std::string_view value, bool found) {
  Question question;
  question.kind = Question::Kind::timed;
  ask(question, {value}, found);
}

void Recorder::json_kind(std::string_view value, canonical::SchemaNode::Kind kind) {
  using Kind = canonical::SchemaNode::Kind;
  Question question;
  question.kind = kind == Kind::boolean ? Question::Kind::truth : Question::Kind::number;
  question.integer = kind == Kind::integer;
  ask(question, {value}, true);
}

/// Other sets of the shape may have release characters in other values of the segment.
Operand Recorder::without_releases(Operand value, bool stands) {
  Question question;
  question.kind = Question::Kind::release;
  question.count = 1;
  question.values[0] = value;
  question.answer = stands ? 1 : 0;
  const auto same = [&](const Question& other) {
    return other.kind == question.kind && other.values == question.values;
  };
  const auto known = std::find_if(run_.questions.begin(), run_.questions.end(), same);
  if (known != run_.questions.end()) return {known->make, 0};
  if (made_ + 1U > Replays::made_max) given_up_ = true;
  if (given_up_) return {};
  question.make = static_cast<std::uint16_t>(made_++);
  run_.questions.push_back(question);
  return {question.make, 0};
}

void Recorder::unreleased(std::string_view value, std::string_view meant) {
  const Origin from = place_in_set(value);
  if (!std::holds_alternative<Operand>(from)) return give_up();
  const Operand made = without_releases(std::get<Operand>(from), !meant.empty());
  if (!meant.empty()) origins_.insert_or_assign(meant.data(), made);
}

void Recorder::literal(std::string_view text) {
  if (!text.empty()) origins_.insert_or_assign(text.data(), Literal{});
}

Question Recorder::question_of(const Codec& codec, const Values& before, Values& after, Arena& arena) {
  Question question;
  if (made_ + after.count + 2 > Replays::made_max) given_up_ = true;
  if (given_up_) return question;
  question.kind = Question::Kind::step;
  question.index = static_cast<std::uint32_t>(&codec - program_.codecs.data());
  question.count = static_cast<std::uint8_t>(before.count);
  for (std::uint32_t i = 0; i < before.count; ++i) {
    const Origin from = origin(before.text[i]);
    if (!std::holds_alternative<Operand>(from)) given_up_ = true;
    if (given_up_) return question;
    question.values[i] = std::get<Operand>(from);
  }
  question.make = static_cast<std::uint16_t>(made_);
  question.makes = static_cast<std::uint8_t>(after.count);
  const auto make = [&](std::string_view& text, std::uint32_t bit) {
    const auto number = static_cast<std::uint16_t>(made_++);
    if (text.empty()) return;
    question.answer |= bit;
    text = arena.copy(text);
    origins_.insert_or_assign(text.data(), Operand{number, 0});
  };
  for (std::uint32_t i = 0; i < after.count; ++i) make(after.text[i], 1U << i);
  make(after.zone, StepAnswer::zone);
  make(after.zone_code, StepAnswer::zone_code);
  literal(after.kept_list);
  if (codec.kind == CodecKind::table && before.count == 1) {
    const std::uint32_t row = codec.table->find(before.text[0]);
    if (row < codec.usual.size() && codec.usual[row] != 0) question.answer |= StepAnswer::usual;
  }
  return question;
}

void Recorder::stand_in(const Codec& codec, const Values& before, Values& after, Arena& arena, ReplaySite site) {
  const Origin code = origin(before.text[site.value]);
  if (!std::holds_alternative<Operand>(code)) return give_up();
  site.code = std::get<Operand>(code);
  Question question = question_of(codec, before, after, arena);
  question.answer |= StepAnswer::stand_in;
  run_.sites.push_back(site);
  question.site = static_cast<std::uint32_t>(run_.sites.size());
  run_.questions.push_back(question);
}

void Recorder::write(Operand operand) {
  run_.pieces.emplace_back(std::move(text_), operand);
  text_.clear();
}

void Recorder::write(const Slot& slot) {
  const std::string_view text(slot.data, slot.size);
  if (slot.kind == Slot::Kind::list || slot.kind == Slot::Kind::absent) return give_up();
  const Origin from = origin(text);
  if (const Operand* const operand = std::get_if<Operand>(&from)) return write(*operand);
  if (!std::holds_alternative<Literal>(from)) return give_up();
  std::string escaped;
  append_json_string(escaped, text);
  text_ += std::string_view(escaped).substr(1, escaped.size() - 2);
}

RecordedRun& Recorder::finish(bool taken) {
  run_.taken = taken;
  if (!text_.empty()) write(Operand{});
  return run_;
}

}  // namespace crossdock::mapping
