/* witness: the protocol's answers one by one, what is found and kept, two requests at once, what cannot be written. */
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

/* X asks Y: from old leaves to size leaves; proof NULL: the right one. */
static struct http_reply add(struct watch *w, int64_t old, int64_t size, const struct merkle_proof *proof)
{
    struct err err = {0};
    struct node *x = w->houses[X].node;
    struct add_checkpoint r = {.old_size = (uint64_t)old, .checkpoint = watch_head(w, x, size)};
    struct partner from = watch_partner(w, Y, X);
    struct http_reply reply = {0};
    if (proof)
        r.proof = *proof;
    else if (old > 0 && log_consistency(x->log, x->db, old, size, watch_arena(w), &r.proof, &err) < 0)
        fail_msg("%s", err.text);
    if (witness_add(w->houses[Y].node, &from, add_checkpoint_format(watch_arena(w), &r), WATCH_NOW, watch_arena(w), &reply, &err) < 0)
        fail_msg("%s", err.text);
    return reply;
}

static struct http_reply add_raw(struct watch *w, str body)
{
    struct err err = {0};
    struct partner from = watch_partner(w, Y, X);
    struct http_reply reply = {0};
    if (witness_add(w->houses[Y].node, &from, body, WATCH_NOW, watch_arena(w), &reply, &err) < 0)
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
        str whole = str_printf(watch_arena(w), "%s%.*s", watch_head(w, w->houses[X].node, sizes[i]).p, (int)reply.body.len, (const char *)reply.body.p);
        assert_int_equal(note_parse(watch_arena(w), whole, &note, &err), 0);
        assert_int_equal(note_witness_parse(watch_partner(w, X, Y).witness_key, &witness, &err), 0);
        assert_int_equal(cosignature_verify(watch_arena(w), &note, &witness, &seconds, &err), 0);
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
    str theirs = str_printf(watch_arena(w), "old 0\n\n%s", watch_head(w, w->houses[Z].node, 1).p);
    assert_int_equal(add_raw(w, theirs).status, 404); /* the log of another agency */
    str forged = str_printf(watch_arena(w), "old 7\n\n%s", watch_head(w, w->houses[X].node, 9).p);
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

static void keep_tables(struct watch *w)
{
    watch_change(w, "create table kept_leaf as select * from log_leaf; create table kept_node as select * from log_node; "
              "create table kept_frontier as select * from log_frontier");
}

static void restore_tables(struct watch *w)
{
    watch_change(w, "delete from log_leaf; insert into log_leaf select * from kept_leaf; delete from log_node; insert into log_node select * from "
              "kept_node; delete from log_frontier; insert into log_frontier select * from kept_frontier");
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
        watch_change(w, cases[i].sql);
        assert_int_equal(watch_look(w, Y, X, now + 1), 1);
        assert_int_equal(watch_look(w, Y, X, now + 2), 0); /* nothing new */
        assert_int_equal(watch_open_evidence(w, Y, X), 1);
        struct witness_evidence e = watch_newest(w, Y);
        assert_true(str_eq(e.kind, str_from(cases[i].kind)));
        assert_true(e.first.len > 0 && e.proof.len > 0);
        assert_null(strstr(witness_kind_text(e.kind), "does not know"));
        restore_tables(w);
        watch_confirm(w, Y, X, now + 3);
        assert_int_equal(watch_open_evidence(w, Y, X), 0);
    }
    assert_int_equal(watch_look(w, Y, X, now + MINUTE), 0);
    assert_int_equal(watch_seen(w, Y, X).size, 301);
    assert_int_equal(watch_look(w, Z, X, now + MINUTE), 0);
}

