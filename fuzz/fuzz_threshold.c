/* What holders of a threshold key send. The first byte chooses: keys, a deal, a word, an answer; the second and third the set-up. What is read
 * is written again, the same; nothing that is made up holds. */
#include <stdlib.h>
#include <string.h>

#include "ground/crypto/threshold_setup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(const uint8_t *written, size_t len, bytes in)
{
    if (len != in.len || (len > 0 && memcmp(written, in.p, len) != 0))
        abort();
}

static void keys(const struct setup *s, bytes in)
{
    struct threshold_keys k;
    uint8_t out[THRESHOLD_KEYS_MAX];
    (void)s;
    if (threshold_keys_read(in, &k, NULL) == 0)
        same(out, threshold_keys_write(&k, out), in);
}

static void deal(const struct setup *s, bytes in)
{
    struct setup_deal d, all[THRESHOLD_HOLDERS_MAX] = {0};
    struct setup_offer offers[THRESHOLD_HOLDERS_MAX] = {0};
    struct setup_word word;
    oprf_scalar share;
    uint8_t out[SETUP_DEAL_MAX];
    const uint8_t seed[SETUP_SEED_LEN] = {1};
    if (setup_deal_read(s, in, &d, NULL) < 0)
        return;
    same(out, setup_deal_write(s, &d, out), in);
    all[0] = d;
    if (setup_take(s, seed, 1, offers, all, &share, &word, NULL) == 0) /* not what the offer says */
        abort();
    (void)setup_judge(s, offers, all, 1, s->holders, seed);
}

static void word(const struct setup *s, bytes in)
{
    struct setup_word w;
    uint8_t out[SETUP_WORD_MAX];
    if (setup_word_read(s, in, &w, NULL) == 0)
        same(out, setup_word_write(s, &w, out), in);
}

static void answer(const struct setup *s, bytes in)
{
    static struct threshold_keys k;
    struct threshold_answer a;
    oprf_point input, element;
    const uint8_t holders[] = {1};
    struct threshold_claim claim = {.n = 1, .holders = holders, .answers = &a, .context = in, .element = &element};
    (void)s;
    if (k.needed == 0) {
        k = (struct threshold_keys){.needed = 1, .holders = 1};
        if (threshold_input(&k.commitments[0], str_bytes(STR("key")), NULL) < 0 || threshold_keys_derive(&k, NULL) < 0)
            abort();
    }
    if (in.len < sizeof a || threshold_input(&input, in, NULL) < 0)
        return;
    memcpy(&a, in.p, sizeof a);
    claim.alpha = in;
    element = a.element;
    if (threshold_check(&k, 1, &input, in, &a, NULL) == 0 || threshold_check_many(&k, &claim, 1) == 1)
        abort();
    claim.element = NULL;
    if (threshold_check_many(&k, &claim, 1) == 1)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const parsers[])(const struct setup *, bytes) = {keys, deal, word, answer};
    if (size < 3)
        return 0;
    if (crypto_open(NULL) < 0)
        abort();
    const struct setup s = {.needed = data[1] % 9, .holders = data[2] % 9};
    parsers[data[0] % 4](&s, (bytes){data + 3, size - 3});
    return 0;
}
