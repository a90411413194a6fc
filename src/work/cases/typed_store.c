#include "work/cases/typed.h"

#include <string.h>

#include "work/cases/kept_internal.h"

#define STATE_MAX 1000000000

void typed_stamp_read(str text, struct typed_stamp *out)
{
    str page, rest = text;
    *out = (struct typed_stamp){0};
    bool good = str_split(&rest, '.', &page) && page.len == 2 * ID_LEN && hex_decode_into(page, out->page, ID_LEN) && str_to_int(rest, 0, STATE_MAX, &out->state);
    if (good)
        out->there = true;
    else
        *out = (struct typed_stamp){0};
}

str typed_stamp_text(struct arena *a, const struct typed_stamp *stamp)
{
    return stamp->there ? str_printf(a, "%s.%lld", hex_encode(a, (bytes){stamp->page, ID_LEN}).p, (long long)stamp->state) : STR("");
}

str typed_beside(struct arena *a, str name, const uint8_t page[static ID_LEN])
{
    return str_printf(a, "%.*s?draft=%s", STR_ARG(name), hex_encode(a, (bytes){page, ID_LEN}).p);
}

static bool same_page(const struct typed_stamp *one, const struct typed_stamp *other)
{
    return one->there && other->there && memcmp(one->page, other->page, ID_LEN) == 0;
}

/* follows went on from stored, or from a later state of its page that is still on its way. */
static bool went_on_from(const struct typed_stamp *follows, const struct typed_stamp *stored)
{
    return follows->there == stored->there && (!stored->there || (same_page(follows, stored) && stored->state <= follows->state));
}

/* Where a form's drafts may be: at its address, and beside it under the page or the one it went on from. */
#define PLACES 3
struct places { struct keeping at[PLACES]; bool there[PLACES]; size_t n; };

static int list_places(struct node *node, str name, const struct typed_stamp *stamp, const struct typed_stamp *follows, struct arena *a, struct places *out,
                       struct err *err)
{
    str names[PLACES] = {name};
    *out = (struct places){.n = 1};
    if (stamp->there)
        names[out->n++] = typed_beside(a, name, stamp->page);
    if (follows->there)
        names[out->n++] = typed_beside(a, name, follows->page);
    int r = 0;
    for (size_t i = 0; i < out->n && r == 0; i++) {
        out->at[i] = (struct keeping){.kind = KEPT_DRAFT, .name = names[i], .arena = a};
        r = kept_place(node, &out->at[i], err);
    }
    return r;
}

static int find_all(struct node *node, const struct actor *actor, struct places *p, struct err *err)
{
    struct vault_id content;
    for (size_t i = 0; i < p->n; i++) {
        int r = kept_find(node, actor, &p->at[i], &content, err);
        if (r < 0)
            return r;
        p->there[i] = r > 0;
    }
    return 0;
}

/* --- keeping --- */

struct task {
    const struct typed *typed;
    struct places places;
    enum typed_where where;
};

/* The place that t takes over; n: none. *known: a later state of it is there already. */
static size_t successor_of(const struct places *p, const struct typed *t, bool *known)
{
    *known = false;
    for (size_t i = 0; i < p->n; i++)
        if (p->there[i] && same_page(&p->at[i].stamp, &t->stamp)) {
            *known = p->at[i].stamp.state >= t->stamp.state;
            return i;
        }
    for (size_t i = 0; i < p->n; i++)
        if (p->there[i] && went_on_from(&t->follows, &p->at[i].stamp))
            return i;
    return p->n;
}

/* What a device brings of this page up to this state has no effect any more. */
static int note_finished(struct db *db, const struct actor *actor, int64_t now_ms, const struct typed_stamp *stamp, struct err *err)
{
    struct db_stmt *q;
    if (!stamp->there)
        return 0;
    int r = db_prepare(db, "insert into cases_finished(member, page, state, at_ms) values($1, $2, $3, $4) on conflict(member, page) do update "
                           "set state = excluded.state, at_ms = excluded.at_ms where excluded.state > cases_finished.state", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){actor->member, ID_LEN});
    db_bind_blob(q, 2, (bytes){stamp->page, ID_LEN});
    db_bind_int(q, 3, stamp->state);
    db_bind_int(q, 4, now_ms);
    return db_run(q, err);
}

static int put(struct node *node, struct act *act, struct task *x, size_t place, struct err *err)
{
    struct keeping k = x->places.at[place];
    k.text = x->typed->text;
    k.stamp = x->typed->stamp;
    x->where = place == 0 ? TYPED_IN_PLACE : TYPED_BESIDE;
    int r = note_finished(node->db, act->actor, act->now_ms, &x->typed->follows, err); /* all of it is in what goes on from it */
    return r < 0 ? r : kept_replace(node, act->actor, act->now_ms, &k, err);
}

static int do_keep(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct task *x = arg;
    struct places *p = &x->places;
    bool known;
    act->detail = STR("kept");
    x->where = TYPED_THERE;
    int r = find_all(node, act->actor, p, err);
    if (r < 0)
        return r;
    if (!x->typed->stamp.there)
        return put(node, act, x, 0, err);
    size_t place = successor_of(p, x->typed, &known);
    if (known)
        return 0;
    if (place < p->n || !p->there[0])
        return put(node, act, x, place < p->n ? place : 0, err);
    struct keeping there = p->at[0]; /* two pages that know nothing of each other */
    r = kept_read(node, act->actor, &there, err);
    if (r < 0 || (r > 0 && str_eq(there.text, x->typed->text)))
        return r < 0 ? r : 0;
    return put(node, act, x, 1, err);
}

