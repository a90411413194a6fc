/* grants over the real post: sealed letters between three agencies, receipts, the holder's folder searched byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "trust/grant/grant_internal.h"
#include "trust/letter/test_post_house.h"

#define PLANTED "planted-words-of-a-person"
#define PURPOSE STR("protection")

enum { OWNER, HOLDER, THIRD, N_AGENCIES };

struct fixture {
    struct arena *a;
    struct post_house house[N_AGENCIES];
    int64_t now_ms;
};

static const struct letter_kind *const tables[] = {grant_people_kinds, grant_letter_kinds, NULL};
static const struct post_kinds kinds = {tables};

static int set_up(void **state)
{
    static const char *const names[] = {"owner", "holder", "third"};
    struct err err = {0};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    f->a = a;
    f->now_ms = POST_NOW;
    for (int i = 0; i < N_AGENCIES; i++) {
        post_house_open(&f->house[i], names[i]);
        if (db_migrate(f->house[i].node->db, &grant_schema, &err) < 0)
            fail_msg("%s", err.text);
    }
    for (int i = 0; i < N_AGENCIES; i++)
        for (int j = 0; j < N_AGENCIES; j++)
            if (i != j)
                post_house_meet(&f->house[i], &f->house[j]);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < N_AGENCIES; i++)
        post_house_close(&f->house[i]);
    arena_free(f->a);
    return 0;
}

/* --- acts --- */

struct doing {
    struct fixture *f;
    int to;
    const uint8_t *letter, *grant;
    uint8_t *id;
    struct grant *g;
    bytes payload;
};

static int act_as(struct fixture *f, int who, enum verb verb, act_fn fn, struct doing *d, struct err *err)
{
    struct act act = {.verb = verb, .actor = &post_operator, .purpose = PURPOSE, .reference = STR("case 12"), .now_ms = f->now_ms};
    d->f = f;
    return act_run(f->house[who].node, &act, fn, d, err);
}

static int do_send(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct doing *d = arg;
    const struct letter l = {.kind = "referral", .reference = act->reference, .type = STR("text/plain"), .payload = str_bytes(STR(PLANTED))};
    return grant_send(node, act, &d->f->house[d->to].self, &l, d->g, d->id, err);
}

static int do_forward(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct doing *d = arg;
    return grant_forward(node, act, d->letter, &d->f->house[d->to].self, NULL, d->g, d->id, err);
}

static int do_withdraw(struct node *node, struct act *act, void *arg, struct err *err)
{
    return grant_withdraw(node, act, ((struct doing *)arg)->grant, err);
}

static int do_read(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct doing *d = arg;
    struct letter_content content;
    int r = grant_letter_may(node, d->letter, GRANT_READ, act->purpose, act->now_ms, err);
    return r < 0 ? r : post_read(node, d->letter, d->f->a, &content, &d->payload, err);
}

static int read_it(struct fixture *f, int who, const uint8_t letter[static ID_LEN])
{
    struct err err = {0};
    struct doing d = {.letter = letter};
    int r = act_as(f, who, VERB_READ, do_read, &d, &err);
    if (r == 0)
        assert_true(str_eq(bytes_str(d.payload), STR(PLANTED)));
    return r;
}

static void give(struct fixture *f, struct grant *g, uint8_t letter[static ID_LEN])
{
    struct err err = {0};
    *g = (struct grant){.fields = STR("all"), .source = 'B', .information = '2', .tlp = GRANT_TLP_AMBER, .expires_ms = f->now_ms + 10 * POST_DAY};
    if (act_as(f, OWNER, VERB_SEND, do_send, &(struct doing){.to = HOLDER, .g = g, .id = letter}, &err) < 0)
        fail_msg("%s", err.text);
}

static void pass_on(struct fixture *f, const uint8_t letter[static ID_LEN], struct grant *g, uint8_t id[static ID_LEN])
{
    struct err err = {0};
    *g = (struct grant){.tlp = GRANT_TLP_AMBER};
    if (act_as(f, HOLDER, VERB_FORWARD, do_forward, &(struct doing){.to = THIRD, .g = g, .letter = letter, .id = id}, &err) < 0)
        fail_msg("%s", err.text);
}

