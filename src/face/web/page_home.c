/* The start page: what needs whoever is signed in. Numbers by indexes only: nothing is opened to show it. */
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "trust/grant/grant.h"
#include "trust/oversight/canary.h"
#include "trust/oversight/review.h"
#include "trust/people/new_code.h"
#include "trust/peer/partner.h"
#include "work/cases/record_store.h"
#include "work/interviews/interview.h"
#include "work/requests/referral.h"
#include "work/shield/allegation.h"
#include "work/watch/watched.h"

#define WORK (ROLE_CASEWORKER | ROLE_INVESTIGATOR | ROLE_PROSECUTOR | ROLE_SUPERVISOR)
#define SECOND (ROLE_SUPERVISOR | ROLE_DPO)
#define WATCH (SECOND | ROLE_AUDITOR)
#define LOOKED_MS (INT64_C(8) * 24 * 3600 * 1000)
#define UNREAD_MS (INT64_C(30) * 24 * 3600 * 1000)

struct numbers {
    struct request_counts requests;
    int64_t referrals, windows, partners, stopped, tasks, tasks_overdue, unread, to_decide, own_requests, recalls, alerts;
    struct review_counts reviews;
    int64_t codes; /* new codes to join with that were made for her */
    int64_t places; /* where the watch of the desk says: look here */
    struct shield_count decisions, high; /* of her cases; those that went up to all supervisors and the officer */
};

static int count_partners(struct page *p, struct numbers *n)
{
    struct partner *all;
    size_t n_all = 0;
    int r = partner_list(p->node->db, p->a, &all, &n_all, &p->err);
    for (size_t i = 0; r == 0 && i < n_all; i++)
        ++*(all[i].status == PARTNER_ACTIVE ? &n->partners : &n->stopped);
    return r;
}

/* Of the last look by the clock, once a week: the count it kept. */
static int count_places(struct page *p, int64_t *n)
{
    struct watched_counts *newest;
    size_t found;
    int r = watched_counts(p->node->db, 1, p->a, &newest, &found, &p->err);
    *n = r == 0 && found && p->now_ms - newest[0].at_ms < LOOKED_MS ? newest[0].found : 0;
    return r;
}

static int count(struct page *p, struct numbers *n)
{
    struct db *db = p->node->db;
    unsigned roles = p->session.roles;
    const uint8_t *member = p->session.member;
    int r = count_partners(p, n);
    if (r == 0)
        r = approval_count(db, member, roles, p->now_ms, &n->to_decide, &n->own_requests, &p->err);
    if (r == 0)
        r = new_code_count(db, member, p->now_ms - NEW_CODE_TOLD_MS, &n->codes, &p->err);
    if (r == 0 && roles & WORK)
        r = record_tasks_count(db, member, p->now_ms, &n->tasks, &n->tasks_overdue, &p->err);
    if (r == 0 && roles & WORK)
        r = post_unread_count(db, p->now_ms - UNREAD_MS, &n->unread, &p->err);
    if (r == 0 && roles & (WORK | WATCH))
        r = request_count(db, p->now_ms, &n->requests, &p->err);
    if (r == 0 && roles & WORK)
        r = referral_count(db, &n->referrals, &p->err);
    if (r == 0 && roles & WORK)
        r = interview_windows_open(db, member, p->now_ms, &n->windows, &p->err);
    if (r == 0 && roles & (WORK | WATCH))
        r = review_count(db, member, p->now_ms, &n->reviews, &p->err);
    if (r == 0 && roles & WATCH)
        r = grant_overdue_count(db, p->now_ms, &n->recalls, &p->err);
    if (r == 0 && roles & WORK)
        r = shield_count(db, &(struct shield_whose){.member = member, .supervises = roles & ROLE_SUPERVISOR}, p->now_ms, &n->decisions, &p->err);
    if (r == 0 && roles & SECOND)
        r = shield_count(db, &(struct shield_whose){.level = SHIELD_LEVELS}, p->now_ms, &n->high, &p->err);
    if (r == 0 && roles & WATCH)
        r = count_places(p, &n->places);
    if (r == 0 && roles & ROLE_DPO)
        r = canary_count(db, &n->alerts, &p->err);
    return r;
}

static str since(struct page *p, const struct shield_count *n)
{
    return n->open ? page_time(p, p->now_ms - n->oldest_ms) : STR("");
}

