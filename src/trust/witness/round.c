/* The log's side: asking witnesses for cosignatures, and noticing that our own log is not what it was. */
#include <inttypes.h>
#include <string.h>

#include "trust/witness/witness_internal.h"

#define BACK_OFF_MS 2000 /* after a failure, doubled with each */
#define QUORUM 2

struct asked {
    struct partner partner;
    struct told told;
    bool takes_part, changed;
};

struct round {
    struct node *node;
    const struct witness_line *line;
    struct arena *arena;
    int64_t now_ms, size;
    str raw;             /* our head, with our signature */
    struct note note;
    struct note_verifier log;
    struct own own;
    uint8_t id[ID_LEN];
    struct asked *asked;
    size_t n;
};

static bool is_due(const struct round *r, const struct asked *w)
{
    const struct told *t = &w->told;
    const int64_t shift = t->failures < 5 ? t->failures : 5, pause = (int64_t)BACK_OFF_MS << shift;
    if (!w->takes_part || (r->line->eager && t->tried_ms != r->now_ms))
        return w->takes_part;
    if (t->failures > 0 && t->tried_ms <= r->now_ms && r->now_ms - t->tried_ms < (pause < WITNESS_BEAT_MS ? pause : WITNESS_BEAT_MS))
        return false;
    return t->failures > 0 || t->size != r->size || t->cosigned_ms > r->now_ms || r->now_ms - t->cosigned_ms >= WITNESS_BEAT_MS;
}

static void failed(const struct round *r, struct asked *w, str said)
{
    w->told.failures++;
    w->told.trouble = witness_tame(r->arena, said);
}

/* --- does a witness know more of our log than we do? --- */

/* 1: this signed head of ours is not one that our log leads to. */
static int contradicts(struct round *r, const struct checkpoint *cp, struct err *err)
{
    uint8_t root[HASH_LEN];
    int64_t size;
    int result = log_size(r->node->log, r->node->db, &size, err); /* now: others may have appended since the round began */
    if (result < 0 || cp->size > (uint64_t)size)
        return result < 0 ? result : 1;
    result = log_root(r->node->log, r->node->db, (int64_t)cp->size, root, err);
    return result < 0 ? result : memcmp(root, cp->root.b, HASH_LEN) != 0;
}

/* What it says is believed only when it shows a head with our own signature. */
static int ask_what_it_saw(struct round *r, const struct asked *w, struct err *err)
{
    struct http_answer answer;
    struct note note;
    struct checkpoint cp;
    struct note_verifier witness;
    uint64_t seconds;
    bool added;
    const char *path = str_printf(r->arena, "/v1/witness/%s/checkpoint", witness_origin_hash(r->arena, r->log.name).p).p;
    if (r->line->send(r->line->arg, &w->partner, r->arena, path, (bytes){0}, &answer, NULL) < 0 || answer.status != 200)
        return 0;
    str raw = bytes_str(answer.body);
    if (note_parse(r->arena, raw, &note, NULL) < 0 || checkpoint_open(r->arena, raw, &r->log, &cp, NULL) < 0 ||
        note_witness_parse(w->partner.witness_key, &witness, NULL) < 0 || cosignature_verify(r->arena, &note, &witness, &seconds, NULL) < 0)
        return 0;
    if (seconds < (uint64_t)r->own.recovered_ms / 1000) /* of the log that is known to be lost */
        return 0;
    int result = contradicts(r, &cp, err);
    if (result <= 0)
        return result;
    struct witness_evidence e = {.kind = STR("behind"), .first = r->raw, .second = raw,
                                 .proof = STR("a witness holds this head, signed by us, and our log does not lead to it")};
    memcpy(e.log, r->id, ID_LEN);
    memcpy(e.witness, w->partner.id, ID_LEN);
    return witness_keep(r->node, &act_node, &e, r->now_ms, &added, err);
}

/* --- asking one --- */

