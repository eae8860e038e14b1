// Each set is validated against its guide; the tree that comes of it says where each segment belongs.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/learn_facts.hpp"

#include <algorithm>

#include "translators/any_reader.hpp"
#include "translators/guide/validate.hpp"
#include "translators/wire/character_set.hpp"
#include "translators/wire/released.hpp"
#include "translators/wire/segment_document.hpp"

namespace crossdock::cli {
namespace {

constexpr std::uint64_t set_bytes_max = 64U << 20;
constexpr std::size_t deviations_max = 200;

class Learner final : public wire::InterchangeHandler {
 public:
  Learner(const Catalogue& catalogue, std::string file, LearntFacts& facts)
      : catalogue_(catalogue), file_(std::move(file)), facts_(facts) {}

  void on_interchange(const wire::InterchangeHeader& header) override {
    header_ = header;
    const bool edifact = header.syntax == wire::Syntax::edifact;
    document_.delimiters = header.delimiters;
    document_.characters = edifact ? wire::character_set_of(header.standards_id) : wire::CharacterSet::not_said;
    const std::string mark = edifact ? "edifact:" : "";
    const auto id_of = [&](const std::string& qualifier, const std::string& id) {
      return mark + (qualifier.empty() && edifact ? "" : qualifier + ":") + id;
    };
    side_ = &facts_.senders[id_of(header.sender_qualifier, header.sender_id)];
    side_->edifact = edifact;
    ++side_->interchanges;
    ++side_->receivers[id_of(header.receiver_qualifier, header.receiver_id)];
    ++side_->versions[header.version];
    ++side_->usages[header.usage];
    ++side_->delimiters[delimiters_of(header.delimiters)];
    if (header.acknowledgement_requested == "1") ++side_->requests["1"];
    if (!edifact) return;
    ++side_->syntaxes[header.standards_id];
    ++side_->service_strings[header.una ? "UNA" : "none"];
  }

  void on_group(const wire::GroupHeader& header) override {
    group_ = header;
    if (header.implied || side_ == nullptr) return;
    if (!header.sender.empty()) ++side_->group_senders[header.sender];
    if (!header.receiver.empty()) ++side_->group_receivers[header.receiver];
  }

  void on_set(const wire::SetHeader& header) override {
    set_ = header;
    document_.clear();
    findings_.clear();
    inside_ = true;
  }

  void on_segment(const wire::Segment& segment) override {
    if (inside_ && document_.byte_count() + segment.text().size() <= set_bytes_max) document_.append(segment);
  }

  void on_set_end(const wire::SetTrailer&) override {
    inside_ = false;
    if (side_ == nullptr || set_.package) return;
    const auto choice = choose();
    SetFacts& facts = side_->sets[choice ? choice->guide->id : set_.set];
    facts.set = set_.set;
    facts.version =
        header_.syntax == wire::Syntax::edifact
            ? set_.version + "." + set_.release + (set_.implementation.empty() ? "" : " " + set_.implementation)
            : group_.version;
    ++facts.sets;
    if (choice) count(*choice->guide, facts);
    const bool faulty = std::any_of(findings_.begin(), findings_.end(),
                                    [](const Finding& finding) { return finding.severity == Severity::error; });
    if (faulty) ++facts.faulty;
    for (const Finding& finding : findings_) note(finding, facts);
  }

  void on_finding(Finding&& finding) override {
    if (inside_ && findings_.size() < 1000) findings_.push_back(std::move(finding));
  }

 private:
  static std::string delimiters_of(const wire::Delimiters& signs) {
    const auto shown = [](const char sign) { return sign == 0 ? std::string() : std::string(1, sign); };
    return shown(signs.element) + " " + shown(signs.component) + " " + shown(signs.repetition) + " " + signs.segment;
  }

  [[nodiscard]] Result<Catalogue::GuideChoice> choose() const {
    if (header_.syntax == wire::Syntax::edifact)
      return catalogue_.guide_for_message({set_.set, set_.version, set_.release, set_.implementation, header_.version});
    return catalogue_.guide_for(set_.set, group_.version);
  }

