/* Emergency looks and their review; canaries. */
#include <string.h>

#include "face/web/oversight_page.h"
#include "face/web/pages.html.h"
#include "trust/oversight/canary.h"
#include "trust/oversight/review.h"
#include "work/cases/casefile.h"

/* --- breaking the glass --- */

static int draw_glass(struct page *p, const uint8_t file[static ID_LEN], str purpose)
{
    struct glass_view v = {.page = page_layout(p, N_("Open this case in an emergency")), .id = page_hex(p, file), .reference = page_field(p, "reference"),
                           .purposes = page_purposes(p, purpose)};
    page_glass(&p->out, &v);
    return 0;
}

int show_glass(struct page *p)
{
    uint8_t file[ID_LEN];
    int r = page_id(p, 0, file);
    return r < 0 ? r : draw_glass(p, file, STR("protection"));
}

int do_glass(struct page *p)
{
    uint8_t file[ID_LEN];
    str purpose = form_get(&p->form, "purpose"), reference = page_field(p, "reference");
    int r = page_id(p, 0, file);
    if (r == 0 && reference.len == 0) {
        err_set(&p->err, ERR_INPUT, N_("say in a few words why"));
        page_error(p, "reference");
        return draw_glass(p, file, purpose);
    }
    if (r == 0)
        r = glass_break(p->node, &p->actor, file, purpose, reference, p->now_ms, &p->err);
    return r < 0 ? r : page_go(p, str_printf(p->a, "/files/%.*s", STR_ARG(page_hex(p, file))).p);
}

/* --- reviews --- */

static struct review_row row_of(struct page *p, const struct colleagues *c, const struct review *one, bool may)
{
    static const char *const kinds[] = {[REVIEW_GLASS] = N_("Opened in an emergency"), [REVIEW_OVERRIDE] = N_("Went on without consent")};
    static const char *const states[] = {[REVIEW_WAITS] = N_("to be reviewed"), [REVIEW_RIGHT] = N_("was right"), [REVIEW_WRONG] = N_("was wrong")};
    bool waits = one->state == REVIEW_WAITS;
    return (struct review_row){
        .id = page_hex(p, one->id), .number = casefile_number(p->a, one->file), .file = page_hex(p, one->file), .who = colleagues_name(c, one->member),
        .at = page_time(p, one->at_ms), .due = page_time(p, one->due_ms), .purpose = page_purpose(p, one->purpose), .reference = one->reference,
        .reviewer = waits ? STR("") : colleagues_name(c, one->reviewer), .words = one->words, .kind = kinds[one->kind], .state = states[one->state], .waits = waits,
        .overdue = waits && one->due_ms <= p->now_ms, .may_decide = may && waits && memcmp(one->member, p->session.member, ID_LEN) != 0};
}

static int draw_reviews(struct page *p, enum review_scope scope, str wrong)
{
    struct reviews_view v = {.page = page_layout(p, scope == REVIEWS_OWN ? N_("Emergencies in your cases") : N_("Emergencies")), .wrong = wrong,
                             .words = page_field(p, "words"), .own = scope == REVIEWS_OWN};
    bool may = p->session.roles & (ROLE_SUPERVISOR | ROLE_DPO) && !v.own;
    struct colleagues c;
    struct review *all;
    int r = review_list(p->node, &p->actor, scope, p->now_ms, p->a, &all, &v.n, &p->err);
    if (r == 0)
        r = colleagues_load(p, &c);
    if (r < 0)
        return r;
    v.rows = arena_array(p->a, struct review_row, v.n);
    for (size_t i = 0; i < v.n; i++)
        v.rows[i] = row_of(p, &c, &all[i], may);
    page_reviews(&p->out, &v);
    return 0;
}

int show_reviews(struct page *p)
{
    return draw_reviews(p, REVIEWS_ALL, STR(""));
}

int show_own_reviews(struct page *p)
{
    return draw_reviews(p, REVIEWS_OWN, STR(""));
}

int do_review(struct page *p)
{
    uint8_t id[ID_LEN];
    str right = form_get(&p->form, "right");
    int r = page_id(p, 0, id);
    if (r == 0 && !str_eq(right, STR("yes")) && !str_eq(right, STR("no")))
        r = err_set(&p->err, ERR_INPUT, N_("say whether it was right or wrong"));
    if (r == 0)
        r = review_decide(p->node, &p->actor, id, str_eq(right, STR("yes")), page_field(p, "words"), p->now_ms, &p->err);
    if (r == ERR_INPUT || r == ERR_EXISTS) {
        page_error(p, r == ERR_INPUT ? str_printf(p->a, "words-%.*s", STR_ARG(page_hex(p, id))).p : NULL);
        return draw_reviews(p, REVIEWS_ALL, page_hex(p, id));
    }
    return r < 0 ? r : page_go(p, "/oversight/reviews");
}

/* --- canaries --- */

static int draw_canaries(struct page *p)
{
    struct canaries_view v = {.page = page_layout(p, N_("Decoys")), .object = page_field(p, "object"), .words = page_field(p, "words")};
    struct canary_list list = {0};
    struct colleagues c;
    int r = canary_list(p->node, &p->actor, p->now_ms, p->a, &list, &p->err);
    if (r == 0)
        r = colleagues_load(p, &c);
    if (r < 0)
        return r;
    v.n = list.n;
    v.rows = arena_array(p->a, struct canary_row, list.n);
    for (size_t i = 0; i < list.n; i++) {
        const struct canary *one = &list.all[i];
        v.rows[i] = (struct canary_row){page_hex(p, one->object.b), one->words, colleagues_name(&c, one->by), page_time(p, one->at_ms), one->alerts};
        v.alerts += one->alerts;
    }
    v.acts = page_look_rows(p, &c, &list.acts);
    v.n_acts = list.acts.n;
    page_canaries(&p->out, &v);
    return 0;
}

int show_canaries(struct page *p)
{
    return draw_canaries(p);
}

/* The form again with what was wrong, or the list. */
static int after_canary(struct page *p, int r)
{
    if (r == ERR_INPUT || r == ERR_NOT_FOUND || r == ERR_EXISTS || r == ERR_LIMIT) {
        page_error(p, r == ERR_INPUT ? "words" : "object");
        return draw_canaries(p);
    }
    return r < 0 ? r : page_go(p, "/oversight/canaries");
}

int do_canary_mark(struct page *p)
{
    uint8_t object[ID_LEN];
    if (!hex_decode_into(page_field(p, "object"), object, ID_LEN))
        return after_canary(p, err_set(&p->err, ERR_NOT_FOUND, N_("there is no such record")));
    return after_canary(p, canary_mark(p->node, &p->actor, object, page_field(p, "words"), p->now_ms, &p->err));
}

int do_canary_drop(struct page *p)
{
    uint8_t object[ID_LEN];
    int r = page_id(p, 0, object);
    return r < 0 ? r : after_canary(p, canary_drop(p->node, &p->actor, object, p->now_ms, &p->err));
}

int do_canary_seen(struct page *p)
{
    return after_canary(p, canary_seen(p->node, &p->actor, p->now_ms, &p->err));
}
