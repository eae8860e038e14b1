// MDNs that come back for what we sent: read, paired with the message, judged, kept; in an answer or by a call.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/as2/mdn_reader.hpp"
#include "gateway/channels/as2/core.hpp"
#include "gateway/store/as2.hpp"

namespace crossdock::as2_channel {

/// What an MDN did to the message that it answers.
struct Settled {
  bool paired = false;  ///< false: it answers nothing that we sent, or not to this partner
  bool readable = true;
  store::As2OutState state = store::As2OutState::awaiting;
  std::string delivery, disposition, detail;
};

class Receipts : public std::enable_shared_from_this<Receipts> {
 public:
  using Done = std::function<void(Result<Settled>)>;
  explicit Receipts(Core& core) : core_(core) {}
  /// Reads the MDN on a worker, stores it raw with its verdict, then tells. `relationship`: of the partner that it came
  /// from. Errors: store.busy: nothing is kept, the partner sends it again.
  void take(RelationshipPtr relationship, mime::HeaderFields headers, std::shared_ptr<const std::string> body,
            Done done);

 private:
  struct Arrival;
  void pair(const std::shared_ptr<Arrival>& arrival);
  void settle(const std::shared_ptr<Arrival>& arrival);
  void told(const std::shared_ptr<Arrival>& arrival);

  Core& core_;
};

/// Whether a request can only be an MDN: multipart/report, or a signed one by its first bytes.
[[nodiscard]] bool looks_like_mdn(std::string_view content_type, std::string_view body);

}  // namespace crossdock::as2_channel