  void note(const Finding& finding, SetFacts& facts) const {
    if (finding.severity == Severity::note || facts.deviations.size() >= deviations_max) return;
    std::string place;  // without the numbers of occurrences
    for (std::size_t i = 0; i < finding.path.size(); ++i) {
      if (finding.path[i] == '[')
        i = std::min(finding.path.find(']', i), finding.path.size() - 1);
      else
        place += finding.path[i];
    }
    DeviationFacts& fact = facts.deviations[std::string(info(finding.code).text) + " at " + place];
    if (fact.count++ == 0)
      fact.example = file_ + ":" + std::to_string(finding.where.line) + ": " + finding.message.substr(0, 160);
  }

  void count(const guide::CompiledGuide& guide, SetFacts& facts) {
    guide::validate_set(document_, guide, {}, tree_, findings_);
    std::vector<std::map<guide::NodeIndex, std::uint64_t>> held(tree_.loops.size());
    for (std::uint32_t i = 0; i < tree_.node_of_segment.size(); ++i) {
      const guide::NodeIndex node = tree_.node_of_segment[i];
      if (node == guide::no_node) continue;
      const std::uint32_t instance = tree_.loop_of_segment[i];
      const bool trigger = instance != 0 && tree_.loops[instance].first_segment == i;
      if (!trigger) ++held[instance][node];
      NodeFacts& place = facts.nodes[node];
      ++place.seen;
      count_elements(guide.segments[guide.nodes[node].rule], i, place);
    }
    for (std::uint32_t i = 1; i < tree_.loops.size(); ++i) {
      ++held[tree_.loops[i].parent][tree_.loops[i].node];
      ++facts.nodes[tree_.loops[i].node].seen;
    }
    for (std::uint32_t i = 0; i < tree_.loops.size(); ++i) {
      guide::NodeIndex child = guide.nodes[tree_.loops[i].node].first_child;
      for (; child != guide::no_node; child = guide.nodes[child].next_sibling) {
        NodeFacts& place = facts.nodes[child];
        const auto found = held[i].find(child);
        const std::uint64_t times = found == held[i].end() ? 0 : found->second;
        ++place.holders;
        if (times > 0) ++place.in;
        place.most = std::max(place.most, times);
      }
    }
  }

  void count_elements(const guide::SegmentRule& rule, std::uint32_t segment, NodeFacts& place) {
    for (std::uint16_t e = 1; e <= rule.elements.size(); ++e) {
      const std::string_view value = document_.element(segment, e);
      if (value.empty()) continue;
      const auto& components = rule.elements[e - 1U].components;
      if (components.empty()) {
        add(place.elements[{e, 0}], value);
        continue;
      }
      const char release = document_.released(segment) ? document_.delimiters.release : '\0';
      std::string_view rest = value;
      for (std::uint16_t c = 1; c <= components.size(); ++c) {
        const std::size_t end = release == 0 ? rest.find(document_.delimiters.component)
                                             : wire::find_unreleased(rest, document_.delimiters.component, release);
        add(place.elements[{e, c}], rest.substr(0, end));
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
      }
    }
  }

  static void add(ElementFacts& facts, std::string_view value) {
    while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
    if (value.empty()) return;
    ++facts.filled;
    facts.length_max = std::max(facts.length_max, value.size());
    const auto known = facts.values.find(std::string(value.substr(0, 80)));
    if (known != facts.values.end())
      ++known->second;
    else if (facts.values.size() < ElementFacts::values_max)
      facts.values.emplace(value.substr(0, 80), 1);
    else
      facts.more_values = true;
  }

  const Catalogue& catalogue_;
  std::string file_;
  LearntFacts& facts_;
  wire::InterchangeHeader header_;
  wire::GroupHeader group_;
  wire::SetHeader set_;
  SideFacts* side_ = nullptr;
  wire::SegmentDocument document_;
  guide::SetTree tree_;
  std::vector<Finding> findings_;
  bool inside_ = false;
};

}  // namespace

void learn_sample(const Catalogue& catalogue, Input& input, LearntFacts& facts) {
  facts.files.push_back(input.name());
  Learner learner(catalogue, input.name(), facts);
  AnyReader reader(learner);
  Status read = input.for_each_chunk([&reader](std::string_view bytes) { return reader.feed(bytes); });
  if (read) read = reader.finish();
  if (!read) facts.unread[input.name()] = read.error().text();
}

}  // namespace crossdock::cli
