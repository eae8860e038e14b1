// AK1, AK2 to AK5 for each set, AK9: written as the verdicts come; envelope segments around them as late as possible.
// SPDX-License-Identifier: Apache-2.0
#include "translators/acknowledgement/functional_acknowledgement.hpp"

#include <algorithm>
#include <charconv>

#include "translators/acknowledgement/code_lists.hpp"
#include "translators/wire/segment_writer.hpp"
#include "translators/x12/interchange_writer.hpp"

namespace crossdock::acknowledgement {
namespace {

constexpr std::size_t copy_bytes_max = 99;      // AK404
constexpr std::size_t codes_max = 5;            // AK502..06, AK905..09
constexpr std::size_t element_errors_max = 99;  // AK4 in one AK3 loop
constexpr std::uint64_t count_max = 999999;     // elements 97, 123, 2, 719
constexpr std::size_t buffer_bytes = 16U << 10;

std::string cut(std::string_view value, std::size_t bytes) { return std::string(value.substr(0, bytes)); }
std::string counted(std::uint64_t number) { return std::to_string(std::min(number, count_max)); }

void add_code(std::vector<std::string_view>& codes, std::string_view code) {
  if (!code.empty() && codes.size() < codes_max && std::find(codes.begin(), codes.end(), code) == codes.end())
    codes.push_back(code);
}

// Padded or cut to the width of an ISA element.
std::string fit(std::string value, std::size_t width) {
  value.resize(width, ' ');
  return value;
}

std::function<std::uint64_t()> or_counter(std::function<std::uint64_t()> given) {
  if (given) return given;
  return [next = std::uint64_t{0}]() mutable { return ++next; };
}

bool is_five_digits(std::string_view value) {
  return value.size() == 5 &&
         std::all_of(value.begin(), value.end(), [](char byte) { return byte >= '0' && byte <= '9'; });
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
  }

  void put(std::initializer_list<std::string_view> values);
  void flush();
  [[nodiscard]] std::string clean(std::string value) const;
  void open_interchange(const x12::InterchangeHeader& received);
  void open_group(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group);
  [[nodiscard]] bool reported(const Finding& finding) const {
    return finding.severity == Severity::error ||
           (options.acknowledge_warnings && finding.severity == Severity::warning);
  }
  void write_set(const SetVerdict& set);
  bool write_segment_errors(const SetVerdict& set);
  void write_segment_error(const Finding& finding, std::string_view code);
  void write_element_error(const Finding& finding, std::string_view code);
  void close_group(const GroupVerdict& group);

