/* witness: nodes watch each other's logs, so that nobody can rewrite one alone.
 *
 * What: each node asks its partners every 2 s, when its log has grown, and every 60 s to cosign its head (round). Each looks
 *       once a minute, for large logs less often, whether a partner's leaves still give the head that it cosigned, and whether
 *       other partners were shown the same log (look). What contradicts itself is kept as evidence and said loudly.
 * Why:  a log agrees with itself even when it was rewritten as a whole. It does not agree with what others remember.
 *
 *     POST /v1/witness/add-checkpoint           c2sp.org/tlog-witness, for the partner's own log
 *     GET  /v1/witness/ORIGIN-HASH/checkpoint   what we cosigned last of a log
 *     GET  /v1/log/checkpoint  /v1/log/tile/... c2sp.org/tlog-tiles, hashes only: entries are given to nobody
 *
 * Partners see hashes and how many leaves there are, never a leaf. A cosignature writes no leaf (else two nodes that watch each
 * other would grow their logs for ever); evidence, confirmation and recovery are acts and do.
 * What a look costs the partner: hashing its leaves, once. The tiles of levels 0 and 1 are made from the leaves, not from stored
 * hashes, so an edit in the database shows although no leaf crosses the line.
 * Not here: the bytes (cosign.h), who is a partner (trust/peer), what read-only means (act_read_only in trust/act).
 */
#ifndef COMITY_WITNESS_H
#define COMITY_WITNESS_H

#include "trust/act/act.h"
#include "trust/peer/route.h"
#include "trust/serve/jobs.h"
#include "trust/witness/cosign.h"

extern const struct db_schema witness_schema;

extern const struct peer_route witness_routes[];

/* What a serving node does by the clock. */
#define WITNESS_ROUND_MS 2000  /* a log that has grown */
#define WITNESS_BEAT_MS 60000  /* one that has not; and a partner's log that is looked at */
extern const struct serve_job witness_round_job, witness_look_job;

/* The same by hand and in tests: over any line. */
struct witness_line {
    /* POST when body.p, else GET; any HTTP status is an answer. ERR_IO: not reached. */
    int (*send)(void *arg, const struct partner *p, struct arena *a, const char *path, bytes body, struct http_answer *out, struct err *err);
    void *arg;
    bool eager; /* witness_round also asks those whose turn it is not */
};
/* The one over HTTPS, with connections that stay open until the close. Borrows both; stopping may be NULL. */
struct witness_https;
struct witness_https *witness_https_open(const struct http_identity *identity, const bool *stopping);
void witness_https_close(struct witness_https *h); /* NULL is allowed */
struct witness_line witness_https_line(struct witness_https *h);

/* Asks all active partners with address and witness key for cosignatures, and keeps act_watch. Partners that cannot be reached
 * are no error: they are rows in witness_list. */
MUST_USE int witness_round(struct node *node, const struct witness_line *line, int64_t now_ms, struct err *err);
/* Looks at one partner's log. 0: it holds, or cannot be reached (then the row says why); 1: there is new evidence. */
MUST_USE int witness_look(struct node *node, const struct witness_line *line, const struct partner *p, int64_t now_ms, struct err *err);

/* --- what is known --- */
struct witness_row {
    struct partner partner;
    bool active;                        /* takes part: active, with witness key and address */
    int64_t seen_size, looked_ms;       /* its log as we cosigned it last; the last look that was whole; 0: none */
    int64_t told_size, cosigned_ms;     /* our log as it cosigned it last; 0: never */
    str trouble;                        /* what it or the line said last instead; empty: nothing */
    int64_t open;                       /* evidence against it that nobody has confirmed */
};
struct witness_quorum {
    struct act_watch watch;
    int64_t witnesses;                  /* that take part */
    int64_t size;                       /* the last head of ours that a quorum cosigned; -1: none */
    str checkpoint;                     /* it, with the cosignatures */
};
MUST_USE int witness_list(struct node *node, struct arena *a, struct witness_row **out, size_t *n, struct err *err);
MUST_USE int witness_quorum(struct node *node, struct arena *a, struct witness_quorum *out, struct err *err);
/* How long there has been no quorum; 0 when none is needed. */
int64_t witness_quorum_age(const struct witness_quorum *q, int64_t now_ms);

/* Kinds: "fork" two heads of one size; "broken" no proof leads from one to the other; "rollback" smaller than before; "leaves"
 * the leaves do not give the signed head; "withheld" leaves that the head covers are not there; "split" another witness was
 * shown another log; "behind" our own log, short of or beside a head that we signed. */
struct witness_evidence {
    uint8_t id[ID_LEN];
    uint8_t log[ID_LEN];                /* whose log: a partner's id, or our own */
    uint8_t witness[ID_LEN];            /* who showed the second head: the log itself, or another partner */
    str kind, first, second, proof;     /* signed heads, and the request or the sentence that shows the contradiction */
    int64_t found_ms, closed_ms;        /* 0: open */
};
const char *witness_kind_text(str kind); /* half a sentence for people */
/* Open ones first, then the newest. */
MUST_USE int witness_evidence_list(struct node *node, struct arena *a, struct witness_evidence **out, size_t *n, struct err *err);

/* A person has spoken with the partner and takes its log as it is now: closes what is open and begins anew. An act; the
 * evidence stays. Possible without evidence: a log that cannot be looked at, since its node has no address, may have been restored.
 * ERR_NOT_FOUND when nothing was cosigned either. */
MUST_USE int witness_confirm(struct node *node, const struct actor *actor, const struct partner *p, str reference, int64_t now_ms, struct err *err);
/* After an old backup was restored: our log goes on from what is left. An act; every witness must confirm before there is a
 * quorum again. ERR_USAGE when the log is not behind. */
MUST_USE int witness_recover(struct node *node, const struct actor *actor, str reference, int64_t now_ms, struct err *err);

#endif
