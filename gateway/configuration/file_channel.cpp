// What is wrong with the keys of a file channel together.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/file_channel.hpp"

namespace crossdock::configuration {
namespace {

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

std::string archive_folder(const FileChannel& channel) {
  if (channel.archive.empty()) return without_slash(channel.pick_up.text) + "/archive";
  return without_slash(channel.archive);
}

std::string file_fault(const FileChannel& channel, std::string& expected) {
  const std::string pick_up = without_slash(channel.pick_up.text), put = without_slash(channel.put.text);
  if (pick_up.empty() && put.empty()) {
    expected = "Add one of them";
    return "the channel has neither `pick_up` nor `put`";
  }
  if (!pick_up.empty() && pick_up == put) {
    expected = "What we put there would be picked up again: use two folders";
    return "`put` and `pick_up` are the same folder";
  }
  if (!pick_up.empty() && channel.then == FileChannel::Then::archive && archive_folder(channel) == pick_up) {
    expected = "Archive into another folder";
    return "`archive` and `pick_up` are the same folder";
  }
  if (!channel.in_progress.empty() && without_slash(channel.in_progress) == pick_up) {
    expected = "Use another folder";
    return "`in_progress` and `pick_up` are the same folder";
  }
  const std::string& temporary = channel.temporary;
  if (temporary.find("{name}") == std::string::npos && temporary.find("{id}") == std::string::npos) {
    expected = "Write {name} or {id} in it";
    return "`temporary` is the same name for every file";
  }
  if (!channel.in_progress.empty() && channel.then == FileChannel::Then::leave) {
    expected = "Archive or remove files, or leave `in_progress` away";
    return "files that are renamed into `in_progress` cannot be left where they are";
  }
  return {};
}

}  // namespace crossdock::configuration
