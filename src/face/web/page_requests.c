/* Requests to and from partners: which there are, asking, taking up, answering, refusing; how clocks are kept. */
#include <string.h>

#include "face/web/file_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "trust/access/access.h"
#include "trust/peer/partner.h"
#include "work/interviews/interview.h"
#include "work/requests/request.h"

#define WORK (ROLE_CASEWORKER | ROLE_INVESTIGATOR | ROLE_PROSECUTOR | ROLE_SUPERVISOR)
#define DAY_MS (INT64_C(24) * 3600 * 1000)

struct partners { struct partner *all; size_t n; };

static int get_partners(struct page *p, struct partners *out)
{
    return partner_list(p->node->db, p->a, &out->all, &out->n, &p->err);
}

static const struct partner *partner_of(const struct partners *all, const uint8_t id[static ID_LEN])
{
    for (size_t i = 0; i < all->n; i++)
        if (memcmp(all->all[i].id, id, ID_LEN) == 0)
            return &all->all[i];
    return NULL;
}

static str agency_of(const struct partners *all, const uint8_t id[static ID_LEN])
{
    const struct partner *partner = partner_of(all, id);
    return partner ? partner->agency : STR("?");
}

static struct casework casework_of(struct page *p)
{
    struct casework w = file_casework(p);
    w.reference = page_field(p, "reference");
    return w;
}

/* --- the list --- */

static struct request_line line_of(struct page *p, const struct partners *partners, const struct request *r)
{
    const struct request_word *kind = request_word(request_asks, r->kind);
    return (struct request_line){.id = page_hex(p, r->id), .partner = agency_of(partners, r->partner), .asked = page_time(p, r->asked_ms),
                                 .due = page_time(p, r->due_ms), .kind = kind ? kind->words : "", .state = request_state_words(r->state), .outgoing = r->outgoing,
                                 .open = request_is_open(r->state), .overdue = request_overdue(r, p->now_ms)};
}

static int fill(struct page *p, const struct casework *w, const struct partners *partners, struct request_filter filter, bool untaken, struct requests_view *v)
{
    struct request *all;
    size_t n;
    int r = request_list(w, &filter, p->a, &all, &n, &p->err);
    if (r < 0)
        return r;
    for (size_t i = 0; i < n; i++)
        if (!untaken || (!all[i].outgoing && all[i].state == REQUEST_OPEN))
            *(all[i].outgoing ? &v->out[v->n_out++] : &v->in[v->n_in++]) = line_of(p, partners, &all[i]);
    return 0;
}

int show_requests(struct page *p)
{
    struct requests_view v = {.page = page_layout(p, N_("Requests")), .may_write = p->session.roles & WORK, .file = form_get(&p->query, "file"),
                              .person = form_get(&p->query, "person"), .in = arena_array(p->a, struct request_line, 2 * REQUESTS_LIST_MAX),
                              .out = arena_array(p->a, struct request_line, 2 * REQUESTS_LIST_MAX)};
    const struct casework w = file_casework(p);
    struct partners partners;
    uint8_t file[ID_LEN], person[ID_LEN];
    bool of_person = hex_decode_into(v.file, file, ID_LEN) && hex_decode_into(v.person, person, ID_LEN);
    struct request_filter filter = {.file = of_person ? file : NULL, .person = of_person ? person : NULL};
    if (!of_person)
        v.file = v.person = STR("");
    int r = get_partners(p, &partners);
    if (r == 0)
        r = fill(p, &w, &partners, filter, false, &v);
    if (r == 0 && of_person)
        r = fill(p, &w, &partners, (struct request_filter){.incoming = true, .open = true}, true, &v);
    if (r == 0)
        page_requests(&p->out, &v);
    return r;
}

/* --- asking --- */

static struct choices words_choices(struct page *p, const char *name, const char *label, const struct request_word *table, str chosen)
{
    struct choices c = {.page = &p->layout, .name = name, .label = label};
    size_t n = 0;
    while (table[n].code)
        n++;
    c.all = arena_array(p->a, struct choice, n + 1);
    c.all[c.n++] = (struct choice){STR(""), page_words(p, N_("Choose")), false};
    for (size_t i = 0; i < n; i++)
        c.all[c.n++] = (struct choice){str_from(table[i].code), page_words(p, table[i].words), str_eq(chosen, str_from(table[i].code))};
    return c;
}

