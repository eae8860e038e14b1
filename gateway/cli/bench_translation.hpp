// What `crossdock bench FILE` measures: passes over a file in memory beside a plain scan, and what stands round them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/cli/input.hpp"
#include "translators/translate.hpp"

namespace crossdock::cli {

struct Counts {
  std::uint64_t segments = 0, sets = 0, events = 0, rejected = 0;
};

/// Seconds of one pass, once a round.
struct Series {
  std::vector<double> seconds;
  [[nodiscard]] double median() const;
};

/// Processor seconds of the measuring thread, but for `one_thread` and `two_threads`: those are seconds by the clock.
struct TranslationFigures {
  Series scan;       ///< memchr over the segment terminators: the limit
  Series parse;      ///< reader with all envelope checks
  Series validate;   ///< and the guides
  Series translate;  ///< and maps, events as JSON text
  Series hash;       ///< SHA-256 of the payload, which the gateway makes once on receipt and events' ids hang on
  Series one_thread, two_threads;  ///< the translate pass by one thread, and by two at once with a file each
  Series singly;  ///< each interchange as a message of its own: read, validated, mapped, its acknowledgement written
  std::uint64_t singly_interchanges = 0;
  Counts parsed, validated, translated;
  std::uint64_t bytes = 0;  ///< of each pass
  std::uint64_t terminators = 0;
};

/// Rounds of all passes in turn. `cut`: the bytes are the beginning of more, and are measured up to the last
/// interchange that begins in them. Errors: those of the reader; usage.wrong where the file holds no interchange;
/// internal.bug where two passes counted different numbers of sets.
[[nodiscard]] Result<TranslationFigures> measure_translation(const Catalogue& catalogue, std::string_view bytes,
                                                             int rounds, bool cut);

/// What a process took that did nothing but translate an input to JSON as it came in.
struct StreamingFigures {
  std::uint64_t peak_kib = 0;  ///< resident memory at the most
  std::uint64_t bytes = 0, sets = 0, events = 0;
  double seconds = 0;  ///< of processor
};
/// Forks: to be called before anything large is held. Errors: internal.bug.
[[nodiscard]] Result<StreamingFigures> measure_streaming(const Catalogue& catalogue, Input& input);

/// Median over the rounds of one series against another: the machine's speed drifts, the pairs drift together.
[[nodiscard]] double paired_ratio(const Series& numerator, const Series& denominator);

}  // namespace crossdock::cli
