// The first look at a payload, and the groups of an outbound interchange.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/documents.hpp"

#include <algorithm>

namespace crossdock::pipeline {
namespace {

constexpr std::size_t peek_step = 512, peek_max = 64U << 10;

class Peek final : public x12::InterchangeHandler {
 public:
  void on_interchange(const x12::InterchangeHeader& header) override {
    if (interchange_seen) return;
    interchange_seen = true;
    envelope.sender = {header.sender_qualifier, header.sender_id};
    envelope.receiver = {header.receiver_qualifier, header.receiver_id};
    envelope.usage = header.usage;
  }
  void on_group(const x12::GroupHeader& header) override {
    if (!group_seen) envelope.gs_sender = header.sender;
    group_seen = true;
  }
  Envelope envelope;
  bool interchange_seen = false, group_seen = false;
};

}  // namespace

std::vector<std::pair<std::string, std::string>> groups_of(const std::vector<mapping::WrittenSet>& sets) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const mapping::WrittenSet& set : sets) {
    std::pair<std::string, std::string> group(set.functional_group, set.version);
    if (std::find(out.begin(), out.end(), group) == out.end()) out.push_back(std::move(group));
  }
  return out;
}

std::optional<Envelope> peek_envelope(std::string_view bytes) {
  std::string_view head = bytes;
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  const std::size_t begin = head.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || !head.substr(begin).starts_with("ISA")) return std::nullopt;
  Peek peek;
  x12::InterchangeReader reader(peek);
  for (std::size_t at = 0; at < std::min(bytes.size(), peek_max) && !peek.group_seen; at += peek_step)
    if (!reader.feed(bytes.substr(at, peek_step))) break;
  if (!peek.interchange_seen) static_cast<void>(reader.finish());
  return peek.envelope;
}

}  // namespace crossdock::pipeline