/* shorter_than 0: all. */
static struct choices clock_choices(struct page *p, str chosen, int64_t shorter_than)
{
    struct choices c = {.page = &p->layout, .name = "clock", .label = N_("By when"), .all = arena_array(p->a, struct choice, 8)};
    for (const struct request_clock *k = request_clocks; k->code; k++)
        if (!shorter_than || k->ms < shorter_than)
            c.all[c.n++] = (struct choice){str_from(k->code), page_words(p, k->words), str_eq(chosen, str_from(k->code))};
    return c;
}

static str asked_or_sent(struct page *p, const char *name)
{
    return form_has(&p->form, name) ? page_field(p, name) : form_get(&p->query, name);
}

static struct choices partner_choices(struct page *p, const struct partners *partners, str chosen)
{
    struct choices c = {.page = &p->layout, .name = "partner", .label = N_("Whom you ask"), .all = arena_array(p->a, struct choice, partners->n)};
    for (size_t i = 0; i < partners->n; i++)
        if (partners->all[i].status == PARTNER_ACTIVE)
            c.all[c.n++] = (struct choice){partners->all[i].name, partners->all[i].agency, str_eq(chosen, partners->all[i].name)};
    return c;
}

#define PLACES_MAX 20

/* "FILE/PERSON" in hex: where she is, of the identity that was asked about, or the one person the address names. */
static int case_choices(struct page *p, struct choices *c)
{
    struct record_place places[PLACES_MAX];
    struct vault_id identity;
    str chosen = page_field(p, "case"), file = form_get(&p->query, "file"), person = form_get(&p->query, "person");
    size_t n = 0;
    int r = 0;
    *c = (struct choices){.page = &p->layout, .name = "case", .label = N_("Which case of ours it belongs to"), .all = arena_array(p->a, struct choice, PLACES_MAX + 3)};
    if (hex_decode_into(asked_or_sent(p, "of"), identity.b, ID_LEN))
        r = record_places(p->node->db, &identity, places, PLACES_MAX, &n, &p->err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        str value = str_printf(p->a, "%.*s/%.*s", STR_ARG(page_hex(p, places[i].file)), STR_ARG(page_hex(p, places[i].record)));
        c->all[c->n++] = (struct choice){value, casefile_number(p->a, places[i].file), str_eq(chosen, value) || (chosen.len == 0 && n == 1)};
    }
    if (file.len == 2 * ID_LEN && person.len == 2 * ID_LEN)
        c->all[c->n++] = (struct choice){str_printf(p->a, "%.*s/%.*s", STR_ARG(file), STR_ARG(person)), page_words(p, N_("The case you came from")), true};
    else if (c->n == 0 && chosen.len)
        c->all[c->n++] = (struct choice){chosen, page_words(p, N_("The case you came from")), true};
    c->all[c->n++] = (struct choice){STR(""), page_words(p, N_("None: about nobody in a case")), false};
    return r;
}

static int draw_new(struct page *p)
{
    struct partners partners;
    struct request_form_view v = {.page = page_layout(p, N_("Ask a partner for something")), .number = asked_or_sent(p, "number"), .why = page_field(p, "why"),
                                  .basis_words = page_field(p, "basis_words"), .reference = asked_or_sent(p, "reference"), .back = STR("/requests"),
                                  .evidence = form_has(&p->form, "evidence")};
    int r = get_partners(p, &partners);
    if (r == 0)
        r = case_choices(p, &v.cases);
    if (r < 0)
        return r;
    v.partners = partner_choices(p, &partners, asked_or_sent(p, "partner"));
    v.kinds = words_choices(p, "kind", N_("What you ask for"), request_asks, asked_or_sent(p, "kind"));
    v.bases = words_choices(p, "basis", N_("On which basis"), request_bases, page_field(p, "basis"));
    v.clocks = clock_choices(p, form_has(&p->form, "clock") ? page_field(p, "clock") : STR("Days7"), 0);
    v.purposes = page_purposes(p, asked_or_sent(p, "purpose").len ? asked_or_sent(p, "purpose") : file_purpose(p));
    v.purposes.label = N_("What for");
    page_request_new(&p->out, &v);
    return 0;
}

int show_request_new(struct page *p)
{
    return draw_new(p);
}

static bool two_ids(str text, uint8_t one[static ID_LEN], uint8_t two[static ID_LEN])
{
    return text.len == 4 * ID_LEN + 1 && hex_decode_into(str_slice(text, 0, 2 * ID_LEN), one, ID_LEN) &&
           hex_decode_into(str_slice(text, 2 * ID_LEN + 1, text.len), two, ID_LEN);
}

