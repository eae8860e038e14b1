// The chunked transfer coding, taken apart as it arrives.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "translators/base/result.hpp"

namespace crossdock::http {

/// One chunked body. Blanks after a chunk's size are taken (there are senders that pad it), extensions and trailer
/// fields are read over; line ends are CR LF and nothing else, so that no two readers see different bodies. Source:
/// RFC 9112 s7.1.
class ChunkReader {
 public:
  static constexpr std::uint32_t line_bytes_max = 4U << 10;      ///< size, blanks and extensions of one chunk
  static constexpr std::uint32_t trailer_bytes_max = 16U << 10;  ///< all trailer fields together

  /// Takes bytes from the front and returns how many; what they hold of the body is appended to `body`. Stops after the
  /// last byte of the coding. Errors: channel.http.malformed.
  [[nodiscard]] Result<std::size_t> feed(std::string_view bytes, std::string& body);
  [[nodiscard]] bool done() const { return place_ == Place::done; }

 private:
  enum class Place : std::uint8_t {
    size,
    padding,
    extension,
    size_end,
    data,
    data_cr,
    data_lf,
    trailer,
    trailer_end,
    done
  };
  [[nodiscard]] Status take(unsigned char c);
  [[nodiscard]] Status take_size(unsigned char c);
  [[nodiscard]] Status take_trailer(unsigned char c);

  Place place_ = Place::size;
  std::uint64_t size_ = 0;  ///< of the chunk, then what of it is still to come
  std::uint32_t digits_ = 0, line_bytes_ = 0, trailer_bytes_ = 0;
  bool field_begun_ = false;  ///< the trailer line is not empty
};

}  // namespace crossdock::http
