/* letters in: each way a letter can come, and what becomes of it. Two agencies with folders of their own; the bytes that the one
 * has due are handed to the other, changed on the way where a test says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground/crypto/age.h"
#include "ground/db/test_db_open.h"
#include "trust/letter/inbox.h"
#include "trust/letter/post_out.h"
#include "trust/letter/test_post_house.h"

#define WRITTEN "planted-words-of-a-letter"

/* A kind that counts its effects, one that says no, one that must not wait. */
static int counted(struct node *node, struct act *act, const struct letter_opened *l, struct err *err)
{
    (void)act;
    struct db_stmt *q;
    int r = db_prepare(node->db, "insert into letter_test_effect(id) values ($1)", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){l->header->id, ID_LEN});
    return db_run(q, err);
}

static int says_no(struct node *node, struct act *act, const struct letter_opened *l, struct err *err)
{
    int r = counted(node, act, l, err);
    return r < 0 ? r : err_set(err, ERR_INPUT, "no");
}

/* Cannot happen as long as a table is not there. */
static int waits(struct node *node, struct act *act, const struct letter_opened *l, struct err *err)
{
    int r = counted(node, act, l, err);
    return r < 0 ? r : db_exec(node->db, "insert into letter_test_open values (1)", err);
}

static const struct letter_kind test_kinds[] = {
    {"waits", false, false, false, waits, NULL},
    {"counted", false, false, false, counted, NULL},
    {"no", false, false, false, says_no, NULL},
    {"urgent", false, false, true, counted, NULL},
    {"granted", false, true, false, counted, NULL},
    {0},
};
static const struct letter_kind *const tables[] = {letter_kinds_people, test_kinds, NULL};
static const struct post_kinds kinds = {tables};

struct fixture {
    struct arena *a;
    struct post_house here, there; /* here writes, there receives */
};

static int set_up(void **state)
{
    struct err err = {0};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    f->a = a;
    post_house_open(&f->here, "lotus-house");
    post_house_open(&f->there, "border-unit-7");
    post_house_meet(&f->here, &f->there);
    post_house_meet(&f->there, &f->here);
    if (db_exec(f->there.node->db, strcmp(db_engine(f->there.node->db), "sqlite") == 0 ? "create table letter_test_effect(id blob not null)"
                                                                                    : "create table letter_test_effect(id bytea not null)", &err) < 0)
        return -1;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    struct arena *a = f->a;
    post_house_close(&f->here);
    post_house_close(&f->there);
    arena_free(a);
    return 0;
}

static void write_letter(struct fixture *f, const char *kind, uint8_t id[static ID_LEN])
{
    struct err err = {0};
    const struct letter l = {.kind = kind, .purpose = STR("identification"), .reference = STR("practice 7"), .type = STR("text/plain"),
                             .payload = str_bytes(STR(WRITTEN))};
    if (post_house_send(&f->here, &f->there.self, &l, POST_NOW, id, &err) < 0)
        fail_msg("%s", err.text);
}

/* What would travel, in order. */
static size_t due(struct fixture *f, bytes out[static 16])
{
    struct err err = {0};
    struct post_out *letters;
    size_t n;
    if (post_due(f->here.node, &f->there.self, 0, 16, f->a, &letters, &n, &err) < 0)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < n; i++) {
        struct buf b = buf_new(f->a);
        buf_add(&b, letters[i].line);
        buf_byte(&b, '\n');
        buf_add_bytes(&b, letters[i].sealed.p, letters[i].sealed.len);
        out[i] = buf_bytes(&b);
    }
    return n;
}

static void receive(struct fixture *f, const bytes in[], size_t n, int64_t now_ms, struct post_answer *out)
{
    struct err err = {0};
    if (letter_receive(f->there.node, &kinds, &f->here.self, in, n, now_ms, f->a, out, &err) < 0)
        fail_msg("%s", err.text);
}

static int64_t effects(struct fixture *f)
{
    return post_house_count(&f->there, "select count(*) from letter_test_effect");
}

/* An answer that is a receipt: it holds offline, and says this. */
static void assert_receipt(struct fixture *f, const struct post_answer *answer, const char *reason)
{
    struct err err = {0};
    struct letter_receipt again;
    assert_int_equal(answer->outcome, POST_RECEIPT);
    str text = letter_receipt_write(f->a, &answer->receipt);
    assert_int_equal(letter_receipt_read(f->a, str_bytes(text), &again, &err), 0);
    if (letter_receipt_verify(f->a, &again, f->there.self.agency_key, &err) < 0)
        fail_msg("%s", err.text);
    assert_true(again.proof.len > 0);
    assert_int_equal(again.status, reason ? LETTER_REFUSED : LETTER_ACCEPTED);
    if (reason)
        assert_true(str_eq(again.reason, str_from(reason)));
}

