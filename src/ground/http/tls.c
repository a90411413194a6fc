#include "ground/http/tls.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* One name for all nodes. RFC 8446 4.2.4: the server lists the issuers it takes, and GnuTLS clients stay silent when
 * theirs is not among them. */
#define SUBJECT "CN=comity node"
#define YEARS_VALID 30 /* the pin decides; the date must never be what breaks a line between agencies */

static int refuse(struct err *err, int code, const char *what)
{
    return err_set(err, ERR_CRYPTO, "transport key: %s: %s", what, gnutls_strerror(code));
}

static int fill_certificate(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, int64_t now_ms)
{
    uint8_t serial[16];
    time_t from = (time_t)(now_ms / 1000) - 86400, to = from + (time_t)YEARS_VALID * 365 * 86400;
    int r = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof serial);
    serial[0] &= 0x7f; /* RFC 5280 4.1.2.2: positive, no leading zeros */
    serial[0] |= 0x40;
    if (r >= 0) r = gnutls_x509_crt_set_version(crt, 3);
    if (r >= 0) r = gnutls_x509_crt_set_serial(crt, serial, sizeof serial);
    if (r >= 0) r = gnutls_x509_crt_set_dn(crt, SUBJECT, NULL);
    if (r >= 0) r = gnutls_x509_crt_set_activation_time(crt, from);
    if (r >= 0) r = gnutls_x509_crt_set_expiration_time(crt, to);
    if (r >= 0) r = gnutls_x509_crt_set_key(crt, key);
    if (r >= 0) r = gnutls_x509_crt_set_basic_constraints(crt, 0, -1);
    if (r >= 0) r = gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_DIGITAL_SIGNATURE);
    if (r >= 0) r = gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA512, 0);
    return r;
}

int http_identity_make(struct arena *a, int64_t now_ms, bytes *key_out, bytes *cert_out, struct err *err)
{
    int result = 0;
    gnutls_x509_privkey_t key = NULL;
    gnutls_x509_crt_t crt = NULL;
    gnutls_datum_t key_pem = {0}, crt_pem = {0};
    int r = gnutls_x509_privkey_init(&key);
    if (r >= 0) r = gnutls_x509_crt_init(&crt);
    if (r >= 0) r = gnutls_x509_privkey_generate(key, GNUTLS_PK_EDDSA_ED25519, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_ED25519), 0);
    if (r >= 0) r = fill_certificate(crt, key, now_ms);
    if (r >= 0) r = gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &key_pem);
    if (r >= 0) r = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &crt_pem);
    if (r < 0) {
        result = refuse(err, r, "cannot be made");
    } else {
        *key_out = str_bytes(str_dup(a, (str){(const char *)key_pem.data, key_pem.size}));
        *cert_out = str_bytes(str_dup(a, (str){(const char *)crt_pem.data, crt_pem.size}));
    }
    if (key_pem.data)
        gnutls_memset(key_pem.data, 0, key_pem.size);
    gnutls_free(key_pem.data);
    gnutls_free(crt_pem.data);
    if (crt)
        gnutls_x509_crt_deinit(crt);
    if (key)
        gnutls_x509_privkey_deinit(key);
    return result;
}

/* The key as a file that no disk sees. */
static int key_in_memory(struct arena *a, struct http_identity *id, struct err *err)
{
    id->key_fd = memfd_create("transport key", MFD_CLOEXEC);
    if (id->key_fd < 0 || write(id->key_fd, id->key_pem.p, id->key_pem.len) != (ssize_t)id->key_pem.len)
        return err_errno(err, ERR_IO, errno, "the transport key cannot be held in memory");
    id->key_path = str_printf(a, "/proc/self/fd/%d", id->key_fd).p;
    return 0;
}

void http_identity_close(struct http_identity *id)
{
    if (!id->key_path)
        return;
    if (ftruncate(id->key_fd, 0) < 0)
        errno = 0; /* it goes with its last descriptor in any case */
    close(id->key_fd);
    gnutls_memset((void *)(uintptr_t)id->key_pem.p, 0, id->key_pem.len);
    id->key_path = NULL;
}

static int pin_of(gnutls_x509_crt_t crt, uint8_t pin[static HTTP_PIN_LEN])
{
    size_t size = HTTP_PIN_LEN;
    return gnutls_x509_crt_get_key_id(crt, GNUTLS_KEYID_USE_SHA256, pin, &size);
}

int http_identity_load(struct arena *a, bytes key_pem, const char *cert_path, struct http_identity *out, struct err *err)
{
    struct http_identity id = {.key_pem = key_pem, .cert_path = cert_path, .key_fd = -1};
    gnutls_x509_crt_t crt = NULL;
    int result = file_read(a, cert_path, 1 << 16, &id.cert_pem, err);
    if (result < 0)
        return result;
    gnutls_datum_t pem = {(unsigned char *)id.cert_pem.p, (unsigned)id.cert_pem.len};
    int r = gnutls_x509_crt_init(&crt);
    if (r >= 0) r = gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM);
    if (r >= 0) r = pin_of(crt, id.pin);
    if (r < 0)
        result = err_set(err, ERR_CORRUPT, "%s: not a certificate: %s", cert_path, gnutls_strerror(r));
    else if ((result = key_in_memory(a, &id, err)) == 0)
        *out = id;
    if (crt)
        gnutls_x509_crt_deinit(crt);
    return result;
}

bool tls_peer_pin(gnutls_session_t session, uint8_t pin[static HTTP_PIN_LEN])
{
    unsigned n = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &n);
    gnutls_x509_crt_t crt;
    if (gnutls_protocol_get_version(session) != GNUTLS_TLS1_3 || !chain || n == 0 || gnutls_x509_crt_init(&crt) < 0)
        return false;
    /* The first certificate's key is the one whose possession the handshake proved (RFC 8446 4.4.3). */
    bool ok = gnutls_x509_crt_import(crt, &chain[0], GNUTLS_X509_FMT_DER) >= 0 && pin_of(crt, pin) >= 0;
    gnutls_x509_crt_deinit(crt);
    return ok;
}
