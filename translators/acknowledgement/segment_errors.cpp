// Findings of a segment to AK3/AK4 or IK3/CTX/IK4/CTX.
// SPDX-License-Identifier: Apache-2.0
#include "translators/acknowledgement/segment_errors.hpp"

#include <algorithm>
#include <span>

#include "translators/wire/segment_writer.hpp"

namespace crossdock::acknowledgement {
namespace {

constexpr std::size_t copy_bytes_max = 99;      // AK404, IK404
constexpr std::size_t element_errors_max = 99;  // AK4 in one AK3 loop
constexpr std::size_t context_name_max = 35;    // C998
constexpr std::uint32_t position_max = 999999;  // element 719

std::string cut(std::string_view value, std::size_t bytes) { return std::string(value.substr(0, bytes)); }

/// Builds the rows of one set.
class Errors {
 public:
  Errors(const SetVerdict& set, const ErrorRules& rules)
      : set_(set), rules_(rules), detailed_(rules.form == Form::implementation) {}

  std::vector<Row> build() {
    const std::span<const Finding> findings(set_.findings);
    for (std::size_t begin = 0; begin < findings.size();) {
      std::size_t end = begin + 1;
      while (end < findings.size() && findings[end].where.segment == findings[begin].where.segment &&
             findings[end].segment_tag == findings[begin].segment_tag)
        ++end;
      add_segment(findings.subspan(begin, end - begin));
      begin = end;
    }
    return std::move(rows_);
  }

 private:
  void add_segment(std::span<const Finding> findings) {
    std::vector<std::string_view> said;
    for (const Finding& finding : findings) {
      if (!reported(finding, rules_) || finding.element != 0) continue;
      const std::string_view code = segment_code(rules_.form, finding.code);
      if (code.empty() || std::find(said.begin(), said.end(), code) != said.end()) continue;
      add_segment_row(finding, code);
      said.push_back(code);
    }
    std::size_t elements = 0;
    for (const Finding& finding : findings) {
      if (!reported(finding, rules_) || finding.element == 0 || info(finding.code).element_code.empty()) continue;
      if (elements++ == element_errors_max) break;
      if (elements == 1 && (said.empty() || said.back() != "8")) add_segment_row(finding, "8");
      const std::string_view code = element_code(rules_.form, finding.code);
      if (!code.empty()) add_element_row(finding, code);
    }
  }

  void add_segment_row(const Finding& finding, std::string_view code) {
    rows_.push_back({detailed_ ? "IK3" : "AK3", rules_.clean(cut(finding.segment_tag, 3)), position(finding),
                     loop(finding), std::string(code)});
    if (detailed_ && !set_.business_name.empty())
      rows_.push_back({"CTX", set_.business_name + wire::component_mark +
                                  rules_.clean(cut(set_.business_value, context_name_max))});
  }

  void add_element_row(const Finding& finding, std::string_view code) {
    std::string place = std::to_string(finding.element);
    const bool repeated = rules_.form != Form::v004010 && finding.repetition > 1;
    if (finding.component != 0 || repeated)
      place += wire::component_mark + (finding.component != 0 ? std::to_string(finding.component) : "");
    if (repeated) place += wire::component_mark + std::to_string(finding.repetition);
    rows_.push_back({detailed_ ? "IK4" : "AK4", place, rules_.clean(cut(finding.element_reference, 4)),
                     std::string(code), rules_.clean(cut(finding.value, copy_bytes_max))});
    if (detailed_ && finding.trigger_element != 0)
      rows_.push_back({"CTX", "SITUATIONAL TRIGGER", rules_.clean(cut(finding.segment_tag, 3)), position(finding),
                       loop(finding), std::to_string(finding.trigger_element)});
  }

  static std::string position(const Finding& finding) {
    return std::to_string(std::min(finding.where.segment, position_max));
  }
  /// Element 447 has six characters in 004010, four later.
  [[nodiscard]] std::string loop(const Finding& finding) const {
    return rules_.clean(cut(finding.loop_id, rules_.form == Form::v004010 ? 6 : 4));
  }

  const SetVerdict& set_;
  const ErrorRules& rules_;
  const bool detailed_;
  std::vector<Row> rows_;
};

}  // namespace

bool reported(const Finding& finding, const ErrorRules& rules) {
  return finding.severity == Severity::error || (rules.warnings && finding.severity == Severity::warning);
}

std::vector<Row> segment_errors(const SetVerdict& set, const ErrorRules& rules) { return Errors(set, rules).build(); }

}  // namespace crossdock::acknowledgement
