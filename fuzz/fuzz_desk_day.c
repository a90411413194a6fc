/* A day of a hall: as a whole, with the magic before it, and what leaves say. Nothing that is made up holds; what is read of an event or a draw
 * is written again, the same. */
#include <stdlib.h>
#include <string.h>

#include "work/desk/day.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void records(struct arena *a, bytes in)
{
    struct reader r = reader_new(in);
    struct day_record rec = {0};
    bool there = true;
    while (day_next(&r, a, &rec, &there, NULL) == 0 && there) {
        bytes again = rec.kind == 'B'                      ? day_frame_begin(a, &rec.begin)
                      : rec.kind == 'E'                    ? day_frame_event(a, &rec.event)
                      : rec.kind == 'D'                    ? day_frame_draw(a, &rec.draw)
                      : rec.kind == 'H'                    ? day_frame_over(a, &rec.over)
                      : rec.kind == 'T'                    ? day_frame_over_ticket(a, &rec.ticket, rec.digest)
                      : rec.kind != 'Z'                    ? day_frame_leaf(a, rec.kind, &rec.leaf)
                                                           : day_frame_end(a, rec.checkpoint);
        if (again.len != rec.frame.len || memcmp(again.p, rec.frame.p, again.len) != 0)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct note_verifier nobody = {.name = {"nobody", 6}, .key_id = 7, .public_key = {1}};
    static const struct note_verifier witness = {.name = {"witness", 7}, .key_id = 8, .public_key = {2}};
    struct day_found found;
    struct day_mark mark;
    struct day_keys keys;
    struct day_posted posted;
    if (size < 1 || crypto_open(NULL) < 0)
        return 0;
    struct arena *a = arena_new();
    const bytes in = {data + 1, size - 1};
    if (data[0] % 4 == 0) {
        records(a, in);
    } else if (data[0] % 4 == 1) {
        struct buf b = buf_new(a);
        buf_add(&b, STR(DAY_MAGIC));
        buf_add_bytes(&b, in.p, in.len);
        if (day_check(buf_bytes(&b), &nobody, &found, NULL) == 0 || day_check_by(buf_bytes(&b), &(struct day_trust){&nobody, &witness, 1}, &found, NULL) == 0)
            abort();
    } else if (data[0] % 4 == 2) {
        (void)(day_mark_read(a, in, &mark, NULL) == 0);
        (void)(day_posted_read(a, in, &posted, NULL) == 0);
    } else {
        (void)(day_keys_read(a, in, &keys, NULL) == 0);
    }
    arena_free(a);
    return 0;
}
