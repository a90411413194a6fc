/* webauthn: see webauthn.h. */
#include "ground/webauthn/webauthn.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <string.h>

#include "ground/crypto/crypto.h"
#include "ground/json/json.h"
#include "ground/webauthn/attestation.h"

const int webauthn_algorithms[] = {COSE_ES256, COSE_EDDSA, COSE_RS256, 0};

static int refuse(struct err *err, const char *sentence)
{
    return err_set(err, ERR_DENIED, "%s", sentence);
}

/* --- what the browser says --- */

/* base64url without padding (RFC 4648 section 5): how a challenge stands in clientDataJSON. */
static str base64url(struct arena *a, bytes b)
{
    str s = base64_encode(a, b);
    struct buf out = buf_new(a);
    for (size_t i = 0; i < s.len && s.p[i] != '='; i++)
        buf_byte(&out, s.p[i] == '+' ? '-' : s.p[i] == '/' ? '_' : s.p[i]);
    return buf_str(&out);
}

/* Sections 7.1 steps 5 to 9 and 7.2 steps 8 to 13. Members we do not know are allowed: browsers add some so that nobody compares whole texts. */
static int check_client_data(struct arena *a, const struct webauthn_site *site, bytes challenge, bytes client_data, const char *wanted,
                             struct err *err)
{
    const struct json *root;
    str type, text, origin;
    bool crossed = false;
    int r = json_parse(a, "clientDataJSON", client_data, WEBAUTHN_CLIENT_DATA_MAX, &root, err);
    if (r == 0)
        r = json_get_str(root, "type", 64, &type, err);
    if (r == 0)
        r = json_get_str(root, "challenge", 256, &text, err);
    if (r == 0)
        r = json_get_str(root, "origin", 512, &origin, err);
    if (r == 0 && json_find(root, "crossOrigin"))
        r = json_get_bool(root, "crossOrigin", &crossed, err);
    if (r < 0)
        return r;
    str right = base64url(a, challenge);
    if (!str_eq(type, str_from(wanted)))
        return refuse(err, N_("the passkey's answer was made for something else"));
    if (challenge.len == 0 || text.len != right.len || !crypto_equal(text.p, right.p, right.len))
        return refuse(err, N_("the passkey answers another question: load the page anew and try again"));
    if (!str_eq(origin, site->origin))
        return refuse(err, N_("the passkey's answer was made for another site"));
    if (crossed || json_find(root, "topOrigin"))
        return refuse(err, N_("the page stood within a page of another site, where passkeys do not count"));
    return 0;
}

/* Sections 7.1 steps 13 to 15 and 7.2 steps 15 to 17. */
static int check_data(const struct webauthn_site *site, const struct authenticator_data *data, struct err *err)
{
    uint8_t hash[HASH_LEN];
    crypto_sha256(hash, str_bytes(site->rp_id));
    if (!crypto_equal(hash, data->rp_hash.p, HASH_LEN))
        return refuse(err, N_("the passkey belongs to another site"));
    if (!(data->flags & FLAG_PRESENT))
        return refuse(err, N_("nobody touched the passkey's device"));
    if (!(data->flags & FLAG_VERIFIED))
        return refuse(err, N_("the passkey's device did not check who you are: a PIN, a finger or a face is needed"));
    if ((data->flags & FLAG_BACKUP) && !(data->flags & FLAG_MAY_BACKUP))
        return refuse(err, N_("the passkey contradicts itself about being backed up"));
    return 0;
}

/* --- keys --- */

/* A public key as libfido2 has it: one of the first three. */
struct public_key {
    es256_pk_t *es256;
    eddsa_pk_t *eddsa;
    rs256_pk_t *rs256;
    const void *any;
};

static void key_free(struct public_key *key)
{
    es256_pk_free(&key->es256);
    eddsa_pk_free(&key->eddsa);
    rs256_pk_free(&key->rs256);
}

/* ERR_DENIED: the bytes are no key of that kind. */
static int key_open(int algorithm, const uint8_t *p, size_t len, struct public_key *key, struct err *err)
{
    int r = FIDO_ERR_UNSUPPORTED_ALGORITHM;
    *key = (struct public_key){0};
    if (algorithm == COSE_ES256 && len == 64) {
        key->any = key->es256 = es256_pk_new();
        r = key->es256 ? es256_pk_from_ptr(key->es256, p, len) : FIDO_ERR_INTERNAL;
    } else if (algorithm == COSE_EDDSA && len == 32) {
        key->any = key->eddsa = eddsa_pk_new();
        r = key->eddsa ? eddsa_pk_from_ptr(key->eddsa, p, len) : FIDO_ERR_INTERNAL;
    } else if (algorithm == COSE_RS256 && len == WEBAUTHN_KEY_MAX) {
        key->any = key->rs256 = rs256_pk_new();
        r = key->rs256 ? rs256_pk_from_ptr(key->rs256, p, len) : FIDO_ERR_INTERNAL;
    }
    if (r == FIDO_OK)
        return 0;
    key_free(key);
    return refuse(err, N_("the passkey is of a kind that is not known here: try another device"));
}

/* --- a new credential --- */

/* The credential's key, by trying the algorithms there are: libfido2 wants to be told. */
static int read_key(bytes data, fido_cred_t **cred, struct err *err)
{
    for (const int *algorithm = webauthn_algorithms; *algorithm; algorithm++) {
        *cred = fido_cred_new();
        if (*cred && fido_cred_set_type(*cred, *algorithm) == FIDO_OK && fido_cred_set_authdata_raw(*cred, data.p, data.len) == FIDO_OK)
            return 0;
        fido_cred_free(cred);
    }
    return refuse(err, N_("the passkey is of a kind that is not known here: try another device"));
}

