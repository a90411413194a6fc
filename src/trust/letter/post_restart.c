/* post_restart: the partner's place in our stream, and a new stream when one side has lost its place.
 *
 * Why a new stream: a restored sender has given places away that it does not remember; for a restored recipient the chain of headers
 * could only go on with letters that may be gone. In a new one both begin at a place that both know. Letters keep their ids and
 * their ciphertext: what the recipient has it knows by its id, and answers with the receipt it gave. */
#include <string.h>

#include "trust/letter/post_out.h"

#define PAGE 256
#define RACE_MS (10LL * 60 * 1000) /* a position that much older than a receipt came later by accident only */

/* --- the new stream --- */

struct restart {
    struct node *node;
    const struct partner *to;
    struct post_stream stream;
    int64_t now_ms;
    size_t again, gone;
};

static int send_again(struct restart *s, const struct post_row *row, struct arena *a, struct err *err)
{
    struct letter_header h;
    str line;
    if (letter_header_read(a, str_bytes(row->header), &h, err) < 0)
        return err_set(err, ERR_CORRUPT, "the outbox holds a letter whose header cannot be read: restore the database");
    if (post_place(s->node, &s->stream, &h, a, &line, err) < 0)
        return err->code;
    s->again++;
    return post_store_out_move(s->node->db, &h, line, err);
}

/* Says in the letter's place that it is gone. Its own place goes to the void letter, so the stream is stored first. */
static int send_void(struct restart *s, const struct post_row *row, struct err *err)
{
    struct letter l = {.kind = "void", .reply_to = row->id, .type = STR("application/json")};
    uint8_t id[ID_LEN];
    int r = post_store_stream_move(s->node->db, s->to->id, true, &s->stream, err);
    if (r < 0 || (r = post_store_out_void(s->node->db, row->id, s->now_ms, err)) < 0 ||
        (r = letter_send(s->node, s->to, &l, s->now_ms, id, err)) < 0)
        return r;
    s->gone++;
    r = post_store_stream_live(s->node->db, s->to->id, true, &s->stream, err);
    return r < 0 ? r : 0;
}

static bool still_there(const struct restart *s, const struct post_row *row, struct arena *a)
{
    return row->kept && (row->inlined || file_exists(post_out_path(s->node, a, row->id)));
}

/* Moves what waits in a stream, and what was accepted behind a place of it, page by page. */
static int move_stream(struct restart *s, const struct post_stream *old, const struct post_lost *lost, struct err *err)
{
    uint64_t lost_after = old->begun_ms < lost->begun_ms ? INT64_MAX : old->begun_ms == lost->begun_ms ? lost->after : 0;
    struct arena *a = arena_new();
    uint64_t at = 0;
    size_t n;
    int r;
    do {
        struct post_row *rows;
        arena_reset(a);
        r = post_store_out_behind(s->node->db, s->to->id, old->id, at, lost_after, PAGE, a, &rows, &n, err);
        for (size_t i = 0; r == 0 && i < n; i++) {
            at = rows[i].sequence;
            if (still_there(s, &rows[i], a))
                r = send_again(s, &rows[i], a, err);
            else if (!lost->kept_only || rows[i].status == 0)
                r = send_void(s, &rows[i], err);
        }
    } while (r == 0 && n == PAGE);
    arena_free(a);
    return r;
}

int post_restart(struct node *node, const struct partner *to, const struct post_lost *lost, int64_t now_ms, size_t *again, size_t *gone,
                 struct err *err)
{
    struct restart s = {.node = node, .to = to, .now_ms = now_ms};
    struct post_stream old = {0};
    int r = post_stream_new(node, to->id, lost->from, now_ms, &s.stream, err);
    const int64_t new_begun_ms = s.stream.begun_ms;
    while (r >= 0 && (r = post_store_stream_next(node->db, to->id, old.begun_ms, &old, err)) > 0 && old.begun_ms < new_begun_ms)
        r = move_stream(&s, &old, lost, err);
    if (r >= 0)
        r = post_store_stream_move(node->db, to->id, true, &s.stream, err);
    *again = s.again;
    *gone = s.gone;
    return r < 0 ? r : 0;
}

