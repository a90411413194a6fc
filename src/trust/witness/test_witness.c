/* witness: the protocol's answers one by one, what is found and kept, quorum and read-only, confirm and recover. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/witness/test_watch.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)

enum { X, Y, Z }; /* X is the log that is watched; Y and Z watch */

static int set_up(void **state)
{
    struct watch *w = mem_calloc(1, sizeof *w);
    watch_open(w, 3);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    watch_close(*state);
    free(*state);
    return 0;
}

static struct arena *arena(struct watch *w)
{
    return w->houses[X].a;
}

static str head(struct watch *w, struct node *node, int64_t size)
{
    struct err err = {0};
    str note;
    if (log_checkpoint(node->log, node->db, size, arena(w), &note, &err) < 0)
        fail_msg("%s", err.text);
    return note;
}

/* X asks Y: from old leaves to size leaves; proof NULL: the right one. */
static struct http_reply add(struct watch *w, int64_t old, int64_t size, const struct merkle_proof *proof)
{
    struct err err = {0};
    struct node *x = w->houses[X].node;
    struct add_checkpoint r = {.old_size = (uint64_t)old, .checkpoint = head(w, x, size)};
    struct partner from = watch_partner(w, Y, X);
    struct http_reply reply = {0};
    if (proof)
        r.proof = *proof;
    else if (old > 0 && log_consistency(x->log, x->db, old, size, arena(w), &r.proof, &err) < 0)
        fail_msg("%s", err.text);
    if (witness_add(w->houses[Y].node, &from, add_checkpoint_format(arena(w), &r), WATCH_NOW, arena(w), &reply, &err) < 0)
        fail_msg("%s", err.text);
    return reply;
}

static struct http_reply add_raw(struct watch *w, str body)
{
    struct err err = {0};
    struct partner from = watch_partner(w, Y, X);
    struct http_reply reply = {0};
    if (witness_add(w->houses[Y].node, &from, body, WATCH_NOW, arena(w), &reply, &err) < 0)
        fail_msg("%s", err.text);
    return reply;
}

static void test_a_witness_cosigns_what_follows(void **state)
{
    struct watch *w = *state;
    struct err err = {0};
    struct note note;
    struct note_verifier witness;
    uint64_t seconds;
    watch_grow(w->houses[X].node, 20);
    int64_t before = house_log_size(&w->houses[Y]), sizes[] = {3, 3, 8, 20};
    for (size_t i = 0; i < 4; i++) {
        struct http_reply reply = add(w, i ? sizes[i - 1] : 0, sizes[i], NULL);
        assert_int_equal(reply.status, 200);
        str whole = str_printf(arena(w), "%s%.*s", head(w, w->houses[X].node, sizes[i]).p, (int)reply.body.len, (const char *)reply.body.p);
        assert_int_equal(note_parse(arena(w), whole, &note, &err), 0);
        assert_int_equal(note_witness_parse(watch_partner(w, X, Y).witness_key, &witness, &err), 0);
        assert_int_equal(cosignature_verify(arena(w), &note, &witness, &seconds, &err), 0);
        assert_int_equal(seconds, WATCH_NOW / 1000);
        assert_true(str_eq(watch_seen(w, Y, X).checkpoint, whole));
    }
    assert_int_equal(watch_seen(w, Y, X).size, 20);
    assert_int_equal(house_log_size(&w->houses[Y]), before); /* cosigning is no act: two nodes do not make each other grow */
    assert_int_equal(watch_open_evidence(w, Y, X), 0);
}

