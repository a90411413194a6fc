/* holders_talk: the messages of a set-up as they travel: everything said so far, each by its holder, signed by its agency.
 *
 *     u8 round | the set-up | of each round before it, of each holder: what it said, its signature
 *
 * Pure but for whose keys are whose (the partners).
 */
#ifndef COMITY_DESK_HOLDERS_TALK_H
#define COMITY_DESK_HOLDERS_TALK_H

#include "work/desk/holders.h"

/* The fourth is the last, or, where somebody complains, in its place: who is complained of opens that one share, and everybody judges. */
enum { TALK_OFFER = 1, TALK_DEAL, TALK_WORD, TALK_KEYS, TALK_OPEN, TALK_JUDGE, TALK_ROUNDS };
#define TALK_SAID_MAX SETUP_DEAL_MAX
#define TALK_ABOUT_MAX (2 * ID_LEN + 10 + THRESHOLD_HOLDERS_MAX * ID_LEN)
#define TALK_MAX (1 + TALK_ABOUT_MAX + 4 * THRESHOLD_HOLDERS_MAX * (TALK_SAID_MAX + SIGNATURE_LEN))

struct talk {
    struct holders_what what;
    struct setup_offer offers[THRESHOLD_HOLDERS_MAX];
    struct setup_deal deals[THRESHOLD_HOLDERS_MAX];
    struct setup_word words[THRESHOLD_HOLDERS_MAX];
    uint8_t opened[THRESHOLD_HOLDERS_MAX][THRESHOLD_HOLDERS_MAX][32]; /* by dealer, then by holder that complains; else zeros */
    uint8_t signatures[TALK_ROUNDS][THRESHOLD_HOLDERS_MAX][SIGNATURE_LEN]; /* by round, then holder; 0 is not used */
};

size_t talk_about_write(const struct holders_what *w, uint8_t out[static TALK_ABOUT_MAX]);
MUST_USE int talk_about_read(struct reader *in, struct holders_what *out, struct err *err);

/* Is what is said in it signed? Of the keys and of a judgement each makes its own. */
static inline bool talk_signs(unsigned round)
{
    return round != TALK_KEYS && round != TALK_JUDGE;
}
/* Was that round said before this one, so that it travels with it? */
bool talk_comes_before(unsigned said, unsigned round);
/* The first complaint: of which dealer, by whom, from 1. False: nobody complains. */
bool talk_complaint(const struct talk *t, unsigned *dealer, unsigned *holder);
bool talk_complained_of(const struct talk *t, unsigned dealer);

/* What holder i (from 0) said in a round, and back. */
size_t talk_said(const struct talk *t, unsigned round, unsigned i, uint8_t out[static TALK_SAID_MAX]);
MUST_USE int talk_take(struct talk *t, unsigned round, unsigned i, bytes said, struct err *err);
size_t talk_said_len(const struct holders_what *w, unsigned round);

/* The request of a round: all that was said before. */
bytes talk_write(struct arena *a, const struct talk *t, unsigned round);
MUST_USE int talk_read(bytes b, struct talk *out, unsigned *round, struct err *err);

/* What an agency signs: which set-up, which round, which holder, what it says. From arena. */
bytes talk_signed(struct arena *a, const struct holders_what *w, unsigned round, unsigned i, bytes said);

#endif
