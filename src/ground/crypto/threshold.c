/* Shares of a key: evaluate, prove, check, combine. */
#include "ground/crypto/threshold_internal.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

oprf_scalar threshold_small(uint64_t v)
{
    oprf_scalar s = {{0}};
    put_u64le(s.b, v);
    return s;
}

void threshold_hash(oprf_scalar *out, const char *label, const bytes parts[], size_t n)
{
    static const char before[] = "ComityThresholdV1-";
    struct oprf_dst dst = {.len = sizeof before - 1};
    size_t len = strlen(label);
    assert(dst.len + len <= sizeof dst.b);
    memcpy(dst.b, before, dst.len);
    memcpy(dst.b + dst.len, label, len);
    dst.len += len;
    oprf_hash_to_scalar(out, parts, n, &dst);
}

void threshold_challenge(oprf_scalar *out, const oprf_point *public_key, const oprf_point *input, bytes context, const struct threshold_answer *answer)
{
    const bytes parts[] = {oprf_bytes(public_key->b, OPRF_POINT_LEN), oprf_bytes(input->b, OPRF_POINT_LEN), oprf_bytes(answer, 3 * OPRF_POINT_LEN), context};
    threshold_hash(out, "Challenge", parts, 4);
}

/* --- keys --- */

bool threshold_at(const oprf_point commitments[], size_t n, unsigned at, oprf_point *out)
{
    struct ristretto_sum sum;
    oprf_scalar powers[THRESHOLD_HOLDERS_MAX];
    uint64_t power = 1; /* below 8^8 */
    for (size_t j = 0; j < n; j++, power *= at)
        powers[j] = threshold_small(power);
    ristretto_zero(&sum);
    if (ristretto_add_products(&sum, powers, commitments, n) < n)
        return false;
    ristretto_encode(&sum, out);
    return true;
}

int threshold_keys_derive(struct threshold_keys *keys, struct err *err)
{
    memset(keys->publics, 0, sizeof keys->publics);
    for (unsigned i = 1; i <= keys->holders; i++) {
        if (!threshold_at(keys->commitments, keys->needed, i, &keys->publics[i - 1]))
            return err_set(err, ERR_CRYPTO, "a commitment of these threshold keys is not a valid ristretto255 element");
        if (sodium_is_zero(keys->publics[i - 1].b, OPRF_POINT_LEN))
            return err_set(err, ERR_CRYPTO, "the share of holder %u would be 0: make the keys anew", i);
    }
    return 0;
}

int threshold_keys_read(bytes b, struct threshold_keys *out, struct err *err)
{
    struct reader r = reader_new(b);
    *out = (struct threshold_keys){.needed = reader_u8(&r), .holders = reader_u8(&r)};
    if (!r.ok || out->needed < 1 || out->needed > out->holders || out->holders > THRESHOLD_HOLDERS_MAX)
        return err_set(err, ERR_INPUT, "threshold keys are of 1 to %d holders, and as many of them are needed at most", THRESHOLD_HOLDERS_MAX);
    bytes points = reader_take(&r, (size_t)out->needed * OPRF_POINT_LEN);
    if (!reader_done(&r))
        return err_set(err, ERR_INPUT, "threshold keys are of another length");
    memcpy(out->commitments, points.p, points.len);
    return threshold_keys_derive(out, err);
}

size_t threshold_keys_write(const struct threshold_keys *keys, uint8_t out[static THRESHOLD_KEYS_MAX])
{
    const size_t len = (size_t)keys->needed * OPRF_POINT_LEN;
    out[0] = keys->needed;
    out[1] = keys->holders;
    memcpy(out + 2, keys->commitments, len);
    return 2 + len;
}

/* --- one evaluation --- */

int threshold_input(oprf_point *out, bytes alpha, struct err *err)
{
    struct oprf_dst dst = oprf_dst("HashToGroup-", OPRF_MODE_VOPRF);
    if (alpha.len > OPRF_INPUT_MAX || !oprf_hash_to_group(out, alpha, &dst))
        return err_set(err, ERR_INPUT, "this input cannot be evaluated: it is longer than %d bytes or maps to the identity", OPRF_INPUT_MAX);
    return 0;
}