static void test_what_a_witness_refuses(void **state)
{
    struct watch *w = *state;
    watch_grow(w->houses[X].node, 20);
    assert_int_equal(add(w, 0, 7, NULL).status, 200);
    struct merkle_hash junk = {{1}};
    const struct merkle_proof one = {&junk, 1}, none = {NULL, 0};

    static const struct { int64_t old, size; int status; } sizes[] = {{0, 8, 409}, {6, 8, 409}, {8, 9, 409}, {6, 6, 409}, {5, 4, 400}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct http_reply reply = add(w, sizes[i].old, sizes[i].size, &none);
        assert_int_equal(reply.status, sizes[i].status);
        if (reply.status == 409) {
            assert_string_equal(reply.type, "text/x.tlog.size");
            assert_true(str_eq(bytes_str(reply.body), STR("7\n")));
        }
    }
    /* not yet evidence: nothing that was signed contradicts what was signed before */
    assert_int_equal(add(w, 7, 7, &one).status, 422);
    assert_int_equal(watch_open_evidence(w, Y, X), 0);
    static const char *const bodies[] = {"", "old 1\n", "old 7\n\nnonsense", "old 7\n\nx\n1\n\n"};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(add_raw(w, str_from(bodies[i])).status, 400);
    str theirs = str_printf(arena(w), "old 0\n\n%s", head(w, w->houses[Z].node, 1).p);
    assert_int_equal(add_raw(w, theirs).status, 404); /* the log of another agency */
    str forged = str_printf(arena(w), "old 7\n\n%s", head(w, w->houses[X].node, 9).p);
    ((char *)(uintptr_t)forged.p)[forged.len - 9] ^= 1;
    int status = add_raw(w, forged).status;
    assert_true(status == 403 || status == 400); /* 400: the changed character is no base64 */
    assert_int_equal(watch_seen(w, Y, X).size, 7);
    /* a proof that does not lead there is kept: from now on a person has to decide */
    assert_int_equal(add(w, 7, 12, &one).status, 422);
    assert_int_equal(watch_open_evidence(w, Y, X), 1);
    struct http_reply reply = add(w, 7, 12, NULL);
    assert_int_equal(reply.status, 422);
    assert_true(str_contains(bytes_str(reply.body), STR("must confirm")));
}

static void test_a_new_log_begins_with_an_empty_proof(void **state)
{
    struct watch *w = *state;
    struct merkle_hash junk = {{1}};
    const struct merkle_proof one = {&junk, 1};
    assert_int_equal(add(w, 0, 1, &one).status, 422);
    assert_int_equal(watch_open_evidence(w, Y, X), 0);
    assert_int_equal(add(w, 0, 0, NULL).status, 200);
    assert_int_equal(add(w, 0, 1, NULL).status, 200);
}

/* Changes X's database as somebody with the file could, and keeps what was there. */
static void change(struct watch *w, const char *sql)
{
    struct err err = {0};
    if (db_exec(w->houses[X].node->db, sql, &err) < 0)
        fail_msg("%s", err.text);
}

static void keep_tables(struct watch *w)
{
    change(w, "create table kept_leaf as select * from log_leaf; create table kept_node as select * from log_node; "
              "create table kept_frontier as select * from log_frontier");
}

static void restore_tables(struct watch *w)
{
    change(w, "delete from log_leaf; insert into log_leaf select * from kept_leaf; delete from log_node; insert into log_node select * from "
              "kept_node; delete from log_frontier; insert into log_frontier select * from kept_frontier");
}

static struct witness_evidence newest(struct watch *w, size_t who)
{
    struct err err = {0};
    struct witness_evidence *list = NULL;
    size_t n = 0;
    assert_int_equal(witness_evidence_list(w->houses[who].node, arena(w), &list, &n, &err), 0);
    assert_true(n > 0);
    return list[0];
}

static bool has_open(struct watch *w, size_t who, const char *kind)
{
    struct err err = {0};
    struct witness_evidence *list = NULL;
    size_t n = 0;
    assert_int_equal(witness_evidence_list(w->houses[who].node, arena(w), &list, &n, &err), 0);
    for (size_t i = 0; i < n; i++)
        if (list[i].closed_ms == 0 && str_eq(list[i].kind, str_from(kind)))
            return true;
    return false;
}

static void confirm(struct watch *w, size_t who, size_t of, int64_t now)
{
    struct err err = {0};
    struct partner p = watch_partner(w, who, of);
    if (witness_confirm(w->houses[who].node, &test_operator, &p, STR("spoken to by telephone"), now, &err) < 0)
        fail_msg("%s", err.text);
}