static void assert_log_holds(struct fixture *f)
{
    struct err err = {0};
    if (log_verify(f->there.node->log, f->there.node->db, NULL, NULL, &err) < 0)
        fail_msg("%s", err.text);
}

/* In order, doubled, once more months later: one effect, and the same receipt. */
static void test_once(void **state)
{
    struct fixture *f = *state;
    uint8_t id[3][ID_LEN];
    bytes in[16];
    struct post_answer first[3], again[3];
    for (size_t i = 0; i < 3; i++)
        write_letter(f, "counted", id[i]);
    assert_int_equal(due(f, in), 3);
    receive(f, in, 3, POST_NOW, first);
    assert_int_equal(effects(f), 3);
    int64_t leaves = post_house_log_size(&f->there);
    receive(f, in, 3, POST_NOW + 300 * POST_DAY, again);
    assert_int_equal(effects(f), 3);
    assert_int_equal(post_house_log_size(&f->there), leaves); /* a replay is not an act */
    for (size_t i = 0; i < 3; i++) {
        assert_receipt(f, &first[i], NULL);
        assert_receipt(f, &again[i], NULL);
        assert_memory_equal(first[i].receipt.signature, again[i].receipt.signature, SIGNATURE_LEN);
        assert_memory_equal(first[i].receipt.id, id[i], ID_LEN);
        assert_true(first[i].position.sequence == 3);
    }
    const bytes twice[] = {in[0], in[0]};
    receive(f, twice, 2, POST_NOW, again);
    assert_int_equal(effects(f), 3);
    assert_log_holds(f);
}

/* Backwards, one by one: kept until their turn, then all. */
static void test_reordered(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN];
    bytes in[16];
    struct post_answer answer, again[16];
    for (size_t i = 0; i < 5; i++)
        write_letter(f, "counted", id);
    assert_int_equal(due(f, in), 5);
    receive(f, &in[0], 1, POST_NOW, &answer);
    for (size_t i = 4; i > 1; i--) {
        receive(f, &in[i], 1, POST_NOW, &answer);
        assert_int_equal(answer.outcome, POST_HELD);
        assert_true(answer.position.sequence == 1 && answer.position.held == 5 - i);
    }
    receive(f, &in[3], 1, POST_NOW, &answer); /* a held one twice is held once */
    assert_true(answer.position.held == 3);
    assert_int_equal(effects(f), 1);
    receive(f, &in[1], 1, POST_NOW, &answer);
    assert_receipt(f, &answer, NULL);
    assert_int_equal(effects(f), 5);
    assert_true(answer.position.sequence == 5 && answer.position.held == 0);
    receive(f, in, 5, POST_NOW, again);
    for (size_t i = 0; i < 5; i++)
        assert_receipt(f, &again[i], NULL);
    assert_int_equal(effects(f), 5);
    assert_log_holds(f);
}

/* A letter that waits at here, given another place, as a node would that has lost its own: as it travels. */
static bytes placed(struct fixture *f, const struct post_out *out, struct post_stream *stream)
{
    struct err err = {0};
    struct letter_header h = out->header;
    struct buf b = buf_new(f->a);
    str line;
    if (post_place(f->here.node, stream, &h, f->a, &line, &err) < 0)
        fail_msg("%s", err.text);
    buf_add(&b, line);
    buf_byte(&b, '\n');
    buf_add_bytes(&b, out->sealed.p, out->sealed.len);
    return buf_bytes(&b);
}

/* A new stream begins, and what was left of the one before comes behind it in the same batch. */
static void test_new_stream_before_the_old(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t id[ID_LEN];
    bytes in[16];
    struct post_answer answer[2];
    struct post_out *out;
    struct post_stream fresh = {.live = true};
    size_t n;
    for (size_t i = 0; i < 3; i++)
        write_letter(f, "counted", id);
    assert_int_equal(due(f, in), 3);
    assert_int_equal(post_due(f->here.node, &f->there.self, 0, 16, f->a, &out, &n, &err), 0);
    receive(f, in, 1, POST_NOW, answer);
    crypto_random(fresh.id, ID_LEN);
    letter_header_hash(f->a, &out[0].header, fresh.previous);
    const bytes batch[] = {placed(f, &out[2], &fresh), in[1]};
    receive(f, batch, 2, POST_NOW, answer);
    assert_receipt(f, &answer[0], NULL);
    assert_int_equal(answer[1].outcome, POST_STALE);
    assert_int_equal(effects(f), 2);
    assert_log_holds(f);
}

