/* The holder's side: a grant comes, its letter comes, both are asked for at every use, and both end. */
#include <string.h>

#include "trust/grant/grant_internal.h"

static bool same_id(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, ID_LEN) == 0;
}

void grant_self(const struct node *node, uint8_t id[static ID_LEN])
{
    uint8_t key[SIGN_PUBLIC_LEN];
    keyring_public(node->keys, KEYRING_AGENCY, key);
    partner_id(key, id);
}

void grant_ask_back(struct grant_row *row, int64_t now_ms)
{
    if (row->state == GRANT_LIVE) {
        bool expired = now_ms >= row->expires_ms;
        row->state = expired ? GRANT_EXPIRED : GRANT_WITHDRAWN;
        row->ended_ms = expired ? row->expires_ms : now_ms;
    }
    row->recalled_ms = row->recalled_ms ? row->recalled_ms : now_ms;
    row->due |= GRANT_DUE_RECALL;
}

int grant_of_row(struct arena *a, const struct grant_row *row, struct grant_chain *chain, const struct grant **out, struct err *err)
{
    *out = &chain->grants[0];
    if (grant_chain_read(a, str_bytes(row->papers), chain, err) < 0)
        return err_set(err, ERR_CORRUPT, "a stored grant cannot be read: restore the database");
    *out = &chain->grants[chain->n - 1];
    return 0;
}

/* --- a grant comes --- */

/* Whether one of those above has ended, as far as this node knows it: it may be in the same chain twice. */
static int above_ended(struct node *node, struct arena *a, const struct grant_chain *c, struct err *err)
{
    struct grant_row row;
    int r = 0;
    for (size_t i = 0; i + 1 < c->n && r == 0; i++) {
        r = grant_store_find(node->db, a, c->grants[i].issuer, c->grants[i].id, &row, err);
        if (r > 0)
            r = row.state != GRANT_LIVE;
    }
    return r;
}

/* What was passed on and is more than the new terms give is asked back. */
static int narrow_below(struct node *node, struct arena *a, const struct grant_row *row, const struct grant *g, int64_t now_ms, struct err *err)
{
    struct grant_row *children;
    struct grant_chain *chain = arena_new_of(a, struct grant_chain);
    const struct grant *child;
    struct err why = {0};
    size_t n;
    bool may_pass_on = grant_decide(g, GRANT_FORWARD, g->purpose, now_ms, &why) == 0;
    int r = grant_store_rows(node->db, a, GRANT_PASSED_ON, &(struct grant_key){.issuer = row->issuer, .id = row->id}, &children, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        if (children[i].state != GRANT_LIVE)
            continue;
        if ((r = grant_of_row(a, &children[i], chain, &child, err)) < 0 || (may_pass_on && grant_narrower(child, g, &why) == 0))
            continue;
        grant_ask_back(&children[i], now_ms);
        r = grant_store_put(node->db, &children[i], err);
    }
    return r;
}

/* Another grant under an id that is held: a later version of the same. An earlier one that comes late is passed over, and what has
 * ended stays ended. */
static int replace(struct node *node, struct arena *a, struct grant_row *row, const struct grant_chain *c, str papers, int64_t now_ms,
                   struct err *err)
{
    struct grant_chain *chain = arena_new_of(a, struct grant_chain);
    const struct grant *g = &c->grants[c->n - 1], *before;
    int r = grant_of_row(a, row, chain, &before, err);
    if (r < 0)
        return r;
    if (g->version == before->version)
        return err_set(err, ERR_DENIED, "another grant of the same version has come under the same id before");
    if (!same_id(g->object, before->object) || !same_id(g->owner, before->owner) || g->has_parent != before->has_parent ||
        !same_id(g->parent, before->parent) || !str_eq(g->purpose, before->purpose) || !str_eq(g->fields, before->fields))
        return err_set(err, ERR_DENIED, "a later version of a grant changes how a letter may be used, not which letter, what of it or what for");
    if (g->version < before->version || row->state != GRANT_LIVE)
        return 0;
    row->papers = papers;
    row->expires_ms = g->expires_ms;
    r = grant_store_put(node->db, row, err);
    return r < 0 ? r : narrow_below(node, a, row, g, now_ms, err);
}

