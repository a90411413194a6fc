/* What takes two persons: what waits, agreeing, refusing, taking back. */
#include <string.h>

#include "face/web/hall_page.h"
#include "face/web/oversight_page.h"
#include "face/web/pages.html.h"
#include "trust/oversight/review.h"
#include "trust/people/new_code.h"
#include "face/web/erasure.h"
#include "work/cases/export.h"
#include "work/cases/release.h"
#include "work/court/court.h"
#include "work/desk/hall_rule.h"
#include "work/desk/override.h"
#include "work/interviews/interview.h"
#include "work/watch/watched.h"

static const struct approval_kind kinds[] = {
    {VERB_EXPORT, N_("Export of cases"), export_agreed, NULL},
    {VERB_ERASE, N_("Erase a person"), erasure_agreed, erasure_after},
    {VERB_ROLES, N_("Give or take away roles"), member_roles_run, NULL},
    {VERB_CODE, N_("A new code for a member"), member_code_run, NULL},
    {VERB_OVERRIDE, N_("Go on without the person's consent"), override_run, NULL},
    {VERB_RELEASE, N_("Release for a charge, detention or removal"), release_run, NULL},
    {VERB_BUNDLE, N_("Bundle for a court"), court_agreed, NULL},
    {VERB_INTERVIEW_AGAIN, N_("Another interview of a person"), interview_again_agreed, NULL},
    {VERB_HALL_OVERRIDE, N_("Call somebody in the hall without a draw"), override_agreed, NULL},
    {VERB_HALL_RULE, N_("Another rule for the hall"), hall_rule_agreed, NULL, hall_rule_posted, VERB_DESK},
    {VERB_WATCH_OPEN, N_("Open who is behind a number"), watched_agreed, NULL},
    {0},
};

static const char *words_of(enum verb verb)
{
    for (const struct approval_kind *k = kinds; k->run; k++)
        if (k->verb == verb)
            return k->words;
    return verbs[verb].name;
}

static struct approval_row row_of(struct page *p, const struct colleagues *c, const struct approval *one)
{
    return (struct approval_row){.id = page_hex(p, one->id), .who = colleagues_name(c, one->first), .asked = page_time(p, one->asked_ms),
                                 .until = page_time(p, one->until_ms), .what = words_of(one->verb), .state = approval_state_words(one->state),
                                 .waits = one->state == APPROVAL_WAITS};
}

int show_approvals(struct page *p)
{
    struct approvals_view v = {.page = page_layout(p, N_("What takes two persons"))};
    struct colleagues c;
    struct approval *all;
    size_t n = 0;
    int r = approval_list(p->node, &p->actor, p->now_ms, p->a, &all, &n, &p->err);
    if (r == 0)
        r = colleagues_load(p, &c);
    if (r < 0)
        return r;
    v.others = arena_array(p->a, struct approval_row, n);
    v.own = arena_array(p->a, struct approval_row, n);
    for (size_t i = 0; i < n; i++)
        if (memcmp(all[i].first, p->session.member, ID_LEN) == 0)
            v.own[v.n_own++] = row_of(p, &c, &all[i]);
        else
            v.others[v.n_others++] = row_of(p, &c, &all[i]);
    page_approvals(&p->out, &v);
    return 0;
}

static void add_line(struct approval_view *v, const char *label, str value)
{
    if (v->n_lines < sizeof v->lines / sizeof v->lines[0])
        v->lines[v->n_lines++] = (struct person_line){label, value};
}

/* What is released, by what right and why; how much of it: the case is looked at for the rest. */
static void tell_release(struct page *p, struct approval_view *v, const struct record *asked)
{
    size_t n = 0;
    for (size_t i = 0; i < asked->n; i++) {
        const struct field *f = asked->values[i].field;
        if (strcmp(f->name, "rel_Records") == 0)
            n++;
        else
            add_line(v, f->label, record_words(p, f, asked->values[i].text));
    }
    add_line(v, N_("Number of records"), str_printf(p->a, "%zu", n));
}

/* Whose code; and whether it waits for whoever asked. */
static int tell_code(struct page *p, const struct approval *one, uint8_t member[static ID_LEN], struct approval_view *v)
{
    struct new_code code;
    int r = member_code_asked(one, member, &p->err);
    if (r < 0 || one->state != APPROVAL_DONE || memcmp(one->first, p->session.member, ID_LEN) != 0 || p->now_ms >= one->ended_ms + APPROVAL_FETCH_MS)
        return r;
    r = new_code_get(p->node->db, one->id, &code, &p->err);
    v->may_show = r > 0 && code.waits;
    return r < 0 ? r : 0;
}

