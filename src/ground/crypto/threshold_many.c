/* Many claims at once. For each answer, with challenge c and response s of holder K:
 *     s * generator + c * K - base = 0        s * input + c * element - on = 0
 * and for each combined element, with Lagrange's weights w:   combined - sum of w * element = 0
 * Each equation is taken times a weight of 128 bits of its own, and all are added up: were one of them not 0, the sum would be 0 with
 * probability 2^-128 (Bellare, Garay, Rabin, "Fast batch verification", 1998). The weights follow from a hash of all that is claimed, so nobody
 * can choose a claim after them, and checking the same twice is the same. What is committed to (base, on, combined) gets the short weight. */
#include "ground/crypto/threshold_internal.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define SHORT_LEN 16
#define TERMS_MAX (2 + 3 * THRESHOLD_HOLDERS_MAX) /* of one claim */
#define PORTION 64                                /* claims whose terms are summed together */

struct lagrange_row { bool made; oprf_scalar weights[THRESHOLD_HOLDERS_MAX]; };

struct many {
    const struct threshold_keys *keys;
    const struct threshold_claim *claims;
    oprf_point *inputs; /* alphas, hashed to the group */
    uint8_t seed[HASH512_LEN];
    struct lagrange_row *lagrange; /* by the set of holders: of holder i at i - 1 */
    pthread_mutex_t lock;          /* of what follows */
    struct ristretto_sum sum;
    oprf_scalar of_generator, of_key[THRESHOLD_HOLDERS_MAX];
};

struct terms {
    size_t n;
    oprf_scalar scalars[PORTION * TERMS_MAX];
    oprf_point points[PORTION * TERMS_MAX];
    oprf_scalar of_generator, of_key[THRESHOLD_HOLDERS_MAX];
};

static unsigned set_of(const struct threshold_keys *keys, const struct threshold_claim *c)
{
    unsigned set = 0;
    for (size_t i = 0; i < keys->needed; i++)
        set |= 1u << (c->holders[i] - 1);
    return set;
}

static bool well_formed(const struct threshold_keys *keys, const struct threshold_claim *c)
{
    if (c->n < 1 || c->n > keys->holders || c->context.len > THRESHOLD_CONTEXT_MAX || (c->element && c->n < keys->needed) ||
        !threshold_holders_valid(keys, c->holders, c->n))
        return false;
    for (size_t i = 0; i < c->n; i++)
        if (!oprf_scalar_canonical(&c->answers[i].response))
            return false;
    return true;
}

/* Over everything that the equations are about; with lengths, so that nothing can be read as something else. */
static void transcript(struct many *w, size_t from, size_t to)
{
    crypto_hash_sha512_state state;
    crypto_hash_sha512_init(&state);
    crypto_hash_sha512_update(&state, w->keys->publics[0].b, sizeof w->keys->publics);
    for (size_t i = from; i < to; i++) {
        const struct threshold_claim *c = &w->claims[i];
        uint8_t head[8] = {(uint8_t)c->n, c->element != NULL};
        put_u32be(head + 4, (uint32_t)c->context.len);
        crypto_hash_sha512_update(&state, head, sizeof head);
        crypto_hash_sha512_update(&state, w->inputs[i].b, OPRF_POINT_LEN);
        crypto_hash_sha512_update(&state, c->context.p, c->context.len);
        crypto_hash_sha512_update(&state, c->holders, c->n);
        crypto_hash_sha512_update(&state, (const uint8_t *)c->answers, c->n * sizeof c->answers[0]);
        if (c->element)
            crypto_hash_sha512_update(&state, c->element->b, OPRF_POINT_LEN);
    }
    crypto_hash_sha512_final(&state, w->seed);
}

/* The short weights of one claim, two an answer and one for what they combine to; none is 0. */
static void short_weights(const struct many *w, size_t i, oprf_scalar out[], size_t n)
{
    uint8_t block[HASH512_LEN], input[HASH512_LEN + 16];
    memcpy(input, w->seed, HASH512_LEN);
    put_u64be(input + HASH512_LEN, i);
    for (size_t k = 0; k < n; k++) {
        size_t at = k % (HASH512_LEN / SHORT_LEN);
        if (at == 0) {
            put_u64be(input + HASH512_LEN + 8, k);
            crypto_hash_sha512(block, input, sizeof input);
        }
        out[k] = (oprf_scalar){{0}};
        memcpy(out[k].b, block + at * SHORT_LEN, SHORT_LEN);
        out[k].b[0] |= 1;
    }
}

static void term(struct terms *t, const oprf_scalar *scalar, const oprf_point *point)
{
    t->scalars[t->n] = *scalar;
    t->points[t->n++] = *point;
}

/* sum -= a * b */
static void less(oprf_scalar *sum, const oprf_scalar *a, const oprf_scalar *b)
{
    oprf_scalar product;
    crypto_core_ristretto255_scalar_mul(product.b, a->b, b->b);
    crypto_core_ristretto255_scalar_sub(sum->b, sum->b, product.b);
}

