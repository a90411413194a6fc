/* post_keys: the letter keys of the month. Partners seal to one until some time after its month has ended; its secret stays until
 * the last letter sealed to it is long received, and is then deleted: nobody opens that month's letters from the line any more. */
#include "trust/letter/post_internal.h"

#define OVERLAP_DAYS 14 /* a partner without a line hears of the new key by stick: so long it may still use the old one */
#define DAY_MS (24LL * 3600 * 1000)

static uint32_t period_of(int64_t now_ms)
{
    struct date day = clock_day(now_ms);
    return (uint32_t)(day.year * 12 + day.month - 1);
}

/* The first moment of the month after this period. */
static int64_t period_end_ms(uint32_t period)
{
    uint32_t next = period + 1;
    return date_to_days((struct date){(int16_t)(next / 12), (uint8_t)(next % 12 + 1), 1}) * DAY_MS;
}

static int make(struct node *node, int64_t now_ms, struct post_key *key, struct err *err)
{
    uint8_t sealed[KEYRING_LETTER_SEALED_LEN];
    key->period = period_of(now_ms);
    key->until_ms = period_end_ms(key->period) + OVERLAP_DAYS * DAY_MS;
    if (keyring_letter_make(node->keys, key->period, key->public_key, sealed, err) < 0)
        return err->code;
    return post_store_key_put(node->db, key, sealed, now_ms, err);
}

int post_key_current(struct node *node, int64_t now_ms, uint8_t public_key[static 32], int64_t *valid_until_ms, struct err *err)
{
    struct post_key key;
    int r = post_store_key_of(node->db, period_of(now_ms), &key, err);
    if (r == 0)
        r = make(node, now_ms, &key, err);
    if (r < 0)
        return r;
    for (size_t i = 0; i < sizeof key.public_key; i++)
        public_key[i] = key.public_key[i];
    *valid_until_ms = key.until_ms;
    return 0;
}

int post_key_rotate(struct node *node, int64_t now_ms, uint8_t public_key[static 32], struct err *err)
{
    struct post_key key;
    int r = make(node, now_ms, &key, err);
    if (r < 0)
        return r;
    for (size_t i = 0; i < sizeof key.public_key; i++)
        public_key[i] = key.public_key[i];
    return post_keys_drop(node, now_ms, err);
}

int post_keys_drop(struct node *node, int64_t now_ms, struct err *err)
{
    return post_store_keys_drop(node->db, now_ms - POST_KEEP_DAYS * DAY_MS, err);
}

int post_key_find(struct node *node, const uint8_t public_key[static 32], uint32_t *period, uint8_t sealed[static KEYRING_LETTER_SEALED_LEN],
                  struct err *err)
{
    return post_store_key_find(node->db, public_key, period, sealed, err);
}
