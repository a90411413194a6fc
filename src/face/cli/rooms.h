/* rooms: opening a node from a command, with the tables of every room.
 *
 *     struct node *node;
 *     int result = cli_node_open(cli, cli->args[0], &node);
 */
#ifndef COMITY_CLI_ROOMS_H
#define COMITY_CLI_ROOMS_H

#include "face/cli/cli.h"
#include "trust/letter/post.h"

/* The schemas of all rooms above trust/act, NULL-terminated: for node_open. */
extern const struct db_schema *const room_schemas[];

/* The kinds of letters that this program understands. */
extern const struct post_kinds room_kinds;

/* Starts crypto and opens the folder; the error is in cli->err. Close with node_close. */
MUST_USE int cli_node_open(struct cli *cli, const char *dir, struct node **out);

#endif