static void test_rollback_and_fork(void **state)
{
    struct watch *w = *state;
    watch_grow(w->houses[X].node, 40);
    int64_t size = house_log_size(&w->houses[X]);
    watch_round(w, X, WATCH_NOW);
    assert_int_equal(watch_seen(w, Y, X).size, size);
    watch_cut_back(w, 30);
    assert_int_equal(watch_look(w, Y, X, WATCH_NOW + 1), 1);
    assert_true(watch_has_open(w, Y, "rollback"));
    /* grown again to the same size: other leaves, so another root under both signatures */
    watch_grow(w->houses[X].node, size - 30);
    assert_int_equal(watch_look(w, Z, X, WATCH_NOW + 2), 1);
    assert_true(watch_has_open(w, Z, "fork") && watch_has_open(w, Z, "leaves"));
    /* and through add-checkpoint: two signed heads of one size need no proof */
    struct merkle_proof none = {NULL, 0};
    watch_confirm(w, Y, X, WATCH_NOW + 3);
    assert_int_equal(add(w, 0, size, &none).status, 200);
    watch_cut_back(w, 20);
    watch_grow(w->houses[X].node, size - 20);
    assert_int_equal(add(w, size, size, &none).status, 422);
    assert_true(watch_has_open(w, Y, "fork"));
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
    watch_cut_back(w, size - 3);
    watch_grow(w->houses[X].node, 5);
    w->cut[Z] = false;
    w->cut[Y] = true;
    watch_round(w, X, WATCH_NOW + 2 * MINUTE); /* Z sees that one */
    w->cut[Y] = false;
    assert_int_equal(watch_open_evidence(w, Y, X) + watch_open_evidence(w, Z, X), 0);
    assert_int_equal(watch_seen(w, Z, X).size, size + 2);
    assert_int_equal(watch_look(w, Z, X, WATCH_NOW + 3 * MINUTE), 1);
    struct witness_evidence e = watch_newest(w, Z);
    assert_true(str_eq(e.kind, STR("split")));
    struct partner y = watch_partner(w, Z, Y);
    assert_memory_equal(e.witness, y.id, ID_LEN);
    assert_int_equal(watch_look(w, Z, Y, WATCH_NOW + 3 * MINUTE), 0); /* nobody else is accused */
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
            struct add_checkpoint r = {.old_size = (uint64_t)known, .checkpoint = watch_head(w, x, known + 1 + i)};
            assert_int_equal(log_consistency(x->log, x->db, known, known + 1 + i, watch_arena(w), &r.proof, &err), 0);
            racers[i].body = add_checkpoint_format(watch_arena(w), &r);
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

/* --- what cannot be written does not happen --- */

static int ask_y(struct watch *w)
{
    struct err err = {0};
    struct node *x = w->houses[X].node;
    struct partner from = watch_partner(w, Y, X);
    struct http_reply reply = {0};
    struct add_checkpoint r = {.old_size = 3, .checkpoint = watch_head(w, x, 9)};
    assert_int_equal(log_consistency(x->log, x->db, 3, 9, watch_arena(w), &r.proof, &err), 0);
    int result = witness_add(w->houses[Y].node, &from, add_checkpoint_format(watch_arena(w), &r), WATCH_NOW, watch_arena(w), &reply, &err);
    return result < 0 ? result : reply.status;
}

static int ask_y_wrongly(struct watch *w)
{
    struct err err = {0};
    struct partner from = watch_partner(w, Y, X);
    struct http_reply reply = {0};
    struct merkle_hash junk = {{1}};
    struct add_checkpoint r = {.old_size = 3, .checkpoint = watch_head(w, w->houses[X].node, 9), .proof = {&junk, 1}};
    int result = witness_add(w->houses[Y].node, &from, add_checkpoint_format(watch_arena(w), &r), WATCH_NOW, watch_arena(w), &reply, &err);
    return result < 0 ? result : reply.status;
}

static int y_confirms(struct watch *w)
{
    struct err err = {0};
    struct partner p = watch_partner(w, Y, X);
    int result = witness_confirm(w->houses[Y].node, &test_operator, &p, STR("telephone"), WATCH_NOW, &err);
    return result < 0 ? result : 200;
}

static void rename_at_y(struct watch *w, const char *from, const char *to)
{
    struct err err = {0};
    if (db_exec(w->houses[Y].node->db, str_printf(watch_arena(w), "alter table %s rename to %s", from, to).p, &err) < 0)
        fail_msg("%s", err.text);
}

/* Fails while a table is away, changes nothing, and does its work when it is back. */
static void fails_without(struct watch *w, const char *const tables[], int (*work)(struct watch *), int status)
{
    const int64_t open = watch_open_evidence(w, Y, X), leaves = house_log_size(&w->houses[Y]), size = watch_seen(w, Y, X).size;
    for (size_t i = 0; tables[i]; i++) {
        rename_at_y(w, tables[i], "gone_away");
        assert_true(work(w) < 0);
        rename_at_y(w, "gone_away", tables[i]);
        assert_int_equal(watch_open_evidence(w, Y, X), open);
        assert_int_equal(watch_seen(w, Y, X).size, size);
        assert_int_equal(house_log_size(&w->houses[Y]), leaves);
    }
    assert_int_equal(work(w), status);
}

static void test_what_cannot_be_written_does_not_happen(void **state)
{
    struct watch *w = *state;
    static const char *const cosigning[] = {"witness_seen", "witness_evidence", NULL};
    static const char *const keeping[] = {"witness_seen", "witness_evidence", "vault_record", "log_leaf", "log_frontier", "act_detail", NULL};
    watch_grow(w->houses[X].node, 10);
    assert_int_equal(add(w, 0, 3, NULL).status, 200);
    fails_without(w, keeping, ask_y_wrongly, 422);
    assert_int_equal(watch_open_evidence(w, Y, X), 1);
    fails_without(w, keeping, y_confirms, 200);
    assert_int_equal(watch_open_evidence(w, Y, X), 0);
    assert_int_equal(add(w, 0, 3, NULL).status, 200);
    fails_without(w, cosigning, ask_y, 200);
    assert_int_equal(watch_seen(w, Y, X).size, 9);
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
        TEST(test_two_requests_at_once),
        TEST(test_what_cannot_be_written_does_not_happen),
    };
    return cmocka_run_group_tests_name("trust/witness", tests, NULL, NULL);
}
