// Reading and checking a whole configuration folder: every kind of fault with its place.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace crossdock::configuration {
namespace {

class SomeInstalled : public Installed {
 public:
  std::vector<std::string> guide_ids() const override {
    std::vector<std::string> ids;
    for (const char* release : {"x12/004010/", "x12/005010/"})
      for (const char* set : {"204", "990", "214", "210", "997"}) ids.push_back(std::string(release) + set);
    return ids;
  }
  std::vector<std::string> map_ids() const override {
    auto ids = guide_ids();
    ids.push_back("webhooks/acme-status");
    return ids;
  }
  std::vector<std::string> event_types() const override {
    return {"shipment.milestone.v1", "load.tendered.v1", "load.tender_answered.v1", "freight.invoiced.v1",
            "message.acknowledged.v1"};
  }
  Faults partner_faults(const std::vector<std::string>& partners) const override {
    asked = partners;
    return overlay_faults;
  }
  std::string version() const override { return "1"; }
  bool knows_zone(const std::string& zone) const override { return zone != "Pacific/Apia"; }
  std::string schema_fault(const std::string& path) const override {
    return path == "schemas/bad.json" ? path + " is no schema" : "";
  }
  BodyMap body_map(const std::string& id) const override {
    return id.starts_with("x12/") ? BodyMap{} : BodyMap{true, {"shipment.milestone.v1"}};
  }
  mutable std::vector<std::string> asked;
  Faults overlay_faults;
};

class Folder : public testing::Test {
 protected:
  Folder() {
    folder_.write("crossdock.yaml", "name: here\n");
    folder_.write("targets/erp.yaml", "target: erp\nurl: http://127.0.0.1:1/events\n");
    folder_.write("policies/routes.yaml", "routes:\n  - {events: shipment.*, to: erp}\n");
    folder_.write("partners/acme.yaml", acme);
  }
  FolderResult load(bool quarantine = false, std::shared_ptr<const Bundle> previous = nullptr) {
    FolderOptions options;
    options.folder = folder_.path();
    options.installed = &installed_;
    options.quarantine = quarantine;
    options.previous = std::move(previous);
    return load_folder(options);
  }
  /// The only fault as `file:line:column code`, else all of them.
  std::string fault() {
    const Faults faults = load().faults;
    std::string out;
    for (const Fault& one : faults)
      out += (out.empty() ? "" : "\n") + one.file + ":" + std::to_string(one.line) + ":" + std::to_string(one.column) +
             " " + std::string(info(one.code).text);
    return out;
  }