/* --- the partner's place --- */

static bool zeros(const uint8_t id[static ID_LEN])
{
    static const uint8_t none[ID_LEN];
    return memcmp(id, none, ID_LEN) == 0;
}

/* Does the partner follow our stream: is its place one of ours? Else we were restored and have given places away anew. */
static int same_stream(struct node *node, const struct partner *from, const struct letter_position *p, const struct post_stream *stream,
                       struct err *err)
{
    if (p->sequence == 0)
        return 1;
    if (p->sequence > stream->sequence)
        return 0;
    struct arena *a = arena_new();
    struct letter_header h;
    uint8_t hash[HASH_LEN];
    str line;
    int r = post_store_out_at(node->db, from->id, stream->id, p->sequence, a, &line, err);
    if (r > 0 && letter_header_read(a, str_bytes(line), &h, err) < 0)
        r = err_set(err, ERR_CORRUPT, "the outbox holds a letter whose header cannot be read: restore the database");
    if (r > 0) {
        letter_header_hash(a, &h, hash);
        r = memcmp(hash, p->previous, HASH_LEN) == 0;
    }
    arena_free(a);
    return r;
}

/* How much older a position is than the partner's newest receipt, both by its own clock; below 0: newer. */
static int age_of(struct node *node, const struct partner *from, const struct letter_position *p, int64_t *age_ms, struct err *err)
{
    struct arena *a = arena_new();
    struct letter_receipt newest;
    str text;
    *age_ms = -1;
    int r = post_store_out_newest(node->db, from->id, a, &text, err);
    if (r > 0) {
        r = letter_receipt_read(a, str_bytes(text), &newest, err);
        if (r < 0)
            r = err_set(err, ERR_CORRUPT, "the outbox holds a receipt that cannot be read: restore the database");
        *age_ms = newest.time_ms - p->time_ms;
    }
    arena_free(a);
    return r < 0 ? r : 0;
}

/* Does the partner follow our live stream, as far as we know: is its first letter accepted? *from: where the stream goes on from. */
static int is_followed(struct node *node, const struct partner *from, const struct post_stream *live, bool *followed,
                       uint8_t goes_on_from[static HASH_LEN], struct err *err)
{
    *followed = false;
    memcpy(goes_on_from, live->previous, HASH_LEN);
    if (live->sequence == 0)
        return 0;
    struct arena *a = arena_new();
    struct letter_header h;
    struct post_row *first;
    str line;
    size_t n;
    int r = post_store_out_at(node->db, from->id, live->id, 1, a, &line, err);
    if (r > 0 && letter_header_read(a, str_bytes(line), &h, err) < 0)
        r = err_set(err, ERR_CORRUPT, "the outbox holds a letter whose header cannot be read: restore the database");
    if (r > 0) {
        memcpy(goes_on_from, h.previous, HASH_LEN);
        r = post_store_out_behind(node->db, from->id, live->id, 0, 0, 1, a, &first, &n, err);
        *followed = r == 0 && n == 1 && first->sequence == 1 && first->status == LETTER_ACCEPTED;
    }
    arena_free(a);
    return r < 0 ? r : 0;
}

struct taking {
    const struct partner *from;
    const struct letter_position *position;
    int64_t now_ms;
    bool restart;          /* found: a new stream is needed */
    bool learn;            /* and the partner follows one of ours that we have forgotten */
    struct post_lost lost;
};

/* In our live stream. */
static int judge_live(struct node *node, struct taking *t, const struct post_stream *live, struct err *err)
{
    int r = same_stream(node, t->from, t->position, live, err);
    if (r < 0)
        return r;
    t->restart = r == 0;
    if (t->restart)
        t->lost.begun_ms = INT64_MAX;
    return 0;
}

/* In a stream that has ended, that we do not know, or in none: does the live one go on from there? One that we do not know we have
 * begun and forgotten, a restored backup, and perhaps because the partner had been restored before: what it had lost then we have
 * forgotten too. So all that is kept goes again; it knows again by its id what it has. */
