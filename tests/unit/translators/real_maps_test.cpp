// The maps that are shipped: each loads without a fault, each sample beside it reads and writes as stated, and the
// laws of the map language hold on all of them. GOLDEN_UPDATE=1 rewrites the expected files.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "translators/catalogue.hpp"
#include "translators/edifact/interchange_writer.hpp"
#include "translators/guide/sample.hpp"
#include "translators/mapping/compiled_map.hpp"
#include "translators/mapping/load.hpp"
#include "translators/translate.hpp"

namespace crossdock {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

const fs::path root = CROSSDOCK_SOURCE_DIR;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

class Files : public TextSource {
 public:
  Result<std::string> read(const std::string& path) const override {
    if (!exists(path)) return fail(Code::file_unreadable, path);
    return read_file(root / path);
  }
  bool exists(const std::string& path) const override { return fs::is_regular_file(root / path); }
  std::vector<std::string> list(const std::string& folder) const override {
    std::vector<std::string> out;
    if (!fs::is_directory(root / folder)) return out;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder))
      if (entry.is_regular_file()) out.push_back(fs::relative(entry.path(), root).string());
    std::sort(out.begin(), out.end());
    return out;
  }
};

const Catalogue& catalogue() {
  static const Catalogue shared(std::make_shared<Files>());
  return shared;
}

/// What reading a document gave: events as JSON, findings as text; `errors` counts those of severity error.
struct Reading : acknowledgement::VerdictHandler {
  json::array events;
  std::string findings;
  int errors = 0;

  void take(const std::vector<Finding>& found) {
    for (const Finding& finding : found) {
      findings += to_text(finding) + " [" + finding.map_line + "]\n";
      if (finding.severity == Severity::error) ++errors;
    }
  }
  void on_set(const x12::InterchangeHeader&, const x12::GroupHeader&, acknowledgement::SetVerdict& set) override {
    take(set.findings);
  }
  void on_translated(const acknowledgement::SetVerdict&, const std::vector<Finding>& found, std::uint64_t) override {
    take(found);
  }
  void on_group_end(const x12::InterchangeHeader&, acknowledgement::GroupVerdict& group) override {
    take(group.findings);
  }
  void on_interchange_end(acknowledgement::InterchangeVerdict& interchange) override { take(interchange.findings); }
};

Reading read_document(const std::string& map, const std::string& text) {
  Reading reading;
  auto sink = [&reading](canonical::Event&& event, std::string_view) {
    reading.events.push_back(json::parse(event.to_json()));
  };
  const std::string source = "/files/sample";
  auto compiled = catalogue().map(map);
  if (compiled && (*compiled)->document() != mapping::DocumentKind::segments) {
    mapping::DocumentContext context;
    context.payload_hash = sha256(text);
    context.source = source;
    std::vector<Finding> findings;
    mapping::translate_json(**compiled, text, context, sink, findings);
    reading.take(findings);
    return reading;
  }
  TranslateOptions options;
  options.source = source;
  options.map = map;
  options.payload_hash = sha256(text);
  Translator translator(catalogue(), options, reading, sink);
  EXPECT_TRUE(translator.feed(text));
  EXPECT_TRUE(translator.finish());
  return reading;
}

bool is_edifact(const mapping::CompiledMap& map) {
  return map.document() == mapping::DocumentKind::segments && map.guide()->syntax == wire::Syntax::edifact;
}

/// Sets from ST to SE, messages from UNH to UNT, a segment a line.
struct Written {
  std::string text;
  std::size_t sets = 0;
  std::vector<std::string> documents;  // of maps that write no sets
};

