/* referrals_views: what the pages of referrals show. */
#ifndef COMITY_WEB_REFERRALS_VIEWS_H
#define COMITY_WEB_REFERRALS_VIEWS_H

#include "face/web/layout.h"

struct referral_line {
    str id, partner, sent;
    const char *state; /* a message */
    bool outgoing, open;
};
struct referrals_view {
    const struct layout *page;
    struct referral_line *in, *out;
    size_t n_in, n_out;
};

struct referral_form_view {
    const struct layout *page;
    str file, consent, why, reference;
    struct choices to, purposes, reasons;
};

struct referral_step_view { str at, day, words; const char *outcome; bool ours, last; };
struct referral_view {
    const struct layout *page;
    str id, partner, sent, answered, ended, until, why, fields, words, by, file, person, day, follow_words, refuse_words;
    const char *state, *reason, *refusal; /* messages; reason and refusal may be NULL */
    bool outgoing, open, readable, may_accept, may_follow, may_end, known;
    struct referral_step_view *steps;
    size_t n_steps;
    struct choices refusals, outcomes;
};

#endif
