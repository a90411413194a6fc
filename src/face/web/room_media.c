#include "face/web/room_media.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "face/web/webm.h"

#define EARLIER 2 /* pieces: a picture is whole at least every other one */

struct room_media {
    struct node *node;
    int fd;
    struct arena *a; /* of the piece at hand */
    struct recording recording;
    int64_t next, end;     /* pieces */
    int64_t until_ms;
    bool begun, ended;     /* a cluster was found to begin with; one to end at */
    uint8_t *head;
    size_t head_len;
    uint8_t *joined;       /* what is held back of the piece before, and the piece */
    size_t held;           /* bytes at its beginning that are not given yet */
    bytes ready;           /* to be given, within head or joined */
    size_t keep_at, keep;  /* what is held back once ready is given */
};

static bool begins_part(enum recording_mark_kind kind)
{
    return kind == MARK_BEGINS || kind == MARK_BREAK_ENDS || kind == MARK_INTERRUPTED;
}

size_t room_parts(struct arena *a, const struct recording_mark *marks, size_t n, struct room_part **out)
{
    size_t parts = 0;
    *out = arena_array(a, struct room_part, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (parts > 0 && marks[i].at_ms < (*out)[parts - 1].until_ms &&
            (begins_part(marks[i].kind) || marks[i].kind == MARK_BREAK || marks[i].kind == MARK_ENDS))
            (*out)[parts - 1].until_ms = marks[i].at_ms;
        if (begins_part(marks[i].kind))
            (*out)[parts++] = (struct room_part){marks[i].at_ms, INT64_MAX};
    }
    return parts;
}

size_t room_part_at(const struct room_part *parts, size_t n, int64_t at_ms)
{
    size_t i = 0;
    while (i < n && at_ms >= parts[i].until_ms)
        i++;
    return i;
}

/* Where a piece lies, and when it begins. */
static int place_of(struct room_media *m, int64_t sequence, struct recording_place *out, struct err *err)
{
    struct recording_place *place;
    size_t n;
    arena_reset(m->a);
    int r = recording_places(m->node, m->recording.id, sequence, 1, m->a, &place, &n, err);
    if (r == 0 && n != 1)
        r = err_set(err, ERR_NOT_FOUND, N_("there is nothing to hear at this place"));
    if (r == 0)
        *out = place[0];
    return r;
}

static int read_piece(struct room_media *m, int64_t sequence, bytes *piece, int64_t *at_ms, struct err *err)
{
    struct recording_place place = {0};
    int r = place_of(m, sequence, &place, err);
    if (r < 0)
        return r;
    *at_ms = place.at_ms;
    return recording_media(m->node, m->recording.id, m->fd, &place, m->a, piece, err);
}

/* The first piece that begins at or after a moment: they stand in order of time. */
static int piece_at(struct room_media *m, int64_t at_ms, int64_t *sequence, struct err *err)
{
    int64_t low = 0, high = m->recording.chunks;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        struct recording_place place = {0};
        int r = place_of(m, middle, &place, err);
        if (r < 0)
            return r;
        if (place.at_ms < at_ms)
            low = middle + 1;
        else
            high = middle;
    }
    *sequence = low;
    return 0;
}

static int read_head(struct room_media *m, int64_t first, struct err *err)
{
    bytes piece;
    int64_t at_ms;
    int r = read_piece(m, first, &piece, &at_ms, err);
    if (r < 0)
        return r;
    m->head_len = webm_head(piece);
    if (m->head_len == 0)
        return err_set(err, ERR_NOT_FOUND, N_("there is nothing to hear at this place"));
    m->head = mem_alloc(m->head_len);
    memcpy(m->head, piece.p, m->head_len);
    m->ready = (bytes){m->head, m->head_len};
    return 0;
}

int room_media_open(struct node *node, const struct recording *recording, const struct room_part *part, int64_t from_ms, int64_t until_ms,
                    struct room_media **out, struct err *err)
{
    int64_t first = 0, start = 0;
    struct room_media *m = mem_calloc(1, sizeof *m);
    *m = (struct room_media){.node = node, .fd = -1, .a = arena_new(), .recording = *recording, .until_ms = until_ms,
                             .joined = mem_alloc(RECORDING_CHUNK_MAX + WEBM_AHEAD)};
    int r = recording_file(node, recording->id, &m->fd, err);
    if (r == 0)
        r = piece_at(m, part->from_ms, &first, err);
    if (r == 0)
        r = piece_at(m, from_ms, &start, err);
    if (r == 0)
        r = piece_at(m, part->until_ms, &m->end, err);
    if (r == 0 && first >= m->end)
        r = err_set(err, ERR_NOT_FOUND, N_("there is nothing to hear at this place"));
    if (r == 0)
        r = read_head(m, first, err);
    m->next = start - EARLIER - 1 > first ? start - EARLIER - 1 : first;
    if (r < 0) {
        m->node = NULL; /* stays the caller's */
        room_media_close(m);
        return r;
    }
    *out = m;
    return 0;
}

/* The next piece behind what is held back: from the first cluster on, up to the last one that is asked for. */
static int load(struct room_media *m)
{
    struct err err = {0};
    bytes piece = {0};
    int64_t at_ms = 0;
    bool last = m->next >= m->end;
    int r = last ? 0 : read_piece(m, m->next, &piece, &at_ms, &err);
    if (r < 0 || piece.len > RECORDING_CHUNK_MAX)
        return -1;
    if (piece.len)
        memcpy(m->joined + m->held, piece.p, piece.len);
    m->next++;
    bytes all = {m->joined, m->held + piece.len};
    size_t from = 0, until = last ? all.len : all.len > WEBM_AHEAD ? all.len - WEBM_AHEAD : 0;
    m->keep_at = until;
    m->keep = all.len - until;
    m->ended = last;
    if (!m->begun) {
        from = webm_cluster(all);
        m->begun = from < all.len && from <= until; /* else it is found again with the next piece */
        if (!m->begun)
            from = until;
    } else if (!last && at_ms >= m->until_ms) {
        size_t stop = webm_cluster(all);
        m->ended = stop < all.len;
        until = m->ended ? stop : until;
    }
    m->ready = (bytes){all.p + from, until - from};
    return 0;
}

int64_t room_media_pull(void *state, uint8_t *to, size_t max)
{
    struct room_media *m = state;
    while (m->ready.len == 0) {
        if (m->ended)
            return 0;
        memmove(m->joined, m->joined + m->keep_at, m->keep);
        m->held = m->keep;
        if (load(m) < 0)
            return -1;
    }
    size_t n = m->ready.len < max ? m->ready.len : max;
    memcpy(to, m->ready.p, n);
    m->ready = (bytes){m->ready.p + n, m->ready.len - n};
    return (int64_t)n;
}

void room_media_close(void *state)
{
    struct room_media *m = state;
    if (!m)
        return;
    if (m->node)
        node_close(m->node);
    if (m->fd >= 0)
        close(m->fd);
    arena_free(m->a);
    free(m->head);
    free(m->joined);
    free(m);
}
