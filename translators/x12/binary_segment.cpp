// BIN and BDS: segments that end where their byte count says, whatever stands in between.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "translators/x12/reader_state.hpp"

namespace crossdock::x12 {

using wire::Progress;
using wire::Step;

bool ReaderState::begins_binary(std::uint32_t start) const {
  if (binary_refused || !envelope.in_set() || block.size() - start < 4) return false;
  const std::string_view tag = block.from(start).substr(0, 3);
  return (tag == "BIN" || tag == "BDS") && block.data()[start + 3] == element;
}

// BIN*count*bytes and BDS*code*count*bytes: the count decides where the segment ends, whatever stands in between.
Progress ReaderState::take_binary(std::uint32_t start) {
  constexpr std::size_t header_bytes_max = 40;
  here.byte = start;
  std::array<std::uint32_t, 4> ends{};
  const std::size_t parts = block.data()[start + 1] == 'I' ? 2 : 3;  // tag, count | tag, code, count
  const std::string_view header = block.from(start).substr(0, header_bytes_max);
  std::size_t found = 0;
  for (std::size_t at = 0; at < header.size() && found < parts; ++at) {
    if (header[at] == terminator[0]) break;
    if (header[at] == element) ends[found++] = start + static_cast<std::uint32_t>(at);
  }
  const auto refuse = [&](std::string_view why) -> Step {
    envelope.report(Code::x12_binary_length, place(start, start + 3), "binary segment: " + std::string(why));
    binary_refused = true;
    restart_index(start);
    return Step::done;
  };
  if (found < parts) {
    const bool complete =
        header.size() == header_bytes_max || header.find(terminator[0]) != std::string_view::npos || at_end;
    if (!complete) {
      restart_index(start);
      return Step::wait;
    }
    return refuse("it has no byte count");
  }
  const std::uint32_t count_begin = ends[parts - 2] + 1, data = ends[parts - 1] + 1;
  const std::string stated(block.data() + count_begin, data - 1 - count_begin);
  const auto count = parse_number(stated);
  if (!count) return refuse("its byte count '" + stated + "' is not a number");
  if (*count > limits.binary_bytes_max)
    return fail(Code::x12_segment_too_long,
                "a binary segment of " + stated + " bytes is longer than the limit of " +
                    std::to_string(limits.binary_bytes_max) + " bytes",
                place(start, start));
  const std::uint32_t end = data + static_cast<std::uint32_t>(*count);
  const auto width = static_cast<std::uint32_t>(terminator.size());
  const std::uint32_t width_max = width + (strip_carriage_return ? 1U : 0U);
  if (!at_end && block.size() < end + width_max + 1) {
    restart_index(std::max(end, block.size()));
    return Step::wait;
  }
  const std::string_view behind = block.size() >= end ? block.from(end) : std::string_view{};
  const std::uint32_t skip = strip_carriage_return && behind.substr(0, 1) == "\r" ? 1 : 0;
  if (behind.substr(skip, width) != terminator)
    return refuse("its byte count is " + stated + ", but no terminator stands behind that many bytes");
  ends[parts] = end;
  here.byte = end + skip + width;
  restart_index(here.byte);
  wire::Segment segment{block.data(), start, {ends.data(), parts + 1}, place(start, end)};
  envelope.body(segment);
  count_lines(here.byte);
  return Step::done;
}

}  // namespace crossdock::x12
