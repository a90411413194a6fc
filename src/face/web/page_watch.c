/* The menu of those who watch over the agency; what was given to partners and what is held from them. */
#include <inttypes.h>

#include "face/web/oversight_page.h"
#include "face/web/pages.html.h"
#include "trust/grant/grant.h"
#include "trust/oversight/canary.h"
#include "trust/oversight/review.h"
#include "trust/peer/partner.h"
#include "work/shield/allegation.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

int show_watch(struct page *p)
{
    static const struct { const char *path, *label, *hint; unsigned roles; } all[] = {
        {"/oversight/approvals", N_("What takes two persons"), N_("Exports, erasures, roles: agree or refuse"), ROLE_SUPERVISOR | ROLE_DPO},
        {"/oversight/reviews", N_("Emergencies"), N_("Who opened a case without a part in it"), ROLE_SUPERVISOR | ROLE_DPO | ROLE_AUDITOR},
        {"/oversight/looks", N_("Who looked"), N_("At what, when and why; also for one person"), ROLE_SUPERVISOR | ROLE_DPO | ROLE_AUDITOR},
        {"/oversight/counts", N_("How often"), N_("Acts by kind; the same member at the same record"), ROLE_SUPERVISOR | ROLE_DPO | ROLE_AUDITOR},
        {"/oversight/grants", N_("What was given, and what was received"), N_("Partners, purposes, data asked back and overdue"), ROLE_SUPERVISOR | ROLE_DPO | ROLE_AUDITOR},
        {"/oversight/canaries", N_("Decoys"), N_("Invented records, and who opened one"), ROLE_DPO},
        {"/decisions", N_("Decisions that prosecutors have not taken yet"), N_("Offences laid to people who may be victims: how many, how old"), ROLE_SUPERVISOR | ROLE_DPO | ROLE_AUDITOR},
        {"/desk/simulate", N_("Try out the line"), N_("Waits in a hall, and what a traveller and an officer in league reach"), ROLE_SUPERVISOR | ROLE_DPO | ROLE_AUDITOR},
        {"/desk/rota", N_("Rotas"), N_("Who stands where on which day, drawn"), ROLE_SUPERVISOR},
        {"/desk/watch", N_("Who meets whom"), N_("At the desk, against what the lots let expect"), ROLE_SUPERVISOR | ROLE_DPO | ROLE_AUDITOR},
        {"/log", N_("The log"), N_("The newest acts; the check of the whole log"), ROLE_SUPERVISOR | ROLE_DPO | ROLE_AUDITOR},
    };
    struct watch_view v = {.page = page_layout(p, N_("Oversight"))};
    struct review_counts reviews = {0};
    struct shield_count decisions = {0};
    int64_t to_decide = 0, own = 0, alerts = 0, overdue = 0;
    int r = approval_count(p->node->db, p->session.member, p->session.roles, p->now_ms, &to_decide, &own, &p->err);
    if (r == 0)
        r = review_count(p->node->db, p->session.member, p->now_ms, &reviews, &p->err);
    if (r == 0)
        r = grant_overdue_count(p->node->db, p->now_ms, &overdue, &p->err);
    if (r == 0)
        r = shield_count(p->node->db, &(struct shield_whose){0}, p->now_ms, &decisions, &p->err);
    if (r == 0 && p->session.roles & ROLE_DPO)
        r = canary_count(p->node->db, &alerts, &p->err);
    if (r < 0)
        return r;
    const int64_t counts[sizeof all / sizeof all[0]] = {to_decide, reviews.waiting, 0, 0, overdue, alerts, decisions.open};
    const bool warns[sizeof all / sizeof all[0]] = {false, reviews.overdue > 0, false, false, true, true, decisions.overdue > 0};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i].roles & p->session.roles)
            v.items[v.n++] = (struct watch_item){all[i].path, all[i].label, all[i].hint, counts[i], warns[i] && counts[i] > 0};
    page_watch(&p->out, &v);
    return 0;
}

/* --- grants --- */

struct grants { struct arena *a; struct grant_item *items; size_t n; };

static int list(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct grants *g = arg;
    act->detail = STR("grants");
    return grant_list(node, g->a, act->now_ms, &g->items, &g->n, err);
}

static str partner_name(struct page *p, const uint8_t id[static ID_LEN])
{
    struct partner partner;
    struct err gone = {0};
    return partner_by_id(p->node->db, p->a, id, &partner, &gone) == 0 ? partner.agency : page_hex(p, id);
}

static struct grant_row row_of(struct page *p, const struct grant_item *item)
{
    static const char *const states[] = {[GRANT_LIVE] = N_("live"), [GRANT_WITHDRAWN] = N_("withdrawn"), [GRANT_EXPIRED] = N_("expired"),
                                         [GRANT_SETTLED] = N_("gone: every holder has said so")};
    const struct grant *g = &item->grant;
    return (struct grant_row){
        .partner = partner_name(p, item->ours ? g->holder : g->issuer), .purpose = page_purpose(p, g->purpose), .fields = g->fields,
        .handling = str_printf(p->a, "%s, %c%c, TLP %s", grant_handling_names[g->handling], g->source, g->information, grant_tlp_names[g->tlp]),
        .issued = page_time(p, g->issued_ms), .expires = page_time(p, g->expires_ms), .ended = page_time(p, item->ended_ms), .state = states[item->state],
        .overdue = item->overdue, .overdue_days = str_printf(p->a, "%" PRId64, (p->now_ms - item->ended_ms) / DAY_MS), .below = item->below,
        .below_said = item->below_acknowledged};
}

int show_grants(struct page *p)
{
    struct grants_view v = {.page = page_layout(p, N_("What was given, and what was received"))};
    struct grants g = {.a = p->a};
    struct act act = {.verb = VERB_OVERSEE, .actor = &p->actor, .purpose = STR("oversight"), .now_ms = p->now_ms};
    int r = act_run(p->node, &act, list, &g, &p->err);
    if (r < 0)
        return r;
    v.given = arena_array(p->a, struct grant_row, g.n);
    v.held = arena_array(p->a, struct grant_row, g.n);
    for (int overdue = 1; overdue >= 0; overdue--) /* what needs somebody stands first */
        for (size_t i = 0; i < g.n; i++) {
            if (g.items[i].overdue != (overdue == 1))
                continue;
            v.n_overdue += g.items[i].overdue;
            if (g.items[i].ours)
                v.given[v.n_given++] = row_of(p, &g.items[i]);
            else
                v.held[v.n_held++] = row_of(p, &g.items[i]);
        }
    page_grants(&p->out, &v);
    return 0;
}
