// The pipeline measurement: yardsticks before and after each round, the gateway in a child process, load and sink in
// this one. SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/bench_pipeline.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <vector>

#include "gateway/bench/commit_limit.hpp"
#include "gateway/bench/load_loop.hpp"
#include "gateway/cli/bench_child.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
constexpr std::string_view token = "bench-token";
constexpr milliseconds limit_time{1000}, start_patience{20000}, drain_patience{60000};

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

constexpr std::string_view first_number = "100000001";

/// One interchange with one 214 of one event, about 600 bytes.
std::string interchange(std::string_view control) {
  std::string out = "ISA*00*          *00*          *02*" + padded("CARR0", 15) + "*ZZ*" + padded("SHIPCO", 15) +
                    "*260518*1432*U*00401*@*0*P*>~GS*QM*CARR0*SHIPCO*20260518*1432*@*X*004010~ST*214*0001~" +
                    "B10*PRO@*SHP@*CARR~L11*BOL@*BM~L11*PO@*PO~LX*1~AT7*X3*NS***20260518*1432*CT~MS1*MEMPHIS*TN*US~" +
                    "MS2*CARR*TRL4455~L11*1*QN~AT8*G*L*12000*18~SE*11*0001~GE*1*@~IEA*1*@~";
  for (std::size_t at = out.find('@'); at != std::string::npos; at = out.find('@', at)) out.replace(at, 1, control);
  return out;
}

/// Posts one document; shipment, control numbers and key differ from call to call. The text is made once: the load
/// shares two cores with the gateway that it measures.
std::string request(std::uint64_t number) {
  struct Made {
    std::string text;
    std::vector<std::size_t> numbers;
  };
  static const Made made = [] {
    Made out;
    const std::string body = interchange(first_number);
    out.text = "POST /documents HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + std::string(token) +
               "\r\nIdempotency-Key: k" + std::string(first_number) +
               "\r\nContent-Type: application/edi-x12\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
               body;
    for (std::size_t at = 0; (at = out.text.find(first_number, at)) != std::string::npos; ++at)
      out.numbers.push_back(at);
    return out;
  }();
  const std::string digits = std::to_string(100000001 + number % 800000000);
  std::string text = made.text;
  for (const std::size_t at : made.numbers) text.replace(at, digits.size(), digits);
  return text;
}

void write_text(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

void write_configuration(const fs::path& folder, std::uint16_t sink_port, int partners) {
  write_text(folder / "crossdock.yaml",
             "name: bench\nlisteners:\n  - {listen: \"127.0.0.1:0\"}\nlogging: {level: warning}\n");
  write_text(folder / "targets/sink.yaml",
             "target: sink\nkind: http\nurl: http://127.0.0.1:" + std::to_string(sink_port) +
                 "/events\nonce: key\naccepts: [production]\nlimits: {in_flight: 64}\n");
  write_text(folder / "policies/routes.yaml", "routes:\n  - {events: [shipment.milestone], to: [sink]}\n");
  const std::string digest = to_hex(sha256(token));
  for (int i = 0; i < partners; ++i) {
    const std::string id = std::to_string(i);
    std::string text =
        "partner: carrier-" + id + "\nname: Carrier " + id + "\nrole: carrier\nidentifiers: {x12: [\"02:CARR" + id +
        "\"], gs: CARR" + id +
        "}\nzone: America/Chicago\nus: {x12: \"ZZ:SHIPCO\", gs: SHIPCO}\nsends:\n  - {set: x12/004010/214}\n";
    if (i == 0) text += "channels:\n  - document: {tokens: [\"sha256:" + digest + "\"]}\n";
    write_text(folder / ("partners/carrier-" + id + ".yaml"), text);
  }
}

double own_cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Round {
  double l1 = 0, l100 = 0;
  bench::LoadFigures load;
  double ready_ms = 0;
  long idle_kib = 0;
  double gateway_cpu = 0, load_cpu = 0;  ///< seconds of processor time under load
  [[nodiscard]] double delivered_per_s() const { return static_cast<double>(load.delivered) / load.deliver_seconds; }
};

Result<Round> measure(const Common& common, const PipelineBench& options, const fs::path& folder) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  fs::create_directories(folder / "data");
  Round round;
  TRY(const double l1_before, bench::measure_commits(folder.string(), 1, limit_time));
  TRY(const double l100_before, bench::measure_commits(folder.string(), 100, limit_time));
  bench::LoadLoop loop;
  TRY(const std::uint16_t sink, loop.open_sink());
  write_configuration(folder / "configuration", sink, options.partners);
  {
    const auto start = std::chrono::steady_clock::now();
    const Child gateway(folder / "configuration", folder / "data", common);
    TRY_STATUS(loop.serve_sink([&] { return listening_port(folder / "data") != 0; }, start_patience));
    round.ready_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    const auto rest = std::chrono::steady_clock::now() + milliseconds(300);
    TRY_STATUS(loop.serve_sink([&] { return std::chrono::steady_clock::now() > rest; }, start_patience));
    round.idle_kib = gateway.resident_kib();
    const double gateway_before = gateway.cpu_seconds(), load_before = own_cpu_seconds();
    TRY(round.load, loop.run(listening_port(folder / "data"), options.connections,
                             std::chrono::seconds(options.seconds), drain_patience, request));
    round.gateway_cpu = gateway.cpu_seconds() - gateway_before;
    round.load_cpu = own_cpu_seconds() - load_before;
  }
  TRY(const double l1_after, bench::measure_commits(folder.string(), 1, limit_time));
  TRY(const double l100_after, bench::measure_commits(folder.string(), 100, limit_time));
  round.l1 = (l1_before + l1_after) / 2;
  round.l100 = (l100_before + l100_after) / 2;
  return round;
}