  wire::ByteSink& sink;
  AcknowledgementOptions options;
  wire::Delimiters delimiters;
  std::string buffer;
  bool interchange_open = false, group_open = false, answering = false;
  bool sets_left_out = false, sets_warned = false;  // in the group at hand
  Form form = Form::v004010;
  char group_verdict = 'A';  // AK901 of the last group
  std::uint64_t interchanges = 0, groups = 0, segments = 0;
  std::string interchange_number, group_number;
};

void FunctionalAcknowledgement::State::put(std::initializer_list<std::string_view> values) {
  wire::write_segment(buffer, {values.begin(), values.size()}, delimiters);
  buffer += options.line_break;
  ++segments;
  if (buffer.size() >= buffer_bytes) flush();
}

void FunctionalAcknowledgement::State::flush() {
  if (!buffer.empty()) sink.write(buffer);
  buffer.clear();
}

std::string FunctionalAcknowledgement::State::clean(std::string value) const {
  for (char& byte : value) {
    const std::string_view one(&byte, 1);
    const bool mark = byte == wire::component_mark || byte == wire::repetition_mark;
    if (mark || wire::find_control_character(one) == 0 || wire::find_delimiter(one, delimiters) == 0) byte = ' ';
  }
  value.resize(value.find_last_not_of(' ') + 1);
  return value;
}

void FunctionalAcknowledgement::State::open_interchange(const x12::InterchangeHeader& received) {
  delimiters = options.delimiters;
  if (received.version < "00402") delimiters.repetition = 0;
  x12::OutgoingInterchange out;
  out.sender_qualifier = fit(clean(received.receiver_qualifier), 2);
  out.sender_id = clean(cut(received.receiver_id, 15));
  out.receiver_qualifier = fit(clean(received.sender_qualifier), 2);
  out.receiver_id = clean(cut(received.sender_id, 15));
  out.date = fit(options.date.size() == 8 ? options.date.substr(2) : options.date, 6);
  out.time = fit(options.time, 4);
  out.version = is_five_digits(received.version) ? received.version : "00401";
  out.control_number = std::to_string(options.interchange_number() % 1000000000);
  out.usage = fit(clean(received.usage.empty() ? "P" : received.usage), 1);
  interchange_number = std::string(9 - out.control_number.size(), '0') + out.control_number;
  const auto isa = x12::write_isa(out, delimiters);
  if (isa) buffer += *isa + options.line_break;  // every value was fitted: it cannot fail
  interchange_open = true;
  groups = 0;
  ++interchanges;
}

void FunctionalAcknowledgement::State::open_group(const x12::InterchangeHeader& interchange,
                                                  const x12::GroupHeader& group) {
  if (group_open) return;
  if (!interchange_open) open_interchange(interchange);
  form = form_for(group.version);
  group_number = std::to_string(options.group_number() % 1000000000);
  put({"GS", "FA", clean(cut(group.receiver, 15)), clean(cut(group.sender, 15)), options.date, options.time,
       group_number, "X", release_of(group.version)});
  segments = 0;
  put({"ST", "997", "0001"});
  const std::string version = form == Form::v005010 ? clean(cut(group.version, 12)) : std::string();
  put({"AK1", clean(cut(group.functional_id, 2)), clean(cut(group.control_number, 9)), version});
  group_open = true;
  ++groups;
}

void FunctionalAcknowledgement::State::write_segment_error(const Finding& finding, std::string_view code) {
  put({"AK3", clean(cut(finding.segment_tag, 3)), counted(finding.where.segment), clean(cut(finding.loop_id, 6)),
       code});
}

void FunctionalAcknowledgement::State::write_element_error(const Finding& finding, std::string_view code) {
  std::string place = std::to_string(finding.element);
  const bool repeated = form == Form::v005010 && finding.repetition > 1;
  if (finding.component != 0 || repeated)
    place += wire::component_mark + (finding.component != 0 ? std::to_string(finding.component) : "");
  if (repeated) place += wire::component_mark + std::to_string(finding.repetition);
  put({"AK4", place, clean(cut(finding.element_reference, 4)), code, clean(cut(finding.value, copy_bytes_max))});
}

// Findings of one segment stand together: an AK3 for each thing wrong with the segment, then one (code 8) for its
// elements' AK4.
bool FunctionalAcknowledgement::State::write_segment_errors(const SetVerdict& set) {
  bool any = false;
  std::vector<std::string_view> said;
  for (std::size_t begin = 0; begin < set.findings.size();) {
    std::size_t end = begin;
    const auto same = [&](const Finding& finding) {
      return finding.where.segment == set.findings[begin].where.segment &&
             finding.segment_tag == set.findings[begin].segment_tag;
    };
    while (end < set.findings.size() && same(set.findings[end])) ++end;
    said.clear();
    for (std::size_t i = begin; i < end; ++i) {
      const Finding& finding = set.findings[i];
      const std::string_view code = segment_code(form, info(finding.code).segment_code);
      if (!reported(finding) || finding.element != 0 || code.empty() ||
          std::find(said.begin(), said.end(), code) != said.end())
        continue;
      write_segment_error(finding, code);
      said.push_back(code);
      any = true;
    }
    std::size_t elements = 0;
    for (std::size_t i = begin; i < end && elements < element_errors_max; ++i) {
      const Finding& finding = set.findings[i];
      if (!reported(finding) || finding.element == 0 || info(finding.code).element_code.empty()) continue;
      const std::string_view code = element_code(form, info(finding.code).element_code);
      if (elements == 0 && (said.empty() || said.back() != "8")) write_segment_error(finding, "8");
      if (!code.empty()) write_element_error(finding, code);
      ++elements;
      any = true;
    }
    begin = end;
  }
  return any;
}

void FunctionalAcknowledgement::State::write_set(const SetVerdict& set) {
  const std::string implementation = form == Form::v005010 ? clean(cut(set.header.implementation, 35)) : std::string();
  put({"AK2", clean(cut(set.header.set, 3)), clean(cut(set.header.control_number, 9)), implementation});
  const bool rejected = set.verdict == Verdict::rejected || set.verdict == Verdict::unknown_type;
  const bool warned = set.verdict == Verdict::accepted_with_warnings && options.acknowledge_warnings;
  if (!rejected && !warned) {
    put({"AK5", "A"});
    return;
  }
  sets_warned |= warned;
  const bool segments_in_error = write_segment_errors(set);
  std::vector<std::string_view> codes;
  if (set.verdict == Verdict::unknown_type) add_code(codes, set_code(form, "1"));
  if (segments_in_error) add_code(codes, set_code(form, "5"));
  for (const Finding& finding : set.findings)
    if (reported(finding)) add_code(codes, set_code(form, info(finding.code).set_code));
  if (codes.empty()) add_code(codes, set_code(form, "5"));
  codes.resize(codes_max);
  put({"AK5", rejected ? "R" : "E", codes[0], codes[1], codes[2], codes[3], codes[4]});
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
    if (reported(finding)) add_code(codes, group_code(form, info(finding.code).group_code));
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
  state_->open_group(interchange, group);
  state_->write_set(set);
}

void FunctionalAcknowledgement::on_group_end(const x12::InterchangeHeader& interchange, GroupVerdict& group) {
  State& state = *state_;
  if (!state.answering || (!state.group_open && state.sets_left_out)) return;
  state.open_group(interchange, group.header);
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
