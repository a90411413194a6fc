/* interview: one interview for all agencies: partners are asked first, they file their questions, it is held once, and counted everywhere.
 *
 * What: acts on the records of an interview and its questions, the letters between the one who interviews and the others, what each agency has put
 *       a person through, and when there may be another interview.
 * Why:  she tells it once and not five times.
 *
 *     interview_plan(&w, file, a, &record, &err);                         // a record of a person of the file
 *     interview_partners_asked(&w, file, a, interview, said, &err);       // what they answered (trust/peer/ask_all.h) and what their registers say
 *     interview_window(&w, file, a, interview, until_ms, &err);           // "interview-window" to every partner with a tie to her
 *     interview_file_question(&w, &(struct interview_question){..}, &err);   // the partner: "interview-questions" back
 *     interview_questions(a, records, n, interview, &list, &count);       // pooled, in the protocol's order
 *
 * A letter names nobody: it carries the tie (work/requests/tie.h). That an interview was held is told by a sealed recording of it (work/statements).
 * Not here: the room in the browser, the recording, pages.
 */
#ifndef COMITY_INTERVIEWS_INTERVIEW_H
#define COMITY_INTERVIEWS_INTERVIEW_H

#include "trust/letter/post.h"
#include "work/cases/casefile.h"
#include "work/interviews/rules.h"
#include "work/requests/tie.h"

#define INTERVIEW_MEDIA_TYPE "application/x-comity-interview"
#define INTERVIEW_QUESTION_MAX 2000 /* bytes of a question or of why it is asked */
#define INTERVIEW_QUESTIONS_MAX 200 /* of one interview */
#define INTERVIEW_WINDOWS_MAX 200   /* in a list */

extern const struct db_schema interviews_schema;
extern const struct letter_kind interview_kinds[]; /* "interview-window", "interview-questions", "question-state", "interview-register" */
struct serve_job;
extern const struct serve_job interviews_job;      /* tells the registers that changed */

/* --- who interviews --- */

/* A record of a person of the file (has_about); fills id. */
MUST_USE int interview_plan(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, struct record *interview, struct err *err);
/* What the partners answered, a line each, as it was; and, if one could not be reached, why she goes on without. */
struct interview_asked { str said; bool unreached; str why_on; };
MUST_USE int interview_partners_asked(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t interview[static ID_LEN],
                                      const struct interview_asked *asked, struct err *err);
/* Opens the window to partners with a tie to her, or shuts it (until_ms 0). ERR_DENIED: the partners were not asked, or it is a further interview
 * that may not be (interview_may). *told: to how many. */
MUST_USE int interview_window(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t interview[static ID_LEN],
                              int64_t until_ms, int64_t *told, struct err *err);
/* A question of this agency's own, or what becomes of any: reworded (the original stays), another phase or place, joined to another, set aside with
 * a reason, which goes back to whoever asked. */
struct interview_change { str text, phase, set_aside; const uint8_t *joined; int64_t order; };
MUST_USE int interview_question_add(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t interview[static ID_LEN],
                                    str text, str phase, str why, uint8_t id[static ID_LEN], struct err *err);
MUST_USE int interview_question_change(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t question[static ID_LEN],
                                       const struct interview_change *change, struct err *err);

/* Is it a further one: one was held here or a partner's register says so. Then it needs a ground, her own yes, and a second
 * person. 0, or ERR_DENIED with what is missing. */
MUST_USE int interview_may(struct node *node, const struct record *interview, struct arena *a, struct err *err);
/* May a recording of it begin: it is an interview of this file, the partners were asked, and it may be, if it is a further one. interview NULL, a
 * recording that is of no interview: only while nobody of the file was interviewed before. Before an act of the caller's. ERR_DENIED, ERR_NOT_FOUND. */
