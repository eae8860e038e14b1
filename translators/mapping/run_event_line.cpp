// An event as its line of JSON, written in one go: attributes straight from slots, its data behind them. For those who
// want the line and nothing else. SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "translators/base/json_text.hpp"
#include "translators/mapping/date_time.hpp"
#include "translators/mapping/run_sources.hpp"

namespace crossdock::mapping {

namespace {

/// Writes where there is room for all that comes.
struct Pen {
  char* to;
  bool plain = true;  ///< false: a value needs escapes, and what was written is of no use
  void text(std::string_view text) {
    std::memcpy(to, text.data(), text.size());
    to += text.size();
  }
  void value(const Slot& slot) {
    if (slot.kind == Slot::Kind::plain && slot.size <= text_slack) {
      std::memcpy(to, slot.data, text_slack);
      to += slot.size;
      return;
    }
    if (slot.kind == Slot::Kind::list || (slot.kind == Slot::Kind::text && !is_plain_json({slot.data, slot.size})))
      plain = false;
    else
      text({slot.data, slot.size});
  }
};

constexpr std::size_t line_names = 512;  ///< names, punctuation, id and sequence come to less

}  // namespace

/// Everything in front of the subject, which is alike in all events of an entry. Made again when the source is another.
template <class Source>
const std::string& Run<Source>::line_head(const Entry& entry) {
  RunMemory::LineHeads& heads = memory_.line_heads;
  if (heads.of_entry.empty() || heads.source != context_->source) {
    heads.source = context_->source;
    heads.of_entry.assign(program_.entries.size(), {});
  }
  std::string& head = heads.of_entry[static_cast<std::size_t>(&entry - program_.entries.data())];
  if (head.empty()) {
    head = R"({"specversion":"1.0")";
    for (const auto& [name, value] :
         {std::pair<std::string_view, std::string_view>{R"(,"type":)", entry.type}, {R"(,"source":)", heads.source}}) {
      if (value.empty()) continue;
      head += name;
      append_json_string(head, value);
    }
  }
  return head;
}

/// What the attributes of an event may come to, the most.
template <class Source>
std::size_t Run<Source>::attribute_bytes(const Entry& entry) const {
  std::size_t values = entry.factkey.size() + 5, names = line_names;
  for (const auto& lane : entry.partitionkey) values += lane.size();
  for (const auto& [kind, ref] : entry.subject) names += 3 * kind.size();
  return values * (frames_.text_bytes() + 1) + names + context_->stated_at.size() + context_->received_at.size() +
         2 * (context_->sender.size() + context_->receiver.size());
}

/// Writes the whole line into memory_.json, as Event::append_json would.
template <class Source>
typename Run<Source>::LineEnd Run<Source>::write_line(const Entry& entry, std::uint32_t occurrence) {
  JsonBuffer& out = memory_.json;
  const std::string& head = line_head(entry);
  const DocumentContext& context = *context_;
  out.clear();
  Pen pen{out.reserve(head.size() + attribute_bytes(entry))};
  pen.text(head);

  constexpr std::string_view subject_name = R"(,"subject":")";
  char* const subject_from = pen.to + subject_name.size();
  std::size_t subject_size = 0;
  for (const auto& [kind, ref] : entry.subject) {
    const Slot* const slot = frames_.find(ref);
    if (slot == nullptr) continue;
    pen.text(subject_name);
    pen.text(kind);
    *pen.to++ = '/';
    pen.value(*slot);
    subject_size = static_cast<std::size_t>(pen.to - subject_from);
    *pen.to++ = '"';
    break;
  }
  const std::string_view subject(subject_from, subject_size);

  if (const std::string_view time = time_of(entry); !time.empty()) {
    pen.text(R"(,"time":")");
    pen.value({{time.data()}, static_cast<std::uint32_t>(time.size()), Slot::Kind::text});
    *pen.to++ = '"';
  }

  pen.text(R"(,"id":")");
  write_id(entry, occurrence, pen.to);
  pen.to += event_id_bytes;

  char* const factkey_from = pen.to;
  pen.text(R"(","factkey":")");
  char* const factkey = pen.to;
  pen.text(subject);
  for (const SlotRef ref : entry.factkey) {
    *pen.to++ = '|';
    if (const Slot* const slot = frames_.find(ref); slot != nullptr) pen.value(*slot);
  }
  if (pen.to == factkey) pen.to = factkey_from;

  char* const lane_from = pen.to;
  pen.text(R"(","partitionkey":")");
  char* const lane = pen.to;
  write_partitionkey(entry, pen.to);
  if (!is_plain_json({lane, static_cast<std::size_t>(pen.to - lane)})) pen.plain = false;
  if (pen.to == lane) pen.text(subject);
  if (pen.to == lane) pen.to = lane_from;

  pen.text(R"(","sequence":")");
  pen.to = std::to_chars(pen.to, pen.to + 20, context.sequence_first + made_).ptr;
  pen.text(R"(","datacontenttype":"application/json","data":)");
  if (!pen.plain) return LineEnd::not_plain;
  out.set_end(pen.to);
  if (!JsonEmitter(program_, frames_, memory_.incomplete, out).emit(entry.layout)) return LineEnd::incomplete;
  out.put('}');
  return LineEnd::whole;
}

/// The first alternative whose fields are all there, written at `to`; nothing where there is none.
template <class Source>
void Run<Source>::write_partitionkey(const Entry& entry, char*& to) const {
  using Kind = AttributePart::Kind;
  char* const begin = to;
  for (const auto& lane : entry.partitionkey) {
    bool whole = true;
    for (const AttributePart& part : lane) {
      const std::string_view text = part.kind == Kind::sender     ? context_->sender
                                    : part.kind == Kind::receiver ? context_->receiver
                                                                  : frames_.text(part.slot);
      if (text.empty() && part.kind == Kind::field) whole = false;
      if (text.empty() || !whole) continue;
      if (to != begin) *to++ = '/';
      std::memcpy(to, text.data(), text.size());
      to += text.size();
    }
    if (whole && to != begin) return;
    to = begin;
    if (whole) return;
  }
}

CROSSDOCK_RUN_OF_EACH_SOURCE;

}  // namespace crossdock::mapping