  static constexpr std::string_view acme =
      "partner: acme\nidentifiers: {scac: ACFL, x12: [\"02:ACFL\"], gs: ACFL}\n"
      "channels:\n  - directory: {pick_up: p/in, put: p/out}\nsends:\n  - {set: x12/004010/214}\n";
  SomeInstalled installed_;
  support::TemporaryFolder folder_;
};

TEST_F(Folder, a_sound_folder_has_no_faults_and_a_bundle) {
  const FolderResult result = load();
  ASSERT_TRUE(result.bundle) << (result.faults.empty() ? "" : to_text(result.faults.front()));
  EXPECT_TRUE(result.faults.empty());
  EXPECT_EQ(result.bundle->hash.size(), 64U);
  ASSERT_EQ(result.bundle->find(IdentifierKind::x12, "02:ACFL").size(), 1U);
  EXPECT_EQ(result.bundle->find(IdentifierKind::scac, "ACFL").front()->id.text, "acme");
  EXPECT_TRUE(result.bundle->find(IdentifierKind::scac, "XXXX").empty());
  EXPECT_EQ(result.bundle->partner("acme")->channels.front().directory->every, std::chrono::seconds(30));
  EXPECT_EQ(result.bundle->installation.listeners.front().listen.text, "127.0.0.1:8080");
}

TEST_F(Folder, a_fault_in_a_partners_folder_quarantines_the_partner) {
  folder_.write("partners/acme/214.yaml", "overlay: x12/004010/214\n");
  folder_.write("partners/acme/214/samples/one.edi", "");
  installed_.overlay_faults.push_back(
      {Code::guide_widens, Severity::error, "partners/acme/214.yaml", 3, 5, {}, "it widens", ""});
  const FolderResult refused = load();
  EXPECT_FALSE(refused.bundle);
  EXPECT_EQ(installed_.asked, std::vector<std::string>{"acme"});
  EXPECT_EQ(fault(), "partners/acme/214.yaml:3:5 guide.widens");
  const FolderResult running = load(true);
  ASSERT_TRUE(running.bundle);
  EXPECT_EQ(running.bundle->partner("acme"), nullptr);
  ASSERT_EQ(running.bundle->quarantined.size(), 1U);
  EXPECT_EQ(running.bundle->quarantined.front().partner, "acme");
}

TEST_F(Folder, a_partners_folder_without_profile_is_named) {
  folder_.write("partners/amce/214.yaml", "overlay: x12/004010/214\n");
  EXPECT_EQ(fault(), "partners/amce:0:0 configuration.file.unexpected");
  EXPECT_TRUE(installed_.asked.empty());
}

TEST_F(Folder, severities_are_moved_for_findings_of_validation_in_known_sets) {
  const auto with = [&](const std::string& entry) {
    folder_.write("partners/acme.yaml", std::string(acme) + "severity:\n  - " + entry + "\n");
    return fault();
  };
  EXPECT_EQ(with("{code: x12.element.code, severity: error, set: x12/004010/214, place: AT7.01}"), "");
  EXPECT_EQ(with("{code: x12.element.cod, severity: error}"),
            "partners/acme.yaml:8:12 configuration.reference.unknown");
  EXPECT_EQ(with("{code: map.event.unmatched, severity: note}"), "partners/acme.yaml:8:12 configuration.value.choice");
  EXPECT_EQ(with("{code: x12.element.code, severity: note, set: x12/004010/999}"),
            "partners/acme.yaml:8:51 configuration.set.unknown");
}

TEST_F(Folder, windows_and_closed_days_are_of_a_zone_with_rules) {
  const auto with = [&](const std::string& more) {
    folder_.write("partners/acme.yaml", std::string(acme) + more);
    return fault();
  };
  EXPECT_EQ(with("zone: America/Chicago\nclosed: [\"2026-12-25\"]\nreceives:\n  - set: x12/004010/204\n"
                 "    windows: [{from: \"22:00\", until: \"04:00\", days: [mon, fri]}]\n"),
            "");
  EXPECT_EQ(with("closed: [\"2026-02-29\"]\n"), "partners/acme.yaml:7:10 configuration.value.format");
  EXPECT_EQ(with("zone: Pacific/Apia\n"), "partners/acme.yaml:7:7 configuration.value.format");
  EXPECT_EQ(with("receives:\n  - set: x12/004010/204\n    windows: [{from: \"08:00\", until: \"08:00\"}]\n"),
            "partners/acme.yaml:9:15 configuration.value.format");
}

TEST_F(Folder, a_webhook_says_where_its_signed_time_stands_and_what_it_posts) {
  folder_.write("secrets/hook", "c2VjcmV0c2VjcmV0");
  const auto with = [&](const std::string& more) {
    folder_.write("partners/acme.yaml",
                  "partner: acme\nchannels:\n  - webhook: {path: a, verify: hmac, secret: secret:hook, map: "
                  "webhooks/acme-status" +
                      more + "}\n");
    std::string out;
    for (const Fault& one : load().faults)
      if (one.severity == Severity::error) out += std::string(info(one.code).text) + " " + one.message + "\n";
    return out;
  };
  EXPECT_EQ(with(", signed: timestamp_and_body, timestamp_header: x-time, schema: schemas/good.json"), "");
  EXPECT_EQ(
      with(", signed: timestamp_and_body"),
      "configuration.key.missing the signature is of a time stamp, and no `timestamp_header` says where it stands\n");
  EXPECT_EQ(with(", schema: schemas/bad.json"), "configuration.reference.unknown schemas/bad.json is no schema\n");
}

TEST_F(Folder, bodies_are_shaped_by_maps_that_write_documents_of_the_events_routed) {
  const auto with = [&](const std::string& body, const std::string& events) {
    folder_.write("targets/erp.yaml",
                  "target: erp\nurl: http://127.0.0.1:1/events\noperations:\n  - {name: status, body: " + body + "}\n");
    folder_.write("policies/routes.yaml", "routes:\n  - {events: " + events + ", to: erp, operation: status}\n");
    return fault();
  };
  EXPECT_EQ(with("webhooks/acme-status", "shipment.*"), "");
  EXPECT_EQ(with("data", "freight.invoiced"), "");
  EXPECT_EQ(with("webhooks/acme-status", "freight.invoiced"), "policies/routes.yaml:2:14 configuration.event.unknown");
  EXPECT_EQ(with("x12/004010/214", "shipment.*"), "targets/erp.yaml:4:26 configuration.map.unknown");
  EXPECT_EQ(with("webhooks/nobody", "shipment.*"), "targets/erp.yaml:4:26 configuration.map.unknown");
}

TEST_F(Folder, the_example_has_no_errors) {
  FolderOptions options;
  options.folder = std::string(CROSSDOCK_SOURCE_DIR) + "/partner-profiles/example";
  options.installed = &installed_;
  const FolderResult result = load_folder(options);
  std::string errors;
  for (const Fault& one : result.faults)
    if (one.severity == Severity::error) errors += to_text(one) + "\n";
  EXPECT_EQ(errors, "");
  ASSERT_TRUE(result.bundle);
  EXPECT_EQ(result.bundle->partners.size(), 3U);
  EXPECT_EQ(result.bundle->webhook("acme").partner->id.text, "acme-freight");
  EXPECT_EQ(result.bundle->webhook("nobody").partner, nullptr);
  EXPECT_EQ(result.bundle->document_token(to_hex(sha256("acme-demo-token")))->id.text, "acme-freight");
}

TEST_F(Folder, an_unknown_key_names_the_nearest) {
  folder_.write("partners/acme.yaml", std::string(acme) + "identifers: {}\n");
  const Faults faults = load().faults;
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].code, Code::configuration_key_unknown);
  EXPECT_EQ(faults[0].line, 7U);
  EXPECT_EQ(faults[0].column, 1U);
  EXPECT_EQ(faults[0].expected, "Did you mean `identifiers`?");
  EXPECT_EQ(to_text(faults[0]),
            "partners/acme.yaml:7:1: error configuration.key.unknown at identifers: the key `identifers` is not known "
            "in partner. Did you mean `identifiers`?");
}

