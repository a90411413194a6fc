#include "trust/grant/test_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static struct world *the_world; /* whom the post's functions below belong to */

static int index_of(const uint8_t id[static ID_LEN])
{
    for (int i = 0; i < the_world->n; i++)
        if (memcmp(the_world->ids[i], id, ID_LEN) == 0)
            return i;
    fail_msg("no such agency");
    return -1;
}

static int index_of_node(const struct node *node)
{
    uint8_t id[ID_LEN];
    grant_self(node, id);
    return index_of(id);
}

/* --- the post --- */

int letter_send(struct node *node, const struct partner *to, const struct letter *l, int64_t now_ms, uint8_t id[static ID_LEN], struct err *err)
{
    struct world *w = the_world;
    struct mail m = {.from = index_of_node(node), .to = index_of(to->id), .kind = l->kind, .has_grant = l->grant};
    if (w->keyless[m.to])
        return err_set(err, ERR_NOT_FOUND, "no letter key that opens letters of today");
    uint8_t fresh[ID_LEN];
    grant_new_id(now_ms, fresh);
    memcpy(m.id, l->id ? l->id : fresh, ID_LEN);
    if (l->grant)
        memcpy(m.grant, l->grant, ID_LEN);
    m.purpose = str_dup(w->a, l->purpose);
    m.name = str_dup(w->a, l->name);
    m.type = str_dup(w->a, l->type);
    m.payload = bytes_dup(w->a, l->payload);
    m.kind = str_dup(w->a, str_from(l->kind)).p;
    if (w->n_bag == w->cap_bag) {
        w->bag = arena_grow(w->a, w->bag, w->cap_bag * sizeof *w->bag, (2 * w->cap_bag + 64) * sizeof *w->bag);
        w->cap_bag = 2 * w->cap_bag + 64;
    }
    w->bag[w->n_bag++] = m;
    memcpy(id, m.id, ID_LEN);
    return 0;
}

static struct inbox_item *item_of(int node, const uint8_t *id)
{
    for (size_t i = 0; i < the_world->n_items; i++)
        if (the_world->items[i].node == node && memcmp(the_world->items[i].id, id, ID_LEN) == 0)
            return &the_world->items[i];
    return NULL;
}

int post_read(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct letter_content *content, bytes *payload, struct err *err)
{
    const struct inbox_item *item = item_of(index_of_node(node), id);
    if (!item || item->erased)
        return err_set(err, ERR_NOT_FOUND, "there is no such letter here, or it was erased");
    *content = item->content;
    *payload = bytes_dup(a, item->payload);
    return 0;
}

int post_content(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct letter_content *out, struct err *err)
{
    bytes payload;
    return post_read(node, id, a, out, &payload, err);
}

int post_erase(struct node *node, const uint8_t id[static ID_LEN], struct err *err)
{
    struct inbox_item *item = item_of(index_of_node(node), id);
    if (!item || item->erased)
        return err_set(err, ERR_NOT_FOUND, "there is no such letter here, or it was erased");
    item->erased = true;
    return 0;
}

/* --- the world --- */

void world_open(struct world *w, int n)
{
    static const char *const names[WORLD_NODES] = {"Police of Northland", "Shelter Lotus House", "Labour Inspectorate", "Prosecutor South",
                                                   "Border Unit Four"};
    struct err err = {0};
    *w = (struct world){.a = arena_new(), .n = n, .now_ms = WORLD_NOW};
    the_world = w;
    for (int i = 0; i < n; i++) {
        house_open(&w->houses[i], str_from(names[i]), STR("TH"), STR("police"));
        if (db_migrate(w->houses[i].node->db, &grant_schema, &err) < 0)
            fail_msg("%s", err.text);
        grant_self(w->houses[i].node, w->ids[i]);
    }
    for (int i = 0; i < n; i++)
        for (int j = i + 1; j < n; j++)
            house_pair(&w->houses[i], &w->houses[j], 200);
}

void world_close(struct world *w)
{
    for (int i = 0; i < w->n; i++)
        house_close(&w->houses[i]);
    arena_free(w->a);
}

