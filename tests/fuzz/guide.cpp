// Guide files, overlays and sets from arbitrary bytes. The first byte chooses: guide file, code list, overlay, or a set
// against the guide. Properties: no crash, no hang; a loaded guide's sample validates; every segment of a set has its
// entry in the tree; quick and careful checks agree. SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <string>

#include "tests/support/careful_check.hpp"
#include "tests/support/mini_guide.hpp"
#include "translators/guide/load.hpp"
#include "translators/guide/overlay.hpp"
#include "translators/guide/sample.hpp"
#include "translators/guide/show.hpp"
#include "translators/guide/validate.hpp"

namespace {

using namespace crossdock;

void check(bool held) {
  if (!held) std::abort();
}

void validate(const guide::CompiledGuide& guide, std::string_view text) {
  wire::Delimiters delimiters;
  delimiters.repetition = '^';
  const wire::SegmentDocument document = test::document_of(text, delimiters);
  guide::SetTree tree;
  std::vector<Finding> findings;
  guide::ValidationOptions options;
  options.findings_max = 50;
  guide::validate_set(document, guide, options, tree, findings);
  check(tree.node_of_segment.size() == document.segment_count());
  check(findings.size() <= options.findings_max + 1);
  for (const Finding& finding : findings) check(!to_json_line(finding).empty());
  check(test::findings_alike(document, guide, options, findings));
}

void load(const std::string& file, std::string_view text) {
  test::MemorySource source = test::mini_source();
  source.texts["maps/guides/test/000001/" + file] = std::string(text);
  std::vector<Finding> faults;
  const auto guide = guide::load_guide(source, "test/000001/900", faults);
  if (!guide) return;
  check(!guide::show_json(**guide).empty());
  if ((*guide)->nodes.size() < 200) validate(**guide, guide::sample_text(**guide));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::unique_ptr<guide::CompiledGuide> mini = [] {
    std::vector<Finding> faults;
    return std::move(*guide::load_guide(test::mini_source(), "test/000001/900", faults));
  }();
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0: load("900.yaml", text); break;
    case 1: load("elements.yaml", text); break;
    case 2: load("segments.yaml", text); break;
    case 3: load("codes/2.yaml", text); break;
    case 4: {
      std::vector<Finding> faults;
      (void)guide::load_overlay(*mini, text, "fuzz.yaml", faults);
      break;
    }
    default: validate(*mini, text); break;
  }
  return 0;
}
