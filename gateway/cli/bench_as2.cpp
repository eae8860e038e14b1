// Yardsticks and load of the AS2 measurement: K is what one core could do if a message were two RSA operations and
// nothing else.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/bench_as2.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "gateway/as2/packer.hpp"
#include "gateway/bench/load_loop.hpp"
#include "gateway/cli/bench_child.hpp"
#include "gateway/cli/certificate_folder.hpp"

namespace crossdock::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds start_patience{20000}, yardstick_time{1000};
constexpr std::size_t payload_bytes = 4096;

void write_text(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

struct Parties {
  crypto::Identity us, partner;
};

Result<crypto::Identity> identity(int bits, const char* name) {
  TRY(crypto::PrivateKey key, make_key("rsa", static_cast<std::uint32_t>(bits)));
  TRY(crypto::Certificate certificate, make_certificate(key, std::string("CN=") + name, 30));
  return crypto::Identity::make(std::move(certificate), std::move(key));
}

Status write_configuration(const fs::path& folder, const Parties& parties) {
  TRY(const std::string key, parties.us.key.pem());
  write_text(folder / "certs/us.pem", parties.us.certificate.pem());
  write_text(folder / "certs/partner.pem", parties.partner.certificate.pem());
  write_text(folder / "secrets/us", key);
  fs::permissions(folder / "secrets/us", fs::perms::owner_read);
  write_text(folder / "crossdock.yaml",
             "name: bench\nlisteners:\n  - {listen: \"127.0.0.1:0\"}\nlogging: {level: warning}\n"
             "as2: {keys: [{name: us, certificate: certs/us.pem, key: secret:us}]}\n");
  write_text(folder / "partners/partner.yaml",
             "partner: partner\nidentifiers: {as2: PARTNER, x12: [\"02:CARR0\"], gs: CARR0}\n"
             "us: {as2: US, x12: \"ZZ:SHIPCO\", gs: SHIPCO}\nsends:\n  - {set: x12/004010/214}\n"
             "channels:\n  - as2: {certificates: [certs/partner.pem], body_bytes_max: 4GiB}\n");
  return {};
}

/// A private operation, as often as the time holds; the median of three goes, a second.
template <class Operation>
double per_second(const Operation& operation) {
  std::vector<double> goes;
  for (int go = 0; go < 3; ++go) {
    std::size_t count = 0;
    const auto start = Clock::now();
    while (Clock::now() - start < yardstick_time / 3) {
      operation();
      ++count;
    }
    goes.push_back(static_cast<double>(count) / std::chrono::duration<double>(Clock::now() - start).count());
  }
  std::sort(goes.begin(), goes.end());
  return goes[1];
}

/// 1 / (1/sign + 1/decrypt) on one core. Errors: cms.*, certificate.*.
Result<double> rsa_limit(const crypto::Identity& own) {
  const std::string digest(32, 'd');
  crypto::SignatureParameters signature;
  TRY(const std::string wrapped, own.certificate.encrypt_key({}, std::string(16, 'k')));
  TRY([[maybe_unused]] const std::string warm, own.key.sign(signature, digest));
  const double sign = per_second([&] { static_cast<void>(own.key.sign(signature, digest)); });
  const double decrypt = per_second([&] { static_cast<void>(own.key.decrypt_key({}, wrapped, 16)); });
  return 1 / (1 / sign + 1 / decrypt);
}

as2::PackSettings packing(const Parties& parties) {
  as2::PackSettings out;
  out.sign = as2::SignSettings{parties.partner, {}, {}, false, true};
  as2::EncryptSettings encrypt;
  encrypt.recipients = {parties.us.certificate};
  out.encrypt = std::move(encrypt);
  return out;
}

as2::MessageFacts facts(const std::string& id) {
  as2::MessageFacts out;
  out.from = "PARTNER";
  out.to = "US";
  out.message_id = id;
  out.subject = "bench";
  out.date = "Mon, 18 May 2026 14:32:00 +0000";
  out.user_agent = "bench";
  out.receipt = as2::ReceiptWish{};
  return out;
}

/// One message that is sent again and again under other Message-IDs: the receiver's work is the same for each.
struct Message {
  std::string head, body;
  [[nodiscard]] std::string request(std::uint64_t number) const {
    std::string out = head;
    const std::string id = std::to_string(number);
    out.replace(out.find("@@"), 2, id);
    return out + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
};

Result<Message> make_message(const Parties& parties) {
  std::string payload =
      "ISA*00*          *00*          *02*CARR0          *ZZ*SHIPCO         *260518*1432*U*00401*000000001*0*P*>~";
  while (payload.size() < payload_bytes) payload += "GS*QM*CARR0*SHIPCO*20260518*1432*1*X*004010~GE*0*1~";
  crypto::StringSink sink;
  TRY(as2::Packer packer, as2::Packer::open(facts("<bench-@@>"), packing(parties), {{}}, "bench-boundary", sink));
  TRY_STATUS(packer.feed(payload));
  TRY_STATUS(packer.end_part());
  TRY([[maybe_unused]] const as2::Packed packed, packer.finish());
  Message out;
  out.head = "POST /as2 HTTP/1.1\r\nHost: bench\r\n";
  for (const auto& field : packer.headers().all()) out.head += field.name + ": " + field.value + "\r\n";
  if (out.head.find("@@") == std::string::npos)  // ids hold no such signs: put the place back
    out.head.replace(out.head.find("<bench-"), 7, "<bench-@@");
  out.body = std::move(sink.bytes);
  return out;
}

struct Figures {
  int bits = 0;
  double k_per_core = 0, received_per_s = 0;
  std::uint64_t received = 0, refused = 0;
  [[nodiscard]] double ratio() const {
    return received_per_s / (k_per_core * std::max(1U, std::thread::hardware_concurrency()));
  }
};

Result<Figures> measure(const Common& common, const As2Bench& options, int bits, const fs::path& folder) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  fs::create_directories(folder / "data");
  TRY(auto us, identity(bits, "us"));
  TRY(auto partner, identity(bits, "partner"));
  const Parties parties{std::move(us), std::move(partner)};
  TRY_STATUS(write_configuration(folder / "configuration", parties));
  TRY(const Message message, make_message(parties));
  Figures out;
  out.bits = bits;
  TRY(const double before, rsa_limit(parties.us));
  bench::LoadLoop loop;
  TRY([[maybe_unused]] const std::uint16_t sink, loop.open_sink());
  {
    const Child gateway(folder / "configuration", folder / "data", common);
    TRY_STATUS(loop.serve_sink([&] { return listening_port(folder / "data") != 0; }, start_patience));
    TRY(const bench::LoadFigures load,
        loop.run(listening_port(folder / "data"), options.connections, std::chrono::seconds(options.seconds),
                 std::chrono::milliseconds(0), [&](std::uint64_t n) { return message.request(n); }));
    out.received = load.accepted;
    out.refused = load.refused;
    out.received_per_s = static_cast<double>(load.accepted) / std::max(load.accept_seconds, 1e-9);
  }
  TRY(const double after, rsa_limit(parties.us));
  out.k_per_core = (before + after) / 2;
  return out;
}

int print(const Common& common, const std::vector<Figures>& all) {
  if (common.json) std::printf("{\"cores\":%u,\"sizes\":[", std::max(1U, std::thread::hardware_concurrency()));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Figures& one = all[i];
    const auto received = static_cast<unsigned long long>(one.received);
    if (common.json)
      std::printf("%s{\"bits\":%d,\"k_per_core\":%.1f,\"received_per_s\":%.1f,\"ratio_k\":%.3f,\"received\":%llu}",
                  i == 0 ? "" : ",", one.bits, one.k_per_core, one.received_per_s, one.ratio(), received);
    else
      std::printf(
          "RSA-%d: received %.0f /s, of the limit of %.0f /s a core: %.3f (%llu messages of 4 KB, signed, encrypted, "
          "signed MDN, each committed)\n",
          one.bits, one.received_per_s, one.k_per_core, one.ratio(), received);
  }
  if (common.json) std::printf("]}\n");
  return fine;
}