struct grant world_terms(const struct world *w)
{
    return (struct grant){.purpose = STR("protection"), .fields = STR("all"), .handling = GRANT_H0, .source = 'A', .information = '1',
                          .tlp = GRANT_TLP_AMBER, .expires_ms = w->now_ms + 30 * DAY_MS};
}

/* What an act that failed had sent never was. */
static int commit(struct world *w, int r)
{
    if (r < 0)
        w->n_bag = w->n_committed;
    w->n_committed = w->n_bag;
    return r;
}

struct doing {
    struct world *w;
    int other;
    struct grant *g;
    const uint8_t *letter;
    uint8_t *id;
};

static int run(struct world *w, int node, enum verb verb, act_fn fn, struct doing *d, struct err *err)
{
    struct act act = {.verb = verb, .actor = &test_operator, .purpose = STR("protection"), .reference = STR("case 12"), .now_ms = w->now_ms};
    d->w = w;
    return commit(w, act_run(w->houses[node].node, &act, fn, d, err));
}

static struct partner partner_of(struct node *node, struct doing *d)
{
    struct err err = {0};
    struct partner p;
    if (partner_by_id(node->db, d->w->a, d->w->ids[d->other], &p, &err) < 0)
        fail_msg("%s", err.text);
    return p;
}

static int do_give(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct doing *d = arg;
    struct partner to = partner_of(node, d);
    const struct letter l = {.kind = "referral", .purpose = act->purpose, .type = STR("application/json"),
                             .payload = str_bytes(STR("{\"name\":\"Practice Person\",\"birth-date\":\"1999-01-02\",\"shelter\":\"Lotus\"}"))};
    return grant_send(node, act, &to, &l, d->g, d->id, err);
}

int world_give(struct world *w, int from, int to, struct grant *g, uint8_t letter[static ID_LEN], struct err *err)
{
    return run(w, from, VERB_SEND, do_give, &(struct doing){.other = to, .g = g, .id = letter}, err);
}

static int do_forward(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct doing *d = arg;
    struct partner to = partner_of(node, d);
    return grant_forward(node, act, d->letter, &to, NULL, d->g, d->id, err);
}

int world_forward(struct world *w, int node, const uint8_t letter[static ID_LEN], int to, struct grant *child, uint8_t id[static ID_LEN],
                  struct err *err)
{
    return run(w, node, VERB_FORWARD, do_forward, &(struct doing){.other = to, .g = child, .letter = letter, .id = id}, err);
}

static int do_change(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct doing *d = arg;
    return grant_change(node, act, d->letter, d->g, err);
}

int world_change(struct world *w, int node, const uint8_t grant[static ID_LEN], const struct grant *terms, struct err *err)
{
    struct grant copy = *terms;
    return run(w, node, VERB_GRANT, do_change, &(struct doing){.letter = grant, .g = &copy}, err);
}

static int do_withdraw(struct node *node, struct act *act, void *arg, struct err *err)
{
    return grant_withdraw(node, act, ((struct doing *)arg)->letter, err);
}

int world_withdraw(struct world *w, int node, const uint8_t grant[static ID_LEN], struct err *err)
{
    return run(w, node, VERB_WITHDRAW, do_withdraw, &(struct doing){.letter = grant}, err);
}

int world_expire(struct world *w, int node)
{
    struct err err = {0};
    int64_t n;
    if (commit(w, grant_expire(w->houses[node].node, w->now_ms, &n, &err)) < 0)
        fail_msg("%s", err.text);
    return (int)n;
}

static int do_read(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct doing *d = arg;
    struct arena *a = arena_new();
    struct letter_content content;
    bytes payload;
    int r = grant_letter_may(node, d->letter, GRANT_READ, act->purpose, act->now_ms, err);
    if (r == 0)
        r = post_read(node, d->letter, a, &content, &payload, err);
    arena_free(a);
    return r;
}

int world_read(struct world *w, int node, const uint8_t letter[static ID_LEN], struct err *err)
{
    return run(w, node, VERB_READ, do_read, &(struct doing){.letter = letter}, err);
}

/* --- delivery --- */

static const struct letter_kind *kind_of(const char *name)
{
    const struct letter_kind *const tables[] = {grant_letter_kinds, grant_people_kinds};
    for (size_t t = 0; t < 2; t++)
        for (const struct letter_kind *k = tables[t]; k->name; k++)
            if (strcmp(k->name, name) == 0)
                return k;
    fail_msg("no kind %s", name);
    return NULL;
}

