// Memory and time of one large payload, as it comes in over HTTP and as it goes out through the AS2 channel.
// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "gateway/bench/load_loop.hpp"
#include "gateway/cli/bench_as2.hpp"
#include "gateway/cli/bench_as2_parties.hpp"
#include "gateway/cli/bench_as2_sender.hpp"
#include "gateway/cli/bench_child.hpp"

namespace crossdock::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds start_patience{60000};
constexpr int rsa_bits = 2048;

struct Large {
  double seconds = 0, idle_mib = 0, peak_mib = 0;
};

std::string megabyte() {
  std::string piece(1U << 20, 'x');
  for (std::size_t i = 0; i < piece.size(); i += 64) piece[i] = '~';
  return piece;
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

Result<std::string> send_large(std::uint16_t port, const As2Parties& parties, int mib) {
  Upload upload;
  TRY_STATUS(upload.connect(port));
  TRY(as2::Packer packer,
      as2::Packer::open(partner_facts("<bench-large>"), partner_packing(parties), {{}}, "bench-boundary", upload));
  std::string head = "POST /as2 HTTP/1.1\r\nHost: bench\r\nTransfer-Encoding: chunked\r\n";
  for (const auto& field : packer.headers().all()) head += field.name + ": " + field.value + "\r\n";
  TRY_STATUS(upload.begin(head + "\r\n"));
  const std::string piece = megabyte();
  for (int i = 0; i < mib; ++i) TRY_STATUS(packer.feed(piece));
  TRY_STATUS(packer.end_part());
  TRY([[maybe_unused]] const as2::Packed packed, packer.finish());
  TRY_STATUS(upload.flush());
  TRY_STATUS(upload.raw("0\r\n\r\n"));
  return upload.answer();
}

Result<Large> measure_in(const Common& common, const As2Bench& options, const fs::path& folder) {
  fs::create_directories(folder / "data");
  TRY(const As2Parties parties, As2Parties::make(rsa_bits));
  TRY_STATUS(write_receiving_configuration(folder / "configuration", parties));
  bench::LoadLoop loop;
  TRY([[maybe_unused]] const std::uint16_t sink, loop.open_sink());
  const Child gateway(folder / "configuration", folder / "data", common);
  TRY_STATUS(loop.serve_sink([&] { return listening_port(folder / "data") != 0; }, start_patience));
  Large out;
  out.idle_mib = static_cast<double>(gateway.resident_kib()) / 1024;
  const auto start = Clock::now();
  TRY(const std::string answer, send_large(listening_port(folder / "data"), parties, options.large_mib));
  out.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  out.peak_mib = static_cast<double>(gateway.peak_kib()) / 1024;
  if (answer.starts_with("HTTP/1.1 200") && answer.find("multipart/signed") != std::string::npos &&
      answer.find("processed/error") == std::string::npos)
    return out;
  return fail(Code::internal_bug, "it was not taken: " + answer.substr(0, answer.find('\r')));
}

Result<Large> measure_out(const As2Bench& options, const fs::path& folder) {
  fs::create_directories(folder / "data");
  TRY(const As2Parties parties, As2Parties::make(rsa_bits));
  bench::LoadLoop loop;
  TRY(const std::uint16_t port, loop.open_sink());
  loop.drop_bodies();
  TRY_STATUS(write_sending_configuration(folder / "configuration", parties, port));
  const fs::path payload = folder / "payload";
  {
    std::ofstream file(payload, std::ios::binary);
    const std::string piece = megabyte();
    for (int i = 0; i < options.large_mib; ++i) file << piece;
    if (!file.flush()) return fail(Code::file_unwritable, payload.string());
  }
  SenderChild sender({folder / "configuration", folder / "data", payload.string(), 1, 0});
  TRY_STATUS(loop.serve_sink([&] { return sender.ended(); }, std::chrono::hours{1}));
  TRY(const SentFigures sent, sender.figures());
  return Large{sent.seconds, sent.idle_kib / 1024, sent.peak_kib / 1024};
}

void print(const Common& common, const As2Bench& options, const Large& in, const Large& out) {
  const double megabytes = options.large_mib * 1.048576;
  const char* form =
      common.json
          ? "{\"mib\":%d,\"in\":{\"seconds\":%.2f,\"mb_per_s\":%.1f,\"idle_rss_mib\":%.1f,\"peak_rss_mib\":%.1f},"
            "\"out\":{\"seconds\":%.2f,\"mb_per_s\":%.1f,\"idle_rss_mib\":%.1f,\"peak_rss_mib\":%.1f}}\n"
          : "%d MiB, signed and encrypted\nin:  %.2f s (%.1f MB/s); memory %.1f MiB idle, %.1f MiB at the most\n"
            "out: %.2f s (%.1f MB/s); memory %.1f MiB idle, %.1f MiB at the most\n";
  std::printf(form, options.large_mib, in.seconds, megabytes / in.seconds, in.idle_mib, in.peak_mib, out.seconds,
              megabytes / out.seconds, out.idle_mib, out.peak_mib);
}

}  // namespace

Status bench_as2_large(const Common& common, const As2Bench& options, const fs::path& folder) {
  TRY(const Large in, measure_in(common, options, folder / "in"));
  std::error_code ignored;
  fs::remove_all(folder / "in", ignored);
  TRY(const Large out, measure_out(options, folder / "out"));
  print(common, options, in, out);
  return {};
}

}  // namespace crossdock::cli
