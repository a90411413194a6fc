#include "ground/crypto/keyproto.h"

#include <stdlib.h>
#include <string.h>

struct answering {
    const struct key_core *core;
    struct reader in;
    uint8_t *out;   /* behind the header */
    size_t len;
    struct err *err;
};

static uint8_t *give(struct answering *a, size_t len)
{
    uint8_t *p = a->out + a->len;
    a->len += len;
    return p;
}

static int malformed(struct answering *a)
{
    return err_set(a->err, ERR_INPUT, "the key process was asked something it does not understand: program and process are of different versions");
}

static int hello(struct answering *a)
{
    for (unsigned i = 0; i < KEY_CORE_SIGNERS; i++)
        key_core_public(a->core, (enum keyring_signer)i, give(a, SIGN_PUBLIC_LEN));
    for (unsigned i = 0; i < KEY_CORE_MACS; i++)
        key_core_mac_key(a->core, (enum keyring_mac)i, give(a, KEY_LEN));
    return 0;
}

static int sign(struct answering *a)
{
    uint8_t who = reader_u8(&a->in);
    bytes message = reader_take(&a->in, (size_t)(a->in.end - a->in.p));
    if (!a->in.ok || who >= KEY_CORE_SIGNERS)
        return malformed(a);
    key_core_sign(a->core, (enum keyring_signer)who, message, give(a, SIGNATURE_LEN));
    return 0;
}

static int data_keys(struct answering *a)
{
    uint16_t n = reader_u16(&a->in);
    if (!reader_done(&a->in) || n == 0 || n > KEYPROTO_BATCH_KEYS)
        return malformed(a);
    for (uint16_t i = 0; i < n; i++) {
        uint8_t *key = give(a, KEY_LEN);
        key_core_data_key(a->core, key, give(a, KEY_CORE_WRAPPED_LEN));
    }
    return 0;
}

static int unwrap(struct answering *a)
{
    uint16_t n = reader_u16(&a->in);
    if (!a->in.ok || n == 0 || n > KEYPROTO_BATCH_KEYS)
        return malformed(a);
    for (uint16_t i = 0; i < n; i++) {
        bytes wrapped = reader_take(&a->in, KEY_CORE_WRAPPED_LEN);
        bytes ad = reader_take(&a->in, reader_u16(&a->in));
        if (!a->in.ok)
            return malformed(a);
        uint8_t *good = give(a, 1), *key = give(a, KEY_LEN);
        *good = key_core_unwrap(a->core, wrapped.p, ad, key);
        if (!*good)
            memset(key, 0, KEY_LEN);
    }
    return reader_done(&a->in) ? 0 : malformed(a);
}

static int match_public(struct answering *a)
{
    uint32_t epoch = reader_u32(&a->in);
    oprf_point point;
    if (!reader_done(&a->in))
        return malformed(a);
    int r = key_core_match_public(a->core, epoch, &point, a->err);
    if (r == 0)
        memcpy(give(a, OPRF_POINT_LEN), point.b, OPRF_POINT_LEN);
    return r;
}

static int match_evaluate(struct answering *a)
{
    uint32_t epoch = reader_u32(&a->in);
    uint8_t threads = reader_u8(&a->in);
    size_t len = a->in.ok ? (size_t)(a->in.end - a->in.p) : 0, n = len / OPRF_POINT_LEN;
    if (n == 0 || len % OPRF_POINT_LEN || n > KEYPROTO_BATCH_POINTS)
        return malformed(a);
    const oprf_point *points = (const oprf_point *)a->in.p; /* bytes only: any alignment */
    uint8_t *proof = give(a, OPRF_PROOF_LEN);
    oprf_threads(threads);
    return key_core_match_evaluate(a->core, epoch, points, n, (oprf_point *)give(a, n * OPRF_POINT_LEN), proof, a->err);
}

