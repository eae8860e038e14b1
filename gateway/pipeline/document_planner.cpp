// One reading of a document: its schema, its map, its events.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/document_planner.hpp"

#include <algorithm>

#include "gateway/base/limits.hpp"
#include "gateway/pipeline/collector.hpp"
#include "translators/json/json_document.hpp"
#include "translators/json/json_schema.hpp"

namespace crossdock::pipeline {
namespace {

constexpr std::size_t part_bytes_max = 4U << 20;  // of the events in one part

/// The receipt stands: the sender has done its part, and sending the same again would change nothing.
void reject(Plan& plan, const std::vector<Finding>& findings) {
  plan.message.validation = store::Validation::rejected;
  plan.message.state = plan.message.rank = store::State::rejected;
  plan.message.reason = info(Code::document_rejected).text;
  plan.message.detail = findings_text(findings);
}

bool has(const std::vector<Finding>& findings, Severity severity) {
  return std::any_of(findings.begin(), findings.end(), [severity](const Finding& f) { return f.severity == severity; });
}

/// A schema speaks of a document as a whole: it is read whole, up to the limit of JSON documents.
Status check_schema(const json::JsonSchema& schema, const PayloadSource& payload, std::vector<Finding>& findings) {
  const std::size_t limit = json::JsonLimits{}.bytes_max;
  std::string text;
  bool fits = true;
  TRY_STATUS(payload([&](std::string_view bytes) -> Status {
    fits = fits && text.size() + bytes.size() <= limit;
    if (fits) text += bytes;
    return {};
  }));
  if (fits) {
    schema.check_text(text, findings);
    return {};
  }
  Finding finding;
  finding.code = Code::json_limit;
  finding.severity = Severity::error;
  finding.message = "a document with a schema may have " + std::to_string(limit) + " bytes";
  findings.push_back(std::move(finding));
  return {};
}

/// The reading of one document, event after event.
class Documenting {
 public:
  Documenting(const PlannerInput& input, const PartnerSettings& partner, Plan& plan, const FlushEvents& flush)
      : input_(input), partner_(partner), plan_(plan), flush_(flush) {
    input_.message.usage = partner.test || input.message.usage == "T" ? "T" : "P";
    plan_.message.usage = input_.message.usage;
  }

  Status read(const PayloadSource& payload, std::vector<Finding>& findings) {
    const std::string& named = input_.message.map;
    const std::string map = partner_.rules ? partner_.rules->map_for(named) : named;
    const std::string source = "/partners/" + partner_.name, received = base::to_rfc3339(plan_.message.received_at);
    mapping::DocumentContext context;
    context.source = source;
    context.received_at = received;
    context.sender = partner_.name;
    context.receiver = partner_.us_gs;  // as GS03 would say: one lane for a shipment, whatever tells of it
    context.profile_zone = partner_.zone;
    context.payload_hash = payload_hash(plan_.message);
    const auto bytes = [&](const std::function<Status(std::string_view)>& take) { return feed(payload, take); };
    const Status known = input_.documents.read_document(
        *input_.rules->bundle->catalogue, map, bytes, context,
        [&](canonical::Event&& event, std::string_view) { add(std::move(event)); }, findings);
    if (!known) park(plan_, known.error().code, known.error().text());
    return failed_;
  }

  [[nodiscard]] std::uint64_t events() const { return seen_; }

 private:
  /// Tells a payload that cannot be read, or a part that cannot be stored, from a document that is wrong.
  Status feed(const PayloadSource& payload, const std::function<Status(std::string_view)>& take) {
    Status taken;
    const Status got = payload([&](std::string_view bytes) -> Status {
      TRY_STATUS(failed_);
      return taken = take(bytes);
    });
    if (!got && taken && failed_) failed_ = got;
    return got;
  }

  void add(canonical::Event&& event) {
    ++seen_;
    if (!failed_ || (flush_ && seen_ <= input_.message.resume_sets)) return;
    plan_.events.push_back(plan_event(input_, std::move(event), no_set));
    if (!flush_) return;
    const PlannedEvent& planned = plan_.events.back();
    rows_ += 1 + planned.deliveries.size() + planned.attachments.size();
    bytes_ += planned.json->size();
    for (const canonical::Attachment& attachment : planned.attachments) bytes_ += attachment.bytes.size();
    if (rows_ < base::limits::chunk_rows_max && bytes_ < part_bytes_max) return;
    failed_ = flush_(plan_, seen_);
    rows_ = bytes_ = 0;
  }

  PlannerInput input_;
  const PartnerSettings& partner_;
  Plan& plan_;
  const FlushEvents& flush_;
  Status failed_;  ///< of the payload or of a flush
  std::uint64_t seen_ = 0;
  std::size_t rows_ = 0, bytes_ = 0;
};

}  // namespace

Status plan_document(const PlannerInput& input, const PayloadSource& payload, Plan& plan, const FlushEvents& flush) {
  const Identified who = input.rules->partners.identify(plan.message.partner);
  if (who.partner == nullptr) {
    park(plan, who.code, who.detail);
    return {};
  }
  plan.duplicate_window = who.partner->duplicate_window;
  plan.mark_duplicates = who.partner->duplicate_policy == DuplicatePolicy::mark;
  Documenting reading(input, *who.partner, plan, flush);
  std::vector<Finding> findings;
  if (const auto schema = who.partner->schemas.find(plan.message.map); schema != who.partner->schemas.end())
    TRY_STATUS(check_schema(*schema->second, payload, findings));
  if (!findings.empty()) {
    reject(plan, findings);
    return {};
  }
  TRY_STATUS(reading.read(payload, findings));
  if (plan.message.state == store::State::parked) return {};
  const bool errors = has(findings, Severity::error), warnings = has(findings, Severity::warning);
  plan.message.validation =
      errors || warnings ? store::Validation::accepted_with_warnings : store::Validation::accepted;
  if (!findings.empty()) plan.message.detail = findings_text(findings);
  if (errors && reading.events() == 0) reject(plan, findings);
  return {};
}

}  // namespace crossdock::pipeline
