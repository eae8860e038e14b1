// Listing, reading and putting away mails.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/mail/visit.hpp"

#include <algorithm>

#include "gateway/base/failpoint.hpp"

namespace crossdock::mail {
namespace {

constexpr std::uint64_t batch_bytes_max = 32ULL << 20;
constexpr std::size_t foreign_max = 100'000;

/// What a person has flagged, or we have because it was refused, is left alone.
std::string criteria(PickUpSettings::Then then) {
  return then == PickUpSettings::Then::seen ? "UNSEEN UNDELETED UNFLAGGED" : "UNDELETED UNFLAGGED";
}

bool is_of_the_mail(const Error& error) { return error.reaction() == Reaction::reject; }

}  // namespace

Status Visit::open() {
  TRY_STATUS(session_.select(settings_.folder));
  if (session_.uid_validity() != memory_.uid_validity || memory_.foreign.size() > foreign_max) {
    memory_ = {};
    memory_.uid_validity = session_.uid_validity();
  }
  if (const Status done = put_away(std::exchange(memory_.owed, {})); !done) {
    if (done.error().code == Code::mail_connection) return done;
    trouble_ = done.error();
  }
  std::set<std::uint32_t> skipped;
  for (const Disposal& one : memory_.owed) skipped.insert(one.uid);
  TRY(const auto found, session_.search(criteria(settings_.then)));
  for (const std::uint32_t uid : found) {
    if (left_.size() >= settings_.mails_max) break;
    if (memory_.foreign.count(uid) == 0 && skipped.count(uid) == 0) left_.push_back(uid);
  }
  return {};
}

Result<std::vector<FetchedMail>> Visit::next(std::size_t mails_max) {
  std::vector<FetchedMail> out;
  std::uint64_t bytes = 0;
  while (!left_.empty() && out.size() < mails_max && bytes < batch_bytes_max) {
    const std::uint32_t uid = left_.front();
    TRY(auto mail, read(uid));
    left_.pop_front();
    if (!mail) continue;
    for (const Unit& unit : mail->units) bytes += unit.size;
    out.push_back(std::move(*mail));
  }
  return out;
}

Result<std::optional<FetchedMail>> Visit::read(std::uint32_t uid) {
  TRY(auto head, session_.head(uid));
  if (!head) return std::optional<FetchedMail>{};
  FetchedMail out;
  out.uid = uid;
  const ReadLimits& limits = settings_.rules.limits;
  out.envelope = envelope_of(head->header, limits);
  if (!is_from(settings_.rules, out.envelope.from)) {
    memory_.foreign.insert(uid);
    return std::optional<FetchedMail>{};
  }
  if (head->bytes > limits.message_bytes_max) {
    out.refusal = Error{Code::mail_too_large,
                        {},
                        "the mail has " + std::to_string(head->bytes) + " bytes; the limit is " +
                            std::to_string(limits.message_bytes_max)};
    return std::optional(std::move(out));
  }
  Collector collector(settings_.rules, settings_.spool_folder);
  MessageReader reader(collector, limits);
  Status status;
  // A mail that is refused is read to its end all the same: the session goes on behind it.
  TRY(const bool found, session_.fetch(uid, [&](std::string_view bytes) -> Status {
    if (status) status = reader.feed(bytes);
    return {};
  }));
  CROSSDOCK_FAILPOINT("mail.fetched");
  if (!found) return std::optional<FetchedMail>{};
  if (status) status = reader.finish();
  if (!status && !is_of_the_mail(status.error())) return tl::unexpected(status.error());
  if (!status)
    out.refusal = status.error();
  else
    out.units = std::move(collector.units());
  if (!out.refusal && out.units.empty())
    out.refusal = Error{Code::mail_nothing, {}, "none of its parts is a document that this channel takes"};
  return std::optional(std::move(out));
}

Status Visit::put_away(const std::vector<Disposal>& disposals) {
  std::optional<Error> first;
  bool is_lost = false;  // one mail's trouble is not that of the others; a lost connection is
  for (const Disposal& one : disposals) {
    const Status done = is_lost ? Status{} : put_away(one);
    CROSSDOCK_FAILPOINT("mail.put_away");
    if (done && !is_lost) continue;
    memory_.owed.push_back(one);
    if (done) continue;
    is_lost = done.error().code == Code::mail_connection;
    if (!first) first = done.error();
  }
  return first ? Status(tl::unexpected(*first)) : Status{};
}

Status Visit::put_away(const Disposal& one) {
  if (one.how == PutAway::refused) {
    if (settings_.refused_folder.empty()) return session_.add_flags(one.uid, "\\Flagged");
    return session_.move(one.uid, settings_.refused_folder);
  }
  switch (settings_.then) {
    case PickUpSettings::Then::seen: return session_.add_flags(one.uid, "\\Seen");
    case PickUpSettings::Then::move: return session_.move(one.uid, settings_.done_folder);
    default: return session_.remove(one.uid);
  }
}

}  // namespace crossdock::mail