int do_request_new(struct page *p)
{
    struct partner to;
    uint8_t id[ID_LEN];
    struct casework w = casework_of(p);
    struct request_new n = {.to = &to, .number = page_field(p, "number"), .kind = page_field(p, "kind"), .clock = page_field(p, "clock"), .why = page_field(p, "why"),
                            .basis = page_field(p, "basis"), .basis_words = page_field(p, "basis_words"), .evidence = form_has(&p->form, "evidence")};
    const char *field = "partner";
    w.purpose = form_get(&p->form, "purpose");
    n.has_person = two_ids(page_field(p, "case"), n.file, n.person);
    int r = partner_find(p->node->db, p->a, page_field(p, "partner"), &to, &p->err);
    if (r == 0 && w.reference.len == 0) {
        r = err_set(&p->err, ERR_INPUT, "%.*s", STR_ARG(page_words(p, N_("Say which case or warrant it belongs to."))));
        field = "reference";
    } else if (r == 0) {
        r = request_send(&w, &n, id, &p->err);
        field = !request_word(request_asks, n.kind) ? "kind" : !request_word(request_bases, n.basis) ? "basis" : n.why.len == 0 ? "why" : NULL;
    }
    if (r == ERR_INPUT || r == ERR_USAGE || (r == ERR_NOT_FOUND && n.number.len)) {
        page_error(p, field);
        return draw_new(p);
    }
    return r < 0 ? r : page_go(p, str_printf(p->a, "/requests/%.*s", STR_ARG(page_hex(p, id))).p);
}

/* --- one --- */

static void fill_parts(struct page *p, const struct request_part *parts, size_t n, struct request_view *v)
{
    v->parts = arena_array(p->a, struct request_part_view, n);
    for (size_t i = 0; i < n; i++)
        v->parts[v->n_parts++] = (struct request_part_view){.number = (int64_t)i + 1, .at = page_time(p, parts[i].at_ms), .text = parts[i].text, .fields = parts[i].fields,
                                                            .last = parts[i].last, .readable = parts[i].readable};
}

static int fill_places(struct page *p, const struct tie *tie, struct request_view *v)
{
    struct record_place places[PLACES_MAX];
    struct record_place chosen;
    size_t n = 0;
    int r = 0;
    if (!v->may_take)
        return 0;
    v->places = arena_array(p->a, struct request_place, PLACES_MAX + 1);
    /* She who takes it up came from the case of the person. */
    if (hex_decode_into(form_get(&p->query, "file"), chosen.file, ID_LEN) && hex_decode_into(form_get(&p->query, "person"), chosen.record, ID_LEN))
        v->places[v->n_places++] = (struct request_place){page_hex(p, chosen.file), page_hex(p, chosen.record), casefile_number(p->a, chosen.file)};
    else if (tie->has_identity)
        r = record_places(p->node->db, &tie->identity, places, PLACES_MAX, &n, &p->err);
    v->identity = tie->has_identity ? page_hex(p, tie->identity.b) : STR("");
    for (size_t i = 0; r == 0 && i < n; i++)
        v->places[v->n_places++] = (struct request_place){page_hex(p, places[i].file), page_hex(p, places[i].record), casefile_number(p->a, places[i].file)};
    return r;
}

/* Her consents, under which something may go with the answer. */
static void fill_consents(struct page *p, const struct tie *tie, const struct casefile *f, struct request_view *v)
{
    v->consents = (struct choices){.page = &p->layout, .name = "consent", .label = N_("With what she agreed to give")};
    v->consents.all = arena_array(p->a, struct choice, f->n + 1);
    v->consents.all[v->consents.n++] = (struct choice){STR(""), page_words(p, N_("Nothing: only what I write")), true};
    for (size_t i = 0; i < f->n && v->may_answer; i++) {
        const struct record *c = &f->records[i];
        if (c->unit == FIELD_OF_CONSENT && str_eq(record_text(c, "cmt_ConsentState"), STR("Given")) && c->has_about && memcmp(c->about, tie->person, ID_LEN) == 0)
            v->consents.all[v->consents.n++] = (struct choice){page_hex(p, c->id),
                str_printf(p->a, "%.*s %.*s", STR_ARG(page_words(p, N_("Her consent of"))), STR_ARG(page_time(p, c->made_ms))), str_eq(page_field(p, "consent"), page_hex(p, c->id))};
    }
}

