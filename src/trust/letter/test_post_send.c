/* The sending half, with a recipient whose every word the test says itself: what is sealed, what is due, what receipts and positions do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trust/letter/post_out.h"
#include "trust/letter/test_post_house.h"

struct fixture {
    struct post_house us, them; /* them: keys and a name only; what it says is made here */
    struct arena *a;
    int64_t their_leaves;
    uint8_t place[HASH_LEN]; /* of the last position */
};

static int receipts_heard; /* by the kind below */

static int hear(struct node *node, struct act *act, const struct letter_receipt *receipt, struct err *err)
{
    (void)node;
    (void)err;
    assert_true(act->has_object);
    assert_memory_equal(act->object, receipt->id, ID_LEN);
    receipts_heard++;
    return 0;
}

static const struct letter_kind test_kinds[] = {{.name = "referral", .receipt = hear}, {0}};
static const struct letter_kind *const tables[] = {test_kinds, NULL};
static const struct post_kinds kinds = {tables};

static int set_up(void **state)
{
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    f->a = a;
    post_house_open(&f->us, "lotus-house");
    post_house_open(&f->them, "border-unit");
    post_house_meet(&f->us, &f->them);
    receipts_heard = 0;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    post_house_close(&f->us);
    post_house_close(&f->them);
    arena_free(f->a);
    return 0;
}

static struct letter referral(str payload)
{
    return (struct letter){.kind = "referral", .purpose = STR("identification"), .reference = STR("K-77"), .type = STR("text/plain"), .payload = payload.p ? str_bytes(payload) : (bytes){0}};
}

static void send(struct fixture *f, str payload, int64_t now_ms, uint8_t id[static ID_LEN])
{
    struct err err = {0};
    struct letter l = referral(payload);
    if (post_house_send(&f->us, &f->them.self, &l, now_ms, id, &err) < 0)
        fail_msg("%s", err.text);
}

static struct post_out *due(struct fixture *f, uint64_t from, size_t max, size_t *n)
{
    struct err err = {0};
    struct post_out *out = NULL;
    if (post_due(f->us.node, &f->them.self, from, max, f->a, &out, n, &err) < 0)
        fail_msg("%s", err.text);
    return out;
}

/* The recipient's side of the age file. */
static bytes open_sealed(struct fixture *f, const struct letter_header *h, bytes sealed)
{
    struct err err = {0};
    struct age_header age;
    uint8_t secret[KEYRING_LETTER_SEALED_LEN], file_key[KEYRING_FILE_KEY_LEN];
    uint32_t period;
    bytes plain = {0};
    if (post_key_find(f->them.node, h->recipient_key, &period, secret, &err) < 0 || age_header_parse(f->a, sealed, &age, &err) < 0 ||
        keyring_letter_unwrap(f->them.node->keys, secret, h->recipient_key, period, age.stanzas[0].share, age.stanzas[0].wrapped, file_key, &err) < 0 ||
        age_open_bytes(f->a, file_key, &age, (bytes){sealed.p + age.len, sealed.len - age.len}, &plain, &err) < 0)
        fail_msg("%s", err.text);
    return plain;
}

static void assert_content(struct fixture *f, const struct letter_header *h, bytes plain, str payload)
{
    struct err err = {0};
    struct letter_content c;
    str text = bytes_str(plain), line;
    uint8_t digest[HASH_LEN];
    assert_true(str_split(&text, '\n', &line));
    if (letter_content_read(f->a, str_bytes(line), &c, &err) < 0)
        fail_msg("%s", err.text);
    assert_memory_equal(c.id, h->id, ID_LEN);
    assert_memory_equal(c.from, h->from, ID_LEN);
    assert_memory_equal(c.to, f->them.self.id, ID_LEN);
    assert_true(str_eq(c.kind, STR("referral")));
    assert_true(str_eq(c.reference, STR("K-77")));
    assert_int_equal(c.payload_size, payload.len);
    assert_int_equal(text.len, payload.len + SIGNATURE_LEN);
    assert_memory_equal(text.p, payload.p, payload.len);
    crypto_sha256(digest, str_bytes(payload));
    assert_int_equal(wire_verify("letter-content", letter_content_canonical(f->a, &c, digest), (const uint8_t *)text.p + payload.len,
                                 f->us.self.agency_key, &err), 0);
}

