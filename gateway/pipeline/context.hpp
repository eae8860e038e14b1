// What all steps of the pipeline share: the parts it was given, the configuration of the moment, ids and figures.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "gateway/base/log.hpp"
#include "gateway/pipeline/documents.hpp"
#include "gateway/pipeline/identify.hpp"
#include "gateway/pipeline/pipeline.hpp"

namespace crossdock::pipeline {

/// A configuration with what is looked up in it, made once.
struct Rules {
  explicit Rules(std::shared_ptr<const Bundle> given) : bundle(std::move(given)), partners(*bundle) {}
  std::shared_ptr<const Bundle> bundle;
  PartnerIndex partners;
};

struct Context {
  Context(const Parts& given, std::shared_ptr<const Bundle> bundle)
      : parts(given), uuids(given.clock, given.random), rules(std::make_shared<const Rules>(std::move(bundle))) {}
  Parts parts;
  base::UuidSource uuids;
  std::shared_ptr<const Rules> rules;
  std::atomic<bool> stopping{false};  ///< workers look too

  [[nodiscard]] base::Instant now() const { return parts.clock.now(); }
  [[nodiscard]] base::SteadyInstant steady() const { return parts.clock.steady(); }
  /// Raises an exception of the program: a row, a log line, a figure; once while it is open.
  void alarm(Code code, const std::string& subject, const std::string& detail);
  void all_clear(Code code, const std::string& subject);
};

}  // namespace crossdock::pipeline
