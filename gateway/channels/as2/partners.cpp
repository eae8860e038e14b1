// Opening certificates and keys; choosing among them by days.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/as2/partners.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

#include "gateway/channels/http_api/text.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::as2_channel {
namespace {

namespace conf = configuration;
using C = conf::As2Channel;

constexpr std::uintmax_t file_bytes_max = 1U << 20;

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Code::file_unreadable, path.string());
  std::string bytes;
  bytes.resize(file_bytes_max + 1);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (file.bad()) return fail(Code::file_unreadable, path.string());
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  if (bytes.size() > file_bytes_max) return fail(Code::file_unreadable, path.string() + " is larger than 1 MiB");
  return bytes;
}

std::optional<std::chrono::sys_days> day_of(std::string_view text) {
  int year = 0;
  unsigned month = 0, day = 0;
  if (text.size() != 10) return std::nullopt;
  std::from_chars(text.data(), text.data() + 4, year);
  std::from_chars(text.data() + 5, text.data() + 7, month);
  std::from_chars(text.data() + 8, text.data() + 10, day);
  return std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)};
}

Days days_of(const std::string& from, const std::string& until) { return {day_of(from), day_of(until)}; }

bool for_use(const std::vector<conf::As2Use>& uses, conf::As2Use use) {
  return uses.empty() || std::find(uses.begin(), uses.end(), use) != uses.end();
}

as2::Policy policy_of(const C& profile) {
  as2::Policy out;
  out.profile = profile.version == C::Version::v1_3 ? as2::Profile::v1_3 : as2::Profile::legacy;
  const bool as_sent = profile.require == C::Require::as_we_send;
  out.require_signed = as_sent ? profile.sign != C::Sign::none
                               : profile.require == C::Require::signed_only || profile.require == C::Require::both;
  out.require_encrypted = as_sent
                              ? profile.encrypt != C::Encrypt::none
                              : profile.require == C::Require::encrypted_only || profile.require == C::Require::both;
  out.require_signed_mdn = profile.mdn_signed && profile.on_unsigned_mdn == C::UnsignedMdn::fail;
  out.allow_missing_mic = profile.on_missing_mic == C::MissingMic::accept;
  constexpr as2::Exception exceptions[] = {as2::Exception::sha1, as2::Exception::triple_des,
                                           as2::Exception::expired_certificate, as2::Exception::weak_key};
  for (const conf::As2Waiver& waiver : profile.waivers)
    if (const auto until = day_of(waiver.until.text))
      out.waivers.push_back({exceptions[static_cast<std::size_t>(waiver.allow)], *until, waiver.reason});
  return out;
}

as2::MicBasis mic_basis(C::Mic mic) {
  constexpr as2::MicBasis all[] = {as2::MicBasis::standard, as2::MicBasis::payload_with_headers,
                                   as2::MicBasis::payload_only};
  return all[static_cast<std::size_t>(mic)];
}

crypto::MicalgSpelling spelling(C::Micalg micalg) { return static_cast<crypto::MicalgSpelling>(micalg); }

std::string credentials(const conf::Basic& basic, const conf::SecretStore& secrets, std::vector<std::string>& faults) {
  const auto password = secrets.resolve(basic.password);
  if (!password) {
    faults.push_back(password.error().text());
    return {};
  }
  return basic.user + ":" + std::string(password->reveal());
}

/// When it began to be used: what was made last is meant where several hold.
as2::Moment began(const crypto::Certificate& certificate, const Days& days) {
  return days.from ? std::max<as2::Moment>(certificate.not_before(), *days.from) : certificate.not_before();
}

template <class Item, class Certificate, class Wanted>
std::vector<const Item*> usable(const std::vector<Item>& all, as2::Moment now, const as2::Policy& policy,
                                const Certificate& certificate_of, const Wanted& wanted) {
  std::vector<const Item*> out;
  for (const Item& one : all)
    if (wanted(one) && one.days.holds(now) && as2::allow(policy, certificate_of(one), now)) out.push_back(&one);
  std::stable_sort(out.begin(), out.end(), [&](const Item* a, const Item* b) {
    const bool valid_a = certificate_of(*a).valid_at(now), valid_b = certificate_of(*b).valid_at(now);
    if (valid_a != valid_b) return valid_a;
    return began(certificate_of(*a), a->days) > began(certificate_of(*b), b->days);
  });
  return out;
}

const crypto::Certificate& certificate_of(const PartnerCertificate& one) { return one.certificate; }
const crypto::Certificate& certificate_of(const OwnKey& one) { return one.identity.certificate; }

}  // namespace

bool Days::holds(as2::Moment now) const {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  return (!from || day >= *from) && (!until || day <= *until);
}

