// Who the partner is, what goes which way, what it uses of each guide.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/learn_proposal.hpp"

#include <algorithm>

#include "translators/guide/code_list.hpp"
#include "translators/mapping/compiled_map.hpp"

namespace crossdock::cli {
namespace {

constexpr std::uint64_t required_after = 3;  // occurrences before `usage: M` or `N` is more than a comment
constexpr std::uint64_t codes_after = 10;    // values before a list of codes is
constexpr std::size_t codes_max = 25;

using Files = std::vector<std::pair<std::string, std::string>>;

std::string plural(std::uint64_t count, const char* thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// Most frequent first.
std::vector<std::pair<std::string, std::uint64_t>> ranked(const Counts& counts) {
  std::vector<std::pair<std::string, std::uint64_t>> out(counts.begin(), counts.end());
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return out;
}

std::string first_of(const Counts& counts) { return counts.empty() ? std::string() : ranked(counts).front().first; }

std::string counted(const Counts& counts) {
  std::string out;
  for (const auto& [value, count] : ranked(counts))
    out += (out.empty() ? "" : ", ") + (value.empty() ? std::string("(empty)") : value) + " " + std::to_string(count);
  return out;
}

std::string without_mark(const std::string& id) { return id.starts_with("edifact:") ? id.substr(8) : id; }
std::string bare(const std::string& id) {
  const std::string plain = without_mark(id);
  return plain.substr(plain.find(':') == std::string::npos ? 0 : plain.find(':') + 1);
}
bool is_edifact(const std::string& id) { return id.starts_with("edifact:"); }

std::string name_of(const std::string& id) {
  std::string out;
  for (const char c : bare(id)) {
    const char low = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool good = (low >= 'a' && low <= 'z') || (low >= '0' && low <= '9');
    if (good || (!out.empty() && out.back() != '-')) out += good ? low : '-';
  }
  while (out.ends_with("-")) out.pop_back();
  return out.empty() ? "new-partner" : out;
}

/// Envelope identities of one party: X12 and EDIFACT may both be among the samples.
struct Parties {
  std::vector<std::string> partner, us;
};

bool is_us(const std::string& id, const std::string& us) {
  return !us.empty() && (without_mark(id) == us || bare(id) == us || id == us);
}

Parties parties_of(const LearntFacts& facts, const std::string& us) {
  Parties out;
  std::map<std::string, std::uint64_t> senders;
  Counts receivers;
  for (const auto& [id, side] : facts.senders) {
    if (is_us(id, us)) {
      out.us.push_back(id);
      continue;
    }
    std::uint64_t sets = side.interchanges;
    senders[id] += sets;
  }
  // Without a word about us, whoever sends most is the partner, in each syntax.
  for (const bool edifact : {false, true}) {
    std::string best;
    for (const auto& [id, count] : senders)
      if (is_edifact(id) == edifact && (best.empty() || count > senders[best])) best = id;
    if (best.empty()) continue;
    out.partner.push_back(best);
    const std::string receiver = first_of(facts.senders.at(best).receivers);
    if (std::find(out.us.begin(), out.us.end(), receiver) == out.us.end()) out.us.push_back(receiver);
  }
  for (const std::string& id : std::vector<std::string>(out.us)) {
    const auto side = facts.senders.find(id);
    if (side == facts.senders.end()) continue;
    for (const auto& [receiver, count] : side->second.receivers)
      if (out.partner.empty()) out.partner.push_back(receiver);
  }
  return out;
}

std::string identifiers_line(const char* key, const std::vector<std::string>& ids, const Counts& groups, bool list) {
  std::string x12, edifact;
  for (const std::string& id : ids) {
    std::string& into = is_edifact(id) ? edifact : x12;
    into += (into.empty() ? "" : ", ") + quoted(without_mark(id));
  }
  std::string inside;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) inside += std::string(inside.empty() ? "" : ", ") + name + ": " + value;
  };
  add("x12", list && !x12.empty() ? "[" + x12 + "]" : x12);
  add("gs", groups.empty() ? "" : quoted(first_of(groups)));
  add("edifact", list && !edifact.empty() ? "[" + edifact + "]" : edifact);
  return inside.empty() ? "" : std::string(key) + ": {" + inside + "}\n";
}

std::string answer_of(const SetFacts& facts) {
  if (facts.set == "997" || facts.set == "999" || facts.set == "TA1" || facts.set == "CONTRL") return {};
  return facts.guide.starts_with("edifact/") ? ", acknowledge: CONTRL" : ", acknowledge: \"997\"";
}

class Profile {
 public:
  Profile(const Catalogue& catalogue, const LearntFacts& facts, const Parties& parties, std::string name)
      : catalogue_(catalogue), facts_(facts), parties_(parties), name_(std::move(name)) {}