static struct letter_receipt receipt_of(struct fixture *f, const struct letter_header *h, enum letter_status status, int64_t time_ms)
{
    struct err err = {0};
    struct letter_receipt r = {.status = status, .reason = status == LETTER_REFUSED ? STR("kind") : STR(""), .time_ms = time_ms,
                               .leaf_index = f->their_leaves++, .log_key = f->them.self.log_key};
    memcpy(r.id, h->id, ID_LEN);
    memcpy(r.from, h->from, ID_LEN);
    memcpy(r.to, f->them.self.id, ID_LEN);
    memcpy(r.digest, h->digest, HASH_LEN);
    struct log_entry entry = {.time_ms = time_ms, .verb = STR("receive"), .actor = STR("0011223344556677"), .object = hex_encode(f->a, (bytes){h->id, ID_LEN})};
    r.leaf = log_leaf(f->a, r.leaf_index, &entry);
    assert_int_equal(keyring_sign(f->them.node->keys, KEYRING_AGENCY, letter_receipt_canonical(f->a, &r), r.signature, &err), 0);
    return r;
}

static int take(struct fixture *f, const struct letter_receipt *r, size_t n, struct err *err)
{
    return post_receipts_take(f->us.node, &kinds, &f->them.self, r, n, POST_NOW + 1000, err);
}

static void settle_all(struct fixture *f, const struct post_out *out, size_t n, int64_t time_ms)
{
    struct err err = {0};
    struct letter_receipt *r = arena_array(f->a, struct letter_receipt, n);
    for (size_t i = 0; i < n; i++)
        r[i] = receipt_of(f, &out[i].header, LETTER_ACCEPTED, time_ms);
    if (take(f, r, n, &err) < 0)
        fail_msg("%s", err.text);
}

/* Where the recipient says it stands: behind this header, or at the start of everything. */
static int position(struct fixture *f, const struct letter_header *at, uint64_t sequence, int64_t time_ms)
{
    struct err err = {0};
    struct letter_position p = {.sequence = sequence, .time_ms = time_ms};
    memcpy(p.from, f->us.self.id, ID_LEN);
    memcpy(p.to, f->them.self.id, ID_LEN);
    memset(f->place, 0, HASH_LEN);
    if (at) {
        letter_header_hash(f->a, at, f->place);
        memcpy(p.stream, at->stream, ID_LEN);
        letter_header_hash(f->a, at, p.previous);
    }
    assert_int_equal(keyring_sign(f->them.node->keys, KEYRING_AGENCY, letter_position_canonical(f->a, &p), p.signature, &err), 0);
    int r = post_position_take(f->us.node, &f->them.self, &p, POST_NOW + 2000, &err);
    if (r < 0)
        print_message("%s\n", err.text);
    return r;
}

static enum post_state state_of(struct fixture *f, const uint8_t id[static ID_LEN])
{
    struct err err = {0};
    struct post_item item;
    if (post_find(f->us.node, id, &item, &err) < 0)
        fail_msg("%s", err.text);
    return item.state;
}

/* --- writing --- */

