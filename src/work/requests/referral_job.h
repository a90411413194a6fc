/* referral_job: by the clock, cases lose what was sent with a referral and taken back since. A line in face/cli/cmd_serve.c's table. */
#ifndef COMITY_REFERRAL_JOB_H
#define COMITY_REFERRAL_JOB_H

#include "trust/serve/jobs.h"

extern const struct serve_job referrals_job;

#endif
