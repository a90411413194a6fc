/* shield_job: while offences are open, partners' new maps and our new records are looked through, and overdue decisions go up. */
#ifndef COMITY_SHIELD_JOB_H
#define COMITY_SHIELD_JOB_H

#include "trust/serve/jobs.h"

extern const struct serve_job shield_job;

#endif
