// Frames around octets. SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/cms/octet_frame.hpp"

#include "gateway/crypto/cms/ber.hpp"

namespace crossdock::crypto::cms {
namespace {

constexpr std::size_t piece_bytes = 32U << 10;  ///< of a constructed octet string
constexpr std::string_view end_mark{"\0\0", 2};

std::string begin_indefinite(unsigned char tag) { return {static_cast<char>(tag), static_cast<char>(0x80)}; }

}  // namespace

OctetFrame::OctetFrame(FrameParts parts, std::optional<std::uint64_t> octet_bytes, std::size_t buffered_bytes_max)
    : parts_(std::move(parts)), expected_(octet_bytes), buffered_max_(buffered_bytes_max) {}

std::string OctetFrame::definite_head(std::uint64_t octets) const {
  std::string tagged = der_header(parts_.explicit_tag ? 0x04 : 0x80, octets);
  if (parts_.explicit_tag) tagged = der_header(0xA0, tagged.size() + octets) + tagged;
  const std::string inner = der_header(0x30, parts_.inner.size() + tagged.size() + octets) + parts_.inner + tagged;
  const std::string body =
      der_header(0x30, parts_.before.size() + inner.size() + octets + parts_.after_bytes) + parts_.before + inner;
  const std::string type = der_oid(parts_.type);
  const std::uint64_t rest = body.size() + octets + parts_.after_bytes;
  const std::string content = der_header(0xA0, rest);
  return der_header(0x30, type.size() + content.size() + rest) + type + content + body;
}

std::string OctetFrame::indefinite_head() const {
  return begin_indefinite(0x30) + der_oid(parts_.type) + begin_indefinite(0xA0) + begin_indefinite(0x30) +
         parts_.before + begin_indefinite(0x30) + parts_.inner + begin_indefinite(0xA0) +
         (parts_.explicit_tag ? begin_indefinite(0x24) : std::string());
}

std::optional<std::uint64_t> OctetFrame::total_bytes() const {
  if (!expected_) return std::nullopt;
  return definite_head(*expected_).size() + *expected_ + parts_.after_bytes;
}

Status OctetFrame::flush(ByteSink& sink) {
  if (held_.empty()) return {};
  TRY_STATUS(sink.write(der_header(0x04, held_.size())));
  TRY_STATUS(sink.write(held_));
  held_.clear();
  return {};
}

Status OctetFrame::write(std::string_view octets, ByteSink& sink) {
  octets_ += octets.size();
  if (expected_) {
    if (!begun_) TRY_STATUS(sink.write(definite_head(*expected_)));
    begun_ = true;
    return sink.write(octets);
  }
  if (!begun_ && held_.size() + octets.size() > buffered_max_) {
    begun_ = true;
    TRY_STATUS(sink.write(indefinite_head()));
  }
  held_ += octets;
  return begun_ && held_.size() >= piece_bytes ? flush(sink) : Status{};
}

Status OctetFrame::finish(std::string_view after, ByteSink& sink) {
  if (expected_ && *expected_ != octets_)
    return fail(Code::cms_enveloped_write,
                "the content has another size than was announced: " + std::to_string(octets_) +
                    " bytes encrypted instead of " + std::to_string(*expected_));
  if (expected_ || !begun_) {
    if (!begun_) TRY_STATUS(sink.write(definite_head(octets_)));
    TRY_STATUS(sink.write(held_));
    held_.clear();
    return after.empty() ? Status{} : sink.write(after);
  }
  TRY_STATUS(flush(sink));
  std::string tail;
  for (int i = parts_.explicit_tag ? 0 : 1; i < 3; ++i) tail += end_mark;  // octets, tag, inner SEQUENCE
  tail += after;
  for (int i = 0; i < 3; ++i) tail += end_mark;  // outer SEQUENCE, tag, ContentInfo
  return sink.write(tail);
}

}  // namespace crossdock::crypto::cms
