/* Importing a list: sending it, seeing what would be stored, starting it, watching it. */
#include <string.h>

#include "face/web/import_jobs.h"
#include "face/web/import_views.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"

#define CHECK_WAIT_MS 1000 /* most lists are checked by then, and the first page that is seen is the result */
#define LOOK_AGAIN_S 3

static const char *const state_words[] = {
    [IMPORT_WAITING] = N_("Waits to be checked"),
    [IMPORT_CHECKING] = N_("Is being checked"),
    [IMPORT_CHECKED] = N_("Checked, not imported"),
    [IMPORT_UNMAPPED] = N_("Its columns are not known"),
    [IMPORT_UNREADABLE] = N_("Cannot be read"),
    [IMPORT_QUEUED] = N_("Waits for its turn"),
    [IMPORT_RUNNING] = N_("Is being imported"),
    [IMPORT_DONE] = N_("Imported"),
    [IMPORT_STOPPED] = N_("Stopped in the middle"),
};

static const char *const field_words[COLUMNS_FIELDS] = {
    [COLUMNS_NONE] = N_("Not used"),          [COLUMNS_ID] = N_("Number in that list"),   [COLUMNS_NAME] = N_("Whole name"),
    [COLUMNS_GIVEN] = N_("Given name"),       [COLUMNS_MIDDLE] = N_("Middle name"),       [COLUMNS_FAMILY] = N_("Family name"),
    [COLUMNS_BORN] = N_("Date of birth"),     [COLUMNS_DOCUMENT] = N_("Document number"), [COLUMNS_COUNTRY] = N_("Country of the document"),
    [COLUMNS_PHONE] = N_("Telephone"),        [COLUMNS_SEX] = N_("Sex"),                  [COLUMNS_PLACE] = N_("Place"),
};

static struct choices encodings(struct page *p, str chosen)
{
    static const struct { const char *name, *words; } all[] = {
        {"", N_("Found out (UTF-8, UTF-16)")},
        {"windows-1252", N_("Western (windows-1252)")},
        {"windows-874", N_("Thai (windows-874)")},
        {"windows-1258", N_("Vietnamese (windows-1258)")},
        {"gb18030", N_("Chinese (gb18030)")},
        {"windows-1251", N_("Cyrillic (windows-1251)")},
    };
    struct choices c = {.page = &p->layout, .name = "encoding", .label = N_("Encoding of the file"), .n = sizeof all / sizeof all[0]};
    c.all = arena_array(p->a, struct choice, c.n);
    for (size_t i = 0; i < c.n; i++)
        c.all[i] = (struct choice){str_from(all[i].name), page_words(p, all[i].words), str_eq(chosen, str_from(all[i].name))};
    return c;
}

static struct choices kinds(struct page *p, bool files)
{
    struct choices c = {.page = &p->layout, .name = "kind", .label = N_("What the rows become"), .n = 2, .all = arena_array(p->a, struct choice, 2)};
    c.all[0] = (struct choice){STR("persons"), page_words(p, N_("Persons: found by search and by the blind question")), !files};
    c.all[1] = (struct choice){STR("files"), page_words(p, N_("Cases: one for each row, which you answer for (HTCDS 2.0)")), files};
    return c;
}

static bool wants_files(const struct page *p)
{
    return str_eq(form_get(&p->form, "kind"), STR("files"));
}

/* What was chosen of the encodings there are; anything else counts as nothing. */
static str chosen_encoding(struct page *p)
{
    str sent = form_get(&p->form, "encoding");
    struct choices c = encodings(p, sent);
    for (size_t i = 0; i < c.n; i++)
        if (c.all[i].chosen)
            return sent;
    return STR("");
}

static int draw_imports(struct page *p)
{
    struct imports_view v = {.page = page_layout(p, N_("Import a list of persons")), .encodings = encodings(p, chosen_encoding(p)),
                             .kinds = kinds(p, wants_files(p))};
    struct import_listed *listed;
    v.n = import_jobs_list(web_imports(p->worker->web), p->session.member, p->now_ms, p->a, &listed);
    v.lines = arena_array(p->a, struct import_line, v.n);
    for (size_t i = 0; i < v.n; i++)
        v.lines[i] = (struct import_line){page_hex(p, listed[i].id), listed[i].name, page_time(p, listed[i].added_ms), state_words[listed[i].state]};
    page_imports(&p->out, &v);
    return 0;
}

int show_imports(struct page *p)
{
    return draw_imports(p);
}

static int go_to(struct page *p, const uint8_t id[static ID_LEN])
{
    return page_go(p, str_printf(p->a, "/import/%.*s", STR_ARG(page_hex(p, id))).p);
}

