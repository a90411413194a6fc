/* interview_internal: what the acts, the letters and the register share. */
#ifndef COMITY_INTERVIEWS_INTERNAL_H
#define COMITY_INTERVIEWS_INTERNAL_H

#include "work/interviews/interview_paper.h"
#include "work/interviews/interview_store.h"

/* What every act on an interview has in its hands. */
struct on_interview {
    const struct casework *w;
    struct arena *a;
    const uint8_t *file, *id;
    struct record interview;
};
struct act interview_act(const struct casework *w, enum verb verb, const uint8_t *file);
void interview_is_about(struct act *act, const uint8_t *id);
str interview_number(struct arena *a, int64_t n);
/* The record's next version, in which these fields are what they are; one that repeats is named once for each of its values. */
MUST_USE int interview_change_record(struct node *node, struct act *act, struct arena *a, const struct record *stored, const char *const names[],
                                     const str texts[], size_t n, struct err *err);

/* One letter of this room's to a partner, within the act. */
MUST_USE int interview_letter(struct node *node, const struct act *act, struct arena *a, const struct partner *to, const struct interview_paper *p, struct err *err);
/* An interview or a question of the file; ERR_NOT_FOUND when the id is of something else. */
MUST_USE int interview_record(struct node *node, const uint8_t file[static ID_LEN], const uint8_t id[static ID_LEN], enum field_unit unit, struct arena *a,
                              struct record *out, struct err *err);
/* Her, with the records of the file read for it. Borrows file and person. */
MUST_USE int interview_of_file(struct node *node, const uint8_t *file, const uint8_t *person, struct arena *a, struct interview_of *out, struct err *err);
/* Can this be done now, within an act: see interview_can. */
MUST_USE int interview_can_now(struct node *node, const struct record *interview, enum interview_event event, enum interview_side by, int64_t now_ms,
                               struct arena *a, struct err *err);
/* The window of this interview is shut for one who knows of it; who cannot be written to stands in nobody's way. */
MUST_USE int interview_tell_shut(struct node *node, int64_t now_ms, const struct tie *tie, const struct record *interview, struct arena *a, struct err *err);
/* Her interviews that were held: what is open of them ends, in acts of the node's own. */
MUST_USE int interview_end_held(struct node *node, const struct interview_of *who, int64_t now_ms, struct arena *a, struct err *err);
/* Text and topic are those of a question. ERR_INPUT. */
MUST_USE int interview_question_check(str text, str topic, struct err *err);

#endif
