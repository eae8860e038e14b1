// One APERAK a message; the findings' texts in pieces of 70 characters, which both directories take.
// SPDX-License-Identifier: Apache-2.0
#include "translators/acknowledgement/application_error.hpp"

#include <algorithm>

#include "translators/acknowledgement/answer_envelope.hpp"

namespace crossdock::acknowledgement {
namespace {

using wire::component_mark;
using wire::OutgoingSegment;

constexpr std::size_t text_max = 70;            // 4440 in D.96A; 512 later
constexpr std::size_t texts_max = 5;            // C108
constexpr std::string_view unspecified = "18";  // 0085

std::string cut(std::string_view value, std::size_t bytes) {
  while (bytes < value.size() && bytes > 0 && (static_cast<unsigned char>(value[bytes]) & 0xC0U) == 0x80U) --bytes;
  return std::string(value.substr(0, bytes));
}

std::string joined(std::initializer_list<std::string> parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != parts.begin()) out += component_mark;
    out += part;
  }
  while (!out.empty() && out.back() == component_mark) out.pop_back();
  return out;
}

/// The finding in up to five pieces, cut where words end.
std::string pieces(std::string text) {
  std::string out;
  for (std::size_t i = 0; i < texts_max && !text.empty(); ++i) {
    std::string piece = cut(text, text_max);
    if (piece.size() < text.size())
      if (const std::size_t blank = piece.rfind(' '); blank != std::string::npos && blank > 0) piece.resize(blank);
    text.erase(0, piece.size());
    text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
    if (i > 0) out += component_mark;
    out += piece;
  }
  return out;
}

std::string text_of(const Finding& finding) {
  std::string out = finding.path.empty() ? "" : finding.path + ": ";
  out += finding.message.empty() ? std::string(info(finding.code).what) : finding.message;
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return out;
}

std::string_view error_code(const Finding& finding) {
  const CodeInfo& about = info(finding.code);
  if (!about.text.starts_with("edifact.")) return unspecified;
  const std::string_view code = finding.element != 0          ? about.element_code
                                : !about.segment_code.empty() ? about.segment_code
                                                              : about.set_code;
  return code.empty() ? unspecified : code;
}

/// D.98A and later name documents in groups of their own.
bool is_late(const x12::InterchangeHeader&, const SetVerdict& set) {
  const std::string& release = set.header.release;
  if (release.size() < 2 || set.header.version != "D") return false;
  const std::string year = release.substr(0, 2);
  return year >= "98" || year < "90";
}

}  // namespace

struct ApplicationError::State {
  State(wire::ByteSink& given, AdviceOptions wanted) : sink(given), options(std::move(wanted)) {
    if (!options.interchange_number)
      options.interchange_number = [next = std::uint64_t{0}]() mutable { return ++next; };
  }
  wire::ByteSink& sink;
  AdviceOptions options;
  std::vector<edifact::OutgoingMessage> messages;  // of the interchange at hand
  std::uint64_t interchanges = 0;
};

ApplicationError::ApplicationError(wire::ByteSink& sink, AdviceOptions options)
    : AdviceGatherer(options.accepted, options.warnings), state_(std::make_unique<State>(sink, std::move(options))) {}
ApplicationError::~ApplicationError() = default;
std::uint64_t ApplicationError::interchanges_written() const { return state_->interchanges; }

void ApplicationError::say(const x12::InterchangeHeader& interchange, const x12::GroupHeader&, const Advice& advice) {
  State& state = *state_;
  if (interchange.syntax != wire::Syntax::edifact || interchange.implied || advice.set.header.package) return;
  const SetVerdict& set = advice.set;
  const bool late = is_late(interchange, set);
  const Advice::Outcome outcome = advice.outcome(warnings());
  const bool rejected = outcome == Advice::Outcome::rejected;
  const std::string own = cut(interchange.control_number + "-" + set.header.control_number, 35);
  std::vector<OutgoingSegment> body;
  body.push_back({"BGM", late ? (outcome == Advice::Outcome::accepted ? "312" : "313") : "", own,
                  rejected                               ? "27"
                  : outcome == Advice::Outcome::accepted ? "44"
                                                         : "11",
                  rejected                               ? "RE"
                  : outcome == Advice::Outcome::accepted ? "AP"
                                                         : "CA"});
  body.push_back({"DTM", joined({"137", state.options.date + state.options.time, "203"})});
  const auto refer = [&](const char* qualifier, const std::string& value) {
    if (!value.empty()) body.push_back({"RFF", joined({qualifier, cut(value, 35)})});
  };
  refer("ACW", set.business_value);
  refer("AGO", set.header.control_number);
  refer("TN", interchange.control_number);
  for (const Finding& finding : advice.findings(warnings())) {
    body.push_back({"ERC", std::string(error_code(finding))});
    body.push_back({"FTX", "AAO", "", "", pieces(text_of(finding))});
  }
  if (set.verdict == Verdict::unknown_type && set.findings.empty()) {
    body.push_back({"ERC", "14"});
    body.push_back({"FTX", "AAO", "", "", "there is no agreed guide for this message"});
  }
  if (state.options.on_message)
    return state.options.on_message({"APERAK", {}, late ? "d01b" : "d96a", std::move(body)});
  edifact::OutgoingMessage message;
  message.type = "APERAK";
  message.release = late ? "01B" : "96A";
  message.reference = std::to_string(state.messages.size() + 1);
  message.segments = std::move(body);
  state.messages.push_back(std::move(message));
}

void ApplicationError::end_interchange(const x12::InterchangeHeader& interchange) {
  State& state = *state_;
  if (state.messages.empty()) return;
  edifact::OutgoingInterchange out =
      answer_unb(interchange, state.options.date, state.options.time, state.options.interchange_number());
  out.messages = std::move(state.messages);
  state.messages.clear();
  edifact::WriteOptions writing;
  writing.line_break = state.options.line_break;
  const auto written = edifact::write_interchange(out, writing);  // every value was cut to its length
  if (!written) return;
  state.sink.write(written->bytes);
  ++state.interchanges;
}

}  // namespace crossdock::acknowledgement
