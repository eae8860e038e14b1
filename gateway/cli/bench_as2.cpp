// Yardsticks and load of the AS2 measurement: K is what one core could do if a message were two RSA operations and
// nothing else. SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/bench_as2.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <functional>
#include <thread>

#include "gateway/bench/load_loop.hpp"
#include "gateway/cli/bench_as2_parties.hpp"
#include "gateway/cli/bench_as2_sender.hpp"
#include "gateway/cli/bench_child.hpp"

namespace crossdock::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds start_patience{60000}, yardstick_time{1000};

unsigned cores() { return std::max(1U, std::thread::hardware_concurrency()); }
double thread_cpu_seconds() {
  timespec at{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) + 1e-9 * static_cast<double>(at.tv_nsec);
}
double own_cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

struct Speed {
  double per_second = 0;  ///< on each core
  double cpu_us = 0;      ///< processor time of one
};

/// A private operation on every core at once, as often as the time holds. One core alone would be told too fast a limit
/// where cores share what computes.
Speed speed_of(const std::function<void()>& operation) {
  std::atomic<std::uint64_t> count{0}, cpu_us{0};
  const auto start = Clock::now();
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < cores(); ++i)
    threads.emplace_back([&] {
      std::uint64_t mine = 0;
      for (; Clock::now() - start < yardstick_time; ++mine) operation();
      count += mine;
      cpu_us += static_cast<std::uint64_t>(thread_cpu_seconds() * 1e6);
    });
  for (std::thread& thread : threads) thread.join();
  const double done = static_cast<double>(std::max<std::uint64_t>(count, 1));
  return {done / std::chrono::duration<double>(Clock::now() - start).count() / cores(),
          static_cast<double>(cpu_us) / done};
}

struct Limits {
  double sign = 0, k = 0;                  ///< a second and core
  double sign_cpu_us = 0, rsa_cpu_us = 0;  ///< processor time of a signature, and of both operations: what other load
                                           ///< on the machine takes does not count in it
};

/// K = 1 / (1/sign + 1/decrypt). Errors: cms.*, certificate.*.
Result<Limits> rsa_limits(const crypto::Identity& own) {
  const std::string digest(32, 'd');
  crypto::SignatureParameters signature;
  TRY(const std::string wrapped, own.certificate.encrypt_key({}, std::string(16, 'k')));
  TRY([[maybe_unused]] const std::string warm, own.key.sign(signature, digest));
  const Speed sign = speed_of([&] { static_cast<void>(own.key.sign(signature, digest)); });
  const Speed decrypt = speed_of([&] { static_cast<void>(own.key.decrypt_key({}, wrapped, 16)); });
  return Limits{sign.per_second, 1 / (1 / sign.per_second + 1 / decrypt.per_second), sign.cpu_us,
                sign.cpu_us + decrypt.cpu_us};
}

