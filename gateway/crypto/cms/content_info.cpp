// ContentInfo. SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/cms/content_info.hpp"

#include "gateway/crypto/cms/ber.hpp"

namespace crossdock::crypto::cms {

tl::unexpected<Error> ContentInfoHandler::misplaced(std::string_view what) const {
  return fail(form_, std::string(what) + " stands where it does not belong");
}

Result<BerAction> ContentInfoHandler::begin(const BerElement& element) {
  if (element.depth >= content_depth) return part(element);
  if (element.depth == 0 || element.depth == 2) {
    if (!element.is_universal(ber_sequence)) return misplaced("something that is no SEQUENCE");
    return enter();
  }
  if (element.is_universal(ber_oid) && !has_type_) return gather(small_bytes_max);
  if (element.is_context(0) && has_type_ && !has_content_) {
    has_content_ = true;
    return enter();
  }
  return misplaced("a part of the ContentInfo");
}

Status ContentInfoHandler::gathered(const BerElement& element, std::string_view raw) {
  if (element.depth >= content_depth) return gathered_part(element, raw);
  TRY(const std::string identifier, read_oid(raw, form_));
  has_type_ = true;
  type_ = find_content_type(identifier);
  return accept(type_);
}

Result<std::string> read_oid(std::string_view raw, Code form) {
  BerCursor cursor(raw, form);
  TRY(const BerNode node, cursor.expect(ber_oid));
  return std::string(node.content);
}

}  // namespace crossdock::crypto::cms
