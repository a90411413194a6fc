/* What grants send of themselves: recalls, statements, statements passed on; and what happens by the clock. */
#include <string.h>

#include "trust/grant/grant_internal.h"

/* 0: it went into the outbox; 1: it waits, for a partner that is gone or whose letter key is out of date. */
static int post(struct node *node, struct arena *a, const uint8_t to[static ID_LEN], const char *kind, str payload, int64_t now_ms,
                uint8_t id[static ID_LEN], struct err *err)
{
    struct partner partner;
    struct err why = {0};
    struct letter letter = {.kind = kind, .type = STR("application/json"), .payload = str_bytes(payload)};
    int r = partner_by_id(node->db, a, to, &partner, &why);
    if (r == 0)
        r = letter_send(node, &partner, &letter, now_ms, id, &why);
    if (r == ERR_NOT_FOUND || r == ERR_DENIED)
        return 1;
    return r < 0 ? err_set(err, r, "%s", why.text) : 0;
}

/* Clears the bit of what was sent. */
static int sent(struct grant_row *row, unsigned bit, int r)
{
    if (r == 0)
        row->due &= ~bit;
    return r > 0 ? 0 : r;
}

static int send_row(struct node *node, struct arena *a, struct grant_row *row, int64_t now_ms, struct err *err)
{
    uint8_t id[ID_LEN];
    int r = 0;
    if (row->due & GRANT_DUE_RECALL) {
        r = post(node, a, row->holder, "recall", grant_recall_write(a, row->id), now_ms, id, err);
        if (r == 0)
            r = grant_store_recall_letter(node->db, row, id, err);
        if ((r = sent(row, GRANT_DUE_RECALL, r)) < 0)
            return r;
    }
    if (row->due & GRANT_DUE_STATEMENT)
        r = sent(row, GRANT_DUE_STATEMENT, post(node, a, row->issuer, "recalled", row->statement, now_ms, id, err));
    if (r == 0 && row->due & GRANT_DUE_RELAY)
        r = sent(row, GRANT_DUE_RELAY, post(node, a, row->parent_issuer, "recalled", row->statement, now_ms, id, err));
    return r < 0 ? r : grant_store_put(node->db, row, err);
}

/* Own statements first, then those of direct holders, then those below them as they came: so who reads them knows each holder from
 * the statement of the one above it. */
