// The first look at a payload: who it says it is from, in either syntax.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/documents.hpp"

#include <gtest/gtest.h>

#include "gateway/pipeline/identify.hpp"

namespace crossdock::pipeline {
namespace {

constexpr const char* interchange =
    "UNA:+.? 'UNB+UNOC:3+ACFL:14+SHIPCO:ZZ+260518:1432+77++++++1'UNH+1+IFTSTA:D:96A:UN'BGM+77+X+9'UNT+3+1'UNZ+1+77'";

TEST(PeekEnvelope, reads_isa_and_gs_or_unb) {
  const auto edifact = peek_envelope(interchange);
  ASSERT_TRUE(edifact);
  EXPECT_EQ(edifact->sender.qualifier, "edifact:14");
  EXPECT_EQ(edifact->sender.id, "ACFL");
  EXPECT_EQ(edifact->usage, "T");
  EXPECT_EQ(edifact->gs_sender, "");
  const auto bare = peek_envelope("\xEF\xBB\xBF\r\nUNB+UNOA:1+ACFL+SHIPCO+260518:1432+78'UNZ+0+78'");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->sender.qualifier, "edifact:");
  EXPECT_EQ(bare->usage, "P");
  for (const char* text : {"", "   ", "{\"shipment\":1}", "UNH+1+IFTSTA:D:96A:UN'", "UN", "hello UNB"})
    EXPECT_FALSE(peek_envelope(text)) << text;
}

TEST(PeekEnvelope, senders_of_both_syntaxes_are_kept_apart) {
  Bundle bundle;
  PartnerSettings& one = bundle.partners["one"];
  one.name = "one";
  one.identifiers.x12.push_back({"14", "ACFL"});
  PartnerSettings& other = bundle.partners["other"];
  other.name = "other";
  other.identifiers.edifact.push_back({"edifact:14", "ACFL"});
  const PartnerIndex index(bundle);
  EXPECT_EQ(index.identify("", peek_envelope(interchange)->sender, "").partner->name, "other");
  EXPECT_EQ(index.identify("", {"14", "ACFL"}, "").partner->name, "one");
  EXPECT_EQ(index.identify("one", peek_envelope(interchange)->sender, "").partner, nullptr);
}

}  // namespace
}  // namespace crossdock::pipeline
