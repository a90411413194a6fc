#include "work/cases/consent.h"

#include <stdio.h>
#include <string.h>

const char *const consent_opening[] = {
    N_("You decide. You may say yes or no to each question, or to all of them."),
    N_("You get the same help, whatever you say."),
    N_("You may ask as much as you like before you answer, and you may answer another day."),
    NULL,
};

const struct consent_question consent_questions[CONSENT_QUESTIONS] = {
    {"cmt_AgreesToInterview", N_("May we talk with you and write down what you tell us?")},
    {"cmt_ToldOfPurpose", N_("We write it down to help and protect you, and for nothing that you do not agree to. Is that clear?")},
    {"cmt_ToldOfUse", N_("It is kept locked. Only those who work on your case can open it, and every look is noted. Is that clear?")},
    {"cmt_ToldOfResearch", N_("Figures without names may be used for research. Nobody can be recognised in them. Is that clear?")},
    {"cmt_ToldOfAccess", N_("You may ask at any time to see what is written about you, and to have it corrected. Is that clear?")},
    {"cmt_ToldOfRetention", N_("It is kept only as long as it is needed for you, or as the law demands. Then it is erased. Is that clear?")},
    {"cmt_ToldOfWithdrawal", N_("You may take back your yes at any time, without a reason. Whoever received something is then told to erase it; what was used before cannot be undone. Is that clear?")},
};

str consent_derive(const str answers[CONSENT_QUESTIONS], str state)
{
    size_t yes = 0, asked = 0;
    bool no = str_eq(state, STR("Refused")) || str_eq(state, STR("Withdrawn"));
    for (size_t i = 0; i < CONSENT_QUESTIONS; i++) {
        yes += str_eq(answers[i], STR("yes"));
        asked += answers[i].len > 0;
        no = no || str_eq(answers[i], STR("no"));
    }
    if (no)
        return STR("no");
    if (yes == CONSENT_QUESTIONS)
        return STR("yes");
    return asked ? STR("unknown") : STR("");
}

/* Compares as far as until is exact: 2027 lasts until the end of that year. */
static bool passed(str until, struct date today)
{
    char now[16];
    int len = snprintf(now, sizeof(now), "%04d-%02d-%02d", today.year, today.month, today.day);
    size_t n = until.len < (size_t)len ? until.len : (size_t)len;
    return memcmp(now, until.p, n) > 0;
}

bool consent_holds(str state, str until, struct date today)
{
    return str_eq(state, STR("Given")) && (until.len == 0 || !passed(until, today));
}

/* The first line that fits says it. section NULL: any; prefix NULL: any. */
static const struct {
    enum field_unit unit;
    const char *section, *prefix, *element;
} elements[] = {
    {FIELD_OF_PERSON, "Safety", NULL, "Contact"},
    {FIELD_OF_PERSON, NULL, "prs_Email", "Contact"},
    {FIELD_OF_PERSON, NULL, "prs_HomePhone", "Contact"},
    {FIELD_OF_PERSON, NULL, "prs_MobilePhone", "Contact"},
    {FIELD_OF_PERSON, NULL, "prs_Mailing", "Contact"},
    {FIELD_OF_PERSON, "Person", NULL, "Identity"},
    {FIELD_OF_PERSON, "What happened to the person", NULL, "Experience"},
    {FIELD_OF_PERSON, "Statements", NULL, "Statement"},
    {FIELD_OF_PERSON, "Employment", NULL, "Employment"},
    {FIELD_OF_PERSON, "Legal status", NULL, "LegalStatus"},
    {FIELD_OF_FILE, "Case", "cmt_Facts", "Experience"},
    {FIELD_OF_FILE, "Case", NULL, "Support"},
    {FIELD_OF_FILE, "Comment", NULL, "Notes"},
    {FIELD_OF_EVENT, NULL, NULL, "Experience"},
    {FIELD_OF_REFERRAL, NULL, NULL, "Support"},
    {FIELD_OF_PLAN, NULL, NULL, "Support"},
    {FIELD_OF_PERPETRATOR, NULL, NULL, "Offenders"},
};

str consent_element(const struct field *field)
{
    for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]) && !(field->flags & FIELD_DEPRECATED); i++)
        if (elements[i].unit == field->unit && (!elements[i].section || str_eq(str_from(elements[i].section), str_from(field->section))) &&
            (!elements[i].prefix || str_starts(str_from(field->name), str_from(elements[i].prefix))))
            return str_from(elements[i].element);
    return STR("");
}

bool consent_lists(str list, str value)
{
    for (size_t from = 0; value.len && from + value.len <= list.len; from++) {
        bool begins = from == 0 || list.p[from - 1] == ' ';
        bool ends = from + value.len == list.len || list.p[from + value.len] == ' ';
        if (begins && ends && memcmp(list.p + from, value.p, value.len) == 0)
            return true;
    }
    return false;
}

bool consent_covers(str elements_named, const struct field *field)
{
    return consent_lists(elements_named, consent_element(field));
}
