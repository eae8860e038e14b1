// One run of a map over one document: lines, blocks, guards. Internal; runner.hpp is the door.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "translators/mapping/codec.hpp"
#include "translators/mapping/frame.hpp"
#include "translators/mapping/json_emitter.hpp"
#include "translators/mapping/nearest_codes.hpp"
#include "translators/mapping/replay_recorder.hpp"
#include "translators/mapping/runner.hpp"

namespace crossdock::mapping {

/// Memory that outlives a run.
struct RunMemory {
  Arena arena;
  Frames frames;
  std::vector<Incomplete> incomplete;
  canonical::Event event;
  JsonBuffer json;
  std::string trace, scratch, line;
  NearestCodes nearest;
  std::string id_prefix;  ///< of the set at hand
  struct LineHeads {
    std::string source;
    std::vector<std::string> of_entry;
  };
  LineHeads line_heads;  ///< what is alike in the lines of all events of an entry
  std::vector<std::uint32_t> occurrences;
  // A document that comes in records: what goes on from one to the next.
  bool piecewise = false, matched = false;
  std::uint64_t made = 0;
};

/// Bytes of an event's id.
inline constexpr std::size_t event_id_bytes = 48;

/// Where a value came from, kept only when a trace is wanted.
struct TraceEntry {
  std::string field;
  const Line* line = nullptr;
  Position where;
  std::string value;
};

/// Source is SetSource or TreeSource. One object lives as long as its memory: begin() before each document.
template <class Source>
class Run {
 public:
  using Anchor = typename Source::Anchor;
  using Cursor = typename Source::Cursor;
  Run(const CompiledMap& map, Source& source, RunMemory& memory)
      : map_(map),
        program_(map.program()),
        source_(source),
        memory_(memory),
        frames_(memory.frames),
        walked_(source.hits()) {}

  void begin(const DocumentContext& context, const EventSink& sink, std::vector<Finding>& findings,
             Coverage* coverage) {
    context_ = &context;
    sink_ = &sink;
    findings_ = &findings;
    coverage_ = coverage;
    quick_ = coverage == nullptr && !context.trace;
    as_lines_ = quick_ && context.lines != nullptr;
    made_ = 0;
    looked.clear();
  }
  void run();
  /// The same over a set, whose source looks into it where what is remembered does not do.
  void run_set(const wire::SegmentDocument& document, const guide::SetTree& tree, Replays& replays, Recorder& recorder);
  /// Coverage: what was looked at, as (segment or node, element).
  std::vector<std::pair<std::uint32_t, std::uint16_t>> looked;

 private:
  struct Found {
    std::uint32_t entry = 0;
    Anchor anchor{};
    std::uint32_t order = 0;
  };

