// One pass: UCS and UCD belong to the UCM before them, UCM to the UCF before it.
// SPDX-License-Identifier: Apache-2.0
#include "translators/acknowledgement/contrl_reader.hpp"

#include <algorithm>

#include "translators/wire/released.hpp"
#include "translators/wire/text.hpp"

namespace crossdock::acknowledgement {
namespace {

constexpr std::size_t details_max = 100'000;  ///< messages, segments and elements kept of one CONTRL

class Reading {
 public:
  explicit Reading(const wire::SegmentDocument& document) : document_(document) {}

  Result<ContrlAnswer> read() {
    if (document_.segment_count() == 0 || text(0, 2, 1) != "CONTRL")
      return fail(Code::edifact_acknowledgement_unreadable, "this is no CONTRL");
    for (std::size_t segment = 1; segment < document_.segment_count(); ++segment) take(segment);
    if (!answered_)
      return fail(Code::edifact_acknowledgement_unreadable,
                  "there is no UCI: which interchange is answered is not said", document_.where(0));
    if (answer_.action.empty())
      return fail(Code::edifact_acknowledgement_unreadable, "UCI has no action: the verdict is not said",
                  document_.where(1));
    return std::move(answer_);
  }

 private:
  [[nodiscard]] std::string text(std::size_t segment, std::size_t element, std::size_t component = 1) const {
    std::string_view value = document_.element(segment, element);
    const char release = document_.released(segment) ? document_.delimiters.release : '\0';
    for (std::size_t number = 1;; ++number) {
      const std::size_t end = wire::find_unreleased(value, document_.delimiters.component, release);
      if (number == component) return wire::unreleased(wire::trim(value.substr(0, end)), release);
      if (end == std::string_view::npos) return {};
      value.remove_prefix(end + 1);
    }
  }
  [[nodiscard]] std::uint32_t number(std::size_t segment, std::size_t element, std::size_t component = 1) const {
    const std::uint64_t value = wire::parse_number(text(segment, element, component)).value_or(0);
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, UINT32_MAX));
  }
  bool room() {
    if (details_++ < details_max) return true;
    ++answer_.details_dropped;
    return false;
  }

  void take(std::size_t segment) {
    const std::string_view tag = document_.tag(segment);
    if (tag == "UCI") {
      answered_ = true;
      answer_.reference = text(segment, 1);
      answer_.sender = text(segment, 2);
      answer_.recipient = text(segment, 3);
      answer_.action = text(segment, 4);
      answer_.code = text(segment, 5);
      answer_.service_segment = text(segment, 6);
    } else if (tag == "UCF") {
      group_ = text(segment, 1);
      message_ = false;
      if (room()) answer_.groups.push_back({group_, text(segment, 4), text(segment, 5)});
    } else if (tag == "UCM") {
      take_message(segment);
    } else if (tag == "UCS" && message_) {
      if (!room()) return;
      answer_.messages.back().segments.push_back({number(segment, 1), text(segment, 2), {}});
    } else if (tag == "UCD" && message_ && !answer_.messages.back().segments.empty()) {
      if (!room()) return;
      answer_.messages.back().segments.back().elements.push_back(
          {number(segment, 2, 1), number(segment, 2, 2), number(segment, 2, 3), text(segment, 1)});
    }
  }

  void take_message(std::size_t segment) {
    message_ = room();
    if (!message_) return;
    ContrlMessage& message = answer_.messages.emplace_back();
    message.reference = text(segment, 1);
    message.type = text(segment, 2, 1);
    message.version = text(segment, 2, 2);
    message.release = text(segment, 2, 3);
    message.agency = text(segment, 2, 4);
    message.association = text(segment, 2, 5);
    message.action = text(segment, 3);
    message.code = text(segment, 4);
    message.service_segment = text(segment, 5);
    message.group = group_;
    if (message.reference.empty()) message.reference = text(segment, 7);  // a package
  }

  const wire::SegmentDocument& document_;
  ContrlAnswer answer_;
  std::string group_;
  bool answered_ = false, message_ = false;
  std::size_t details_ = 0;
};

}  // namespace

bool ContrlAnswer::positive() const {
  const auto rejects = [](const auto& one) { return one.action == "4"; };
  return action != "4" && std::none_of(groups.begin(), groups.end(), rejects) &&
         std::none_of(messages.begin(), messages.end(), rejects);
}

std::string_view ContrlAnswer::verdict_of(std::string_view message, std::string_view group) const {
  const auto word = [](std::string_view said) {
    return said == "4" ? std::string_view("rejected") : said == "8" ? std::string_view("received") : "accepted";
  };
  if (action == "4") return "rejected";
  for (const ContrlMessage& one : messages)
    if (one.reference == message && one.group == group) return word(one.action);
  for (const ContrlGroup& one : groups)
    if (!group.empty() && one.reference == group && one.action == "4") return "rejected";
  return word(action);
}

Result<ContrlAnswer> read_contrl(const wire::SegmentDocument& document) { return Reading(document).read(); }

}  // namespace crossdock::acknowledgement
