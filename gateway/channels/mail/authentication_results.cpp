// Reading Authentication-Results, and holding them against what a profile asks for.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/mail/authentication_results.hpp"

#include <algorithm>

namespace crossdock::mail {
namespace {

constexpr std::size_t results_max = 64, properties_max = 32, comment_depth_max = 32;

/// Walks over a field's value word by word.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  /// Blanks and comments (RFC 5322 CFWS).
  void skip() {
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (depth > 0 && c == '\\') {
        at_ = std::min(at_ + 2, text_.size());
        continue;
      }
      if (c == '(' && depth < comment_depth_max) {
        ++depth;
      } else if (c == ')' && depth > 0) {
        --depth;
      } else if (depth == 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n') {
        return;
      }
      ++at_;
    }
  }
  [[nodiscard]] bool ended() const { return at_ >= text_.size(); }
  [[nodiscard]] bool take(char wanted) {
    skip();
    if (ended() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  /// A quoted string's content, or bytes up to a blank, `;`, `=` or `(`.
  std::string word(bool stop_at_equals = true) {
    skip();
    std::string out;
    if (!ended() && text_[at_] == '"') {
      for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
        out += text_[at_];
      }
      if (!ended()) ++at_;
      return out;
    }
    const std::string_view stop = stop_at_equals ? " \t\r\n;(=" : " \t\r\n;(";
    const std::size_t end = std::min(text_.find_first_of(stop, at_), text_.size());
    out = text_.substr(at_, end - at_);
    at_ = end;
    return out;
  }
  /// Behind the next semicolon that stands in no comment or quotes.
  bool next_item() {
    for (;;) {
      if (take(';')) return true;
      if (ended()) return false;
      const std::size_t before = at_;
      word(false);
      if (at_ == before) ++at_;
    }
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

/// The domain of an address, or the text itself.
std::string domain_of(std::string_view text) {
  const std::size_t at = text.rfind('@');
  std::string out = mime::to_lower(at == std::string_view::npos ? text : text.substr(at + 1));
  while (!out.empty() && (out.back() == '.' || out.back() == '>')) out.pop_back();
  return out;
}

/// `mail.acme.example` proves `acme.example`, and is proved by it: the owner of one answers for the other.
bool aligned(std::string_view proved, std::string_view wanted) {
  const auto below = [](std::string_view a, std::string_view b) {
    return a.size() > b.size() && a.ends_with(b) && a[a.size() - b.size() - 1] == '.';
  };
  return !proved.empty() && proved.find('.') != std::string_view::npos &&
         (proved == wanted || below(proved, wanted) || below(wanted, proved));
}

std::string proved_domain(Method method, const MethodResult& one) {
  if (method == Method::dkim)
    return domain_of(one.property("header.d").empty() ? one.property("header.i") : one.property("header.d"));
  if (method == Method::dmarc) return domain_of(one.property("header.from"));
  const std::string from = domain_of(one.property("smtp.mailfrom"));
  return from.empty() ? domain_of(one.property("smtp.helo")) : from;
}

/// Empty when proved; else what was found.
std::string missing(const std::vector<AuthenticationResults>& trusted, Method method,
                    const std::vector<std::string>& domains) {
  for (const AuthenticationResults& field : trusted) {
    std::string found;
    for (const MethodResult& one : field.results) {
      if (one.method != name(method)) continue;
      const std::string domain = proved_domain(method, one);
      if (one.result == "pass" && std::any_of(domains.begin(), domains.end(),
                                              [&](const std::string& wanted) { return aligned(domain, wanted); }))
        return {};
      found += (found.empty() ? "" : ", ") + std::string(name(method)) + "=" + one.result +
               (domain.empty() ? "" : " of " + domain);
    }
    if (!found.empty()) return found;
  }
  return std::string(name(method)) + " is not among its results";
}

}  // namespace

std::string_view MethodResult::property(std::string_view name) const {
  for (const auto& [key, value] : properties)
    if (key == name) return value;
  return {};
}

std::string_view name(Method method) {
  constexpr std::string_view names[] = {"dkim", "spf", "dmarc"};
  return names[static_cast<std::size_t>(method)];
}

AuthenticationResults parse_authentication_results(std::string_view value) {
  AuthenticationResults out;
  Words words(value);
  out.server = mime::to_lower(words.word());
  while (out.results.size() < results_max && words.next_item()) {
    MethodResult one;
    one.method = mime::to_lower(words.word());
    if (const std::size_t slash = one.method.find('/'); slash != std::string::npos) one.method.resize(slash);
    if (!words.take('=')) continue;  // `none`, or no result
    one.result = mime::to_lower(words.word());
    while (one.properties.size() < properties_max) {
      std::string key = mime::to_lower(words.word());
      if (key.empty() || !words.take('=')) break;
      one.properties.emplace_back(std::move(key), words.word(false));
    }
    if (!one.method.empty()) out.results.push_back(std::move(one));
  }
  return out;
}

std::string from_address(const mime::HeaderFields& fields) {
  if (fields.count("from") != 1) return {};
  const std::string_view value = fields.value("from");
  std::string outside;  // without quoted names and comments: these may hold whatever looks like an address
  std::size_t depth = 0;
  bool is_quoted = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '\\' && (is_quoted || depth > 0)) {
      ++i;
    } else if (c == '"' && depth == 0) {
      is_quoted = !is_quoted;
    } else if (!is_quoted && (c == '(' || c == ')')) {
      if (c == '(')
        ++depth;
      else if (depth > 0)
        --depth;
    } else if (!is_quoted && depth == 0) {
      outside += c;
    }
  }
  if (outside.find(',') != std::string::npos || std::count(outside.begin(), outside.end(), '@') != 1) return {};
  const std::size_t open = outside.find('<'), close = outside.find('>');
  std::string_view address = outside;
  if (open != std::string::npos && close != std::string::npos && close > open)
    address = std::string_view(outside).substr(open + 1, close - open - 1);
  address = mime::trim(address);
  return address.find('@') == std::string_view::npos ? std::string{} : mime::to_lower(address);
}

Status check_authentication(const mime::HeaderFields& fields, const AuthenticationPolicy& policy) {
  if (policy.required.empty()) return {};
  std::vector<std::string> domains;
  for (const std::string& one : policy.domains) domains.push_back(mime::to_lower(one));
  const std::string from = from_address(fields);
  if (domains.empty() && !from.empty()) domains.push_back(domain_of(from));
  if (domains.empty()) return fail(Code::mail_authentication, "the mail has no single From address");
  std::vector<AuthenticationResults> trusted;
  for (const mime::HeaderField& field : fields.all()) {
    if (!mime::equals_ignoring_case(field.name, "authentication-results")) continue;
    auto one = parse_authentication_results(field.value);
    if (mime::equals_ignoring_case(one.server, policy.server)) trusted.push_back(std::move(one));
  }
  if (trusted.empty())
    return fail(Code::mail_authentication,
                "no Authentication-Results field is of " + policy.server + ", the receiving server");
  std::string wrong;
  for (const Method method : policy.required)
    if (const std::string found = missing(trusted, method, domains); !found.empty())
      wrong += (wrong.empty() ? "" : "; ") + found;
  if (wrong.empty()) return {};
  return fail(Code::mail_authentication, wrong + "; a pass for " + domains.front() + " is asked for");
}

}  // namespace crossdock::mail
