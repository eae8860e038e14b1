// Overlay files: which guide they narrow, and the guide that results.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/overlay.hpp"

#include "translators/guide/overlay_reader.hpp"
#include "translators/guide/program.hpp"
#include "translators/guide/structure.hpp"
#include "translators/guide/yaml_tree.hpp"

namespace crossdock::guide {

Result<std::string> overlay_base(std::string_view text, const std::string& file) {
  std::vector<Finding> findings;
  Faults faults(file, findings);
  const std::optional<YamlNode> root = parse_yaml(text, faults);
  if (!root)
    return fail(findings.front().code, findings.front().path + ": " + findings.front().message, findings.front().where);
  const YamlNode* base = root->find("overlay");
  if (base == nullptr || !base->is_scalar())
    return fail(Code::guide_key_missing, file + " does not say which guide it narrows (overlay: x12/004010/214)");
  return base->text;
}

bool overlay_widens(std::string_view text) {
  std::vector<Finding> ignored;
  Faults faults("", ignored);
  const std::optional<YamlNode> root = parse_yaml(text, faults);
  const YamlNode* extension = root ? root->find("extension") : nullptr;
  return extension != nullptr && extension->text == "true";
}

Result<std::unique_ptr<CompiledGuide>> load_overlay(const CompiledGuide& base, std::string_view text,
                                                    const std::string& file, std::vector<Finding>& findings) {
  const std::size_t before = findings.size();
  Faults faults(file, findings);
  const std::optional<YamlNode> root = parse_yaml(text, faults);
  auto guide = std::make_unique<CompiledGuide>(base);
  if (root) {
    const YamlNode* stated = root->find("overlay");
    if (stated == nullptr)
      faults.add(Code::guide_key_missing, *root, "the overlay does not say which guide it narrows",
                 "overlay: " + base.id);
    else if (stated->text != base.id)
      faults.add(Code::guide_value, *stated, "the overlay narrows \"" + stated->text + "\", not " + base.id, base.id);
    OverlayReader reader(*guide, faults);
    reader.read(*root);
    if (findings.size() == before && reader.added())
      for (const Ambiguity& pair : find_ambiguities(*guide))
        faults.add(Code::guide_ambiguous, *root,
                   described(*guide, pair.second) + " cannot be told apart from " + described(*guide, pair.first));
  }
  if (findings.size() != before) {
    const Finding& first = findings[before];
    return fail(first.code,
                file + " has " + std::to_string(findings.size() - before) + " faults; the first: " + first.path + ": " +
                    first.message,
                first.where);
  }
  guide->program = make_program(*guide);
  return guide;
}

}  // namespace crossdock::guide
