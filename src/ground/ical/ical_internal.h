/* Private to ground/ical: what goes to comity-calendar and comes back. Numbers are big-endian. */
#ifndef COMITY_ICAL_INTERNAL_H
#define COMITY_ICAL_INTERNAL_H

#include "ground/ical/ical.h"

enum { ICAL_ASKED = 16, ICAL_SPAN = 17 };              /* i64 from, i64 until, the file; i64 start, i64 end, u8: 1 local, 2 days */
enum ical_said { ICAL_SAID = 1, ICAL_NONE, ICAL_TOO_MUCH }; /* the first byte of the answer */

#endif
