// A partner's overlays, maps and moves of severity: what they change in reading a document, and what they leave alone.
// SPDX-License-Identifier: Apache-2.0
#include "translators/partner_folder.hpp"

#include <gtest/gtest.h>

#include "tests/support/guide_texts.hpp"
#include "translators/mapping/compiled_map.hpp"
#include "translators/translate.hpp"

namespace crossdock {
namespace {

using acknowledgement::Verdict;

/// The clone's maps, with a partner's folder before them.
class WithPartner : public TextSource {
 public:
  test::MemorySource own;
  [[nodiscard]] Result<std::string> read(const std::string& path) const override {
    return own.exists(path) ? own.read(path) : share_.read(path);
  }
  [[nodiscard]] bool exists(const std::string& path) const override { return own.exists(path) || share_.exists(path); }
  [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override {
    auto out = own.list(folder);
    for (std::string& path : share_.list(folder)) out.push_back(std::move(path));
    return out;
  }

 private:
  test::FolderSource share_{CROSSDOCK_SOURCE_DIR};
};

constexpr std::string_view overlay =
    "overlay: x12/004010/214\nsegments:\n  B10.02: {usage: M}\n  LX/L11: {repeat: 1}\n";
constexpr std::string_view map =
    "map: partners/acme/214\nextends: x12/004010/214\nevents:\n  - type: shipment.milestone.v1\n"
    "    relate:\n      - MS2.02 <-> equipment.number | else LX/L11[02=RE].01\n";

std::string document(const std::string& shipment, const std::string& more = {}) {
  const std::string body =
      "ST*214*0001~B10*PRO1*" + shipment + "*ACFL~LX*1~AT7*D1*NS***20260518*1432*CT~L11*T9*RE~" + more;
  const auto segments = std::count(body.begin(), body.end(), '~') + 1;
  return "ISA*00*          *00*          *02*ACFL           *ZZ*SHIPCO         *260518*1435*U*00401*000000004*0*P*>~"
         "GS*QM*ACFL*SHIPCO*20260518*1435*4*X*004010~" +
         body + "SE*" + std::to_string(segments) + "*0001~GE*1*4~IEA*1*000000004~";
}

struct Seen : acknowledgement::VerdictHandler {
  Verdict verdict = Verdict::unknown_type, outcome = Verdict::unknown_type;
  std::string findings, overlay_findings, events;
  std::uint64_t group_rejected = 0;
  static std::string text(const std::vector<Finding>& findings) {
    std::string out;
    for (const Finding& finding : findings)
      out +=
          std::string(name(finding.severity)) + " " + std::string(info(finding.code).text) + " " + finding.path + "\n";
    return out;
  }
  void on_set(const x12::InterchangeHeader&, const x12::GroupHeader&, acknowledgement::SetVerdict& set) override {
    verdict = set.verdict;
    outcome = set.outcome();
    findings = text(set.findings);
    overlay_findings = text(set.overlay_findings);
  }
  void on_group_end(const x12::InterchangeHeader&, acknowledgement::GroupVerdict& group) override {
    group_rejected = group.sets_rejected;
  }
};

class PartnerFolders : public testing::Test {
 protected:
  Seen read(const std::string& text, const std::function<void(PartnerRules&)>& change = {}) {
    catalogue_ = std::make_unique<Catalogue>(source_);
    auto rules = std::make_shared<PartnerRules>();
    rules->folder = &catalogue_->partner("acme");
    if (change) change(*rules);
    TranslateOptions options;
    options.partner = rules;
    Seen seen;
    Translator translator(*catalogue_, options, seen,
                          [&](canonical::Event&& event, std::string_view) { seen.events += event.data + "\n"; });
    EXPECT_TRUE(translator.feed(text));
    EXPECT_TRUE(translator.finish());
    return seen;
  }
  void put(const std::string& path, std::string_view text) { source_->own.texts[path] = text; }