/* One waits behind a letter that it does not follow: it can never have its turn, and nobody waits for it in vain. */
static void test_held_that_cannot_follow(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t id[ID_LEN];
    bytes in[16];
    struct post_answer answer;
    struct post_out *out;
    size_t n;
    for (size_t i = 0; i < 3; i++)
        write_letter(f, "counted", id);
    assert_int_equal(due(f, in), 3);
    assert_int_equal(post_due(f->here.node, &f->there.self, 0, 16, f->a, &out, &n, &err), 0);
    struct post_stream lost = {.live = true, .sequence = 2};
    memcpy(lost.id, out[0].header.stream, ID_LEN);
    const bytes third = placed(f, &out[2], &lost);
    receive(f, in, 1, POST_NOW, &answer);
    receive(f, &third, 1, POST_NOW, &answer);
    assert_int_equal(answer.outcome, POST_HELD);
    receive(f, &in[1], 1, POST_NOW, &answer);
    assert_receipt(f, &answer, NULL);
    assert_int_equal(effects(f), 2);
    receive(f, &third, 1, POST_NOW, &answer);
    assert_int_equal(answer.outcome, POST_STALE);
    receive(f, &in[2], 1, POST_NOW, &answer); /* as it should have been */
    assert_receipt(f, &answer, NULL);
    assert_int_equal(effects(f), 3);
    assert_log_holds(f);
}

/* What must not wait is done at once, and its place is not missed later. */
static void test_always_overtakes(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN];
    bytes in[16];
    struct post_answer answer[16];
    write_letter(f, "counted", id);
    write_letter(f, "counted", id);
    write_letter(f, "urgent", id);
    write_letter(f, "counted", id);
    assert_int_equal(due(f, in), 4);
    receive(f, &in[2], 2, POST_NOW, answer);
    assert_receipt(f, &answer[0], NULL);
    assert_int_equal(answer[1].outcome, POST_HELD);
    assert_int_equal(effects(f), 1);
    receive(f, in, 2, POST_NOW, answer);
    assert_int_equal(effects(f), 4);
    assert_true(answer[0].position.sequence == 4 && answer[0].position.held == 0);
    assert_log_holds(f);
}

/* While read-only only that comes in; the rest later, and nothing is lost. */
static void test_read_only(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t id[ID_LEN];
    bytes in[16];
    struct post_answer answer[16];
    const struct act_watch watch = {.needed = 2, .quorum_ms = POST_NOW - 5 * 3600 * 1000}, well = {0};
    write_letter(f, "counted", id);
    write_letter(f, "urgent", id);
    assert_int_equal(due(f, in), 2);
    assert_int_equal(act_watch_put(f->there.node->db, &watch, &err), 0);
    receive(f, in, 2, POST_NOW, answer);
    assert_int_equal(answer[0].outcome, POST_LATER);
    assert_receipt(f, &answer[1], NULL);
    assert_int_equal(effects(f), 1);
    assert_int_equal(act_watch_put(f->there.node->db, &well, &err), 0);
    receive(f, in, 2, POST_NOW, answer);
    assert_receipt(f, &answer[0], NULL);
    assert_int_equal(effects(f), 2);
    assert_true(answer[0].position.sequence == 2);
}

/* An effect that says no is a refusal with a receipt; what it did is undone, and the others stand. */
static void test_effect_says_no(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN];
    bytes in[16];
    struct post_answer answer[16];
    static const char *const order[] = {"counted", "no", "no", "counted", "granted", "nonsense", "counted"};
    static const char *const reason[] = {NULL, "refused-by-effect", "refused-by-effect", NULL, "grant", "kind", NULL};
    for (size_t i = 0; i < 7; i++)
        write_letter(f, order[i], id);
    assert_int_equal(due(f, in), 7);
    receive(f, in, 7, POST_NOW, answer);
    for (size_t i = 0; i < 7; i++)
        assert_receipt(f, &answer[i], reason[i]);
    assert_int_equal(effects(f), 3);
    assert_true(answer[0].position.sequence == 7);
    assert_log_holds(f);
}

