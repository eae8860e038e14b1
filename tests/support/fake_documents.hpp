// Stands in for guides and maps in tests of the pipeline: an X12 set with `B10**SHIPMENT` becomes a milestone, one with
// `BAD` is rejected; a JSON object {"shipment":..,"code":..} becomes a milestone; documents out carry their numbers and
// shipments in the clear. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>

#include "gateway/pipeline/documents.hpp"

namespace crossdock::tests {

class FakeDocuments final : public pipeline::Documents {
 public:
  std::unique_ptr<pipeline::Reading> read(const Catalogue&, TranslateOptions options,
                                          acknowledgement::VerdictHandler& verdicts,
                                          mapping::EventSink events) const override {
    return std::make_unique<FakeReading>(std::move(options), verdicts, std::move(events));
  }
  Status read_document(const Catalogue&, const std::string& map, const mapping::ByteSource& bytes,
                       const mapping::DocumentContext& context, const mapping::EventSink& events,
                       std::vector<Finding>& findings) const override {
    std::string json;
    if (!bytes([&json](std::string_view piece) -> Status {
          json += piece;
          return {};
        }))
      return {};
    boost::system::error_code problem;
    const boost::json::value value = boost::json::parse(json, problem);
    if (problem || !value.is_object() || !value.get_object().contains("shipment")) {
      Finding finding;
      finding.message = "no shipment";
      findings.push_back(std::move(finding));
      return {};
    }
    const std::string shipment(value.at("shipment").as_string()), code(value.at("code").as_string());
    events(milestone(shipment, code, to_hex(context.payload_hash).substr(0, 16) + map), "");
    return {};
  }
  std::unique_ptr<pipeline::Acknowledger> acknowledge(const std::string& kind, bool,
                                                      const std::string&) const override {
    return std::make_unique<FakeAcknowledger>(kind);
  }
  std::vector<std::string> event_types(const Catalogue&, const std::string& map) const override {
    return {map.find("204") != std::string::npos ? "crossdock.load.tendered.v1" : "crossdock.shipment.milestone.v1"};
  }
  Result<std::vector<mapping::WrittenSet>> write_sets(const Catalogue&, const std::string&,
                                                      const std::vector<std::string>& events,
                                                      std::vector<Finding>&) const override {
    std::vector<mapping::WrittenSet> out;
    for (const std::string& event : events) {
      const boost::json::value value = boost::json::parse(event);
      if (value.at("data").as_object().contains("unwritable")) return fail(Code::internal_bug, "unwritable");
      const std::string shipment(value.at("subject").as_string());
      out.push_back({"204", "SM", "004010", {{"B2", "", shipment}}});
    }
    return out;
  }
  Result<std::string> write_interchange(const pipeline::EnvelopePlan& plan,
                                        const std::vector<mapping::WrittenSet>& sets) const override {
    std::string number = std::to_string(plan.interchange_number);
    number.insert(0, 9 - number.size(), '0');
    std::string out =
        isa(plan.sender.qualifier, plan.sender.id, plan.receiver.qualifier, plan.receiver.id, number, plan.usage);
    out += "GS*" + sets.front().functional_group + "*" + plan.sender_gs + "*" + plan.receiver_gs + "*20260518*1200*" +
           std::to_string(plan.group_numbers.front()) + "*X*004010~";
    int ordinal = 0;
    for (const mapping::WrittenSet& set : sets) {
      const std::string control = "000" + std::to_string(++ordinal);
      out += "ST*" + set.set + "*" + control + "~";
      for (const auto& segment : set.segments) {
        for (std::size_t i = 0; i < segment.size(); ++i) out += (i == 0 ? "" : "*") + segment[i];
        out += "~";
      }
      out += "SE*" + std::to_string(set.segments.size() + 2) + "*" + control + "~";
    }
    return out + "GE*" + std::to_string(sets.size()) + "*" + std::to_string(plan.group_numbers.front()) + "~IEA*1*" +
           number + "~";
  }

  static std::string isa(const std::string& q1, std::string id1, const std::string& q2, std::string id2,
                         const std::string& number, const std::string& usage) {
    id1.resize(15, ' ');
    id2.resize(15, ' ');
    return "ISA*00*          *00*          *" + q1 + "*" + id1 + "*" + q2 + "*" + id2 + "*260518*1200*U*00401*" +
           number + "*0*" + usage + "*>~";
  }
  static canonical::Event milestone(const std::string& shipment, const std::string& code, const std::string& id) {
    canonical::Event event;
    event.type = "crossdock.shipment.milestone.v1";
    event.subject = "shipment/" + shipment;
    event.id = id;
    event.factkey = shipment + "|" + code;
    event.partitionkey = shipment;
    event.data = R"({"shipment":{"id":")" + shipment + R"("},"milestone":{"code":")" + code + R"("}})";
    return event;
  }

