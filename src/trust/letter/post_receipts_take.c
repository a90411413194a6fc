/* post_receipts_take: what the partner says became of our letters. Verified before the transaction; then an act each, one commit. */
#include <string.h>

#include "trust/letter/post_out.h"
#include "trust/peer/directory.h"

#define GROUP 256

struct settling {
    const struct post_kinds *kinds;
    const struct partner *from;
    const struct letter_receipt *receipt;
    int64_t now_ms;
};

static const struct letter_kind *kind_named(const struct post_kinds *kinds, str name)
{
    for (const struct letter_kind *const *table = kinds->tables; *table; table++)
        for (const struct letter_kind *kind = *table; kind->name; kind++)
            if (str_eq(name, str_from(kind->name)))
                return kind;
    return NULL;
}

/* Is it the receipt that we have? It may say more: with a proof it can be shown to others. */
static int is_known(const struct post_row *row, const struct letter_receipt *r, struct arena *a, struct err *err)
{
    struct letter_receipt known;
    if (row->status == 0 || row->status == POST_OUT_VOID || row->receipt.len == 0)
        return 0;
    if (letter_receipt_read(a, str_bytes(row->receipt), &known, err) < 0)
        return err_set(err, ERR_CORRUPT, "the outbox holds a receipt that cannot be read: restore the database");
    return memcmp(known.signature, r->signature, SIGNATURE_LEN) == 0 && (known.proof.len > 0 || r->proof.len == 0);
}

static int settle(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct settling *s = arg;
    const struct letter_receipt *receipt = s->receipt;
    struct arena *a = arena_new();
    struct post_row row;
    str text = letter_receipt_write(a, receipt);
    act->has_object = true;
    memcpy(act->object, receipt->id, ID_LEN);
    act->detail = receipt->status == LETTER_ACCEPTED ? STR("accepted") : STR("refused");
    int r = post_store_out_find(node->db, receipt->id, a, &row, err);
    if (r == 0) {
        act->detail = STR("of a letter that this node had forgotten");
        r = post_store_out_recovered(node->db, receipt, text, s->now_ms, err);
        goto out;
    }
    if (r < 0 || (r = is_known(&row, receipt, a, err)) < 0)
        goto out;
    if (r > 0) { /* came twice in one group, or from two sides at once */
        r = 0;
        goto out;
    }
    bool first = row.receipt.len == 0;
    struct letter_receipt known;
    if (!first && letter_receipt_read(a, str_bytes(row.receipt), &known, err) == 0 &&
        memcmp(known.signature, receipt->signature, SIGNATURE_LEN) != 0)
        r = post_evidence_put(node->db, row.partner, post_evidence_replaced, str_bytes(row.receipt), s->now_ms, err);
    if (r < 0 || (r = post_store_out_settle(node->db, receipt, text, s->now_ms, err)) < 0)
        goto out;
    const struct letter_kind *kind = kind_named(s->kinds, row.kind);
    if (first && kind && kind->receipt)
        r = kind->receipt(node, act, receipt, err);
out:
    arena_free(a);
    return r;
}

static int keep_evidence(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct settling *s = arg;
    struct arena *a = arena_new();
    act->detail = STR("a receipt that does not hold, kept as evidence");
    int r = post_evidence_put(node->db, s->from->id, post_evidence_receipt, str_bytes(letter_receipt_write(a, s->receipt)), s->now_ms, err);
    arena_free(a);
    return r;
}

/* 1: new and good; 0: known; ERR_CRYPTO: it does not hold. */
static int examine(struct node *node, const struct partner *from, const struct letter_receipt *receipt, struct arena *a, struct err *err)
{
    struct letter_header h;
    struct post_row row;
    uint8_t self[ID_LEN];
    post_self(node, self);
    if (memcmp(receipt->from, self, ID_LEN) != 0 || memcmp(receipt->to, from->id, ID_LEN) != 0)
        return err_set(err, ERR_CRYPTO, "receipt: it is about a letter between others");
    int found = post_store_out_find(node->db, receipt->id, a, &row, err), r;
    if (found < 0 || (found > 0 && (r = is_known(&row, receipt, a, err)) != 0))
        return found < 0 ? found : r < 0 ? r : 0;
    if ((r = letter_receipt_verify(a, receipt, from->agency_key, err)) < 0 ||
        (r = directory_key_stands(from, receipt->leaf_index, err)) < 0)
        return r == ERR_INPUT ? err_set(err, ERR_CRYPTO, "receipt: what it shows as proof is malformed") : r;
    if (found == 0 || row.header.len == 0)
        return 1;
    if (letter_header_read(a, str_bytes(row.header), &h, err) < 0)
        return err_set(err, ERR_CORRUPT, "the outbox holds a letter whose header cannot be read: restore the database");
    if (memcmp(row.partner, from->id, ID_LEN) != 0 || memcmp(h.digest, receipt->digest, HASH_LEN) != 0)
        return err_set(err, ERR_CRYPTO, "receipt: it is about another letter than ours of this id");
    return 1;
}

/* In one commit, or, when one stands in the others' way, each on its own: the first error stays. */
static int run(struct node *node, struct act_step steps[], size_t n, struct err *err)
{
    size_t failed;
    int first = act_run_group(node, steps, n, &failed, err);
    if (first == 0 || n <= 1)
        return first;
    first = 0;
    for (size_t i = 0; i < n; i++) {
        struct err one = {0};
        int r = act_run(node, steps[i].act, steps[i].fn, steps[i].arg, &one);
        if (r < 0 && first == 0) {
            *err = one;
            first = r;
        }
    }
    return first;
}

static int take_group(struct node *node, const struct post_kinds *kinds, const struct partner *from, const struct letter_receipt receipts[],
                      size_t n, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new(), *scratch = arena_new();
    struct actor actor = {.name = partner_id_text(from, a), .role = STR("partner")};
    struct act *acts = arena_array(a, struct act, n);
    struct act_step *steps = arena_array(a, struct act_step, n);
    struct settling *settling = arena_array(a, struct settling, n);
    size_t n_steps = 0;
    int bad = 0, r = 0;
    for (size_t i = 0; i < n && r >= 0; i++) {
        struct err one = {0};
        arena_reset(scratch);
        r = examine(node, from, &receipts[i], scratch, &one);
        if (r == 0)
            continue;
        if (r < 0 && (bad == 0 || r != ERR_CRYPTO))
            *err = one;
        if (r < 0 && r != ERR_CRYPTO)
            break;
        if (r < 0)
            bad = r;
        acts[n_steps] = (struct act){.verb = VERB_RECEIPT, .actor = &actor, .now_ms = now_ms};
        settling[n_steps] = (struct settling){kinds, from, &receipts[i], now_ms};
        steps[n_steps] = (struct act_step){&acts[n_steps], r < 0 ? keep_evidence : settle, &settling[n_steps]};
        n_steps++;
        r = 0;
    }
    if (r >= 0) {
        struct err one = {0};
        r = run(node, steps, n_steps, &one);
        if (r < 0)
            *err = one;
    }
    arena_free(scratch);
    arena_free(a);
    return r < 0 ? r : bad;
}

int post_receipts_take(struct node *node, const struct post_kinds *kinds, const struct partner *from, const struct letter_receipt receipts[],
                       size_t n, int64_t now_ms, struct err *err)
{
    int first = 0;
    for (size_t at = 0; at < n; at += GROUP) {
        struct err one = {0};
        int r = take_group(node, kinds, from, receipts + at, n - at < GROUP ? n - at : GROUP, now_ms, &one);
        if (r < 0 && first == 0) {
            *err = one;
            first = r;
        }
    }
    return first;
}
