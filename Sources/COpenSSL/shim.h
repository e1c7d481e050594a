#pragma once
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

// These are macros of OpenSSL, which Swift cannot import.
static inline EVP_PKEY *oriel_new_p256_key(void) { return EVP_EC_gen("P-256"); }
static inline int oriel_ssl_ctx_set_version(SSL_CTX *context) {
  return SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) && SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION);
}
static inline int oriel_ssl_ctx_set_groups(SSL_CTX *context, const char *list) {
  return (int)SSL_CTX_set1_groups_list(context, list);
}
static inline void oriel_ssl_set_mtu(SSL *session, long mtu) { DTLS_set_link_mtu(session, mtu); SSL_set_mtu(session, mtu); }
static inline int oriel_dtls_get_timeout(SSL *session, struct timeval *left) { return (int)DTLSv1_get_timeout(session, left); }
static inline long oriel_dtls_handle_timeout(SSL *session) { return DTLSv1_handle_timeout(session); }
static inline uint64_t oriel_ssl_options(void) {
  return SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_QUERY_MTU | SSL_OP_NO_COMPRESSION |
         SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_ENCRYPT_THEN_MAC;
}
static inline void oriel_ssl_ctx_no_sessions(SSL_CTX *context) { SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF); }
static inline void oriel_bio_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void oriel_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }
static inline int oriel_error_reason(unsigned long error) { return ERR_GET_REASON(error); }
