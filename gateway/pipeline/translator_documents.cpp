// Front door inwards, maps backwards, acknowledgement and interchange writers.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/translator_documents.hpp"

#include "gateway/pipeline/acknowledgers.hpp"
#include "gateway/pipeline/edifact_documents.hpp"
#include "translators/mapping/compiled_map.hpp"
#include "translators/x12/interchange_writer.hpp"

namespace crossdock::pipeline {
namespace {

class TranslatorReading final : public Reading {
 public:
  TranslatorReading(const Catalogue& catalogue, TranslateOptions options, acknowledgement::VerdictHandler& verdicts,
                    mapping::EventSink events)
      : translator_(catalogue, std::move(options), verdicts, std::move(events)) {}
  Status feed(std::string_view bytes) override { return translator_.feed(bytes); }
  Status finish() override { return translator_.finish(); }

 private:
  Translator translator_;
};

x12::DelimiterInData policy(DelimiterInData given) {
  switch (given) {
    case DelimiterInData::replace: return x12::DelimiterInData::replace;
    case DelimiterInData::refuse: return x12::DelimiterInData::refuse;
    case DelimiterInData::choose_delimiters: break;
  }
  return x12::DelimiterInData::choose_delimiters;
}

std::string control_number(std::size_t ordinal) {
  std::string text = std::to_string(ordinal);
  if (text.size() < 4) text.insert(0, 4 - text.size(), '0');
  return text;
}

/// ST03: a version that names an implementation guide (`005010X231A1`) is repeated there.
std::string implementation_of(const std::string& version) { return version.size() > 6 ? version : std::string(); }

/// ISA, TA1, IEA: a TA1 stands in no group. Its interchange is of the version of the one that it answers.
Result<std::string> write_answer(const EnvelopePlan& plan, const mapping::WrittenSet& answer,
                                 x12::OutgoingInterchange out) {
  wire::Delimiters delimiters = plan.delimiters ? *plan.delimiters : x12::WriteOptions{}.delimiters;
  out.version = answer.version.size() == 5 ? answer.version : "00401";
  if (out.version < "00402") delimiters.repetition = 0;
  TRY(std::string bytes, x12::write_isa(out, delimiters));
  std::string number = out.control_number;
  number.insert(0, number.size() < 9 ? 9 - number.size() : 0, '0');
  for (const wire::OutgoingSegment& segment : answer.segments) wire::write_segment(bytes, segment, delimiters);
  wire::write_segment(bytes, wire::OutgoingSegment{"IEA", "0", number}, delimiters);
  return bytes;
}

class TranslatorDocuments final : public Documents {
 public:
  std::unique_ptr<Reading> read(const Catalogue& catalogue, TranslateOptions options,
                                acknowledgement::VerdictHandler& verdicts, mapping::EventSink events) const override {
    return std::make_unique<TranslatorReading>(catalogue, std::move(options), verdicts, std::move(events));
  }

  Status read_document(const Catalogue& catalogue, const std::string& map, const mapping::ByteSource& bytes,
                       const mapping::DocumentContext& context, const mapping::EventSink& events,
                       std::vector<Finding>& findings) const override {
    TRY(const mapping::CompiledMap* compiled, catalogue.map(map));
    mapping::translate_document(*compiled, bytes, context, events, findings);
    return {};
  }

  std::unique_ptr<Acknowledger> acknowledge(const std::string& kind, bool warnings,
                                            const std::string& at) const override {
    return make_acknowledger(kind, warnings, at);
  }

  std::vector<std::string> event_types(const Catalogue& catalogue, const std::string& map) const override {
    const auto compiled = catalogue.map(map);
    return compiled ? (*compiled)->written_types() : std::vector<std::string>{};
  }

  Result<std::vector<mapping::WrittenSet>> write_sets(const Catalogue& catalogue, const std::string& map,
                                                      const std::vector<std::string>& events,
                                                      std::vector<Finding>& findings) const override {
    TRY(const mapping::CompiledMap* compiled, catalogue.map(map));
    return mapping::write_sets(*compiled, events, findings);
  }

  Result<std::string> write_interchange(const EnvelopePlan& plan,
                                        const std::vector<mapping::WrittenSet>& sets) const override {
    if (is_edifact(sets)) return write_edifact(plan, sets);
    // `2026-05-18T19:32:00Z`
    const std::string date = plan.at.substr(0, 4) + plan.at.substr(5, 2) + plan.at.substr(8, 2);
    const std::string time = plan.at.substr(11, 2) + plan.at.substr(14, 2);
    x12::OutgoingInterchange out;
    out.sender_qualifier = plan.sender.qualifier;
    out.sender_id = plan.sender.id;
    out.receiver_qualifier = plan.receiver.qualifier;
    out.receiver_id = plan.receiver.id;
    out.date = date.substr(2);
    out.time = time;
    out.control_number = std::to_string(plan.interchange_number);
    out.usage = plan.usage;
    if (sets.front().set == "TA1") return write_answer(plan, sets.front(), std::move(out));
    const auto groups = groups_of(sets);
    for (std::size_t i = 0; i < groups.size(); ++i) {
      x12::OutgoingGroup group;
      group.functional_id = groups[i].first;
      group.version = groups[i].second;
      group.sender = plan.sender_gs;
      group.receiver = plan.receiver_gs;
      group.date = date;
      group.time = time;
      group.control_number = std::to_string(plan.group_numbers.at(i));
      for (const mapping::WrittenSet& set : sets)
        if (set.functional_group == groups[i].first && set.version == groups[i].second)
          group.sets.push_back(
              {set.set, control_number(group.sets.size() + 1), implementation_of(set.version), set.segments});
      out.groups.push_back(std::move(group));
    }
    x12::WriteOptions options;
    if (plan.delimiters) options.delimiters = *plan.delimiters;
    options.delimiter_in_data = policy(plan.delimiter_in_data);
    options.replacement = plan.delimiter_replacement;
    TRY(x12::WrittenInterchange written, x12::write_interchange(out, options));
    return std::move(written.bytes);
  }
};

}  // namespace

std::unique_ptr<Documents> make_documents() { return std::make_unique<TranslatorDocuments>(); }

}  // namespace crossdock::pipeline
