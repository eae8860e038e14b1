// Cuts the items of lists out of a JSON document while its bytes arrive, so that a file of any size needs memory for
// one item and what stands around the lists. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock::json {

/// One item as it stands in the document.
struct JsonCut {
  std::string_view text;
  std::uint64_t offset = 0;
  std::uint32_t line = 0;
  std::size_t list = 0;  ///< which of the paths
};

class JsonCutter {
 public:
  using Sink = std::function<Status(const JsonCut&)>;
  /// Each path: member names from the root to a list whose items are cut out. `item_bytes_max`: of one item, and of all
  /// that stands around.
  JsonCutter(std::vector<std::vector<std::string>> paths, std::size_t item_bytes_max, Sink sink);
  /// Errors: json.syntax (commas and brackets; the rest is found when items and surroundings are parsed), json.limit;
  /// those of the sink.
  Status feed(std::string_view bytes);
  Status finish();
  /// The document without the items.
  [[nodiscard]] const std::string& surroundings() const { return around_; }

 private:
  struct Level {
    bool object = false, expects_key = false;
    std::size_t list = none;  ///< items are cut out
    std::string key;
  };
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  Status take(char c);
  Status in_items(char c, bool& taken);
  Status end_item();
  void open(char c);
  [[nodiscard]] std::size_t matching() const;
  tl::unexpected<Error> wrong(Code code, std::string what) const;

  std::vector<std::vector<std::string>> paths_;
  std::size_t limit_;
  Sink sink_;
  std::string around_, item_;
  std::vector<Level> levels_;
  std::size_t depth_max_ = 0;
  std::size_t item_depth_ = 0;  ///< levels open when the item at hand began; 0: none
  std::uint64_t at_ = 0, item_offset_ = 0;
  std::uint32_t line_ = 1, item_line_ = 0;
  bool in_string_ = false, escaped_ = false, in_key_ = false, scalar_ = false, after_item_ = false,
       after_comma_ = false;
};

}  // namespace crossdock::json