int threshold_evaluate(const oprf_scalar *share, const oprf_point *public_key, const oprf_point *input, bytes context,
                       const uint8_t random[static THRESHOLD_RANDOM_LEN], struct threshold_answer *out, struct err *err)
{
    oprf_scalar nonce, challenge;
    int r = 0;
    if (context.len > THRESHOLD_CONTEXT_MAX)
        return err_set(err, ERR_INPUT, "what a share is bound to is longer than %d bytes", THRESHOLD_CONTEXT_MAX);
    const bytes parts[] = {oprf_bytes(share->b, OPRF_SCALAR_LEN), oprf_bytes(random, THRESHOLD_RANDOM_LEN), oprf_bytes(input->b, OPRF_POINT_LEN), context};
    threshold_hash(&nonce, "Nonce", parts, 4);
    /* libsodium up to 1.0.18 overlooks the top bit of an encoding */
    if (input->b[OPRF_POINT_LEN - 1] & 0x80 || crypto_scalarmult_ristretto255(out->element.b, share->b, input->b) != 0 ||
        crypto_scalarmult_ristretto255(out->on.b, nonce.b, input->b) != 0 || crypto_scalarmult_ristretto255_base(out->base.b, nonce.b) != 0) {
        r = err_set(err, ERR_CRYPTO, "the point to evaluate is not a valid ristretto255 element");
        goto out;
    }
    threshold_challenge(&challenge, public_key, input, context, out);
    crypto_core_ristretto255_scalar_mul(out->response.b, challenge.b, share->b);
    crypto_core_ristretto255_scalar_sub(out->response.b, nonce.b, out->response.b);
out:
    crypto_wipe(&nonce, sizeof nonce);
    return r;
}

/* response * p + challenge * q is what the holder said? */
static bool equation(const oprf_scalar *response, const oprf_point *p, const oprf_scalar *challenge, const oprf_point *q, const oprf_point *said)
{
    const oprf_scalar scalars[] = {*response, *challenge};
    const oprf_point points[] = {*p, *q};
    struct ristretto_sum sum;
    oprf_point is;
    ristretto_zero(&sum);
    if (ristretto_add_products(&sum, scalars, points, 2) < 2)
        return false;
    ristretto_encode(&sum, &is);
    return memcmp(is.b, said->b, OPRF_POINT_LEN) == 0;
}

int threshold_check(const struct threshold_keys *keys, unsigned holder, const oprf_point *input, bytes context,
                    const struct threshold_answer *answer, struct err *err)
{
    if (holder < 1 || holder > keys->holders)
        return err_set(err, ERR_INPUT, "there is no holder %u of these keys", holder);
    const oprf_point *public_key = &keys->publics[holder - 1];
    oprf_scalar challenge;
    threshold_challenge(&challenge, public_key, input, context, answer);
    /* a nonce of 0 gives the identity, which threshold_check_many refuses too: both must find the same */
    if (context.len > THRESHOLD_CONTEXT_MAX || !oprf_scalar_canonical(&answer->response) || sodium_is_zero(answer->base.b, OPRF_POINT_LEN) ||
        !equation(&answer->response, &ristretto_generator, &challenge, public_key, &answer->base) ||
        !equation(&answer->response, input, &challenge, &answer->element, &answer->on))
        return err_set(err, ERR_CRYPTO, "the answer of holder %u does not hold: it was not made with the share it is committed to, or for something else", holder);
    return 0;
}

/* --- together --- */

bool threshold_holders_valid(const struct threshold_keys *keys, const uint8_t holders[], size_t n)
{
    unsigned seen = 0;
    for (size_t i = 0; i < n; i++) {
        if (holders[i] < 1 || holders[i] > keys->holders || seen >> holders[i] & 1)
            return false;
        seen |= 1u << holders[i];
    }
    return true;
}

void threshold_lagrange(const uint8_t holders[], size_t n, oprf_scalar weights[])
{
    for (size_t i = 0; i < n; i++) {
        const oprf_scalar own = threshold_small(holders[i]);
        oprf_scalar above = threshold_small(1), below = above;
        for (size_t j = 0; j < n; j++) {
            if (j == i)
                continue;
            oprf_scalar other = threshold_small(holders[j]), difference;
            crypto_core_ristretto255_scalar_mul(above.b, above.b, other.b);
            crypto_core_ristretto255_scalar_sub(difference.b, other.b, own.b);
            crypto_core_ristretto255_scalar_mul(below.b, below.b, difference.b);
        }
        int r = crypto_core_ristretto255_scalar_invert(below.b, below.b);
        assert(r == 0); /* distinct holders */
        (void)r;
        crypto_core_ristretto255_scalar_mul(weights[i].b, above.b, below.b);
    }
}

int threshold_combine(const struct threshold_keys *keys, const uint8_t holders[], const struct threshold_answer answers[], size_t n,
                      oprf_point *element, struct err *err)
{
    oprf_scalar weights[THRESHOLD_HOLDERS_MAX];
    oprf_point points[THRESHOLD_HOLDERS_MAX];
    struct ristretto_sum sum;
    if (n < keys->needed || !threshold_holders_valid(keys, holders, n))
        return err_set(err, ERR_INPUT, "the answers of %u different holders are needed", (unsigned)keys->needed);
    n = keys->needed;
    threshold_lagrange(holders, n, weights);
    for (size_t i = 0; i < n; i++)
        points[i] = answers[i].element;
    ristretto_zero(&sum);
    if (ristretto_add_products(&sum, weights, points, n) < n)
        return err_set(err, ERR_CRYPTO, "an answer is not a valid ristretto255 element");
    ristretto_encode(&sum, element);
    return 0;
}

void threshold_output(oprf_output *out, bytes alpha, const oprf_point *element)
{
    oprf_output_hash(out, alpha, NULL, element);
}
