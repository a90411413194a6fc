/* post_receipt: one letter's receipt, whoever wrote the letter. */
#include <string.h>

#include "trust/letter/post_out.h"

int post_receipt(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct letter_receipt *out, struct err *err)
{
    struct post_item item;
    struct post_row row;
    struct letter_receipt *receipts;
    struct partner from;
    size_t n;
    int r = post_find(node, id, &item, err);
    if (r < 0)
        return r;
    if (item.outgoing) {
        r = post_store_out_find(node->db, id, a, &row, err);
        if (r > 0 && row.receipt.len > 0)
            return letter_receipt_read(a, str_bytes(row.receipt), out, err);
    } else if (item.leaf_index >= 0) {
        if ((r = partner_by_id(node->db, a, item.partner, &from, err)) < 0 ||
            (r = post_receipts(node, &from, item.leaf_index, 1, a, &receipts, &n, err)) < 0)
            return r;
        if (n == 1 && memcmp(receipts[0].id, id, ID_LEN) == 0) {
            *out = receipts[0];
            return 0;
        }
    }
    return r < 0 ? r : err_set(err, ERR_NOT_FOUND, "this letter has no receipt yet");
}
