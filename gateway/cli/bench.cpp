// `crossdock bench FILE`: what one core does with a file in memory, as ratios to a plain scan measured in the same run.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "gateway/cli/bench_as2.hpp"
#include "gateway/cli/bench_pipeline.hpp"
#include "gateway/cli/bench_translation.hpp"
#include "gateway/cli/command.hpp"

namespace crossdock::cli {
namespace {

struct Report {
  const TranslationFigures& figures;
  std::size_t bytes = 0;
  int rounds = 0;
  StreamingFigures streaming;

  [[nodiscard]] double speed(const Series& series) const { return static_cast<double>(bytes) / 1e6 / series.median(); }
  [[nodiscard]] double ratio(const Series& series) const { return paired_ratio(figures.scan, series); }
  [[nodiscard]] double two_threads() const { return 2 * paired_ratio(figures.one_thread, figures.two_threads); }
  [[nodiscard]] double singly_per_s() const {
    return static_cast<double>(figures.singly_interchanges) / figures.singly.median();
  }
};

double mib(std::uint64_t kib) { return static_cast<double>(kib) / 1024; }

/// One JSON object of numbers.
class Numbers {
 public:
  void add(std::string_view key, double value, int places) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", places, value);
    out_ += (out_.size() > 1 ? ",\"" : "\"") + std::string(key) + "\":" + text;
  }
  void count(std::string_view key, std::uint64_t value) { add(key, static_cast<double>(value), 0); }
  void streaming(const StreamingFigures& figures) {
    add("peak_rss_mib", mib(figures.peak_kib), 1);
    count("streamed_bytes", figures.bytes);
    count("streamed_sets", figures.sets);
    count("streamed_events", figures.events);
    add("streamed_cpu_s", figures.seconds, 2);
  }
  void print() const { std::printf("%s}\n", out_.c_str()); }

 private:
  std::string out_ = "{";
};

void print_json(const Report& report) {
  const TranslationFigures& figures = report.figures;
  Numbers out;
  const std::pair<std::string, const Series*> passes[] = {{"scan", &figures.scan},
                                                          {"parse", &figures.parse},
                                                          {"validate", &figures.validate},
                                                          {"translate", &figures.translate},
                                                          {"hash", &figures.hash}};
  for (const auto& [name, series] : passes) out.add(name + "_mb_s", report.speed(*series), 3);
  for (const auto& [name, series] : passes)
    if (series != &figures.scan) out.add(name + "_ratio", report.ratio(*series), 4);
  out.add("two_threads_ratio", report.two_threads(), 3);
  out.add("interchanges_per_s", report.singly_per_s(), 0);
  out.count("interchanges", figures.singly_interchanges);
  out.streaming(report.streaming);
  out.count("bytes", report.bytes);
  out.count("rounds", static_cast<std::uint64_t>(report.rounds));
  out.count("terminators", figures.terminators);
  out.count("segments", figures.parsed.segments);
  out.count("sets", figures.parsed.sets);
  out.count("sets_rejected", figures.validated.rejected);
  out.count("events", figures.translated.events);
  out.print();
}

void print_streaming(const StreamingFigures& figures) {
  std::printf("%-34s %9.1f MiB at the most, %llu bytes, %llu events, %.1f s of processor\n",
              "memory of a streamed translation", mib(figures.peak_kib), static_cast<unsigned long long>(figures.bytes),
              static_cast<unsigned long long>(figures.events), figures.seconds);
}

void print_text(const Report& report) {
  const TranslationFigures& figures = report.figures;
  const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  std::printf(
      "%zu bytes, %llu segment terminators, %llu segments inside interchanges, %llu sets (%llu rejected), %llu events; "
      "medians of %d rounds\n",
      report.bytes, number(figures.terminators), number(figures.parsed.segments), number(figures.parsed.sets),
      number(figures.validated.rejected), number(figures.translated.events), report.rounds);
  auto row = [&](const char* name, const Series& series) {
    std::printf("%-34s %9.1f MB/s  %.3f of the scan\n", name, report.speed(series), report.ratio(series));
  };
  row("plain scan for terminators", figures.scan);
  row("parse, with envelope checks", figures.parse);
  row("parse and validate", figures.validate);
  row("parse, validate, map to JSON", figures.translate);
  row("SHA-256 of the payload", figures.hash);
  std::printf("%-34s %9.2f times the rate of one\n", "two threads, a file each", report.two_threads());
  std::printf("%-34s %9.0f /s, acknowledgements written (%llu of the file's)\n", "interchanges one by one",
              report.singly_per_s(), number(figures.singly_interchanges));
  print_streaming(report.streaming);
}

struct Arguments {
  std::string file;
  int rounds = 7;
  std::uint64_t sample_mb = 256;
  bool memory = false;
};

int run(const Common& common, const Arguments& arguments) {
  auto catalogue = open_catalogue(common);
  if (!catalogue) return report_error(catalogue.error());
  auto input = Input::open(arguments.file);
  if (!input) return report_error(input.error());
  auto streaming = measure_streaming(**catalogue, *input);
  if (!streaming) return report_error(streaming.error());
  if (arguments.memory) {
    Numbers numbers;
    numbers.streaming(*streaming);
    common.json ? numbers.print() : print_streaming(*streaming);
    return fine;
  }
  auto bytes = input->beginning(arguments.sample_mb * 1'000'000);
  if (!bytes) return report_error(bytes.error());
  auto figures = measure_translation(**catalogue, *bytes, arguments.rounds, bytes->size() < streaming->bytes);
  if (!figures) return report_error(figures.error());
  const Report report{*figures, figures->bytes, arguments.rounds, *streaming};
  common.json ? print_json(report) : print_text(report);
  return fine;
}

}  // namespace