static int do_receive(struct node *node, struct act *act, void *arg, struct err *err)
{
    return kind_of(((const struct letter_opened *)arg)->content->kind.p)->effect(node, act, arg, err);
}

static int do_receipt(struct node *node, struct act *act, void *arg, struct err *err)
{
    return kind_of("recall")->receipt(node, act, arg, err);
}

static void keep(struct world *w, const struct mail *m, const struct letter_content *content)
{
    if (item_of(m->to, m->id))
        return;
    if (w->n_items == w->cap_items) {
        w->items = arena_grow(w->a, w->items, w->cap_items * sizeof *w->items, (2 * w->cap_items + 64) * sizeof *w->items);
        w->cap_items = 2 * w->cap_items + 64;
    }
    w->items[w->n_items] = (struct inbox_item){.node = m->to, .content = *content, .payload = m->payload};
    memcpy(w->items[w->n_items++].id, m->id, ID_LEN);
}

int world_deliver(struct world *w, size_t i, struct err *err)
{
    struct mail m = w->bag[i];
    struct letter_header header = {.time_ms = w->now_ms};
    struct letter_content content = {.kind = str_from(m.kind), .purpose = m.purpose, .has_grant = m.has_grant, .name = m.name, .type = m.type,
                                     .payload_size = m.payload.len};
    struct partner from;
    const struct letter_kind *kind = kind_of(m.kind);
    w->bag[i].gone = true;
    if (partner_by_id(w->houses[m.to].node->db, w->a, w->ids[m.from], &from, err) < 0)
        fail_msg("%s", err->text);
    memcpy(header.id, m.id, ID_LEN);
    memcpy(header.from, w->ids[m.from], ID_LEN);
    memcpy(header.to, w->ids[m.to], ID_LEN);
    memcpy(content.id, m.id, ID_LEN);
    memcpy(content.from, header.from, ID_LEN);
    memcpy(content.to, header.to, ID_LEN);
    memcpy(content.grant, m.grant, ID_LEN);
    if (kind->needs_grant && !m.has_grant)
        return err_set(err, ERR_DENIED, "needs a grant");
    struct letter_opened opened = {.header = &header, .content = &content, .from = &from, .payload = m.payload, .now_ms = w->now_ms, .arena = w->a};
    struct actor actor = {partner_id_text(&from, w->a), STR("partner")};
    struct act act = {.verb = VERB_RECEIVE, .actor = &actor, .now_ms = w->now_ms};
    int r = commit(w, act_run(w->houses[m.to].node, &act, do_receive, &opened, err));
    if (r == 0 && kind->for_people)
        keep(w, &m, &content);
    if (kind->receipt) {
        struct letter_receipt receipt = {.status = r == 0 ? LETTER_ACCEPTED : LETTER_REFUSED, .time_ms = w->now_ms};
        struct err why = {0};
        memcpy(receipt.id, m.id, ID_LEN);
        act = (struct act){.verb = VERB_RECEIPT, .actor = &actor, .now_ms = w->now_ms};
        if (act_run(w->houses[m.from].node, &act, do_receipt, &receipt, &why) < 0)
            fail_msg("%s", why.text);
    }
    return r;
}

void world_deliver_all(struct world *w)
{
    for (size_t i = 0; i < w->n_bag; i++) { /* what the effects send comes behind */
        struct err err = {0};
        if (!w->bag[i].gone && world_deliver(w, i, &err) < 0)
            fail_msg("%s: %s", w->bag[i].kind, err.text);
    }
}

size_t world_waiting(const struct world *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->n_bag; i++)
        n += !w->bag[i].gone;
    return n;
}

struct grant_item world_item(struct world *w, int node, const uint8_t grant[static ID_LEN])
{
    struct err err = {0};
    struct grant_item *items;
    size_t n;
    if (grant_list(w->houses[node].node, w->a, w->now_ms, &items, &n, &err) < 0)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < n; i++)
        if (memcmp(items[i].grant.id, grant, ID_LEN) == 0)
            return items[i];
    fail_msg("node %d lists no such grant", node);
    return items[0];
}
