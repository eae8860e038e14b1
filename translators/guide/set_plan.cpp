// Shapes as words, plans made from walked sets, and their run: homogeneous loops over the values of a set.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/set_plan.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "translators/guide/clean_check.hpp"
#include "translators/guide/diagnose.hpp"
#include "translators/guide/program.hpp"
#include "translators/wire/digits.hpp"

namespace crossdock::guide {
namespace {

constexpr std::int16_t distance_max = std::numeric_limits<std::int16_t>::max();
constexpr std::size_t group = 16;  ///< distances are handled in groups

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15ULL;
  return hash ^ hash >> 29;
}

/// Of words, in four chains that a processor goes through side by side.
std::uint64_t hash_of(std::span<const std::uint64_t> words) {
  std::array<std::uint64_t, 4> chains{1, 2, 3, 4};
  std::size_t at = 0;
  for (; at + chains.size() <= words.size(); at += chains.size())
    for (std::size_t i = 0; i < chains.size(); ++i) chains[i] = mixed(chains[i], words[at + i]);
  std::uint64_t hash = words.size();
  for (; at < words.size(); ++at) hash = mixed(hash, words[at]);
  for (const std::uint64_t chain : chains) hash = mixed(hash, chain);
  return hash;
}

/// Writes up to 16 distances from `marks` on; one bit for each that is 1.
std::uint32_t take_group(const std::uint32_t* marks, std::int16_t* out) {
#if defined(__x86_64__)
  const auto load = [&](std::size_t at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(marks + at)); };
  const auto four = [&](std::size_t at) { return _mm_sub_epi32(load(at + 1), load(at)); };
  const __m128i first = _mm_packs_epi32(four(0), four(4)), second = _mm_packs_epi32(four(8), four(12));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), first);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 8), second);
  const __m128i one = _mm_set1_epi16(1);
  const __m128i empty = _mm_packs_epi16(_mm_cmpeq_epi16(first, one), _mm_cmpeq_epi16(second, one));
  return static_cast<std::uint32_t>(_mm_movemask_epi8(empty));
#else
  std::uint32_t empty = 0;
  for (std::size_t i = 0; i < group; ++i) {
    const std::uint32_t distance = marks[i + 1] - marks[i];
    out[i] = static_cast<std::int16_t>(std::min<std::uint32_t>(distance, distance_max));
    empty |= static_cast<std::uint32_t>(distance == 1) << i;
  }
  return empty;
#endif
}

/// One value: its bytes from `begin` on.
struct Text {
  const char* begin;
  std::uint32_t length;
  Text(const char* bytes, const std::uint32_t* marks, std::uint32_t value)
      : begin(bytes + marks[value] + 1), length(marks[value + 1] - marks[value] - 1) {}
};

}  // namespace

bool SetShape::add_tags(const wire::SegmentDocument& document) {
  const wire::SegmentDocument::Arrays arrays = document.arrays();
  const std::size_t count = document.segment_count();
  std::uint64_t* const out = key_.extend(count);
  std::uint32_t strange = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const wire::SegmentDocument::Record& record = arrays.records[i];
    const std::uint32_t length = arrays.ends[record.first_end] - record.begin;
    strange |= static_cast<std::uint32_t>(length - 1 > 2);
    std::uint32_t tag = 0;
    std::memcpy(&tag, arrays.bytes + record.begin, sizeof tag);
    tag &= (1U << (8 * (length & 3))) - 1;
    out[i] = tag | std::uint64_t{record.released} << 31 | std::uint64_t{record.first_end} << 32;
  }
  return strange == 0;
}

void SetShape::add_distances() {
  const std::size_t count = mark_count_ - 1;
  distances_.clear();
  std::int16_t* const distances = distances_.extend(count + group);
  for (std::size_t at = 0; at < count; at += 64) {
    std::uint64_t empty = 0;
    for (std::size_t part = 0; part < 64 && at + part < count; part += group)
      empty |= std::uint64_t{take_group(marks_ + at + part, distances + at + part)} << part;
    if (count - at < 64) empty &= (1ULL << (count - at)) - 1;
    *key_.extend(1) = empty;
  }
}

bool SetShape::read(const wire::SegmentDocument& document, const wire::TextMarks* parts) {
  const std::span<const std::uint32_t> ends = document.all_ends();
  parts_ = parts;
  mark_count_ = parts == nullptr ? ends.size() : parts->places.size();
  if (document.segment_count() > segments_max || mark_count_ > marks_max || mark_count_ < 2) return false;
  marks_ = parts == nullptr ? ends.data() : parts->places.data();
  key_.clear();
  *key_.extend(1) = document.segment_count() << 32 | mark_count_;
  if (!add_tags(document)) return false;
  for (std::size_t i = 0; parts != nullptr && i < parts->parts.size(); ++i) *key_.extend(1) = parts->parts[i];
  add_distances();
  hash_ = hash_of(key());
  return true;
}