  std::string text() {
    out_ = "# Proposed by `crossdock partner learn` from " + plural(facts_.files.size(), "sample") +
           ": look at each line, then put it into the configuration folder.\n"
           "# Numbers behind # are counts of what was seen.\n";
    out_ += "partner: " + name_ + "\nname: " + name_ + "            # its name for people\n";
    out_ += "role: carrier          # or customer, shipper, broker, hub, supplier, warehouse, finance\n";
    Counts own, ours;
    for (const std::string& id : parties_.partner) merge(id, &SideFacts::group_senders, own);
    for (const std::string& id : parties_.partner) merge(id, &SideFacts::group_receivers, ours);
    out_ += identifiers_line("identifiers", parties_.partner, own, true);
    out_ += identifiers_line("us", parties_.us, ours, false);
    out_ += "zone: UTC              # of its local times: a place such as America/Chicago\n";
    out_ += "channels:\n  - directory: {pick_up: partners/" + name_ + "/from, put: partners/" + name_ + "/to}\n";
    ways();
    for (const std::string& id : parties_.partner) describe(id);
    for (const auto& [file, why] : facts_.unread) out_ += "# not read to its end: " + file + ": " + why + "\n";
    return out_;
  }

 private:
  void merge(const std::string& id, Counts SideFacts::*which, Counts& into) const {
    const auto side = facts_.senders.find(id);
    if (side == facts_.senders.end()) return;
    for (const auto& [value, count] : side->second.*which) into[value] += count;
  }

  void ways() {
    std::string sends, receives;
    for (const std::string& id : parties_.partner) sets_of(id, true, sends);
    for (const std::string& id : parties_.us) sets_of(id, false, receives);
    if (!receives.empty()) out_ += "receives:              # what we send to it\n" + receives;
    if (!sends.empty()) out_ += "sends:                 # what it sends to us\n" + sends;
  }

  void sets_of(const std::string& id, bool inwards, std::string& out) const {
    const auto side = facts_.senders.find(id);
    if (side == facts_.senders.end()) return;
    const std::vector<std::string> maps = catalogue_.map_ids();
    for (const auto& [key, facts] : side->second.sets) {
      const std::string seen = plural(facts.sets, "set") +
                               (facts.faulty > 0 ? ", " + std::to_string(facts.faulty) + " with errors" : "") +
                               ", version " + facts.version;
      if (facts.guide.empty() && !key.starts_with("x12/") && !key.starts_with("edifact/")) {
        out += "  # - {set: .../" + facts.set + "}   # " + seen + "; no guide is installed\n";
        continue;
      }
      const bool acknowledgement = facts.set == "997" || facts.set == "999" || facts.set == "CONTRL";
      const bool mapped = acknowledgement || std::find(maps.begin(), maps.end(), key) != maps.end();
      SetFacts named = facts;
      named.guide = key;
      out += std::string(mapped ? "  - " : "  # - ") + "{set: " + key + answer_of(named) + "}   # " + seen +
             (mapped ? "" : "; no map is installed") + "\n";
      (void)inwards;
    }
  }