/* The equations of one claim, negated: base and on keep the short weight. */
static void terms_of(const struct many *w, size_t index, struct terms *t)
{
    const struct threshold_claim *c = &w->claims[index];
    oprf_scalar weights[2 * THRESHOLD_HOLDERS_MAX + 1], of_input = {{0}};
    short_weights(w, index, weights, 2 * c->n + 1);
    const struct lagrange_row *row = c->element ? &w->lagrange[set_of(w->keys, c)] : NULL;
    for (size_t i = 0; i < c->n; i++) {
        const struct threshold_answer *a = &c->answers[i];
        const oprf_scalar *first = &weights[2 * i], *second = &weights[2 * i + 1];
        oprf_scalar challenge, of_element = {{0}};
        threshold_challenge(&challenge, &w->keys->publics[c->holders[i] - 1], &w->inputs[index], c->context, a);
        less(&t->of_generator, first, &a->response);
        less(&t->of_key[c->holders[i] - 1], first, &challenge);
        less(&of_input, second, &a->response);
        less(&of_element, second, &challenge);
        if (row && i < w->keys->needed)
            less(&of_element, &weights[2 * c->n], &row->weights[c->holders[i] - 1]);
        term(t, first, &a->base);
        term(t, second, &a->on);
        term(t, &of_element, &a->element);
    }
    term(t, &of_input, &w->inputs[index]);
    if (c->element)
        term(t, &weights[2 * c->n], c->element);
}

static void add_scalar(oprf_scalar *sum, const oprf_scalar *more)
{
    crypto_core_ristretto255_scalar_add(sum->b, sum->b, more->b);
}

struct slice { struct many *many; size_t first; };

static size_t sum_slice(void *arg, size_t from, size_t to)
{
    struct many *w = ((struct slice *)arg)->many;
    const size_t first = ((struct slice *)arg)->first;
    struct terms *t = mem_calloc(1, sizeof *t);
    struct ristretto_sum sum;
    bool good = true;
    ristretto_zero(&sum);
    for (size_t at = from; good && at < to; at += PORTION) {
        t->n = 0;
        for (size_t i = at; i < to && i < at + PORTION; i++)
            terms_of(w, first + i, t);
        good = ristretto_add_products(&sum, t->scalars, t->points, t->n) == t->n;
    }
    pthread_mutex_lock(&w->lock);
    ristretto_add(&w->sum, &sum);
    add_scalar(&w->of_generator, &t->of_generator);
    for (size_t i = 0; i < THRESHOLD_HOLDERS_MAX; i++)
        add_scalar(&w->of_key[i], &t->of_key[i]);
    pthread_mutex_unlock(&w->lock);
    free(t);
    return good ? to : from;
}

/* Do all of from..to hold? They are well formed. */
static bool hold(struct many *w, size_t from, size_t to)
{
    static const oprf_point identity;
    struct slice slice = {w, from};
    oprf_point is;
    ristretto_zero(&w->sum);
    w->of_generator = (oprf_scalar){{0}};
    memset(w->of_key, 0, sizeof w->of_key);
    transcript(w, from, to);
    if (oprf_parallel(to - from, sum_slice, &slice) < to - from)
        return false;
    if (ristretto_add_products(&w->sum, &w->of_generator, &ristretto_generator, 1) < 1 ||
        ristretto_add_products(&w->sum, w->of_key, w->keys->publics, w->keys->holders) < w->keys->holders)
        return false;
    ristretto_encode(&w->sum, &is);
    return memcmp(is.b, identity.b, OPRF_POINT_LEN) == 0;
}

static void prepare_lagrange(struct many *w, const struct threshold_claim *c)
{
    struct lagrange_row *row = &w->lagrange[set_of(w->keys, c)];
    oprf_scalar weights[THRESHOLD_HOLDERS_MAX];
    if (row->made)
        return;
    threshold_lagrange(c->holders, w->keys->needed, weights);
    for (size_t i = 0; i < w->keys->needed; i++)
        row->weights[c->holders[i] - 1] = weights[i];
    row->made = true;
}

static size_t input_slice(void *arg, size_t from, size_t to)
{
    struct many *w = arg;
    for (size_t i = from; i < to; i++)
        if (threshold_input(&w->inputs[i], w->claims[i].alpha, NULL) < 0)
            return i;
    return to;
}

size_t threshold_check_many(const struct threshold_keys *keys, const struct threshold_claim claims[], size_t n)
{
    struct many w = {.keys = keys, .claims = claims, .lock = PTHREAD_MUTEX_INITIALIZER};
    w.lagrange = mem_calloc((size_t)1 << THRESHOLD_HOLDERS_MAX, sizeof w.lagrange[0]);
    size_t good = 0; /* all before it are well formed */
    for (; good < n && well_formed(keys, &claims[good]); good++)
        if (claims[good].element)
            prepare_lagrange(&w, &claims[good]);
    w.inputs = mem_calloc(good + 1, sizeof w.inputs[0]);
    good = oprf_parallel(good, input_slice, &w);
    size_t first = good, from = 0, to = good;
    if (good > 0 && !hold(&w, 0, good)) {
        while (to - from > 1) { /* the first bad one is in from..to */
            size_t middle = from + (to - from) / 2;
            if (hold(&w, from, middle))
                from = middle;
            else
                to = middle;
        }
        first = from;
    }
    pthread_mutex_destroy(&w.lock);
    free(w.lagrange);
    free(w.inputs);
    return first;
}
