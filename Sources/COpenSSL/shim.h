#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Macros of OpenSSL that Swift does not see.
static inline int gv_bio_source_sink(void) { return BIO_TYPE_SOURCE_SINK; }
static inline void gv_bio_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void gv_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }
static inline long gv_ssl_set_mode(SSL_CTX *context, long mode) { return SSL_CTX_set_mode(context, mode); }
static inline long gv_ssl_set_min_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}
static inline long gv_ssl_set_groups(SSL_CTX *context, const char *names) {
    return SSL_CTX_set1_groups_list(context, names);
}
static inline long gv_ssl_set_server_name(SSL *session, const char *name) {
    return SSL_set_tlsext_host_name(session, name);
}
static inline long gv_ssl_cache_no_sessions(SSL_CTX *context) {
    return SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}
static inline long gv_ssl_set_ticket_keys(SSL_CTX *context, void *keys, long length) {
    return SSL_CTX_set_tlsext_ticket_keys(context, keys, length);
}

// HTTP/1.1 where it is offered, as nothing else is spoken inside TLS that has a name; who offers only others gets none.
static inline int gv_alpn_select(
    SSL *session, const unsigned char **out, unsigned char *length, const unsigned char *offered, unsigned int count,
    void *unused) {
    static const unsigned char spoken[] = "\x08http/1.1";
    (void)session;
    (void)unused;
    int found = SSL_select_next_proto((unsigned char **)out, length, spoken, sizeof spoken - 1, offered, count);
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}
static inline int gv_ssl_copy_identity(SSL_CTX *target, SSL_CTX *source) {
    STACK_OF(X509) *chain = NULL;
    if (SSL_CTX_get0_chain_certs(source, &chain) != 1) return 0;
    return SSL_CTX_use_cert_and_key(target, SSL_CTX_get0_certificate(source), SSL_CTX_get0_privatekey(source), chain, 1);
}
static inline STACK_OF(X509) *gv_ssl_chain(SSL_CTX *context) {
    STACK_OF(X509) *chain = NULL;
    return SSL_CTX_get0_chain_certs(context, &chain) == 1 ? chain : NULL;
}
// Believes the first certificate of a file, whoever has signed it.
static inline int gv_ssl_believe_first(SSL_CTX *context, const char *path) {
    BIO *file = BIO_new_file(path, "r");
    X509 *certificate = file ? PEM_read_bio_X509(file, NULL, NULL, NULL) : NULL;
    X509_STORE *believed = SSL_CTX_get_cert_store(context);
    int done = certificate && X509_STORE_add_cert(believed, certificate) == 1
        && X509_STORE_set_flags(believed, X509_V_FLAG_PARTIAL_CHAIN) == 1;
    X509_free(certificate);
    BIO_free(file);
    return done;
}
// Of the key of its certificate; 0 if that is another one.
static inline int gv_ssl_rsa_bits(SSL_CTX *context) {
    EVP_PKEY *key = SSL_CTX_get0_privatekey(context);
    return key && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA ? EVP_PKEY_get_bits(key) : 0;
}
static inline void gv_ssl_choose_http(SSL_CTX *context) {
    SSL_CTX_set_alpn_select_cb(context, gv_alpn_select, NULL);
}
static inline uint64_t gv_ssl_options(void) {
    return SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA;
}