  void describe(const std::string& id) {
    const auto found = facts_.senders.find(id);
    if (found == facts_.senders.end()) return;
    const SideFacts& side = found->second;
    out_ += "# " + without_mark(id) + ": " + plural(side.interchanges, "interchange") + "\n";
    const auto line = [&](const char* what, const Counts& counts) {
      if (!counts.empty()) out_ += std::string("#   ") + what + ": " + counted(counts) + "\n";
    };
    line("to", side.receivers);
    line(side.edifact ? "syntax version" : "version (ISA12)", side.versions);
    line("character set", side.syntaxes);
    line("service string", side.service_strings);
    line("element, component, repetition, segment", side.delimiters);
    line("usage", side.usages);
    line("asks for an answer to the interchange", side.requests);
    line("group senders", side.group_senders);
    line("group receivers", side.group_receivers);
  }

  const Catalogue& catalogue_;
  const LearntFacts& facts_;
  const Parties& parties_;
  std::string name_, out_;
};

/// The overlay of one guide.
class Overlay {
 public:
  Overlay(const guide::CompiledGuide& guide, const SetFacts& facts) : guide_(guide), facts_(facts) {
    for (const guide::Node& node : guide.nodes) ++tags_[node.tag];
    for (guide::NodeIndex i = 1; i < guide.nodes.size(); ++i)
      if (!is_trigger(i)) ++paths_[guide.path(i)];
  }

  std::string text(const std::string& partner) {
    std::string out = "# What " + partner + " uses of it, as " + plural(facts_.sets, "set") + " of samples " +
                      (facts_.sets == 1 ? "shows" : "show") +
                      "; proposed by `crossdock partner learn`. Lines behind # rest on too little, or\n"
                      "# say what was not narrowed.\noverlay: " +
                      guide_.id + "\nname: " + guide_.name + ", as " + partner + " sends it\n";
    for (guide::NodeIndex i = 1; i < guide_.nodes.size(); ++i) add_node(i);
    if (any_) out += "segments:\n";
    out += lines_;
    for (const auto& [what, deviation] : facts_.deviations)
      out +=
          "# deviates: " + what + ", " + std::to_string(deviation.count) + " times, first " + deviation.example + "\n";
    return out;
  }

 private:
  [[nodiscard]] bool is_trigger(guide::NodeIndex node) const {
    const guide::NodeIndex parent = guide_.nodes[node].parent;
    return parent != 0 && parent != guide::no_node && guide_.nodes[parent].first_child == node;
  }

  /// A name that overlays take for this place alone: a bare tag means every segment of that tag.
  [[nodiscard]] bool nameable(guide::NodeIndex node) const {
    const std::string path = guide_.path(is_trigger(node) ? guide_.nodes[node].parent : node);
    const auto same = paths_.find(path);
    if (same == paths_.end() || same->second != 1) return false;
    const std::uint64_t own = guide_.nodes[node].kind == guide::Node::Kind::loop || is_trigger(node) ? 2 : 1;
    return path.find('/') != std::string::npos || tags_.at(guide_.nodes[node].tag) == own;
  }

  void line(bool firm, const std::string& place, const std::string& what, const std::string& why) {
    lines_ += std::string(firm ? "  " : "  # ") + place + ": {" + what + "}   # " + why + "\n";
    any_ = any_ || firm;
  }

