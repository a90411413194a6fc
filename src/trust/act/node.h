/* node: one agency's folder, opened. The one long-lived object of the program; main makes it, doors pass it on.
 *
 *     DIR/comity.json   agency, country, kind, database url, listening address   (no secrets)
 *     DIR/keys          the keyring (mode 0600)
 *     DIR/comity.db     SQLite, unless another database url was given
 *     DIR/search/       search segments     DIR/maps/      answer maps, ours per partner and partners' for us
 *     DIR/tls.key, tls.crt                  the transport key, replaceable (trust/peer makes them)
 */
#ifndef COMITY_ACT_NODE_H
#define COMITY_ACT_NODE_H

#include "ground/crypto/keyring.h"
#include "ground/db/db.h"
#include "trust/log/log.h"
#include "trust/vault/vault.h"

#define AGENCY_NAME_MAX 120

struct agency {
    str name;    /* 1..120 bytes of UTF-8, no control characters */
    str country; /* ISO 3166-1 alpha-2, upper case */
    str kind;    /* one of agency_kinds */
};
extern const char *const agency_kinds[]; /* "police", "prosecutor", "immigration", "labour", "shelter", "ngo", ... NULL */

struct node {
    struct arena *arena; /* lives as long as the node */
    const char *dir;
    struct agency agency;
    const char *db_url;
    str listen;          /* "127.0.0.1:8443", the address serve uses unless told otherwise */
    struct db *db;
    struct keyring *keys;
    struct vault *vault;
    struct log *log;
};

/* Makes DIR with keys, database, schema and first leaf. db_url NULL: SQLite in DIR. ERR_EXISTS if DIR holds a node. Either
 * everything is made or nothing is left behind. */
MUST_USE int node_create(const char *dir, const struct agency *agency, const char *db_url, int64_t now_ms, struct err *err);
MUST_USE int node_open(const char *dir, struct node **out, struct err *err);
/* A second database connection for another thread; the rest is shared (read-only after node_open). */
MUST_USE int node_open_again(const struct node *node, struct node **out, struct err *err);
void node_close(struct node *node);

const char *node_path(const struct node *node, struct arena *a, const char *name); /* DIR/name */

#endif