static int match_plain(struct answering *a)
{
    uint32_t epoch = reader_u32(&a->in);
    uint8_t threads = reader_u8(&a->in);
    bytes *inputs = mem_calloc(KEYPROTO_BATCH_POINTS, sizeof *inputs);
    size_t n = 0;
    while (a->in.ok && a->in.p < a->in.end && n < KEYPROTO_BATCH_POINTS)
        inputs[n++] = reader_take(&a->in, reader_u16(&a->in));
    int r = !reader_done(&a->in) || n == 0 ? malformed(a) : 0;
    if (r == 0) {
        oprf_threads(threads);
        r = key_core_match_plain(a->core, epoch, inputs, n, (oprf_output *)give(a, n * OPRF_OUTPUT_LEN), a->err);
    }
    free(inputs);
    return r;
}

static int letter_make(struct answering *a)
{
    uint32_t period = reader_u32(&a->in);
    if (!reader_done(&a->in))
        return malformed(a);
    uint8_t *public_key = give(a, KEYRING_LETTER_PUBLIC_LEN);
    key_core_letter_make(a->core, period, public_key, give(a, KEYRING_LETTER_SEALED_LEN));
    return 0;
}

static int letter_unwrap(struct answering *a)
{
    bytes sealed = reader_take(&a->in, KEYRING_LETTER_SEALED_LEN), public_key = reader_take(&a->in, KEYRING_LETTER_PUBLIC_LEN);
    uint32_t period = reader_u32(&a->in);
    bytes share = reader_take(&a->in, 32), body = reader_take(&a->in, KEYRING_LETTER_BODY_LEN);
    if (!reader_done(&a->in))
        return malformed(a);
    return key_core_letter_unwrap(a->core, sealed.p, public_key.p, period, share.p, body.p, give(a, KEYRING_FILE_KEY_LEN), a->err);
}

static int pocket_public(struct answering *a)
{
    bytes member = reader_take(&a->in, ID_LEN);
    if (!reader_done(&a->in))
        return malformed(a);
    key_core_pocket_public(a->core, member.p, give(a, KEYRING_POCKET_LEN));
    return 0;
}

static int pocket_key(struct answering *a)
{
    bytes member = reader_take(&a->in, ID_LEN), point = reader_take(&a->in, KEYRING_POCKET_LEN);
    if (!reader_done(&a->in))
        return malformed(a);
    return key_core_pocket_key(a->core, member.p, point.p, give(a, KEY_LEN), a->err);
}

/* --- shares --- */

static bool read_setup(struct answering *a, struct setup *s, unsigned *me)
{
    bytes id = reader_take(&a->in, ID_LEN);
    s->needed = reader_u8(&a->in);
    s->holders = reader_u8(&a->in);
    *me = reader_u8(&a->in);
    if (!a->in.ok || setup_valid(s, NULL) < 0)
        return false;
    memcpy(s->id, id.p, ID_LEN);
    return true;
}

static bool read_offers(struct answering *a, const struct setup *s, struct setup_offer offers[])
{
    bytes b = reader_take(&a->in, s->holders * sizeof offers[0]);
    if (a->in.ok)
        memcpy(offers, b.p, b.len);
    return a->in.ok;
}

static int share_offer(struct answering *a)
{
    struct setup s;
    struct setup_offer offer;
    unsigned me;
    if (!read_setup(a, &s, &me) || !reader_done(&a->in))
        return malformed(a);
    int r = setup_offer(&s, key_core_share_seed(a->core), me, &offer, a->err);
    if (r == 0)
        memcpy(give(a, sizeof offer), &offer, sizeof offer);
    return r;
}

static int share_deal(struct answering *a)
{
    struct setup s;
    struct setup_offer offers[THRESHOLD_HOLDERS_MAX];
    struct setup_deal deal;
    unsigned me;
    if (!read_setup(a, &s, &me) || !read_offers(a, &s, offers) || !reader_done(&a->in))
        return malformed(a);
    int r = setup_deal(&s, key_core_share_seed(a->core), me, offers, &deal, a->err);
    if (r == 0) {
        uint8_t whole[SETUP_DEAL_MAX];
        size_t len = setup_deal_write(&s, &deal, whole);
        memcpy(give(a, len), whole, len);
    }
    return r;
}

