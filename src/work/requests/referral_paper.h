/* referral_paper: what travels between the two sides of a referral, as bytes: strict JSON with a version. Pure. */
#ifndef COMITY_REFERRAL_PAPER_H
#define COMITY_REFERRAL_PAPER_H

#include "work/requests/referral.h"
#include "work/requests/request_paper.h"

struct paper_referral { uint8_t tie[ID_LEN]; str reason, why, fields; };
/* code: of a refusal, or an outcome; day: ISO, or empty. */
struct paper_step { uint8_t referral[ID_LEN]; enum referral_event event; str code, day, words; };

str paper_referral_write(struct arena *a, const struct paper_referral *p);
str paper_step_write(struct arena *a, const struct paper_step *p);
/* Strings from arena. ERR_INPUT, ERR_LIMIT say what does not fit; ERR_PEER: a later version. */
MUST_USE int paper_referral_read(struct arena *a, bytes in, struct paper_referral *out, struct err *err);
MUST_USE int paper_step_read(struct arena *a, bytes in, struct paper_step *out, struct err *err);

#endif
