// Checks all values first, decides on delimiters, then writes in one pass.
// SPDX-License-Identifier: Apache-2.0
#include "translators/x12/interchange_writer.hpp"

#include <algorithm>
#include <array>
#include <bitset>

#include "translators/x12/isa.hpp"
#include "translators/x12/text.hpp"

namespace crossdock::x12 {
namespace {

// Tried in this order when a delimiter occurs in data.
constexpr std::string_view candidates = "~*>^|:!\\@#%_`{}[]<;=?&$\"";

struct Place {
  std::uint32_t group = 0, set = 0;
  std::string_view control_number, tag;
  std::size_t element = 0;
};

std::string describe(const Place& place) {
  std::string out = element_place(place.tag, place.element);
  if (place.set != 0) out += " of transaction set " + std::string(place.control_number);
  return out;
}

// Calls visit(place, value) for every value that the caller supplied and that may hold anything; stops at the first
// failure.
template <class Visit>
Status each_value(const OutgoingInterchange& interchange, Visit visit) {
  Place place;
  const auto header = [&](std::string_view tag, std::initializer_list<std::string_view> values) -> Status {
    place.tag = tag;
    place.element = 0;
    for (const std::string_view value : values) {
      ++place.element;
      TRY_STATUS(visit(place, value));
    }
    return {};
  };
  TRY_STATUS(header("ISA", {interchange.authorization_qualifier, interchange.authorization,
                            interchange.security_qualifier, interchange.security, interchange.sender_qualifier,
                            interchange.sender_id, interchange.receiver_qualifier, interchange.receiver_id}));
  for (const OutgoingGroup& group : interchange.groups) {
    ++place.group;
    place.set = 0;
    place.control_number = group.control_number;
    TRY_STATUS(header("GS", {group.functional_id, group.sender, group.receiver, group.date, group.time,
                             group.control_number, group.agency, group.version}));
    for (const OutgoingSet& set : group.sets) {
      ++place.set;
      place.control_number = set.control_number;
      TRY_STATUS(header("ST", {set.set, set.control_number, set.implementation}));
      for (const wire::OutgoingSegment& segment : set.segments) {
        place.tag = segment.empty() ? std::string_view{} : std::string_view(segment[0]);
        for (place.element = 0; place.element < segment.size(); ++place.element)
          TRY_STATUS(visit(place, segment[place.element]));
      }
    }
    place.set = 0;
  }
  return {};
}

Status refuse_control_characters(const OutgoingInterchange& interchange) {
  return each_value(interchange, [](const Place& place, std::string_view value) -> Status {
    const std::size_t at = wire::find_control_character(value);
    if (at == std::string_view::npos) return {};
    return fail(Code::x12_write_character, describe(place) + " holds the control character " + visible(value[at]) +
                                               " at its byte " + std::to_string(at + 1) + "; X12 cannot carry it");
  });
}

std::bitset<256> bytes_used(const OutgoingInterchange& interchange) {
  std::bitset<256> used;
  const auto status = each_value(interchange, [&used](const Place&, std::string_view value) -> Status {
    for (const char byte : value) used.set(static_cast<unsigned char>(byte));
    return {};
  });
  static_cast<void>(status);  // the visit never fails
  used.reset(static_cast<unsigned char>(wire::component_mark));
  used.reset(static_cast<unsigned char>(wire::repetition_mark));
  return used;
}

// Keeps each wanted delimiter that occurs nowhere in the data and is not taken, gives the others the first free
// candidate.
Result<wire::Delimiters> choose(wire::Delimiters wanted, std::bitset<256> used) {
  const auto take = [&used](char byte) { used.set(static_cast<unsigned char>(byte)); };
  const auto is_free = [&used](char byte) { return !used.test(static_cast<unsigned char>(byte)); };
  char segment = wanted.segment[0];
  char* const all[] = {&wanted.element, &segment, &wanted.component, &wanted.repetition};
  std::array<bool, 4> kept{};
  for (std::size_t i = 0; i < 4; ++i) {
    if (*all[i] == 0 || !is_free(*all[i])) continue;
    kept[i] = true;
    take(*all[i]);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    if (*all[i] == 0 || kept[i]) continue;
    const auto found = std::find_if(candidates.begin(), candidates.end(), is_free);
    if (found == candidates.end())
      return fail(Code::x12_write_delimiter,
                  "the values use so many marks that none is left for a delimiter; allow replacement instead");
    *all[i] = *found;
    take(*found);
    if (i == 1) wanted.segment = std::string(1, *found);
  }
  return wanted;
}

Status refuse_delimiters(const OutgoingInterchange& interchange, const wire::Delimiters& delimiters) {
  return each_value(interchange, [&delimiters](const Place& place, std::string_view value) -> Status {
    const std::size_t at = wire::find_delimiter(value, delimiters);
    if (at == std::string_view::npos) return {};
    return fail(Code::x12_write_delimiter,
                describe(place) + " holds " + visible(value[at]) +
                    ", a delimiter of the interchange; choose another delimiter or change the value");
  });
}

class Writer {
 public:
  Writer(const OutgoingInterchange& interchange, const WriteOptions& options, const wire::Delimiters& delimiters)
      : interchange_(interchange), options_(options) {
    written_.delimiters = delimiters;
  }

