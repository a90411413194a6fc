/* receive: letters in, with exactly one effect each. Verified and opened first (receive_open.h), then planned against the inbox and
 * the stream, then done in one transaction, and when that fails one by one.
 *
 *     reading          planning                                  doing
 *     post_coming_* -> plan(): what is to be done with each  ->  take_group(): acts; pass(): places without an act
 *
 * What was planned is checked again in the transaction: rows that are there meanwhile, or a stream that moved, undo it and it is
 * planned anew. So letter_receive may run for one partner on several threads, over line and stick at once.
 */
#include <string.h>
#include <unistd.h>

#include "trust/letter/inbox.h"

#define ROUNDS_MAX 16 /* how often a plan is made anew: somebody else was faster, or an effect has to wait */

enum deed {
    DEED_NOTHING, /* rejected, stale, or known already */
    DEED_TAKE,    /* an act: row, effect, leaf; and the stream moves on, if it is in its place */
    DEED_PASS,    /* known already, and now its place comes: the stream moves on */
    DEED_HOLD,
};

struct planned {
    struct post_coming *coming;
    struct post_answer *answer; /* NULL for letters that were held: nobody waits for the answer */
    enum deed deed;
    bool moves, begins;         /* the stream: on to `after`, from sequence `from`; or it begins */
    uint64_t from;
    struct post_stream after;
    bool effect_failed;         /* it said no: the letter is refused */
    bool effect_waits;          /* it could not happen: the letter may come again */
};

struct intake {
    struct node *node;
    const struct post_kinds *kinds;
    const struct partner *from;
    int64_t now_ms;
    bool read_only;
    struct arena *arena;
};

/* --- planning --- */

static int raced(struct err *err)
{
    return err_set(err, ERR_EXISTS, "another connection took in letters of this partner at the same moment");
}

/* The partner's stream while a round is planned. */
struct course {
    struct post_stream stored; /* the live one as the database had it when the round began */
    struct post_stream live;   /* where it stands after all that was planned so far */
};

/* Where a letter stands in the streams that are known so far. */
enum place { PLACE_NEXT, PLACE_FIRST, PLACE_AHEAD, PLACE_GONE };

static int place_of(const struct intake *in, const struct course *course, const struct letter_header *h, enum place *out, struct err *err)
{
    const struct post_stream *live = &course->live, *stored = &course->stored;
    struct post_stream known;
    bool is_live = live->live && memcmp(live->id, h->stream, ID_LEN) == 0;
    if (is_live) {
        bool follows = h->sequence == live->sequence + 1;
        if (follows && memcmp(h->previous, live->previous, HASH_LEN) != 0)
            *out = PLACE_GONE; /* it follows another letter than the one we have: the sender has lost its place */
        else
            *out = follows ? PLACE_NEXT : h->sequence > live->sequence ? PLACE_AHEAD : PLACE_GONE;
        return 0;
    }
    int r = post_store_stream_find(in->node->db, in->from->id, false, h->stream, &known, err);
    if (r < 0)
        return r;
    if (r > 0 && known.live && !(stored->live && memcmp(stored->id, h->stream, ID_LEN) == 0))
        return raced(err); /* begun since we looked */
    if (r > 0)
        *out = PLACE_GONE; /* ended, or ends by what is planned */
    else /* a new one goes on exactly where we are: nothing of the one before it can be passed over */
        *out = h->sequence > 1 ? PLACE_AHEAD : memcmp(h->previous, live->previous, HASH_LEN) == 0 ? PLACE_FIRST : PLACE_GONE;
    return 0;
}

static void move_stream(const struct intake *in, struct planned *p, enum place place, struct course *course)
{
    struct post_stream *live = &course->live;
    const struct letter_header *h = &p->coming->header;
    p->moves = true;
    p->begins = place == PLACE_FIRST;
    p->from = live->sequence;
    if (p->begins) {
        *live = (struct post_stream){.live = true, .begun_ms = in->now_ms};
        memcpy(live->id, h->stream, ID_LEN);
    }
    live->sequence = h->sequence;
    letter_header_hash(in->arena, h, live->previous);
    p->after = *live;
}

