// CloudEvents 1.0 structured JSON, attributes in the order of the canonical model's example.
// SPDX-License-Identifier: Apache-2.0
#include "translators/canonical/event.hpp"

#include "translators/base/json_text.hpp"

namespace crossdock::canonical {
namespace {

void attribute(std::string& out, std::string_view key, const std::string& value) {
  if (value.empty()) return;
  out += key;
  append_json_string(out, value);
}

}  // namespace

void Event::append_json(std::string& out) const {
  out += R"({"specversion":"1.0")";
  attribute(out, R"(,"type":)", type);
  attribute(out, R"(,"source":)", source);
  attribute(out, R"(,"subject":)", subject);
  attribute(out, R"(,"time":)", time);
  attribute(out, R"(,"id":)", id);
  attribute(out, R"(,"factkey":)", factkey);
  attribute(out, R"(,"partitionkey":)", partitionkey);
  attribute(out, R"(,"sequence":)", sequence);
  attribute(out, R"(,"recordedtime":)", recordedtime);
  attribute(out, R"(,"correlationid":)", correlationid);
  attribute(out, R"(,"traceparent":)", traceparent);
  attribute(out, R"(,"messageid":)", messageid);
  attribute(out, R"(,"supersedes":)", supersedes);
  out += R"(,"datacontenttype":"application/json","data":)";
  out += data.empty() ? "{}" : data;
  out += '}';
}

std::string Event::to_json() const {
  std::string out;
  out.reserve(data.size() + 512);
  append_json(out);
  return out;
}

}  // namespace crossdock::canonical