  Result<WrittenInterchange> write() {
    TRY(written_.bytes, write_isa(interchange_, written_.delimiters));
    written_.bytes += options_.line_break;
    for (const OutgoingGroup& group : interchange_.groups) {
      ++place_.group;
      TRY_STATUS(write_group(group));
    }
    put({"IEA", std::to_string(interchange_.groups.size()), pad(interchange_.control_number)});
    return std::move(written_);
  }

  static std::string pad(std::string_view number) {
    return std::string(9 - std::min<std::size_t>(9, number.size()), '0') + std::string(number);
  }

 private:
  Status write_group(const OutgoingGroup& group) {
    if (!is_digits(group.control_number) || group.control_number.size() > 9)
      return fail(Code::x12_write_header,
                  "GS.06 '" + group.control_number + "' is not a group control number; it is one to nine digits");
    place_.control_number = group.control_number;
    place_.set = 0;
    put({"GS", group.functional_id, group.sender, group.receiver, group.date, group.time, group.control_number,
         group.agency, group.version});
    for (const OutgoingSet& set : group.sets) {
      ++place_.set;
      TRY_STATUS(write_set(set));
    }
    put({"GE", std::to_string(group.sets.size()), group.control_number});
    return {};
  }

  Status write_set(const OutgoingSet& set) {
    if (set.set.size() != 3 || set.control_number.size() < 4 || set.control_number.size() > 9)
      return fail(Code::x12_write_header,
                  "ST '" + set.set + "' '" + set.control_number +
                      "' cannot head a transaction set; ST.01 has three digits, ST.02 four to nine characters");
    place_.control_number = set.control_number;
    put({"ST", set.set, set.control_number, set.implementation});
    for (const wire::OutgoingSegment& segment : set.segments) put(segment);
    put({"SE", std::to_string(set.segments.size() + 2), set.control_number});
    return {};
  }

  void put(wire::OutgoingSegment segment) {
    place_.tag = segment.empty() ? std::string_view{} : std::string_view(segment[0]);
    if (options_.delimiter_in_data == DelimiterInData::replace)
      for (place_.element = 1; place_.element < segment.size(); ++place_.element) replace(segment[place_.element]);
    wire::write_segment(written_.bytes, segment, written_.delimiters);
    written_.bytes += options_.line_break;
  }

