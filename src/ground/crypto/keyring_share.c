/* Shares of threshold keys: asks the key process. */
#include <stdlib.h>
#include <string.h>

#include "ground/crypto/keyring_internal.h"
#include "ground/crypto/keyring_share.h"

#define PART(p, len) ((struct iovec){(void *)(uintptr_t)(p), len})

/* operation, id, needed, holders, me */
static void head(uint8_t out[static KEYPROTO_SHARE_HEAD_LEN], enum key_operation op, const struct setup *s, unsigned me)
{
    out[0] = (uint8_t)op;
    memcpy(out + 1, s->id, ID_LEN);
    out[1 + ID_LEN] = s->needed;
    out[2 + ID_LEN] = s->holders;
    out[3 + ID_LEN] = (uint8_t)me;
}

static size_t offers_len(const struct setup *s)
{
    return (size_t)s->holders * sizeof(struct setup_offer);
}

int keyring_share_offer(const struct keyring *k, const struct setup *s, unsigned me, struct setup_offer *out, struct err *err)
{
    uint8_t h[KEYPROTO_SHARE_HEAD_LEN];
    head(h, KEY_SHARE_OFFER, s, me);
    return keyring_ask(k, &PART(h, sizeof h), 1, (uint8_t *)out, sizeof *out, err);
}

int keyring_share_deal(const struct keyring *k, const struct setup *s, unsigned me, const struct setup_offer offers[], struct setup_deal *out, struct err *err)
{
    uint8_t h[KEYPROTO_SHARE_HEAD_LEN], answer[SETUP_DEAL_MAX];
    int r = setup_valid(s, err);
    if (r < 0)
        return r;
    head(h, KEY_SHARE_DEAL, s, me);
    const struct iovec parts[] = {PART(h, sizeof h), PART(offers, offers_len(s))};
    r = keyring_ask(k, parts, 2, answer, setup_deal_len(s), err);
    return r < 0 ? r : setup_deal_read(s, (bytes){answer, setup_deal_len(s)}, out, err);
}

int keyring_share_take(const struct keyring *k, const struct setup *s, unsigned me, const struct setup_offer offers[], const struct setup_deal deals[],
                       uint8_t sealed[static KEYRING_SHARE_LEN], struct setup_word *word, struct err *err)
{
    uint8_t h[KEYPROTO_SHARE_HEAD_LEN], answer[KEYRING_SHARE_LEN + SETUP_WORD_MAX], all[THRESHOLD_HOLDERS_MAX * SETUP_DEAL_MAX];
    size_t len = 0;
    int r = setup_valid(s, err);
    if (r < 0)
        return r;
    const size_t word_len = (size_t)s->holders * HASH_LEN + 1;
    for (unsigned i = 0; i < s->holders; i++)
        len += setup_deal_write(s, &deals[i], all + len);
    head(h, KEY_SHARE_TAKE, s, me);
    const struct iovec parts[] = {PART(h, sizeof h), PART(offers, offers_len(s)), PART(all, len)};
    r = keyring_ask(k, parts, 3, answer, KEYRING_SHARE_LEN + word_len, err);
    if (r < 0)
        return r;
    memcpy(sealed, answer, KEYRING_SHARE_LEN);
    return setup_word_read(s, (bytes){answer + KEYRING_SHARE_LEN, word_len}, word, err);
}

int keyring_share_open(const struct keyring *k, const struct setup *s, unsigned me, unsigned holder, uint8_t opened[static 32], struct err *err)
{
    uint8_t h[KEYPROTO_SHARE_HEAD_LEN], whose = (uint8_t)holder;
    head(h, KEY_SHARE_OPEN, s, me);
    const struct iovec parts[] = {PART(h, sizeof h), PART(&whose, 1)};
    return keyring_ask(k, parts, 2, opened, 32, err);
}

int keyring_share_answer(const struct keyring *k, const struct setup *s, unsigned me, const uint8_t sealed[static KEYRING_SHARE_LEN], bytes alpha,
                         bytes context, struct threshold_answer *out, struct err *err)
{
    uint8_t h[KEYPROTO_SHARE_HEAD_LEN], alpha_len[2];
    if (alpha.len > OPRF_INPUT_MAX || context.len > THRESHOLD_CONTEXT_MAX)
        return err_set(err, ERR_LIMIT, "what a share is asked for is longer than %d bytes", OPRF_INPUT_MAX);
    head(h, KEY_SHARE_ANSWER, s, me);
    put_u16be(alpha_len, (uint16_t)alpha.len);
    const struct iovec parts[] = {PART(h, sizeof h), PART(sealed, KEYRING_SHARE_LEN), PART(alpha_len, 2), PART(alpha.p, alpha.len), PART(context.p, context.len)};
    return keyring_ask(k, parts, 5, (uint8_t *)out, sizeof *out, err);
}
