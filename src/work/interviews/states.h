/* states: what can be done with an interview and with a question of it, who does it and what it becomes, as two tables. Pure.
 *
 * What: where an interview stands, by what is known of it; each thing that can be done: by which side, with which verb, from where, to where.
 * Why:  the acts, the letters and the pages read the same lines: what a page shows can be done, and what cannot be done is not shown.
 *
 *     struct interview_state at = interview_state(&facts, now_ms);
 *     if (interview_can(&at, INTERVIEW_RECORD, INTERVIEW_OURS, &err) < 0) ...    // says why not
 *     next = question_after(QUESTION_FILED, QUESTION_TAKE_BACK, INTERVIEW_ASKER);
 *
 *     planned --partners asked--> ready, or, if she was interviewed before, further --ground, her yes, a second person--> ready
 *     ready --recording begins--> recording --sealed--> held;  the window for questions opens from ready, and shuts by itself
 *
 * Not here: reading the facts (interview.h), who may use a verb (trust/act).
 */
#ifndef COMITY_INTERVIEWS_STATES_H
#define COMITY_INTERVIEWS_STATES_H

#include "trust/act/act.h"

enum interview_side { INTERVIEW_OURS = 1, INTERVIEW_ASKER = 2 }; /* who interviews; a partner who asks in the window */

/* --- an interview --- */

enum interview_stage { INTERVIEW_NONE, INTERVIEW_PLANNED, INTERVIEW_FURTHER, INTERVIEW_READY, INTERVIEW_RECORDING, INTERVIEW_HELD, INTERVIEW_STAGES };
struct interview_state { enum interview_stage stage; bool window; /* open */ };

/* What is known of it. further: she was interviewed before, here or at a partner; agreed: with a ground, her own yes and a second person. */
struct interview_facts { bool planned, asked, further, agreed, recording, held; int64_t window_until_ms; };
struct interview_state interview_state(const struct interview_facts *facts, int64_t now_ms);
const char *interview_stage_words(enum interview_stage stage); /* a message */

enum interview_event {
    INTERVIEW_PLAN, INTERVIEW_ASK_PARTNERS, INTERVIEW_AGAIN, INTERVIEW_OPEN, INTERVIEW_SHUT, INTERVIEW_ADD, INTERVIEW_CHANGE, INTERVIEW_FILE,
    INTERVIEW_TAKE_BACK, INTERVIEW_RECORD, INTERVIEW_SEAL, INTERVIEW_EVENTS
};
struct interview_move {
    enum interview_event event;
    enum interview_side by;
    enum verb verb;         /* of the act at that side */
    unsigned from, window;  /* bits: 1 << stage; INTERVIEW_WINDOW_* */
    enum interview_stage to, to_further; /* INTERVIEW_NONE: it stays; to_further: where one more needs more */
};
enum { INTERVIEW_WINDOW_SHUT = 1, INTERVIEW_WINDOW_OPEN = 2, INTERVIEW_WINDOW_ANY = 3 };
extern const struct interview_move interview_moves[];
extern const size_t n_interview_moves;

/* Can it be done from here: 0, or ERR_DENIED with why not. err NULL: only the answer. */
int interview_can(const struct interview_state *at, enum interview_event event, enum interview_side by, struct err *err);
/* Where it stands then; as it stands when it cannot be done. further: as in the facts. */
struct interview_state interview_then(const struct interview_state *at, enum interview_event event, enum interview_side by, bool further);

/* --- a question of a partner's, as both sides know it --- */

enum question_state { QUESTION_NONE, QUESTION_FILED, QUESTION_IN, QUESTION_JOINED, QUESTION_ASIDE, QUESTION_BACK, QUESTION_AWAY, QUESTION_ANSWERED, QUESTION_STATES };
enum question_event { QUESTION_FILE, QUESTION_TAKE, QUESTION_JOIN, QUESTION_SET_ASIDE, QUESTION_TURN_AWAY, QUESTION_ANSWER, QUESTION_TAKE_BACK, QUESTION_EVENTS };
/* QUESTION_NONE: it cannot happen. */
enum question_state question_after(enum question_state state, enum question_event event, enum interview_side by);
const char *question_state_words(enum question_state state); /* a message */
/* "filed", "in", "joined", "aside", "back", "away": as it is stored and stands in letters; QUESTION_NONE for others. */
enum question_state question_state_of(str code);
const char *question_state_code(enum question_state state);

#endif
