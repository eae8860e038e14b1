// Sets and messages of our own interchanges.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/set_collector.hpp"

#include <algorithm>

#include "translators/any_reader.hpp"
#include "translators/wire/character_set.hpp"
#include "translators/wire/segment_writer.hpp"

namespace crossdock::pipeline {
namespace {

class SetCollector final : public wire::InterchangeHandler {
 public:
  void on_interchange(const wire::InterchangeHeader& header) override {
    delimiters_ = header.delimiters;
    edifact_ = header.syntax == wire::Syntax::edifact;
    characters_ = wire::character_set_of(header.standards_id);
  }
  void on_group(const wire::GroupHeader& header) override { group_ = header; }
  void on_set(const wire::SetHeader& header) override {
    if (edifact_)
      sets.push_back({header.set, "", directory_of(header), {}});
    else
      sets.push_back({header.set, group_.functional_id, group_.version, {}});
    inside_ = true;
  }
  void on_segment(const wire::Segment& segment) override {
    const std::string_view tag = segment.tag();
    if (!inside_ || tag == "ST" || tag == "SE" || tag == "UNH" || tag == "UNT") return;
    std::vector<std::string> elements{std::string(tag)};
    for (std::size_t i = 1; i <= segment.element_count(); ++i) elements.push_back(value_of(segment.element(i)));
    sets.back().segments.push_back(std::move(elements));
  }
  void on_set_end(const wire::SetTrailer&) override { inside_ = false; }

  std::vector<mapping::WrittenSet> sets;

 private:
  /// `D`, `96A`, `EAN008` is the directory `d96a-ean008`.
  static std::string directory_of(const wire::SetHeader& header) {
    std::string out = header.version + header.release;
    if (!header.implementation.empty()) out += "-" + header.implementation;
    for (char& c : out)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
  }

  /// Separators become the writer's marks, released characters what they mean, in UTF-8.
  [[nodiscard]] std::string value_of(std::string_view text) const {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const char c = text[at];
      if (delimiters_.release != 0 && c == delimiters_.release && at + 1 < text.size())
        out += text[++at];
      else if (delimiters_.component != 0 && c == delimiters_.component)
        out += wire::component_mark;
      else if (delimiters_.repetition != 0 && c == delimiters_.repetition)
        out += wire::repetition_mark;
      else
        out += c;
    }
    if (!edifact_ || !wire::has_high_bytes(out)) return out;
    std::string utf8;
    wire::append_utf8(utf8, out, characters_);
    return utf8;
  }

  wire::Delimiters delimiters_;
  wire::CharacterSet characters_ = wire::CharacterSet::not_said;
  wire::GroupHeader group_;
  bool inside_ = false, edifact_ = false;
};

}  // namespace

Result<std::vector<mapping::WrittenSet>> collect_sets(std::string_view bytes) {
  SetCollector collector;
  AnyReader reader(collector);
  TRY_STATUS(reader.feed(bytes));
  TRY_STATUS(reader.finish());
  return std::move(collector.sets);
}

}  // namespace crossdock::pipeline