static void answer_with(struct planned *p, enum post_outcome outcome, const char *reason)
{
    if (!p->answer)
        return;
    p->answer->outcome = outcome;
    p->answer->reason = reason;
}

static const struct planned *planned_before(const struct planned *all, size_t n, const uint8_t id[static ID_LEN])
{
    for (size_t i = 0; i < n; i++)
        if (all[i].deed == DEED_TAKE && memcmp(all[i].coming->header.id, id, ID_LEN) == 0)
            return &all[i];
    return NULL;
}

struct contradiction { const struct intake *in; const struct post_coming *coming; };

static int keep_evidence(struct db *db, void *arg, struct err *err)
{
    const struct contradiction *k = arg;
    return post_evidence_put(db, k->in->from->id, post_evidence_twice, str_bytes(k->coming->line), k->in->now_ms, err);
}

/* Another letter under an id that is taken: not taken in, but kept to be shown. */
static int twice(const struct intake *in, struct planned *p, struct err *err)
{
    struct contradiction k = {in, p->coming};
    answer_with(p, POST_REJECTED, "twice");
    return db_txn(in->node->db, keep_evidence, &k, err);
}

/* Opens what is not yet opened. The answer is set when the letter goes no further. */
static int open_it(const struct intake *in, struct planned *p, struct err *err)
{
    struct post_coming *c = p->coming;
    if (c->kind || c->reason || c->rejected)
        return 0;
    c->missing = false;
    return post_coming_open(in->node, in->kinds, in->from, in->arena, c, err);
}

static int plan_one(const struct intake *in, struct planned *all, size_t i, struct course *course, struct err *err)
{
    struct planned *p = &all[i];
    struct post_coming *c = p->coming;
    static const uint8_t nothing[HASH_LEN];
    struct inbox_row known;
    enum place place = PLACE_AHEAD;
    *p = (struct planned){.coming = c, .answer = p->answer};
    if (c->rejected) {
        answer_with(p, POST_REJECTED, c->rejected);
        return 0;
    }
    int there = inbox_find(in->node->db, in->from->id, c->header.id, in->arena, &known, err);
    if (there < 0 || (c->placed && place_of(in, course, &c->header, &place, err) < 0))
        return err->code;
    bool unread = there && memcmp(known.digest, nothing, HASH_LEN) == 0;
    if (there && !(unread && c->placed)) {
        if (c->placed && memcmp(known.digest, c->header.digest, HASH_LEN) != 0)
            return twice(in, p, err);
        answer_with(p, POST_RECEIPT, NULL);
        if (c->placed && (place == PLACE_NEXT || place == PLACE_FIRST)) {
            p->deed = DEED_PASS;
            move_stream(in, p, place, course);
        }
        return 0;
    }
    const struct planned *first = planned_before(all, i, c->header.id);
    if (first) { /* twice in one batch */
        if (memcmp(first->coming->header.digest, c->header.digest, HASH_LEN) != 0)
            return twice(in, p, err);
        answer_with(p, POST_RECEIPT, NULL);
        return 0;
    }
    if (c->placed && place == PLACE_GONE) {
        answer_with(p, POST_STALE, NULL);
        return 0;
    }
    int r = open_it(in, p, err);
    if (r < 0)
        return r;
    if (c->rejected || c->missing || c->waits) {
        answer_with(p, c->rejected ? POST_REJECTED : POST_LATER, c->rejected);
        return 0;
    }
    bool always = c->kind && c->kind->always && !c->reason;
    bool in_turn = place == PLACE_NEXT || place == PLACE_FIRST;
    if (in->read_only && !always) {
        answer_with(p, POST_LATER, NULL);
    } else if (in_turn || always || !c->placed) {
        answer_with(p, POST_RECEIPT, NULL);
        p->deed = DEED_TAKE;
        if (in_turn)
            move_stream(in, p, place, course);
    } else {
        answer_with(p, POST_HELD, NULL);
        p->deed = DEED_HOLD;
    }
    return 0;
}

