// AK1, AK2 to AK5 (IK5) for each set, AK9: written as the verdicts come; envelope segments around them as late as
// possible. SPDX-License-Identifier: Apache-2.0
#include "translators/acknowledgement/functional_acknowledgement.hpp"

#include <algorithm>
#include <charconv>
#include <span>

#include "translators/acknowledgement/answer_envelope.hpp"
#include "translators/acknowledgement/code_lists.hpp"
#include "translators/acknowledgement/segment_errors.hpp"
#include "translators/wire/segment_writer.hpp"

namespace crossdock::acknowledgement {
namespace {

constexpr std::size_t codes_max = 5;         // AK502..06, AK905..09
constexpr std::uint64_t count_max = 999999;  // elements 97, 123, 2
constexpr std::size_t buffer_bytes = 16U << 10;
constexpr std::string_view implementation_version = "005010X231A1";  // GS08, ST03 of a 999

std::string cut(std::string_view value, std::size_t bytes) { return std::string(value.substr(0, bytes)); }
std::string counted(std::uint64_t number) { return std::to_string(std::min(number, count_max)); }

void add_code(std::vector<std::string_view>& codes, std::string_view code) {
  if (!code.empty() && codes.size() < codes_max && std::find(codes.begin(), codes.end(), code) == codes.end())
    codes.push_back(code);
}

std::function<std::uint64_t()> or_counter(std::function<std::uint64_t()> given) {
  if (given) return given;
  return [next = std::uint64_t{0}]() mutable { return ++next; };
}

std::uint64_t stated_count(std::string_view text, std::uint64_t otherwise) {
  std::uint64_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  return result.ec == std::errc{} && result.ptr == text.data() + text.size() && !text.empty() ? number : otherwise;
}

}  // namespace

struct FunctionalAcknowledgement::State {
  State(wire::ByteSink& given, AcknowledgementOptions wanted)
      : sink(given), options(std::move(wanted)), delimiters(options.delimiters) {
    options.interchange_number = or_counter(std::move(options.interchange_number));
    options.group_number = or_counter(std::move(options.group_number));
    rules.warnings = options.acknowledge_warnings;
    rules.clean = [this](std::string value) { return clean(std::move(value)); };
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void put(std::initializer_list<std::string_view> values) { put(std::span(values.begin(), values.size())); }
  void put(std::span<const std::string_view> values);
  void flush();
  [[nodiscard]] std::string clean(std::string value) const { return cleaned(std::move(value), delimiters); }
  void open_interchange(const x12::InterchangeHeader& received);
  void open_group(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group,
                  std::string_view implementation);
  [[nodiscard]] Form form_of(const x12::GroupHeader& group, std::string_view implementation) const;
  void write_set(const SetVerdict& set);
  void close_group(const GroupVerdict& group);

  wire::ByteSink& sink;
  AcknowledgementOptions options;
  wire::Delimiters delimiters;
  std::string buffer;
  bool interchange_open = false, group_open = false, answering = false;
  bool sets_left_out = false, sets_warned = false;  // in the group at hand
  ErrorRules rules;                                 // of the group at hand
  char group_verdict = 'A';                         // AK901 of the last group
  std::uint64_t interchanges = 0, groups = 0, segments = 0;
  std::string interchange_number, group_number;
};

void FunctionalAcknowledgement::State::put(std::span<const std::string_view> values) {
  wire::write_segment(buffer, values, delimiters);
  buffer += options.line_break;
  ++segments;
  if (buffer.size() >= buffer_bytes) flush();
}

void FunctionalAcknowledgement::State::flush() {
  if (!buffer.empty()) sink.write(buffer);
  buffer.clear();
}

void FunctionalAcknowledgement::State::open_interchange(const x12::InterchangeHeader& received) {
  AnswerIsa isa = answer_isa(received, options.delimiters, options.date, options.time, options.interchange_number());
  buffer += isa.bytes + options.line_break;
  delimiters = isa.delimiters;
  interchange_number = std::move(isa.control_number);
  interchange_open = true;
  groups = 0;
  ++interchanges;
}

// spec: 005010X231 1.4: a 999 answers sets of an implementation guide
Form FunctionalAcknowledgement::State::form_of(const x12::GroupHeader& group, std::string_view implementation) const {
  const Form plain = form_for(group.version);
  if (plain == Form::v004010 || options.set == AnswerSet::functional) return plain;
  const bool named = (group.version.size() > 6 && group.version[6] == 'X') || !implementation.empty();
  return named || options.set == AnswerSet::implementation ? Form::implementation : plain;
}

void FunctionalAcknowledgement::State::open_group(const x12::InterchangeHeader& interchange,
                                                  const x12::GroupHeader& group, std::string_view implementation) {
  if (group_open) return;
  if (!interchange_open) open_interchange(interchange);
  rules.form = form_of(group, implementation);
  const bool detailed = rules.form == Form::implementation;
  group_number = std::to_string(options.group_number() % 1000000000);
  put({"GS", "FA", clean(cut(group.receiver, 15)), clean(cut(group.sender, 15)), options.date, options.time,
       group_number, "X", detailed ? std::string(implementation_version) : release_of(group.version)});
  segments = 0;
  put({"ST", detailed ? "999" : "997", "0001", detailed ? implementation_version : std::string_view{}});
  const std::string version = rules.form == Form::v004010 ? std::string() : clean(cut(group.version, 12));
  put({"AK1", clean(cut(group.functional_id, 2)), clean(cut(group.control_number, 9)), version});
  group_open = true;
  ++groups;
}

void FunctionalAcknowledgement::State::write_set(const SetVerdict& set) {
  const std::string implementation =
      rules.form == Form::v004010 ? std::string() : clean(cut(set.header.implementation, 35));
  put({"AK2", clean(cut(set.header.set, 3)), clean(cut(set.header.control_number, 9)), implementation});
  const bool rejected = set.verdict == Verdict::rejected || set.verdict == Verdict::unknown_type;
  const bool warned = set.verdict == Verdict::accepted_with_warnings && options.acknowledge_warnings;
  const std::string_view verdict_tag = rules.form == Form::implementation ? "IK5" : "AK5";
  if (!rejected && !warned) {
    put({verdict_tag, "A"});
    return;
  }
  sets_warned |= warned;
  const std::vector<Row> errors = segment_errors(set, rules);
  for (const Row& row : errors) {
    const std::vector<std::string_view> values(row.begin(), row.end());
    put(values);
  }
  std::vector<std::string_view> codes;
  if (set.verdict == Verdict::unknown_type) add_code(codes, set_code(rules.form, "1"));
  if (!errors.empty()) add_code(codes, set_code(rules.form, "5"));
  for (const Finding& finding : set.findings)
    if (reported(finding, rules)) add_code(codes, set_code(rules.form, info(finding.code).set_code));
  if (codes.empty()) add_code(codes, set_code(rules.form, "5"));
  codes.resize(codes_max);
  put({verdict_tag, rejected ? "R" : "E", codes[0], codes[1], codes[2], codes[3], codes[4]});
}

void FunctionalAcknowledgement::State::close_group(const GroupVerdict& group) {
  const bool own_error = std::any_of(group.findings.begin(), group.findings.end(),
                                     [](const Finding& finding) { return finding.severity == Severity::error; });
  group_verdict = 'A';
  const bool warned = sets_warned || (options.acknowledge_warnings && group.verdict == Verdict::accepted_with_warnings);
  if (own_error || group.verdict == Verdict::rejected || (group.sets_rejected > 0 && group.sets_accepted == 0))
    group_verdict = 'R';
  else if (group.sets_rejected > 0)
    group_verdict = 'P';
  else if (warned)
    group_verdict = 'E';
  std::vector<std::string_view> codes;
  for (const Finding& finding : group.findings)
    if (reported(finding, rules)) add_code(codes, group_code(rules.form, info(finding.code).group_code));
  codes.resize(codes_max);
  put({"AK9", std::string_view(&group_verdict, 1), counted(stated_count(group.trailer.stated_count, group.sets_seen)),
       counted(group.sets_seen), counted(group_verdict == 'R' ? 0 : group.sets_accepted), codes[0], codes[1], codes[2],
       codes[3], codes[4]});
  put({"SE", std::to_string(segments + 1), "0001"});
  put({"GE", "1", group_number});
  group_open = false;
  flush();
}

FunctionalAcknowledgement::FunctionalAcknowledgement(wire::ByteSink& sink, AcknowledgementOptions options)
    : state_(std::make_unique<State>(sink, std::move(options))) {}
FunctionalAcknowledgement::~FunctionalAcknowledgement() = default;
std::uint64_t FunctionalAcknowledgement::interchanges_written() const { return state_->interchanges; }

void FunctionalAcknowledgement::on_group(const x12::InterchangeHeader&, const x12::GroupHeader& group) {
  state_->answering = !group.functional_id.empty() && group.functional_id != "FA";
  state_->sets_left_out = state_->sets_warned = false;
}

void FunctionalAcknowledgement::on_set(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group,
                                       SetVerdict& set) {
  if (!state_->answering) return;
  const std::string& type = set.header.set;
  if (set.is_acknowledgement || type == "997" || type == "999") {
    state_->sets_left_out = true;
    return;
  }
  state_->open_group(interchange, group, set.header.implementation);
  state_->write_set(set);
}

void FunctionalAcknowledgement::on_group_end(const x12::InterchangeHeader& interchange, GroupVerdict& group) {
  State& state = *state_;
  if (!state.answering || (!state.group_open && state.sets_left_out)) return;
  state.open_group(interchange, group.header, {});
  state.close_group(group);
  if (on_acknowledged) {
    const AcknowledgedGroup answer{interchange.ordinal, group.header.ordinal, state.interchange_number,
                                   state.group_number, state.group_verdict};
    on_acknowledged(answer);
  }
}

void FunctionalAcknowledgement::on_interchange_end(InterchangeVerdict&) {
  State& state = *state_;
  if (!state.interchange_open) return;
  state.put({"IEA", std::to_string(state.groups), state.interchange_number});
  state.interchange_open = false;
  state.flush();
}

}  // namespace crossdock::acknowledgement
