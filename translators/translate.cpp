// Ties reader, guides, maps and verdicts together, one transaction set at a time.
// SPDX-License-Identifier: Apache-2.0
#include "translators/translate.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "translators/acknowledgement/interchange_acknowledgement.hpp"
#include "translators/guide/business_reference.hpp"
#include "translators/guide/hierarchy.hpp"
#include "translators/guide/set_plan.hpp"
#include "translators/guide/syntax_codes.hpp"
#include "translators/mapping/compiled_map.hpp"
#include "translators/mapping/runner.hpp"
#include "translators/wire/character_set.hpp"
#include "translators/wire/digits.hpp"

namespace crossdock {
namespace {

using acknowledgement::GroupVerdict;
using acknowledgement::InterchangeVerdict;
using acknowledgement::SetVerdict;
using acknowledgement::Verdict;

constexpr std::string_view ta1_id = "x12/004010/TA1";  // one form for all releases

bool is_acknowledgement(std::string_view set) { return set == "997" || set == "999" || set == "CONTRL"; }

/// `20260518`, `1432` -> `2026-05-18T14:32:00`; empty where they are no date and time.
std::string local_time(std::string_view given, std::string_view time) {
  std::string date(given);
  if (date.size() == 6) date.insert(0, date[0] >= '8' ? "19" : "20");  // EDIFACT up to syntax 3: YYMMDD
  auto digits = [](std::string_view text) { return text.find_first_not_of("0123456789") == std::string_view::npos; };
  if (date.size() != 8 || time.size() < 4 || !digits(date) || !digits(time)) return {};
  std::string out(date.substr(0, 4));
  out.append("-").append(date, 4, 2).append("-").append(date, 6, 2).append("T").append(time.substr(0, 2));
  out.append(":").append(time.substr(2, 2)).append(":").append(time.size() >= 6 ? time.substr(4, 2) : "00");
  return out;
}

/// What is used for one set type and release; found once, kept while groups of the same kind follow.
struct Tools {
  std::string set, release;
  const guide::CompiledGuide* guide = nullptr;
  const PartnerFolder::Overlay* overlay = nullptr;  ///< of the guide, by the partner
  const mapping::CompiledMap* map = nullptr;
  std::unique_ptr<mapping::MapRunner> runner;  ///< of `map`: keeps its memory from set to set
  std::optional<Error> guide_error, map_error;
  bool substituted = false;
  guide::ValidationOptions validation;
};

}  // namespace

struct Translator::State : x12::InterchangeHandler {
  State(const Catalogue& catalogue_in, TranslateOptions options_in, acknowledgement::VerdictHandler& verdicts_in,
        EventSink events_in)
      : catalogue(catalogue_in),
        options(std::move(options_in)),
        verdicts(verdicts_in),
        events(std::move(events_in)),
        reader(*this, options.limits, options.edifact) {
    options.validation.plans = &plans;
    counting = [this](canonical::Event&& event, std::string_view trace) {
      ++events_of_set;
      ++sequence;
      if (events) events(std::move(event), trace);
    };
    counting_lines = [this](std::string_view line) {
      ++events_of_set;
      ++sequence;
      options.lines(line);
    };
  }

  void on_interchange(const x12::InterchangeHeader& header) override {
    interchange.verdict = Verdict::accepted;
    interchange.findings.clear();
    service_segments = 0;
    follow(interchange.header, header);
    if (!(document.delimiters == header.delimiters)) document.delimiters = header.delimiters;
    document.characters =
        header.syntax == wire::Syntax::x12 ? wire::CharacterSet::not_said : wire::character_set_of(header.standards_id);
    verdicts.on_interchange(header);
  }

  void on_group(const x12::GroupHeader& header) override {
    group.verdict = Verdict::accepted;
    group.sets_seen = group.sets_accepted = group.sets_rejected = 0;
    group.findings.clear();
    follow(group.header, header);
    if (header.date != stated_date || header.time != stated_time) {
      stated_date = header.date;
      stated_time = header.time;
      stated_at = local_time(header.date, header.time);
    }
    verdicts.on_group(interchange.header, header);
  }

