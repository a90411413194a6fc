/* Letters in, under faults: a statement fails wherever in the intake, two processes take in the same letters at once, one is killed
 * in the midst. Each time: row, effect, leaf and place together, or none of them; brought again, each letter has one effect. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trust/letter/inbox.h"
#include "trust/letter/test_post_net.h"

#define LETTERS 48
#define KILLS 12

/* Every table the intake reads or writes: each in turn is not there. */
static const char *const touched[] = {"letter_in", "letter_stream", "letter_held", "letter_key", "vault_record", "log_leaf", "log_node",
                                      "log_frontier", "act_detail", "net_effect"};
#define N_TOUCHED (sizeof touched / sizeof touched[0])

struct fixture {
    struct arena *a;
    struct post_house houses[2];
};
#define HERE (&f->houses[0])
#define THERE (&f->houses[1])

static int set_up(void **state)
{
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    f->a = a;
    net_open(f->houses, 2);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    struct arena *a = f->a;
    post_house_close(HERE);
    post_house_close(THERE);
    arena_free(a);
    return 0;
}

static size_t write_some(struct fixture *f, size_t n, bytes **frames)
{
    struct post_out *out;
    uint8_t id[ID_LEN];
    for (size_t i = 0; i < n; i++)
        net_send(HERE, THERE, "counted", POST_NOW, id);
    return net_due(HERE, THERE, f->a, &out, frames);
}

static int64_t rows(struct fixture *f)
{
    return post_house_count(THERE, "select count(*) from letter_in");
}

/* leaves: those of the log that are no letters. */
static void assert_whole(struct fixture *f, int64_t leaves)
{
    assert_int_equal(net_effects(THERE), rows(f));
    assert_int_equal(post_house_log_size(THERE), leaves + rows(f));
    assert_int_equal(post_house_count(THERE, "select count(*) from act_detail"), leaves + rows(f));
    assert_int_equal(post_house_count(THERE, "select count(*) from vault_record where kind = 4"), rows(f));
    assert_int_equal(post_house_count(THERE, "select coalesce(max(sequence), 0) from letter_stream where outgoing = 0"), rows(f));
    assert_int_equal(post_house_count(THERE, "select count(*) from letter_in where leaf >= (select count(*) from log_leaf)"), 0);
    net_assert_log(THERE);
}

static int receive(struct node *node, struct fixture *f, const bytes frames[], size_t n)
{
    struct err err = {0};
    struct arena *a = arena_new();
    struct post_answer answers[LETTERS];
    int r = letter_receive(node, &net_kinds, &HERE->self, frames, n, POST_NOW, a, answers, &err);
    for (size_t i = 0; i < n && r == 0; i++)
        r = answers[i].outcome == POST_HELD || (answers[i].outcome == POST_RECEIPT && answers[i].receipt.status == LETTER_ACCEPTED) ? 0 : -1;
    arena_free(a);
    return r;
}

static void rename_table(struct fixture *f, const char *from, const char *to)
{
    struct err err = {0};
    if (db_exec(THERE->node->db, str_printf(f->a, "alter table %s rename to %s", from, to).p, &err) < 0)
        fail_msg("%s", err.text);
}

static void settle(struct fixture *f, size_t n)
{
    struct post_out *out;
    bytes *frames;
    assert_int_equal(net_due(HERE, THERE, f->a, &out, &frames), n);
    for (size_t at = 0; at < n; at += LETTERS)
        assert_int_equal(receive(THERE->node, f, frames + at, n - at < LETTERS ? n - at : LETTERS), 0);
}

/* In order; and the last first, so that it is held and comes into order behind the others. */
static void test_a_statement_fails(void **state)
{
    struct fixture *f = *state;
    int64_t leaves = post_house_log_size(THERE), failed = 0;
    size_t all = 0;
    for (size_t i = 0; i < 2 * N_TOUCHED; i++) {
        bytes *frames;
        bool ahead = i % 2;
        all = write_some(f, 3, &frames);
        frames += all - 3;
        if (ahead)
            assert_int_equal(receive(THERE->node, f, frames + 2, 1), 0);
        rename_table(f, touched[i / 2], "gone_away");
        int r = receive(THERE->node, f, frames, ahead ? 2 : 3);
        rename_table(f, "gone_away", touched[i / 2]);
        failed += r < 0;
        assert_whole(f, leaves);
        settle(f, all);
        assert_whole(f, leaves);
        assert_int_equal(rows(f), all);
        assert_int_equal(post_house_count(THERE, "select count(*) from letter_held"), 0);
    }
    assert_int_equal(failed, 2 * N_TOUCHED);
}

