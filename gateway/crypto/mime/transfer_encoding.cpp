// base64 and quoted-printable, both directions, over chunks of any size.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/mime/transfer_encoding.hpp"

#include <algorithm>

#include "gateway/crypto/mime/header_fields.hpp"

namespace crossdock::mime {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t skipped = 0xFE, bad = 0xFF, padding = 0xFD;

constexpr std::array<std::uint8_t, 256> decode_table = [] {
  std::array<std::uint8_t, 256> out{};
  out.fill(bad);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    out[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  for (const char c : {' ', '\t', '\r', '\n'}) out[static_cast<unsigned char>(c)] = skipped;
  out['='] = padding;
  return out;
}();

class Identity final : public TransferCoder {
 public:
  Status feed(std::string_view bytes, std::string& out) override {
    out.append(bytes);
    return {};
  }
  Status finish(std::string&) override { return {}; }
};

class Base64Decoder final : public TransferCoder {
 public:
  Status feed(std::string_view bytes, std::string& out) override {
    out.reserve(out.size() + bytes.size() / 4 * 3 + 3);
    for (const char c : bytes) {
      const std::uint8_t value = decode_table[static_cast<unsigned char>(c)];
      ++offset_;
      if (value < 64 && !padded_) [[likely]] {
        bits_ = bits_ << 6 | value;
        if (++count_ == 4) emit(out, 3);
        continue;
      }
      if (value == skipped) continue;
      if (value == padding && (padded_ || count_ >= 2)) {
        if (!padded_) close(out);
        padded_ = true;
        continue;
      }
      return fail(Code::mime_encoding_malformed,
                  padded_ ? "base64 goes on after its padding" : "a byte in base64 that is not of its alphabet",
                  Position{.offset = offset_ - 1, .length = 1});
    }
    return {};
  }
  Status finish(std::string& out) override {
    if (count_ == 1)
      return fail(Code::mime_encoding_malformed, "base64 ends within a group", Position{.offset = offset_});
    close(out);
    return {};
  }

 private:
  void emit(std::string& out, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>(bits_ >> (16 - 8 * i) & 0xFF);
    bits_ = 0;
    count_ = 0;
  }
  /// The last group, of two or three characters.
  void close(std::string& out) {
    if (count_ < 2) return;
    const unsigned bytes = count_ - 1;
    bits_ <<= 6 * (4 - count_);
    emit(out, bytes);
  }
  std::uint32_t bits_ = 0;
  unsigned count_ = 0;
  bool padded_ = false;
  std::uint64_t offset_ = 0;
};

void append_base64(std::string& out, std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) bits = bits << 8 | (k < n ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += k <= n ? alphabet[bits >> (18 - 6 * k) & 63] : '=';
  }
}

class Base64Encoder final : public TransferCoder {
 public:
  Status feed(std::string_view bytes, std::string& out) override {
    out.reserve(out.size() + (bytes.size() / line_bytes + 1) * 78);
    while (held_.size() + bytes.size() >= line_bytes) {
      const std::size_t n = line_bytes - held_.size();
      held_.append(bytes, 0, n);
      bytes.remove_prefix(n);
      flush(out);
    }
    held_.append(bytes);
    return {};
  }
  Status finish(std::string& out) override {
    if (!held_.empty()) flush(out);
    return {};
  }

 private:
  static constexpr std::size_t line_bytes = 57;
  void flush(std::string& out) {
    append_base64(out, held_);
    out += "\r\n";
    held_.clear();
  }
  std::string held_;
};

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

class QuotedPrintableDecoder final : public TransferCoder {
 public:
  Status feed(std::string_view bytes, std::string& out) override {
    for (const char c : bytes) take(c, out);
    return blanks_ < blanks_max ? Status{} : fail(Code::mime_encoding_malformed, "a line of blanks without end");
  }
  Status finish(std::string& out) override {
    // Blanks at the end of the last line were added on the way; an escape that was begun stays as it is.
    if (!escape_.empty() && escape_ != "=" && escape_ != "=\r") out += escape_;
    return {};
  }

