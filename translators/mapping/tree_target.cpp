// Building a tree from places.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/tree_target.hpp"

#include <algorithm>

#include "translators/base/json_text.hpp"
#include "translators/mapping/codec.hpp"

namespace crossdock::mapping {

using Kind = TreeStep::Kind;

TreeTarget::TreeTarget(const Program& program)
    : program_(program), root_(std::make_unique<OutNode>()), levels_(program.levels.size(), nullptr) {
  levels_[0] = root_.get();
}

OutNode* TreeTarget::add(OutNode* parent, std::uint32_t shape) {
  OutNode* const made = parent->children.emplace_back(std::make_unique<OutNode>()).get();
  made->shape = shape;
  made->parent = parent;
  return made;
}

OutNode* TreeTarget::below(OutNode* at, const std::vector<std::string>& path) const {
  for (const std::string& name : path) {
    const auto found = std::find_if(at->children.begin(), at->children.end(), [&](const auto& child) {
      return !program_.shapes[child->shape].item && program_.shapes[child->shape].key == name;
    });
    if (found == at->children.end()) return nullptr;
    at = found->get();
  }
  return at;
}

bool TreeTarget::fits(const OutNode& node, const TreeStep& step) const {
  return std::all_of(step.tests.begin(), step.tests.end(), [&](const TreeTest& test) {
    const OutNode* const at = below(const_cast<OutNode*>(&node), test.path);
    const std::string_view value = at == nullptr ? std::string_view{} : std::string_view(at->text);
    return (std::find(test.values.begin(), test.values.end(), value) != test.values.end()) != test.negated;
  });
}

OutNode* TreeTarget::find(OutNode* at, const TreeStep& step) const {
  std::uint32_t position = 0;
  for (const auto& child : at->children) {
    if (child->shape != step.shape) continue;
    if (step.kind == Kind::index) {
      if (position++ == step.index) return child.get();
    } else if (fits(*child, step) && (step.index == 0 || ++position == step.index)) {
      return child.get();
    }
  }
  return nullptr;
}

OutNode* TreeTarget::make(OutNode* at, const TreeStep& step) {
  // A position far behind what is there: what lies between stays empty.
  const std::uint32_t wanted = step.kind == Kind::index ? step.index : step.index == 0 ? 0 : step.index - 1;
  auto there = static_cast<std::uint32_t>(std::count_if(at->children.begin(), at->children.end(),
                                                        [&](const auto& child) { return child->shape == step.shape; }));
  for (; there < wanted; ++there) add(at, step.shape);
  OutNode* const made = add(at, step.shape);
  for (const TreeTest& test : step.tests) {
    if (test.negated) continue;
    OutNode* holder = made;
    for (const std::string& name : test.path) {
      OutNode* next = below(holder, {name});
      for (std::uint32_t i = 0; next == nullptr && i < program_.shapes.size(); ++i)
        if (program_.shapes[i].parent == holder->shape && !program_.shapes[i].item && program_.shapes[i].key == name)
          next = add(holder, i);
      if (next == nullptr) break;
      holder = next;
    }
    holder->has_value = true;
    holder->text = test.values.front();
  }
  return made;
}

/// Goes down a locator; finds what fits or makes it. `fresh`: the last step that repeats is made anew.
OutNode* TreeTarget::reach(const Locator& locator, bool fresh, Opened* made) {
  OutNode* at = levels_[locator.level] != nullptr ? levels_[locator.level] : root_.get();
  std::uint32_t anew = nothing;
  for (std::uint32_t i = 0; fresh && i < locator.steps.count; ++i)
    if (program_.document != DocumentKind::json || program_.tree_steps[locator.steps.first + i].kind == Kind::every)
      anew = i;
  for (std::uint32_t i = 0; i < locator.steps.count; ++i) {
    const TreeStep& step = program_.tree_steps[locator.steps.first + i];
    OutNode* next = i == anew ? nullptr : find(at, step);
    if (next == nullptr) {
      next = make(at, step);
      if (made != nullptr && made->made == nullptr) *made = {at, next};
    }
    at = next;
  }
  return at;
}

void TreeTarget::put(const Place& place, std::string_view value, std::uint32_t line) {
  OutNode* const node = reach(program_.locators[place.locator], false, nullptr);
  node->has_value = true;
  node->type = place.type;
  node->text = value;
  node->line = line;
}

void TreeTarget::open(const Locator& locator, std::uint32_t level, bool fresh) {
  Opened opened;
  OutNode* at = reach(locator, fresh, &opened);
  opened_.push_back(opened);
  levels_[level] = at;
  for (std::uint32_t above = program_.levels[level].above; above != nothing && above != locator.level && at->parent;
       above = program_.levels[above].above) {
    at = at->parent;
    levels_[above] = at;
  }
}

void TreeTarget::close(bool keep) {
  const Opened opened = opened_.back();
  opened_.pop_back();
  if (keep || opened.holder == nullptr) return;
  std::erase_if(opened.holder->children, [&](const auto& child) { return child.get() == opened.made; });
}

std::string_view TreeTarget::value(const Place& place) const {
  const Locator& locator = program_.locators[place.locator];
  OutNode* at = levels_[locator.level];
  for (std::uint32_t i = 0; i < locator.steps.count && at != nullptr; ++i)
    at = find(at, program_.tree_steps[locator.steps.first + i]);
  return at == nullptr ? std::string_view{} : std::string_view(at->text);
}

void TreeTarget::sort() {
  std::vector<OutNode*> open = {root_.get()};
  while (!open.empty()) {
    OutNode* const node = open.back();
    open.pop_back();
    std::stable_sort(node->children.begin(), node->children.end(), [&](const auto& a, const auto& b) {
      return program_.shapes[a->shape].rank < program_.shapes[b->shape].rank;
    });
    for (auto& child : node->children) open.push_back(child.get());
  }
}

std::unique_ptr<OutNode> TreeTarget::take_record(const Locator&, std::uint32_t level) {
  OutNode* const record = levels_[level];
  if (record == nullptr || record->parent == nullptr) return nullptr;
  auto& siblings = record->parent->children;
  const auto found =
      std::find_if(siblings.begin(), siblings.end(), [&](const auto& child) { return child.get() == record; });
  auto out = std::move(*found);
  siblings.erase(found);
  return out;
}

void TreeTarget::add_record(const Locator& locator, std::unique_ptr<OutNode> record) {
  OutNode* at = root_.get();
  for (std::uint32_t i = 0; i + 1 < locator.steps.count; ++i) {
    const TreeStep& step = program_.tree_steps[locator.steps.first + i];
    OutNode* const next = find(at, step);
    at = next != nullptr ? next : make(at, step);
  }
  record->parent = at;
  at->children.push_back(std::move(record));
}

namespace {

class JsonWriter {
 public:
  explicit JsonWriter(const Program& program) : program_(program) {}

  /// Nested as deeply as paths are long (path_steps_max a `for`, at most 8 blocks).
  void node(const OutNode& at) {
    if (!at.children.empty()) return container(at);
    if (!at.has_value) {
      out += at.parent == nullptr ? "{}" : "null";
    } else if ((at.type == ValueType::number && is_json_number(at.text, false)) ||
               (at.type == ValueType::boolean && (at.text == "true" || at.text == "false"))) {
      out += at.text;
    } else {
      append_json_string(out, at.text);
    }
  }

  std::string out;

 private:
  void container(const OutNode& at) {
    const bool list = program_.shapes[at.children.front()->shape].item;
    out += list ? '[' : '{';
    bool first = true;
    for (const auto& child : at.children) {
      if (!first) out += ',';
      first = false;
      if (!list) {
        append_json_string(out, program_.shapes[child->shape].key);
        out += ':';
      }
      node(*child);
    }
    out += list ? ']' : '}';
  }

  const Program& program_;
};

}  // namespace

std::string write_json(const Program& program, const OutNode& root) {
  JsonWriter writer(program);
  writer.node(root);
  return std::move(writer.out);
}

}  // namespace crossdock::mapping
