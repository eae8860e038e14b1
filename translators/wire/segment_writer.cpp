// One loop for both kinds of strings.
// SPDX-License-Identifier: Apache-2.0
#include "translators/wire/segment_writer.hpp"

namespace crossdock::wire {
namespace {

// Cuts empty components and repetitions at the end, and at the end of each repetition.
void append_value(std::string& out, std::string_view value, const Delimiters& delimiters) {
  const std::size_t begin = out.size();
  const auto cut = [&](char separator) {
    while (separator != 0 && out.size() > begin && out.back() == separator) out.pop_back();
  };
  bool marked = false;
  for (const char byte : value) {
    if (byte == component_mark) {
      out.push_back(delimiters.component == 0 ? ' ' : delimiters.component);
      marked = true;
    } else if (byte == repetition_mark) {
      if (marked) cut(delimiters.component);
      out.push_back(delimiters.repetition == 0 ? ' ' : delimiters.repetition);
    } else {
      out.push_back(byte);
    }
  }
  if (marked) cut(delimiters.component);
  if (value.find(repetition_mark) != std::string_view::npos) cut(delimiters.repetition);
}

template <class Text>
void write(std::string& out, std::span<const Text> segment, const Delimiters& delimiters) {
  const std::size_t begin = out.size();
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (i != 0) out.push_back(delimiters.element);
    append_value(out, segment[i], delimiters);
  }
  while (out.size() > begin && out.back() == delimiters.element) out.pop_back();
  out += delimiters.segment;
}

}  // namespace

void write_segment(std::string& out, std::span<const std::string> segment, const Delimiters& delimiters) {
  write(out, segment, delimiters);
}
void write_segment(std::string& out, std::span<const std::string_view> segment, const Delimiters& delimiters) {
  write(out, segment, delimiters);
}

std::size_t find_control_character(std::string_view value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto byte = static_cast<unsigned char>(value[i]);
    if ((byte < 0x20 && value[i] != component_mark && value[i] != repetition_mark) || byte == 0x7F) return i;
  }
  return std::string_view::npos;
}

std::size_t find_delimiter(std::string_view value, const Delimiters& delimiters) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char byte = value[i];
    if (byte == 0) continue;
    if (byte == delimiters.element || byte == delimiters.component || byte == delimiters.repetition ||
        byte == delimiters.segment[0])
      return i;
  }
  return std::string_view::npos;
}

}  // namespace crossdock::wire
