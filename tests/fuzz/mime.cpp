// Header fields, structured values, encoded words, file names and the multipart cutter on hostile bytes: no crash, the
// same parts for any chunking, every byte of a part accounted for, safe names safe. SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/crypto/mime/charset.hpp"
#include "gateway/crypto/mime/multipart_cutter.hpp"
#include "gateway/crypto/mime/safe_name.hpp"
#include "gateway/crypto/mime/structured_value.hpp"
#include "gateway/crypto/mime/transfer_encoding.hpp"

namespace {

using namespace crossdock;
using namespace crossdock::mime;

void require(bool good) {
  if (!good) std::abort();
}

class Recorder final : public PartHandler {
 public:
  Status part_begin(std::string_view raw_header, const HeaderFields&) override {
    parts.emplace_back(raw_header);
    return {};
  }
  Status part_body(std::string_view bytes) override {
    parts.back().append(bytes);
    return {};
  }
  Status part_end() override {
    ++ended;
    return {};
  }
  std::vector<std::string> parts;
  std::size_t ended = 0;
};

Recorder cut(std::string_view text, std::size_t chunk, bool& good) {
  Recorder recorder;
  auto cutter =
      MultipartCutter::make("b", CutLimits{.parts_max = 50, .header = {.block_bytes_max = 500, .fields_max = 10}});
  good = true;
  for (std::size_t i = 0; i < text.size() && good; i += chunk)
    good = cutter->feed(text.substr(i, chunk), recorder).has_value();
  good = good && cutter->finish(recorder).has_value();
  return recorder;
}

void cut_all(std::string_view text) {
  bool whole = false, pieces = false, bytes = false;
  const Recorder first = cut(text, text.size() + 1, whole), second = cut(text, 7, pieces), third = cut(text, 1, bytes);
  require(whole == pieces && whole == bytes);
  if (!whole) return;
  require(first.parts == second.parts && first.parts == third.parts && first.ended == first.parts.size());
  for (const std::string& part : first.parts) require(text.find(part) != std::string_view::npos);
}

void decode(std::string_view text, TransferEncoding encoding) {
  std::string once, pieces;
  const auto whole = make_decoder(encoding), chunked = make_decoder(encoding);
  const bool good = whole->feed(text, once) && whole->finish(once);
  bool same = true;
  for (const char& c : text) same = same && chunked->feed({&c, 1}, pieces);
  same = same && chunked->finish(pieces);
  require(good == same && (!good || once == pieces));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto fields = parse_header_fields(text)) {
    std::string block;
    append_header_block(block, *fields);
    const auto again = parse_header_fields(block);
    require(again && (*again == *fields || block.find('\0') != std::string::npos ||
                      text.find('\r') != std::string_view::npos || text.find('\0') != std::string_view::npos));
    for (const HeaderField& field : fields->all()) (void)decode_encoded_words(field.value);
  }
  (void)parse_header_fields(text, {}, BadLines::skip);
  const StructuredValue value = parse_structured_value(text);
  require(value.parameters.size() <= 64);
  (void)parse_structured_value(write_structured_value(value));
  const SafeName name = safe_file_name(file_name_of(text, text));
  require(!name.name.empty() && name.name.size() <= file_name_bytes_max && is_utf8(name.name));
  require(name.name.find_first_of("/\\") == std::string::npos && name.name != "." && name.name != "..");
  decode(text, TransferEncoding::base64);
  decode(text, TransferEncoding::quoted_printable);
  cut_all(text);
  return 0;
}