Written write_document(const mapping::CompiledMap& map, const json::array& events, std::vector<Finding>& findings) {
  std::vector<std::string> texts;
  for (const json::value& event : events) texts.push_back(json::serialize(event));
  Written out;
  if (map.document() != mapping::DocumentKind::segments) {
    const auto documents = mapping::write_documents(map, texts, findings);
    for (const mapping::WrittenDocument& document : *documents) {
      out.documents.push_back(document.bytes);
      out.text += document.bytes + (document.bytes.ends_with('\n') ? "" : "\n");
    }
    return out;
  }
  auto sets = mapping::write_sets(map, texts, findings);
  if (!sets) {
    ADD_FAILURE() << sets.error().text();
    return out;
  }
  for (mapping::WrittenSet& set : *sets) {
    const std::string number = std::to_string(++out.sets);
    const std::string control = std::string(4 - std::min<std::size_t>(number.size(), 4), '0') + number;
    if (is_edifact(map)) {
      edifact::OutgoingMessage message;
      message.type = set.set;
      edifact::name_directory(set.version, message);
      message.reference = control;
      message.segments = std::move(set.segments);
      edifact::append_message(out.text, message, edifact::WriteOptions{}.delimiters, "\n");
      continue;
    }
    out.text += "ST*" + set.set + "*" + control + "~\n";
    for (const auto& segment : set.segments) {
      std::string line;
      for (const std::string& element : segment) line += (line.empty() ? "" : "*") + element;
      out.text += line + "~\n";
    }
    out.text += "SE*" + std::to_string(set.segments.size() + 2) + "*" + control + "~\n";
  }
  return out;
}

std::string in_envelope(const mapping::CompiledMap& map, const Written& written) {
  const guide::CompiledGuide& guide = *map.guide();
  if (is_edifact(map))
    return "UNB+UNOC:3+SENDER+RECEIVER+260518:1432+1'\n" + written.text + "UNZ+" + std::to_string(written.sets) +
           "+1'\n";
  std::string out = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260518*1432*";
  out += guide.version < "004020" ? "U*00401" : "^*00501";
  out += "*000000001*0*T*>~\nGS*" + guide.functional_group + "*SENDER*RECEIVER*20260518*1432*1*X*" + guide.version +
         "~\n" + written.text;
  return out + "GE*" + std::to_string(written.sets) + "*1~\nIEA*1*000000001~\n";
}

/// Reads what was written.
Reading read_again(const std::string& id, const mapping::CompiledMap& map, const Written& written) {
  if (map.document() == mapping::DocumentKind::segments) return read_document(id, in_envelope(map, written));
  Reading out;
  for (const std::string& document : written.documents) {
    Reading one = read_document(id, document);
    out.errors += one.errors;
    out.findings += one.findings;
    for (json::value& event : one.events) out.events.push_back(std::move(event));
  }
  return out;
}

constexpr std::pair<std::string_view, mapping::DocumentKind> suffixes[] = {{".edi", mapping::DocumentKind::segments},
                                                                           {".json", mapping::DocumentKind::json},
                                                                           {".xml", mapping::DocumentKind::xml},
                                                                           {".csv", mapping::DocumentKind::csv},
                                                                           {".txt", mapping::DocumentKind::fixed}};

std::string suffix_of(const mapping::CompiledMap& map) {
  for (const auto& [suffix, document] : suffixes)
    if (document == map.document()) return std::string(suffix);
  return {};
}

bool goes(const mapping::CompiledMap& map, mapping::Arrow way) {
  const auto& lines = map.program().lines;
  return std::any_of(lines.begin(), lines.end(), [&](const mapping::Line& line) { return line.arrow != way; });
}
bool reads(const mapping::CompiledMap& map) { return goes(map, mapping::Arrow::outwards); }
bool writes(const mapping::CompiledMap& map) { return goes(map, mapping::Arrow::inwards); }

json::array data_of(const json::array& events) {
  json::array out;
  for (const json::value& event : events) out.push_back(event.at("data"));
  return out;
}

/// Readable enough to review: one event after the other, two blanks deep.
void pretty(std::string& out, const json::value& value, std::size_t indent) {
  const std::string flat = json::serialize(value);
  if (flat.size() + indent <= 110 || (!value.is_array() && !value.is_object())) {
    out += flat;
    return;
  }
  const std::string pad(indent + 2, ' ');
  bool first = true;
  out += value.is_array() ? "[" : "{";
  if (value.is_array()) {
    for (const json::value& item : value.get_array()) {
      out += (first ? "\n" : ",\n") + pad;
      pretty(out, item, indent + 2);
      first = false;
    }
  } else {
    for (const auto& [key, item] : value.get_object()) {
      out += (first ? "\n" : ",\n") + pad + json::serialize(json::string(key)) + ": ";
      pretty(out, item, indent + 2);
      first = false;
    }
  }
  out += "\n" + std::string(indent, ' ') + (value.is_array() ? "]" : "}");
}

