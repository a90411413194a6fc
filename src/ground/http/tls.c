#include "ground/http/tls.h"

#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <string.h>
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

int http_identity_make(const char *key_path, const char *cert_path, int64_t now_ms, struct err *err)
{
    if (file_exists(key_path))
        return err_set(err, ERR_EXISTS, "%s: there is a transport key already; partners have pinned it", key_path);
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
        goto out;
    }
    /* the key last: where there is a key there is its certificate */
    result = file_write(cert_path, (bytes){crt_pem.data, crt_pem.size}, FILE_MODE_PUBLIC, err);
    if (result == 0)
        result = file_write(key_path, (bytes){key_pem.data, key_pem.size}, FILE_MODE_PRIVATE, err);
out:
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

static int pin_of(gnutls_x509_crt_t crt, uint8_t pin[static HTTP_PIN_LEN])
{
    size_t size = HTTP_PIN_LEN;
    return gnutls_x509_crt_get_key_id(crt, GNUTLS_KEYID_USE_SHA256, pin, &size);
}

int http_identity_load(struct arena *a, const char *key_path, const char *cert_path, struct http_identity *out, struct err *err)
{
    struct http_identity id = {.key_path = key_path, .cert_path = cert_path};
    gnutls_x509_crt_t crt = NULL;
    int result = file_read(a, key_path, 1 << 16, &id.key_pem, err);
    if (result == 0)
        result = file_read(a, cert_path, 1 << 16, &id.cert_pem, err);
    if (result < 0)
        return result;
    gnutls_datum_t pem = {(unsigned char *)id.cert_pem.p, (unsigned)id.cert_pem.len};
    int r = gnutls_x509_crt_init(&crt);
    if (r >= 0) r = gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM);
    if (r >= 0) r = pin_of(crt, id.pin);
    if (r < 0)
        result = err_set(err, ERR_CORRUPT, "%s: not a certificate: %s", cert_path, gnutls_strerror(r));
    else
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
