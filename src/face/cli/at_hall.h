/* at_hall: what the commands of a hall begin with: the node, the hall, its day of today.
 *
 *     struct at_hall at;
 *     int r = at_hall_open(cli, 1, false, &at);       // options: AT_HALL_OPTION
 *     ...
 *     at_hall_close(&at);
 */
#ifndef COMITY_CLI_AT_HALL_H
#define COMITY_CLI_AT_HALL_H

#include "face/cli/cli.h"
#include "work/desk/halls.h"

#define AT_HALL_OPTION {"hall", "HALL", "its name or its number of 32 hex digits; not needed where there is one hall"}

struct at_hall {
    struct node *node;
    struct halls *halls;
    struct hall *hall;
    struct hall_setup posted;
    struct actor operator;
    struct hall_hand hand;
};

/* The hall that --hall names, or the only one. */
MUST_USE int at_hall_find(struct cli *cli, struct node *node, struct hall_setup *out);
/* args: how many positional arguments stand behind DIR. begin: the day begins if nobody has begun it. */
MUST_USE int at_hall_open(struct cli *cli, int args, bool begin, struct at_hall *at);
void at_hall_close(struct at_hall *at);
/* Argument i as a number. */
MUST_USE int at_hall_number(struct cli *cli, int i, const char *what, int64_t max, int64_t *out);
/* The board as text or as JSON. */
MUST_USE int at_hall_board(struct cli *cli, const struct at_hall *at);

#endif
