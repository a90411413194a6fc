/* The witness's look at a partner's log: its tiles, made from its leaves, must give every head that it has signed: the one it
 * shows now, the one we cosigned, and those that other witnesses cosigned. */
#include <inttypes.h>
#include <string.h>

#include "trust/witness/witness_internal.h"

#define CLAIMS_MAX 4                      /* other witnesses that are asked in one look; another look asks others */
#define LEAVES_MAX (UINT64_C(1) << 28)    /* what a partner can make us fetch and hold */
#define TILE_LEN (TILE_WIDTH * HASH_LEN)
#define LEVEL_TILE 8                      /* 256 leaves */

struct claim { /* a head that another witness cosigned */
    uint8_t witness[ID_LEN];
    struct checkpoint cp;
    str raw;
};

struct look {
    struct node *node;
    const struct witness_line *line;
    const struct partner *p;
    struct arena *arena;
    int64_t now_ms;
    struct note_verifier log;
    struct seen seen;              /* before anything was asked */
    struct claim claims[CLAIMS_MAX];
    size_t n_claims;
    str raw;                       /* the head it shows now */
    struct note note;
    struct checkpoint cp;
    struct merkle_hash *subtrees;  /* one for each 256 leaves that the head covers */
    str trouble;                   /* the look could not be finished */
    bool found;                    /* new evidence */
    bool contradicted;             /* any evidence, new or known */
};

static int keep(struct look *l, const char *kind, const uint8_t witness[static ID_LEN], str first, str second, str proof, struct err *err)
{
    struct witness_evidence e = {.kind = str_from(kind), .first = first, .second = second, .proof = proof};
    bool added;
    memcpy(e.log, l->p->id, ID_LEN);
    memcpy(e.witness, witness, ID_LEN);
    int result = witness_keep(l->node, &act_node, &e, l->now_ms, &added, err);
    l->contradicted = true;
    l->found = l->found || added;
    return result;
}

/* 200: 0 with the body. Else 1: the look ends here; what says that the log is damaged is evidence. */
static int fetch(struct look *l, const char *path, size_t len, str *body, struct err *err)
{
    struct http_answer answer;
    struct err why = {0};
    if (l->line->send(l->line->arg, l->p, l->arena, path, (bytes){0}, &answer, &why) < 0) {
        l->trouble = witness_tame(l->arena, str_from(why.text));
        return 1;
    }
    *body = bytes_str(answer.body);
    if (answer.status == 200 && (len == 0 || body->len == len))
        return 0;
    l->trouble = str_printf(l->arena, "%s: status %d: %s", path, answer.status,
                            answer.status == 200 ? "of a wrong length" : witness_tame(l->arena, *body).p);
    bool withheld = answer.status == 410 || (len > 0 && (answer.status == 404 || answer.status == 200));
    int result = withheld ? keep(l, "withheld", l->p->id, l->seen.checkpoint, l->raw, l->trouble, err) : 0;
    return result < 0 ? result : 1;
}

/* --- what others were shown --- */

static int ask_other(struct look *l, const struct partner *other)
{
    struct claim *c = &l->claims[l->n_claims];
    struct http_answer answer;
    struct note note;
    struct note_verifier witness;
    uint64_t seconds;
    const char *path = str_printf(l->arena, "/v1/witness/%s/checkpoint", witness_origin_hash(l->arena, l->log.name).p).p;
    if (l->line->send(l->line->arg, other, l->arena, path, (bytes){0}, &answer, NULL) < 0 || answer.status != 200)
        return 0;
    c->raw = bytes_str(answer.body);
    if (witness_open_head(l->arena, l->p, c->raw, &note, &c->cp, NULL) < 0 || note_witness_parse(other->witness_key, &witness, NULL) < 0 ||
        cosignature_verify(l->arena, &note, &witness, &seconds, NULL) < 0)
        return 0;
    memcpy(c->witness, other->id, ID_LEN);
    l->n_claims += seconds >= (uint64_t)l->seen.since_ms / 1000; /* else of a log that is known to be lost */
    return 0;
}

/* A few of the other witnesses, in turn. */
static int ask_others(struct look *l, struct err *err)
{
    struct partner *partners = NULL;
    size_t n = 0;
    int result = partner_list(l->node->db, l->arena, &partners, &n, err);
    const size_t first = n ? (size_t)(l->now_ms / WITNESS_BEAT_MS) % n : 0;
    for (size_t i = 0, asked = 0; i < n && asked < CLAIMS_MAX && result == 0; i++) {
        const struct partner *other = &partners[(first + i) % n];
        if (!witness_takes_part(other) || memcmp(other->id, l->p->id, ID_LEN) == 0)
            continue;
        asked++;
        result = ask_other(l, other);
    }
    return result;
}

