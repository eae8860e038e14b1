// Buckets of segments and loops by guide node; locators walk down through them.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/set_source.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "translators/base/json_text.hpp"
#include "translators/mapping/json_buffer.hpp"
#include "translators/mapping/replay_recorder.hpp"
#include "translators/wire/character_set.hpp"
#include "translators/wire/released.hpp"

namespace crossdock::mapping {

namespace {

constexpr std::ptrdiff_t few = 8;  ///< items that are walked over; more are searched
constexpr auto before = [](const SetAnchor& item, std::uint32_t at) { return item.segment < at; };

static_assert(wire::SegmentDocument::slack >= text_slack);

/// True where all segments are plain JSON; what stands between them (terminators, line breaks) does not matter.
bool is_plain(const wire::SegmentDocument& document) {
  if (document.gap_bytes() == 0 && is_plain_json(document.delimiters.segment)) return is_plain_json(document.bytes());
  for (std::size_t i = 0; i < document.segment_count(); ++i)
    if (!is_plain_json(document.text(i))) return false;
  return true;
}

/// EDIFACT: true where values of any segment may have another form than they are meant in: decimal commas, foreign
/// characters. Release characters are told of by the segments that have them.
bool may_be_translated(const wire::SegmentDocument& document, bool plain) {
  const bool foreign = document.characters > wire::CharacterSet::latin_1 && !plain;
  return foreign || document.bytes().find(',') != std::string_view::npos;
}

bool has_releases(const wire::SegmentDocument& document) {
  const char release = document.delimiters.release;
  return release != '\0' && document.bytes().find(release) != std::string_view::npos;
}

}  // namespace

bool SetSource::reads_plainly(const wire::SegmentDocument& document, const guide::CompiledGuide& guide) {
  return is_plain(document) && (guide.syntax != wire::Syntax::edifact || !may_be_translated(document, true));
}

SetSource::SetSource(const Program& program)
    : program_(program), edifact_(program.guide != nullptr && program.guide->syntax == wire::Syntax::edifact) {
  found_.resize(program.locators.size());
  asked_.resize(program.locators.size());
  bucket_of_.assign(program.locators.size(), {program.bucket_count, true});
  if (program.guide == nullptr) return;
  for (std::size_t i = 0; i < program.locators.size(); ++i)
    if (const Range steps = program.locators[i].steps; steps.count != 0)
      bucket_of_[i] = {program.steps[steps.first + steps.count - 1].bucket, false};
  used_.resize(program.bucket_count + 1);
  begins_.resize(program.bucket_count + 1);
  ends_.resize(program.bucket_count + 1);
  const auto& nodes = program.guide->nodes;
  segment_bucket_.assign(nodes.size(), program.bucket_count);
  loop_bucket_ = segment_bucket_;
  for (std::size_t node = 0; node < std::min(nodes.size(), program.bucket_of_node.size()); ++node) {
    const std::uint32_t bucket = program.bucket_of_node[node];
    if (bucket == nothing) continue;
    (nodes[node].kind == guide::Node::Kind::loop ? loop_bucket_ : segment_bucket_)[node] = bucket;
  }
}

void SetSource::begin(const wire::SegmentDocument& document, const guide::SetTree& tree) {
  attach(document, tree);
  ++serial_;
  meant_.clear();
  fill_buckets();
  look_anew();
  plain_ = is_plain(document);
  translated_ = edifact_ && may_be_translated(document, plain_);
  plain_ = plain_ && !translated_ && !(edifact_ && has_releases(document));
}

void SetSource::look_anew() {
  state_.assign(program_.levels.size(), {});
  static_assert(nothing == 0xFFFFFFFF && sizeof(Anchor) == 8);
  std::memset(static_cast<void*>(found_.data()), 0xFF,
              found_.size() * sizeof(Anchor));  // nothing, until a level is entered
  move(0, {0, 0});
}

/// Counting sort: two passes over the set's segments and loops. What nobody wants is left out.
void SetSource::fill_buckets() {
  const std::size_t segments = tree_->node_of_segment.size(), loops = tree_->loops.size();
  const guide::NodeIndex* const node_of = tree_->node_of_segment.data();
  const std::uint32_t* const instance_of = tree_->loop_of_segment.data();
  const guide::LoopInstance* const loop = tree_->loops.data();
  const std::uint32_t unwanted = program_.bucket_count;
  const std::uint32_t *const of_segment = segment_bucket_.data(), *const of_loop = loop_bucket_.data();
  const std::size_t known = segment_bucket_.size();
  std::uint32_t *const begins = begins_.data(), *const ends = ends_.data(), *const used = used_.data();
  for (std::size_t i = 0; i < used_count_; ++i) begins[used[i]] = ends[used[i]] = 0;
  if (items_.size() < segments + loops) items_.resize(2 * (segments + loops)), wanted_.resize(items_.size());
  std::uint32_t* const wanted = wanted_.data();  // the bucket of each segment, then of each loop
  std::size_t count = 0;
  const auto add = [&](std::uint32_t bucket, std::size_t at) {
    wanted[at] = bucket;
    if (bucket != unwanted && ends[bucket]++ == 0) used[count++] = bucket;
  };
  for (std::size_t i = 0; i < segments; ++i) add(node_of[i] < known ? of_segment[node_of[i]] : unwanted, i);
  for (std::size_t i = 1; i < loops; ++i) add(of_loop[loop[i].node], segments + i);
  used_count_ = count;
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) begins[used[i]] = sum, sum += std::exchange(ends[used[i]], sum);
  Anchor* const items = items_.data();
  for (std::size_t i = 0; i < segments; ++i)
    if (wanted[i] != unwanted) items[ends[wanted[i]]++] = {static_cast<std::uint32_t>(i), instance_of[i]};
  for (std::size_t i = 1; i < loops; ++i)
    if (const std::uint32_t bucket = wanted[segments + i]; bucket != unwanted)
      items[ends[bucket]++] = {loop[i].first_segment, static_cast<std::uint32_t>(i)};
}

