#include "trust/serve/letters_internal.h"

#include <errno.h>

#include "ground/base/bulk.h"

size_t letters_pick(const struct post_out due[], size_t n, size_t body_max)
{
    size_t total = 0, i = 0;
    while (i < n && i < POST_BATCH && !due[i].path && (i == 0 || total + due[i].line.len + due[i].sealed.len <= body_max)) {
        total += due[i].line.len + due[i].sealed.len;
        i++;
    }
    return n > 0 && i == 0 ? 1 : i;
}

void letters_frames(struct buf *b, struct arena *a, const struct post_out out[], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct buf one = buf_new(a);
        buf_add(&one, out[i].line);
        buf_byte(&one, '\n');
        if (!out[i].path)
            buf_add_bytes(&one, out[i].sealed.p, out[i].sealed.len);
        frame_add(b, FRAME_LETTER, buf_bytes(&one));
    }
}

void letters_answer_frames(struct buf *b, struct arena *a, const struct post_answer answers[], size_t n)
{
    static const enum frame_kind empty[] = {[POST_HELD] = FRAME_HELD, [POST_STALE] = FRAME_STALE, [POST_LATER] = FRAME_LATER};
    frame_add(b, FRAME_POSITION, str_bytes(letter_position_write(a, &answers[n - 1].position)));
    for (size_t i = 0; i < n; i++) {
        const struct post_answer *x = &answers[i];
        if (x->outcome == POST_RECEIPT)
            frame_add(b, FRAME_RECEIPT, str_bytes(letter_receipt_write(a, &x->receipt)));
        else if (x->outcome == POST_REJECTED)
            frame_add(b, FRAME_REJECTED, str_bytes(str_from(x->reason)));
        else
            frame_add(b, empty[x->outcome], (bytes){NULL, 0});
    }
}

int letters_of_frames(struct arena *a, const struct frame frames[], size_t n, bytes **out, struct err *err)
{
    *out = arena_array(a, bytes, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (frames[i].kind != FRAME_LETTER)
            return err_set(err, ERR_INPUT, "frame %zu is not a letter", i + 1);
        (*out)[i] = frames[i].body;
    }
    return n > 0 ? 0 : err_set(err, ERR_INPUT, "there is no letter in it");
}

struct taking {
    struct arena *arena;
    struct letters_taken *taken;
    struct letter_receipt *receipts;
    struct letter_position position;
    bool has_position;
};

/* One of letter_reasons, in our own bytes: what a partner sends is not shown. */
static const char *reason_of(bytes body)
{
    for (const char *const *r = letter_reasons; *r; r++)
        if (str_eq(bytes_str(body), str_from(*r)))
            return *r;
    return "a reason that is not known here";
}

static int take_frame(struct taking *t, const struct frame *f, struct err *err)
{
    struct letters_taken *taken = t->taken;
    if (f->kind == FRAME_RECEIPT)
        return letter_receipt_read(t->arena, f->body, &t->receipts[taken->settled++], err);
    if (f->kind == FRAME_POSITION && !t->has_position) {
        t->has_position = true;
        return letter_position_read(t->arena, f->body, &t->position, err);
    }
    if (f->kind == FRAME_LETTER || f->kind == FRAME_DIRECT || f->kind == FRAME_POSITION)
        return err_set(err, ERR_INPUT, "a frame stands where none of its kind may be");
    taken->held += f->kind == FRAME_HELD || f->kind == FRAME_STALE;
    taken->later += f->kind == FRAME_LATER;
    if (f->kind == FRAME_REJECTED)
        taken->rejected = reason_of(f->body);
    return 0;
}

int letters_take(struct node *node, const struct post_kinds *kinds, const struct partner *from, bytes body, int64_t now_ms,
                 struct arena *a, struct letters_taken *taken, struct err *err)
{
    struct frame *frames;
    size_t n = 0;
    *taken = (struct letters_taken){0};
    int r = frames_read(a, body, POST_BATCH + 1, &frames, &n, err);
    if (r < 0)
        return r;
    struct taking t = {.arena = a, .taken = taken, .receipts = arena_array(a, struct letter_receipt, n + 1)};
    for (size_t i = 0; i < n && r == 0; i++)
        r = take_frame(&t, &frames[i], err);
    if (r == 0 && taken->settled > 0)
        r = post_receipts_take(node, kinds, from, t.receipts, taken->settled, now_ms, err);
    if (r == 0 && t.has_position)
        r = post_position_take(node, from, &t.position, now_ms, err);
    return r;
}

int letters_read_part(struct arena *a, const char *path, uint64_t offset, size_t max, bytes *out, struct err *err)
{
    if (bulk_read(a, path, offset, max, out) < 0)
        return err_errno(err, ERR_CORRUPT, errno, "the file of a large letter that is still to be delivered cannot be read");
    return 0;
}
