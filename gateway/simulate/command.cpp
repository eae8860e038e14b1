// `crossdock simulate NAME --listen ADDRESS:PORT` and `crossdock simulate NAME --post EVENT.json --to URL`.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/simulate/command.hpp"

#include <curl/curl.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "gateway/simulate/simulator.hpp"
#include "translators/base/digest.hpp"
#include "translators/base/json_text.hpp"

namespace crossdock::simulate {
namespace {

struct Arguments {
  std::string name = "erp", listen = "127.0.0.1:0", once = "key", state, token, signing_secret, post, to, key;
  std::vector<std::string> behave;
  std::uint64_t seed = 1;
  std::size_t bodies = 1000;
  bool oauth = false;
};

std::atomic<Simulator*> running{nullptr};
extern "C" void stop_running(int) {
  if (Simulator* simulator = running.load(); simulator != nullptr) simulator->stop();
}

int report(const Error& error) {
  std::fprintf(stderr, "crossdock: %s\n", error.text().c_str());
  return error.code == Code::usage_wrong ? 2 : 3;
}

Result<SimulatorOptions> options_of(const Arguments& arguments) {
  SimulatorOptions options;
  options.name = arguments.name;
  options.state_file = arguments.state;
  options.token = arguments.token;
  options.signing_secret = arguments.signing_secret;
  options.oauth = arguments.oauth;
  options.seed = arguments.seed;
  options.bodies_kept = arguments.bodies;
  const std::size_t colon = arguments.listen.rfind(':');
  const char* end = arguments.listen.data() + arguments.listen.size();
  if (colon == std::string::npos || std::from_chars(arguments.listen.data() + colon + 1, end, options.port).ptr != end)
    return fail(Code::usage_wrong, "--listen takes ADDRESS:PORT, not `" + arguments.listen + "`");
  options.address = arguments.listen.substr(0, colon);
  for (const Once once : {Once::key, Once::lookup, Once::same_bytes, Once::none})
    if (name(once) == arguments.once) options.once = once;
  for (const std::string& text : arguments.behave) {
    TRY(Rule rule, parse_rule(text));
    options.rules.push_back(std::move(rule));
  }
  return options;
}

int serve(const Arguments& arguments, bool json) {
  auto options = options_of(arguments);
  if (!options) return report(options.error());
  const std::string address = options->address;
  Simulator simulator(std::move(*options));
  if (const Status opened = simulator.open(); !opened) return report(opened.error());
  const std::string url = "http://" + address + ":" + std::to_string(simulator.port());
  if (json)
    std::printf("{\"name\":\"%s\",\"url\":\"%s\",\"once\":\"%s\"}\n", arguments.name.c_str(), url.c_str(),
                arguments.once.c_str());
  else
    std::printf("%s listens at %s (once: %s). Events: POST %s/events. State: GET %s/state. Control: POST %s/control.\n",
                arguments.name.c_str(), url.c_str(), arguments.once.c_str(), url.c_str(), url.c_str(), url.c_str());
  std::fflush(stdout);
  running = &simulator;
  std::signal(SIGTERM, stop_running);
  std::signal(SIGINT, stop_running);
  std::signal(SIGPIPE, SIG_IGN);
  simulator.run();
  running = nullptr;
  if (json) std::printf("%s\n", simulator.state_json().c_str());
  return 0;
}

std::size_t collect(char* bytes, std::size_t one, std::size_t count, void* into) {
  static_cast<std::string*>(into)->append(bytes, one * count);
  return one * count;
}

/// Plays the system that sends: posts one event to the gateway.
int post(const Arguments& arguments) {
  std::string body;
  if (arguments.post == "-") {
    body.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    std::ifstream file(arguments.post, std::ios::binary);
    if (!file) return report(Error{Code::file_unreadable, {}, "`" + arguments.post + "` cannot be read"});
    body.assign(std::istreambuf_iterator<char>(file), {});
  }
  const std::string key = arguments.key.empty() ? "simulated-" + to_hex(sha256(body)).substr(0, 32) : arguments.key;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(curl_easy_init(), curl_easy_cleanup);
  curl_slist* list = curl_slist_append(nullptr, "Content-Type: application/cloudevents+json");
  list = curl_slist_append(list, ("Idempotency-Key: " + key).c_str());
  if (!arguments.token.empty()) list = curl_slist_append(list, ("Authorization: Bearer " + arguments.token).c_str());
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(list, curl_slist_free_all);
  std::string answer;
  curl_easy_setopt(easy.get(), CURLOPT_URL, arguments.to.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, collect);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, 60'000L);
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  const CURLcode code = curl_easy_perform(easy.get());
  if (code != CURLE_OK)
    return report(Error{Code::channel_http_call, {}, arguments.to + ": " + curl_easy_strerror(code)});
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  std::printf("%s\n", answer.c_str());
  if (status / 100 == 2) return 0;
  std::fprintf(stderr, "crossdock: the gateway answered %ld\n", status);
  return 1;
}

}  // namespace

void add_simulate(CLI::App& app, const bool& json, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("simulate", "A simulated system (erp, tms, wms, finance, portal, partner) that can misbehave");
  command->add_option("NAME", arguments->name, "Which system it plays")->required();
  command->add_option("--listen", arguments->listen, "ADDRESS:PORT; port 0 picks a free one")->capture_default_str();
  command->add_option("--once", arguments->once, "How it makes an effect once")
      ->check(CLI::IsMember({"key", "lookup", "same_bytes", "none"}))
      ->capture_default_str();
  command->add_option("--state", arguments->state, "Append-only file of its effects, synced before each answer");
  command->add_option("--token", arguments->token,
                      "Bearer token or API key that callers must show; with --post the one to show");
  command->add_option("--signing-secret", arguments->signing_secret, "whsec_...: demand Standard Webhooks signatures");
  command->add_flag("--oauth", arguments->oauth, "Demand tokens issued at POST /oauth/token");
  command->add_option("--seed", arguments->seed, "Seed of probabilities")->capture_default_str();
  command->add_option("--bodies", arguments->bodies, "How many of the newest event bodies GET /events shows")
      ->capture_default_str();
  command->add_option(
      "--behave", arguments->behave,
      "NAME[,probability=P][,next=N][,ms=T][,retry_after=S][,type=PREFIX][,subject=SUBJECT]; NAME: slow, refuse, "
      "period_closed, timeout_after, timeout_before, busy, "
      "unavailable, error, garbage, malformed, close_after, close_before");
  auto* event = command->add_option("--post", arguments->post, "Instead: post this event (file or -) to --to and end");
  command->add_option("--to", arguments->to, "URL of the gateway's /api/v1/events")->needs(event);
  command->add_option("--key", arguments->key, "Idempotency-Key of --post; from the content unless given")
      ->needs(event);
  command->callback([arguments, &json, &exit_code] {
    if (!arguments->post.empty() && arguments->to.empty())
      exit_code = report(Error{Code::usage_wrong, {}, "--post needs --to URL"});
    else
      exit_code = arguments->post.empty() ? serve(*arguments, json) : post(*arguments);
  });
}

}  // namespace crossdock::simulate
