// Passes over a file in memory, alternating, each pass as the product does it.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/bench_translation.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

#include "translators/acknowledgement/contrl.hpp"
#include "translators/acknowledgement/functional_acknowledgement.hpp"

namespace crossdock::cli {
namespace {

constexpr std::size_t feed_bytes = 256U << 10, flush_bytes = 256U << 10;
constexpr std::size_t singly_max = 50'000;  ///< interchanges of the pass that takes them one by one

double seconds_of(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <class Work>
auto measure(Series& series, Work work, clockid_t clock = CLOCK_THREAD_CPUTIME_ID) {
  const double start = seconds_of(clock);
  auto result = work();
  series.seconds.push_back(seconds_of(clock) - start);
  return result;
}

/// Envelope checks only: nothing is kept of a segment.
class Counter : public wire::InterchangeHandler {
 public:
  void on_set(const wire::SetHeader&) override { ++counts.sets; }
  void on_segment(const wire::Segment&) override { ++counts.segments; }
  void on_segments(const wire::SegmentRun& run) override { counts.segments += run.count; }
  Counts counts;
};

/// Where interchanges begin, and what ends their segments.
class Surveyor : public wire::InterchangeHandler {
 public:
  void on_interchange(const wire::InterchangeHeader& header) override {
    if (begins.empty()) terminator = header.delimiters.segment.empty() ? 0 : header.delimiters.segment.front();
    syntax = header.syntax;
    if (begins.size() <= singly_max) begins.push_back(header.where.offset);
    last_begin = header.where.offset;
  }
  std::vector<std::uint64_t> begins;
  std::uint64_t last_begin = 0;
  char terminator = 0;
  wire::Syntax syntax = wire::Syntax::x12;
};

class VerdictCounter : public acknowledgement::VerdictHandler {
 public:
  void on_set(const wire::InterchangeHeader&, const wire::GroupHeader&, acknowledgement::SetVerdict& set) override {
    ++counts.sets;
    if (set.verdict == acknowledgement::Verdict::rejected || set.verdict == acknowledgement::Verdict::unknown_type)
      ++counts.rejected;
  }
  Counts counts;
};

template <class Reader>
Status feed_all(Reader& reader, std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size(); at += feed_bytes) TRY_STATUS(reader.feed(bytes.substr(at, feed_bytes)));
  return reader.finish();
}

std::uint64_t scan(std::string_view bytes, char terminator) {
  std::uint64_t count = 0;
  for (const char *at = bytes.data(), *end = at + bytes.size();
       (at = static_cast<const char*>(std::memchr(at, terminator, end - at))) != nullptr; ++at)
    ++count;
  return count;
}

/// Events become text, which is thrown away when there is much of it.
class EventText {
 public:
  void operator()(canonical::Event&& event, std::string_view) {
    event.append_json(text_);
    end_line();
  }
  void operator()(std::string_view line) {
    text_ += line;
    end_line();
  }
  std::uint64_t events = 0;

 private:
  void end_line() {
    text_ += '\n';
    ++events;
    if (text_.size() > flush_bytes) text_.clear();
  }
  std::string text_;
};

/// With `lines`, events are asked for as lines, as `crossdock translate` does; else as values, as the gateway does.
TranslateOptions bench_options(const Sha256Bytes& hash, bool make_events, EventText* lines = nullptr) {
  TranslateOptions options;
  if (lines != nullptr) options.lines = std::ref(*lines);
  options.make_events = make_events;
  options.payload_hash = hash;
  options.source = "/files/bench";
  return options;
}

Result<Counts> parse(std::string_view bytes) {
  Counter counter;
  AnyReader reader(counter);
  TRY_STATUS(feed_all(reader, bytes));
  return counter.counts;
}

Result<Counts> translate(const Catalogue& catalogue, std::string_view bytes, const Sha256Bytes& hash,
                         bool make_events) {
  VerdictCounter verdicts;
  EventText text;
  Translator translator(catalogue, bench_options(hash, make_events, &text), verdicts, std::ref(text));
  TRY_STATUS(feed_all(translator, bytes));
  verdicts.counts.events = text.events;
  return verdicts.counts;
}

Result<Counts> translate_twice(const Catalogue& catalogue, std::string_view bytes, const Sha256Bytes& hash) {
  Result<Counts> other;
  std::thread second([&] { other = translate(catalogue, bytes, hash, true); });
  auto own = translate(catalogue, bytes, hash, true);
  second.join();
  return own ? other : own;
}

class Discard : public wire::ByteSink {
 public:
  void write(std::string_view bytes) override { written += bytes.size(); }
  std::uint64_t written = 0;
};

/// Each interchange with a translator and an acknowledgement of its own, as the gateway takes messages.
Status singly(const Catalogue& catalogue, std::string_view bytes, const Surveyor& survey, std::uint64_t count) {
  Discard discard;
  EventText text;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t end = i + 1 < survey.begins.size() ? survey.begins[i + 1] : bytes.size();
    const std::string_view one = bytes.substr(survey.begins[i], end - survey.begins[i]);
    const auto run = [&](acknowledgement::VerdictHandler&& writer) -> Status {
      Translator translator(catalogue, bench_options(sha256(one), true), writer, std::ref(text));
      TRY_STATUS(translator.feed(one));
      return translator.finish();
    };
    if (survey.syntax == wire::Syntax::x12)
      TRY_STATUS(run(acknowledgement::FunctionalAcknowledgement(discard, {})));
    else
      TRY_STATUS(run(acknowledgement::ContrlWriter(discard, {})));
  }
  return {};
}

}  // namespace

