// What a partner's answer says of something that we sent: one reading for 997, 999, TA1, CONTRL, 824 and APERAK, by the
// canonical events that their maps make. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crossdock::pipeline {

/// An outcome that a partner told of an interchange or group that we sent.
struct Settlement {
  std::string partner;
  std::string functional_id;   ///< of the group; empty: the interchange as a whole
  std::string control_number;  ///< of the group or interchange, without leading zeros
  bool positive = true;
  bool settles = true;  ///< false: the answer's good news are not final (a TA1 accepts the envelope alone)
  bool advises =
      false;  ///< told by an application (824, APERAK): linked to what was sent, which stays acknowledged as it is
  std::string answer;  ///< `997`, `TA1`, `824`: what an expectation waits for
};

/// `answer` is the set that brought the event, `type` and `data` are the event's. Nothing where the event answers no
/// group or interchange: a set of a 997 that its group's event covers, an advice that names neither.
[[nodiscard]] std::optional<Settlement> settlement_of(std::string_view answer, std::string_view type,
                                                      std::string_view data);

/// Answers to whole groups or interchanges, awaited under their numbers: 997, 999, TA1, CONTRL.
[[nodiscard]] bool answers_by_number(std::string_view set);
/// Those whose `expects` wait for the number of the interchange, not of its groups.
[[nodiscard]] bool answers_interchange(std::string_view set);

}  // namespace crossdock::pipeline