bool update() { return std::getenv("GOLDEN_UPDATE") != nullptr; }

void expect_same(const fs::path& path, const std::string& got) {
  if (update()) std::ofstream(path, std::ios::binary) << got;
  EXPECT_EQ(read_file(path), got) << path;
}

struct Sample {
  std::string map;
  fs::path input;
  std::string name;
};

/// Files `samples/NAME<suffix>` of all maps, with the id of their map.
std::vector<Sample> samples(std::string_view suffix) {
  std::vector<Sample> out;
  for (const std::string& path : Files().list("maps")) {
    const fs::path file = path;
    const std::string name = file.filename().string();
    if (file.parent_path().filename() != "samples" || !name.ends_with(suffix) ||
        name.find(".expected.") != std::string::npos)
      continue;
    if (suffix == ".json" && name.ends_with(".event.json")) continue;
    const std::string map = file.parent_path().parent_path().string().substr(5);
    out.push_back({map, root / file, name.substr(0, name.size() - suffix.size())});
  }
  return out;
}

// Acknowledgements are written from verdicts, not from events.
bool inwards_only(const std::string& map) {
  return map.ends_with("/997") || map.ends_with("/999") || map.ends_with("/TA1");
}

TEST(RealMaps, each_loads_without_a_fault) {
  const auto ids = catalogue().map_ids();
  ASSERT_GE(ids.size(), 10U);
  for (const std::string& id : ids) {
    std::vector<Finding> faults;
    auto map = mapping::load_map(catalogue(), id, faults);
    std::string text;
    for (const Finding& fault : faults) text += "\n  " + fault.map_line + ": " + fault.message;
    EXPECT_TRUE(map.has_value()) << id << text;
    EXPECT_TRUE(faults.empty()) << id << text;
  }
}

TEST(RealMaps, samples_read_as_expected) {
  for (const auto& [suffix, document] : suffixes) {
    for (const Sample& sample : samples(suffix)) {
      SCOPED_TRACE(sample.input.string());
      const Reading reading = read_document(sample.map, read_file(sample.input));
      EXPECT_EQ(reading.errors, 0) << reading.findings;
      EXPECT_FALSE(reading.events.empty()) << reading.findings;
      std::string text;
      pretty(text, reading.events, 0);
      expect_same(sample.input.parent_path() / (sample.name + ".expected.json"), text + "\n");
    }
  }
}

json::array events_in(const fs::path& path) {
  json::value parsed = json::parse(read_file(path));
  return parsed.is_array() ? parsed.get_array() : json::array{parsed};
}

/// What reading back may add to an event that was written without it: the codes that the document now carries.
bool is_code_of_source(std::string_view key) {
  return key == "zone" || key == "zone_code" || key.ends_with("source_code");
}

/// Every value of `told` stands in `again`, and nothing else does but codes of the source. The first difference, or
/// empty.
std::string difference(const json::value& told, const json::value& again, const std::string& path = "data") {
  if (told.is_object() && again.is_object()) {
    for (const auto& [key, value] : told.get_object()) {
      const json::value* other = again.get_object().if_contains(key);
      if (other == nullptr) return path + "." + std::string(key) + " is lost";
      if (std::string found = difference(value, *other, path + "." + std::string(key)); !found.empty()) return found;
    }
    for (const auto& [key, value] : again.get_object())
      if (told.get_object().if_contains(key) == nullptr && !is_code_of_source(key))
        return path + "." + std::string(key) + " is new";
    return {};
  }
  if (told.is_array() && again.is_array()) {
    const json::array &left = told.get_array(), &right = again.get_array();
    if (left.size() != right.size()) return path + " has another length";
    for (std::size_t i = 0; i < left.size(); ++i)
      if (std::string found = difference(left[i], right[i], path + "[" + std::to_string(i) + "]"); !found.empty())
        return found;
    return {};
  }
  return told == again ? std::string{} : path + ": " + json::serialize(told) + " became " + json::serialize(again);
}