static void withdraw(struct fixture *f, const struct grant *g)
{
    struct err err = {0};
    if (act_as(f, OWNER, VERB_WITHDRAW, do_withdraw, &(struct doing){.grant = g->id}, &err) < 0)
        fail_msg("%s", err.text);
}

/* --- the way --- */

static size_t due(struct fixture *f, int from, int to, bytes out[static 16])
{
    struct err err = {0};
    struct post_out *letters;
    size_t n;
    if (post_due(f->house[from].node, &f->house[to].self, 0, 16, f->a, &letters, &n, &err) < 0)
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

static void take_in(struct fixture *f, int from, int to, const bytes in[], size_t n, struct post_answer *answers)
{
    struct err err = {0};
    if (letter_receive(f->house[to].node, &kinds, &f->house[from].self, in, n, f->now_ms, f->a, answers, &err) < 0)
        fail_msg("%s", err.text);
}

static void take_receipts(struct fixture *f, int from, int to, const struct post_answer *answers, size_t n)
{
    struct err err = {0};
    for (size_t i = 0; i < n; i++)
        if (answers[i].outcome == POST_RECEIPT &&
            post_receipts_take(f->house[from].node, &kinds, &f->house[to].self, &answers[i].receipt, 1, f->now_ms, &err) < 0)
            fail_msg("%s", err.text);
}

static size_t carry(struct fixture *f, int from, int to)
{
    bytes in[16];
    struct post_answer answers[16];
    size_t n = due(f, from, to, in);
    if (n > 0)
        take_in(f, from, to, in, n, answers);
    take_receipts(f, from, to, answers, n);
    return n;
}

static void carry_all(struct fixture *f)
{
    size_t n;
    do {
        n = 0;
        for (int i = 0; i < N_AGENCIES; i++)
            for (int j = 0; j < N_AGENCIES; j++)
                n += i == j ? 0 : carry(f, i, j);
    } while (n > 0);
}

static struct grant_item item_of(struct fixture *f, int who, const struct grant *g)
{
    struct err err = {0};
    struct grant_item *items;
    size_t n;
    if (grant_list(f->house[who].node, f->a, f->now_ms, &items, &n, &err) < 0)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < n; i++)
        if (memcmp(items[i].grant.id, g->id, ID_LEN) == 0)
            return items[i];
    fail_msg("no such grant");
    return items[0];
}

/* --- searching --- */

static bool found_in(struct arena *a, const char *path, bytes what)
{
    struct err err = {0};
    bytes content;
    if (file_read(a, path, 64 << 20, &content, &err) < 0)
        fail_msg("%s", err.text);
    return what.len <= content.len && memmem(content.p, content.len, what.p, what.len);
}

static bool found_below(struct arena *a, const char *folder, bytes what)
{
    DIR *d = opendir(folder);
    bool found = false;
    assert_non_null(d);
    for (const struct dirent *e; (e = readdir(d));) {
        const char *path = str_printf(a, "%s/%s", folder, e->d_name).p;
        if (e->d_name[0] == '.')
            continue;
        found |= e->d_type == DT_DIR ? found_below(a, path, what) : e->d_type == DT_REG && found_in(a, path, what);
    }
    closedir(d);
    return found;
}

/* In every file of the agency: its folder, and the database with its write-ahead log. */
static bool found(struct fixture *f, int who, bytes what)
{
    const struct post_house *h = &f->house[who];
    char folder[128];
    const char *path = h->node->db_url + strlen("sqlite:");
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    return found_below(f->a, h->folder, what) || found_below(f->a, folder, what);
}

static bool on_sqlite(const struct fixture *f)
{
    return strcmp(db_engine(f->house[0].node->db), "sqlite") == 0;
}

/* --- */