int do_import(struct page *p)
{
    struct import_jobs *jobs = web_imports(p->worker->web);
    const struct form_file *file = form_file(&p->files, "file");
    uint8_t id[ID_LEN];
    int r;
    if (!file) {
        r = err_set(&p->err, ERR_INPUT, "%.*s", STR_ARG(page_words(p, N_("Choose a file."))));
    } else {
        struct import_order order = {.actor = &p->actor, .name = file->name, .content = file->content, .files = wants_files(p), .encoding = chosen_encoding(p), .now_ms = p->now_ms};
        r = import_jobs_add(jobs, &order, id, &p->err);
    }
    if (r == ERR_INPUT || r == ERR_LIMIT) {
        page_error(p, "file");
        return draw_imports(p);
    }
    if (r < 0)
        return r;
    import_jobs_wait(jobs, id, CHECK_WAIT_MS);
    return go_to(p, id);
}

/* --- one import --- */

static str join(struct page *p, const str *all, size_t n)
{
    struct buf b = buf_new(p->a);
    for (size_t i = 0; i < n; i++)
        buf_addf(&b, "%s%.*s", i ? ", " : "", STR_ARG(all[i]));
    return buf_str(&b);
}

static struct import_person_line person_line(struct page *p, const struct identity *who)
{
    str *names = arena_array(p->a, str, who->n_names), *documents = arena_array(p->a, str, who->n_documents);
    for (size_t i = 0; i < who->n_names; i++) {
        const struct name *n = &who->names[i];
        names[i] = n->full.len ? n->full : str_trim(str_printf(p->a, "%.*s %.*s", STR_ARG(n->given), STR_ARG(n->family)));
    }
    for (size_t i = 0; i < who->n_documents; i++)
        documents[i] = str_trim(str_printf(p->a, "%.*s %.*s", STR_ARG(who->documents[i].number), STR_ARG(who->documents[i].country)));
    return (struct import_person_line){join(p, names, who->n_names), page_date(p, who->born),
                                       who->sex ? str_printf(p->a, "%c", (char)who->sex) : STR(""), join(p, documents, who->n_documents),
                                       join(p, who->phones, who->n_phones), join(p, who->places, who->n_places)};
}

static str taken_for(struct page *p, const struct import_column *c)
{
    if (c->htcds)
        return str_printf(p->a, "%.*s: %.*s", STR_ARG(page_words(p, c->htcds->section)), STR_ARG(page_words(p, c->htcds->label)));
    return page_words(p, c->used ? N_("Which rows and persons belong together") : N_("Not used"));
}

static void fill_columns(struct page *p, const struct import_result *r, struct import_view *v)
{
    v->n_columns = r->n_columns;
    v->columns = arena_array(p->a, struct import_column_line, r->n_columns);
    for (size_t i = 0; i < r->n_columns; i++) {
        struct choice *all = arena_array(p->a, struct choice, COLUMNS_FIELDS);
        for (int f = 0; f < COLUMNS_FIELDS; f++)
            all[f] = (struct choice){str_from(f ? columns_field_name((enum columns_field)f) : ""), page_words(p, field_words[f]),
                                     (int)r->columns[i].field == f};
        str header = r->columns[i].header.len ? r->columns[i].header : str_printf(p->a, "#%zu", i + 1);
        v->columns[i] = (struct import_column_line){header, str_printf(p->a, "column-%zu", i + 1), taken_for(p, &r->columns[i]), all, COLUMNS_FIELDS};
    }
}

static void fill_checked(struct page *p, const struct import_status *s, struct import_view *v)
{
    v->good = s->checked->added;
    v->bad = s->checked->bad;
    v->undecided = s->checked->undecided;
    v->n_persons = s->checked->n_preview;
    v->persons = arena_array(p->a, struct import_person_line, v->n_persons);
    for (size_t i = 0; i < v->n_persons; i++)
        v->persons[i] = person_line(p, &s->checked->preview[i]);
    v->n_bad_lines = s->n_bad;
    v->more_bad = s->checked->bad - (int64_t)s->n_bad;
    v->bad_lines = arena_array(p->a, struct import_bad_line, s->n_bad);
    for (size_t i = 0; i < s->n_bad; i++)
        v->bad_lines[i] = (struct import_bad_line){s->bad[i].line, s->bad[i].text};
    fill_columns(p, s->checked, v);
}

