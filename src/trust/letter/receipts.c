/* receipts: our signed word that a letter came, made anew from its row whenever it is asked for; and where we stand. */
#include <string.h>

#include "trust/letter/inbox.h"
#include "trust/log/checkpoint.h"

int receipt_maker_begin(struct node *node, struct arena *a, struct receipt_maker *m, struct err *err)
{
    *m = (struct receipt_maker){.node = node, .arena = a, .log_key = log_vkey(node->log, a)};
    int r = log_size(node->log, node->db, &m->size, err);
    return r < 0 ? r : log_checkpoint(node->log, node->db, m->size, a, &m->checkpoint, err);
}

int receipt_make(const struct receipt_maker *m, const struct inbox_row *row, struct letter_receipt *out, struct err *err)
{
    struct node *node = m->node;
    struct tlog_proof proof = {.index = (uint64_t)row->leaf, .checkpoint = m->checkpoint};
    *out = (struct letter_receipt){.status = row->status, .reason = row->reason, .time_ms = row->arrived_ms, .leaf_index = row->leaf,
                                   .log_key = m->log_key};
    memcpy(out->id, row->id, ID_LEN);
    memcpy(out->from, row->partner, ID_LEN);
    post_self(node, out->to);
    memcpy(out->digest, row->digest, HASH_LEN);
    int r = log_leaf_get(node->log, node->db, row->leaf, m->arena, &out->leaf, err);
    if (r < 0 || (r = keyring_sign(node->keys, KEYRING_AGENCY, letter_receipt_canonical(m->arena, out), out->signature, err)) < 0 ||
        (r = log_inclusion(node->log, node->db, row->leaf, m->size, m->arena, &proof.path, err)) < 0)
        return r;
    out->proof = tlog_proof_format(m->arena, &proof);
    return 0;
}

int post_receipts(struct node *node, const struct partner *from, int64_t from_leaf, size_t max, struct arena *a, struct letter_receipt **out,
                  size_t *n, struct err *err)
{
    struct inbox_row *rows;
    struct receipt_maker maker;
    int r = inbox_from_leaf(node->db, from->id, from_leaf, max, a, &rows, n, err);
    if (r < 0 || *n == 0)
        return r;
    *out = arena_array(a, struct letter_receipt, *n);
    r = receipt_maker_begin(node, a, &maker, err);
    for (size_t i = 0; r == 0 && i < *n; i++)
        r = receipt_make(&maker, &rows[i], &(*out)[i], err);
    return r;
}

int post_position(struct node *node, const struct partner *from, int64_t now_ms, struct letter_position *out, struct err *err)
{
    struct post_stream s = {0};
    int64_t held;
    *out = (struct letter_position){.time_ms = now_ms};
    int r = post_store_stream_live(node->db, from->id, false, &s, err);
    if (r < 0 || (r = inbox_held_count(node->db, from->id, &held, err)) < 0)
        return r;
    memcpy(out->from, from->id, ID_LEN);
    post_self(node, out->to);
    memcpy(out->stream, s.id, ID_LEN);
    out->sequence = s.sequence;
    memcpy(out->previous, s.previous, HASH_LEN);
    out->held = (uint64_t)held;
    struct arena *a = arena_new();
    r = keyring_sign(node->keys, KEYRING_AGENCY, letter_position_canonical(a, out), out->signature, err);
    arena_free(a);
    return r;
}