TEST_F(Folder, each_fault_has_its_place_and_code) {
  struct Row {
    std::string file, text, expected;
  };
  const std::string a(acme);
  for (const auto& [name, value] : {std::pair{"secrets/empty", "\n"}, std::pair{"secrets/plain", "not base64!\n"}}) {
    folder_.write(name, value);
    std::filesystem::permissions(folder_.path() / name, std::filesystem::perms::owner_read);
  }
  const std::vector<Row> rows{
      {"partners/acme.yaml", a + "zone: 1\n", "partners/acme.yaml:7:7 configuration.value.format"},
      {"partners/acme.yaml", a + "test: perhaps\n", "partners/acme.yaml:7:7 configuration.value.type"},
      {"partners/acme.yaml", a + "role: carier\n", "partners/acme.yaml:7:7 configuration.value.choice"},
      {"partners/acme.yaml", a + "carries: [nobody]\n", "partners/acme.yaml:7:11 configuration.reference.unknown"},
      {"partners/acme.yaml", a + "  - {set: x12/004010/215}\n", "partners/acme.yaml:7:11 configuration.set.unknown"},
      {"partners/acme.yaml", a + "  - {set: x12/004010/210, map: x12/004010/21}\n",
       "partners/acme.yaml:7:32 configuration.map.unknown"},
      {"partners/acme.yaml", a + "  - {set: x12/004010/997, acknowledge: \"997\"}\n",
       "partners/acme.yaml:7:11 configuration.value.choice"},
      {"partners/acme.yaml", a + "  - {set: x12/004010/210, via: pigeon}\n",
       "partners/acme.yaml:7:32 configuration.reference.unknown"},
      {"partners/acme.yaml", a + "expects:\n  - {after: load.tenderd, set: x12/004010/214, within: 1h}\n",
       "partners/acme.yaml:8:13 configuration.event.unknown"},
      {"partners/acme.yaml", a + "expects:\n  - {after: load.tendered, set: x12/004010/990, within: 1h}\n",
       "partners/acme.yaml:8:33 configuration.reference.unknown"},
      {"partners/acme.yaml", a + "expects:\n  - {after: load.tendered, set: x12/004010/214, within: 0}\n",
       "partners/acme.yaml:8:57 configuration.value.bounds"},
      {"partners/acme.yaml", "partner: other\n", "partners/acme.yaml:1:10 configuration.name.mismatch"},
      {"partners/acme.yaml", "name: x\n", "partners/acme.yaml:1:1 configuration.key.missing"},
      {"partners/acme.yaml", "partner: acme\nchannels:\n  - sftp: {host: x, user: u, pick_up: /out}\n",
       "partners/acme.yaml:3:11 configuration.key.missing"},
      {"partners/acme.yaml",
       "partner: acme\nchannels:\n  - sftp: {host: x, user: u, host_keys: [SHA256:abc], key: env:HOME, pick_up: "
       "/out}\n",
       "partners/acme.yaml:3:42 configuration.value.format"},
      {"partners/acme.yaml",
       "partner: acme\nchannels:\n  - sftp: {host: x, user: u, host_keys: [ssh-rsa AAAA], pick_up: /out}\n",
       "partners/acme.yaml:3:5 configuration.key.missing"},
      {"partners/acme.yaml",
       "partner: acme\nchannels:\n  - sftp: {host: x, user: u, host_keys: [ssh-rsa AAAA], key: env:HOME, "
       "pick_up: /o, put: /o/}\n",
       "partners/acme.yaml:3:5 configuration.key.missing"},
      {"partners/acme.yaml",
       "partner: acme\nchannels:\n  - sftp: {host: x, user: u, host_keys: [ssh-rsa AAAA], key: env:HOME, pick_up: /o, "
       "proxy: "
       "ftp://x:1}\n",
       "partners/acme.yaml:3:92 configuration.value.format"},
      {"partners/acme.yaml", "partner: acme\nchannels:\n  - kafka: {host: x}\n",
       "partners/acme.yaml:3:5 configuration.channel.unavailable"},
      {"partners/acme.yaml", "partner: acme\nchannels:\n  - pigeon: {}\n",
       "partners/acme.yaml:3:5 configuration.key.unknown"},
      {"partners/acme.yaml", "partner: acme\nchannels:\n  - document: {tokens: [abc]}\n",
       "partners/acme.yaml:3:25 configuration.token.plain"},
      {"partners/acme.yaml",
       "partner: acme\nchannels:\n  - webhook: {path: a, secret: hunter2, map: webhooks/acme-status}\n",
       "partners/acme.yaml:3:32 configuration.secret.plain"},
      {"partners/acme.yaml",
       "partner: acme\nchannels:\n  - webhook: {path: a, secret: secret:none, map: webhooks/acme-status}\n",
       "partners/acme.yaml:3:32 configuration.secret.missing"},
      {"partners/acme.yaml", "partner: acme\nchannels:\n  - kafka: {host: x}\n  - directory: {put: p/out}\n",
       "partners/acme.yaml:3:5 configuration.channel.unavailable"},
      {"partners/acme.yaml", "partner: acme\nzone: Pacific/Apia\n",
       "partners/acme.yaml:2:7 configuration.value.format"},
      {"partners/acme.yaml",
       "partner: acme\nchannels:\n  - directory: {put: p/out}\nreceives:\n  - {set: x12/004010/204, delimiters: "
       "{element: \"A\"}}\n",
       "partners/acme.yaml:5:49 configuration.value.format"},
      {"partners/acme.yaml",
       "partner: acme\nchannels:\n  - webhook: {path: a, secret: secret:empty, map: webhooks/acme-status}\n",
       "partners/acme.yaml:3:32 configuration.secret.missing"},
      {"partners/acme.yaml",
       "partner: acme\nchannels:\n  - webhook: {path: a, secret: secret:plain, map: webhooks/acme-status}\n",
       "partners/acme.yaml:3:32 configuration.value.format"},
      {"partners/acme.yaml",
       "partner: acme\nchannels:\n  - webhook: {path: a, verify: hmac, secret: secret:plain, map: "
       "webhooks/acme-status}\n",
       ""},
      {"partners/acme.yaml", "partner: acme\nreceives:\n  - {set: x12/004010/204}\n",
       "partners/acme.yaml:3:11 configuration.key.missing"},
      {"partners/acme.yaml", "partner: [acme\n", "partners/acme.yaml:2:1 configuration.yaml.syntax"},
      {"partners/two.yaml", "partner: two\nidentifiers: {x12: [\"02:ACFL\"]}\n",
       "partners/acme.yaml:2:33 configuration.identifier.duplicate\npartners/two.yaml:2:21 "
       "configuration.identifier.duplicate"},
      {"targets/erp.yaml", "target: erp\n", "targets/erp.yaml:1:9 configuration.key.missing"},
      {"targets/erp.yaml", "target: erp\nurl: ftp://x\n",
       "targets/erp.yaml:1:9 configuration.key.missing\ntargets/erp.yaml:2:6 configuration.value.format"},
      {"targets/erp.yaml", "target: erp\nurl: http://x\nonce: lookup\n",
       "targets/erp.yaml:1:9 configuration.key.missing"},
      {"targets/erp.yaml", "target: erp\nurl: http://x\nlookup: {url: http://x/key}\n",
       "targets/erp.yaml:3:15 configuration.value.format"},
      {"targets/erp.yaml", "target: erp\nurl: http://x\nrefuse_on: [409, 429]\nretry_on: [429]\n",
       "targets/erp.yaml:3:18 configuration.value.choice"},
      {"targets/erp.yaml", "target: erp\nurl: http://x\nsign: secret:plain\n",
       "targets/erp.yaml:3:7 configuration.value.format"},
      {"targets/erp.yaml", "target: erp\nurl: http://x\nauthentication: {bearer: abc}\n",
       "targets/erp.yaml:3:26 configuration.secret.plain"},
      {"targets/erp.yaml", "target: erp\nurl: http://x\noperations: {name: post, body: x/y}\n",
       "targets/erp.yaml:3:32 configuration.map.unknown"},
      {"policies/routes.yaml", "routes:\n  - {events: shipment.milestone, to: epr}\n",
       "policies/routes.yaml:2:38 configuration.reference.unknown"},
      {"policies/routes.yaml", "routes:\n  - {events: shipment.*, from: acm, to: erp}\n",
       "policies/routes.yaml:2:32 configuration.reference.unknown"},
      {"policies/routes.yaml", "routes:\n  - {events: shipments.x, to: erp}\n",
       "policies/routes.yaml:2:14 configuration.event.unknown"},
      {"crossdock.yaml", "limits: {payload_bytes_max: 1}\n", "crossdock.yaml:1:29 configuration.value.bounds"},
      {"crossdock.yaml", "listeners: {listen: nowhere}\n", "crossdock.yaml:1:21 configuration.value.format"},
      {"crossdock.yaml", "listeners:\n  - {listen: 127.0.0.1:81}\n  - {listen: 127.0.0.1:81}\n",
       "crossdock.yaml:3:14 configuration.channel.duplicate"},
      {"crossdock.yaml", "listeners:\n  - {listen: 127.0.0.1:0}\n  - {listen: 127.0.0.1:0}\n", ""},
      {"policies/tolerances.yaml", "a: b\n", "policies/tolerances.yaml:0:0 configuration.file.unexpected"},
  };
  for (const Row& row : rows) {
    const std::string before = folder_.read(row.file);
    folder_.write(row.file, row.text);
    EXPECT_EQ(fault(), row.expected) << row.text;
    if (before.empty())
      std::filesystem::remove(folder_.path() / row.file);
    else
      folder_.write(row.file, before);
  }
}

