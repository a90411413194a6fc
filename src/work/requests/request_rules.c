/* What can become of a request, and its words. Pure. */
#include "work/requests/request.h"

#define HOUR_MS (INT64_C(3600) * 1000)

const struct request_word request_asks[] = {
    {"Identity", N_("Who the person is")},
    {"Statement", N_("A statement that was recorded")},
    {"Excerpt", N_("A part of a statement")},
    {"Documents", N_("Documents or attachments")},
    {"Safety", N_("Whether the person is safe, and needs protection")},
    {"Contacts", N_("Who has worked with the person so far")},
    {"LegalAssistance", N_("What a request for mutual legal assistance needs")},
    {"Other", N_("Something else")},
    {0},
};
const struct request_word request_bases[] = {
    {"Consent", N_("The person agreed")},
    {"Law", N_("A law of our country")},
    {"Treaty", N_("A treaty or agreement between our countries")},
    {"VitalInterest", N_("To protect somebody's life or safety")},
    {0},
};
const struct request_word request_refusals[] = {
    {"NoConsent", N_("The person did not agree")},
    {"Danger", N_("It could put the person in danger")},
    {"Investigation", N_("It could harm an investigation")},
    {"NoBasis", N_("The law does not allow it")},
    {"NotNecessary", N_("It is not needed for the purpose, or asks for too much")},
    {"NotKnown", N_("This agency does not have it")},
    {"Elsewhere", N_("Another agency has to be asked")},
    {"Other", N_("Another reason, in words")},
    {0},
};
const struct request_clock request_clocks[] = {
    {"Hours8", N_("Urgent: within 8 hours"), 8 * HOUR_MS},
    {"Days3", N_("Soon: within 3 days"), 72 * HOUR_MS},
    {"Days7", N_("Within 7 days"), 168 * HOUR_MS},
    {0},
};

const struct request_word *request_word(const struct request_word *table, str code)
{
    for (; table->code; table++)
        if (str_eq(code, str_from(table->code)))
            return table;
    return NULL;
}

const struct request_clock *request_clock(str code)
{
    for (const struct request_clock *c = request_clocks; c->code; c++)
        if (str_eq(code, str_from(c->code)))
            return c;
    return NULL;
}

static const struct { enum request_state from; enum request_event event; int by; enum request_state to; } moves[] = {
    {REQUEST_SENT,   REQUEST_ARRIVES,  REQUEST_ASKER,  REQUEST_OPEN},
    {REQUEST_NONE,   REQUEST_ARRIVES,  REQUEST_HOLDER, REQUEST_OPEN},
    {REQUEST_OPEN,   REQUEST_TAKE_UP,  REQUEST_HOLDER, REQUEST_TAKEN},
    {REQUEST_TAKEN,  REQUEST_PART,     REQUEST_HOLDER, REQUEST_PARTLY},
    {REQUEST_PARTLY, REQUEST_PART,     REQUEST_HOLDER, REQUEST_PARTLY},
    {REQUEST_TAKEN,  REQUEST_LAST,     REQUEST_HOLDER, REQUEST_ANSWERED},
    {REQUEST_PARTLY, REQUEST_LAST,     REQUEST_HOLDER, REQUEST_ANSWERED},
    {REQUEST_OPEN,   REQUEST_REFUSE,   REQUEST_HOLDER, REQUEST_REFUSED},
    {REQUEST_TAKEN,  REQUEST_REFUSE,   REQUEST_HOLDER, REQUEST_REFUSED},
    {REQUEST_PARTLY, REQUEST_REFUSE,   REQUEST_HOLDER, REQUEST_REFUSED},
    {REQUEST_SENT,   REQUEST_WITHDRAW, REQUEST_ASKER,  REQUEST_WITHDRAWN},
    {REQUEST_OPEN,   REQUEST_WITHDRAW, REQUEST_ASKER,  REQUEST_WITHDRAWN},
    {REQUEST_TAKEN,  REQUEST_WITHDRAW, REQUEST_ASKER,  REQUEST_WITHDRAWN},
    {REQUEST_PARTLY, REQUEST_WITHDRAW, REQUEST_ASKER,  REQUEST_WITHDRAWN},
    {REQUEST_SENT,   REQUEST_HURRY,    REQUEST_ASKER,  REQUEST_SENT},
    {REQUEST_OPEN,   REQUEST_HURRY,    REQUEST_ASKER,  REQUEST_OPEN},
    {REQUEST_TAKEN,  REQUEST_HURRY,    REQUEST_ASKER,  REQUEST_TAKEN},
    {REQUEST_PARTLY, REQUEST_HURRY,    REQUEST_ASKER,  REQUEST_PARTLY},
};

enum request_state request_after(enum request_state state, enum request_event event, enum request_side by)
{
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
        if (moves[i].from == state && moves[i].event == event && moves[i].by == (int)by)
            return moves[i].to;
    return REQUEST_NONE;
}

bool request_is_open(enum request_state state)
{
    return state >= REQUEST_SENT && state <= REQUEST_PARTLY;
}

const char *request_state_words(enum request_state state)
{
    static const char *const words[REQUEST_STATES] = {
        [REQUEST_NONE] = "", [REQUEST_SENT] = N_("on its way"), [REQUEST_OPEN] = N_("not taken up yet"), [REQUEST_TAKEN] = N_("taken up"),
        [REQUEST_PARTLY] = N_("answered in part"), [REQUEST_ANSWERED] = N_("answered"), [REQUEST_REFUSED] = N_("refused"),
        [REQUEST_WITHDRAWN] = N_("withdrawn"),
    };
    return state < REQUEST_STATES ? words[state] : "";
}