/* --- doing --- */

struct taking { const struct intake *in; struct planned *p; };

static int move_in_db(const struct intake *in, const struct planned *p, struct err *err)
{
    struct post_stream s = p->after;
    int r;
    if (!p->moves)
        return 0;
    if (p->begins) {
        r = post_store_stream_begin(in->node->db, in->from->id, false, &s, err);
        return r < 0 ? r : inbox_held_only(in->node->db, in->from->id, s.id, err);
    }
    r = inbox_stream_move(in->node->db, in->from->id, p->from, &s, err);
    return r < 0 ? r : r == 0 ? raced(err) : 0;
}

/* What the vault keeps of a letter: the key of its age file and the content line. */
static int seal_content(const struct intake *in, const struct post_coming *c, struct vault_id *id, struct err *err)
{
    bool added;
    size_t len = AGE_FILE_KEY_LEN + c->content_line.len;
    uint8_t *content = secret_alloc(len);
    memcpy(content, c->file_key, AGE_FILE_KEY_LEN);
    memcpy(content + AGE_FILE_KEY_LEN, c->content_line.p, c->content_line.len);
    int r = vault_put(in->node->vault, in->node->db, VAULT_LETTER, (bytes){content, len}, NULL, id, &added, err);
    secret_free(content);
    return r;
}

static int run_effect(const struct intake *in, struct act *act, struct planned *p, struct err *err)
{
    const struct post_coming *c = p->coming;
    const struct letter_opened opened = {.header = &c->header, .content = &c->content, .from = in->from, .payload = c->payload, .look = c->look,
                                         .now_ms = in->now_ms, .arena = in->arena};
    if (c->reason || !c->kind->effect)
        return 0;
    int r = c->kind->effect(in->node, act, &opened, err);
    p->effect_waits = r == ERR_RETRY || r == ERR_IO || r == ERR_CORRUPT || r == ERR_LIMIT;
    p->effect_failed = r < 0 && !p->effect_waits;
    return r < 0 ? r : 0;
}

static int take(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct taking *t = arg;
    struct planned *p = t->p;
    struct post_coming *c = p->coming;
    const struct letter_header *h = &c->header;
    struct inbox_row row = {.sequence = h->sequence, .size = h->size, .sent_ms = h->time_ms, .arrived_ms = t->in->now_ms,
                            .status = c->reason ? LETTER_REFUSED : LETTER_ACCEPTED, .reason = c->reason ? str_from(c->reason) : STR("")};
    memcpy(row.partner, t->in->from->id, ID_LEN);
    memcpy(row.id, h->id, ID_LEN);
    memcpy(row.stream, h->stream, ID_LEN);
    memcpy(row.digest, h->digest, HASH_LEN);
    memcpy(row.previous, h->previous, HASH_LEN);
    if (c->placed)
        letter_header_hash(t->in->arena, h, row.header_hash);
    if (c->kind) {
        row.kind = str_from(c->kind->name);
        row.shown = c->kind->for_people && !c->reason;
    }
    p->effect_failed = p->effect_waits = false;
    int r = move_in_db(t->in, p, err);
    if (r < 0 || (r = log_size(node->log, node->db, &row.leaf, err)) < 0)
        return r;
    if (c->placed && (r = inbox_forget_unread(node->db, row.partner, row.id, err)) < 0)
        return r;
    if (!c->reason) {
        if ((r = seal_content(t->in, c, &row.content, err)) < 0)
            return r;
        row.has_content = true;
    }
    if ((r = inbox_put(node->db, &row, c->reason ? (bytes){NULL, 0} : c->sealed, err)) < 0)
        return r;
    act->has_object = true;
    memcpy(act->object, row.id, ID_LEN);
    act->detail = c->reason ? str_printf(t->in->arena, "a letter from %.*s, refused: %s", STR_ARG(t->in->from->name), c->reason)
                            : str_printf(t->in->arena, "%.*s from %.*s", STR_ARG(row.kind), STR_ARG(t->in->from->name));
    r = run_effect(t->in, act, p, err);
    return r == ERR_EXISTS && p->effect_failed ? ERR_INPUT : r; /* the effect's own, not a race of ours */
}

