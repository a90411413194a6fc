/* Files going out as a table: asked for, agreed to by a second person, fetched. */
#include <stdlib.h>
#include <string.h>

#include "face/web/export_views.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "work/cases/export.h"

#define PURPOSE_DEFAULT "casework"

static struct choices kinds(struct page *p, str chosen)
{
    struct choices c = {.page = &p->layout, .name = "kind", .label = N_("What kind of table")};
    while (export_kinds[c.n].name)
        c.n++;
    c.all = arena_array(p->a, struct choice, c.n);
    for (size_t i = 0; i < c.n; i++)
        c.all[i] = (struct choice){str_from(export_kinds[i].name), page_words(p, export_kinds[i].words), str_eq(chosen, str_from(export_kinds[i].name))};
    return c;
}

static int fill_lines(struct page *p, struct export_view *v)
{
    struct approval *all;
    size_t n;
    int r = approval_list(p->node, &p->actor, p->now_ms, p->a, &all, &n, &p->err);
    v->lines = arena_array(p->a, struct export_line, r < 0 ? 0 : n);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct export_order order;
        struct err strange = {0};
        if (all[i].verb != VERB_EXPORT || memcmp(all[i].first, p->session.member, ID_LEN) != 0 || export_order_of(&all[i], p->now_ms, &order, &strange) < 0)
            continue;
        v->lines[v->n++] = (struct export_line){.id = page_hex(p, all[i].id), .asked = page_time(p, all[i].asked_ms), .kind = page_words(p, order.kind->words),
                                                .reference = all[i].reference, .state = approval_state_words(all[i].state),
                                                .ready = all[i].state == APPROVAL_DONE && p->now_ms < all[i].ended_ms + APPROVAL_FETCH_MS};
    }
    return r;
}

static int draw(struct page *p)
{
    struct export_view v = {.page = page_layout(p, N_("Export cases as a table")), .kinds = kinds(p, form_get(&p->form, "kind")), .reference = page_field(p, "reference")};
    int r = fill_lines(p, &v);
    v.purposes = page_purposes(p, form_has(&p->form, "purpose") ? form_get(&p->form, "purpose") : STR(PURPOSE_DEFAULT));
    v.purposes.label = N_("Purpose");
    if (r == 0)
        page_export(&p->out, &v);
    return r;
}

int show_export(struct page *p)
{
    return draw(p);
}

int do_export(struct page *p)
{
    struct export_order order = {.kind = export_kind(form_get(&p->form, "kind")), .now_ms = p->now_ms};
    struct act act = {.verb = VERB_EXPORT, .actor = &p->actor, .purpose = form_get(&p->form, "purpose"), .reference = page_field(p, "reference"), .now_ms = p->now_ms};
    order.whose = p->session.roles & ROLE_SUPERVISOR ? RECORDS_OF_HER_UNIT : RECORDS_HERS;
    if (!order.kind || act.reference.len == 0) {
        (void)err_set(&p->err, ERR_USAGE, "%.*s", STR_ARG(page_words(p, order.kind ? N_("Say what it belongs to.") : N_("Choose what kind of table it is."))));
        page_error(p, order.kind ? "reference" : "kind");
        return draw(p);
    }
    act.arguments = export_arguments(p->a, &order);
    int r = act_run(p->node, &act, NULL, NULL, &p->err);
    if (r == ERR_DENIED) {
        page_error(p, "purpose");
        return draw(p);
    }
    return r == ERR_PARKED || r == 0 ? page_go(p, "/export") : r;
}

static int64_t pull(void *state, uint8_t *to, size_t max)
{
    struct err err = {0};
    return export_pull(state, to, max, &err); /* an error breaks the connection off: half a table is no table */
}

static void close_export(void *state)
{
    export_close(state);
}

/* The table itself. That it is fetched is in the log before its first byte leaves; how many files two agreed to, in that of the agreement. */
int show_export_table(struct page *p)
{
    uint8_t id[ID_LEN];
    struct approval agreed;
    struct export_order order;
    struct export *x;
    struct node *own = NULL;
    int r = page_id(p, 0, id);
    if (r == 0)
        r = approval_fetch(p->node, &p->actor, id, p->now_ms, p->a, &agreed, &p->err);
    if (r == 0 && agreed.verb != VERB_EXPORT)
        r = err_set(&p->err, ERR_NOT_FOUND, N_("there is no such request"));
    if (r == 0)
        r = export_order_of(&agreed, p->now_ms, &order, &p->err);
    if (r == 0 && order.whose == RECORDS_OF_HER_UNIT && !(p->session.roles & ROLE_SUPERVISOR))
        r = err_set(&p->err, ERR_DENIED, N_("this role may not do this")); /* she was a supervisor when it was agreed to */
    if (r == 0)
        r = node_open_again(p->node, &own, &p->err);
    if (r == 0 && (r = export_open(own, &order, &x, &p->err)) < 0)
        node_close(own);
    if (r < 0)
        return r;
    struct date today = page_today(p);
    p->reply->type = report_type(order.kind->report);
    p->reply->file_name = str_printf(p->a, "%s-%04d-%02d-%02d.%s", order.kind->file_name, today.year, today.month, today.day, report_extension(order.kind->report));
    p->reply->produce = pull;
    p->reply->done = close_export;
    p->reply->state = x;
    return 0;
}
