// CompressedData over zlib. SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/cms/compressed.hpp"

#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <array>
#include <optional>

#include "gateway/crypto/algorithms.hpp"
#include "gateway/crypto/cms/ber.hpp"
#include "gateway/crypto/cms/content_info.hpp"
#include "gateway/crypto/cms/octet_frame.hpp"

namespace crossdock::crypto::cms {
namespace {

using std::string_view_literals::operator""sv;

constexpr Code form = Code::cms_compressed_form;
constexpr std::string_view oid_zlib = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x03\x08"sv;
constexpr std::size_t piece_bytes = 64U << 10;

/// zlib's stream in one direction, ended with its owner.
class Inflater {
 public:
  Inflater() { ready_ = inflateInit(&stream_) == Z_OK; }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Status feed(std::string_view bytes, const CompressedLimits& limits, ByteSink& sink);
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] std::uint64_t content_bytes() const { return out_bytes_; }

 private:
  [[nodiscard]] Status check(const CompressedLimits& limits) const;

  z_stream stream_{};
  std::string out_;
  std::uint64_t in_bytes_ = 0, out_bytes_ = 0;
  bool ready_ = false, ended_ = false;
};

Status Inflater::check(const CompressedLimits& limits) const {
  if (out_bytes_ > limits.content_bytes_max)
    return fail(Code::cms_compressed_size,
                "the content has more than " + std::to_string(limits.content_bytes_max) + " bytes");
  if (out_bytes_ > limits.ratio_free_bytes && out_bytes_ / limits.ratio_max > in_bytes_)
    return fail(Code::cms_compressed_ratio, std::to_string(in_bytes_) + " bytes became " + std::to_string(out_bytes_) +
                                                "; at most " + std::to_string(limits.ratio_max) +
                                                " times as many are taken");
  return {};
}

Status Inflater::feed(std::string_view bytes, const CompressedLimits& limits, ByteSink& sink) {
  if (!ready_) return fail(Code::crypto_library, "zlib could not be begun");
  out_.resize(piece_bytes);
  while (!bytes.empty()) {
    if (ended_) return fail(Code::cms_compressed_data, "there are bytes behind the end of the compressed data");
    const std::string_view piece = bytes.substr(0, piece_bytes);
    stream_.next_in = reinterpret_cast<const unsigned char*>(piece.data());
    stream_.avail_in = static_cast<unsigned>(piece.size());
    std::size_t produced = 0;
    do {
      stream_.next_out = reinterpret_cast<unsigned char*>(out_.data());
      stream_.avail_out = static_cast<unsigned>(out_.size());
      const unsigned before = stream_.avail_in;
      const int done = inflate(&stream_, Z_NO_FLUSH);
      if (done != Z_OK && done != Z_STREAM_END && done != Z_BUF_ERROR)
        return fail(Code::cms_compressed_data, std::string("the compressed data is damaged: ") +
                                                   (stream_.msg != nullptr ? stream_.msg : "zlib gives no reason"));
      produced = out_.size() - stream_.avail_out;
      in_bytes_ += before - stream_.avail_in;
      out_bytes_ += produced;
      ended_ = done == Z_STREAM_END;
      TRY_STATUS(check(limits));
      if (produced > 0) TRY_STATUS(sink.write(std::string_view(out_).substr(0, produced)));
    } while (!ended_ && (stream_.avail_in > 0 || produced == out_.size()));
    bytes.remove_prefix(piece.size() - stream_.avail_in);
  }
  return {};
}

/// CompressedData ::= SEQUENCE { version, AlgorithmIdentifier, SEQUENCE { OID, [0] EXPLICIT OCTET STRING } }.
class CompressedParts : public ContentInfoHandler {
 public:
  explicit CompressedParts(CompressedLimits wanted) : ContentInfoHandler(form), limits(wanted) {}
  Status octets(std::string_view bytes) override { return inflater.feed(bytes, limits, *sink); }
  Status end(const BerElement&) override { return {}; }

  [[nodiscard]] bool complete() const { return step_ == Step::done; }

  CompressedLimits limits;
  ByteSink* sink = nullptr;  ///< during feed()
  Inflater inflater;

 protected:
  Status accept(ContentType seen) override {
    if (seen == ContentType::compressed_data) return {};
    return fail(Code::cms_content_type, "compressed-data was expected, this is " + std::string(name(seen)));
  }
  Result<BerAction> part(const BerElement& element) override;
  Status gathered_part(const BerElement& element, std::string_view raw) override;

