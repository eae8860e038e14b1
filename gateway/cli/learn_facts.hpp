// What a partner's sample documents show: who sends to whom, in which form, and what of each guide is used how often.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "gateway/cli/input.hpp"
#include "translators/catalogue.hpp"

namespace crossdock::cli {

using Counts = std::map<std::string, std::uint64_t>;

/// One element or component of a place of the guide.
struct ElementFacts {
  static constexpr std::size_t values_max = 50;  ///< distinct values that are kept
  std::uint64_t filled = 0;
  std::size_t length_max = 0;
  Counts values;
  bool more_values = false;
};

/// One segment or loop of the guide.
struct NodeFacts {
  std::uint64_t seen = 0;                                                    ///< occurrences
  std::uint64_t holders = 0;                                                 ///< occurrences of what it stands in
  std::uint64_t in = 0;                                                      ///< of those, how many have it
  std::uint64_t most = 0;                                                    ///< in one of them
  std::map<std::pair<std::uint16_t, std::uint16_t>, ElementFacts> elements;  ///< element, component (0: simple)
};

/// What a finding says, once for all documents.
struct DeviationFacts {
  std::uint64_t count = 0;
  std::string example;  ///< `file:line`, and the first message
};

/// All documents of one guide that go one way.
struct SetFacts {
  std::string guide, version;  ///< guide id (empty: none is installed), and what the documents call their version
  std::string set;
  std::uint64_t sets = 0, faulty = 0;
  std::map<guide::NodeIndex, NodeFacts> nodes;
  std::map<std::string, DeviationFacts> deviations;  ///< by code and place
};

/// One side of an exchange, as its envelopes name it.
struct SideFacts {
  std::uint64_t interchanges = 0;
  bool edifact = false;
  Counts receivers, group_senders, group_receivers, delimiters, versions, syntaxes, service_strings, usages, requests;
  std::map<std::string, SetFacts> sets;  ///< by guide id, else by set
};

struct LearntFacts {
  std::vector<std::string> files;
  std::map<std::string, SideFacts> senders;   ///< by `02:ACFL`, of EDIFACT `edifact:14:ACFL`
  std::map<std::string, std::string> unread;  ///< file: why
};

/// Reads one sample. A file that cannot be read to its end is noted in `unread`; what stood before counts.
void learn_sample(const Catalogue& catalogue, Input& input, LearntFacts& facts);

}  // namespace crossdock::cli