TEST_F(Folder, all_faults_come_in_one_pass) {
  folder_.write("partners/acme.yaml", "partner: acme\nzone: 1\ntest: x\nfoo: 1\n");
  folder_.write("targets/erp.yaml", "target: erp\nurl: x\n");
  EXPECT_GE(load().faults.size(), 5U);
}

TEST_F(Folder, a_missing_folder_and_a_missing_file_are_faults) {
  EXPECT_EQ(check_folder(folder_.path() / "none", nullptr).front().code, Code::configuration_file_missing);
  std::filesystem::remove(folder_.path() / "crossdock.yaml");
  EXPECT_EQ(fault(), "crossdock.yaml:0:0 configuration.file.missing");
}

TEST_F(Folder, a_secret_is_never_in_a_fault) {
  folder_.write("targets/erp.yaml", "target: erp\nurl: http://x\nauthentication: {bearer: hunter2}\n");
  folder_.write("partners/acme.yaml", "partner: acme\nchannels:\n  - document: {tokens: [hunter2]}\n");
  for (const Fault& one : load().faults) {
    EXPECT_EQ(to_text(one).find("hunter2"), std::string::npos);
    EXPECT_EQ(to_json_line(one).find("hunter2"), std::string::npos);
  }
}

TEST_F(Folder, gs_codes_keep_partners_with_one_x12_identifier_apart) {
  folder_.write("partners/two.yaml", "partner: two\nidentifiers: {x12: [\"02:ACFL\"], gs: ACTWO}\n");
  const FolderResult result = load();
  ASSERT_TRUE(result.bundle);
  EXPECT_EQ(result.bundle->find(IdentifierKind::x12, "02:ACFL").size(), 2U);
}

