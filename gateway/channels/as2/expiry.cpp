// Days left, and who is told.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/as2/expiry.hpp"

#include <algorithm>

namespace crossdock::as2_channel {
namespace {

constexpr int rungs[] = {1, 7, 14, 30, 60};

std::int64_t days_left(std::chrono::sys_seconds not_after, as2::Moment now) {
  return std::chrono::floor<std::chrono::days>(not_after - now).count();
}

}  // namespace

int expiry_rung(std::chrono::sys_seconds not_before, std::chrono::sys_seconds not_after, as2::Moment now) {
  const auto left = not_after - now, life = not_after - not_before;
  if (left < std::chrono::seconds{0}) return 0;
  for (const int rung : rungs)
    if (left <= std::chrono::days(rung)) return 2 * std::chrono::days(rung) <= life ? rung : -1;
  return -1;
}

void Expiry::look_at(const std::string& owner, const std::string& name, const crypto::Certificate& certificate,
                     bool replaced, std::map<std::string, std::string>& open) {
  const as2::Moment now = core_.moment();
  core_.parts.metrics
      .gauge("crossdock_as2_certificate_days_left", "Days until a certificate of AS2 ends; negative: it has.",
             {{"owner", owner}, {"name", name}, {"certificate", certificate.fingerprint().substr(0, 16)}})
      .set(static_cast<double>(days_left(certificate.not_after(), now)));
  const int rung = expiry_rung(certificate.not_before(), certificate.not_after(), now);
  if (rung < 0 || replaced) return;
  std::string text =
      rung == 0 ? "it has ended" : "it ends within " + std::to_string(rung) + (rung == 1 ? " day" : " days");
  text += " (" + base::to_rfc3339(base::Instant(certificate.not_after())) + "): " + name + ", " + certificate.subject();
  open.emplace(owner + "/" + certificate.fingerprint().substr(0, 16), std::move(text));
}

void Expiry::look() {
  std::map<std::string, std::string> open;
  const as2::Moment now = core_.moment();
  // One that has a successor in force already may end in peace.
  const auto replaced = [&](const auto& all, const crypto::Certificate& one, const auto& certificate_of) {
    return std::any_of(all.begin(), all.end(), [&](const auto& other) {
      const crypto::Certificate& c = certificate_of(other);
      return c.not_after() > one.not_after() && c.valid_at(now) && other.days.holds(now) &&
             expiry_rung(c.not_before(), c.not_after(), now) < 0;
    });
  };
  const auto of_key = [](const OwnKey& k) -> const crypto::Certificate& { return k.identity.certificate; };
  const auto of_partner = [](const PartnerCertificate& c) -> const crypto::Certificate& { return c.certificate; };
  for (const OwnKey& key : core_.book->keys())
    look_at("us", key.name, of_key(key), replaced(core_.book->keys(), of_key(key), of_key), open);
  for (const RelationshipPtr& with : core_.book->all())
    for (const PartnerCertificate& one : with->certificates)
      look_at(with->partner, one.file, one.certificate, replaced(with->certificates, one.certificate, of_partner),
              open);
  for (const auto& [subject, text] : told_)
    if (!open.contains(subject)) core_.parts.all_clear(Code::certificate_expires, subject);
  for (const auto& [subject, text] : open)
    if (const auto before = told_.find(subject); before == told_.end() || before->second != text)
      core_.parts.alarm(Code::certificate_expires, subject, text);
  told_ = std::move(open);
  if (std::exchange(timer_, true)) return;
  core_.parts.executor.post_after(every, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->timer_ = false;
    self->look();
  });
}

}  // namespace crossdock::as2_channel
