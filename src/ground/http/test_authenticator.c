/* test_authenticator: see test_authenticator.h. */
#include "ground/http/test_authenticator.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

#include "ground/crypto/crypto.h"

struct authenticator {
    enum authenticator_kind kind;
    gnutls_privkey_t private_key;
    gnutls_pubkey_t public_key;
};

static const struct { gnutls_pk_algorithm_t type; unsigned bits; gnutls_sign_algorithm_t sign; int cose; } kinds[] = {
    [AUTHENTICATOR_ES256] = {GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), GNUTLS_SIGN_ECDSA_SHA256, -7},
    [AUTHENTICATOR_EDDSA] = {GNUTLS_PK_EDDSA_ED25519, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_ED25519), GNUTLS_SIGN_EDDSA_ED25519, -8},
    [AUTHENTICATOR_RS256] = {GNUTLS_PK_RSA, 2048, GNUTLS_SIGN_RSA_SHA256, -257},
};

static void need(int result)
{
    if (result < 0)
        abort();
}

struct ceremony ceremony_of(bytes challenge)
{
    return (struct ceremony){.rp_id = STR("localhost"), .origin = STR("http://localhost:8080"), .challenge = challenge, .flags = 0x05, .count = 1,
                             .id = {(const uint8_t *)"credential-of-test", 18}};
}

struct authenticator *authenticator_new(enum authenticator_kind kind)
{
    struct authenticator *key = mem_calloc(1, sizeof *key);
    key->kind = kind;
    need(gnutls_privkey_init(&key->private_key));
    need(gnutls_pubkey_init(&key->public_key));
    need(gnutls_privkey_generate(key->private_key, kinds[kind].type, kinds[kind].bits, 0));
    need(gnutls_pubkey_import_privkey(key->public_key, key->private_key, 0, 0));
    return key;
}

void authenticator_free(struct authenticator *key)
{
    gnutls_pubkey_deinit(key->public_key);
    gnutls_privkey_deinit(key->private_key);
    free(key);
}

/* --- CBOR, as much as is needed --- */

static void head(struct buf *b, unsigned major, size_t n)
{
    if (n < 24) {
        buf_byte(b, (char)(major << 5 | n));
    } else if (n < 256) {
        buf_byte(b, (char)(major << 5 | 24));
        buf_byte(b, (char)n);
    } else {
        buf_byte(b, (char)(major << 5 | 25));
        buf_u16(b, (uint16_t)n);
    }
}

static void number(struct buf *b, int v)
{
    head(b, v < 0, (size_t)(v < 0 ? -1 - v : v));
}

static void text(struct buf *b, str s)
{
    head(b, 3, s.len);
    buf_add(b, s);
}

static void string(struct buf *b, const void *p, size_t len)
{
    head(b, 2, len);
    buf_add_bytes(b, p, len);
}

/* A number as its bytes, padded on the left to len. */
static void padded(struct buf *b, const gnutls_datum_t *n, size_t len)
{
    uint8_t out[256] = {0};
    size_t skip = n->size > len ? n->size - len : 0;
    memcpy(out + len - (n->size - skip), n->data + skip, n->size - skip);
    string(b, out, len);
}

static void add_key(struct buf *b, const struct authenticator *key)
{
    gnutls_datum_t x = {0}, y = {0};
    gnutls_ecc_curve_t curve;
    head(b, 5, key->kind == AUTHENTICATOR_ES256 ? 5 : 4);
    number(b, 1); /* kty */
    number(b, key->kind == AUTHENTICATOR_ES256 ? 2 : key->kind == AUTHENTICATOR_EDDSA ? 1 : 3);
    number(b, 3); /* alg */
    number(b, kinds[key->kind].cose);
    number(b, -1);
    if (key->kind == AUTHENTICATOR_RS256) {
        need(gnutls_pubkey_export_rsa_raw2(key->public_key, &x, &y, 0));
        padded(b, &x, 256);
        number(b, -2);
        padded(b, &y, 3);
    } else {
        need(gnutls_pubkey_export_ecc_raw2(key->public_key, &curve, &x, &y, 0));
        number(b, key->kind == AUTHENTICATOR_ES256 ? 1 : 6);
        number(b, -2);
        padded(b, &x, 32);
        if (key->kind == AUTHENTICATOR_ES256) {
            number(b, -3);
            padded(b, &y, 32);
        }
    }
    gnutls_free(x.data);
    gnutls_free(y.data);
}

