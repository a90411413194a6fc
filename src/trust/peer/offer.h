/* offer: what this node's index holds ready for one partner. The seam between trust/match/index and the wire. Private. */
#ifndef COMITY_PEER_OFFER_H
#define COMITY_PEER_OFFER_H

#include "trust/act/node.h"
#include "trust/peer/wire.h"

struct offer {
    uint32_t epoch;
    int64_t valid_from_ms, valid_until_ms;
    str ruleset;
    struct wire_map *maps;
    const char **paths; /* of maps[i], absolute or as DIR was given */
    size_t n_maps;
};

/* ERR_NOT_FOUND when there is no index for the partner yet. From arena. */
MUST_USE int offer_current(struct node *node, struct arena *a, const uint8_t partner[static ID_LEN], int64_t now_ms, struct offer *out,
                           struct err *err);
/* 0 while the epoch's key still answers: the current epoch, and the last ones for a grace period; ERR_NOT_FOUND else. */
MUST_USE int offer_epoch_open(struct node *node, uint32_t epoch, int64_t now_ms, struct err *err);

#endif
