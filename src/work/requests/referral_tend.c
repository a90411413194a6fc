/* By the clock: what was taken back, or whose time is over, is gone from the cases too. See referral.h. */
#include <string.h>

#include "trust/grant/grant.h"
#include "work/requests/referral_internal.h"

#define AT_ONCE 5000

struct clearing { struct arena *a; const struct casework *w; struct referral_row *row; struct casefile_indexing indexing; };

/* A record without what came with the referral; what people here wrote since stays. One that says nothing then goes, but for the case's own and the
 * person, of whom others tell. */
static int clear_record(struct node *node, const struct act *act, struct clearing *c, const struct record_place *place, struct err *err)
{
    const uint8_t *by = c->row->head.member;
    struct record stored;
    int r = record_get(node, place->file, place->record, c->a, &stored, err);
    if (r == ERR_NOT_FOUND)
        return 0; /* erased before */
    if (r < 0)
        return r;
    struct record next = stored;
    next.version++;
    next.values = arena_array(c->a, struct record_value, stored.n);
    next.n = 0;
    for (size_t i = 0; i < stored.n; i++)
        if (stored.values[i].version > 1)
            next.values[next.n++] = stored.values[i];
    if (next.n == 0 && stored.unit != FIELD_OF_PERSON && stored.unit != FIELD_OF_FILE)
        return record_erase(node, place->file, place->record, c->a, err);
    r = stored.unit == FIELD_OF_PERSON ? casefile_person_replace(node, c->a, act->now_ms, by, &stored, &next, &c->indexing, err)
                                       : record_replace(node, c->a, &stored, &next, act->now_ms, by, err);
    return r < 0 ? r : record_versions_erase(node, place->file, place->record, c->a, err);
}

static int clear_case(struct node *node, const struct act *act, struct clearing *c, struct err *err)
{
    struct record_place *came;
    size_t n;
    int r = came_store_of(node->db, c->row->head.id, c->a, &came, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = clear_record(node, act, c, &came[i], err);
    return r;
}

static int do_clear(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct clearing *c = arg;
    struct referral *head = &c->row->head;
    casefile_indexing_again(&c->indexing);
    act->has_object = true;
    memcpy(act->object, head->id, ID_LEN);
    int r = referral_store_get(node->db, head->id, c->a, c->row, err);
    if (r == 0 && head->state == REFERRAL_REFUSED)
        r = head->outgoing ? grant_withdraw(node, act, head->grant, err) : 0; /* nobody needs it there any more */
    else if (r == 0)
        r = referral_move(c->row, REFERRAL_RECALL, REFERRAL_GIVER, act->now_ms, err);
    if (r == 0 && !head->outgoing)
        r = clear_case(node, act, c, err);
    if (r == 0 && c->row->has_said && head->state == REFERRAL_RECALLED) { /* our own copy of what was sent; the case has it */
        r = vault_erase(node->vault, node->db, VAULT_REQUEST, &c->row->said, err);
        c->row->has_said = false;
    }
    c->row->settled = true;
    return r < 0 ? r : referral_store_put(node->db, c->row, err);
}

static bool is_over(struct node *node, struct arena *a, const struct referral *head, int64_t now_ms)
{
    struct grant_item grant;
    struct err ignored;
    if (head->state == REFERRAL_REFUSED)
        return true;
    return grant_find(node, a, head->grant, now_ms, &grant, &ignored) == 0 && grant.state != GRANT_LIVE;
}

int referrals_tend(struct node *node, const struct names *names, int64_t now_ms, int64_t *n, struct err *err)
{
    const struct casework w = {.node = node, .names = names, .actor = &act_node, .now_ms = now_ms};
    struct arena *a = arena_new();
    struct referral_row *rows;
    size_t n_rows;
    *n = 0;
    int r = referral_store_list(node->db, true, AT_ONCE, a, &rows, &n_rows, err);
    for (size_t i = 0; r == 0 && i < n_rows; i++) {
        struct clearing c = {.a = a, .w = &w, .row = &rows[i]};
        struct act act = {.verb = VERB_REFERRAL_RECALL, .actor = &act_node, .now_ms = now_ms};
        if (!is_over(node, a, &rows[i].head, now_ms))
            continue;
        r = casefile_indexing_new(&w, a, CASEFILE_CHANGES_MAX, &c.indexing, err);
        if (r < 0)
            break;
        r = act_run(node, &act, do_clear, &c, err);
        casefile_indexing_end(&w, a, &c.indexing, r == 0);
        *n += r == 0;
    }
    arena_free(a);
    return r;
}
