// The two forms of the look at a set's text. SPDX-License-Identifier: Apache-2.0
#include "translators/wire/scan_text.hpp"

#include "translators/wire/scan.hpp"
#include "translators/wire/scan_bits.hpp"
#include "translators/wire/text.hpp"

namespace crossdock::wire {
namespace {

/// The service characters as bytes; 0: there is none.
struct Signs {
  char element, terminator, component, repetition, release;
  explicit Signs(const Delimiters& from)
      : element(from.element),
        terminator(from.segment.empty() ? from.element : from.segment.front()),
        component(from.component),
        repetition(from.repetition),
        release(from.release) {}
};

/// Appends bits to an array of words.
class BitWriter {
 public:
  explicit BitWriter(GrowingArray<std::uint64_t>& words) : words_(&words) {}
  ~BitWriter() { *words_->extend(1) = word_; }
  BitWriter(const BitWriter&) = delete;
  BitWriter& operator=(const BitWriter&) = delete;
  /// The `count` (at most 64) lowest bits; those above are 0.
  void add(std::uint64_t bits, unsigned count) {
    word_ |= bits << used_;
    if (used_ + count >= 64) {
      *words_->extend(1) = word_;
      word_ = used_ == 0 ? 0 : bits >> (64 - used_);
    }
    used_ = (used_ + count) % 64;
  }

 private:
  GrowingArray<std::uint64_t>* words_;
  std::uint64_t word_ = 0;
  unsigned used_ = 0;
};

#if defined(__x86_64__)
CROSSDOCK_AVX2 inline std::uint64_t equal(__m256i low, __m256i high, char sign) {
  const __m256i signs = _mm256_set1_epi8(sign);
  return bits::join(_mm256_cmpeq_epi8(low, signs), _mm256_cmpeq_epi8(high, signs));
}

/// Where what stands in 64 bytes: a bit each.
struct Group {
  std::uint64_t service = 0;  ///< element and segment separators
  std::uint64_t components = 0, releases = 0, blanks = 0;
  std::uint64_t strange = 0, lines = 0;  ///< what is no plain text; CR and LF, where anything is strange
  std::uint64_t repetitions = 0;
};

/// What a look needs of the service characters.
class LookAvx2 {
 public:
  CROSSDOCK_AVX2 explicit LookAvx2(const Signs& signs) : signs_(&signs) {}
  CROSSDOCK_AVX2 Group at(const char* bytes) const {
    using bits::join;
    const __m256i elements = _mm256_set1_epi8(signs_->element), segments = _mm256_set1_epi8(signs_->terminator);
    const __m256i space = _mm256_set1_epi8(' '), top = _mm256_set1_epi8(0x7F);
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + 32));
    Group out;
    // Signed compare: bytes above 0x7F are below the blank too.
    out.strange = join(_mm256_or_si256(_mm256_cmpgt_epi8(space, low), _mm256_cmpeq_epi8(low, top)),
                       _mm256_or_si256(_mm256_cmpgt_epi8(space, high), _mm256_cmpeq_epi8(high, top)));
    out.service = join(_mm256_or_si256(_mm256_cmpeq_epi8(low, elements), _mm256_cmpeq_epi8(low, segments)),
                       _mm256_or_si256(_mm256_cmpeq_epi8(high, elements), _mm256_cmpeq_epi8(high, segments)));
    if (out.strange != 0) out.lines = equal(low, high, '\n') | equal(low, high, '\r');
    if (signs_->repetition != 0) out.repetitions = equal(low, high, signs_->repetition);
    if (signs_->component != 0) out.components = equal(low, high, signs_->component);
    if (signs_->release != 0) out.releases = equal(low, high, signs_->release);
    out.blanks = equal(low, high, ' ');
    return out;
  }
  CROSSDOCK_AVX2 static std::uint64_t extract(std::uint64_t bits, std::uint64_t mask) { return _pext_u64(bits, mask); }
  CROSSDOCK_AVX2 static void write(std::uint32_t* out, std::uint64_t bits, unsigned, std::uint32_t at) {
    bits::write_dense<8>(out, bits, at);
  }