static int judge_elsewhere(struct node *node, struct taking *t, const struct post_stream *live, bool known, struct err *err)
{
    uint8_t goes_on_from[HASH_LEN];
    bool followed;
    int r = is_followed(node, t->from, live, &followed, goes_on_from, err);
    if (r < 0)
        return r;
    bool off = memcmp(goes_on_from, t->position->previous, HASH_LEN) != 0;
    t->learn = !known;
    t->restart = followed ? !known : off;
    t->lost.begun_ms = known ? INT64_MAX : 0;
    t->lost.kept_only = true;
    if (!t->restart && !followed) {
        r = post_store_out_blocked(node->db, t->from->id, live->id, 0, err);
        t->restart = r > 0;
    }
    return r < 0 ? r : 0;
}

/* Looks only: what does this position ask of us? */
static int judge(struct node *node, struct taking *t, struct err *err)
{
    const struct letter_position *p = t->position;
    struct post_stream live, stream = {0};
    int64_t age_ms;
    bool known = true;
    t->restart = t->learn = false;
    int r = post_store_stream_live(node->db, t->from->id, true, &live, err);
    if (r <= 0 || (r = age_of(node, t->from, p, &age_ms, err)) < 0)
        return r;
    if (!zeros(p->stream)) {
        if ((r = post_store_stream_find(node->db, t->from->id, true, p->stream, &stream, err)) < 0)
            return r;
        known = r > 0;
    }
    /* an old stick, or a clock that was set back: what the partner has it knows again; but nothing is called lost on such a word */
    t->lost = (struct post_lost){.begun_ms = known ? stream.begun_ms : INT64_MAX, .after = p->sequence, .from = p->previous,
                                 .kept_only = age_ms > POST_SKEW_MS};
    if (stream.live && ((r = judge_live(node, t, &stream, err)) < 0 || t->restart))
        return r;
    if (age_ms > 0 && age_ms < RACE_MS)
        return 0;
    if (known && (r = post_store_out_lost(node->db, t->from->id, &t->lost, err)) != 0) {
        t->restart = r > 0;
        return r < 0 ? r : 0;
    }
    if (!stream.live)
        return judge_elsewhere(node, t, &live, known, err);
    /* a refusal of what the partner could not even place */
    t->lost.begun_ms = INT64_MAX;
    r = post_store_out_blocked(node->db, t->from->id, stream.id, p->sequence, err);
    t->restart = r > 0;
    return r < 0 ? r : 0;
}

static int begin_anew(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct taking *t = arg;
    size_t again = 0, gone = 0;
    int r = judge(node, t, err);
    if (r < 0)
        return r;
    if (t->learn) { /* so that the same position is no news the next time */
        struct post_stream forgotten = {.sequence = t->position->sequence, .begun_ms = t->now_ms};
        memcpy(forgotten.id, t->position->stream, ID_LEN);
        memcpy(forgotten.previous, t->position->previous, HASH_LEN);
        r = post_store_stream_begin(node->db, t->from->id, true, &forgotten, err);
    }
    if (r == 0 && t->restart)
        r = post_restart(node, t->from, &t->lost, t->now_ms, &again, &gone, err);
    act->detail = str_from(t->learn                        ? "a new stream: the partner follows one that a restored backup here has forgotten"
                           : t->lost.begun_ms == INT64_MAX ? "a new stream: the partner could not follow the old one"
                                                         : "a new stream: the partner had lost its place in the old one");
    return r;
}

int post_position_take(struct node *node, const struct partner *from, const struct letter_position *p, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    struct taking t = {.from = from, .position = p, .now_ms = now_ms};
    uint8_t self[ID_LEN];
    post_self(node, self);
    int r = 0;
    if (memcmp(p->to, from->id, ID_LEN) != 0 || memcmp(p->from, self, ID_LEN) != 0)
        r = err_set(err, ERR_INPUT, "position: it is about letters between others");
    if (r < 0 || (r = wire_verify("position", letter_position_canonical(a, p), p->signature, from->agency_key, err)) < 0 ||
        (r = judge(node, &t, err)) < 0 || !t.restart)
        goto out;
    struct act act = {.verb = VERB_NOTIFY, .actor = &act_node, .now_ms = now_ms};
    r = act_run(node, &act, begin_anew, &t, err);
out:
    arena_free(a);
    return r;
}