static int share_take(struct answering *a)
{
    struct setup s;
    struct setup_offer offers[THRESHOLD_HOLDERS_MAX];
    struct setup_deal deals[THRESHOLD_HOLDERS_MAX];
    struct setup_word word;
    unsigned me;
    if (!read_setup(a, &s, &me) || !read_offers(a, &s, offers))
        return malformed(a);
    for (unsigned i = 0; i < s.holders; i++) {
        bytes deal = reader_take(&a->in, setup_deal_len(&s));
        if (!a->in.ok || setup_deal_read(&s, deal, &deals[i], NULL) < 0)
            return malformed(a);
    }
    if (!reader_done(&a->in))
        return malformed(a);
    uint8_t *sealed = give(a, KEYRING_SHARE_LEN), whole[SETUP_WORD_MAX];
    int r = key_core_share_take(a->core, &s, me, offers, deals, sealed, &word, a->err);
    if (r == 0) {
        size_t len = setup_word_write(&s, &word, whole);
        memcpy(give(a, len), whole, len);
    }
    return r;
}

static int share_open(struct answering *a)
{
    struct setup s;
    unsigned me;
    if (!read_setup(a, &s, &me))
        return malformed(a);
    uint8_t holder = reader_u8(&a->in);
    return reader_done(&a->in) ? setup_open(&s, key_core_share_seed(a->core), me, holder, give(a, 32), a->err) : malformed(a);
}

static int share_answer(struct answering *a)
{
    struct setup s;
    struct threshold_answer answer;
    unsigned me;
    if (!read_setup(a, &s, &me))
        return malformed(a);
    bytes sealed = reader_take(&a->in, KEYRING_SHARE_LEN), alpha = reader_take(&a->in, reader_u16(&a->in));
    if (!a->in.ok)
        return malformed(a);
    bytes context = reader_take(&a->in, (size_t)(a->in.end - a->in.p));
    int r = key_core_share_answer(a->core, &s, me, sealed.p, alpha, context, &answer, a->err);
    if (r == 0)
        memcpy(give(a, sizeof answer), &answer, sizeof answer);
    return r;
}

static int lock_now(struct answering *a)
{
    return reader_done(&a->in) ? 0 : malformed(a);
}

static int (*const operations[KEY_N_OPERATIONS])(struct answering *) = {
    [KEY_HELLO] = hello,
    [KEY_SIGN] = sign,
    [KEY_DATA_KEYS] = data_keys,
    [KEY_UNWRAP] = unwrap,
    [KEY_MATCH_PUBLIC] = match_public,
    [KEY_MATCH_EVALUATE] = match_evaluate,
    [KEY_MATCH_PLAIN] = match_plain,
    [KEY_LETTER_MAKE] = letter_make,
    [KEY_LETTER_UNWRAP] = letter_unwrap,
    [KEY_LOCK] = lock_now,
    [KEY_POCKET_PUBLIC] = pocket_public,
    [KEY_POCKET_KEY] = pocket_key,
    [KEY_SHARE_OFFER] = share_offer,
    [KEY_SHARE_DEAL] = share_deal,
    [KEY_SHARE_TAKE] = share_take,
    [KEY_SHARE_OPEN] = share_open,
    [KEY_SHARE_ANSWER] = share_answer,
};

size_t key_answer(const struct key_core *core, const struct err *without, bytes request, uint8_t *out, bool *lock)
{
    struct err err = {0};
    struct answering a = {.core = core, .in = reader_new(request), .out = out + KEYPROTO_HEADER_LEN, .err = &err};
    uint8_t op = reader_u8(&a.in);
    int r;
    if (!a.in.ok || op >= KEY_N_OPERATIONS)
        r = malformed(&a);
    else if (!core)
        r = err_set(&err, without->code, "%s", without->text);
    else
        r = operations[op](&a);
    *lock = r == 0 && op == KEY_LOCK;
    if (r < 0) {
        crypto_wipe(a.out, a.len);
        a.len = strlen(err.text);
        memcpy(a.out, err.text, a.len);
    }
    put_u32be(out, (uint32_t)(a.len + 4));
    put_u32be(out + 4, (uint32_t)r);
    return KEYPROTO_HEADER_LEN + a.len;
}
