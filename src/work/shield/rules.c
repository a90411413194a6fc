#include "work/shield/rules.h"

#include "trust/access/access.h"
#include "work/shield/bases.h"

#define HOUR_MS (INT64_C(3600) * 1000)

const struct shield_deadline shield_deadlines[] = {
    {72 * HOUR_MS, N_("the supervisors of the case")},
    {7 * 24 * HOUR_MS, N_("all supervisors and the data-protection officer")},
};

static const struct {
    const char *words;
    bool stops;
    const char *refuses; /* why nothing goes against her; NULL: nothing stands against it */
    bool may_rule;
} states[] = {
    [ALLEGATION_ASKING] = {N_("not yet answered"), true, N_("partners have not answered yet whether she is presumed a victim: a prosecutor may decide before they do"), true},
    [ALLEGATION_CLEAR] = {N_("no presumption known"), false, NULL, true},
    [ALLEGATION_STOPPED] = {N_("stopped: presumed victim"), true, N_("she is presumed a victim: this waits until a prosecutor has decided"), true},
    [ALLEGATION_ENDED] = {N_("decided: not punished"), false, N_("a prosecutor has decided that she is not punished for this"), false},
    [ALLEGATION_GOES_ON] = {N_("decided: goes on"), false, NULL, false},
};

const char *shield_state_words(enum allegation_state state)
{
    return states[state].words;
}

bool shield_stops(enum allegation_state state)
{
    return states[state].stops;
}

enum allegation_state shield_next(enum allegation_state ruled, const struct shield_answers *a)
{
    if (ruled == ALLEGATION_ENDED)
        return ALLEGATION_ENDED;
    if (ruled == ALLEGATION_GOES_ON)
        return a->since_ruling ? ALLEGATION_STOPPED : ALLEGATION_GOES_ON;
    return a->presumed ? ALLEGATION_STOPPED : a->unanswered ? ALLEGATION_ASKING : ALLEGATION_CLEAR;
}

int shield_allows(enum allegation_state state, str purpose, struct err *err)
{
    const struct access_purpose *p = access_purpose(purpose);
    if (!p || !p->against || !states[state].refuses)
        return 0;
    return err_set(err, ERR_DENIED, "%s", states[state].refuses);
}

enum allegation_state shield_ruled(str outcome)
{
    if (str_eq(outcome, STR("GoesOn")))
        return ALLEGATION_GOES_ON;
    return str_eq(outcome, STR("NotProsecuted")) || str_eq(outcome, STR("Ended")) ? ALLEGATION_ENDED : 0;
}

int shield_rule(enum allegation_state state, unsigned roles, bool laid_it, str country, const struct record *ruling, struct err *err)
{
    static const struct { const char *field, *missing; } needed[] = {
        {"rul_Causation", N_("say whether the act was a consequence of being trafficked")},
        {"rul_CausationReasons", N_("give the reasons: whether the act was a consequence of being trafficked")},
        {"rul_Compulsion", N_("say whether she was compelled to the act")},
        {"rul_CompulsionReasons", N_("give the reasons: whether she was compelled to the act")},
        {"rul_Basis", N_("choose the legal basis")},
        {"rul_Outcome", N_("choose the outcome")},
        {"rul_OutcomeReasons", N_("give the reasons for the outcome")},
        {"rul_Remedy", N_("say how she can object: to whom, and in which time")},
    };
    if (!(roles & ROLE_PROSECUTOR))
        return err_set(err, ERR_DENIED, N_("only a prosecutor decides on this"));
    if (laid_it)
        return err_set(err, ERR_DENIED, N_("whoever laid the offence does not decide on it: another prosecutor does"));
    if (!states[state].may_rule)
        return err_set(err, ERR_DENIED, N_("this is decided already"));
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (str_trim(record_text(ruling, needed[i].field)).len == 0)
            return err_set(err, ERR_INPUT, "%s", needed[i].missing);
    if (!shield_basis_holds(record_text(ruling, "rul_Basis"), country))
        return err_set(err, ERR_INPUT, N_("this legal basis does not hold in the country whose law it is"));
    return 0;
}

int shield_level(int64_t open_since_ms, int64_t now_ms)
{
    int level = 0;
    while (level < SHIELD_LEVELS && now_ms - open_since_ms >= shield_deadlines[level].after_ms)
        level++;
    return level;
}
