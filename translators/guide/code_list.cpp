// Open addressing at a quarter full: a good value costs one multiplication and one compare.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/code_list.hpp"

#include <algorithm>
#include <bit>
#include <functional>

#include "translators/guide/nearest.hpp"

namespace crossdock::guide {
namespace {

constexpr std::size_t short_code_max = 3;

/// A code as the eye reads it: capitals, letters that look like digits as those digits, no blanks around, no leading
/// zeros.
std::string folded(std::string_view code) {
  std::string out;
  for (char c : code) {
    if (c == ' ') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'I' || c == 'L') c = '1';
    if (c == 'O') c = '0';
    if (c == 'S') c = '5';
    if (c == 'Z') c = '2';
    out += c;
  }
  out.erase(0, std::min(out.find_first_not_of('0'), out.empty() ? 0 : out.size() - 1));
  return out;
}

/// Equal for equal folded codes.
std::uint64_t key_of(const std::string& code) { return packable(code) ? pack(code) : std::hash<std::string>{}(code); }

}  // namespace

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

const CodeList::Hints& CodeList::hints() const {
  std::call_once(hints_->made, [this] {
    constexpr std::size_t shown = 12;
    std::string& out = hints_->summary;
    for (std::size_t i = 0; i < std::min(shown, entries_.size()); ++i) {
      if (i != 0) out += ", ";
      out += entries_[i].code;
    }
    if (entries_.size() > shown) out += " ... " + std::to_string(entries_.size()) + " codes";
    for (std::uint32_t i = 0; i < entries_.size(); ++i)
      hints_->folded.emplace_back(key_of(folded(entries_[i].code)), i);
    std::sort(hints_->folded.begin(), hints_->folded.end());
  });
  return *hints_;
}

std::string CodeList::nearest(std::string_view value) const {
  const std::string wanted = folded(value);
  const std::pair<std::uint64_t, std::uint32_t> least{key_of(wanted), 0};
  const auto& keys = hints().folded;
  for (auto at = std::lower_bound(keys.begin(), keys.end(), least); at != keys.end() && at->first == least.first; ++at)
    if (folded(entries_[at->second].code) == wanted) return entries_[at->second].code;
  if (value.size() == 2 && contains(std::string{value[1], value[0]})) return {value[1], value[0]};
  if (value.size() <= short_code_max) return {};  // one changed character of a short code is another code, not a slip
  std::vector<std::string_view> codes;
  codes.reserve(entries_.size());
  for (const Entry& entry : entries_) codes.push_back(entry.code);
  return nearest_name(value, codes);
}

}  // namespace crossdock::guide