/* All that are to be taken, in one transaction; *failed as act_run_group says. */
static int take_some(const struct intake *in, struct planned *const some[], size_t n, size_t *failed, struct err *err)
{
    struct act *acts = arena_array(in->arena, struct act, n);
    struct act_step *steps = arena_array(in->arena, struct act_step, n);
    struct taking *takings = arena_array(in->arena, struct taking, n);
    const struct actor actor = {.name = partner_id_text(in->from, in->arena), .role = STR("partner")};
    for (size_t i = 0; i < n; i++) {
        str purpose = some[i]->coming->content.purpose;
        acts[i] = (struct act){.verb = VERB_RECEIVE, .actor = &actor, .now_ms = in->now_ms};
        if (!some[i]->coming->reason && access_purpose(purpose))
            acts[i].purpose = purpose;
        takings[i] = (struct taking){in, some[i]};
        steps[i] = (struct act_step){&acts[i], take, &takings[i]};
    }
    return act_run_group(in->node, steps, n, failed, err);
}

/* The group; a letter whose effect says no becomes a refusal; one whose effect cannot happen now is left for later, those before it
 * are taken in, and what is behind it is planned anew (ERR_EXISTS). */
static int take_group(const struct intake *in, struct planned *all, size_t n, struct err *err)
{
    struct planned **some = arena_array(in->arena, struct planned *, n);
    size_t count = 0, failed = 0;
    for (size_t i = 0; i < n; i++)
        if (all[i].deed == DEED_TAKE)
            some[count++] = &all[i];
    for (size_t done = 0, step = count; done < count;) {
        int r = take_some(in, some + done, step, &failed, err);
        if (r == 0) {
            done += step;
            step = count - done < step ? count - done : step;
        } else if (failed < step && some[done + failed]->effect_failed) {
            some[done + failed]->coming->reason = "refused-by-effect";
            step = failed > 0 ? failed : 1;
        } else if (failed < step && some[done + failed]->effect_waits) {
            if (failed == 0) {
                some[done]->coming->waits = true;
                return ERR_EXISTS;
            }
            step = failed;
        } else {
            return r;
        }
    }
    return 0;
}

/* What needs no act: places of letters that are known already, letters to hold, held ones that are done. */
struct rest { const struct intake *in; struct planned *all; size_t n; };

static int settle_rest(struct db *db, void *arg, struct err *err)
{
    struct rest *t = arg;
    const struct intake *in = t->in;
    const struct post_stream *live = NULL;
    int r = 0;
    for (size_t i = 0; i < t->n && r >= 0; i++) {
        struct planned *p = &t->all[i];
        if (p->deed == DEED_PASS)
            r = move_in_db(in, p, err);
        if (p->deed == DEED_HOLD && (r = inbox_hold(db, p->coming, in->from->id, in->now_ms, err)) == 0)
            answer_with(p, POST_LATER, NULL);
        if (p->moves)
            live = &p->after;
    }
    if (r >= 0 && live)
        r = inbox_held_drop(db, in->from->id, live->id, live->sequence, err);
    return r < 0 ? r : 0;
}

/* Acts go first, places without an act behind them: so a letter that is taken carries the stream over the known ones before it. */
static void fold_passes(struct planned *all, size_t n)
{
    struct planned *run = NULL; /* the first known one since the last that is taken */
    for (size_t i = 0; i < n; i++) {
        struct planned *p = &all[i];
        if (!p->moves)
            continue;
        if (p->deed == DEED_PASS) {
            if (!run || p->begins)
                run = p;
            continue;
        }
        if (run && !p->begins) {
            p->from = run->from;
            p->begins = run->begins;
            for (; run < p; run++)
                if (run->deed == DEED_PASS)
                    run->deed = DEED_NOTHING;
        }
        run = NULL;
    }
}

