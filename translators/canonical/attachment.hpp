// Bytes that came inside a document and are too large for an event's data: a scanned proof of delivery, a drawing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace crossdock::canonical {

/// Handed over with the event that names it (Event::attachments); whoever stores the event stores these bytes first,
/// as a payload of their own under `sha256`. The event's data holds the same facts and not the bytes:
/// `data.document.attachment` = sha256, `.length`, `.media_type`, `.file_name`.
struct Attachment {
  std::string sha256;      ///< of `bytes`, 64 hexadecimal digits, small letters
  std::string media_type;  ///< told by the first bytes (`image/tiff`), else `application/octet-stream`
  std::string bytes;       ///< as the sender meant them: base64 is undone where the document says so
};

}  // namespace crossdock::canonical
