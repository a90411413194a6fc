/* round: the log's side: quorum and read-only, lost answers, a restored backup and the way back, what the operator is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

static void test_quorum_and_read_only(void **state)
{
    struct watch *w = *state;
    struct err err = {0};
    struct witness_quorum q;
    struct node *x = w->houses[X].node;
    bool read_only;
    watch_round(w, X, WATCH_NOW);
    assert_int_equal(witness_quorum(x, watch_arena(w), &q, &err), 0);
    assert_int_equal(q.watch.needed, 2);
    assert_int_equal(q.size, house_log_size(&w->houses[X]));
    struct note note;
    struct note_verifier y, z;
    uint64_t seconds;
    assert_int_equal(note_parse(watch_arena(w), q.checkpoint, &note, &err), 0);
    assert_int_equal(note.n, 3);
    assert_int_equal(note_witness_parse(watch_partner(w, X, Y).witness_key, &y, &err), 0);
    assert_int_equal(note_witness_parse(watch_partner(w, X, Z).witness_key, &z, &err), 0);
    assert_int_equal(cosignature_verify(watch_arena(w), &note, &y, &seconds, &err), 0);
    assert_int_equal(cosignature_verify(watch_arena(w), &note, &z, &seconds, &err), 0);
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
        assert_int_equal(witness_quorum(x, watch_arena(w), &q, &err), 0);
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
    watch_change(w, "update peer_partner set status = 2");
    watch_round(w, X, late + HOUR);
    assert_int_equal(witness_quorum(x, watch_arena(w), &q, &err), 0);
    assert_int_equal(q.witnesses, 0);
    assert_int_equal(act_read_only(x, late + 9 * HOUR, &read_only, NULL, &err), 0);
    assert_false(read_only);
    /* and who comes back has its time first */
    watch_change(w, "update peer_partner set status = 1");
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
    watch_change(w, "create table told_before as select * from witness_told");
    watch_grow(x, 20);
    watch_round(w, X, WATCH_NOW + MINUTE);
    watch_cut_back(w, 15);
    watch_change(w, "delete from witness_told; insert into witness_told select * from told_before");
    int64_t now = WATCH_NOW + 2 * MINUTE;
    watch_round(w, X, now);
    assert_int_equal(act_read_only(x, now, &read_only, &err, NULL), 0);
    assert_true(read_only);
    assert_non_null(strstr(err.text, "comity log DIR recover"));
    assert_true(watch_has_open(w, X, "behind"));
    assert_int_equal(watch_look(w, Y, X, now), 1);
    assert_int_equal(watch_look(w, Z, X, now), 1);
    /* the witnesses cosign by the machine's clock, which is ahead of this test's: what they hold is known to be lost all the same */
    if (witness_recover(x, &test_operator, STR("disk of 3 May"), now + 1, &err) < 0)
        fail_msg("%s", err.text);
    watch_round(w, X, now + MINUTE);
    assert_int_equal(act_read_only(x, now + MINUTE, &read_only, NULL, &err), 0);
    assert_false(read_only);
    watch_grow(x, 3);
    watch_round(w, X, now + 3 * MINUTE);
    struct witness_quorum q;
    assert_int_equal(witness_quorum(x, watch_arena(w), &q, &err), 0);
    assert_int_equal(q.size, -1); /* nobody has confirmed yet */
    watch_confirm(w, Y, X, now + 4 * MINUTE);
    watch_confirm(w, Z, X, now + 4 * MINUTE);
    watch_round(w, X, now + 6 * MINUTE);
    assert_int_equal(witness_quorum(x, watch_arena(w), &q, &err), 0);
    assert_int_equal(q.size, house_log_size(&w->houses[X]));
    for (size_t who = Y; who <= Z; who++) {
        assert_int_equal(watch_look(w, who, X, now + 7 * MINUTE), 0);
        assert_int_equal(watch_seen(w, who, X).size, q.size);
    }
    /* what was found stays */
    struct witness_evidence e = watch_newest(w, Y);
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
    lie.checkpoint = watch_head(w, w->houses[Z].node, 1); /* signed by somebody else */
    assert_int_equal(witness_store_put_seen(w->houses[Y].node->db, p.id, &lie, &err), 0);
    watch_grow(w->houses[X].node, 5);
    watch_round(w, X, WATCH_NOW + 4 * MINUTE);
    assert_int_equal(watch_open_evidence(w, X, X), 0);
}

/* A node without an address cannot be looked at: its witness holds no evidence, and still can take its restored log. */
static void test_a_restored_node_that_cannot_be_looked_at(void **state)
{
    struct watch *w = *state;
    struct err err = {0};
    watch_grow(w->houses[X].node, 20);
    watch_round(w, X, WATCH_NOW);
    watch_cut_back(w, 9);
    watch_round(w, X, WATCH_NOW + MINUTE);
    assert_true(watch_has_open(w, X, "behind"));
    assert_int_equal(watch_open_evidence(w, Y, X), 0);
    if (witness_recover(w->houses[X].node, &test_operator, STR("disk"), WATCH_NOW + MINUTE, &err) < 0)
        fail_msg("%s", err.text);
    watch_confirm(w, Y, X, WATCH_NOW + MINUTE);
    watch_confirm(w, Z, X, WATCH_NOW + MINUTE);
    watch_round(w, X, WATCH_NOW + 3 * MINUTE);
    assert_int_equal(watch_seen(w, Y, X).size, house_log_size(&w->houses[X]));
    assert_int_equal(watch_look(w, Z, X, WATCH_NOW + 4 * MINUTE), 0);
}

static void test_confirming_needs_grounds(void **state)
{
    struct watch *w = *state;
    struct err err = {0};
    struct partner p = watch_partner(w, Y, X);
    assert_int_equal(witness_confirm(w->houses[Y].node, &test_operator, &p, STR(" "), WATCH_NOW, &err), ERR_USAGE);
    assert_int_equal(witness_confirm(w->houses[Y].node, &test_operator, &p, STR("spoken to"), WATCH_NOW, &err), ERR_NOT_FOUND);
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
    watch_change(w, "update peer_partner set address = '127.0.0.1:1'"); /* refused at once */
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
    watch_change(w, "update peer_partner set status = 2");
    assert_int_equal(witness_round_job.run(&context, WATCH_NOW + 6 * HOUR, &err), 0);
    assert_int_equal(n_said, 5); /* no quorum is asked for any more, and nobody watches: both are said */
    witness_round_job.close(context.state);
    struct witness_row *rows = NULL;
    size_t n = 0;
    assert_int_equal(witness_list(w->houses[X].node, watch_arena(w), &rows, &n, &err), 0);
    assert_int_equal(n, 2);
    assert_true(rows[0].trouble.len > 0 && !rows[0].active && rows[0].open + rows[1].open == 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_quorum_and_read_only),
        TEST(test_lost_answers),
        TEST(test_restored_backup),
        TEST(test_a_lying_witness_stops_nobody),
        TEST(test_a_restored_node_that_cannot_be_looked_at),
        TEST(test_confirming_needs_grounds),
        TEST(test_what_the_operator_is_told),
    };
    return cmocka_run_group_tests_name("trust/witness round", tests, NULL, NULL);
}
