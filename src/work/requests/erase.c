/* What requests and referrals hold of a person who is erased: see requests_erase in request.h. */
#include <string.h>

#include "trust/grant/grant.h"
#include "work/cases/erase.h"
#include "work/requests/referral_internal.h"
#include "work/requests/request_internal.h"

struct erasing { struct node *node; struct act *act; struct arena *a; const struct tie *tie; };

/* The partner hears that nothing more comes of it. One that cannot be written to does not keep her here. */
static int tell(const struct erasing *e, const uint8_t *partner, const struct letter *l, struct err *err)
{
    struct partner to;
    uint8_t letter[ID_LEN];
    int r = partner_by_id(e->node->db, e->a, partner, &to, err);
    if (r < 0 || to.status != PARTNER_ACTIVE)
        return r == ERR_NOT_FOUND ? 0 : r;
    r = letter_send(e->node, &to, l, e->act->now_ms, letter, err);
    return r == ERR_NOT_FOUND || r == ERR_DENIED ? 0 : r;
}

static int say_end(const struct erasing *e, const struct request *q, struct err *err)
{
    struct paper_state p = {.event = q->outgoing ? REQUEST_WITHDRAW : REQUEST_REFUSE, .code = q->outgoing ? STR("") : STR("Other")};
    memcpy(p.request, q->id, ID_LEN);
    return tell(e, q->partner, &(struct letter){.kind = "request-state", .purpose = q->purpose, .reply_to = q->id, .type = STR(REQUEST_MEDIA_TYPE),
                                                .payload = str_bytes(paper_state_write(e->a, &p))}, err);
}

/* Who sent her to us learns that she is no longer followed up here; what we sent is asked back, which says the same. */
static int say_referral_ends(const struct erasing *e, const struct referral *q, struct err *err)
{
    struct paper_step p = {.event = q->state == REFERRAL_OFFERED ? REFERRAL_REFUSE : REFERRAL_END, .code = STR(REFERRAL_ERASED)};
    memcpy(p.referral, q->id, ID_LEN);
    return tell(e, q->partner, &(struct letter){.kind = "referral-state", .purpose = q->purpose, .reply_to = q->id, .type = STR(REFERRAL_MEDIA_TYPE),
                                                .payload = str_bytes(paper_step_write(e->a, &p))}, err);
}

/* A letter that came: its key goes, and whoever gave it hears so. */
static int erase_letter(const struct erasing *e, const uint8_t *id, struct err *err)
{
    return grant_give_up(e->node, e->act, id, err);
}

static int erase_part(const struct erasing *e, const struct part_row *part, struct err *err)
{
    if (!part->has_sent)
        return erase_letter(e, part->letter, err);
    int r = grant_withdraw_object(e->node, e->act, part->letter, err);
    return r < 0 ? r : erase_sealed(e->node, VAULT_REQUEST, &part->sent, err);
}

static int erase_request(const struct erasing *e, const struct request_row *row, struct err *err)
{
    struct part_row *parts;
    size_t n;
    int r = request_is_open(row->head.state) ? say_end(e, &row->head, err) : 0;
    if (r == 0)
        r = part_store_of(e->node->db, row->head.id, e->a, &parts, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = erase_part(e, &parts[i], err);
    if (r == 0)
        r = erase_sealed(e->node, VAULT_REQUEST, &row->said, err);
    if (r == 0 && row->has_words)
        r = erase_sealed(e->node, VAULT_REQUEST, &row->words, err);
    if (r == 0 && !row->head.outgoing)
        r = erase_letter(e, row->head.id, err);
    return r < 0 ? r : request_store_drop(e->node->db, row->head.id, err);
}

static int erase_referral(const struct erasing *e, const struct referral_row *row, struct err *err)
{
    struct step_row *steps;
    size_t n;
    int r = 0;
    if (!row->head.outgoing && referral_is_open(row->head.state))
        r = say_referral_ends(e, &row->head, err);
    if (r == 0)
        r = row->head.outgoing ? grant_withdraw_object(e->node, e->act, row->head.id, err) : erase_letter(e, row->head.id, err);
    if (r == 0)
        r = step_store_of(e->node->db, row->head.id, e->a, &steps, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = erase_sealed(e->node, VAULT_REQUEST, &steps[i].said, err);
    if (r == 0 && row->has_said)
        r = erase_sealed(e->node, VAULT_REQUEST, &row->said, err);
    if (r == 0 && row->has_words)
        r = erase_sealed(e->node, VAULT_REQUEST, &row->words, err);
    return r < 0 ? r : referral_store_drop(e->node->db, row->head.id, err);
}

static int erase_tie(const struct erasing *e, struct err *err)
{
    struct request_row *requests;
    struct referral_row *referrals;
    size_t n, n_referrals;
    int r = request_store_of_tie(e->node->db, e->tie, e->a, &requests, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = erase_request(e, &requests[i], err);
    if (r == 0)
        r = referral_store_of_tie(e->node->db, e->tie, e->a, &referrals, &n_referrals, err);
    for (size_t i = 0; r == 0 && i < n_referrals; i++)
        r = erase_referral(e, &referrals[i], err);
    if (r == 0) /* what these letters said has had its effect; which of them were about her only they themselves say */
        r = post_erase_kinds(e->node, e->tie->partner, (const char *const[]){"request-state", "referral-state", NULL}, e->a, err);
    return r < 0 ? r : tie_drop(e->node->db, e->tie, err);
}

int requests_erase(struct node *node, struct act *act, const struct erase_whom *whom, struct arena *a, struct err *err)
{
    struct tie *ties;
    size_t n;
    int r = whom->file ? ties_of(node->db, whom->file, whom->person, a, &ties, &n, err) : ties_of_identity(node->db, whom->identity, a, &ties, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        const struct erasing e = {node, act, a, &ties[i]};
        r = erase_tie(&e, err);
    }
    return r == 0 && whom->file && whom->whole ? tie_drop_file(node->db, whom->file, err) : r;
}
