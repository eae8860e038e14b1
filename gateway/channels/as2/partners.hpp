// Who speaks AS2 with us, with certificates, keys and agreements opened: what the channel asks of the configuration.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/as2/packer.hpp"
#include "gateway/as2/reception.hpp"
#include "gateway/channels/http_api/transfer_pool.hpp"
#include "gateway/configuration/bundle.hpp"

namespace crossdock::as2_channel {

/// Days on which something is used, beside its own validity. Empty ends are open.
struct Days {
  std::optional<std::chrono::sys_days> from, until;
  [[nodiscard]] bool holds(as2::Moment now) const;
};

struct PartnerCertificate {
  crypto::Certificate certificate;
  std::string file;
  bool signing = true, encryption = true;
  Days days;
};

struct OwnKey {
  crypto::Identity identity;
  std::string name;
  bool signing = true, encryption = true;
  Days days;
};

/// One partner's agreement. Shared and never changed.
struct Relationship {
  std::string partner, channel;  ///< `acme`, `as2`; the target is `acme/as2`
  std::string ours, theirs;      ///< AS2 names
  std::vector<std::string> all_theirs;
  configuration::As2Channel profile;
  bool test = false;
  as2::Policy policy;
  std::vector<PartnerCertificate> certificates;
  std::vector<OwnKey> keys;
  std::string mdn_url;  ///< where we ask asynchronous MDNs to be sent
  std::vector<std::string> mdn_hosts;
  std::string authorization;         ///< `Authorization: Basic ...` of what we send; empty: none
  std::string expected_credentials;  ///< `user:password` that the partner must send; empty: none
  std::string proxy_credentials;     ///< `user:password`
  std::shared_ptr<const http_api::TlsSettings> tls;
  std::string settings_hash;  ///< changes when anything that shapes a message does

  [[nodiscard]] std::string target() const { return partner + "/" + channel; }
  /// What a received message is judged with at this moment.
  [[nodiscard]] as2::Parties parties(as2::Moment now, std::size_t nesting_max) const;
  /// Partner's certificates whose signatures are taken now, the newest first.
  [[nodiscard]] std::vector<crypto::Certificate> verifiers(as2::Moment now) const;
  /// The one to encrypt for now. Errors: as2.settings.
  [[nodiscard]] Result<crypto::Certificate> recipient(as2::Moment now) const;
  /// Ours to sign with now. Errors: as2.settings.
  [[nodiscard]] Result<crypto::Identity> signer(as2::Moment now) const;
  /// How MDNs to this partner are signed. Errors: as2.settings.
  [[nodiscard]] Result<as2::SignSettings> mdn_signing(as2::Moment now, crypto::DigestAlgorithm digest) const;
  /// How messages to this partner are made. Errors: as2.settings, as2.security.
  [[nodiscard]] Result<as2::PackSettings> packing(as2::Moment now) const;
  /// Whether an asynchronous MDN may go there: http or https, and a host of the allow-list.
  [[nodiscard]] bool takes_mdn_at(std::string_view url) const;
};
using RelationshipPtr = std::shared_ptr<const Relationship>;

/// All relationships of one configuration.
class Book {
 public:
  /// Reads certificates and keys. What cannot be used is left out and told in `faults`, one sentence each; checked
  /// configurations have none. Blocks: not on the io thread.
  [[nodiscard]] static std::shared_ptr<const Book> open(const configuration::Bundle& bundle,
                                                        std::vector<std::string>& faults);
  /// By AS2-From and AS2-To of a request; null: no such relationship.
  [[nodiscard]] RelationshipPtr find(std::string_view from, std::string_view to) const;
  /// By target, `acme/as2`.
  [[nodiscard]] RelationshipPtr of_target(std::string_view target) const;
  [[nodiscard]] RelationshipPtr of_partner(std::string_view partner) const;
  [[nodiscard]] const std::vector<RelationshipPtr>& all() const { return all_; }
  [[nodiscard]] const std::vector<OwnKey>& keys() const { return keys_; }
  [[nodiscard]] const configuration::As2Settings& settings() const { return settings_; }
  [[nodiscard]] const std::string& product() const { return product_; }

 private:
  std::vector<RelationshipPtr> all_;
  std::vector<OwnKey> keys_;
  std::map<std::string, RelationshipPtr, std::less<>> by_name_, by_target_, by_partner_;
  configuration::As2Settings settings_;
  std::string product_;
};

/// A certificate file. Errors: file.unreadable, certificate.unreadable.
[[nodiscard]] Result<crypto::Certificate> read_certificate(const std::filesystem::path& path);
/// A key of ours as configured. Errors: as above, certificate.*, configuration.secret.*.
[[nodiscard]] Result<crypto::Identity> read_identity(const configuration::As2Key& key,
                                                     const configuration::SecretStore& secrets,
                                                     const std::filesystem::path& folder);
/// The host of an http or https URL in lower case, brackets of IPv6 kept; empty when it is none.
[[nodiscard]] std::string host_of(std::string_view url);

}  // namespace crossdock::as2_channel