/// What is seen from a level that moved to another occurrence: found at once where that is cheap, or where there is
/// nothing in the whole set.
void SetSource::forget(const LevelLocators& own, Anchor anchor) {
  for (std::uint32_t i = own.others.first; i < own.others.first + own.others.count; ++i) {
    const std::uint32_t bucket = bucket_of_[i].index;
    found_[i] = {begins_[bucket] == ends_[bucket] || !present(anchor) ? nothing : unknown, 0};
  }
  std::fill_n(found_.begin() + own.scanned.first, own.scanned.count, Anchor{});
  if (own.scanned.count != 0 && present(anchor)) find_scanned(own, anchor);
}

/// A short loop is walked over once for all of them; in a long one each looks into its bucket.
void SetSource::find_scanned(const LevelLocators& own, Anchor anchor) {
  constexpr std::uint32_t short_loop = 40;
  const guide::LoopInstance& holder = tree_->loops[anchor.instance];
  const bool root = anchor.instance == 0;
  const std::uint32_t begin = root ? 0 : holder.first_segment;
  const std::uint32_t end = root ? static_cast<std::uint32_t>(tree_->node_of_segment.size()) : holder.end_segment;
  Anchor* const found = found_.data() + own.scanned.first;
  if (end - begin <= short_loop) {
    const std::uint16_t* const which = program_.scanned_at.data() + own.scan;
    const std::size_t known = program_.guide->nodes.size();
    const guide::NodeIndex* const node_of = tree_->node_of_segment.data();
    for (std::uint32_t i = end; i-- > begin;)  // backwards: the first one stays
      if (const std::uint16_t at = node_of[i] < known ? which[node_of[i]] : 0; at != 0)
        found[at - 1] = {i, tree_->loop_of_segment[i]};
    return;
  }
  for (std::uint32_t i = 0; i < own.scanned.count; ++i) {
    const std::uint32_t bucket = bucket_of_[own.scanned.first + i].index;
    const Anchor* item = items_.data() + begins_[bucket];
    const Anchor* const last = items_.data() + ends_[bucket];
    if (last - item > few) item = std::lower_bound(item, last, begin, before);
    while (item != last && item->segment < begin) ++item;
    if (item != last && item->segment < end) found[i] = *item;
  }
}

