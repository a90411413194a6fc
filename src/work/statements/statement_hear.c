/* Hearing a statement that came: for those who have a part in the case of the person whom it is about. See statement_give.h. */
#include <string.h>

#include "work/statements/given_store.h"

int statements_received_of(struct node *node, const struct tie *tie, struct arena *a, struct statement_received **out, size_t *n, struct err *err)
{
    return received_store_of_tie(node->db, tie, a, out, n, err);
}

int statement_about(struct node *node, const struct statement_received *s, struct tie *out, struct err *err)
{
    int r = s->has_tie ? tie_find(node->db, s->partner, s->tie, out, err) : ERR_NOT_FOUND;
    if (r == 0 && out->has_person)
        return 0;
    return r == 0 || r == ERR_NOT_FOUND ? err_set(err, ERR_NOT_FOUND, N_("this statement is in no case yet: put it to the case of the person whom it is about")) : r;
}

struct placing { const uint8_t *letter, *file, *person; struct arena *a; };

static int do_place(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct placing *p = arg;
    struct statement_received s;
    struct record person;
    struct tie tie = {0};
    act->has_object = true;
    memcpy(act->object, p->letter, ID_LEN);
    int r = statement_received_find(node, p->letter, p->a, &s, err);
    if (r == 0)
        r = record_get(node, p->file, p->person, p->a, &person, err);
    if (r == 0 && person.unit != FIELD_OF_PERSON)
        r = err_set(err, ERR_INPUT, N_("choose the person of this case whom the statement is about"));
    if (r == 0 && s.has_tie && (r = tie_find(node->db, s.partner, s.tie, &tie, err)) == ERR_NOT_FOUND)
        r = 0; /* it ended with whoever was erased: a fresh one */
    if (r == 0 && tie.has_person)
        r = err_set(err, ERR_EXISTS, N_("this statement is in a case already"));
    if (r < 0)
        return r;
    tie.made_ms = tie.made_ms ? tie.made_ms : act->now_ms;
    tie.has_person = true;
    memcpy(tie.partner, s.partner, ID_LEN);
    memcpy(tie.file, p->file, ID_LEN);
    memcpy(tie.person, p->person, ID_LEN);
    r = tie_make(node->db, &tie, err);
    s.has_tie = true;
    memcpy(s.tie, tie.id, ID_LEN);
    return r < 0 ? r : received_store_put(node->db, &s, err);
}

int statement_place(const struct casework *w, const uint8_t letter[static ID_LEN], const uint8_t file[static ID_LEN], const uint8_t person[static ID_LEN],
                    struct err *err)
{
    struct placing p = {letter, file, person, arena_new()};
    struct act act = {.verb = VERB_STATEMENT_PLACE, .actor = w->actor, .purpose = w->purpose, .reference = w->reference, .now_ms = w->now_ms, .has_file = true};
    memcpy(act.file, file, ID_LEN);
    int r = act_run(w->node, &act, do_place, &p, err);
    arena_free(p.a);
    return r;
}

struct hearing { const uint8_t *letter; struct arena *arena; };

static int do_hear(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct hearing *h = arg;
    struct statement_received s;
    struct tie tie;
    act->has_object = true;
    memcpy(act->object, h->letter, ID_LEN);
    int r = statement_received_find(node, h->letter, h->arena, &s, err);
    if (r == 0)
        r = statement_about(node, &s, &tie, err);
    if (r == 0 && memcmp(tie.file, act->file, ID_LEN) != 0)
        r = err_set(err, ERR_RETRY, "the statement came into another case meanwhile");
    if (r == 0)
        r = grant_letter_may(node, h->letter, GRANT_READ, act->purpose, act->now_ms, err);
    if (r == 0 && s.standing != STATEMENT_HOLDS)
        r = err_set(err, ERR_DENIED, "%s", s.standing == STATEMENT_BROKEN ? N_("this statement does not prove itself: ask the agency that sent it")
                                                                          : N_("this statement is still being checked: come back in a minute"));
    return r;
}

int statement_hear(const struct casework *w, const uint8_t letter[static ID_LEN], struct err *err)
{
    struct hearing h = {letter, arena_new()};
    struct act act = {.verb = VERB_HEAR, .actor = w->actor, .purpose = w->purpose, .reference = w->reference, .now_ms = w->now_ms, .has_file = true};
    struct statement_received s;
    struct tie tie = {0};
    int r = statement_received_find(w->node, letter, h.arena, &s, err);
    if (r == 0 && (r = statement_about(w->node, &s, &tie, err)) == ERR_NOT_FOUND)
        r = ERR_DENIED;
    memcpy(act.file, tie.file, ID_LEN);
    r = r < 0 ? r : act_run(w->node, &act, do_hear, &h, err);
    arena_free(h.arena);
    return r;
}