static void test_given_passed_on_recalled(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct grant g, child;
    uint8_t letter[ID_LEN], passed[ID_LEN];
    bytes in[16];
    give(f, &g, letter);
    assert_int_equal(due(f, OWNER, HOLDER, in), 2);
    const bytes sealed = {in[1].p + in[1].len - 64, 64}; /* of the letter's age file */
    carry_all(f);
    assert_int_equal(read_it(f, HOLDER, letter), 0);
    pass_on(f, letter, &child, passed);
    carry_all(f);
    assert_int_equal(read_it(f, THIRD, passed), 0);
    if (on_sqlite(f)) {
        assert_true(found(f, HOLDER, sealed)); /* the search finds what is there */
        assert_false(found(f, HOLDER, str_bytes(STR(PLANTED))));
    }
    withdraw(f, &g);
    carry_all(f);
    assert_int_equal(read_it(f, HOLDER, letter), ERR_DENIED);
    assert_int_equal(read_it(f, THIRD, passed), ERR_DENIED);
    struct letter_content content;
    bytes payload;
    assert_int_equal(post_read(f->house[HOLDER].node, letter, f->a, &content, &payload, &err), ERR_NOT_FOUND); /* nor without being asked */
    assert_int_equal(post_read(f->house[THIRD].node, passed, f->a, &content, &payload, &err), ERR_NOT_FOUND);
    struct grant_item top = item_of(f, OWNER, &g);
    assert_int_equal(top.state, GRANT_SETTLED);
    assert_true(top.received_ms == f->now_ms && top.below == 1 && top.below_acknowledged == 1);
    for (int who = HOLDER; who <= THIRD; who++) {
        if (grant_tidy(f->house[who].node, &err) < 0)
            fail_msg("%s", err.text);
        assert_int_equal(grant_store_unscrubbed(f->house[who].node->db, &err), 0);
        if (on_sqlite(f))
            assert_false(found(f, who, str_bytes(STR(PLANTED))));
    }
    if (on_sqlite(f))
        assert_false(found(f, HOLDER, sealed)); /* not even the ciphertext */
}

/* The recall alone gets through at first: it does not wait for its turn, and what comes behind it is refused with a receipt. */
static void test_recall_ahead_of_order(void **state)
{
    struct fixture *f = *state;
    struct grant g;
    uint8_t letter[ID_LEN];
    bytes in[16];
    struct post_answer answers[16];
    give(f, &g, letter);
    withdraw(f, &g);
    assert_int_equal(due(f, OWNER, HOLDER, in), 3);
    take_in(f, OWNER, HOLDER, &in[2], 1, answers);
    assert_int_equal(answers[0].outcome, POST_RECEIPT);
    assert_int_equal(answers[0].receipt.status, LETTER_ACCEPTED);
    take_in(f, OWNER, HOLDER, in, 2, answers);
    assert_int_equal(answers[0].receipt.status, LETTER_ACCEPTED);
    assert_int_equal(answers[1].receipt.status, LETTER_REFUSED);
    assert_true(str_eq(answers[1].receipt.reason, STR("refused-by-effect")));
    carry_all(f);
    assert_int_equal(item_of(f, OWNER, &g).state, GRANT_SETTLED);
    assert_int_not_equal(read_it(f, HOLDER, letter), 0);
    /* the same three letters again, months later */
    f->now_ms += 100 * POST_DAY;
    take_in(f, OWNER, HOLDER, in, 3, answers);
    assert_int_equal(answers[1].receipt.status, LETTER_REFUSED);
    assert_int_not_equal(read_it(f, HOLDER, letter), 0);
}

/* A referral without a grant, and one whose grant is somebody else's, are refused. */
static int do_send_bare(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct doing *d = arg;
    const struct letter l = {.kind = "referral", .purpose = act->purpose, .reference = act->reference, .grant = d->grant, .type = STR("text/plain"),
                             .payload = str_bytes(STR(PLANTED))};
    return letter_send(node, &d->f->house[d->to].self, &l, act->now_ms, d->id, err);
}