/// A blocking connection that sends a body while it is made, chunked.
class Upload final : public crypto::ByteSink {
 public:
  ~Upload() override {
    if (socket_ >= 0) ::close(socket_);
  }
  Status connect(std::uint16_t port) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      return fail(Code::api_unreachable, std::strerror(errno));
    return {};
  }
  Status raw(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return fail(Code::api_unreachable, std::strerror(errno));
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
  }
  /// What the packer writes before its headers are known waits.
  Status write(std::string_view bytes) override {
    waiting_ += bytes;
    if (!begun_ || waiting_.size() < (64U << 10)) return {};
    return flush();
  }
  Status begin(const std::string& head) {
    begun_ = true;
    return raw(head);
  }
  Status flush() {
    if (waiting_.empty()) return {};
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", waiting_.size());
    TRY_STATUS(raw(size));
    TRY_STATUS(raw(waiting_));
    waiting_.clear();
    return raw("\r\n");
  }
  Result<std::string> answer() const {
    std::string out(64U << 10, '\0');
    const ssize_t got = ::recv(socket_, out.data(), out.size(), 0);
    if (got <= 0) return fail(Code::api_unreachable, "the gateway closed the connection");
    out.resize(static_cast<std::size_t>(got));
    return out;
  }

 private:
  int socket_ = -1;
  bool begun_ = false;
  std::string waiting_;
};

