// Connections to partners' servers: lent to one thread at a time, kept for the next use, never more than agreed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "gateway/channels/files/remote_folder.hpp"

namespace crossdock::files {

/// One server with one account, and how many connections it bears.
struct Endpoint {
  std::shared_ptr<Connector> connector;
  std::size_t at_once = 4;
  std::chrono::milliseconds idle{60'000}, keep_alive{30'000};
};

/// All connections of the process. Thread-safe; connecting and closing happen outside of the lock.
class Sessions {
 public:
  explicit Sessions(std::size_t connections_max) : connections_max_(connections_max) {}
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;

  /// A session in use. Goes back when destroyed; one that is lost, or no longer wanted, is closed.
  class Lease {
   public:
    Lease(Sessions& owner, std::shared_ptr<const Endpoint> endpoint, std::unique_ptr<RemoteFolder> session)
        : owner_(&owner), endpoint_(std::move(endpoint)), session_(std::move(session)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) noexcept = default;
    ~Lease() {
      if (session_) owner_->give_back(endpoint_, std::move(session_));
    }
    [[nodiscard]] RemoteFolder& operator*() const { return *session_; }
    [[nodiscard]] RemoteFolder* operator->() const { return session_.get(); }

   private:
    Sessions* owner_;
    std::shared_ptr<const Endpoint> endpoint_;
    std::unique_ptr<RemoteFolder> session_;
  };

  /// One that is idle and still answers, else a new one; waits up to `patience` where all are in use. Blocking.
  /// Errors: files.budget, those of Connector::connect().
  [[nodiscard]] Result<Lease> lease(const std::shared_ptr<const Endpoint>& endpoint,
                                    std::chrono::milliseconds patience);
  /// Closes what was idle for long, asks the others whether they live. Blocking; call it now and then.
  void sweep();
  /// Closes the idle ones of an endpoint that is no longer configured.
  void forget(const std::shared_ptr<const Endpoint>& endpoint);
  void set_connections_max(std::size_t connections);
  [[nodiscard]] std::size_t open() const;

 private:
  using SteadyInstant = std::chrono::steady_clock::time_point;
  struct Idle {
    std::shared_ptr<const Endpoint> endpoint;
    std::unique_ptr<RemoteFolder> session;
    SteadyInstant since, asked;
  };
  void give_back(const std::shared_ptr<const Endpoint>& endpoint, std::unique_ptr<RemoteFolder> session);
  [[nodiscard]] std::unique_ptr<RemoteFolder> take_idle(const Endpoint* endpoint);
  void drop(const Endpoint* endpoint);

  mutable std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t connections_max_;
  std::size_t open_ = 0;  ///< in use and idle
  std::map<const Endpoint*, std::size_t> in_use_;
  std::deque<Idle> idle_;  ///< the longest idle first
};

}  // namespace crossdock::files
