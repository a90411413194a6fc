/* A bundle for a court: asked for, agreed to by a second person, fetched. */
#include <string.h>

#include "face/web/bundle_paper.h"
#include "face/web/bundle_views.h"
#include "face/web/languages.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"

#define WRITES (RELATION_WORKER | RELATION_LEAD | RELATION_SUPERVISOR)

/* What a court's proceedings are for. */
static const char *const purposes[] = {"prosecution", "charge"};

static bool is_purpose(str code)
{
    for (size_t i = 0; i < sizeof purposes / sizeof purposes[0]; i++)
        if (str_eq(code, str_from(purposes[i])))
            return true;
    return false;
}

static const struct language *language_of(const struct page *p, str code)
{
    for (const struct language *l = p->layout.languages; l && l->code; l++)
        if (str_eq(code, str_from(l->code)))
            return l;
    return NULL;
}

static void fill_choices(struct page *p, struct bundles_view *v)
{
    str language = form_get(&p->form, "language"), purpose = form_get(&p->form, "purpose");
    size_t n = 0;
    while (p->layout.languages && p->layout.languages[n].code)
        n++;
    v->languages = (struct choices){.page = &p->layout, .name = "language", .label = N_("Language of the court"), .all = arena_array(p->a, struct choice, n), .n = n};
    for (size_t i = 0; i < n; i++) {
        str code = str_from(p->layout.languages[i].code);
        v->languages.all[i] = (struct choice){code, str_from(p->layout.languages[i].name), str_eq(code, language.len ? language : str_from(p->layout.language))};
    }
    v->purposes = (struct choices){.page = &p->layout, .name = "purpose", .label = N_("Purpose"), .all = arena_array(p->a, struct choice, 2), .n = 2};
    for (size_t i = 0; i < 2; i++)
        v->purposes.all[i] = (struct choice){str_from(purposes[i]), page_words(p, access_purpose(str_from(purposes[i]))->words), str_eq(purpose, str_from(purposes[i]))};
}

static int fill_lines(struct page *p, const uint8_t file[static ID_LEN], struct bundles_view *v)
{
    struct approval *all;
    size_t n;
    int r = approval_list(p->node, &p->actor, p->now_ms, p->a, &all, &n, &p->err);
    v->lines = arena_array(p->a, struct bundle_line, r < 0 ? 0 : n);
    for (size_t i = 0; r == 0 && i < n; i++) {
        const struct approval *one = &all[i];
        if (one->verb != VERB_BUNDLE || !one->has_file || memcmp(one->file, file, ID_LEN) != 0 || memcmp(one->first, p->session.member, ID_LEN) != 0)
            continue;
        v->lines[v->n++] = (struct bundle_line){.id = page_hex(p, one->id), .asked = page_time(p, one->asked_ms), .reference = one->reference,
            .state = approval_state_words(one->state), .ready = one->state == APPROVAL_DONE && p->now_ms < one->ended_ms + APPROVAL_FETCH_MS};
    }
    return r;
}

static int draw(struct page *p)
{
    uint8_t file[ID_LEN];
    struct casefile f = {0};
    struct bundles_view v = {.page = page_layout(p, N_("Bundle for a court")), .reference = page_field(p, "reference"), .recipient = page_field(p, "recipient")};
    const struct casework w = file_casework(p);
    int r = page_id(p, 0, file);
    if (r == 0)
        r = file_look(p, &w, file, &f);
    if (r == 0)
        r = fill_lines(p, file, &v);
    if (r < 0)
        return r;
    v.file = page_hex(p, file);
    v.number = casefile_number(p->a, file);
    v.may = f.relation & WRITES;
    fill_choices(p, &v);
    page_bundles(&p->out, &v);
    return 0;
}

int show_bundles(struct page *p)
{
    return draw(p);
}

int do_bundle(struct page *p)
{
    str reference = page_field(p, "reference"), purpose = form_get(&p->form, "purpose");
    struct act act = {.verb = VERB_BUNDLE, .actor = &p->actor, .purpose = purpose, .reference = reference, .now_ms = p->now_ms, .has_file = true, .has_object = true};
    const struct language *language = language_of(p, form_get(&p->form, "language"));
    const char *wrong = !language ? "language" : !is_purpose(purpose) ? "purpose" : reference.len == 0 ? "reference" : NULL;
    int r = page_id(p, 0, act.file);
    if (r < 0)
        return r;
    memcpy(act.object, act.file, ID_LEN);
    if (wrong)
        r = err_set(&p->err, ERR_INPUT, N_("say in which language, for which purpose and for which proceedings"));
    else if ((r = court_arguments(p->a, str_from(language->code), page_field(p, "recipient"), &act.arguments, &p->err)) < 0)
        wrong = "recipient";
    else
        return page_parked(p, act_run(p->node, &act, NULL, NULL, &p->err), act.approval);
    page_error(p, wrong);
    return draw(p);
}

/* --- fetching --- */

static int64_t pull(void *state, uint8_t *to, size_t max)
{
    struct err err = {0};
    return court_pull(state, to, max, &err); /* an error breaks the connection off: half a bundle is none */
}

static void close_bundle(void *state)
{
    court_close(state);
}

static int send(struct page *p, const struct approval *agreed, const struct court_order *order)
{
    struct bundle_gathered g;
    struct court_part *parts;
    struct court *b;
    struct node *own = NULL;
    struct casework w = file_casework(p);
    w.purpose = agreed->purpose;
    w.reference = agreed->reference;
    page_speak(p, language_of(p, order->language)->code);
    int r = bundle_gather(p, &w, agreed->file, &g);
    if (r < 0)
        return r;
    struct court_plan plan = {.sealed = order->sealed, .now_ms = p->now_ms};
    memcpy(plan.id, agreed->id, ID_LEN);
    memcpy(plan.recipient, order->recipient, AGE_KEY_LEN);
    plan.n = bundle_parts(p, &g, &parts);
    plan.parts = parts;
    r = node_open_again(p->node, &own, &p->err);
    if (r == 0 && (r = court_open(own, &plan, &b, &p->err)) < 0)
        node_close(own);
    if (r < 0)
        return r;
    p->reply->type = order->sealed ? "application/octet-stream" : "application/zip";
    p->reply->file_name = str_printf(p->a, "bundle-%.*s.zip%s", STR_ARG(casefile_number(p->a, agreed->file)), order->sealed ? ".age" : "");
    p->reply->produce = pull;
    p->reply->done = close_bundle;
    p->reply->state = b;
    return 0;
}

int show_bundle(struct page *p)
{
    uint8_t file[ID_LEN], id[ID_LEN];
    struct approval agreed;
    struct court_order order;
    int r = page_id(p, 0, file);
    if (r == 0)
        r = page_id(p, 1, id);
    if (r == 0)
        r = approval_fetch(p->node, &p->actor, id, p->now_ms, p->a, &agreed, &p->err);
    if (r == 0 && (agreed.verb != VERB_BUNDLE || !agreed.has_file || memcmp(agreed.file, file, ID_LEN) != 0))
        r = err_set(&p->err, ERR_NOT_FOUND, N_("there is no such request"));
    if (r == 0)
        r = court_order_of(&agreed, p->a, &order, &p->err);
    if (r == 0 && !language_of(p, order.language))
        r = err_set(&p->err, ERR_NOT_FOUND, N_("there is no such request"));
    return r < 0 ? r : send(p, &agreed, &order);
}
