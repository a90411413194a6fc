/* day_internal: what the files that write and read records share. */
#ifndef COMITY_DESK_DAY_INTERNAL_H
#define COMITY_DESK_DAY_INTERNAL_H

#include "work/desk/day.h"

struct buf day_frame_start(struct arena *a, char kind);
bytes day_frame_finish(struct buf *b);
/* H or T, as out->kind says. */
MUST_USE int day_over_read(struct reader *in, struct day_record *out, struct err *err);

#endif
