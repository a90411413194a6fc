/* Blind, evaluate, finalize (RFC 9497 section 3.3) over arrays. */
#include "ground/crypto/oprf_internal.h"

#include <sodium.h>
#include <string.h>

_Static_assert(OPRF_POINT_LEN == crypto_core_ristretto255_BYTES, "ristretto255 element");
_Static_assert(OPRF_SCALAR_LEN == crypto_core_ristretto255_SCALARBYTES, "ristretto255 scalar");

/* DeriveKeyPair, 3.2.1. The counter is needed with probability 2^-252. */
int oprf_key_derive(enum oprf_mode mode, const uint8_t seed[static 32], bytes info, struct oprf_key **out, struct err *err)
{
    if (info.len > OPRF_INPUT_MAX)
        return err_set(err, ERR_INPUT, "the label of an OPRF key is longer than %d bytes", OPRF_INPUT_MAX);
    uint8_t info_len[2], counter = 0;
    put_u16be(info_len, (uint16_t)info.len);
    const bytes parts[] = {oprf_bytes(seed, 32), oprf_bytes(info_len, 2), info, oprf_bytes(&counter, 1)};
    struct oprf_dst dst = oprf_dst("DeriveKeyPair", mode);
    struct oprf_key *key = secret_alloc(sizeof *key);
    key->mode = mode;
    do {
        oprf_hash_to_scalar(&key->secret, parts, 4, &dst);
    } while (oprf_scalar_zero(&key->secret) && counter++ < 255);
    if (crypto_scalarmult_ristretto255_base(key->public.b, key->secret.b) != 0) {
        secret_free(key);
        return err_set(err, ERR_CRYPTO, "no OPRF key can be derived from this seed");
    }
    *out = key;
    return 0;
}

void oprf_key_free(struct oprf_key *key)
{
    secret_free(key);
}

const oprf_point *oprf_key_public(const struct oprf_key *key)
{
    return &key->public;
}

struct blinding {
    struct oprf_dst dst;
    const bytes *inputs;
    const oprf_scalar *blinds;
    oprf_point *blinded;
};

static size_t blind_slice(void *arg, size_t from, size_t to)
{
    const struct blinding *w = arg;
    for (size_t i = from; i < to; i++) {
        oprf_point element;
        if (w->inputs[i].len > OPRF_INPUT_MAX || !oprf_hash_to_group(&element, w->inputs[i], &w->dst) ||
            crypto_scalarmult_ristretto255(w->blinded[i].b, w->blinds[i].b, element.b) != 0)
            return i;
    }
    return to;
}

int oprf_blind(enum oprf_mode mode, const bytes inputs[], size_t n, const oprf_scalar fixed_blinds[], oprf_scalar blinds[],
               oprf_point blinded[], struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (fixed_blinds)
            blinds[i] = fixed_blinds[i];
        else
            oprf_scalar_random(&blinds[i]);
    }
    struct blinding w = {.dst = oprf_dst("HashToGroup-", mode), .inputs = inputs, .blinds = blinds, .blinded = blinded};
    size_t failed = oprf_parallel(n, blind_slice, &w);
    if (failed < n)
        return err_set(err, ERR_INPUT, "input %zu cannot be blinded: it is longer than %d bytes or maps to the identity", failed, OPRF_INPUT_MAX);
    return 0;
}

/* A blinded input is a uniformly random element; so is the image of random bytes, at a fifth of the cost. */
void oprf_padding(oprf_point points[], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        do {
            crypto_core_ristretto255_random(points[i].b);
        } while (sodium_is_zero(points[i].b, OPRF_POINT_LEN));
    }
}

/* The scalar that multiplies each element, and the public key the proof is about: in mode POPRF both carry the info. */
struct working_key {
    oprf_scalar factor; /* evaluated = factor * blinded */
    oprf_scalar proven; /* public = proven * generator */
    oprf_point public;
};

static int working_key(const struct oprf_key *key, const bytes *info, struct working_key *out, struct err *err)
{
    out->factor = out->proven = key->secret;
    out->public = key->public;
    if (key->mode != OPRF_MODE_POPRF)
        return 0;
    if (!info || info->len > OPRF_INPUT_MAX)
        return err_set(err, ERR_INPUT, "the public input of a POPRF evaluation is missing or longer than %d bytes", OPRF_INPUT_MAX);
    oprf_scalar m;
    oprf_info_scalar(&m, *info);
    crypto_core_ristretto255_scalar_add(out->proven.b, key->secret.b, m.b);
    if (crypto_core_ristretto255_scalar_invert(out->factor.b, out->proven.b) != 0 ||
        crypto_scalarmult_ristretto255_base(out->public.b, out->proven.b) != 0)
        return err_set(err, ERR_CRYPTO, "this public input is the inverse of the key: choose another key");
    return 0;
}

