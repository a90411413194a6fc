#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/letter/test_post_net.h"

/* --- a kind that leaves a mark for each effect and each receipt --- */

static int mark(struct node *node, const char *sql, const uint8_t id[static ID_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(node->db, sql, &q, err);
    if (r < 0)
        return r;
    char hex[2 * ID_LEN + 1];
    for (size_t i = 0; i < ID_LEN; i++)
        snprintf(hex + 2 * i, 3, "%02x", id[i]);
    db_bind_text(q, 1, str_from(hex));
    return db_run(q, err);
}

static int effect(struct node *node, struct act *act, const struct letter_opened *l, struct err *err)
{
    (void)act;
    return mark(node, "insert into net_effect(id) values ($1)", l->header->id, err);
}

static int says_no(struct node *node, struct act *act, const struct letter_opened *l, struct err *err)
{
    int r = effect(node, act, l, err);
    return r < 0 ? r : err_set(err, ERR_INPUT, "this kind always says no");
}

static int receipt(struct node *node, struct act *act, const struct letter_receipt *r, struct err *err)
{
    (void)act;
    return mark(node, "insert into net_receipt(id) values ($1)", r->id, err);
}

static const struct letter_kind kinds[] = {{.name = "counted", .effect = effect, .receipt = receipt}, {.name = "no", .effect = says_no}, {0}};
static const struct letter_kind *const tables[] = {letter_kinds_people, kinds, NULL};
const struct post_kinds net_kinds = {tables};

void net_open(struct post_house *houses, size_t n)
{
    static const char *const names[] = {"lotus-house", "border-unit-7", "labour-office"};
    struct err err = {0};
    for (size_t i = 0; i < n; i++) {
        post_house_open(&houses[i], names[i]);
        if (db_exec(houses[i].node->db, "create table net_effect(id text not null); create table net_receipt(id text not null)", &err) < 0)
            fail_msg("%s", err.text);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            if (i != k)
                post_house_meet(&houses[i], &houses[k]);
}

void net_send(struct post_house *from, const struct post_house *to, const char *kind, int64_t now_ms, uint8_t id[static ID_LEN])
{
    struct err err = {0};
    const struct letter l = {.kind = kind, .purpose = STR("identification"), .reference = STR("practice 7"), .type = STR("text/plain"),
                             .payload = str_bytes(STR("what is written"))};
    if (post_house_send(from, &to->self, &l, now_ms, id, &err) < 0)
        fail_msg("%s", err.text);
}

/* --- travelling --- */

size_t net_due(struct post_house *from, const struct post_house *to, struct arena *a, struct post_out **out, bytes **frames)
{
    struct err err = {0};
    size_t n;
    if (post_due(from->node, &to->self, 0, NET_DUE, a, out, &n, &err) < 0)
        fail_msg("%s", err.text);
    *frames = arena_array(a, bytes, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct buf b = buf_new(a);
        buf_add(&b, (*out)[i].line);
        buf_byte(&b, '\n');
        buf_add_bytes(&b, (*out)[i].sealed.p, (*out)[i].sealed.len);
        (*frames)[i] = buf_bytes(&b);
    }
    return n;
}

void net_receive(struct post_house *at, const struct post_house *from, const bytes frames[], size_t n, int64_t now_ms, struct arena *a,
                 struct post_answer *answers)
{
    struct err err = {0};
    if (letter_receive(at->node, &net_kinds, &from->self, frames, n, now_ms, a, answers, &err) < 0)
        fail_msg("%s", err.text);
}

size_t net_answer(struct post_house *at, const struct post_house *from, const struct post_answer answers[], size_t n, int64_t now_ms)
{
    struct err err = {0};
    struct letter_receipt receipts[NET_DUE] = {{{0}}};
    size_t n_receipts = 0;
    for (size_t i = 0; i < n; i++)
        if (answers[i].outcome == POST_RECEIPT)
            receipts[n_receipts++] = answers[i].receipt;
    if (post_receipts_take(at->node, &net_kinds, &from->self, receipts, n_receipts, now_ms, &err) < 0 ||
        (n > 0 && post_position_take(at->node, &from->self, &answers[n - 1].position, now_ms, &err) < 0))
        fail_msg("%s", err.text);
    return n_receipts;
}

static size_t one_way(struct post_house *from, struct post_house *to, int64_t now_ms)
{
    struct arena *a = arena_new();
    struct post_out *out;
    bytes *frames;
    size_t n = net_due(from, to, a, &out, &frames);
    struct post_answer *answers = arena_array(a, struct post_answer, n + 1);
    net_receive(to, from, frames, n, now_ms, a, answers);
    net_answer(from, to, answers, n, now_ms);
    arena_free(a);
    return n;
}

size_t net_exchange(struct post_house *x, struct post_house *y, int64_t now_ms)
{
    size_t n = one_way(x, y, now_ms);
    return n + one_way(y, x, now_ms);
}

void net_resume(struct post_house *at, struct post_house *from, int64_t now_ms)
{
    struct err err = {0};
    struct arena *a = arena_new();
    struct letter_receipt *receipts;
    struct letter_position position;
    int64_t known = -1, before;
    size_t n;
    do {
        before = known;
        if (post_receipts_known(at->node, &from->self, &known, &err) < 0)
            fail_msg("%s", err.text);
        if (known == before)
            break;
        if (post_receipts(from->node, &at->self, known + 1, 50, a, &receipts, &n, &err) < 0 ||
            post_receipts_take(at->node, &net_kinds, &from->self, receipts, n, now_ms, &err) < 0)
            fail_msg("%s", err.text);
    } while (n > 0);
    if (post_position(from->node, &at->self, now_ms, &position, &err) < 0 ||
        post_position_take(at->node, &from->self, &position, now_ms, &err) < 0)
        fail_msg("%s", err.text);
    arena_free(a);
}

/* --- looking --- */

int64_t net_effects(struct post_house *h)
{
    return post_house_count(h, "select count(*) from net_effect");
}

int64_t net_effects_of(struct post_house *h, const uint8_t id[static ID_LEN])
{
    struct arena *a = arena_new();
    int64_t n = post_house_count(h, str_printf(a, "select count(*) from net_effect where id = '%s'", hex_encode(a, (bytes){id, ID_LEN}).p).p);
    arena_free(a);
    return n;
}

enum post_state net_state(struct post_house *h, const uint8_t id[static ID_LEN])
{
    struct err err = {0};
    struct post_item item;
    if (post_find(h->node, id, &item, &err) < 0)
        fail_msg("%s", err.text);
    return item.state;
}

void net_assert_log(struct post_house *h)
{
    struct err err = {0};
    if (log_verify(h->node->log, h->node->db, NULL, NULL, &err) < 0)
        fail_msg("%s", err.text);
}

/* --- backups --- */

static const char *database_file(const struct post_house *h)
{
    return h->node->db_url + strlen("sqlite:");
}

bool net_can_restore(const struct post_house *h)
{
    return strcmp(db_engine(h->node->db), "sqlite") == 0;
}

static void copy(struct post_house *h, const char *fmt)
{
    char command[512];
    const char *file = str_dup(h->a, str_from(database_file(h))).p;
    node_close(h->node);
    h->node = NULL;
    snprintf(command, sizeof command, fmt, file, h->folder);
    assert_int_equal(system(command), 0);
    post_house_reopen(h);
}

void net_backup(struct post_house *h)
{
    copy(h, "cp '%1$s' '%2$s/backup.db'");
}

void net_restore(struct post_house *h)
{
    copy(h, "rm -f '%1$s-wal' '%1$s-shm' && cp '%2$s/backup.db' '%1$s'");
}
