// `crossdock acknowledge FILE`: the 997 or 999, the TA1 or the CONTRL that the file deserves, or the 824 or APERAK that
// says what became of it, on standard output.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>

#include "gateway/cli/command.hpp"
#include "gateway/cli/input.hpp"
#include "gateway/cli/moment.hpp"
#include "gateway/cli/partner_choice.hpp"
#include "translators/acknowledgement/application_advice.hpp"
#include "translators/acknowledgement/application_error.hpp"
#include "translators/acknowledgement/contrl.hpp"
#include "translators/acknowledgement/functional_acknowledgement.hpp"
#include "translators/acknowledgement/interchange_acknowledgement.hpp"
#include "translators/translate.hpp"

namespace crossdock::cli {
namespace {

using acknowledgement::AnswerInterchange;
using acknowledgement::AnswerSet;

/// What is asked for with --set.
enum class Answer : std::uint8_t { automatic, functional, implementation, advice, contrl, error };

struct Arguments {
  std::string file, at, release;
  PartnerArguments partner;
  std::uint64_t control_number = 1;
  bool warnings = false;
  Answer set = Answer::automatic;
  AnswerInterchange ta1 = AnswerInterchange::on_request;
};

/// Receipts: all writers hear each verdict; each answers what is of its syntax.
class Writers : public acknowledgement::VerdictHandler {
 public:
  Writers(wire::ByteSink& sink, acknowledgement::AcknowledgementOptions functional,
          acknowledgement::InterchangeAcknowledgementOptions interchange, acknowledgement::ContrlOptions contrl,
          bool x12)
      : functional_(sink, std::move(functional)),
        interchange_(sink, std::move(interchange)),
        contrl_(sink, std::move(contrl)),
        x12_(x12) {}
  void on_interchange(const x12::InterchangeHeader& header) override {
    edifact_ = header.syntax == wire::Syntax::edifact;
    if (edifact_) return contrl_.on_interchange(header);
    if (!x12_) return;
    functional_.on_interchange(header);
    interchange_.on_interchange(header);
  }
  void on_interchange_answer(const x12::InterchangeHeader& header,
                             const acknowledgement::InterchangeAnswer& answer) override {
    if (x12_) interchange_.on_interchange_answer(header, answer);
  }
  void on_group(const x12::InterchangeHeader& header, const x12::GroupHeader& group) override {
    if (edifact_) return contrl_.on_group(header, group);
    if (!x12_) return;
    functional_.on_group(header, group);
    interchange_.on_group(header, group);
  }
  void on_set(const x12::InterchangeHeader& header, const x12::GroupHeader& group,
              acknowledgement::SetVerdict& set) override {
    if (edifact_) return contrl_.on_set(header, group, set);
    if (x12_) functional_.on_set(header, group, set);
  }
  void on_group_end(const x12::InterchangeHeader& header, acknowledgement::GroupVerdict& group) override {
    if (edifact_) return contrl_.on_group_end(header, group);
    if (x12_) functional_.on_group_end(header, group);
  }
  void on_interchange_end(acknowledgement::InterchangeVerdict& interchange) override {
    if (edifact_) return contrl_.on_interchange_end(interchange);
    if (!x12_) return;
    functional_.on_interchange_end(interchange);
    interchange_.on_interchange_end(interchange);
  }

