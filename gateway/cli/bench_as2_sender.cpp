// One process that only sends: what the adapter does for a delivery, as often as the time holds.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/bench_as2_sender.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "gateway/base/random.hpp"
#include "gateway/channels/as2/channel.hpp"
#include "gateway/cli/bench_as2_parties.hpp"
#include "gateway/configuration/folder.hpp"
#include "gateway/runtime/runtime.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"

namespace crossdock::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// Nothing is received by a process that only sends.
class NoIntake final : public pipeline::Intake {
 public:
  void receive(pipeline::Incoming, Callback callback) override { callback(fail(Code::store_busy)); }
  void receive_event(pipeline::IncomingEvent, Callback callback) override { callback(fail(Code::store_busy)); }
  [[nodiscard]] bool accepting() const override { return false; }
};

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double status_kib(const char* field) {
  std::ifstream status("/proc/self/status");
  const std::string wanted(field);
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(wanted)) return std::strtod(line.c_str() + wanted.size(), nullptr);
  return 0;
}

/// Everything of the channel and what it stands on; lives in the child.
class Sending {
 public:
  explicit Sending(const SenderTask& task)
      : task_(task),
        runtime_({{"as2", std::max(1U, std::thread::hardware_concurrency()), 512}}),
        random_(base::make_system_random()),
        transfers_(runtime_) {}

  Status run(SentFigures& out) {
    configuration::FolderOptions options;
    options.folder = task_.configuration;
    const auto loaded = configuration::load_folder(options);
    if (!loaded.bundle) return fail(Code::internal_bug, configuration::to_text(loaded.faults.front()));
    std::vector<std::string> faults;
    auto book = as2_channel::Book::open(*loaded.bundle, faults);
    if (!faults.empty()) return fail(Code::internal_bug, faults.front());
    store::StoreSettings settings;
    settings.folder = task_.data.string();
    TRY(store_, store::open_sqlite_store(settings, runtime_));
    const std::string spool = (task_.data / "spool").string();
    fs::create_directories(spool);
    as2_channel::Channel channel(
        {intake_, runtime_, runtime_.pool("as2"), *store_, transfers_, base::system_clock(), *random_, metrics_, spool,
         (task_.data / "as2").string(), [](Code, const std::string&, const std::string&) {},
         [](Code, const std::string&) {}, [](const std::string&) {}},
        std::move(book));
    adapter_ = channel.adapter("partner/as2");
    if (!adapter_) return fail(Code::internal_bug, "the partner has no channel to send by");
    payload_ = std::make_shared<const std::string>(four_kilobytes());
    figures_.idle_kib = status_kib("VmRSS:");
    cpu_before_ = cpu_seconds();
    begun_ = Clock::now();
    runtime_.post([this] {
      for (int i = 0; i < task_.in_flight; ++i) next();
    });
    runtime_.run();
    figures_.seconds = std::chrono::duration<double>(ended_ - begun_).count();
    figures_.peak_kib = status_kib("VmHWM:");
    out = figures_;
    adapter_.reset();
    return {};
  }

 private:
  void next() {
    pipeline::DeliveryRequest request;
    request.delivery_id = request.message_id = "delivery-" + std::to_string(++number_);
    request.file_name = "214.edi";
    if (task_.payload_file.empty())
      request.payload = payload_;
    else
      request.payload_file = task_.payload_file;
    ++under_way_;
    adapter_->attempt(request, [this](const pipeline::AttemptOutcome& outcome) {
      --under_way_;
      const bool good = outcome.result == pipeline::AttemptResult::applied;
      if (!good && figures_.failed == 0) std::fprintf(stderr, "not sent: %s\n", outcome.detail.c_str());
      ++(good ? figures_.sent : figures_.failed);
      if (Clock::now() - begun_ < std::chrono::seconds(task_.seconds)) return next();
      if (under_way_ > 0) return;
      ended_ = Clock::now();
      figures_.cpu_seconds = cpu_seconds() - cpu_before_;
      runtime_.request_stop(std::chrono::seconds(1));
    });
  }

  SenderTask task_;
  runtime::Runtime runtime_;
  std::unique_ptr<base::Random> random_;
  base::Registry metrics_;
  http_api::TransferPool transfers_;
  std::unique_ptr<store::Store> store_;
  NoIntake intake_;
  std::unique_ptr<pipeline::TargetAdapter> adapter_;
  std::shared_ptr<const std::string> payload_;
  SentFigures figures_;
  Clock::time_point begun_, ended_;
  double cpu_before_ = 0;
  std::uint64_t number_ = 0;
  int under_way_ = 0;
};

[[noreturn]] void live(const SenderTask& task, int pipe) {
  SentFigures out;
  Status done;
  {
    Sending sending(task);
    done = sending.run(out);
  }
  if (!done) std::fprintf(stderr, "%s\n", done.error().text().c_str());
  const bool told = done && ::write(pipe, &out, sizeof out) == static_cast<ssize_t>(sizeof out);
  ::_exit(told ? 0 : 1);
}

}  // namespace

SenderChild::SenderChild(const SenderTask& task) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return;
  std::fflush(nullptr);
  process_ = ::fork();
  if (process_ == 0) live(task, ends[1]);
  ::close(ends[1]);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  pipe_ = ends[0];
}

SenderChild::~SenderChild() {
  if (pipe_ >= 0) ::close(pipe_);
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

bool SenderChild::ended() {
  if (ended_ || pipe_ < 0) return true;
  const ssize_t got = ::read(pipe_, &figures_, sizeof figures_);
  if (got < 0) return false;
  whole_ = got == static_cast<ssize_t>(sizeof figures_);
  return ended_ = true;
}

Result<SentFigures> SenderChild::figures() {
  if (!whole_ || figures_.sent < 1) return fail(Code::internal_bug, "the sending process sent nothing");
  return figures_;
}

}  // namespace crossdock::cli