static void test_the_look_finds_changes(void **state)
{
    struct watch *w = *state;
    static const struct { const char *sql, *kind; } cases[] = {
        {"update log_leaf set content = (select content from log_leaf where place = 5) where place = 6", "withheld"}, /* its hash is stored */
        {"update log_leaf set content = (select content from log_leaf where place = 5) where place = 300", "leaves"}, /* the last: it is not */
        {"delete from log_leaf where place = 17", "withheld"},
        {"update log_node set hash = (select hash from log_node where level = 1 and place = 3) where level = 1 and place = 2", "withheld"},
        {"delete from log_node where level = 3 and place = 0", "withheld"},
        {"delete from log_leaf where place >= 288; update log_frontier set size = 288", "withheld"}, /* the frontier is damaged */
    };
    watch_grow(w->houses[X].node, 300 - house_log_size(&w->houses[X]) + 1);
    assert_int_equal(house_log_size(&w->houses[X]), 301);
    watch_round(w, X, WATCH_NOW);
    keep_tables(w);
    int64_t now = WATCH_NOW;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        now += MINUTE;
        assert_int_equal(watch_look(w, Y, X, now), 0);
        change(w, cases[i].sql);
        assert_int_equal(watch_look(w, Y, X, now + 1), 1);
        assert_int_equal(watch_look(w, Y, X, now + 2), 0); /* nothing new */
        assert_int_equal(watch_open_evidence(w, Y, X), 1);
        struct witness_evidence e = newest(w, Y);
        assert_true(str_eq(e.kind, str_from(cases[i].kind)));
        assert_true(e.first.len > 0 && e.proof.len > 0);
        assert_null(strstr(witness_kind_text(e.kind), "does not know"));
        restore_tables(w);
        confirm(w, Y, X, now + 3);
        assert_int_equal(watch_open_evidence(w, Y, X), 0);
    }
    assert_int_equal(watch_look(w, Y, X, now + MINUTE), 0);
    assert_int_equal(watch_seen(w, Y, X).size, 301);
    assert_int_equal(watch_look(w, Z, X, now + MINUTE), 0);
}

/* A log that was rewritten as a whole agrees with itself, and not with what was cosigned. */
static void cut_back(struct watch *w, int64_t size)
{
    struct err err = {0};
    struct arena *a = arena(w);
    struct merkle_frontier f = {0};
    bytes leaf;
    for (int64_t i = 0; i < size; i++) {
        struct merkle_hash hash;
        assert_int_equal(log_leaf_get(w->houses[X].node->log, w->houses[X].node->db, i, a, &leaf, &err), 0);
        merkle_leaf(&hash, leaf);
        assert_int_equal(merkle_frontier_add(&f, &hash, NULL, NULL, &err), 0);
    }
    struct db_stmt *q;
    change(w, str_printf(a, "delete from log_leaf where place >= %d; delete from act_detail where leaf >= %d", (int)size, (int)size).p);
    for (int level = 1; level < 20; level++)
        change(w, str_printf(a, "delete from log_node where level = %d and place >= %d", level, (int)(size >> level)).p);
    assert_int_equal(db_prepare(w->houses[X].node->db, "update log_frontier set size = $1, hashes = $2", &q, &err), 0);
    db_bind_int(q, 1, size);
    db_bind_blob(q, 2, (bytes){f.hashes[0].b, f.n * HASH_LEN});
    assert_int_equal(db_run(q, &err), 0);
}

