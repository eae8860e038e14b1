// Reads a payload once and collects rows. What the store must be asked (duplicates) is decided when the plan is committed.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/planner.hpp"

#include <boost/json.hpp>

#include <algorithm>

#include "gateway/base/limits.hpp"
#include "gateway/pipeline/route.hpp"

namespace crossdock::pipeline {
namespace {

using acknowledgement::Verdict;

store::Validation validation_of(Verdict verdict) { return static_cast<store::Validation>(verdict); }

std::string findings_text(const std::vector<Finding>& findings) {
  if (findings.empty()) return {};
  std::string out = "[";
  for (std::size_t i = 0; i < std::min(findings.size(), base::limits::findings_stored_max); ++i) {
    if (i != 0) out += ",\n";
    std::string line = to_json_line(findings[i]);
    while (!line.empty() && line.back() == '\n') line.pop_back();
    out += line;
  }
  return out + "]";
}

void park(Plan& plan, Code code, std::string detail) {
  plan.message.state = plan.message.rank = store::State::parked;
  plan.message.reason = info(code).text;
  plan.message.detail = detail.empty() ? std::string(info(code).what) : std::move(detail);
}

/// Deliveries of one event, by the rules.
void plan_deliveries(const PlannerInput& input, const canonical::Event& event, PlannedEvent& planned) {
  const Bundle& bundle = *input.rules->bundle;
  const auto types = [&](const std::string& map) { return input.documents.event_types(*bundle.catalogue, map); };
  for (RouteStep& step : route(bundle, event, planned.row.test, types)) {
    store::DeliveryRow row;
    row.id = input.next_id();
    row.effect_key = step.target + ":" + step.operation + ":" + event.id;
    row.target = std::move(step.target);
    row.operation = std::move(step.operation);
    row.lane = event.partitionkey.empty() ? event.id : event.partitionkey;
    row.priority = input.again ? priority_count - 1 : priority_of(event.type);
    row.test = planned.row.test;
    row.created_at = row.changed_at = input.now;
    planned.deliveries.push_back(std::move(row));
  }
}

/// The set's guide id without its release: what `sends` and `expects` name.
const SentSet* sent_set(const PartnerSettings& partner, const std::string& guide, const std::string& code) {
  for (const SentSet& set : partner.sends)
    if (set.guide == guide) return &set;
  for (const SentSet& set : partner.sends)  // another release of the same set
    if (set.guide.substr(set.guide.rfind('/') + 1) == code) return &set;
  return nullptr;
}

/// Receives verdicts and events of an X12 payload and turns them into rows.
class Collector final : public acknowledgement::VerdictHandler {
 public:
  Collector(const PlannerInput& input, Plan& plan) : input_(input), plan_(plan) {}

  void on_interchange(const x12::InterchangeHeader& header) override {
    const std::string usage = plan_.message.usage;
    interchange_ = {};
    interchange_.row.ordinal = header.ordinal;
    interchange_.row.sender = header.sender_qualifier + ":" + header.sender_id;
    interchange_.row.receiver = header.receiver_qualifier + ":" + header.receiver_id;
    interchange_.row.control_number = header.control_number;
    interchange_.row.at = input_.now;
    first_of_interchange_ = plan_.sets.size();
    acknowledger_.reset();
    if (usage.empty() || usage == "P" || usage == "T") test_ = header.usage == "T" || usage == "T";
  }

  void on_group(const x12::InterchangeHeader& header, const x12::GroupHeader& group) override {
    identify(header, group.sender);
    group_ = group;
    if (acknowledger_) acknowledger_->on_group(header, group);
  }

