/* grants: the job that lets grants end: what has expired loses the read within half a minute (grant/grant.h). */
#ifndef COMITY_SERVE_GRANTS_H
#define COMITY_SERVE_GRANTS_H

#include "trust/serve/jobs.h"

extern const struct serve_job grants_job;

#endif
