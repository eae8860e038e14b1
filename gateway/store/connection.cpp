// Identities of SQL texts.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/connection.hpp"

#include <atomic>

namespace crossdock::store {
namespace {

std::size_t next_id() {
  static std::atomic<std::size_t> count{0};
  return count.fetch_add(1);
}

}  // namespace

Sql::Sql(const char* text) : text_(text), id_(next_id()) {}

}  // namespace crossdock::store
