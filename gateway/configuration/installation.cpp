// The keys of crossdock.yaml and policies/routes.yaml.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/installation.hpp"

namespace crossdock::configuration {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds hour{3'600'000}, day{86'400'000};
constexpr std::int64_t kib = 1 << 10, mib = 1 << 20, gib = 1 << 30, tib = gib << 10;

const Section& listener_section() {
  using T = Listener;
  static const auto tls = SectionOf<ListenerTls>("tls", "certificate of the listener")
                              .text("certificate", &ListenerTls::certificate, format::path,
                                    "certificate chain, PEM; relative to the configuration folder")
                              .required()
                              .secret("key", &ListenerTls::key, "its private key, PEM")
                              .required();
  static const auto section =
      SectionOf<T>("listener", "one address that calls come in at")
          .text("listen", &T::listen, format::listen, "address and port; port 0 picks a free one", "127.0.0.1:8080")
          .choice_list("serves", &T::serves, {"api", "documents", "webhooks", "as2"}, "what may be asked there", "all")
          .section("tls", &T::tls, tls, "TLS; plain unless given")
          .whole("connections_max", &T::connections_max, {1, 100'000}, "connections at the same time")
          .bytes("header_bytes_max", &T::header_bytes_max, {1 * kib, 1 * mib}, "longest request header")
          .duration("header_timeout", &T::header_timeout, {milliseconds(100), hour},
                    "until the request header is complete")
          .duration("body_timeout", &T::body_timeout, {milliseconds(100), hour}, "longest silence inside a body")
          .duration("idle_timeout", &T::idle_timeout, {milliseconds(100), hour},
                    "longest silence between two requests");
  return section;
}

const Section& store_section() {
  using T = StoreSettings;
  static const auto section =
      SectionOf<T>("store", "where everything durable is kept")
          .choice("kind", &T::kind, {"sqlite"}, "kind of store")
          .text("path", &T::path, format::path, "file; relative to the data folder", "crossdock.db")
          .whole("readers", &T::readers, {1, 16}, "connections that read");
  return section;
}

const Section& limits_section() {
  using T = Limits;
  static const auto section =
      SectionOf<T>("limits", "bounds of the whole installation")
          .bytes("payload_bytes_max", &T::payload_bytes_max, {1 * kib, 1 * tib}, "largest payload")
          .bytes("set_bytes_max", &T::set_bytes_max, {1 * kib, 4 * gib}, "largest single transaction set or record")
          .bytes("event_bytes_max", &T::event_bytes_max, {1 * kib, 64 * mib}, "largest event posted")
          .whole("outbox_max", &T::outbox_max, {100, 10'000'000}, "deliveries waiting before intake answers busy")
          .whole("in_progress_max", &T::in_progress_max, {16, 1'000'000},
                 "messages in progress before intake answers busy")
          .bytes("disk_free_bytes_min", &T::disk_free_bytes_min, {1 * mib, 1 * tib},
                 "free space below which intake answers busy");
  return section;
}

const Section& retention_section() {
  using T = Retention;
  static const auto section =
      SectionOf<T>("retention", "how long things are kept")
          .duration("payloads", &T::payloads, {hour, 3660 * day}, "payloads, after their last use")
          .duration("keys", &T::keys, {day, 3660 * day}, "inbox keys, stored answers and effect keys")
          .duration("bundles", &T::bundles, {day, 3660 * day}, "configuration bundles that a message ran under");
  return section;
}

const Section& timeouts_section() {
  using T = Timeouts;
  static const auto section =
      SectionOf<T>("timeouts", "waits of the whole installation")
          .duration("drain", &T::drain, {milliseconds(100), hour}, "at shutdown, for work under way")
          .duration("reload_check", &T::reload_check, {milliseconds(100), hour},
                    "how often the configuration folder is looked at for changes");
  return section;
}

}  // namespace

const Section& installation_section() {
  using T = Installation;
  static const auto system = SectionOf<System>("system", "a system of ours that may post events")
                                 .text("system", &System::id, format::name, "its name")
                                 .required()
                                 .texts("tokens", &System::tokens, format::token_hash, "hashes of its tokens")
                                 .required();
  static const auto logging =
      SectionOf<Logging>("logging", "what is logged")
          .choice("level", &Logging::level, {"debug", "info", "warning", "error"}, "least level that is written");
  static const auto section =
      SectionOf<T>("crossdock.yaml", "the installation")
          .text("name", &T::name, format::name, "its name, shown and sent as user agent", "crossdock")
          .sections("listeners", &T::listeners, listener_section(),
                    "addresses that calls come in at; 127.0.0.1:8080 for everything unless given")
          .section("store", &T::store, store_section(), "the store")
          .choice_list("roles", &T::roles, {"listener", "worker", "sender", "console"}, "what this process does", "all")
          .sections("systems", &T::systems, system, "systems of ours that may post events")
          .section("limits", &T::limits, limits_section(), "limits")
          .section("retention", &T::retention, retention_section(), "retention")
          .section("timeouts", &T::timeouts, timeouts_section(), "time-outs")
          .section("logging", &T::logging, logging, "logging")
          .section("as2", &T::as2, as2_settings_section(), "AS2: our keys and our address")
          .section("file_transfers", &T::file_transfers, file_transfers_section(),
                   "SFTP and the like, of all partners");
  return section;
}

const Section& routes_section() {
  static const auto route =
      SectionOf<Route>("route", "which events go where")
          .texts("events", &Route::events, format::event, "types; `*` at the end takes all that begin so")
          .required()
          .pairs("when", &Route::when, format::field_path,
                 "only events whose data holds these values, such as milestone.code: delivered")
          .texts("from", &Route::from, format::name, "only events of these partners or systems")
          .texts("to", &Route::to, format::name, "targets")
          .required()
          .text("operation", &Route::operation, format::name, "operation of the targets; their first unless given");
  static const auto section =
      SectionOf<Routes>("policies/routes.yaml",
                        "which events go where; every route that takes an event adds its targets")
          .sections("routes", &Routes::routes, route, "the routes")
          .required();
  return section;
}

bool event_matches(std::string_view pattern, std::string_view type) {
  for (std::string_view* text : {&pattern, &type})
    if (text->starts_with("crossdock.")) text->remove_prefix(10);
  if (pattern.ends_with('*')) return type.starts_with(pattern.substr(0, pattern.size() - 1));
  if (pattern == type) return true;
  return type.starts_with(pattern) && type.substr(pattern.size()).starts_with(".v");
}

}  // namespace crossdock::configuration