SetSource::Items SetSource::items(const Step& step, std::uint32_t instance) const {
  const Anchor* begin = items_.data() + begins_[step.bucket];
  const Anchor* end = items_.data() + ends_[step.bucket];
  if (instance == 0 || begin == end) return {begin, end};
  const guide::LoopInstance& holder = tree_->loops[instance];
  const std::uint32_t holder_end = step.own && holder.own_end != 0 ? holder.own_end : holder.end_segment;
  if (end - begin > few) {
    begin = std::lower_bound(begin, end, holder.first_segment, before);
    if (end - begin > few && begin[few].segment < holder_end)
      return {begin, std::lower_bound(begin + few, end, holder_end, before)};
  } else {
    while (begin != end && begin->segment < holder.first_segment) ++begin;
  }
  const Anchor* last = begin;
  while (last != end && last->segment < holder_end) ++last;
  return {begin, last};
}

std::string_view SetSource::component(std::string_view element, std::uint16_t position, std::uint32_t segment) const {
  if (position == 0 || element.empty()) return element;
  const char separator = document_->delimiters.component;
  const char release = document_->released(segment) ? document_->delimiters.release : '\0';
#if defined(__SSE2__)
  if (element.size() <= 32 && release == '\0') {  // there are as many bytes to read behind every element
    const __m128i wanted = _mm_set1_epi8(separator);
    const auto found = [&](std::size_t at) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(element.data() + at));
      return static_cast<std::uint64_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)));
    };
    // A bit for each separator, and one behind the element.
    const std::uint64_t behind = std::uint64_t{1} << element.size();
    std::uint64_t ends = ((element.size() <= 16 ? found(0) : found(0) | found(16) << 16U) & (behind - 1)) | behind;
    if (position == 1) return element.substr(0, static_cast<std::size_t>(std::countr_zero(ends)));
    std::size_t start = 0;
    for (std::uint16_t i = 1; i < position; ++i) {
      start = static_cast<std::size_t>(std::countr_zero(ends)) + 1;
      ends &= ends - 1;
      if (ends == 0) return {};
    }
    return element.substr(start, static_cast<std::size_t>(std::countr_zero(ends)) - start);
  }
#endif
  for (std::uint16_t i = 1;; ++i) {
    const std::size_t end = release == 0 ? element.find(separator) : wire::find_unreleased(element, separator, release);
    if (i == position) return element.substr(0, end);
    if (end == std::string_view::npos) return {};
    element.remove_prefix(end + 1);
  }
}

std::string_view SetSource::meant(std::string_view text, std::uint16_t element, std::uint16_t part,
                                  Anchor anchor) const {
  using wire::CharacterSet;
  const char release = document_->delimiters.release;
  const bool released = document_->released(anchor.segment) && text.find(release) != std::string_view::npos;
  const bool foreign = document_->characters > CharacterSet::latin_1 && document_->characters != CharacterSet::utf_8 &&
                       wire::has_high_bytes(text);  // other sets are told apart where JSON is written
  bool comma = text.find(',') != std::string_view::npos;
  if (comma) {
    const guide::NodeIndex node = tree_->node_of_segment[anchor.segment];
    const auto& rules = program_.guide->segments[program_.guide->nodes[node].rule].elements;
    comma = element != 0 && element <= rules.size();
    if (comma) {
      const guide::ElementRule& whole = rules[element - 1U];
      const guide::ElementRule& rule =
          part != 0 && part <= whole.components.size() ? whole.components[part - 1U] : whole;
      comma = rule.type == guide::ElementType::number;
    }
  }
  if (!released && !foreign && !comma) return text;
  std::string& out = meant_.emplace_back();
  if (released)
    wire::append_unreleased(out, text, release);
  else
    out = text;
  if (foreign) {
    std::string utf8;
    wire::append_utf8(utf8, out, document_->characters);
    out = std::move(utf8);
  }
  if (comma) std::replace(out.begin(), out.end(), ',', '.');
  if (recorder_ != nullptr && (foreign || comma)) recorder_->give_up();
  if (recorder_ != nullptr) recorder_->unreleased(text, out);
  return out;
}

std::uint32_t SetSource::find_pair(const Qualifier& qualifier, std::uint32_t segment, std::uint32_t skip) const {
  for (std::uint32_t i = 0; i < qualifier.spots.count; ++i) {
    const std::uint16_t at = program_.spots[qualifier.spots.first + i];
    const std::uint16_t part = qualifier.in_component ? at : qualifier.component;
    std::string_view code = arrays_.element(segment, qualifier.in_component ? qualifier.element : at);
    if (part != 0) code = component(code, part, segment);
    if (code.empty()) continue;
    bool found = false;
    for (std::uint32_t k = 0; k < qualifier.codes.count && !found; ++k)
      found = program_.texts[qualifier.codes.first + k] == code;
    if (found != qualifier.negated && skip-- == 0) return i;
  }
  return nothing;
}