static int take(struct node *node, struct arena *a, const struct grant_chain *c, int64_t now_ms, struct err *err)
{
    const struct grant *g = &c->grants[c->n - 1];
    str papers = grant_chain_write(a, c);
    struct grant_row row;
    int r = grant_store_find(node->db, a, g->issuer, g->id, &row, err);
    if (r < 0)
        return r;
    if (r > 0 && row.seen)
        return str_eq(row.papers, papers) ? 0 : replace(node, a, &row, c, papers, now_ms, err);
    if (r == 0) {
        row = (struct grant_row){.state = GRANT_LIVE};
        memcpy(row.issuer, g->issuer, ID_LEN);
        memcpy(row.id, g->id, ID_LEN);
        memcpy(row.holder, g->holder, ID_LEN);
    }
    row.seen = true;
    row.papers = papers;
    row.expires_ms = g->expires_ms;
    memcpy(row.object, g->object, ID_LEN);
    if ((r = above_ended(node, a, c, err)) < 0)
        return r;
    return r > 0 && row.state == GRANT_LIVE ? grant_end(node, a, &row, GRANT_WITHDRAWN, true, now_ms, err) : grant_store_put(node->db, &row, err);
}

int grant_take(struct node *node, const uint8_t from[static ID_LEN], const struct grant_chain *chain, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    const struct grant *g = &chain->grants[chain->n - 1];
    uint8_t self[ID_LEN];
    grant_self(node, self);
    int r = 0;
    if (!same_id(g->issuer, from))
        r = err_set(err, ERR_DENIED, "the grant was issued by another agency than the one that sends it");
    else if (!same_id(g->holder, self))
        r = err_set(err, ERR_DENIED, "the grant is for another agency");
    if (r == 0)
        r = grant_chain_verify(a, chain, err);
    if (r == 0)
        r = take(node, a, chain, now_ms, err);
    if (r == 0)
        r = grant_send_due(node, now_ms, err);
    arena_free(a);
    return r;
}

/* --- its letter comes --- */