static void test_a_letter_is_sealed_signed_and_due(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t id[ID_LEN], hash[HASH_LEN];
    size_t n;
    send(f, STR("first"), POST_NOW, id);
    send(f, STR("second"), POST_NOW + 1, id);
    struct post_out *out = due(f, 0, 10, &n);
    assert_int_equal(n, 2);
    for (size_t i = 0; i < n; i++) {
        const struct letter_header *h = &out[i].header;
        assert_int_equal(wire_verify("letter", letter_header_canonical(f->a, h), h->signature, f->us.self.agency_key, &err), 0);
        assert_int_equal(h->sequence, i + 1);
        assert_int_equal(h->size, out[i].sealed.len);
        crypto_sha256(hash, out[i].sealed);
        assert_memory_equal(hash, h->digest, HASH_LEN);
        assert_content(f, h, open_sealed(f, h, out[i].sealed), i == 0 ? STR("first") : STR("second"));
    }
    letter_header_hash(f->a, &out[0].header, hash);
    assert_memory_equal(hash, out[1].header.previous, HASH_LEN);
    assert_memory_equal(out[0].header.stream, out[1].header.stream, ID_LEN);
    out = due(f, 2, 10, &n);
    assert_int_equal(n, 1);
    assert_memory_equal(out[0].header.id, id, ID_LEN);
    due(f, 0, 1, &n);
    assert_int_equal(n, 1);
}

static int send_and_fail(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct fixture *f = arg;
    uint8_t id[ID_LEN];
    struct letter l = referral(STR("never"));
    int r = letter_send(node, &f->them.self, &l, act->now_ms, id, err);
    return r < 0 ? r : err_set(err, ERR_INPUT, "the act fails after the letter");
}

static void test_no_letter_without_its_act(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    size_t n;
    struct act act = {.verb = VERB_SEND, .actor = &post_operator, .purpose = STR("identification"), .reference = STR("K-1"), .now_ms = POST_NOW};
    assert_int_equal(act_run(f->us.node, &act, send_and_fail, f, &err), ERR_INPUT);
    due(f, 0, 10, &n);
    assert_int_equal(n, 0);
    uint8_t id[ID_LEN];
    send(f, STR("after"), POST_NOW, id);
    assert_int_equal(due(f, 0, 10, &n)[0].header.sequence, 1);
}

static void test_what_is_not_sent(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t id[ID_LEN] = {0};
    char *large = arena_alloc(f->a, LETTER_INLINE_MAX);
    struct letter l = referral((str){large, LETTER_INLINE_MAX});
    assert_int_equal(post_house_send(&f->us, &f->them.self, &l, POST_NOW, id, &err), ERR_LIMIT);
    l = referral(STR("x"));
    l.name = STR("a\nb");
    assert_int_equal(post_house_send(&f->us, &f->them.self, &l, POST_NOW, id, &err), ERR_INPUT);
    struct partner other = f->them.self;
    other.letter_key_until_ms = 0;
    l = referral(STR("x"));
    assert_int_equal(post_house_send(&f->us, &other, &l, POST_NOW, id, &err), ERR_NOT_FOUND);
    assert_int_equal(post_house_send(&f->us, &f->them.self, &l, POST_NOW + 90 * POST_DAY, id, &err), ERR_NOT_FOUND);
    other = f->them.self;
    other.status = PARTNER_SUSPENDED;
    assert_int_equal(post_house_send(&f->us, &other, &l, POST_NOW, id, &err), ERR_DENIED);
    l.kind = "recall";
    assert_int_equal(post_house_send(&f->us, &other, &l, POST_NOW, id, &err), 0);
    l.id = id;
    assert_int_equal(post_house_send(&f->us, &other, &l, POST_NOW, id, &err), ERR_EXISTS);
}

/* --- receipts --- */

static void test_receipts_settle_once(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t id[ID_LEN];
    size_t n;
    for (int i = 0; i < 3; i++)
        send(f, STR("x"), POST_NOW + i, id);
    struct post_out *out = due(f, 0, 10, &n);
    struct letter_receipt r[] = {receipt_of(f, &out[0].header, LETTER_ACCEPTED, POST_NOW), receipt_of(f, &out[1].header, LETTER_REFUSED, POST_NOW)};
    int64_t leaves = post_house_log_size(&f->us), known;
    assert_int_equal(take(f, r, 2, &err), 0);
    assert_int_equal(post_house_log_size(&f->us), leaves + 2);
    assert_int_equal(receipts_heard, 2);
    assert_int_equal(take(f, r, 2, &err), 0);
    assert_int_equal(post_house_log_size(&f->us), leaves + 2);
    assert_int_equal(receipts_heard, 2);
    assert_int_equal(state_of(f, r[0].id), POST_DELIVERED);
    assert_int_equal(state_of(f, r[1].id), POST_WAS_REFUSED);
    assert_int_equal(state_of(f, id), POST_WAITING);
    due(f, 0, 10, &n);
    assert_int_equal(n, 1);
    assert_int_equal(post_receipts_known(f->us.node, &f->them.self, &known, &err), 0);
    assert_int_equal(known, 1);
}

