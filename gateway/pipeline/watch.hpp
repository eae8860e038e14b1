// Looks at the whole now and then: do the books balance, is an answer from a partner overdue, how full is everything.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "gateway/pipeline/context.hpp"
#include "gateway/store/books.hpp"

namespace crossdock::pipeline {

class Watch : public std::enable_shared_from_this<Watch> {
 public:
  explicit Watch(Context& context) : context_(context) {}
  void start();
  /// Both looks now; also called by the timer.
  void look();

 private:
  void look_at_books();
  void look_at_expectations();
  void again();
  void report(const std::vector<store::BookLine>& lines);

  Context& context_;
  bool unbalanced_ = false;
  std::chrono::milliseconds pause_{5000};
};

}  // namespace crossdock::pipeline