static int send_request(struct round *r, const struct asked *w, uint64_t old, struct http_answer *answer, struct err *why, struct err *err)
{
    struct add_checkpoint request = {.old_size = old, .checkpoint = r->raw};
    int result = 0;
    if (old > 0)
        result = log_consistency(r->node->log, r->node->db, (int64_t)old, r->size, r->arena, &request.proof, err);
    if (result < 0)
        return result;
    str body = add_checkpoint_format(r->arena, &request);
    return r->line->send(r->line->arg, &w->partner, r->arena, "/v1/witness/add-checkpoint", str_bytes(body), answer, why) < 0 ? 1 : 0;
}

/* Takes the witness's own line out of what it answered. */
static bool accept(struct round *r, struct asked *w, str lines)
{
    struct note note;
    struct note_verifier witness;
    uint64_t seconds;
    if (note_witness_parse(w->partner.witness_key, &witness, NULL) < 0 ||
        note_parse(r->arena, str_printf(r->arena, "%.*s%.*s", STR_ARG(r->raw), STR_ARG(lines)), &note, NULL) < 0 ||
        cosignature_verify(r->arena, &note, &witness, &seconds, NULL) < 0)
        return false;
    for (size_t i = 0; i < note.n; i++)
        if (note.signatures[i].key_id == witness.key_id && str_eq(note.signatures[i].name, witness.name))
            w->told.line = cosignature_line(r->arena, &witness, get_u64be(note.signatures[i].signature.p), note.signatures[i].signature.p + 8);
    w->told.size = r->size;
    w->told.cosigned_ms = r->now_ms;
    w->told.failures = 0;
    w->told.trouble = STR("");
    return true;
}

static bool other_size(const struct round *r, const struct http_answer *answer, uint64_t *old)
{
    str text = bytes_str(answer->body);
    int64_t size;
    if (answer->status != 409 || !str_ends(text, STR("\n")) || !str_to_int(str_slice(text, 0, text.len - 1), 0, INT64_MAX, &size) || size > r->size)
        return false;
    *old = (uint64_t)size;
    return true;
}

static int ask(struct round *r, struct asked *w, struct err *err)
{
    struct http_answer answer = {0};
    struct err why = {0};
    uint64_t old = w->told.size > r->size ? 0 : (uint64_t)w->told.size;
    w->told.tried_ms = r->now_ms;
    w->changed = true;
    int result = send_request(r, w, old, &answer, &why, err);
    if (result == 0 && other_size(r, &answer, &old))
        result = send_request(r, w, old, &answer, &why, err);
    if (result < 0)
        return result;
    if (result > 0)
        failed(r, w, str_from(why.text));
    else if (answer.status == 200 && !accept(r, w, bytes_str(answer.body)))
        failed(r, w, STR("its cosignature does not hold"));
    else if (answer.status == 409)
        failed(r, w, STR("it knows another size of our log"));
    else if (answer.status != 200)
        failed(r, w, answer.body.len ? bytes_str(answer.body) : str_printf(r->arena, "it answered with status %d", answer.status));
    return result == 0 && (answer.status == 409 || answer.status == 422) ? ask_what_it_saw(r, w, err) : 0;
}

/* --- the round --- */

static int begin(struct round *r, struct err *err)
{
    struct partner *partners = NULL;
    int result = partner_list(r->node->db, r->arena, &partners, &r->n, err);
    if (result < 0 || (result = witness_store_own(r->node->db, r->arena, &r->own, err)) < 0 ||
        (result = note_verifier_parse(log_vkey(r->node->log, r->arena), &r->log, err)) < 0 ||
        (result = log_size(r->node->log, r->node->db, &r->size, err)) < 0)
        return result;
    witness_own_id(r->node, r->id);
    r->asked = arena_array(r->arena, struct asked, r->n);
    for (size_t i = 0; i < r->n; i++) {
        struct asked *w = &r->asked[i];
        w->partner = partners[i];
        w->takes_part = witness_takes_part(&partners[i]);
        if ((result = witness_store_told(r->node->db, partners[i].id, r->arena, &w->told, err)) < 0)
            return result;
        /* who takes part anew has the whole time before it counts as missing */
        if (w->takes_part != (w->told.since_ms != 0)) {
            w->told.since_ms = w->takes_part ? r->now_ms : 0;
            w->changed = true;
        }
    }
    return 0;
}

