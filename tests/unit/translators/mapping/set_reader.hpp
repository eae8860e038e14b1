// The transaction sets of an X12 text, kept whole.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "translators/wire/segment_document.hpp"
#include "translators/x12/interchange_reader.hpp"

namespace crossdock::mapping {

struct ReadSet {
  x12::SetHeader header;
  std::string version;  ///< GS08
  wire::SegmentDocument document;
};

class SetCollector : public x12::InterchangeHandler {
 public:
  std::vector<ReadSet> sets;
  void on_interchange(const x12::InterchangeHeader& header) override { delimiters_ = header.delimiters; }
  void on_group(const x12::GroupHeader& header) override { version_ = header.version; }
  void on_set(const x12::SetHeader& header) override {
    sets.push_back({header, version_, {}});
    sets.back().document.delimiters = delimiters_;
    inside_ = true;
  }
  void on_segment(const wire::Segment& segment) override {
    if (inside_) sets.back().document.append(segment);
  }
  void on_set_end(const x12::SetTrailer&) override { inside_ = false; }

 private:
  wire::Delimiters delimiters_;
  std::string version_;
  bool inside_ = false;
};

inline std::vector<ReadSet> read_sets(std::string_view text) {
  SetCollector collector;
  x12::InterchangeReader reader(collector);
  if (reader.feed(text)) (void)reader.finish();
  return std::move(collector.sets);
}

}  // namespace crossdock::mapping
