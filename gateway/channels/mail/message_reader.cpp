// The MIME tree as nested entities: each decodes its transfer encoding, then is a leaf, a multipart or a mail.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/mail/message_reader.hpp"

#include <optional>

#include "gateway/crypto/mime/charset.hpp"
#include "gateway/crypto/mime/multipart_cutter.hpp"
#include "gateway/crypto/mime/safe_name.hpp"
#include "gateway/crypto/mime/structured_value.hpp"
#include "gateway/crypto/mime/transfer_encoding.hpp"

namespace crossdock::mail {
namespace {

/// What all entities of one mail share.
struct Shared {
  MessageHandler& handler;
  const ReadLimits& limits;
  std::size_t parts = 0;
};

std::string join(const std::string& section, std::size_t number) {
  return section.empty() ? std::to_string(number) : section + "." + std::to_string(number);
}

Leaf leaf_of(const mime::HeaderFields& fields, const std::string& section, std::size_t depth) {
  Leaf leaf;
  leaf.section = section.empty() ? "1" : section;
  leaf.depth = depth;
  const std::string_view type = fields.value("content-type");
  leaf.content_type = type.empty() ? "text/plain" : mime::media_type(type);
  const std::string_view disposition = fields.value("content-disposition");
  leaf.attached = mime::parse_structured_value(disposition).value == "attachment";
  const std::string given = mime::file_name_of(disposition, type);
  if (!given.empty()) leaf.file_name = mime::safe_file_name(given).name;
  return leaf;
}

class Entity;
std::unique_ptr<Entity> make_entity(Shared& shared, std::string section, std::size_t depth);

/// A header block's meaning and a body; what stands inside is an entity again.
class Entity final : public mime::PartHandler {
 public:
  Entity(Shared& shared, std::string section, std::size_t depth)
      : shared_(shared), section_(std::move(section)), depth_(depth) {}

  Status begin(const mime::HeaderFields& fields) {
    if (depth_ > shared_.limits.depth_max || ++shared_.parts > shared_.limits.parts_max)
      return fail(Code::mail_depth,
                  depth_ > shared_.limits.depth_max
                      ? "parts stand more than " + std::to_string(shared_.limits.depth_max) + " deep inside each other"
                      : "more than " + std::to_string(shared_.limits.parts_max) + " parts");
    TRY(const auto encoding, mime::parse_transfer_encoding(fields.value("content-transfer-encoding")));
    if (encoding != mime::TransferEncoding::binary) decoder_ = mime::make_decoder(encoding);
    const std::string_view type = fields.value("content-type");
    const std::string media = type.empty() ? "text/plain" : mime::media_type(type);
    if (media.starts_with("multipart/")) {
      TRY(const std::string boundary, mime::boundary_of(type));
      TRY(auto cutter, mime::MultipartCutter::make(
                           boundary, {.parts_max = shared_.limits.parts_max, .header = shared_.limits.part_header}));
      cutter_.emplace(std::move(cutter));
      return {};
    }
    if (media == "message/rfc822" || media == "message/global") {
      splitter_.emplace(shared_.limits.header);
      return {};
    }
    is_leaf_ = true;
    return shared_.handler.leaf_begin(leaf_of(fields, section_, depth_));
  }

  Status body(std::string_view bytes) {
    if (!decoder_) return decoded(bytes);
    std::string out;
    TRY_STATUS(decoder_->feed(bytes, out));
    return decoded(out);
  }

  Status end() {
    if (decoder_) {
      std::string out;
      TRY_STATUS(decoder_->finish(out));
      TRY_STATUS(decoded(out));
    }
    if (is_leaf_) return shared_.handler.leaf_end();
    if (cutter_) return cutter_->finish(*this);
    if (!child_) TRY_STATUS(begin_inner_mail());  // a mail of header fields alone
    return child_->end();
  }

  Status part_begin(std::string_view, const mime::HeaderFields& fields) override {
    child_ = make_entity(shared_, join(section_, ++children_), depth_ + 1);
    return child_->begin(fields);
  }
  Status part_body(std::string_view bytes) override { return child_->body(bytes); }
  Status part_end() override {
    const auto ended = std::move(child_);
    return ended->end();
  }

 private:
  Status decoded(std::string_view bytes) {
    if (bytes.empty()) return {};
    if (is_leaf_) return shared_.handler.leaf_bytes(bytes);
    if (cutter_) return cutter_->feed(bytes, *this);
    if (!child_) {
      TRY(const std::size_t taken, splitter_->feed(bytes));
      bytes.remove_prefix(taken);
      if (!splitter_->done()) return {};
      TRY_STATUS(begin_inner_mail());
    }
    return bytes.empty() ? Status{} : child_->body(bytes);
  }

  Status begin_inner_mail() {
    TRY(const auto fields, mime::parse_header_fields(splitter_->raw(), shared_.limits.header, mime::BadLines::skip));
    child_ = make_entity(shared_, section_.empty() ? "1" : section_, depth_ + 1);
    return child_->begin(fields);
  }

  Shared& shared_;
  const std::string section_;
  const std::size_t depth_;
  std::size_t children_ = 0;
  bool is_leaf_ = false;
  std::unique_ptr<mime::TransferCoder> decoder_;
  std::optional<mime::MultipartCutter> cutter_;
  std::optional<mime::HeaderSplitter> splitter_;  ///< of a mail inside
  std::unique_ptr<Entity> child_;
};

std::unique_ptr<Entity> make_entity(Shared& shared, std::string section, std::size_t depth) {
  return std::make_unique<Entity>(shared, std::move(section), depth);
}

}  // namespace

struct MessageReader::State {
  State(MessageHandler& handler, const ReadLimits& limits_in)
      : limits(limits_in), shared{handler, limits}, splitter(limits.header), root(shared, {}, 0) {}

  Status begin() {
    TRY(const auto fields, mime::parse_header_fields(splitter.raw(), limits.header, mime::BadLines::skip));
    if (fields.empty()) return fail(Code::mail_malformed, "the mail has no header fields");
    begun = true;
    TRY_STATUS(shared.handler.headers(fields));
    return root.begin(fields);
  }

  const ReadLimits limits;
  Shared shared;
  mime::HeaderSplitter splitter;
  Entity root;
  std::uint64_t bytes = 0;
  bool begun = false;
};

MessageReader::MessageReader(MessageHandler& handler, const ReadLimits& limits)
    : state_(std::make_unique<State>(handler, limits)) {}
MessageReader::~MessageReader() = default;

Status MessageReader::feed(std::string_view bytes) {
  state_->bytes += bytes.size();
  if (state_->bytes > state_->limits.message_bytes_max)
    return fail(Code::mail_too_large,
                "the mail has more than " + std::to_string(state_->limits.message_bytes_max) + " bytes");
  if (!state_->begun) {
    TRY(const std::size_t taken, state_->splitter.feed(bytes));
    bytes.remove_prefix(taken);
    if (!state_->splitter.done()) return {};
    TRY_STATUS(state_->begin());
  }
  return bytes.empty() ? Status{} : state_->root.body(bytes);
}

Status MessageReader::finish() {
  if (!state_->begun) TRY_STATUS(state_->begin());
  return state_->root.end();
}

}  // namespace crossdock::mail