static void test_rollback_and_fork(void **state)
{
    struct watch *w = *state;
    watch_grow(w->houses[X].node, 40);
    int64_t size = house_log_size(&w->houses[X]);
    watch_round(w, X, WATCH_NOW);
    assert_int_equal(watch_seen(w, Y, X).size, size);
    cut_back(w, 30);
    assert_int_equal(watch_look(w, Y, X, WATCH_NOW + 1), 1);
    assert_true(has_open(w, Y, "rollback"));
    /* grown again to the same size: other leaves, so another root under both signatures */
    watch_grow(w->houses[X].node, size - 30);
    assert_int_equal(watch_look(w, Z, X, WATCH_NOW + 2), 1);
    assert_true(has_open(w, Z, "fork") && has_open(w, Z, "leaves"));
    /* and through add-checkpoint: two signed heads of one size need no proof */
    struct merkle_proof none = {NULL, 0};
    confirm(w, Y, X, WATCH_NOW + 3);
    assert_int_equal(add(w, 0, size, &none).status, 200);
    cut_back(w, 20);
    watch_grow(w->houses[X].node, size - 20);
    assert_int_equal(add(w, size, size, &none).status, 422);
    assert_true(has_open(w, Y, "fork"));
}

/* Two witnesses are shown two logs: one asks the other and finds it. */
static void test_split_view(void **state)
{
    struct watch *w = *state;
    watch_grow(w->houses[X].node, 30);
    watch_round(w, X, WATCH_NOW);
    w->cut[Z] = true;
    watch_grow(w->houses[X].node, 3);
    watch_round(w, X, WATCH_NOW + MINUTE); /* Y sees this one */
    int64_t size = house_log_size(&w->houses[X]);
    cut_back(w, size - 3);
    watch_grow(w->houses[X].node, 5);
    w->cut[Z] = false;
    w->cut[Y] = true;
    watch_round(w, X, WATCH_NOW + 2 * MINUTE); /* Z sees that one */
    w->cut[Y] = false;
    assert_int_equal(watch_open_evidence(w, Y, X) + watch_open_evidence(w, Z, X), 0);
    assert_int_equal(watch_seen(w, Z, X).size, size + 2);
    assert_int_equal(watch_look(w, Z, X, WATCH_NOW + 3 * MINUTE), 1);
    struct witness_evidence e = newest(w, Z);
    assert_true(str_eq(e.kind, STR("split")));
    struct partner y = watch_partner(w, Z, Y);
    assert_memory_equal(e.witness, y.id, ID_LEN);
    assert_int_equal(watch_look(w, Z, Y, WATCH_NOW + 3 * MINUTE), 0); /* nobody else is accused */
}

static void test_quorum_and_read_only(void **state)
{
    struct watch *w = *state;
    struct err err = {0};
    struct witness_quorum q;
    struct node *x = w->houses[X].node;
    bool read_only;
    watch_round(w, X, WATCH_NOW);
    assert_int_equal(witness_quorum(x, arena(w), &q, &err), 0);
    assert_int_equal(q.watch.needed, 2);
    assert_int_equal(q.size, house_log_size(&w->houses[X]));
    struct note note;
    struct note_verifier y, z;
    uint64_t seconds;
    assert_int_equal(note_parse(arena(w), q.checkpoint, &note, &err), 0);
    assert_int_equal(note.n, 3);
    assert_int_equal(note_witness_parse(watch_partner(w, X, Y).witness_key, &y, &err), 0);
    assert_int_equal(note_witness_parse(watch_partner(w, X, Z).witness_key, &z, &err), 0);
    assert_int_equal(cosignature_verify(arena(w), &note, &y, &seconds, &err), 0);
    assert_int_equal(cosignature_verify(arena(w), &note, &z, &seconds, &err), 0);
    /* nothing is sent while nothing has grown, before the minute is over */
    int sent = w->sent;
    watch_round(w, X, WATCH_NOW + MINUTE - 1);
    assert_int_equal(w->sent, sent);
    watch_round(w, X, WATCH_NOW + MINUTE);
    assert_int_equal(w->sent, sent + 2);

    const int64_t last = WATCH_NOW + MINUTE;
    w->cut[Z] = true;
    for (int64_t now = last + MINUTE; now < last + 4 * HOUR; now += 7 * MINUTE) {
        watch_round(w, X, now);
        assert_int_equal(witness_quorum(x, arena(w), &q, &err), 0);
        assert_int_equal(witness_quorum_age(&q, now), now - last);
        assert_int_equal(act_watch_warns(&q.watch, now), now - last >= HOUR);
        assert_int_equal(act_read_only(x, now, &read_only, NULL, &err), 0);
        assert_false(read_only);
    }
    const int64_t late = last + 4 * HOUR;
    watch_round(w, X, late);
    struct act act = {.verb = VERB_IMPORT, .actor = &test_operator, .now_ms = late};
    assert_int_equal(act_run(x, &act, NULL, NULL, &err), ERR_DENIED);
    w->cut[Z] = false;
    watch_round(w, X, late + MINUTE); /* after the pause that failures made longer */
    act.now_ms = late + MINUTE;
    assert_int_equal(act_run(x, &act, NULL, NULL, &err), 0);
    /* nobody to witness: nothing is asked for */
    change(w, "update peer_partner set status = 2");
    watch_round(w, X, late + HOUR);
    assert_int_equal(witness_quorum(x, arena(w), &q, &err), 0);
    assert_int_equal(q.witnesses, 0);
    assert_int_equal(act_read_only(x, late + 9 * HOUR, &read_only, NULL, &err), 0);
    assert_false(read_only);
    /* and who comes back has its time first */
    change(w, "update peer_partner set status = 1");
    w->cut[Y] = w->cut[Z] = true;
    watch_round(w, X, late + 9 * HOUR);
    assert_int_equal(act_read_only(x, late + 9 * HOUR, &read_only, NULL, &err), 0);
    assert_false(read_only);
}