Result<std::string> send_large(std::uint16_t port, const Parties& parties, int mib) {
  Upload upload;
  TRY_STATUS(upload.connect(port));
  TRY(as2::Packer packer, as2::Packer::open(facts("<bench-large>"), packing(parties), {{}}, "bench-boundary", upload));
  std::string head = "POST /as2 HTTP/1.1\r\nHost: bench\r\nTransfer-Encoding: chunked\r\n";
  for (const auto& field : packer.headers().all()) head += field.name + ": " + field.value + "\r\n";
  TRY_STATUS(upload.begin(head + "\r\n"));
  std::string piece(1U << 20, 'x');
  for (std::size_t i = 0; i < piece.size(); i += 64) piece[i] = '~';
  for (int i = 0; i < mib; ++i) TRY_STATUS(packer.feed(piece));
  TRY_STATUS(packer.end_part());
  TRY([[maybe_unused]] const as2::Packed packed, packer.finish());
  TRY_STATUS(upload.flush());
  TRY_STATUS(upload.raw("0\r\n\r\n"));
  return upload.answer();
}

Status measure_memory(const Common& common, const As2Bench& options, const fs::path& folder) {
  fs::create_directories(folder / "data");
  TRY(auto us, identity(2048, "us"));
  TRY(auto partner, identity(2048, "partner"));
  const Parties parties{std::move(us), std::move(partner)};
  TRY_STATUS(write_configuration(folder / "configuration", parties));
  bench::LoadLoop loop;
  TRY([[maybe_unused]] const std::uint16_t sink, loop.open_sink());
  const Child gateway(folder / "configuration", folder / "data", common);
  TRY_STATUS(loop.serve_sink([&] { return listening_port(folder / "data") != 0; }, start_patience));
  const long idle = gateway.resident_kib();
  const auto start = Clock::now();
  TRY(const std::string answer, send_large(listening_port(folder / "data"), parties, options.large_mib));
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const bool taken = answer.starts_with("HTTP/1.1 200") && answer.find("multipart/signed") != std::string::npos;
  const double peak = static_cast<double>(gateway.peak_kib()) / 1024, at_rest = static_cast<double>(idle) / 1024;
  std::printf(common.json
                  ? "{\"mib\":%d,\"seconds\":%.2f,\"mb_per_s\":%.1f,\"idle_rss_mib\":%.1f,\"peak_rss_mib\":%.1f}\n"
                  : "%d MiB signed and encrypted came in within %.2f s (%.1f MB/s); memory %.1f MiB idle, %.1f MiB at "
                    "the most\n",
              options.large_mib, seconds, options.large_mib * 1.048576 / seconds, at_rest, peak);
  if (taken) return {};
  return fail(Code::internal_bug, "it was not taken: " + answer.substr(0, answer.find('\r')));
}

}  // namespace

int bench_as2(const Common& common, const As2Bench& options) {
  std::string pattern = options.folder.empty() ? (fs::temp_directory_path() / "crossdock-bench-XXXXXX").string()
                                               : options.folder + "/crossdock-bench-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr)
    return report_error(Error{Code::file_unwritable, {}, pattern + ": " + std::strerror(errno)});
  int code = fine;
  std::vector<Figures> all;
  if (options.large_mib > 0) {
    if (const Status done = measure_memory(common, options, fs::path(pattern) / "run"); !done)
      code = report_error(done.error());
  } else {
    for (const int bits : options.bits) {
      std::vector<Figures> rounds;
      for (int i = 0; i < options.rounds && code == fine; ++i) {
        auto figures = measure(common, options, bits, fs::path(pattern) / "run");
        if (figures)
          rounds.push_back(*figures);
        else
          code = report_error(figures.error());
      }
      if (rounds.empty()) break;
      std::sort(rounds.begin(), rounds.end(), [](const Figures& a, const Figures& b) { return a.ratio() < b.ratio(); });
      all.push_back(rounds[rounds.size() / 2]);
    }
  }
  std::error_code ignored;
  fs::remove_all(pattern, ignored);
  return code == fine && !all.empty() ? print(common, all) : code;
}

}  // namespace crossdock::cli
