// The choice between the readers.
// SPDX-License-Identifier: Apache-2.0
#include "translators/any_reader.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "translators/edifact/service_string.hpp"
#include "translators/wire/text.hpp"
#include "translators/x12/isa.hpp"

namespace crossdock {
namespace {

constexpr std::size_t held_max = 64U << 10;
constexpr std::string_view utf8_bom = "\xEF\xBB\xBF";

}  // namespace

std::optional<wire::Syntax> find_syntax(std::string_view begin, bool at_end) {
  if (begin.substr(0, utf8_bom.size()) == utf8_bom) begin.remove_prefix(utf8_bom.size());
  std::size_t first = 0;
  while (first < begin.size() && (wire::is_blank(begin[first]) || begin[first] == '\'')) ++first;
  const std::string_view text = begin.substr(first);
  if (text.size() >= 4 && text.substr(0, 3) == "ISA" && !wire::is_alphanumeric(text[3])) return wire::Syntax::x12;
  if (text.size() >= 4 && !wire::is_alphanumeric(text[3])) {
    const std::string_view tag = text.substr(0, 3);
    if (tag == "UNA" || tag == "UNB" || tag == "UNH") return wire::Syntax::edifact;
  }
  for (std::size_t at = first; at < begin.size(); ++at) {
    if (begin[at] != 'I' && begin[at] != 'U') continue;
    const std::string_view rest = begin.substr(at);
    if (rest.size() < edifact::header_start_bytes && !at_end) break;
    if (x12::looks_like_isa(rest)) return wire::Syntax::x12;
    if (edifact::begins_interchange(rest, false)) return wire::Syntax::edifact;
  }
  return at_end || begin.size() >= held_max ? std::optional(wire::Syntax::x12) : std::nullopt;
}

struct AnyReader::State {
  wire::InterchangeHandler& handler;
  x12::ReaderLimits x12_limits;
  edifact::ReaderOptions edifact_options;
  std::string held{};
  std::unique_ptr<x12::InterchangeReader> x12{};
  std::unique_ptr<edifact::InterchangeReader> edifact{};

  [[nodiscard]] bool chosen() const { return x12 != nullptr || edifact != nullptr; }
  void choose(wire::Syntax syntax) {
    if (syntax == wire::Syntax::x12)
      x12 = std::make_unique<x12::InterchangeReader>(handler, x12_limits);
    else
      edifact = std::make_unique<edifact::InterchangeReader>(handler, edifact_options);
  }
  Status pass(std::string_view bytes) { return x12 != nullptr ? x12->feed(bytes) : edifact->feed(bytes); }
};

AnyReader::AnyReader(wire::InterchangeHandler& handler, x12::ReaderLimits x12, edifact::ReaderOptions edifact)
    : state_(std::make_unique<State>(State{handler, x12, edifact})) {}
AnyReader::~AnyReader() = default;

Status AnyReader::feed(std::string_view bytes) {
  if (state_->chosen()) return state_->pass(bytes);
  if (state_->held.empty()) {
    if (const auto syntax = find_syntax(bytes.substr(0, held_max), false)) {
      state_->choose(*syntax);
      return state_->pass(bytes);
    }
  }
  const std::size_t taken = std::min(bytes.size(), held_max - state_->held.size());
  state_->held += bytes.substr(0, taken);
  const auto syntax = find_syntax(state_->held, false);
  if (!syntax) return {};
  state_->choose(*syntax);
  TRY_STATUS(state_->pass(std::exchange(state_->held, {})));
  return taken < bytes.size() ? state_->pass(bytes.substr(taken)) : Status{};
}

Status AnyReader::finish() {
  if (!state_->chosen()) {
    state_->choose(find_syntax(state_->held, true).value_or(wire::Syntax::x12));
    if (!state_->held.empty()) TRY_STATUS(state_->pass(state_->held));
  }
  return state_->x12 != nullptr ? state_->x12->finish() : state_->edifact->finish();
}

}  // namespace crossdock
