/* What letters do to referrals: see referral.h. */
#include <string.h>

#include "ground/json/json.h"
#include "trust/grant/grant.h"
#include "work/requests/referral_internal.h"

int referral_move(struct referral_row *row, enum referral_event event, enum referral_side by, int64_t now_ms, struct err *err)
{
    struct referral *r = &row->head;
    const enum referral_state next = referral_after(r->state, event, by);
    if (next == REFERRAL_NONE)
        return err_set(err, ERR_USAGE, N_("this can no longer be done with the referral: look at it again"));
    if (event == REFERRAL_ACCEPT || event == REFERRAL_REFUSE)
        r->answered_ms = now_ms;
    if (r->ended_ms == 0 && !referral_is_open(next))
        r->ended_ms = now_ms;
    r->state = next;
    return 0;
}

int referral_step_put(struct node *node, struct arena *a, const struct paper_step *p, bool ours, int64_t now_ms, struct err *err)
{
    struct step_row row = {.ours = ours, .last = p->event == REFERRAL_END, .at_ms = now_ms};
    int r = vault_put(node->vault, node->db, VAULT_REQUEST, str_bytes(paper_step_write(a, p)), NULL, &row.said, NULL, err);
    return r < 0 ? r : step_store_add(node->db, p->referral, &row, err);
}

int referral_words_put(struct node *node, struct referral_row *row, str words, struct err *err)
{
    int r = words.len ? vault_put(node->vault, node->db, VAULT_REQUEST, str_bytes(words), NULL, &row->words, NULL, err) : 0;
    row->has_words = r == 0 && words.len > 0;
    return r;
}

/* What is too large is refused like what cannot be read: ERR_LIMIT would say that there is no room now. */
static int unread(int r)
{
    return r == ERR_LIMIT ? ERR_INPUT : r;
}

static int referral_effect(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    struct paper_referral p;
    struct tie tie;
    (void)act;
    int r = grant_letter_take(node, letter->header, letter->content, letter->now_ms, err);
    if (r < 0 || !str_eq(letter->content->type, STR(REFERRAL_MEDIA_TYPE)))
        return r; /* given without asking whether she is taken in */
    r = paper_referral_read(letter->arena, letter->payload, &p, err);
    if (r < 0)
        return unread(r);
    r = tie_find(node->db, letter->from->id, p.tie, &tie, err);
    if (r == ERR_NOT_FOUND) {
        tie = (struct tie){.made_ms = letter->now_ms};
        memcpy(tie.id, p.tie, ID_LEN);
        memcpy(tie.partner, letter->from->id, ID_LEN);
        r = tie_make(node->db, &tie, err);
    }
    struct referral_row row = {.head = {.sent_ms = letter->now_ms, .purpose = letter->content->purpose, .reason = p.reason, .refusal = STR("")}};
    memcpy(row.head.id, letter->header->id, ID_LEN);
    memcpy(row.head.partner, letter->from->id, ID_LEN);
    memcpy(row.head.tie, p.tie, ID_LEN);
    memcpy(row.head.grant, letter->content->grant, ID_LEN);
    if (r == 0)
        r = referral_move(&row, REFERRAL_OFFER, REFERRAL_GIVER, letter->now_ms, err);
    return r < 0 ? r : referral_store_put(node->db, &row, err);
}

/* Their node could not take it: nobody will answer. */
static int referral_receipt(struct node *node, struct act *act, const struct letter_receipt *receipt, struct err *err)
{
    struct arena *a = arena_new();
    struct referral_row row;
    (void)act;
    int r = referral_store_get(node->db, receipt->id, a, &row, err);
    if (r == 0 && row.head.state == REFERRAL_OFFERED && receipt->status == LETTER_REFUSED) {
        row.head.refusal = STR("Other");
        r = referral_move(&row, REFERRAL_REFUSE, REFERRAL_TAKER, receipt->time_ms, err);
        if (r == 0)
            r = referral_store_put(node->db, &row, err);
    }
    arena_free(a);
    return r == ERR_NOT_FOUND ? 0 : r;
}

static int step_effect(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    struct referral_row row;
    struct paper_step p;
    (void)act;
    int r = paper_step_read(letter->arena, letter->payload, &p, err);
    if (r == 0)
        r = referral_store_get(node->db, p.referral, letter->arena, &row, err);
    if (r == ERR_NOT_FOUND || (r == 0 && memcmp(row.head.partner, letter->from->id, ID_LEN) != 0))
        return err_set(err, ERR_INPUT, N_("there is no such referral"));
    if (r < 0)
        return unread(r);
    if (!referral_is_open(row.head.state)) /* it ended here meanwhile: the end stands */
        return 0;
    r = referral_move(&row, p.event, row.head.outgoing ? REFERRAL_TAKER : REFERRAL_GIVER, letter->now_ms, err);
    if (r < 0)
        return ERR_INPUT;
    if (p.event == REFERRAL_REFUSE) {
        row.head.refusal = p.code;
        r = referral_words_put(node, &row, p.words, err);
    } else if (p.event != REFERRAL_ACCEPT) {
        r = referral_step_put(node, letter->arena, &p, false, letter->now_ms, err);
    }
    return r < 0 ? r : referral_store_put(node->db, &row, err);
}

const struct letter_kind referral_kinds[] = {
    {.name = "referral", .for_people = true, .needs_grant = true, .effect = referral_effect, .receipt = referral_receipt},
    {.name = "referral-state", .effect = step_effect},
    {0},
};