double Series::median() const {
  std::vector<double> sorted = seconds;
  std::sort(sorted.begin(), sorted.end());
  return sorted.empty() ? 0 : sorted[sorted.size() / 2];
}

double paired_ratio(const Series& numerator, const Series& denominator) {
  Series pairs;
  for (std::size_t i = 0; i < denominator.seconds.size(); ++i)
    pairs.seconds.push_back(numerator.seconds[i] / denominator.seconds[i]);
  return pairs.median();
}

Result<TranslationFigures> measure_translation(const Catalogue& catalogue, std::string_view bytes, int rounds,
                                               bool cut) {
  TranslationFigures figures;
  Surveyor survey;
  AnyReader reader(survey);
  TRY_STATUS(feed_all(reader, bytes));
  if (survey.terminator == 0) return fail(Code::usage_wrong, "the file holds no interchange to measure with");
  if (cut && survey.last_begin != 0) bytes = bytes.substr(0, survey.last_begin);
  while (!survey.begins.empty() && survey.begins.back() >= bytes.size()) survey.begins.pop_back();
  figures.bytes = bytes.size();
  figures.singly_interchanges = std::min(survey.begins.size(), singly_max);
  TRY_STATUS(singly(catalogue, bytes, survey, 1));  // guides and maps are loaded before anything is timed
  for (int round = 0; round < rounds; ++round) {
    figures.terminators = measure(figures.scan, [&] { return scan(bytes, survey.terminator); });
    TRY(figures.parsed, measure(figures.parse, [&] { return parse(bytes); }));
    TRY(figures.validated, measure(figures.validate, [&] { return translate(catalogue, bytes, {}, false); }));
    const Sha256Bytes hash = measure(figures.hash, [&] { return sha256(bytes); });
    TRY(figures.translated, measure(figures.translate, [&] { return translate(catalogue, bytes, hash, true); }));
    const auto again = [&] { return translate(catalogue, bytes, hash, true); };
    if (auto one = measure(figures.one_thread, again, CLOCK_MONOTONIC); !one) return tl::unexpected(one.error());
    const auto twice = [&] { return translate_twice(catalogue, bytes, hash); };
    if (auto two = measure(figures.two_threads, twice, CLOCK_MONOTONIC); !two) return tl::unexpected(two.error());
    const auto each = [&] { return singly(catalogue, bytes, survey, figures.singly_interchanges); };
    TRY_STATUS(measure(figures.singly, each));
  }
  if (figures.parsed.sets != figures.validated.sets || figures.parsed.sets != figures.translated.sets)
    return fail(Code::internal_bug, "the passes counted different numbers of transaction sets");
  return figures;
}

Result<StreamingFigures> measure_streaming(const Catalogue& catalogue, Input& input) {
  StreamingFigures figures;
  int ends[2] = {};
  if (::pipe(ends) != 0) return fail(Code::internal_bug, std::string("no pipe: ") + std::strerror(errno));
  const pid_t child = ::fork();
  if (child == 0) {
    VerdictCounter verdicts;
    EventText text;
    Translator translator(catalogue, bench_options({}, true, &text), verdicts, std::ref(text));
    auto read = input.for_each_chunk([&](std::string_view bytes) {
      figures.bytes += bytes.size();
      return translator.feed(bytes);
    });
    if (read) read = translator.finish();
    const std::uint64_t counts[] = {figures.bytes, verdicts.counts.sets, text.events};
    const bool told = ::write(ends[1], counts, sizeof counts) == static_cast<ssize_t>(sizeof counts);
    ::_exit(read && told ? 0 : 1);
  }
  ::close(ends[1]);
  std::uint64_t counts[3] = {};
  const ssize_t got = child < 0 ? 0 : ::read(ends[0], counts, sizeof counts);
  ::close(ends[0]);
  if (child < 0) return fail(Code::internal_bug, std::string("no second process: ") + std::strerror(errno));
  int status = 0;
  rusage usage{};
  while (::wait4(child, &status, 0, &usage) < 0)
    if (errno != EINTR) return fail(Code::internal_bug, std::string("waiting: ") + std::strerror(errno));
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || got != static_cast<ssize_t>(sizeof counts))
    return fail(Code::internal_bug, "the streaming pass did not end well");
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return StreamingFigures{static_cast<std::uint64_t>(usage.ru_maxrss), counts[0], counts[1], counts[2],
                          seconds(usage.ru_utime) + seconds(usage.ru_stime)};
}

}  // namespace crossdock::cli