/* Which numbers of the watch; and where whoever asked is told who is behind them. */
static int tell_numbers(struct page *p, const struct approval *one, struct approval_view *v)
{
    uint32_t codes[WATCHED_CODES_MAX];
    size_t n;
    int r = watched_asked(one, codes, &n, &p->err);
    for (size_t i = 0; r == 0 && i < n; i++)
        add_line(v, N_("Number"), watched_code_text(p->a, codes[i]));
    if (r == 0 && one->state == APPROVAL_DONE && memcmp(one->first, p->session.member, ID_LEN) == 0 && p->now_ms < one->ended_ms + APPROVAL_FETCH_MS)
        v->fetch = str_printf(p->a, "/desk/watch/names/%.*s", STR_ARG(v->id));
    return r;
}

/* What exactly is asked, by its arguments. */
static int tell(struct page *p, const struct colleagues *c, const struct approval *one, struct approval_view *v)
{
    uint8_t member[ID_LEN];
    unsigned roles;
    struct export_order order;
    struct record asked;
    struct court_order bundle;
    struct interview_again again;
    struct override by_two;
    struct hall_rule rule;
    uint8_t interview[ID_LEN];
    int r = 0;
    if (one->has_file)
        v->file = page_hex(p, one->file);
    if (one->verb == VERB_ERASE && one->arguments.len == ID_LEN)
        v->person = page_hex(p, one->arguments.p);
    if (one->verb == VERB_ROLES && (r = member_roles_asked(one, member, &roles, &p->err)) == 0) {
        add_line(v, N_("Member"), colleagues_name(c, member));
        add_line(v, N_("Roles"), page_roles(p, roles));
    }
    if (one->verb == VERB_CODE && (r = tell_code(p, one, member, v)) == 0)
        add_line(v, N_("Member"), colleagues_name(c, member));
    if (one->verb == VERB_HALL_OVERRIDE && (r = override_asked(one, &by_two, &p->err)) == 0) {
        add_line(v, N_("Ticket"), str_printf(p->a, "%u", by_two.ticket));
        add_line(v, N_("Counter"), by_two.counter ? str_printf(p->a, "%u", by_two.counter) : page_words(p, N_("whichever is free next")));
    }
    if (one->verb == VERB_HALL_RULE && (r = hall_rule_asked(one, p->a, &rule, &p->err)) == 0) {
        add_line(v, N_("Hall"), rule.was.name);
        v->otherwise = hall_otherwise_of(p, &rule);
    }
    if (one->verb == VERB_WATCH_OPEN)
        r = tell_numbers(p, one, v);
    if (one->verb == VERB_RELEASE && (r = release_asked(one, p->a, &asked, &p->err)) == 0)
        tell_release(p, v, &asked);
    if (one->verb == VERB_BUNDLE && (r = court_order_of(one, p->a, &bundle, &p->err)) == 0) {
        add_line(v, N_("Language of the court"), bundle.language);
        add_line(v, N_("Sealed for"), bundle.sealed ? age_recipient_format(p->a, bundle.recipient) : page_words(p, N_("nobody: it can be read by whoever has it")));
        if (one->state == APPROVAL_DONE && memcmp(one->first, p->session.member, ID_LEN) == 0 && p->now_ms < one->ended_ms + APPROVAL_FETCH_MS)
            v->fetch = str_printf(p->a, "/files/%s/bundle/%.*s", page_hex(p, one->file).p, STR_ARG(v->id));
    }
    if (one->verb == VERB_INTERVIEW_AGAIN && (r = interview_again_asked(one->arguments, interview, &again, &p->err)) == 0) {
        const struct interview_ground *ground = interview_ground(again.ground);
        add_line(v, N_("Why another interview"), ground ? page_words(p, ground->words) : again.ground);
        add_line(v, N_("Reasons for another interview"), again.reasons);
    }
    if (one->verb == VERB_EXPORT && (r = export_order_of(one, p->now_ms, &order, &p->err)) == 0) {
        add_line(v, N_("What goes out"), page_words(p, order.kind->words));
        add_line(v, N_("Of which cases"), page_words(p, order.whose == RECORDS_HERS ? N_("those in which she has a part") : N_("all of her unit")));
        if (one->state == APPROVAL_DONE && memcmp(one->first, p->session.member, ID_LEN) == 0 && p->now_ms < one->ended_ms + APPROVAL_FETCH_MS)
            v->fetch = str_printf(p->a, "/export/%.*s", STR_ARG(v->id));
    }
    return r;
}