static void test_receipts_that_do_not_hold(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t id[ID_LEN];
    size_t n;
    for (int i = 0; i < 3; i++)
        send(f, STR("x"), POST_NOW + i, id);
    struct post_out *out = due(f, 0, 10, &n);
    struct letter_receipt r[3];
    for (size_t i = 0; i < 3; i++)
        r[i] = receipt_of(f, &out[i].header, LETTER_ACCEPTED, POST_NOW);
    struct letter_receipt good = r[0], swapped = receipt_of(f, &out[1].header, LETTER_ACCEPTED, POST_NOW);
    r[0].time_ms++;                                                     /* another time than was signed */
    memcpy(swapped.digest, out[2].header.digest, HASH_LEN);             /* signed, but for another letter under this id */
    assert_int_equal(keyring_sign(f->them.node->keys, KEYRING_AGENCY, letter_receipt_canonical(f->a, &swapped), swapped.signature, &err), 0);
    r[1] = swapped;
    assert_int_equal(take(f, r, 3, &err), ERR_CRYPTO);
    assert_int_equal(state_of(f, r[0].id), POST_WAITING);
    assert_int_equal(state_of(f, r[1].id), POST_WAITING);
    assert_int_equal(state_of(f, r[2].id), POST_DELIVERED); /* the good one counts */
    assert_int_equal(post_house_count(&f->us, "select count(*) from letter_evidence"), 2);
    assert_int_equal(take(f, r, 3, &err), ERR_CRYPTO);
    assert_int_equal(post_house_count(&f->us, "select count(*) from letter_evidence"), 2);
    assert_int_equal(take(f, &good, 1, &err), 0);
    assert_int_equal(receipts_heard, 2);
}

/* --- places --- */

static void test_a_position_that_agrees_changes_nothing(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN];
    size_t n;
    assert_int_equal(position(f, NULL, 0, POST_NOW), 0); /* before anything was written */
    for (int i = 0; i < 4; i++)
        send(f, STR("x"), POST_NOW + i, id);
    struct post_out *out = due(f, 0, 10, &n);
    settle_all(f, out, 2, POST_NOW);
    int64_t leaves = post_house_log_size(&f->us);
    assert_int_equal(position(f, &out[1].header, 2, POST_NOW + 1), 0);
    assert_int_equal(position(f, &out[2].header, 3, POST_NOW + 1), 0); /* one more arrived; its receipt is on its way */
    assert_int_equal(position(f, &out[0].header, 1, POST_NOW - 1), 0); /* an answer that was overtaken */
    assert_int_equal(post_house_log_size(&f->us), leaves);
    assert_memory_equal(due(f, 0, 10, &n)[0].header.stream, out[0].header.stream, ID_LEN);
    assert_int_equal(n, 2);
}

static void assert_new_stream(struct fixture *f, const struct post_out *old, const uint8_t *const expected[], size_t n_expected)
{
    size_t n;
    uint8_t previous[HASH_LEN];
    struct post_out *out = due(f, 0, 100, &n);
    memcpy(previous, f->place, HASH_LEN); /* it goes on from where the recipient said it is */
    struct err err = {0};
    assert_int_equal(n, n_expected);
    for (size_t i = 0; i < n; i++) {
        const struct letter_header *h = &out[i].header;
        assert_memory_not_equal(h->stream, old[0].header.stream, ID_LEN);
        assert_memory_equal(h->stream, out[0].header.stream, ID_LEN);
        assert_int_equal(h->sequence, i + 1);
        assert_memory_equal(h->previous, previous, HASH_LEN);
        assert_int_equal(wire_verify("letter", letter_header_canonical(f->a, h), h->signature, f->us.self.agency_key, &err), 0);
        letter_header_hash(f->a, h, previous);
        if (expected[i])
            assert_memory_equal(h->id, expected[i], ID_LEN);
    }
}

