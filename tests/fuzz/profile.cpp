// Configuration files from arbitrary bytes. The first byte chooses the kind of file. Properties: no crash, no hang; the
// fast YAML reader sees what the library sees or declines; every fault can be printed and stands inside the file.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/configuration/folder.hpp"
#include "translators/yaml/yaml_tree.hpp"

namespace {

using namespace crossdock;
using namespace crossdock::configuration;

constexpr std::size_t text_bytes_max = 64U << 10;

void check(bool held) {
  if (!held) std::abort();
}

template <class T>
std::shared_ptr<T> decode(const YamlTree& tree, const Section& section, Faults& faults) {
  auto value = std::make_shared<T>();
  Decoder decoder(tree, "file.yaml", faults);
  section.decode(decoder, tree.root(), value.get());
  return value;
}

class SomeInstalled : public Installed {
 public:
  std::vector<std::string> guide_ids() const override { return {"x12/004010/214", "x12/004010/204"}; }
  std::vector<std::string> map_ids() const override { return {"x12/004010/214"}; }
  std::vector<std::string> event_types() const override { return {"shipment.milestone.v1", "load.tendered.v1"}; }
  std::string version() const override { return "1"; }
};

/// Both readers on the same text: the same tree, or both refuse.
void compare_readers(const std::string& text) {
  const auto fast = YamlTree::parse(text);
  const auto library = YamlTree::parse_with_library(text);
  check(fast.has_value() == library.has_value());
  if (fast) check(fast->dump() == library->dump());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1 || size > text_bytes_max) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  compare_readers(text);
  const auto tree = YamlTree::parse(text);
  if (!tree) return 0;
  Faults faults;
  detail::Draft draft;
  switch (data[0] % 4) {
    case 0: {
      auto partner = decode<Partner>(*tree, partner_section(), faults);
      partner->file = "partners/p.yaml";
      draft.partners.push_back(std::move(partner));
      break;
    }
    case 1: draft.targets.push_back(decode<Target>(*tree, target_section(), faults)); break;
    case 2: draft.installation = *decode<Installation>(*tree, installation_section(), faults); break;
    default: draft.routes = *decode<Routes>(*tree, routes_section(), faults); break;
  }
  const SomeInstalled installed;
  FolderOptions options;
  options.installed = &installed;
  options.check_secrets = false;
  detail::check_across(draft, options, SecretStore("."), faults);
  const auto lines = static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n') + 1);
  for (const Fault& fault : faults) {
    check(!to_text(fault).empty() && !to_json_line(fault).empty());
    check(fault.line <= lines + 1);
  }
  return 0;
}
