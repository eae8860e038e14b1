// Secrets by reference, and that they cannot be printed.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/secret.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "tests/support/temporary_folder.hpp"

namespace crossdock::configuration {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};
static_assert(!Printable<Secret>);

TEST(SecretStore, finds_files_and_variables) {
  const support::TemporaryFolder folder;
  folder.write("secrets/one", "first\n");
  folder.write("other/two", "second");
  ::setenv("CROSSDOCK_TEST_SECRET", "third", 1);
  const SecretStore store(folder.path());
  EXPECT_EQ(store.resolve({"secret:one"})->reveal(), "first");
  EXPECT_EQ(store.resolve({"file:other/two"})->reveal(), "second");
  EXPECT_EQ(store.resolve({"env:CROSSDOCK_TEST_SECRET"})->reveal(), "third");
}

TEST(SecretStore, says_what_is_missing) {
  const support::TemporaryFolder folder;
  folder.write("secrets/empty", "\n");
  const SecretStore store(folder.path());
  EXPECT_EQ(store.resolve({"secret:none"}).error().code, Code::configuration_secret_missing);
  EXPECT_EQ(store.resolve({"secret:empty"}).error().code, Code::configuration_secret_missing);
  EXPECT_EQ(store.resolve({"env:CROSSDOCK_TEST_NONE"}).error().code, Code::configuration_secret_missing);
  EXPECT_EQ(store.resolve({"hunter2"}).error().code, Code::configuration_secret_plain);
}

TEST(SecretReference, must_not_leave_the_secrets_folder) {
  EXPECT_TRUE(is_secret_reference("secret:acme-webhook"));
  for (const char* text : {"secret:", "secret:../x", "secret:a/b", "secret:.x", "hunter2", "env:", "env:A B", "file:"})
    EXPECT_FALSE(is_secret_reference(text)) << text;
}

}  // namespace
}  // namespace crossdock::configuration