static void test_recipient_restored(void **state)
{
    struct fixture *f = *state;
    uint8_t id[5][ID_LEN];
    size_t n;
    for (int i = 0; i < 5; i++)
        send(f, STR("x"), POST_NOW + i, id[i]);
    struct post_out *out = due(f, 0, 10, &n);
    settle_all(f, out, 4, POST_NOW);
    assert_int_equal(receipts_heard, 4);
    assert_int_equal(position(f, &out[1].header, 2, POST_NOW + POST_DAY), 0);
    assert_new_stream(f, out, (const uint8_t *const[]){id[2], id[3], id[4]}, 3);
    int64_t leaves = post_house_log_size(&f->us);
    assert_int_equal(position(f, &out[1].header, 2, POST_NOW + POST_DAY + 1), 0); /* said again before the first arrived */
    assert_int_equal(post_house_log_size(&f->us), leaves);
    out = due(f, 0, 10, &n);
    f->their_leaves = 2; /* its log went back as well */
    settle_all(f, out, 3, POST_NOW + POST_DAY);
    assert_int_equal(receipts_heard, 5); /* once a letter */
    assert_int_equal(post_house_count(&f->us, "select count(*) from letter_evidence where what = 'replaced'"), 2);
    due(f, 0, 10, &n);
    assert_int_equal(n, 0);
}

static void test_what_was_taken_ahead_of_order_is_not_lost(void **state)
{
    struct fixture *f = *state;
    uint8_t id[3][ID_LEN];
    size_t n;
    for (int i = 0; i < 3; i++)
        send(f, STR("x"), POST_NOW + i, id[i]);
    struct post_out *out = due(f, 0, 10, &n);
    settle_all(f, out, 1, POST_NOW);
    settle_all(f, out + 2, 1, POST_NOW);
    int64_t leaves = post_house_log_size(&f->us);
    assert_int_equal(position(f, &out[0].header, 1, POST_NOW + 1), 0);
    assert_int_equal(post_house_log_size(&f->us), leaves);
    settle_all(f, out + 1, 1, POST_NOW);
    assert_int_equal(position(f, &out[0].header, 1, POST_NOW + 2), 0); /* but now they are */
    assert_new_stream(f, out, (const uint8_t *const[]){id[1], id[2]}, 2);
}

static void test_a_refusal_without_a_place(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t id[3][ID_LEN];
    size_t n;
    for (int i = 0; i < 3; i++)
        send(f, STR("x"), POST_NOW + i, id[i]);
    struct post_out *out = due(f, 0, 10, &n);
    settle_all(f, out, 1, POST_NOW);
    struct letter_receipt r = receipt_of(f, &out[1].header, LETTER_REFUSED, POST_NOW);
    assert_int_equal(take(f, &r, 1, &err), 0);
    assert_int_equal(position(f, &out[0].header, 1, POST_NOW + 1), 0);
    assert_new_stream(f, out, (const uint8_t *const[]){id[2]}, 1);
    int64_t leaves = post_house_log_size(&f->us);
    assert_int_equal(position(f, &out[0].header, 1, POST_NOW + 2), 0);
    assert_int_equal(post_house_log_size(&f->us), leaves);
}

