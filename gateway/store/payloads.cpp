// The bytes of messages and attachments: small ones in the store, large ones as files named by their hash that are
// durable before their row. SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/file_layer.hpp"
#include "gateway/store/messages.hpp"

namespace crossdock::store {
namespace {

const Sql sql_insert{
    "INSERT INTO payload(sha256, bytes, refs, data) VALUES(?1, ?2, 1, ?3) ON CONFLICT(sha256) DO UPDATE SET "
    "refs=refs+1"};
const Sql sql_load{"SELECT data FROM payload WHERE sha256=?1"};
const Sql sql_add_body{"INSERT INTO body(message, data) VALUES(?1, ?2)"};
const Sql sql_copy_body{"INSERT INTO body(message, data) SELECT ?2, data FROM body WHERE message=?1"};
const Sql sql_body{"SELECT data FROM body WHERE message=?1"};

std::string folder_of(const std::string& folder, const std::string& sha256) {
  return folder + "/" + sha256.substr(0, 2);
}

/// Brings the file at `path` to its place; durable when it returns.
Status put_in_place(const std::string& folder, const std::string& sha256, const std::string& path) {
  base::FileLayer& files = base::files();
  const std::string home = folder_of(folder, sha256);
  if (!files.exists(home)) {
    TRY_STATUS(files.make_directories(home));
    TRY_STATUS(files.sync_directory(folder));
  }
  TRY_STATUS(files.rename(path, payload_path(folder, sha256)));
  CROSSDOCK_FAILPOINT("receive.payload_renamed");
  return files.sync_directory(home);
}

}  // namespace

std::string payload_path(const std::string& folder, const std::string& sha256) {
  return folder_of(folder, sha256) + "/" + sha256;
}

Status write_payload_file(const std::string& folder, const std::string& sha256, std::string_view bytes) {
  static std::atomic<std::uint64_t> number{0};  // the same bytes may come twice at the same time
  const std::string temporary =
      folder + "/" + std::string(unfinished_payload) + sha256 + "-" + std::to_string(number.fetch_add(1));
  TRY_STATUS(base::files().write_and_sync(temporary, bytes));
  CROSSDOCK_FAILPOINT("receive.payload_written");
  return put_in_place(folder, sha256, temporary);
}

Status adopt_payload_file(const std::string& folder, const std::string& sha256, const std::string& spooled_path) {
  return put_in_place(folder, sha256, spooled_path);
}

void add_payload(Transaction& transaction, const std::string& sha256, const Payload& payload) {
  transaction.execute(sql_insert, sha256, payload.size, payload.in_file ? Value() : Value::blob(payload.bytes));
}

void add_body(Transaction& transaction, const MessageRow& row, const Payload& payload) {
  if (payload.in_file)
    add_payload(transaction, row.sha256, payload);
  else
    transaction.execute(sql_add_body, row.seq, Value::blob(payload.bytes));
}

void copy_body(Transaction& transaction, const MessageRow& from, const MessageRow& to) {
  if (transaction.execute(sql_copy_body, from.seq, to.seq) == 0)
    add_payload(transaction, from.sha256, {{}, true, from.bytes});
}

Status load_body(Connection& connection, const std::string& folder, Seq message, const std::string& sha256,
                 const std::function<Status(std::string_view)>& sink) {
  if (const auto rows = connection.query(sql_body, message); rows->next()) return sink(rows->text(0));
  const auto rows = connection.query(sql_load, sha256);
  if (!rows->next()) {
    TRY_STATUS(connection.status());
    return fail(Code::store_payload_missing, "no payload " + sha256);
  }
  if (!rows->is_null(0)) return sink(rows->text(0));
  const std::string path = payload_path(folder, sha256);
  if (!base::files().exists(path)) return fail(Code::store_payload_missing, "the payload's file " + path + " is gone");
  return base::files().read(path, sink);
}

Result<std::string> load_body(Connection& connection, const std::string& folder, Seq message,
                              const std::string& sha256) {
  std::string out;
  TRY_STATUS(load_body(connection, folder, message, sha256, [&](std::string_view bytes) -> Status {
    out += bytes;
    return {};
  }));
  return out;
}

}  // namespace crossdock::store
