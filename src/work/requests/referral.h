/* referral: a person is passed on to another agency with just what she agreed to; accepted or refused there, and followed up by both.
 *
 * What: a row on each side under the id of the letter that offered her; its states as one table; what is told of her since, with dates.
 * Why:  a telephone number on a slip is no referral. Whether she arrived, and what became of her, is known to who sent her.
 *
 *     referral_send(&w, file, consent, &(struct referral_new){.to = &partner, .purpose = STR("protection"), .reason = STR("Other")}, id, &err);
 *     referral_accept(&w, &rules, id, file, &err);      // the partner: a case is opened for her from what was sent
 *     referral_follow(&w, id, &(struct referral_step){.outcome = STR("Arrived"), .day = STR("2026-11-28")}, &err);
 *
 * What is sent rests on her consent (consent_act.h). When she takes it back, or its time is over, the partner's letter is erased, and with it
 * what was copied from it into the partner's case (referrals_tend); what people there wrote themselves stays. Letters behind the first name
 * nobody. When she is erased there, a letter ends it, and the node's signed word says that what was sent is gone. A referral that is refused is asked back at once. Not here: pages; letters of kind "referral" that are given on the consent's page.
 */
#ifndef COMITY_REQUESTS_REFERRAL_H
#define COMITY_REQUESTS_REFERRAL_H

#include "work/requests/request.h"

#define REFERRAL_MEDIA_TYPE "application/x-comity-referral"
#define REFERRAL_STEPS_MAX 200
#define REFERRAL_ERASED "Erased" /* a code that erasing alone writes: nobody chooses it */

extern const struct letter_kind referral_kinds[]; /* "referral", "referral-state": in front of trust/grant's */

extern const struct request_word referral_refusals[]; /* NoPlace, NotOurs, Danger, NotReached, HerWish, Elsewhere, Erased, Other */
extern const struct request_word referral_outcomes[]; /* Arrived, Supported, NotCome, PassedOn, Left, Completed, Erased, Other */

/* --- pure: what can become of one --- */

enum referral_state { REFERRAL_NONE, REFERRAL_OFFERED, REFERRAL_ACCEPTED, REFERRAL_REFUSED, REFERRAL_ENDED, REFERRAL_RECALLED, REFERRAL_STATES };
enum referral_event { REFERRAL_OFFER, REFERRAL_ACCEPT, REFERRAL_REFUSE, REFERRAL_FOLLOW, REFERRAL_END, REFERRAL_RECALL, REFERRAL_EVENTS };
enum referral_side { REFERRAL_GIVER = 1, REFERRAL_TAKER = 2 };
/* The state after an event of this side, or REFERRAL_NONE: it cannot happen. */
enum referral_state referral_after(enum referral_state state, enum referral_event event, enum referral_side by);
bool referral_is_open(enum referral_state state);
const char *referral_state_words(enum referral_state state); /* a message */

/* --- what is kept --- */

struct referral {
    uint8_t id[ID_LEN], partner[ID_LEN], tie[ID_LEN], grant[ID_LEN];
    bool outgoing;
    enum referral_state state;
    int64_t sent_ms, answered_ms, ended_ms; /* 0: not yet */
    bool has_member;
    uint8_t member[ID_LEN];       /* who offered her, or who accepted or refused */
    str purpose, reason, refusal; /* codes: of access_purposes, of cas_ReasonForOutgoingReferral, of referral_refusals */
    /* only where it is looked at: */
    str why, fields, words;       /* fields: JSON as consent_payload writes it; words: of the refusal */
    bool readable;                /* why and fields, at the partner: as long as the grant lets it */
    int64_t until_ms;             /* how long it is given for; 0: it is over */
};

struct referral_new { const struct partner *to; str purpose, reason, why; };
/* The act of giving (VERB_SHARE): a grant, the letter, a tie, a record of the referral in the file. ERR_DENIED: she did not agree to it. */
MUST_USE int referral_send(const struct casework *w, const uint8_t file[static ID_LEN], const uint8_t consent[static ID_LEN], const struct referral_new *what,
                           uint8_t id[static ID_LEN], struct err *err);

/* Open ones first, newest first; codes and times only, in an act (VERB_REFERRALS). */
MUST_USE int referral_list(const struct casework *w, struct arena *a, struct referral **out, size_t *n, struct err *err);
/* For which purpose she was sent; no act: a code. */
MUST_USE int referral_purpose(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, str *purpose, struct err *err);

struct referral_step { bool ours, last; int64_t at_ms; str day, outcome, words; }; /* day: as a field of dates is stored; may be empty */
/* One with all that was said since; a look with its leaf. */
MUST_USE int referral_look(const struct casework *w, const uint8_t id[static ID_LEN], struct arena *a, struct referral *out, struct tie *tie,
                           struct referral_step **steps, size_t *n, struct err *err);

/* The partner. file: the case that was opened, or the one in which the tie has her already. */
MUST_USE int referral_accept(const struct casework *w, const struct field_rules *rules, const uint8_t id[static ID_LEN], uint8_t file[static ID_LEN], struct err *err);
/* reason: a code of referral_refusals. */
MUST_USE int referral_refuse(const struct casework *w, const uint8_t id[static ID_LEN], str reason, str words, struct err *err);
/* Either side, while it is accepted; step->last ends it (the partner alone). */
MUST_USE int referral_follow(const struct casework *w, const uint8_t id[static ID_LEN], const struct referral_step *step, struct err *err);

/* By the clock: what was taken back or whose time is over is gone from the cases too. *n: how many. */
MUST_USE int referrals_tend(struct node *node, const struct names *names, int64_t now_ms, int64_t *n, struct err *err);
/* No act: how many wait for an answer of ours. */
MUST_USE int referral_count(struct db *db, int64_t *waiting, struct err *err);

#endif
