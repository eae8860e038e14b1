// The fields of every view, once: name, value, meaning.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/views.hpp"

#include "translators/base/json_text.hpp"

namespace crossdock::api {
namespace {

template <class Item>
void list(Fields& fields, std::string_view name, std::string_view schema, const std::vector<Item>& items) {
  fields.list(name, schema, items.size(), [&](Fields& object, std::size_t i) { describe(object, items[i]); });
}

std::int64_t whole(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

void describe(Fields& f, const store::MessageView& v) {
  f.text("id", v.id, "UUIDv7");
  f.text("direction", v.direction, "in | out");
  f.text("channel", v.channel, "configured name, such as acme-freight/directory");
  f.text("channel_kind", v.channel_kind, "directory | document | webhook | ...");
  f.text("partner", v.partner, "trading partner");
  f.text("external_id", v.external_id, "idempotency key, webhook id, file identity");
  f.text("content_type", v.content_type, "as the sender stated it");
  f.text("file_name", v.file_name, "as the sender named it");
  f.text("sha256", v.sha256, "of the payload, lower-case hex");
  f.whole("bytes", whole(v.bytes), "size of the payload");
  f.text("received_at", v.received_at, "RFC 3339");
  f.text("usage", v.usage, "test | production");
  f.text("state", v.state, "state in the books");
  f.text("reason", v.reason, "code, when parked, rejected or held");
  f.text("detail", v.detail, "sentence to the reason");
  f.text("validation", v.validation, "accepted | accepted_with_warnings | rejected | unknown_type");
  f.text("delivery", v.delivery, "waiting | sent | unknown | parked | expired | not_wanted");
  f.text("acknowledgement", v.acknowledgement, "not_due | due | sent | positive | negative | overdue");
  f.text("effect", v.effect, "none | applied | refused | unknown");
  f.text("bundle", v.bundle, "hash of the configuration it ran under");
  f.text("linked_to", v.linked_to, "message it was made from or belongs to");
  f.text("link", v.link, "resubmit | reissue | acknowledges");
  f.whole("set_count", whole(v.sets), "transaction sets");
  f.whole("event_count", whole(v.events), "canonical events");
  f.whole("repeat_count", whole(v.repeats), "how often the same unit came again");
}

void describe(Fields& f, const store::InterchangeView& v) {
  f.whole("ordinal", whole(v.ordinal), "1-based, in the payload");
  f.text("sender", v.sender, "as in the envelope");
  f.text("receiver", v.receiver, "as in the envelope");
  f.text("control_number", v.control_number, "ISA13 or UNB 0020");
  f.text("verdict", v.verdict, "accepted | rejected ...");
}

void describe(Fields& f, const store::SetView& v) {
  f.text("id", v.id, "");
  f.text("message_id", v.message_id, "");
  f.text("set", v.set, "such as 214");
  f.text("guide", v.guide, "such as x12/004010/214");
  f.text("control_number", v.control_number, "ST02");
  f.text("group_control_number", v.group_control_number, "GS06");
  f.text("verdict", v.verdict, "accepted | accepted_with_warnings | rejected");
  f.text("state", v.state, "state in the books");
  f.text("reason", v.reason, "code, when rejected or parked");
  f.whole("interchange", whole(v.interchange), "ordinal in the payload");
  f.whole("group", whole(v.group), "ordinal in the interchange");
  f.whole("ordinal", whole(v.ordinal), "ordinal in the group");
  f.json("findings", v.findings, R"({"type":["array","null"],"items":{"$ref":"#/components/schemas/Finding"}})");
}

void describe(Fields& f, const store::EventView& v) {
  f.text("id", v.id, "id of the CloudEvent");
  f.text("message_id", v.message_id, "");
  f.text("type", v.type, "such as crossdock.shipment.milestone.v1");
  f.text("subject", v.subject, "such as shipment/SHP1001");
  f.text("partitionkey", v.partitionkey, "lane");
  f.text("factkey", v.factkey, "the same fact told again has the same key");
  f.text("source", v.source, "/partners/... or /systems/...");
  f.text("recorded_at", v.recorded_at, "RFC 3339");
  f.text("state", v.state, "state in the books");
  f.text("reason", v.reason, "code, when parked or held");
  f.json("event", v.json,
         R"({"type":["object","null"],"description":"the whole CloudEvent; only when one event is asked for"})");
}

void describe(Fields& f, const store::DeliveryView& v) {
  f.text("id", v.id, "UUIDv7");
  f.text("target", v.target, "");
  f.text("operation", v.operation, "of the target");
  f.text("effect_key", v.effect_key, "Idempotency-Key that the target sees");
  f.text("event_id", v.event_id, "");
  f.text("event_type", v.event_type, "");
  f.text("message_id", v.message_id, "message the event came from");
  f.text("carried_by", v.carried_by, "outbound message that carries it");
  f.text("lane", v.lane, "what keeps its order");
  f.text("state", v.state, "state in the books");
  f.text("reason", v.reason, "code, when parked");
  f.text("detail", v.detail, "sentence to the reason");
  f.text("created_at", v.created_at, "RFC 3339");
  f.text("changed_at", v.changed_at, "RFC 3339");
  f.text("next_at", v.next_at, "RFC 3339; when it is tried again");
  f.whole("attempt_count", whole(v.attempts), "");
  f.whole("http_status", v.http_status, "of the last attempt; 0 when none");
}

void describe(Fields& f, const store::AttemptView& v) {
  f.text("delivery_id", v.delivery_id, "");
  f.whole("number", whole(v.number), "1-based");
  f.text("started_at", v.started_at, "RFC 3339");
  f.text("ended_at", v.ended_at, "RFC 3339");
  f.text("result", v.result, "applied | refused | retry | unknown");
  f.whole("http_status", v.http_status, "0 when none");
  f.text("detail", v.detail, "");
  f.text("excerpt", v.excerpt, "of the target's answer");
}

void describe(Fields& f, const store::ParkedView& v) {
  f.text("kind", v.kind, "message | set | event | delivery");
  f.text("id", v.id, "");
  f.text("reason", v.reason, "code");
  f.text("detail", v.detail, "");
  f.text("since", v.since, "RFC 3339");
  f.text("partner", v.partner, "");
  f.text("target", v.target, "");
  f.text("subject", v.subject, "");
}

void describe(Fields& f, const store::ExceptionView& v) {
  f.text("id", v.id, "");
  f.text("code", v.code, "");
  f.text("detail", v.detail, "");
  f.text("since", v.since, "RFC 3339");
  f.text("closed_at", v.closed_at, "RFC 3339; null while open");
  f.text("subject", v.subject, "");
}

void describe(Fields& f, const store::RecordedOperation& v) {
  f.text("at", v.at, "RFC 3339");
  f.text("actor", v.actor, "name of the token");
  f.text("operation", v.operation, "");
  f.text("id", v.id, "");
  f.text("reason", v.reason, "");
}

void describe(Fields& f, const store::FoundView& v) {
  f.text("kind", v.kind, "message | event | delivery");
  f.text("id", v.id, "");
  f.text("message_id", v.message_id, "");
  f.text("what", v.what, "which property matched, and its value");
  f.text("at", v.at, "RFC 3339");
}

void describe(Fields& f, const store::As2View& v) {
  f.text("message_id", v.message_id, "AS2 Message-ID without brackets");
  f.text("replaces", v.replaces, "Message-ID that this one was made anew for");
  f.text("from", v.from, "AS2-From");
  f.text("to", v.to, "AS2-To");
  f.text("peer", v.peer, "address that it came from");
  f.text("at", v.at, "RFC 3339: received, or made");
  f.text("state", v.state,
         "received: none | answered | queued | sent | given_up (its MDN); sent: built | awaiting_mdn | delivered | "
         "failed | replaced | refused");
  f.text("headers", v.headers, "of the request, a line each");
  f.text("structure", v.structure, "what a sent one is made of");
  f.text("algorithms", v.algorithms, "of a sent one");
  f.json("layers", v.layers, R"({"type":["array","null"],"items":{"type":"object"}})");
  f.text("signer", v.signer, "certificate whose signature was verified, or that we signed with: SHA-256");
  f.text("decrypter", v.decrypter, "certificate of ours that decrypted: SHA-256");
  f.text("recipients", v.recipients, "certificates that it is encrypted for: SHA-256");
  f.text("mic", v.mic, "digest, algorithm");
  f.text("disposition", v.disposition, "of the MDN");
  f.text("detail", v.detail, "sentence");
  f.text("mdn_url", v.mdn_url, "where an asynchronous MDN goes");
  f.text("mdn_headers", v.mdn_headers, "a line each");
  f.text("mdn_base64", v.mdn_base64, "the MDN's body as it was sent or received, byte by byte");
  f.text("mdn_at", v.mdn_at, "RFC 3339: when the MDN went or came");
  f.text("mdn_signer", v.mdn_signer, "certificate that signed it: SHA-256");
  f.text("due_at", v.due_at, "RFC 3339: the MDN is due, or is tried again");
  f.text("sent_at", v.sent_at, "RFC 3339: first sent");
  f.whole("attempts", whole(v.attempts), "times sent, or attempts at the MDN");
  f.whole("bytes", whole(v.bytes), "of a sent body");
}

void describe(Fields& f, const store::MessageRecord& v) {
  describe(f, v.message);
  list(f, "interchanges", "Interchange", v.interchanges);
  list(f, "sets", "Set", v.sets);
  list(f, "events", "Event", v.events);
  list(f, "deliveries", "Delivery", v.deliveries);
  list(f, "linked", "Message", v.linked);
  list(f, "operations", "Operation", v.operations);
  list(f, "as2", "As2", v.as2);
}

void describe(Fields& f, const store::DeliveryRecord& v) {
  describe(f, v.delivery);
  list(f, "attempts", "Attempt", v.attempts);
}

void describe(Fields& f, const store::BookLine& v) {
  f.text("day", v.day, "UTC day of entry; null: all days");
  f.text("unit", v.unit, "message | set | event | delivery");
  f.whole("entered", v.entered, "counted at the entry");
  f.whole("standing", v.standing(), "sum of all states");
  f.flag("balanced", v.balanced(), "entered equals standing");
  std::string states = "{";
  for (const std::string_view state : store::book_states) {
    if (states.size() > 1) states += ',';
    append_json_string(states, state);
    const auto found = v.states.find(std::string(state));
    states += ':' + std::to_string(found == v.states.end() ? 0 : found->second);
  }
  f.json("states", states + "}", R"({"type":"object","additionalProperties":{"type":"integer"}})");
}

void describe(Fields& f, const TargetView& v) {
  f.text("name", v.name, "");
  f.text("partner", v.partner, "set for a partner's channel");
  f.text("once", v.once, "key | lookup | same_bytes | none");
  f.text("breaker", v.breaker, "closed | open | half_open");
  f.text("retry_at", v.retry_at, "when an open breaker lets a probe through");
  f.whole("in_flight", v.in_flight, "attempts under way");
  f.whole("waiting", v.waiting, "deliveries waiting");
  f.whole("parked", v.parked, "deliveries parked");
  f.flag("accepts_test", v.accepts_test, "");
  f.flag("accepts_production", v.accepts_production, "");
}

void describe(Fields& f, const PartnerView& v) {
  f.text("partner", v.name, "");
  f.text("name", v.display_name, "");
  f.text("role", v.role, "");
  f.flag("test", v.test, "everything to and from it is test");
  f.text("quarantine", v.quarantine, "why its file is not used; null: it is");
}

void describe(Fields& f, const FaultView& v) {
  f.text("file", v.file, "");
  f.whole("line", v.line, "1-based");
  f.whole("column", v.column, "1-based");
  f.text("code", v.code, "");
  f.text("message", v.message, "");
}

void describe(Fields& f, const ConfigurationView& v) {
  f.text("bundle", v.bundle, "hash of the configuration in force");
  f.text("folder", v.folder, "");
  f.text("loaded_at", v.loaded_at, "RFC 3339");
  f.whole("partner_count", static_cast<std::int64_t>(v.partners.size()), "");
  list(f, "faults", "Fault", v.faults);
}

namespace {

void append_schema(std::string& out, std::string_view name, std::string_view schema) {
  if (out.size() > 1) out += ',';
  append_json_string(out, name);
  out += ':';
  out += schema;
}

template <class View>
void append_view(std::string& out, const std::string& name) {
  std::string schema;
  SchemaFields fields(schema);
  describe(fields, View{});
  fields.end();
  append_schema(out, name, schema);
  append_schema(out, name + "Page",
                R"({"type":"object","properties":{"items":{"type":"array","items":{"$ref":"#/components/schemas/)" +
                    name + R"("}},"next":{"type":["string","null"],"description":"cursor of the next page"}}})");
}

}  // namespace