static int ask_all(struct round *r, struct err *err)
{
    int result = 0;
    bool due = false;
    for (size_t i = 0; i < r->n; i++)
        due = due || is_due(r, &r->asked[i]);
    if (!due)
        return 0;
    result = log_checkpoint(r->node->log, r->node->db, r->size, r->arena, &r->raw, err);
    if (result == 0)
        result = note_parse(r->arena, r->raw, &r->note, err);
    for (int again = 0; again < 2; again++) /* who answered last time first: nobody waits for those who are away */
        for (size_t i = 0; i < r->n && result == 0; i++)
            if ((r->asked[i].told.failures > 0) == again && is_due(r, &r->asked[i]))
                result = ask(r, &r->asked[i], err);
    return result;
}

/* The time at which as many as needed had confirmed the log: of the needed-th newest. */
static int64_t quorum_time(const struct round *r, int64_t needed)
{
    int64_t newest = 0, second = 0;
    for (size_t i = 0; i < r->n; i++) {
        const struct told *t = &r->asked[i].told;
        int64_t at = t->cosigned_ms > r->now_ms ? r->now_ms : t->cosigned_ms;
        if (!r->asked[i].takes_part)
            continue;
        if (at < t->since_ms)
            at = t->since_ms;
        if (at >= newest) {
            second = newest;
            newest = at;
        } else if (at > second) {
            second = at;
        }
    }
    return needed >= QUORUM ? second : newest;
}

/* The head with all cosignatures of it, when they are enough. */
static void gather(struct round *r, int64_t needed)
{
    struct buf b = buf_new(r->arena);
    int64_t n = 0;
    buf_add(&b, r->raw);
    for (size_t i = 0; i < r->n; i++) {
        const struct asked *w = &r->asked[i];
        if (!w->takes_part || w->told.size != r->size || w->told.line.len == 0)
            continue;
        buf_add(&b, w->told.line);
        n++;
    }
    if (needed == 0 || n < needed)
        return;
    r->own.size = r->size;
    r->own.checkpoint = buf_str(&b);
}

static int store(struct db *db, void *arg, struct err *err)
{
    struct round *r = arg;
    struct act_watch watch, now = {0};
    struct own stored;
    int64_t open = 0;
    int result = act_watch_get(db, &watch, err);
    if (result < 0 || (result = witness_store_open_count(db, r->id, &open, err)) < 0)
        return result;
    for (size_t i = 0; i < r->n; i++)
        now.needed += r->asked[i].takes_part;
    if (now.needed > QUORUM)
        now.needed = QUORUM;
    now.quorum_ms = now.needed ? quorum_time(r, now.needed) : 0;
    now.behind = open > 0;
    for (size_t i = 0; i < r->n && result == 0; i++)
        if (r->asked[i].changed)
            result = witness_store_put_told(db, r->asked[i].partner.id, &r->asked[i].told, err);
    if (result == 0 && (now.needed != watch.needed || now.quorum_ms != watch.quorum_ms || now.behind != watch.behind))
        result = act_watch_put(db, &now, err);
    if (result < 0 || r->raw.len == 0)
        return result;
    gather(r, now.needed);
    if ((result = witness_store_own(db, r->arena, &stored, err)) < 0)
        return result;
    if (stored.recovered_ms != r->own.recovered_ms) /* somebody recovered meanwhile: this round was of the log before */
        return 0;
    return witness_store_put_own(db, &r->own, err);
}

int witness_round(struct node *node, const struct witness_line *line, int64_t now_ms, struct err *err)
{
    struct round r = {.node = node, .line = line, .arena = arena_new(), .now_ms = now_ms};
    int result = begin(&r, err);
    if (result == 0)
        result = ask_all(&r, err);
    if (result == 0)
        result = db_txn(node->db, store, &r, err);
    arena_free(r.arena);
    return result;
}
