/* What letters do to requests: see request.h. */
#include <string.h>

#include "ground/json/json.h"
#include "trust/grant/grant.h"
#include "trust/match/index.h"
#include "work/requests/request_internal.h"

int request_said_put(struct node *node, struct arena *a, const struct request *r, struct vault_id *id, struct err *err)
{
    struct json *o = json_object_new(a);
    json_put_str(o, "why", r->why);
    json_put_str(o, "basis", r->basis);
    json_put_str(o, "basis_words", r->basis_words);
    json_put_bool(o, "evidence", r->evidence);
    return vault_put(node->vault, node->db, VAULT_REQUEST, str_bytes(json_write(a, o, JSON_ONE_LINE)), NULL, id, NULL, err);
}

int request_said_get(struct node *node, struct arena *a, const struct vault_id *id, struct request *r, struct err *err)
{
    const struct json *o;
    bytes content;
    int result = vault_get(node->vault, node->db, VAULT_REQUEST, id, a, &content, err);
    if (result == 0)
        result = json_parse(a, "request", content, REQUEST_PAPER_MAX, &o, err);
    if (result == 0)
        result = json_get_str(o, "why", REQUEST_WORDS_MAX, &r->why, err);
    if (result == 0)
        result = json_get_str(o, "basis", REQUEST_WORDS_MAX, &r->basis, err);
    if (result == 0)
        result = json_get_str(o, "basis_words", REQUEST_WORDS_MAX, &r->basis_words, err);
    return result == 0 ? json_get_bool(o, "evidence", &r->evidence, err) : result;
}

int request_move(struct request_row *row, enum request_event event, enum request_side by, int64_t now_ms, struct err *err)
{
    struct request *r = &row->head;
    const enum request_state next = request_after(r->state, event, by);
    if (next == REQUEST_NONE)
        return err_set(err, ERR_USAGE, N_("this can no longer be done with the request: look at it again"));
    if (event == REQUEST_ARRIVES) {
        row->begun_ms = now_ms;
        r->due_ms = now_ms + request_clock(r->clock)->ms;
    }
    r->state = next;
    r->parts += event == REQUEST_PART || event == REQUEST_LAST;
    r->ended_ms = request_is_open(next) ? 0 : now_ms;
    return 0;
}

int request_words_put(struct node *node, struct request_row *row, str words, struct err *err)
{
    int r = vault_put(node->vault, node->db, VAULT_REQUEST, str_bytes(words), NULL, &row->words, NULL, err);
    row->has_words = r == 0;
    return r;
}

static bool is_ours(const struct letter_opened *letter)
{
    return str_eq(letter->content->type, STR(REQUEST_MEDIA_TYPE));
}

/* Whom the number means here: the record that their answer map had under this handle. One that is gone is no reason to refuse the letter. */
static int resolve(struct node *node, const struct letter_opened *letter, const struct paper_request *p, struct tie *tie, struct err *err)
{
    struct index_partner partner;
    if (!p->has_handle)
        return 0;
    memcpy(partner.id, letter->from->id, ID_LEN);
    int r = index_resolve(node, &partner, (uint32_t)p->epoch, (uint32_t)p->handle, &tie->identity, err);
    tie->has_identity = r == 0;
    return r == ERR_NOT_FOUND ? 0 : r;
}

/* A tie that is known already keeps whom it means. */
static int keep_tie(struct node *node, const struct letter_opened *letter, const struct paper_request *p, struct err *err)
{
    struct tie tie;
    int r = tie_find(node->db, letter->from->id, p->tie, &tie, err);
    if (r != ERR_NOT_FOUND)
        return r;
    tie = (struct tie){.made_ms = letter->now_ms};
    memcpy(tie.id, p->tie, ID_LEN);
    memcpy(tie.partner, letter->from->id, ID_LEN);
    r = resolve(node, letter, p, &tie, err);
    return r < 0 ? r : tie_make(node->db, &tie, err);
}

static int request_effect(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    struct paper_request p;
    (void)act;
    int r = grant_letter_take(node, letter->header, letter->content, letter->now_ms, err);
    if (r < 0 || !is_ours(letter))
        return r;
    struct request_row row = {.head = {.asked_ms = letter->now_ms, .refusal = STR("")}};
    r = paper_request_read(letter->arena, letter->payload, &p, err);
    if (r == 0)
        r = keep_tie(node, letter, &p, err);
    if (r < 0)
        return r == ERR_LIMIT ? ERR_INPUT : r;
    struct request *q = &row.head;
    memcpy(q->id, letter->header->id, ID_LEN);
    memcpy(q->partner, letter->from->id, ID_LEN);
    memcpy(q->tie, p.tie, ID_LEN);
    q->kind = p.kind;
    q->clock = p.clock;
    q->purpose = letter->content->purpose;
    q->why = p.why;
    q->basis = p.basis;
    q->basis_words = p.basis_words;
    q->evidence = p.evidence;
    r = request_move(&row, REQUEST_ARRIVES, REQUEST_HOLDER, letter->now_ms, err);
    if (r == 0)
        r = request_said_put(node, letter->arena, q, &row.said, err);
    return r < 0 ? r : request_store_put(node->db, &row, err);
}

