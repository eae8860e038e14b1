// The keys of a partner's `as2:` channel and of the `as2:` section of crossdock.yaml.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/as2_channel.hpp"

namespace crossdock::configuration {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds second{1000}, hour{3'600'000}, day{86'400'000};
constexpr std::int64_t mib = 1 << 20, gib = 1 << 30, tib = gib << 10;

const std::vector<std::string_view>& uses() {
  static const std::vector<std::string_view> words{"signing", "encryption"};
  return words;
}

const Section& basic_section() {
  static const auto section = SectionOf<Basic>("basic", "HTTP basic authentication")
                                  .text("user", &Basic::user, format::any, "user name")
                                  .required()
                                  .secret("password", &Basic::password, "password")
                                  .required();
  return section;
}

const Section& header_section() {
  static const auto section = SectionOf<HeaderLine>("header", "a header of every call")
                                  .text("name", &HeaderLine::name, format::header, "name")
                                  .required()
                                  .text("value", &HeaderLine::value, format::any, "value")
                                  .required();
  return section;
}

const Section& tls_section() {
  using T = TargetTls;
  static const auto section =
      SectionOf<T>("tls", "our own certificate of TLS, and whom we trust")
          .text("certificate", &T::certificate, format::path,
                "our certificate chain, PEM; relative to the configuration folder")
          .secret("key", &T::key, "its private key, PEM")
          .text("authorities", &T::authorities, format::path, "authorities to trust instead of the system's, PEM");
  return section;
}

const Section& certificate_section() {
  using T = As2Certificate;
  static const auto section =
      SectionOf<T>("certificate", "a certificate of the partner; its file's path alone may stand for it")
          .text("file", &T::file, format::path, "PEM or DER; relative to the configuration folder")
          .required()
          .choice_list("use", &T::use, uses(), "what it is for", "both")
          .text("from", &T::from, format::date, "first day of its use; as soon as it is valid unless given")
          .text("until", &T::until, format::date, "last day of its use; as long as it is valid unless given")
          .shorthand("file");
  return section;
}

const Section& key_section() {
  using T = As2Key;
  static const auto section =
      SectionOf<T>("as2 key", "a certificate of ours with its key: `certificate` and `key`, or `pkcs12`")
          .text("name", &T::name, format::name, "its name here")
          .required()
          .text("certificate", &T::certificate, format::path, "PEM or DER; relative to the configuration folder")
          .secret("key", &T::key, "its private key, PEM or DER, encrypted or not")
          .secret("pkcs12", &T::pkcs12, "PKCS#12 with both")
          .secret("password", &T::password, "password of the key or of the PKCS#12 file")
          .choice_list("use", &T::use, uses(), "what it is for", "both")
          .text("from", &T::from, format::date,
                "first day that we sign with it; as soon as it is valid unless given. It decrypts whenever it is valid")
          .text("until", &T::until, format::date, "last day of its use; as long as it is valid unless given");
  return section;
}

const Section& ladder_section() {
  using T = As2Retry;
  static const auto section =
      SectionOf<T>("as2 retry", "the ladder of what fails to leave; each step doubles, with jitter")
          .duration("first", &T::first, {milliseconds(10), hour}, "after the first failure")
          .duration("longest", &T::longest, {milliseconds(10), day}, "never longer than this")
          .duration("give_up_after", &T::give_up_after, {second, 366 * day}, "parked when it has failed for so long");
  return section;
}

const Section& waiver_section() {
  using T = As2Waiver;
  static const auto section =
      SectionOf<T>("waiver", "something weak that was agreed all the same, for a time")
          .choice("allow", &T::allow, {"sha1", "3des", "expired-certificate", "short-key"}, "what is allowed")
          .required()
          .text("until", &T::until, format::date, "last day")
          .required()
          .text("reason", &T::reason, format::any, "who agreed, and why");
  return section;
}

void add_structure(SectionOf<As2Channel>& section) {
  using T = As2Channel;
  section
      .choice("sign", &T::sign, {"none", "sha1", "sha256", "sha384", "sha512"},
              "digest of our signatures; sha1 needs a waiver")
      .choice("signature", &T::signature, {"pkcs1", "pss"}, "padding of RSA signatures; EC keys sign by ECDSA")
      .choice("encrypt", &T::encrypt,
              {"none", "3des", "aes128-cbc", "aes192-cbc", "aes256-cbc", "aes128-gcm", "aes192-gcm", "aes256-gcm"},
              "cipher of what we send; 3des needs a waiver")
      .choice("key_transport", &T::key_transport, {"pkcs1", "oaep"}, "padding of the encrypted content key")
      .choice("gcm_form", &T::gcm_form, {"authenticated", "enveloped"},
              "how GCM is written: AuthEnvelopedData (RFC 5083), or EnvelopedData as some products do")
      .choice("compress", &T::compress, {"none", "before-signing", "after-signing"},
              "whether and where what we send is compressed")
      .choice("encoding", &T::encoding, {"binary", "base64"}, "transfer encoding of the parts we send")
      .choice("micalg", &T::micalg, {"plain", "hyphen", "underscore"}, "spelling of digests: sha256, sha-256, sha_256")
      .yes_no("algorithm_protection", &T::algorithm_protection,
              "whether signatures carry CMSAlgorithmProtection (RFC 6211); some products fail on it")
      .yes_no("embed_certificate", &T::embed_certificate, "whether signatures carry our certificate")
      .yes_no("encrypt_to_self", &T::encrypt_to_self, "whether our own certificate is a recipient too")
      .choice("as2_version", &T::version, {"legacy", "1.3"},
              "RFC 4130, or its successor: AS2-Version 1.3, AS2-Product, no weak algorithms, its error words")
      .choice("requires", &T::require, {"as-sent", "nothing", "signed", "encrypted", "signed-and-encrypted"},
              "what the partner's messages must be; as we send ours unless given")
      .sections("waivers", &T::waivers, waiver_section(), "weak things allowed for a time")
      .choice("mic", &T::mic, {"standard", "with-headers", "without-headers"},
              "over what the MIC of unsigned messages is made, where the partner deviates from RFC 4130 and 5402");
}

void add_receipts(SectionOf<As2Channel>& section) {
  using T = As2Channel;
  section
      .choice("mdn", &T::mdn, {"none", "sync", "async"}, "receipt that we ask for: none, in the answer, or by a call")
      .yes_no("mdn_signed", &T::mdn_signed, "whether we ask for signed receipts")
      .text("mdn_url", &T::mdn_url, format::url,
            "mdn: async: where the partner sends its receipts; `as2.url` of crossdock.yaml unless given")
      .duration("mdn_within", &T::mdn_within, {second, 30 * day},
                "how long a receipt may take; then the message is sent again")
      .choice("on_unsigned_mdn", &T::on_unsigned_mdn, {"fail", "accept"},
              "an unsigned receipt where a signed one was asked for")
      .choice("on_missing_mic", &T::on_missing_mic, {"fail", "accept"},
              "a receipt without MIC for a message that we sent unsigned, as some products write it")
      .texts("mdn_hosts", &T::mdn_hosts, format::host,
             "hosts that the partner may have its receipts sent to; the host of `url` unless given");
}

void add_transport(SectionOf<As2Channel>& section) {
  using T = As2Channel;
  section
      .text("content_type", &T::content_type, format::any,
            "content type of what we send; by the document (application/EDI-X12, application/EDIFACT) unless given")
      .text("subject", &T::subject, format::any, "Subject header; {name}, {partner}, {message} are filled in", "{name}")
      .choice("file_name", &T::file_name, {"quoted", "bare", "none"}, "how the file's name is sent")
      .choice("bad_file_name", &T::bad_file_name, {"mend", "refuse"},
              "a received file name that cannot be one: characters are replaced, or the message is refused")
      .choice("duplicate_file_name", &T::duplicate_file_name, {"accept", "refuse"},
              "a received file name that another message of the partner had: taken, or the message is refused")
      .sections("headers", &T::headers, header_section(), "further headers of what we send")
      .yes_no("chunked", &T::chunked, "whether bodies are sent chunked instead of with their length")
      .section("basic", &T::basic, basic_section(), "HTTP basic authentication that we send")
      .section("authenticate", &T::authenticate, basic_section(),
               "HTTP basic authentication that the partner must send")
      .section("tls", &T::tls, tls_section(), "TLS")
      .text("proxy", &T::proxy, format::url, "HTTP proxy of this partner's calls")
      .section("proxy_basic", &T::proxy_basic, basic_section(), "basic authentication at the proxy")
      .yes_no("internal", &T::internal,
              "whether its addresses may stand in a private network; false refuses loop-back, private and link-local "
              "addresses")
      .duration("connect_timeout", &T::connect_timeout, {milliseconds(10), 300 * second}, "until the connection stands")
      .duration("timeout", &T::timeout, {milliseconds(10), day}, "until the answer is complete")
      .whole("in_flight", &T::in_flight, {1, 1000}, "messages sent at the same time")
      .section("retry", &T::retry, ladder_section(), "retry ladder")
      .bytes("body_bytes_max", &T::body_bytes_max, {1, 64 * gib}, "larger messages are refused")
      .bytes("inflated_bytes_max", &T::inflated_bytes_max, {1, tib}, "compressed content larger than this is refused")
      .whole("inflate_ratio_max", &T::inflate_ratio_max, {10, 100'000},
             "content that compressed better than this is refused")
      .whole("parts_max", &T::parts_max, {1, 10'000}, "attachments of one message")
      .text("map", &T::map, format::map, "forced map; found by the document unless given");
}

}  // namespace

const Section& as2_channel_section() {
  using T = As2Channel;
  static const auto section = [] {
    SectionOf<T> out("as2", "AS2: POST to the partner's address, and POST /as2 from it");
    out.text("name", &T::name, format::name, "what `via` calls it; the kind unless given")
        .text("url", &T::url, format::url, "the partner's address; without it the partner only sends")
        .sections("certificates", &T::certificates, certificate_section(),
                  "the partner's certificates: several around a change; each is a path, or says more")
        .texts("keys", &T::keys, format::name, "names of `as2.keys` in crossdock.yaml; all of them unless given");
    add_structure(out);
    add_receipts(out);
    add_transport(out);
    return out;
  }();
  return section;
}

const Section& as2_settings_section() {
  using T = As2Settings;
  static const auto section =
      SectionOf<T>("as2 settings", "AS2 of the installation")
          .text("url", &T::url, format::url,
                "where partners reach our POST /as2: they send asynchronous receipts there")
          .sections("keys", &T::keys, key_section(), "our certificates and keys: several around a change")
          .section("mdn_retry", &T::mdn_retry, ladder_section(),
                   "retry ladder of the asynchronous receipts that we send")
          .whole("nesting_max", &T::nesting_max, {2, 32}, "layers of one received message");
  return section;
}

}  // namespace crossdock::configuration