/// Goes through a walked set and notes what its values have to be.
struct SetPlan::Maker {
  const SetShape& shape;
  const CompiledGuide& guide;
  const Program& program;
  SetPlan& plan;
  const char* bytes;
  std::uint16_t segment = 0, element = 0;
  bool released = false;

  /// A value of `rule` with so many bytes at least and at most.
  void bound(std::uint32_t value, std::uint32_t least, std::uint32_t most) {
    const auto distance = [](std::uint32_t length) {
      return static_cast<std::int16_t>(std::min<std::uint32_t>(length, distance_max - 1) + 1);
    };
    plan.least_[value] = distance(least);
    plan.most_[value] = distance(most);
  }

  /// What is to be looked at besides length. False where a plan cannot do it.
  bool look(const FastElement& rule, std::uint32_t value) {
    switch (rule.look) {
      case Look::nothing: break;
      case Look::digits:
      case Look::decimal:
      case Look::number: plan.numbers_.push_back({&rule, value}); break;
      case Look::date: plan.dates_.push_back({&rule, value}); break;
      case Look::time: plan.times_.push_back({&rule, value}); break;
      case Look::letters: plan.letters_.push_back({&rule, value}); break;
      case Look::codes: {
        Coded code;
        code.codes = rule.codes;
        code.value = value;
        if (const Text text(bytes, shape.marks(), value); text.length <= 7)
          if (const auto word = pack_word(load_word(text.begin), text.length); rule.codes->contains_packed(word))
            code.usual = word;
        code.segment = segment;
        code.element = element;
        code.must = released || (rule.type != ElementType::text && rule.type != ElementType::identifier);
        plan.codes_.push_back(code);
        break;
      }
      case Look::composite: return false;
    }
    return true;
  }

  static bool counts_digits(Look look) { return look == Look::digits || look == Look::decimal || look == Look::number; }

  bool add_simple(const FastElement& rule, std::uint32_t value) {
    if (!counts_digits(rule.look)) {
      const bool halved = released && rule.look == Look::nothing && rule.length_min != 0;
      bound(value, halved ? 2 * rule.length_min - 1 : rule.length_min, rule.length_max);
    }
    return look(rule, value);
  }

  /// The components from value `first` to `last`.
  bool add_composite(const FastElement& rule, std::uint32_t first, std::uint32_t last) {
    if (last - first >= rule.component_count) return false;
    const std::size_t codes_before = plan.codes_.size();
    bool other_list = false;
    std::uint32_t agency = 0;
    for (std::uint32_t value = first; value <= last; ++value) {
      if (shape.distances()[value] == 1) continue;
      const FastElement& part = program.elements[rule.first_component + (value - first)];
      if (!counts_digits(part.look)) {
        const bool halved =
            released && (part.look == Look::nothing || part.look == Look::letters) && part.length_min != 0;
        bound(value, halved ? 2 * part.length_min - 1 : part.length_min, part.length_max);
      }
      const std::size_t code = plan.codes_.size();
      if (!look(part, value)) return false;
      if (plan.codes_.size() != code) {
        plan.codes_[code].component = static_cast<std::uint16_t>(value - first + 1);
        plan.codes_[code].must = plan.codes_[code].must || part.names_list;
      }
      if (part.names_agency) agency = value;
      other_list = other_list || (part.names_list && !part.names_agency);
    }
    for (std::size_t i = codes_before; i < plan.codes_.size(); ++i) plan.codes_[i].agency = agency;
    if (other_list)
      plan.codes_.erase(std::remove_if(plan.codes_.begin() + static_cast<std::ptrdiff_t>(codes_before),
                                       plan.codes_.end(), [](const Coded& code) { return !code.must; }),
                        plan.codes_.end());
    return true;
  }