  void replace(std::string& value) {
    std::size_t at = wire::find_delimiter(value, written_.delimiters);
    if (at == std::string::npos) return;
    Finding finding;
    finding.code = Code::x12_write_delimiter_replaced;
    finding.severity = info(finding.code).severity;
    finding.message = describe(place_) + " held " + visible(value[at]) + ", a delimiter of the interchange; " +
                      visible(options_.replacement) + " stands in its place";
    finding.segment_tag = place_.tag;
    finding.path = element_place(place_.tag, place_.element);
    finding.value = value.substr(0, 200);
    finding.interchange = 1;
    finding.group = place_.group;
    finding.set = place_.set;
    finding.control_number = place_.control_number;
    finding.element = static_cast<std::uint16_t>(place_.element);
    for (; at != std::string::npos; at = wire::find_delimiter(value, written_.delimiters))
      value[at] = options_.replacement;
    written_.findings.push_back(std::move(finding));
  }

  const OutgoingInterchange& interchange_;
  const WriteOptions& options_;
  Place place_;
  WrittenInterchange written_;
};

std::string version_of(const OutgoingInterchange& interchange) {
  if (!interchange.version.empty()) return interchange.version;
  return interchange.groups.empty() ? "00401" : interchange_version(interchange.groups[0].version);
}

}  // namespace

std::string interchange_version(std::string_view group_version) {
  const std::string_view digits = group_version.substr(0, 5);
  return digits.size() == 5 && is_digits(digits) ? std::string(digits) : "00401";
}

Result<std::string> write_isa(const OutgoingInterchange& header, const wire::Delimiters& delimiters) {
  const std::string version = version_of(header);
  const std::string repetition(1, version >= "00402" && delimiters.repetition != 0 ? delimiters.repetition : 'U');
  if (!is_digits(header.control_number) || header.control_number.size() > 9)
    return fail(Code::x12_write_header, "ISA.13 '" + header.control_number +
                                            "' is not an interchange control number; it is one to nine digits");
  const std::array<std::string, 17> values{"ISA",
                                           header.authorization_qualifier,
                                           header.authorization,
                                           header.security_qualifier,
                                           header.security,
                                           header.sender_qualifier,
                                           header.sender_id,
                                           header.receiver_qualifier,
                                           header.receiver_id,
                                           header.date,
                                           header.time,
                                           repetition,
                                           version,
                                           Writer::pad(header.control_number),
                                           header.acknowledgement_requested ? "1" : "0",
                                           header.usage,
                                           std::string(1, delimiters.component)};
  std::string out = values[0];
  for (std::size_t element = 1; element <= 16; ++element) {
    const std::string& value = values[element];
    const std::size_t width = isa_widths[element];
    const bool padded = element == 2 || element == 4 || element == 6 || element == 8;
    if (value.size() > width || (!padded && value.size() < width))
      return fail(Code::x12_write_header, element_place("ISA", element) + " '" + value + "' has " +
                                              std::to_string(value.size()) + " bytes; its width is " +
                                              std::to_string(width));
    out += delimiters.element + value;
    out.append(width - value.size(), ' ');
  }
  return out + delimiters.segment;
}

Result<WrittenInterchange> write_interchange(const OutgoingInterchange& interchange, const WriteOptions& options) {
  TRY_STATUS(refuse_control_characters(interchange));
  wire::Delimiters delimiters = options.delimiters;
  if (version_of(interchange) < "00402") delimiters.repetition = 0;
  if (delimiters.segment.empty() || delimiters.element == 0 || delimiters.component == 0)
    return fail(Code::x12_write_header,
                "element separator, component separator and segment terminator must all be given");
  if (options.delimiter_in_data == DelimiterInData::replace &&
      wire::find_delimiter(std::string_view(&options.replacement, 1), delimiters) != std::string_view::npos)
    return fail(Code::x12_write_header, "the replacement " + visible(options.replacement) + " is itself a delimiter");
  if (options.delimiter_in_data == DelimiterInData::choose_delimiters) {
    TRY(delimiters, choose(delimiters, bytes_used(interchange)));
  } else if (options.delimiter_in_data == DelimiterInData::refuse) {
    TRY_STATUS(refuse_delimiters(interchange, delimiters));
  }
  return Writer(interchange, options, delimiters).write();
}

}  // namespace crossdock::x12
