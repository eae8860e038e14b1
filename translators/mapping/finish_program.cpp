// The last steps of compiling a map: compact forms of what runs often.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/base/json_text.hpp"
#include "translators/mapping/json_buffer.hpp"
#include "translators/mapping/program.hpp"

namespace crossdock::mapping {
namespace {

/// Keys, and values of a table's columns row by row, in memory that may be read past their ends.
void pool_values(Program& program) {
  std::size_t bytes = text_slack;
  for (const EmitNode& node : program.emit) bytes += node.key.size();
  for (Codec& codec : program.codecs) {
    if (codec.kind == CodecKind::quantity && codec.table != nullptr && codec.flat.empty())
      for (const CodeTable::Row& row : codec.table->rows()) codec.flat.push_back(row.values[0]);
    for (const std::string_view text : codec.flat) bytes += text.size();
  }
  program.pool = std::make_unique<char[]>(bytes);
  char* to = program.pool.get();
  for (std::size_t i = 0; i < program.emit.size(); ++i) {
    const std::string& key = program.emit[i].key;
    program.emit_steps[i].key = to;
    to = std::copy(key.begin(), key.end(), to);
  }
  for (Codec& codec : program.codecs) {
    codec.flat_plain = true;
    for (std::string_view& text : codec.flat) {
      if (text.empty()) continue;
      codec.flat_plain = copy_plain_json(to, text.data(), text.size()) && codec.flat_plain;
      text = {to, text.size()};
      to += text.size();
    }
  }
}

}  // namespace

void finish_program(Program& program) {
  for (const EmitNode& node : program.emit) {
    EmitStep step;
    step.mask = node.mask;
    step.key_size = static_cast<std::uint32_t>(node.key.size());
    step.slot = node.slot;
    step.layout = node.layout;
    step.first = node.children.first;
    step.count = node.children.count;
    step.kind = node.kind;
    step.required = node.required;
    program.emit_steps.push_back(step);
  }
  pool_values(program);
  share_ops(program);
}

}  // namespace crossdock::mapping