/* The answer was lost: the witness is ahead of what the log knows, and both find together again. */
static void test_lost_answers(void **state)
{
    struct watch *w = *state;
    watch_round(w, X, WATCH_NOW);
    for (int i = 0; i < 5; i++) {
        watch_grow(w->houses[X].node, 2);
        w->caller_died = true;
        watch_round(w, X, WATCH_NOW + (i + 1) * MINUTE);
    }
    watch_grow(w->houses[X].node, 1);
    watch_round(w, X, WATCH_NOW + 9 * MINUTE);
    assert_int_equal(watch_seen(w, Y, X).size, house_log_size(&w->houses[X]));
    assert_int_equal(watch_seen(w, Z, X).size, house_log_size(&w->houses[X]));
    assert_int_equal(watch_open_evidence(w, Y, X) + watch_open_evidence(w, X, X), 0);
}

/* An old backup of X is restored: X finds it out itself, is read-only, recovers, and goes on when both witnesses have confirmed. */
static void test_restored_backup(void **state)
{
    struct watch *w = *state;
    struct err err = {0};
    struct node *x = w->houses[X].node;
    bool read_only;
    watch_grow(x, 20);
    watch_round(w, X, WATCH_NOW);
    assert_int_equal(witness_recover(x, &test_operator, STR("none needed"), WATCH_NOW, &err), ERR_USAGE);
    change(w, "create table told_before as select * from witness_told");
    watch_grow(x, 20);
    watch_round(w, X, WATCH_NOW + MINUTE);
    cut_back(w, 15);
    change(w, "delete from witness_told; insert into witness_told select * from told_before");
    int64_t now = WATCH_NOW + 2 * MINUTE;
    watch_round(w, X, now);
    assert_int_equal(act_read_only(x, now, &read_only, &err, NULL), 0);
    assert_true(read_only);
    assert_non_null(strstr(err.text, "comity log DIR recover"));
    assert_true(has_open(w, X, "behind"));
    assert_int_equal(watch_look(w, Y, X, now), 1);
    assert_int_equal(watch_look(w, Z, X, now), 1);
    /* the witnesses' clocks are a day ahead: what they hold is known to be lost all the same */
    if (witness_recover(x, &test_operator, STR("disk of 3 May"), now + 1, &err) < 0)
        fail_msg("%s", err.text);
    watch_round(w, X, now + MINUTE);
    assert_int_equal(act_read_only(x, now + MINUTE, &read_only, NULL, &err), 0);
    assert_false(read_only);
    watch_grow(x, 3);
    watch_round(w, X, now + 3 * MINUTE);
    struct witness_quorum q;
    assert_int_equal(witness_quorum(x, arena(w), &q, &err), 0);
    assert_int_equal(q.size, -1); /* nobody has confirmed yet */
    confirm(w, Y, X, now + 4 * MINUTE);
    confirm(w, Z, X, now + 4 * MINUTE);
    watch_round(w, X, now + 6 * MINUTE);
    assert_int_equal(witness_quorum(x, arena(w), &q, &err), 0);
    assert_int_equal(q.size, house_log_size(&w->houses[X]));
    for (size_t who = Y; who <= Z; who++) {
        assert_int_equal(watch_look(w, who, X, now + 7 * MINUTE), 0);
        assert_int_equal(watch_seen(w, who, X).size, q.size);
    }
    /* what was found stays */
    struct witness_evidence e = newest(w, Y);
    assert_true(e.closed_ms == now + 4 * MINUTE && e.first.len > 0);
}

