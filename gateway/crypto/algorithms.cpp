// Names, spellings and object identifiers.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/algorithms.hpp"

#include <algorithm>

namespace crossdock::crypto {
namespace {

using std::string_view_literals::operator""sv;

struct DigestRow {
  std::string_view name, number, oid;
  std::size_t bytes;
  std::string_view plain, hyphen, underscore;
};
constexpr auto digests = std::to_array<DigestRow>({
    {"md5", "5", "\x2a\x86\x48\x86\xf7\x0d\x02\x05"sv, 16, "md5", "md5", "md5"},
    {"sha1", "1", "\x2b\x0e\x03\x02\x1a"sv, 20, "sha1", "sha-1", "sha_1"},
    {"sha256", "256", "\x60\x86\x48\x01\x65\x03\x04\x02\x01"sv, 32, "sha256", "sha-256", "sha_256"},
    {"sha384", "384", "\x60\x86\x48\x01\x65\x03\x04\x02\x02"sv, 48, "sha384", "sha-384", "sha_384"},
    {"sha512", "512", "\x60\x86\x48\x01\x65\x03\x04\x02\x03"sv, 64, "sha512", "sha-512", "sha_512"},
});

struct CipherRow {
  std::string_view name, oid;
  std::size_t key_bytes, iv_bytes;
};
constexpr auto ciphers = std::to_array<CipherRow>({
    {"3des", "\x2a\x86\x48\x86\xf7\x0d\x03\x07"sv, 24, 8},
    {"aes128-cbc", "\x60\x86\x48\x01\x65\x03\x04\x01\x02"sv, 16, 16},
    {"aes192-cbc", "\x60\x86\x48\x01\x65\x03\x04\x01\x16"sv, 24, 16},
    {"aes256-cbc", "\x60\x86\x48\x01\x65\x03\x04\x01\x2a"sv, 32, 16},
    {"aes128-gcm", "\x60\x86\x48\x01\x65\x03\x04\x01\x06"sv, 16, 12},
    {"aes192-gcm", "\x60\x86\x48\x01\x65\x03\x04\x01\x1a"sv, 24, 12},
    {"aes256-gcm", "\x60\x86\x48\x01\x65\x03\x04\x01\x2e"sv, 32, 12},
});

constexpr auto schemes = std::to_array<std::string_view>({"rsa-pkcs1", "rsa-pss", "ecdsa"});
constexpr auto transports = std::to_array<std::string_view>({"rsa-pkcs1", "rsa-oaep"});
constexpr auto kinds = std::to_array<std::string_view>({"rsa", "ec", "other"});

const DigestRow& row(DigestAlgorithm algorithm) { return digests[static_cast<std::size_t>(algorithm)]; }
const CipherRow& row(ContentCipher cipher) { return ciphers[static_cast<std::size_t>(cipher)]; }

std::string_view name_of(const auto& row) {
  if constexpr (requires { row.name; })
    return row.name;
  else
    return row;
}

template <class Value, class Table>
Result<Value> parse(const Table& table, std::string_view text, std::string_view what) {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (name_of(table[i]) == text) return static_cast<Value>(i);
  std::string known;
  for (const auto& known_row : table) known.append(known.empty() ? "" : ", ").append(name_of(known_row));
  return fail(Code::crypto_algorithm,
              "`" + std::string(text) + "` is no " + std::string(what) + " that is known here; there are " + known);
}

void remove_prefix(std::string& text, std::string_view prefix) {
  if (text.starts_with(prefix)) text.erase(0, prefix.size());
}

void remove_suffix(std::string& text, std::string_view suffix) {
  if (text.ends_with(suffix)) text.erase(text.size() - suffix.size());
}

}  // namespace

std::string_view name(DigestAlgorithm algorithm) { return row(algorithm).name; }
std::string_view name(ContentCipher cipher) { return row(cipher).name; }
std::string_view name(SignatureScheme scheme) { return schemes[static_cast<std::size_t>(scheme)]; }
std::string_view name(KeyTransport transport) { return transports[static_cast<std::size_t>(transport)]; }
std::string_view name(KeyKind kind) { return kinds[static_cast<std::size_t>(kind)]; }

Result<DigestAlgorithm> parse_digest(std::string_view text) { return parse<DigestAlgorithm>(digests, text, "digest"); }
Result<ContentCipher> parse_cipher(std::string_view text) { return parse<ContentCipher>(ciphers, text, "cipher"); }
Result<SignatureScheme> parse_signature_scheme(std::string_view text) {
  return parse<SignatureScheme>(schemes, text, "signature scheme");
}
Result<KeyTransport> parse_key_transport(std::string_view text) {
  return parse<KeyTransport>(transports, text, "key transport");
}

std::optional<DigestAlgorithm> read_micalg(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string plain;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '"' || c == '-' || c == '_') continue;
    if (plain.size() == longest) return std::nullopt;
    plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  for (const DigestAlgorithm algorithm : all_digests)
    if (plain == dotted(row(algorithm).oid)) return algorithm;
  for (const std::string_view prefix : {"rsa"sv, "ecdsa"sv}) remove_prefix(plain, prefix);
  for (const std::string_view suffix : {"encryption"sv, "withrsa"sv, "withecdsa"sv}) remove_suffix(plain, suffix);
  if (plain == "md5") return DigestAlgorithm::md5;
  if (plain == "sha") return DigestAlgorithm::sha1;
  if (!plain.starts_with("sha")) return std::nullopt;
  const std::string_view rest = std::string_view(plain).substr(3);
  for (const DigestAlgorithm algorithm : all_digests) {
    if (algorithm == DigestAlgorithm::md5) continue;
    const std::string_view number = row(algorithm).number;
    if (rest == number || (algorithm != DigestAlgorithm::sha1 && rest.starts_with('2') && rest.substr(1) == number))
      return algorithm;
  }
  return std::nullopt;
}