/* --- the head it shows now --- */

static int compare_heads(struct look *l, struct err *err)
{
    int result = 0;
    if (l->cp.size < (uint64_t)l->seen.size)
        result = keep(l, "rollback", l->p->id, l->seen.checkpoint, l->raw, STR("the log shows fewer leaves than were cosigned before"), err);
    else if (l->seen.size > 0 && l->cp.size == (uint64_t)l->seen.size && memcmp(l->cp.root.b, l->seen.root.b, HASH_LEN) != 0)
        result = keep(l, "fork", l->p->id, l->seen.checkpoint, l->raw, STR("two heads of one size"), err);
    for (size_t i = 0; i < l->n_claims && result == 0; i++)
        if (l->claims[i].cp.size > l->cp.size) /* it was asked for before the log was */
            result = keep(l, "split", l->claims[i].witness, l->raw, l->claims[i].raw,
                          STR("another witness cosigned a later head than the log shows here"), err);
    return result;
}

/* 0, 1: the look ends here. */
static int fetch_head(struct look *l, struct err *err)
{
    struct err why = {0};
    int result = fetch(l, "/v1/log/checkpoint", 0, &l->raw, err);
    if (result != 0) {
        l->raw = STR("");
        return result;
    }
    if (witness_open_head(l->arena, l->p, l->raw, &l->note, &l->cp, &why) < 0) {
        l->trouble = witness_tame(l->arena, str_from(why.text));
        return 1;
    }
    if (l->cp.size > LEAVES_MAX) {
        l->trouble = STR("its log is too large to be looked at");
        return 1;
    }
    return compare_heads(l, err);
}

/* --- its tiles --- */

static const char *path_of(const struct look *l, const struct tile *tile)
{
    return str_printf(l->arena, "/v1/log/tile/%s", tile_path(l->arena, tile).p).p;
}

static int fetch_subtrees(struct look *l, struct err *err)
{
    const uint64_t n = l->cp.size >> LEVEL_TILE;
    int result = 0;
    l->subtrees = arena_array(l->arena, struct merkle_hash, n);
    for (uint64_t at = 0; at < n && result == 0; at += TILE_WIDTH) {
        struct tile tile = {1, at / TILE_WIDTH, n - at < TILE_WIDTH ? (unsigned)(n - at) : TILE_WIDTH};
        str body;
        if ((result = fetch(l, path_of(l, &tile), tile.width * HASH_LEN, &body, err)) == 0)
            memcpy(l->subtrees + at, body.p, body.len);
    }
    return result;
}

static int leaf_tile(struct look *l, uint64_t place, struct merkle_hash leaves[static TILE_WIDTH], struct err *err)
{
    const uint64_t there = l->cp.size - place * TILE_WIDTH;
    struct tile tile = {0, place, there < TILE_WIDTH ? (unsigned)there : TILE_WIDTH};
    struct merkle_frontier f = {0};
    struct merkle_hash root;
    str body;
    int result = fetch(l, path_of(l, &tile), tile.width * HASH_LEN, &body, err);
    if (result != 0)
        return result;
    memcpy(leaves, body.p, body.len);
    for (unsigned i = 0; i < tile.width && result == 0; i++)
        result = merkle_frontier_add(&f, &leaves[i], NULL, NULL, err);
    merkle_frontier_root(&f, &root);
    if (result < 0 || tile.width < TILE_WIDTH || memcmp(root.b, l->subtrees[place].b, HASH_LEN) == 0)
        return result;
    l->trouble = str_printf(l->arena, "%s does not give the hash over it", path_of(l, &tile));
    result = keep(l, "leaves", l->p->id, l->seen.checkpoint, l->raw, l->trouble, err);
    return result < 0 ? result : 1;
}