std::string host_of(std::string_view url) {
  // Whoever calls it must read the same host out of it: nothing that one reader takes for a part of it and another not.
  const bool plain = std::all_of(url.begin(), url.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("-._~:/?#[]@!$&'()*+,;=%").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (!plain) return {};
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  std::string name(url.substr(0, scheme));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  if (name != "http" && name != "https") return {};
  std::string_view rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (rest.find('@') != std::string_view::npos) return {};  // a user name before the host deceives readers
  if (rest.starts_with('[')) {
    const std::size_t end = rest.find(']');
    if (end == std::string_view::npos) return {};
    rest = rest.substr(0, end + 1);
  } else {
    rest = rest.substr(0, rest.find(':'));
  }
  std::string out(rest);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

Result<crypto::Certificate> read_certificate(const std::filesystem::path& path) {
  TRY(const std::string bytes, read_file(path));
  return crypto::Certificate::read(bytes);
}

Result<crypto::Identity> read_identity(const conf::As2Key& key, const conf::SecretStore& secrets,
                                       const std::filesystem::path& folder) {
  conf::Secret password;
  if (!key.password.empty()) {
    TRY(password, secrets.resolve(key.password));
  }
  if (!key.pkcs12.empty()) {
    TRY(const conf::Secret bytes, secrets.bytes(key.pkcs12));
    return crypto::Identity::read_pkcs12(bytes.reveal(), password.reveal());
  }
  TRY(const std::string text, read_file(folder / key.certificate.text));
  TRY(std::vector<crypto::Certificate> chain, crypto::Certificate::read_all(text));
  TRY(const conf::Secret bytes, secrets.bytes(key.key));
  TRY(crypto::PrivateKey own, crypto::PrivateKey::read(bytes.reveal(), password.reveal()));
  const auto match = std::find_if(chain.begin(), chain.end(), [&](const auto& one) { return own.matches(one); });
  crypto::Certificate certificate = match == chain.end() ? chain.front() : *match;
  if (match != chain.end()) chain.erase(match);
  return crypto::Identity::make(std::move(certificate), std::move(own), std::move(chain));
}

std::vector<crypto::Certificate> Relationship::verifiers(as2::Moment now) const {
  std::vector<crypto::Certificate> out;
  for (const auto* one : usable(
           certificates, now, policy, [](const PartnerCertificate& c) -> const auto& { return certificate_of(c); },
           [](const PartnerCertificate& c) { return c.signing; }))
    out.push_back(one->certificate);
  return out;
}

Result<crypto::Certificate> Relationship::recipient(as2::Moment now) const {
  const auto all = usable(
      certificates, now, policy, [](const PartnerCertificate& c) -> const auto& { return certificate_of(c); },
      [](const PartnerCertificate& c) { return c.encryption; });
  if (!all.empty()) return all.front()->certificate;
  return fail(Code::as2_settings, "partner " + partner + " has no certificate that may be encrypted for today");
}

Result<crypto::Identity> Relationship::signer(as2::Moment now) const {
  const auto all = usable(
      keys, now, policy, [](const OwnKey& k) -> const auto& { return certificate_of(k); },
      [](const OwnKey& k) { return k.signing; });
  if (!all.empty()) return all.front()->identity;
  return fail(Code::as2_settings, "we have no key that may sign for partner " + partner + " today");
}

as2::Parties Relationship::parties(as2::Moment now, std::size_t nesting_max) const {
  as2::Parties out;
  out.policy = policy;
  // Those in use first; after them all others of ours: a partner may still encrypt for one that we left.
  for (const auto* one : usable(
           keys, now, policy, [](const OwnKey& k) -> const auto& { return certificate_of(k); },
           [](const OwnKey& k) { return k.encryption; }))
    out.own.push_back(one->identity);
  for (const OwnKey& key : keys) {
    const bool known = std::any_of(out.own.begin(), out.own.end(), [&](const crypto::Identity& other) {
      return other.certificate == key.identity.certificate;
    });
    if (key.encryption && !known) out.own.push_back(key.identity);
  }
  for (const PartnerCertificate& one : certificates)
    if (one.signing && one.days.holds(now)) out.partner.push_back(one.certificate);
  out.mic_basis = mic_basis(profile.mic);
  out.limits.depth_max = nesting_max;
  out.limits.parts_max = profile.parts_max;
  out.limits.payload_bytes_max = std::max(profile.body_bytes_max, profile.inflated_bytes_max);
  out.limits.inflated_bytes_max = profile.inflated_bytes_max;
  out.limits.inflate_ratio_max = profile.inflate_ratio_max;
  return out;
}

Result<as2::SignSettings> Relationship::mdn_signing(as2::Moment now, crypto::DigestAlgorithm digest) const {
  TRY(crypto::Identity own, signer(now));
  const bool elliptic = own.key.kind() == crypto::KeyKind::ec;
  as2::SignSettings out{
      std::move(own), {}, spelling(profile.micalg), profile.algorithm_protection, profile.embed_certificate};
  out.parameters.digest = digest;
  out.parameters.scheme = elliptic                                 ? crypto::SignatureScheme::ecdsa
                          : profile.signature == C::Signature::pss ? crypto::SignatureScheme::rsa_pss
                                                                   : crypto::SignatureScheme::rsa_pkcs1;
  return out;
}

Result<as2::PackSettings> Relationship::packing(as2::Moment now) const {
  as2::PackSettings out;
  constexpr crypto::DigestAlgorithm digests[] = {crypto::DigestAlgorithm::sha256, crypto::DigestAlgorithm::sha1,
                                                 crypto::DigestAlgorithm::sha256, crypto::DigestAlgorithm::sha384,
                                                 crypto::DigestAlgorithm::sha512};
  out.mic_algorithm = digests[static_cast<std::size_t>(profile.sign)];
  TRY_STATUS(as2::allow(policy, out.mic_algorithm, now));
  if (profile.sign != C::Sign::none) {
    TRY(out.sign, mdn_signing(now, out.mic_algorithm));
  }
  if (profile.encrypt != C::Encrypt::none) {
    as2::EncryptSettings encrypt;
    encrypt.cipher = static_cast<crypto::ContentCipher>(static_cast<int>(profile.encrypt) - 1);
    TRY_STATUS(as2::allow(policy, encrypt.cipher, now));
    TRY(auto certificate, recipient(now));
    encrypt.recipients.push_back(std::move(certificate));
    if (profile.encrypt_to_self) {
      TRY(auto own, signer(now));
      encrypt.recipients.push_back(std::move(own.certificate));
    }
    if (profile.key_transport == C::KeyTransport::oaep) encrypt.transport.transport = crypto::KeyTransport::rsa_oaep;
    encrypt.gcm_form =
        profile.gcm_form == C::GcmForm::enveloped ? as2::GcmForm::enveloped : as2::GcmForm::auth_enveloped;
    out.encrypt = std::move(encrypt);
  }
  constexpr as2::Compress orders[] = {as2::Compress::no, as2::Compress::before_signing, as2::Compress::after_signing};
  out.compress = orders[static_cast<std::size_t>(profile.compress)];
  out.payload_encoding =
      profile.encoding == C::Encoding::base64 ? mime::TransferEncoding::base64 : mime::TransferEncoding::binary;
  out.file_name_form = profile.file_name == C::FileName::bare ? mime::FileNameForm::bare : mime::FileNameForm::quoted;
  out.mic_basis = mic_basis(profile.mic);
  return out;
}

bool Relationship::takes_mdn_at(std::string_view url) const {
  const std::string host = host_of(url);
  return !host.empty() && std::any_of(mdn_hosts.begin(), mdn_hosts.end(), [&](const std::string& one) {
    return one.size() == host.size() && host_of("http://" + one) == host;
  });
}

namespace {

std::vector<OwnKey> open_keys(const conf::Bundle& bundle, std::vector<std::string>& faults) {
  std::vector<OwnKey> out;
  for (const conf::As2Key& key : bundle.installation.as2.keys) {
    auto identity = read_identity(key, *bundle.secrets, bundle.folder);
    if (!identity) {
      faults.push_back("our key " + key.name.text + " cannot be used: " + identity.error().text());
      continue;
    }
    out.push_back({std::move(*identity), key.name.text, for_use(key.use, conf::As2Use::signing),
                   for_use(key.use, conf::As2Use::encryption), days_of(key.from, key.until)});
  }
  return out;
}

void open_certificates(const conf::Bundle& bundle, Relationship& out, std::vector<std::string>& faults) {
  for (const conf::As2Certificate& one : out.profile.certificates) {
    auto certificate = read_certificate(std::filesystem::path(bundle.folder) / one.file.text);
    if (!certificate) {
      faults.push_back("the certificate " + one.file.text + " of partner " + out.partner +
                       " cannot be used: " + certificate.error().text());
      continue;
    }
    out.certificates.push_back({std::move(*certificate), one.file.text, for_use(one.use, conf::As2Use::signing),
                                for_use(one.use, conf::As2Use::encryption), days_of(one.from, one.until)});
  }
}

void open_transport(const conf::Bundle& bundle, Relationship& out, std::vector<std::string>& faults) {
  const C& profile = out.profile;
  if (profile.basic)
    out.authorization =
        "Authorization: Basic " + http_api::base64(credentials(*profile.basic, *bundle.secrets, faults));
  if (profile.authenticate) out.expected_credentials = credentials(*profile.authenticate, *bundle.secrets, faults);
  if (profile.proxy_basic) out.proxy_credentials = credentials(*profile.proxy_basic, *bundle.secrets, faults);
  if (profile.tls.certificate.empty() && profile.tls.authorities.empty()) return;
  auto tls = std::make_shared<http_api::TlsSettings>();
  const std::filesystem::path folder(bundle.folder);
  if (!profile.tls.certificate.empty()) tls->certificate_file = (folder / profile.tls.certificate).string();
  if (!profile.tls.authorities.empty()) tls->authorities_file = (folder / profile.tls.authorities).string();
  if (!profile.tls.key.empty()) {
    if (auto key = bundle.secrets->resolve(profile.tls.key))
      tls->key = std::move(*key);
    else
      faults.push_back(key.error().text());
  }
  out.tls = std::move(tls);
}

/// Everything that shapes the bytes or where they go: a message that was made under another hash is made anew.
std::string settings_hash(const conf::Bundle& bundle, const Relationship& out) {
  Sha256 hash;
  const conf::FileEntry* file = bundle.file("partners/" + out.partner + ".yaml");
  if (file != nullptr) hash.update({reinterpret_cast<const char*>(file->sha256.data()), file->sha256.size()});
  for (const PartnerCertificate& one : out.certificates) hash.update(one.certificate.fingerprint());
  for (const OwnKey& one : out.keys) hash.update(one.identity.certificate.fingerprint());
  hash.update(out.mdn_url);
  return to_hex(hash.finish()).substr(0, 16);
}

RelationshipPtr open_one(const conf::Bundle& bundle, const conf::Partner& partner, const conf::Channel& channel,
                         const std::vector<OwnKey>& keys, std::vector<std::string>& faults) {
  auto out = std::make_shared<Relationship>();
  out->partner = partner.id.text;
  out->channel = channel.name();
  out->ours = partner.us.as2;
  for (const conf::Named& name : partner.identifiers.as2) out->all_theirs.push_back(name.text);
  if (!out->all_theirs.empty()) out->theirs = out->all_theirs.front();
  out->profile = *channel.as2;
  out->test = partner.test;
  out->policy = policy_of(out->profile);
  for (const OwnKey& key : keys) {
    const auto& named = out->profile.keys;
    if (named.empty() || std::any_of(named.begin(), named.end(), [&](const auto& one) { return one.text == key.name; }))
      out->keys.push_back(key);
  }
  open_certificates(bundle, *out, faults);
  open_transport(bundle, *out, faults);
  out->mdn_url = out->profile.mdn_url.empty() ? bundle.installation.as2.url : out->profile.mdn_url;
  for (const conf::Named& host : out->profile.mdn_hosts) out->mdn_hosts.push_back(host.text);
  if (out->mdn_hosts.empty() && !out->profile.url.empty()) out->mdn_hosts.push_back(host_of(out->profile.url));
  out->settings_hash = settings_hash(bundle, *out);
  return out;
}

std::string names_key(std::string_view from, std::string_view to) {
  return std::string(from) + '\n' + std::string(to);  // no AS2 name holds a line feed
}

}  // namespace

std::shared_ptr<const Book> Book::open(const conf::Bundle& bundle, std::vector<std::string>& faults) {
  auto out = std::make_shared<Book>();
  out->settings_ = bundle.installation.as2;
  out->product_ = bundle.installation.name;
  out->keys_ = open_keys(bundle, faults);
  for (const auto& partner : bundle.partners)
    for (const conf::Channel& channel : partner->channels) {
      if (!channel.as2) continue;
      RelationshipPtr one = open_one(bundle, *partner, channel, out->keys_, faults);
      for (const std::string& theirs : one->all_theirs) out->by_name_.emplace(names_key(theirs, one->ours), one);
      out->by_target_.emplace(one->target(), one);
      out->by_partner_.emplace(one->partner, one);
      out->all_.push_back(std::move(one));
    }
  return out;
}

RelationshipPtr Book::find(std::string_view from, std::string_view to) const {
  const auto found = by_name_.find(names_key(from, to));
  return found == by_name_.end() ? nullptr : found->second;
}

RelationshipPtr Book::of_target(std::string_view target) const {
  const auto found = by_target_.find(target);
  return found == by_target_.end() ? nullptr : found->second;
}

RelationshipPtr Book::of_partner(std::string_view partner) const {
  const auto found = by_partner_.find(partner);
  return found == by_partner_.end() ? nullptr : found->second;
}

}  // namespace crossdock::as2_channel
