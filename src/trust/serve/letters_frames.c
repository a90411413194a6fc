#include "trust/serve/letters_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

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
    frame_add(b, FRAME_POSITION, str_bytes(letter_position_write(a, &answers[n - 1].position)));
    for (size_t i = 0; i < n; i++) {
        if (answers[i].outcome == POST_RECEIPT)
            frame_add(b, FRAME_RECEIPT, str_bytes(letter_receipt_write(a, &answers[i].receipt)));
        else
            frame_add(b, answers[i].outcome == POST_HELD ? FRAME_HELD : FRAME_STALE, (bytes){NULL, 0});
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

/* One of the frames of an answer: *receipts grows, *position is where one came. */
static int take_frame(struct arena *a, const struct frame *f, struct letter_receipt *receipts, size_t *n_receipts,
                      struct letter_position *position, bool *has_position, struct err *err)
{
    if (f->kind == FRAME_HELD || f->kind == FRAME_STALE)
        return 0;
    if (f->kind == FRAME_RECEIPT)
        return letter_receipt_read(a, f->body, &receipts[(*n_receipts)++], err);
    if (f->kind != FRAME_POSITION || *has_position)
        return err_set(err, ERR_INPUT, "a frame stands where none of its kind may be");
    *has_position = true;
    return letter_position_read(a, f->body, position, err);
}

int letters_take(struct node *node, const struct post_kinds *kinds, const struct partner *from, bytes body, int64_t now_ms,
                 struct arena *a, size_t *settled, struct err *err)
{
    struct frame *frames;
    struct letter_position position;
    size_t n = 0;
    bool has_position = false;
    *settled = 0;
    int r = frames_read(a, body, POST_BATCH + 1, &frames, &n, err);
    if (r < 0)
        return r;
    struct letter_receipt *receipts = arena_array(a, struct letter_receipt, n + 1);
    for (size_t i = 0; i < n && r == 0; i++)
        r = take_frame(a, &frames[i], receipts, settled, &position, &has_position, err);
    if (r == 0 && *settled > 0)
        r = post_receipts_take(node, kinds, from, receipts, *settled, now_ms, err);
    if (r == 0 && has_position)
        r = post_position_take(node, from, &position, now_ms, err);
    return r;
}

int letters_read_part(struct arena *a, const char *path, uint64_t offset, size_t max, bytes *out, struct err *err)
{
    uint8_t *p = arena_alloc(a, max ? max : 1);
    size_t len = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, ERR_CORRUPT, errno, "the file of a large letter that is still to be delivered cannot be opened");
    while (len < max) {
        ssize_t n = pread(fd, p + len, max - len, (off_t)(offset + len));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        len += (size_t)n;
    }
    close(fd);
    *out = (bytes){p, len};
    return 0;
}
