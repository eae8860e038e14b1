// BER from hostile bytes: no crash, the same elements for any chunking, DER that stays as it is when written again.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/crypto/cms/ber.hpp"
#include "gateway/crypto/cms/content_type.hpp"
#include "gateway/crypto/cms/recipient_info.hpp"
#include "gateway/crypto/cms/signer_info.hpp"

namespace {

using namespace crossdock;
using namespace crossdock::crypto::cms;

class Recorder : public BerHandler {
 public:
  Result<BerAction> begin(const BerElement& element) override {
    text += '<';
    text += std::to_string(element.tag);
    if (element.tag == 0) return BerAction{BerAction::Take::stream, 0, false};
    if (element.tag == 1) return BerAction{BerAction::Take::skip, 0, false};
    if (!element.constructed || element.tag == 2) return BerAction{BerAction::Take::gather, 256, false};
    return BerAction{};
  }
  Status gathered(const BerElement&, std::string_view raw) override {
    text += raw;
    return {};
  }
  Status octets(std::string_view bytes) override {
    text += bytes;
    return {};
  }
  Status end(const BerElement&) override {
    text += '>';
    return {};
  }
  std::string text;
};

std::string record(std::string_view bytes, std::size_t chunk) {
  BerReader reader(Code::cms_signed_form);
  Recorder recorder;
  for (std::size_t at = 0; at < bytes.size(); at += chunk)
    if (!reader.feed(bytes.substr(at, chunk), recorder)) return "error";
  return reader.finish() ? recorder.text : "early";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (record(bytes, size + 1) != record(bytes, 1) || record(bytes, size + 1) != record(bytes, 3)) std::abort();
  if (const auto der_text = to_der(bytes, Code::cms_signed_form)) {
    const auto again = to_der(*der_text, Code::cms_signed_form);
    if (!again || *again != *der_text) std::abort();
  }
  (void)sniff(bytes);
  (void)read_signer_info(bytes);
  (void)read_recipients(bytes, 8);
  (void)read_content_algorithm(bytes);
  return 0;
}