static void test_recipient_restored_to_nothing_after_a_month(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t id[3][ID_LEN];
    size_t n;
    for (int i = 0; i < 3; i++)
        send(f, STR("x"), POST_NOW + i, id[i]);
    struct post_out *out = due(f, 0, 10, &n);
    settle_all(f, out, 2, POST_NOW);
    assert_int_equal(post_tidy(f->us.node, POST_NOW + (POST_KEEP_DAYS + 1) * POST_DAY, &err), 0);
    assert_int_equal(post_house_count(&f->us, "select count(*) from letter_out where sealed is not null"), 1);
    assert_int_equal(position(f, NULL, 0, POST_NOW + 36 * POST_DAY), 0);
    assert_new_stream(f, out, (const uint8_t *const[]){NULL, NULL, id[2]}, 3); /* two void letters stand for what is gone */
    assert_int_equal(state_of(f, id[0]), POST_VOID);
    assert_int_equal(state_of(f, id[1]), POST_VOID);
    out = due(f, 0, 10, &n);
    str text = bytes_str(open_sealed(f, &out[0].header, out[0].sealed)), line;
    struct letter_content c;
    assert_true(str_split(&text, '\n', &line));
    assert_int_equal(letter_content_read(f->a, str_bytes(line), &c, &err), 0);
    assert_true(str_eq(c.kind, STR("void")));
    assert_true(c.has_reply_to);
    assert_memory_equal(c.reply_to, id[0], ID_LEN);
    settle_all(f, out, 3, POST_NOW + 36 * POST_DAY);
    assert_int_equal(position(f, &out[2].header, 3, POST_NOW + 36 * POST_DAY), 0);
    due(f, 0, 10, &n);
    assert_int_equal(n, 0);
}

static void test_an_old_position_calls_nothing_lost(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t id[2][ID_LEN];
    size_t n;
    for (int i = 0; i < 2; i++)
        send(f, STR("x"), POST_NOW + i, id[i]);
    settle_all(f, due(f, 0, 10, &n), 2, POST_NOW + 2 * POST_DAY);
    assert_int_equal(post_tidy(f->us.node, POST_NOW + (POST_KEEP_DAYS + 1) * POST_DAY, &err), 0);
    assert_int_equal(position(f, NULL, 0, POST_NOW), 0); /* on a stick from before the first letter */
    due(f, 0, 10, &n);
    assert_int_equal(n, 0);
    assert_int_equal(state_of(f, id[0]), POST_DELIVERED);
}

static void test_sender_restored(void **state)
{
    struct fixture *f = *state;
    uint8_t id[2][ID_LEN];
    size_t n;
    for (int i = 0; i < 2; i++)
        send(f, STR("x"), POST_NOW + i, id[i]);
    struct post_out *out = due(f, 0, 10, &n);
    settle_all(f, out, 1, POST_NOW);
    struct letter_header other = out[1].header; /* what the recipient got at place 2, and place 7: we know neither any more */
    other.size++;
    assert_int_equal(position(f, &other, 2, POST_NOW + 1), 0);
    assert_new_stream(f, out, (const uint8_t *const[]){id[1]}, 1);
    out = due(f, 0, 10, &n);
    assert_int_equal(position(f, &out[0].header, 7, POST_NOW + 2), 0);
    assert_new_stream(f, out, (const uint8_t *const[]){id[1]}, 1);
    out = due(f, 0, 10, &n);
    crypto_random(other.stream, ID_LEN); /* a stream that we have forgotten altogether */
    assert_int_equal(position(f, &other, 3, POST_NOW + 3), 0);
    /* and with it what the recipient may have lost: what it accepted goes again too */
    assert_new_stream(f, out, (const uint8_t *const[]){id[0], id[1]}, 2);
    int64_t leaves = post_house_log_size(&f->us);
    assert_int_equal(position(f, &other, 3, POST_NOW + 4), 0); /* until the first of the new stream has arrived it says so */
    assert_int_equal(post_house_log_size(&f->us), leaves);
}

