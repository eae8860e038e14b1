// The attributes of an event: what it is about, when, whose lane, and the id that the same bytes give again.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "translators/mapping/date_time.hpp"
#include "translators/mapping/run_sources.hpp"

namespace crossdock::mapping {

namespace {

void append_number(std::string& out, std::uint64_t number) {
  char buffer[20];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  out.append(buffer, static_cast<std::size_t>(end - buffer));
}

}  // namespace

template <class Source>
void Run<Source>::fill_attributes(const Entry& entry, std::uint32_t occurrence) {
  canonical::Event& event = memory_.event;
  event.type = entry.type;
  event.source = context_->source;
  event.subject.clear();
  for (const auto& [kind, ref] : entry.subject) {
    if (frames_.kind(ref) == Slot::Kind::absent) continue;
    event.subject.append(kind).append(1, '/').append(frames_.text(ref));
    break;
  }
  event.time = time_of(entry);
  event.id.resize(event_id_bytes);
  write_id(entry, occurrence, event.id.data());
  make_factkey(entry);
  make_partitionkey(entry);
  event.sequence.clear();
  append_number(event.sequence, context_->sequence_first + made_);
}

/// A date alone is no time of an event (CloudEvents asks for RFC 3339): then the sender's statement counts.
template <class Source>
std::string_view Run<Source>::time_of(const Entry& entry) const {
  for (const SlotRef ref : entry.time)
    if (const std::string_view told = frames_.text(ref); has_time_of_day(told)) return told;
  return context_->stated_at.empty() ? context_->received_at : context_->stated_at;
}

template <class Source>
void Run<Source>::make_factkey(const Entry& entry) {
  canonical::Event& event = memory_.event;
  event.factkey = event.subject;
  if (entry.factkey_of_data) {
    event.factkey.append(1, '|').append(to_hex(sha256(event.data)), 0, 32);
    return;
  }
  // The parts are gathered first, and written at once.
  constexpr std::size_t parts_max = 16;
  std::array<std::string_view, parts_max> parts;
  const std::size_t count = std::min(entry.factkey.size(), parts_max);
  std::size_t size = event.subject.size() + count;
  for (std::size_t i = 0; i < count; ++i) {
    parts[i] = frames_.text(entry.factkey[i]);
    size += parts[i].size();
  }
  event.factkey.resize(size);
  char* to = event.factkey.data() + event.subject.size();
  for (std::size_t i = 0; i < count; ++i) {
    *to++ = '|';
    if (!parts[i].empty()) std::memcpy(to, parts[i].data(), parts[i].size());
    to += parts[i].size();
  }
  for (std::size_t i = count; i < entry.factkey.size(); ++i)
    event.factkey.append(1, '|').append(frames_.text(entry.factkey[i]));
}

/// The first alternative whose fields are all there; else the subject.
template <class Source>
void Run<Source>::make_partitionkey(const Entry& entry) {
  using Kind = AttributePart::Kind;
  std::string& out = memory_.event.partitionkey;
  out.clear();
  for (const auto& lane : entry.partitionkey) {
    out.clear();
    bool whole = true;
    for (const AttributePart& part : lane) {
      const std::string_view text = part.kind == Kind::sender     ? context_->sender
                                    : part.kind == Kind::receiver ? context_->receiver
                                                                  : frames_.text(part.slot);
      // Offline nobody may be known: the number alone still keeps a shipment's messages in one lane.
      if (text.empty() && part.kind == Kind::field) whole = false;
      if (text.empty()) continue;
      if (!out.empty()) out += '/';
      out += text;
    }
    if (whole) break;
    out.clear();
  }
  if (out.empty()) out = memory_.event.subject;
}

/// 32 hexadecimal digits of SHA-256 over the payload's hash and where the set stands in it, 8 of the entry's name, 8 of
/// which event it is.
template <class Source>
void Run<Source>::write_id(const Entry& entry, std::uint32_t occurrence, char* to) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string& prefix = memory_.id_prefix;
  if (prefix.empty()) {
    std::string& text = memory_.scratch;
    text.assign(reinterpret_cast<const char*>(context_->payload_hash.data()), context_->payload_hash.size());
    for (const std::uint32_t part : {context_->interchange, context_->group, context_->set}) {
      text += '|';
      append_number(text, part);
    }
    const Sha256Bytes digest = sha256(text);
    prefix.resize(32);
    for (std::size_t i = 0; i < 16; ++i) {
      prefix[2 * i] = digits[digest[i] >> 4U];
      prefix[2 * i + 1] = digits[digest[i] & 15U];
    }
  }
  std::memcpy(to, prefix.data(), 32);
  std::memcpy(to + 32, entry.id_part.data(), 8);
  std::memcpy(to + 40, "00000000", 8);
  for (char* digit = to + event_id_bytes; occurrence != 0; occurrence >>= 4U) *--digit = digits[occurrence & 15U];
}

CROSSDOCK_RUN_OF_EACH_SOURCE;

}  // namespace crossdock::mapping