  void on_set(const x12::SetHeader& header) override {
    follow(set.header, header);
    set.trailer_present = true;
    set.verdict = Verdict::accepted;
    set.is_acknowledgement = is_acknowledgement(header.set);
    set.guide.clear();
    set.business_name.clear();
    set.business_value.clear();
    tree.room.take_back(set.findings);
    set.findings_dropped = 0;
    set.overlay_findings.clear();
    set.overlay_verdict = Verdict::accepted;
    document.clear();
    in_set = true;
    too_large = false;
  }

  void on_segment(const wire::Segment& segment) override {
    if (!in_set) {
      if (segment.tag() == "TA1" && !edifact()) answer_of(segment);
      return;
    }
    if (document.byte_count() + segment.text().size() > options.set_bytes_max) {
      too_large = true;
      return;
    }
    document.append(segment);
  }

  void on_segments(const wire::SegmentRun& run) override {
    if (!in_set) return;
    if (document.byte_count() + (run.end() - run.start) > options.set_bytes_max)
      too_large = true;
    else
      document.append(run);
  }

  /// A TA1: read by its own guide and map, as a set of one segment.
  void answer_of(const wire::Segment& segment) {
    verdicts.on_interchange_answer(interchange.header, acknowledgement::read_interchange_answer(segment));
    const auto guide = catalogue.guide(std::string(ta1_id));
    const auto map = catalogue.map(std::string(ta1_id));
    if (!options.make_events || !guide || !map) return;
    document.clear();
    document.append(segment);
    guide::validate_set(document, **guide, options.validation, tree, interchange.findings);
    mapping::DocumentContext context = context_of_interchange();
    context.set = ++service_segments;
    mapping::MapRunner(**map).run_set(document, tree, context, counting, interchange.findings,
                                      options.map == ta1_id ? options.coverage : nullptr);
  }

  mapping::DocumentContext context_of_interchange() const {
    mapping::DocumentContext context;
    context.payload_hash = options.payload_hash;
    context.source = options.source;
    context.interchange = interchange.header.ordinal;
    context.received_at = options.received_at;
    context.sender = interchange.header.sender_id;
    context.receiver = interchange.header.receiver_id;
    context.profile_zone = options.profile_zone;
    context.trace = options.trace;
    context.sequence_first = sequence;
    if (options.lines && !options.trace) context.lines = &counting_lines;
    return context;
  }

  void on_set_end(const x12::SetTrailer& trailer) override {
    in_set = false;
    set.trailer_present = trailer.present;
    if (set.header.package) return end_package();
    const Tools& tools = tools_for(set.header.set, release_of_set());
    judge(tools);
    ++group.sets_seen;
    const auto good = [](Verdict verdict) {
      return verdict == Verdict::accepted || verdict == Verdict::accepted_with_warnings;
    };
    ++(good(set.verdict) ? group.sets_accepted : group.sets_rejected);
    if (set.verdict == Verdict::accepted_with_warnings) group_warned = true;
    verdicts.on_set(interchange.header, group.header, set);
    if (good(set.outcome()) && options.make_events) translate(tools);
  }

  [[nodiscard]] bool edifact() const { return interchange.header.syntax == wire::Syntax::edifact; }

  /// What names the guide beside the set: GS08, or what UNH and UNB say. Good until the next call.
  [[nodiscard]] const std::string& release_of_set() {
    if (!edifact()) return group.header.version;
    const x12::SetHeader& header = set.header;
    const std::array<const std::string*, 5> parts{&header.version, &header.release, &header.agency,
                                                  &header.implementation, &interchange.header.version};
    std::string_view before = release_text;  // most messages repeat it
    const bool same = std::all_of(parts.begin(), parts.end(), [&](const std::string* part) {
      const std::size_t size = part->size();
      if (before.size() <= size || before[size] != ':' || !wire::same_text(before.substr(0, size), *part)) return false;
      before.remove_prefix(size + 1);
      return true;
    });
    if (same && before.empty()) return release_text;
    release_text.clear();
    for (const std::string* part : parts) release_text.append(*part).append(1, ':');
    return release_text;
  }

