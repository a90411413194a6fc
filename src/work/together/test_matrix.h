/* For test_matrix: what is walked. Expectations are written by hand, apart from the rooms' tables. */
#ifndef COMITY_TEST_MATRIX_H
#define COMITY_TEST_MATRIX_H

#include "trust/act/test_expected.h"
#include "work/together/test_together.h"

struct matrix {
    struct together *t;
    uint8_t id[ID_LEN];                       /* of what is walked now */
    uint8_t question[ID_LEN], consent[ID_LEN], grant[ID_LEN], letter[ID_LEN];
    int64_t n, n_done;                        /* combinations; those of them that may be done */
    int64_t serial;                           /* so that no two questions are alike */
};

/* Something that a member does. */
struct deed {
    const char *what, *verb;
    /* A letter for each state: + it is done; else with what it is refused: d ERR_DENIED, e ERR_EXISTS, u ERR_USAGE, n ERR_NOT_FOUND, i ERR_INPUT. A capital: it is
     * refused so whoever asks. */
    const char *by_state;
    bool her_part; /* the verb asks for no part in the file, the room does */
    int (*run)(struct matrix *m, const struct casework *w);
    const char *purpose; /* NULL: protection */
};
struct thing {
    const char *name;
    const char *const *states; /* names; ends with NULL */
    void (*make)(struct matrix *m, int state); /* a fresh one, in m->id */
    const struct deed *deeds;  /* ends with a NULL name */
};
extern const struct thing request_asked, request_held, referral_given, referral_taken, interview_ours, question_theirs, recording_ours, statement_came, grant_ours, allegation_ours;

/* Letters: what partners can do to what is here, in every state, and what others cannot. */
void walk_letters(struct matrix *m);
/* The pure tables whole. */
void walk_tables(struct matrix *m);
/* fn in an act of the node's own. */
void raw(struct matrix *m, act_fn fn, void *arg);

#endif
