// Documents that are no transaction sets: read, cut into records, run.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/flat/flat_reader.hpp"
#include "translators/json/json_cutter.hpp"
#include "translators/json/json_document.hpp"
#include "translators/mapping/runner_state.hpp"
#include "translators/xml/xml_reader.hpp"

namespace crossdock::mapping {
namespace {

constexpr std::size_t document_findings_max = 10'000;
constexpr std::size_t whole_bytes_max = 1U << 20;  // JSON up to this size is parsed at once

Finding as_finding(const Error& error) {
  Finding out;
  out.code = error.code;
  out.severity = Severity::error;
  out.message = error.detail;
  out.where = error.where;
  return out;
}

class DocumentRun {
 public:
  DocumentRun(const CompiledMap& map, TreeSource& source, RunMemory& memory, Run<TreeSource>& run,
              const DocumentContext& context, const EventSink& sink, std::vector<Finding>& findings, Coverage* coverage)
      : map_(map),
        source_(source),
        memory_(memory),
        run_(run),
        context_(context),
        sink_(sink),
        findings_(findings),
        coverage_(coverage) {
    memory_.piecewise = true;
    memory_.matched = false;
    memory_.made = 0;
    const auto& entries = map.program().entries;
    memory_.occurrences.assign(entries.empty() ? 0 : entries.back().group + 1, 0);
  }

  void survey(const ByteSource& bytes, DocumentSurvey& out) {
    survey_ = &out;
    memory_.matched = true;
    run(bytes);
  }

  void run(const ByteSource& bytes) {
    Status status;
    switch (map_.document()) {
      case DocumentKind::json: status = json(bytes); break;
      case DocumentKind::xml: status = xml(bytes); break;
      case DocumentKind::csv:
      case DocumentKind::fixed: status = flat(bytes); break;
      case DocumentKind::segments:
        status = fail(Code::map_event_unmatched, "map " + map_.id() + " reads transaction sets, no documents");
        break;
    }
    keep_bounded();
    if (!status) findings_.push_back(as_finding(status.error()));
    if (dropped_ != 0) {
      Finding more;
      more.code = Code::document_findings_dropped;
      more.severity = info(more.code).severity;
      more.message = std::to_string(dropped_) + " findings more are not listed";
      findings_.push_back(std::move(more));
    }
    if (!status || memory_.matched) return;
    Finding finding;
    finding.code = Code::map_event_unmatched;
    finding.severity = info(finding.code).severity;
    finding.message = "no entry of map " + map_.id() + " takes this document";
    findings_.push_back(std::move(finding));
  }

 private:
  Status record(const tree::Tree& tree, std::uint32_t node) {
    ++ordinal_;
    keep_bounded();
    if (survey_ != nullptr) return count(tree, node);
    memory_.arena.clear();
    source_.begin(tree);
    run_.begin(context_, sink_, findings_, coverage_);
    run_.run();
    if (coverage_ != nullptr) list_unread(tree, node, run_.looked);
    return {};
  }

  void keep_bounded() {
    if (findings_.size() <= before_ + document_findings_max) return;
    dropped_ += findings_.size() - before_ - document_findings_max;
    findings_.resize(before_ + document_findings_max);
  }

  Status count(const tree::Tree& tree, std::uint32_t first) {
    ++survey_->records;
    for (std::uint32_t node = first; node < tree.size(); ++node) {
      if (tree.node(node).text.empty()) continue;
      std::string path = tree.kind_of_path(node);
      if (survey_->paths.size() < DocumentSurvey::paths_max || survey_->paths.contains(path))
        ++survey_->paths[std::move(path)];
    }
    return {};
  }

  void list_unread(const tree::Tree& tree, std::uint32_t first,
                   std::vector<std::pair<std::uint32_t, std::uint16_t>>& looked) {
    std::sort(looked.begin(), looked.end());
    for (std::uint32_t node = first; node < tree.size(); ++node) {
      const tree::TreeNode& value = tree.node(node);
      if (value.text.empty() || std::binary_search(looked.begin(), looked.end(), std::pair{node, std::uint16_t{0}}))
        continue;
      coverage_->unread.push_back({tree.path(node), std::string(value.text), tree.where(node)});
    }
  }

  Status whole_json(const std::string& text) {
    TRY(const json::JsonDocument document, json::JsonDocument::parse(text));
    if (const auto& schema = map_.program().schema) {
      const std::size_t before = findings_.size();
      schema->check(text, document, findings_);
      if (findings_.size() > before) {
        memory_.matched = true;  // what is wrong has been told
        return {};
      }
    }
    return record(document, 0);
  }

