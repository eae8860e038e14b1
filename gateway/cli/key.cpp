// `crossdock key generate|csr`: a private key with its certificate, and a request for one that an authority signs.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "gateway/cli/certificate_folder.hpp"
#include "gateway/cli/command.hpp"
#include "gateway/crypto/make_certificate.hpp"

namespace crossdock::cli {
namespace {

struct Arguments {
  std::string out, certificate, pkcs12, subject, kind = "rsa", key, password_variable;
  std::uint32_t bits = 3072, days = 730;
};

/// The password by its variable: it is never an argument. Errors: usage.wrong.
Result<std::string> password(const Arguments& arguments) {
  if (arguments.password_variable.empty()) return std::string();
  const char* value = std::getenv(arguments.password_variable.c_str());
  if (value == nullptr || *value == '\0')
    return fail(Code::usage_wrong, "the variable " + arguments.password_variable + " is not set");
  return std::string(value);
}

Status generate(const Arguments& arguments) {
  TRY(const std::string secret, password(arguments));
  TRY(const crypto::PrivateKey key, make_key(arguments.kind, arguments.bits));
  TRY(const std::string pem, key.pem(secret));
  TRY_STATUS(write_new_file(arguments.out, pem, true));
  std::printf("%s: %s %u\n", arguments.out.c_str(), std::string(crypto::name(key.kind())).c_str(), key.bits());
  if (arguments.certificate.empty() && arguments.pkcs12.empty()) return {};
  if (arguments.subject.empty())
    return fail(Code::usage_wrong, "a certificate needs --subject, such as \"CN=Shipco AS2,O=Shipco,C=US\"");
  TRY(const crypto::Certificate certificate, make_certificate(key, arguments.subject, arguments.days));
  if (!arguments.certificate.empty()) {
    TRY_STATUS(write_new_file(arguments.certificate, certificate.pem(), false));
    std::printf("%s: %s, SHA-256 %s\n", arguments.certificate.c_str(), certificate.subject().c_str(),
                certificate.fingerprint().c_str());
  }
  if (arguments.pkcs12.empty()) return {};
  TRY(const crypto::Identity identity, crypto::Identity::make(certificate, key));
  TRY(const std::string bundle, identity.pkcs12(secret, certificate.common_name()));
  TRY_STATUS(write_new_file(arguments.pkcs12, bundle, true));
  std::printf("%s\n", arguments.pkcs12.c_str());
  return {};
}

Status request(const Arguments& arguments) {
  TRY(const std::string secret, password(arguments));
  std::ifstream file(arguments.key, std::ios::binary);
  if (!file) return fail(Code::file_unreadable, arguments.key);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  TRY(const crypto::PrivateKey key, crypto::PrivateKey::read(bytes, secret));
  TRY(const crypto::CertificateSubject subject, crypto::parse_subject(arguments.subject));
  TRY(const std::string pem, crypto::make_request(key, subject));
  if (!arguments.out.empty()) return write_new_file(arguments.out, pem, false);
  std::fwrite(pem.data(), 1, pem.size(), stdout);
  return {};
}

}  // namespace

void add_key(CLI::App& app, Common& common) {
  auto* above = app.add_subcommand("key", "Private keys of AS2");
  above->require_subcommand(1);
  auto arguments = std::make_shared<Arguments>();
  auto* make = above->add_subcommand("generate", "Makes a key, readable by its owner only, and its certificate");
  make->add_option("--out", arguments->out, "File of the key; none is overwritten")->required();
  make->add_option("--kind", arguments->kind, "rsa or ec")->check(CLI::IsMember({"rsa", "ec"}));
  make->add_option("--bits", arguments->bits, "2048 to 8192; 256, 384 or 521 for ec");
  make->add_option("--certificate", arguments->certificate, "File of a self-signed certificate");
  make->add_option("--pkcs12", arguments->pkcs12, "File that holds both");
  make->add_option("--subject", arguments->subject, "Such as \"CN=Shipco AS2,O=Shipco,C=US\"");
  make->add_option("--days", arguments->days, "Days that the certificate is valid")->check(CLI::Range(1, 3660));
  make->add_option("--password-env", arguments->password_variable, "Variable with the password to encrypt by");
  make->callback([&common, arguments] {
    const Status done = generate(*arguments);
    common.exit_code = done ? fine : report_error(done.error());
  });
  auto* csr = above->add_subcommand("csr", "Prints a request for a certificate (PKCS#10)");
  csr->add_option("--key", arguments->key, "File of the key, PEM or DER")->required();
  csr->add_option("--subject", arguments->subject, "Such as \"CN=Shipco AS2,O=Shipco,C=US\"")->required();
  csr->add_option("--out", arguments->out, "File; none is overwritten");
  csr->add_option("--password-env", arguments->password_variable, "Variable with the key's password");
  csr->callback([&common, arguments] {
    const Status done = request(*arguments);
    common.exit_code = done ? fine : report_error(done.error());
  });
}

}  // namespace crossdock::cli