/* 1: this state of the page, or a later one, was sent or thrown away. */
static int is_finished(struct db *db, const struct actor *actor, const struct typed_stamp *stamp, struct err *err)
{
    struct db_stmt *q;
    if (!stamp->there)
        return 0;
    int r = db_prepare(db, "select 1 from cases_finished where member = $1 and page = $2 and state >= $3", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){actor->member, ID_LEN});
    db_bind_blob(q, 2, (bytes){stamp->page, ID_LEN});
    db_bind_int(q, 3, stamp->state);
    r = db_step(q, err);
    db_reset(q);
    return r;
}

int typed_keep(struct node *node, const struct actor *actor, int64_t now_ms, const struct typed *t, enum typed_where *where, struct err *err)
{
    struct arena *a = arena_new();
    struct task x = {.typed = t};
    struct act act = kept_act_of(actor, now_ms);
    int r = t->name.len + t->text.len > KEPT_TEXT_MAX ? err_set(err, ERR_LIMIT, N_("that is too long to be kept: send it in parts"))
                                                      : is_finished(node->db, actor, &t->stamp, err);
    *where = TYPED_DONE;
    if (r == 0)
        r = list_places(node, t->name, &t->stamp, &t->follows, a, &x.places, err);
    else if (r > 0) {
        arena_free(a);
        return 0;
    }
    if (r == 0)
        r = act_run(node, &act, do_keep, &x, err);
    if (r == 0)
        *where = x.where;
    arena_free(a);
    return r;
}

int typed_get(struct node *node, const struct actor *actor, int64_t now_ms, str name, struct arena *a, str *text, struct typed_stamp *stamp,
              int64_t *changed_ms, struct err *err)
{
    struct keeping k = {.kind = KEPT_DRAFT, .name = name, .arena = a};
    struct vault_id content;
    *stamp = (struct typed_stamp){0};
    int r = kept_get(node, actor, now_ms, KEPT_DRAFT, name, a, text, changed_ms, err);
    if (r <= 0)
        return r;
    r = kept_place(node, &k, err);
    if (r == 0)
        r = kept_find(node, actor, &k, &content, err);
    if (r > 0)
        *stamp = k.stamp;
    return r < 0 ? r : 1;
}

/* --- which of two is in the place --- */

struct swap { struct keeping place, beside; };

static int do_promote(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct swap *x = arg;
    struct keeping old = x->place, fresh = x->beside;
    act->detail = STR("opened");
    int r = kept_read(node, act->actor, &fresh, err), there = r > 0 ? kept_read(node, act->actor, &old, err) : 0;
    if (r <= 0 || there < 0)
        return r < 0 ? r : there;
    r = kept_forget(node, act->actor, &x->beside, err);
    if (r == 0 && there) {
        struct keeping moved = old;
        if (!moved.stamp.there)
            crypto_random(moved.stamp.page, ID_LEN);
        moved.stamp.there = true;
        moved.name = typed_beside(old.arena, old.name, moved.stamp.page);
        r = kept_place(node, &moved, err);
        if (r == 0)
            r = kept_forget(node, act->actor, &x->place, err);
        if (r == 0)
            r = kept_replace(node, act->actor, old.changed_ms, &moved, err);
    }
    fresh.name = x->place.name;
    memcpy(fresh.place, x->place.place, sizeof fresh.place);
    return r < 0 ? r : kept_replace(node, act->actor, fresh.changed_ms, &fresh, err);
}

int typed_promote(struct node *node, const struct actor *actor, int64_t now_ms, str name, const uint8_t page[static ID_LEN], struct err *err)
{
    struct arena *a = arena_new();
    struct swap x = {.place = {.kind = KEPT_DRAFT, .name = name, .arena = a}, .beside = {.kind = KEPT_DRAFT, .name = typed_beside(a, name, page), .arena = a}};
    struct act act = kept_act_of(actor, now_ms);
    struct vault_id content;
    int r = kept_place(node, &x.place, err);
    if (r == 0)
        r = kept_place(node, &x.beside, err);
    if (r == 0 && (r = kept_find(node, actor, &x.beside, &content, err)) > 0)
        r = act_run(node, &act, do_promote, &x, err);
    arena_free(a);
    return r;
}

/* --- the end of it --- */

static int do_drop(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct places *p = arg;
    int r = 0;
    act->detail = STR("dropped");
    for (size_t i = 0; i < p->n && r == 0; i++)
        if (p->there[i])
            r = kept_forget(node, act->actor, &p->at[i], err);
    return r;
}

int typed_sent(struct node *node, const struct actor *actor, int64_t now_ms, const struct typed_stamp *stamp, const struct typed_stamp *follows, struct err *err)
{
    int r = note_finished(node->db, actor, now_ms, stamp, err);
    return r < 0 ? r : note_finished(node->db, actor, now_ms, follows, err);
}

int typed_finish(struct node *node, const struct actor *actor, int64_t now_ms, str name, const struct typed_stamp *stamp,
                 const struct typed_stamp *follows, struct err *err)
{
    struct arena *a = arena_new();
    struct places p;
    struct act act = kept_act_of(actor, now_ms);
    bool any = false;
    int r = typed_sent(node, actor, now_ms, stamp, follows, err);
    if (r == 0)
        r = list_places(node, name, stamp, follows, a, &p, err);
    if (r == 0)
        r = find_all(node, actor, &p, err);
    for (size_t i = 0; r == 0 && i < p.n; i++) {
        const struct typed_stamp *is = &p.at[i].stamp;
        p.there[i] = p.there[i] && (!is->there || same_page(is, stamp) || same_page(is, follows));
        any = any || p.there[i];
    }
    if (r == 0 && any)
        r = act_run(node, &act, do_drop, &p, err);
    arena_free(a);
    return r;
}
