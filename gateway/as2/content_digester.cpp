// The two digests of a signed part.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/content_digester.hpp"

#include <string>

namespace crossdock::as2 {

void ContentDigester::update(std::string_view bytes) {
  if (bytes.empty()) return;
  std::string_view rest = bytes;
  bool after_cr = after_cr_;
  std::size_t from = 0;
  while (true) {
    const std::size_t lf = rest.find('\n', from);
    if (lf == std::string_view::npos) break;
    from = lf + 1;
    if (lf > 0 ? rest[lf - 1] == '\r' : after_cr) continue;
    if (!canonical_) {
      canonical_ = exact_.fork();  // exact_ has not seen these bytes yet
    }
    canonical_->update(rest.substr(0, lf));
    canonical_->update("\r\n");
    rest.remove_prefix(lf + 1);
    from = 0;
    after_cr = false;
  }
  if (canonical_) canonical_->update(rest);
  exact_.update(bytes);
  after_cr_ = bytes.back() == '\r';
}

}  // namespace crossdock::as2
