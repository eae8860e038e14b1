// Alarms.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/context.hpp"

#include "gateway/store/keys.hpp"

namespace crossdock::pipeline {

void Context::alarm(Code code, const std::string& subject, const std::string& detail) {
  const std::string id = uuids.next();
  const base::Instant at = now();
  const std::string_view text = info(code).text;
  parts.metrics.counter("crossdock_alarms_total", "Alarms raised by the program.", {{"code", std::string(text)}}).add();
  const auto fresh = std::make_shared<bool>(false);
  const Status queued = parts.store.write(
      [=](store::Transaction& transaction) -> Status {
        *fresh = store::open_exception(transaction, id, text, subject, detail, at);
        return {};
      },
      [=](const Status& status) {
        if (!status || *fresh)
          base::log(base::LogLevel::alarm, "pipeline", detail, {{"code", text}, {"subject", subject}});
      },
      true);
  if (!queued) base::log(base::LogLevel::alarm, "pipeline", detail, {{"code", text}, {"subject", subject}});
}

void Context::all_clear(Code code, const std::string& subject) {
  const base::Instant at = now();
  const std::string_view text = info(code).text;
  static_cast<void>(parts.store.write(
      [=](store::Transaction& transaction) -> Status {
        store::close_exception(transaction, text, subject, at);
        return {};
      },
      [](const Status&) {}, true));
}

}  // namespace crossdock::pipeline
