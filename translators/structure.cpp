// Gathering the rows of one interchange after the other.
// SPDX-License-Identifier: Apache-2.0
#include "translators/structure.hpp"

namespace crossdock {

void StructureHandler::on_interchange(const wire::InterchangeHeader& header) {
  ++totals.interchanges;
  totals.segments += header.implied ? 0 : 1;
  interchange_ = {};
  interchange_.header = header;
  group_ = nullptr;
  set_ = nullptr;
  in_interchange_ = true;
}

void StructureHandler::on_group(const wire::GroupHeader& header) {
  group_ = nullptr;
  if (!header.implied) {
    ++totals.groups;
    ++totals.segments;
  }
  ++interchange_.groups_seen;
  if (interchange_.groups.size() >= InterchangeSummary::rows_max) return;
  group_ = &interchange_.groups.emplace_back();
  group_->header = header;
}

void StructureHandler::on_set(const wire::SetHeader& header) {
  set_ = nullptr;
  in_set_ = true;
  ++totals.sets;
  if (group_ == nullptr) return;
  ++group_->sets_seen;
  if (interchange_.sets_kept >= InterchangeSummary::rows_max) return;
  ++interchange_.sets_kept;
  set_ = &group_->sets.emplace_back();
  set_->header = header;
}

void StructureHandler::on_segment(const wire::Segment&) {
  ++totals.segments;
  if (set_ != nullptr)
    ++set_->segments;
  else if (!in_set_)
    ++interchange_.service_segments;
}

void StructureHandler::on_set_end(const wire::SetTrailer& trailer) {
  if (set_ != nullptr) set_->trailer_present = trailer.present;
  set_ = nullptr;
  in_set_ = false;
}

void StructureHandler::on_group_end(const wire::GroupTrailer& trailer) {
  totals.segments += trailer.present ? 1 : 0;
  if (group_ != nullptr) group_->trailer = trailer;
  group_ = nullptr;
}

void StructureHandler::on_interchange_end(const wire::InterchangeTrailer& trailer) {
  totals.segments += trailer.present ? 1 : 0;
  interchange_.trailer = trailer;
  in_interchange_ = false;
  on_summary(interchange_);
}

void StructureHandler::on_finding(Finding&& finding) {
  totals.findings.add(finding.severity);
  if (finding.set != 0 && set_ != nullptr)
    set_->findings.add(finding.severity);
  else if (finding.set == 0 && finding.group != 0 && group_ != nullptr)
    group_->findings.add(finding.severity);
  else if (finding.group == 0 && finding.interchange != 0 && in_interchange_)
    interchange_.findings.add(finding.severity);
  on_each_finding(std::move(finding));
}

}  // namespace crossdock