void add_bench(CLI::App& app, Common& common) {
  auto* command = app.add_subcommand(
      "bench", "Speed: of a FILE, of the `pipeline` or of `as2`, as ratios to limits measured in the same run");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file, "X12 or EDIFACT file, or the word pipeline or as2")->required();
  command->add_option("--rounds", arguments->rounds, "Alternating rounds; medians are printed")
      ->check(CLI::Range(1, 1001));
  command
      ->add_option("--sample-mb", arguments->sample_mb,
                   "MB of a larger FILE that are held in memory for the ratios (256); all of it is streamed once")
      ->check(CLI::Range(1, 4096));
  command->add_flag("--memory", arguments->memory, "Stream the FILE once and print the memory that took; no ratios");
  auto pipeline = std::make_shared<PipelineBench>();
  command->add_option("--folder", pipeline->folder,
                      "pipeline: folder on the disk to measure (default: the temporary folder)");
  command->add_option("--connections", pipeline->connections, "pipeline: connections that post (64)")
      ->check(CLI::Range(1, 1024));
  command->add_option("--seconds", pipeline->seconds, "pipeline: of load a round (5)")->check(CLI::Range(1, 3600));
  command->add_option("--partners", pipeline->partners, "pipeline: partner profiles in the configuration (10)")
      ->check(CLI::Range(1, 100000));
  auto as2 = std::make_shared<As2Bench>();
  command->add_option("--bits", as2->bits, "as2: sizes of RSA keys (2048 3072 4096)")->check(CLI::Range(2048, 8192));
  command
      ->add_option("--large", as2->large_mib,
                   "as2: instead, memory while one payload of so many MiB comes in, and goes out")
      ->check(CLI::Range(1, 65536));
  command->callback([&common, arguments, pipeline, as2] {
    if (arguments->file == "as2") {
      as2->folder = pipeline->folder;
      as2->connections = std::min(pipeline->connections, 64);
      as2->seconds = pipeline->seconds;
      as2->rounds = std::max(1, arguments->rounds / 2);
      common.exit_code = bench_as2(common, *as2);
      return;
    }
    pipeline->rounds = std::max(1, arguments->rounds / 2);
    common.exit_code = arguments->file == "pipeline" ? bench_pipeline(common, *pipeline) : run(common, *arguments);
  });
}

}  // namespace crossdock::cli
