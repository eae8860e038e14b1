// OpenSSH public keys.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/public_key.hpp"

#include <algorithm>
#include <array>

#include "gateway/crypto/mime/transfer_encoding.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::cli {
namespace {

/// What a key's blob holds behind its type (RFC 4253 s6.6, RFC 5656 s3.1, RFC 8709 s4; the sk- ones: OpenSSH's
/// PROTOCOL.u2f).
struct KeyType {
  std::string_view name;
  std::size_t strings;      ///< length-prefixed strings
  std::size_t first_bytes;  ///< length of the first one where it is fixed (a curve's name, a point); 0: it is not
};
constexpr std::array<KeyType, 7> types{{{"ssh-ed25519", 1, 32},
                                        {"ecdsa-sha2-nistp256", 2, 8},
                                        {"ecdsa-sha2-nistp384", 2, 8},
                                        {"ecdsa-sha2-nistp521", 2, 8},
                                        {"ssh-rsa", 2, 0},
                                        {"sk-ssh-ed25519@openssh.com", 2, 32},
                                        {"sk-ecdsa-sha2-nistp256@openssh.com", 3, 8}}};
constexpr std::size_t rsa_bits_min = 2048, line_bytes_max = 16U << 10;

/// The next length-prefixed string of a blob.
Result<std::string_view> take_string(std::string_view& blob) {
  if (blob.size() < 4) return fail(Code::usage_wrong, "the key is cut short");
  std::size_t size = 0;
  for (int i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(blob[static_cast<std::size_t>(i)]);
  if (size > blob.size() - 4) return fail(Code::usage_wrong, "the key is cut short");
  const std::string_view out = blob.substr(4, size);
  blob.remove_prefix(4 + size);
  return out;
}

std::size_t bits_of(std::string_view number) {
  while (!number.empty() && number.front() == '\0') number.remove_prefix(1);
  if (number.empty()) return 0;
  std::size_t bits = number.size() * 8;
  for (auto first = static_cast<unsigned char>(number.front()); (first & 0x80) == 0;
       first = static_cast<unsigned char>(first << 1))
    --bits;
  return bits;
}

std::string_view word(std::string_view& rest) {
  const std::size_t from = std::min(rest.find_first_not_of(" \t"), rest.size());
  const std::size_t end = std::min(rest.find_first_of(" \t", from), rest.size());
  const std::string_view out = rest.substr(from, end - from);
  rest.remove_prefix(end);
  return out;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\r\n");
  return from == std::string_view::npos ? std::string_view{}
                                        : text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

/// All of the key is there, and nothing behind it.
Status check_whole(std::string_view blob, const KeyType& type) {
  for (std::size_t i = 0; i < type.strings; ++i) {
    TRY(const std::string_view field, take_string(blob));
    if (field.empty() || (i == 0 && type.first_bytes != 0 && field.size() != type.first_bytes))
      return fail(Code::usage_wrong, "the key is damaged: a part of it has " + std::to_string(field.size()) +
                                         " bytes, which no " + std::string(type.name) + " key has");
  }
  if (blob.empty()) return {};
  return fail(Code::usage_wrong, "the key is damaged: " + std::to_string(blob.size()) + " bytes stand behind its end");
}

Status check_rsa(std::string_view blob, PublicKey& key) {
  TRY(const std::string_view exponent, take_string(blob));
  TRY(const std::string_view modulus, take_string(blob));
  static_cast<void>(exponent);
  key.bits = bits_of(modulus);
  if (key.bits >= rsa_bits_min) return {};
  return fail(Code::usage_wrong, "an RSA key of " + std::to_string(key.bits) +
                                     " bits is too short; ask for Ed25519, or RSA of " + std::to_string(rsa_bits_min) +
                                     " bits or more");
}

/// The base64 of a key in RFC 4716's form, with its type in front.
Result<std::string> one_line(std::string_view text) {
  std::string base64;
  bool is_header = false, begun = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = trimmed(text.substr(at, end - at));
    at = end + 1;
    if (line.starts_with("---- BEGIN")) {
      begun = true;
    } else if (line.starts_with("---- END")) {
      break;
    } else if (begun) {
      const bool continues = line.ends_with('\\');
      if (!is_header && line.find(':') == std::string_view::npos) base64 += line;
      is_header = (is_header || line.find(':') != std::string_view::npos) && continues;
    }
  }
  TRY(const std::string blob, mime::base64_decode(base64));
  std::string_view rest = blob;
  TRY(const std::string_view type, take_string(rest));
  return std::string(type) + " " + base64;
}

}  // namespace

Result<PublicKey> parse_public_key(std::string_view line) {
  std::string_view rest = trimmed(line);
  if (rest.size() > line_bytes_max) return fail(Code::usage_wrong, "the line is too long for a public key");
  if (rest.find("PRIVATE KEY") != std::string_view::npos)
    return fail(Code::usage_wrong, "this is a private key: it must stay with the partner; ask for the .pub file");
  PublicKey key;
  key.type = word(rest);
  if (key.type.find("-cert-v01@") != std::string::npos)
    return fail(Code::usage_wrong, "certificates are not taken here; ask for the plain public key");
  if (key.type == "ssh-dss") return fail(Code::usage_wrong, "DSA keys are too weak; ask for Ed25519");
  const auto known = std::find_if(types.begin(), types.end(), [&](const KeyType& one) { return one.name == key.type; });
  if (known == types.end())
    return fail(Code::usage_wrong,
                "`" + key.type.substr(0, 60) +
                    "` is no type of public key; a line is `ssh-ed25519 AAAA... comment`, without options before it");
  key.base64 = word(rest);
  key.comment = trimmed(rest);
  if (std::any_of(key.comment.begin(), key.comment.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }))
    return fail(Code::usage_wrong, "the key's comment holds control characters");
  const auto blob = mime::base64_decode(key.base64);
  if (!blob || blob->empty()) return fail(Code::usage_wrong, "the key is not base64; was it cut when it was copied?");
  std::string_view inner = *blob;
  TRY(const std::string_view type, take_string(inner));
  if (type != key.type) return fail(Code::usage_wrong, "the line says " + key.type + ", the key itself is another");
  TRY_STATUS(check_whole(inner, *known));
  if (key.type == "ssh-rsa") TRY_STATUS(check_rsa(inner, key));
  const Sha256Bytes digest = sha256(*blob);
  key.fingerprint =
      "SHA256:" + mime::base64_encode(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
  while (key.fingerprint.ends_with('=')) key.fingerprint.pop_back();
  return key;
}

Result<std::vector<PublicKey>> parse_public_keys(std::string_view text) {
  std::vector<PublicKey> out;
  if (trimmed(text).starts_with("---- BEGIN SSH2 PUBLIC KEY")) {
    TRY(const std::string line, one_line(text));
    TRY(out.emplace_back(), parse_public_key(line));
    return out;
  }
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = trimmed(text.substr(at, end - at));
    at = end + 1;
    ++number;
    if (line.empty() || line.front() == '#') continue;
    auto key = parse_public_key(line);
    if (!key) return fail(Code::usage_wrong, "line " + std::to_string(number) + ": " + key.error().detail);
    out.push_back(std::move(*key));
  }
  if (out.empty()) return fail(Code::usage_wrong, "there is no public key in it");
  return out;
}

Result<std::vector<PublicKey>> parse_authorized_keys(std::string_view text) {
  constexpr std::string_view restriction = "restrict ";
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = trimmed(text.substr(at, end - at));
    at = end + 1;
    if (line.starts_with(restriction)) line.remove_prefix(restriction.size());
    plain.append(line).append("\n");
  }
  if (trimmed(plain).empty()) return std::vector<PublicKey>{};
  return parse_public_keys(plain);
}

std::string write_authorized_keys(const std::vector<PublicKey>& keys) {
  std::string out;
  for (const PublicKey& key : keys)
    out += "restrict " + key.type + " " + key.base64 + (key.comment.empty() ? "" : " " + key.comment) + "\n";
  return out;
}

}  // namespace crossdock::cli
