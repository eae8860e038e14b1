// One pass over the segments; AK3/AK4 belong to the AK2 before them. IK3, IK4, IK5 of a 999 stand where AK3, AK4, AK5
// do. SPDX-License-Identifier: Apache-2.0
#include "translators/acknowledgement/acknowledgement_reader.hpp"

#include <algorithm>

#include "translators/x12/text.hpp"

namespace crossdock::acknowledgement {
namespace {

std::uint64_t number(std::string_view text) { return x12::parse_number(x12::trim(text)).value_or(0); }
std::uint32_t small_number(std::string_view text) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(number(text), UINT32_MAX));
}

class Reading {
 public:
  explicit Reading(const wire::SegmentDocument& document) : document_(document) {}

  Result<GroupAnswer> read() {
    const std::size_t count = document_.segment_count();
    const std::string_view set = count == 0 ? std::string_view{} : element(0, 1);
    if (set != "997" && set != "999")
      return fail(Code::x12_acknowledgement_unreadable,
                  "'" + std::string(set) + "' is not a functional acknowledgement; 997 or 999 is");
    for (std::size_t segment = 1; segment < count; ++segment) take(segment);
    if (!group_named_)
      return fail(Code::x12_acknowledgement_unreadable, "there is no AK1: which group is answered is not said",
                  document_.where(0));
    if (answer_.code.empty())
      return fail(Code::x12_acknowledgement_unreadable,
                  "there is no AK9 with a code: the verdict on the group is not said", document_.where(count - 1));
    return std::move(answer_);
  }

 private:
  [[nodiscard]] std::string_view element(std::size_t segment, std::size_t position) const {
    return x12::trim_right(document_.element(segment, position));
  }
  [[nodiscard]] std::vector<std::string> codes(std::size_t segment, std::size_t first) const {
    std::vector<std::string> out;
    for (std::size_t position = first; position < first + 5; ++position)
      if (const auto code = element(segment, position); !code.empty()) out.emplace_back(code);
    return out;
  }

  void take(std::size_t segment) {
    const std::string_view tag = document_.tag(segment);
    if (tag == "AK1") {
      answer_.functional_id = element(segment, 1);
      answer_.control_number = element(segment, 2);
      answer_.version = element(segment, 3);
      group_named_ = !answer_.control_number.empty();
    } else if (tag == "AK2") {
      answer_.sets.push_back({});
      details_ = 0;
      answer_.sets.back().set = element(segment, 1);
      answer_.sets.back().control_number = element(segment, 2);
      answer_.sets.back().implementation = element(segment, 3);
    } else if (tag == "AK9") {
      answer_.code = element(segment, 1);
      answer_.sets_stated = number(element(segment, 2));
      answer_.sets_received = number(element(segment, 3));
      answer_.sets_accepted = number(element(segment, 4));
      answer_.codes = codes(segment, 5);
    } else if (!answer_.sets.empty()) {
      take_detail(segment, tag, answer_.sets.back());
    }
  }

  void take_detail(std::size_t segment, std::string_view tag, SetAnswer& set) {
    if (tag == "AK5" || tag == "IK5") {
      set.code = element(segment, 1);
      set.codes = codes(segment, 2);
    } else if (tag == "AK3" || tag == "IK3") {
      if (!room(set)) return;
      set.segments.push_back({std::string(element(segment, 1)),
                              small_number(element(segment, 2)),
                              std::string(element(segment, 3)),
                              std::string(element(segment, 4)),
                              {}});
    } else if ((tag == "AK4" || tag == "IK4") && !set.segments.empty()) {
      if (room(set)) set.segments.back().elements.push_back(read_element(segment));
    }
  }

  [[nodiscard]] ElementAnswer read_element(std::size_t segment) const {
    ElementAnswer out;
    std::string_view place = element(segment, 1);
    for (std::uint32_t* part : {&out.element, &out.component, &out.repetition}) {
      const char separator = document_.delimiters.component;
      const std::size_t end = separator == 0 ? place.size() : std::min(place.find(separator), place.size());
      *part = small_number(place.substr(0, end));
      place.remove_prefix(std::min(end + 1, place.size()));
    }
    out.reference = element(segment, 2);
    out.code = element(segment, 3);
    out.value = document_.element(segment, 4);
    return out;
  }

  bool room(SetAnswer& set) {
    if (details_ < details_max) {
      ++details_;
      return true;
    }
    ++set.details_dropped;
    return false;
  }

  const wire::SegmentDocument& document_;
  GroupAnswer answer_;
  bool group_named_ = false;
  std::size_t details_ = 0;
};

}  // namespace

std::string GroupAnswer::verdict_of(std::string_view set, std::string_view number_sent) const {
  for (const SetAnswer& answer : sets) {
    const auto left = x12::parse_number(answer.control_number), right = x12::parse_number(number_sent);
    const bool same = answer.control_number == number_sent || (left && right && *left == *right);
    if (!same || (!answer.set.empty() && answer.set != set)) continue;
    if (answer.code == "A" || answer.code == "E") return code == "R" ? "R" : answer.code;
    return answer.code.empty() ? (positive() ? "A" : "R") : "R";
  }
  return code == "A" || code == "E" || code == "P" ? "A" : "R";
}

Result<GroupAnswer> read_acknowledgement(const wire::SegmentDocument& document) { return Reading(document).read(); }

}  // namespace crossdock::acknowledgement
