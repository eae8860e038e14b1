// A message made: packed on a worker, its bytes stored, then its row, and only then sent.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/failpoint.hpp"
#include "gateway/base/file_layer.hpp"
#include "gateway/base/log.hpp"
#include "gateway/channels/as2/sender_state.hpp"
#include "gateway/channels/http_server/spool.hpp"

namespace crossdock::as2_channel {
namespace {

using configuration::As2Channel;
using store::As2OutState;

constexpr std::size_t body_inline_bytes_max = 64U << 10;
std::string content_type_of(const As2Channel& profile, const DeliveryRequest& request) {
  if (!profile.content_type.empty()) return profile.content_type;
  std::string bytes;
  if (request.payload)
    bytes = request.payload->substr(0, 3);
  else
    static_cast<void>(base::files().read(request.payload_file, [&bytes](std::string_view piece) -> Status {
      bytes = piece.substr(0, 3);
      return fail(Code::file_unreadable);  // three are enough
    }));
  if (bytes.starts_with("ISA")) return "application/EDI-X12";
  if (bytes.starts_with("UNA") || bytes.starts_with("UNB")) return "application/EDIFACT";
  return request.content_type.empty() ? "application/octet-stream" : request.content_type;
}

std::string filled(std::string text, const DeliveryRequest& request, const std::string& partner) {
  const std::pair<std::string_view, const std::string&> names[] = {
      {"{name}", request.file_name}, {"{partner}", partner}, {"{message}", request.message_id}};
  for (const auto& [name, value] : names)
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size()))
      text.replace(at, name.size(), value);
  return text;
}

/// Small bodies in memory, others in a file of the spool folder.
class BodySink final : public crypto::ByteSink {
 public:
  explicit BodySink(std::string folder) : folder_(std::move(folder)) {}
  Status write(std::string_view more) override {
    if (!writer_ && bytes.size() + more.size() <= body_inline_bytes_max) {
      bytes += more;
      return {};
    }
    if (!writer_) {
      TRY(writer_, http::SpoolWriter::open(http::fresh_spool_path(folder_)));
      TRY_STATUS(writer_->append(bytes));
      bytes.clear();
    }
    return writer_->append(more);
  }
  /// The file; null when the bytes stand in memory.
  Result<std::shared_ptr<http::SpooledBody>> finish() {
    if (!writer_) return std::shared_ptr<http::SpooledBody>{};
    return writer_->finish();
  }
  std::string bytes;

 private:
  std::string folder_;
  std::unique_ptr<http::SpoolWriter> writer_;
};

}  // namespace

void Sender::State::make(const AttemptPtr& attempt, const std::string& replaces) {
  attempt->moment = core.moment();
  attempt->unique = core.uuids.next();
  as2::MessageFacts& facts = attempt->facts;
  facts.from = with->ours;
  facts.to = with->theirs;
  facts.message_id = as2::make_message_id(attempt->unique, with->ours);
  facts.subject = filled(with->profile.subject, attempt->request, with->partner);
  facts.date = mail_date(core.now());
  facts.user_agent = core.book->product();
  facts.product = core.book->product();
  facts.profile = with->policy.profile;
  for (const configuration::HeaderLine& header : with->profile.headers) facts.extra.add(header.name, header.value);
  if (with->profile.mdn != As2Channel::Mdn::none) {
    as2::ReceiptWish wish;
    wish.to = with->ours;
    wish.signed_mdn = with->profile.mdn_signed;
    wish.micalg_spelling = static_cast<crypto::MicalgSpelling>(with->profile.micalg);
    if (with->profile.mdn == As2Channel::Mdn::async) wish.delivery_url = with->mdn_url;
    facts.receipt = std::move(wish);
  }
  const bool queued = core.parts.workers.run([self = shared_from_this(), attempt, replaces] {
    const Status packed = self->pack(*attempt, replaces);
    self->core.parts.executor.post([self, attempt, packed] {
      if (packed) return self->insert(attempt);
      const bool ours = info(packed.error().code).reaction != Reaction::retry;
      if (ours) base::log(base::LogLevel::alarm, "as2", packed.error(), {{"partner", self->with->partner}});
      attempt->done(outcome(AttemptResult::retry, packed.error().text()));
    });
  });
  if (!queued) attempt->done(outcome(AttemptResult::retry, "the workers are all busy"));
}

