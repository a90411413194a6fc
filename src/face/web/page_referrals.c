/* Referrals to and from partners: which there are, offering a person, accepting, refusing, following up. */
#include <string.h>

#include "face/web/assess_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "trust/peer/partner.h"
#include "work/cases/consent.h"
#include "work/requests/referral.h"

static str agency_of(struct page *p, const uint8_t id[static ID_LEN])
{
    struct partner partner;
    struct err ignored;
    return partner_by_id(p->node->db, p->a, id, &partner, &ignored) == 0 ? partner.agency : STR("?");
}

int show_referrals(struct page *p)
{
    struct referrals_view v = {.page = page_layout(p, N_("Referrals"))};
    const struct casework w = file_casework(p);
    struct referral *all;
    size_t n;
    int r = referral_list(&w, p->a, &all, &n, &p->err);
    if (r < 0)
        return r;
    v.in = arena_array(p->a, struct referral_line, n);
    v.out = arena_array(p->a, struct referral_line, n);
    for (size_t i = 0; i < n; i++)
        *(all[i].outgoing ? &v.out[v.n_out++] : &v.in[v.n_in++]) = (struct referral_line){
            page_hex(p, all[i].id), agency_of(p, all[i].partner), page_time(p, all[i].sent_ms), referral_state_words(all[i].state), all[i].outgoing,
            referral_is_open(all[i].state)};
    page_referrals(&p->out, &v);
    return 0;
}

/* --- offering --- */

static struct choices words_choices(struct page *p, const char *name, const char *label, const struct request_word *table)
{
    struct choices c = {.page = &p->layout, .name = name, .label = label};
    size_t n = 0;
    while (table[n].code)
        n++;
    c.all = arena_array(p->a, struct choice, n + 1);
    c.all[c.n++] = (struct choice){STR(""), page_words(p, N_("Choose")), false};
    for (size_t i = 0; i < n; i++)
        if (strcmp(table[i].code, REFERRAL_ERASED) != 0)
            c.all[c.n++] = (struct choice){str_from(table[i].code), page_words(p, table[i].words), str_eq(page_field(p, name), str_from(table[i].code))};
    return c;
}

/* Whom she named and what for, of a consent that holds. */
static int fill_giving(struct page *p, const struct record *c, struct referral_form_view *v)
{
    const struct field *recipients = field_find(STR("cmt_ConsentRecipients")), *purposes = field_find(STR("cmt_ConsentPurposes"));
    str list = record_text(c, "cmt_ConsentPurposes"), value, named;
    struct partner *all;
    size_t n;
    v->to = (struct choices){.page = &p->layout, .name = "partner", .label = N_("To whom")};
    v->purposes = (struct choices){.page = &p->layout, .name = "purpose", .label = N_("What for"), .all = arena_array(p->a, struct choice, list.len + 1)};
    if (!consent_holds(record_text(c, "cmt_ConsentState"), record_text(c, "cmt_ConsentUntil"), page_today(p)))
        return 0;
    int r = partner_list(p->node->db, p->a, &all, &n, &p->err);
    if (r < 0)
        return r;
    v->to.all = arena_array(p->a, struct choice, n);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; all[i].status == PARTNER_ACTIVE && record_nth(c, recipients, k, &named); k++)
            if (str_eq(all[i].agency, named)) {
                v->to.all[v->to.n++] = (struct choice){all[i].name, all[i].agency, str_eq(all[i].name, page_field(p, "partner"))};
                break;
            }
    while (list.len && str_split(&list, ' ', &value)) {
        const struct field_code *code = field_code_find(purposes, value);
        if (code)
            v->purposes.all[v->purposes.n++] = (struct choice){value, page_words(p, code->label), str_eq(value, page_field(p, "purpose"))};
    }
    return 0;
}

static int draw_new(struct page *p)
{
    struct referral_form_view v = {.page = page_layout(p, N_("Refer her to an agency she named")), .why = page_field(p, "why"), .reasons = assess_select(p, "cas_ReasonForOutgoingReferral")};
    struct casefile f;
    uint8_t id[ID_LEN];
    int r = page_id(p, 1, id);
    if (r == 0)
        r = assess_look(p, &f);
    if (r < 0)
        return r;
    const struct record *c = assess_record(&f, id, FIELD_OF_CONSENT);
    if (!c)
        return err_set(&p->err, ERR_NOT_FOUND, N_("there is no such consent in this case"));
    v.file = page_hex(p, f.id);
    v.consent = page_hex(p, id);
    v.reference = form_has(&p->form, "reference") ? page_field(p, "reference") : casefile_number(p->a, f.id);
    r = fill_giving(p, c, &v);
    if (r == 0)
        page_referral_new(&p->out, &v);
    return r;
}

int show_referral_new(struct page *p)
{
    return draw_new(p);
}

int do_referral_new(struct page *p)
{
    uint8_t file[ID_LEN], consent[ID_LEN], id[ID_LEN];
    struct partner to;
    struct casework w = file_casework(p);
    w.reference = page_field(p, "reference");
    int r = page_id(p, 0, file);
    if (r == 0)
        r = page_id(p, 1, consent);
    if (r == 0)
        r = partner_find(p->node->db, p->a, page_field(p, "partner"), &to, &p->err);
    if (r == 0)
        r = referral_send(&w, file, consent, &(struct referral_new){&to, page_field(p, "purpose"), page_field(p, "cas_ReasonForOutgoingReferral"), page_field(p, "why")},
                          id, &p->err);
    if (r == ERR_DENIED || r == ERR_INPUT || r == ERR_NOT_FOUND || r == ERR_LIMIT) {
        page_error(p, "partner");
        return draw_new(p);
    }
    return r < 0 ? r : page_go(p, str_printf(p->a, "/referrals/%.*s", STR_ARG(page_hex(p, id))).p);
}