std::string_view micalg(DigestAlgorithm algorithm, MicalgSpelling spelling) {
  if (algorithm == DigestAlgorithm::sha1) return "sha1";
  switch (spelling) {
    case MicalgSpelling::hyphen: return row(algorithm).hyphen;
    case MicalgSpelling::underscore: return row(algorithm).underscore;
    case MicalgSpelling::plain: break;
  }
  return row(algorithm).plain;
}

std::size_t digest_bytes(DigestAlgorithm algorithm) { return row(algorithm).bytes; }
std::size_t key_bytes(ContentCipher cipher) { return row(cipher).key_bytes; }
std::size_t iv_bytes(ContentCipher cipher) { return row(cipher).iv_bytes; }
bool is_gcm(ContentCipher cipher) { return cipher >= ContentCipher::aes128_gcm; }

bool weak(DigestAlgorithm algorithm) { return algorithm <= DigestAlgorithm::sha1; }
bool weak(ContentCipher cipher) { return cipher == ContentCipher::des_ede3_cbc; }
bool weak(KeyKind kind, std::uint32_t bits) {
  constexpr std::uint32_t rsa_bits_min = 2048, ec_bits_min = 256;
  return kind == KeyKind::other || bits < (kind == KeyKind::rsa ? rsa_bits_min : ec_bits_min);
}

std::string_view oid(DigestAlgorithm algorithm) { return row(algorithm).oid; }
std::string_view oid(ContentCipher cipher) { return row(cipher).oid; }

std::optional<DigestAlgorithm> find_digest(std::string_view oid_bytes) {
  for (const DigestAlgorithm algorithm : all_digests)
    if (row(algorithm).oid == oid_bytes) return algorithm;
  return std::nullopt;
}

std::optional<ContentCipher> find_cipher(std::string_view oid_bytes) {
  for (std::size_t i = 0; i < ciphers.size(); ++i)
    if (ciphers[i].oid == oid_bytes) return static_cast<ContentCipher>(i);
  return std::nullopt;
}

std::string dotted(std::string_view oid_bytes) {
  constexpr std::size_t longest = 64;
  if (oid_bytes.empty() || oid_bytes.size() > longest) return "?";
  std::string out;
  std::uint64_t arc = 0;
  bool inside = false;
  for (const char c : oid_bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (arc >> 57 != 0) return "?";
    arc = arc << 7 | (byte & 0x7FU);
    inside = (byte & 0x80U) != 0;
    if (inside) continue;
    if (out.empty()) {
      const std::uint64_t first = std::min<std::uint64_t>(arc / 40, 2);
      out = std::to_string(first) + "." + std::to_string(arc - first * 40);
    } else {
      out += "." + std::to_string(arc);
    }
    arc = 0;
  }
  return inside ? "?" : out;
}

}  // namespace crossdock::crypto
