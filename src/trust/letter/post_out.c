/* post_out: what is to go to a partner next. */
#include "trust/letter/post_out.h"

const char *post_out_path(const struct node *node, struct arena *a, const uint8_t id[static ID_LEN])
{
    return str_printf(a, "%s/letters/out/%s.age", node->dir, hex_encode(a, (bytes){id, ID_LEN}).p).p;
}

/* The header of what the store gave, and the file where that travels. 1: it can go; 0: its file is missing. */
static int complete(const struct node *node, struct arena *a, struct post_out *o, struct err *err)
{
    if (letter_header_read(a, str_bytes(o->line), &o->header, err) < 0)
        return err_set(err, ERR_CORRUPT, "the outbox holds a letter whose header cannot be read: restore the database");
    if (o->sealed.len > 0)
        return 1;
    o->path = post_out_path(node, a, o->header.id);
    if (file_exists(o->path))
        return 1;
    err_set(err, ERR_CORRUPT, "%s is missing, so the letter cannot go: put the file back, or the node voids the letter when it tidies up", o->path);
    return 0;
}

int post_due(struct node *node, const struct partner *to, uint64_t from_sequence, size_t max, struct arena *a, struct post_out **out, size_t *n,
             struct err *err)
{
    struct post_stream stream;
    *n = 0;
    *out = NULL;
    int r = post_store_stream_live(node->db, to->id, true, &stream, err);
    if (r <= 0)
        return r;
    r = post_store_out_due(node->db, to->id, stream.id, from_sequence, max, a, out, n, err);
    for (size_t i = 0; r == 0 && i < *n; i++) {
        struct err missing;
        r = complete(node, a, &(*out)[i], &missing);
        if (r == 0 && i > 0) { /* up to it */
            *n = i;
            return 0;
        }
        if (r <= 0) {
            *err = missing;
            return missing.code;
        }
        r = 0;
    }
    return r;
}

int post_due_find(struct node *node, const struct partner *to, const uint8_t id[static ID_LEN], struct arena *a, struct post_out *out,
                  struct err *err)
{
    int r = post_store_out_due_find(node->db, to->id, id, a, out, err);
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no letter of this id waits for this partner");
    if (r > 0 && (r = complete(node, a, out, err)) == 0)
        r = ERR_CORRUPT;
    return r < 0 ? r : 0;
}

int post_receipts_known(struct node *node, const struct partner *from, int64_t *leaf_index, struct err *err)
{
    struct arena *a = arena_new();
    struct letter_receipt newest;
    str text;
    *leaf_index = -1;
    int r = post_store_out_newest(node->db, from->id, a, &text, err);
    if (r > 0 && (r = letter_receipt_read(a, str_bytes(text), &newest, err)) == 0)
        *leaf_index = newest.leaf_index;
    arena_free(a);
    return r;
}