/* What is not signed by us does not make us read-only, whoever says it. */
static void test_a_lying_witness_stops_nobody(void **state)
{
    struct watch *w = *state;
    struct err err = {0};
    struct partner p = watch_partner(w, Y, X);
    watch_grow(w->houses[X].node, 5);
    watch_round(w, X, WATCH_NOW);
    struct seen lie = watch_seen(w, Y, X);
    lie.size = 1000000;
    assert_int_equal(witness_store_put_seen(w->houses[Y].node->db, p.id, &lie, &err), 0);
    watch_round(w, X, WATCH_NOW + MINUTE);
    assert_int_equal(watch_open_evidence(w, X, X), 0);
    lie.checkpoint = head(w, w->houses[Z].node, 1); /* signed by somebody else */
    assert_int_equal(witness_store_put_seen(w->houses[Y].node->db, p.id, &lie, &err), 0);
    watch_grow(w->houses[X].node, 5);
    watch_round(w, X, WATCH_NOW + 4 * MINUTE);
    assert_int_equal(watch_open_evidence(w, X, X), 0);
}

static void test_confirming_needs_grounds(void **state)
{
    struct watch *w = *state;
    struct err err = {0};
    struct partner p = watch_partner(w, Y, X);
    assert_int_equal(witness_confirm(w->houses[Y].node, &test_operator, &p, STR(" "), WATCH_NOW, &err), ERR_USAGE);
    assert_int_equal(witness_confirm(w->houses[Y].node, &test_operator, &p, STR("spoken to"), WATCH_NOW, &err), ERR_NOT_FOUND);
}

struct racer {
    struct node *node;
    struct partner from;
    str body;
    int status;
    struct arena *arena;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    struct http_reply reply = {0};
    struct err err = {0};
    r->status = witness_add(r->node, &r->from, r->body, WATCH_NOW, r->arena, &reply, &err) < 0 ? err.code : reply.status;
    return NULL;
}