  void on_set(const x12::InterchangeHeader& header, const x12::GroupHeader& group, acknowledgement::SetVerdict& verdict) override {
    ensure_acknowledger(header, verdict);
    if (acknowledger_) acknowledger_->on_set(header, group, verdict);
    store::SetRow row;
    row.interchange = header.ordinal;
    row.group = group.ordinal;
    row.ordinal = verdict.header.ordinal;
    row.code = verdict.header.set;
    row.guide = verdict.guide;
    row.control_number = verdict.header.control_number;
    row.group_control_number = group.control_number;
    row.verdict = validation_of(verdict.verdict);
    row.findings = findings_text(verdict.findings);
    switch (verdict.verdict) {
      case Verdict::rejected:
        row.state = store::State::rejected;
        row.reason = info(Code::set_rejected).text;
        break;
      case Verdict::unknown_type:
        row.state = store::State::parked;
        row.reason = info(Code::identify_document).text;
        break;
      default: row.state = verdict.is_acknowledgement ? store::State::consumed : store::State::no_event;
    }
    ++counts_[static_cast<std::size_t>(row.verdict)];
    plan_.sets.push_back(std::move(row));
    current_is_acknowledgement_ = verdict.is_acknowledgement;
  }

  void on_group_end(const x12::InterchangeHeader& header, acknowledgement::GroupVerdict& verdict) override {
    if (acknowledger_) acknowledger_->on_group_end(header, verdict);
    add_findings(verdict.findings);
  }

  void on_interchange_end(acknowledgement::InterchangeVerdict& verdict) override {
    if (!identified_ && !refused_) identify(verdict.header, "");
    if (acknowledger_) acknowledger_->on_interchange_end(verdict);
    interchange_.truncated = !verdict.trailer.present;
    interchange_.row.verdict = validation_of(verdict.verdict);
    add_findings(verdict.findings);
    interchange_.row.findings = findings_text(findings_);
    findings_.clear();
    interchange_.partner = partner_ ? partner_->name : "";
    finish_acknowledgement();
    if (verdict.verdict == Verdict::rejected) ++counts_[static_cast<std::size_t>(store::Validation::rejected)];
    plan_.interchanges.push_back(std::move(interchange_));
    interchange_ = {};
  }

  void on_event(canonical::Event&& event) {
    if (plan_.sets.empty() || refused_) return;
    if (partner_ != nullptr) event.source = "/partners/" + partner_->name;
    const std::size_t set = plan_.sets.size() - 1;
    PlannedEvent planned = plan_event(input_with_test(), std::move(event), set);
    if (current_is_acknowledgement_) settle(planned);
    note_arrival(planned, set);
    plan_.events.push_back(std::move(planned));
  }

  [[nodiscard]] bool refused() const { return refused_; }
  [[nodiscard]] bool test() const { return test_; }
  [[nodiscard]] const PartnerSettings* partner() const { return partner_; }

  /// Validation status of the message as a whole.
  [[nodiscard]] store::Validation validation() const {
    const auto count = [&](store::Validation v) { return counts_[static_cast<std::size_t>(v)]; };
    const std::size_t good = count(store::Validation::accepted) + count(store::Validation::accepted_with_warnings);
    const std::size_t rejected = count(store::Validation::rejected), unknown = count(store::Validation::unknown_type);
    if (good == 0) return rejected == 0 && unknown > 0 ? store::Validation::unknown_type
                          : rejected == 0              ? store::Validation::accepted
                                                       : store::Validation::rejected;
    const bool clean = rejected == 0 && unknown == 0 && count(store::Validation::accepted_with_warnings) == 0;
    return clean ? store::Validation::accepted : store::Validation::accepted_with_warnings;
  }

 private:
  PlannerInput& input_with_test() {
    input_.message.usage = test_ || (partner_ != nullptr && partner_->test) ? "T" : "P";
    return input_;
  }

  void identify(const x12::InterchangeHeader& header, const std::string& gs02) {
    const Identified found =
        input_.rules->partners.identify(plan_.message.partner, {header.sender_qualifier, header.sender_id}, gs02);
    if (found.partner != nullptr) {
      partner_ = found.partner;
      identified_ = true;
      return;
    }
    refused_ = true;
    park(plan_, found.code, found.detail);
  }

