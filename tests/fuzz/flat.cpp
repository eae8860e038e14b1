// CSV and fixed width from hostile bytes: no crash, offsets inside the bytes, the same values for any chunking.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "translators/flat/flat_reader.hpp"

namespace {

using namespace crossdock;

std::string read(std::string_view text, std::size_t chunk, const flat::FlatFormat& format) {
  std::string out;
  flat::FlatReader reader(
      format,
      [&](tree::Tree& tree, std::uint32_t record) -> Status {
        for (std::uint32_t node = record; node < tree.size(); ++node) {
          const auto& value = tree.node(node);
          if (value.offset + value.length > text.size()) std::abort();
          out.append(value.key).append("=").append(value.text).append(";");
        }
        return {};
      },
      [&](Finding&& finding) { out.append(info(finding.code).text).append(";"); });
  Status status;
  for (std::size_t at = 0; status && at < text.size(); at += chunk) status = reader.feed(text.substr(at, chunk));
  if (status) status = reader.finish();
  if (!status) out += "!";
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  flat::FlatFormat csv;
  csv.record_bytes_max = 1U << 16;
  if (read(text, size + 1, csv) != read(text, 3, csv)) std::abort();
  csv.groups = {{"rows by a", {"a"}, {}}};
  if (read(text, size + 1, csv) != read(text, 3, csv)) std::abort();
  flat::FlatFormat fixed;
  fixed.fixed = true;
  fixed.record_bytes_max = 1U << 16;
  fixed.columns_given = true;
  fixed.tag_position = fixed.tag_length = 1;
  flat::FlatColumn column;
  column.name = "a";
  column.position = 2;
  column.length = 4;
  column.right = true;
  column.fill = '0';
  fixed.records = {{"h", "H", flat::no_record, {column}}, {"d", "D", 0, {column}}};
  if (read(text, size + 1, fixed) != read(text, 3, fixed)) std::abort();
  return 0;
}