 private:
  const Signs* signs_;
};

class LookAvx512 {
 public:
  CROSSDOCK_AVX512 explicit LookAvx512(const Signs& signs) : signs_(&signs) {}
  CROSSDOCK_AVX512 Group at(const char* from) const {
    const __m512i bytes = _mm512_loadu_si512(from);
    const auto equals = [&](char sign) CROSSDOCK_AVX512 {
      return static_cast<std::uint64_t>(_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(sign)));
    };
    Group out;
    out.strange = _mm512_cmplt_epi8_mask(bytes, _mm512_set1_epi8(' ')) | equals(0x7F);
    out.service = equals(signs_->element) | equals(signs_->terminator);
    if (out.strange != 0) out.lines = equals('\n') | equals('\r');
    if (signs_->repetition != 0) out.repetitions = equals(signs_->repetition);
    if (signs_->component != 0) out.components = equals(signs_->component);
    if (signs_->release != 0) out.releases = equals(signs_->release);
    out.blanks = equals(' ');
    return out;
  }
  CROSSDOCK_AVX512 static std::uint64_t extract(std::uint64_t bits, std::uint64_t mask) {
    return _pext_u64(bits, mask);
  }
  CROSSDOCK_AVX512 static void write(std::uint32_t* out, std::uint64_t bits, unsigned count, std::uint32_t at) {
    bits::write_compressed(out, bits, count, at);
  }

 private:
  const Signs* signs_;
};

/// Facts and places from the groups of a text, in order.
class Gatherer {
 public:
  /// Takes a group in of which the bits of `valid` count; its components are then those that are no data, and
  /// its service characters too.
  void add(Group& group, std::uint64_t valid) {
    const std::uint64_t service = group.service & valid, strange = group.strange & valid & ~service;
    group.lines &= strange;
    facts_.newlines += static_cast<std::uint64_t>(__builtin_popcountll(group.lines));
    odd_ |= (strange & ~group.lines) | (group.repetitions & valid);
    group.components &= valid;
    ended_ |= (group.blanks << 1 | blank_before_) & (service | group.components);
    blank_before_ = group.blanks >> 63;
    std::uint64_t data = 0;
    if (group.releases != 0 || released_) data = bits::released(group.releases, released_);
    group.components &= ~data;
    group.service = service & ~data;
  }
  [[nodiscard]] TextFacts facts() const { return {facts_.newlines, odd_ != 0, ended_ != 0}; }

 private:
  TextFacts facts_;
  bool released_ = false;
  std::uint64_t odd_ = 0, ended_ = 0, blank_before_ = 0;
};

std::uint64_t valid_bits(std::size_t bytes) { return bytes >= 64 ? ~0ULL : (1ULL << bytes) - 1; }

// The last group reads beyond the bytes, which may be done, and leaves out what it found there. Inlined into functions
// for a form of the machine's vectors each.
template <class Look>
[[gnu::always_inline]] inline TextFacts text_by(std::string_view bytes, const Signs& signs,
                                                GrowingArray<std::uint32_t>& components) {
  const Look look(signs);
  Gatherer gatherer;
  for (std::size_t at = 0; at < bytes.size(); at += 64) {
    Group group = look.at(bytes.data() + at);
    gatherer.add(group, valid_bits(bytes.size() - at));
    if (group.components == 0) continue;
    const auto count = static_cast<unsigned>(__builtin_popcountll(group.components));
    Look::write(components.extend(count), group.components, count, static_cast<std::uint32_t>(at));
  }
  return gatherer.facts();
}

