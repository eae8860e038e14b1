// The keys of a window.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/window.hpp"

namespace crossdock::configuration {

const Section& window_section() {
  using T = SendWindow;
  static const auto section =
      SectionOf<T>("window", "hours of the partner's day in which it is sent, by the clocks of its zone")
          .text("from", &T::from, format::time_of_day, "begin", "00:00")
          .text("until", &T::until, format::time_of_day, "end; earlier than `from`: past midnight, on the day after",
                "24:00")
          .choice_list("days", &T::days, {"mon", "tue", "wed", "thu", "fri", "sat", "sun"},
                       "weekdays on which it begins; every day unless given");
  return section;
}

}  // namespace crossdock::configuration
