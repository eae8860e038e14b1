// The steps put together, in the order in which a message passes them.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/pipeline.hpp"

#include "gateway/pipeline/batcher.hpp"
#include "gateway/pipeline/deliverer.hpp"
#include "gateway/pipeline/operator.hpp"
#include "gateway/pipeline/processor.hpp"
#include "gateway/pipeline/receiver.hpp"
#include "gateway/pipeline/watch.hpp"
#include "gateway/store/keys.hpp"

namespace crossdock::pipeline {

class Pipeline::State {
 public:
  State(const Parts& parts, std::shared_ptr<const Bundle> bundle)
      : context(parts, std::move(bundle)),
        deliverer(std::make_shared<Deliverer>(context)),
        batcher(std::make_shared<Batcher>(
            context, [this](std::vector<LaneItemPtr> items) { deliverer->add(std::move(items)); },
            Batcher::Gates{
                [this](const std::string& target, const std::string& lane) {
                  return deliverer->is_stopped(target, lane);
                },
                [this](const std::string& target, const std::string& lane) { deliverer->stop_lane(target, lane); }})),
        processor(std::make_shared<Processor>(
            context, [this](std::vector<LaneItemPtr> items) { deliverer->add(std::move(items)); },
            [this](store::Seq message) { deliverer->add_message(message); })),
        receiver(std::make_shared<Receiver>(context, *processor, *deliverer)),
        person(std::make_shared<Operator>(context, *processor, *deliverer)),
        watch(std::make_shared<Watch>(context)) {
    deliverer->send_documents_to([this](LaneItemPtr item) { batcher->add(std::move(item)); });
  }

  void note_bundle() {
    static_cast<void>(context.parts.store.write(
        [hash = context.rules->bundle->hash, now = context.now()](store::Transaction& transaction) -> Status {
          store::insert_bundle(transaction, hash, now);
          return {};
        },
        [](const Status&) {}, true));
  }

  Context context;
  std::shared_ptr<Deliverer> deliverer;
  std::shared_ptr<Batcher> batcher;
  std::shared_ptr<Processor> processor;
  std::shared_ptr<Receiver> receiver;
  std::shared_ptr<Operator> person;
  std::shared_ptr<Watch> watch;
};

Pipeline::Pipeline(Parts parts, std::shared_ptr<const Bundle> bundle)
    : state_(std::make_shared<State>(parts, std::move(bundle))) {}
Pipeline::~Pipeline() = default;

void Pipeline::start(std::function<void(Status)> ready) {
  state_->note_bundle();
  // Deliveries first: what was decided before the restart keeps its place before what is decided now.
  state_->deliverer->start([state = state_, ready = std::move(ready)](const Status& loaded) {
    if (!loaded) return ready(loaded);
    state->processor->start([state, ready](const Status& resumed) {
      if (!resumed) return ready(resumed);
      state->receiver->open();
      state->watch->start();
      ready({});
    });
  });
}

void Pipeline::show_exactly(Code code, const std::map<std::string, std::string>& subjects) {
  for (const auto& [subject, detail] : subjects) state_->context.alarm(code, subject, detail);
  const std::string_view text = info(code).text;
  const base::Instant at = state_->context.now();
  static_cast<void>(state_->context.parts.store.write(
      [=](store::Transaction& transaction) -> Status {
        for (const std::string& subject : store::open_subjects(transaction, text))
          if (!subjects.contains(subject)) store::close_exception(transaction, text, subject, at);
        return {};
      },
      [](const Status&) {}, true));
}

void Pipeline::use(std::shared_ptr<const Bundle> bundle) {
  state_->context.rules = std::make_shared<const Rules>(std::move(bundle));
  state_->note_bundle();
  state_->deliverer->refresh();
}

Intake& Pipeline::intake() { return *state_->receiver; }

Operations& Pipeline::operations() { return *state_->person; }

std::vector<TargetState> Pipeline::targets() const { return state_->deliverer->describe_targets(); }

void Pipeline::look_again(const std::string& delivery_id) { state_->deliverer->look_again(delivery_id); }

void Pipeline::alarm(Code code, const std::string& subject, const std::string& detail) {
  state_->context.alarm(code, subject, detail);
}

void Pipeline::all_clear(Code code, const std::string& subject) { state_->context.all_clear(code, subject); }

void Pipeline::stop(std::function<void()> drained) {
  state_->receiver->close();
  state_->context.stopping = true;
  if (state_->deliverer->in_flight() == 0) return state_->context.parts.executor.post(std::move(drained));
  state_->deliverer->on_idle(std::move(drained));
}

}  // namespace crossdock::pipeline
