// Open addressing at a quarter full: a good value costs one multiplication and one compare.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/code_list.hpp"

#include <algorithm>
#include <bit>

#include "translators/guide/nearest.hpp"

namespace crossdock::guide {

CodeList::CodeList(std::string id, std::vector<Entry> entries) : id_(std::move(id)), entries_(std::move(entries)) {
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.code < b.code; });
  entries_.erase(
      std::unique(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.code == b.code; }),
      entries_.end());
  const std::size_t size = std::bit_ceil(std::max<std::size_t>(4, entries_.size() * 4));
  slots_.assign(size, 0);
  mask_ = size - 1;
  shift_ = 64U - static_cast<unsigned>(std::countr_zero(size));
  for (const Entry& entry : entries_) {
    if (!packable(entry.code)) continue;
    const std::uint64_t word = pack(entry.code);
    std::size_t at = slot(word);
    while (slots_[at] != 0) at = (at + 1) & mask_;
    slots_[at] = word;
  }
}

const CodeList::Entry* CodeList::find_long(std::string_view value) const {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), value,
                                   [](const Entry& entry, std::string_view v) { return entry.code < v; });
  return at != entries_.end() && at->code == value ? &*at : nullptr;
}

std::string_view CodeList::meaning(std::string_view code) const {
  const Entry* entry = find_long(code);
  return entry == nullptr ? std::string_view{} : std::string_view(entry->meaning);
}

std::string CodeList::summary() const {
  constexpr std::size_t shown = 12;
  std::string out;
  for (std::size_t i = 0; i < std::min(shown, entries_.size()); ++i) {
    if (i != 0) out += ", ";
    out += entries_[i].code;
  }
  if (entries_.size() > shown) out += " ... " + std::to_string(entries_.size()) + " codes";
  return out;
}

std::string CodeList::nearest(std::string_view value) const {
  std::vector<std::string_view> codes;
  codes.reserve(entries_.size());
  for (const Entry& entry : entries_) codes.push_back(entry.code);
  return nearest_name(value, codes);
}

}  // namespace crossdock::guide
