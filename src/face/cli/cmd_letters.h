/* cmd_letters: what the commands on letters share. Private to cmd_letters*.c. */
#ifndef COMITY_CMD_LETTERS_H
#define COMITY_CMD_LETTERS_H

#include "face/cli/cli.h"
#include "trust/letter/post.h"

/* The letter that the second argument names; a usage error else. */
MUST_USE int letter_argument(struct cli *cli, uint8_t id[static ID_LEN]);

#endif
