#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

// Macros of OpenSSL that Swift does not see.
static inline EVP_PKEY *gv_make_p256(void) { return EVP_EC_gen("P-256"); }
static inline int gv_is_p256(const EVP_PKEY *key) {
    char name[32] = "";
    return EVP_PKEY_get_group_name(key, name, sizeof name, NULL) == 1 && strcmp(name, "prime256v1") == 0;
}
static inline void gv_free(void *memory) { OPENSSL_free(memory); }
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

// A key that both sides have, in place of certificates: TLS 1.3 only, one suite, no tickets, so that a connection that
// stands is one with somebody who has the key. The key lies in a session that every connection gets a copy of; it goes
// with its context.
static inline void gv_free_key(
    void *parent, void *session, CRYPTO_EX_DATA *data, int index, long unused, void *nothing) {
    (void)parent;
    (void)data;
    (void)index;
    (void)unused;
    (void)nothing;
    SSL_SESSION_free((SSL_SESSION *)session);
}
static int gv_key_slot = -1;
static inline void gv_make_key_slot(void) { gv_key_slot = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, gv_free_key); }
#define GV_KEY_NAME "grapevine"
static inline SSL_SESSION *gv_copy_of_key(SSL *connection) {
    SSL_SESSION *key = (SSL_SESSION *)SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), gv_key_slot);
    SSL_SESSION *copy = key ? SSL_SESSION_dup(key) : NULL;
    // A key does not age, but OpenSSL takes no session that was made more than five minutes ago.
    if (copy) (void)SSL_SESSION_set_time(copy, (long)time(NULL));
    return copy;
}
static inline int gv_find_key(SSL *connection, const unsigned char *name, size_t length, SSL_SESSION **key) {
    *key = NULL;
    if (length == sizeof GV_KEY_NAME - 1 && memcmp(name, GV_KEY_NAME, length) == 0) *key = gv_copy_of_key(connection);
    return 1;
}
static inline int gv_use_key(
    SSL *connection, const EVP_MD *digest, const unsigned char **name, size_t *length, SSL_SESSION **key) {
    (void)digest;
    *name = (const unsigned char *)GV_KEY_NAME;
    *length = sizeof GV_KEY_NAME - 1;
    *key = gv_copy_of_key(connection);
    return *key != NULL;
}
static inline int gv_ssl_share_key(SSL_CTX *context, const unsigned char *bytes, size_t count) {
    static const unsigned char suite[] = {0x13, 0x01};
    static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
    if (CRYPTO_THREAD_run_once(&once, gv_make_key_slot) != 1 || gv_key_slot < 0) return 0;
    SSL *scratch = NULL;
    SSL_SESSION *key = SSL_SESSION_new();
    int done = key && SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1
        && SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256") == 1
        && SSL_CTX_set_num_tickets(context, 0) == 1 && (scratch = SSL_new(context)) != NULL
        && SSL_SESSION_set1_master_key(key, bytes, count) == 1
        && SSL_SESSION_set_cipher(key, SSL_CIPHER_find(scratch, suite)) == 1
        && SSL_SESSION_set_protocol_version(key, TLS1_3_VERSION) == 1
        // Older than any session may be, so that no test passes with a key that would fail later.
        && SSL_SESSION_set_time(key, 1) == 1
        && SSL_CTX_set_ex_data(context, gv_key_slot, key) == 1;
    SSL_free(scratch);
    if (!done) {
        SSL_SESSION_free(key);
        return 0;
    }
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_psk_find_session_callback(context, gv_find_key);
    SSL_CTX_set_psk_use_session_callback(context, gv_use_key);
    return 1;
}
