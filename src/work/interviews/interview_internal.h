/* interview_internal: what the acts, the letters and the register share. */
#ifndef COMITY_INTERVIEWS_INTERNAL_H
#define COMITY_INTERVIEWS_INTERNAL_H

#include "work/interviews/interview_paper.h"
#include "work/interviews/interview_store.h"

/* One letter of this room's to a partner, within the act. */
MUST_USE int interview_letter(struct node *node, const struct act *act, struct arena *a, const struct partner *to, const struct interview_paper *p, struct err *err);
/* An interview or a question of the file; ERR_NOT_FOUND when the id is of something else. */
MUST_USE int interview_record(struct node *node, const uint8_t file[static ID_LEN], const uint8_t id[static ID_LEN], enum field_unit unit, struct arena *a,
                              struct record *out, struct err *err);
/* Her, with the records of the file read for it. Borrows file and person. */
MUST_USE int interview_of_file(struct node *node, const uint8_t *file, const uint8_t *person, struct arena *a, struct interview_of *out, struct err *err);

#endif
