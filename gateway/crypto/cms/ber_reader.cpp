// The cutter: a stack of open elements, one small header buffer, nothing else that grows.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/cms/ber_reader.hpp"

#include <algorithm>

namespace crossdock::crypto::cms {
namespace {

using Take = BerAction::Take;
constexpr std::uint64_t length_max = std::uint64_t{1} << 62;

}  // namespace

tl::unexpected<Error> BerReader::broken(std::string what) const {
  Position where;
  where.offset = offset_;
  return fail(form_, std::move(what) + " at byte " + std::to_string(offset_) + " of the structure", where);
}

Result<std::size_t> BerReader::feed(std::string_view bytes, BerHandler& handler) {
  std::size_t at = 0;
  paused_ = false;
  while (at < bytes.size() && !paused_) {
    if (complete_) {
      if (bytes[at] != '\r' && bytes[at] != '\n') return broken("there are bytes behind the end");
      ++at;
      ++offset_;
    } else if (left_ > 0) {
      const auto chunk = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - at));
      TRY_STATUS(take_content(bytes.substr(at, chunk), handler));
      at += chunk;
    } else {
      TRY_STATUS(take_header_byte(bytes[at++], handler));
    }
  }
  return at;
}

Status BerReader::finish() const {
  if (!complete_) return broken("it ends early: the structure is not complete");
  return {};
}

Status BerReader::take_header_byte(char byte, BerHandler& handler) {
  header_ += byte;
  ++offset_;
  if (!open_.empty() && offset_ > open_.back().limit) return broken("an element reaches beyond the one around it");
  TRY(auto element, parse_header());
  if (!element) return {};
  if (element->is_universal(0)) {
    if (element->constructed || element->length != 0U || open_.empty() || open_.back().element.length)
      return broken("an end-of-contents mark stands where nothing ends");
    if (open_.back().take == Take::gather) TRY_STATUS(gather(header_));
    header_.clear();
    TRY_STATUS(close_top(handler));
    return close_all(handler);
  }
  return open(*element, handler);
}

/// Nothing while the header is not complete.
Result<std::optional<BerElement>> BerReader::parse_header() const {
  constexpr std::size_t tag_bytes_max = 5;
  const auto byte = [this](std::size_t i) { return static_cast<unsigned char>(header_[i]); };
  BerElement out;
  out.tag_class = static_cast<std::uint8_t>(byte(0) >> 6);
  out.constructed = (byte(0) & 0x20U) != 0;
  out.tag = byte(0) & 0x1FU;
  out.depth = open_.size();
  std::size_t at = 1;
  if (out.tag == 0x1F) {
    out.tag = 0;
    do {
      if (at == header_.size()) return std::nullopt;
      if (at == tag_bytes_max) return broken("a tag number is too long");
      out.tag = out.tag << 7 | (byte(at) & 0x7FU);
    } while ((byte(at++) & 0x80U) != 0);
  }
  if (at == header_.size()) return std::nullopt;
  const unsigned char first = byte(at++);
  if (first == 0x80) {
    if (!out.constructed) return broken("a primitive element has no length");
    return out;
  }
  if (first < 0x80) {
    out.length = first;
    return out;
  }
  const std::size_t count = first & 0x7FU;
  if (count > 8) return broken("a length is written with " + std::to_string(count) + " bytes");
  if (header_.size() - at < count) return std::nullopt;
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < count; ++i) length = length << 8 | byte(at + i);
  if (length > length_max) return broken("a length is out of all bounds");
  out.length = length;
  return out;
}

Result<BerAction> BerReader::decide(const BerElement& element, BerHandler& handler) {
  const Take around = open_.empty() ? Take::enter : open_.back().take;
  BerAction action;
  if (around == Take::enter) {
    TRY(action, handler.begin(element));
    const bool octets = action.take == Take::enter && !element.constructed;
    if (octets) return broken("a primitive element stands where a structure belongs");
    if (action.take == Take::gather) {
      gather_root_ = open_.size();
      gather_max_ = action.gather_bytes_max;
      gathered_.clear();
    }
    return action;
  }
  action.take = around;
  if (around == Take::stream && !element.is_universal(ber_octet_string))
    return broken("a part of an octet string is none itself");
  return action;
}

Status BerReader::open(BerElement element, BerHandler& handler) {
  if (open_.size() == depth_max) return broken("elements are nested more than " + std::to_string(depth_max) + " deep");
  const std::uint64_t limit = open_.empty() ? no_limit : open_.back().limit;
  const std::uint64_t end = element.length ? offset_ + *element.length : no_limit;
  if (element.length && end > limit) return broken("an element reaches beyond the one around it");
  TRY(const BerAction action, decide(element, handler));
  if (action.take == Take::gather) TRY_STATUS(gather(header_));
  header_.clear();
  open_.push_back({element, action.take, end, element.length ? end : limit});
  // What is kept or passed over whole needs no walk through its inside when its length is known.
  const bool opaque = action.take == Take::gather || action.take == Take::skip;
  left_ = element.length && (opaque || !element.constructed) ? *element.length : 0;
  paused_ = action.pause;
  return close_all(handler);
}

Status BerReader::take_content(std::string_view bytes, BerHandler& handler) {
  offset_ += bytes.size();
  left_ -= bytes.size();
  if (open_.back().take == Take::gather) TRY_STATUS(gather(bytes));
  if (open_.back().take == Take::stream) TRY_STATUS(handler.octets(bytes));
  return left_ > 0 ? Status{} : close_all(handler);
}

/// Closes whatever of definite length ends here.
Status BerReader::close_all(BerHandler& handler) {
  while (!open_.empty() && left_ == 0 && open_.back().element.length && open_.back().end == offset_)
    TRY_STATUS(close_top(handler));
  return {};
}

Status BerReader::close_top(BerHandler& handler) {
  const Open closed = open_.back();
  open_.pop_back();
  complete_ = open_.empty();
  const bool root = open_.empty() || open_.back().take == Take::enter;
  if (closed.take == Take::gather)
    return root && open_.size() == gather_root_ ? handler.gathered(closed.element, gathered_) : Status{};
  if (closed.take == Take::enter || (closed.take == Take::stream && root)) return handler.end(closed.element);
  return {};
}

Status BerReader::gather(std::string_view bytes) {
  if (gathered_.size() + bytes.size() > gather_max_)
    return broken("a part is larger than " + std::to_string(gather_max_) + " bytes");
  gathered_ += bytes;
  return {};
}

}  // namespace crossdock::crypto::cms