Spot SetSource::spot(const Place& place, Anchor anchor, std::uint32_t skip) const {
  Spot out{place.element, place.component};
  if (place.pair == nothing) return out;
  const Qualifier& pair = program_.qualifiers[place.pair];
  const std::uint32_t found = anchor.segment == nothing ? nothing : find_pair(pair, anchor.segment, skip);
  if (found == nothing) return {};
  const auto moved =
      static_cast<std::uint16_t>(program_.spots[pair.spots.first + found] - program_.spots[pair.spots.first]);
  (pair.in_component ? out.component : out.element) += moved;
  return out;
}

bool SetSource::passes_one(const Qualifier& qualifier, std::uint32_t segment) const {
  if (recorder_ != nullptr && qualifier.paired()) recorder_->give_up();
  if (qualifier.paired()) return find_pair(qualifier, segment, 0) != nothing;
  std::string_view value = arrays_.element(segment, qualifier.element);
  if (qualifier.component != 0) value = component(value, qualifier.component, segment);
  if (qualifier.by_level != nothing) {
    const std::string_view other = arrays_.element(state_[qualifier.by_level].segment, qualifier.by_element);
    if (recorder_ != nullptr) recorder_->equal(value, other, value == other, Recorder::As::sent);
    return value == other;
  }
  bool found = false;
  for (std::uint32_t i = 0; i < qualifier.codes.count && !found; ++i)
    found = same_text(program_.texts[qualifier.codes.first + i], value);
  if (recorder_ != nullptr) recorder_->texts(value, qualifier.codes, found, Recorder::As::sent);
  return found != qualifier.negated;
}

bool SetSource::passes(const Range& qualifiers, std::uint32_t segment) const {
  for (std::uint32_t i = 0; i < qualifiers.count; ++i)
    if (!passes_one(program_.qualifiers[qualifiers.first + i], segment)) return false;
  return true;
}

/// The loops between the locator's level and the one that was entered.
void SetSource::enter_above(const Locator& locator, std::uint32_t level, Anchor anchor) {
  std::uint32_t instance = anchor.instance;
  bool at_segment = program_.levels[level].segment;
  for (std::uint32_t above = program_.levels[level].above; above != nothing && above != locator.level;
       above = program_.levels[above].above) {
    const std::uint32_t holder = at_segment ? instance : tree_->loops[instance].parent;
    const Level& there = program_.levels[above];
    if (there.step != nothing && (tree_->loops[holder].node != there.node ||
                                  !passes(program_.steps[there.step].qualifiers, tree_->loops[holder].first_segment))) {
      move(above, {});  // a level that may be absent, and is
      continue;
    }
    instance = holder;
    at_segment = false;
    move(above, {tree_->loops[instance].first_segment, instance});
  }
}

bool SetSource::locate(std::uint32_t index, Anchor& out, Anchor& second, bool& has_second) {
  has_second = false;
  if (locate_again(index, out)) return present(out);
  const Locator& locator = program_.locators[index];
  const Anchor from = state_[locator.level];
  second = {};
  if (locator.steps.count == 0 || !present(from))
    out = from;
  else
    out = locator.optional ? find_by_walk(locator, second) : find(locator, from, second);
  has_second = present(second);
  if (locator.dynamic) return present(out);  // its qualifiers change with other levels
  const std::uint64_t question = (serial_ << 32U) | from.segment;
  has_second = has_second && asked_[index] != question;
  asked_[index] = question;
  found_[index] = out;
  return present(out);
}

SetAnchor SetSource::find(const Locator& locator, Anchor from, Anchor& second) const {
  const Step* step = program_.steps.data() + locator.steps.first;
  for (const Step* const end = step + locator.steps.count; step != end; ++step) {
    Anchor next;
    const Items among = items(*step, from.instance);
    for (const Anchor* item = among.first; item != among.last; ++item) {
      if (!takes(*step, from.instance, *item)) continue;
      if (!present(next)) {
        next = *item;
        if (!locator.warn_second) break;
        continue;
      }
      if (recorder_ != nullptr) recorder_->give_up();  // whole segments are compared
      if (document_->text(item->segment) != document_->text(next.segment)) {
        second = *item;
        break;
      }
    }
    if (!present(next)) return {};
    from = next;
  }
  return from;
}

