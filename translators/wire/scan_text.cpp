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

// The last group reads beyond the bytes, which may be done, and leaves out what it found there.
CROSSDOCK_AVX2 TextFacts scan_avx2(std::string_view bytes, const Signs& signs,
                                   GrowingArray<std::uint32_t>& components) {
  using bits::join;
  TextFacts facts;
  bool released = false;
  const __m256i elements = _mm256_set1_epi8(signs.element), segments = _mm256_set1_epi8(signs.terminator);
  const __m256i space = _mm256_set1_epi8(' '), top = _mm256_set1_epi8(0x7F);
  std::uint64_t odd = 0, ended = 0, blank_before = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 64) {
    const std::uint64_t valid = bytes.size() - at >= 64 ? ~0ULL : (1ULL << (bytes.size() - at)) - 1;
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes.data() + at));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes.data() + at + 32));
    // Signed compare: bytes above 0x7F are below the blank too.
    std::uint64_t strange = join(_mm256_or_si256(_mm256_cmpgt_epi8(space, low), _mm256_cmpeq_epi8(low, top)),
                                 _mm256_or_si256(_mm256_cmpgt_epi8(space, high), _mm256_cmpeq_epi8(high, top)));
    const std::uint64_t service =
        valid & join(_mm256_or_si256(_mm256_cmpeq_epi8(low, elements), _mm256_cmpeq_epi8(low, segments)),
                     _mm256_or_si256(_mm256_cmpeq_epi8(high, elements), _mm256_cmpeq_epi8(high, segments)));
    strange &= valid & ~service;
    if (strange != 0) {
      const std::uint64_t lines = strange & (equal(low, high, '\n') | equal(low, high, '\r'));
      facts.newlines += static_cast<std::uint64_t>(_mm_popcnt_u64(lines));
      odd |= strange & ~lines;
    }
    if (signs.repetition != 0) odd |= valid & equal(low, high, signs.repetition);
    std::uint64_t separators = signs.component != 0 ? valid & equal(low, high, signs.component) : 0;
    const std::uint64_t blanks = equal(low, high, ' ');
    ended |= (blanks << 1 | blank_before) & (service | separators);
    blank_before = blanks >> 63;
    if (signs.release != 0) {
      const std::uint64_t marks = equal(low, high, signs.release);
      if (marks != 0 || released) separators &= ~bits::released(marks, released);
    }
    if (separators != 0) {
      const auto count = static_cast<unsigned>(_mm_popcnt_u64(separators));
      bits::write<4>(components.extend(count), separators, count, static_cast<std::uint32_t>(at));
    }
  }
  facts.odd = odd != 0;
  facts.blank_at_end = ended != 0;
  return facts;
}

CROSSDOCK_AVX2 void scan_marks_avx2(std::string_view bytes, const Signs& signs, TextMarks& marks) {
  using bits::join;
  BitWriter parts(marks.parts);
  bool released = false;
  const __m256i elements = _mm256_set1_epi8(signs.element), segments = _mm256_set1_epi8(signs.terminator);
  for (std::size_t at = 0; at < bytes.size(); at += 64) {
    const std::uint64_t valid = bytes.size() - at >= 64 ? ~0ULL : (1ULL << (bytes.size() - at)) - 1;
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes.data() + at));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes.data() + at + 32));
    std::uint64_t all =
        valid & join(_mm256_or_si256(_mm256_cmpeq_epi8(low, elements), _mm256_cmpeq_epi8(low, segments)),
                     _mm256_or_si256(_mm256_cmpeq_epi8(high, elements), _mm256_cmpeq_epi8(high, segments)));
    std::uint64_t separators = signs.component != 0 ? valid & equal(low, high, signs.component) & ~all : 0;
    all |= separators;
    if (signs.release != 0) {
      const std::uint64_t releases = equal(low, high, signs.release);
      if (releases != 0 || released) all &= ~bits::released(releases, released);
    }
    if (all == 0) continue;
    separators = _pext_u64(separators, all);
    const auto count = static_cast<unsigned>(_mm_popcnt_u64(all));
    bits::write_dense<8>(marks.places.extend(count), all, static_cast<std::uint32_t>(at));
    parts.add(separators, count);
  }
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

void scan_marks_scalar(std::string_view bytes, const Delimiters& delimiters, TextMarks& marks) {
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
}

void scan_marks(std::string_view bytes, const Delimiters& delimiters, TextMarks& marks) {
#if defined(__x86_64__)
  if (vector_form() != VectorForm::none) {
    marks.clear();
    return scan_marks_avx2(bytes, Signs(delimiters), marks);
  }
#endif
  scan_marks_scalar(bytes, delimiters, marks);
}

TextFacts scan_text(std::string_view bytes, const Delimiters& delimiters, GrowingArray<std::uint32_t>& components) {
#if defined(__x86_64__)
  if (vector_form() != VectorForm::none) return scan_avx2(bytes, Signs(delimiters), components);
#endif
  return scan_text_scalar(bytes, delimiters, components);
}

}  // namespace crossdock::wire
