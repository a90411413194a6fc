/* A file: everything in it on one page; its team, its state. */
#include <string.h>

#include "face/web/file_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "work/interviews/interview.h"

#define WRITES (RELATION_WORKER | RELATION_LEAD | RELATION_SUPERVISOR)
#define HEADS (RELATION_LEAD | RELATION_SUPERVISOR)

static const struct add_link *add_links(struct page *p)
{
    size_t n = 0;
    struct add_link *links = arena_array(p->a, struct add_link, 16);
    for (const struct file_unit *u = file_units; u->name; u++)
        if (u->add)
            links[n++] = (struct add_link){u->name, u->add, u->often};
    return links;
}

/* Which of the page's lists a record stands in; newest first in the story. */
static void place(struct page *p, struct file_view *v, const struct casefile *f, const struct record *r)
{
    struct shown_list *list = r->unit == FIELD_OF_PERSON ? &v->persons : r->unit == FIELD_OF_TASK ? &v->tasks
                              : r->unit == FIELD_OF_NOTE || r->unit == FIELD_OF_EVENT ? &v->story
                              : r->unit == FIELD_OF_ATTACHMENT ? &v->attachments : &v->others;
    if (!file_unit_of(r->unit) || r->unit == FIELD_OF_FILE) /* consent, screening and decisions have pages of their own */
        return;
    if (!list->all)
        list->all = arena_array(p->a, struct shown_record, f->n);
    list->all[list->n++] = file_shown(p, f, r);
}

int file_counters(struct page *p, const struct interview_of *who, struct counters_view *out)
{
    struct interview_counters sum;
    int r = interview_counted(p->node, who, p->a, &sum, &p->err);
    *out = (struct counters_view){sum.interviews, sum.minutes, sum.exams};
    return r;
}

static int fill_counters(struct page *p, struct file_view *v, const struct casefile *f)
{
    int r = 0;
    size_t at = 0;
    v->counters = arena_array(p->a, struct counters_view, v->persons.n);
    for (size_t i = 0; r == 0 && i < f->n; i++) {
        if (f->records[i].unit != FIELD_OF_PERSON)
            continue;
        const struct interview_of who = {f->id, f->records[i].id, f->records, f->n};
        r = file_counters(p, &who, &v->counters[at++]);
    }
    return r;
}

static void turn(struct shown_list *list)
{
    for (size_t i = 0; i < list->n / 2; i++) {
        struct shown_record swap = list->all[i];
        list->all[i] = list->all[list->n - 1 - i];
        list->all[list->n - 1 - i] = swap;
    }
}

static void fill_team(struct page *p, struct file_view *v, const struct casefile *f)
{
    v->n_team = f->n_parts;
    v->team = arena_array(p->a, struct team_row, f->n_parts);
    for (size_t i = 0; i < f->n_parts; i++)
        v->team[i] = (struct team_row){page_hex(p, f->parts[i].member), file_member_name(p, f->parts[i].member),
                                       access_relation_words(f->parts[i].relation), f->parts[i].relation == RELATION_LEAD};
}

/* Those of the agency who work on persons. */
static int fill_members(struct page *p, struct choices *c, const uint8_t *now)
{
    struct member *all;
    size_t n;
    int r = member_list_kept(p->node, p->worker->book, p->a, &all, &n, &p->err);
    if (r < 0)
        return r;
    c->all = arena_array(p->a, struct choice, n);
    for (size_t i = 0; i < n; i++)
        if (all[i].state == MEMBER_ACTIVE && all[i].roles & (ROLE_CASEWORKER | ROLE_INVESTIGATOR | ROLE_PROSECUTOR | ROLE_SUPERVISOR))
            c->all[c->n++] = (struct choice){page_hex(p, all[i].id), all[i].name, now && memcmp(all[i].id, now, ID_LEN) == 0};
    return 0;
}

