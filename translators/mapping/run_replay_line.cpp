// An event's line of JSON part by part, for the recorder: literal texts and values.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/date_time.hpp"
#include "translators/mapping/run_sources.hpp"

namespace crossdock::mapping {

/// The line that write_line() has just written, as it would be written of other values.
template <class Source>
void Run<Source>::note_line(const Entry& entry) {
  if (recorder_->given_up()) return;
  recorder_->write(line_head(entry));
  note_attributes(entry);
  note_frame(program_.layouts[entry.layout], 0);
  recorder_->write("}");
  line_noted_ = true;
}

template <class Source>
void Run<Source>::note_attributes(const Entry& entry) {
  const Slot* subject = nullptr;
  std::string subject_kind;
  for (const auto& [kind, ref] : entry.subject) {
    subject = frames_.find(ref);
    subject_kind = kind + "/";
    if (subject != nullptr) break;
  }
  const auto write_subject = [&] {
    if (subject == nullptr) return;
    recorder_->write(subject_kind);
    recorder_->write(*subject);
  };
  if (subject != nullptr) {
    recorder_->write(R"(,"subject":")");
    write_subject();
    recorder_->write("\"");
  }
  note_time(entry);
  recorder_->write(R"(,"id":")");
  recorder_->write(Operand{Made::id, 0});
  if (subject != nullptr || !entry.factkey.empty()) {
    recorder_->write(R"(","factkey":")");
    write_subject();
    for (const SlotRef ref : entry.factkey) {
      recorder_->write("|");
      if (const Slot* const slot = frames_.find(ref); slot != nullptr) recorder_->write(*slot);
    }
  }
  const auto lane = whole_lane(entry);
  if (!lane.empty() || subject != nullptr) {
    recorder_->write(R"(","partitionkey":")");
    for (std::size_t i = 0; i < lane.size(); ++i) {
      if (i != 0) recorder_->write("/");
      if (lane[i].kind == AttributePart::Kind::field)
        recorder_->write(*frames_.find(lane[i].slot));
      else
        recorder_->write(Operand{lane[i].kind == AttributePart::Kind::sender ? Made::sender : Made::receiver, 0});
    }
    if (lane.empty()) write_subject();
  }
  recorder_->write(R"(","sequence":")");
  recorder_->write(Operand{Made::sequence, 0});
  recorder_->write(R"(","datacontenttype":"application/json","data":)");
}

template <class Source>
void Run<Source>::note_time(const Entry& entry) {
  constexpr std::string_view name = R"(,"time":")";
  for (const SlotRef ref : entry.time) {
    const std::string_view told = frames_.text(ref);
    const bool timed = has_time_of_day(told);
    recorder_->timed(told, timed);
    if (!timed) continue;
    recorder_->write(name);
    recorder_->write(*frames_.find(ref));
    return recorder_->write("\"");
  }
  if (context_->stated_at.empty() && context_->received_at.empty()) return;
  recorder_->write(name);
  recorder_->write(Operand{Made::stated, 0});
  recorder_->write("\"");
}

/// The parts that stand of the first partition key that is whole; as write_partitionkey().
template <class Source>
std::vector<AttributePart> Run<Source>::whole_lane(const Entry& entry) const {
  using Kind = AttributePart::Kind;
  for (const auto& lane : entry.partitionkey) {
    std::vector<AttributePart> out;
    bool whole = true;
    for (const AttributePart& part : lane) {
      const std::string_view text = part.kind == Kind::sender     ? context_->sender
                                    : part.kind == Kind::receiver ? context_->receiver
                                                                  : frames_.text(part.slot);
      if (text.empty() && part.kind == Kind::field) whole = false;
      if (!text.empty()) out.push_back(part);
    }
    if (whole) return out;
  }
  return {};
}

/// A frame that the emitter found whole, in its steps.
template <class Source>
void Run<Source>::note_frame(const Layout& layout, std::uint32_t base) {
  const Slot* const slots = frames_.frame(base);
  if (layout.steps.count == 0 || slots->filled == 0) return recorder_->give_up();
  bool first = true;  // nothing stands before it that a comma would part it from
  recorder_->write("{");
  const EmitStep* step = program_.emit_steps.data() + layout.steps.first;
  for (const EmitStep* const end = step + layout.steps.count; step != end; ++step) {
    if ((step->mask & slots->filled) == 0) {
      step += step->skip;
      continue;
    }
    const std::string_view key(step->key, step->key_size);
    if (step->kind == EmitStep::Kind::close) {
      recorder_->write("}");
      first = false;
      continue;
    }
    if (!first) recorder_->write(",");
    first = step->kind == EmitStep::Kind::open;
    const Slot& slot = slots[step->slot == nothing ? 0 : step->slot];
    if (step->kind == EmitStep::Kind::list) {
      recorder_->write(key);
      for (std::uint32_t item = slot.items.head; item != nothing; item = frames_.next_item(item)) {
        if (item != slot.items.head) recorder_->write(",");
        note_frame(program_.layouts[step->layout], item);
      }
      recorder_->write("]");
    } else if (step->kind == EmitStep::Kind::open) {
      recorder_->write(key);
    } else {
      const bool raw = slot.kind == Slot::Kind::raw;
      recorder_->write(key.substr(0, key.size() - (raw ? 1 : 0)));
      recorder_->write(slot);
      if (!raw) recorder_->write("\"");
    }
  }
  recorder_->write("}");
}

CROSSDOCK_RUN_OF_EACH_SOURCE;

}  // namespace crossdock::mapping
