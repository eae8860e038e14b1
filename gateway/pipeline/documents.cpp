// The first look at a payload, and the groups of an outbound interchange.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/documents.hpp"

#include <algorithm>

#include "translators/any_reader.hpp"

namespace crossdock::pipeline {
namespace {

constexpr std::size_t peek_step = 512, peek_max = 64U << 10;

class Peek final : public x12::InterchangeHandler {
 public:
  void on_interchange(const x12::InterchangeHeader& header) override {
    if (interchange_seen) return;
    interchange_seen = true;
    envelope.sender = sender_of(header);
    envelope.receiver = {header.receiver_qualifier, header.receiver_id};
    envelope.usage = header.usage;
    group_seen = header.syntax == wire::Syntax::edifact;  // its groups are rare, and no other sender than UNB's
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

EnvelopeId sender_of(const wire::InterchangeHeader& header) {
  const bool edifact = header.syntax == wire::Syntax::edifact;
  return {(edifact ? "edifact:" : "") + header.sender_qualifier, header.sender_id};
}

std::optional<Envelope> peek_envelope(std::string_view bytes) {
  std::string_view head = bytes;
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  const std::size_t begin = head.find_first_not_of(" \t\r\n");
  const std::string_view tag = head.substr(std::min(begin, head.size()), 3);
  if (tag != "ISA" && tag != "UNA" && tag != "UNB") return std::nullopt;
  Peek peek;
  AnyReader reader(peek);
  for (std::size_t at = 0; at < std::min(bytes.size(), peek_max) && !peek.group_seen; at += peek_step)
    if (!reader.feed(bytes.substr(at, peek_step))) break;
  if (!peek.interchange_seen) static_cast<void>(reader.finish());
  return peek.envelope;
}

}  // namespace crossdock::pipeline