/* The partner has it: its clock begins. */
static int request_receipt(struct node *node, struct act *act, const struct letter_receipt *receipt, struct err *err)
{
    struct arena *a = arena_new();
    struct request_row row;
    (void)act;
    int r = request_store_get(node->db, receipt->id, a, &row, err);
    if (r == 0 && row.head.state == REQUEST_SENT && receipt->status == LETTER_ACCEPTED && (r = request_move(&row, REQUEST_ARRIVES, REQUEST_ASKER, receipt->time_ms, err)) == 0)
        r = request_store_put(node->db, &row, err);
    if (r == 0 && row.head.state == REQUEST_SENT && receipt->status == LETTER_REFUSED) { /* their node could not take it: nobody will answer */
        row.head.state = REQUEST_REFUSED;
        row.head.refusal = STR("Other");
        row.head.ended_ms = receipt->time_ms;
        r = request_store_put(node->db, &row, err);
    }
    arena_free(a);
    return r == ERR_NOT_FOUND ? 0 : r; /* a free letter */
}

/* A request of ours that this partner was asked, or theirs to us. */
static int find_with(struct node *node, const struct letter_opened *letter, const uint8_t id[static ID_LEN], struct request_row *row, struct err *err)
{
    int r = request_store_get(node->db, id, letter->arena, row, err);
    if (r == 0 && memcmp(row->head.partner, letter->from->id, ID_LEN) != 0)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such request"));
    return r == ERR_NOT_FOUND ? ERR_INPUT : r;
}

static int answer_effect(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    struct request_row row;
    struct paper_answer p;
    (void)act;
    int r = grant_letter_take(node, letter->header, letter->content, letter->now_ms, err);
    if (r < 0 || !is_ours(letter))
        return r;
    r = paper_answer_read(letter->arena, letter->payload, &p, err);
    if (r == 0)
        r = find_with(node, letter, p.request, &row, err);
    if (r == 0 && (!row.head.outgoing || p.part != row.head.parts + 1))
        r = err_set(err, ERR_INPUT, "answer: it is not the next part of the answer to a request of ours");
    if (r < 0)
        return r == ERR_LIMIT ? ERR_INPUT : r;
    if (!request_is_open(row.head.state)) { /* withdrawn meanwhile: the letter is there to be read, the request stays ended */
        row.head.parts++;
    } else {
        if (row.head.state == REQUEST_OPEN || row.head.state == REQUEST_SENT)
            row.head.state = REQUEST_TAKEN;
        r = request_move(&row, p.last ? REQUEST_LAST : REQUEST_PART, REQUEST_HOLDER, letter->now_ms, err);
    }
    struct part_row part = {.number = p.part, .at_ms = letter->now_ms, .last = p.last};
    memcpy(part.letter, letter->header->id, ID_LEN);
    if (r == 0)
        r = part_store_add(node->db, p.request, &part, err);
    return r < 0 ? r : request_store_put(node->db, &row, err);
}

static int hurried(struct request_row *row, const struct paper_state *p, int64_t now_ms)
{
    row->head.clock = p->code;
    row->begun_ms = now_ms;
    row->head.due_ms = now_ms + request_clock(p->code)->ms;
    return 0;
}

static int state_effect(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    struct request_row row;
    struct paper_state p;
    (void)act;
    int r = paper_state_read(letter->arena, letter->payload, &p, err);
    if (r == 0)
        r = find_with(node, letter, p.request, &row, err);
    if (r < 0)
        return r == ERR_LIMIT ? ERR_INPUT : r;
    const enum request_side by = row.head.outgoing ? REQUEST_HOLDER : REQUEST_ASKER;
    if (!request_is_open(row.head.state)) /* both ended it at once: the first end stands */
        return 0;
    if (row.head.state == REQUEST_SENT) /* their word came before their receipt */
        row.head.state = REQUEST_OPEN;
    r = request_move(&row, p.event, by, letter->now_ms, err);
    if (r < 0)
        return ERR_INPUT;
    if (p.event == REQUEST_HURRY)
        r = hurried(&row, &p, letter->now_ms);
    if (p.event == REQUEST_REFUSE)
        row.head.refusal = p.code;
    if (r == 0 && p.words.len)
        r = request_words_put(node, &row, p.words, err);
    return r < 0 ? r : request_store_put(node->db, &row, err);
}

const struct letter_kind request_kinds[] = {
    {.name = "request", .for_people = true, .effect = request_effect, .receipt = request_receipt},
    {.name = "answer", .for_people = true, .needs_grant = true, .effect = answer_effect},
    {.name = "request-state", .effect = state_effect},
    {0},
};
