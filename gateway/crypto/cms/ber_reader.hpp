// Cuts BER of any size out of a stream: elements are entered, gathered whole, streamed as octets or passed over.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock::crypto::cms {

/// One element as its header says. Source: ITU-T X.690 s8.1.
struct BerElement {
  std::uint8_t tag_class = 0;  ///< 0 universal, 1 application, 2 context-specific, 3 private
  bool constructed = false;
  std::uint32_t tag = 0;
  std::optional<std::uint64_t> length;  ///< nothing: indefinite
  std::size_t depth = 0;                ///< 0: outermost

  [[nodiscard]] bool is_universal(std::uint32_t number) const { return tag_class == 0 && tag == number; }
  [[nodiscard]] bool is_context(std::uint32_t number) const { return tag_class == 2 && tag == number; }
};

inline constexpr std::uint32_t ber_integer = 2, ber_octet_string = 4, ber_null = 5, ber_oid = 6, ber_sequence = 16,
                               ber_set = 17;

/// What to do with an element that begins.
struct BerAction {
  enum class Take : std::uint8_t {
    enter,   ///< its children come one by one; only for constructed ones
    gather,  ///< kept and handed over whole, header included
    stream,  ///< an octet string, primitive or constructed: its octets come as they arrive
    skip
  };
  Take take = Take::enter;
  std::size_t gather_bytes_max = 64U << 10;
  bool pause = false;  ///< feed() returns before the element's first content byte
};

class BerHandler {
 public:
  virtual ~BerHandler() = default;
  virtual Result<BerAction> begin(const BerElement& element) = 0;
  /// An element that was gathered; the view is valid during the call.
  virtual Status gathered(const BerElement& element, std::string_view raw) = 0;
  /// Octets of the element that is streamed.
  virtual Status octets(std::string_view bytes) = 0;
  /// An element that was entered or streamed is complete.
  virtual Status end(const BerElement& element) = 0;
};

/// One outermost element. Definite and indefinite lengths may be mixed; children never reach beyond their parents.
/// CR and LF behind it are passed over (some mailers append them), anything else is an error.
/// Errors: the code given, for whatever is not well-formed or beyond a limit; and those of the handler.
class BerReader {
 public:
  static constexpr std::size_t depth_max = 24;

  explicit BerReader(Code form) : form_(form) {}
  /// Bytes taken: all, or fewer after an action with `pause`.
  Result<std::size_t> feed(std::string_view bytes, BerHandler& handler);
  /// Error when the outermost element is not complete.
  [[nodiscard]] Status finish() const;
  [[nodiscard]] bool complete() const { return complete_; }
  /// Bytes taken so far.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }

 private:
  struct Open {
    BerElement element;
    BerAction::Take take;
    std::uint64_t end;    ///< of a definite one
    std::uint64_t limit;  ///< where the innermost definite element around it, or it itself, ends
  };
  static constexpr std::uint64_t no_limit = ~std::uint64_t{0};

  [[nodiscard]] tl::unexpected<Error> broken(std::string what) const;
  Status take_header_byte(char byte, BerHandler& handler);
  Result<std::optional<BerElement>> parse_header() const;
  Status open(BerElement element, BerHandler& handler);
  Result<BerAction> decide(const BerElement& element, BerHandler& handler);
  Status take_content(std::string_view bytes, BerHandler& handler);
  Status close_all(BerHandler& handler);
  Status close_top(BerHandler& handler);
  Status gather(std::string_view bytes);

  Code form_;
  std::uint64_t offset_ = 0;
  std::string header_;
  std::vector<Open> open_;
  std::uint64_t left_ = 0;  ///< content bytes still to come of a primitive element on top of open_
  std::string gathered_;
  std::size_t gather_root_ = 0, gather_max_ = 0;
  bool paused_ = false, complete_ = false;
};

}  // namespace crossdock::crypto::cms
