/* Looking at a person, asking the partners about her. */
#include <string.h>

#include "face/web/file_page.h"
#include "face/web/pages.h"
#include "face/web/identity_words.h"
#include "face/web/pages.html.h"
#include "trust/access/access.h"
#include "trust/peer/ask_all.h"

#define PARTNERS_MAX ASK_PARTNERS_MAX

static str list_text(struct arena *a, const str list[], size_t n)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < n; i++)
        buf_addf(&b, "%s%.*s", i ? ", " : "", STR_ARG(list[i]));
    return buf_str(&b);
}

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
    int r = ask_partners(p->node, p->a, &all, &n, &p->err);
    *c = (struct choices){.page = &p->layout, .name = "partner", .label = N_("Whom to ask")};
    if (r < 0)
        return r;
    c->all = arena_array(p->a, struct choice, n);
    for (size_t i = 0; i < n; i++)
        c->all[c->n++] = (struct choice){all[i].name, all[i].agency, true};
    return 0;
}

static int draw_person(struct page *p, const struct seen *s, str purpose, str reference)
{
    struct person_view v = {.page = page_layout(p, N_("Person")), .id = page_hex(p, s->id.b), .reference = reference, .purposes = page_purposes(p, purpose)};
    const struct identity *who = &s->who;
    v.may_erase = p->session.roles & ROLE_SUPERVISOR;
    v.name = who->n_names ? identity_name(p->a, &who->names[0]) : STR("?");
    add_line(&v, N_("Other names"), identity_others(p->a, who));
    add_line(&v, N_("Born"), page_date(p, who->born));
    add_line(&v, N_("Sex"), page_words(p, sex_words(who->sex)));
    add_line(&v, N_("Documents"), identity_documents(p->a, who));
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
    str purpose = page_purpose_asked(&p->query);
    int r = see(p, purpose, STR(""), &s);
    return r < 0 ? r : draw_person(p, &s, purpose, STR(""));
}

/* --- asking --- */

static void fill_answer(struct page *p, const struct ask_answer *answer, struct answer_row *row)
{
    const struct ask_result *result = &answer->result;
    static const char *const headlines[] = {[SCORE_NO_HIT] = N_("no hit"), [SCORE_POSSIBLE] = N_("perhaps"), [SCORE_HIT] = N_("hit")};
    row->agency = answer->partner->agency;
    row->name = answer->partner->name;
    row->failed = answer->trouble != NULL;
    row->headline = row->failed ? N_("no answer") : headlines[result->band];
    row->trouble = row->failed ? str_from(answer->trouble) : STR("");
    row->hit = result->band != SCORE_NO_HIT;
    row->left = result->budget_left;
    row->leaf = result->leaf;
    row->their_leaf = result->partner_leaf;
    row->n_hits = result->n_hits;
    row->hits = arena_array(p->a, struct answer_hit, result->n_hits);
    for (size_t i = 0; i < result->n_hits; i++) {
        const struct ask_hit *h = &result->hits[i];
        row->hits[i] = (struct answer_hit){headlines[h->band], page_reasons(p, h->explanation), str_dup(p->a, str_from(h->number)), (int)(h->probability * 100),
                                           h->presumed};
    }
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
    str purpose = page_purpose_asked(&p->form), reference = page_field(p, "reference");
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
    if (r < 0)
        return r;
    struct ask_answer *answers;
    struct answers_view v = {.page = page_layout(p, N_("What the partners know")), .id = page_hex(p, s.id.b), .purpose = purpose, .n = n};
    const struct ask_query query = {.who = &s.who, .person = &s.id, .purpose = purpose, .reference = reference};
    r = ask_all(p->node, web_names(p->worker->web), &p->actor, &query, partners, n, p->a, &answers, &p->err);
    if (r < 0)
        return r;
    v.rows = arena_array(p->a, struct answer_row, n);
    for (size_t i = 0; i < n; i++)
        fill_answer(p, &answers[i], &v.rows[i]);
    page_answers(&p->out, &v);
    return 0;
}
