/* statement_give: a statement goes to a partner, as the person agreed, and comes from one; it is checked before anybody relies on it, and its
 * recall takes the read.
 *
 * What: the act of giving (a copy as a letter of kind "statement" under a grant that the consent keeps), the list of what was given and what was
 *       left out of it, the letters of statements that came, the job that checks them, and hearing one.
 * Why:  she told it once: whoever may use it uses this, and whoever may no longer, no longer does.
 *
 *     statement_give(&w, file, recording, &(struct statement_gift){.to = &partner, .consent = id, .purpose = STR("investigation")}, letter, &err);
 *     statements_received(node, arena, &list, &n, &err);            // within an act
 *     statement_place(&w, letter, file, person, &err);               // the act: it is about this person, where the letter did not say so
 *     statement_hear(&w, letter, &err);                              // the act: who, why; for those who have a part in her case
 *
 * Not here: whether the person is asked again (work/interviews), pages.
 */
#ifndef COMITY_STATEMENTS_GIVE_H
#define COMITY_STATEMENTS_GIVE_H

#include "trust/letter/post.h"
#include "work/cases/consent_act.h"
#include "work/requests/tie.h"
#include "work/statements/statement_copy.h"

#define STATEMENT_MEDIA_TYPE "application/x-comity-statement"

extern const struct letter_kind statement_kinds[]; /* "statement": in front of those of trust/grant */

struct statement_gift {
    const struct partner *to;
    uint8_t consent[ID_LEN];         /* the record of the consent on which it rests: it names partner, purpose, and the group "Statement" */
    str purpose;
    const struct statement_cut *cut; /* NULL: all of it */
};
/* Sealed before the act, in constant memory; nothing lies in the clear. letter: its id. ERR_DENIED says what the consent lacks, or that it is not
 * sealed. */
MUST_USE int statement_give(const struct casework *w, const uint8_t file[static ID_LEN], const uint8_t recording[static ID_LEN],
                            const struct statement_gift *gift, uint8_t letter[static ID_LEN], struct err *err);

/* What was given of a recording, newest first, from arena. Within an act of the caller's. */
struct statement_given { uint8_t letter[ID_LEN], partner[ID_LEN], grant[ID_LEN]; int64_t at_ms; struct statement_cut cut; };
MUST_USE int statements_given(struct node *node, const uint8_t recording[static ID_LEN], struct arena *a, struct statement_given **out, size_t *n,
                              struct err *err);

enum statement_standing { STATEMENT_UNCHECKED, STATEMENT_HOLDS, STATEMENT_BROKEN };
struct statement_received {
    uint8_t letter[ID_LEN], partner[ID_LEN];
    enum statement_standing standing;
    int64_t taken_ms, checked_ms;
    struct statement statement; /* once it was checked */
    int64_t held;               /* of its leaves */
    bool has_tie;
    uint8_t tie[ID_LEN];        /* with the partner: whom it is about */
};
MUST_USE int statements_received(struct node *node, struct arena *a, struct statement_received **out, size_t *n, struct err *err);
/* Those about the person whom a tie means. */
MUST_USE int statements_received_of(struct node *node, const struct tie *tie, struct arena *a, struct statement_received **out, size_t *n, struct err *err);
MUST_USE int statement_received_find(struct node *node, const uint8_t letter[static ID_LEN], struct arena *a, struct statement_received *out, struct err *err);

/* Whether it can no longer be read, whatever for: recalled, or its time is over. Never fails: what cannot be looked up is lost. */
bool statement_lost(struct node *node, const struct statement_received *s, int64_t now_ms);

/* Checks those that came and were not checked yet, as far as they can still be read; an act of the node's own for each. *n: how many. */
MUST_USE int statements_examine(struct node *node, int64_t now_ms, int64_t *n, struct err *err);

struct serve_job; /* trust/serve/jobs.h */
extern const struct serve_job statements_job; /* statements_examine, by the clock */

/* Whose it is: file and person of the tie. ERR_NOT_FOUND: the letter named nobody who is in a case here. No act: ids. */
MUST_USE int statement_about(struct node *node, const struct statement_received *s, struct tie *out, struct err *err);
/* The act of putting one that is in no case to a person of this one, by who works on it. ERR_EXISTS: it is in a case. */
MUST_USE int statement_place(const struct casework *w, const uint8_t letter[static ID_LEN], const uint8_t file[static ID_LEN],
                             const uint8_t person[static ID_LEN], struct err *err);
/* The act of hearing one that came, by who has a part in the person's case: the grant is asked, the reference says why. ERR_DENIED: no part, in no case,
 * recalled, ended, another purpose, or it does not hold. */
MUST_USE int statement_hear(const struct casework *w, const uint8_t letter[static ID_LEN], struct err *err);
/* Its leaves in order, within or behind that act: fn as in statement_check_new. ERR_NOT_FOUND: it can no longer be read. */
MUST_USE int statement_leaves(struct node *node, const uint8_t letter[static ID_LEN], statement_piece_fn fn, void *arg, struct err *err);

/* What a player hears, piece after piece, in constant memory, by a thread of its own: a session's media header, and its clusters from the first
 * that begins at or behind from_ms. own: a connection of the stream's own (node_open_again), closed with it, also when it fails. */
struct statement_stream;
MUST_USE int statement_stream_open(struct node *own, const uint8_t letter[static ID_LEN], int64_t session, int64_t from_ms, struct statement_stream **out,
                                   struct err *err);
int64_t statement_stream_pull(void *stream, uint8_t *to, size_t max); /* 0: the end; negative: it broke off */
void statement_stream_close(void *stream);

#endif