 private:
  enum class Step : std::uint8_t { version, algorithm, content, type, tag, octets, done };
  Step step_ = Step::version;
};

Result<BerAction> CompressedParts::part(const BerElement& element) {
  const Step now = step_;
  step_ = static_cast<Step>(static_cast<int>(step_) + (step_ == Step::done ? 0 : 1));
  const std::size_t inside = element.depth - content_depth;
  switch (now) {
    case Step::version:
      if (inside == 0 && element.is_universal(ber_integer)) return gather(small_bytes_max);
      break;
    case Step::algorithm:
      if (inside == 0 && element.is_universal(ber_sequence)) return gather(small_bytes_max);
      break;
    case Step::content:
      if (inside == 0 && element.is_universal(ber_sequence)) return enter();
      break;
    case Step::type:
      if (inside == 1 && element.is_universal(ber_oid)) return gather(small_bytes_max);
      break;
    case Step::tag:
      if (inside == 1 && element.is_context(0)) return enter();
      break;
    case Step::octets:
      if (inside == 2 && element.is_universal(ber_octet_string)) return stream();
      break;
    case Step::done: break;
  }
  return misplaced("a part of CompressedData");
}

Status CompressedParts::gathered_part(const BerElement& element, std::string_view raw) {
  if (!element.is_universal(ber_sequence)) return {};
  BerCursor cursor(raw, form);
  TRY(const AlgorithmIdentifier algorithm, read_algorithm(cursor));
  if (algorithm.oid == oid_zlib) return {};
  return fail(Code::cms_compressed_algorithm, "the content is compressed with " + dotted(algorithm.oid) + ", not zlib");
}

FrameParts compressed_parts() {
  FrameParts parts;
  parts.type = oid(ContentType::compressed_data);
  parts.before = der_integer(0) + der_algorithm(oid_zlib, {});
  parts.inner = der_oid(oid(ContentType::data));
  parts.explicit_tag = true;
  return parts;
}

}  // namespace

struct CompressedReader::State {
  explicit State(CompressedLimits limits) : parts(limits) {}
  CompressedParts parts;
  BerReader reader{form};
};

CompressedReader::CompressedReader(CompressedLimits limits) : state_(std::make_unique<State>(limits)) {}
CompressedReader::~CompressedReader() = default;
CompressedReader::CompressedReader(CompressedReader&&) noexcept = default;
CompressedReader& CompressedReader::operator=(CompressedReader&&) noexcept = default;

Status CompressedReader::feed(std::string_view bytes, ByteSink& sink) {
  state_->parts.sink = &sink;
  TRY(const std::size_t taken, state_->reader.feed(bytes, state_->parts));
  (void)taken;  // nothing pauses here
  return {};
}

Status CompressedReader::finish(ByteSink&) {
  TRY_STATUS(state_->reader.finish());
  if (!state_->parts.complete()) return fail(form, "there is no compressed content in it");
  if (!state_->parts.inflater.ended()) return fail(Code::cms_compressed_data, "the compressed data ends early");
  return {};
}

std::uint64_t CompressedReader::content_bytes() const { return state_->parts.inflater.content_bytes(); }

struct CompressedWriter::State {
  explicit State(CompressOptions options) : frame(compressed_parts(), std::nullopt, options.buffered_bytes_max) {
    ready = deflateInit(&stream, std::clamp(options.level, 0, 9)) == Z_OK;
  }
  ~State() { deflateEnd(&stream); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Status run(std::string_view bytes, int flush, ByteSink& sink) {
    if (!ready) return fail(Code::crypto_library, "zlib could not be begun");
    out.resize(piece_bytes);
    do {
      const std::string_view piece = bytes.substr(0, piece_bytes);
      bytes.remove_prefix(piece.size());
      stream.next_in = reinterpret_cast<const unsigned char*>(piece.data());
      stream.avail_in = static_cast<unsigned>(piece.size());
      do {
        stream.next_out = reinterpret_cast<unsigned char*>(out.data());
        stream.avail_out = static_cast<unsigned>(out.size());
        if (deflate(&stream, flush) == Z_STREAM_ERROR) return fail(Code::crypto_library, "zlib stopped");
        const std::size_t produced = out.size() - stream.avail_out;
        if (produced > 0) TRY_STATUS(frame.write(std::string_view(out).substr(0, produced), sink));
      } while (stream.avail_out == 0);
    } while (!bytes.empty());
    return {};
  }

  z_stream stream{};
  OctetFrame frame;
  std::string out;
  bool ready = false;
};

CompressedWriter::CompressedWriter(CompressOptions options) : state_(std::make_unique<State>(options)) {}
CompressedWriter::~CompressedWriter() = default;
CompressedWriter::CompressedWriter(CompressedWriter&&) noexcept = default;
CompressedWriter& CompressedWriter::operator=(CompressedWriter&&) noexcept = default;

Status CompressedWriter::feed(std::string_view bytes, ByteSink& sink) {
  return bytes.empty() ? Status{} : state_->run(bytes, Z_NO_FLUSH, sink);
}

Status CompressedWriter::finish(ByteSink& sink) {
  TRY_STATUS(state_->run({}, Z_FINISH, sink));
  return state_->frame.finish({}, sink);
}

}  // namespace crossdock::crypto::cms
