// The number under which a transaction set's sender knows it: what the context of a 999 names.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "translators/guide/compiled_guide.hpp"
#include "translators/wire/segment_document.hpp"

namespace crossdock::guide {

struct BusinessReference {
  std::string name;   ///< tag and element position, `B1002`
  std::string value;  ///< `SHP1001`
};

/// The set's identifying number from its beginning segment (the one behind ST): the shipment, invoice, order or
/// reference number, by data element (145, 76, 324, 285, 396, 127, in that order). Empty where none stands there.
[[nodiscard]] std::optional<BusinessReference> find_business_reference(const wire::SegmentDocument& document,
                                                                       const CompiledGuide& guide);

}  // namespace crossdock::guide
