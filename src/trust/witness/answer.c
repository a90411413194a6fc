/* What partners are answered: a cosignature or why not, what was cosigned last, our head, our tiles. */
#include <string.h>

#include "trust/witness/witness_internal.h"

#define TEXT_TYPE "text/plain; charset=utf-8"
#define TILE_PREFIX STR("/v1/log/tile/")

/* --- add-checkpoint, c2sp.org/tlog-witness --- */

struct adding {
    const struct node *node;
    const struct partner *partner;
    struct arena *arena;
    struct add_checkpoint request;
    struct note_verifier log;
    struct note note;
    struct checkpoint cp;
    int64_t now_ms;
    int status;        /* the decision */
    str body;
    struct seen seen;
    const char *kind;  /* of evidence, or NULL */
};

static int refuse(struct adding *d, int status, str sentence)
{
    d->status = status;
    d->body = str_printf(d->arena, "%.*s\n", STR_ARG(sentence));
    return 0;
}

/* Whether the proof leads from what was cosigned last to the new head. */
static bool follows(struct adding *d, struct err *why)
{
    struct merkle_hash empty;
    const struct add_checkpoint *r = &d->request;
    merkle_empty(&empty);
    if (d->cp.size == 0 && memcmp(d->cp.root.b, empty.b, HASH_LEN) != 0)
        err_set(why, ERR_CRYPTO, "a log without leaves has another root");
    else if (r->old_size == 0 && r->proof.n > 0)
        err_set(why, ERR_CRYPTO, "a proof from a log without leaves must be empty");
    else if (r->old_size > 0 && r->old_size == d->cp.size && r->proof.n > 0)
        err_set(why, ERR_CRYPTO, "a proof between equal sizes must be empty");
    else if (r->old_size > 0 && merkle_verify_consistency(r->old_size, d->cp.size, &r->proof, &d->seen.root, &d->cp.root, why) < 0)
        d->kind = "broken";
    else
        return true;
    return false;
}

static int cosign(struct adding *d, struct db *db, struct err *err)
{
    str line;
    int result = witness_cosign(d->node, d->arena, d->note.text, d->now_ms, &line, err);
    if (result < 0)
        return result;
    d->seen.size = (int64_t)d->cp.size;
    d->seen.root = d->cp.root;
    d->seen.checkpoint = str_printf(d->arena, "%.*s%.*s", STR_ARG(witness_bare(d->arena, &d->note, &d->log)), STR_ARG(line));
    d->status = 200;
    d->body = line;
    return witness_store_put_seen(db, d->partner->id, &d->seen, err);
}

/* In one transaction: what is compared is what is replaced. Runs again after a lost race. */
static int decide(struct db *db, void *arg, struct err *err)
{
    struct adding *d = arg;
    struct err why = {0};
    int64_t open = 0;
    d->kind = NULL;
    int result = witness_store_seen(db, d->partner->id, d->arena, &d->seen, err);
    if (result == 0)
        result = witness_store_open_count(db, d->partner->id, &open, err);
    if (result < 0)
        return result;
    const bool same_size = d->seen.size > 0 && d->cp.size == (uint64_t)d->seen.size;
    if (same_size && memcmp(d->cp.root.b, d->seen.root.b, HASH_LEN) != 0)
        d->kind = "fork";
    if (d->request.old_size != (uint64_t)d->seen.size) {
        d->status = 409;
        d->body = str_printf(d->arena, "%lld\n", (long long)d->seen.size);
        return 0;
    }
    if (d->kind)
        return refuse(d, 422, STR("this head has another root than the one of the same size that was cosigned before"));
    if (open > 0)
        return refuse(d, 422, STR("this witness holds evidence against the log: its operator must confirm first"));
    if (!follows(d, &why))
        return refuse(d, 422, str_from(why.text));
    return cosign(d, db, err);
}

static int keep_evidence(struct adding *d, struct node *node, struct err *err)
{
    struct actor actor = {.name = partner_id_text(d->partner, d->arena), .role = STR("partner")};
    struct witness_evidence e = {.kind = str_from(d->kind), .first = d->seen.checkpoint, .second = d->request.checkpoint,
                                 .proof = add_checkpoint_format(d->arena, &d->request)};
    bool added;
    memcpy(e.log, d->partner->id, ID_LEN);
    memcpy(e.witness, d->partner->id, ID_LEN);
    return witness_keep(node, &actor, &e, d->now_ms, &added, err);
}

