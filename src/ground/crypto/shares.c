#include "ground/crypto/shares.h"

#include <string.h>

#define RAW_LEN (SHARE_SET_LEN + 1 + SHARE_SECRET_LEN + SHARE_TAG_LEN)
#define SYMBOLS ((RAW_LEN * 8 + 4) / 5)
#define GROUP 5

/* x * y in GF(2^8) mod x^8 + x^4 + x^3 + x^2 + 1; the same steps whatever the values. */
static uint8_t multiply(uint8_t x, uint8_t y)
{
    unsigned a = x, product = 0;
    for (unsigned bit = 0; bit < 8; bit++) {
        product ^= a & (0U - ((unsigned)y >> bit & 1U));
        a = (a << 1) ^ (0x11dU & (0U - (a >> 7 & 1U)));
    }
    return (uint8_t)product;
}

/* x^254: the inverse, 0 for 0. */
static uint8_t invert(uint8_t x)
{
    uint8_t power = x, result = 1;
    for (int bit = 1; bit < 8; bit++) {
        power = multiply(power, power);
        result = multiply(result, power);
    }
    return result;
}

void share_split(const uint8_t secret[static SHARE_SECRET_LEN], const uint8_t random[static SHARE_RANDOM_LEN], struct share out[static SHARE_N])
{
    const uint8_t *slope = random + SHARE_SET_LEN;
    for (uint8_t i = 0; i < SHARE_N; i++) {
        out[i].index = (uint8_t)(i + 1);
        memcpy(out[i].set, random, SHARE_SET_LEN);
        for (size_t b = 0; b < SHARE_SECRET_LEN; b++)
            out[i].bytes[b] = secret[b] ^ multiply(slope[b], out[i].index);
    }
}

int share_join(const struct share *x, const struct share *y, uint8_t secret[static SHARE_SECRET_LEN], struct err *err)
{
    if (memcmp(x->set, y->set, SHARE_SET_LEN) != 0)
        return err_set(err, ERR_INPUT, "the two shares are of different splits: only the newest three belong together");
    if (x->index == y->index)
        return err_set(err, ERR_INPUT, "that is the same share twice: two different ones are needed");
    /* the line through both points, at 0: (y1 x2 + y2 x1) / (x1 + x2) */
    uint8_t over = invert(x->index ^ y->index);
    uint8_t weight_x = multiply(y->index, over), weight_y = multiply(x->index, over);
    for (size_t b = 0; b < SHARE_SECRET_LEN; b++)
        secret[b] = multiply(x->bytes[b], weight_x) ^ multiply(y->bytes[b], weight_y);
    return 0;
}

static void raw_of(const struct share *s, uint8_t raw[static RAW_LEN])
{
    memcpy(raw, s->set, SHARE_SET_LEN);
    raw[SHARE_SET_LEN] = s->index;
    memcpy(raw + SHARE_SET_LEN + 1, s->bytes, SHARE_SECRET_LEN);
    crypto_blake2b(raw + RAW_LEN - SHARE_TAG_LEN, SHARE_TAG_LEN, str_bytes(STR("comity share 1")), (bytes){raw, RAW_LEN - SHARE_TAG_LEN});
}

void share_format(const struct share *s, char out[static SHARE_TEXT_MAX])
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint8_t raw[RAW_LEN + 1] = {0};
    size_t at = 0;
    raw_of(s, raw);
    for (size_t i = 0; i < SYMBOLS; i++) {
        size_t bit = i * 5;
        unsigned two = (unsigned)raw[bit / 8] << 8 | raw[bit / 8 + 1];
        if (i > 0 && i % GROUP == 0)
            out[at++] = '-';
        out[at++] = alphabet[two >> (11 - bit % 8) & 31];
    }
    out[at] = 0;
    crypto_wipe(raw, sizeof raw);
}

/* 0..31, -1: to be skipped, -2: not of the alphabet */
static int symbol(char c)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    if (c == ' ' || c == '-' || c == '\t' || c == '\n' || c == '\r')
        return -1;
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    c = c == 'I' || c == 'L' ? '1' : c == 'O' ? '0' : c;
    const char *found = c ? strchr(alphabet, c) : NULL;
    return found ? (int)(found - alphabet) : -2;
}

int share_parse(str text, struct share *out, struct err *err)
{
    uint8_t raw[RAW_LEN + 1] = {0}, again[RAW_LEN];
    size_t n = 0;
    int r = 0;
    for (size_t i = 0; i < text.len && r == 0; i++) {
        int v = symbol(text.p[i]);
        if (v == -1)
            continue;
        if (v < 0 || n == SYMBOLS) {
            r = err_set(err, ERR_INPUT, v < 0 ? "a share has letters and digits only (character %zu)" : "that is longer than a share (character %zu)",
                        i + 1);
            break;
        }
        unsigned place = (unsigned)v << (11 - n * 5 % 8);
        raw[n * 5 / 8] |= (uint8_t)(place >> 8);
        raw[n * 5 / 8 + 1] |= (uint8_t)place;
        n++;
    }
    if (r == 0 && n < SYMBOLS)
        r = err_set(err, ERR_INPUT, "a share has %d letters and digits, these are %zu", (int)SYMBOLS, n);
    if (r < 0)
        goto out;
    memcpy(out->set, raw, SHARE_SET_LEN);
    out->index = raw[SHARE_SET_LEN];
    memcpy(out->bytes, raw + SHARE_SET_LEN + 1, SHARE_SECRET_LEN);
    raw_of(out, again);
    if (out->index < 1 || out->index > SHARE_N || !crypto_equal(raw, again, RAW_LEN) || raw[RAW_LEN] != 0)
        r = err_set(err, ERR_INPUT, "this share was mistyped somewhere: compare it with the paper");
out:
    crypto_wipe(raw, sizeof raw);
    crypto_wipe(again, sizeof again);
    return r;
}