/* An effect that cannot happen now stands in nobody's way: what is before it is taken in, what is behind it held, what must not wait
 * overtakes it. */
static void test_effect_must_wait(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t id[ID_LEN];
    bytes in[16];
    struct post_answer answer[16];
    static const char *const order[] = {"counted", "waits", "counted", "urgent", "no"};
    static const enum post_outcome first[] = {POST_RECEIPT, POST_LATER, POST_HELD, POST_RECEIPT, POST_HELD};
    for (size_t i = 0; i < 5; i++)
        write_letter(f, order[i], id);
    assert_int_equal(due(f, in), 5);
    for (int again = 0; again < 2; again++) {
        receive(f, in, 5, POST_NOW, answer);
        for (size_t i = 0; i < 5; i++)
            assert_int_equal(answer[i].outcome, first[i]);
        assert_int_equal(effects(f), 2);
        assert_true(answer[0].position.sequence == 1 && answer[0].position.held == 2);
    }
    assert_int_equal(db_exec(f->there.node->db, "create table letter_test_open(n bigint not null)", &err), 0);
    receive(f, &in[1], 1, POST_NOW, answer);
    assert_receipt(f, &answer[0], NULL);
    assert_true(answer[0].position.sequence == 5 && answer[0].position.held == 0);
    assert_int_equal(effects(f), 4);
    assert_int_equal(post_house_count(&f->there, "select count(*) from letter_test_open"), 1);
    assert_log_holds(f);
}

/* Any byte changed on the way: nobody's letter; nothing is kept, and the true one is taken after it. */
static void test_damaged(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN];
    bytes in[16];
    struct post_answer answer;
    write_letter(f, "counted", id);
    assert_int_equal(due(f, in), 1);
    int64_t leaves = post_house_log_size(&f->there);
    uint8_t *copy = arena_alloc(f->a, in[0].len);
    size_t line = (size_t)((const uint8_t *)memchr(in[0].p, '\n', in[0].len) - in[0].p), tried = 0, version = 0;
    for (size_t i = 0; i < in[0].len; i += i < line ? 1 : 37) {
        memcpy(copy, in[0].p, in[0].len);
        copy[i] ^= 1;
        receive(f, &(bytes){copy, in[0].len}, 1, POST_NOW, &answer);
        tried++;
        if (answer.outcome == POST_RECEIPT) { /* the digit of the version: refused as that, not as this letter */
            assert_receipt(f, &answer, "version");
            version++;
            continue;
        }
        assert_int_equal(answer.outcome, POST_REJECTED);
        assert_non_null(answer.reason);
    }
    assert_true(tried > 500 && version <= 1);
    assert_int_equal(effects(f), 0);
    assert_int_equal(post_house_log_size(&f->there), leaves + (int64_t)version);
    receive(f, in, 1, POST_NOW, &answer);
    assert_receipt(f, &answer, NULL);
    assert_int_equal(effects(f), 1);
    receive(f, &(bytes){in[0].p, in[0].len - 1}, 1, POST_NOW, &answer);
    assert_int_equal(answer.outcome, POST_REJECTED);
    receive(f, &(bytes){NULL, 0}, 1, POST_NOW, &answer);
    assert_int_equal(answer.outcome, POST_REJECTED);
}

/* A letter for somebody else, and one that another agency signed. */
static void test_not_for_us(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN];
    bytes in[16];
    struct post_answer answer;
    struct err err = {0};
    write_letter(f, "counted", id);
    assert_int_equal(due(f, in), 1);
    struct partner other = f->here.self;
    other.id[0] ^= 1;
    assert_int_equal(letter_receive(f->there.node, &kinds, &other, in, 1, POST_NOW, f->a, &answer, &err), 0);
    assert_int_equal(answer.outcome, POST_REJECTED);
    assert_string_equal(answer.reason, "not-for-us");
    other = f->here.self;
    memcpy(other.agency_key, f->there.self.agency_key, SIGN_PUBLIC_LEN);
    assert_int_equal(letter_receive(f->there.node, &kinds, &other, in, 1, POST_NOW, f->a, &answer, &err), 0);
    assert_string_equal(answer.reason, "signature");
    assert_int_equal(effects(f), 0);
}