int witness_add(struct node *node, const struct partner *p, str body, int64_t now_ms, struct arena *a, struct http_reply *reply, struct err *err)
{
    struct adding d = {.node = node, .partner = p, .arena = a, .now_ms = now_ms};
    struct err why = {0};
    int result = 0;
    if (add_checkpoint_parse(a, body, &d.request, &why) < 0 || note_parse(a, d.request.checkpoint, &d.note, &why) < 0 ||
        checkpoint_parse(d.note.text, &d.cp, &why) < 0)
        refuse(&d, 400, str_from(why.text));
    else if (note_verifier_parse(p->log_key, &d.log, &why) < 0 || !str_eq(d.cp.origin, d.log.name))
        refuse(&d, 404, STR("this witness watches your own log only, under the name that stood in your invitation"));
    else if (note_verify(&d.note, &d.log, &why) < 0)
        refuse(&d, 403, str_from(why.text));
    else if (d.request.old_size > d.cp.size)
        refuse(&d, 400, STR("the old size is larger than the head's"));
    else
        result = db_txn(node->db, decide, &d, err);
    if (result == 0 && d.kind)
        result = keep_evidence(&d, node, err);
    reply->status = d.status;
    reply->type = d.status == 409 ? "text/x.tlog.size" : TEXT_TYPE;
    reply->body = str_bytes(d.body);
    return result;
}

static int answer_add(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    return witness_add(node, p, bytes_str(q->body), clock_now_ms(), q->arena, reply, err);
}

/* --- what was cosigned last --- */

static int answer_seen(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    struct partner *partners = NULL;
    struct seen seen;
    size_t n = 0;
    int result = partner_list(node->db, q->arena, &partners, &n, err);
    (void)p; /* any partner may ask: it must know the log's name */
    for (size_t i = 0; result == 0 && i < n; i++) {
        if (!str_eq(witness_origin_hash(q->arena, witness_origin(&partners[i])), q->params[0]))
            continue;
        if ((result = witness_store_seen(node->db, partners[i].id, q->arena, &seen, err)) == 0 && seen.checkpoint.len) {
            reply->type = TEXT_TYPE;
            reply->body = str_bytes(seen.checkpoint);
            return 0;
        }
    }
    reply->status = 404; /* an answer like others, nothing for the operator */
    reply->type = TEXT_TYPE;
    reply->body = str_bytes(STR("this witness has cosigned no such log\n"));
    return result;
}

/* --- our own log: damage (ERR_CORRUPT) is told as it is, and is an answer that a witness understands --- */

static int answer_head(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    int64_t size;
    str note = {0};
    (void)p;
    int result = log_size(node->log, node->db, &size, err);
    if (result == 0)
        result = log_checkpoint(node->log, node->db, size, q->arena, &note, err);
    reply->type = TEXT_TYPE;
    reply->body = str_bytes(note);
    return result;
}

static int answer_tile(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    struct tile tile;
    (void)p;
    int result = tile_parse(str_slice(q->path, TILE_PREFIX.len, q->path.len), &tile, err);
    if (result == 0)
        result = log_tile(node->log, node->db, tile.level, tile.place, tile.width, q->arena, &reply->body, err);
    reply->type = "application/octet-stream";
    return result;
}

const struct peer_route witness_routes[] = {
    {"POST", "/v1/witness/add-checkpoint", ADD_CHECKPOINT_MAX, PEER_WORK, answer_add},
    {"GET", "/v1/witness/{}/checkpoint", 0, PEER_LIGHT, answer_seen},
    {"GET", "/v1/log/checkpoint", 0, PEER_LIGHT, answer_head},
    {"GET", "/v1/log/tile/{}/{}", 0, PEER_BULK, answer_tile}, /* 0/067 */
    {"GET", "/v1/log/tile/{}/{}/{}", 0, PEER_BULK, answer_tile}, /* 0/067.p/5, 0/x001/067 */
    {"GET", "/v1/log/tile/{}/{}/{}/{}", 0, PEER_BULK, answer_tile}, /* 0/x001/067.p/5 */
    {0},
};