/* --- one --- */

static void fill_one(struct page *p, const struct referral *q, const struct tie *tie, struct referral_view *v)
{
    const struct field_code *reason = q->reason.len ? field_code_find(field_find(STR("cas_ReasonForOutgoingReferral")), q->reason) : NULL;
    const struct request_word *refusal = request_word(referral_refusals, q->refusal);
    v->id = page_hex(p, q->id);
    v->partner = agency_of(p, q->partner);
    v->sent = page_time(p, q->sent_ms);
    v->answered = page_time(p, q->answered_ms);
    v->ended = page_time(p, q->ended_ms);
    v->until = page_time(p, q->until_ms);
    v->why = q->why;
    v->fields = q->fields;
    v->words = q->words;
    v->by = q->has_member ? file_member_name(p, q->member) : STR("");
    v->state = referral_state_words(q->state);
    v->reason = reason ? reason->label : NULL;
    v->refusal = refusal ? refusal->words : NULL;
    v->outgoing = q->outgoing;
    v->open = referral_is_open(q->state);
    v->readable = q->readable;
    v->known = tie->has_person;
    v->file = tie->has_person ? page_hex(p, tie->file) : STR("");
    v->person = tie->has_person ? page_hex(p, tie->person) : STR("");
    v->may_accept = !q->outgoing && q->state == REFERRAL_OFFERED && q->readable;
    v->may_follow = q->state == REFERRAL_ACCEPTED;
    v->may_end = v->may_follow && !q->outgoing;
}

static int draw_one(struct page *p)
{
    struct casework w = file_casework(p);
    struct referral_view v = {.page = page_layout(p, N_("Referral")), .day = page_field(p, "day"), .follow_words = page_field(p, "follow_words"),
                              .refuse_words = page_field(p, "refuse_words")};
    struct referral_step *steps;
    struct referral q;
    struct tie tie;
    struct err shown = p->err; /* of the form that is shown again */
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    if (r == 0 && !form_has(&p->query, "purpose"))
        r = referral_purpose(p->node, id, p->a, &w.purpose, &p->err);
    if (r == 0)
        r = referral_look(&w, id, p->a, &q, &tie, &steps, &v.n_steps, &p->err);
    if (r < 0)
        return r;
    fill_one(p, &q, &tie, &v);
    v.steps = arena_array(p->a, struct referral_step_view, v.n_steps);
    for (size_t i = 0; i < v.n_steps; i++) {
        const struct request_word *outcome = request_word(referral_outcomes, steps[i].outcome);
        v.steps[i] = (struct referral_step_view){page_time(p, steps[i].at_ms), steps[i].day.len ? assess_date(p, steps[i].day) : STR(""), steps[i].words,
                                                 outcome ? outcome->words : "", steps[i].ours, steps[i].last};
    }
    v.refusals = words_choices(p, "reason", N_("Why it is refused"), referral_refusals);
    v.outcomes = words_choices(p, "outcome", N_("What became of it"), referral_outcomes);
    p->err = shown;
    page_referral(&p->out, &v);
    return 0;
}

int show_referral(struct page *p)
{
    return draw_one(p);
}

/* Back to the referral; what was wrong with the form stands above it. */
static int done(struct page *p, int r, const char *field)
{
    if (r == ERR_INPUT || r == ERR_USAGE) {
        page_error(p, field);
        return draw_one(p);
    }
    return r < 0 ? r : page_go(p, str_printf(p->a, "/referrals/%.*s", STR_ARG(p->request->params[0])).p);
}

/* Who works, for the purpose for which she was sent. */
static int begin(struct page *p, struct casework *w, uint8_t id[static ID_LEN])
{
    *w = file_casework(p);
    int r = page_id(p, 0, id);
    return r < 0 ? r : referral_purpose(p->node, id, p->a, &w->purpose, &p->err);
}

int do_referral_accept(struct page *p)
{
    const struct field_rules rules = {web_text(p->worker->web), page_today(p)};
    struct casework w;
    uint8_t id[ID_LEN], file[ID_LEN];
    int r = begin(p, &w, id);
    return done(p, r < 0 ? r : referral_accept(&w, &rules, id, file, &p->err), NULL);
}

int do_referral_refuse(struct page *p)
{
    struct casework w;
    uint8_t id[ID_LEN];
    int r = begin(p, &w, id);
    return done(p, r < 0 ? r : referral_refuse(&w, id, page_field(p, "reason"), page_field(p, "refuse_words"), &p->err), "reason");
}

int do_referral_follow(struct page *p)
{
    const struct field_rules rules = {web_text(p->worker->web), page_today(p)};
    struct referral_step step = {.last = form_has(&p->form, "last"), .outcome = page_field(p, "outcome"), .words = page_field(p, "follow_words")};
    struct casework w;
    uint8_t id[ID_LEN];
    int r = begin(p, &w, id);
    if (r == 0 && (r = field_check(field_find(STR("cas_OutgoingReferralDate")), &rules, p->a, page_field(p, "day"), &step.day, &p->err)) == ERR_INPUT)
        return done(p, r, "day");
    return done(p, r < 0 ? r : referral_follow(&w, id, &step, &p->err), "outcome");
}
