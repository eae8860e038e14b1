// Two counts, every now and then.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/as2/pending.hpp"

#include "gateway/store/as2.hpp"

namespace crossdock::as2_channel {

void Pending::look() {
  const auto counts = std::make_shared<store::PendingMdns>();
  static_cast<void>(core_.parts.store.read(
      [counts](store::Connection& connection) -> Status {
        *counts = store::count_pending_mdns(connection);
        return connection.status();
      },
      [weak = weak_from_this(), counts](const Status& status) {
        const auto self = weak.lock();
        if (!self || !status) return;
        base::Registry& metrics = self->core_.parts.metrics;
        for (const RelationshipPtr& one : self->core_.book->all()) self->shown_.insert(one->partner);
        for (const auto& [partner, count] : counts->awaited) self->shown_.insert(partner);
        for (const std::string& partner : self->shown_) {
          const auto found = counts->awaited.find(partner);
          metrics
              .gauge("crossdock_as2_mdn_pending", "Messages sent whose MDN has not come yet.", {{"partner", partner}})
              .set(found == counts->awaited.end() ? 0 : static_cast<double>(found->second));
        }
        metrics.gauge("crossdock_as2_mdn_queued", "MDNs of ours that wait to be sent.")
            .set(static_cast<double>(counts->queued));
      }));
  core_.parts.executor.post_after(every, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->look();
  });
}

}  // namespace crossdock::as2_channel
