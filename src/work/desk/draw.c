#include "work/desk/draw.h"

#include <string.h>

#define ALPHA_LABEL "comity desk draw 1" /* its NUL counts */

void draw_alpha(const struct draw *d, uint8_t alpha[static DRAW_ALPHA_LEN])
{
    uint8_t *p = alpha + sizeof ALPHA_LABEL;
    _Static_assert(sizeof ALPHA_LABEL + ID_LEN + 4 + 1 + 4 == DRAW_ALPHA_LEN, "alpha is its fields");
    memcpy(alpha, ALPHA_LABEL, sizeof ALPHA_LABEL);
    memcpy(p, d->hall, ID_LEN);
    put_u32be(p + ID_LEN, d->day);
    p[ID_LEN + 4] = (uint8_t)d->kind;
    put_u32be(p + ID_LEN + 5, d->number);
}

void draw_beta_of(const struct draw *d, const oprf_point *element, uint8_t weak_holder, struct draw_beta *out)
{
    uint8_t alpha[DRAW_ALPHA_LEN], whole[32 + DRAW_ALPHA_LEN + 1 + OPRF_POINT_LEN] = "comity desk weak draw 1";
    oprf_output strong;
    draw_alpha(d, alpha);
    *out = (struct draw_beta){.weak = weak_holder > 0, .holder = weak_holder, .element = *element};
    if (!weak_holder) {
        threshold_output(&strong, (bytes){alpha, sizeof alpha}, element);
        memcpy(out->b, strong.b, DRAW_BETA_LEN);
        return;
    }
    memcpy(whole + 32, alpha, sizeof alpha);
    whole[32 + DRAW_ALPHA_LEN] = weak_holder;
    memcpy(whole + 32 + DRAW_ALPHA_LEN + 1, element->b, OPRF_POINT_LEN);
    crypto_sha512(out->b, (bytes){whole, sizeof whole});
}

/* Keeps what holds, each holder once, by their numbers: so that the same answers give the same record, in whatever order they came. */
static bool keep_good(const struct threshold_keys *keys, const oprf_point *input, bytes known, struct draw_answers *a, unsigned *wrong)
{
    struct draw_answers good = {0};
    for (unsigned holder = 1; holder <= keys->holders; holder++)
        for (size_t i = 0; i < a->n; i++) {
            if (a->holders[i] != holder)
                continue;
            if (threshold_check(keys, holder, input, known, &a->answers[i], NULL) < 0) {
                *wrong |= 1u << holder;
                continue;
            }
            good.holders[good.n] = (uint8_t)holder;
            good.answers[good.n++] = a->answers[i];
            *wrong &= ~(1u << holder);
            break;
        }
    *a = good;
    return good.n > 0;
}

int draw_beta(const struct threshold_keys *keys, const struct draw *d, bytes known, struct draw_answers *answers, struct draw_beta *out, unsigned *wrong,
              struct err *err)
{
    uint8_t alpha[DRAW_ALPHA_LEN];
    oprf_point input, element;
    *wrong = 0;
    draw_alpha(d, alpha);
    int r = threshold_input(&input, (bytes){alpha, sizeof alpha}, err);
    if (r < 0)
        return r;
    if (!keep_good(keys, &input, known, answers, wrong))
        return err_set(err, ERR_NOT_FOUND, "no key holder answered for draw %u: ask again, for the same", d->number);
    if (answers->n < keys->needed) {
        answers->n = 1;
        draw_beta_of(d, &answers->answers[0].element, answers->holders[0], out);
        return 0;
    }
    r = threshold_combine(keys, answers->holders, answers->answers, answers->n, &element, err);
    if (r == 0)
        draw_beta_of(d, &element, 0, out);
    return r;
}

uint64_t draw_lot(const struct draw_beta *beta, uint64_t id)
{
    uint8_t whole[DRAW_BETA_LEN + 8], hash[HASH_LEN];
    memcpy(whole, beta->b, DRAW_BETA_LEN);
    put_u64be(whole + DRAW_BETA_LEN, id);
    crypto_sha256(hash, (bytes){whole, sizeof whole});
    return get_u64be(hash);
}

void draw_seed(const struct draw_beta *beta, uint8_t seed[static 32])
{
    const bytes parts[] = {str_bytes(STR("comity desk seed 1")), {beta->b, DRAW_BETA_LEN}};
    crypto_sha256_parts(seed, parts, 2);
}

void draw_commitment(const uint8_t salt[static DRAW_SALT_LEN], bytes document, uint8_t out[static HASH_LEN])
{
    const bytes parts[] = {str_bytes(STR("comity desk ticket 1")), {salt, DRAW_SALT_LEN}, document};
    crypto_sha256_parts(out, parts, 3);
}
