/* interview: one interview for all agencies: partners are asked first, they file their questions, it is held once, and counted everywhere.
 *
 * What: acts on the records of an interview and its questions, the letters between the one who interviews and the others, what each agency has put
 *       a person through, and when there may be another interview.
 * Why:  she tells it once and not five times.
 *
 *     interview_plan(&w, file, a, &record, &err);                         // a record of a person of the file
 *     interview_partners_asked(&w, file, a, interview, said, &err);       // what they answered (trust/peer/ask_all.h) and what their registers say
 *     interview_window(&w, file, a, interview, &window, &told, &err);     // "interview-window" to partners with a tie to her, as she agreed or a law says
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
#include "work/interviews/states.h"
#include "work/requests/tie.h"

#define INTERVIEW_MEDIA_TYPE "application/x-comity-interview"
#define INTERVIEW_QUESTION_MAX 2000 /* bytes of a question or of why it is asked */
#define INTERVIEW_QUESTIONS_MAX 200 /* of one interview */
#define INTERVIEW_WINDOWS_MAX 200   /* in a list */
#define INTERVIEW_WINDOW_PARTNERS 60 /* to whom one window is opened */
#define INTERVIEW_BASIS_MAX 400

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
/* Opens the window, or shuts it (until_ms 0). It is opened to partners with a tie to her whom she named in a consent that holds, for the purpose of
 * the act, and to those for whom a legal basis is given here. *told: to how many; to whom and on what stands in the record. ERR_DENIED: see states.h. */
struct interview_basis { uint8_t partner[ID_LEN]; str words; };
struct interview_window { int64_t until_ms; const struct interview_basis *bases; size_t n_bases; };
MUST_USE int interview_window(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t interview[static ID_LEN],
                              const struct interview_window *what, int64_t *told, struct err *err);
/* Partners with a tie to her, and the consent that lets the window go there; NULL: a basis has to be given. Within a look at the file. */
struct interview_of;
struct interview_window_partner { struct partner partner; const struct record *consent; };
MUST_USE int interview_window_partners(struct node *node, const struct interview_of *who, str purpose, int64_t now_ms, struct arena *a,
                                       struct interview_window_partner **out, size_t *n, struct err *err);
/* Pure: to whom it went, on what that rests; and to whom not. */
enum window_rests { WINDOW_NOBODY, WINDOW_CONSENT, WINDOW_LAW };
struct interview_told { uint8_t partner[ID_LEN]; enum window_rests rests; str words; };
void interview_window_told(struct arena *a, const struct record *interview, struct interview_told **out, size_t *n);
bool interview_window_is_for(struct arena *a, const struct record *interview, const uint8_t partner[static ID_LEN]);
/* A question of this agency's own, or what becomes of any: reworded (the original stays), another phase or place, joined to another, set aside with
 * a reason, which goes back to whoever asked. */
struct interview_change { str text, phase, set_aside; const uint8_t *joined; int64_t order; };
struct interview_own { str text, topic, phase, why, again; /* again: why it is asked although it was answered, else ERR_EXISTS */ };
MUST_USE int interview_question_add(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t interview[static ID_LEN],
                                    const struct interview_own *own, uint8_t id[static ID_LEN], struct err *err);
MUST_USE int interview_question_change(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t question[static ID_LEN],
                                       const struct interview_change *change, struct err *err);

/* May a recording of it begin: it is an interview of this file, and stands so (states.h). interview NULL, a recording that is of no interview: only
 * while nobody of the file was interviewed before. Before an act of the caller's. ERR_DENIED, ERR_NOT_FOUND. */
MUST_USE int interview_ready(struct node *node, const uint8_t file[static ID_LEN], const uint8_t *interview, int64_t now_ms, struct arena *a, struct err *err);
/* Asks for the second person (VERB_INTERVIEW_AGAIN: ERR_PARKED); approved is what happens then. consent: her own yes, a record of the file that was
 * made since the last interview; ERR_INPUT without it. */
struct interview_again { str ground, reasons; const uint8_t *consent; };
MUST_USE int interview_again(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t interview[static ID_LEN],
                             const struct interview_again *again, uint8_t approval[static ID_LEN], struct err *err);
MUST_USE int interview_again_asked(bytes arguments, uint8_t interview[static ID_LEN], struct interview_again *out, struct err *err); /* borrows arguments */
int interview_again_agreed(struct node *node, struct act *act, void *arg, struct err *err); /* of the doors' table of struct approval_kind */

