// Runs of a map over sets of one shape, remembered: what was asked of their values, and the line of JSON that the
// answers lead to. A line is then copies of values between literal texts. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "translators/guide/set_tree.hpp"
#include "translators/mapping/arena.hpp"
#include "translators/mapping/index.hpp"
#include "translators/mapping/json_buffer.hpp"
#include "translators/mapping/map_set.hpp"
#include "translators/mapping/program.hpp"

namespace crossdock::mapping {

/// A value: what stands between two marks of the set at hand, or (`to` = 0) a made one, by its number. All of them have
/// `text_slack` readable bytes behind them.
struct Operand {
  std::uint16_t from = 0, to = 0;
  bool operator==(const Operand&) const = default;
};

/// Numbers of the made values that are always there; steps make further ones.
struct Made {
  enum : std::uint16_t { nothing_said, sender, receiver, stated, id, sequence, first_free };
};

/// What a step made: a bit for each of its results that is not empty, and these.
struct StepAnswer {
  static constexpr std::uint32_t zone = 1U << 8, zone_code = 1U << 9;
  static constexpr std::uint32_t usual = 1U << 10;     ///< one key: the code need not be kept
  static constexpr std::uint32_t stand_in = 1U << 11;  ///< the table has no such code, and says what it reads as
};

/// Where a run told of a code that its table does not have.
struct ReplaySite {
  const Line* line = nullptr;
  const Codec* codec = nullptr;
  const Place* place = nullptr;
  std::uint32_t segment = nothing, instance = 0;
  std::uint32_t value = 0;  ///< which of the step's
  Operand code = {};
  std::unordered_map<std::string, Finding> told = {};  ///< by code; at most told_max
  static constexpr std::size_t told_max = 64;
};

/// Something that a run asked of values, in the order of the run. Behind it stands what is asked after `answer`.
struct Question {
  enum class Kind : std::uint8_t {
    texts,    ///< is the value one of `texts`
    equal,    ///< are the two the same
    timed,    ///< has it a time of day
    number,   ///< is it a JSON number (`integer`: a whole one)
    truth,    ///< is it true or false
    release,  ///< does anything stand without release characters; that becomes a made value
    step,     ///< what does a codec make of the values: which of its results are empty; they become made values
    end       ///< all is known: Replays' line `index`
  };
  static constexpr std::size_t values_max = 8;
  Kind kind = Kind::end;
  bool integer = false;
  std::uint8_t count = 0;                   ///< of values
  std::uint8_t makes = 0;                   ///< step: made values, zone and its code not counted, which follow
  std::uint16_t make = 0;                   ///< step, release: the first of them
  std::uint32_t index = 0;                  ///< step: Program::codecs; end: line
  std::uint32_t answer = 0, otherwise = 0;  ///< where to go on with another answer; 0: not known
  std::uint32_t site = 0;                   ///< step: 1 + which site tells of the code
  Range texts;                              ///< Program::texts
  std::array<Operand, values_max> values{};
  /// The same question, whatever the answer.
  [[nodiscard]] bool asks_what(const Question& other) const {
    return kind == other.kind && integer == other.integer && count == other.count && makes == other.makes &&
           make == other.make && (kind == Kind::end || index == other.index) && texts.first == other.texts.first &&
           texts.count == other.texts.count && values == other.values;
  }
};

/// A literal text, then a value.
struct Piece {
  std::uint32_t literal = 0;  ///< in Replays' texts
  std::uint16_t size = 0;     ///< of the literal
  Operand value;
};

/// How a line of JSON is written, or that the entry does not take this occurrence.
struct ReplayLine {
  bool taken = true;
  Range pieces;
  std::uint32_t bytes = 0;  ///< of all literals, and `text_slack` for each value
};

/// What is known of an event's run: the questions in their order, and the line that their answers lead to.
struct RecordedRun {
  std::vector<Question> questions;
  std::vector<ReplaySite> sites;
  bool taken = true;
  std::vector<std::pair<std::string, Operand>> pieces;
};

/// The runs of one map that a MapRunner remembers. Bounded: questions_max and pieces_max; where they are full, all is
/// forgotten, and for good where remembering did not pay.
class Replays {
 public:
  static constexpr std::size_t questions_max = 1U << 16, pieces_max = 1U << 17, shapes_max = 4096, literal_max = 0xFFFF;
  static constexpr std::uint32_t lines_max = 64;  ///< of one event of one shape
  static constexpr std::uint32_t failures_max = 8;
  static constexpr std::size_t made_max = 256;

