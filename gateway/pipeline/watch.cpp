// The books' alarm (promise 4) and overdue answers.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/watch.hpp"

#include <algorithm>

#include "gateway/store/keys.hpp"

namespace crossdock::pipeline {
namespace {

constexpr std::chrono::milliseconds pause_min{5000}, pause_max{std::chrono::minutes{5}};

}  // namespace

void Watch::start() { look(); }

void Watch::again() {
  context_.parts.executor.post_after(pause_, [self = weak_from_this()] {
    if (const auto here = self.lock(); here && !here->context_.stopping) here->look();
  });
}

void Watch::look() {
  look_at_books();
  look_at_expectations();
}

void Watch::look_at_books() {
  const auto lines = std::make_shared<std::vector<store::BookLine>>();
  const base::SteadyInstant begun = context_.steady();
  const Status queued = context_.parts.store.read(
      [lines](store::Connection& connection) -> Status {
        TRY(*lines, store::balance(connection));
        return {};
      },
      [self = shared_from_this(), lines, begun](const Status& status) {
        if (status) self->report(*lines);
        // Counting costs what the tables hold: it may take a hundredth of the time.
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(self->context_.steady() - begun);
        self->pause_ = std::clamp(took * 100, pause_min, pause_max);
        self->again();
      });
  if (!queued) again();
}

void Watch::report(const std::vector<store::BookLine>& lines) {
  std::string wrong;
  for (const store::BookLine& line : lines) {
    const base::Labels unit{{"unit", line.unit}};
    context_.parts.metrics.gauge("crossdock_book_entered", "Units counted at their entry.", unit)
        .set(static_cast<double>(line.entered));
    for (const auto& [state, count] : line.states)
      context_.parts.metrics
          .gauge("crossdock_book_standing", "Units by named state.", {{"unit", line.unit}, {"state", state}})
          .set(static_cast<double>(count));
    context_.parts.metrics
        .gauge("crossdock_book_difference", "Entered less standing; zero when the books balance.", unit)
        .set(static_cast<double>(line.entered - line.standing()));
    if (line.balanced()) continue;
    if (!wrong.empty()) wrong += "; ";
    wrong += line.unit + ": " + std::to_string(line.entered) + " came in, " + std::to_string(line.standing()) +
             " stand in named states";
  }
  if (!wrong.empty())
    context_.alarm(Code::books_unbalanced, "books", wrong);
  else if (unbalanced_)
    context_.all_clear(Code::books_unbalanced, "books");
  unbalanced_ = !wrong.empty();
}

void Watch::look_at_expectations() {
  const base::Instant now = context_.now();
  const auto overdue = std::make_shared<std::vector<store::ExpectationRow>>();
  static_cast<void>(context_.parts.store.read(
      [overdue, now](store::Connection& connection) -> Status {
        for (store::ExpectationRow& row : store::load_expectations(connection))
          if (!row.overdue && row.due_at <= now) overdue->push_back(std::move(row));
        return {};
      },
      [self = shared_from_this(), overdue](const Status& status) {
        if (!status || overdue->empty()) return;
        for (const store::ExpectationRow& row : *overdue)
          self->context_.alarm(Code::acknowledgement_overdue, row.partner + "/" + row.guide + "/" + row.key,
                               "a " + row.guide + " from " + row.partner + " was due for " + row.key);
        static_cast<void>(self->context_.parts.store.write(
            [overdue](store::Transaction& transaction) -> Status {
              for (const store::ExpectationRow& row : *overdue) {
                store::mark_overdue(transaction, row.seq);
                const auto message = store::load_message(transaction, row.message);
                if (message && message->acknowledgement == store::Acknowledgement::due &&
                    (row.guide == "997" || row.guide == "999"))
                  store::set_acknowledgement(transaction, row.message, store::Acknowledgement::overdue);
              }
              return {};
            },
            [](const Status&) {}, true));
      }));
}

}  // namespace crossdock::pipeline
