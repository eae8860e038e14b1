// AS2 rows as people see them.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/as2.hpp"
#include "gateway/store/queries.hpp"

namespace crossdock::store {
namespace {

std::string time(const std::optional<base::Instant>& at) { return at ? base::to_rfc3339(*at) : std::string(); }

std::string base64(std::string_view bytes) {
  constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](std::size_t k) {
      return i + k < bytes.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i + k])) : 0U;
    };
    const std::uint32_t group = at(0) << 16 | at(1) << 8 | at(2);
    const std::size_t left = bytes.size() - i;
    out += letters[group >> 18];
    out += letters[group >> 12 & 63];
    out += left > 1 ? letters[group >> 6 & 63] : '=';
    out += left > 2 ? letters[group & 63] : '=';
  }
  return out;
}

/// What both directions have.
template <class Row>
As2View common_of(const Row& row) {
  As2View out;
  out.message_id = row.message_id;
  out.from = row.from;
  out.to = row.to;
  out.headers = row.headers;
  out.signer = row.signer;
  out.mic = row.mic;
  out.disposition = row.disposition;
  out.mdn_headers = row.mdn_headers;
  out.mdn_base64 = base64(row.mdn);
  out.mdn_at = time(row.mdn_at);
  return out;
}

As2View view_of(const As2In& row) {
  As2View out = common_of(row);
  out.peer = row.peer;
  out.at = base::to_rfc3339(row.at);
  out.state = name(row.mdn_state);
  out.layers = row.layers;
  out.decrypter = row.decrypter;
  out.detail = row.mdn_detail;
  out.mdn_url = row.mdn_url;
  out.due_at = time(row.mdn_next_at);
  out.attempts = row.mdn_attempts;
  return out;
}

As2View view_of(const As2Out& row) {
  As2View out = common_of(row);
  out.replaces = row.replaces;
  out.at = base::to_rfc3339(row.created_at);
  out.state = name(row.state);
  out.structure = row.structure;
  out.algorithms = row.algorithms;
  out.recipients = row.recipients;
  out.detail = row.detail;
  out.mdn_signer = row.mdn_signer;
  out.due_at = time(row.due_at);
  out.sent_at = time(row.sent_at);
  out.attempts = row.attempts;
  out.bytes = row.bytes;
  return out;
}

}  // namespace

std::vector<As2View> as2_views(Connection& connection, Seq message, const std::string& id) {
  std::vector<As2View> out;
  if (const auto received = load_as2_in(connection, message)) out.push_back(view_of(*received));
  for (const As2Out& sent : load_as2_out_of(connection, id)) out.push_back(view_of(sent));
  return out;
}

}  // namespace crossdock::store