/* What her case says, for whoever has a part in it: a look at it. */
static int fill_from_case(struct page *p, const struct casework *w, const struct tie *tie, struct request_view *v)
{
    struct casefile f = {0};
    unsigned relation = 0, state;
    int r = tie->has_person ? access_relation(p->node->db, tie->file, p->session.member, p->session.roles, p->now_ms, &relation, &state, &p->err) : 0;
    if (r == 0 && relation & RELATION_PART) {
        struct interview_of hers = {tie->file, tie->person, NULL, 0};
        r = casefile_look(w, tie->file, p->a, &f, &p->err);
        if (r == ERR_DENIED && !v->may_answer) /* stopped: the request can be seen, the case not */
            return 0;
        hers.records = f.records;
        hers.n = f.n;
        v->counted = r == 0;
        if (r == 0)
            r = file_counters(p, &hers, &v->counters);
    }
    fill_consents(p, tie, &f, v);
    return r;
}

static void fill_one(struct page *p, const struct request *q, const struct tie *tie, struct request_view *v)
{
    const struct request_word *kind = request_word(request_asks, q->kind), *basis = request_word(request_bases, q->basis);
    const struct request_word *refusal = request_word(request_refusals, q->refusal);
    const struct request_clock *clock = request_clock(q->clock);
    const struct access_purpose *purpose = access_purpose(q->purpose);
    const bool open = request_is_open(q->state), works = p->session.roles & WORK;
    v->id = page_hex(p, q->id);
    v->asked = page_time(p, q->asked_ms);
    v->due = page_time(p, q->due_ms);
    v->ended = page_time(p, q->ended_ms);
    v->why = q->why;
    v->basis_words = q->basis_words;
    v->words = q->words;
    v->kind = kind ? kind->words : "";
    v->purpose = purpose ? purpose->words : "";
    v->basis = basis ? basis->words : "";
    v->clock = clock ? clock->words : "";
    v->refusal = refusal ? refusal->words : NULL;
    v->state = request_state_words(q->state);
    v->outgoing = q->outgoing;
    v->open = open;
    v->overdue = request_overdue(q, p->now_ms);
    v->evidence = q->evidence;
    v->by = q->has_member ? file_member_name(p, q->member) : STR("");
    v->file = tie->has_person ? page_hex(p, tie->file) : STR("");
    v->person = tie->has_person ? page_hex(p, tie->person) : STR("");
    if (tie->has_person && !form_has(&p->form, "reference"))
        v->reference = casefile_number(p->a, tie->file);
    v->may_take = works && !q->outgoing && q->state == REQUEST_OPEN;
    v->may_answer = works && !q->outgoing && (q->state == REQUEST_TAKEN || q->state == REQUEST_PARTLY);
    v->may_refuse = works && !q->outgoing && open;
    v->may_withdraw = works && q->outgoing && open;
    v->refusals = words_choices(p, "reason", N_("Why it is refused"), request_refusals, page_field(p, "reason"));
    v->clocks = clock_choices(p, STR(""), clock ? clock->ms : 0);
    v->purposes = page_purposes(p, file_purpose(p));
}

static int draw_one(struct page *p)
{
    struct casework w = file_casework(p);
    struct request_view v = {.page = page_layout(p, N_("Request")), .text = page_field(p, "text"), .answer_basis = page_field(p, "answer_basis"),
                             .reason_words = page_field(p, "reason_words"), .reference = page_field(p, "reference")};
    struct partners partners;
    struct request_part *parts;
    struct request q;
    struct tie tie;
    uint8_t id[ID_LEN];
    struct err shown = p->err; /* of the form that is shown again */
    size_t n;
    int r = page_id(p, 0, id);
    if (r == 0)
        r = get_partners(p, &partners);
    if (r == 0 && !form_has(&p->query, "purpose"))
        r = request_purpose(p->node, id, p->a, &w.purpose, &p->err);
    if (r == 0)
        r = request_look(&w, id, p->a, &q, &tie, &parts, &n, &p->err);
    if (r < 0)
        return r;
    fill_one(p, &q, &tie, &v);
    v.partner = agency_of(&partners, q.partner);
    fill_parts(p, parts, n, &v);
    r = fill_places(p, &tie, &v);
    if (r == 0)
        r = fill_from_case(p, &w, &tie, &v);
    p->err = shown;
    if (r == 0)
        page_request(&p->out, &v);
    return r;
}

int show_request(struct page *p)
{
    return draw_one(p);
}

/* Back to the request; what was wrong with the form stands above it. */
static int done(struct page *p, int r, const char *field)
{
    if (r == ERR_INPUT || r == ERR_USAGE) {
        page_error(p, field);
        return draw_one(p);
    }
    return r < 0 ? r : page_go(p, str_printf(p->a, "/requests/%.*s", STR_ARG(p->request->params[0])).p);
}

