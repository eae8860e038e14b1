// CloudEvents 1.0 structured JSON, attributes in the order of the canonical model's example.
// SPDX-License-Identifier: Apache-2.0
#include "translators/canonical/event.hpp"

#include <cstring>
#include <memory>
#include <string_view>

#include "translators/base/json_text.hpp"

namespace crossdock::canonical {
namespace {

/// Writes attributes into memory of its own, which is on the stack unless they are unusually long: nothing is cleared
/// that is written a moment later.
class AttributeWriter {
 public:
  explicit AttributeWriter(std::size_t room) {
    if (room > sizeof small_) large_ = std::make_unique_for_overwrite<char[]>(room);
    begin_ = to_ = large_ ? large_.get() : small_;
  }
  template <std::size_t size>
  void name(const char (&text)[size]) {
    std::memcpy(to_, text, size - 1);
    to_ += size - 1;
  }
  /// A value with bytes to escape takes a detour.
  template <std::size_t size>
  void attribute(const char (&key)[size], const std::string& value) {
    if (value.empty()) return;
    name(key);
    if (copy_plain_json(to_ + 1, value.data(), value.size())) {
      *to_ = '"';
      to_ += value.size() + 2;
      to_[-1] = '"';
      return;
    }
    std::string escaped;
    append_json_string(escaped, value);
    std::memcpy(to_, escaped.data(), escaped.size());
    to_ += escaped.size();
  }
  [[nodiscard]] std::string_view text() const { return {begin_, static_cast<std::size_t>(to_ - begin_)}; }

 private:
  char small_[4096];
  std::unique_ptr<char[]> large_;
  char *begin_ = nullptr, *to_ = nullptr;
};

}  // namespace

void Event::append_json(std::string& out) const {
  constexpr std::size_t escape_growth = 6,
                        names_bytes =
                            400;  // a byte becomes \u00xx at most; all names and punctuation together are shorter
  const std::size_t values = type.size() + source.size() + subject.size() + time.size() + id.size() + factkey.size() +
                             partitionkey.size() + sequence.size() + recordedtime.size() + correlationid.size() +
                             traceparent.size() + messageid.size() + supersedes.size();
  AttributeWriter writer(values * escape_growth + names_bytes);
  writer.name(R"({"specversion":"1.0")");
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
  writer.name(R"(,"datacontenttype":"application/json","data":)");
  out.append(writer.text());
  out.append(data.empty() ? std::string_view("{}") : std::string_view(data));
  out += '}';
}

std::string Event::to_json() const {
  std::string out;
  out.reserve(data.size() + 512);
  append_json(out);
  return out;
}

}  // namespace crossdock::canonical