void SetSource::walk_from(const Locator& locator, std::uint32_t at, std::uint32_t instance,
                          std::vector<Anchor>& out) const {
  const Step& step = program_.steps[locator.steps.first + at];
  if (step.optional) walk_from(locator, at + 1, instance, out);
  const Items found = items(step, instance);
  for (const Anchor* item = found.first; item != found.last; ++item) {
    const Anchor here = *item;
    if (!takes(step, instance, here)) continue;
    if (at + 1 == locator.steps.count)
      out.push_back(here);
    else
      walk_from(locator, at + 1, here.instance, out);
  }
}

void SetSource::walk(const Locator& locator, std::vector<Anchor>& out) const {
  const Anchor from = state_[locator.level];
  if (from.segment == nothing) return;
  const std::size_t before = out.size();
  if (locator.simple) {
    const Items found = items(program_.steps[locator.steps.first], from.instance);
    out.insert(out.end(), found.begin(), found.end());
    return;
  }
  if (locator.steps.count == 0)
    out.push_back(from);
  else
    walk_from(locator, 0, from.instance, out);
  if (locator.optional)
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(before), out.end(),
              [](const Anchor& a, const Anchor& b) { return a.segment < b.segment; });
}

/// For locators whose steps may be absent: all occurrences, of which the first counts.
SetAnchor SetSource::find_by_walk(const Locator& locator, Anchor& second) const {
  std::vector<Anchor> all;
  walk(locator, all);
  if (all.empty()) return {};
  if (recorder_ != nullptr && all.size() > 1 && locator.warn_second) recorder_->give_up();
  for (std::size_t i = 1; i < all.size() && locator.warn_second && !present(second); ++i)
    if (document_->text(all[i].segment) != document_->text(all[0].segment)) second = all[i];
  return all.front();
}

Position SetSource::where(const Place& place, Anchor anchor, std::string_view value) const {
  if (anchor.segment == nothing) return {};
  const std::uint16_t at = spot(place, anchor).element;
  Position out = document_->where(anchor.segment, at);
  if (at == 0) return out;  // the segment as a whole
  const std::string_view element = arrays_.element(anchor.segment, at);
  if (value.data() >= element.data() && value.data() + value.size() <= element.data() + element.size() &&
      !value.empty()) {
    out.offset += static_cast<std::uint64_t>(value.data() - element.data());
    out.length = static_cast<std::uint32_t>(value.size());
  }
  return out;
}

std::string SetSource::path(const Place& place, Anchor anchor) const {
  std::string out;
  if (anchor.segment == nothing) return place.text;
  std::uint32_t instance = tree_->loop_of_segment[anchor.segment];
  const bool trigger = instance != 0 && tree_->loops[instance].first_segment == anchor.segment;
  if (!trigger) {
    std::uint32_t occurrence = 1;
    for (std::uint32_t s = anchor.segment; s-- > tree_->loops[instance].first_segment;)
      if (tree_->node_of_segment[s] == tree_->node_of_segment[anchor.segment] && tree_->loop_of_segment[s] == instance)
        ++occurrence;
    out = std::string(document_->tag(anchor.segment)) + "[" + std::to_string(occurrence) + "]";
  }
  guide::NodeIndex below = guide::no_node;
  for (; instance != 0; instance = tree_->loops[instance].parent) {
    const guide::LoopInstance& loop = tree_->loops[instance];
    if (loop.node == below) continue;  // levels of a hierarchy are counted over the whole set
    below = loop.own_end != 0 ? loop.node : guide::no_node;
    out = std::string(document_->tag(tree_->loops[instance].first_segment)) + "[" +
          std::to_string(tree_->loops[instance].occurrence) + "]" + (out.empty() ? "" : "/") + out;
  }
  auto two = [](std::uint16_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  const Spot at = spot(place, anchor);
  if (at.element != 0) out += "." + two(at.element);
  if (at.component != 0) out += "." + std::to_string(at.component);
  return out;
}

}  // namespace crossdock::mapping
