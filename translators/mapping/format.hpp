// Settings of a map's document that are not lines.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "translators/flat/flat_format.hpp"

namespace crossdock::mapping {

enum class DocumentKind : std::uint8_t { segments, json, xml, csv, fixed };

struct Format {
  std::map<std::string, std::string> namespaces;  ///< XML: prefix to namespace
  bool declaration = true, indent = false;        ///< XML, written
  std::string record;                             ///< XML: path of the records where the map's `for` does not say it
  flat::FlatFormat flat;
};

/// Ways to the records that a document can be cut into before a tree is built: names from the root on; JSON: members on
/// the way to a list. Empty: the document is read as a whole.
struct Cuts {
  std::vector<std::vector<std::string>> paths;
  bool surroundings = false;  ///< lines look at what stands outside of records
};

}  // namespace crossdock::mapping