  /// The elements of a segment whose tag ends at `mark`, which is then its terminator.
  bool add_segment(const FastSegment& rule, std::uint32_t elements, std::uint32_t& mark) {
    if (elements > rule.element_count || shape.is_component(mark)) return false;
    for (std::uint32_t i = 0; i < elements; ++i) {
      const std::uint32_t first = mark++;
      while (mark < shape.mark_count() && shape.is_component(mark)) ++mark;
      if (mark >= shape.mark_count()) return false;
      const std::uint32_t last = mark - 1;
      if (first == last && shape.distances()[first] == 1) continue;
      const FastElement& value = program.elements[rule.first_element + i];
      element = static_cast<std::uint16_t>(i + 1);
      const bool composite = value.look == Look::composite;
      if (!composite && first != last) return false;
      if (!(composite ? add_composite(value, first, last) : add_simple(value, first))) return false;
    }
    return true;
  }
};

std::unique_ptr<SetPlan> SetPlan::make(const SetShape& shape, const wire::SegmentDocument& document,
                                       const CompiledGuide& guide, const SetTree& tree) {
  auto plan = std::make_unique<SetPlan>();
  plan->program_ = guide.program;
  plan->key_.assign(shape.key().begin(), shape.key().end());
  plan->nodes_ = tree.node_of_segment;
  plan->loop_of_segment_ = tree.loop_of_segment;
  plan->loops_ = tree.loops;
  const std::size_t values = (shape.mark_count() - 1 + group - 1) / group * group;
  plan->least_.assign(values, std::numeric_limits<std::int16_t>::min());
  plan->most_.assign(values, distance_max);
  Maker maker{shape, guide, *guide.program, *plan, document.bytes().data()};
  std::uint32_t mark = 0;
  for (std::size_t i = 0; i < document.segment_count(); ++i, ++mark) {
    const NodeIndex node = tree.node_of_segment[i];
    const std::string_view tag = document.tag(i);
    if (node == no_node || mark >= shape.mark_count()) return nullptr;
    if (!guide.bounds.empty() && (tag == "LS" || tag == "LE")) return nullptr;  // placed by their values
    maker.segment = static_cast<std::uint16_t>(i);
    maker.released = document.released(i);
    const FastSegment& rule = guide.program->segments[guide.program->rule[node]];
    if (!maker.add_segment(rule, static_cast<std::uint32_t>(document.element_count(i)), mark)) return nullptr;
  }
  return mark == shape.mark_count() ? std::move(plan) : nullptr;
}

bool SetPlan::is_for(const SetShape& shape, const CompiledGuide& guide) const {
  const auto key = shape.key();
  return program_ == guide.program && key.size() == key_.size() &&
         std::memcmp(key.data(), key_.data(), key.size_bytes()) == 0;
}

bool SetPlan::lengths_fit(const SetShape& shape) const {
  const std::int16_t* const distances = shape.distances();
  const std::size_t count = least_.size();
#if defined(__x86_64__)
  __m128i outside = _mm_setzero_si128();
  for (std::size_t i = 0; i < count; i += 8) {
    const auto load = [](const std::int16_t* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); };
    const __m128i here = load(distances + i);
    outside = _mm_or_si128(outside, _mm_or_si128(_mm_cmplt_epi16(here, load(least_.data() + i)),
                                                 _mm_cmpgt_epi16(here, load(most_.data() + i))));
  }
  return _mm_movemask_epi8(outside) == 0;
#else
  bool fit = true;
  for (std::size_t i = 0; i < count; ++i) fit &= distances[i] >= least_[i] && distances[i] <= most_[i];
  return fit;
#endif
}

bool SetPlan::forms_good(const char* bytes, const std::uint32_t* marks) const {
  for (const Value& one : dates_) {
    const Text text(bytes, marks, one.value);
    if (!plain_date(text.begin, text.length) && !is_date({text.begin, text.length})) return false;
  }
  for (const Value& one : times_) {
    const Text text(bytes, marks, one.value);
    if (!plain_time(text.begin, text.length) && !is_time({text.begin, text.length})) return false;
  }
  for (const Value& one : numbers_) {
    const Text text(bytes, marks, one.value);
    if (!number_clean(*one.rule, text.begin, text.length)) return false;
  }
  for (const Value& one : letters_) {
    const Text text(bytes, marks, one.value);
    if (has_digit({text.begin, text.length})) return false;
  }
  return true;
}

bool SetPlan::find_unlisted(const char* bytes, const std::uint32_t* marks, Unlisted& out) const {
  for (const Coded& one : codes_) {
    const Text text(bytes, marks, one.value);
    if (text.length <= 7) {
      const std::uint64_t word = pack_word(load_word(text.begin), text.length);
      if (word == one.usual || one.codes->contains_packed(word)) continue;
    } else if (one.codes->contains({text.begin, text.length})) {
      continue;
    }
    if (one.must || out.count == unlisted_max) return false;
    if (one.agency != 0) {
      const Text agency(bytes, marks, one.agency);
      if (agency.length != 1 || *agency.begin != '6') continue;
    }
    out.codes[out.count++] = &one;
  }
  return true;
}

