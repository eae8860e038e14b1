// The keys that all file channels (SFTP, FTP, ...) share: how files are picked up from a partner's server and put
// there. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/configuration/window.hpp"

namespace crossdock::configuration {

/// A protocol's channel derives from it and calls add_file_keys() for its section.
struct FileChannel {
  enum class Ready : std::uint8_t {
    stable,    ///< same size and time in `polls` looks, for at least `stable_for`
    rename,    ///< ready as soon as it has its name
    marker,    ///< its marker `<name><marker>` is there
    manifest,  ///< a manifest `<name><manifest>`, or one for several files, says its hash and size
  };
  enum class Then : std::uint8_t { archive, remove, leave };
  enum class ZeroBytes : std::uint8_t { ignore, dispose, report };
  enum class Exists : std::uint8_t { fail, suffix, replace, skip_same };

  Named name;
  Named pick_up, put;  ///< folders on the server; empty: not in that direction

  Ready ready = Ready::stable;
  std::chrono::milliseconds stable_for{10'000};
  std::uint32_t polls = 2;
  std::string marker = ".done", manifest = ".sha256";
  std::vector<std::string> include, exclude;
  ZeroBytes zero_bytes = ZeroBytes::report;
  std::uint64_t file_bytes_max = 64ULL << 30;
  std::uint32_t files_max = 1'000, listed_max = 1'000'000;
  Then then = Then::archive;
  std::string archive;      ///< folder on the server; empty: `archive` below `pick_up`
  std::string in_progress;  ///< folder that files are renamed into while they are taken; empty: they stay
  std::chrono::milliseconds duplicates{7LL * 86'400'000};  ///< window of the content hash; 0: off
  std::chrono::milliseconds claim_expires{3'600'000};
  std::string map;

  std::chrono::milliseconds every{120'000};
  std::vector<SendWindow> windows;  ///< of the pick-up; empty: always
  bool on_closed_days = true;

  std::string file_name = "{name}";
  std::string temporary = ".{name}.{id}.part";
  Exists exists = Exists::fail;
  std::string put_marker;  ///< suffix of the marker that is put after the file; empty: none
  std::uint64_t resume_bytes_min = 8ULL << 20;
  std::chrono::milliseconds stale_after{86'400'000};
  bool make_folders = false;

  std::uint32_t at_once = 4;
  std::chrono::milliseconds connect_timeout{20'000}, timeout{60'000}, idle{60'000};
};

/// Where picked up files are archived: `archive`, else `archive` below `pick_up`.
[[nodiscard]] std::string archive_folder(const FileChannel& channel);
/// What is wrong with the keys together, and what would be right; empty: nothing.
[[nodiscard]] std::string file_fault(const FileChannel& channel, std::string& expected);

namespace detail {
/// A member of a base as one of the class itself, as SectionOf wants it.
template <class T, class Member>
constexpr Member T::*of(Member FileChannel::*member) {
  return member;
}
}  // namespace detail

/// Of every file channel: `name`, `pick_up`, `put`.
template <class T>
void add_file_folders(SectionOf<T>& section) {
  using F = FileChannel;
  using detail::of;
  section.text("name", of<T>(&F::name), format::name, "what `via` calls it; the kind unless given")
      .text("pick_up", of<T>(&F::pick_up), format::path, "folder on the server that files are picked up from")
      .text("put", of<T>(&F::put), format::path, "folder on the server that files are put into");
}

/// When a file is ready, and which.
template <class T>
void add_file_rules(SectionOf<T>& section) {
  using F = FileChannel;
  using detail::of;
  using std::chrono::milliseconds;
  constexpr milliseconds hour{3'600'000};
  section
      .choice("ready", of<T>(&F::ready), {"stable", "rename", "marker", "manifest"},
              "when a file is complete: size and time unchanged for a while, as soon as it has its name, when its "
              "marker is there, or when a manifest says its hash and size")
      .duration("stable_for", of<T>(&F::stable_for), {milliseconds(0), 24 * hour},
                "ready: stable: how long size and time must not change")
      .whole("polls", of<T>(&F::polls), {1, 100}, "ready: stable: in how many looks they must be the same")
      .text("marker", of<T>(&F::marker), format::glob, "suffix of the marker file", ".done")
      .text("manifest", of<T>(&F::manifest), format::glob, "suffix of manifests", ".sha256")
      .texts("include", of<T>(&F::include), format::glob, "names to pick up; all unless given")
      .texts("exclude", of<T>(&F::exclude), format::glob,
             "names to leave alone, beside dot files and *.tmp, *.part, *.filepart, *.crdownload")
      .choice("zero_bytes", of<T>(&F::zero_bytes), {"ignore", "dispose", "report"},
              "files without content: left, archived or removed without being received, or left and reported")
      .bytes("file_bytes_max", of<T>(&F::file_bytes_max), {1, std::int64_t{1} << 42},
             "larger files are left where they are and reported")
      .whole("files_max", of<T>(&F::files_max), {1, 100'000}, "files taken in one look, the oldest first")
      .whole("listed_max", of<T>(&F::listed_max), {100, 10'000'000},
             "names of one folder; more than these are not looked at");
}

/// What becomes of them, when we look.
template <class T>
void add_file_pick_up(SectionOf<T>& section) {
  using F = FileChannel;
  using detail::of;
  using std::chrono::milliseconds;
  constexpr milliseconds second{1000}, hour{3'600'000}, day{86'400'000};
  section
      .choice("then", of<T>(&F::then), {"archive", "remove", "leave"}, "what becomes of a file once it is durable here")
      .text("archive", of<T>(&F::archive), format::path,
            "folder on the server that files are archived in, with the time before their names; `archive` below "
            "`pick_up` unless given")
      .text("in_progress", of<T>(&F::in_progress), format::path,
            "folder on the server that a file is renamed into before it is taken, where several may look")
      .duration("duplicates", of<T>(&F::duplicates), {milliseconds(0), 3660 * day},
                "a file with the same content as one of this time is not received again; 0s: always received")
      .duration("claim_expires", of<T>(&F::claim_expires), {second, 30 * day},
                "after how long another gateway may take a file that one has begun to take")
      .text("map", of<T>(&F::map), format::map, "forced map; found by the document unless given")
      .duration("every", of<T>(&F::every), {milliseconds(100), 30 * day}, "how often the folder is looked at")
      .sections("windows", of<T>(&F::windows), window_section(), "hours in which it is looked at; always unless given")
      .yes_no("on_closed_days", of<T>(&F::on_closed_days), "whether it is looked at on the partner's `closed` days")
      .whole("at_once", of<T>(&F::at_once), {1, 64}, "connections of this channel at the same time")
      .duration("connect_timeout", of<T>(&F::connect_timeout), {milliseconds(10), 300 * second},
                "until the connection stands and we are logged in")
      .duration("timeout", of<T>(&F::timeout), {milliseconds(10), hour}, "without any answer of the server")
      .duration("idle", of<T>(&F::idle), {milliseconds(0), hour},
                "how long a connection that is not used is kept for the next use, asked now and then whether it lives");
}

/// How files are put.
template <class T>
void add_file_put(SectionOf<T>& section) {
  using F = FileChannel;
  using detail::of;
  using std::chrono::milliseconds;
  constexpr milliseconds hour{3'600'000};
  section
      .text("file_name", of<T>(&F::file_name), format::file_name,
            "name of a file put; {name} is the document's own name", "{name}")
      .text("temporary", of<T>(&F::temporary), format::glob,
            "name while it is written, in the same folder; {name} and {id} are filled in", ".{name}.{id}.part")
      .choice("exists", of<T>(&F::exists), {"fail", "suffix", "replace", "skip"},
              "when the name is taken: refused, a number is added, it is replaced, or skipped where the content is the "
              "same and else refused")
      .text("put_marker", of<T>(&F::put_marker), format::glob, "suffix of an empty file that is put after each file")
      .bytes("resume_bytes_min", of<T>(&F::resume_bytes_min), {1, std::int64_t{1} << 42},
             "files from this size on are continued after a broken connection")
      .duration("stale_after", of<T>(&F::stale_after), {milliseconds(0), 365 * 24 * hour},
                "age at which half-written files of ours are removed; 0s: never")
      .yes_no("make_folders", of<T>(&F::make_folders), "whether folders that are missing on the server are made");
}

/// All of them; `section`'s T derives from FileChannel.
template <class T>
void add_file_keys(SectionOf<T>& section) {
  add_file_folders(section);
  add_file_rules(section);
  add_file_pick_up(section);
  add_file_put(section);
}

}  // namespace crossdock::configuration