MUST_USE int interview_ready(struct node *node, const uint8_t file[static ID_LEN], const uint8_t *interview, struct arena *a, struct err *err);
/* Asks for the second person (VERB_INTERVIEW_AGAIN: ERR_PARKED); approved is what happens then. */
MUST_USE int interview_again(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t interview[static ID_LEN], str ground,
                             str reasons, bool own_yes, uint8_t approval[static ID_LEN], struct err *err);
int interview_again_agreed(struct node *node, struct act *act, void *arg, struct err *err); /* of the doors' table of struct approval_kind */

/* Pure: those of an interview in the protocol's order; those that were joined or set aside come last. From arena, borrows. */
struct interview_asking { const struct record *record; size_t phase; bool joined, set_aside; str from; /* partner in hex, or empty: our own */ };
void interview_questions(struct arena *a, const struct record *records, size_t n, const uint8_t interview[static ID_LEN], struct interview_asking **out, size_t *n_out);
/* Pure: those that text is held against, likeliest first: which of the file's questions are alike, and how much. */
struct interview_like { const struct record *record; int per_cent; };
void interview_held_against(struct arena *a, const struct record *records, size_t n, str text, struct interview_like **out, size_t *n_out);

/* --- a partner --- */

struct interview_open_window {
    uint8_t interview[ID_LEN];
    struct tie tie;
    int64_t until_ms, came_ms;
    str language;
};
/* Windows of persons who are in a file of ours and that are open now. In an act (VERB_WINDOWS). From arena. */
MUST_USE int interview_windows(const struct casework *w, struct arena *a, struct interview_open_window **out, size_t *n, struct err *err);
struct interview_own_question { uint8_t id[ID_LEN]; str text, why, phase, state, reason; int64_t at_ms, answered_ms; /* -1: not answered */ };
/* Those we filed in it, and what became of them. In an act (VERB_WINDOWS), by those who have a part in the file of the person. */
MUST_USE int interview_own_questions(const struct casework *w, const uint8_t partner[static ID_LEN], const uint8_t interview[static ID_LEN], struct arena *a,
                                     struct interview_own_question **out, size_t *n, struct err *err);
/* Files one: a letter back. like: our earlier one that was answered already and is alike; then `all_the_same` says why it is asked again.
 * ERR_DENIED: the window is shut, or no part in the file; ERR_EXISTS: asked and answered already, say why again. */
MUST_USE int interview_file_question(const struct casework *w, const uint8_t partner[static ID_LEN], const uint8_t interview[static ID_LEN], str text, str phase,
                                     str why, str all_the_same, uint8_t id[static ID_LEN], struct err *err);

/* --- the register: what she has been put through, everywhere --- */

struct interview_statement { uint8_t id[ID_LEN]; int64_t sealed_ms, length_ms; };
struct interview_answered { uint8_t question[ID_LEN]; int64_t at_ms; };
struct interview_register {
    uint8_t partner[ID_LEN]; /* zeros: this agency */
    struct interview_counters counters;
    struct interview_statement *statements;
    size_t n_statements;
    struct interview_answered *answered; /* of the partner's own questions, when it is told to that partner */
    size_t n_answered;
    int64_t at_ms;
};
/* A person of a file, by records that are at hand: those of the file, or at least its persons, interviews and questions. */
struct interview_of { const uint8_t *file, *person; const struct record *records; size_t n; };
/* This agency's own first (sealed recordings of her interviews, the examinations that her record says), then the partners' with a tie to her. No act of
 * its own: within a look at the file. From arena. */
MUST_USE int interview_registers(struct node *node, const struct interview_of *who, struct arena *a, struct interview_register **out, size_t *n,
                                 struct err *err);
/* All of them added up: what stands at the top of her page. */
MUST_USE int interview_counted(struct node *node, const struct interview_of *who, struct arena *a, struct interview_counters *out, struct err *err);
/* Tells the partners with a tie what changed since they were told; acts of the node's own. *n: how many letters. */
MUST_USE int interview_tell_registers(struct node *node, int64_t now_ms, int64_t *n, struct err *err);

#endif
