// Lending and keeping.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/files/sessions.hpp"

#include <algorithm>

namespace crossdock::files {

std::unique_ptr<RemoteFolder> Sessions::take_idle(const Endpoint* endpoint) {
  // The one used last: it is the likeliest to live.
  const auto found = std::find_if(idle_.rbegin(), idle_.rend(),
                                  [endpoint](const Idle& one) { return one.endpoint.get() == endpoint; });
  if (found == idle_.rend()) return nullptr;
  auto session = std::move(found->session);
  idle_.erase(std::next(found).base());
  return session;
}

Result<Sessions::Lease> Sessions::lease(const std::shared_ptr<const Endpoint>& endpoint,
                                        std::chrono::milliseconds patience) {
  std::unique_ptr<RemoteFolder> session, evicted;
  {
    std::unique_lock lock(mutex_);
    const auto free = [&] {
      if (in_use_[endpoint.get()] >= endpoint->at_once) return false;
      if (open_ < connections_max_) return true;
      return !idle_.empty();
    };
    if (!freed_.wait_for(lock, patience, free))
      return fail(Code::files_budget, endpoint->connector->endpoint() + ": " + std::to_string(in_use_[endpoint.get()]) +
                                          " connections of this channel, " + std::to_string(open_) + " of all");
    ++in_use_[endpoint.get()];
    session = take_idle(endpoint.get());
    if (!session) {
      if (open_ >= connections_max_ && !idle_.empty()) {
        evicted = std::move(idle_.front().session);
        idle_.pop_front();
        --open_;
      }
      ++open_;
    }
  }
  evicted.reset();
  if (session) {
    if (session->keep_alive()) return Lease(*this, endpoint, std::move(session));
    session.reset();  // it died while nobody looked
  }
  auto connected = endpoint->connector->connect();
  if (!connected) {
    drop(endpoint.get());
    return tl::unexpected(connected.error());
  }
  return Lease(*this, endpoint, std::move(*connected));
}

void Sessions::drop(const Endpoint* endpoint) {
  const std::lock_guard lock(mutex_);
  --open_;
  if (--in_use_[endpoint] == 0) in_use_.erase(endpoint);
  freed_.notify_all();
}

void Sessions::give_back(const std::shared_ptr<const Endpoint>& endpoint, std::unique_ptr<RemoteFolder> session) {
  // The last one who holds the endpoint is us: the configuration has another by now.
  if (session->is_lost() || endpoint->idle.count() == 0 || endpoint.use_count() == 1) {
    session.reset();
    return drop(endpoint.get());
  }
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  if (--in_use_[endpoint.get()] == 0) in_use_.erase(endpoint.get());
  idle_.push_back({endpoint, std::move(session), now, now});
  freed_.notify_all();
}

void Sessions::sweep() {
  std::deque<Idle> looked_at;
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    for (auto one = idle_.begin(); one != idle_.end();) {
      if (now - one->since < one->endpoint->idle && now - one->asked < one->endpoint->keep_alive) {
        ++one;
        continue;
      }
      looked_at.push_back(std::move(*one));
      one = idle_.erase(one);
    }
  }
  for (Idle& one : looked_at) {
    const bool keep = now - one.since < one.endpoint->idle && one.endpoint.use_count() > 1 && one.session->keep_alive();
    if (!keep) one.session.reset();
    const std::lock_guard lock(mutex_);
    if (keep) {
      one.asked = std::chrono::steady_clock::now();
      idle_.push_front(std::move(one));
    } else {
      --open_;
    }
    freed_.notify_all();
  }
}

void Sessions::forget(const std::shared_ptr<const Endpoint>& endpoint) {
  std::deque<Idle> closed;
  const std::lock_guard lock(mutex_);
  for (auto one = idle_.begin(); one != idle_.end();) {
    if (one->endpoint != endpoint) {
      ++one;
      continue;
    }
    closed.push_back(std::move(*one));
    one = idle_.erase(one);
    --open_;
  }
  freed_.notify_all();
}

void Sessions::set_connections_max(std::size_t connections) {
  const std::lock_guard lock(mutex_);
  connections_max_ = connections;
  freed_.notify_all();
}

std::size_t Sessions::open() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

}  // namespace crossdock::files
