/* A copy of a sealed recording goes to a partner: all of it, an excerpt, or with passages left out; as she agreed. */
#include <string.h>

#include "face/web/assess_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "face/web/room_page.h"
#include "trust/peer/partner.h"
#include "work/statements/statement_give.h"

/* --- what was given --- */

static str span_words(struct page *p, const struct statement_cut *cut)
{
    if (cut->from_ms == 0 && cut->until_ms == 0)
        return STR("");
    str until = cut->until_ms ? room_clock(p, cut->until_ms) : STR("");
    return str_printf(p->a, "%.*s\xe2\x80\x93%.*s", STR_ARG(room_clock(p, cut->from_ms)), STR_ARG(until));
}

int room_given(struct page *p, const struct recording *recording, struct given_row **out, size_t *n)
{
    struct statement_given *all;
    int r = statements_given(p->node, recording->id, p->a, &all, n, &p->err);
    if (r < 0)
        return r;
    *out = arena_array(p->a, struct given_row, *n);
    for (size_t i = 0; i < *n; i++) {
        struct partner to;
        struct err gone = {0};
        (*out)[i] = (struct given_row){.to = partner_by_id(p->node->db, p->a, all[i].partner, &to, &gone) < 0 ? STR("?") : to.agency,
                                       .when = page_time(p, all[i].at_ms), .span = span_words(p, &all[i].cut), .why = all[i].cut.why,
                                       .n_left_out = all[i].cut.n_left_out};
    }
    return 0;
}

/* --- the form --- */

static int fill_partners(struct page *p, struct choices *c)
{
    struct partner *all;
    size_t n;
    int r = partner_list(p->node->db, p->a, &all, &n, &p->err);
    if (r < 0)
        return r;
    *c = (struct choices){.page = &p->layout, .name = "partner", .label = N_("To whom"), .all = arena_array(p->a, struct choice, n)};
    for (size_t i = 0; i < n; i++)
        if (all[i].status == PARTNER_ACTIVE)
            c->all[c->n++] = (struct choice){all[i].name, all[i].agency, str_eq(all[i].name, form_get(&p->form, "partner"))};
    return 0;
}

static void fill_consents(struct page *p, const struct casefile *f, struct choices *c)
{
    *c = (struct choices){.page = &p->layout, .name = "consent", .label = N_("On which consent it rests"), .all = arena_array(p->a, struct choice, f->n)};
    for (size_t i = f->n; i-- > 0;) {
        const struct record *r = &f->records[i];
        if (r->unit != FIELD_OF_CONSENT || !str_eq(record_text(r, "cmt_ConsentState"), STR("Given")))
            continue;
        str id = page_hex(p, r->id), whom = assess_whom(p, f, r), on = assess_date(p, record_text(r, "cmt_ConsentDecidedOn"));
        c->all[c->n++] = (struct choice){id, str_printf(p->a, "%.*s, %.*s", STR_ARG(whom), STR_ARG(on.len ? on : page_time(p, r->made_ms))),
                                         str_eq(id, form_get(&p->form, "consent"))};
    }
}

static int draw(struct page *p, const struct recording *recording, const struct casefile *f)
{
    struct give_view v = {.page = page_layout(p, N_("Give a copy")), .id = page_hex(p, recording->id), .from = page_field(p, "from"), .until = page_field(p, "until"),
                          .left_out = page_field(p, "left_out"), .why = page_field(p, "why"), .reference = page_field(p, "reference")};
    int r = fill_partners(p, &v.to);
    if (r < 0)
        return r;
    fill_consents(p, f, &v.consents);
    v.purposes = page_purposes(p, form_has(&p->form, "purpose") ? form_get(&p->form, "purpose") : STR("investigation"));
    v.purposes.label = N_("For which of the purposes she agreed to");
    page_give(&p->out, &v);
    return 0;
}

int show_give(struct page *p)
{
    struct recording recording;
    struct casefile f;
    int r = room_look(p, &recording, &f);
    if (r == 0 && recording.state != RECORDING_SEALED)
        r = err_set(&p->err, ERR_USAGE, N_("seal the recording first: then a copy can be given"));
    return r < 0 ? r : draw(p, &recording, &f);
}

/* --- what of it --- */

static int wrong_time(struct page *p)
{
    return err_set(&p->err, ERR_INPUT, N_("write a time such as 00:31:12"));
}

static int read_time(struct page *p, const char *name, int64_t *ms)
{
    str text = page_field(p, name);
    *ms = 0;
    return text.len > 0 && room_time(text, ms) != text.len ? wrong_time(p) : 0;
}

