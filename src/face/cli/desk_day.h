/* desk_day: a file with a day of a hall, for `comity desk verify` and `comity verify`. */
#ifndef COMITY_CLI_DESK_DAY_H
#define COMITY_CLI_DESK_DAY_H

#include "face/cli/cli.h"
#include "face/cli/out.h"
#include "work/desk/day.h"

/* On all cores. err does not name the file. */
MUST_USE int desk_day_check(const char *file, const struct day_trust *trust, struct day_found *out, struct err *err);
/* The witnesses that --witness names, into trust. */
MUST_USE int desk_day_witnesses(struct cli *cli, struct day_trust *trust);
void desk_day_say(struct buf *b, const char *file, const struct day_found *found);
void desk_day_json(struct out *o, struct arena *a, const struct day_found *found);

#endif