 private:
  acknowledgement::FunctionalAcknowledgement functional_;
  acknowledgement::InterchangeAcknowledgement interchange_;
  acknowledgement::ContrlWriter contrl_;
  bool x12_, edifact_ = false;
};

/// The writer of an application's advice: it answers what is of its syntax.
std::unique_ptr<acknowledgement::AdviceGatherer> advice_writer(Answer set, wire::ByteSink& sink,
                                                               acknowledgement::AdviceOptions options) {
  if (set == Answer::advice) return std::make_unique<acknowledgement::ApplicationAdvice>(sink, std::move(options));
  if (set == Answer::error) return std::make_unique<acknowledgement::ApplicationError>(sink, std::move(options));
  return nullptr;
}

/// Counts what goes out.
class StandardOutput : public wire::ByteSink {
 public:
  void write(std::string_view bytes) override {
    written += bytes.size();
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  }
  std::uint64_t written = 0;
};

AnswerSet answer_set(Answer wanted) {
  if (wanted == Answer::functional) return AnswerSet::functional;
  return wanted == Answer::implementation ? AnswerSet::implementation : AnswerSet::automatic;
}

int run(const Common& common, const Arguments& arguments) {
  auto choice = choose_partner(common, arguments.partner);
  if (!choice) return report_error(choice.error());
  auto input = Input::open(arguments.file);
  if (!input) return report_error(input.error());
  auto when = moment(arguments.at);
  if (!when) return report_error(when.error());
  acknowledgement::AcknowledgementOptions options;
  options.date = when->date;
  options.time = when->time;
  options.acknowledge_warnings = arguments.warnings;
  options.line_break = "\n";
  options.set = answer_set(arguments.set);
  const auto next = std::make_shared<std::uint64_t>(arguments.control_number);
  options.interchange_number = [next] { return (*next)++; };
  options.group_number = [next = arguments.control_number]() mutable { return next++; };
  StandardOutput output;
  acknowledgement::InterchangeAcknowledgementOptions interchange;
  interchange.when = arguments.ta1;
  interchange.date = when->date;
  interchange.time = when->time;
  interchange.line_break = "\n";
  interchange.interchange_number = options.interchange_number;
  acknowledgement::ContrlOptions contrl;
  contrl.date = when->date;
  contrl.time = when->time;
  contrl.line_break = "\n";
  contrl.interchange_number = options.interchange_number;
  acknowledgement::AdviceOptions advice;
  advice.date = when->date;
  advice.time = when->time;
  advice.accepted = true;
  advice.warnings = arguments.warnings;
  advice.line_break = "\n";
  advice.interchange_number = options.interchange_number;
  advice.group_number = options.group_number;
  Writers receipts(output, options, interchange, contrl, arguments.set != Answer::contrl);
  const auto advices = advice_writer(arguments.set, output, advice);
  TranslateOptions translate;
  translate.make_events = advices != nullptr;  // what the map finds is part of an advice
  translate.guide = arguments.release;
  choice->apply(translate);
  acknowledgement::VerdictHandler& writer =
      advices ? static_cast<acknowledgement::VerdictHandler&>(*advices) : receipts;
  Translator translator(*choice->catalogue, translate, writer, [](canonical::Event&&, std::string_view) {});
  auto read = input->for_each_chunk([&translator](std::string_view bytes) { return translator.feed(bytes); });
  if (read) read = translator.finish();
  if (!read) return report_error(read.error());
  if (output.written == 0)
    std::fprintf(stderr,
                 "crossdock: nothing in this file is acknowledged: acknowledgements themselves never are, nor is a "
                 "file without a group\n");
  return fine;
}

}  // namespace

void add_acknowledge(CLI::App& app, Common& common) {
  auto* command = app.add_subcommand("acknowledge",
                                     "The 997 or 999, the TA1 or the CONTRL that a file deserves; its 824 or APERAK");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file, "File, or - for standard input")->required();
  command->add_option("--at", arguments->at, "Moment of the envelope, RFC 3339 (default: now)");
  command->add_option("--control-number", arguments->control_number, "First control number (default 1)")
      ->check(CLI::Range(1, 999999999));
  command->add_option("--guide", arguments->release, "Release to use instead of GS08, such as 004010");
  command
      ->add_option("--set", arguments->set,
                   "Receipts: 997, 999 (from release 005010 on), or automatic: 999 where GS08 or ST03 names an "
                   "implementation guide; EDIFACT gets CONTRL. 824, APERAK: what became of each set or message, the "
                   "map's findings included")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Answer>{{"automatic", Answer::automatic},
                                                                        {"997", Answer::functional},
                                                                        {"999", Answer::implementation},
                                                                        {"824", Answer::advice},
                                                                        {"CONTRL", Answer::contrl},
                                                                        {"APERAK", Answer::error}})
                      .description("automatic, 997, 999, 824, CONTRL or APERAK"));
  command
      ->add_option("--ta1", arguments->ta1,
                   "When an interchange gets a TA1: on-request (ISA14 is 1, or its envelope is rejected), rejected, "
                   "always, never")
      ->transform(CLI::CheckedTransformer(
                      std::map<std::string, AnswerInterchange>{{"never", AnswerInterchange::never},
                                                               {"on-request", AnswerInterchange::on_request},
                                                               {"rejected", AnswerInterchange::rejected},
                                                               {"always", AnswerInterchange::always}})
                      .description("never, on-request, rejected or always"));
  add_partner_options(*command, arguments->partner, "With this partner's overlays and severities");
  command->add_flag("--warnings", arguments->warnings, "Report warnings too: AK5 E instead of A");
  command->callback([&common, arguments] { common.exit_code = run(common, *arguments); });
}

}  // namespace crossdock::cli
