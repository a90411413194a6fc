/* Finding a person, looking at her, asking the partners about her. */
#include <string.h>

#include "face/web/file_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "ground/json/json.h"
#include "trust/access/access.h"
#include "trust/peer/ask.h"
#include "trust/peer/pair.h"

#define PURPOSE_DEFAULT "identification"
#define PARTNERS_MAX 32

static str whole_name(struct arena *a, const struct name *name)
{
    if (name->full.len)
        return name->full;
    return str_trim(str_printf(a, "%.*s %.*s", STR_ARG(name->given), STR_ARG(name->family)));
}

static str other_names(struct arena *a, const struct identity *who)
{
    struct buf b = buf_new(a);
    for (size_t i = 1; i < who->n_names; i++) {
        str name = whole_name(a, &who->names[i]);
        buf_addf(&b, "%s%.*s", i > 1 ? " / " : "", STR_ARG(name));
    }
    return buf_str(&b);
}

static str documents_text(struct arena *a, const struct identity *who)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < who->n_documents; i++) {
        buf_addf(&b, "%s%.*s", i ? ", " : "", STR_ARG(who->documents[i].number));
        if (who->documents[i].country.len)
            buf_addf(&b, " (%.*s)", STR_ARG(who->documents[i].country));
    }
    return buf_str(&b);
}

static str list_text(struct arena *a, const str list[], size_t n)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < n; i++)
        buf_addf(&b, "%s%.*s", i ? ", " : "", STR_ARG(list[i]));
    return buf_str(&b);
}

static str purpose_asked(const struct form *form)
{
    str purpose = form_get(form, "purpose");
    return access_purpose(purpose) ? purpose : STR(PURPOSE_DEFAULT);
}

/* --- finding --- */

/* The search of this thread; made anew when the index says that it must be. Derived data is not worth an error. */
static int open_search(struct page *p)
{
    struct web_worker *w = p->worker;
    const char *dir = node_path(p->node, p->a, "search");
    if (w->search)
        return 0;
    int r = search_open(dir, p->node->keys, web_names(w->web), &w->search, &p->err);
    if (r != ERR_CORRUPT)
        return r;
    r = search_rebuild(dir, p->node->keys, web_names(w->web), p->node->vault, p->node->db, NULL, NULL, &p->err);
    return r < 0 ? r : search_open(dir, p->node->keys, web_names(w->web), &w->search, &p->err);
}

struct looked {
    struct page *page;
    str text;
    struct search_result result;
};

static int find(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct looked *l = arg;
    struct arena *a = l->page->a;
    int r = search_run(l->page->worker->search, node->vault, node->db, a, l->text, &l->result, err);
    if (r < 0)
        return r;
    struct json *detail = json_object_new(a);
    json_put_str(detail, "asked", l->text);
    struct json *shown = json_put_array(detail, "shown");
    for (size_t i = 0; i < l->result.n; i++)
        json_add_str(shown, hex_encode(a, (bytes){l->result.hits[i].id.b, ID_LEN}));
    act->detail = json_write(a, detail, JSON_ONE_LINE);
    return 0;
}

static int run_search(struct page *p, struct search_view *v)
{
    struct looked *l = arena_new_of(p->a, struct looked);
    struct act act = {.verb = VERB_SEARCH, .actor = &p->actor, .purpose = v->purpose, .now_ms = p->now_ms};
    l->page = p;
    l->text = v->text;
    int r = open_search(p);
    if (r == 0)
        r = act_run(p->node, &act, find, l, &p->err);
    if (r < 0)
        return r;
    v->asked = true;
    v->n = l->result.n;
    v->hits = arena_array(p->a, struct hit_row, v->n);
    for (size_t i = 0; i < v->n; i++) {
        const struct search_hit *hit = &l->result.hits[i];
        v->hits[i] = (struct hit_row){
            .id = page_hex(p, hit->id.b), .name = hit->who.n_names ? whole_name(p->a, &hit->who.names[0]) : STR("?"), .others = other_names(p->a, &hit->who),
            .born = page_date(p, hit->who.born), .documents = documents_text(p->a, &hit->who), .reason = page_reasons(p, hit->reason)};
    }
    return 0;
}

