// Parts into memory or files.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/as2/payload_files.hpp"

namespace crossdock::as2_channel {

Status PayloadFiles::part_begin(const as2::PayloadPart& part) {
  StoredPart& stored = parts_.emplace_back();
  stored.content_type = part.content_type;
  stored.file_name = part.safe_name;
  stored.given_name = part.given_name;
  writer_.reset();
  return {};
}

Status PayloadFiles::part_body(std::string_view bytes) {
  StoredPart& stored = parts_.back();
  stored.size += bytes.size();
  if (!writer_ && stored.bytes.size() + bytes.size() <= memory_bytes_max) {
    stored.bytes += bytes;
    return {};
  }
  if (!writer_) {
    TRY(writer_, http::SpoolWriter::open(http::fresh_spool_path(folder_)));
    TRY_STATUS(writer_->append(stored.bytes));
    stored.bytes = {};
  }
  return writer_->append(bytes);
}

Status PayloadFiles::part_end(const as2::PayloadPart&) {
  if (!writer_) return {};
  TRY(parts_.back().spooled, writer_->finish());
  writer_.reset();
  return {};
}

}  // namespace crossdock::as2_channel
