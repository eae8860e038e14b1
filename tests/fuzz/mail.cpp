// Mails, IMAP responses and Authentication-Results on hostile bytes: no crash, limits hold, the same for any chunking.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/channels/mail/authentication_results.hpp"
#include "gateway/channels/mail/imap_reader.hpp"
#include "gateway/channels/mail/message_reader.hpp"

namespace {

using namespace crossdock;
using namespace crossdock::mail;

void require(bool good) {
  if (!good) std::abort();
}

class Recorder final : public MessageHandler {
 public:
  Status headers(const mime::HeaderFields& fields) override {
    (void)from_address(fields);
    (void)check_authentication(fields, {"mx", {Method::dkim, Method::spf, Method::dmarc}, {}});
    return {};
  }
  Status leaf_begin(const Leaf& leaf) override {
    require(!open && leaf.depth <= 4 && leaf.file_name.find('/') == std::string::npos);
    open = true;
    seen += leaf.section + "|" + leaf.content_type + "|" + leaf.file_name + "|";
    return {};
  }
  Status leaf_bytes(std::string_view bytes) override {
    require(open);
    seen += bytes;
    return {};
  }
  Status leaf_end() override {
    require(open);
    open = false;
    ++leaves;
    return {};
  }
  std::string seen;
  std::size_t leaves = 0;
  bool open = false;
};

std::string read(std::string_view text, std::size_t chunk, bool& good) {
  ReadLimits limits;
  limits.depth_max = 4;
  limits.parts_max = 30;
  limits.message_bytes_max = 100'000;
  limits.header = {4000, 50};
  limits.part_header = {2000, 20};
  Recorder recorder;
  MessageReader reader(recorder, limits);
  good = true;
  for (std::size_t i = 0; i < text.size() && good; i += chunk) good = reader.feed(text.substr(i, chunk)).has_value();
  good = good && reader.finish().has_value();
  require(recorder.leaves <= limits.parts_max && (!good || !recorder.open));
  return recorder.seen;
}

std::vector<std::string> respond(std::string_view text, std::size_t chunk) {
  ImapReader reader;
  std::vector<std::string> out;
  std::string streamed;
  const LiteralChooser choose = [&](std::string_view line, std::uint64_t) -> std::function<Status(std::string_view)> {
    if (line.find("BODY[]") == std::string_view::npos) return {};
    return [&](std::string_view bytes) -> Status {
      streamed += bytes;
      return {};
    };
  };
  for (std::size_t i = 0; i < text.size(); i += chunk) {
    const auto fed = reader.feed(text.substr(i, chunk), choose, [&](ImapResponse&& response) -> Status {
      std::string one = response.text;
      for (const std::string& literal : response.literals) one += "|" + literal;
      out.push_back(std::move(one));
      (void)search_numbers(response.text);
      (void)fetch_number(response.text, "UID");
      return {};
    });
    if (!fed) {
      out.emplace_back("stopped");
      return out;
    }
  }
  out.push_back(streamed);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  bool whole = false, pieces = false;
  const std::string once = read(text, text.size() + 1, whole), chunked = read(text, 3, pieces);
  require(whole == pieces && (!whole || once == chunked));
  require(respond(text, text.size() + 1) == respond(text, 1));
  const auto results = parse_authentication_results(text);
  require(results.results.size() <= 64);
  (void)imap_quoted(text);
  return 0;
}