/* 1: some grant of this object is held that is (same issuer) or is not (other issuer) the sender's. */
static int held_for(struct node *node, struct arena *a, const struct letter_header *h, bool others, struct err *err)
{
    struct grant_row *rows;
    size_t n;
    int r = grant_store_rows(node->db, a, GRANT_OF_OBJECT, &(struct grant_key){.id = h->id}, &rows, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = same_id(rows[i].issuer, h->from) ? !others : others && rows[i].letter != GRANT_LETTER_AWAITED;
    return r;
}

static int attach(struct node *node, struct arena *a, const struct letter_header *h, const struct letter_content *c, int64_t now_ms, struct err *err)
{
    struct grant_row row;
    struct grant_chain *chain = arena_new_of(a, struct grant_chain);
    const struct grant *g;
    int r = grant_store_find(node->db, a, h->from, c->grant, &row, err);
    if (r < 0)
        return r;
    if (r == 0 || row.ours || !row.seen || !same_id(row.object, h->id))
        return err_set(err, ERR_DENIED, "the letter rests on a grant that this node does not hold");
    if (row.state != GRANT_LIVE || now_ms >= row.expires_ms)
        return err_set(err, ERR_DENIED, "the grant on which the letter rests has %s", row.state == GRANT_WITHDRAWN ? "been withdrawn" : "expired");
    if ((r = held_for(node, a, h, true, err)) < 0)
        return r;
    if (r > 0)
        return err_set(err, ERR_DENIED, "a letter of another agency has the same id");
    if ((r = grant_of_row(a, &row, chain, &g, err)) < 0)
        return r;
    if (!str_eq(g->purpose, c->purpose))
        return err_set(err, ERR_DENIED, "the letter says another purpose than its grant");
    row.letter = GRANT_LETTER_HERE;
    return grant_store_put(node->db, &row, err);
}

int grant_letter_take(struct node *node, const struct letter_header *h, const struct letter_content *c, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    int r = c->has_grant ? attach(node, a, h, c, now_ms, err) : held_for(node, a, h, false, err);
    if (r > 0)
        r = err_set(err, ERR_DENIED, "a grant came for this letter, and the letter does not name it");
    arena_free(a);
    return r;
}

/* --- the end --- */

/* What was passed on is asked back, and what is known from below goes up. Fills who holds it directly below. */
static int end_below(struct node *node, struct arena *a, const struct grant_row *row, bool asked, int64_t now_ms, struct grant_statement *s,
                     struct err *err)
{
    struct grant_row *children;
    size_t n;
    int r = grant_store_rows(node->db, a, GRANT_PASSED_ON, &(struct grant_key){.issuer = row->issuer, .id = row->id}, &children, &n, err);
    if (r < 0)
        return r;
    struct grant_passed *passed = arena_array(a, struct grant_passed, n);
    for (size_t i = 0; i < n; i++) {
        struct grant_row *child = &children[i];
        struct grant_below *below;
        size_t n_below;
        memcpy(passed[i].id, child->id, ID_LEN);
        memcpy(passed[i].holder, child->holder, ID_LEN);
        if (asked)
            grant_ask_back(child, now_ms);
        if (child->statement.len)
            child->due |= GRANT_DUE_RELAY;
        if ((r = grant_store_put(node->db, child, err)) < 0 || (r = grant_store_below(node->db, a, child->id, &below, &n_below, err)) < 0)
            return r;
        for (size_t j = 0; j < n_below && below[j].statement.len && r == 0; j++) {
            below[j].due = true;
            r = grant_store_below_state(node->db, &below[j], err);
        }
        if (r < 0)
            return r;
    }
    s->passed = passed;
    s->n_passed = n;
    return 0;
}

int grant_end(struct node *node, struct arena *a, struct grant_row *row, enum grant_state state, bool asked, int64_t now_ms, struct err *err)
{
    struct grant_statement s = {.time_ms = now_ms};
    if (row->state == GRANT_LIVE) {
        row->state = state;
        row->ended_ms = now_ms;
    }
    if (row->letter == GRANT_LETTER_HERE) {
        int r = post_erase(node, row->object, err);
        if (r < 0 && r != ERR_NOT_FOUND) /* not found: somebody erased it before */
            return r;
        row->letter = GRANT_LETTER_ERASED;
    }
    int r = end_below(node, a, row, asked, now_ms, &s, err);
    if (r < 0)
        return r;
    memcpy(s.issuer, row->issuer, ID_LEN);
    memcpy(s.grant, row->id, ID_LEN);
    memcpy(s.holder, row->holder, ID_LEN);
    keyring_public(node->keys, KEYRING_AGENCY, s.key);
    if ((r = keyring_sign(node->keys, KEYRING_AGENCY, grant_statement_canonical(a, &s), s.signature, err)) < 0)
        return r;
    row->statement = grant_statement_write(a, &s);
    row->stated_ms = row->stated_ms ? row->stated_ms : now_ms;
    row->due |= GRANT_DUE_STATEMENT;
    return grant_store_put(node->db, row, err);
}

int grant_recall_take(struct node *node, const uint8_t from[static ID_LEN], const uint8_t id[static ID_LEN], int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    struct grant_row row;
    int r = grant_store_find(node->db, a, from, id, &row, err);
    if (r == 0) { /* the recall has overtaken the grant: whatever comes under this id is withdrawn */
        row = (struct grant_row){.state = GRANT_LIVE};
        memcpy(row.issuer, from, ID_LEN);
        memcpy(row.id, id, ID_LEN);
        grant_self(node, row.holder);
    }
    if (r >= 0)
        r = grant_end(node, a, &row, GRANT_WITHDRAWN, true, now_ms, err);
    if (r == 0)
        r = grant_send_due(node, now_ms, err);
    arena_free(a);
    return r;
}

int grant_give_up(struct node *node, const struct act *act, const uint8_t letter[static ID_LEN], struct err *err)
{
    struct arena *a = arena_new();
    struct grant_row *rows;
    size_t n;
    int r = grant_store_rows(node->db, a, GRANT_OF_OBJECT, &(struct grant_key){.id = letter}, &rows, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (rows[i].letter == GRANT_LETTER_HERE)
            r = grant_end(node, a, &rows[i], GRANT_WITHDRAWN, true, act->now_ms, err);
    if (r == 0)
        r = grant_send_due(node, act->now_ms, err);
    if (r == 0 && (r = post_erase(node, letter, err)) == ERR_NOT_FOUND)
        r = 0; /* with its grant, or before */
    arena_free(a);
    return r;
}

/* --- every use --- */

static int may(struct arena *a, const struct grant_row *row, enum grant_use use, str purpose, int64_t now_ms, struct err *err)
{
    struct grant_chain *chain = arena_new_of(a, struct grant_chain);
    const struct grant *g;
    char when[CLOCK_TEXT_MAX];
    clock_format(when, row->ended_ms);
    if (row->state == GRANT_WITHDRAWN)
        return err_set(err, ERR_DENIED, "the grant was withdrawn; here it ended at %s, and what it gave is erased", when);
    if (row->state != GRANT_LIVE)
        return err_set(err, ERR_DENIED, "the grant expired; here it ended at %s, and what it gave is erased", when);
    int r = grant_of_row(a, row, chain, &g, err);
    return r < 0 ? r : grant_decide(g, use, purpose, now_ms, err);
}

int grant_may(struct node *node, const uint8_t object[static ID_LEN], enum grant_use use, str purpose, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    struct grant_row *rows;
    size_t n;
    bool found = false;
    int r = grant_store_rows(node->db, a, GRANT_OF_OBJECT, &(struct grant_key){.id = object}, &rows, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (rows[i].letter != GRANT_LETTER_AWAITED) {
            found = true;
            r = may(a, &rows[i], use, purpose, now_ms, err);
        }
    if (r == 0 && !found)
        r = err_set(err, ERR_DENIED, "this node holds no grant for it: nothing is allowed without one");
    arena_free(a);
    return r;
}

int grant_letter_may(struct node *node, const uint8_t letter[static ID_LEN], enum grant_use use, str purpose, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    struct grant_row *rows;
    struct letter_content content;
    size_t n;
    int r = grant_store_rows(node->db, a, GRANT_OF_OBJECT, &(struct grant_key){.id = letter}, &rows, &n, err);
    if (r < 0)
        goto out;
    if (n > 0) {
        r = grant_may(node, letter, use, purpose, now_ms, err);
        goto out;
    }
    if ((r = post_content(node, letter, a, &content, err)) < 0)
        goto out;
    if (content.has_grant)
        r = err_set(err, ERR_DENIED, "the letter rests on a grant that this node does not hold");
    else if (use != GRANT_READ)
        r = err_set(err, ERR_DENIED, "%s: the letter came without a grant: it may be read here, and nothing else", grant_use_names[use]);
out:
    arena_free(a);
    return r;
}

int grant_of_letter(struct node *node, struct arena *a, const uint8_t letter[static ID_LEN], struct grant *out, struct err *err)
{
    struct grant_row *rows;
    struct grant_chain *chain = arena_new_of(a, struct grant_chain);
    const struct grant *g;
    size_t n;
    int r = grant_store_rows(node->db, a, GRANT_OF_OBJECT, &(struct grant_key){.id = letter}, &rows, &n, err);
    if (r < 0)
        return r;
    for (size_t i = 0; i < n; i++)
        if (rows[i].letter != GRANT_LETTER_AWAITED) {
            if ((r = grant_of_row(a, &rows[i], chain, &g, err)) == 0)
                *out = *g;
            return r;
        }
    return err_set(err, ERR_NOT_FOUND, "no grant is held for this letter");
}