static int fill_file(struct page *p, struct file_view *v, const struct casefile *f)
{
    const struct record *own = &f->records[0];
    int r = db_snapshot(p->node->db, &p->err);
    v->id = page_hex(p, f->id);
    v->number = casefile_number(p->a, f->id);
    v->title = record_title(p->a, own);
    v->opened = page_time(p, own->made_ms);
    v->changed = page_time(p, own->changed_ms);
    v->part = access_relation_words(f->relation);
    v->closed = f->state == FILE_CLOSED;
    v->glass = f->relation == RELATION_GLASS;
    v->may_write = !v->closed && f->relation & WRITES;
    v->may_head = f->relation & HEADS;
    v->bundles = (f->relation & WRITES) && (p->session.roles & (ROLE_INVESTIGATOR | ROLE_PROSECUTOR));
    v->add = add_links(p);
    v->n_lines = file_lines(p, own, &v->lines);
    for (size_t i = 1; i < f->n; i++)
        place(p, v, f, &f->records[i]);
    turn(&v->story);
    fill_team(p, v, f);
    v->members = (struct choices){.page = &p->layout, .name = "member", .label = N_("Member")};
    v->printed = str_printf(p->a, "%.*s, %.*s", STR_ARG(page_time(p, p->now_ms)), STR_ARG(p->member.name));
    if (r == 0)
        r = access_stopped(p->node->db, f->id, &v->stopped, &p->err);
    if (r == 0)
        r = fill_counters(p, v, f);
    if (r == 0 && v->may_head)
        r = fill_members(p, &v->members, NULL);
    db_snapshot_end(p->node->db);
    return r;
}

static int look(struct page *p, struct casefile *f)
{
    uint8_t id[ID_LEN];
    const struct casework w = file_casework(p);
    int r = page_id(p, 0, id);
    return r < 0 ? r : file_look(p, &w, id, f);
}

static int show(struct page *p, void (*template)(struct html *o, const struct file_view *v))
{
    struct casefile f = {0};
    struct file_view v = {.page = page_layout(p, N_("Case"))};
    int r = look(p, &f);
    if (r == 0)
        r = fill_file(p, &v, &f);
    if (r < 0)
        return r;
    p->layout.title = str_printf(p->a, "%.*s %.*s", STR_ARG(v.number), STR_ARG(v.title));
    template(&p->out, &v);
    return 0;
}

int show_file(struct page *p)
{
    return show(p, page_file);
}

int show_file_print(struct page *p)
{
    return show(p, page_file_print);
}

static int go_to_file(struct page *p)
{
    return page_go(p, str_printf(p->a, "/files/%.*s", STR_ARG(p->request->params[0])).p);
}

int do_file_state(struct page *p)
{
    uint8_t id[ID_LEN];
    const struct casework w = file_casework(p);
    unsigned state = str_eq(form_get(&p->form, "state"), STR("closed")) ? FILE_CLOSED : FILE_OPEN;
    int r = page_id(p, 0, id);
    if (r == 0)
        r = casefile_state_set(&w, id, state, &p->err);
    return r < 0 ? r : go_to_file(p);
}

int do_file_team(struct page *p)
{
    static const struct { const char *name; unsigned relation; } parts[] = {
        {"read", RELATION_READER}, {"work", RELATION_WORKER}, {"lead", RELATION_LEAD}, {"none", 0},
    };
    uint8_t id[ID_LEN], member[ID_LEN];
    const struct casework w = file_casework(p);
    str part = form_get(&p->form, "part");
    unsigned relation = RELATION_NONE;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (str_eq(part, str_from(parts[i].name)))
            relation = parts[i].relation;
    int r = page_id(p, 0, id);
    if (r == 0 && !hex_decode_into(form_get(&p->form, "member"), member, ID_LEN))
        r = err_set(&p->err, ERR_NOT_FOUND, N_("there is no such member"));
    if (r == 0)
        r = casefile_part_set(&w, id, member, relation, &p->err);
    return r < 0 ? r : go_to_file(p);
}