  // run.cpp: events
  void find_events();
  void make_events();
  void make_event(const Entry& entry, Anchor anchor, std::uint32_t occurrence);
  void report_incomplete(const Entry& entry, Anchor anchor);
  // run_replay.cpp: what is remembered of sets alike
  void look_into_set();
  void find_shared_events();
  bool replay(const Replays::Event& event, const Entry& entry, std::uint32_t occurrence, bool& matched);
  void tell_codes();
  bool begin_recording(Replays::Event& event);
  void end_recording(Replays::Event& event, const Entry& entry, std::uint32_t occurrence, bool taken);
  bool gives_the_same(const Replays::Event& event, const Entry& entry, std::uint32_t occurrence, bool taken);
  bool holds_noted(const Range& guard);
  void note(const Condition& condition, bool held);
  // run_replay_line.cpp
  void note_line(const Entry& entry);
  void note_attributes(const Entry& entry);
  void note_time(const Entry& entry);
  std::vector<AttributePart> whole_lane(const Entry& entry) const;
  void note_frame(const Layout& layout, std::uint32_t base);
  // run_attributes.cpp
  void write_id(const Entry& entry, std::uint32_t occurrence, char* to);
  std::string_view time_of(const Entry& entry) const;
  void make_factkey(const Entry& entry);
  void make_partitionkey(const Entry& entry);
  void fill_attributes(const Entry& entry, std::uint32_t occurrence);
  // run_event_line.cpp: the event as its line of JSON
  enum class LineEnd : std::uint8_t { whole, incomplete, not_plain };
  LineEnd write_line(const Entry& entry, std::uint32_t occurrence);
  std::size_t attribute_bytes(const Entry& entry) const;
  const std::string& line_head(const Entry& entry);
  void write_partitionkey(const Entry& entry, char*& to) const;
  // run_block.cpp: blocks, guards
  void run_body(const Body& body);
  void run_block(const Block& block);
  void run_item(const Block& block, const Alternative& alternative);
  bool goes_on(const Block& block, const Alternative& alternative, std::uint32_t base) const;
  void append_item(const Block& block, const Alternative& alternative, std::uint32_t base, std::size_t traced);
  void fill_item(const Block& block, const Alternative& alternative);
  void trace_item(const Block& block, const Alternative& alternative);
  void run_alternatives(const Block& block);
  bool take(const Block& block, const Alternative& alternative, Anchor anchor, std::size_t& taken);
  bool holds(const Condition& condition);
  std::string_view condition_value(std::uint32_t place, SlotRef slot);
  // run_guard.hpp: the common ones, inline
  bool holds(const Range& guard);
  bool holds_commonly(const Condition& condition);
  std::string_view tested_value(std::uint32_t place, std::uint32_t locator, std::uint16_t element,
                                std::uint16_t component);
  // run_quick.cpp: the short ways; false: the long way must run
  void run_flow(const Range& flow);
  bool find_segment(const Flow* step, Anchor& anchor);
  bool look(const Flow& step, std::uint32_t locator, Anchor& anchor);
  bool stays_empty(const Flow& step, const Cursor& cursor);
  bool run_step(const Flow& step, std::string_view value, const Cursor& cursor);
  bool run_constant(const Flow& step);
  bool run_code(const Flow& step, std::string_view code);
  bool run_moment(const Flow& step, std::string_view date, const Cursor& cursor);
  bool run_number(const Flow& step, std::string_view value);
  bool run_quantity(const Flow& step, std::string_view value, const Cursor& cursor);
  void set_text(SlotRef ref, std::string_view value);
  void set_known(SlotRef ref, std::string_view value, bool plain);
  // run_line.cpp: the long way
  void run_line(const Line& line, std::uint32_t index);
  bool read_places(const Line& line, Values& values, Anchor& first);
  bool read_else(const Line& line, Values& values, Anchor& anchor, const Range*& places);
  bool attach(const Line& line, const Range& places, Values& values);
  bool run_steps(const Line& line, const Range& places, Anchor anchor, Values& values);
  void report_code(const Line& line, const Codec& codec, const Place& place, Anchor anchor, std::string_view code,
                   bool stand_in);
  void keep_code(const Line& line, const Codec& codec, const Values& values);
  void assign(const Line& line, std::uint32_t index, std::uint32_t field, std::string_view value, const Range& places,
              Anchor anchor);
  void set_slot(SlotRef ref, std::string_view value);
  std::string_view place_value(const Place& place, Anchor& anchor, const Line* line);
  // run_total.cpp: pairs, counts and sums
  std::string_view pair_value(const Place& place, Anchor& anchor, const Line* line);
  void check_total(const Line& line);
  // run_report.cpp: findings, traces
  void report(Code code, const TextMark& at, std::string message, const Place* place, Anchor anchor,
              std::string_view value, std::string expected = {});
  void report_second(const Line& line, const Place& place, Anchor second);
  void note_trace(const Line& line, SlotRef ref, std::string_view value, const Range& places, Anchor anchor);
  void write_trace();
  std::string field_path(SlotRef ref) const;

  const CompiledMap& map_;
  const Program& program_;
  Source& source_;
  RunMemory& memory_;
  Frames& frames_;
  const DocumentContext* context_ = nullptr;
  const EventSink* sink_ = nullptr;
  std::vector<Finding>* findings_ = nullptr;
  Coverage* coverage_ = nullptr;
  bool quick_ = false;                       ///< neither trace nor coverage is wanted
  bool as_lines_ = false;                    ///< likewise, and events are wanted as lines
  Slot::Kind text_kind_ = Slot::Kind::text;  ///< of values that stand in the document
  std::vector<Anchor>& walked_;              ///< a stack: each block takes its part away again
  std::vector<Found> found_;
  std::vector<TraceEntry> trace_;
  std::vector<std::string> item_paths_;      ///< trace: path of each frame at hand
  std::vector<std::uint32_t> item_layouts_;  ///< trace: its layout
  /// The last item of a list with a text that may go on in the next segment (Alternative::fold).
  struct Folded {
    const Alternative* alternative = nullptr;
    std::uint32_t base = nothing;
  };
  Folded folded_;
  bool full_ = false;  ///< the last `fold` filled all its elements
  const Entry* entry_ = nullptr;
  bool failed_ = false;
  std::uint64_t made_ = 0;
  // Sets alike (run_replay.cpp). `recorder_` is there while a run is recorded, which goes the long way.
  Recorder* recorder_ = nullptr;
  Recorder* own_recorder_ = nullptr;
  Replays* replays_ = nullptr;
  Replays::Shape* shape_ = nullptr;  ///< of the set at hand; null: nothing is remembered of it
  const wire::SegmentDocument* document_ = nullptr;
  const guide::SetTree* tree_ = nullptr;
  bool looked_into_ = false, line_noted_ = false;
};

}  // namespace crossdock::mapping
