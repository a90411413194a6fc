/* index_job: the answer maps follow the records by themselves, so that a changed status reaches the partners without a command. */
#ifndef COMITY_SERVE_INDEX_JOB_H
#define COMITY_SERVE_INDEX_JOB_H

#include "trust/serve/jobs.h"

extern const struct serve_job index_job;

/* When a run is due, as one rule: something is new, nobody is just writing more of it (or that has gone on too long), and the last run is so long
 * ago that the maps take a small part of the machine's time at most. */
struct index_wish {
    bool fresh;             /* something changed since the last run */
    int64_t newest_ms;      /* when the last of it did */
    int64_t since_ms;       /* when this was first seen; 0: just now */
    int64_t ended_ms, took_ms; /* of the last run; 0: none yet */
};
bool index_due(const struct index_wish *wish, int64_t now_ms);

#endif