  [[nodiscard]] Result<Catalogue::GuideChoice> choose_guide(const std::string& forced) const {
    const x12::SetHeader& header = set.header;
    if (edifact())
      return catalogue.guide_for_message(
          {header.set, header.version, header.release, header.implementation, interchange.header.version}, forced);
    return catalogue.guide_for(header.set, forced.empty() ? group.header.version : forced);
  }

  /// An object (UNO) is judged by its envelope alone and makes no events.
  void end_package() {
    if (!set.findings.empty()) set.verdict = acknowledgement::judge_set(set.findings);
    ++group.sets_seen;
    ++(set.verdict == Verdict::rejected ? group.sets_rejected : group.sets_accepted);
    verdicts.on_set(interchange.header, group.header, set);
  }

  void on_group_end(const x12::GroupTrailer& trailer) override {
    follow(group.trailer, trailer);
    group.verdict = acknowledgement::judge_group(group, group_warned);
    ++(group.verdict == Verdict::rejected   ? groups_rejected
       : group.verdict == Verdict::accepted ? groups_accepted
                                            : groups_warned);
    group_warned = false;
    verdicts.on_group_end(interchange.header, group);
    group.findings.clear();
  }

  void on_interchange_end(const x12::InterchangeTrailer& trailer) override {
    follow(interchange.trailer, trailer);
    interchange.verdict =
        acknowledgement::judge_interchange(interchange.findings, groups_accepted, groups_warned, groups_rejected);
    groups_accepted = groups_warned = groups_rejected = 0;
    verdicts.on_interchange_end(interchange);
    interchange.findings.clear();
  }

  void on_finding(Finding&& finding) override {
    move_severity(finding, in_set && finding.set != 0 ? guide_id() : std::string_view{});
    std::vector<Finding>& home = in_set && finding.set != 0 ? set.findings
                                 : finding.group != 0       ? group.findings
                                                            : interchange.findings;
    if (home.size() < options.validation.findings_max)
      home.push_back(std::move(finding));
    else
      ++set.findings_dropped;
  }

  /// The guide of the set at hand.
  std::string_view guide_id() {
    const Tools& tools = tools_for(set.header.set, release_of_set());
    return tools.guide == nullptr ? std::string_view{} : std::string_view(tools.guide->id);
  }

  void move_severity(Finding& finding, std::string_view of_set) const {
    if (options.validation.severity) finding.severity = options.validation.severity(finding, finding.severity);
    if (options.partner) finding.severity = options.partner->moved(finding, of_set, finding.severity);
  }

  const Tools& tools_for(const std::string& set_id, const std::string& release) {
    if (last_tools != nullptr && last_tools->set == set_id && last_tools->release == release) return *last_tools;
    if (known_tools.size() >= tools_max) known_tools.clear();
    const auto [place, added] = known_tools.try_emplace({set_id, release});
    last_tools = &place->second;
    if (added) *last_tools = find_tools(set_id, release);
    return *last_tools;
  }