/* Another letter under an id that is taken: kept as evidence. */
static void test_one_id_twice(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t id[ID_LEN];
    bytes in[16];
    struct post_answer answer;
    struct letter_header h;
    write_letter(f, "counted", id);
    assert_int_equal(due(f, in), 1);
    receive(f, in, 1, POST_NOW, &answer);
    const uint8_t *end = memchr(in[0].p, '\n', in[0].len);
    assert_int_equal(letter_header_read(f->a, (bytes){in[0].p, (size_t)(end - in[0].p)}, &h, &err), 0);
    bytes sealed = {end + 1, in[0].len - (size_t)(end - in[0].p) - 1};
    uint8_t *changed = arena_alloc(f->a, sealed.len);
    memcpy(changed, sealed.p, sealed.len);
    changed[sealed.len - 1] ^= 1;
    crypto_sha256(h.digest, (bytes){changed, sealed.len});
    h.sequence = 2;
    assert_int_equal(keyring_sign(f->here.node->keys, KEYRING_AGENCY, letter_header_canonical(f->a, &h), h.signature, &err), 0);
    struct buf b = buf_new(f->a);
    buf_add(&b, letter_header_write(f->a, &h));
    buf_byte(&b, '\n');
    buf_add_bytes(&b, changed, sealed.len);
    bytes forged = buf_bytes(&b);
    receive(f, &forged, 1, POST_NOW, &answer);
    assert_int_equal(answer.outcome, POST_REJECTED);
    assert_string_equal(answer.reason, "twice");
    assert_int_equal(post_house_count(&f->there, "select count(*) from letter_evidence"), 1);
    assert_int_equal(effects(f), 1);
}

/* Read, then erased: nothing of it is left that could be read. */
static void test_read_and_erase(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t id[ID_LEN];
    bytes in[16], payload;
    struct post_answer answer;
    struct letter_content content;
    write_letter(f, "notice", id);
    assert_int_equal(due(f, in), 1);
    receive(f, in, 1, POST_NOW, &answer);
    assert_int_equal(post_read(f->there.node, id, f->a, &content, &payload, &err), 0);
    assert_true(payload.len == strlen(WRITTEN) && memcmp(payload.p, WRITTEN, payload.len) == 0);
    assert_true(str_eq(content.reference, STR("practice 7")) && str_eq(content.kind, STR("notice")));
    assert_int_equal(post_erase(f->there.node, id, &err), 0);
    assert_int_equal(post_read(f->there.node, id, f->a, &content, &payload, &err), ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "erased"));
    assert_int_equal(post_house_count(&f->there, "select count(*) from letter_in where sealed is not null or content is not null"), 0);
    assert_int_equal(post_house_count(&f->there, "select count(*) from vault_record where kind = 4"), 0);
    receive(f, in, 1, POST_NOW, &answer); /* brought again: its receipt, but not its content */
    assert_receipt(f, &answer, NULL);
    assert_int_equal(post_read(f->there.node, id, f->a, &content, &payload, &err), ERR_NOT_FOUND);
}

