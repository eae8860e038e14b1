// Lazy, thread-safe loading of guides and maps. What was loaded stays until the catalogue goes.
// SPDX-License-Identifier: Apache-2.0
#include "translators/catalogue.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>

#include "translators/guide/load.hpp"
#include "translators/mapping/compiled_map.hpp"
#include "translators/mapping/load.hpp"
#include "translators/partner_folder.hpp"

namespace crossdock {
namespace {

constexpr std::string_view guides_folder = "maps/guides/";
constexpr std::string_view maps_folder = "maps/";
constexpr std::string_view map_file = "/map.yaml";

/// `004010` of GS08 `004010X098A1`, `4010`, `00401`: releases are six digits; shorter ones are padded as senders mean
/// them.
std::string release_of(std::string_view gs08) {
  std::string digits;
  for (const char c : gs08) {
    if (c < '0' || c > '9') break;
    digits += c;
  }
  if (digits.size() > 6) digits.resize(6);
  if (digits.size() == 4) digits.insert(0, "00");
  if (digits.size() == 5) digits += '0';
  return digits;
}

/// `D:96A`, `D.96A`, `D96A` -> `d96a`.
std::string directory_name(std::string_view text) {
  if (text.starts_with("edifact/")) text.remove_prefix(8);
  std::string out;
  for (const char c : text)
    if (c != '.' && c != ':') out += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return out;
}

/// A number that grows with the directory's age: `d96a` before `d96b` before `d01a`. 0 where it is none.
int directory_age(std::string_view directory) {
  constexpr int century_turn = 80, halves = 3;
  if (directory.size() < 4 || directory[1] < '0' || directory[1] > '9' || directory[2] < '0' || directory[2] > '9')
    return 0;
  const int year = (directory[1] - '0') * 10 + (directory[2] - '0');
  const char half = directory[3];
  return (year >= century_turn ? year : year + 100) * halves + (half >= 'a' ? half - 'a' : half - '1');
}

Error with_faults(Error error, const std::vector<Finding>& faults) {
  for (const Finding& fault : faults) {
    if (fault.severity != Severity::error) continue;
    if (!error.detail.empty()) error.detail += "; ";
    error.detail += fault.message;
    break;
  }
  return error;
}

}  // namespace

struct Catalogue::State {
  explicit State(std::shared_ptr<const TextSource> source_in) : source(std::move(source_in)), loader(*source) {}
  std::shared_ptr<const TextSource> source;
  guide::GuideLoader loader;   // keeps the dictionaries that guides of a version share
  std::recursive_mutex mutex;  // loading a map loads its guide
  std::map<std::string, Result<std::unique_ptr<guide::CompiledGuide>>> guides;
  std::map<std::string, Result<std::unique_ptr<mapping::CompiledMap>>> maps;
  std::map<std::string, std::vector<Finding>> guide_faults, map_faults;  ///< of those that could not be loaded
  std::map<std::string, PartnerFolder> partners;
  std::map<std::string, GuideChoice, std::less<>> choices;
  std::vector<std::string> ids;  ///< of all guides, sorted
};

Catalogue::Catalogue(std::shared_ptr<const TextSource> source) : state_(std::make_unique<State>(std::move(source))) {
  for (const std::string& path : state_->source->list(std::string(guides_folder))) {
    if (!path.ends_with(".yaml")) continue;
    std::string id = path.substr(guides_folder.size(), path.size() - guides_folder.size() - 5);
    // version/set: x12/004010/214. Dictionaries and code lists have other shapes.
    const std::size_t slash = id.rfind('/');
    if (std::count(id.begin(), id.end(), '/') != 2 || slash + 1 >= id.size()) continue;
    const std::string set = id.substr(slash + 1);
    if (set == "elements" || set == "segments" || set == "composites") continue;
    state_->ids.push_back(std::move(id));
  }
  std::sort(state_->ids.begin(), state_->ids.end());
}

Catalogue::~Catalogue() = default;

Result<const guide::CompiledGuide*> Catalogue::guide(const std::string& id) const {
  const std::scoped_lock lock(state_->mutex);
  auto found = state_->guides.find(id);
  if (found == state_->guides.end()) {
    std::vector<Finding> faults;
    auto loaded = state_->loader.load(id, faults);
    if (!loaded) {
      loaded = tl::unexpected(with_faults(std::move(loaded).error(), faults));
      state_->guide_faults[id] = std::move(faults);
    }
    found = state_->guides.emplace(id, std::move(loaded)).first;
  }
  if (!found->second) return tl::unexpected(found->second.error());
  return found->second->get();
}

Result<Catalogue::GuideChoice> Catalogue::guide_for(std::string_view set, std::string_view gs08) const {
  const std::scoped_lock lock(state_->mutex);
  const std::string key = std::string(set) + "/" + std::string(gs08);
  if (const auto known = state_->choices.find(key); known != state_->choices.end()) return known->second;
  const std::string release = release_of(gs08);
  std::string best, lowest;
  for (const std::string& id : state_->ids) {
    if (!id.starts_with("x12/") || id.substr(id.rfind('/') + 1) != set) continue;
    const std::string version = id.substr(4, id.rfind('/') - 4);
    if (version <= release) best = id;  // ids are sorted: the last one that fits is the nearest
    if (lowest.empty()) lowest = id;
  }
  if (best.empty()) best = release.empty() ? lowest : std::string();
  if (best.empty())
    return fail(Code::guide_unknown, "there is no guide for transaction set " + std::string(set) + " in release " +
                                         std::string(gs08) + " or a lower one");
  TRY(const guide::CompiledGuide* chosen, guide(best));
  GuideChoice choice{chosen, chosen->version != release};
  if (state_->choices.size() < 4096) state_->choices.emplace(key, choice);  // GS08 comes from outside: bounded
  return choice;
}

Result<Catalogue::GuideChoice> Catalogue::guide_for_message(const MessageName& message,
                                                            std::string_view directory) const {
  const std::scoped_lock lock(state_->mutex);
  const std::string type(message.type);
  const auto installed = [&](const std::string& version) {
    return std::binary_search(state_->ids.begin(), state_->ids.end(), "edifact/" + version + "/" + type);
  };
  const auto choose = [&](const std::string& version, bool substituted) -> Result<GuideChoice> {
    TRY(const guide::CompiledGuide* chosen, guide("edifact/" + version + "/" + type));
    return GuideChoice{chosen, substituted};
  };
  if (!directory.empty()) return choose(directory_name(directory), false);
  const std::string service = message.version == "4" || message.syntax_version == "4" ? "service-4" : "service-3";
  if (installed(service)) return choose(service, false);
  const std::string wanted = directory_name(std::string(message.version) + std::string(message.release));
  std::string association(message.association);
  for (char& c : association) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  if (!association.empty() && installed(wanted + "-" + association)) return choose(wanted + "-" + association, false);
  if (installed(wanted)) return choose(wanted, false);
  std::string best;
  int distance = 0;
  for (const std::string& id : state_->ids) {
    if (!id.starts_with("edifact/d") || id.substr(id.rfind('/') + 1) != type) continue;
    const std::string version = id.substr(8, id.rfind('/') - 8);
    const int apart = std::abs(directory_age(version) - directory_age(wanted));
    if (!best.empty() && apart >= distance) continue;  // ids are sorted by name, ties go to the one found first
    best = version;
    distance = apart;
  }
  if (best.empty()) return fail(Code::guide_unknown, "there is no guide for message " + type + " in any directory");
  return choose(best, true);
}

Result<const mapping::CompiledMap*> Catalogue::map(const std::string& id) const {
  const std::scoped_lock lock(state_->mutex);
  auto found = state_->maps.find(id);
  if (found == state_->maps.end()) {
    if (state_->maps.size() > 4096 || !state_->source->exists(mapping::map_folder(id) + std::string(map_file)))
      return fail(Code::map_unknown, "there is no map " + id);
    std::vector<Finding> faults;
    auto loaded = mapping::load_map(*this, id, faults);
    if (!loaded) state_->map_faults[id] = std::move(faults);
    found = state_->maps.emplace(id, std::move(loaded)).first;
  }
  if (!found->second) return tl::unexpected(found->second.error());
  return found->second->get();
}

std::vector<Finding> Catalogue::guide_faults(const std::string& id) const {
  const std::scoped_lock lock(state_->mutex);
  const auto found = state_->guide_faults.find(id);
  return found == state_->guide_faults.end() ? std::vector<Finding>() : found->second;
}

std::vector<Finding> Catalogue::map_faults(const std::string& id) const {
  const std::scoped_lock lock(state_->mutex);
  const auto found = state_->map_faults.find(id);
  return found == state_->map_faults.end() ? std::vector<Finding>() : found->second;
}

const PartnerFolder& Catalogue::partner(const std::string& name) const {
  const std::scoped_lock lock(state_->mutex);
  auto found = state_->partners.find(name);
  if (found == state_->partners.end()) found = state_->partners.emplace(name, load_partner_folder(*this, name)).first;
  return found->second;
}

std::vector<std::string> Catalogue::guide_ids() const { return state_->ids; }

std::vector<std::string> Catalogue::map_ids() const {
  std::vector<std::string> ids;
  for (const std::string& path : state_->source->list(std::string(maps_folder)))
    if (path.ends_with(map_file))
      ids.push_back(path.substr(maps_folder.size(), path.size() - maps_folder.size() - map_file.size()));
  for (const std::string& path : state_->source->list("partners"))
    if (path.ends_with(map_file)) ids.push_back(path.substr(0, path.size() - map_file.size()));
  return ids;
}

const TextSource& Catalogue::source() const { return *state_->source; }

}  // namespace crossdock