int print(const Common& common, const PipelineBench& options, const std::vector<Round>& rounds) {
  const auto of = [&rounds](auto figure) {
    std::vector<double> values;
    for (const Round& round : rounds) values.push_back(figure(round));
    return median(values);
  };
  const double l1 = of([](const Round&r) { return r.l1; }), l100 = of([](const Round&r) { return r.l100; });
  const double delivered = of([](const Round& r) { return r.delivered_per_s(); });
  const double ratio_l1 = of([](const Round& r) { return r.delivered_per_s() / r.l1; });
  const double ratio_l100 = of([](const Round& r) { return r.delivered_per_s() / r.l100; });
  const double ready = of([](const Round&r) { return r.ready_ms; }),
               idle = of([](const Round&r) { return static_cast<double>(r.idle_kib) / 1024; });
  const auto per_message = [](double seconds, const Round& r) {
    return seconds * 1e6 / static_cast<double>(std::max<std::uint64_t>(r.load.delivered, 1));
  };
  const double gateway_cpu = of([&](const Round& r) { return per_message(r.gateway_cpu, r); });
  const double load_cpu = of([&](const Round& r) { return per_message(r.load_cpu, r); });
  const double drain = of([](const Round& r) { return (r.load.deliver_seconds - r.load.accept_seconds) * 1e3; });
  std::uint64_t accepted = 0, arrived = 0, doubled = 0, refused = 0;
  for (const Round& round : rounds) {
    accepted += round.load.accepted;
    arrived += round.load.delivered;
    doubled += round.load.doubled;
    refused += round.load.refused;
  }
  const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  const char* form =
      common.json
          ? "{\"l1\":%.0f,\"l100\":%.0f,\"delivered_per_s\":%.0f,\"ratio_l1\":%.3f,\"ratio_l100\":%.4f,\"accepted\":%"
            "llu,\"delivered\":%llu,"
            "\"doubled\":%llu,\"refused\":%llu,\"connections\":%d,\"partners\":%d,\"rounds\":%zu,\"ready_ms\":%.1f,"
            "\"idle_rss_mib\":%.1f,\"gateway_cpu_us\":%.0f,\"load_cpu_us\":%.0f,\"drain_ms\":%.0f}\n"
          : "L1, single-row commits          %.0f /s\nL100, rows in commits of 100    %.0f /s\naccepted and delivered  "
            "        %.0f /s\n"
            "  of L1                         %.2f\n  of L100                       %.3f\naccepted %llu, delivered "
            "%llu, doubled %llu, asked to "
            "wait %llu; %d connections, %d partners, medians of %zu rounds\nready after %.0f ms, idle at %.1f MiB; "
            "processor time a message: gateway %.0f us, load and sink %.0f us; the last delivery came %.0f ms after "
            "the last answer\n";
  std::printf(form, l1, l100, delivered, ratio_l1, ratio_l100, number(accepted), number(arrived), number(doubled),
              number(refused), options.connections, options.partners, rounds.size(), ready, idle, gateway_cpu, load_cpu,
              drain);
  if (accepted == arrived && doubled == 0) return fine;
  return report_error(Error{Code::internal_bug, {}, "not everything that was accepted was delivered once"});
}

}  // namespace

int bench_pipeline(const Common& common, const PipelineBench& options) {
  std::string pattern = options.folder.empty() ? (fs::temp_directory_path() / "crossdock-bench-XXXXXX").string()
                                               : options.folder + "/crossdock-bench-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr)
    return report_error(Error{Code::file_unwritable, {}, pattern + ": " + std::strerror(errno)});
  std::vector<Round> rounds;
  int code = fine;
  for (int i = 0; i < options.rounds && code == fine; ++i) {
    auto round = measure(common, options, fs::path(pattern) / "run");
    if (round)
      rounds.push_back(std::move(*round));
    else
      code = report_error(round.error());
  }
  std::error_code ignored;
  fs::remove_all(pattern, ignored);
  return code == fine ? print(common, options, rounds) : code;
}

}  // namespace crossdock::cli
