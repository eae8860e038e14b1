// The committed reference and schemas are what the program prints.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/reference.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace crossdock::configuration {
namespace {

/// The committed file must be what the program prints; GOLDEN_UPDATE=1 writes it.
void expect_printed(const std::string& name, const std::string& text) {
  const std::string path = std::string(CROSSDOCK_SOURCE_DIR) + "/docs/reference/" + name;
  if (std::getenv("GOLDEN_UPDATE") != nullptr) std::ofstream(path, std::ios::binary) << text;
  std::ifstream file(path, std::ios::binary);
  const std::string committed{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(committed, text) << "docs/reference/" << name
                             << " is not what the program prints: run the test with GOLDEN_UPDATE=1";
}

TEST(Reference, the_committed_documents_are_what_the_program_prints) {
  expect_printed("configuration.md", configuration_reference());
  for (const auto& [name, text] : configuration_schemas()) expect_printed("schemas/" + name, text);
}

}  // namespace
}  // namespace crossdock::configuration