/* Two requests at once from one known size: one is cosigned, the other is told the new size; the witness never goes back. */
static void test_two_requests_at_once(void **state)
{
    struct watch *w = *state;
    struct err err = {0};
    struct node *x = w->houses[X].node;
    struct racer racers[2];
    const int rounds = 40;
    int64_t known = 1;
    watch_grow(x, 2 * rounds + 2);
    assert_int_equal(add(w, 0, known, NULL).status, 200);
    for (int i = 0; i < 2; i++) {
        racers[i] = (struct racer){.from = watch_partner(w, Y, X), .arena = arena_new()};
        assert_int_equal(node_open_again(w->houses[Y].node, &racers[i].node, &err), 0);
    }
    for (int round = 0; round < rounds; round++) {
        pthread_t threads[2];
        for (int i = 0; i < 2; i++) {
            struct add_checkpoint r = {.old_size = (uint64_t)known, .checkpoint = head(w, x, known + 1 + i)};
            assert_int_equal(log_consistency(x->log, x->db, known, known + 1 + i, arena(w), &r.proof, &err), 0);
            racers[i].body = add_checkpoint_format(arena(w), &r);
        }
        for (int i = 0; i < 2; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
        for (int i = 0; i < 2; i++)
            pthread_join(threads[i], NULL);
        const int first = racers[0].status == 200 ? 0 : 1;
        assert_int_equal(racers[first].status, 200);
        assert_int_equal(racers[!first].status, 409);
        known += 1 + first;
        assert_int_equal(watch_seen(w, Y, X).size, known);
    }
    assert_int_equal(watch_open_evidence(w, Y, X), 0);
    for (int i = 0; i < 2; i++) {
        node_close(racers[i].node);
        arena_free(racers[i].arena);
    }
}

static char said[10][ERR_TEXT_MAX];
static int n_said;

static void note(const char *sentence)
{
    assert_true(n_said < 10);
    snprintf(said[n_said++], sizeof said[0], "%s", sentence);
}

/* What the running node tells its operator: each thing once, when it begins and when it ends. Nobody answers on the line. */
static void test_what_the_operator_is_told(void **state)
{
    struct watch *w = *state;
    struct err err = {0};
    const bool stopping = false;
    struct serve_context context = {.node = w->houses[X].node, .identity = &w->houses[X].identity, .note = note, .stopping = &stopping, .lanes = 1};
    struct witness_evidence e = {.kind = STR("fork"), .first = STR("1"), .second = STR("2"), .proof = STR("3")};
    struct partner y = watch_partner(w, X, Y);
    bool added;
    change(w, "update peer_partner set address = '127.0.0.1:1'"); /* refused at once */
    memcpy(e.log, y.id, ID_LEN);
    memcpy(e.witness, y.id, ID_LEN);
    assert_int_equal(witness_keep(w->houses[X].node, &act_node, &e, WATCH_NOW, &added, &err), 0);
    static const struct { int64_t after; const char *says; } steps[] = {
        {0, "EVIDENCE against the log of"}, {1, NULL}, {HOUR - 1, NULL}, {HOUR, "for 60 min fewer than 2 witnesses"}, {2 * HOUR, NULL},
        {4 * HOUR, "read-only: for 4 h 00 min"}, {5 * HOUR, NULL},
    };
    n_said = 0;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const int before = n_said;
        if (witness_round_job.run(&context, WATCH_NOW + steps[i].after, &err) < 0)
            fail_msg("%s", err.text);
        assert_int_equal(n_said, before + (steps[i].says != NULL));
        if (steps[i].says && !strstr(said[before], steps[i].says))
            fail_msg("%s", said[before]);
    }
    change(w, "update peer_partner set status = 2");
    assert_int_equal(witness_round_job.run(&context, WATCH_NOW + 6 * HOUR, &err), 0);
    assert_int_equal(n_said, 5); /* no quorum is asked for any more, and nobody watches: both are said */
    witness_round_job.close(context.state);
    struct witness_row *rows = NULL;
    size_t n = 0;
    assert_int_equal(witness_list(w->houses[X].node, arena(w), &rows, &n, &err), 0);
    assert_int_equal(n, 2);
    assert_true(rows[0].trouble.len > 0 && !rows[0].active && rows[0].open + rows[1].open == 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_witness_cosigns_what_follows),
        TEST(test_what_a_witness_refuses),
        TEST(test_a_new_log_begins_with_an_empty_proof),
        TEST(test_the_look_finds_changes),
        TEST(test_rollback_and_fork),
        TEST(test_split_view),
        TEST(test_quorum_and_read_only),
        TEST(test_lost_answers),
        TEST(test_restored_backup),
        TEST(test_a_lying_witness_stops_nobody),
        TEST(test_confirming_needs_grounds),
        TEST(test_two_requests_at_once),
        TEST(test_what_the_operator_is_told),
    };
    return cmocka_run_group_tests_name("trust/witness", tests, NULL, NULL);
}
