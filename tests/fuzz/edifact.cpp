// Fuzzes the EDIFACT reader: no crash on any bytes, and the same events whatever the chunks and policies.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tests/support/edifact_recorder.hpp"
#include "tests/support/scan_twins.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace crossdock::edifact;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ReaderOptions options;
  options.segment_bytes_max = 2000;
  options.elements_max = 100;
  options.text_outside_max = 1500;
  if (!bytes.empty()) {  // the first byte chooses the policies
    options.line_breaks = static_cast<LineBreaks>(data[0] % 3);
    options.characters = static_cast<CharacterPolicy>(data[0] / 3 % 3);
    options.bare_messages = data[0] < 128;
    bytes.remove_prefix(1);
  }
  const auto whole = support::read(bytes, 0, options);
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{1} + size / 3})
    if (support::read(bytes, chunk, options).events != whole.events) std::abort();
  const crossdock::wire::Delimiters signs{
      .element = '+', .component = ':', .repetition = '*', .release = '?', .decimal_mark = '.', .segment = "'"};
  if (!crossdock::test::scans_agree(bytes, signs)) std::abort();
  return 0;
}