/* Holding itself fails: it is not there, and comes again. */
static void test_holding_fails(void **state)
{
    struct fixture *f = *state;
    bytes *frames;
    int64_t leaves = post_house_log_size(THERE);
    assert_int_equal(write_some(f, 3, &frames), 3);
    assert_int_equal(receive(THERE->node, f, frames, 1), 0);
    rename_table(f, "letter_held", "gone_away");
    assert_true(receive(THERE->node, f, frames + 2, 1) < 0);
    rename_table(f, "gone_away", "letter_held");
    assert_int_equal(rows(f), 1);
    assert_int_equal(receive(THERE->node, f, frames + 2, 1), 0);
    assert_int_equal(post_house_count(THERE, "select count(*) from letter_held"), 1);
    assert_int_equal(receive(THERE->node, f, frames + 1, 1), 0);
    assert_whole(f, leaves);
    assert_int_equal(rows(f), 3);
}

/* --- several processes: the line and a stick, or a node that is killed --- */

/* All letters in pieces of 1 to 5, in an order of its own, until each was taken in or held; one byte to the pipe for each piece. */
static void take_in(struct fixture *f, const bytes frames[], size_t n, uint32_t random, int done)
{
    static const struct db_schema *const rooms[] = {&peer_schema, &letter_schema, NULL};
    struct err err = {0};
    struct node *node;
    if (node_open(THERE->dir, rooms, &node, &err) < 0)
        _exit(1);
    for (size_t round = 0; round < 2 * n; round++) {
        random = random * 1664525 + 1013904223;
        size_t piece = 1 + (random >> 24) % 5, at = (random >> 8) % (n - piece + 1);
        if (round >= n) { /* then all, in order */
            at = round - n;
            piece = 1;
        }
        int r = receive(node, f, frames + at, piece);
        while (r == ERR_RETRY)
            r = receive(node, f, frames + at, piece);
        if (r < 0 || write(done, "", 1) != 1)
            _exit(2);
    }
    _exit(0);
}

static void close_there(struct fixture *f)
{
    node_close(THERE->node);
    THERE->node = NULL;
}

static void test_two_processes_at_once(void **state)
{
    struct fixture *f = *state;
    bytes *frames;
    pid_t children[2];
    int64_t leaves = post_house_log_size(THERE);
    int done[2], status;
    assert_int_equal(write_some(f, LETTERS, &frames), LETTERS);
    close_there(f);
    assert_int_equal(pipe(done), 0);
    for (uint32_t i = 0; i < 2; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0)
            take_in(f, frames, LETTERS, 17 + i, done[1]);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    close(done[0]);
    close(done[1]);
    post_house_reopen(THERE);
    assert_int_equal(rows(f), LETTERS);
    assert_whole(f, leaves);
}

static void test_killed_in_the_midst(void **state)
{
    struct fixture *f = *state;
    bytes *frames;
    int64_t leaves = post_house_log_size(THERE), before = 0;
    uint32_t random = 2463534242;
    assert_int_equal(write_some(f, LETTERS, &frames), LETTERS);
    for (int i = 0; i < KILLS; i++) {
        int done[2], status;
        char byte;
        close_there(f);
        assert_int_equal(pipe(done), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            close(done[0]);
            take_in(f, frames, LETTERS, random, done[1]);
        }
        close(done[1]);
        random = random * 1664525 + 1013904223;
        for (uint32_t wanted = (random >> 24) % 12; wanted > 0 && read(done[0], &byte, 1) == 1; wanted--)
            ;
        usleep(random >> 12 & 4095);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_false(WIFEXITED(status) && WEXITSTATUS(status) != 0);
        close(done[0]);
        post_house_reopen(THERE);
        assert_true(rows(f) >= before);
        before = rows(f);
    }
    settle(f, LETTERS);
    assert_int_equal(rows(f), LETTERS);
    assert_whole(f, leaves);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_statement_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_holding_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_two_processes_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_killed_in_the_midst, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("letter/receive faults", tests, NULL, NULL);
}
