// Verdicts go through to a writer of the translators; what it writes is taken out of its envelope.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/acknowledgers.hpp"

#include "gateway/pipeline/set_collector.hpp"
#include "translators/acknowledgement/application_advice.hpp"
#include "translators/acknowledgement/application_error.hpp"
#include "translators/acknowledgement/contrl.hpp"
#include "translators/acknowledgement/functional_acknowledgement.hpp"

namespace crossdock::pipeline {
namespace {

/// Passes verdicts on.
template <class Writer>
class Through : public Acknowledger {
 public:
  void on_interchange(const x12::InterchangeHeader& header) override { writer_->on_interchange(header); }
  void on_group(const x12::InterchangeHeader& header, const x12::GroupHeader& group) override {
    writer_->on_group(header, group);
  }
  void on_set(const x12::InterchangeHeader& header, const x12::GroupHeader& group,
              acknowledgement::SetVerdict& set) override {
    writer_->on_set(header, group, set);
  }
  void on_translated(const acknowledgement::SetVerdict& set, const std::vector<Finding>& findings,
                     std::uint64_t events) override {
    writer_->on_translated(set, findings, events);
  }
  void on_group_end(const x12::InterchangeHeader& header, acknowledgement::GroupVerdict& group) override {
    writer_->on_group_end(header, group);
  }
  void on_interchange_end(acknowledgement::InterchangeVerdict& interchange) override {
    writer_->on_interchange_end(interchange);
  }

 protected:
  wire::StringSink sink_;
  std::unique_ptr<Writer> writer_;
};

/// Writes the answer as an interchange of its own and takes the sets out of it: envelope and numbers are the gateway's.
class SetAcknowledger final : public Through<acknowledgement::FunctionalAcknowledgement> {
 public:
  SetAcknowledger(acknowledgement::AnswerSet set, bool warnings) {
    acknowledgement::AcknowledgementOptions options;
    options.set = set;
    options.date = "20000101";  // of an envelope that is thrown away
    options.time = "0000";
    options.acknowledge_warnings = warnings;
    writer_ = std::make_unique<acknowledgement::FunctionalAcknowledgement>(sink_, std::move(options));
  }
  Result<std::vector<mapping::WrittenSet>> finish() override {
    if (writer_->interchanges_written() == 0) return std::vector<mapping::WrittenSet>{};
    return collect_sets(sink_.bytes);
  }
};

/// Writers that give their messages one by one.
template <class Writer, class Options>
class MessageAcknowledger final : public Through<Writer> {
 public:
  explicit MessageAcknowledger(Options options) {
    options.on_message = [this](acknowledgement::AnswerMessage&& message) {
      made_.push_back({std::move(message.set), std::move(message.functional_group), std::move(message.version),
                       std::move(message.segments)});
    };
    this->writer_ = std::make_unique<Writer>(this->sink_, std::move(options));
  }
  Result<std::vector<mapping::WrittenSet>> finish() override { return std::move(made_); }

 private:
  std::vector<mapping::WrittenSet> made_;
};

/// `2026-05-18T19:32:00Z`: CCYYMMDD, HHMM.
std::string date_of(const std::string& at) { return at.substr(0, 4) + at.substr(5, 2) + at.substr(8, 2); }
std::string time_of(const std::string& at) { return at.substr(11, 2) + at.substr(14, 2); }

}  // namespace

std::unique_ptr<Acknowledger> make_acknowledger(const std::string& kind, bool warnings, const std::string& at) {
  using acknowledgement::AnswerSet;
  if (kind == "997") return std::make_unique<SetAcknowledger>(AnswerSet::functional, warnings);
  if (kind == "999") return std::make_unique<SetAcknowledger>(AnswerSet::implementation, warnings);
  if (kind == "CONTRL") {
    acknowledgement::ContrlOptions options;
    options.date = date_of(at);
    options.time = time_of(at);
    return std::make_unique<MessageAcknowledger<acknowledgement::ContrlWriter, acknowledgement::ContrlOptions>>(
        std::move(options));
  }
  acknowledgement::AdviceOptions options;
  options.date = date_of(at);
  options.time = time_of(at);
  options.warnings = warnings;
  if (kind == "824")
    return std::make_unique<MessageAcknowledger<acknowledgement::ApplicationAdvice, acknowledgement::AdviceOptions>>(
        std::move(options));
  if (kind == "APERAK")
    return std::make_unique<MessageAcknowledger<acknowledgement::ApplicationError, acknowledgement::AdviceOptions>>(
        std::move(options));
  return nullptr;
}

}  // namespace crossdock::pipeline
