/* watch_job: by the clock: names behind numbers are erased when their date is over (watched.h). */
#ifndef COMITY_WATCH_WATCH_JOB_H
#define COMITY_WATCH_WATCH_JOB_H

#include "trust/serve/jobs.h"

extern const struct serve_job watch_job;

#endif