static void test_without_its_grant(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct grant g;
    uint8_t letter[ID_LEN], bare[ID_LEN], borrowed[ID_LEN];
    bytes in[16];
    struct post_answer answers[16];
    give(f, &g, letter);
    assert_int_equal(act_as(f, OWNER, VERB_SEND, do_send_bare, &(struct doing){.to = HOLDER, .id = bare}, &err), 0);
    assert_int_equal(act_as(f, OWNER, VERB_SEND, do_send_bare, &(struct doing){.to = HOLDER, .id = borrowed, .grant = g.id}, &err), 0);
    assert_int_equal(due(f, OWNER, HOLDER, in), 4);
    take_in(f, OWNER, HOLDER, in, 4, answers);
    assert_int_equal(answers[1].receipt.status, LETTER_ACCEPTED);
    assert_true(str_eq(answers[2].receipt.reason, STR("grant")));
    assert_true(str_eq(answers[3].receipt.reason, STR("refused-by-effect")));
    assert_int_equal(read_it(f, HOLDER, letter), 0);
    assert_int_not_equal(read_it(f, HOLDER, bare), 0);
    assert_int_not_equal(read_it(f, HOLDER, borrowed), 0);
}

/* By the clock alone; and each says so. */
static void test_expiry(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct grant g, child;
    uint8_t letter[ID_LEN], passed[ID_LEN];
    int64_t n;
    give(f, &g, letter);
    carry_all(f);
    pass_on(f, letter, &child, passed);
    carry_all(f);
    f->now_ms = g.expires_ms;
    assert_int_equal(read_it(f, HOLDER, letter), ERR_DENIED);
    for (int who = THIRD; who >= OWNER; who--) {
        assert_int_equal(grant_expire(f->house[who].node, f->now_ms, &n, &err), 0);
        assert_int_equal(n, who == OWNER ? 0 : 1);
    }
    carry_all(f);
    struct grant_item top = item_of(f, OWNER, &g);
    assert_int_equal(top.state, GRANT_SETTLED);
    assert_int_equal(top.below_acknowledged, 1);
    assert_int_equal(log_verify(f->house[HOLDER].node->log, f->house[HOLDER].node->db, NULL, NULL, &err), 0);
}

/* A table that the recall writes is not there, each in turn: nothing has happened, and the next time all of it does. */
static void rename_table(struct fixture *f, const char *from, const char *to)
{
    struct err err = {0};
    if (db_exec(f->house[HOLDER].node->db, str_printf(f->a, "alter table %s rename to %s", from, to).p, &err) < 0)
        fail_msg("%s", err.text);
}

static void test_recall_under_faults(void **state)
{
    static const char *const touched[] = {"grant_paper", "grant_below", "letter_out", "letter_stream", "letter_in", "vault_record", "act_detail",
                                          "log_leaf", "log_frontier"};
    struct fixture *f = *state;
    struct err err = {0};
    struct grant g, child;
    uint8_t letter[ID_LEN], passed[ID_LEN];
    bytes in[16];
    struct post_answer answers[16];
    give(f, &g, letter);
    carry_all(f);
    pass_on(f, letter, &child, passed);
    carry_all(f);
    withdraw(f, &g);
    assert_int_equal(due(f, OWNER, HOLDER, in), 1);
    int64_t leaves = post_house_log_size(&f->house[HOLDER]);
    for (size_t i = 0; i < sizeof touched / sizeof touched[0]; i++) {
        rename_table(f, touched[i], "hidden");
        int r = letter_receive(f->house[HOLDER].node, &kinds, &f->house[OWNER].self, in, 1, f->now_ms, f->a, answers, &err);
        assert_true(r < 0 || answers[0].outcome != POST_RECEIPT);
        rename_table(f, "hidden", touched[i]);
        assert_int_equal(post_house_log_size(&f->house[HOLDER]), leaves);
        assert_int_equal(item_of(f, HOLDER, &g).state, GRANT_LIVE);
        assert_int_equal(item_of(f, HOLDER, &child).state, GRANT_LIVE);
        assert_int_equal(post_house_count(&f->house[HOLDER], "select count(*) from letter_out where kind in ('recall', 'recalled')"), 0);
    }
    assert_int_equal(read_it(f, HOLDER, letter), 0);
    carry_all(f);
    assert_int_equal(read_it(f, HOLDER, letter), ERR_DENIED);
    assert_int_equal(read_it(f, THIRD, passed), ERR_DENIED);
    assert_int_equal(item_of(f, OWNER, &g).state, GRANT_SETTLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_given_passed_on_recalled, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_recall_ahead_of_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_without_its_grant, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_expiry, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_recall_under_faults, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