struct evaluation {
    const oprf_scalar *factor;
    const oprf_point *in;
    oprf_point *out;
};

/* out = scalar * in for a point from outside. libsodium refuses encodings that are not canonical and, as the result would be
 * 0, the identity; but up to 1.0.18 it overlooks the top bit. */
static bool multiply_foreign(oprf_point *out, const oprf_scalar *scalar, const oprf_point *in)
{
    return (in->b[OPRF_POINT_LEN - 1] & 0x80) == 0 && crypto_scalarmult_ristretto255(out->b, scalar->b, in->b) == 0;
}

static size_t evaluate_slice(void *arg, size_t from, size_t to)
{
    const struct evaluation *w = arg;
    for (size_t i = from; i < to; i++)
        if (!multiply_foreign(&w->out[i], w->factor, &w->in[i]))
            return i;
    return to;
}

int oprf_evaluate(const struct oprf_key *key, const bytes *info, const oprf_point blinded[], size_t n, oprf_point evaluated[],
                  uint8_t proof[OPRF_PROOF_LEN], const oprf_scalar *fixed_r, struct err *err)
{
    struct working_key k;
    int result = working_key(key, info, &k, err);
    if (result < 0)
        goto out;
    struct evaluation w = {.factor = &k.factor, .in = blinded, .out = evaluated};
    size_t failed = oprf_parallel(n, evaluate_slice, &w);
    if (failed < n) {
        result = err_set(err, ERR_CRYPTO, "point %zu of the question is not a valid ristretto255 element", failed);
        goto out;
    }
    if (key->mode == OPRF_MODE_OPRF)
        goto out;
    /* POPRF proves blinded = proven * evaluated, VOPRF evaluated = proven * blinded */
    bool tweaked = key->mode == OPRF_MODE_POPRF;
    result = oprf_proof_make(key->mode, &k.proven, &k.public, tweaked ? evaluated : blinded, tweaked ? blinded : evaluated, n,
                             fixed_r, proof, err);
out:
    crypto_wipe(&k, sizeof k);
    return result;
}

/* Hash(len || input || [len || info] || len || element || "Finalize") */
void oprf_output_hash(oprf_output *out, bytes input, const bytes *info, const oprf_point *element)
{
    uint8_t len[2];
    crypto_hash_sha512_state state;
    crypto_hash_sha512_init(&state);
    put_u16be(len, (uint16_t)input.len);
    crypto_hash_sha512_update(&state, len, 2);
    crypto_hash_sha512_update(&state, input.p, input.len);
    if (info) {
        put_u16be(len, (uint16_t)info->len);
        crypto_hash_sha512_update(&state, len, 2);
        crypto_hash_sha512_update(&state, info->p, info->len);
    }
    put_u16be(len, OPRF_POINT_LEN);
    crypto_hash_sha512_update(&state, len, 2);
    crypto_hash_sha512_update(&state, element->b, OPRF_POINT_LEN);
    crypto_hash_sha512_update(&state, (const uint8_t *)"Finalize", 8);
    crypto_hash_sha512_final(&state, out->b);
}

struct finalizing {
    const bytes *inputs;
    const bytes *info; /* NULL unless POPRF */
    const oprf_scalar *inverses;
    const oprf_point *evaluated;
    oprf_output *outputs;
};

static size_t finalize_slice(void *arg, size_t from, size_t to)
{
    const struct finalizing *w = arg;
    for (size_t i = from; i < to; i++) {
        oprf_point element;
        if (w->inputs[i].len > OPRF_INPUT_MAX || !multiply_foreign(&element, &w->inverses[i], &w->evaluated[i]))
            return i;
        oprf_output_hash(&w->outputs[i], w->inputs[i], w->info, &element);
        crypto_wipe(&element, sizeof element);
    }
    return to;
}

