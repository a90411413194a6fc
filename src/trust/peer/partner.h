/* partner: the agencies this node has paired with, and what it lets each of them do.
 *
 * What: one row per partner: who it is, where it answers, its keys, how many questions a day it may ask.
 * Why:  every other room that deals with a partner (index, ask, serve) starts here and trusts nothing else.
 *
 *     struct partner *partners;
 *     size_t n;
 *     if (partner_list(node->db, a, &partners, &n, err) < 0) ...
 *     for (size_t i = 0; i < n; i++)
 *         build_map(partners[i].id, ...);
 *
 * Not here: how a partner gets in (pair.h), the wire (wire.h), its answer maps (trust/match).
 */
#ifndef COMITY_PEER_PARTNER_H
#define COMITY_PEER_PARTNER_H

#include "ground/crypto/crypto.h"
#include "ground/db/db.h"

#define PARTNER_NAME_MAX 32
#define PARTNER_ADDRESS_MAX 255
#define PARTNER_BUDGET_DEFAULT 200 /* questions a day */
#define PARTNER_BUDGET_MAX 100000

enum partner_status { PARTNER_ACTIVE = 1, PARTNER_SUSPENDED = 2, PARTNER_REVOKED = 3 };

struct partner {
    uint8_t id[ID_LEN];      /* first 16 bytes of SHA-256 of the agency key: the same on every node */
    str name;                /* short, a-z 0-9 and '-': what the command line calls it; unique here */
    str agency, country, kind;
    str address;             /* "host:port" where it answers, or empty */
    uint8_t agency_key[SIGN_PUBLIC_LEN]; /* Ed25519: signs its invitations, questions, answers */
    uint8_t tls_pin[HASH_LEN];           /* SHA-256 of its transport key (SubjectPublicKeyInfo) */
    str log_key;             /* its log's verifier key, signed-note form */
    str witness_key;         /* of its cosignatures, C2SP type 0x04; empty: paired before there were any */
    uint8_t letter_key[32];  /* X25519 recipient of letters to it */
    int64_t letter_key_until_ms; /* 0: none known */
    enum partner_status status;
    int64_t status_ms;       /* since when; 0: since it was paired */
    int64_t revoked_index;   /* PARTNER_REVOKED: what its log has from here on, its key did not sign (directory.h) */
    int64_t daily_budget;    /* questions it may ask us in one UTC day */
    int64_t paired_ms;
};

extern const struct db_schema peer_schema;

void partner_id(const uint8_t agency_key[static SIGN_PUBLIC_LEN], uint8_t id[static ID_LEN]);
str partner_id_text(const struct partner *p, struct arena *a); /* 32 hex digits */

/* With strings of its own, from arena. */
struct partner partner_copy(struct arena *a, const struct partner *p);

/* All partners, by name; strings from arena. */
MUST_USE int partner_list(struct db *db, struct arena *a, struct partner **out, size_t *n, struct err *err);
/* By short name or by id in hex. ERR_NOT_FOUND tells how to see who is there. */
MUST_USE int partner_find(struct db *db, struct arena *a, str name, struct partner *out, struct err *err);
MUST_USE int partner_by_id(struct db *db, struct arena *a, const uint8_t id[static ID_LEN], struct partner *out, struct err *err);
/* By the pinned transport key of a connection. ERR_DENIED for a stranger or a stopped partner. */
MUST_USE int partner_by_pin(struct db *db, struct arena *a, const uint8_t pin[static HASH_LEN], struct partner *out, struct err *err);

/* Inserts or updates. ERR_EXISTS when the short name belongs to another partner. Within act_run. */
MUST_USE int partner_put(struct db *db, const struct partner *p, struct err *err);

/* A short name from an agency's, not yet taken: "Border Police Unit 4" gives "border-police-unit-4". From arena. */
MUST_USE int partner_name_free(struct db *db, struct arena *a, str agency, str *name, struct err *err);

#endif
