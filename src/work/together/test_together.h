/* For tests above the rooms of work: three agencies that know each other, each with a case of the same person, tied two by two.
 *
 *     struct together *t = together_open();
 *     struct casework w = together_as(t, OURS);             // as the caseworker who opened the case
 *     together_carry_all(t);
 *     together_close(t);
 *
 * Ends the test when something cannot be done.
 */
#ifndef COMITY_TEST_TOGETHER_H
#define COMITY_TEST_TOGETHER_H

#include "trust/letter/test_post_house.h"
#include "work/cases/consent_act.h"
#include "work/interviews/interview.h"
#include "work/requests/referral.h"

enum { OURS, PARTNER, THIRD, AGENCIES };
#define HOUR_MS (INT64_C(3600) * 1000)

struct together {
    struct arena *a;
    struct post_house house[AGENCIES];
    struct text *text;
    struct names *names;
    struct field_rules rules;
    struct actor worker[AGENCIES];
    uint8_t file[AGENCIES][ID_LEN], person[AGENCIES][ID_LEN];
    uint8_t tie[AGENCIES][AGENCIES][ID_LEN]; /* the same from both sides */
    int64_t now_ms;
    struct err err;
};
extern const struct post_kinds together_kinds;

#define OK(expression) \
    do { \
        t->err.text[0] = 0; \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, t->err.text); \
    } while (0)

struct together *together_open(void);
void together_close(struct together *t);
struct casework together_as(const struct together *t, int house);
/* Letters that wait from one to another; the last receipt's status in *status, which may be NULL: then all must be taken. */
size_t together_carry(struct together *t, int from, int to, enum letter_status *status);
void together_carry_all(struct together *t);
/* At OURS: an interview of her; her consent, recorded now, for the partner named and the purpose protection. */
void together_plan(struct together *t, uint8_t interview[static ID_LEN]);
void together_consent(struct together *t, const char *recipient, uint8_t id[static ID_LEN]);
void together_ask_partners(struct together *t, const uint8_t *interview);
int together_window(struct together *t, const struct casework *w, const uint8_t *interview, int64_t until_ms);
/* A recording of an interview at OURS; sealed, with the question answered if there is one. */
void together_record(struct together *t, const uint8_t interview[static ID_LEN], uint8_t id[static ID_LEN]);
void together_seal(struct together *t, const uint8_t id[static ID_LEN], const uint8_t *question);

#endif