/* The root over the first size leaves as the tiles give it. */
static int root_of(struct look *l, uint64_t size, struct merkle_hash *root, struct err *err)
{
    struct merkle_frontier whole = {0}, rest = {0};
    struct merkle_hash leaves[TILE_WIDTH], all[2 * MERKLE_PROOF_MAX];
    const uint64_t tiles = size >> LEVEL_TILE, width = size % TILE_WIDTH;
    int result = width ? leaf_tile(l, tiles, leaves, err) : 0;
    for (uint64_t i = 0; i < tiles && result == 0; i++)
        result = merkle_frontier_add(&whole, &l->subtrees[i], NULL, NULL, err);
    for (uint64_t i = 0; i < width && result == 0; i++)
        result = merkle_frontier_add(&rest, &leaves[i], NULL, NULL, err);
    if (result != 0)
        return result;
    memcpy(all, whole.hashes, whole.n * sizeof all[0]);
    memcpy(all + whole.n, rest.hashes, rest.n * sizeof all[0]);
    if (size == 0)
        merkle_empty(root);
    else
        merkle_join(root, all, whole.n + rest.n);
    return 0;
}

struct must_give { const char *kind; const uint8_t *witness; uint64_t size; const struct merkle_hash *root; str first, second; const char *says; };

static int check_root(struct look *l, const struct must_give *m, struct err *err)
{
    struct merkle_hash root;
    if (m->size == 0 || m->size > l->cp.size)
        return 0;
    int result = root_of(l, m->size, &root, err);
    if (result != 0 || memcmp(root.b, m->root->b, HASH_LEN) == 0)
        return result;
    str proof = str_printf(l->arena, "%s: the leaves give %s", m->says, base64_encode(l->arena, (bytes){root.b, HASH_LEN}).p);
    return keep(l, m->kind, m->witness, m->first, m->second, proof, err);
}

static int check_roots(struct look *l, struct err *err)
{
    const struct must_give now = {"leaves", l->p->id, l->cp.size, &l->cp.root, l->seen.checkpoint, l->raw,
                                  "the leaves do not give the head that is signed now"};
    const struct must_give then = {"leaves", l->p->id, (uint64_t)l->seen.size, &l->seen.root, l->seen.checkpoint, l->raw,
                                   "the leaves do not give the head that was cosigned before"};
    const bool before = l->contradicted;
    int result = check_root(l, &now, err);
    if (result != 0 || l->contradicted != before) /* leaves that do not give their own head say nothing about other heads */
        return result;
    result = check_root(l, &then, err);
    for (size_t i = 0; i < l->n_claims && result == 0; i++) {
        const struct claim *c = &l->claims[i];
        const struct must_give other = {"split", c->witness, c->cp.size, &c->cp.root, l->raw, c->raw,
                                        "another witness cosigned a head that the leaves shown here do not give"};
        result = check_root(l, &other, err);
    }
    return result;
}

/* --- the outcome --- */

/* What was looked at whole is cosigned: it is more than a proof. Never backwards: add-checkpoint may have been faster. */
static int store(struct db *db, void *arg, struct err *err)
{
    struct look *l = arg;
    struct seen now;
    int64_t open = 0;
    str line;
    int result = witness_store_seen(db, l->p->id, l->arena, &now, err);
    if (result == 0)
        result = witness_store_open_count(db, l->p->id, &open, err);
    if (result < 0 || now.since_ms != l->seen.since_ms) /* somebody confirmed meanwhile */
        return result;
    now.trouble = l->trouble;
    if (l->trouble.len == 0 && !l->contradicted)
        now.looked_ms = l->now_ms;
    if (now.looked_ms == l->now_ms && open == 0 && l->cp.size > (uint64_t)now.size) {
        if ((result = witness_cosign(l->node, l->arena, l->note.text, l->now_ms, &line, err)) < 0)
            return result;
        now.size = (int64_t)l->cp.size;
        now.root = l->cp.root;
        now.checkpoint = str_printf(l->arena, "%s%s", witness_bare(l->arena, &l->note, &l->log).p, line.p);
    }
    return witness_store_put_seen(db, l->p->id, &now, err);
}

int witness_look(struct node *node, const struct witness_line *line, const struct partner *p, int64_t now_ms, struct err *err)
{
    struct look l = {.node = node, .line = line, .p = p, .arena = arena_new(), .now_ms = now_ms, .trouble = STR("")};
    int result = note_verifier_parse(p->log_key, &l.log, err);
    if (result == 0)
        result = witness_store_seen(node->db, p->id, l.arena, &l.seen, err);
    if (result == 0)
        result = ask_others(&l, err);
    if (result == 0)
        result = fetch_head(&l, err);
    if (result == 0)
        result = fetch_subtrees(&l, err);
    if (result == 0)
        result = check_roots(&l, err);
    if (result >= 0)
        result = db_txn(node->db, store, &l, err);
    arena_free(l.arena);
    return result < 0 ? result : l.found;
}