int do_request_take(struct page *p)
{
    const struct casework w = file_casework(p);
    uint8_t id[ID_LEN], file[ID_LEN], person[ID_LEN];
    int r = page_id(p, 0, id);
    if (r == 0 && (!hex_decode_into(page_field(p, "file"), file, ID_LEN) || !hex_decode_into(page_field(p, "person"), person, ID_LEN)))
        r = err_set(&p->err, ERR_INPUT, N_("choose the person of this case whom the request is about"));
    return done(p, r < 0 ? r : request_take_up(&w, id, file, person, &p->err), NULL);
}

int do_request_answer(struct page *p)
{
    struct casework w = casework_of(p);
    uint8_t id[ID_LEN], consent[ID_LEN], letter[ID_LEN];
    bool by_consent = hex_decode_into(page_field(p, "consent"), consent, ID_LEN);
    const struct request_answer answer = {.text = page_field(p, "text"), .consent = by_consent ? consent : NULL, .basis_words = page_field(p, "answer_basis"),
                                          .last = form_has(&p->form, "last")};
    int r = page_id(p, 0, id);
    if (form_has(&p->form, "purpose"))
        w.purpose = form_get(&p->form, "purpose");
    if (r == 0 && w.reference.len == 0)
        return done(p, err_set(&p->err, ERR_INPUT, "%.*s", STR_ARG(page_words(p, N_("Say which case or warrant it belongs to.")))), "reference");
    r = r < 0 ? r : request_answer(&w, id, &answer, letter, &p->err);
    return done(p, r, answer.text.len == 0 ? "text" : !by_consent && answer.basis_words.len == 0 ? "answer_basis" : NULL);
}

int do_request_refuse(struct page *p)
{
    const struct casework w = file_casework(p);
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    return done(p, r < 0 ? r : request_refuse(&w, id, page_field(p, "reason"), page_field(p, "reason_words"), &p->err),
                page_field(p, "reason").len ? "reason_words" : "reason");
}

int do_request_withdraw(struct page *p)
{
    const struct casework w = file_casework(p);
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    return done(p, r < 0 ? r : request_withdraw(&w, id, page_field(p, "withdraw_words"), &p->err), "withdraw_words");
}

int do_request_hurry(struct page *p)
{
    const struct casework w = casework_of(p);
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    if (r == 0 && w.reference.len == 0)
        return done(p, err_set(&p->err, ERR_INPUT, "%.*s", STR_ARG(page_words(p, N_("Say which case or warrant it belongs to.")))), "reference");
    return done(p, r < 0 ? r : request_hurry(&w, id, page_field(p, "clock"), &p->err), "clock");
}

/* --- scores --- */

/* Tenths of days. */
static str days(struct page *p, int64_t ms)
{
    const int64_t tenths = (ms + DAY_MS / 20) / (DAY_MS / 10);
    return str_printf(p->a, "%lld.%lld", (long long)(tenths / 10), (long long)(tenths % 10));
}

int show_request_scores(struct page *p)
{
    const struct casework w = file_casework(p);
    struct scores_view v = {.page = page_layout(p, N_("How partners keep their clocks"))};
    struct partners partners;
    struct request_score *scores;
    int r = get_partners(p, &partners);
    if (r == 0)
        r = request_scores(&w, p->a, &scores, &v.n, &p->err);
    if (r < 0)
        return r;
    v.rows = arena_array(p->a, struct score_row, v.n);
    for (size_t i = 0; i < v.n; i++) {
        const struct request_score *s = &scores[i];
        const int64_t ended = s->answered + s->refused;
        struct score_row *row = &v.rows[i];
        *row = (struct score_row){.partner = agency_of(&partners, s->partner), .theirs = s->theirs, .asked = s->asked, .open = s->open, .overdue = s->overdue,
                                  .answered = s->answered, .refused = s->refused, .withdrawn = s->withdrawn, .ended = ended, .in_time = s->in_time,
                                  .percent = ended ? 100 * s->in_time / ended : 0, .median = days(p, s->median_ms), .longest = days(p, s->longest_ms)};
        for (size_t k = 0; request_refusals[k].code; k++)
            if (s->refusals[k]) {
                row->refusals[row->n_refusals].words = request_refusals[k].words;
                row->refusals[row->n_refusals++].n = s->refusals[k];
            }
    }
    page_request_scores(&p->out, &v);
    return 0;
}