static int check_self_signed(const struct webauthn_site *site, fido_cred_t *cred, bytes client_data, const struct attestation *att, struct arena *a,
                             struct err *err)
{
    if (!att->self_signed)
        return 0;
    if (att->algorithm != fido_cred_type(cred) || fido_cred_set_rp(cred, str_c(a, site->rp_id), NULL) != FIDO_OK ||
        fido_cred_set_uv(cred, FIDO_OPT_TRUE) != FIDO_OK || fido_cred_set_clientdata(cred, client_data.p, client_data.len) != FIDO_OK ||
        fido_cred_set_fmt(cred, "packed") != FIDO_OK || fido_cred_set_sig(cred, att->signature.p, att->signature.len) != FIDO_OK ||
        fido_cred_verify_self(cred) != FIDO_OK)
        return refuse(err, N_("the signature of the passkey does not hold"));
    return 0;
}

static int fill(fido_cred_t *cred, const struct authenticator_data *data, struct arena *a, struct webauthn_credential *out, struct err *err)
{
    struct public_key key;
    size_t len = fido_cred_pubkey_len(cred);
    *out = (struct webauthn_credential){.id = bytes_dup(a, data->credential), .algorithm = fido_cred_type(cred), .key_len = len,
                                        .sign_count = data->sign_count};
    int r = key_open(out->algorithm, fido_cred_pubkey_ptr(cred), len, &key, err); /* a point that is not on the curve is none */
    if (r < 0)
        return r;
    memcpy(out->key, fido_cred_pubkey_ptr(cred), len);
    key_free(&key);
    return 0;
}

int webauthn_created(const struct webauthn_site *site, bytes challenge, bytes client_data, bytes attestation, struct arena *a,
                     struct webauthn_credential *out, struct err *err)
{
    struct attestation att;
    struct authenticator_data data;
    fido_cred_t *cred = NULL;
    int r = check_client_data(a, site, challenge, client_data, "webauthn.create", err);
    if (r == 0)
        r = attestation_read(attestation, &att, err);
    if (r == 0)
        r = authenticator_data_read(att.authenticator_data, &data, err);
    if (r == 0 && !(data.flags & FLAG_CREDENTIAL))
        r = err_set(err, ERR_INPUT, N_("there is no new passkey in what the browser sent: try again"));
    if (r == 0)
        r = check_data(site, &data, err);
    if (r == 0)
        r = read_key(att.authenticator_data, &cred, err);
    if (r == 0)
        r = check_self_signed(site, cred, client_data, &att, a, err);
    if (r == 0)
        r = fill(cred, &data, a, out, err);
    fido_cred_free(&cred);
    return r;
}

/* --- a proof --- */

static int check_signature(const struct webauthn_site *site, const struct webauthn_credential *credential,
                           const struct webauthn_assertion *assertion, struct arena *a, struct err *err)
{
    struct public_key key;
    int r = key_open(credential->algorithm, credential->key, credential->key_len, &key, err);
    if (r < 0)
        return r;
    fido_assert_t *proof = fido_assert_new();
    if (!proof || fido_assert_set_rp(proof, str_c(a, site->rp_id)) != FIDO_OK || fido_assert_set_count(proof, 1) != FIDO_OK ||
        fido_assert_set_clientdata(proof, assertion->client_data.p, assertion->client_data.len) != FIDO_OK ||
        fido_assert_set_authdata_raw(proof, 0, assertion->authenticator_data.p, assertion->authenticator_data.len) != FIDO_OK ||
        fido_assert_set_sig(proof, 0, assertion->signature.p, assertion->signature.len) != FIDO_OK ||
        fido_assert_set_up(proof, FIDO_OPT_TRUE) != FIDO_OK || fido_assert_set_uv(proof, FIDO_OPT_TRUE) != FIDO_OK ||
        fido_assert_verify(proof, 0, credential->algorithm, key.any) != FIDO_OK)
        r = refuse(err, N_("the signature of the passkey does not hold"));
    fido_assert_free(&proof);
    key_free(&key);
    return r;
}

int webauthn_asserted(const struct webauthn_site *site, bytes challenge, const struct webauthn_credential *credential,
                      const struct webauthn_assertion *assertion, struct arena *a, struct webauthn_proof *out, struct err *err)
{
    struct authenticator_data data;
    *out = (struct webauthn_proof){0};
    int r = check_client_data(a, site, challenge, assertion->client_data, "webauthn.get", err);
    if (r == 0)
        r = authenticator_data_read(assertion->authenticator_data, &data, err);
    if (r == 0 && (data.flags & FLAG_CREDENTIAL))
        r = err_set(err, ERR_INPUT, N_("what the passkey sent could not be read: try again"));
    if (r == 0 && (assertion->signature.len == 0 || assertion->signature.len > WEBAUTHN_SIGNATURE_MAX))
        r = err_set(err, ERR_INPUT, N_("what the passkey sent has no signature of a possible length"));
    if (r == 0)
        r = check_data(site, &data, err);
    if (r == 0)
        r = check_signature(site, credential, assertion, a, err);
    if (r < 0)
        return r;
    out->sign_count = data.sign_count;
    out->copied = (data.sign_count > 0 || credential->sign_count > 0) && data.sign_count <= credential->sign_count; /* section 6.1.1 */
    return out->copied ? refuse(err, N_("this passkey was used elsewhere meanwhile, so there may be a copy of it: remove it, and tell your administrator")) : 0;
}
