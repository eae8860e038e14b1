// The part of a request's work that uses keys and files: on a worker.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/as2/job.hpp"

#include "gateway/base/file_layer.hpp"
#include "translators/base/json_text.hpp"

namespace crossdock::as2_channel {
namespace {

constexpr std::size_t refused_kept_bytes_max = 64U << 20;  ///< of a refused body; longer ones are kept without it

const std::string* body_in_memory(const Job& job) {
  if (job.raw.seq != 0) return job.raw.file.empty() ? &job.raw.body : nullptr;
  return job.request->spooled ? nullptr : &job.request->body;
}

std::string body_file(const Job& job) {
  if (job.raw.seq != 0) return job.raw.file;
  return job.request->spooled ? job.request->spooled->path() : std::string{};
}

/// Feeds the whole body; ends early when it is clear that it is refused. Errors: file.unreadable.
Status feed(const Job& job, as2::Reception& reception) {
  if (const std::string* body = body_in_memory(job)) {
    reception.feed(*body);
    return {};
  }
  bool more = true;
  const Status read = base::files().read(body_file(job), [&](std::string_view bytes) -> Status {
    more = reception.feed(bytes);
    return more ? Status{} : Status{fail(Code::as2_structure)};
  });
  return more ? read : Status{};
}

/// Names that cannot be file names are mended unless the partner's agreement refuses them.
void check_names(Job& job) {
  if (job.relationship->profile.bad_file_name != configuration::As2Channel::BadFileName::refuse) return;
  for (const StoredPart& part : job.files.parts())
    if (!part.given_name.empty() && part.given_name != part.file_name)
      return refuse(job, Code::as2_file_name_illegal, "`" + part.file_name + "` is what it would have to be");
}

std::string layers_json(const as2::Unpacked& unpacked) {
  constexpr std::string_view kinds[] = {"signature", "opaque-signature", "envelope", "compression", "multipart"};
  std::string out = "[";
  for (const as2::Layer& layer : unpacked.layers) {
    if (out.size() > 1) out += ',';
    out += "{\"kind\":";
    append_json_string(out, kinds[static_cast<std::size_t>(layer.kind)]);
    const auto add = [&out](std::string_view name, const std::string& value) {
      if (value.empty()) return;
      out += ",\"";
      out += name;
      out += "\":";
      append_json_string(out, value);
    };
    add("algorithm", layer.algorithm);
    add("certificate", layer.certificate);
    add("form", layer.form);
    add("encoding", layer.encoding);
    add("notes", layer.notes);
    out += '}';
  }
  return out + "]";
}

crypto::DigestAlgorithm mdn_digest(const Job& job) {
  for (const crypto::DigestAlgorithm one : job.headers.receipt->micalgs)
    if (as2::allow(job.relationship->policy, one, job.moment)) return one;
  return job.outcome.mic && job.outcome.mic->algorithm != crypto::DigestAlgorithm::md5
             ? job.outcome.mic->algorithm
             : crypto::DigestAlgorithm::sha256;
}

}  // namespace

void refuse(Job& job, Code code, std::string detail) {
  job.outcome.refusal = Error{code, {}, std::move(detail)};
  job.outcome.disposition = as2::disposition_of(code, job.relationship->policy.profile);
}

void write_answer(Job& job) {
  job.mdn.reset();
  if (!job.headers.receipt) return;
  const Relationship& with = *job.relationship;
  as2::MdnFacts facts = as2::mdn_facts(job.headers, job.outcome, with.policy.profile);
  facts.message_id = as2::make_message_id(job.unique, with.ours);
  facts.date = job.date;
  facts.product = job.product;
  facts.micalg_spelling = static_cast<crypto::MicalgSpelling>(with.profile.micalg);
  std::optional<as2::SignSettings> signing;
  if (job.headers.receipt->signed_asked && job.headers.receipt->protocol_known) {
    auto settings = with.mdn_signing(job.moment, mdn_digest(job));
    if (!settings) {
      job.trouble = settings.error();
      return;
    }
    signing = std::move(*settings);
  }
  auto written = as2::write_mdn(facts, signing ? &*signing : nullptr, job.unique);
  if (!written)
    job.trouble = written.error();
  else
    job.mdn = std::move(*written);
}

void work(Job& job) {
  as2::Reception reception(job.fields, job.headers, job.parties, job.moment, job.files);
  const Status fed = feed(job, reception);
  job.outcome = reception.finish();
  if (!fed) {
    job.trouble = fed.error();
    return;
  }
  if (job.outcome.refusal && info(job.outcome.refusal->code).reaction != Reaction::reject) {
    job.trouble = job.outcome.refusal;
    return;
  }
  if (job.outcome.unpacked.is_mdn) return;
  if (!job.outcome.refusal) check_names(job);
  write_answer(job);
}

store::As2In record_of(const Job& job) {
  store::As2In row;
  row.message_id = std::string(job.headers.message_id.key());
  row.partner = job.relationship->partner;
  row.from = job.headers.from;
  row.to = job.headers.to;
  row.peer = job.peer;
  row.headers = to_lines(job.fields);
  row.layers = layers_json(job.outcome.unpacked);
  if (job.outcome.unpacked.signer) row.signer = job.outcome.unpacked.signer->fingerprint();
  if (job.outcome.unpacked.decrypter) row.decrypter = job.outcome.unpacked.decrypter->fingerprint();
  if (job.outcome.mic) row.mic = as2::write_mic(*job.outcome.mic);
  row.disposition = as2::write_disposition(job.outcome.disposition);
  if (!job.mdn) return row;
  row.mdn_headers = to_lines(job.mdn->headers);
  row.mdn = job.mdn->body;
  row.mdn_state = job.asynchronous() ? store::MdnState::queued : store::MdnState::answered;
  if (job.asynchronous()) row.mdn_url = *job.headers.receipt->delivery_url;
  return row;
}

Status keep_refused(Job& job, pipeline::Incoming& incoming) {
  incoming.content_type = job.headers.content_type;
  if (const std::string* body = body_in_memory(job)) {
    incoming.payload = *body;
    return {};
  }
  const std::string path = body_file(job);
  TRY(const std::uint64_t size, base::files().size(path));
  if (size > refused_kept_bytes_max) {
    incoming.payload = "the body of " + std::to_string(size) + " bytes was not kept: it was refused\n";
    incoming.content_type = "text/plain";
    return {};
  }
  return base::files().read(path, [&](std::string_view bytes) -> Status {
    incoming.payload += bytes;
    return {};
  });
}

}  // namespace crossdock::as2_channel
