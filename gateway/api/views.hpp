// How each view of the store looks in JSON, and the schemas made from the same descriptions.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/api/fields.hpp"
#include "gateway/store/books.hpp"
#include "gateway/store/queries.hpp"

namespace crossdock::api {

/// A target as the API shows it.
struct TargetView {
  std::string name, partner, once;
  std::string breaker;   ///< closed | open | half_open
  std::string retry_at;  ///< when an open breaker lets a probe through
  std::int64_t in_flight = 0, waiting = 0, parked = 0;
  bool accepts_test = false, accepts_production = true;
};
struct PartnerView {
  std::string name, display_name, role;
  bool test = false;
  std::string quarantine;  ///< why its file is not used; empty: it is
};
struct FaultView {
  std::string file, code, message;
  std::int64_t line = 0, column = 0;
};
/// The configuration in force.
struct ConfigurationView {
  std::string bundle;  ///< hash
  std::string folder, loaded_at;
  std::vector<PartnerView> partners;
  std::vector<FaultView> faults;  ///< of quarantined files, and of the last refused reload
};

void describe(Fields& fields, const store::MessageView& view);
void describe(Fields& fields, const store::InterchangeView& view);
void describe(Fields& fields, const store::SetView& view);
void describe(Fields& fields, const store::EventView& view);
void describe(Fields& fields, const store::DeliveryView& view);
void describe(Fields& fields, const store::AttemptView& view);
void describe(Fields& fields, const store::ParkedView& view);
void describe(Fields& fields, const store::ExceptionView& view);
void describe(Fields& fields, const store::RecordedOperation& view);
void describe(Fields& fields, const store::FoundView& view);
void describe(Fields& fields, const store::As2View& view);
void describe(Fields& fields, const store::MessageRecord& view);
void describe(Fields& fields, const store::DeliveryRecord& view);
void describe(Fields& fields, const store::BookLine& view);
void describe(Fields& fields, const TargetView& view);
void describe(Fields& fields, const PartnerView& view);
void describe(Fields& fields, const FaultView& view);
void describe(Fields& fields, const ConfigurationView& view);

template <class View>
[[nodiscard]] std::string to_json(const View& view) {
  std::string out;
  JsonFields fields(out);
  describe(fields, view);
  fields.end();
  return out;
}

/// {"items":[...],"next":"cursor" or null}
template <class View>
[[nodiscard]] std::string page_json(const std::vector<View>& items, std::string_view next) {
  std::string out;
  JsonFields fields(out);
  fields.list("items", {}, items.size(), [&](Fields& object, std::size_t i) { describe(object, items[i]); });
  fields.text("next", next, {});
  fields.end();
  return out;
}

/// components/schemas of the OpenAPI document: one JSON object text.
[[nodiscard]] std::string component_schemas();

}  // namespace crossdock::api
