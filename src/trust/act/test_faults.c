/* act under faults: a killed process, a full disk, a file that cannot be written, a broken log. Each time: an effect with its
 * leaf, or neither; what was acknowledged is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trust/act/act.h"
#include "trust/act/test_node.h"

#define NOW 1795467960123
#define KILLS 40
#define ACTS_AT_MOST 400 /* of one child, if nobody kills it */

struct fixture {
    struct arena *a;
    const char *dir;
    struct node *node;
};

static const struct actor operator = {STR("an operator"), STR("operator")};

static void open_node(struct fixture *f)
{
    struct err err = {0};
    if (node_open(f->dir, NULL, &f->node, &err) < 0)
        fail_msg("%s", err.text);
}

static int set_up(void **state)
{
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    f->a = a;
    *state = f;
    return test_node_open(a, NULL, NOW, &f->dir, &f->node);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    test_node_close(f->node, f->dir);
    arena_free(f->a);
    return 0;
}

static int put_one(struct node *node, struct act *act, void *arg, struct err *err)
{
    (void)arg;
    struct vault_id id;
    bool added;
    act->detail = STR("one effect");
    return vault_put(node->vault, node->db, VAULT_QUESTION, str_bytes(STR("an effect")), NULL, &id, &added, err);
}

static int act_once(struct node *node, struct err *err)
{
    struct act act = {.verb = VERB_INDEX, .actor = &operator, .now_ms = NOW};
    return act_run(node, &act, put_one, NULL, err);
}

struct counts {
    struct node *node;
    int64_t leaves, effects, details;
};

static int count(struct db *db, void *arg, struct err *err)
{
    struct counts *c = arg;
    int result = log_size(c->node->log, db, &c->leaves, err);
    if (result < 0 || (result = vault_count(c->node->vault, db, VAULT_QUESTION, &c->effects, err)) < 0)
        return result;
    return vault_count(c->node->vault, db, VAULT_ACT_DETAIL, &c->details, err);
}

/* In one transaction: the server may still be finishing what the killed process asked for. */
static struct counts counts_of(struct fixture *f)
{
    struct err err = {0};
    struct counts c = {.node = f->node};
    if (db_txn(f->node->db, count, &c, &err) < 0)
        fail_msg("%s", err.text);
    return c;
}

static void assert_whole(struct fixture *f)
{
    struct err err = {0};
    struct counts c = counts_of(f);
    assert_int_equal(c.leaves, c.effects + 1); /* the first leaf is that of init */
    assert_int_equal(c.details, c.leaves);
    if (log_verify(f->node->log, f->node->db, NULL, NULL, &err) < 0)
        fail_msg("%s", err.text);
}

/* Acts, one byte to the pipe for each that act_run says is done, until it is killed. */
static void act_until_killed(const char *dir, int acknowledge)
{
    struct err err = {0};
    struct node *node;
    if (node_open(dir, NULL, &node, &err) < 0)
        _exit(1);
    for (int i = 0; i < ACTS_AT_MOST; i++)
        if (act_once(node, &err) < 0 || write(acknowledge, "", 1) != 1)
            _exit(1);
    _exit(0);
}

static void test_killed_at_any_moment(void **state)
{
    struct fixture *f = *state;
    uint32_t random = 2463534242; /* xorshift32: the moments differ, the test does not depend on them */
    int64_t acknowledged = 0, before = counts_of(f).effects;
    node_close(f->node);
    for (int i = 0; i < KILLS; i++) {
        int acks[2];
        assert_int_equal(pipe(acks), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            close(acks[0]);
            act_until_killed(f->dir, acks[1]);
        }
        close(acks[1]);
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        char byte;
        for (uint32_t wanted = random % 60; wanted > 0 && read(acks[0], &byte, 1) == 1; wanted--)
            acknowledged++;
        usleep(random >> 8 & 1023);
        kill(child, SIGKILL);
        while (read(acks[0], &byte, 1) == 1)
            acknowledged++;
        close(acks[0]);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_false(WIFEXITED(status) && WEXITSTATUS(status) != 0);
    }
    open_node(f);
    assert_whole(f);
    int64_t done = counts_of(f).effects - before;
    assert_true(done >= acknowledged);         /* nothing acknowledged is lost */
    assert_true(done <= acknowledged + KILLS); /* each kill may hide the answer of one act that was done */
    assert_true(acknowledged > KILLS);
}

