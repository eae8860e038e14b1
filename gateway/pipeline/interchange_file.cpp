// Records: their length, then numbers of eight bytes and texts with their length before them. Read by the same process
// only, so there is no version and no byte order.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/interchange_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace crossdock::pipeline {
namespace {

class Out {
 public:
  explicit Out(std::string& to) : to_(to) { to_.clear(); }
  void operator()(std::uint64_t number) { to_.append(reinterpret_cast<const char*>(&number), sizeof number); }
  void operator()(const std::string& text) {
    (*this)(text.size());
    to_ += text;
  }
  template <class T>
  void operator()(const std::vector<T>& list) {
    (*this)(list.size());
    for (const T& item : list) (*this)(item);
  }
  void operator()(const mapping::WrittenSet& set) {
    (*this)(set.set);
    (*this)(set.functional_group);
    (*this)(set.version);
    (*this)(set.segments);
  }
  void operator()(const PlannedAnswer& answer) {
    for (const std::string* text : {&answer.target, &answer.link, &answer.message_id, &answer.delivery_id})
      (*this)(*text);
    (*this)(answer.sets);
  }

 private:
  std::string& to_;
};

class In {
 public:
  explicit In(std::string_view from) : from_(from) {}
  std::uint64_t number() {
    std::uint64_t out = 0;
    std::memcpy(&out, from_.data(), sizeof out);
    from_.remove_prefix(sizeof out);
    return out;
  }
  void operator()(std::string& text) {
    const std::uint64_t size = number();
    text.assign(from_.substr(0, size));
    from_.remove_prefix(size);
  }
  template <class T>
  void operator()(std::vector<T>& list) {
    list.resize(number());
    for (T& item : list) (*this)(item);
  }
  void operator()(mapping::WrittenSet& set) {
    (*this)(set.set);
    (*this)(set.functional_group);
    (*this)(set.version);
    (*this)(set.segments);
  }
  void operator()(PlannedAnswer& answer) {
    for (std::string* text : {&answer.target, &answer.link, &answer.message_id, &answer.delivery_id}) (*this)(*text);
    (*this)(answer.sets);
  }

 private:
  std::string_view from_;
};

void write(const PlannedInterchange& interchange, std::string& record) {
  Out out(record);
  out(interchange.row.ordinal);
  out(static_cast<std::uint64_t>(interchange.row.verdict));
  out(static_cast<std::uint64_t>(interchange.truncated));
  out(interchange.begin);
  out(interchange.end);
  for (const std::string* text :
       {&interchange.row.sender, &interchange.row.receiver, &interchange.row.control_number, &interchange.row.sha256,
        &interchange.row.findings, &interchange.partner, &interchange.us.qualifier, &interchange.us.id,
        &interchange.them.qualifier, &interchange.them.id, &interchange.envelope.syntax, &interchange.envelope.version})
    out(*text);
  out(interchange.answers);
}

PlannedInterchange read(std::string_view record) {
  PlannedInterchange out;
  In in(record);
  out.row.ordinal = static_cast<std::uint32_t>(in.number());
  out.row.verdict = static_cast<store::Validation>(in.number());
  out.truncated = in.number() != 0;
  out.begin = in.number();
  out.end = in.number();
  for (std::string* text :
       {&out.row.sender, &out.row.receiver, &out.row.control_number, &out.row.sha256, &out.row.findings, &out.partner,
        &out.us.qualifier, &out.us.id, &out.them.qualifier, &out.them.id, &out.envelope.syntax, &out.envelope.version})
    in(*text);
  in(out.answers);
  return out;
}

tl::unexpected<Error> broken(Code code) {
  return fail(code, std::string("the working file of a large payload: ") + std::strerror(errno));
}

}  // namespace

Result<std::unique_ptr<InterchangeFile>> InterchangeFile::make(const std::string& folder) {
  std::string name = folder + "/.interchanges-XXXXXX";
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) return broken(Code::file_unwritable);
  ::unlink(name.c_str());
  std::FILE* file = ::fdopen(descriptor, "w+b");
  if (file == nullptr) {
    ::close(descriptor);
    return broken(Code::file_unwritable);
  }
  return std::unique_ptr<InterchangeFile>(new InterchangeFile(file));
}

Status InterchangeFile::add(const PlannedInterchange& interchange) {
  write(interchange, record_);
  const std::uint64_t size = record_.size();
  if (std::fwrite(&size, sizeof size, 1, file_.get()) != 1 ||
      std::fwrite(record_.data(), 1, record_.size(), file_.get()) != record_.size())
    return broken(Code::file_unwritable);
  ++count_;
  return {};
}

Status InterchangeFile::rewind() {
  if (std::fflush(file_.get()) != 0) return broken(Code::file_unwritable);
  if (std::fseek(file_.get(), 0, SEEK_SET) != 0) return broken(Code::file_unreadable);
  return {};
}

Result<bool> InterchangeFile::read_record() {
  std::uint64_t size = 0;
  if (std::fread(&size, sizeof size, 1, file_.get()) != 1) {
    if (std::ferror(file_.get()) != 0) return broken(Code::file_unreadable);
    return false;
  }
  record_.resize(size);
  if (std::fread(record_.data(), 1, size, file_.get()) != size) return broken(Code::file_unreadable);
  return true;
}

Result<std::vector<PlannedInterchange>> InterchangeFile::next(std::size_t most) {
  std::vector<PlannedInterchange> out;
  while (out.size() < most) {
    TRY(const bool more, read_record());
    if (!more) break;
    out.push_back(read(record_));
  }
  return out;
}

Status InterchangeFile::skip(std::size_t count) {
  for (; count > 0; --count) {
    TRY(const bool more, read_record());
    if (!more) break;
  }
  return {};
}

}  // namespace crossdock::pipeline