/* "00:10:00-00:12:30", with spaces where people put them. */
static int read_span(struct page *p, str line, int64_t span[2])
{
    size_t n = room_time(line, &span[0]);
    str rest = str_trim(str_slice(line, n, line.len));
    if (n == 0 || rest.len == 0 || rest.p[0] != '-')
        return wrong_time(p);
    rest = str_trim(str_slice(rest, 1, rest.len));
    if (room_time(rest, &span[1]) != rest.len || rest.len == 0)
        return wrong_time(p);
    return span[0] < span[1] ? 0 : err_set(&p->err, ERR_INPUT, N_("a passage ends after it begins"));
}

static int read_left_out(struct page *p, struct statement_cut *cut)
{
    int64_t (*spans)[2] = arena_calloc(p->a, STATEMENT_CUTS_MAX, sizeof *spans);
    str rest = page_field(p, "left_out"), line;
    int r = 0;
    while (r == 0 && str_split(&rest, '\n', &line)) {
        line = str_trim(line);
        if (line.len && cut->n_left_out == STATEMENT_CUTS_MAX)
            return err_set(&p->err, ERR_INPUT, N_("so many passages cannot be left out"));
        if (line.len)
            r = read_span(p, line, spans[cut->n_left_out++]);
    }
    cut->left_out = (const int64_t(*)[2])spans;
    return r;
}

/* field: what it is about when it is wrong. */
static int read_cut(struct page *p, struct statement_cut *cut, const char **field)
{
    *cut = (struct statement_cut){.why = page_field(p, "why")};
    int r = read_time(p, *field = "from", &cut->from_ms);
    if (r == 0)
        r = read_time(p, *field = "until", &cut->until_ms);
    if (r == 0 && cut->until_ms && cut->until_ms <= cut->from_ms)
        r = err_set(&p->err, ERR_INPUT, N_("a passage ends after it begins"));
    if (r == 0)
        r = read_left_out(p, cut), *field = r < 0 ? "left_out" : "why";
    bool whole = cut->from_ms == 0 && cut->until_ms == 0 && cut->n_left_out == 0;
    if (r == 0 && !whole && cut->why.len == 0)
        r = err_set(&p->err, ERR_INPUT, N_("say why it is not all of it: the recipient reads it"));
    if (r == 0 && cut->why.len > STATEMENT_WHY_MAX)
        r = err_set(&p->err, ERR_INPUT, N_("write less: one or two sentences"));
    return r;
}

/* The transcript that was sealed last goes with it, cut in the same way, as a letter of its own. */
static int give_transcript(struct page *p, const struct casework *w, const struct recording *recording, const struct statement_gift *gift)
{
    struct recording *all;
    uint8_t letter[ID_LEN];
    size_t n;
    int r = transcripts_of(p->node, recording, p->a, &all, &n, &p->err);
    return r < 0 || n == 0 ? r : statement_give(w, recording->file, all[0].id, gift, letter, &p->err);
}

int do_give(struct page *p)
{
    struct recording recording;
    struct casefile f;
    struct partner to;
    struct statement_cut cut;
    uint8_t letter[ID_LEN];
    const char *field = "partner";
    struct casework w = file_casework(p);
    struct statement_gift gift = {.to = &to, .purpose = form_get(&p->form, "purpose")};
    w.reference = page_field(p, "reference");
    int r = room_look(p, &recording, &f);
    if (r < 0)
        return r;
    r = partner_find(p->node->db, p->a, form_get(&p->form, "partner"), &to, &p->err);
    if (r == 0 && !hex_decode_into(form_get(&p->form, field = "consent"), gift.consent, ID_LEN))
        r = err_set(&p->err, ERR_INPUT, N_("choose the consent on which it rests"));
    if (r == 0)
        r = read_cut(p, &cut, &field);
    if (r == 0) {
        bool whole = cut.from_ms == 0 && cut.until_ms == 0 && cut.n_left_out == 0;
        gift.cut = whole ? NULL : &cut;
        field = w.reference.len ? "consent" : "reference";
        r = statement_give(&w, f.id, recording.id, &gift, letter, &p->err);
        if (r == 0)
            r = give_transcript(p, &w, &recording, &gift);
    }
    if (r == ERR_DENIED || r == ERR_INPUT || r == ERR_NOT_FOUND || r == ERR_LIMIT || r == ERR_USAGE) {
        page_error(p, field);
        return draw(p, &recording, &f);
    }
    return r < 0 ? r : page_go(p, str_printf(p->a, "/recordings/%s", page_hex(p, recording.id).p).p);
}