TEST(RealMaps, samples_write_as_expected_and_read_back_the_same) {
  for (const Sample& sample : samples(".event.json")) {
    SCOPED_TRACE(sample.input.string());
    auto map = catalogue().map(sample.map);
    ASSERT_TRUE(map);
    std::vector<Finding> findings;
    const json::array events = events_in(sample.input);
    const Written written = write_document(**map, events, findings);
    for (const Finding& finding : findings) ADD_FAILURE() << to_text(finding) << " [" << finding.map_line << "]";
    expect_same(sample.input.parent_path() / (sample.name + ".expected" + suffix_of(**map)), written.text);
    if (!reads(**map)) continue;
    const Reading again = read_again(sample.map, **map, written);
    EXPECT_EQ(again.errors, 0) << again.findings << written.text;
    EXPECT_EQ(difference(data_of(events), data_of(again.events)), "") << written.text;
  }
}

/// read(write(read(d))) = read(d), for the maps that write.
TEST(RealMaps, what_was_read_is_written_and_read_again_the_same) {
  std::vector<Sample> all;
  for (const auto& [suffix, document] : suffixes)
    for (Sample& sample : samples(suffix)) all.push_back(std::move(sample));
  for (const Sample& sample : all) {
    if (inwards_only(sample.map)) continue;
    SCOPED_TRACE(sample.input.string());
    auto map = catalogue().map(sample.map);
    ASSERT_TRUE(map);
    if (!writes(**map) || !sample.input.string().ends_with(suffix_of(**map))) continue;
    Reading first = read_document(sample.map, read_file(sample.input));
    const std::vector<std::string> written_types = (*map)->written_types();
    json::array written_events;
    for (const json::value& event : first.events)
      if (std::find(written_types.begin(), written_types.end(), std::string_view(event.at("type").as_string())) !=
          written_types.end())
        written_events.push_back(event);
    first.events = std::move(written_events);
    if (first.events.empty()) continue;
    std::vector<Finding> findings;
    const Written written = write_document(**map, first.events, findings);
    for (const Finding& finding : findings) ADD_FAILURE() << to_text(finding) << " [" << finding.map_line << "]";
    const Reading second = read_again(sample.map, **map, written);
    EXPECT_EQ(second.errors, 0) << second.findings << written.text;
    EXPECT_EQ(difference(data_of(first.events), data_of(second.events)), "") << written.text;
  }
}

/// read(write(read(d))) = read(d) on documents drawn from the guides, tenders with a purpose that is one. A document
/// that a map refuses (no shipment number, a line number of four digits where L5 has room for three) proves nothing and
/// is left out.
TEST(RealMaps, drawn_documents_are_written_and_read_again_the_same) {
  for (const std::string& id : catalogue().map_ids()) {
    auto map = catalogue().map(id);
    ASSERT_TRUE(map);
    if ((*map)->document() != mapping::DocumentKind::segments || inwards_only(id) || !writes(**map)) continue;
    if (is_edifact(**map))
      continue;  // what is drawn there holds codes and qualifiers that no trade uses (decision 0163)
    std::size_t proven = 0;
    for (std::uint64_t seed = 1; seed <= 15; ++seed) {
      SCOPED_TRACE(id + " seed " + std::to_string(seed));
      guide::SampleOptions options;
      options.seed = seed;
      options.random = true;
      options.delimiters.component = '>';
      std::string text = guide::sample_text(*(*map)->guide(), options);
      if (const std::size_t purpose = text.find("B2A*"); purpose != std::string::npos)
        text.replace(purpose + 4, 2, "00");
      const Reading first = read_document(id, in_envelope(**map, {text, 1, {}}));
      if (first.events.empty() || first.errors != 0) continue;
      std::vector<Finding> findings;
      const Written written = write_document(**map, first.events, findings);
      if (!findings.empty()) continue;
      const Reading second = read_document(id, in_envelope(**map, written));
      EXPECT_EQ(second.errors, 0) << second.findings << written.text << "drawn was\n" << text;
      EXPECT_EQ(difference(data_of(first.events), data_of(second.events)), "") << written.text << "drawn was\n" << text;
      ++proven;
    }
    EXPECT_GT(proven, 0U) << id;
  }
}

}  // namespace
}  // namespace crossdock
