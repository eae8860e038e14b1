// Values are made by rule and number, so that the same seed gives the same set everywhere.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/sample.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "translators/guide/code_list.hpp"
#include "translators/guide/structure.hpp"
#include "translators/guide/syntax_note.hpp"

namespace crossdock::guide {
namespace {

constexpr std::size_t text_length_shown = 12;

/// SplitMix64: small, seedable, the same everywhere.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(next() % limit); }
  bool coin() { return (next() >> 40 & 1) != 0; }

 private:
  std::uint64_t state_;
};

std::string two_digits(std::size_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

class Sampler {
 public:
  Sampler(const CompiledGuide& guide, const SampleOptions& options)
      : guide_(&guide), options_(&options), dice_(options.seed) {}

  std::vector<std::vector<std::string>> run() {
    add_children(0);
    for (std::vector<std::string>& segment : out_) {
      if (segment[0] == "SE" && segment.size() >= 3) {
        segment[1] = std::to_string(out_.size());
        segment[2] = options_->control_number;
      }
      if (segment[0] == "UNT") segment = {"UNT", std::to_string(out_.size()), options_->control_number};
      if (segment[0] == "UNH") segment = {"UNH", options_->control_number, message_identifier()};
    }
    return std::move(out_);
  }

 private:
  /// S009 of UNH: `IFTSTA:D:96A:UN` for the guide d96a/IFTSTA; CONTRL by its syntax version.
  std::string message_identifier() const {
    const char joint = options_->delimiters.component;
    std::string version = guide_->version.substr(0, 1), release = guide_->version.substr(1), association;
    if (guide_->version == "service-3") version = "D", release = "3";
    if (guide_->version == "service-4") version = "4", release = "1";
    if (const std::size_t dash = release.find('-'); dash != std::string::npos) {
      association = release.substr(dash);
      association[0] = joint;
      release.resize(dash);
    }
    std::string out = guide_->set + joint + version + joint + release + joint + "UN" + association;
    for (char& c : out)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
  }

  bool wanted(Usage usage) {
    if (usage == Usage::mandatory) return true;
    if (usage == Usage::forbidden) return false;
    return options_->random ? dice_.coin() : options_->full;
  }

  void add_children(NodeIndex parent) {
    for (NodeIndex at = guide_->nodes[parent].first_child; at != no_node; at = guide_->nodes[at].next_sibling) {
      const Node& node = guide_->nodes[at];
      if (!wanted(node.usage)) continue;
      std::size_t times = 1;
      if (options_->random && node.repeat_max > 1) times = 1 + dice_.below(std::min<std::size_t>(3, node.repeat_max));
      for (std::size_t i = 0; i < times; ++i) {
        if (node.usage != Usage::mandatory && !told_apart(at)) break;
        if (const Hierarchy* hierarchy = guide_->hierarchy_of(at); hierarchy != nullptr && i == 0)
          add_tree(*hierarchy);
        else if (hierarchy != nullptr)
          break;
        else if (node.kind == Node::Kind::loop)
          add_loop(at);
        else
          add_segment(guide_->segments[node.rule]);
        if (node.kind == Node::Kind::segment) last_ = at;
      }
    }
  }

  /// Whether the next segment would be taken for this place: some EDIFACT directories have places that look alike
  /// (INVRPT D.96A: QTY of a package, then QTY of the line), and the nearest takes it.
  bool told_apart(NodeIndex node) {
    if (last_ == no_node || !guide_->hierarchies.empty()) return true;
    find_candidates(*guide_, positions_of(*guide_, last_), guide_->nodes[node].tag, candidates_);
    const Candidate* taken = crossdock::guide::choose(*guide_, candidates_);
    return taken == nullptr || taken->target == node;
  }

  /// A loop's content; what bounds it says its identifier.
  void add_loop(NodeIndex loop) {
    const std::size_t first = out_.size();
    add_children(loop);
    const Bound* bound = guide_->bound_of(loop);
    if (bound == nullptr) return;
    std::string id = bound->ids.empty() ? guide_->nodes[loop].loop_id : bound->ids.front();
    put(out_[first], 1, id);
    put(out_.back(), 1, std::move(id));
  }

  /// Occurrences of a hierarchy: each level once under the one before it, or a few by chance.
  void add_tree(const Hierarchy& hierarchy) {
    struct Stem {
      std::string level, number;
      std::size_t segment;
    };
    std::vector<Stem> path;
    std::vector<std::string> used;
    const std::size_t count = options_->random ? 1 + dice_.below(6) : std::max<std::size_t>(1, hierarchy.levels.size());
    for (std::size_t i = 0; i < count; ++i) {
      std::string level;
      while (level.empty()) {
        std::vector<std::string> choice = levels_under(hierarchy, path.empty() ? std::string() : path.back().level);
        if (!options_->random)
          std::erase_if(choice,
                        [&](const auto& one) { return std::find(used.begin(), used.end(), one) != used.end(); });
        if (!choice.empty()) level = choice[options_->random ? dice_.below(choice.size()) : 0];
        if (level.empty() && path.size() <= 1) return;
        if (level.empty()) path.pop_back();
      }
      used.push_back(level);
      const std::size_t segment = out_.size();
      add_children(hierarchy.loop);
      std::string number = std::to_string(i + 1);
      put(out_[segment], hierarchy.id, number);
      put(out_[segment], hierarchy.parent, path.empty() ? std::string() : path.back().number);
      put(out_[segment], hierarchy.level, level);
      if (hierarchy.child != 0) put(out_[segment], hierarchy.child, "0");
      if (!path.empty() && hierarchy.child != 0) put(out_[path.back().segment], hierarchy.child, "1");
      path.push_back({std::move(level), std::move(number), segment});
    }
  }

  std::vector<std::string> levels_under(const Hierarchy& hierarchy, const std::string& above) {
    std::vector<std::string> out;
    if (above.empty() && !hierarchy.top.empty()) return hierarchy.top;
    const Hierarchy::Level* level = hierarchy.find(above);
    if (!above.empty() && level != nullptr) return level->under;
    for (const Hierarchy::Level& one : hierarchy.levels) out.push_back(one.code);
    if (out.empty()) {  // any level: a code of the element's list
      const NodeIndex trigger = guide_->nodes[hierarchy.loop].first_child;
      out.push_back(value(guide_->segments[guide_->nodes[trigger].rule].elements[hierarchy.level - 1U]));
    }
    return out;
  }

  static void put(std::vector<std::string>& segment, std::size_t element, std::string text) {
    if (segment.size() <= element) segment.resize(element + 1);
    segment[element] = std::move(text);
    while (segment.size() > 1 && segment.back().empty()) segment.pop_back();
  }

  /// Which positions stand: what is mandatory, what is wanted, mended until every note holds.
  std::uint64_t choose(const std::vector<ElementRule>& rules, const std::vector<SyntaxNote>& notes) {
    std::uint64_t mandatory = 0, allowed = 0, present = 0;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const std::uint64_t bit = 1ULL << i;
      if (rules[i].usage == Usage::mandatory) mandatory |= bit;
      if (rules[i].usage != Usage::forbidden) allowed |= bit;
      if (wanted(rules[i].usage)) present |= bit;
    }
    if (present == 0) present = allowed & (~allowed + 1);  // a segment says something: its first element
    if (mend(notes, mandatory, allowed, present)) return present;
    present = mandatory;
    if (mend(notes, mandatory, allowed, present)) return present;
    return search(notes, mandatory, allowed);
  }

  static bool all_hold(const std::vector<SyntaxNote>& notes, std::uint64_t present) {
    return std::all_of(notes.begin(), notes.end(), [&](const SyntaxNote& note) { return satisfied(note, present); });
  }

  /// Adds what a note misses, removes what it excludes; a bounded number of rounds.
  static bool mend(const std::vector<SyntaxNote>& notes, std::uint64_t mandatory, std::uint64_t allowed,
                   std::uint64_t& present) {
    constexpr int rounds_max = 32;
    for (int round = 0; round < rounds_max && !all_hold(notes, present); ++round) {
      for (const SyntaxNote& note : notes) {
        if (satisfied(note, present)) continue;
        const std::uint64_t can = note.mask & allowed;
        if (note.kind == '7') {
          present &= (note.mask & mandatory) == 0 ? ~note.mask : ~note.first;
        } else if (excludes(note, present)) {
          const std::uint64_t those = present & note.mask;
          const std::uint64_t keep = (those & mandatory) != 0 ? those & mandatory : those & (~those + 1);
          present &= ~(those & ~(keep & (~keep + 1)));
        } else if (note.kind == 'R' || note.kind == 'L' || note.kind == '1') {
          present |= can & (~can + 1);
          if (can == 0) present &= ~note.first;
        } else {
          if (can == note.mask && round < rounds_max / 2)
            present |= can;
          else
            present &= ~((note.first != 0 ? note.first : note.mask) & ~mandatory);
        }
      }
    }
    return all_hold(notes, present) && (present & mandatory) == mandatory;
  }

  /// Small subsets of what is allowed, on top of what is mandatory.
  static std::uint64_t search(const std::vector<SyntaxNote>& notes, std::uint64_t mandatory, std::uint64_t allowed) {
    std::array<std::uint64_t, 64> bits{};
    std::size_t count = 0;
    for (std::uint64_t rest = allowed & ~mandatory; rest != 0; rest &= rest - 1) bits[count++] = rest & (~rest + 1);
    const std::size_t tried = std::min<std::size_t>(count, 14);
    for (std::uint64_t subset = 0; subset < (1ULL << tried); ++subset) {
      std::uint64_t present = mandatory;
      for (std::size_t i = 0; i < tried; ++i)
        if ((subset >> i & 1) != 0) present |= bits[i];
      if (all_hold(notes, present)) return present;
    }
    return mandatory;
  }

  void add_segment(const SegmentRule& rule) {
    std::vector<std::string> segment{rule.tag};
    const std::uint64_t present = choose(rule.elements, rule.notes);
    for (std::size_t i = 0; i < rule.elements.size(); ++i)
      segment.push_back((present >> i & 1) != 0 ? element_text(rule.elements[i]) : std::string());
    for (std::size_t i = 1; i < rule.elements.size(); ++i) {  // before binary data stands its byte count (BIN01, BDS02)
      const bool counted =
          rule.elements[i].type == ElementType::binary && rule.elements[i - 1].type == ElementType::numeric;
      if (counted && !segment[i + 1].empty()) segment[i] = std::to_string(segment[i + 1].size());
    }
    while (segment.size() > 1 && segment.back().empty()) segment.pop_back();
    if (rule.tag == "ST" && segment.size() >= 3) {
      segment[1] = guide_->set;
      segment[2] = options_->control_number;
      segment.resize(std::min<std::size_t>(segment.size(), 3));
    }
    out_.push_back(std::move(segment));
  }

  std::string element_text(const ElementRule& rule) {
    if (rule.type != ElementType::composite) return value(rule);
    const std::uint64_t present = choose(rule.components, rule.notes);
    std::string out;
    std::string pending;
    for (std::size_t i = 0; i < rule.components.size(); ++i) {
      if (i != 0) pending += options_->delimiters.component;
      if ((present >> i & 1) == 0) continue;
      out += pending + (is_moment(rule) ? moment_part(rule.components[i]) : value(rule.components[i]));
      pending.clear();
    }
    return out;
  }

  /// C507: what, value (2380), format (2379).
  static bool is_moment(const ElementRule& rule) {
    return rule.components.size() == 3 && rule.components[1].reference == "2380" &&
           rule.components[2].reference == "2379";
  }
  /// Value and format fit each other: a day, as without a format, or a moment.
  std::string moment_part(const ElementRule& rule) {
    if (rule.reference == "2380") return date(true);
    return rule.reference == "2379" ? "102" : value(rule);
  }

  bool sendable(std::string_view text) const {
    const wire::Delimiters& d = options_->delimiters;
    return std::none_of(text.begin(), text.end(), [&](char c) {
      return c == d.element || c == d.component || (d.repetition != 0 && c == d.repetition) ||
             d.segment.find(c) != std::string::npos;
    });
  }

  std::string value(const ElementRule& rule) {
    if (rule.codes != nullptr && !rule.codes->entries().empty()) return code(rule);
    switch (rule.type) {
      case ElementType::numeric:
      case ElementType::number:
      case ElementType::decimal: return digits(rule);
      case ElementType::date: return date(rule.length_max >= 8);
      case ElementType::time: return time(rule.length_min > 4);
      default: return words(rule);
    }
  }

  std::string code(const ElementRule& rule) {
    const auto entries = rule.codes->entries();
    const std::size_t start = dice_.below(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const std::string& one = entries[(start + i) % entries.size()].code;
      if (one.size() >= rule.length_min && one.size() <= rule.length_max && sendable(one)) return one;
    }
    return entries[start].code;
  }

  std::string digits(const ElementRule& rule) {
    const std::size_t most = std::min<std::size_t>(rule.length_max, 4);
    const std::size_t length = std::max<std::size_t>({rule.length_min, 1, 1 + dice_.below(most)});
    std::string out;
    for (std::size_t i = 0; i < length; ++i) out += static_cast<char>('1' + dice_.below(9));
    return out;
  }

  std::string date(bool century) {
    const std::string month = two_digits(1 + dice_.below(12));  // one draw a line: the order of draws is the sample
    const std::string day = two_digits(1 + dice_.below(28));
    return (century ? "2026" : "26") + month + day;
  }

  std::string time(bool seconds) {
    std::string out = two_digits(dice_.below(24));
    out += two_digits(dice_.below(60));
    if (seconds) out += two_digits(dice_.below(60));
    return out;
  }

  std::string words(const ElementRule& rule) {
    constexpr std::string_view letters = "ABCDEFGHJKLMNPRSTUVWXYZ23456789";
    const std::size_t most =
        std::min<std::size_t>(rule.length_max, std::max<std::size_t>(rule.length_min, text_length_shown));
    const std::size_t least = std::max<std::size_t>(rule.length_min, 1);
    const std::size_t length = least + dice_.below(most - least + 1);
    std::string out;
    for (std::size_t i = 0; i < length; ++i) {
      char c = letters[dice_.below(letters.size())];
      while (!sendable({&c, 1})) c = letters[dice_.below(letters.size())];
      out += c;
    }
    return out;
  }

  const CompiledGuide* guide_;
  const SampleOptions* options_;
  Dice dice_;
  NodeIndex last_ = no_node;  ///< place of the segment added last
  std::vector<Candidate> candidates_;
  std::vector<std::vector<std::string>> out_;
};

}  // namespace

std::vector<std::vector<std::string>> sample_set(const CompiledGuide& guide, const SampleOptions& options) {
  return Sampler(guide, options).run();
}

std::string sample_text(const CompiledGuide& guide, const SampleOptions& options) {
  std::string out;
  for (const std::vector<std::string>& segment : sample_set(guide, options)) {
    for (std::size_t i = 0; i < segment.size(); ++i) {
      if (i != 0) out += options.delimiters.element;
      out += segment[i];
    }
    out += options.delimiters.segment + "\n";
  }
  return out;
}

}  // namespace crossdock::guide
