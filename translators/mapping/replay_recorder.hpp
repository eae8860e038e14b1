// What a run asks of values and makes of them, while it goes the long way: a RecordedRun for Replays.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <unordered_map>
#include <variant>

#include "translators/mapping/codec.hpp"
#include "translators/mapping/replay.hpp"

namespace crossdock::mapping {

/// Knows each text by where it stands: in the set, among the results of steps (which are copied, so that each has a
/// place of its own), or among the map's literals. A text that it does not know, and whatever a replay could not do
/// again, makes it give up: a run is remembered when all of it is understood.
class Recorder {
 public:
  explicit Recorder(const Program& program) : program_(program) {}
  void begin(const wire::SegmentDocument& document, const guide::SetTree& tree);
  void give_up() { given_up_ = true; }
  /// What was just reported can be reported again: it is known to stand_in().
  void go_on() { given_up_ = false; }
  [[nodiscard]] bool given_up() const { return given_up_; }
  /// Nothing was asked of values, and nothing given up.
  [[nodiscard]] bool asked_nothing() const { return !given_up_ && run_.questions.empty(); }

  // Questions and their answers. Of empty texts, and among literals, nothing is asked: presence is a matter of shape.
  /// How a value of a segment with release characters was read.
  enum class As : std::uint8_t { meant, sent };
  void texts(std::string_view value, Range texts, bool found, As as = As::meant);
  void equal(std::string_view value, std::string_view other, bool found, As as = As::meant);
  void timed(std::string_view value, bool found);
  void json_kind(std::string_view value, canonical::SchemaNode::Kind kind);
  /// A value that had release characters, and what it is without them, which has a place of its own.
  void unreleased(std::string_view value, std::string_view meant);
  /// A text of the map: the same in each run.
  void literal(std::string_view text);
  /// A step that went well: its results are copied into the arena.
  void step(const Codec& codec, const Values& before, Values& after, Arena& arena) {
    run_.questions.push_back(question_of(codec, before, after, arena));
  }
  /// One that met a code its table does not have, which was reported and reads as the table says.
  void stand_in(const Codec& codec, const Values& before, Values& after, Arena& arena, ReplaySite site);

  // The line, part by part.
  void write(std::string_view text) { text_ += text; }
  /// Made::... or a value.
  void write(Operand operand);
  /// A slot's text, escapes made; without quotes.
  void write(const Slot& slot);
  /// What was recorded; `taken`: it is an event.
  [[nodiscard]] RecordedRun& finish(bool taken);

 private:
  struct Literal {};
  struct Unknown {};
  using Origin = std::variant<Unknown, Literal, Operand>;
  [[nodiscard]] Origin origin(std::string_view text, As as = As::meant);
  [[nodiscard]] bool released(std::string_view text) const;
  [[nodiscard]] Operand without_releases(Operand value, bool stands);
  [[nodiscard]] Origin place_in_set(std::string_view text) const;
  [[nodiscard]] Question question_of(const Codec& codec, const Values& before, Values& after, Arena& arena);
  void ask(Question question, std::initializer_list<std::string_view> values, bool answer, As as = As::meant);

  const Program& program_;
  const wire::SegmentDocument* document_ = nullptr;
  const guide::SetTree* tree_ = nullptr;
  std::unordered_map<const char*, Origin> origins_;
  std::uint32_t made_ = Made::first_free;
  RecordedRun run_;
  std::string text_;  ///< since the last value
  bool given_up_ = false;
};

}  // namespace crossdock::mapping
