#include "work/interviews/states.h"

#define AT(stage) (1u << INTERVIEW_##stage)
#define BEFORE (AT(PLANNED) | AT(FURTHER) | AT(READY))
#define GOES_ON (BEFORE | AT(RECORDING))
#define SHUT INTERVIEW_WINDOW_SHUT
#define OPEN INTERVIEW_WINDOW_OPEN
#define ANY INTERVIEW_WINDOW_ANY

const struct interview_move interview_moves[] = {
    /* what                   who              verb                  from                       window to                   when it is one more */
    {INTERVIEW_PLAN,         INTERVIEW_OURS,  VERB_INTERVIEW,       AT(NONE),                  ANY,  INTERVIEW_PLANNED,   INTERVIEW_PLANNED},
    {INTERVIEW_ASK_PARTNERS, INTERVIEW_OURS,  VERB_INTERVIEW,       BEFORE,                    ANY,  INTERVIEW_READY,     INTERVIEW_FURTHER},
    {INTERVIEW_AGAIN,        INTERVIEW_OURS,  VERB_INTERVIEW_AGAIN, AT(FURTHER),               ANY,  INTERVIEW_READY,     INTERVIEW_READY},
    {INTERVIEW_OPEN,         INTERVIEW_OURS,  VERB_INTERVIEW,       AT(READY) | AT(RECORDING), SHUT, INTERVIEW_NONE,      INTERVIEW_NONE},
    {INTERVIEW_SHUT,         INTERVIEW_OURS,  VERB_INTERVIEW,       GOES_ON | AT(HELD),        OPEN, INTERVIEW_NONE,      INTERVIEW_NONE},
    {INTERVIEW_ADD,          INTERVIEW_OURS,  VERB_INTERVIEW,       GOES_ON,                   ANY,  INTERVIEW_NONE,      INTERVIEW_NONE},
    {INTERVIEW_CHANGE,       INTERVIEW_OURS,  VERB_INTERVIEW,       GOES_ON,                   ANY,  INTERVIEW_NONE,      INTERVIEW_NONE},
    {INTERVIEW_FILE,         INTERVIEW_ASKER, VERB_QUESTION,        GOES_ON,                   OPEN, INTERVIEW_NONE,      INTERVIEW_NONE},
    {INTERVIEW_TAKE_BACK,    INTERVIEW_ASKER, VERB_QUESTION,        GOES_ON,                   ANY,  INTERVIEW_NONE,      INTERVIEW_NONE},
    {INTERVIEW_RECORD,       INTERVIEW_OURS,  VERB_RECORD,          AT(READY) | AT(RECORDING), ANY,  INTERVIEW_RECORDING, INTERVIEW_RECORDING},
    {INTERVIEW_SEAL,         INTERVIEW_OURS,  VERB_SEAL,            AT(RECORDING),             ANY,  INTERVIEW_HELD,      INTERVIEW_HELD},
};
const size_t n_interview_moves = sizeof interview_moves / sizeof interview_moves[0];

static const struct { const char *words, *refuses; } stages[INTERVIEW_STAGES] = {
    [INTERVIEW_NONE] = {"", N_("there is no such interview in this case")},
    [INTERVIEW_PLANNED] = {N_("planned"), N_("ask the partners first: one of them may have her statement already")},
    [INTERVIEW_FURTHER] = {N_("she was interviewed before"),
                           N_("she was interviewed before: another interview needs a legal ground with reasons, her own yes since then, and a second person who agrees")},
    [INTERVIEW_READY] = {N_("may be held"), N_("this cannot be done with the interview as it stands: look at it again")},
    [INTERVIEW_RECORDING] = {N_("being recorded"), N_("this cannot be done with the interview as it stands: look at it again")},
    [INTERVIEW_HELD] = {N_("held"), N_("this interview was held: whatever is still open needs another one")},
};

const char *interview_stage_words(enum interview_stage stage)
{
    return stages[stage].words;
}

struct interview_state interview_state(const struct interview_facts *f, int64_t now_ms)
{
    const enum interview_stage stage = !f->planned ? INTERVIEW_NONE : f->recording ? INTERVIEW_RECORDING : f->held ? INTERVIEW_HELD : !f->asked ? INTERVIEW_PLANNED
                                       : f->further && !f->agreed ? INTERVIEW_FURTHER : INTERVIEW_READY;
    return (struct interview_state){stage, f->planned && f->window_until_ms > now_ms};
}