  Status json(const ByteSource& bytes) {
    const Cuts& cuts = map_.program().cuts;
    const bool can_cut = !cuts.paths.empty() && map_.program().schema == nullptr;
    const std::size_t limit = can_cut ? whole_bytes_max : json::JsonLimits{}.bytes_max;
    std::string text;
    bool large = false;
    json::JsonCutter around(cuts.paths, tree::record_bytes_max, [](const json::JsonCut&) -> Status { return {}; });
    auto collect = [&](std::string_view chunk) -> Status {
      if (!large && text.size() + chunk.size() > limit) {
        if (!can_cut) return fail(Code::json_limit, "the document has more than " + std::to_string(limit) + " bytes");
        large = true;
        TRY_STATUS(around.feed(text));
        text.clear();
        text.shrink_to_fit();
      }
      if (large) return around.feed(chunk);
      text.append(chunk);
      return {};
    };
    TRY_STATUS(bytes(collect));
    if (!large) return whole_json(text);
    TRY_STATUS(around.finish());
    return cut_json(bytes, around.surroundings());
  }

  Status cut_json(const ByteSource& bytes, const std::string& surroundings) {
    TRY(json::JsonDocument document, json::JsonDocument::parse(surroundings));
    std::vector<std::uint32_t> lists;
    std::vector<std::uint64_t> counts;
    for (const auto& path : map_.program().cuts.paths) {
      std::uint32_t at = 0;
      for (const std::string& name : path) at = document.member(at, name);
      lists.push_back(at);
      counts.push_back(0);
    }
    json::JsonCutter cutter(map_.program().cuts.paths, tree::record_bytes_max, [&](const json::JsonCut& cut) -> Status {
      TRY(const std::uint32_t node, document.append(cut.text, lists[cut.list], cut.offset, cut.line));
      document.number_record(node, ++counts[cut.list]);
      TRY_STATUS(record(document, node));
      document.remove(node, lists[cut.list]);
      return {};
    });
    TRY_STATUS(bytes([&](std::string_view chunk) { return cutter.feed(chunk); }));
    return cutter.finish();
  }

  Status xml(const ByteSource& bytes) {
    xml::XmlSettings settings;
    settings.namespaces = map_.program().format.namespaces;
    settings.records = map_.program().cuts.paths;
    xml::XmlReader reader(settings, [&](tree::Tree& tree, std::uint32_t node) {
      if (node != 0) tree.number_record(node, ordinal_ + 1);
      return record(tree, node);
    });
    auto feed = [&](std::string_view chunk) { return reader.feed(chunk); };
    if (map_.program().cuts.surroundings) {
      reader.keep_skeleton();
      TRY_STATUS(bytes(feed));
      TRY_STATUS(reader.finish());
      reader.again();
    }
    TRY_STATUS(bytes(feed));
    return reader.finish();
  }

  Status flat(const ByteSource& bytes) {
    flat::FlatReader reader(
        map_.program().format.flat,
        [&](tree::Tree& tree, std::uint32_t node) {
          if (node != 0) tree.number_record(node, ordinal_ + 1);
          return record(tree, node);
        },
        [&](Finding&& finding) { findings_.push_back(std::move(finding)); });
    TRY_STATUS(bytes([&](std::string_view chunk) { return reader.feed(chunk); }));
    return reader.finish();
  }

  const CompiledMap& map_;
  TreeSource& source_;
  RunMemory& memory_;
  Run<TreeSource>& run_;
  const DocumentContext& context_;
  const EventSink& sink_;
  std::vector<Finding>& findings_;
  Coverage* coverage_;
  DocumentSurvey* survey_ = nullptr;
  std::size_t before_ = findings_.size();  ///< findings that are not of this document
  std::uint64_t ordinal_ = 0, dropped_ = 0;
};

}  // namespace

void MapRunner::run_document(const ByteSource& bytes, const DocumentContext& context, const EventSink& sink,
                             std::vector<Finding>& findings, Coverage* coverage) {
  if (coverage != nullptr) coverage->runs.resize(state_->map.program().lines.size());
  DocumentRun(state_->map, state_->tree, state_->memory, state_->tree_run, context, sink, findings, coverage)
      .run(bytes);
}

void survey_document(const CompiledMap& map, const ByteSource& bytes, DocumentSurvey& survey,
                     std::vector<Finding>& findings) {
  TreeSource source(map.program());
  RunMemory memory;
  Run<TreeSource> inner(map, source, memory);
  const DocumentContext context;
  const EventSink sink;
  DocumentRun(map, source, memory, inner, context, sink, findings, nullptr).survey(bytes, survey);
}

void MapRunner::run_json(std::string_view text, const DocumentContext& context, const EventSink& sink,
                         std::vector<Finding>& findings, Coverage* coverage) {
  run_document([text](const std::function<Status(std::string_view)>& take) { return take(text); }, context, sink,
               findings, coverage);
}

void translate_document(const CompiledMap& map, const ByteSource& bytes, const DocumentContext& context,
                        const EventSink& sink, std::vector<Finding>& findings) {
  MapRunner(map).run_document(bytes, context, sink, findings);
}

void translate_json(const CompiledMap& map, std::string_view text, const DocumentContext& context,
                    const EventSink& sink, std::vector<Finding>& findings) {
  MapRunner(map).run_json(text, context, sink, findings);
}

}  // namespace crossdock::mapping