  void add_node(guide::NodeIndex index) {
    const guide::Node& node = guide_.nodes[index];
    const auto found = facts_.nodes.find(index);
    if (node.tag == "ST" || node.tag == "SE" || node.tag == "UNH" || node.tag == "UNT") return;
    const std::string path = guide_.path(index);
    const bool firm = nameable(index);
    if (found == facts_.nodes.end() || found->second.seen == 0) {
      const bool held = found != facts_.nodes.end() && found->second.holders > 0;
      if (held && !is_trigger(index) && node.usage != guide::Usage::mandatory)
        lines_ += "  # " + path + ": {usage: N}   # never, in " + plural(found->second.holders, "place") + "\n";
      return;
    }
    const NodeFacts& facts = found->second;
    if (!is_trigger(index) && facts.holders > 0) {
      const std::string why = std::to_string(facts.in) + " of " + std::to_string(facts.holders) +
                              (facts.most > 1 ? ", at most " + std::to_string(facts.most) + " together" : "");
      if (facts.in == facts.holders && node.usage != guide::Usage::mandatory)
        line(firm && facts.holders >= required_after, path, "usage: M", why);
      else
        lines_ += "  # " + path + ": " + why + "\n";
    }
    if (node.kind != guide::Node::Kind::segment) return;
    const guide::SegmentRule& rule = guide_.segments[node.rule];
    for (std::uint16_t e = 1; e <= rule.elements.size(); ++e) add_element(rule.elements[e - 1U], facts, path, e, firm);
  }

  void add_element(const guide::ElementRule& rule, const NodeFacts& facts, const std::string& path,
                   std::uint16_t element, bool firm) {
    const std::string place = path + (element < 10 ? ".0" : ".") + std::to_string(element);
    if (rule.components.empty()) return add_value(rule, facts, {element, 0}, place, firm);
    for (std::uint16_t c = 1; c <= rule.components.size(); ++c)
      add_value(rule.components[c - 1U], facts, {element, c}, place + "." + std::to_string(c), firm);
  }

  void add_value(const guide::ElementRule& rule, const NodeFacts& facts, std::pair<std::uint16_t, std::uint16_t> at,
                 const std::string& place, bool firm) {
    const auto found = facts.elements.find(at);
    if (found == facts.elements.end()) return;
    const ElementFacts& value = found->second;
    std::string what, why = std::to_string(value.filled) + " of " + std::to_string(facts.seen);
    bool sure = firm;
    if (value.filled == facts.seen && rule.usage != guide::Usage::mandatory) {
      what = "usage: M";
      sure = sure && facts.seen >= required_after;
    }
    if (rule.codes != nullptr && !value.more_values && value.values.size() <= codes_max) {
      std::string codes;
      for (const auto& [code, count] : ranked(value.values))
        if (rule.codes->contains(code)) codes += (codes.empty() ? "" : ", ") + quoted(code);
      why += ": " + counted(value.values);
      if (!codes.empty()) {
        what += (what.empty() ? "" : ", ") + ("codes: [" + codes + "]");
        sure = sure && value.filled >= codes_after;
      }
    } else {
      why += ", at most " + plural(value.length_max, "character");
    }
    if (what.empty())
      lines_ += "  # " + place + ": " + why + "\n";
    else
      line(sure, place, what, why);
  }

  const guide::CompiledGuide& guide_;
  const SetFacts& facts_;
  std::map<std::string, std::uint64_t> tags_, paths_;
  std::string lines_;
  bool any_ = false;
};

}  // namespace

Result<Files> propose(const Catalogue& catalogue, const LearntFacts& facts, const LearnWishes& wishes) {
  if (facts.senders.empty()) {
    std::string why = "no interchange was found in the samples";
    for (const auto& [file, reason] : facts.unread) why += "; " + file + ": " + reason;
    return fail(Code::usage_wrong, why);
  }
  const Parties parties = parties_of(facts, wishes.us);
  const std::string name = !wishes.name.empty()      ? wishes.name
                           : parties.partner.empty() ? "new-partner"
                                                     : name_of(parties.partner.front());
  Files out;
  out.emplace_back("partners/" + name + ".yaml", Profile(catalogue, facts, parties, name).text());
  for (const std::string& id : parties.partner) {
    const auto side = facts.senders.find(id);
    if (side == facts.senders.end()) continue;
    for (const auto& [key, set] : side->second.sets) {
      const auto guide = catalogue.guide(key);
      if (!guide) continue;
      std::string file = "partners/" + name + "/" + (*guide)->set + "-" + (*guide)->version + ".yaml";
      out.emplace_back(std::move(file), Overlay(**guide, set).text(name));
    }
  }
  return out;
}

}  // namespace crossdock::cli