/* The key the proof must be about: the committed one, in mode POPRF plus the info's point (3.3.3). */
static int proven_public(enum oprf_mode mode, const oprf_point *public_key, const bytes *info, oprf_point *out, struct err *err)
{
    *out = *public_key;
    if (sodium_is_zero(public_key->b, OPRF_POINT_LEN) || public_key->b[OPRF_POINT_LEN - 1] & 0x80 ||
        !crypto_core_ristretto255_is_valid_point(public_key->b))
        return err_set(err, ERR_CRYPTO, "the partner's public key is not a valid ristretto255 element");
    if (mode != OPRF_MODE_POPRF)
        return 0;
    oprf_scalar m;
    oprf_point info_point;
    if (!info || info->len > OPRF_INPUT_MAX)
        return err_set(err, ERR_INPUT, "the public input of a POPRF evaluation is missing or longer than %d bytes", OPRF_INPUT_MAX);
    oprf_info_scalar(&m, *info);
    if (crypto_scalarmult_ristretto255_base(info_point.b, m.b) != 0 ||
        crypto_core_ristretto255_add(out->b, info_point.b, public_key->b) != 0 || sodium_is_zero(out->b, OPRF_POINT_LEN))
        return err_set(err, ERR_CRYPTO, "this public input is the inverse of the partner's key");
    return 0;
}

int oprf_finalize(enum oprf_mode mode, const oprf_point *public_key, const bytes *info, const bytes inputs[],
                  const oprf_scalar blinds[], size_t n, const oprf_point blinded[], const oprf_point evaluated[], size_t n_points,
                  const uint8_t proof[OPRF_PROOF_LEN], oprf_output outputs[], struct err *err)
{
    if (n > n_points)
        return err_set(err, ERR_INPUT, "%zu inputs, but only %zu points came back", n, n_points);
    int result = 0;
    if (mode != OPRF_MODE_OPRF) {
        oprf_point proven;
        bool tweaked = mode == OPRF_MODE_POPRF;
        if ((result = proven_public(mode, public_key, info, &proven, err)) < 0 ||
            (result = oprf_proof_check(mode, &proven, tweaked ? evaluated : blinded, tweaked ? blinded : evaluated, n_points, proof, err)) < 0)
            return result;
    }
    if (n == 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (oprf_scalar_zero(&blinds[i]))
            return err_set(err, ERR_INPUT, "blind %zu is zero: it cannot be taken off again", i);
    oprf_scalar *inverses = secret_alloc(2 * n * sizeof inverses[0]);
    oprf_scalar_invert(inverses, blinds, inverses + n, n);
    struct finalizing w = {.inputs = inputs, .info = mode == OPRF_MODE_POPRF ? info : NULL, .inverses = inverses,
                           .evaluated = evaluated, .outputs = outputs};
    size_t failed = oprf_parallel(n, finalize_slice, &w);
    if (failed < n)
        result = err_set(err, ERR_CRYPTO, "point %zu of the answer is not a valid ristretto255 element", failed);
    secret_free(inverses);
    return result;
}

struct plain {
    struct oprf_dst dst;
    const bytes *inputs;
    const bytes *info;
    const oprf_scalar *factor;
    oprf_output *outputs;
};

static size_t plain_slice(void *arg, size_t from, size_t to)
{
    const struct plain *w = arg;
    for (size_t i = from; i < to; i++) {
        oprf_point element;
        if (w->inputs[i].len > OPRF_INPUT_MAX || !oprf_hash_to_group(&element, w->inputs[i], &w->dst) ||
            crypto_scalarmult_ristretto255(element.b, w->factor->b, element.b) != 0)
            return i;
        oprf_output_hash(&w->outputs[i], w->inputs[i], w->info, &element);
    }
    return to;
}

int oprf_evaluate_plain(const struct oprf_key *key, const bytes *info, const bytes inputs[], size_t n, oprf_output outputs[], struct err *err)
{
    struct working_key k;
    int result = working_key(key, info, &k, err);
    if (result < 0)
        goto out;
    struct plain w = {.dst = oprf_dst("HashToGroup-", key->mode), .inputs = inputs, .info = key->mode == OPRF_MODE_POPRF ? info : NULL,
                      .factor = &k.factor, .outputs = outputs};
    size_t failed = oprf_parallel(n, plain_slice, &w);
    if (failed < n)
        result = err_set(err, ERR_INPUT, "input %zu cannot be evaluated: it is longer than %d bytes or maps to the identity", failed, OPRF_INPUT_MAX);
out:
    crypto_wipe(&k, sizeof k);
    return result;
}
