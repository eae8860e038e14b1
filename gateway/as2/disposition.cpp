// Dispositions: many spellings in, one out.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/disposition.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace crossdock::as2 {
namespace {

using Type = Disposition::Type;
using Modifier = Disposition::Modifier;

std::string_view take_word(std::string_view& rest) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; };
  const auto end = std::find_if_not(rest.begin(), rest.end(), is_letter);
  const std::string_view word = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  rest.remove_prefix(word.size());
  return word;
}

std::optional<Type> type_of(std::string_view word) {
  if (mime::equals_ignoring_case(word, "processed")) return Type::processed;
  if (mime::equals_ignoring_case(word, "failed")) return Type::failed;
  return std::nullopt;
}

std::optional<Modifier> modifier_of(std::string_view word) {
  if (mime::equals_ignoring_case(word, "error")) return Modifier::error;
  if (mime::equals_ignoring_case(word, "failure")) return Modifier::failure;
  if (mime::equals_ignoring_case(word, "warning")) return Modifier::warning;
  return std::nullopt;
}

void skip_separators(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" \t\r\n/:=,")));
}

/// What rfc4130bis says instead of RFC 4130's words.
constexpr std::array<std::pair<Code, std::string_view>, 4> words_of_1_3 = {{
    {Code::as2_relationship, "unknown-trading-relationship"},
    {Code::as2_message_id, "invalid-message-id"},
    {Code::as2_file_name_illegal, "illegal-filename"},
    {Code::as2_file_name_duplicate, "duplicate-filename"},
}};

}  // namespace

std::optional<Disposition> parse_disposition(std::string_view text) {
  std::string_view rest = mime::trim(text);
  const std::size_t semicolon = rest.find(';');
  // The modes before the first semicolon are of no interest, but only modes are left out.
  if (semicolon != std::string_view::npos) {
    std::string_view front = rest;
    const std::string_view word = take_word(front);
    if (!type_of(word) && !modifier_of(word)) rest.remove_prefix(semicolon + 1);
  }
  skip_separators(rest);
  Disposition out;
  bool type_known = false, modifier_known = false;
  while (!rest.empty()) {
    std::string_view after = rest;
    const std::string_view word = take_word(after);
    const auto type = type_of(word);
    const auto modifier = modifier_of(word);
    if (type && !modifier_known) {
      out.type = *type;
      type_known = true;
    } else if (modifier && (!modifier_known || *modifier == out.modifier)) {
      out.modifier = *modifier;
      if (!type_known) out.type = *modifier == Modifier::failure ? Type::failed : Type::processed;
      modifier_known = true;
    } else {
      break;
    }
    // `error` inside of a longer text is no modifier: what follows one is a separator.
    rest = after;
    const bool slash = !rest.empty() && rest.front() == '/';
    skip_separators(rest);
    if (slash && !modifier_known) {
      std::string_view next = rest;
      if (const std::string_view unknown = take_word(next);
          !unknown.empty() && !modifier_of(unknown) && !type_of(unknown)) {
        out.modifier = Modifier::error;  // an extension that nobody knows is not success
        modifier_known = true;
      }
    }
  }
  if (!type_known && !modifier_known) return std::nullopt;
  if (!modifier_known) {
    // `failed` without modifier is no success either; positive() says so by the type.
    out.text.clear();
    return out;
  }
  out.text = std::string(mime::trim(rest));
  return out;
}

std::string write_disposition(const Disposition& disposition) {
  std::string out = "automatic-action/MDN-sent-automatically; ";
  out += disposition.type == Type::failed ? "failed" : "processed";
  switch (disposition.modifier) {
    case Modifier::none: return out;
    case Modifier::error: out += "/error"; break;
    case Modifier::failure: out += "/Failure"; break;
    case Modifier::warning: out += "/warning"; break;
  }
  if (!disposition.text.empty()) out += ": ";
  for (const char c : disposition.text) out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  return out;
}

Disposition disposition_of(Code code, Profile profile) {
  if (profile == Profile::v1_3) {
    for (const auto& [known, word] : words_of_1_3) {
      if (known == code) return {Type::processed, Modifier::error, std::string(word)};
    }
  }
  if (const auto found = parse_disposition(info(code).disposition)) return *found;
  return {Type::processed, Modifier::error, "unexpected-processing-error"};
}

}  // namespace crossdock::as2
