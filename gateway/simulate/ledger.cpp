// The ledger and its append-only file: one JSON object a line.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/simulate/ledger.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "translators/base/json_text.hpp"

namespace crossdock::simulate {
namespace {

constexpr std::size_t shown_max = 100;

void member(std::string& out, std::string_view key, std::string_view value) {
  out += out.ends_with('{') ? "\"" : ",\"";
  out += key;
  out += "\":";
  append_json_string(out, value);
}

std::string line_of(const Effect& effect) {
  std::string out = "{";
  member(out, "key", effect.key);
  member(out, "event", effect.event);
  member(out, "call", effect.call);
  member(out, "type", effect.type);
  member(out, "subject", effect.subject);
  member(out, "lane", effect.lane);
  member(out, "message", effect.message);
  out += ",\"recorded_us\":" + std::to_string(effect.recorded_us) + ",\"sequence\":" + std::to_string(effect.sequence);
  member(out, "sha256", effect.body_sha256);
  return out + "}";
}

std::string text_of(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Effect effect_of(const boost::json::object& object) {
  Effect effect;
  effect.key = text_of(object, "key");
  effect.event = text_of(object, "event");
  effect.call = text_of(object, "call");
  effect.type = text_of(object, "type");
  effect.subject = text_of(object, "subject");
  effect.lane = text_of(object, "lane");
  effect.message = text_of(object, "message");
  effect.body_sha256 = text_of(object, "sha256");
  if (const auto* at = object.if_contains("recorded_us"); at != nullptr && at->is_int64())
    effect.recorded_us = at->get_int64();
  if (const auto* at = object.if_contains("sequence"); at != nullptr && at->is_int64())
    effect.sequence = static_cast<std::uint64_t>(at->get_int64());
  return effect;
}

void list(std::string& out, std::string_view name, const std::vector<std::string>& items) {
  out += ",\"" + std::string(name) + "\":[";
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i != 0) out += ',';
    append_json_string(out, items[i]);
  }
  out += ']';
}

}  // namespace

Ledger::~Ledger() {
  settle();
  if (file_ >= 0) ::close(file_);
}

Status Ledger::open(const std::string& path) {
  std::ifstream before(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(before), {}};
  std::size_t whole = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', whole)) {
    boost::system::error_code error;
    const auto value = boost::json::parse(std::string_view(text).substr(whole, end - whole), error);
    if (error || !value.is_object())
      return fail(Code::channel_simulate_state, path + " holds a line that is no effect");
    if (value.get_object().contains("forget"))
      forget();
    else
      record(effect_of(value.get_object()));
    whole = end + 1;
  }
  pending_.clear();
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0 || ::ftruncate(file_, static_cast<off_t>(whole)) != 0 || ::lseek(file_, 0, SEEK_END) < 0)
    return fail(Code::channel_simulate_state, path + " cannot be opened: " + std::strerror(errno));
  return {};
}

void Ledger::apply(const Effect& effect) {
  record(effect);
  if (file_ >= 0) pending_ += lines_.back() + "\n";
}

void Ledger::record(const Effect& effect) {
  ++effects_;
  lines_.push_back(line_of(effect));
  ++by_type_[effect.type];
  const std::string identity = (effect.event.empty() ? "key " + effect.key : effect.event) + " " + effect.call;
  if (++applied_[identity] > 1) {
    ++doubled_;
    if (doubles_.size() < shown_max) doubles_.push_back(identity);
  } else {
    check_order(effect);
  }
  if (!effect.key.empty()) {
    keys_.emplace(effect.key, effect.body_sha256);
    effect_keys_.insert(effect.key);
  }
  bodies_.insert(effect.body_sha256);
}

/// Within a lane, events come in the order in which the gateway received them; within a message, by sequence.
void Ledger::check_order(const Effect& effect) {
  if (effect.lane.empty()) return;
  Lane& lane = lanes_[effect.lane];
  const bool same_message = !effect.message.empty() && effect.message == lane.message;
  const bool wrong = same_message ? effect.sequence != 0 && effect.sequence < lane.sequence
                                  : effect.recorded_us != 0 && effect.recorded_us < lane.recorded_us;
  if (wrong) {
    ++order_violations_;
    if (violations_.size() < shown_max) violations_.push_back(effect.lane + " " + effect.event);
    return;
  }
  lane = {effect.recorded_us, effect.message, effect.sequence};
}

void Ledger::settle() {
  if (file_ < 0 || pending_.empty()) return;
  std::string_view rest = pending_;
  while (!rest.empty()) {
    const ssize_t wrote = ::write(file_, rest.data(), rest.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) break;
    rest.remove_prefix(static_cast<std::size_t>(wrote));
  }
  // A ledger that cannot be trusted proves nothing: better no answer than a wrong one.
  if (!rest.empty() || ::fdatasync(file_) != 0) {
    std::fputs("crossdock simulate: the state file cannot be written\n", stderr);
    std::_Exit(3);
  }
  pending_.clear();
}

bool Ledger::knows_key(std::string_view key) const { return keys_.contains(std::string(key)); }
bool Ledger::has_effect(std::string_view key) const { return effect_keys_.contains(std::string(key)); }
bool Ledger::knows_body(std::string_view sha256) const { return bodies_.contains(std::string(sha256)); }

std::string_view Ledger::body_of(std::string_view key) const {
  const auto found = keys_.find(std::string(key));
  return found == keys_.end() ? std::string_view() : std::string_view(found->second);
}

void Ledger::forget() {
  keys_.clear();
  bodies_.clear();
  forgot_ = true;
  if (file_ >= 0) pending_ += "{\"forget\":true}\n";
}

std::string Ledger::json_members() const {
  std::string out = "\"effects\":" + std::to_string(effects_) + ",\"distinct\":" + std::to_string(applied_.size()) +
                    ",\"doubled\":" + std::to_string(doubled_) +
                    ",\"order_violations\":" + std::to_string(order_violations_) +
                    ",\"lanes\":" + std::to_string(lanes_.size()) + ",\"by_type\":{";
  bool first = true;
  for (const auto& [type, count] : by_type_) {
    if (!first) out += ',';
    first = false;
    append_json_string(out, type);
    out += ":" + std::to_string(count);
  }
  out += '}';
  list(out, "doubles", doubles_);
  list(out, "violations", violations_);
  return out;
}

std::string Ledger::json_lines() const {
  std::string out;
  for (const std::string& line : lines_) out += line + "\n";
  return out;
}

}  // namespace crossdock::simulate