/// One message that is sent again and again under other Message-IDs: the receiver's work is the same for each, and the
/// load costs next to nothing.
struct Message {
  std::string text;
  std::size_t number_at = 0;
  static constexpr std::string_view first_number = "1000000001";
  [[nodiscard]] std::string request(std::uint64_t number) const {
    std::string out = text;
    out.replace(number_at, first_number.size(), std::to_string(1'000'000'001 + number));
    return out;
  }
};

Result<Message> make_message(const As2Parties& parties) {
  crypto::StringSink sink;
  const std::string id = "<bench-" + std::string(Message::first_number) + ">";
  TRY(as2::Packer packer, as2::Packer::open(partner_facts(id), partner_packing(parties), {{}}, "bench-boundary", sink));
  TRY_STATUS(packer.feed(four_kilobytes()));
  TRY_STATUS(packer.end_part());
  TRY([[maybe_unused]] const as2::Packed packed, packer.finish());
  Message out;
  out.text = "POST /as2 HTTP/1.1\r\nHost: bench\r\n";
  for (const auto& field : packer.headers().all()) out.text += field.name + ": " + field.value + "\r\n";
  out.text += "Content-Length: " + std::to_string(sink.bytes.size()) + "\r\n\r\n" + sink.bytes;
  out.number_at = out.text.find(Message::first_number);
  return out;
}

struct Figures {
  int bits = 0;
  Limits limits;
  double received_per_s = 0, gateway_cpu_us = 0, load_cpu_us = 0;
  double sent_per_s = 0, sender_cpu_us = 0, sink_cpu_us = 0;
  std::uint64_t received = 0, refused = 0, sent = 0;
  [[nodiscard]] double ratio_k() const { return received_per_s / (limits.k * cores()); }
  [[nodiscard]] double ratio_sign() const { return sent_per_s / (limits.sign * cores()); }
};

Status measure_receiving(const Common& common, const As2Bench& options, const As2Parties& parties,
                         const fs::path& folder, Figures& out) {
  fs::create_directories(folder / "data");
  TRY_STATUS(write_receiving_configuration(folder / "configuration", parties));
  TRY(const Message message, make_message(parties));
  bench::LoadLoop loop;
  TRY([[maybe_unused]] const std::uint16_t sink, loop.open_sink());
  const Child gateway(folder / "configuration", folder / "data", common);
  TRY_STATUS(loop.serve_sink([&] { return listening_port(folder / "data") != 0; }, start_patience));
  const double gateway_before = gateway.cpu_seconds(), load_before = own_cpu_seconds();
  TRY(const bench::LoadFigures load,
      loop.run(listening_port(folder / "data"), options.connections, std::chrono::seconds(options.seconds),
               std::chrono::milliseconds(0), [&](std::uint64_t n) { return message.request(n); }));
  const double count = static_cast<double>(std::max<std::uint64_t>(load.accepted, 1));
  out.gateway_cpu_us = (gateway.cpu_seconds() - gateway_before) * 1e6 / count;
  out.load_cpu_us = (own_cpu_seconds() - load_before) * 1e6 / count;
  out.received = load.accepted;
  out.refused = load.refused;
  out.received_per_s = static_cast<double>(load.accepted) / std::max(load.accept_seconds, 1e-9);
  return {};
}

Status measure_sending(const As2Bench& options, const As2Parties& parties, const fs::path& folder, Figures& out) {
  fs::create_directories(folder / "data");
  bench::LoadLoop loop;
  TRY(const std::uint16_t port, loop.open_sink());
  TRY_STATUS(write_sending_configuration(folder / "configuration", parties, port));
  const double before = own_cpu_seconds();
  SenderChild sender({folder / "configuration", folder / "data", "", options.connections, options.seconds});
  TRY_STATUS(loop.serve_sink([&] { return sender.ended(); }, start_patience + std::chrono::seconds(options.seconds)));
  TRY(const SentFigures sent, sender.figures());
  out.sent = static_cast<std::uint64_t>(sent.sent);
  out.sent_per_s = sent.sent / std::max(sent.seconds, 1e-9);
  out.sender_cpu_us = sent.cpu_seconds * 1e6 / sent.sent;
  out.sink_cpu_us = (own_cpu_seconds() - before) * 1e6 / sent.sent;
  return {};
}

Result<Figures> measure(const Common& common, const As2Bench& options, int bits, const fs::path& folder) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  TRY(const As2Parties parties, As2Parties::make(bits));
  Figures out;
  out.bits = bits;
  TRY(const Limits before, rsa_limits(parties.us));
  TRY_STATUS(measure_receiving(common, options, parties, folder / "receiving", out));
  TRY(const Limits between, rsa_limits(parties.us));
  out.limits = {(before.sign + between.sign) / 2, (before.k + between.k) / 2,
                (before.sign_cpu_us + between.sign_cpu_us) / 2, (before.rsa_cpu_us + between.rsa_cpu_us) / 2};
  TRY_STATUS(measure_sending(options, parties, folder / "sending", out));
  return out;
}

int print(const Common& common, const std::vector<Figures>& all) {
  if (common.json) std::printf("{\"cores\":%u,\"sizes\":[", cores());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Figures& one = all[i];
    const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
    if (common.json)
      std::printf(
          "%s{\"bits\":%d,\"k_per_core\":%.1f,\"received_per_s\":%.1f,\"ratio_k\":%.3f,\"received\":%llu,"
          "\"gateway_cpu_us\":%.0f,\"load_cpu_us\":%.0f,\"rsa_cpu_us\":%.0f,\"sign_per_core\":%.1f,\"sent_per_s\":%.1f,"
          "\"ratio_sign\":%.3f,\"sent\":%llu,\"sender_cpu_us\":%.0f,\"sink_cpu_us\":%.0f,\"sign_cpu_us\":%.0f}",
          i == 0 ? "" : ",", one.bits, one.limits.k, one.received_per_s, one.ratio_k(), number(one.received),
          one.gateway_cpu_us, one.load_cpu_us, one.limits.rsa_cpu_us, one.limits.sign, one.sent_per_s, one.ratio_sign(),
          number(one.sent), one.sender_cpu_us, one.sink_cpu_us, one.limits.sign_cpu_us);
    else
      std::printf(
          "RSA-%d: received %.0f /s, of the limit of %.0f /s a core: %.3f (%llu messages of 4 KB, signed, encrypted, "
          "signed MDN, each committed; processor time a message: gateway %.0f us, load %.0f us, of it RSA %.0f us)\n"
          "          sent %.0f /s, of %.0f signatures /s a core: %.3f (%llu messages, recorded before and after; "
          "processor time a message: sender %.0f us, sink %.0f us, of it RSA %.0f us)\n",
          one.bits, one.received_per_s, one.limits.k, one.ratio_k(), number(one.received), one.gateway_cpu_us,
          one.load_cpu_us, one.limits.rsa_cpu_us, one.sent_per_s, one.limits.sign, one.ratio_sign(), number(one.sent),
          one.sender_cpu_us, one.sink_cpu_us, one.limits.sign_cpu_us);
  }
  if (common.json) std::printf("]}\n");
  return fine;
}

int measure_all(const Common& common, const As2Bench& options, const fs::path& folder) {
  std::vector<Figures> all;
  for (const int bits : options.bits) {
    std::vector<Figures> rounds;
    for (int i = 0; i < options.rounds; ++i) {
      auto figures = measure(common, options, bits, folder / "run");
      if (!figures) return report_error(figures.error());
      rounds.push_back(std::move(*figures));
    }
    std::sort(rounds.begin(), rounds.end(),
              [](const Figures& a, const Figures& b) { return a.ratio_k() < b.ratio_k(); });
    all.push_back(rounds[rounds.size() / 2]);
  }
  return print(common, all);
}

}  // namespace

int bench_as2(const Common& common, const As2Bench& options) {
  std::string pattern = options.folder.empty() ? (fs::temp_directory_path() / "crossdock-bench-XXXXXX").string()
                                               : options.folder + "/crossdock-bench-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr)
    return report_error(Error{Code::file_unwritable, {}, pattern + ": " + std::strerror(errno)});
  int code = fine;
  if (options.large_mib > 0) {
    if (const Status done = bench_as2_large(common, options, pattern); !done) code = report_error(done.error());
  } else {
    code = measure_all(common, options, pattern);
  }
  std::error_code ignored;
  fs::remove_all(pattern, ignored);
  return code;
}

}  // namespace crossdock::cli