 private:
  class FakeAcknowledger final : public pipeline::Acknowledger {
   public:
    explicit FakeAcknowledger(std::string kind) : kind_(std::move(kind)) {}
    void on_group(const x12::InterchangeHeader&, const x12::GroupHeader& group) override { group_ = group; }
    Result<std::vector<mapping::WrittenSet>> finish() override {
      return std::vector<mapping::WrittenSet>{
          {kind_, "FA", "004010", {{"AK1", group_.functional_id, group_.control_number}}}};
    }

   private:
    std::string kind_;
    x12::GroupHeader group_;
  };

  class FakeReading final : public pipeline::Reading, public x12::InterchangeHandler {
   public:
    FakeReading(TranslateOptions options, acknowledgement::VerdictHandler& verdicts, mapping::EventSink events)
        : options_(std::move(options)), verdicts_(verdicts), events_(std::move(events)), reader_(*this) {}
    Status feed(std::string_view bytes) override { return reader_.feed(bytes); }
    Status finish() override { return reader_.finish(); }

    void on_interchange(const x12::InterchangeHeader& header) override {
      interchange_ = header;
      verdicts_.on_interchange(header);
    }
    void on_group(const x12::GroupHeader& header) override {
      group_ = header;
      verdicts_.on_group(interchange_, header);
    }
    void on_set(const x12::SetHeader& header) override {
      in_set_ = true;
      set_ = {};
      set_.header = header;
      set_.guide = "x12/004010/" + header.set;
      set_.is_acknowledgement = header.set == "997";
      pending_.clear();
    }
    /// `TA1*number*date*time*A`: the answer to an interchange, in no set.
    void on_service_segment(const wire::Segment& segment) {
      if (segment.tag() != "TA1") return;
      verdicts_.on_interchange_answer(interchange_, {});
      canonical::Event event;
      event.type = "crossdock.message.acknowledged.v1";
      event.id = to_hex(options_.payload_hash).substr(0, 16) + "-TA1";
      event.partitionkey = std::string(segment.element(1));
      event.data = R"({"acknowledged":{"control_number":")" + std::string(segment.element(1)) + R"("},"outcome":")" +
                   (segment.element(4) == "R" ? "rejected" : "accepted") + R"("})";
      if (options_.make_events) events_(std::move(event), "");
    }
    void on_segment(const wire::Segment& segment) override {
      if (!in_set_) return on_service_segment(segment);
      if (segment.tag() == "BAD") set_.verdict = acknowledgement::Verdict::rejected;
      const std::string id = to_hex(options_.payload_hash).substr(0, 16) + "-" + std::to_string(set_.header.ordinal);
      if (segment.tag() == "B10")
        pending_.push_back(milestone(std::string(segment.element(2)), std::string(segment.element(3)), id));
      if (segment.tag() == "B1") {  // the answer to a tender, in the lane that real maps give it
        canonical::Event event;
        event.type = "crossdock.load.tender_answered.v1";
        event.id = id;
        event.partitionkey = group_.receiver + "/" + std::string(segment.element(2));
        event.subject = "shipment/" + std::string(segment.element(2));
        event.data = "{}";
        pending_.push_back(std::move(event));
      }
      if (segment.tag() == "BIN" && !pending_.empty()) {
        const std::string bytes(segment.element(2));
        pending_.back().attachments.push_back({to_hex(sha256(bytes)), "image/tiff", bytes});
      }
      if (segment.tag() == "AK1") {
        canonical::Event event;
        event.type = "crossdock.message.acknowledged.v1";
        event.id = id;
        event.partitionkey = std::string(segment.element(2));
        event.data = R"({"acknowledged":{"functional_group":")" + std::string(segment.element(1)) +
                     R"(","control_number":")" + std::string(segment.element(2)) + R"("},"outcome":")" +
                     (segment.element(3) == "R" ? "rejected" : "accepted") + R"("})";
        pending_.push_back(std::move(event));
      }
    }
    void on_set_end(const x12::SetTrailer& trailer) override {
      in_set_ = false;
      set_.trailer_present = trailer.present;
      verdicts_.on_set(interchange_, group_, set_);
      if (set_.verdict != acknowledgement::Verdict::rejected && options_.make_events)
        for (canonical::Event& event : pending_) events_(std::move(event), "");
    }
    void on_group_end(const x12::GroupTrailer& trailer) override {
      acknowledgement::GroupVerdict verdict;
      verdict.header = group_;
      verdict.trailer = trailer;
      verdicts_.on_group_end(interchange_, verdict);
    }
    void on_interchange_end(const x12::InterchangeTrailer& trailer) override {
      acknowledgement::InterchangeVerdict verdict;
      verdict.header = interchange_;
      verdict.trailer = trailer;
      verdicts_.on_interchange_end(verdict);
    }

   private:
    TranslateOptions options_;
    acknowledgement::VerdictHandler& verdicts_;
    mapping::EventSink events_;
    x12::InterchangeHeader interchange_;
    x12::GroupHeader group_;
    acknowledgement::SetVerdict set_;
    std::vector<canonical::Event> pending_;
    bool in_set_ = false;
    x12::InterchangeReader reader_;
  };
};

}  // namespace crossdock::tests
