/* What can become of a referral, and its words. Pure. */
#include "work/requests/referral.h"

const struct request_word referral_refusals[] = {
    {"NoPlace", N_("There is no place free")},
    {"NotOurs", N_("This agency does not do that")},
    {"Danger", N_("It could put the person in danger")},
    {"NotReached", N_("The person could not be reached")},
    {"HerWish", N_("The person does not want it")},
    {"Elsewhere", N_("Another agency has to be asked")},
    {REFERRAL_ERASED, N_("The person was erased there")},
    {"Other", N_("Another reason, in words")},
    {0},
};
const struct request_word referral_outcomes[] = {
    {"Arrived", N_("The person has arrived")},
    {"Supported", N_("The person is being supported")},
    {"NotCome", N_("The person did not come")},
    {"PassedOn", N_("Passed on to another agency")},
    {"Left", N_("The person left")},
    {"Completed", N_("The support is completed")},
    {REFERRAL_ERASED, N_("The person was erased there")},
    {"Other", N_("Something else, in words")},
    {0},
};

static const struct { enum referral_state from; enum referral_event event; enum referral_side by; enum referral_state to; } moves[] = {
    {REFERRAL_NONE,     REFERRAL_OFFER,  REFERRAL_GIVER, REFERRAL_OFFERED},
    {REFERRAL_OFFERED,  REFERRAL_ACCEPT, REFERRAL_TAKER, REFERRAL_ACCEPTED},
    {REFERRAL_OFFERED,  REFERRAL_REFUSE, REFERRAL_TAKER, REFERRAL_REFUSED},
    {REFERRAL_ACCEPTED, REFERRAL_FOLLOW, REFERRAL_TAKER, REFERRAL_ACCEPTED},
    {REFERRAL_ACCEPTED, REFERRAL_FOLLOW, REFERRAL_GIVER, REFERRAL_ACCEPTED},
    {REFERRAL_ACCEPTED, REFERRAL_END,    REFERRAL_TAKER, REFERRAL_ENDED},
    {REFERRAL_OFFERED,  REFERRAL_RECALL, REFERRAL_GIVER, REFERRAL_RECALLED},
    {REFERRAL_ACCEPTED, REFERRAL_RECALL, REFERRAL_GIVER, REFERRAL_RECALLED},
    {REFERRAL_ENDED,    REFERRAL_RECALL, REFERRAL_GIVER, REFERRAL_RECALLED},
};

enum referral_state referral_after(enum referral_state state, enum referral_event event, enum referral_side by)
{
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
        if (moves[i].from == state && moves[i].event == event && moves[i].by == by)
            return moves[i].to;
    return REFERRAL_NONE;
}

bool referral_is_open(enum referral_state state)
{
    return state == REFERRAL_OFFERED || state == REFERRAL_ACCEPTED;
}

const char *referral_state_words(enum referral_state state)
{
    static const char *const words[REFERRAL_STATES] = {
        [REFERRAL_NONE] = "", [REFERRAL_OFFERED] = N_("offered"), [REFERRAL_ACCEPTED] = N_("accepted"), [REFERRAL_REFUSED] = N_("refused"),
        [REFERRAL_ENDED] = N_("ended"), [REFERRAL_RECALLED] = N_("taken back"),
    };
    return state < REFERRAL_STATES ? words[state] : "";
}
