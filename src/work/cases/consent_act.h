/* consent_act: a consent is kept, data is given under it, and all of it is taken back.
 *
 * What: the acts on consents. Giving: a letter under a grant that holds only the groups of fields she named, to an agency she named, no
 *       longer than she said; the grant's id is kept in the consent. Withdrawing ends those grants.
 * Why:  a withdrawal that only changes a field here changes nothing for her. What was given must be asked back, and seen to be gone.
 *
 *     consent_keep(&w, file, a, &record, err);
 *     consent_share(&w, file, a, consent, &(struct consent_share){.to = &partner, .purpose = STR("protection")}, letter, err);
 *     consent_withdraw(&w, file, a, consent, &(struct consent_end){.why = why}, err);    // and a recall goes to each holder
 *
 * Each is one act with its leaf, decided by the member's part in the file. Not here: pages, what a holder does with a recall (trust/grant).
 */
#ifndef COMITY_CASES_CONSENT_ACT_H
#define COMITY_CASES_CONSENT_ACT_H

#include "trust/grant/grant.h"
#include "work/cases/casefile.h"
#include "work/cases/consent.h"

#define CONSENT_GRANTS_MAX 64  /* that one consent may carry */
#define CONSENT_SHARE_DAYS 365 /* where she named no last day */

/* A new one: values and whom it is about are filled; con_Consent is derived here. Fills id. */
MUST_USE int consent_keep(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, struct record *consent, struct err *err);
/* The copy for her was handed over. */
MUST_USE int consent_copied(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t consent[static ID_LEN],
                            struct err *err);

struct consent_share {
    const struct partner *to;
    str purpose; /* one that she named */
    /* Something else than the fields: a letter of its own (kind, type, name, file or payload), which belongs to the group `element` and not to its
     * fields. NULL: the fields. also: within the act, once the grant is given. */
    const struct letter *parcel;
    str element;
    /* The fields in a letter of another kind: makes *l of them, within the act; fields is empty when she has none of that group. May be NULL. */
    int (*wrap)(struct arena *a, void *arg, str fields, struct letter *l, struct err *err);
    int (*also)(struct node *node, struct act *act, void *arg, const struct grant *grant, const uint8_t letter[static ID_LEN], struct err *err);
    void *also_arg;
};
/* Does it hold today, and did she name this partner and purpose: 0, or ERR_DENIED. err NULL: only the answer. Pure. */
int consent_lets(const struct node *node, const struct record *consent, const struct partner *to, str purpose, int64_t now_ms, struct err *err);
/* ERR_DENIED: the consent does not hold, or does not name the partner or the purpose. ERR_INPUT: nothing that it covers is written down.
 * letter: its id. */
MUST_USE int consent_share(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t consent[static ID_LEN],
                           const struct consent_share *what, uint8_t letter[static ID_LEN], struct err *err);
/* Pure: what would be sent of the file's records, as JSON, from arena. *n_values: how many values it holds. */
str consent_payload(struct arena *a, const struct record *consent, const struct record *all, size_t n, size_t *n_values);
extern const char *const consent_payload_lists[FIELD_UNITS]; /* under which names records stand in it; NULL: at the top, or never */
/* The reverse, at whoever was given it: changes for casefile_make, from arena; the file's own record first, the person second, what tells of
 * her behind. Each value is checked as if it had been typed. ERR_INPUT: it holds something else; the sentence names the field. */
MUST_USE int consent_payload_read(struct arena *a, const struct field_rules *rules, bytes in, struct casefile_change **out, size_t *n, struct err *err);

/* Grants that rest on it, from arena, in the order in which they were given. */
MUST_USE int consent_grants(struct node *node, struct arena *a, const struct record *consent, int64_t now_ms, struct grant_item **out, size_t *n,
                            struct err *err);

/* Takes back one; the consent stays. ERR_NOT_FOUND: it does not rest on this consent. */
MUST_USE int consent_recall(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t consent[static ID_LEN],
                            const uint8_t grant[static ID_LEN], struct err *err);

/* Every grant on it that has not ended is taken back, but for those in kept, which rest on something else. ERR_DENIED: it was not given. */
struct consent_end { str why; const uint8_t (*kept)[ID_LEN]; size_t n_kept; };
MUST_USE int consent_withdraw(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t consent[static ID_LEN],
                              const struct consent_end *end, struct err *err);

/* What was given under her consents is asked back when she is erased: a line of the table of erase.h. */
struct erase_whom;
MUST_USE int consent_erase(struct node *node, struct act *act, const struct erase_whom *whom, struct arena *a, struct err *err);

#endif
