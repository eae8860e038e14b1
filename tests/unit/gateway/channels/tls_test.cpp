// TLS through the same virtual stream: handshake, version floor, exchange of certificates while connections are open.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "tests/unit/gateway/channels/http_test_server.hpp"

namespace crossdock::http {
namespace {

template <class Write>
std::string pem(const Write& write) {
  BIO* memory = BIO_new(BIO_s_mem());
  write(memory);
  char* text = nullptr;
  const long length = BIO_get_mem_data(memory, &text);
  std::string out(text, static_cast<std::size_t>(length));
  BIO_free(memory);
  return out;
}

/// A self-signed P-256 certificate for `name`, valid for an hour.
TlsMaterial make_certificate(const std::string& name) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(certificate, subject);
  X509_sign(certificate, key, EVP_sha256());
  TlsMaterial out;
  out.certificate_chain = pem([&](BIO* memory) { PEM_write_bio_X509(memory, certificate); });
  out.private_key =
      pem([&](BIO* memory) { PEM_write_bio_PrivateKey(memory, key, nullptr, nullptr, 0, nullptr, nullptr); });
  X509_free(certificate);
  EVP_PKEY_free(key);
  return out;
}

/// A blocking TLS client that trusts anyone and tells whom it met.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, int version_max = TLS1_3_VERSION)
      : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_max_proto_version(context_, version_max);
    stream_ = BIO_new_ssl_connect(context_);
    BIO_set_conn_hostname(stream_, ("127.0.0.1:" + std::to_string(port)).c_str());
    connected_ = BIO_do_connect(stream_) == 1 && BIO_do_handshake(stream_) == 1;
  }
  ~TlsClient() {
    BIO_free_all(stream_);
    SSL_CTX_free(context_);
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;
  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] std::string peer_name() const {
    SSL* ssl = nullptr;
    BIO_get_ssl(stream_, &ssl);
    X509* certificate = SSL_get1_peer_certificate(ssl);
    char text[64] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, text, sizeof text);
    X509_free(certificate);
    return text;
  }
  std::string ask(const std::string& request) {
    BIO_write(stream_, request.data(), static_cast<int>(request.size()));
    char chunk[65536];
    std::string out;
    while (out.find("\r\n\r\n") == std::string::npos || !out.ends_with('}')) {
      const int got = BIO_read(stream_, chunk, sizeof chunk);
      if (got <= 0) break;
      out.append(chunk, static_cast<std::size_t>(got));
    }
    return out;
  }

 private:
  SSL_CTX* context_;
  BIO* stream_ = nullptr;
  bool connected_ = false;
};

void routes(Router& router, runtime::Runtime&) {
  Route route;
  route.method = "POST";
  route.pattern = "/size";
  route.handler = [](const RequestPtr& request, const Responder& respond) {
    respond(json_response(200, "{\"size\":" + std::to_string(request->body.size()) + "}"));
  };
  router.add(std::move(route));
}

std::string post(std::size_t bytes) {
  return "POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n" +
         std::string(bytes, 'x');
}

TEST(Tls, serves_and_takes_a_new_certificate_while_connections_stay) {
  TlsMaterial material = make_certificate("first.example");
  const auto context = TlsContext::load([&]() -> Result<TlsMaterial> { return material; }).value();
  test::TestServer server(routes, {}, context);
  TlsClient first(server.port());
  ASSERT_TRUE(first.connected());
  EXPECT_EQ(first.peer_name(), "first.example");
  EXPECT_NE(first.ask(post(10)).find("{\"size\":10}"), std::string::npos);
  EXPECT_NE(first.ask(post(900000)).find("{\"size\":900000}"), std::string::npos);

  material = make_certificate("second.example");
  server.on_io([&] { EXPECT_TRUE(server.server().reload_certificates()); });
  TlsClient second(server.port());
  ASSERT_TRUE(second.connected());
  EXPECT_EQ(second.peer_name(), "second.example");
  EXPECT_NE(first.ask(post(11)).find("{\"size\":11}"), std::string::npos);

  material.private_key = make_certificate("other.example").private_key;  // not the certificate's: the old one stays
  server.on_io([&] { EXPECT_EQ(server.server().reload_certificates().error().code, Code::channel_http_tls); });
  TlsClient third(server.port());
  ASSERT_TRUE(third.connected());
  EXPECT_EQ(third.peer_name(), "second.example");
}

TEST(Tls, refuses_old_versions_and_plain_text) {
  const TlsMaterial material = make_certificate("only.example");
  const auto context = TlsContext::load([&]() -> Result<TlsMaterial> { return material; }).value();
  test::TestServer server(routes, {}, context);
  EXPECT_FALSE(TlsClient(server.port(), TLS1_1_VERSION).connected());
  EXPECT_TRUE(TlsClient(server.port(), TLS1_2_VERSION).connected());
  test::RawClient plain(server.port());
  plain.send(post(1));
  EXPECT_NE(plain.receive().status, 200);
}

TEST(Tls, a_handshake_that_never_comes_is_ended) {
  const TlsMaterial material = make_certificate("only.example");
  const auto context = TlsContext::load([&]() -> Result<TlsMaterial> { return material; }).value();
  test::TestServer server(routes, {}, context);
  test::RawClient silent(server.port());
  server.await_connections(1);
  server.pass(std::chrono::seconds(11));
  EXPECT_TRUE(silent.ended());
}

TEST(Tls, material_that_is_none_is_refused) {
  EXPECT_EQ(TlsContext::load([]() -> Result<TlsMaterial> {
              return TlsMaterial{"no", "no"};
            })
                .error()
                .code,
            Code::channel_http_tls);
}

}  // namespace
}  // namespace crossdock::http