/* Pure: those of an interview in the protocol's order; those that were joined, set aside or taken back come last. From arena, borrows. */
struct interview_asking { const struct record *record; size_t phase; bool joined, set_aside, taken_back; str from; /* partner in hex, or empty: our own */ };
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
/* Windows of persons who are in a file of ours: open now, or shut and asked in. In an act (VERB_WINDOWS). From arena. */
MUST_USE int interview_windows(const struct casework *w, struct arena *a, struct interview_open_window **out, size_t *n, struct err *err);
/* How many are open to a member, by indexes alone. */
MUST_USE int interview_windows_open(struct db *db, const uint8_t member[static ID_LEN], int64_t now_ms, int64_t *n, struct err *err);
struct interview_own_question { uint8_t id[ID_LEN]; str text, why, topic, reason; enum question_state state; int64_t at_ms, answered_ms; /* -1: not answered */ };
/* Those we filed in it, and what became of them. In an act (VERB_WINDOWS), by those who have a part in the file of the person. */
MUST_USE int interview_own_questions(const struct casework *w, const uint8_t partner[static ID_LEN], const uint8_t interview[static ID_LEN], struct arena *a,
                                     struct interview_own_question **out, size_t *n, struct err *err);
/* What we asked under this id; empty: it is none of ours. Within an act of the caller's, for those who have a part in her file. */
MUST_USE int interview_own_question_text(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, str *text, struct err *err);
/* Files one: a letter back. When an earlier one of ours is alike, `again` says why it is asked again.
 * ERR_DENIED: the window is shut, or no part in the file; ERR_EXISTS: asked and answered already, say why again. */
struct interview_question { str text, topic, why, again; };
MUST_USE int interview_file_question(const struct casework *w, const uint8_t partner[static ID_LEN], const uint8_t interview[static ID_LEN],
                                     const struct interview_question *question, uint8_t id[static ID_LEN], struct err *err);
/* Takes one back that is not answered: a letter; both sides keep that it was there. ERR_DENIED: see states.h. */
MUST_USE int interview_take_back(const struct casework *w, const uint8_t partner[static ID_LEN], const uint8_t question[static ID_LEN], struct err *err);

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
/* Tells the partners with a tie what changed since they were told, and ends what a held interview left open: its window is shut, questions that were not
 * put or not answered are set aside with that reason, which goes back to whoever asked. Acts of the node's own. *n: how many registers were told. */
MUST_USE int interview_tell_registers(struct node *node, int64_t now_ms, int64_t *n, struct err *err);

/* A reason for which the node itself set a question aside: a message; else NULL. Pure. */
const char *interview_end_words(str reason);

/* A line of the table of work/cases/erase.h, in front of that of requests, which takes the ties: what was asked in partners' windows, their registers;
 * windows of ours are shut. */
struct erase_whom;
MUST_USE int interviews_erase(struct node *node, struct act *act, const struct erase_whom *whom, struct arena *a, struct err *err);

/* --- where an interview stands (states.h) --- */

/* records of who are those of the file; within a look at it, or an act. */
MUST_USE int interview_stands(struct node *node, const struct interview_of *who, const struct record *interview, int64_t now_ms, struct arena *a,
                              struct interview_state *out, struct err *err);
MUST_USE int interview_where(struct node *node, const struct record *interview, int64_t now_ms, struct arena *a, struct interview_state *out, struct err *err);
/* How often, and when last, as far as it is known. */
MUST_USE int interview_last_ms(struct node *node, const struct interview_of *who, struct arena *a, struct interview_counters *so_far, int64_t *last_ms, struct err *err);
/* Is this record her own yes to an interview, given after since_ms, and does it hold today. */
bool interview_is_yes(const struct node *node, const struct record *consent, const uint8_t person[static ID_LEN], int64_t since_ms, int64_t now_ms);
/* The answers that the recordings of a file mark; of one question, or NULL; where the question stands. */
MUST_USE int interview_answers(struct node *node, const uint8_t file[static ID_LEN], struct arena *a, struct interview_answered **out, size_t *n, struct err *err);
/* The same of what was pressed of a question at all: asked, answered, not answered. */
MUST_USE int interview_marked(struct node *node, const uint8_t file[static ID_LEN], struct arena *a, struct interview_answered **out, size_t *n, struct err *err);
const struct interview_answered *interview_answered_at(const struct interview_answered *all, size_t n, const uint8_t question[static ID_LEN]);
/* The same of a question that is asked together with another one: that one's. records: those of the file. */
const struct interview_answered *interview_answer_of(const struct record *records, size_t n, const struct interview_answered *all, size_t n_all,
                                                     const struct record *question);
enum question_state interview_question_state(const struct record *question, const struct interview_answered *answers, size_t n);

#endif
