/* The kinds of letters that carry grants, and those of people held against theirs. */
#include <string.h>

#include "trust/grant/grant_internal.h"

/* What is too large to be read is refused like what cannot be read: ERR_LIMIT would say that there is no room now. */
static int unread(int r)
{
    return r == ERR_LIMIT ? ERR_INPUT : r;
}

static int grant_effect(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    (void)act;
    struct grant_chain *chain = arena_new_of(letter->arena, struct grant_chain);
    int r = grant_chain_read(letter->arena, letter->payload, chain, err);
    return r < 0 ? unread(r) : grant_take(node, letter->from->id, chain, letter->now_ms, err);
}

static int recall_effect(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    (void)act;
    uint8_t id[ID_LEN];
    int r = grant_recall_read(letter->arena, letter->payload, id, err);
    return r < 0 ? unread(r) : grant_recall_take(node, letter->from->id, id, letter->now_ms, err);
}

static int recalled_effect(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    (void)act;
    struct grant_statement s;
    int r = grant_statement_read(letter->arena, letter->payload, &s, err);
    return r < 0 ? unread(r) : grant_statement_take(node, letter->from->id, &s, letter->now_ms, err);
}

/* The holder's signed receipt of a recall. */
static int recall_receipt(struct node *node, struct act *act, const struct letter_receipt *receipt, struct err *err)
{
    struct arena *a = arena_new();
    struct grant_row *rows;
    size_t n;
    int r = grant_store_rows(node->db, a, GRANT_BY_RECALL, &(struct grant_key){.id = receipt->id}, &rows, &n, err);
    for (size_t i = 0; r == 0 && i < n && receipt->status == LETTER_ACCEPTED; i++) {
        rows[i].received_ms = rows[i].received_ms ? rows[i].received_ms : act->now_ms;
        r = grant_store_put(node->db, &rows[i], err);
    }
    arena_free(a);
    return r;
}

const struct letter_kind grant_letter_kinds[] = {
    {.name = "grant", .effect = grant_effect},
    {.name = "recall", .always = true, .effect = recall_effect, .receipt = recall_receipt},
    {.name = "recalled", .effect = recalled_effect},
    {0},
};

static int arrival(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    (void)act;
    return grant_letter_take(node, letter->header, letter->content, letter->now_ms, err);
}

/* What tells of a person needs a grant; a request or a notice may come with one. */
const struct letter_kind grant_people_kinds[] = {
    {.name = "request", .for_people = true, .effect = arrival},
    {.name = "answer", .for_people = true, .needs_grant = true, .effect = arrival},
    {.name = "referral", .for_people = true, .needs_grant = true, .effect = arrival},
    {.name = "statement", .for_people = true, .needs_grant = true, .effect = arrival},
    {.name = "notice", .for_people = true, .effect = arrival},
    {.name = "attachment", .for_people = true, .needs_grant = true, .effect = arrival},
    {0},
};