std::string component_schemas() {
  std::string out = "{";
  append_view<store::MessageView>(out, "Message");
  append_view<store::InterchangeView>(out, "Interchange");
  append_view<store::SetView>(out, "Set");
  append_view<store::EventView>(out, "Event");
  append_view<store::DeliveryView>(out, "Delivery");
  append_view<store::AttemptView>(out, "Attempt");
  append_view<store::ParkedView>(out, "Parked");
  append_view<store::ExceptionView>(out, "Exception");
  append_view<store::RecordedOperation>(out, "Operation");
  append_view<store::FoundView>(out, "Found");
  append_view<store::As2View>(out, "As2");
  append_view<store::MessageRecord>(out, "MessageRecord");
  append_view<store::DeliveryRecord>(out, "DeliveryRecord");
  append_view<store::BookLine>(out, "BookLine");
  append_view<TargetView>(out, "Target");
  append_view<PartnerView>(out, "Partner");
  append_view<FaultView>(out, "Fault");
  append_view<ConfigurationView>(out, "Configuration");
  append_schema(out, "Books",
                R"({"type":"object","properties":{"day":{"type":["string","null"]},"balanced":{"type":"boolean"},)"
                R"("units":{"type":"array","items":{"$ref":"#/components/schemas/BookLine"}}}})");
  append_schema(
      out, "Finding",
      R"({"type":"object","properties":{"code":{"type":"string"},"severity":{"enum":["note","warning","error"]},)"
      R"("message":{"type":"string"},"path":{"type":"string"},"line":{"type":"integer"},"offset":{"type":"integer"}}})");
  append_schema(
      out, "Receipt",
      R"({"type":"object","required":["message_id","sha256","outcome"],"properties":{"message_id":{"type":"string"},)"
      R"("sha256":{"type":"string"},"outcome":{"enum":["accepted"]}}})");
  append_schema(
      out, "Done",
      R"({"type":"object","properties":{"id":{"type":["string","null"]},"ids":{"type":"array","items":{"type":"string"}},)"
      R"("detail":{"type":["string","null"]}}})");
  append_schema(out, "Change",
                R"({"type":"object","properties":{"reason":{"type":"string","description":"recorded with the change"},)"
                R"("partner":{"type":"string","description":"release of a message: who sent it"}}})");
  append_schema(
      out, "CloudEvent",
      R"({"type":"object","required":["specversion","type","source","data"],"properties":{"specversion":{"const":"1.0"},)"
      R"("type":{"type":"string"},"source":{"type":"string"},"subject":{"type":"string"},"data":{"type":"object"}}})");
  append_schema(
      out, "Readiness",
      R"({"type":"object","properties":{"ready":{"type":"boolean"},"checks":{"type":"object","additionalProperties":{"type":"string"}}}})");
  append_schema(
      out, "Problem",
      R"({"type":"object","required":["type","title","status","detail","code"],"properties":{"type":{"type":"string"},)"
      R"("title":{"type":"string"},"status":{"type":"integer"},"detail":{"type":"string"},"code":{"type":"string"},)"
      R"("errors":{"type":"array","items":{"type":"object","properties":{"pointer":{"type":"string"},)"
      R"("parameter":{"type":"string"},"detail":{"type":"string"}}}}}})");
  return out + "}";
}

}  // namespace crossdock::api
