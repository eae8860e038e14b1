// The first look at a payload, and the groups of an outbound interchange.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/documents.hpp"

#include <algorithm>

#include "translators/any_reader.hpp"
#include "translators/wire/text.hpp"
#include "translators/x12/isa.hpp"

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

/// Nearly every X12 payload begins with a sound ISA and its GS: those are read without a reader being built. Empty when
/// anything is out of the ordinary.
std::optional<Envelope> peek_plain(std::string_view head) {
  const auto isa = x12::read_isa(head.substr(0, x12::isa_window_bytes));
  if (!isa || !isa->remarks.empty() || isa->delimiters.release != 0 || isa->length >= head.size()) return std::nullopt;
  std::string_view rest = head.substr(isa->length);
  rest.remove_prefix(std::min(rest.find_first_not_of("\r\n"), rest.size()));
  const char separator = isa->delimiters.element;
  if (rest.size() < 3 || !rest.starts_with("GS") || rest[2] != separator) return std::nullopt;
  const std::size_t from = rest.find(separator, 3);
  if (from == std::string_view::npos || rest.substr(0, from).find(isa->delimiters.segment) != std::string_view::npos)
    return std::nullopt;
  const std::size_t to = rest.find(separator, from + 1);
  const std::string_view sender = rest.substr(from + 1, to - from - 1);
  if (to == std::string_view::npos || sender.find_first_of("\r\n") != std::string_view::npos ||
      sender.find(isa->delimiters.segment) != std::string_view::npos)
    return std::nullopt;
  const auto text = [&](std::size_t element) { return std::string(wire::trim_right(isa->elements[element])); };
  return Envelope{{text(5), text(6)}, {text(7), text(8)}, std::string(wire::trim_right(sender)), text(15)};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> groups_of(const std::vector<mapping::WrittenSet>& sets) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const mapping::WrittenSet& set : sets) {
    // EDIFACT: a group is of one message type.
    std::pair<std::string, std::string> group(set.functional_group.empty() ? set.set : set.functional_group,
                                              set.version);
    if (std::find(out.begin(), out.end(), group) == out.end()) out.push_back(std::move(group));
  }
  return out;
}

bool is_edifact(const std::vector<mapping::WrittenSet>& sets) {
  if (sets.empty() || sets.front().set == "TA1") return false;
  return sets.front().functional_group.empty() || sets.front().functional_group == sets.front().set;
}

std::size_t numbered_groups(const EnvelopePlan& plan, const std::vector<mapping::WrittenSet>& sets) {
  const bool none = sets.empty() || sets.front().set == "TA1" || (is_edifact(sets) && !plan.edifact.groups);
  return none ? 0 : groups_of(sets).size();
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
  if (begin == 0 && tag == "ISA")
    if (auto plain = peek_plain(head)) return plain;
  Peek peek;
  AnyReader reader(peek);
  for (std::size_t at = 0; at < std::min(bytes.size(), peek_max) && !peek.group_seen; at += peek_step)
    if (!reader.feed(bytes.substr(at, peek_step))) break;
  if (!peek.interchange_seen) static_cast<void>(reader.finish());
  return peek.envelope;
}

}  // namespace crossdock::pipeline
