/* The list of one's files and tasks; what was typed and not sent; keeping it. */
#include <string.h>

#include "face/web/file_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "ground/crypto/pocket.h"

#define LISTED 30
#define TASKS_LISTED 50

static void fill_files(struct page *p, struct files_view *v, const struct casefile_entry *entries, size_t n)
{
    v->n = n > LISTED ? LISTED : n;
    v->rows = arena_array(p->a, struct file_row, v->n);
    for (size_t i = 0; i < v->n; i++) {
        const struct record *r = &entries[i].record;
        v->rows[i] = (struct file_row){.id = page_hex(p, r->id), .number = casefile_number(p->a, r->id), .title = record_title(p->a, r),
                                       .changed = page_time(p, r->changed_ms), .part = page_words(p, access_relation_words(entries[i].relation)),
                                       .closed = entries[i].state == FILE_CLOSED};
    }
    v->older = n > LISTED ? str_printf(p->a, "%lld", (long long)entries[LISTED - 1].record.changed_ms) : STR("");
}

static void fill_tasks(struct page *p, struct files_view *v, const struct casefile_entry *entries, size_t n)
{
    v->n_tasks = n;
    v->tasks = arena_array(p->a, struct task_row, n);
    for (size_t i = 0; i < n; i++) {
        const struct record *r = &entries[i].record;
        v->tasks[i] = (struct task_row){.id = page_hex(p, r->id), .file = page_hex(p, r->file), .what = record_title(p->a, r),
                                        .due = page_time(p, r->due_ms), .overdue = r->due_ms && r->due_ms < p->now_ms};
    }
}

static int fill_drafts(struct page *p, struct files_view *v)
{
    struct kept_item *items;
    int r = kept_list(p->node, &p->actor, p->now_ms, KEPT_DRAFT, p->a, &items, &v->n_drafts, &p->err);
    if (r < 0)
        return r;
    v->drafts = arena_array(p->a, struct file_row, v->n_drafts);
    for (size_t i = 0; i < v->n_drafts; i++)
        v->drafts[i] = (struct file_row){.id = items[i].name, .changed = page_time(p, items[i].changed_ms)};
    return 0;
}

int show_files(struct page *p)
{
    struct files_view v = {.page = page_layout(p, N_("Your cases"))};
    const struct casework w = file_casework(p);
    struct casefile_entry *files = NULL, *tasks = NULL;
    size_t n = 0, n_tasks = 0;
    int64_t before = INT64_MAX;
    (void)str_to_int(form_get(&p->query, "before"), 0, INT64_MAX, &before);
    int r = casefile_list(&w, before, LISTED + 1, p->a, &files, &n, &p->err);
    if (r == 0)
        r = casefile_tasks(&w, TASKS_LISTED, p->a, &tasks, &n_tasks, &p->err);
    if (r == 0)
        r = fill_drafts(p, &v);
    if (r < 0)
        return r;
    fill_files(p, &v, files, n);
    fill_tasks(p, &v, tasks, n_tasks);
    page_files(&p->out, &v);
    return 0;
}

/* What stands beside the words in a form that is kept: the token of the session, its address, its stamps. */
static bool is_beside(str name)
{
    static const char *const names[] = {"csrf", "draft-of", "stamp", "follows"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_eq(name, str_from(names[i])))
            return true;
    return false;
}

static str typed_text(struct page *p, const struct form *typed)
{
    struct buf b = buf_new(p->a);
    for (size_t i = 0; i < typed->n; i++) {
        const struct form_pair *pair = &typed->pairs[i];
        if (is_beside(pair->name) || pair->value.len == 0)
            continue;
        struct html part = html_new(p->a, NULL);
        html_url_part(&part, pair->name);
        html_markup(&part, "=");
        html_url_part(&part, pair->value);
        buf_addf(&b, "%s%.*s", b.len ? "&" : "", (int)part.buf.len, part.buf.p);
    }
    return buf_str(&b);
}

/* The address of a form of ours: a path, nothing behind it. */
static bool is_address(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '/' || s.p[i] == '-'))
            return false;
    return s.len > 1 && s.len <= 200 && s.p[0] == '/';
}

static int keep_typed(struct page *p, const struct form *typed, enum typed_where *where)
{
    str address = form_get(typed, "draft-of");
    if (!is_address(address))
        return err_set(&p->err, ERR_INPUT, N_("there is no such form"));
    str text = typed_text(p, typed);
    int r = str_eq(address, STR("/files/new")) ? file_new_words(p, typed, &text) : 0;
    return r < 0 ? r : file_draft_keep(p, typed, address, text, where);
}

/* What the script sends while somebody types. */
int do_draft(struct page *p)
{
    enum typed_where where;
    int r = keep_typed(p, &p->form, &where);
    if (r < 0)
        return r;
    str when = page_time(p, p->now_ms);
    kept_note(&p->out, when);
    return 0;
}

/* What it kept on the device while there was no line: opened for whoever sealed it, and for nobody else. */
int do_draft_device(struct page *p)
{
    bytes sealed, content;
    struct form typed = {0};
    enum typed_where where = TYPED_DONE;
    if (!base64_decode(p->a, form_get(&p->form, "sealed"), &sealed))
        return err_set(&p->err, ERR_INPUT, N_("this was not kept by a page of this agency"));
    int r = pocket_open(p->node->keys, p->session.member, sealed, p->a, &content, &p->err);
    if (r == ERR_CRYPTO || r == ERR_INPUT)
        return err_set(&p->err, ERR_EXISTS, N_("another member kept this, or it was kept for another agency"));
    if (r == 0)
        r = form_parse(p->a, bytes_str(content), &typed, &p->err);
    if (r == 0)
        r = keep_typed(p, &typed, &where);
    if (r < 0 || where == TYPED_DONE)
        return r;
    pocket_taken(&p->out, where == TYPED_IN_PLACE ? form_get(&typed, "draft-of") : STR("/files#drafts")); /* else beside another, or anywhere */
    return 0;
}

int do_draft_drop(struct page *p)
{
    str address = form_get(&p->form, "draft-of");
    if (is_address(address))
        file_draft_done(p, address);
    return page_go(p, "/files");
}
