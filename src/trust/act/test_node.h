/* test_node: for tests, a node of its own: a new folder under /tmp, a fresh database on the engine the run is for (test_db_open.h), invented agency.
 *
 *     if (test_node_open(a, rooms, NOW, &f->dir, &f->node) < 0) return -1;
 *     ...
 *     test_node_close(f->node, f->dir);
 */
#ifndef COMITY_ACT_TEST_NODE_H
#define COMITY_ACT_TEST_NODE_H

#include "trust/act/act.h"

/* rooms as for node_open. dir is the node's folder, in one of its own, from arena. ERR_*, with the reason on stderr. */
MUST_USE int test_node_open(struct arena *a, const struct db_schema *const *rooms, int64_t now_ms, const char **dir, struct node **out);
/* Closes it (NULL is allowed) and takes its folder away. */
void test_node_close(struct node *node, const char *dir);
/* An active member whose id begins with first; who has just proved who he is. Ends the test if it cannot be written. */
struct actor test_node_member(struct node *node, uint8_t first, unsigned roles, int64_t now_ms);

#endif
