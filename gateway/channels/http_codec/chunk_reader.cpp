// A byte at a time in lines, all at once in data.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_codec/chunk_reader.hpp"

#include <algorithm>

namespace crossdock::http {
namespace {

constexpr std::uint32_t digits_max = 15;  // 60 bits: far above every limit of a body

tl::unexpected<Error> malformed(const char* what) {
  return fail(Code::channel_http_malformed, std::string("the chunked body is not HTTP/1.1: ") + what);
}

int hex_digit(unsigned char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const unsigned char lower = c | 0x20U;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool blank(unsigned char c) { return c == ' ' || c == '\t'; }
bool control(unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; }

}  // namespace

Result<std::size_t> ChunkReader::feed(std::string_view bytes, std::string& body) {
  std::size_t taken = 0;
  while (taken < bytes.size() && place_ != Place::done) {
    if (place_ != Place::data) {
      TRY_STATUS(take(static_cast<unsigned char>(bytes[taken++])));
      continue;
    }
    const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(size_, bytes.size() - taken));
    body.append(bytes.substr(taken, count));
    taken += count;
    size_ -= count;
    if (size_ == 0) place_ = Place::data_cr;
  }
  return taken;
}

Status ChunkReader::take(unsigned char c) {
  switch (place_) {
    case Place::data_cr:
      if (c != '\r') return malformed("a chunk is longer than its size says");
      place_ = Place::data_lf;
      return {};
    case Place::data_lf:
      if (c != '\n') return malformed("a chunk does not end with CR LF");
      place_ = Place::size;
      return {};
    case Place::trailer:
    case Place::trailer_end: return take_trailer(c);
    default: return take_size(c);
  }
}

Status ChunkReader::take_size(unsigned char c) {
  if (place_ == Place::size_end) {
    if (c != '\n') return malformed("a line of a chunk's size does not end with CR LF");
    place_ = size_ == 0 ? Place::trailer : Place::data;
    digits_ = line_bytes_ = 0;
    return {};
  }
  if (++line_bytes_ > line_bytes_max) return malformed("a chunk's size and extensions are longer than 4096 bytes");
  if (c == '\r') {
    if (digits_ == 0) return malformed("a chunk has no size");
    place_ = Place::size_end;
    return {};
  }
  if (place_ == Place::extension)
    return control(c) ? malformed("a control character among chunk extensions") : Status{};
  if (digits_ > 0 && c == ';') {
    place_ = Place::extension;
    return {};
  }
  if (digits_ > 0 && blank(c)) {
    place_ = Place::padding;
    return {};
  }
  const int digit = hex_digit(c);
  if (digit < 0 || place_ == Place::padding) return malformed("a chunk's size is no hexadecimal number");
  if (++digits_ > digits_max) return malformed("a chunk's size is beyond all limits");
  size_ = size_ << 4 | static_cast<std::uint64_t>(digit);
  return {};
}

Status ChunkReader::take_trailer(unsigned char c) {
  if (++trailer_bytes_ > trailer_bytes_max) return malformed("the trailer is longer than 16384 bytes");
  if (place_ == Place::trailer_end) {
    if (c != '\n') return malformed("a line of the trailer does not end with CR LF");
    place_ = std::exchange(field_begun_, false) ? Place::trailer : Place::done;
    return {};
  }
  if (c == '\r') {
    place_ = Place::trailer_end;
    return {};
  }
  if (control(c)) return malformed("a control character in the trailer");
  field_begun_ = true;
  return {};
}

}  // namespace crossdock::http