  void ensure_acknowledger(const x12::InterchangeHeader& header, const acknowledgement::SetVerdict& verdict) {
    if (acknowledger_ || partner_ == nullptr || verdict.is_acknowledgement) return;
    const SentSet* set = sent_set(*partner_, verdict.guide, verdict.header.set);
    if (set == nullptr || set->acknowledge.empty()) return;
    const auto way = std::find_if(partner_->receives.begin(), partner_->receives.end(), [&](const ReceivedSet& received) {
      return received.guide.substr(received.guide.rfind('/') + 1) == set->acknowledge;
    });
    if (way != partner_->receives.end()) interchange_.acknowledgement_target = partner_->name + "/" + way->via;
    else if (!partner_->receives.empty()) interchange_.acknowledgement_target = partner_->name + "/" + partner_->receives.front().via;
    else return;
    acknowledger_ = input_.documents.acknowledge(set->acknowledge, partner_->acknowledge_warnings);
    if (!acknowledger_) return;
    acknowledger_->on_interchange(header);
    acknowledger_->on_group(header, group_);
  }

  void finish_acknowledgement() {
    if (!acknowledger_ || refused_) return;
    auto sets = acknowledger_->finish();
    acknowledger_.reset();
    if (!sets) {
      base::log(base::LogLevel::error, "pipeline", sets.error(), {{"message", plan_.message.id}});
      return;
    }
    interchange_.acknowledgement = std::move(*sets);
    interchange_.acknowledgement_message_id = input_.next_id();
    interchange_.acknowledgement_delivery_id = input_.next_id();
    if (interchange_.acknowledgement.empty()) interchange_.acknowledgement_target.clear();
    if (!interchange_.acknowledgement.empty()) plan_.message.acknowledgement = store::Acknowledgement::due;
  }

  void settle(const PlannedEvent& planned) {
    boost::system::error_code problem;
    const boost::json::value data = boost::json::parse(planned.data, problem);
    const boost::json::object* object = problem ? nullptr : data.if_object();
    const boost::json::value* acknowledged = object != nullptr ? object->if_contains("acknowledged") : nullptr;
    const boost::json::value* outcome = object != nullptr ? object->if_contains("outcome") : nullptr;
    if (acknowledged == nullptr || !acknowledged->is_object() || outcome == nullptr || !outcome->is_string()) return;
    const boost::json::object& group = acknowledged->get_object();
    if (group.contains("set")) return;  // the group's own event settles
    const auto text = [&](const char* key) {
      const boost::json::value* value = group.if_contains(key);
      return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
    };
    Settlement out;
    out.partner = partner_ != nullptr ? partner_->name : "";
    out.functional_id = text("functional_group");
    out.control_number = text("control_number");
    out.positive = outcome->get_string() == "accepted" || outcome->get_string() == "accepted_with_errors";
    out.event = plan_.events.size();
    plan_.settlements.push_back(std::move(out));
  }

  void note_arrival(const PlannedEvent& planned, std::size_t set) {
    if (partner_ == nullptr || current_is_acknowledgement_) return;
    plan_.arrivals.push_back({partner_->name, plan_.sets[set].code, planned.row.partitionkey});
  }

  void add_findings(std::vector<Finding>& findings) {
    for (Finding& finding : findings)
      if (findings_.size() < base::limits::findings_stored_max) findings_.push_back(std::move(finding));
  }