int page_search_known(struct page *p, str name, str born, struct hit_row **out, size_t *n)
{
    struct search_view v = {.text = str_trim(str_printf(p->a, "%.*s %.*s", STR_ARG(name), STR_ARG(born))), .purpose = file_purpose(p)};
    *n = 0;
    if (name.len == 0 || v.text.len > SEARCH_TEXT_MAX)
        return 0;
    int r = run_search(p, &v);
    *out = v.hits;
    *n = v.n;
    return r == ERR_INPUT ? 0 : r;
}

int show_search(struct page *p)
{
    struct search_view v = {.page = page_layout(p, N_("Find a person")), .purpose = purpose_asked(&p->query)};
    v.text = str_trim(text_nfc(web_text(p->worker->web), p->a, form_get(&p->query, "text")));
    v.purposes = page_purposes(p, v.purpose);
    int r = v.text.len ? run_search(p, &v) : 0;
    if (r == ERR_INPUT) {
        page_error(p, "text");
        r = 0;
    }
    if (r < 0)
        return r;
    if (str_eq(p->request->header.requested_with, STR("fetch")))
        search_hits(&p->out, &v); /* the list alone, for search as you type */
    else
        page_search(&p->out, &v);
    return 0;
}

/* --- looking --- */

#define PLACES_MAX 20

struct seen {
    struct arena *arena;
    struct vault_id id;
    struct identity who;
    struct record_place places[PLACES_MAX]; /* files she is in */
    size_t n_places;
};

static int look(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct seen *s = arg;
    bytes content;
    act->has_object = true;
    memcpy(act->object, s->id.b, ID_LEN);
    int r = vault_get(node->vault, node->db, VAULT_IDENTITY, &s->id, s->arena, &content, err);
    if (r == 0)
        r = record_places(node->db, &s->id, s->places, PLACES_MAX, &s->n_places, err);
    return r < 0 ? r : identity_decode(s->arena, content, &s->who, err);
}

/* The look itself: an act with its leaf, before anything of the person leaves. */
static int see(struct page *p, str purpose, str reference, struct seen *s)
{
    struct act act = {.verb = VERB_LOOK, .actor = &p->actor, .purpose = purpose, .reference = reference, .now_ms = p->now_ms};
    s->arena = p->a;
    int r = page_id(p, 0, s->id.b);
    return r < 0 ? r : act_run(p->node, &act, look, s, &p->err);
}

static void add_line(struct person_view *v, const char *label, str value)
{
    if (value.len)
        v->lines[v->n_lines++] = (struct person_line){label, value};
}

static const char *sex_words(enum sex sex)
{
    return sex == SEX_FEMALE ? N_("female") : sex == SEX_MALE ? N_("male") : sex == SEX_OTHER ? N_("other") : "";
}

static int fill_partners(struct page *p, struct choices *c)
{
    struct partner *all;
    size_t n;
    int r = partner_list(p->node->db, p->a, &all, &n, &p->err);
    *c = (struct choices){.page = &p->layout, .name = "partner", .label = N_("Whom to ask")};
    if (r < 0)
        return r;
    c->all = arena_array(p->a, struct choice, n);
    for (size_t i = 0; i < n && c->n < PARTNERS_MAX; i++)
        if (all[i].status == PARTNER_ACTIVE && all[i].address.len)
            c->all[c->n++] = (struct choice){all[i].name, all[i].agency, true};
    return 0;
}

static int draw_person(struct page *p, const struct seen *s, str purpose, str reference)
{
    struct person_view v = {.page = page_layout(p, N_("Person")), .id = page_hex(p, s->id.b), .reference = reference, .purposes = page_purposes(p, purpose)};
    const struct identity *who = &s->who;
    v.name = who->n_names ? whole_name(p->a, &who->names[0]) : STR("?");
    add_line(&v, N_("Other names"), other_names(p->a, who));
    add_line(&v, N_("Born"), page_date(p, who->born));
    add_line(&v, N_("Sex"), page_words(p, sex_words(who->sex)));
    add_line(&v, N_("Documents"), documents_text(p->a, who));
    add_line(&v, N_("Telephone"), list_text(p->a, who->phones, who->n_phones));
    add_line(&v, N_("Places"), list_text(p->a, who->places, who->n_places));
    add_line(&v, N_("Number in its source"), who->source_id);
    v.files = arena_array(p->a, struct file_row, s->n_places);
    for (size_t i = 0; i < s->n_places; i++)
        v.files[v.n_files++] = (struct file_row){.id = page_hex(p, s->places[i].file), .number = casefile_number(p->a, s->places[i].file)};
    int r = fill_partners(p, &v.partners);
    if (r == 0)
        page_person(&p->out, &v);
    return r;
}

