// Runs compiled maps inwards: one run object keeps its memory from document to document.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "translators/mapping/compiled_map.hpp"
#include "translators/mapping/map_set.hpp"

namespace crossdock::mapping {

/// What ran and what was read, added up over any number of documents: for `crossdock test`.
struct Coverage {
  std::vector<std::uint64_t> runs;  ///< by index of Program::lines: how often the line gave a value
  /// Elements with a value that no line, guard or qualifier of the map looks at, in document order.
  struct Unread {
    std::string path, value;  ///< `LX[1]/AT7[1].04`
    Position where;
  };
  std::vector<Unread> unread;

  struct LineFact {
    std::string at, text;  ///< `x12/004010/214/map.yaml:12`
    std::uint64_t runs = 0;
  };
  /// The lines of the map that run inwards, each once, in the order of the map.
  [[nodiscard]] std::vector<LineFact> lines(const CompiledMap& map) const;
};

/// Not thread-safe; the map may be shared.
class MapRunner {
 public:
  explicit MapRunner(const CompiledMap& map);
  ~MapRunner();
  MapRunner(MapRunner&&) noexcept;
  /// As translate_set. The event handed to `sink` keeps its buffers when the sink does not take them.
  void run_set(const wire::SegmentDocument& document, const guide::SetTree& tree, const DocumentContext& context,
               const EventSink& sink, std::vector<Finding>& findings, Coverage* coverage = nullptr);
  /// How many events of sets were made of what was remembered (decision 0171), and how often what was learnt of an
  /// event would not have given the event: that is never to happen.
  [[nodiscard]] std::uint64_t replayed() const;
  [[nodiscard]] std::uint64_t distrusted() const;
  /// As translate_document.
  void run_document(const ByteSource& bytes, const DocumentContext& context, const EventSink& sink,
                    std::vector<Finding>& findings, Coverage* coverage = nullptr);
  /// As translate_json.
  void run_json(std::string_view text, const DocumentContext& context, const EventSink& sink,
                std::vector<Finding>& findings, Coverage* coverage = nullptr);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::mapping