  Tools find_tools(const std::string& set_id, const std::string& release) {
    Tools found;
    found.set = set_id;
    found.release = release;
    bool agreed = !options.guide.empty();
    auto choice = choose_guide(options.guide);
    if (!agreed && options.partner && !options.partner->release.empty() && (!choice || choice->substituted)) {
      choice = choose_guide(options.partner->release);
      agreed = true;
    }
    if (!choice)
      found.guide_error = choice.error();
    else {
      found.guide = choice->guide;
      found.substituted = choice->substituted && !agreed;
      std::string wanted = options.map.empty() ? found.guide->id : options.map;
      if (options.partner) wanted = options.partner->map_for(wanted);
      auto map = catalogue.map(wanted);
      if (map) {
        found.map = *map;
        found.runner = std::make_unique<mapping::MapRunner>(**map);
        // A map that was asked for by name reads sets as its own guide sees them.
        if (found.map->guide() != nullptr && found.map->guide()->set == set_id) found.guide = found.map->guide();
      } else
        found.map_error = map.error();
    }
    use_partner(found);
    found.validation = options.validation;
    if (options.partner && !options.partner->moves.empty() && found.guide != nullptr)
      found.validation.severity = [this, id = found.guide->id](const Finding& finding, Severity given) {
        if (options.validation.severity) given = options.validation.severity(finding, given);
        return options.partner->moved(finding, id, given);
      };
    if (found.map != nullptr && !found.validation.code_is_read)
      found.validation.code_is_read = [map = found.map](guide::NodeIndex node, std::uint16_t element) {
        return map->reads_code(node, element);
      };
    return found;
  }

  /// The partner's overlay of the guide. A map of the partner's own knows the guide narrowed already.
  void use_partner(Tools& found) const {
    if (!options.partner || options.partner->folder == nullptr || found.guide == nullptr) return;
    found.overlay = options.partner->folder->overlay(found.guide->id);
    if (found.overlay == nullptr) return;
    if (const auto base = catalogue.guide(found.guide->id)) found.guide = *base;
  }

  Finding set_finding(Code code, std::string message) const {
    Finding finding;
    code = guide::for_syntax(code, interchange.header.syntax);
    finding.code = code;
    finding.severity = info(code).severity;
    finding.message = std::move(message);
    finding.segment_tag = edifact() ? "UNH" : "ST";
    finding.path = finding.segment_tag;
    finding.where = set.header.where;
    finding.interchange = interchange.header.ordinal;
    finding.group = group.header.ordinal;
    finding.set = set.header.ordinal;
    finding.control_number = set.header.control_number;
    move_severity(finding, set.guide);
    return finding;
  }

  [[nodiscard]] std::string release_named() const {
    return edifact() ? set.header.version + "." + set.header.release : group.header.version;
  }

  void judge(const Tools& tools) {
    if (too_large) {
      set.findings.push_back(set_finding(
          Code::x12_set_too_large, (edifact() ? "message " : "transaction set ") + set.header.set + " is larger than " +
                                       std::to_string(options.set_bytes_max) + " bytes and was not read"));
      set.verdict = Verdict::rejected;
      return;
    }
    if (tools.guide == nullptr) {
      Finding finding = set_finding(
          tools.guide_error->code == Code::guide_unknown ? Code::x12_set_unsupported : tools.guide_error->code,
          tools.guide_error->detail);
      finding.value = set.header.set;
      if (edifact() && finding.code == Code::edifact_message_unsupported) {
        finding.element = 2;
        finding.component = 1;
        finding.path = "UNH.02.1";
      }
      set.findings.push_back(std::move(finding));
      set.verdict = Verdict::unknown_type;
      return;
    }
    set.guide = tools.guide->id;
    if (tools.substituted) {
      Finding finding =
          set_finding(Code::x12_release_substituted, "there is no guide for " + set.header.set + " in release " +
                                                         release_named() + "; " + tools.guide->version + " was used");
      finding.value = release_named();
      finding.expected = tools.guide->version;
      set.findings.push_back(std::move(finding));
    }
    const bool overlay_alone =
        tools.overlay != nullptr && (tools.overlay->widens || options.partner->acknowledge_overlay);
    const guide::CompiledGuide& standard = overlay_alone ? *tools.overlay->guide : *tools.guide;
    const std::size_t before = set.findings.size();
    guide::validate_set(document, standard, tools.validation, tree, set.findings);
    for (std::size_t i = before; i < set.findings.size(); ++i) address(set.findings[i]);
    if (tools.overlay != nullptr && !overlay_alone) judge_by_overlay(tools, before);
    if (set.findings.empty() && set.overlay_findings.empty()) return;
    set.verdict = acknowledgement::judge_set(set.findings);
    name_business(*tools.guide);
  }

