/* For tests of trust/grant: some agencies, paired each with each, and a post that loses, doubles and reorders as it is told.
 *
 * letter_send, post_read and post_erase stand here for the post's own, so that a test decides what arrives when; everything behind them
 * (acts, log, tables, both databases) is real. What an act sends goes into the bag only when the act is committed.
 */
#ifndef COMITY_GRANT_TEST_WORLD_H
#define COMITY_GRANT_TEST_WORLD_H

#include "trust/grant/grant_internal.h"
#include "trust/peer/test_house.h"

#define WORLD_NODES 5
#define WORLD_NOW 1795467960123
#define DAY_MS (24LL * 3600 * 1000)

struct mail {
    int from, to;
    uint8_t id[ID_LEN], grant[ID_LEN];
    bool has_grant, gone; /* gone: delivered, and not to come again unless a test says so */
    const char *kind;
    str purpose, name, type;
    bytes payload;
};

struct inbox_item {
    int node;
    uint8_t id[ID_LEN];
    struct letter_content content;
    bytes payload;
    bool erased;
};

struct world {
    struct arena *a;
    struct house houses[WORLD_NODES];
    uint8_t ids[WORLD_NODES][ID_LEN];
    int n;
    int64_t now_ms;
    struct mail *bag;
    size_t n_bag, n_committed, cap_bag;
    struct inbox_item *items;
    size_t n_items, cap_items;
    bool keyless[WORLD_NODES]; /* nobody has a letter key of theirs that is still good */
};

void world_open(struct world *w, int n);
void world_close(struct world *w);

struct grant world_terms(const struct world *w); /* H0, A1, TLP amber, all fields, 30 days, protection */
/* Acts; what they return. give: a referral with its grant. */
int world_give(struct world *w, int from, int to, struct grant *g, uint8_t letter[static ID_LEN], struct err *err);
int world_forward(struct world *w, int node, const uint8_t letter[static ID_LEN], int to, struct grant *child, uint8_t id[static ID_LEN], struct err *err);
int world_change(struct world *w, int node, const uint8_t grant[static ID_LEN], const struct grant *terms, struct err *err);
int world_withdraw(struct world *w, int node, const uint8_t grant[static ID_LEN], struct err *err);
int world_expire(struct world *w, int node);                   /* how many; ends the test when it fails */
/* Reads as a person would: asked, then read. */
int world_read(struct world *w, int node, const uint8_t letter[static ID_LEN], struct err *err);

int world_deliver(struct world *w, size_t i, struct err *err); /* what the effect gave; marks it gone */
void world_deliver_all(struct world *w);                       /* in order, until nothing is left */
size_t world_waiting(const struct world *w);
struct grant_item world_item(struct world *w, int node, const uint8_t grant[static ID_LEN]); /* as grant_list shows it */

#endif
