/* Letters to and from the partners: which there are, what one says, writing one. */
#include <string.h>

#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "face/web/words.h"
#include "trust/access/access.h"
#include "trust/grant/grant.h"
#include "trust/letter/post.h"
#include "work/requests/request.h"
#include "work/statements/statement_give.h"

#define LISTED 200
#define TEXT_MAX 20000
#define PURPOSE_DEFAULT "casework"

static const char *state_words(enum post_state state)
{
    static const char *const words[] = {
        [POST_WAITING] = N_("waiting for the line"), [POST_DELIVERED] = N_("delivered, with a signed receipt"), [POST_WAS_REFUSED] = N_("refused"),
        [POST_RECEIVED] = N_("received"), [POST_HELD_BACK] = N_("waits for an earlier one"), [POST_VOID] = N_("cannot be delivered any more"),
    };
    return words[state];
}

static str agency_of(const struct partner *all, size_t n, const uint8_t id[static ID_LEN])
{
    for (size_t i = 0; i < n; i++)
        if (memcmp(all[i].id, id, ID_LEN) == 0)
            return all[i].agency;
    return STR("?");
}

int show_letters(struct page *p)
{
    struct letters_view v = {.page = page_layout(p, N_("Letters"))};
    const struct post_filter filter = {.limit = LISTED};
    struct post_item *items = NULL;
    struct partner *partners = NULL;
    size_t n_partners = 0;
    int r = post_list(p->node, &filter, p->a, &items, &v.n, &p->err);
    if (r == 0)
        r = partner_list(p->node->db, p->a, &partners, &n_partners, &p->err);
    if (r < 0)
        return r;
    v.rows = arena_array(p->a, struct letter_row, v.n);
    for (size_t i = 0; i < v.n; i++)
        v.rows[i] = (struct letter_row){.id = page_hex(p, items[i].id), .partner = agency_of(partners, n_partners, items[i].partner),
                                        .kind = page_letter_kind(p, str_dup(p->a, str_from(items[i].kind))), .time = page_time(p, items[i].time_ms),
                                        .state = state_words(items[i].state), .outgoing = items[i].outgoing,
                                        .readable = !items[i].outgoing && items[i].state == POST_RECEIVED && !items[i].erased};
    page_letters(&p->out, &v);
    return 0;
}

/* --- reading --- */

struct reading {
    uint8_t id[ID_LEN];
    struct arena *arena;
    struct letter_content content;
    bytes payload;
};

static int look(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct reading *q = arg;
    act->has_object = true;
    memcpy(act->object, q->id, ID_LEN);
    int r = grant_letter_may(node, q->id, GRANT_READ, act->purpose, act->now_ms, err);
    return r < 0 ? r : post_read(node, q->id, q->arena, &q->content, &q->payload, err);
}

static bool is_text(str type)
{
    return str_starts(type, STR("text/")) || str_eq(type, STR("application/json")) || type.len == 0;
}

int show_letter(struct page *p)
{
    struct reading q = {.arena = p->a};
    struct partner from;
    str purpose = form_get(&p->query, "purpose");
    struct act act = {.verb = VERB_READ, .actor = &p->actor, .purpose = access_purpose(purpose) ? purpose : STR(PURPOSE_DEFAULT), .now_ms = p->now_ms};
    struct statement_received statement;
    struct err other = {0};
    int r = page_id(p, 0, q.id);
    if (r == 0 && statement_received_find(p->node, q.id, p->a, &statement, &other) == 0) /* nothing to read in it: it is heard, for a reason */
        return page_go(p, str_printf(p->a, "/statements/%s", page_hex(p, q.id).p).p);
    struct grant grant;
    if (r == 0 && !access_purpose(purpose) && grant_of_letter(p->node, p->a, q.id, &grant, &other) == 0)
        act.purpose = grant.purpose; /* whoever reads it for nothing else reads it for what it was given */
    if (r == 0)
        r = act_run(p->node, &act, look, &q, &p->err);
    if (r == 0)
        r = partner_by_id(p->node->db, p->a, q.content.from, &from, &p->err);
    if (r < 0)
        return r;
    if (str_eq(q.content.type, STR(REQUEST_MEDIA_TYPE))) /* a request, or a part of its answer: they have a page */
        return page_go(p, str_printf(p->a, "/requests/%s", page_hex(p, q.content.has_reply_to ? q.content.reply_to : q.id).p).p);
    struct letter_view v = {.page = page_layout(p, N_("Letter")), .from = from.agency, .kind = page_letter_kind(p, q.content.kind), .reference = q.content.reference,
                            .is_text = is_text(q.content.type), .text = bytes_str(q.payload)};
    const struct access_purpose *known = access_purpose(q.content.purpose);
    v.purpose = known ? page_words(p, known->words) : q.content.purpose;
    page_letter(&p->out, &v);
    return 0;
}

