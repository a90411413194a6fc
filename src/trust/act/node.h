/* node: one agency's folder, opened. The one long-lived object of the program; main makes it, doors pass it on.
 *
 *     DIR/comity.json   agency, country, kind, database url, listening address, time zone   (no secrets)
 *     DIR/keys          the keyring (mode 0600)
 *     DIR/comity.db     SQLite, unless another database url was given
 *     DIR/search/       search segments     DIR/maps/      answer maps, ours per partner and partners' for us
 *     DIR/tls.key, tls.crt                  the transport key, replaceable (trust/peer makes them)
 *
 *     struct node *node;
 *     if (node_open("lotus-house", rooms, &node, &err) < 0) ...
 *
 * Several processes may have the same folder open: serve and the command line do. Not here: what the node does (act.h).
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

struct act;
struct node {
    struct arena *arena; /* lives as long as the node */
    const char *dir;
    struct agency agency;
    const char *db_url;  /* as db_open takes it */
    str listen;          /* "127.0.0.1:8443", the address serve uses unless told otherwise */
    str time_zone;       /* "Asia/Phnom_Penh", in which people read times; empty: UTC */
    struct db *db;
    struct keyring *keys;
    struct vault *vault;
    struct log *log;
    struct act *acting;  /* while an act's function runs: that act; its purpose says what may be read (work/cases/firewall.h) */
    bool shares;         /* made by node_open_again: keys, vault and log belong to the first */
};

/* The agency is one that can be written into comity.json: kind of the table, country of ISO 3166-1. ERR_USAGE says which. */
MUST_USE int agency_check(const struct agency *agency, struct err *err);

struct node_settings {
    struct agency agency;
    const char *db_url; /* NULL: SQLite in the folder */
    str listen;         /* empty: NODE_LISTEN_DEFAULT */
    str time_zone;      /* empty: UTC */
};
#define NODE_LISTEN_DEFAULT "127.0.0.1:7443"

/* Makes the folder with keys, settings, database and the first leaf. It may exist if it is empty; its parent must exist.
 * ERR_EXISTS if the folder or the database is taken. Either everything is made or no folder is left behind. */
MUST_USE int node_create(const char *dir, const struct node_settings *settings, int64_t now_ms, struct err *err);

/* In which zone people read times, without opening anything; empty: UTC, or no agency's folder is here. From arena. */
str node_time_zone(const char *dir, struct arena *a);

/* rooms: the schemas of rooms above this one, NULL-terminated, or NULL; brought to their newest version together with those of
 * vault, log and act. The error says what is missing and what to do. */
MUST_USE int node_open(const char *dir, const struct db_schema *const *rooms, struct node **out, struct err *err);
/* A second database connection for another thread; the rest is shared (read-only after node_open). */
MUST_USE int node_open_again(const struct node *node, struct node **out, struct err *err);
void node_close(struct node *node);

const char *node_path(const struct node *node, struct arena *a, const char *name); /* DIR/name */

#endif
