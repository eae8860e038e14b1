// The keys of a partner's `mail:` channel.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/mail_channel.hpp"

namespace crossdock::configuration {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds second{1000}, hour{3'600'000}, day{86'400'000};
constexpr std::int64_t gib = 1 << 30;

const Section& proof_section() {
  using T = MailProof;
  static const auto section =
      SectionOf<T>("proof", "what the receiving mail server must have found out about a mail's sender")
          .text("server", &T::server, format::host,
                "the receiving server's name in its Authentication-Results; what others say proves nothing")
          .required()
          .choice_list("require", &T::require, {"dkim", "spf", "dmarc"}, "what must have passed, all of them", "dkim")
          .texts("domains", &T::domains, format::host,
                 "domains of which one must be proved; that of the From address unless given");
  return section;
}

const Section& pick_up_section() {
  using T = MailPickUp;
  static const auto section = [] {
    SectionOf<T> out("mail pick_up", "an IMAP folder");
    add_server_keys(out);
    out.secret("token", &T::token, "OAuth2 access token instead of the password")
        .text("folder", &T::folder, format::any, "folder, as the server lists it", "INBOX")
        .choice("then", &T::then, {"seen", "move", "remove"},
                "what becomes of a mail once its documents are durable: marked as read (only unread mails are looked "
                "at), moved into `done_folder`, or removed")
        .text("done_folder", &T::done_folder, format::any, "then: move: folder of mails that were taken",
              "Crossdock/Done")
        .text("refused_folder", &T::refused_folder, format::any,
              "folder of mails that were not taken; they are flagged and stay unless given")
        .choice("take", &T::take, {"attachments", "bodies", "both"}, "which parts of a mail are documents")
        .texts("include", &T::include, format::glob, "names of attachments to take; all unless given")
        .texts("exclude", &T::exclude, format::glob, "names of attachments to leave out")
        .texts("from", &T::from, format::any,
               "senders to take mails of, with * and ?; others are left for other channels; all unless given")
        .section("proof", &T::proof, proof_section(), "what must be proved of a mail's sender; nothing unless given")
        .duration("every", &T::every, {milliseconds(100), day}, "how often the folder is looked at")
        .whole("mails_max", &T::mails_max, {1, 100'000}, "mails taken in one look, the oldest first")
        .bytes("mail_bytes_max", &T::mail_bytes_max, {1, 2 * gib}, "larger mails are refused")
        .bytes("document_bytes_max", &T::document_bytes_max, {1, 2 * gib}, "mails with a larger document are refused")
        .whole("documents_max", &T::documents_max, {1, 10'000}, "documents of one mail; more are refused")
        .whole("depth_max", &T::depth_max, {1, 64}, "how deep parts may stand inside each other")
        .whole("parts_max", &T::parts_max, {1, 100'000}, "parts of one mail, of all levels together")
        .text("map", &T::map, format::map, "forced map; found by the document unless given")
        .duration("connect_timeout", &T::connect_timeout, {milliseconds(10), 300 * second},
                  "until we are connected and logged in")
        .duration("timeout", &T::timeout, {milliseconds(10), hour}, "without any answer of the server");
    return out;
  }();
  return section;
}

const Section& put_section() {
  using T = MailPut;
  static const auto section = [] {
    SectionOf<T> out("mail put", "mails that leave by SMTP");
    add_server_keys(out);
    out.secret("token", &T::token, "OAuth2 access token instead of the password")
        .text("from", &T::from, format::mail_address, "our address")
        .required()
        .texts("to", &T::to, format::mail_address, "whom it goes to; all of them, or none is sent")
        .required()
        .text("subject", &T::subject, format::any, "subject; {name}, {partner}, {message} are filled in", "{name}")
        .text("text", &T::text, format::any, "covering note before the attachment; none unless given")
        .choice("form", &T::form, {"attachment", "body"}, "whether the document is attached or is the mail's body")
        .text("file_name", &T::file_name, format::file_name, "name of the attachment; {name} is the document's own",
              "{name}")
        .text("content_type", &T::content_type, format::any,
              "content type of the document; by the document (application/EDI-X12, application/EDIFACT) unless given")
        .bytes("mail_bytes_max", &T::mail_bytes_max, {1, 2 * gib}, "a mail that would be larger, encoded, is refused")
        .duration("connect_timeout", &T::connect_timeout, {milliseconds(10), 300 * second},
                  "until we are connected and logged in")
        .duration("timeout", &T::timeout, {milliseconds(10), hour}, "without any answer of the server");
    return out;
  }();
  return section;
}

}  // namespace

const Section& mail_channel_section() {
  using T = MailChannel;
  static const auto section =
      SectionOf<T>("mail", "mail: documents picked up by IMAP, sent by SMTP")
          .text("name", &T::name, format::name, "what `via` calls it; the kind unless given")
          .section("pick_up", &T::pick_up, pick_up_section(), "IMAP folder that mails are picked up from")
          .section("put", &T::put, put_section(), "SMTP server that takes our mails");
  return section;
}

}  // namespace crossdock::configuration