/* What is to be done, by role; a card with nothing to do is not shown. */
static void add_cards(struct page *p, struct home_view *v, const struct numbers *n)
{
    unsigned roles = p->session.roles;
    const struct { unsigned roles; bool shown; struct home_card card; } cards[] = {
        {0, n->codes > 0, {N_("new codes to join with, made for you in the last 30 days"), N_("See by whom"), "/account", n->codes, true}},
        {ROLE_DPO, n->alerts > 0, {N_("acts on decoys"), N_("See who"), "/oversight/canaries", n->alerts, true}},
        {WATCH, n->reviews.overdue > 0, {N_("emergencies whose review is overdue"), N_("Review them"), "/oversight/reviews", n->reviews.overdue, true}},
        {WATCH, n->reviews.waiting > n->reviews.overdue, {N_("emergencies to review"), N_("Review them"), "/oversight/reviews", n->reviews.waiting - n->reviews.overdue, false}},
        {WORK, n->reviews.own_files > 0, {N_("emergencies in cases that you answer for"), N_("See them"), "/emergencies", n->reviews.own_files, true}},
        {SECOND | ROLE_PROSECUTOR, n->to_decide > 0, {N_("requests that wait for a second person"), N_("Decide"), "/oversight/approvals", n->to_decide, false}},
        {0, n->own_requests > 0, {N_("requests of yours that wait for a second person"), N_("See them"), "/oversight/approvals", n->own_requests, false}},
        {WATCH, n->places > 0, {N_("places to look at in the watch of the halls; it says where, not what"), N_("Look"), "/desk/watch", n->places, false}},
        {WATCH, n->recalls > 0, {N_("data asked back that a partner has not confirmed"), N_("See which"), "/oversight/grants", n->recalls, true}},
        {SECOND, n->high.open > 0, {N_("decisions on presumed victims that are overdue for a week"), N_("See them"), "/decisions", n->high.open, true, since(p, &n->high)}},
        {WORK, n->decisions.overdue > 0, {N_("decisions on presumed victims that are overdue"), N_("See which"), "/decisions", n->decisions.overdue, true, since(p, &n->decisions)}},
        {WORK, n->decisions.open > n->decisions.overdue, {N_("offences that wait for a prosecutor"), N_("See which"), "/decisions", n->decisions.open - n->decisions.overdue, false, n->decisions.overdue ? STR("") : since(p, &n->decisions)}},
        {WORK, n->tasks_overdue > 0, {N_("tasks that are overdue"), N_("See your tasks"), "/files", n->tasks_overdue, true}},
        {WORK, n->tasks > n->tasks_overdue, {N_("tasks to do"), N_("See your tasks"), "/files", n->tasks - n->tasks_overdue, false}},
        {WORK | WATCH, n->requests.overdue_here > 0, {N_("requests of partners that are overdue here"), N_("Answer them"), "/requests", n->requests.overdue_here, true}},
        {WORK, n->requests.to_answer > n->requests.overdue_here,
         {N_("requests of partners to answer"), N_("Answer them"), "/requests", n->requests.to_answer - n->requests.overdue_here, false}},
        {WORK, n->referrals > 0, {N_("persons whom partners refer to us"), N_("Accept or refuse"), "/referrals", n->referrals, false}},
        {WORK, n->windows > 0, {N_("Interviews of partners that take questions"), N_("See them"), "/windows", n->windows, false}},
        {WORK | WATCH, n->requests.overdue_there > 0, {N_("requests of ours that partners have not answered in time"), N_("See which"), "/requests", n->requests.overdue_there, true}},
        {WORK, n->unread > 0, {N_("letters that nobody has read yet"), N_("Read them"), "/letters", n->unread, false}},
        {0, n->stopped > 0, {N_("partners that are stopped"), N_("See the partners"), "/partners", n->stopped, true}},
        {WORK, true, {N_("In three steps, on a telephone too"), N_("New case"), "/files/new", 0, false}},
        {WORK, true, {N_("In any script and spelling"), N_("Find a person"), "/search", 0, false}},
        {0, n->partners > 0, {N_("partners that can be asked"), N_("See the partners"), "/partners", n->partners, false}},
        {ROLE_ADMINISTRATOR, true, {N_("Who works here, and as what"), N_("Members"), "/members", 0, false}},
    };
    for (size_t i = 0; i < sizeof cards / sizeof cards[0]; i++)
        if (cards[i].shown && (cards[i].roles == 0 || cards[i].roles & roles))
            v->cards[v->n_cards++] = cards[i].card;
}

int show_home(struct page *p)
{
    struct home_view v = {.page = page_layout(p, N_("What needs you"))};
    struct numbers n = {0};
    struct act_watch watch;
    struct err why = {0};
    int r = count(p, &n);
    if (r == 0)
        r = act_watch_get(p->node->db, &watch, &p->err);
    if (r < 0)
        return r;
    add_cards(p, &v, &n);
    if (act_watch_refuses(&watch, p->now_ms, &why))
        v.watch = str_dup(p->a, str_from(why.text));
    else if (act_watch_warns(&watch, p->now_ms))
        v.watch = page_words(p, N_("For an hour too few partners have confirmed the log: tell whoever runs this node."));
    page_home(&p->out, &v);
    return 0;
}