/* --- writing --- */

struct writing {
    const struct partner *to;
    struct letter letter;
    uint8_t id[ID_LEN];
};

static int send(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct writing *w = arg;
    int r = letter_send(node, w->to, &w->letter, act->now_ms, w->id, err);
    act->has_object = true;
    memcpy(act->object, w->id, ID_LEN);
    return r;
}

static int fill_partners(struct page *p, struct choices *c)
{
    struct partner *all;
    size_t n;
    str chosen = form_get(&p->form, "partner");
    int r = partner_list(p->node->db, p->a, &all, &n, &p->err);
    *c = (struct choices){.page = &p->layout, .name = "partner", .label = N_("To whom")};
    if (r < 0)
        return r;
    c->all = arena_array(p->a, struct choice, n);
    for (size_t i = 0; i < n; i++)
        if (all[i].status == PARTNER_ACTIVE)
            c->all[c->n++] = (struct choice){all[i].name, all[i].agency, str_eq(all[i].name, chosen)};
    return 0;
}

static int draw_new(struct page *p)
{
    struct letter_new_view v = {.page = page_layout(p, N_("Write a letter")), .reference = page_field(p, "reference"), .text = page_field(p, "text")};
    int r = fill_partners(p, &v.partners);
    v.purposes = page_purposes(p, form_has(&p->form, "purpose") ? form_get(&p->form, "purpose") : STR(PURPOSE_DEFAULT));
    v.purposes.label = N_("Purpose");
    if (r == 0)
        page_letter_new(&p->out, &v);
    return r;
}

int show_letter_new(struct page *p)
{
    return draw_new(p);
}

int do_letter_new(struct page *p)
{
    struct partner to;
    str text = page_field(p, "text"), reference = page_field(p, "reference"), purpose = form_get(&p->form, "purpose");
    const char *wrong = NULL;
    int r = partner_find(p->node->db, p->a, form_get(&p->form, "partner"), &to, &p->err);
    if (r < 0 && r != ERR_NOT_FOUND)
        return r;
    if (r == ERR_NOT_FOUND)
        wrong = "partner";
    else if (reference.len == 0)
        wrong = "reference";
    else if (text.len == 0 || text.len > TEXT_MAX)
        wrong = "text";
    if (wrong) {
        (void)err_set(&p->err, ERR_USAGE, "%.*s", STR_ARG(page_words(p, *wrong == 'r' ? N_("Say which case or warrant it belongs to.")
                                                                                     : N_("Say to whom, and what: a few pages at most."))));
        page_error(p, wrong);
        return draw_new(p);
    }
    struct writing w = {.to = &to, .letter = {.kind = "request", .purpose = purpose, .reference = reference, .type = STR("text/plain"), .payload = str_bytes(text)}};
    struct act act = {.verb = VERB_SEND, .actor = &p->actor, .purpose = purpose, .reference = reference, .now_ms = p->now_ms};
    r = act_run(p->node, &act, send, &w, &p->err);
    if (r == ERR_DENIED || r == ERR_NOT_FOUND || r == ERR_LIMIT) { /* suspended, no letter key yet, too large */
        page_error(p, "partner");
        return draw_new(p);
    }
    return r < 0 ? r : page_go(p, "/letters");
}
