// The outward half of the directory channel.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/directory/put.hpp"

#include <sys/stat.h>

#include "gateway/base/file_layer.hpp"
#include "gateway/pipeline/file_name.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::directory {
namespace {

using pipeline::AttemptOutcome;
using pipeline::AttemptResult;
using pipeline::LookupOutcome;
using pipeline::LookupResult;

constexpr int renames_max = 99;

const std::string& bytes_of(const pipeline::DeliveryRequest& request) {
  static const std::string none;
  return request.payload ? *request.payload : request.event_json ? *request.event_json : none;
}

Result<bool> holds_same_bytes(const std::string& path, std::string_view bytes) {
  TRY(const std::uint64_t size, base::files().size(path));
  if (size != bytes.size()) return false;
  Sha256 digest;
  TRY_STATUS(base::files().read(path, [&digest](std::string_view chunk) {
    digest.update(chunk);
    return Status{};
  }));
  return digest.finish() == sha256(bytes);
}

AttemptOutcome outcome(AttemptResult result, std::string detail) {
  AttemptOutcome out;
  out.result = result;
  out.detail = std::move(detail);
  return out;
}

/// `name.edi` -> `name-2.edi`
std::string numbered(const std::string& name, int number) {
  const std::size_t dot = name.rfind('.');
  const std::string suffix = "-" + std::to_string(number);
  return dot == std::string::npos || dot == 0 ? name + suffix : name.substr(0, dot) + suffix + name.substr(dot);
}

/// Where the bytes go: the first name that is free or holds them already.
struct Place {
  std::string path;
  bool there_already = false;
};
Result<Place> find_place(const PutSettings& settings, const std::string& name, std::string_view bytes) {
  for (int number = 1; number <= renames_max; ++number) {
    const std::string path = settings.folder + "/" + (number == 1 ? name : numbered(name, number));
    if (!base::files().exists(path)) return Place{path, false};
    TRY(const bool same, holds_same_bytes(path, bytes));
    if (same) return Place{path, true};
    if (settings.on_conflict == PutSettings::OnConflict::refuse) break;
  }
  return fail(Code::channel_conflict, "a file " + name + " with other bytes stands in " + settings.folder);
}

/// Writes the bytes under a name of this delivery's own, then gives them the first name that is free. Another delivery,
/// or another program, may take a name at any moment: none is ever replaced.
Result<Place> place_file(const PutSettings& settings, const pipeline::DeliveryRequest& request) {
  base::FileLayer& files = base::files();
  const std::string& bytes = bytes_of(request);
  const std::string name = put_name(settings, request);
  const std::string temporary = settings.folder + "/." + name + "." + request.delivery_id + ".part";
  TRY_STATUS(files.make_directories(settings.folder));
  bool is_written = false;
  for (;;) {
    const auto place = find_place(settings, name, bytes);
    if (!place || place->there_already) {
      if (is_written) TRY_STATUS(files.remove(temporary));
      return place;
    }
    if (!is_written) TRY_STATUS(files.write_and_sync(temporary, bytes));
    is_written = true;
    TRY(const bool is_ours, files.rename_new(temporary, place->path));
    if (is_ours) return place;
  }
}

AttemptOutcome put_file(const PutSettings& settings, const pipeline::DeliveryRequest& request) {
  base::FileLayer& files = base::files();
  const auto place = place_file(settings, request);
  if (!place)
    return outcome(place.error().code == Code::channel_conflict ? AttemptResult::refused : AttemptResult::retry,
                   place.error().detail);
  // The name is there, but not yet for good: until the folder is synced its fate is not known.
  if (auto synced = files.sync_directory(settings.folder); !synced)
    return outcome(AttemptResult::unknown, synced.error().detail);
  return outcome(AttemptResult::applied, (place->there_already ? "stood there already: " : "put as ") + place->path);
}

LookupOutcome look(const PutSettings& settings, const pipeline::DeliveryRequest& request) {
  LookupOutcome out;
  const std::string path = settings.folder + "/" + put_name(settings, request);
  if (!base::files().exists(path)) {
    out.detail = "no file " + path + ": not put, or taken away";
    return out;
  }
  const auto same = holds_same_bytes(path, bytes_of(request));
  out.result = !same ? LookupResult::unknown : *same ? LookupResult::present : LookupResult::absent;
  out.detail = same ? path : same.error().detail;
  return out;
}

}  // namespace

std::string put_name(const PutSettings& settings, const pipeline::DeliveryRequest& request) {
  return pipeline::fill_file_name(settings.file_name, settings.partner, request);
}

void PutAdapter::attempt(const pipeline::DeliveryRequest& request, std::function<void(AttemptOutcome)> done) {
  auto work = [settings = settings_, &executor = executor_, request, done] {
    auto result = put_file(*settings, request);
    executor.post([done, result = std::move(result)] { done(result); });
  };
  if (!workers_.run(std::move(work)))
    executor_.post([done] { done(outcome(AttemptResult::retry, "the workers that write files are all busy")); });
}

void PutAdapter::look_up(const pipeline::DeliveryRequest& request, std::function<void(LookupOutcome)> done) {
  auto work = [settings = settings_, &executor = executor_, request, done] {
    auto result = look(*settings, request);
    executor.post([done, result = std::move(result)] { done(result); });
  };
  if (!workers_.run(std::move(work))) executor_.post([done] { done(LookupOutcome{}); });
}

}  // namespace crossdock::directory
