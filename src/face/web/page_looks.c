/* Who looked: the list by member, kind, day and record; the report for one person; how often. */
#include <inttypes.h>
#include <string.h>

#include "face/web/oversight_page.h"
#include "face/web/pages.html.h"
#include "work/cases/record_store.h"

#define ROWS 50
#define REPORT_ROWS 200
#define PLACES_MAX 100
#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define PAIRS_FROM 3 /* times */
#define PAIRS_MAX 50

struct asked {
    struct page *page;
    struct past_filter filter;
    size_t max;
    struct past_list list;
};

/* The person's identity, and all files and records that she is in: what acts on her name as their object. */
static int add_places(struct node *node, struct arena *a, struct past_filter *filter, struct err *err)
{
    struct record_place *places = arena_array(a, struct record_place, PLACES_MAX);
    size_t n = 0;
    int r = record_places(node->db, &filter->objects[0], places, PLACES_MAX, &n, err);
    struct vault_id *all = arena_array(a, struct vault_id, 1 + 2 * n);
    all[0] = filter->objects[0];
    filter->n_objects = 1;
    for (size_t i = 0; r == 0 && i < n; i++) {
        memcpy(all[filter->n_objects++].b, places[i].file, ID_LEN);
        memcpy(all[filter->n_objects++].b, places[i].record, ID_LEN);
    }
    filter->objects = all;
    return r;
}

static int look(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct asked *q = arg;
    int r = q->filter.n_objects ? add_places(node, q->page->a, &q->filter, err) : 0;
    act->detail = STR("who looked");
    return r < 0 ? r : past_list(node, &q->filter, q->max, q->page->a, &q->list, err);
}

static int ask(struct page *p, struct asked *q)
{
    struct act act = {.verb = VERB_OVERSEE, .actor = &p->actor, .purpose = STR("oversight"), .now_ms = p->now_ms};
    int64_t before;
    q->page = p;
    q->filter.before = str_to_int(form_get(&p->query, "before"), 0, INT64_MAX, &before) ? before : INT64_MAX;
    return act_run(p->node, &act, look, q, &p->err);
}

/* "2026-11-28" in the query: that day, UTC. */
static bool day_asked(struct page *p, struct past_filter *filter, str *day)
{
    *day = str_trim(form_get(&p->query, "day"));
    if (day->len != 10 || !clock_parse(str_printf(p->a, "%.*sT00:00:00.000Z", STR_ARG(*day)), &filter->from_ms))
        return false;
    filter->until_ms = filter->from_ms + DAY_MS;
    return true;
}

static struct choices members_of(struct page *p, const struct colleagues *c, str chosen)
{
    struct choices all = {.page = &p->layout, .name = "member", .label = N_("Member"), .all = arena_array(p->a, struct choice, c->n + 1)};
    all.all[all.n++] = (struct choice){STR(""), page_words(p, N_("all")), chosen.len == 0};
    for (size_t i = 0; i < c->n; i++) {
        str id = page_hex(p, c->all[i].id);
        all.all[all.n++] = (struct choice){id, c->all[i].name, str_eq(id, chosen)};
    }
    return all;
}

static struct choices verbs_of(struct page *p, str chosen)
{
    struct choices all = {.page = &p->layout, .name = "verb", .label = N_("Act"), .all = arena_array(p->a, struct choice, 2 * N_VERBS + 2)};
    bool listed = chosen.len == 0;
    all.all[all.n++] = (struct choice){STR(""), page_words(p, N_("all")), chosen.len == 0};
    for (int v = 0; v < N_VERBS; v++) {
        str name = str_from(verbs[v].name);
        bool is = str_eq(name, chosen);
        all.all[all.n++] = (struct choice){name, page_verb(p, name), is};
        listed |= is;
    }
    if (!listed)
        all.all[all.n++] = (struct choice){chosen, page_verb(p, chosen), true}; /* "look.refused", from the counts */
    return all;
}

/* A verb as leaves have it, or one that was refused or only asked for; else empty. */
static str verb_asked(struct page *p)
{
    str wanted = form_get(&p->query, "verb"), plain = wanted;
    if (str_ends(wanted, STR(".refused")))
        plain = str_slice(wanted, 0, wanted.len - 8);
    else if (str_ends(wanted, STR(".asked")))
        plain = str_slice(wanted, 0, wanted.len - 6);
    for (int v = 0; v < N_VERBS; v++)
        if (str_eq(plain, str_from(verbs[v].name)))
            return wanted;
    return STR("");
}