 private:
  static constexpr std::size_t blanks_max = 1U << 20;
  void take(char c, std::string& out) {
    if (!escape_.empty()) {
      if (continue_escape(c, out)) return;
    }
    if (c == ' ' || c == '\t') {
      held_ += c;
      ++blanks_;
      return;
    }
    if (c != '\r' && c != '\n') out += held_;  // blanks before a line end are not part of the text
    held_.clear();
    blanks_ = 0;
    if (c == '=') {
      escape_ = "=";
    } else {
      out += c;
    }
  }
  /// True when `c` was taken; false when the escape turned out to be none and was put out.
  bool continue_escape(char c, std::string& out) {
    if (escape_ == "=\r") {
      escape_.clear();
      return c == '\n';
    }
    if (escape_ == "=") {
      if (c == '\n') {
        escape_.clear();
        return true;
      }
      if (c == '\r' || hex_value(c) >= 0) {
        escape_ += c;
        return true;
      }
      if (c == ' ' || c == '\t') return true;  // padding between the soft break and the line end
    } else if (hex_value(c) >= 0) {
      out += static_cast<char>(hex_value(escape_[1]) * 16 + hex_value(c));
      escape_.clear();
      return true;
    }
    out += escape_;
    escape_.clear();
    return false;
  }
  std::string held_, escape_;
  std::size_t blanks_ = 0;
};

class QuotedPrintableEncoder final : public TransferCoder {
 public:
  Status feed(std::string_view bytes, std::string& out) override {
    for (const char c : bytes) {
      if (cr_ && c == '\n') {
        cr_ = false;
        put_blank(out, true);
        out += "\r\n";
        column_ = 0;
        continue;
      }
      if (cr_) escape('\r', out);
      cr_ = c == '\r';
      if (!cr_) take(c, out);
    }
    return {};
  }
  Status finish(std::string& out) override {
    if (cr_) escape('\r', out);
    put_blank(out, true);
    return {};
  }

 private:
  void take(char c, std::string& out) {
    if (c == ' ' || c == '\t') {
      put_blank(out, false);
      blank_ = c;
      return;
    }
    if (c > ' ' && c < 0x7F && c != '=') {
      put_blank(out, false);
      room(1, out);
      out += c;
      ++column_;
    } else {
      escape(c, out);
    }
  }
  void put_blank(std::string& out, bool at_end) {
    if (blank_ == 0) return;
    const char c = blank_;
    blank_ = 0;
    if (at_end) {
      escape(c, out);
      return;
    }
    room(1, out);
    out += c;
    ++column_;
  }
  void escape(char c, std::string& out) {
    put_blank(out, false);
    constexpr std::string_view hex = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    room(3, out);
    out.append("=").append(1, hex[byte >> 4]).append(1, hex[byte & 15]);
    column_ += 3;
  }
  void room(std::size_t n, std::string& out) {
    if (column_ + n <= 75) return;
    out += "=\r\n";
    column_ = 0;
  }
  std::size_t column_ = 0;
  char blank_ = 0;
  bool cr_ = false;
};

}  // namespace

Result<TransferEncoding> parse_transfer_encoding(std::string_view text) {
  std::string value = to_lower(trim(text.substr(0, text.find_first_of(";("))));
  if (value.size() > 1 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
  if (value.empty() || value == "binary" || value == "8bit" || value == "7bit") return TransferEncoding::binary;
  if (value == "base64") return TransferEncoding::base64;
  if (value == "quoted-printable") return TransferEncoding::quoted_printable;
  return fail(Code::mime_encoding_unknown, "Content-Transfer-Encoding: " + value.substr(0, 60));
}

std::string_view name(TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::base64: return "base64";
    case TransferEncoding::quoted_printable: return "quoted-printable";
    case TransferEncoding::binary: break;
  }
  return "binary";
}

std::unique_ptr<TransferCoder> make_decoder(TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::base64: return std::make_unique<Base64Decoder>();
    case TransferEncoding::quoted_printable: return std::make_unique<QuotedPrintableDecoder>();
    case TransferEncoding::binary: break;
  }
  return std::make_unique<Identity>();
}

std::unique_ptr<TransferCoder> make_encoder(TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::base64: return std::make_unique<Base64Encoder>();
    case TransferEncoding::quoted_printable: return std::make_unique<QuotedPrintableEncoder>();
    case TransferEncoding::binary: break;
  }
  return std::make_unique<Identity>();
}

std::string base64_encode(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

Result<std::string> base64_decode(std::string_view text) {
  std::string out;
  Base64Decoder decoder;
  TRY_STATUS(decoder.feed(text, out));
  TRY_STATUS(decoder.finish(out));
  return out;
}

}  // namespace crossdock::mime