SetPlan::Said& SetPlan::said_of(const Coded& code, std::string_view value) {
  if (said_.empty()) said_.resize(said_max);
  const auto number = static_cast<std::uint64_t>(&code - codes_.data());
  return said_[wire::hash_text(number, value) >> 16 & (said_max - 1)];
}

void SetPlan::report_anew(const Coded& code, std::string_view value, Reporter& reporter) {
  reporter.report_code(code.segment, nodes_[code.segment], loop_of_segment_[code.segment], code.element, code.component,
                       value);
  const Finding* const reported = reporter.last();
  if (reported == nullptr || reported->value.size() != value.size()) return;  // a long value is cut there
  said_of(code, value) = {&code, *reported};
}

void SetPlan::report(const char* bytes, const std::uint32_t* marks, const Unlisted& unlisted, Reporter& reporter) {
  const std::span<const Coded* const> codes{unlisted.codes.data(), unlisted.count};
  std::array<const Finding*, unlisted_max> said{};
  const auto value_of = [&](const Coded& code) {
    const Text text(bytes, marks, code.value);
    return std::string_view(text.begin, text.length);
  };
  bool again = true;
  for (std::size_t i = 0; again && i < codes.size(); ++i) {
    const std::string_view value = value_of(*codes[i]);
    const Said& one = said_of(*codes[i], value);
    again = one.code == codes[i] && wire::same_text(one.finding.value, value);
    said[i] = &one.finding;
  }
  again = again && reporter.take_lot(codes.size());
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const Coded& code = *codes[i];
    if (again)
      reporter.say_again(i, *said[i], code.segment, nodes_[code.segment], value_of(code));
    else
      report_anew(code, value_of(code), reporter);
  }
}

bool SetPlan::judge(const SetShape& shape, const wire::SegmentDocument& document, SetTree& tree, Reporter& reporter) {
  const char* const bytes = document.bytes().data();
  const std::uint32_t* const marks = shape.marks();
  Unlisted unlisted;
  if (!lengths_fit(shape) || !forms_good(bytes, marks) || !find_unlisted(bytes, marks, unlisted)) return false;
  tree.node_of_segment = nodes_;
  tree.loop_of_segment = loop_of_segment_;
  tree.loops = loops_;
  if (unlisted.count != 0) report(bytes, marks, unlisted, reporter);
  return true;
}

/// The place of a shape: its own, or one in its row that was not used lately; null where all of them were.
SetPlans::Place* SetPlans::place_of(std::uint64_t hash) {
  if (places_.empty()) places_.resize(plans_max);
  Place* const row = places_.data() + (hash >> 40) % (plans_max / ways) * ways;
  Place* const found = std::find_if(row, row + ways, [&](const Place& one) { return one.hash == hash; });
  if (found != row + ways) return found;
  Place* const least =
      std::min_element(row, row + ways, [](const Place& left, const Place& right) { return left.uses < right.uses; });
  if (least->uses > 0) {
    --least->uses;
    return nullptr;
  }
  *least = Place{hash, 0, false, 0, nullptr};
  return least;
}

bool SetPlans::judge(const wire::SegmentDocument& document, const wire::TextMarks* parts, const CompiledGuide& guide,
                     SetTree& tree, Reporter& reporter) {
  place_ = nullptr;
  if (sets_ < sets_before) {
    ++sets_;
    return false;
  }
  if (!shape_.read(document, parts)) return false;
  Place* const place = place_of(mixed(shape_.hash(), reinterpret_cast<std::uintptr_t>(guide.program.get())));
  if (place == nullptr) return false;
  if (place->plan == nullptr || !place->plan->is_for(shape_, guide)) {
    if (place->uses > 0 && !place->tried) place_ = place;
    place->uses = std::max(place->uses, 1U);
    return false;
  }
  place->uses = std::min(place->uses + 1, uses_max);
  if (!place->plan->judge(shape_, document, tree, reporter)) return false;
  tree.shape = {place->number, shape_.marks(), static_cast<std::uint32_t>(shape_.mark_count())};
  ++judged_;
  return true;
}

void SetPlans::learn(const wire::SegmentDocument& document, const CompiledGuide& guide, const SetTree& tree) {
  place_->plan = SetPlan::make(shape_, document, guide, tree);
  place_->number = ++made_;
  place_->tried = true;
  place_ = nullptr;
}

}  // namespace crossdock::guide
