/* A rota's table while it is written: its rows by what they are, small changes, the whole as text. */
#include <string.h>

#include "face/web/pages.html.h"
#include "face/web/rota_page.h"
#include "ground/crypto/crypto.h"
#include "work/rota/table.h"

/* How a cell is shown: as it stands, or its word of the table's in the reader's language. */
enum shown { AS_IT_IS, TERM, WHAT, DAYS, OF_WHAT };

static const struct { const char *word, *heading; bool out; const char *columns[6]; enum shown shown[6]; } groups[] = {
    {"officer", N_("Officers"), true, {N_("Name"), N_("Contract"), N_("Qualifications")}, {0}},
    {"leave", N_("Leave"), true, {N_("Officer"), N_("First day"), N_("Last day")}, {0}},
    {"wish", N_("Wishes"), true, {N_("Officer"), N_("Day"), N_("What is wished"), N_("Weight")}, {[2] = WHAT}},
    {"fixed", N_("What is settled"), true, {N_("Officer"), N_("Day"), N_("Shift and post")}, {[2] = WHAT}},
    {"post", N_("Posts"), false, {N_("Post"), N_("Counters"), N_("Qualifications")}, {0}},
    {"shift", N_("Shifts"), false, {N_("Shift"), N_("From"), N_("To")}, {0}},
    {"need", N_("How many are needed"), true, {N_("Post"), N_("Shift"), N_("At least"), N_("At most"), N_("Days")}, {[4] = DAYS}},
    {"contract", N_("Contracts"), true, {N_("Contract"), N_("What"), N_("At least"), N_("At most"), N_("Weight")}, {[1] = TERM}},
    {"rest", N_("Rest between two shifts, in hours"), false, {N_("Hours")}, {0}},
    {"carrier", N_("Carriers"), true, {N_("Carrier"), N_("Post"), N_("Shift"), N_("Days")}, {[3] = DAYS}},
    {"rotation", N_("Bounds of rotation"), true, {N_("Of what"), N_("At most"), N_("Running"), N_("Weight")}, {[0] = OF_WHAT}},
    {"eligible", N_("Warn of a post that fewer can fill than"), false, {N_("Officers")}, {0}},
};
enum { GROUPS = sizeof groups / sizeof groups[0] };

static str version_of(struct page *p, bytes input)
{
    uint8_t digest[HASH_LEN];
    crypto_sha256(digest, input);
    return hex_encode(p->a, (bytes){digest, 8});
}

/* "Fri Sat", or a day as it stands. */
static str days_shown(struct page *p, str cell)
{
    static const char *const names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    struct buf b = buf_new(p->a);
    str word;
    while (str_split(&cell, ' ', &word)) {
        for (int i = 0; i < 7; i++)
            if (str_eq_nocase(word, str_from(names[i])))
                word = rota_page_weekday(p, i);
        buf_addf(&b, "%s%.*s", b.len ? " " : "", STR_ARG(word));
    }
    return buf_str(&b);
}

static str what_shown(struct page *p, str cell)
{
    const bool no = str_starts(cell, STR("not "));
    const str what = no ? str_trim(str_slice(cell, 4, cell.len)) : cell;
    const struct html_arg args[] = {{"name", str_eq(what, STR("off")) ? page_words(p, N_("Day off")) : what}};
    return no ? html_words(&p->out, N_("not {name}"), args, 1) : args[0].value;
}

static str bound_shown(struct page *p, str cell)
{
    static const struct { const char *name, *says; } bounds[] = {
        {"pair", N_("Two officers on one shift")}, {"post", N_("An officer at one post")}, {"carrier", N_("An officer with one carrier")},
        {"counter", N_("An officer at one counter")}, {"neighbour", N_("Two officers at counters side by side")}};
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++)
        if (str_eq(cell, str_from(bounds[i].name)))
            return page_words(p, bounds[i].says);
    return cell;
}

static str cell_shown(struct page *p, enum shown shown, str cell)
{
    str of;
    switch (shown) {
    case TERM: {
        const enum rota_term term = rota_term_named(cell, &of);
        return rota_page_term(p, term, of, cell);
    }
    case WHAT:
        return what_shown(p, cell);
    case DAYS:
        return days_shown(p, cell);
    case OF_WHAT:
        return bound_shown(p, cell);
    default:
        return cell;
    }
}

static void fill_group(struct page *p, size_t g, const struct rota_row *rows, size_t n, struct rota_group *out)
{
    out->heading = groups[g].heading;
    out->out = groups[g].out;
    for (; out->n_columns < 6 && groups[g].columns[out->n_columns]; out->n_columns++)
        out->columns[out->n_columns] = groups[g].columns[out->n_columns];
    for (size_t i = 0; i < n; i++) {
        if (rows[i].n == 0 || !str_eq(rows[i].cells[0], str_from(groups[g].word)))
            continue;
        arena_one_more(p->a, out->rows, out->n, out->room);
        struct rota_table_row *row = &out->rows[out->n++];
        *row = (struct rota_table_row){.line = str_printf(p->a, "%lld", (long long)rows[i].line)};
        for (size_t k = 0; k < out->n_columns; k++)
            row->cells[k] = k + 1 < rows[i].n ? cell_shown(p, groups[g].shown[k], str_trim(rows[i].cells[k + 1])) : STR("");
    }
}