/* --- ceremonies --- */

bytes authenticator_data(struct authenticator *key, struct arena *a, const struct ceremony *c, bool with_key)
{
    static const uint8_t aaguid[16];
    uint8_t hash[HASH_LEN];
    struct buf b = buf_new(a);
    crypto_sha256(hash, str_bytes(c->rp_id));
    buf_add_bytes(&b, hash, HASH_LEN);
    buf_byte(&b, (char)(c->flags | (with_key ? 0x40 : 0)));
    buf_u32(&b, c->count);
    if (with_key) {
        buf_add_bytes(&b, aaguid, sizeof aaguid);
        buf_u16(&b, (uint16_t)c->id.len);
        buf_add_bytes(&b, c->id.p, c->id.len);
        add_key(&b, key);
    }
    buf_add(&b, c->extensions);
    return buf_bytes(&b);
}

static void client_data(struct arena *a, struct ceremony *c, str type)
{
    struct buf challenge = buf_new(a);
    str plain = base64_encode(a, c->challenge);
    for (size_t i = 0; i < plain.len && plain.p[i] != '='; i++)
        buf_byte(&challenge, plain.p[i] == '+' ? '-' : plain.p[i] == '/' ? '_' : plain.p[i]);
    c->client_data = str_bytes(str_printf(a, "{\"type\":\"%.*s\",\"challenge\":\"%.*s\",\"origin\":\"%.*s\"%.*s}", STR_ARG(c->type.len ? c->type : type),
                                          STR_ARG(buf_str(&challenge)), STR_ARG(c->origin), STR_ARG(c->more)));
}

static bytes sign(struct authenticator *key, struct arena *a, const struct ceremony *c, bytes data)
{
    uint8_t hash[HASH_LEN];
    struct buf b = buf_new(a);
    gnutls_datum_t signature;
    crypto_sha256(hash, c->client_data);
    buf_add_bytes(&b, data.p, data.len);
    buf_add_bytes(&b, hash, HASH_LEN);
    gnutls_datum_t message = {(unsigned char *)b.p, (unsigned)b.len};
    if (c->wrong_signature)
        message.data[0] ^= 1;
    need(gnutls_privkey_sign_data2(key->private_key, kinds[key->kind].sign, 0, &message, &signature));
    bytes out = bytes_dup(a, (bytes){signature.data, signature.size});
    gnutls_free(signature.data);
    return out;
}

bytes attestation_object(struct arena *a, str format, bytes statement, bytes data)
{
    struct buf b = buf_new(a);
    head(&b, 5, 3);
    text(&b, STR("fmt"));
    text(&b, format);
    text(&b, STR("attStmt"));
    buf_add_bytes(&b, statement.p, statement.len);
    text(&b, STR("authData"));
    string(&b, data.p, data.len);
    return buf_bytes(&b);
}

bytes authenticator_create(struct authenticator *key, struct arena *a, struct ceremony *c)
{
    client_data(a, c, STR("webauthn.create"));
    bytes data = authenticator_data(key, a, c, true);
    struct buf statement = buf_new(a);
    head(&statement, 5, c->self_signed ? 2 : 0);
    if (c->self_signed) {
        bytes signature = sign(key, a, c, data);
        text(&statement, STR("alg"));
        number(&statement, kinds[key->kind].cose);
        text(&statement, STR("sig"));
        string(&statement, signature.p, signature.len);
    }
    return attestation_object(a, c->self_signed ? STR("packed") : STR("none"), buf_bytes(&statement), data);
}

struct webauthn_assertion authenticator_sign(struct authenticator *key, struct arena *a, struct ceremony *c)
{
    client_data(a, c, STR("webauthn.get"));
    bytes data = authenticator_data(key, a, c, c->with_key);
    return (struct webauthn_assertion){c->client_data, data, sign(key, a, c, data)};
}
