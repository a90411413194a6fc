/* line: the asker's end of a connection to one partner: its statement and its answer maps, kept up to date.
 *
 * What: fetches the partner's signed statement and the maps it lists that are not here yet; opens them.
 * Why:  a question is only worth asking when its answer can be looked up, in maps that are provably the partner's.
 *
 *     peer_line_open(node, &partner, &identity, &line, err);     // no I/O yet; uses what an earlier run fetched
 *     peer_line_sync(line, now, err);                            // one request, and the new maps
 *
 *     DIR/maps/from/PARTNER/statement.json                  the last statement that was accepted whole
 *     DIR/maps/from/PARTNER/EPOCH-NUMBER-DIGEST.map         a file with this name was verified before it got the name
 *
 * Nothing of a statement counts before all of its maps are here. Not here: questions (ask.h).
 */
#ifndef COMITY_PEER_LINE_H
#define COMITY_PEER_LINE_H

#include "ground/http/http.h"
#include "trust/act/node.h"
#include "trust/match/map.h"
#include "trust/peer/partner.h"
#include "trust/peer/wire.h"

struct peer_line {
    struct arena *arena;
    struct arena *statement_arena; /* of the statement below; replaced with it */
    struct node *node;
    struct partner partner;        /* a copy */
    const struct http_identity *identity;
    struct http_client *client;
    const char *ruleset;           /* what this node's keys are made by */
    uint8_t own_id[ID_LEN];
    const char *folder;
    bool ready;                    /* statement and maps are usable */
    struct wire_statement statement;
    struct map *maps[WIRE_MAPS_MAX];
    size_t n_maps;
};

/* Borrows node, identity and ruleset (names_ruleset) until peer_line_close. ERR_USAGE when the partner has no address. */
MUST_USE int peer_line_open(struct node *node, const struct partner *partner, const struct http_identity *identity, const char *ruleset,
                       struct peer_line **out, struct err *err);
void peer_line_close(struct peer_line *l); /* NULL is allowed */

/* ERR_IO: not reached; ERR_CRYPTO: signature, key or a map's digest does not hold; ERR_PEER: what came is not a statement for
 * us, is older than the last, or speaks by other rules; in each case what was there before stays as it was. */
MUST_USE int peer_line_sync(struct peer_line *l, int64_t now_ms, struct err *err);

/* GET (body.p NULL) or POST; anything but a 200 becomes an error that tells what the partner said. */
MUST_USE int peer_line_send(struct peer_line *l, struct arena *a, const char *path, bytes body, size_t max_answer, bytes *out, struct err *err);

#endif
