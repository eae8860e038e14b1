// Keys, configuration and messages of the AS2 measurements.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/bench_as2_parties.hpp"

#include <fstream>

#include "gateway/cli/certificate_folder.hpp"

namespace crossdock::cli {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t payload_bytes = 4096;

Result<crypto::Identity> identity(int bits, const char* name) {
  TRY(crypto::PrivateKey key, make_key("rsa", static_cast<std::uint32_t>(bits)));
  TRY(crypto::Certificate certificate, make_certificate(key, std::string("CN=") + name, 365));
  return crypto::Identity::make(std::move(certificate), std::move(key));
}

Status write_keys(const fs::path& folder, const As2Parties& parties) {
  TRY(const std::string key, parties.us.key.pem());
  write_text(folder / "certs/us.pem", parties.us.certificate.pem());
  write_text(folder / "certs/partner.pem", parties.partner.certificate.pem());
  write_text(folder / "secrets/us", key);
  fs::permissions(folder / "secrets/us", fs::perms::owner_read);
  write_text(folder / "crossdock.yaml",
             "name: bench\nlisteners:\n  - {listen: \"127.0.0.1:0\"}\nlogging: {level: warning}\n"
             "as2: {keys: [{name: us, certificate: certs/us.pem, key: secret:us}]}\n");
  return {};
}

constexpr std::string_view partner_profile =
    "partner: partner\nidentifiers: {as2: PARTNER, x12: [\"02:CARR0\"], gs: CARR0}\n"
    "us: {as2: US, x12: \"ZZ:SHIPCO\", gs: SHIPCO}\nsends:\n  - {set: x12/004010/214}\nchannels:\n";

}  // namespace

Result<As2Parties> As2Parties::make(int bits) {
  TRY(auto us, identity(bits, "us"));
  TRY(auto partner, identity(bits, "partner"));
  return As2Parties{std::move(us), std::move(partner)};
}

void write_text(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

Status write_receiving_configuration(const fs::path& folder, const As2Parties& parties) {
  TRY_STATUS(write_keys(folder, parties));
  write_text(folder / "partners/partner.yaml",
             std::string(partner_profile) + "  - as2: {certificates: [certs/partner.pem], body_bytes_max: 64GiB}\n");
  return {};
}

Status write_sending_configuration(const fs::path& folder, const As2Parties& parties, std::uint16_t port) {
  TRY_STATUS(write_keys(folder, parties));
  write_text(folder / "partners/partner.yaml",
             std::string(partner_profile) + "  - as2: {certificates: [certs/partner.pem], mdn: none, internal: true, " +
                 "in_flight: 64, timeout: 1h, url: \"http://127.0.0.1:" + std::to_string(port) + "/as2\"}\n");
  return {};
}

as2::PackSettings partner_packing(const As2Parties& parties) {
  as2::PackSettings out;
  out.sign = as2::SignSettings{parties.partner, {}, {}, false, true};
  as2::EncryptSettings encrypt;
  encrypt.recipients = {parties.us.certificate};
  out.encrypt = std::move(encrypt);
  return out;
}

as2::MessageFacts partner_facts(const std::string& message_id) {
  as2::MessageFacts out;
  out.from = "PARTNER";
  out.to = "US";
  out.message_id = message_id;
  out.subject = "bench";
  out.date = "Mon, 18 May 2026 14:32:00 +0000";
  out.user_agent = "bench";
  out.receipt = as2::ReceiptWish{};
  return out;
}

std::string four_kilobytes() {
  std::string references;
  std::size_t segments = 4;  // ST, B10, LX, SE
  for (; references.size() < payload_bytes - 420; ++segments)
    references += "L11*PO" + std::to_string(100000 + segments) + "*PO~";
  segments += 4;
  return "ISA*00*          *00*          *02*CARR0          *ZZ*SHIPCO         *260518*1432*U*00401*000000001*0*P*>~"
         "GS*QM*CARR0*SHIPCO*20260518*1432*1*X*004010~ST*214*0001~B10*PRO1*SHP1*CARR~" +
         references + "LX*1~AT7*X3*NS***20260518*1432*CT~MS1*MEMPHIS*TN*US~MS2*CARR*TRL4455~AT8*G*L*12000*18~SE*" +
         std::to_string(segments) + "*0001~GE*1*1~IEA*1*000000001~";
}

}  // namespace crossdock::cli
