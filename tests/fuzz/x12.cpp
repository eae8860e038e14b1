// Fuzzes the X12 reader: no crash on any bytes, the same events whatever the chunks, vector and scalar scans alike.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tests/support/scan_twins.hpp"
#include "tests/support/x12_recorder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using crossdock::x12::support::read;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  crossdock::x12::ReaderLimits limits;
  limits.segment_bytes_max = 2000;
  limits.binary_bytes_max = 3000;
  limits.elements_max = 100;
  limits.text_outside_max = 1500;
  const auto whole = read(bytes, 0, limits);
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{1} + size / 3})
    if (read(bytes, chunk, limits).events != whole.events) std::abort();
  const crossdock::wire::Delimiters signs{.element = '*', .component = ':', .repetition = '^', .segment = "~"};
  if (!crossdock::test::scans_agree(bytes, signs)) std::abort();
  return 0;
}
