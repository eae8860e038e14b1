// The keys of a partner's `ftp:` channel.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/ftp_channel.hpp"

namespace crossdock::configuration {

const Section& ftp_channel_section() {
  using T = FtpChannel;
  static const auto section = [] {
    SectionOf<T> out("ftp", "files on the partner's FTP server; with TLS unless `tls: none`");
    add_file_folders(out);
    add_server_keys(out);
    out.choice("data", &T::data, {"passive", "active"},
               "who opens the connections that files go over: we, or the server")
        .choice("listing", &T::listing, {"automatic", "mlsd", "list"},
                "how folders are listed: by MLSD where the server has it and else by LIST, or always by one of them")
        .yes_no("keep_data_address", &T::keep_data_address,
                "whether the address in the server's answer to PASV is used; else that of the log-in, which also works "
                "where the server stands behind address translation");
    add_file_rules(out);
    add_file_pick_up(out);
    add_file_put(out);
    return out;
  }();
  return section;
}

}  // namespace crossdock::configuration
