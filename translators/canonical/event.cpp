// CloudEvents 1.0 structured JSON, attributes in the order of the canonical model's example.
// SPDX-License-Identifier: Apache-2.0
#include "translators/canonical/event.hpp"

#include <cstring>

#include "translators/base/json_text.hpp"

namespace crossdock::canonical {
namespace {

/// Writes into room that was made before; a value with bytes to escape takes a detour.
class AttributeWriter {
 public:
  explicit AttributeWriter(char* to) : to_(to) {}
  void raw(std::string_view text) {
    std::memcpy(to_, text.data(), text.size());
    to_ += text.size();
  }
  void attribute(std::string_view key, const std::string& value) {
    if (value.empty()) return;
    raw(key);
    if (copy_plain_json(to_ + 1, value.data(), value.size())) {
      *to_ = '"';
      to_ += value.size() + 2;
      to_[-1] = '"';
      return;
    }
    std::string escaped;
    append_json_string(escaped, value);
    raw(escaped);
  }
  [[nodiscard]] const char* end() const { return to_; }

 private:
  char* to_;
};

}  // namespace

void Event::append_json(std::string& out) const {
  constexpr std::size_t escape_growth = 6,
                        names_bytes =
                            400;  // a byte becomes \u00xx at most; all names and punctuation together are shorter
  std::size_t room = data.size() + names_bytes;
  for (const std::string* value : {&type, &source, &subject, &time, &id, &factkey, &partitionkey, &sequence,
                                   &recordedtime, &correlationid, &traceparent, &messageid, &supersedes})
    room += value->size() * escape_growth;
  const std::size_t at = out.size();
  out.resize(at + room);
  AttributeWriter writer(out.data() + at);
  writer.raw(R"({"specversion":"1.0")");
  writer.attribute(R"(,"type":)", type);
  writer.attribute(R"(,"source":)", source);
  writer.attribute(R"(,"subject":)", subject);
  writer.attribute(R"(,"time":)", time);
  writer.attribute(R"(,"id":)", id);
  writer.attribute(R"(,"factkey":)", factkey);
  writer.attribute(R"(,"partitionkey":)", partitionkey);
  writer.attribute(R"(,"sequence":)", sequence);
  writer.attribute(R"(,"recordedtime":)", recordedtime);
  writer.attribute(R"(,"correlationid":)", correlationid);
  writer.attribute(R"(,"traceparent":)", traceparent);
  writer.attribute(R"(,"messageid":)", messageid);
  writer.attribute(R"(,"supersedes":)", supersedes);
  writer.raw(R"(,"datacontenttype":"application/json","data":)");
  writer.raw(data.empty() ? std::string_view("{}") : std::string_view(data));
  writer.raw("}");
  out.resize(static_cast<std::size_t>(writer.end() - out.data()));
}

std::string Event::to_json() const {
  std::string out;
  out.reserve(data.size() + 512);
  append_json(out);
  return out;
}

}  // namespace crossdock::canonical