/* Everything for letters that were read: ERR_EXISTS when it has to be planned anew. */
static int do_round(const struct intake *in, struct planned *all, size_t n, struct err *err)
{
    struct course course = {0};
    int r = post_store_stream_live(in->node->db, in->from->id, false, &course.stored, err);
    bool rest = false;
    course.live = course.stored;
    for (size_t i = 0; i < n && r >= 0; i++)
        r = plan_one(in, all, i, &course, err);
    if (r < 0)
        return r;
    fold_passes(all, n);
    if ((r = take_group(in, all, n, err)) < 0)
        return r;
    for (size_t i = 0; i < n; i++)
        rest = rest || all[i].deed == DEED_PASS || all[i].deed == DEED_HOLD;
    struct rest t = {in, all, n};
    return rest ? db_txn(in->node->db, settle_rest, &t, err) : 0;
}

static int take_in(const struct intake *in, struct planned *all, size_t n, struct err *err)
{
    int r = ERR_EXISTS;
    for (int round = 0; round < ROUNDS_MAX && r == ERR_EXISTS; round++)
        r = do_round(in, all, n, err);
    return r == ERR_EXISTS ? err_set(err, ERR_RETRY, "several connections bring letters of this partner: bring these again") : r;
}

/* --- letters that were held --- */

/* Places in the stream that letters took ahead of order. 1: the stream moved. */
static int pass_early(struct db *db, void *arg, struct err *err)
{
    struct intake *in = arg;
    struct post_stream live;
    struct inbox_row row;
    int r = post_store_stream_live(db, in->from->id, false, &live, err);
    if (r <= 0)
        return r;
    uint64_t from = live.sequence;
    while ((r = inbox_at(db, in->from->id, live.id, live.sequence + 1, in->arena, &row, err)) > 0 &&
           memcmp(row.previous, live.previous, HASH_LEN) == 0) {
        live.sequence++;
        memcpy(live.previous, row.header_hash, HASH_LEN);
    }
    if (r < 0 || live.sequence == from)
        return r < 0 ? r : 0;
    r = inbox_stream_move(db, in->from->id, from, &live, err);
    return r < 0 ? r : 1;
}

static int drop_done(struct db *db, void *arg, struct err *err)
{
    const struct intake *in = arg;
    struct post_stream live;
    int r = post_store_stream_live(db, in->from->id, false, &live, err);
    return r <= 0 ? r : inbox_held_drop(db, in->from->id, live.id, live.sequence, err);
}

static void drop_looks(struct post_coming *coming, size_t n)
{
    for (size_t i = 0; i < n; i++)
        post_coming_drop(&coming[i]);
}

/* The next held letters as if they came now. 1: the stream moved on. */
static int take_held(struct intake *in, const uint8_t self[static ID_LEN], uint8_t *file_keys, struct err *err)
{
    struct inbox_held *held;
    struct post_stream live, then;
    size_t n = 0;
    int r = post_store_stream_live(in->node->db, in->from->id, false, &live, err);
    if (r <= 0 || (r = inbox_held_next(in->node->db, in->from->id, live.id, live.sequence, POST_BATCH, in->arena, &held, &n, err)) < 0 || n == 0)
        return r < 0 ? r : 0;
    struct planned *all = arena_array(in->arena, struct planned, n);
    struct post_coming *coming = arena_array(in->arena, struct post_coming, n);
    for (size_t i = 0; i < n; i++) {
        struct buf b = buf_new(in->arena);
        buf_add(&b, held[i].line);
        buf_byte(&b, '\n');
        buf_add_bytes(&b, held[i].sealed.p, held[i].sealed.len);
        coming[i].file_key = file_keys + i * AGE_FILE_KEY_LEN;
        post_coming_read(in->arena, buf_bytes(&b), self, in->from, &coming[i]);
        all[i].coming = &coming[i];
    }
    r = take_in(in, all, n, err);
    drop_looks(coming, n);
    if (r < 0 || (r = post_store_stream_live(in->node->db, in->from->id, false, &then, err)) < 0)
        return r;
    return then.sequence != live.sequence || memcmp(then.id, live.id, ID_LEN) != 0; /* not the bytes between the fields */
}

