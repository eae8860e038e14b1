// Sets of our own interchanges.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/set_collector.hpp"

#include <algorithm>

#include "translators/wire/segment_writer.hpp"
#include "translators/x12/interchange_reader.hpp"

namespace crossdock::pipeline {
namespace {

class SetCollector final : public x12::InterchangeHandler {
 public:
  void on_interchange(const x12::InterchangeHeader& header) override { delimiters_ = header.delimiters; }
  void on_group(const x12::GroupHeader& header) override { group_ = header; }
  void on_set(const x12::SetHeader& header) override {
    sets.push_back({header.set, group_.functional_id, group_.version, {}});
    inside_ = true;
  }
  void on_segment(const wire::Segment& segment) override {
    if (!inside_ || segment.tag() == "ST" || segment.tag() == "SE") return;
    std::vector<std::string> elements{std::string(segment.tag())};
    for (std::size_t i = 1; i <= segment.element_count(); ++i) {
      std::string value(segment.element(i));
      if (delimiters_.component != 0)
        std::replace(value.begin(), value.end(), delimiters_.component, wire::component_mark);
      if (delimiters_.repetition != 0)
        std::replace(value.begin(), value.end(), delimiters_.repetition, wire::repetition_mark);
      elements.push_back(std::move(value));
    }
    sets.back().segments.push_back(std::move(elements));
  }
  void on_set_end(const x12::SetTrailer&) override { inside_ = false; }

  std::vector<mapping::WrittenSet> sets;

 private:
  wire::Delimiters delimiters_;
  x12::GroupHeader group_;
  bool inside_ = false;
};

}  // namespace

Result<std::vector<mapping::WrittenSet>> collect_sets(std::string_view bytes) {
  SetCollector collector;
  x12::InterchangeReader reader(collector);
  TRY_STATUS(reader.feed(bytes));
  TRY_STATUS(reader.finish());
  return std::move(collector.sets);
}

}  // namespace crossdock::pipeline