static int fill_filter(struct page *p, struct asked *q, struct looks_view *v, struct vault_id *object, str *member)
{
    struct colleagues c;
    uint8_t id[ID_LEN];
    int r = colleagues_load(p, &c);
    *member = form_get(&p->query, "member");
    v->object = str_trim(form_get(&p->query, "object"));
    if (r == 0 && hex_decode_into(*member, id, ID_LEN)) {
        struct actor actor = member_actor(p->a, id);
        q->filter.has_actor = true;
        r = act_pseudonym(p->node, &actor, q->filter.actor, &p->err);
    } else {
        *member = STR("");
    }
    if (hex_decode_into(v->object, object->b, ID_LEN)) {
        q->filter.objects = object;
        q->filter.n_objects = 1;
    } else {
        v->object = STR("");
    }
    q->filter.verb = verb_asked(p);
    if (!day_asked(p, &q->filter, &v->day))
        v->day = STR("");
    v->verbs = verbs_of(p, q->filter.verb);
    if (r == 0)
        v->members = members_of(p, &c, *member);
    return r;
}

int show_looks(struct page *p)
{
    struct looks_view v = {.page = page_layout(p, N_("Who looked"))};
    struct asked q = {.max = ROWS};
    struct colleagues c;
    struct vault_id object;
    str member;
    int r = fill_filter(p, &q, &v, &object, &member);
    if (r == 0)
        r = ask(p, &q);
    if (r == 0)
        r = colleagues_load(p, &c);
    if (r < 0)
        return r;
    v.rows = page_look_rows(p, &c, &q.list);
    v.n = q.list.n;
    if (q.list.more)
        v.next = str_printf(p->a, "/oversight/looks?member=%.*s&verb=%.*s&day=%.*s&object=%.*s&before=%" PRId64, STR_ARG(member), STR_ARG(q.filter.verb),
                            STR_ARG(v.day), STR_ARG(v.object), q.list.next);
    page_looks(&p->out, &v);
    return 0;
}

int show_look_report(struct page *p)
{
    struct report_view v = {.page = page_layout(p, N_("Who looked at this record")), .made = page_time(p, p->now_ms)};
    struct asked q = {.max = REPORT_ROWS};
    struct colleagues c;
    struct vault_id object;
    int r = page_id(p, 0, object.b);
    q.filter.objects = &object;
    q.filter.n_objects = 1;
    if (r == 0)
        r = ask(p, &q);
    if (r == 0)
        r = colleagues_load(p, &c);
    if (r < 0)
        return r;
    v.object = page_hex(p, object.b);
    v.rows = page_look_rows(p, &c, &q.list);
    v.n = q.list.n;
    if (q.list.more)
        v.next = str_printf(p->a, "/oversight/looks/%.*s?before=%" PRId64, STR_ARG(v.object), q.list.next);
    page_look_report(&p->out, &v);
    return 0;
}

/* --- how often --- */

struct counted {
    struct arena *a;
    int64_t from_ms;
    struct past_count *counts;
    size_t n_counts;
    struct past_pair *pairs;
    size_t n_pairs;
};

static int count(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct counted *c = arg;
    act->detail = STR("how often");
    int r = past_counts(node->db, c->from_ms, c->a, &c->counts, &c->n_counts, err);
    return r < 0 ? r : past_pairs(node->db, c->from_ms, PAIRS_FROM, PAIRS_MAX, c->a, &c->pairs, &c->n_pairs, err);
}

int show_counts(struct page *p)
{
    struct counts_view v = {.page = page_layout(p, N_("How often"))};
    struct counted k = {.a = p->a};
    struct colleagues c;
    struct act act = {.verb = VERB_OVERSEE, .actor = &p->actor, .purpose = STR("oversight"), .now_ms = p->now_ms};
    int64_t days = 30;
    if (!str_to_int(form_get(&p->query, "days"), 1, 3660, &days))
        days = 30;
    k.from_ms = p->now_ms - days * DAY_MS;
    int r = act_run(p->node, &act, count, &k, &p->err);
    if (r == 0)
        r = colleagues_load(p, &c);
    if (r < 0)
        return r;
    v.days = (int)days;
    v.counts = arena_array(p->a, struct count_row, k.n_counts);
    for (; v.n_counts < k.n_counts; v.n_counts++)
        v.counts[v.n_counts] = (struct count_row){k.counts[v.n_counts].verb, page_verb(p, k.counts[v.n_counts].verb), k.counts[v.n_counts].n};
    v.pairs = arena_array(p->a, struct pair_row, k.n_pairs);
    for (; r == 0 && v.n_pairs < k.n_pairs; v.n_pairs++) {
        const struct past_pair *pair = &k.pairs[v.n_pairs];
        struct pair_row *row = &v.pairs[v.n_pairs];
        *row = (struct pair_row){.object = page_hex(p, pair->object), .last = page_time(p, pair->last_ms), .n = pair->n};
        r = colleagues_by_pseudonym(&c, pair->actor, &row->who);
    }
    if (r == 0)
        page_counts(&p->out, &v);
    return r;
}
