// Remembered runs: which of them fits the values at hand, and its line.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/replay.hpp"

#include <algorithm>
#include <charconv>

#include "translators/mapping/codec.hpp"
#include "translators/mapping/date_time.hpp"
#include "translators/mapping/set_source.hpp"
#include "translators/wire/released.hpp"

namespace crossdock::mapping {
namespace {

constexpr std::size_t sites_max = 512;  ///< each may keep some findings

inline char* copy_literal(char* to, const char* from, std::size_t size) {
  std::memcpy(to, from, text_slack);
  for (std::size_t at = text_slack; at < size; at += text_slack) std::memcpy(to + at, from + at, text_slack);
  return to + size;
}

}  // namespace

Replays::Shape* Replays::begin(const wire::SegmentDocument& document, const guide::SetTree& tree,
                               const DocumentContext& context) {
  if (full_ || shapes_.size() > shapes_max) forget();
  if (tree.shape.plan == 0 || off_ || context.lines == nullptr || program_.guide == nullptr) return nullptr;
  if (!SetSource::reads_plainly(document, *program_.guide) || !take_context(context)) return nullptr;
  document_ = &document;
  tree_ = &tree;
  bytes_ = document.bytes().data();
  marks_ = tree.shape.marks;
  return &shapes_[tree.shape.plan];
}

/// The context's texts as made values. False where one of them needs escapes or is long.
bool Replays::take_context(const DocumentContext& context) {
  const std::string_view stated = context.stated_at.empty() ? context.received_at : context.stated_at;
  const std::array<std::string_view, 3> texts{context.sender, context.receiver, stated};
  std::uint32_t said = 1U << 31;
  char* to = attributes_.data();
  for (std::size_t i = 0; i < texts.size(); ++i, to += attribute_max) {
    const std::string_view text = texts[i];
    if (!text.empty()) said |= 1U << i;
    if (said_ != 0 && made_[Made::sender + i] == text) continue;  // most often it is that of the set before
    if (text.size() > attribute_max || !is_plain_json(text)) return false;
    std::copy(text.begin(), text.end(), to);
    made_[Made::sender + i] = {to, text.size()};
  }
  if (said == said_ && context.source == source_ && context.profile_zone == profile_zone_) return true;
  forget();
  said_ = said;
  source_ = context.source;
  profile_zone_ = context.profile_zone;
  return true;
}

void Replays::forget() {
  if (!questions_.empty() && replayed_ < 4 * missed_) off_ = true;
  replayed_ = missed_ = 0;
  full_ = false;
  shapes_.clear();
  questions_.clear();
  lines_.clear();
  sites_.clear();
  pieces_.clear();
  texts_.clear();
  text_at_.clear();
}

const ReplayLine* Replays::find(const Event& event) {
  if (event.root == 0) return nullptr;
  arena_.clear();
  telling_.clear();
  const Question* question = questions_.data() + event.root;
  for (; question->kind != Question::Kind::end; ++question) {
    const std::uint32_t told = answer(*question);
    while (question->answer != told) {
      if (question->otherwise == 0) {
        ++missed_;
        return nullptr;
      }
      question = questions_.data() + question->otherwise;
    }
    if (question->site != 0) [[unlikely]] {
      ReplaySite& site = sites_[question->site - 1];
      telling_.emplace_back(&site, value(site.code));
    }
  }
  return &lines_[question->index];
}

std::uint32_t Replays::answer(const Question& question) {
  const auto is = [](bool truth) { return static_cast<std::uint32_t>(truth); };
  const std::string_view first = value(question.values[0]);
  switch (question.kind) {
    case Question::Kind::texts: {
      const std::string* text = program_.texts.data() + question.texts.first;
      for (const std::string* const end = text + question.texts.count; text != end; ++text)
        if (same_text(*text, first)) return 1;
      return 0;
    }
    case Question::Kind::equal: return is(same_text(first, value(question.values[1])));
    case Question::Kind::timed: return is(has_time_of_day(first));
    case Question::Kind::number: return is(is_json_number(first, question.integer));
    case Question::Kind::truth: return is(first == "true" || first == "false");
    case Question::Kind::release: return take_releases(question);
    case Question::Kind::step: return take_step(question);
    case Question::Kind::end: break;
  }
  return refused;
}

std::uint32_t Replays::take_releases(const Question& question) {
  const std::string_view text = value(question.values[0]);
  const char release = document_->delimiters.release;
  std::string_view& made = made_[question.make];
  made = text;
  if (text.find(release) == std::string_view::npos) return 1;
  unreleased_.clear();
  wire::append_unreleased(unreleased_, text, release);
  made = arena_.copy(unreleased_);
  return made.empty() ? 0 : 1;
}

/// The common steps by themselves, as the short way of their lines has them.
std::uint32_t Replays::take_step(const Question& question) {
  const Codec& codec = program_.codecs[question.index];
  const std::string_view first = value(question.values[0]);
  std::string_view* const made = made_.data() + question.make;
  if (codec.kind == CodecKind::table && question.count == 1 && codec.flat_plain) {
    const std::uint32_t row = codec.table->find(first);
    if (row == CodeTable::no_row) return take_any_step(question, codec);
    std::uint32_t out = row < codec.usual.size() && codec.usual[row] != 0 ? StepAnswer::usual : 0;
    const std::string_view* const cells = codec.flat.data() + std::size_t{row} * question.makes;
    for (std::size_t i = 0; i < question.makes; ++i) {
      made[i] = cells[i];
      out |= static_cast<std::uint32_t>(!cells[i].empty()) << i;
    }
    return out;
  }
  if (codec.kind == CodecKind::number && question.count == 1 && is_plain_digits(first)) {
    made[0] = first;
    return 1;
  }
  if (codec.kind == CodecKind::date_time && question.count >= 2 && question.makes == 1) {
    const std::string_view code = question.count > 2 ? value(question.values[2]) : std::string_view{};
    if (code.empty() ? profile_zone_.empty() : zone_code(code).kind == ZoneCode::Kind::local) {
      char* const start = arena_.room(moment_bytes_max);
      if (const std::size_t size = format_local(first, value(question.values[1]), start); size != 0) {
        made[0] = arena_.keep(start, size);
        made[1] = zone_local;
        made[2] = code;
        return 1 | StepAnswer::zone | (code.empty() ? 0 : StepAnswer::zone_code);
      }
    }
  }
  if (codec.kind == CodecKind::degrees && question.count == 2 && !first.empty()) {
    made[0] = read_degrees(first, value(question.values[1]), arena_);
    made[1] = made[2] = {};
    return made[0].empty() ? refused : 1;
  }
  if (codec.kind == CodecKind::quantity && question.count == 2 && codec.table != nullptr && codec.flat_plain &&
      is_plain_digits(first)) {
    made[0] = first;
    made[1] = {};
    const std::string_view unit = value(question.values[1]);
    if (unit.empty()) return 1;
    const std::uint32_t row = codec.table->find(unit);
    if (row == CodeTable::no_row) return take_any_step(question, codec);
    made[1] = codec.flat[row];
    return made[1].empty() ? 1 : 3;
  }
  return take_any_step(question, codec);
}

/// Any step, as the long way takes it: its results are copied to where bytes behind them may be read.
std::uint32_t Replays::take_any_step(const Question& question, const Codec& codec) {
  Values values;
  values.count = question.count;
  for (std::uint32_t i = 0; i < question.count; ++i) values.text[i] = value(question.values[i]);
  StepProblem problem;
  const StepEnd end = read_step(codec, profile_zone_, values, arena_, problem);
  if ((end != StepEnd::good && end != StepEnd::stand_in) || values.count != question.makes) return refused;
  std::string_view* const made = made_.data() + question.make;
  std::uint32_t out = end == StepEnd::stand_in ? StepAnswer::stand_in : 0;
  const auto make = [&](std::uint32_t at, std::string_view text, std::uint32_t bit) {
    made[at] = arena_.copy(text);
    if (!text.empty()) out |= bit;
    return is_plain_json(text);
  };
  bool plain = true;
  for (std::uint32_t i = 0; i < values.count; ++i) plain = make(i, values.text[i], 1U << i) && plain;
  plain = make(values.count, values.zone, StepAnswer::zone) && plain;
  plain = make(values.count + 1, values.zone_code, StepAnswer::zone_code) && plain;
  if (codec.kind == CodecKind::table && question.count == 1) {
    const std::uint32_t row = codec.table->find(value(question.values[0]));
    if (row < codec.usual.size() && codec.usual[row] != 0) out |= StepAnswer::usual;
  }
  return plain ? out : refused;
}

void Replays::write(const ReplayLine& line, std::string_view id, std::uint64_t sequence, JsonBuffer& out) {
  char* const id_text = attributes_.data() + 3 * attribute_max;
  std::copy(id.begin(), id.end(), id_text);
  made_[Made::id] = {id_text, id.size()};
  char* const number = id_text + 2 * attribute_max;
  made_[Made::sequence] = {number, static_cast<std::size_t>(std::to_chars(number, number + 20, sequence).ptr - number)};
  out.clear();
  char* to = out.reserve(line.bytes);
  std::size_t left = line.bytes;
  const Piece* piece = pieces_.data() + line.pieces.first;
  for (const Piece* const end = piece + line.pieces.count; piece != end; ++piece) {
    to = copy_literal(to, texts_.data() + piece->literal, piece->size);
    const std::string_view text = value(piece->value);
    if (text.size() > text_slack) [[unlikely]] {
      to = out.reserve_behind(to, left + text.size());
      std::memcpy(to, text.data(), text.size());
    } else {
      std::memcpy(to, text.data(), text_slack);
    }
    to += text.size();
    left -= piece->size;
  }
  out.set_end(to);
  ++replayed_;
}

/// A line's pieces, their literals each kept once.
std::uint32_t Replays::add_line(const RecordedRun& run) {
  ReplayLine line;
  line.taken = run.taken;
  line.pieces = {static_cast<std::uint32_t>(pieces_.size()), static_cast<std::uint32_t>(run.pieces.size())};
  for (const auto& [text, operand] : run.pieces) {
    const auto [known, added] = text_at_.try_emplace(text, static_cast<std::uint32_t>(texts_.size()));
    if (added) texts_.append(text).append(text_slack, ' ');
    pieces_.push_back({known->second, static_cast<std::uint16_t>(text.size()), operand});
    line.bytes += static_cast<std::uint32_t>(text.size() + text_slack);
  }
  lines_.push_back(line);
  return static_cast<std::uint32_t>(lines_.size() - 1);
}

/// The questions of a run from one on, and their end; where they stand.
std::uint32_t Replays::add_path(const RecordedRun& run, std::size_t from) {
  const auto at = static_cast<std::uint32_t>(questions_.size());
  for (std::size_t i = from; i < run.questions.size(); ++i) {
    Question& question = questions_.emplace_back(run.questions[i]);
    if (question.site == 0) continue;
    sites_.push_back(run.sites[question.site - 1]);
    question.site = static_cast<std::uint32_t>(sites_.size());
  }
  Question end;
  end.index = add_line(run);
  questions_.push_back(end);
  return at;
}

bool Replays::learn(Event& event, const RecordedRun& run) {
  full_ = full_ || questions_.size() + run.questions.size() + 2 > questions_max ||
          pieces_.size() + run.pieces.size() > pieces_max || sites_.size() + run.sites.size() > sites_max;
  const auto fits = [](const auto& piece) { return piece.first.size() <= literal_max; };
  if (full_ || !std::all_of(run.pieces.begin(), run.pieces.end(), fits)) return false;
  if (questions_.empty()) questions_.emplace_back();  // nobody stands at 0
  ++event.lines;
  if (event.root == 0) {
    event.root = add_path(run, 0);
    return true;
  }
  std::uint32_t at = event.root;
  for (std::size_t i = 0; i < run.questions.size(); ++i, ++at) {
    const Question& asked = run.questions[i];
    if (!questions_[at].asks_what(asked)) return false;
    while (questions_[at].answer != asked.answer && questions_[at].otherwise != 0) at = questions_[at].otherwise;
    if (questions_[at].answer == asked.answer) continue;
    const std::uint32_t branch = add_path(run, i);
    questions_[at].otherwise = branch;
    return true;
  }
  return false;
}

}  // namespace crossdock::mapping