  /// The sender's own number of the set; looked up only where something is to be said of it.
  void name_business(const guide::CompiledGuide& guide) {
    auto reference = guide::find_business_reference(document, guide);
    if (!reference || !set.business_value.empty()) return;
    set.business_name = std::move(reference->name);
    set.business_value = std::move(reference->value);
  }

  /// What the overlay finds beyond its guide (`set.findings` from `before` on); the structure that maps read is the
  /// overlay's.
  void judge_by_overlay(const Tools& tools, std::size_t before) {
    std::vector<Finding> all;
    guide::validate_set(document, *tools.overlay->guide, tools.validation, tree, all);
    std::set<std::tuple<Code, std::uint64_t, std::string> > known;
    for (std::size_t i = before; i < set.findings.size(); ++i)
      known.emplace(set.findings[i].code, set.findings[i].where.offset, set.findings[i].path);
    for (Finding& finding : all) {
      if (known.contains({finding.code, finding.where.offset, finding.path})) continue;
      address(finding);
      finding.map_line = tools.overlay->file;
      finding.message += " (" + tools.overlay->file + ")";
      set.overlay_findings.push_back(std::move(finding));
    }
    if (!set.overlay_findings.empty()) set.overlay_verdict = acknowledgement::judge_set(set.overlay_findings);
  }

  void address(Finding& finding) const {
    finding.interchange = interchange.header.ordinal;
    finding.group = group.header.ordinal;
    finding.set = set.header.ordinal;
    finding.control_number = set.header.control_number;
  }

  void translate(const Tools& tools) {
    translated.clear();
    events_of_set = 0;
    if (tools.guide != nullptr) guide::arrange(document, *tools.guide, tree);
    if (tools.map == nullptr) {
      translated.push_back(set_finding(Code::set_no_map, tools.map_error->detail));
      if (tools.map_error->code != Code::map_unknown) translated.back().severity = Severity::error;
    } else {
      mapping::DocumentContext context = context_of_interchange();
      context.group = group.header.ordinal;
      context.set = set.header.ordinal;
      context.stated_at = stated_at;
      context.sender = group.header.sender;
      context.receiver = group.header.receiver;
      tools.runner->run_set(document, tree, context, counting, translated, options.coverage);
    }
    for (Finding& finding : translated) address(finding);
    if (!translated.empty() && tools.guide != nullptr) name_business(*tools.guide);
    verdicts.on_translated(set, translated, events_of_set);
  }

  const Catalogue& catalogue;
  TranslateOptions options;
  acknowledgement::VerdictHandler& verdicts;
  EventSink events, counting;
  mapping::LineSink counting_lines;
  AnyReader reader;
  InterchangeVerdict interchange;
  GroupVerdict group;
  SetVerdict set;
  wire::SegmentDocument document;
  guide::SetTree tree;
  guide::SetPlans plans;
  static constexpr std::size_t tools_max = 32;
  std::map<std::pair<std::string, std::string>, Tools> known_tools;  ///< by set and release
  Tools* last_tools = nullptr;
  std::vector<Finding> translated;
  std::string stated_at;  // of the group at hand, made of:
  std::string stated_date, stated_time;
  std::string release_text;  // of release_of_set
  std::uint64_t events_of_set = 0, sequence = 1;
  std::uint64_t groups_accepted = 0, groups_warned = 0, groups_rejected = 0;  // of the interchange at hand
  std::uint32_t service_segments = 0;                                         // TA1 of the interchange at hand
  bool in_set = false, too_large = false, group_warned = false;
};

Translator::Translator(const Catalogue& catalogue, TranslateOptions options, acknowledgement::VerdictHandler& verdicts,
                       EventSink events)
    : state_(std::make_unique<State>(catalogue, std::move(options), verdicts, std::move(events))) {}
Translator::~Translator() = default;
Status Translator::feed(std::string_view bytes) { return state_->reader.feed(bytes); }
Status Translator::finish() { return state_->reader.finish(); }

}  // namespace crossdock