  std::shared_ptr<WithPartner> source_ = std::make_shared<WithPartner>();
  std::unique_ptr<Catalogue> catalogue_;
};

TEST_F(PartnerFolders, an_overlay_rejects_what_the_standard_accepts_and_the_acknowledgement_stays_the_standards) {
  put("partners/acme/214.yaml", overlay);
  const Seen seen = read(document("", "L11*T8*RE~"));
  EXPECT_EQ(seen.verdict, Verdict::accepted) << seen.findings;
  EXPECT_EQ(seen.outcome, Verdict::rejected);
  EXPECT_EQ(seen.overlay_findings, "error x12.element.missing B10.02\nerror x12.segment.too_many LX[1]/L11\n");
  EXPECT_EQ(seen.group_rejected, 0U);
  EXPECT_EQ(seen.events, "");
}

TEST_F(PartnerFolders, with_acknowledge_overlay_its_findings_are_everybodys) {
  put("partners/acme/214.yaml", overlay);
  const Seen seen = read(document(""), [](PartnerRules& rules) { rules.acknowledge_overlay = true; });
  EXPECT_EQ(seen.verdict, Verdict::rejected);
  EXPECT_EQ(seen.findings, "error x12.element.missing B10.02\n");
  EXPECT_EQ(seen.overlay_findings, "");
  EXPECT_EQ(seen.group_rejected, 1U);
}

TEST_F(PartnerFolders, a_finding_of_both_is_said_once) {
  put("partners/acme/214.yaml", overlay);
  const Seen seen = read(document("SHP1", "AT8*G*L*twelve~"));
  EXPECT_EQ(seen.verdict, Verdict::rejected);
  EXPECT_NE(seen.findings, "");
  EXPECT_EQ(seen.overlay_findings, "");
}

TEST_F(PartnerFolders, an_added_segment_is_no_fault_of_the_document_and_its_map_reads_it) {
  put("partners/acme/214.yaml",
      "overlay: x12/004010/214\nextension: true\nadd:\n  - {segment: ZZ1, name: trailer, after: B10, usage: O, repeat: "
      "1,"
      " elements: [{name: number, type: AN, min: 1, max: 30, usage: M}]}\n");
  put("partners/acme/own/map.yaml",
      "map: partners/acme/own\nextends: x12/004010/214\nevents:\n  - type: shipment.milestone.v1\n    relate:\n"
      "      - MS2.02 <-> equipment.number | else /ZZ1.01\n");
  std::string text = document("SHP1");
  text.insert(text.find("LX*1"), "ZZ1*TRL77~");
  text.replace(text.find("SE*6"), 4, "SE*7");
  const Seen seen = read(text);
  EXPECT_EQ(seen.findings + seen.overlay_findings, "");
  EXPECT_NE(seen.events.find("TRL77"), std::string::npos) << seen.events;
}

TEST_F(PartnerFolders, a_map_stands_in_for_the_one_it_extends) {
  put("partners/acme/214/map.yaml", map);
  put("partners/acme/214/samples/ignored.yaml", "not: an overlay");
  EXPECT_NE(read(document("SHP1")).events.find(R"("equipment":{"number":"T9"})"), std::string::npos);
  source_->own.texts.clear();
  EXPECT_EQ(read(document("SHP1")).events.find("equipment"), std::string::npos);
}

TEST_F(PartnerFolders, a_release_of_the_profile_serves_where_none_is_installed) {
  std::string text = document("SHP1");
  text.replace(text.find("*X*004010"), 9, "*X*003060");
  EXPECT_EQ(read(text).verdict, Verdict::unknown_type);
  const Seen seen = read(text, [](PartnerRules& rules) { rules.release = "004010"; });
  EXPECT_EQ(seen.verdict, Verdict::accepted) << seen.findings;
  text = document("SHP1");
  const Seen own = read(text, [](PartnerRules& rules) { rules.release = "005010"; });
  EXPECT_EQ(own.verdict, Verdict::accepted) << "a release with a guide keeps its own: " << own.findings;
}

TEST_F(PartnerFolders, a_moved_error_rejects_no_longer_and_only_where_it_was_moved) {
  const std::string text = document("SHP1", "AT8*G*L*twelve~");
  const auto move = [](std::string place, std::string set) {
    return [=](PartnerRules& rules) {
      rules.moves.push_back({"x12.element.character", Severity::warning, set, place});
      rules.moves.push_back({"x12.element.long", Severity::warning, set, place});
    };
  };
  ASSERT_EQ(read(text).verdict, Verdict::rejected);
  for (const char* place : {"AT8.03", "AT8", "LX/AT8.03", ""}) {
    EXPECT_EQ(read(text, move(place, "")).verdict, Verdict::accepted_with_warnings) << place;
    EXPECT_EQ(read(text, move(place, "x12/004010/214")).verdict, Verdict::accepted_with_warnings) << place;
    EXPECT_EQ(read(text, move(place, "x12/004010/210")).verdict, Verdict::rejected) << place;
  }
  for (const char* place : {"AT8.04", "T8.03", "AT8.031", "LX/AT7/AT8.03"})
    EXPECT_EQ(read(text, move(place, "")).verdict, Verdict::rejected) << place;
}

TEST(PartnerRulesMoved, the_narrowest_entry_counts_and_of_equals_the_last) {
  PartnerRules rules;
  Finding finding;
  finding.code = Code::x12_element_code;
  finding.path = "LX[2]/AT7[1].01";
  rules.moves = {{"x12.element.code", Severity::error, "x12/004010/214", "AT7.01"},
                 {"x12.element.code", Severity::note, "", ""},
                 {"x12.element.code", Severity::warning, "", ""}};
  EXPECT_EQ(rules.moved(finding, "x12/004010/214", Severity::warning), Severity::error);
  EXPECT_EQ(rules.moved(finding, "x12/005010/214", Severity::error), Severity::warning);
  finding.code = Code::x12_element_long;
  EXPECT_EQ(rules.moved(finding, "x12/004010/214", Severity::error), Severity::error);
}

TEST_F(PartnerFolders, faults_name_file_line_and_column) {
  put("partners/acme/214.yaml", "overlay: x12/004010/214\nsegments:\n  B10.03: {usage: O}\n  XX: {usage: M}\n");
  put("partners/acme/notes.yaml", "remarks: none\n");
  put("partners/acme/204.yaml", "overlay: x12/004010/999999\n");
  put("partners/acme/214/map.yaml",
      "map: partners/acme/214\nextends: x12/004010/214\nevents:\n"
      "  - type: shipment.milestone.v1\n    relate:\n      - B10.99 <-> shipment.id\n");
  put("partners/acme/second/map.yaml", map);
  const Catalogue catalogue(source_);
  std::string said;
  for (const Finding& fault : check_partner_folder(catalogue, "acme"))
    said += std::string(info(fault.code).text) + " " + fault.path + "\n";
  for (const char* wanted :
       {"guide.unknown partners/acme/204.yaml:1:1", "guide.widens partners/acme/214.yaml:3:19",
        "guide.reference partners/acme/214.yaml:4:3", "guide.key_missing partners/acme/notes.yaml:1:1",
        "map.place.unknown partners/acme/214/map.yaml:6:9", "map.extends.wrong partners/acme/second/map.yaml:1:1"})
    EXPECT_NE(said.find(wanted), std::string::npos) << wanted << "\nin\n" << said;
}

TEST_F(PartnerFolders, an_empty_folder_changes_nothing) {
  const Catalogue catalogue(source_);
  EXPECT_TRUE(catalogue.partner("acme").overlays.empty());
  EXPECT_TRUE(check_partner_folder(catalogue, "nobody").empty());
  EXPECT_EQ(partner_of_map("partners/acme/214"), "acme");
  EXPECT_EQ(partner_of_map("x12/004010/214"), "");
}

}  // namespace
}  // namespace crossdock
