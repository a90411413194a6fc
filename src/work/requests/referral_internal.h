/* referral_internal: what the acts and the letters of referrals share. */
#ifndef COMITY_REFERRAL_INTERNAL_H
#define COMITY_REFERRAL_INTERNAL_H

#include "work/requests/referral_paper.h"
#include "work/requests/referral_store.h"

/* The row after an event; the times follow. ERR_USAGE: it cannot happen to a referral that stands where this one does. */
MUST_USE int referral_move(struct referral_row *row, enum referral_event event, enum referral_side by, int64_t now_ms, struct err *err);
/* What a step says, sealed behind the referral; of a refusal its words beside the row. */
MUST_USE int referral_step_put(struct node *node, struct arena *a, const struct paper_step *p, bool ours, int64_t now_ms, struct err *err);
MUST_USE int referral_words_put(struct node *node, struct referral_row *row, str words, struct err *err);

#endif