static void test_receipts_of_forgotten_letters(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct letter_header h = {.id = {9, 9, 9}};
    struct post_item item;
    struct letter_receipt back;
    memcpy(h.from, f->us.self.id, ID_LEN);
    struct letter_receipt r = receipt_of(f, &h, LETTER_ACCEPTED, POST_NOW);
    assert_int_equal(take(f, &r, 1, &err), 0);
    assert_int_equal(take(f, &r, 1, &err), 0);
    assert_int_equal(post_find(f->us.node, h.id, &item, &err), 0);
    assert_int_equal(item.state, POST_DELIVERED);
    assert_int_equal(item.leaf_index, 0);
    assert_int_equal(post_house_count(&f->us, "select count(*) from letter_out"), 1);
    struct post_row row;
    assert_int_equal(post_store_out_find(f->us.node->db, h.id, f->a, &row, &err), 1);
    assert_int_equal(letter_receipt_read(f->a, str_bytes(row.receipt), &back, &err), 0);
    assert_int_equal(letter_receipt_verify(f->a, &back, f->them.self.agency_key, &err), 0);
}

static void test_positions_of_strangers(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct letter_position p = {.sequence = 1, .stream = {1}};
    memcpy(p.from, f->us.self.id, ID_LEN);
    memcpy(p.to, f->them.self.id, ID_LEN);
    assert_int_equal(keyring_sign(f->us.node->keys, KEYRING_AGENCY, letter_position_canonical(f->a, &p), p.signature, &err), 0);
    assert_int_equal(post_position_take(f->us.node, &f->them.self, &p, POST_NOW, &err), ERR_CRYPTO);
    memcpy(p.to, f->us.self.id, ID_LEN);
    assert_int_equal(post_position_take(f->us.node, &f->them.self, &p, POST_NOW, &err), ERR_INPUT);
}

/* --- files --- */

static const char *write_file(struct fixture *f, size_t size)
{
    struct err err = {0};
    const uint8_t key[KEY_LEN] = {7};
    uint8_t *content = arena_alloc(f->a, size);
    const char *path = str_printf(f->a, "%s/payload", f->us.folder).p;
    crypto_fill(content, size, key);
    assert_int_equal(file_write(path, (bytes){content, size}, FILE_MODE_PRIVATE, &err), 0);
    return path;
}

static void send_file(struct fixture *f, size_t size, struct post_file *file)
{
    struct err err = {0};
    struct letter l = referral((str){0});
    uint8_t id[ID_LEN];
    l.name = STR("scan.bin");
    if (post_file_seal(f->us.node, &f->them.self, &l, write_file(f, size), POST_NOW, NULL, NULL, file, &err) < 0)
        fail_msg("%s", err.text);
    l.file = file;
    if (post_house_send(&f->us, &f->them.self, &l, POST_NOW, id, &err) < 0)
        fail_msg("%s", err.text);
    assert_memory_equal(id, file->id, ID_LEN);
}

static void test_a_large_payload_travels_as_a_file(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct post_file file;
    size_t n;
    bytes sealed, payload;
    send_file(f, 3 << 20, &file);
    struct post_out *out = due(f, 0, 10, &n);
    assert_int_equal(n, 1);
    assert_null(out[0].sealed.p);
    assert_int_equal(file_read(f->a, out[0].path, 8 << 20, &sealed, &err), 0);
    assert_int_equal(sealed.len, out[0].header.size);
    uint8_t digest[HASH_LEN];
    crypto_sha256(digest, sealed);
    assert_memory_equal(digest, out[0].header.digest, HASH_LEN);
    assert_int_equal(file_read(f->a, str_printf(f->a, "%s/payload", f->us.folder).p, 8 << 20, &payload, &err), 0);
    assert_content(f, &out[0].header, open_sealed(f, &out[0].header, sealed), bytes_str(payload));
}

static void test_a_small_file_travels_like_a_letter(void **state)
{
    struct fixture *f = *state;
    struct post_file file;
    size_t n;
    send_file(f, 1000, &file);
    struct post_out *out = due(f, 0, 10, &n);
    assert_int_equal(out[0].sealed.len, file.size);
}