int grant_send_due(struct node *node, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    struct grant_row *rows, root;
    struct grant_below *below;
    uint8_t self[ID_LEN], id[ID_LEN];
    size_t n, n_below;
    grant_self(node, self);
    int r = grant_store_rows(node->db, a, GRANT_DUE, NULL, &rows, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = send_row(node, a, &rows[i], now_ms, err);
    if (r < 0 || (r = grant_store_below(node->db, a, NULL, &below, &n_below, err)) < 0)
        goto out;
    for (size_t i = 0; i < n_below; i++) {
        if ((r = grant_store_find(node->db, a, self, below[i].root, &root, err)) <= 0)
            goto out;
        if ((r = post(node, a, root.parent_issuer, "recalled", below[i].statement, now_ms, id, err)) < 0)
            goto out;
        below[i].due = r > 0;
        if ((r = grant_store_below_state(node->db, &below[i], err)) < 0)
            goto out;
    }
    r = 0;
out:
    arena_free(a);
    return r;
}

/* --- statements come --- */

/* Whether what a grant of ours rests on has ended here: then those above wait for the word of those below. */
static int parent_ended(struct node *node, struct arena *a, const struct grant_row *ours, struct err *err)
{
    struct grant_row parent;
    if (!ours->has_parent)
        return 0;
    int r = grant_store_find(node->db, a, ours->parent_issuer, ours->parent, &parent, err);
    return r <= 0 ? r : parent.state != GRANT_LIVE;
}

static int add_passed(struct node *node, const uint8_t root[static ID_LEN], const struct grant_statement *s, struct err *err)
{
    struct grant_below b = {0};
    int64_t n, stated;
    int r = grant_store_below_count(node->db, root, &n, &stated, err);
    if (r == 0 && n + (int64_t)s->n_passed > GRANT_BELOW_MAX)
        r = err_set(err, ERR_DENIED, "more than %d holders below one grant", GRANT_BELOW_MAX);
    memcpy(b.root, root, ID_LEN);
    memcpy(b.issuer, s->holder, ID_LEN);
    for (size_t i = 0; r == 0 && i < s->n_passed; i++) {
        memcpy(b.id, s->passed[i].id, ID_LEN);
        memcpy(b.holder, s->passed[i].holder, ID_LEN);
        r = grant_store_below_add(node->db, &b, err);
    }
    return r;
}

/* 1: it is that of the direct holder of one of ours. The same once more goes no further: a letter that was passed on in a circle
 * would send it round for ever. */
static int from_holder(struct node *node, struct arena *a, const uint8_t from[static ID_LEN], const struct grant_statement *s, int64_t now_ms,
                       struct err *err)
{
    struct grant_row row;
    str text = grant_statement_write(a, s);
    int r = memcmp(s->holder, from, ID_LEN) == 0 ? grant_store_find(node->db, a, s->issuer, s->grant, &row, err) : 0;
    if (r <= 0 || !row.ours || memcmp(row.holder, s->holder, ID_LEN) != 0)
        return r < 0 ? r : 0;
    if (str_eq(row.statement, text))
        return 1;
    if ((r = parent_ended(node, a, &row, err)) < 0)
        return r;
    if (r > 0)
        row.due |= GRANT_DUE_RELAY;
    row.statement = text;
    row.stated_ms = row.stated_ms ? row.stated_ms : now_ms;
    if (row.state == GRANT_LIVE && now_ms < row.expires_ms) { /* given up there without being asked: it is over */
        row.state = GRANT_WITHDRAWN;
        row.ended_ms = now_ms;
    }
    if ((r = grant_store_put(node->db, &row, err)) < 0 || (r = add_passed(node, row.id, s, err)) < 0)
        return r;
    return 1;
}

/* 1: it is that of a holder below one of ours that the sender holds. */
static int from_below(struct node *node, struct arena *a, const uint8_t from[static ID_LEN], const struct grant_statement *s, int64_t now_ms,
                      struct err *err)
{
    struct grant_below *below;
    struct grant_row root;
    uint8_t self[ID_LEN];
    size_t n;
    bool known = false;
    str text = grant_statement_write(a, s);
    grant_self(node, self);
    int r = grant_store_below_roots(node->db, a, s->issuer, s->grant, &below, &n, err);
    for (size_t i = 0; r >= 0 && i < n; i++) {
        if (memcmp(below[i].holder, s->holder, ID_LEN) != 0)
            continue;
        if ((r = grant_store_find(node->db, a, self, below[i].root, &root, err)) <= 0 || memcmp(root.holder, from, ID_LEN) != 0)
            continue;
        known = true;
        r = 0;
        if (str_eq(below[i].statement, text))
            continue;
        if ((r = parent_ended(node, a, &root, err)) < 0)
            return r;
        below[i].due = r > 0;
        below[i].statement = text;
        below[i].stated_ms = below[i].stated_ms ? below[i].stated_ms : now_ms;
        if ((r = grant_store_below_state(node->db, &below[i], err)) == 0)
            r = add_passed(node, root.id, s, err);
    }
    return r < 0 ? r : known;
}

int grant_statement_take(struct node *node, const uint8_t from[static ID_LEN], const struct grant_statement *s, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    int direct = 0, r = grant_statement_verify(a, s, err);
    if (r < 0)
        goto out;
    direct = from_holder(node, a, from, s, now_ms, err);
    r = direct < 0 ? direct : from_below(node, a, from, s, now_ms, err);
    if (r == 0 && direct == 0)
        r = err_set(err, ERR_DENIED, "the statement is about a grant that this node did not give to that holder");
    if (r >= 0)
        r = grant_send_due(node, now_ms, err);
out:
    arena_free(a);
    return r;
}

/* --- by the clock --- */

struct clock_step {
    struct grant_row row;
    int64_t now_ms;
    bool done;
};

/* Held and run out: it ends. Ours, run out an hour ago, and no word from the holder: it is asked back. */
static int run_out(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct clock_step *step = arg;
    struct arena *a = arena_new();
    struct grant_row row;
    int r = grant_store_find(node->db, a, step->row.issuer, step->row.id, &row, err);
    step->done = r > 0 && row.state == GRANT_LIVE && (!row.ours || row.stated_ms == 0);
    if (step->done) {
        act->has_object = true;
        memcpy(act->object, row.id, ID_LEN);
        if (row.ours) {
            grant_ask_back(&row, step->now_ms);
            r = grant_store_put(node->db, &row, err);
        } else {
            r = grant_end(node, a, &row, GRANT_EXPIRED, false, step->now_ms, err);
        }
        if (r == 0)
            r = grant_send_due(node, step->now_ms, err);
    }
    arena_free(a);
    return r < 0 ? r : 0;
}

static int run_out_all(struct node *node, enum grant_which which, int64_t before_ms, int64_t now_ms, int64_t *n, struct err *err)
{
    struct arena *a = arena_new();
    struct grant_row *rows;
    size_t found = 1;
    int r = 0;
    while (r == 0 && found > 0) {
        arena_reset(a);
        r = grant_store_rows(node->db, a, which, &(struct grant_key){.time_ms = before_ms}, &rows, &found, err);
        for (size_t i = 0; r == 0 && i < found; i++) {
            struct act act = {.verb = VERB_EXPIRE, .actor = &act_node, .now_ms = now_ms};
            struct clock_step step = {.row = rows[i], .now_ms = now_ms};
            r = act_run(node, &act, run_out, &step, err);
            *n += step.done;
        }
    }
    arena_free(a);
    return r;
}

static int send_waiting(struct node *node, struct act *act, void *arg, struct err *err)
{
    (void)arg;
    return grant_send_due(node, act->now_ms, err);
}

/* Whether something waits for a partner that can be written to by now. */
static int can_send(struct node *node, struct arena *a, int64_t now_ms, struct err *err)
{
    struct grant_row *rows;
    struct partner partner;
    size_t n;
    int r = grant_store_rows(node->db, a, GRANT_DUE, NULL, &rows, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        const struct grant_row *row = &rows[i];
        const uint8_t *to = row->due & GRANT_DUE_RECALL ? row->holder : row->due & GRANT_DUE_STATEMENT ? row->issuer : row->parent_issuer;
        r = partner_by_id(node->db, a, to, &partner, err);
        r = r == ERR_NOT_FOUND ? 0 : r < 0 ? r : partner.letter_key_until_ms >= now_ms;
    }
    return r;
}

int grant_expire(struct node *node, int64_t now_ms, int64_t *n, struct err *err)
{
    *n = 0;
    struct arena *a = arena_new();
    int r = run_out_all(node, GRANT_RUN_OUT, now_ms, now_ms, n, err);
    if (r == 0)
        r = run_out_all(node, GRANT_UNANSWERED, now_ms - GRANT_GRACE_MS, now_ms, n, err);
    if (r == 0)
        r = can_send(node, a, now_ms, err);
    if (r > 0) {
        struct act act = {.verb = VERB_EXPIRE, .actor = &act_node, .now_ms = now_ms};
        r = act_run(node, &act, send_waiting, NULL, err);
    }
    arena_free(a);
    return r;
}

int grant_tidy(struct node *node, struct err *err)
{
    int r = grant_store_unscrubbed(node->db, err);
    if (r <= 0 || (r = post_files_drop(node, err)) < 0)
        return r;
    return db_scrub(node->db, err) < 0 ? err->code : grant_store_scrubbed(node->db, err);
}
