// The keys of partners/*.yaml.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/profile.hpp"

#include <algorithm>

namespace crossdock::configuration {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds second{1000}, hour{3'600'000}, day{86'400'000};
constexpr std::int64_t mib = 1 << 20, gib = 1 << 30;

const Section& identifiers_section() {
  static const auto section =
      SectionOf<Identifiers>("identifiers", "what the partner calls itself in envelopes and events")
          .texts("scac", &Identifiers::scac, format::scac,
                 "carrier codes; the carrier.scac of an event picks the partner")
          .texts("x12", &Identifiers::x12, format::x12_identifier,
                 "qualifier and identifier of the ISA; the first is used when we write to the partner")
          .texts("gs", &Identifiers::gs, format::identifier,
                 "application codes of the GS; the first is used when we write to the partner")
          .texts("edifact", &Identifiers::edifact, format::identifier, "identifiers of the UNB, QUALIFIER:ID or ID")
          .texts("as2", &Identifiers::as2, format::as2_name,
                 "AS2 names; the first is used when we send to the partner");
  return section;
}

const Section& directory_section() {
  using T = DirectoryChannel;
  static const auto section =
      SectionOf<T>("directory", "a folder of the partner, such as its SFTP home")
          .text("name", &T::name, format::name, "what `via` calls it; the kind unless given")
          .text("pick_up", &T::pick_up, format::path,
                "folder that files are picked up from; relative to the data folder")
          .text("put", &T::put, format::path, "folder that files are put into; relative to the data folder")
          .text("archive", &T::archive, format::path,
                "where picked up files go; an `archive` folder beside `pick_up` unless given")
          .choice("ready", &T::ready, {"stable", "rename", "marker"},
                  "when a file is complete: unchanged for a while, as soon as it has its name, or when its marker file "
                  "is there")
          .choice("then", &T::then, {"archive", "remove"}, "what becomes of a file once its bytes are durable")
          .duration("every", &T::every, {milliseconds(100), day},
                    "how often the folder is looked through, beside change notices")
          .duration("stable_for", &T::stable_for, {milliseconds(0), hour}, "how long size and time must not change")
          .text("marker", &T::marker, format::glob, "suffix of the marker file", ".done")
          .texts("include", &T::include, format::glob, "names to pick up; all unless given")
          .texts("exclude", &T::exclude, format::glob,
                 "names to leave alone, beside dot files and *.tmp, *.part, *.filepart, *.crdownload")
          .choice("zero_bytes", &T::zero_bytes, {"ignore", "archive"},
                  "files without content: left where they are, or archived without being received")
          .whole("at_once", &T::at_once, {1, 1000}, "files received at the same time")
          .bytes("file_bytes_max", &T::file_bytes_max, {1, 64 * gib},
                 "larger files are left where they are and reported")
          .text("file_name", &T::file_name, format::file_name, "name of a file put; {name} is the document's own name",
                "{name}")
          .choice("on_conflict", &T::on_conflict, {"refuse", "rename"},
                  "when the name is taken by other bytes: refuse, or add a number")
          .text("map", &T::map, format::map, "forced map; found by the document unless given");
  return section;
}

const Section& document_section() {
  using T = DocumentChannel;
  static const auto section =
      SectionOf<T>("document", "POST /documents with a bearer token of this partner")
          .text("name", &T::name, format::name, "what `via` calls it; the kind unless given")
          .texts("tokens", &T::tokens, format::token_hash, "hashes of the partner's tokens")
          .required()
          .bytes("body_bytes_max", &T::body_bytes_max, {1, 4 * gib}, "larger bodies are refused")
          .text("map", &T::map, format::map, "forced map; found by the document unless given");
  return section;
}

const Section& webhook_section() {
  using T = WebhookChannel;
  static const auto section =
      SectionOf<T>("webhook", "POST /webhooks/PATH")
          .text("name", &T::name, format::name, "what `via` calls it; the kind unless given")
          .text("path", &T::path, format::url_segment, "last part of the URL")
          .required()
          .choice("verify", &T::verify, {"standard-webhooks", "hmac", "bearer"},
                  "how a call proves where it comes from")
          .secrets("secret", &T::secrets, "signing secrets; any of several is right, for rotation")
          .texts("tokens", &T::tokens, format::token_hash, "bearer: hashes of the tokens")
          .text("signature_header", &T::signature_header, format::header,
                "hmac: header that holds the signature of the body", "x-signature")
          .text("signature_prefix", &T::signature_prefix, format::any,
                "hmac: text before the signature, such as sha256=")
          .choice("encoding", &T::encoding, {"hex", "base64"}, "hmac: how the signature is written")
          .text("id_header", &T::id_header, format::header,
                "hmac and bearer: header that names the call; the bytes are its name unless given")
          .text("timestamp_header", &T::timestamp_header, format::header,
                "hmac: header with the time in seconds since 1970; not looked at unless given")
          .choice("signed", &T::signed_content, {"body", "timestamp_and_body"},
                  "hmac: what the signature is of: the body, or the time stamp, a full stop and the body")
          .duration("tolerance", &T::tolerance, {second, day}, "how far the time stamp may be from now")
          .bytes("body_bytes_max", &T::body_bytes_max, {1, 64 * mib}, "larger bodies are refused")
          .text("map", &T::map, format::map, "map that reads the body")
          .required()
          .text(
              "schema", &T::schema, format::path,
              "JSON Schema (draft 7) of the body, relative to the configuration folder; a body that does not follow it "
              "is a rejected message; payload.schema.json beside the map unless given");
  return section;
}

const Section& channel_section() {
  static const auto section = SectionOf<Channel>("channel", "one way in or out, by its kind")
                                  .exactly_one()
                                  .section("directory", &Channel::directory, directory_section(), "a folder")
                                  .section("document", &Channel::document, document_section(), "documents over HTTP")
                                  .section("webhook", &Channel::webhook, webhook_section(), "webhook calls")
                                  .section("as2", &Channel::as2, as2_channel_section(), "AS2")
                                  .section("mail", &Channel::mail, mail_channel_section(), "mail")
                                  .section("sftp", &Channel::sftp, sftp_channel_section(), "SFTP")
                                  .section("ftp", &Channel::ftp, ftp_channel_section(), "FTP, FTPS")
                                  .unavailable("kafka", "Kafka");
  return section;
}

const Section& delimiters_section() {
  using T = Delimiters;
  static const auto section =
      SectionOf<T>("delimiters", "characters that separate what we write")
          .text("element", &T::element, format::delimiter, "between elements")
          .text("segment", &T::segment, format::delimiter, "after a segment")
          .text("component", &T::component, format::delimiter, "inside a composite")
          .text("repetition", &T::repetition, format::delimiter, "between repetitions, from 00402 on");
  return section;
}

const Section& batch_section() {
  using T = Batch;
  static const auto section =
      SectionOf<T>("batch", "several transaction sets in one interchange")
          .whole("sets", &T::sets, {1, 10'000}, "as many at most")
          .duration("every", &T::every, {milliseconds(0), day}, "and no later than this after the first");
  return section;
}

const Section& edifact_section() {
  using T = EdifactWriting;
  static const auto section =
      SectionOf<T>("edifact", "how an EDIFACT interchange is written")
          .choice("character_set", &T::character_set,
                  {"UNOA", "UNOB", "UNOC", "UNOD", "UNOE", "UNOF", "UNOG", "UNOH", "UNOI", "UNOJ", "UNOK", "UNOW",
                   "UNOX", "UNOY"},
                  "syntax identifier of UNB")
          .choice("syntax_version", &T::syntax_version, {"1", "2", "3", "4"}, "syntax version of UNB")
          .choice("una", &T::una, {"when_needed", "always", "never"},
                  "UNA; needed where a service character is not the usual one")
          .yes_no("groups", &T::groups, "whether messages stand in groups (UNG) by type and directory")
          .choice("foreign_characters", &T::foreign_characters, {"replace", "refuse"},
                  "a character that the character set does not have: `?`, or the document is not sent")
          .text("application_reference", &T::application_reference, format::identifier, "0026 of UNB")
          .text("agreement", &T::agreement, format::identifier, "0032 of UNB");
  return section;
}

const Section& set_section() {
  using T = SetAgreement;
  static const auto section =
      SectionOf<T>("transaction set", "one transaction set that goes this way")
          .text("set", &T::set, format::set, "syntax, release and set")
          .required()
          .text("via", &T::via, format::name, "name of the channel; the only channel of that direction unless given")
          .text("map", &T::map, format::map, "map other than the one named as the set")
          .choice("acknowledge", &T::acknowledge, {"none", "997", "999", "CONTRL"},
                  "acknowledgement that answers it: 997 or 999 its group, CONTRL its interchange")
          .choice("advise", &T::advise, {"none", "824", "APERAK"},
                  "what tells the sender of a set in which something is wrong for us, the map's findings included")
          .section("edifact", &T::edifact, edifact_section(), "how an EDIFACT interchange is written")
          .section("delimiters", &T::delimiters, delimiters_section(), "delimiters that we write")
          .section("batch", &T::batch, batch_section(), "batching")
          .sections("windows", &T::windows, window_section(), "send windows; always unless given");
  return section;
}

const Section& us_section() {
  static const auto section =
      SectionOf<Us>("us", "who we are to this partner")
          .text("x12", &Us::x12, format::x12_identifier, "our qualifier and identifier in the ISA")
          .text("gs", &Us::gs, format::identifier, "our application code in the GS")
          .text("edifact", &Us::edifact, format::identifier, "our QUALIFIER:ID or ID in the UNB")
          .text("as2", &Us::as2, format::as2_name, "our AS2 name");
  return section;
}

const Section& expectation_section() {
  using T = Expectation;
  static const auto section = SectionOf<T>("expectation", "what the partner owes us after an event")
                                  .text("after", &T::after, format::event, "event that begins it")
                                  .required()
                                  .text("set", &T::set, format::set, "transaction set that ends it")
                                  .required()
                                  .duration("within", &T::within, {second, 366 * day}, "how long it may take")
                                  .required();
  return section;
}

const Section& severity_section() {
  using T = SeverityMove;
  static const auto section = SectionOf<T>("severity", "another weight for a finding of this partner's documents")
                                  .text("code", &T::code, format::code, "finding code")
                                  .required()
                                  .choice("severity", &T::severity, {"note", "warning", "error"}, "its weight here")
                                  .required()
                                  .text("set", &T::set, format::set, "only in this transaction set")
                                  .text("place", &T::place, format::any, "only at this place, such as AT7.01");
  return section;
}

const Section& duplicates_section() {
  using T = Duplicates;
  static const auto section =
      SectionOf<T>("duplicates", "what happens to an interchange that came before")
          .duration("window", &T::window, {hour, 3660 * day}, "how long control numbers are remembered")
          .choice("facts", &T::facts, {"mark", "deliver"},
                  "a fact told again: ends as duplicate, or is delivered again");
  return section;
}

}  // namespace

std::string_view name(EdifactWriting::CharacterSet set) {
  constexpr std::string_view names[] = {"UNOA", "UNOB", "UNOC", "UNOD", "UNOE", "UNOF", "UNOG",
                                        "UNOH", "UNOI", "UNOJ", "UNOK", "UNOW", "UNOX", "UNOY"};
  return names[static_cast<std::size_t>(set)];
}

std::string_view name(ChannelKind kind) {
  constexpr std::string_view names[] = {"directory", "document", "webhook", "as2", "mail", "sftp", "ftp"};
  return names[static_cast<std::size_t>(kind)];
}

ChannelKind Channel::kind() const {
  if (document) return ChannelKind::document;
  if (as2) return ChannelKind::as2;
  if (mail) return ChannelKind::mail;
  if (sftp) return ChannelKind::sftp;
  if (ftp) return ChannelKind::ftp;
  return webhook ? ChannelKind::webhook : ChannelKind::directory;
}

const FileChannel* Channel::files() const {
  if (ftp) return &*ftp;
  return sftp ? &*sftp : nullptr;
}

bool Channel::outward() const {
  if (const FileChannel* remote = files()) return !remote->put.empty();
  return (directory && !directory->put.empty()) || (as2 && !as2->url.empty()) || (mail && mail->put);
}

bool Channel::inward() const {
  if (const FileChannel* remote = files()) return !remote->pick_up.empty();
  return (directory && !directory->pick_up.empty()) || document || webhook || as2 || (mail && mail->pick_up);
}

std::string Channel::name() const {
  const std::string* own = nullptr;
  if (directory) own = &directory->name.text;
  if (document) own = &document->name.text;
  if (webhook) own = &webhook->name.text;
  if (as2) own = &as2->name.text;
  if (mail) own = &mail->name.text;
  if (const FileChannel* remote = files()) own = &remote->name.text;
  return own != nullptr && !own->empty() ? *own : std::string(configuration::name(kind()));
}

const Channel* Partner::way_out(const SetAgreement& received) const {
  if (!received.via.empty()) return channel(received.via.text);
  const auto outward = [](const Channel& c) { return c.outward(); };
  const auto found = std::find_if(channels.begin(), channels.end(), outward);
  return found == channels.end() ? nullptr : &*found;
}

const Channel* Partner::channel(std::string_view wanted) const {
  const auto found =
      std::find_if(channels.begin(), channels.end(), [&](const Channel& c) { return c.name() == wanted; });
  return found == channels.end() ? nullptr : &*found;
}

const Section& partner_section() {
  using T = Partner;
  static const auto section =
      SectionOf<T>("partner", "a trading partner's profile")
          .text("partner", &T::id, format::name, "its name here: also the file's name")
          .required()
          .text("name", &T::name, format::any, "its name for people")
          .choice("role", &T::role,
                  {"carrier", "customer", "shipper", "broker", "hub", "supplier", "warehouse", "finance"},
                  "what it is to us")
          .section("identifiers", &T::identifiers, identifiers_section(), "what it calls itself")
          .texts("carries", &T::carries, format::name, "other partners that it may speak for (a hub)")
          .text("zone", &T::zone, format::zone, "zone of its local times", "UTC")
          .texts("closed", &T::closed, format::date,
                 "days of its calendar on which nothing is sent to it; what waits goes on the next open day")
          .text(
              "guide", &T::guide, format::release,
              "release, such as 004010, for sets whose GS08 has no guide; the nearest lower installed one unless given")
          .sections("channels", &T::channels, channel_section(), "ways in and out")
          .yes_no("test", &T::test, "whether all it sends is test")
          .section("us", &T::us, us_section(), "who we are to it")
          .sections("receives", &T::receives, set_section(), "what we send to it (seen from the partner)")
          .sections("sends", &T::sends, set_section(), "what it sends to us (seen from the partner)")
          .sections("expects", &T::expects, expectation_section(), "answers that are due")
          .sections("severity", &T::severity, severity_section(), "findings that weigh more or less here")
          .choice("on_delimiter_in_data", &T::on_delimiter_in_data, {"choose_delimiters", "replace", "refuse"},
                  "when a value holds a delimiter that we would write")
          .text("replace_with", &T::replace_with, format::character, "what `replace` writes instead", " ")
          .choice("truncated", &T::truncated, {"hold", "accept"}, "an interchange without its trailer")
          .choice("acknowledge_interchange", &T::acknowledge_interchange, {"on_request", "rejected", "always", "never"},
                  "when its interchanges are answered as a whole, by TA1 or CONTRL: where ISA14 or UNB asks for it or "
                  "the envelope is rejected, only then, always, never")
          .yes_no("acknowledge_overlay", &T::acknowledge_overlay,
                  "whether findings of the overlay guide reach the acknowledgement")
          .yes_no("acknowledge_warnings", &T::acknowledge_warnings,
                  "whether accepted sets with warnings are acknowledged with E and their detail")
          .section("duplicates", &T::duplicates, duplicates_section(), "what came before");
  return section;
}

}  // namespace crossdock::configuration