static int draw_approval(struct page *p, const uint8_t id[static ID_LEN], str reason)
{
    struct approval one;
    struct colleagues c;
    struct approval_view v = {.page = page_layout(p, N_("What takes two persons")), .id = page_hex(p, id), .reason = reason};
    int r = approval_look(p->node, &p->actor, id, p->now_ms, p->a, &one, &v.may_agree, &p->err);
    if (r == 0)
        r = colleagues_load(p, &c);
    if (r < 0)
        return r;
    page_layout(p, words_of(one.verb));
    v.what = words_of(one.verb);
    v.state = approval_state_words(one.state);
    v.who = colleagues_name(&c, one.first);
    if (one.state == APPROVAL_DONE || one.state == APPROVAL_REFUSED)
        v.second = colleagues_name(&c, one.second);
    v.asked = page_time(p, one.asked_ms);
    v.until = page_time(p, one.until_ms);
    v.purpose = page_purpose(p, one.purpose);
    v.reference = one.reference;
    v.refusal = one.reason;
    v.may_retract = one.state == APPROVAL_WAITS && memcmp(one.first, p->session.member, ID_LEN) == 0;
    r = tell(p, &c, &one, &v);
    if (r == 0)
        page_approval(&p->out, &v);
    return r;
}

int show_approval(struct page *p)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    return r < 0 ? r : draw_approval(p, id, STR(""));
}

/* Back to the request, which says what has become of it. */
static int decided(struct page *p, int r, const uint8_t id[static ID_LEN])
{
    if (r == ERR_INPUT || r == ERR_EXISTS || r == ERR_USAGE) {
        page_error(p, r == ERR_INPUT ? "reason" : NULL);
        return draw_approval(p, id, page_field(p, "reason"));
    }
    return r < 0 ? r : page_go(p, str_printf(p->a, "/oversight/approvals/%.*s", STR_ARG(page_hex(p, id))).p);
}

int do_approval_agree(struct page *p)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    return r < 0 ? r : decided(p, approval_agree(p->node, kinds, &p->actor, id, p->now_ms, &p->err), id);
}

int do_approval_refuse(struct page *p)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    return r < 0 ? r : decided(p, approval_refuse(p->node, &p->actor, id, page_field(p, "reason"), p->now_ms, &p->err), id);
}

int do_approval_retract(struct page *p)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    return r < 0 ? r : decided(p, approval_retract(p->node, &p->actor, id, p->now_ms, &p->err), id);
}

/* The code that two agreed to, once. */
int do_approval_code(struct page *p)
{
    uint8_t id[ID_LEN];
    char code[MEMBER_CODE_LEN];
    struct new_code made;
    struct member m;
    int r = page_id(p, 0, id);
    if (r == 0)
        r = member_code_take(p->node, &p->actor, id, p->now_ms, code, &p->err);
    if (r == 0)
        r = new_code_get(p->node->db, id, &made, &p->err);
    if (r > 0)
        r = member_get(p->node, made.member, p->a, &m, &p->err);
    if (r < 0)
        return r;
    struct member_code_view v = {.page = page_layout(p, N_("A new code to join with")), .login = m.login, .code = str_dup(p->a, str_from(code))};
    page_member_code(&p->out, &v);
    return 0;
}

int page_parked(struct page *p, int r, const uint8_t request[static ID_LEN])
{
    if (r != ERR_PARKED)
        return r;
    p->err = (struct err){0};
    return page_go(p, str_printf(p->a, "/oversight/approvals/%.*s", STR_ARG(page_hex(p, request))).p);
}

/* --- asking to erase a person --- */

int do_person_erase(struct page *p)
{
    uint8_t id[ID_LEN];
    struct act act = {.verb = VERB_ERASE, .actor = &p->actor, .reference = page_field(p, "reference"), .now_ms = p->now_ms};
    int r = page_id(p, 0, id);
    act.arguments = (bytes){id, ID_LEN};
    return r < 0 ? r : page_parked(p, act_run(p->node, &act, NULL, NULL, &p->err), act.approval);
}

int show_person_erase(struct page *p)
{
    uint8_t id[ID_LEN];
    struct erase_view v = {.page = page_layout(p, N_("Erase this person"))};
    int r = page_id(p, 0, id);
    v.id = page_hex(p, id);
    if (r == 0)
        page_person_erase(&p->out, &v);
    return r;
}
