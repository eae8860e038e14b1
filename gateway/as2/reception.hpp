// One received request from its headers to the MDN that answers it: headers, policy, unpacking, disposition, MIC.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/as2/mdn_writer.hpp"
#include "gateway/as2/policy.hpp"
#include "gateway/as2/unpacker.hpp"

namespace crossdock::as2 {

/// What is known of the two parties when their names are known.
struct Parties {
  Policy policy;
  std::vector<crypto::Identity> own;         ///< the active one first
  std::vector<crypto::Certificate> partner;  ///< all that are configured; validity is judged here
  MicBasis mic_basis = MicBasis::standard;
  UnpackLimits limits;
};

struct ReceptionOutcome {
  std::optional<Error> refusal;  ///< why it is not taken; nothing when it is
  Disposition disposition;
  std::optional<crypto::Digest> mic;  ///< also of refused messages where it could be taken
  Unpacked unpacked;
};

/// Headers first, then the body in chunks, then finish(). Never fails as such: what is wrong is the outcome's refusal,
/// so that a signed MDN can say it. Keys are used inside the calls: on a worker. Headers, parties and sink must outlive
/// it. Sink errors with a reaction other than reject are ours: the outcome has them as refusal too; answer 503 then
/// and no MDN.
class Reception {
 public:
  Reception(const mime::HeaderFields& fields, const As2Headers& headers, const Parties& parties, Moment now,
            PayloadSink& sink);
  ~Reception();
  /// False once it is clear that the message is refused: the rest of the body need not be read.
  bool feed(std::string_view bytes);
  [[nodiscard]] ReceptionOutcome finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The facts of the MDN for an outcome; message id, date and texts of ours are the caller's to add.
[[nodiscard]] MdnFacts mdn_facts(const As2Headers& headers, const ReceptionOutcome& outcome, Profile profile);
/// The facts of an MDN for a request that was refused before it was unpacked (unknown relationship, bad headers).
[[nodiscard]] MdnFacts mdn_facts(const Addressing& addressing, Code refusal, Profile profile);

}  // namespace crossdock::as2
