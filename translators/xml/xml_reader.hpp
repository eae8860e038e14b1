// Reads XML 1.0 (fifth edition) with namespaces into a tree: no document type, no entities but the five and character
// numbers, nothing external. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "translators/tree/encoding.hpp"
#include "translators/tree/growing_tree.hpp"
#include "translators/tree/record_sink.hpp"

namespace crossdock::xml {

inline constexpr std::size_t tag_bytes_max = 1U << 20;  ///< of one tag with its attributes
inline constexpr std::size_t attributes_max = 1000;     ///< of one element

struct XmlSettings {
  /// Prefix in the map to namespace. Elements of a namespace named here are `prefix:name` in the tree (`name` alone for
  /// the empty prefix); of others `name`, or `{uri}name` where the empty prefix is named.
  std::map<std::string, std::string> namespaces;
  /// Where records stand: keys from the root element on. Empty: the document is one record.
  std::vector<std::vector<std::string>> records;
  std::size_t record_bytes_max = tree::record_bytes_max;
  std::size_t depth_max = tree::depth_max;
};

/// Feed once for all; or twice, when what stands behind the records is needed with them: first with keep_skeleton, then
/// again() and the same bytes.
class XmlReader {
 public:
  XmlReader(XmlSettings settings, tree::RecordSink sink);
  /// First pass of two: records are read but not handed over.
  void keep_skeleton() { collecting_ = true; }
  /// From the beginning, with all that the first pass found outside of records.
  void again();
  /// Errors: xml.syntax, xml.limit, xml.doctype, xml.entity, xml.encoding, with offset and line; those of the sink.
  Status feed(std::string_view bytes);
  Status finish();

 private:
  struct Open {
    std::string name;  ///< as written
    std::uint32_t node = 0;
    std::size_t scopes = 0;  ///< namespaces in scope outside
    bool has_elements = false;
  };
  struct Attribute {
    std::string_view name;
    std::size_t at = 0, length = 0;  ///< of the raw value in the tag
    std::string value;
  };
  Status run(bool at_end);
  Result<std::size_t> token_end(bool at_end);
  Status token(std::string_view token);
  Status markup(std::string_view token);
  Status start_tag(std::string_view tag);
  Status end_tag(std::string_view tag);
  Status text(std::string_view raw, bool literal, std::size_t ahead);
  Status close_element();
  Status instruction(std::string_view token);
  Status read_attributes(std::string_view tag, std::size_t at);
  Status decode(std::string_view raw, std::size_t ahead, std::string& out) const;
  Result<std::string> key_of(std::string_view name, bool attribute) const;
  std::uint32_t add(std::uint32_t parent, tree::TreeNode::Kind kind, std::string_view key, std::size_t ahead,
                    std::size_t length);
  [[nodiscard]] bool is_record() const;
  [[nodiscard]] bool outside() const { return record_depth_ == 0 && !settings_.records.empty(); }
  [[nodiscard]] Position where(std::size_t ahead, std::size_t length) const;
  tl::unexpected<Error> wrong(Code code, std::string what, std::size_t ahead = 0) const;

  XmlSettings settings_;
  tree::RecordSink sink_;
  tree::GrowingTree tree_;
  tree::GrowingTree::Mark mark_;
  tree::Encoding encoding_ = tree::Encoding::utf8;
  std::string buffer_;
  std::size_t at_ = 0;        ///< in buffer_: the token at hand
  std::size_t searched_ = 0;  ///< up to here its end was not found
  std::uint64_t offset_ = 0;  ///< of buffer_[0] in the payload
  std::uint32_t line_ = 1;    ///< of the token at hand
  std::vector<Open> open_;
  std::vector<std::string> keys_;                            ///< of the open elements
  std::vector<std::pair<std::string, std::string>> scopes_;  ///< prefix, namespace
  std::vector<Attribute> attributes_;
  std::size_t record_depth_ = 0;  ///< depth of the open record; 0: none
  std::uint32_t next_skeleton_ = 0;
  bool collecting_ = false, replaying_ = false, seen_root_ = false, begun_ = false;
};

/// `<`, `>`, `&`, and quotes and line ends in attributes; characters that XML cannot hold become U+FFFD.
void append_escaped(std::string& out, std::string_view text, bool attribute);
/// A name that an element or attribute may have (without colons).
[[nodiscard]] bool is_xml_name(std::string_view text);

}  // namespace crossdock::xml