int show_person(struct page *p)
{
    struct seen s = {0};
    str purpose = purpose_asked(&p->query);
    int r = see(p, purpose, STR(""), &s);
    return r < 0 ? r : draw_person(p, &s, purpose, STR(""));
}

/* --- asking --- */

static void fill_answer(struct page *p, const struct ask_result *result, struct answer_row *row)
{
    static const char *const headlines[] = {[SCORE_NO_HIT] = N_("no hit"), [SCORE_POSSIBLE] = N_("perhaps"), [SCORE_HIT] = N_("hit")};
    row->headline = headlines[result->band];
    row->hit = result->band != SCORE_NO_HIT;
    row->left = result->budget_left;
    row->leaf = result->leaf;
    row->their_leaf = result->partner_leaf;
    row->n_hits = result->n_hits;
    row->hits = arena_array(p->a, struct answer_hit, result->n_hits);
    for (size_t i = 0; i < result->n_hits; i++) {
        const struct ask_hit *h = &result->hits[i];
        row->hits[i] = (struct answer_hit){headlines[h->band], page_reasons(p, h->explanation), str_dup(p->a, str_from(h->number)), (int)(h->probability * 100)};
    }
}

/* One partner: what goes wrong with it is its line's trouble, not the page's. */
static void ask_partner(struct page *p, const struct http_identity *identity, const struct partner *partner, const struct ask_query *query,
                        struct answer_row *row)
{
    struct asking *asking = NULL;
    struct ask_result *result = arena_new_of(p->a, struct ask_result);
    struct err err = {0};
    row->agency = partner->agency;
    int r = ask_open(p->node, web_names(p->worker->web), partner, identity, &asking, &err);
    if (r == 0)
        r = line_sync(ask_line(asking), p->now_ms, &err);
    if (r == 0)
        r = ask_person(asking, &p->actor, query, clock_now_ms(), p->a, result, &err);
    if (r == 0) {
        fill_answer(p, result, row);
    } else {
        row->failed = true;
        row->headline = N_("no answer");
        row->trouble = str_dup(p->a, str_from(err.text));
    }
    ask_close(asking);
}

/* Those of the form; ERR_USAGE when there is none. */
static int chosen_partners(struct page *p, struct partner out[static PARTNERS_MAX], size_t *n)
{
    str name;
    int r = 0;
    for (*n = 0; r == 0 && *n < PARTNERS_MAX && form_nth(&p->form, "partner", *n, &name); ++*n)
        r = partner_find(p->node->db, p->a, name, &out[*n], &p->err);
    if (r == 0 && *n == 0)
        r = err_set(&p->err, ERR_USAGE, "%.*s", STR_ARG(page_words(p, N_("Choose at least one partner."))));
    return r;
}

int do_ask(struct page *p)
{
    struct seen s = {0};
    struct partner partners[PARTNERS_MAX];
    struct http_identity identity = {0};
    str purpose = purpose_asked(&p->form), reference = page_field(p, "reference");
    size_t n = 0;
    const char *wrong = NULL;
    int r = see(p, purpose, reference, &s);
    if (r < 0)
        return r;
    r = chosen_partners(p, partners, &n);
    wrong = r == ERR_USAGE ? "partner" : NULL;
    if (r == 0 && reference.len == 0) {
        r = err_set(&p->err, ERR_USAGE, "%.*s", STR_ARG(page_words(p, N_("Say which case or warrant it belongs to."))));
        wrong = "reference";
    }
    if (wrong) {
        page_error(p, wrong);
        return draw_person(p, &s, purpose, reference);
    }
    if (r == 0)
        r = pair_identity(p->node, p->a, p->now_ms, &identity, &p->err);
    if (r < 0)
        return r;
    struct answers_view v = {.page = page_layout(p, N_("What the partners know")), .id = page_hex(p, s.id.b), .purpose = purpose, .n = n};
    const struct ask_query query = {.who = &s.who, .person = &s.id, .purpose = purpose, .reference = reference};
    v.rows = arena_array(p->a, struct answer_row, n);
    for (size_t i = 0; i < n; i++)
        ask_partner(p, &identity, &partners[i], &query, &v.rows[i]);
    http_identity_close(&identity);
    page_answers(&p->out, &v);
    return 0;
}
