/* import_jobs: the imports that people have sent through a page: checked first, then done in the background.
 *
 * What: a file in memory goes through waiting -> checked (a dry run: what each column is taken for, which rows are refused and why) ->
 *       queued -> running -> done. One thread checks, one imports, so two imports at once wait for each other and nobody else does.
 * Why:  91,043 rows take longer than a request may; whoever sent them may close the page and find it again.
 *
 *     import_jobs_add(jobs, &order, id, err);
 *     const struct import_job *job = import_jobs_hold(jobs, member, id, now, &status);    // NULL: not hers, or not there any more
 *     ... status.state == IMPORT_CHECKED: job->checked says what would be read ...
 *     import_jobs_let_go(jobs, job);
 *     import_jobs_start(jobs, member, id, now, err);
 *
 * Only its owner finds a job. Its bytes are in memory alone, bounded, and wiped when it is done, dropped, or was not started within the
 * hour; what became of it is kept for a day, or until the program ends. Thread-safe. Not here: pages, what an import does (cases/import.h).
 */
#ifndef COMITY_WEB_IMPORT_JOBS_H
#define COMITY_WEB_IMPORT_JOBS_H

#include "work/cases/import_files.h"

#define IMPORT_FILE_MAX ((size_t)64 * 1024 * 1024) /* bytes */
#define IMPORT_BAD_KEPT 1000                       /* refused rows that are told one by one */

enum import_state {
    IMPORT_WAITING, IMPORT_CHECKING, IMPORT_CHECKED,
    IMPORT_UNMAPPED,   /* it has columns, and whoever sent it has to say what they are */
    IMPORT_UNREADABLE, IMPORT_QUEUED, IMPORT_RUNNING, IMPORT_DONE,
    IMPORT_STOPPED     /* in the middle: what is in is in */
};

struct import_bad { int64_t line; str text; };

struct import_job;
/* Of a job as it is now. */
struct import_status {
    enum import_state state;
    str name;                       /* of the file */
    int64_t rows, offset, size;     /* while it is checked or done: bytes of the file, read so far and all */
    int64_t elapsed_ms, added_ms;   /* since it began to run; when it was sent */
    size_t ahead;                   /* imports before it in the queue */
    /* From CHECKED on, and not changed until it is checked again, which makes a new job of it: */
    const struct import_result *checked;
    const struct import_bad *bad;   /* the first IMPORT_BAD_KEPT */
    size_t n_bad;
    const struct import_result *done; /* of DONE and STOPPED: what was added */
    str error;                      /* of UNMAPPED, UNREADABLE and STOPPED */
    bool files;                     /* it becomes files, not persons alone */
    str encoding;                   /* as it was ordered; empty: found out */
};

struct import_order {
    const struct actor *actor; /* a member, copied */
    str name;                  /* of the file, copied */
    bytes content;             /* copied */
    bool files;                /* a file for each row (import_files.h), which the actor answers for; spec is of no meaning */
    str encoding, spec;        /* empty: to be found out; spec as in struct columns_options */
    int64_t now_ms;
};

struct import_jobs;

/* Borrows node (which it opens again for its thread), names and text until import_jobs_close. */
MUST_USE int import_jobs_open(const struct node *node, const struct names *names, const struct text *text, struct import_jobs **out, struct err *err);
void import_jobs_close(struct import_jobs *jobs); /* ends what runs at the next row; no request may be left. NULL is allowed */

/* Fills id. A job of this member that was not started is replaced. ERR_LIMIT: one of hers runs, or too much is in memory. */
MUST_USE int import_jobs_add(struct import_jobs *jobs, const struct import_order *order, uint8_t id[static ID_LEN], struct err *err);
/* Checks the same bytes again in another reading: a new job takes the place of the old one, under the same id. ERR_NOT_FOUND: not hers,
 * or not at that point. */
MUST_USE int import_jobs_check(struct import_jobs *jobs, const uint8_t member[static ID_LEN], const uint8_t id[static ID_LEN], str encoding, str spec,
                               int64_t now_ms, struct err *err);
/* A checked one goes into the queue. ERR_NOT_FOUND as above. */
MUST_USE int import_jobs_start(struct import_jobs *jobs, const struct actor *actor, const uint8_t id[static ID_LEN], int64_t now_ms, struct err *err);
/* One that does not run is forgotten. ERR_NOT_FOUND as above. */
MUST_USE int import_jobs_drop(struct import_jobs *jobs, const uint8_t member[static ID_LEN], const uint8_t id[static ID_LEN], struct err *err);

/* Fills status, which borrows from the job until it is let go. NULL: not hers, or not there. */
struct import_job *import_jobs_hold(struct import_jobs *jobs, const uint8_t member[static ID_LEN], const uint8_t id[static ID_LEN], int64_t now_ms,
                                    struct import_status *status);
void import_jobs_let_go(struct import_jobs *jobs, struct import_job *job);
/* Waits until it is checked, at most so long: most lists are short. */
void import_jobs_wait(struct import_jobs *jobs, const uint8_t id[static ID_LEN], int at_most_ms);

struct import_listed { uint8_t id[ID_LEN]; enum import_state state; str name; int64_t added_ms; };
/* A member's, newest first, from arena. */
size_t import_jobs_list(struct import_jobs *jobs, const uint8_t member[static ID_LEN], int64_t now_ms, struct arena *a, struct import_listed **out);

#endif
