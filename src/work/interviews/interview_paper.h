/* paper: the letters between who interviews and the others, as bytes: strict JSON with a version. Pure. */
#ifndef COMITY_INTERVIEWS_PAPER_H
#define COMITY_INTERVIEWS_PAPER_H

#include "work/interviews/interview.h"

#define INTERVIEW_PAPER_MAX (256 * 1024)
#define INTERVIEW_STATEMENTS_MAX 100

enum interview_paper_kind { PAPER_WINDOW, PAPER_QUESTION, PAPER_STATE, PAPER_REGISTER, PAPER_BACK, INTERVIEW_PAPERS };
struct interview_paper {
    enum interview_paper_kind kind;
    uint8_t tie[ID_LEN], interview[ID_LEN], question[ID_LEN]; /* interview: not of a register; question: of the two in the middle and the last */
    int64_t until_ms;      /* window; 0: shut */
    str language;          /* window */
    str text, topic, why;  /* question */
    str state, reason;     /* state: in, joined, aside */
    struct interview_register reg;
};
str interview_paper_write(struct arena *a, const struct interview_paper *p);
MUST_USE int interview_paper_read(struct arena *a, enum interview_paper_kind kind, bytes in, struct interview_paper *out, struct err *err);
extern const char *const interview_letters[INTERVIEW_PAPERS]; /* kinds of letters, by enum interview_paper_kind */

#endif