  /// One event of the sets of a shape: where it stands, and where its questions begin.
  struct Event {
    std::uint32_t entry = 0, segment = 0, instance = 0;
    std::uint32_t root = 0;  ///< 0: nothing known
    std::uint32_t lines = 0, failures = 0;
    bool seen = false;  ///< what comes once is not recorded
    [[nodiscard]] bool worth_recording() const { return seen && lines < lines_max && failures < failures_max; }
  };
  struct Shape {
    bool tried = false, usable = false;  ///< to find the events
    std::vector<Event> events;
  };

  explicit Replays(const Program& program) : program_(program) { made_[Made::nothing_said] = {attributes_.data(), 0}; }

  /// Makes the set the one at hand. Null where its runs are not told apart by shape and values: it was not judged by a
  /// plan, or its values do not stand in JSON as they are. Nothing is read but the document, the tree's shape, and the
  /// context.
  [[nodiscard]] Shape* begin(const wire::SegmentDocument& document, const guide::SetTree& tree,
                             const DocumentContext& context);
  /// The line that the values of the set at hand lead to; null where they lead nowhere known.
  [[nodiscard]] const ReplayLine* find(const Event& event);
  /// What is to be told before what find() found is written, with the codes.
  [[nodiscard]] const std::vector<std::pair<ReplaySite*, std::string_view>>& telling() const { return telling_; }
  /// Writes what find() found. `id` has event_id_bytes.
  void write(const ReplayLine& line, std::string_view id, std::uint64_t sequence, JsonBuffer& out);
  /// Remembers a run. False where it contradicts what is known, or there is no room.
  [[nodiscard]] bool learn(Event& event, const RecordedRun& run);
  /// Forgets an event for good: what was learnt is not what was done.
  void distrust(Event& event) {
    event.root = 0;
    event.failures = failures_max;
    ++distrusted_;
  }
  /// How often that happened: none is to be.
  [[nodiscard]] std::uint64_t distrusted() const { return distrusted_; }
  [[nodiscard]] std::uint64_t replayed() const { return replayed_; }

  [[nodiscard]] const wire::SegmentDocument& document() const { return *document_; }
  [[nodiscard]] const guide::SetTree& tree() const { return *tree_; }

 private:
  static constexpr std::uint32_t refused = 0xFFFFFFFF;  ///< no answer: what follows is not for replays
  static constexpr std::size_t attribute_max = 64;      ///< bytes of a made value of the context
  [[nodiscard]] bool take_context(const DocumentContext& context);
  void forget();
  [[nodiscard]] std::string_view value(Operand operand) const {
    if (operand.to == 0) return made_[operand.from];
    const std::uint32_t begin = marks_[operand.from] + 1;
    return {bytes_ + begin, marks_[operand.to] - begin};
  }
  [[nodiscard]] std::uint32_t answer(const Question& question);
  [[nodiscard]] std::uint32_t take_releases(const Question& question);
  [[nodiscard]] std::uint32_t take_step(const Question& question);
  [[nodiscard]] std::uint32_t take_any_step(const Question& question, const Codec& codec);
  [[nodiscard]] std::uint32_t add_path(const RecordedRun& run, std::size_t from);
  [[nodiscard]] std::uint32_t add_line(const RecordedRun& run);

  const Program& program_;
  const wire::SegmentDocument* document_ = nullptr;
  const guide::SetTree* tree_ = nullptr;
  const char* bytes_ = nullptr;           ///< of the set at hand
  const std::uint32_t* marks_ = nullptr;  ///< likewise
  std::array<std::string_view, made_max> made_{};
  std::array<char, 8 * attribute_max> attributes_{};
  Arena arena_;  ///< of made values
  std::string unreleased_;

  std::unordered_map<std::uint32_t, Shape> shapes_;
  std::vector<Question> questions_;
  std::vector<ReplayLine> lines_;
  std::deque<ReplaySite> sites_;
  std::vector<std::pair<ReplaySite*, std::string_view>> telling_;
  std::vector<Piece> pieces_;
  std::string texts_;  ///< literals, each once, `text_slack` bytes behind each
  std::unordered_map<std::string, std::uint32_t> text_at_;
  std::string source_, profile_zone_;  ///< of the context, as all that is remembered has them
  std::uint32_t said_ = 0;             ///< which parts of the context are not empty
  std::uint64_t replayed_ = 0, missed_ = 0, distrusted_ = 0;
  bool full_ = false, off_ = false;
};

}  // namespace crossdock::mapping