static void fill_predictable(struct page *p, const struct rota_book *book, struct rota_draft_view *v)
{
    const struct rota *rota = &book->rota;
    v->predictable.all = arena_array(p->a, str, (size_t)rota->n_duties);
    for (int duty = 1; duty < rota->n_duties; duty++) {
        int least = rota->n_officers;
        bool needed = false;
        for (int i = 0; i < rota->n_cover; i++)
            if (rota->cover[i].duties >> duty & 1 && rota->cover[i].min > 0) {
                const int can = rota_eligible(rota, duty, rota->cover[i].day);
                needed = true;
                least = can < least ? can : least;
            }
        if (needed && least < book->eligible)
            v->predictable.all[v->predictable.n++] = rota->duties[duty].name;
    }
}

static struct choices contracts(struct page *p, const struct rota_row *rows, size_t n)
{
    struct choices c = {.page = &p->layout, .name = "officer-contract", .label = N_("Contract"), .all = arena_array(p->a, struct choice, n)};
    for (size_t i = 0; i < n; i++) {
        bool new = rows[i].n > 1 && str_eq(rows[i].cells[0], STR("contract"));
        for (size_t k = 0; new && k < c.n; k++)
            new = !str_eq(c.all[k].value, rows[i].cells[1]);
        if (new)
            c.all[c.n++] = (struct choice){rows[i].cells[1], rows[i].cells[1], str_eq(rows[i].cells[1], form_get(&p->form, "officer-contract"))};
    }
    return c;
}

int rota_page_draft(struct page *p, const struct rotas_seen *s, str text)
{
    struct rota_draft_view v = {.page = page_layout(p, N_("A rota that is still written")), .id = page_hex(p, s->one.id), .first = rota_page_day(p, s->one.first_day),
                                .last = rota_page_day(p, s->one.first_day + s->one.n_days - 1), .text = text, .version = version_of(p, s->input),
                                .officers = s->book.rota.n_officers, .before = (int64_t)s->attempt - 1, .n = GROUPS};
    struct rota_row *rows;
    size_t n;
    int r = rota_page_hall(p, s->one.hall, &v.hall);
    if (r == 0)
        r = rota_table_rows(p->a, s->input, &rows, &n, &p->err);
    if (r < 0)
        return r;
    v.groups = arena_calloc(p->a, GROUPS, sizeof *v.groups);
    for (size_t g = 0; g < GROUPS; g++)
        fill_group(p, g, rows, n, &v.groups[g]);
    v.leave_of = rota_page_officers(p, &s->book.rota, "leave-of", N_("Officer"), form_get(&p->form, "leave-of"));
    v.calendar_of = rota_page_officers(p, &s->book.rota, "calendar-of", N_("Officer"), form_get(&p->form, "calendar-of"));
    v.wish_of = rota_page_officers(p, &s->book.rota, "wish-of", N_("Officer"), form_get(&p->form, "wish-of"));
    v.contracts = contracts(p, rows, n);
    fill_predictable(p, &s->book, &v);
    page_rota_draft(&p->out, &v);
    return 0;
}

/* The officer of a select; a name that is nobody's when it was none of it. */
static str officer(struct page *p, const struct rota *rota, const char *field)
{
    int64_t n;
    return str_to_int(form_get(&p->form, field), 0, rota->n_officers - 1, &n) ? rota->officers[n].name : STR("");
}

static str changed(struct page *p, const struct rotas_seen *s, const struct rota_row *rows, size_t n, const char **field)
{
    const str row = form_get(&p->form, "row");
    int64_t line;
    *field = NULL;
    if (str_eq(row, STR("out")) && str_to_int(form_get(&p->form, "line"), 1, INT64_MAX, &line))
        return rota_table_without(p->a, rows, n, line);
    if (str_eq(row, STR("leave"))) {
        *field = "leave-from";
        return rota_table_with(p->a, s->input, (const str[]){row, officer(p, &s->book.rota, "leave-of"), page_field(p, "leave-from"), page_field(p, "leave-to")}, 4);
    }
    if (str_eq(row, STR("wish"))) {
        *field = "wish-what";
        return rota_table_with(p->a, s->input, (const str[]){row, officer(p, &s->book.rota, "wish-of"), page_field(p, "wish-day"), page_field(p, "wish-what"), STR("1")}, 5);
    }
    if (str_eq(row, STR("officer"))) {
        *field = "officer-name";
        return rota_table_with(p->a, s->input, (const str[]){row, page_field(p, "officer-name"), page_field(p, "officer-contract"), page_field(p, "officer-can")}, 4);
    }
    return STR("");
}

int do_rota_row(struct page *p)
{
    struct rotas_seen s;
    struct rota_row *rows;
    const char *field = NULL;
    size_t n;
    int r = rota_page_look(p, &s);
    if (r == 0)
        r = rota_table_rows(p->a, s.input, &rows, &n, &p->err);
    if (r < 0)
        return r;
    if (s.one.state == ROTAS_DRAFT && !str_eq(form_get(&p->form, "version"), version_of(p, s.input)))
        r = err_set(&p->err, ERR_INPUT, N_("the table was changed meanwhile: look at it and press again"));
    const str text = r == 0 ? changed(p, &s, rows, n, &field) : STR("");
    if (r == 0 && text.len == 0)
        r = err_set(&p->err, ERR_INPUT, N_("there is no such change"));
    if (r == 0)
        r = rotas_save(p->node, &p->actor, &s.one, str_bytes(text), p->now_ms, &p->err);
    if (r == 0)
        return page_go(p, str_printf(p->a, "/desk/rota/%.*s", STR_ARG(page_hex(p, s.one.id))).p);
    if ((r != ERR_INPUT && r != ERR_LIMIT) || s.one.state != ROTAS_DRAFT)
        return r;
    rota_page_fault(p, text.len ? str_bytes(text) : s.input, field);
    return rota_page_draft(p, &s, bytes_str(s.input));
}