static const struct interview_move *move_of(enum interview_event event, enum interview_side by)
{
    for (size_t i = 0; i < n_interview_moves; i++)
        if (interview_moves[i].event == event && interview_moves[i].by == by)
            return &interview_moves[i];
    return NULL;
}

int interview_can(const struct interview_state *at, enum interview_event event, enum interview_side by, struct err *err)
{
    struct err none;
    const struct interview_move *m = move_of(event, by);
    if (!err)
        err = &none;
    if (!m)
        return err_set(err, ERR_DENIED, N_("this is for the other agency to do"));
    if (!(m->from & 1u << at->stage))
        return err_set(err, ERR_DENIED, "%s", stages[at->stage].refuses);
    if (!(m->window & (at->window ? OPEN : SHUT)))
        return err_set(err, ERR_DENIED, "%s", at->window ? N_("the window for questions is open already") : N_("the window for questions is shut"));
    return 0;
}

struct interview_state interview_then(const struct interview_state *at, enum interview_event event, enum interview_side by, bool further)
{
    const struct interview_move *m = move_of(event, by);
    struct interview_state next = *at;
    if (interview_can(at, event, by, NULL) < 0)
        return next;
    const enum interview_stage to = further ? m->to_further : m->to;
    next.stage = to ? to : next.stage;
    next.window = event == INTERVIEW_OPEN || (event != INTERVIEW_SHUT && next.window);
    return next;
}

/* --- questions --- */

static const struct { enum question_event event; enum interview_side by; unsigned from; enum question_state to; } moves[] = {
#define IS(state) (1u << QUESTION_##state)
#define OPEN_ONE (IS(FILED) | IS(IN) | IS(JOINED) | IS(ASIDE))
    {QUESTION_FILE,      INTERVIEW_ASKER, IS(NONE),                         QUESTION_FILED},
    {QUESTION_TAKE,      INTERVIEW_OURS,  OPEN_ONE,                         QUESTION_IN},
    {QUESTION_JOIN,      INTERVIEW_OURS,  OPEN_ONE,                         QUESTION_JOINED},
    {QUESTION_SET_ASIDE, INTERVIEW_OURS,  OPEN_ONE,                         QUESTION_ASIDE},
    {QUESTION_TURN_AWAY, INTERVIEW_OURS,  IS(FILED),                        QUESTION_AWAY}, /* their node did not take the letter */
    {QUESTION_ANSWER,    INTERVIEW_OURS,  OPEN_ONE,                         QUESTION_ANSWERED},
    {QUESTION_TAKE_BACK, INTERVIEW_ASKER, IS(FILED) | IS(IN) | IS(JOINED),  QUESTION_BACK},
};
static const struct { const char *code, *words; } questions[QUESTION_STATES] = {
    [QUESTION_NONE] = {"", ""}, [QUESTION_FILED] = {"filed", N_("filed")}, [QUESTION_IN] = {"in", N_("will be asked")},
    [QUESTION_JOINED] = {"joined", N_("asked together with another one")}, [QUESTION_ASIDE] = {"aside", N_("set aside")},
    [QUESTION_BACK] = {"back", N_("taken back by who asked")}, [QUESTION_AWAY] = {"away", N_("not taken: the window was shut when it came")},
    [QUESTION_ANSWERED] = {"answered", N_("answered")},
};

enum question_state question_after(enum question_state state, enum question_event event, enum interview_side by)
{
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
        if (moves[i].event == event && moves[i].by == by && moves[i].from & 1u << state)
            return moves[i].to;
    return QUESTION_NONE;
}

const char *question_state_words(enum question_state state)
{
    return questions[state].words;
}

enum question_state question_state_of(str code)
{
    for (int i = 1; i < QUESTION_STATES; i++)
        if (str_eq(code, str_from(questions[i].code)))
            return (enum question_state)i;
    return QUESTION_NONE;
}

const char *question_state_code(enum question_state state)
{
    return questions[state].code;
}
