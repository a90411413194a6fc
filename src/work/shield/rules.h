/* rules: what becomes of an offence that is laid to a person, as tables: no time, no database, no page.
 *
 * What: the states of an offence, what each lets through, who may decide on it and what a decision must say, when an open one is overdue.
 * Why:  nobody is punished for what she was made to do because a page, a role or a clock was forgotten: the rule is read in one place.
 *
 *     state = shield_next(ruled, &answers);           // after each answer
 *     if (shield_stops(state)) ...                    // the file stands still
 *     r = shield_allows(state, STR("charge"), err);
 *
 *     asking --all answered, no presumption--> clear --a presumption--> stopped --ruling--> ended | goes on --a new presumption--> stopped
 *     asking --a presumption--> stopped;  asking, clear --ruling--> ended | goes on;  ended stays
 *
 * Pure. Not here: the country's law (bases.h), the acts (allegation.h).
 */
#ifndef COMITY_SHIELD_RULES_H
#define COMITY_SHIELD_RULES_H

#include "work/cases/record.h"

enum allegation_state {
    ALLEGATION_ASKING = 1, /* laid; not all have answered */
    ALLEGATION_CLEAR,      /* all answered, and nobody presumes her a victim */
    ALLEGATION_STOPPED,    /* somebody does */
    ALLEGATION_ENDED,      /* a prosecutor decided: she is not punished for it */
    ALLEGATION_GOES_ON,    /* a prosecutor decided: it goes on */
};
#define ALLEGATION_STATES 5
const char *shield_state_words(enum allegation_state state); /* a message */

/* What those who were asked say. */
struct shield_answers {
    size_t unanswered;      /* have not answered yet, not even once */
    bool presumed;          /* one of them, or this agency, presumes her a victim */
    bool since_ruling;      /* one of them does since after the last decision */
};
/* ruled: 0, ALLEGATION_ENDED or ALLEGATION_GOES_ON: the last decision. */
enum allegation_state shield_next(enum allegation_state ruled, const struct shield_answers *answers);
bool shield_stops(enum allegation_state state);

/* May a step with this purpose (access_purposes) be taken on the offence? 0 for purposes that go against nobody. ERR_DENIED. */
MUST_USE int shield_allows(enum allegation_state state, str purpose, struct err *err);

/* May she decide, with these roles? ERR_DENIED: no prosecutor, she laid the offence herself, it is decided. ERR_INPUT: the decision lacks
 * something: each finding, each with its reasons, a legal basis that holds in the country (bases.h), an outcome with reasons, how to object. */
MUST_USE int shield_rule(enum allegation_state state, unsigned roles, bool laid_it, str country, const struct record *ruling, struct err *err);
enum allegation_state shield_ruled(str outcome); /* 0 for none */

/* Who hears of a decision that is overdue, and when: one table. */
struct shield_deadline {
    int64_t after_ms;
    const char *whom; /* a message */
};
extern const struct shield_deadline shield_deadlines[];
#define SHIELD_LEVELS 2 /* 1: the supervisors of the case; 2: all supervisors and the data-protection officer */
/* 0 .. SHIELD_LEVELS: of a decision that has been open since then. */
int shield_level(int64_t open_since_ms, int64_t now_ms);

#endif