Status Sender::State::pack(Attempt& attempt, const std::string& replaces) const {
  TRY(const as2::PackSettings settings, with->packing(attempt.moment));
  as2::PartDescription part;
  part.content_type = content_type_of(with->profile, attempt.request);
  if (with->profile.file_name != As2Channel::FileName::none) part.file_name = attempt.request.file_name;
  if (attempt.request.payload) {
    part.bytes = attempt.request.payload->size();
  } else {
    TRY(part.bytes, base::files().size(attempt.request.payload_file));
  }
  BodySink sink(core.parts.spool_folder);
  TRY(as2::Packer packer, as2::Packer::open(attempt.facts, settings, {part}, attempt.unique, sink));
  if (attempt.request.payload)
    TRY_STATUS(packer.feed(*attempt.request.payload));
  else
    TRY_STATUS(base::files().read(attempt.request.payload_file,
                                  [&packer](std::string_view piece) { return packer.feed(piece); }));
  TRY_STATUS(packer.end_part());
  TRY(const as2::Packed packed, packer.finish());
  TRY(const auto file, sink.finish());
  As2Out row;
  row.delivery = attempt.request.delivery_id;
  row.message = attempt.request.message_id;
  row.message_id = std::string(as2::MessageId{attempt.facts.message_id}.key());
  row.replaces = replaces;
  row.partner = with->partner;
  row.from = with->ours;
  row.to = with->theirs;
  row.settings = with->settings_hash;
  row.headers = to_lines(packer.headers());
  row.bytes = packed.body_bytes;
  row.sha256 = to_hex(packed.body_sha256);
  row.in_file = file != nullptr;
  row.body = std::move(sink.bytes);
  row.mic = as2::write_mic(packed.mic);
  row.structure = packed.structure;
  row.algorithms = packed.algorithms;
  row.signer = packed.signer;
  for (const std::string& one : packed.recipients) row.recipients += (row.recipients.empty() ? "" : " ") + one;
  row.signed_asked = attempt.facts.receipt && attempt.facts.receipt->signed_mdn;
  if (file) TRY_STATUS(store::adopt_payload_file(core.parts.store.payload_folder(), row.sha256, file->path()));
  attempt.row = std::move(row);
  return {};
}

void Sender::State::insert(const AttemptPtr& attempt) {
  attempt->row->created_at = core.now();
  CROSSDOCK_FAILPOINT("as2.send.before_record");
  const Status queued = core.parts.store.write(
      [attempt](store::Transaction& transaction) -> Status {
        const As2Out& row = *attempt->row;
        if (!row.replaces.empty())
          if (auto old = store::find_as2_out(transaction, row.replaces);
              old && old->state != As2OutState::delivered && old->state != As2OutState::refused) {
            old->state = As2OutState::replaced;
            store::update_as2_out(transaction, *old);
          }
        if (row.in_file) store::add_payload(transaction, row.sha256, {{}, true, row.bytes});
        store::insert_as2_out(transaction, row);
        attempt->row->seq = store::find_as2_out(transaction, row.message_id).value_or(row).seq;
        return transaction.status();
      },
      [self = shared_from_this(), attempt](const Status& status) {
        if (!status) return attempt->done(outcome(AttemptResult::retry, status.error().text()));
        CROSSDOCK_FAILPOINT("as2.send.after_record");
        self->send(attempt);
      },
      true);
  if (!queued) attempt->done(outcome(AttemptResult::retry, queued.error().text()));
}

}  // namespace crossdock::as2_channel