TEST_F(Folder, a_bad_partner_file_is_quarantined_at_start_and_the_others_run) {
  folder_.write("partners/bad.yaml", "partner: [\n");
  EXPECT_FALSE(load().bundle);
  const FolderResult result = load(true);
  ASSERT_TRUE(result.bundle);
  ASSERT_EQ(result.bundle->quarantined.size(), 1U);
  EXPECT_EQ(result.bundle->quarantined[0].partner, "bad");
  EXPECT_EQ(result.bundle->partners.size(), 1U);
}

TEST_F(Folder, a_bad_target_is_no_partners_matter) {
  folder_.write("targets/erp.yaml", "target: erp\n");
  EXPECT_FALSE(load(true).bundle);
}

TEST_F(Folder, the_hash_depends_on_names_and_bytes_only) {
  const std::string first = load().bundle->hash;
  folder_.write("partners/acme.yaml", acme);
  EXPECT_EQ(load().bundle->hash, first);
  folder_.write("secrets/x", "not configuration");
  EXPECT_EQ(load().bundle->hash, first);
  folder_.write("partners/acme/overlay.yaml", "a: b\n");
  EXPECT_NE(load().bundle->hash, first);
}

TEST_F(Folder, unchanged_files_are_taken_from_the_bundle_before) {
  const auto ten_seconds_ago = std::filesystem::file_time_type::clock::now() - std::chrono::seconds(10);
  std::filesystem::last_write_time(folder_.path() / "partners/acme.yaml", ten_seconds_ago);
  const auto before = load().bundle;
  const auto after = load(false, before).bundle;
  EXPECT_EQ(before->partners[0].get(), after->partners[0].get());
  EXPECT_EQ(before->hash, after->hash);
}

}  // namespace
}  // namespace crossdock::configuration
