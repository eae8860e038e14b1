// `crossdock bench FILE`: what one core does with a file in memory, as ratios to a plain scan measured in the same run.
// SPDX-License-Identifier: Apache-2.0
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "gateway/cli/bench_pipeline.hpp"
#include "gateway/cli/command.hpp"
#include "gateway/cli/input.hpp"
#include "translators/translate.hpp"

namespace crossdock::cli {
namespace {

constexpr std::uint64_t file_bytes_max = 4ULL << 30;
constexpr std::size_t feed_bytes = 256U << 10;
constexpr std::size_t flush_bytes = 256U << 10;

double thread_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Counts {
  std::uint64_t segments = 0, sets = 0, events = 0, rejected = 0;
};

/// Envelope checks only: nothing is kept of a segment.
class Counter : public x12::InterchangeHandler {
 public:
  void on_interchange(const x12::InterchangeHeader& header) override { terminator = header.delimiters.segment; }
  void on_set(const x12::SetHeader&) override { ++counts.sets; }
  void on_segment(const wire::Segment&) override { ++counts.segments; }
  Counts counts;
  std::string terminator;
};

class VerdictCounter : public acknowledgement::VerdictHandler {
 public:
  void on_set(const x12::InterchangeHeader&, const x12::GroupHeader&, acknowledgement::SetVerdict& set) override {
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

Result<Counts> run_translator(const Catalogue& catalogue, std::string_view bytes, const Sha256Bytes& hash,
                              bool make_events) {
  VerdictCounter verdicts;
  TranslateOptions options;
  options.make_events = make_events;
  options.payload_hash = hash;
  options.source = "/files/bench";
  std::string out;
  std::uint64_t events = 0;
  Translator translator(catalogue, options, verdicts, [&](canonical::Event&& event, std::string_view) {
    event.append_json(out);
    out += '\n';
    ++events;
    if (out.size() > flush_bytes) out.clear();
  });
  TRY_STATUS(feed_all(translator, bytes));
  verdicts.counts.events = events;
  return verdicts.counts;
}

struct Series {
  std::vector<double> seconds;
  [[nodiscard]] double median() const {
    std::vector<double> sorted = seconds;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }
  template <class Work>
  auto measure(Work work) {
    const double start = thread_seconds();
    auto result = work();
    seconds.push_back(thread_seconds() - start);
    return result;
  }
};

struct Figures {
  Series scan, parse, validate, translate;
  Counts parsed, validated, translated;
  std::uint64_t terminators = 0;
};

Result<Figures> measure(const Catalogue& catalogue, std::string_view bytes, int rounds) {
  Figures figures;
  Counter probe;
  AnyReader probe_reader(probe);
  TRY_STATUS(feed_all(probe_reader, bytes));
  if (probe.terminator.empty()) return fail(Code::usage_wrong, "the file holds no interchange to measure with");
  const char terminator = probe.terminator.front();
  for (int round = 0; round < rounds; ++round) {
    figures.terminators = figures.scan.measure([&] { return scan(bytes, terminator); });
    TRY(figures.parsed, figures.parse.measure([&]() -> Result<Counts> {
      Counter counter;
      AnyReader reader(counter);
      TRY_STATUS(feed_all(reader, bytes));
      return counter.counts;
    }));
    TRY(figures.validated, figures.validate.measure([&] { return run_translator(catalogue, bytes, {}, false); }));
    TRY(figures.translated,
        figures.translate.measure([&] { return run_translator(catalogue, bytes, sha256(bytes), true); }));
  }
  return figures;
}

void print(const Figures& figures, std::size_t bytes, int rounds, bool json) {
  auto speed = [bytes](const Series& series) { return static_cast<double>(bytes) / 1e6 / series.median(); };
  // Ratios pair by pair: the machine's speed drifts, the pairs drift together.
  auto ratio = [&figures](const Series& series) {
    Series pairs;
    for (std::size_t i = 0; i < series.seconds.size(); ++i)
      pairs.seconds.push_back(figures.scan.seconds[i] / series.seconds[i]);
    return pairs.median();
  };
  const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  if (json) {
    std::printf(
        "{\"scan_mb_s\":%.1f,\"parse_mb_s\":%.1f,\"validate_mb_s\":%.1f,\"translate_mb_s\":%.1f,\"parse_ratio\":%.4f,"
        "\"validate_ratio\":%.4f,"
        "\"translate_ratio\":%.4f,\"bytes\":%zu,\"rounds\":%d,\"terminators\":%llu,\"segments\":%llu,\"sets\":%llu,"
        "\"sets_rejected\":%llu,"
        "\"events\":%llu}\n",
        speed(figures.scan), speed(figures.parse), speed(figures.validate), speed(figures.translate),
        ratio(figures.parse), ratio(figures.validate), ratio(figures.translate), bytes, rounds,
        number(figures.terminators), number(figures.parsed.segments), number(figures.parsed.sets),
        number(figures.validated.rejected), number(figures.translated.events));
    return;
  }
  std::printf(
      "%zu bytes, %llu segment terminators, %llu segments inside interchanges, %llu sets (%llu rejected), %llu events; "
      "medians of %d rounds\n",
      bytes, number(figures.terminators), number(figures.parsed.segments), number(figures.parsed.sets),
      number(figures.validated.rejected), number(figures.translated.events), rounds);
  auto row = [&](const char* name, const Series& series) {
    std::printf("%-34s %9.1f MB/s  %.3f of the scan\n", name, speed(series), ratio(series));
  };
  row("plain scan for terminators", figures.scan);
  row("parse, with envelope checks", figures.parse);
  row("parse and validate", figures.validate);
  row("parse, validate, map to JSON", figures.translate);
}

struct Arguments {
  std::string file;
  int rounds = 7;
};

int run(const Common& common, const Arguments& arguments) {
  auto catalogue = open_catalogue(common);
  if (!catalogue) return report_error(catalogue.error());
  auto input = Input::open(arguments.file);
  if (!input) return report_error(input.error());
  auto bytes = input->text(file_bytes_max);
  if (!bytes) return report_error(bytes.error());
  auto figures = measure(**catalogue, *bytes, arguments.rounds);
  if (!figures) return report_error(figures.error());
  if (figures->parsed.sets != figures->validated.sets || figures->parsed.sets != figures->translated.sets)
    return report_error(Error{Code::internal_bug, {}, "the passes counted different numbers of transaction sets"});
  print(*figures, bytes->size(), arguments.rounds, common.json);
  return fine;
}

}  // namespace

void add_bench(CLI::App& app, Common& common) {
  auto* command = app.add_subcommand(
      "bench", "Speed: of a FILE, or of the `pipeline`, as ratios to limits measured in the same run");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file, "X12 or EDIFACT file, or the word pipeline")->required();
  command->add_option("--rounds", arguments->rounds, "Alternating rounds; medians are printed")
      ->check(CLI::Range(1, 1001));
  auto pipeline = std::make_shared<PipelineBench>();
  command->add_option("--folder", pipeline->folder,
                      "pipeline: folder on the disk to measure (default: the temporary folder)");
  command->add_option("--connections", pipeline->connections, "pipeline: connections that post (64)")
      ->check(CLI::Range(1, 1024));
  command->add_option("--seconds", pipeline->seconds, "pipeline: of load a round (5)")->check(CLI::Range(1, 3600));
  command->add_option("--partners", pipeline->partners, "pipeline: partner profiles in the configuration (10)")
      ->check(CLI::Range(1, 100000));
  command->callback([&common, arguments, pipeline] {
    pipeline->rounds = std::max(1, arguments->rounds / 2);
    common.exit_code = arguments->file == "pipeline" ? bench_pipeline(common, *pipeline) : run(common, *arguments);
  });
}

}  // namespace crossdock::cli