static void fill_progress(const struct import_status *s, struct import_view *v)
{
    v->reads = s->state == IMPORT_CHECKING || s->state == IMPORT_RUNNING;
    v->moves = v->reads || s->state == IMPORT_WAITING || s->state == IMPORT_QUEUED;
    v->ahead = (int64_t)s->ahead;
    v->rows = s->rows;
    v->left_s = -1;
    if (s->size > 0 && s->offset > 0) {
        v->percent = s->offset * 100 / s->size;
        v->left_s = (int64_t)((double)s->elapsed_ms * (double)(s->size - s->offset) / (double)s->offset / 1000) + 1;
    }
}

static int draw_import(struct page *p, const uint8_t id[static ID_LEN], const struct import_status *s)
{
    struct import_view v = {.id = page_hex(p, id), .name = s->name, .state = state_words[s->state], .error = s->error,
                            .encodings = encodings(p, s->encoding)};
    str script;
    v.page = page_layout(p, N_("Import a list of persons"));
    fill_progress(s, &v);
    if (v.moves && !site_cookie(p->request->header.cookie, "script", &script)) /* comity.js sets it, and looks again by itself */
        p->reply->refresh = LOOK_AGAIN_S;
    v.checked = s->state == IMPORT_CHECKED;
    v.unmapped = s->state == IMPORT_UNMAPPED;
    v.done = s->state == IMPORT_DONE;
    v.files = s->files;
    v.stopped = s->state == IMPORT_STOPPED;
    if (s->checked && !v.moves)
        fill_checked(p, s, &v);
    v.can_start = v.checked && v.good > 0;
    if (s->done) {
        v.added = s->done->added;
        v.known = s->done->known;
    }
    page_import(&p->out, &v);
    return 0;
}

static int no_such_import(struct page *p)
{
    return err_set(&p->err, ERR_NOT_FOUND, "%.*s",
                   STR_ARG(page_words(p, N_("This import is not known any more. Send the file again: who is in already is not stored twice."))));
}

static int draw_job(struct page *p, const uint8_t id[static ID_LEN])
{
    struct import_jobs *jobs = web_imports(p->worker->web);
    struct import_status status;
    struct import_job *job = import_jobs_hold(jobs, p->session.member, id, p->now_ms, &status);
    if (!job)
        return no_such_import(p);
    int r = draw_import(p, id, &status);
    import_jobs_let_go(jobs, job);
    return r;
}

int show_import(struct page *p)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    return r < 0 ? r : draw_job(p, id);
}

/* "given=#1,family=#3" from the choices on the page; empty when nothing was chosen. */
static str spec_of_form(struct page *p)
{
    struct buf b = buf_new(p->a);
    for (size_t i = 0; i < p->form.n; i++) {
        str name = p->form.pairs[i].name, value = p->form.pairs[i].value;
        int64_t number;
        if (!str_starts(name, STR("column-")) || !str_to_int(str_slice(name, 7, name.len), 1, 4096, &number))
            continue;
        for (int f = COLUMNS_NONE + 1; f < COLUMNS_FIELDS; f++)
            if (str_eq(value, str_from(columns_field_name((enum columns_field)f))))
                buf_addf(&b, "%s%.*s=#%lld", b.len ? "," : "", STR_ARG(value), (long long)number);
    }
    return buf_str(&b);
}

int do_import_check(struct page *p)
{
    struct import_jobs *jobs = web_imports(p->worker->web);
    uint8_t id[ID_LEN];
    str spec = spec_of_form(p);
    int r = page_id(p, 0, id);
    if (r < 0)
        return r;
    if (spec.len == 0 && !form_has(&p->form, "as-files")) {
        (void)err_set(&p->err, ERR_USAGE, "%.*s", STR_ARG(page_words(p, N_("Say what at least one column is."))));
        page_error(p, "column-1");
        return draw_job(p, id);
    }
    r = import_jobs_check(jobs, p->session.member, id, chosen_encoding(p), spec, p->now_ms, &p->err);
    if (r == ERR_NOT_FOUND)
        return no_such_import(p);
    import_jobs_wait(jobs, id, CHECK_WAIT_MS);
    return go_to(p, id);
}

int do_import_start(struct page *p)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    if (r == 0)
        r = import_jobs_start(web_imports(p->worker->web), &p->actor, id, p->now_ms, &p->err);
    return r == ERR_NOT_FOUND ? no_such_import(p) : r < 0 ? r : go_to(p, id);
}

int do_import_drop(struct page *p)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    if (r == 0)
        r = import_jobs_drop(web_imports(p->worker->web), p->session.member, id, &p->err);
    return r == ERR_NOT_FOUND ? no_such_import(p) : r < 0 ? r : page_go(p, "/import");
}
