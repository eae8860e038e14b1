// Deliveries that stand in the table only: after a restart, and when memory was full. Read in pages, oldest first.
// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <utility>

#include "gateway/base/limits.hpp"
#include "gateway/pipeline/deliverer.hpp"

namespace crossdock::pipeline {
namespace {

constexpr std::size_t page_rows = 500;
constexpr std::size_t read_max = base::limits::outbox_max / 2;  // what stands in the table may wait there

const store::Sql sql_newest{"SELECT coalesce(max(seq), 0) FROM delivery"};

// One query for both ways of asking: ?4 = 0 means all messages; otherwise one and what answers it.
const store::Sql sql_items{
    "SELECT d.seq, e.id, e.type, e.json, m.id, m.sha256, m.file_name, m.content_type, m.traceparent FROM delivery d "
    "JOIN message m ON m.seq=d.message LEFT JOIN event e ON e.seq=d.event "
    "WHERE d.state=11 AND d.seq>?1 AND d.seq<=?2 AND d.carried_by IS NULL AND m.stage=2 AND (?4=0 OR d.message=?4 "
    "OR (m.linked_to=?4 AND m.link IN ('acknowledges', 'advises'))) "
    "ORDER BY d.seq LIMIT ?3"};

}  // namespace

std::vector<LaneItemPtr> load_items(store::Connection& connection, store::Seq message, store::Seq after,
                                    store::Seq until, std::size_t limit) {
  std::vector<LaneItemPtr> out;
  {
    const auto rows = connection.query(sql_items, after, until, limit, message);
    while (rows->next()) {
      auto item = std::make_shared<LaneItem>();
      item->row.seq = rows->integer(0);
      item->event_id = rows->string(1);
      item->event_type = rows->string(2);
      if (!rows->is_null(3)) item->event_json = std::make_shared<const std::string>(rows->string(3));
      item->message_id = rows->string(4);
      if (rows->is_null(3)) {
        item->sha256 = rows->string(5);
        item->file_name = rows->string(6);
        item->content_type = rows->string(7);
      }
      item->traceparent = rows->string(8);
      out.push_back(std::move(item));
    }
  }
  for (const LaneItemPtr& item : out)
    if (auto row = store::load_delivery(connection, item->row.seq)) item->row = std::move(*row);
  return out;
}

void Deliverer::start(std::function<void(Status)> ready) {
  struct Found {
    std::vector<std::pair<std::string, std::string>> stopped;
    store::Seq newest = 0;
  };
  const auto found = std::make_shared<Found>();
  ready_ = std::move(ready);
  const Status queued = context_.parts.store.read(
      [found](store::Connection& connection) -> Status {
        found->stopped = store::load_stopped_lanes(connection);
        if (const auto rows = connection.query(sql_newest); rows->next()) found->newest = rows->integer(0);
        return {};
      },
      [self = shared_from_this(), found](const Status& status) {
        if (!status) return std::exchange(self->ready_, {})(status);
        for (const auto& [target, lane] : found->stopped) self->target(target).lanes.mark_stopped(lane);
        self->sources_.push_back({0, 0, found->newest});
        self->load();
      });
  if (!queued) std::exchange(ready_, {})(queued);
}

void Deliverer::add_message(store::Seq message) {
  sources_.push_back({message, 0, std::numeric_limits<store::Seq>::max()});
  load();
}

void Deliverer::load_more() {
  if (!sources_.empty() && held_.size() < read_max / 2) load();
}

void Deliverer::load() {
  if (loading_ || sources_.empty() || held_.size() >= read_max) return;
  loading_ = true;
  const Source source = sources_.front();
  const auto items = std::make_shared<std::vector<LaneItemPtr>>();
  const Status queued = context_.parts.store.read(
      [items, source](store::Connection& connection) -> Status {
        *items = load_items(connection, source.message, source.after, source.until, page_rows);
        return {};
      },
      [self = shared_from_this(), items](const Status& status) {
        self->loading_ = false;
        if (!status) {
          base::log(base::LogLevel::error, "deliver", status.error());
          self->gone_.clear();
          self->context_.parts.executor.post_after(std::chrono::milliseconds{500}, [self] { self->load(); });
          return;
        }
        const bool last = items->size() < page_rows;
        self->loaded(std::move(*items), last);
      });
  if (queued) return;
  loading_ = false;
  context_.parts.executor.post_after(std::chrono::milliseconds{100}, [self = shared_from_this()] { self->load(); });
}

void Deliverer::loaded(std::vector<LaneItemPtr> items, bool last) {
  const bool restart = sources_.front().message == 0;
  if (!items.empty()) sources_.front().after = items.back()->row.seq;
  if (last) sources_.pop_front();
  const std::unordered_set<store::Seq> gone = std::exchange(gone_, {});
  for (LaneItemPtr& item : items) {
    if (gone.contains(item->row.seq)) continue;  // it ended while the table was read
    // A copy of this thread's own: what a reader's thread allocated stays with that thread's heap, twice as much in
    // all.
    auto own = std::make_shared<LaneItem>(*item);
    if (own->event_json) own->event_json = std::make_shared<const std::string>(*own->event_json);
    own->from_table = restart;
    item.reset();
    place(std::move(own), false);
  }
  if (ready_)
    std::exchange(ready_, {})(Status{});  // intake may begin with the first page: younger ones wait in the table
  load();
}

}  // namespace crossdock::pipeline