/* Letters that came ahead of order and whose turn has come. */
static int drain(struct intake *in, const uint8_t self[static ID_LEN], uint8_t *file_keys, struct err *err)
{
    int r = 1;
    while (r > 0) {
        struct post_stream live;
        struct inbox_row early;
        int64_t held;
        int moved = 0;
        r = post_store_stream_live(in->node->db, in->from->id, false, &live, err);
        if (r <= 0 || (r = inbox_held_count(in->node->db, in->from->id, &held, err)) < 0 ||
            (r = inbox_at(in->node->db, in->from->id, live.id, live.sequence + 1, in->arena, &early, err)) < 0)
            return r;
        if (r > 0 && (moved = db_txn(in->node->db, pass_early, in, err)) < 0)
            return moved;
        if (held == 0)
            return 0;
        if ((r = db_txn(in->node->db, drop_done, in, err)) < 0 || (r = take_held(in, self, file_keys, err)) < 0)
            return r;
        if (moved)
            r = 1;
    }
    return r;
}

/* --- the whole --- */

static int answers(const struct intake *in, const struct planned *all, size_t n, struct post_answer out[], struct err *err)
{
    struct receipt_maker maker;
    struct letter_position position;
    struct inbox_row row;
    int r = receipt_maker_begin(in->node, in->arena, &maker, err);
    if (r < 0 || (r = post_position(in->node, in->from, in->now_ms, &position, err)) < 0)
        return r;
    for (size_t i = 0; i < n; i++) {
        out[i].position = position;
        if (out[i].outcome != POST_RECEIPT)
            continue;
        r = inbox_find(in->node->db, in->from->id, all[i].coming->header.id, in->arena, &row, err);
        if (r == 0)
            r = err_set(err, ERR_RETRY, "a letter that was taken in a moment ago is gone: bring it again");
        if (r < 0 || (r = receipt_make(&maker, &row, &out[i].receipt, err)) < 0)
            return r;
    }
    return 0;
}

/* A damaged attachment is fetched again from its first byte. Only what no letter rests on is removed. */
static void drop_damaged(const struct intake *in, const struct planned *all, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct post_coming *c = all[i].coming;
        if (c->rejected && c->placed && c->header.size > LETTER_INLINE_MAX)
            unlink(post_in_path(in->node, in->arena, in->from->id, c->header.id, ".age"));
    }
}

int letter_receive(struct node *node, const struct post_kinds *kinds, const struct partner *from, const bytes letters[], size_t n,
                   int64_t now_ms, struct arena *a, struct post_answer out[], struct err *err)
{
    uint8_t self[ID_LEN];
    struct intake in = {.node = node, .kinds = kinds, .from = from, .now_ms = now_ms, .arena = a};
    if (n == 0)
        return 0;
    if (n > POST_BATCH)
        return err_set(err, ERR_LIMIT, "%zu letters at once: %d at most", n, POST_BATCH);
    post_self(node, self);
    uint8_t *file_keys = secret_alloc(POST_BATCH * AGE_FILE_KEY_LEN);
    struct planned *all = arena_array(a, struct planned, n);
    struct post_coming *coming = arena_array(a, struct post_coming, n);
    for (size_t i = 0; i < n; i++) {
        out[i] = (struct post_answer){0};
        coming[i].file_key = file_keys + i * AGE_FILE_KEY_LEN;
        post_coming_read(a, letters[i], self, from, &coming[i]);
        all[i] = (struct planned){.coming = &coming[i], .answer = &out[i]};
    }
    int r = act_read_only(node, now_ms, &in.read_only, NULL, err);
    if (r == 0 && (r = take_in(&in, all, n, err)) == 0) {
        drop_damaged(&in, all, n);
        r = drain(&in, self, file_keys, err);
    }
    if (r >= 0)
        r = answers(&in, all, n, out, err);
    drop_looks(coming, n);
    secret_free(file_keys);
    /* a full disk: nothing is stored, so nothing is lost */
    return r == ERR_LIMIT ? err_set(err, ERR_RETRY, "no room for letters now: bring them again") : r;
}
