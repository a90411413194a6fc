/* people: what the clock does for members: rows of sessions and attempts that are over go. */
#ifndef COMITY_SERVE_PEOPLE_H
#define COMITY_SERVE_PEOPLE_H

#include "trust/serve/jobs.h"

extern const struct serve_job people_job;

#endif