/* An attachment of a megabyte in pieces, with gaps and repeats; damaged once, then whole. */
static void test_large(void **state)
{
    enum { SIZE = 1 << 20, PIECE = 60000 };
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t id[ID_LEN], *text = arena_alloc(f->a, SIZE);
    bytes file;
    struct post_answer answer;
    struct post_file sealed;
    struct post_out *out;
    size_t n;
    uint64_t have;
    char path[128];
    for (size_t i = 0; i < SIZE; i++)
        text[i] = (uint8_t)(i * 7 + i / 251);
    snprintf(path, sizeof path, "%s/plain", f->here.folder);
    assert_int_equal(file_write(path, (bytes){text, SIZE}, 0600, &err), 0);
    struct letter l = {.kind = "notice", .purpose = STR("identification"), .reference = STR("r"), .name = STR("photo.jpg"), .type = STR("image/jpeg")};
    assert_int_equal(post_file_seal(f->here.node, &f->there.self, &l, path, POST_NOW, NULL, NULL, &sealed, &err), 0);
    l.file = &sealed;
    assert_int_equal(post_house_send(&f->here, &f->there.self, &l, POST_NOW, id, &err), 0);
    assert_int_equal(post_due(f->here.node, &f->there.self, 0, 4, f->a, &out, &n, &err), 0);
    assert_true(n == 1 && out[0].path);
    assert_int_equal(file_read(f->a, out[0].path, 2 * SIZE, &file, &err), 0);
    bytes line = str_bytes(out[0].line);

    receive(f, &line, 1, POST_NOW, &answer);
    assert_int_equal(answer.outcome, POST_LATER); /* its parts are not here */
    for (int damaged = 1; damaged >= 0; damaged--) {
        uint8_t *copy = arena_alloc(f->a, file.len);
        memcpy(copy, file.p, file.len);
        copy[file.len / 2] ^= (uint8_t)damaged;
        assert_int_equal(post_part(f->there.node, &kinds, &f->here.self, id, 0, (bytes){NULL, 0}, &have, &err), 0);
        assert_true(have == 0);
        assert_int_equal(post_part(f->there.node, &kinds, &f->here.self, id, 5000, (bytes){copy, 10}, &have, &err), 0);
        assert_true(have == 0); /* not what comes next */
        for (size_t at = 0; at < file.len;) {
            size_t piece = file.len - at < PIECE ? file.len - at : PIECE;
            assert_int_equal(post_part(f->there.node, &kinds, &f->here.self, id, at, (bytes){copy + at, piece}, &have, &err), 0);
            assert_true(have == at + piece);
            at = have;
            assert_int_equal(post_part(f->there.node, &kinds, &f->here.self, id, 0, (bytes){copy, 10}, &have, &err), 0);
            assert_true(have == at); /* a repeat */
        }
        receive(f, &line, 1, POST_NOW, &answer);
        assert_int_equal(answer.outcome, damaged ? POST_REJECTED : POST_RECEIPT);
    }
    assert_receipt(f, &answer, NULL);
    snprintf(path, sizeof path, "%s/read", f->there.folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    bytes read_again;
    assert_int_equal(post_read_file(f->there.node, id, fd, &err), 0);
    close(fd);
    assert_int_equal(file_read(f->a, path, 2 * SIZE, &read_again, &err), 0);
    assert_true(read_again.len == SIZE && memcmp(read_again.p, text, SIZE) == 0);
}

/* Too much ahead of order is not taken, and comes again later. */
static void test_held_is_bounded(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t id[ID_LEN];
    bytes in[16];
    struct post_answer answer;
    for (size_t i = 0; i < 3; i++)
        write_letter(f, "counted", id);
    assert_int_equal(due(f, in), 3);
    receive(f, in, 1, POST_NOW, &answer);
    assert_int_equal(db_exec(f->there.node->db,
                             strcmp(db_engine(f->there.node->db), "sqlite") == 0
                                 ? "with recursive n(i) as (select 10 union all select i + 1 from n where i < 1009) "
                                   "insert into letter_held select (select id from peer_partner), x'00', i, x'01', '', null, 1, 1 from n"
                                 : "insert into letter_held select (select id from peer_partner), '\\x00', i, '\\x01', '', null, 1, 1 "
                                   "from generate_series(10, 1009) i",
                             &err), 0);
    receive(f, &in[2], 1, POST_NOW, &answer);
    assert_int_equal(answer.outcome, POST_LATER);
    receive(f, &in[1], 1, POST_NOW, &answer);
    receive(f, &in[2], 1, POST_NOW, &answer);
    assert_receipt(f, &answer, NULL);
    assert_int_equal(effects(f), 3);
}

/* Receipts that the sender lost, from a leaf on; and its outbox is settled by them. */
static void test_receipts_again(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t id[ID_LEN];
    bytes in[16];
    struct post_answer answer[16];
    struct letter_receipt *receipts;
    size_t n;
    for (size_t i = 0; i < 6; i++)
        write_letter(f, "counted", id);
    assert_int_equal(due(f, in), 6);
    receive(f, in, 6, POST_NOW, answer);
    assert_int_equal(post_receipts(f->there.node, &f->here.self, answer[2].receipt.leaf_index, 3, f->a, &receipts, &n, &err), 0);
    assert_int_equal(n, 3);
    for (size_t i = 0; i < 3; i++)
        assert_memory_equal(receipts[i].id, answer[2 + i].receipt.id, ID_LEN);
    assert_int_equal(post_receipts(f->there.node, &f->here.self, 0, 100, f->a, &receipts, &n, &err), 0);
    assert_int_equal(n, 6);
    if (post_receipts_take(f->here.node, &kinds, &f->there.self, receipts, n, POST_NOW, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(due(f, in), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reordered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_new_stream_before_the_old, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_held_that_cannot_follow, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_always_overtakes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_read_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_effect_says_no, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_effect_must_wait, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damaged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_not_for_us, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_id_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_read_and_erase, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_large, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_held_is_bounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_receipts_again, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