  PlannerInput input_;
  Plan& plan_;
  PlannedInterchange interchange_;
  x12::GroupHeader group_;
  const PartnerSettings* partner_ = nullptr;
  std::unique_ptr<Acknowledger> acknowledger_;
  std::vector<Finding> findings_;
  std::array<std::size_t, 4> counts_{};
  std::size_t first_of_interchange_ = 0;
  bool identified_ = false, refused_ = false, test_ = false, current_is_acknowledgement_ = false;
};

void plan_x12(const PlannerInput& input, const Envelope& envelope, const PayloadSource& payload, Plan& plan) {
  Collector collector(input, plan);
  TranslateOptions options;
  const Identified first = input.rules->partners.identify(plan.message.partner, envelope.sender, envelope.gs_sender);
  const PartnerSettings* partner = first.partner;
  if (partner != nullptr) {
    options.guide = partner->guide;
    options.profile_zone = partner->zone;
    options.source = "/partners/" + partner->name;
    plan.duplicate_window = partner->duplicate_window;
    plan.mark_duplicates = partner->duplicate_policy == DuplicatePolicy::mark;
  }
  options.map = plan.message.map;
  options.make_events = partner != nullptr;
  options.received_at = base::to_rfc3339(plan.message.received_at);
  for (std::size_t i = 0; i < options.payload_hash.size() && 2 * i + 1 < plan.message.sha256.size(); ++i)
    options.payload_hash[i] = static_cast<std::uint8_t>(std::stoi(plan.message.sha256.substr(2 * i, 2), nullptr, 16));
  const auto reading = input.documents.read(*input.rules->bundle->catalogue, std::move(options), collector,
                                            [&](canonical::Event&& event, std::string_view) { collector.on_event(std::move(event)); });
  Status read = payload([&](std::string_view bytes) { return reading->feed(bytes); });
  if (read) read = reading->finish();
  plan.message.partner = collector.partner() != nullptr ? collector.partner()->name : plan.message.partner;
  plan.message.usage = collector.test() ? "T" : "P";
  plan.message.validation = collector.validation();
  if (collector.refused()) {
    plan.events.clear();
    plan.sets.clear();
    plan.interchanges.clear();
    plan.settlements.clear();
    plan.message.acknowledgement = store::Acknowledgement::not_due;
    return;
  }
  if (!read) {
    plan.message.validation = store::Validation::rejected;
    plan.message.reason = info(read.error().code).text;
    plan.message.detail = read.error().text();
    if (plan.sets.empty()) plan.message.state = plan.message.rank = store::State::rejected;
  }
  const bool truncated = std::any_of(plan.interchanges.begin(), plan.interchanges.end(), [](const auto& i) { return i.truncated; });
  if (truncated && (collector.partner() == nullptr || !collector.partner()->accept_truncated)) {
    plan.events.clear();
    plan.settlements.clear();
    for (store::SetRow& set : plan.sets)
      if (set.state != store::State::rejected) set.state = store::State::held;
    plan.message.reason = info(Code::interchange_truncated).text;
    plan.message.detail = info(Code::interchange_truncated).what;
    if (plan.sets.empty()) plan.message.state = plan.message.rank = store::State::held;
  }
  if (plan.interchanges.size() == 1) plan.interchanges.front().row.sha256 = plan.message.sha256;
  else
    for (PlannedInterchange& interchange : plan.interchanges)
      interchange.row.sha256 = plan.message.sha256 + "#" + std::to_string(interchange.row.ordinal);
}

void plan_json(const PlannerInput& input, std::string_view map, const PayloadSource& payload, Plan& plan) {
  const Identified who = input.rules->partners.identify(plan.message.partner);
  if (who.partner == nullptr) return park(plan, who.code, who.detail);
  plan.duplicate_window = who.partner->duplicate_window;
  plan.mark_duplicates = who.partner->duplicate_policy == DuplicatePolicy::mark;
  PlannerInput with_usage = input;
  with_usage.message.usage = who.partner->test || input.message.usage == "T" ? "T" : "P";
  plan.message.usage = with_usage.message.usage;
  std::string json;
  if (const Status read = payload([&](std::string_view bytes) -> Status {
        json += bytes;
        return {};
      });
      !read)
    return park(plan, read.error().code, read.error().text());
  mapping::DocumentContext context;
  const std::string source = "/partners/" + who.partner->name, received = base::to_rfc3339(plan.message.received_at);
  context.source = source;
  context.received_at = received;
  context.sender = who.partner->name;
  context.profile_zone = who.partner->zone;
  for (std::size_t i = 0; i < context.payload_hash.size() && 2 * i + 1 < plan.message.sha256.size(); ++i)
    context.payload_hash[i] = static_cast<std::uint8_t>(std::stoi(plan.message.sha256.substr(2 * i, 2), nullptr, 16));
  std::vector<Finding> findings;
  const Status read = input.documents.read_json(
      *input.rules->bundle->catalogue, std::string(map), json, context,
      [&](canonical::Event&& event, std::string_view) { plan.events.push_back(plan_event(with_usage, std::move(event), no_set)); },
      findings);
  if (!read) return park(plan, read.error().code, read.error().text());
  const bool errors = std::any_of(findings.begin(), findings.end(), [](const Finding& f) { return f.severity == Severity::error; });
  const bool warnings = std::any_of(findings.begin(), findings.end(), [](const Finding& f) { return f.severity == Severity::warning; });
  plan.message.validation = errors     ? (plan.events.empty() ? store::Validation::rejected : store::Validation::accepted_with_warnings)
                            : warnings ? store::Validation::accepted_with_warnings
                                       : store::Validation::accepted;
  if (!findings.empty()) plan.message.detail = findings_text(findings);
  if (errors && plan.events.empty()) {
    plan.message.state = plan.message.rank = store::State::rejected;
    plan.message.reason = info(Code::document_rejected).text;
  }
}

void plan_posted(const PlannerInput& input, const PayloadSource& payload, Plan& plan) {
  std::string json;
  Status done = payload([&](std::string_view bytes) -> Status {
    json += bytes;
    return {};
  });
  if (done) done = plan_system_event(input, json, plan);
  if (!done) park(plan, done.error().code, done.error().text());
}

}  // namespace

PlannedEvent plan_event(const PlannerInput& input, canonical::Event&& event, std::size_t set) {
  PlannedEvent out;
  event.recordedtime = base::to_rfc3339(input.now);
  event.messageid = input.message.id;
  if (event.traceparent.empty()) event.traceparent = input.message.traceparent;
  out.set = set;
  out.row.id = event.id;
  out.row.type = event.type;
  out.row.source = event.source;
  out.row.subject = event.subject;
  out.row.partitionkey = event.partitionkey;
  out.row.at = input.now;
  out.row.test = input.message.usage == "T";
  if (!event.factkey.empty()) {
    // A milestone is the same fact whoever adds detail; anything else only when it says the same.
    const bool fact_alone = event.type.find("milestone") != std::string::npos || event.type.find("position") != std::string::npos;
    out.row.fact = to_hex(sha256(event.source + '\n' + event.type + '\n' + event.factkey + '\n' + (fact_alone ? "" : event.data))).substr(0, 32);
  }
  plan_deliveries(input, event, out);
  out.row.open = static_cast<std::int64_t>(out.deliveries.size());
  if (out.deliveries.empty()) {
    const bool acknowledged = event.type.find("message.acknowledged") != std::string::npos;
    out.row.state = out.row.rank = acknowledged ? store::State::consumed : store::State::not_wanted;
    if (!acknowledged) out.row.reason = info(Code::route_no_target).text;
  }
  out.id = out.row.id;
  out.base = out.row.state;
  out.data = event.data;
  out.json = std::make_shared<const std::string>(event.to_json());
  return out;
}

Plan make_plan(const PlannerInput& input, std::string_view head, const PayloadSource& payload) {
  Plan plan;
  plan.message = input.message;
  plan.message.bundle = input.rules->bundle->hash;
  plan.message.stage = store::Stage::done;
  plan.message.reason.clear();
  plan.message.detail.clear();
  plan.message.state = store::State::in_progress;
  plan.message.rank = store::State::no_event;
  plan.message.open = 0;
  plan.again = input.again;
  const bool posted = plan.message.channel_kind == "event";
  const std::optional<Envelope> envelope = posted ? std::nullopt : peek_envelope(head);
  if (posted) plan_posted(input, payload, plan);
  else if (envelope) plan_x12(input, *envelope, payload, plan);
  else if (!plan.message.map.empty()) plan_json(input, plan.message.map, payload, plan);
  else {
    plan.message.validation = store::Validation::unknown_type;
    park(plan, Code::identify_document, "it does not begin with an ISA, and its channel names no map");
  }
  for (const store::SetRow& set : plan.sets) plan.set_bases.push_back(set.state);
  plan.message.sets = plan.sets.size();
  plan.message.events = plan.events.size();
  return plan;
}

}  // namespace crossdock::pipeline