template <class Look>
[[gnu::always_inline]] inline TextFacts marks_by(std::string_view bytes, const Signs& signs, TextMarks& marks) {
  const Look look(signs);
  Gatherer gatherer;
  BitWriter parts(marks.parts);
  for (std::size_t at = 0; at < bytes.size(); at += 64) {
    Group group = look.at(bytes.data() + at);
    gatherer.add(group, valid_bits(bytes.size() - at));
    const std::uint64_t all = group.service | group.components;
    if (all == 0) continue;
    const auto count = static_cast<unsigned>(__builtin_popcountll(all));
    Look::write(marks.places.extend(count), all, count, static_cast<std::uint32_t>(at));
    parts.add(Look::extract(group.components & ~group.service, all), count);
  }
  return gatherer.facts();
}

CROSSDOCK_AVX2 TextFacts text_avx2(std::string_view bytes, const Signs& signs,
                                   GrowingArray<std::uint32_t>& components) {
  return text_by<LookAvx2>(bytes, signs, components);
}
CROSSDOCK_AVX512 TextFacts text_avx512(std::string_view bytes, const Signs& signs,
                                       GrowingArray<std::uint32_t>& components) {
  return text_by<LookAvx512>(bytes, signs, components);
}
CROSSDOCK_AVX2 TextFacts marks_avx2(std::string_view bytes, const Signs& signs, TextMarks& marks) {
  return marks_by<LookAvx2>(bytes, signs, marks);
}
CROSSDOCK_AVX512 TextFacts marks_avx512(std::string_view bytes, const Signs& signs, TextMarks& marks) {
  return marks_by<LookAvx512>(bytes, signs, marks);
}
#endif

}  // namespace

TextFacts scan_text_scalar(std::string_view bytes, const Delimiters& delimiters,
                           GrowingArray<std::uint32_t>& components) {
  TextFacts facts;
  const Signs signs(delimiters);
  bool released = false, blank = false;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const char byte = bytes[at];
    const auto code = static_cast<unsigned char>(byte);
    const bool service = byte == signs.element || byte == signs.terminator;
    if (is_newline(byte) && !service)
      ++facts.newlines;
    else if ((code < 0x20 || code > 0x7E) && !service)
      facts.odd = true;
    if (signs.repetition != 0 && byte == signs.repetition) facts.odd = true;
    const bool component = signs.component != 0 && byte == signs.component;
    if (blank && (service || component)) facts.blank_at_end = true;
    blank = byte == ' ';
    const bool data = released;
    released = signs.release != 0 && byte == signs.release && !data;
    if (component && !data) *components.extend(1) = static_cast<std::uint32_t>(at);
  }
  return facts;
}

TextFacts scan_marks_scalar(std::string_view bytes, const Delimiters& delimiters, TextMarks& marks) {
  marks.clear();
  BitWriter parts(marks.parts);
  const Signs signs(delimiters);
  bool data = false;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const char byte = bytes[at];
    const bool service = byte == signs.element || byte == signs.terminator;
    const bool component = !service && signs.component != 0 && byte == signs.component;
    if ((service || component) && !data) {
      *marks.places.extend(1) = static_cast<std::uint32_t>(at);
      parts.add(component ? 1 : 0, 1);
    }
    data = signs.release != 0 && byte == signs.release && !data;
  }
  GrowingArray<std::uint32_t> components;
  return scan_text_scalar(bytes, delimiters, components);
}

TextFacts scan_marks(std::string_view bytes, const Delimiters& delimiters, TextMarks& marks, VectorForm form) {
#if defined(__x86_64__)
  if (form != VectorForm::none) marks.clear();
  if (form == VectorForm::avx512) return marks_avx512(bytes, Signs(delimiters), marks);
  if (form == VectorForm::avx2) return marks_avx2(bytes, Signs(delimiters), marks);
#endif
  return scan_marks_scalar(bytes, delimiters, marks);
}

TextFacts scan_text(std::string_view bytes, const Delimiters& delimiters, GrowingArray<std::uint32_t>& components,
                    VectorForm form) {
#if defined(__x86_64__)
  if (form == VectorForm::avx512) return text_avx512(bytes, Signs(delimiters), components);
  if (form == VectorForm::avx2) return text_avx2(bytes, Signs(delimiters), components);
#endif
  return scan_text_scalar(bytes, delimiters, components);
}

}  // namespace crossdock::wire