/* serve and the command line act on one folder: each waits for the other, and none is lost. */
static void test_two_processes_at_once(void **state)
{
    struct fixture *f = *state;
    struct counts before = counts_of(f);
    pid_t children[2];
    int acks[2], status;
    assert_int_equal(pipe(acks), 0);
    node_close(f->node);
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0)
            act_until_killed(f->dir, acks[1]);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    close(acks[0]);
    close(acks[1]);
    open_node(f);
    assert_int_equal(counts_of(f).effects, before.effects + 2 * ACTS_AT_MOST);
    assert_whole(f);
}

static void test_broken_log_stops_the_act(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct counts before = counts_of(f);
    assert_int_equal(db_exec(f->node->db, "update log_frontier set size = -size", &err), 0);
    assert_true(act_once(f->node, &err) < 0);
    assert_int_equal(db_exec(f->node->db, "update log_frontier set size = -size", &err), 0);
    struct counts after = counts_of(f);
    assert_int_equal(after.effects, before.effects);
    assert_int_equal(after.details, before.details);
    assert_int_equal(act_once(f->node, &err), 0);
    assert_whole(f);
}

static void test_refusal_that_cannot_be_logged(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct act act = {.verb = VERB_ANSWER, .actor = &operator, .now_ms = NOW};
    assert_int_equal(db_exec(f->node->db, "update log_frontier set size = -size", &err), 0);
    assert_int_equal(act_run(f->node, &act, put_one, NULL, &err), ERR_DENIED);
    assert_non_null(strstr(err.text, "the refusal could not be logged"));
    assert_int_equal(db_exec(f->node->db, "update log_frontier set size = -size", &err), 0);
    assert_whole(f);
}

/* The disk ends within the next pages, wherever in the act that is. Identifiers are drawn, so that a later act may
   fit where another did not: each is done whole or refused whole, and the disk does become full. */
static void test_full_disk(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    if (strcmp(db_engine(f->node->db), "sqlite") != 0)
        skip();
    assert_int_equal(db_exec(f->node->db, "pragma max_page_count = 1", &err), 0); /* SQLite raises it to what is in use */
    int done = 0, result;
    while ((result = act_once(f->node, &err)) == 0)
        assert_true(++done < 1000);
    assert_int_equal(result, ERR_LIMIT);
    assert_whole(f);
    struct counts full = counts_of(f);
    int late = 0, refused = 0;
    while (refused < 5) {
        result = act_once(f->node, &err);
        assert_true(result == 0 || result == ERR_LIMIT);
        refused += result == ERR_LIMIT;
        late += result == 0;
        assert_true(late < 100);
    }
    assert_int_equal(counts_of(f).effects, full.effects + late);
    assert_int_equal(db_exec(f->node->db, "pragma max_page_count = 1000000", &err), 0);
    assert_int_equal(act_once(f->node, &err), 0);
    assert_whole(f);
}

static void test_nothing_can_be_written(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    if (strcmp(db_engine(f->node->db), "sqlite") != 0)
        skip();
    struct counts before = counts_of(f);
    assert_int_equal(db_exec(f->node->db, "pragma query_only = on", &err), 0);
    assert_true(act_once(f->node, &err) < 0);
    assert_int_equal(db_exec(f->node->db, "pragma query_only = off", &err), 0);
    assert_int_equal(counts_of(f).leaves, before.leaves);
    assert_whole(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_at_any_moment),
        cmocka_unit_test(test_two_processes_at_once),
        cmocka_unit_test(test_broken_log_stops_the_act),
        cmocka_unit_test(test_refusal_that_cannot_be_logged),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_nothing_can_be_written),
    };
    return cmocka_run_group_tests_name("act/faults", tests, set_up, tear_down);
}
