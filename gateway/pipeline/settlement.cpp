// Reading answers out of canonical events.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/settlement.hpp"

#include <boost/json.hpp>

#include <algorithm>

#include "translators/x12/functional_ids.hpp"

namespace crossdock::pipeline {
namespace {

/// One row a kind of answer.
struct AnswerKind {
  std::string_view set;
  bool interchange = false;  ///< it answers the interchange, and may answer groups too
  bool final = true;         ///< its acceptance settles what was sent
};

constexpr AnswerKind kinds[] = {
    {"997", false, true}, {"999", false, true}, {"TA1", true, false}, {"CONTRL", true, true}};

const AnswerKind* kind_of(std::string_view set) {
  const auto* found =
      std::find_if(std::begin(kinds), std::end(kinds), [&](const AnswerKind& k) { return k.set == set; });
  return found == std::end(kinds) ? nullptr : found;
}

std::string text_of(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// Senders pad as they like; numbers are kept as we wrote them.
std::string number(std::string text) {
  const std::size_t digit = text.find_first_not_of('0');
  return digit == std::string::npos ? text.substr(0, 1) : text.substr(digit);
}

std::optional<Settlement> acknowledged(const boost::json::object& data, std::string_view answer) {
  const boost::json::value* part = data.if_contains("acknowledged");
  if (part == nullptr || !part->is_object()) return std::nullopt;
  const boost::json::object& what = part->get_object();
  if (what.contains("set")) return std::nullopt;  // the event of its group or interchange settles
  Settlement out;
  out.functional_id = text_of(what, "functional_group");
  out.control_number = number(text_of(what, "control_number"));
  const std::string outcome = text_of(data, "outcome");
  out.positive = outcome == "accepted" || outcome == "accepted_with_errors";
  const AnswerKind* kind = kind_of(answer);
  out.settles = kind == nullptr || kind->final || !out.positive;
  return outcome.empty() ? std::nullopt : std::optional(out);
}

/// RFF+TN, where it is a number such as we give to interchanges.
std::string interchange_reference(const boost::json::object& data) {
  const boost::json::value* list = data.if_contains("references");
  if (list == nullptr || !list->is_array()) return {};
  for (const boost::json::value& item : list->get_array()) {
    if (!item.is_object() || text_of(item.get_object(), "type") != "transaction_reference") continue;
    std::string value = text_of(item.get_object(), "value");
    if (!value.empty() && value.find_first_not_of("0123456789") == std::string::npos) return value;
  }
  return {};
}

std::optional<Settlement> advised(const boost::json::object& data) {
  const boost::json::value* part = data.if_contains("advised");
  if (part == nullptr || !part->is_object()) return std::nullopt;
  const boost::json::object& what = part->get_object();
  Settlement out;
  out.advises = true;
  const std::string_view groups = x12::functional_ids(text_of(what, "set"));
  out.functional_id = std::string(groups.substr(0, groups.find(' ')));
  out.control_number = number(text_of(what, "group_control_number"));
  if (out.control_number.empty()) {  // APERAK: the number of the interchange stands among its references
    out.functional_id.clear();
    out.control_number = number(interchange_reference(data));
  }
  out.positive = text_of(data, "outcome") != "rejected";
  return out;
}

}  // namespace

std::optional<Settlement> settlement_of(std::string_view answer, std::string_view type, std::string_view data) {
  const bool acknowledges = type.find("message.acknowledged.") != std::string_view::npos;
  const bool advises = type.find("message.advised.") != std::string_view::npos;
  if (!acknowledges && !advises) return std::nullopt;
  boost::system::error_code problem;
  const boost::json::value value = boost::json::parse(data, problem);
  if (problem || !value.is_object()) return std::nullopt;
  auto out = acknowledges ? acknowledged(value.get_object(), answer) : advised(value.get_object());
  if (!out || out->control_number.empty()) return std::nullopt;
  out->answer = std::string(answer);
  return out;
}

bool answers_by_number(std::string_view set) { return kind_of(set) != nullptr; }

bool answers_interchange(std::string_view set) {
  const AnswerKind* kind = kind_of(set);
  return kind != nullptr && kind->interchange;
}

}  // namespace crossdock::pipeline
