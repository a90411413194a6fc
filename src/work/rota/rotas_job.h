/* rotas_job: by the clock: what waits for its draw is drawn, what is drawn is made, counters are drawn at the hour (rotas.h). */
#ifndef COMITY_ROTAS_JOB_H
#define COMITY_ROTAS_JOB_H

#include "trust/serve/jobs.h"

extern const struct serve_job rotas_job, rotas_search_job;

#endif