static void test_files_are_tidied(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct post_file used, orphan;
    struct letter l = referral((str){0});
    size_t n;
    send_file(f, 1 << 20, &used);
    assert_int_equal(post_file_seal(f->us.node, &f->them.self, &l, write_file(f, 1 << 20), POST_NOW, NULL, NULL, &orphan, &err), 0);
    const char *kept = post_out_path(f->us.node, f->a, used.id), *left = post_out_path(f->us.node, f->a, orphan.id);
    int64_t now = clock_now_ms(); /* files have the system's time */
    assert_int_equal(post_tidy(f->us.node, now, &err), 0);
    assert_true(file_exists(kept) && file_exists(left)); /* its act may be on the way */
    assert_int_equal(post_tidy(f->us.node, now + 2 * POST_DAY, &err), 0);
    assert_true(file_exists(kept) && !file_exists(left));
    settle_all(f, due(f, 0, 10, &n), 1, POST_NOW);
    assert_int_equal(post_tidy(f->us.node, POST_NOW + 40 * POST_DAY, &err), 0);
    assert_false(file_exists(kept));
    assert_int_equal(state_of(f, used.id), POST_DELIVERED);
}

static void test_a_lost_file_does_not_stop_the_stream(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct post_file file;
    struct post_out *out;
    uint8_t id[ID_LEN];
    size_t n;
    send_file(f, 1 << 20, &file);
    send(f, STR("x"), POST_NOW, id);
    struct post_out *before = due(f, 0, 10, &n);
    assert_int_equal(unlink(post_out_path(f->us.node, f->a, file.id)), 0);
    assert_int_equal(post_due(f->us.node, &f->them.self, 0, 10, f->a, &out, &n, &err), ERR_CORRUPT);
    assert_int_equal(post_tidy(f->us.node, POST_NOW + POST_DAY, &err), 0);
    assert_new_stream(f, before, (const uint8_t *const[]){NULL, id}, 2);
    assert_int_equal(state_of(f, file.id), POST_VOID);
}

static void test_lists(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct post_item *items;
    uint8_t id[3][ID_LEN];
    size_t n;
    for (int i = 0; i < 3; i++)
        send(f, STR("x"), POST_NOW + i, id[i]);
    settle_all(f, due(f, 0, 10, &n), 1, POST_NOW);
    struct post_filter filter = {0};
    assert_int_equal(post_list(f->us.node, &filter, f->a, &items, &n, &err), 0);
    assert_int_equal(n, 3);
    assert_memory_equal(items[0].id, id[2], ID_LEN); /* newest first */
    assert_string_equal(items[0].kind, "referral");
    filter = (struct post_filter){.waiting = true, .partner = f->them.self.id, .limit = 1};
    assert_int_equal(post_list(f->us.node, &filter, f->a, &items, &n, &err), 0);
    assert_int_equal(n, 1);
    assert_memory_equal(items[0].id, id[2], ID_LEN);
    filter = (struct post_filter){.incoming = true};
    assert_int_equal(post_list(f->us.node, &filter, f->a, &items, &n, &err), 0);
    assert_int_equal(n, 0);
    struct post_item item;
    assert_int_equal(post_find(f->us.node, f->us.self.id, &item, &err), ERR_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_letter_is_sealed_signed_and_due),
        TEST(test_no_letter_without_its_act),
        TEST(test_what_is_not_sent),
        TEST(test_receipts_settle_once),
        TEST(test_receipts_that_do_not_hold),
        TEST(test_a_position_that_agrees_changes_nothing),
        TEST(test_recipient_restored),
        TEST(test_what_was_taken_ahead_of_order_is_not_lost),
        TEST(test_a_refusal_without_a_place),
        TEST(test_recipient_restored_to_nothing_after_a_month),
        TEST(test_an_old_position_calls_nothing_lost),
        TEST(test_sender_restored),
        TEST(test_receipts_of_forgotten_letters),
        TEST(test_positions_of_strangers),
        TEST(test_a_large_payload_travels_as_a_file),
        TEST(test_a_small_file_travels_like_a_letter),
        TEST(test_files_are_tidied),
        TEST(test_a_lost_file_does_not_stop_the_stream),
        TEST(test_lists),
    };
    return cmocka_run_group_tests_name("letter/send", tests, NULL, NULL);
}
