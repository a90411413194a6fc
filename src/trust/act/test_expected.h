/* For tests: who may do what, written down by hand and apart from the verb table: a verb added there has its row here, or the tests fail. */
#ifndef COMITY_ACT_TEST_EXPECTED_H
#define COMITY_ACT_TEST_EXPECTED_H

#include <stdbool.h>
#include <string.h>

#include "ground/base/err.h"

struct expected_row {
    const char *verb;
    const char *who;       /* o operator, t partner, n node, c caseworker, i investigator, p prosecutor, s supervisor, d dpo, a auditor,
                              m administrator, h officer in a hall; M any member */
    const char *says;      /* p a purpose, r a reference, f a fresh proof (of members) */
    const char *relations; /* of a member to the file: N none, R reader, W worker, L lead, S supervisor, G glass; empty: about no file */
    const char *states;    /* O open, C closed */
    const char *seconds;   /* who must agree to a member's act, as in who; empty: nobody */
};

static const struct expected_row expected_rows[] = {
    {"init",           "o",     "",    "", "", ""},
    {"import",         "ocs",   "",    "", "", ""},
    {"look",           "ocips", "p",   "", "", ""},
    {"search",         "ocips", "p",   "", "", ""},
    {"erase",          "ocipsd", "rf", "", "", "sd"},
    {"index",          "on",    "",    "", "", ""},
    {"pair",           "o",     "",    "", "", ""},
    {"ask",            "oncips","pr",  "", "", ""},
    {"ask-result",     "oncips","pr",  "", "", ""},
    {"answer",         "t",     "p",   "", "", ""},
    {"export",         "ocips", "prf", "", "", "sd"},
    {"send",           "ocips", "pr",  "", "", ""},
    {"notify",         "on",    "",    "", "", ""},
    {"receive",        "t",     "",    "", "", ""},
    {"receipt",        "t",     "",    "", "", ""},
    {"read",           "ocips", "p",   "", "", ""},
    {"forward",        "o",     "pr",  "", "", ""},
    {"grant",          "o",     "pr",  "", "", ""},
    {"withdraw",       "o",     "r",   "", "", ""},
    {"expire",         "n",     "",    "", "", ""},
    {"partner",        "om",    "rf",  "", "", ""},
    {"keys",           "on",    "",    "", "", ""},
    {"witness",        "otn",   "",    "", "", ""},
    {"recover",        "o",     "r",   "", "", ""},
    {"sign-in",        "M",     "",    "", "", ""},
    {"sign-in-failed", "n",     "",    "", "", ""},
    {"sign-out",       "M",     "",    "", "", ""},
    {"enrol",          "M",     "f",   "", "", ""},
    {"prove",          "M",     "",    "", "", ""},
    {"member",         "om",    "f",   "", "", ""},
    {"check",          "osda",  "",    "", "", ""},
    {"files",          "cips",  "",    "", "", ""},
    {"file-new",       "ocips", "p",   "", "", ""},
    {"file-look",      "ocips", "p",   "RWLSG", "OC", ""},
    {"file-write",     "ocips", "p",   "WLS", "O", ""},
    {"file-state",     "cips",  "p",   "LS", "OC", ""},
    {"file-team",      "cips",  "p",   "LS", "OC", ""},
    {"draft",          "M",     "",    "", "", ""},
    {"screening",      "cips",  "p",   "WLS", "O", ""},
    {"decision",       "cips",  "p",   "WLS", "O", ""},
    {"consent",        "cips",  "p",   "WLS", "O", ""},
    {"consent-end",    "cips",  "",    "WLS", "OC", ""},
    {"share",          "cips",  "pr",  "WLS", "O", ""},
    {"record",         "cips",  "p",   "WLS", "O", ""},
    {"seal",           "cips",  "p",   "WLS", "O", ""},
    {"statement",      "n",     "",    "", "", ""},
    {"interview",      "cips",  "p",   "WLS", "O", ""},
    {"interview-again", "cips", "prf", "WLS", "O", "sd"},
    {"windows",        "cips",  "p",   "", "", ""},
    {"question",       "cips",  "p",   "WLS", "O", ""},
    {"register",       "n",     "",    "", "", ""},
    {"interview-end",  "n",     "",    "", "", ""},
    {"desk",           "n",     "",    "", "", ""},
    {"hall",           "ohs",    "",    "", "", ""},
    {"hall-set",       "os",    "f",   "", "", ""},
    {"rota",           "os",    "",    "", "", ""},
    {"rota-look",      "os",    "",    "", "", ""},
    {"shifts",         "hs",    "",    "", "", ""},
    {"swap",           "hs",    "",    "", "", ""},
    {"rota-draw",      "n",     "",    "", "", ""},
    {"hall-override",  "ohs",   "rf",  "", "", "s"},
    {"hall-rule",      "s",     "rf",  "", "", "sd"},
    {"request",        "cips",  "pr",  "", "", ""},
    {"requests",       "ocipsda", "",   "", "", ""},
    {"request-look",   "cips",  "p",   "", "", ""},
    {"request-take",   "cips",  "p",   "WLS", "O", ""},
    {"request-answer", "cips",  "pr",  "WLS", "O", ""},
    {"request-refuse", "cips",  "p",   "", "", ""},
    {"request-withdraw", "cips", "p",  "", "", ""},
    {"referrals",      "cips",  "",    "", "", ""},
    {"referral-look",  "cips",  "p",   "", "", ""},
    {"referral-accept", "cips", "p",   "", "", ""},
    {"referral-refuse", "cips", "p",   "", "", ""},
    {"referral-follow", "cips", "p",   "", "", ""},
    {"referral-recall", "n",    "",    "", "", ""},
    {"examine",        "n",     "",    "", "", ""},
    {"statement-place", "cips", "p",   "WLS", "O", ""},
    {"hear",           "cips",  "pr",  "RWLSG", "OC", ""},
    {"listen",         "cips",  "pr",  "RWLSG", "OC", ""},
    {"agree",          "spd",    "f",   "", "", ""},
    {"refuse",         "spd",    "",   "", "", ""},
    {"retract",        "M",     "",    "", "", ""},
    {"approvals",      "M",     "",    "", "", ""},
    {"fetch",          "cipsm", "",    "", "", ""},
    {"roles",          "om",    "f",   "", "", "sd"},
    {"code",           "om",    "f",   "", "", "sd"},
    {"decoy",          "d",     "f",   "", "", ""},
    {"override",       "cips",  "prf", "WLS", "O", "sd"},
    {"glass",          "cips",  "prf", "N", "OC", ""},
    {"review",         "sd",    "",   "", "", ""},
    {"oversee",        "sda",   "p",   "", "", ""},
    {"canary",         "d",     "",   "", "", ""},
    {"settings",       "om",    "",    "", "", ""},
    {"allege",         "ips",   "pr",  "WLS", "O", ""},
    {"allegation-check", "nips", "",   "WLS", "OC", ""},
    {"rule",           "p",     "prf", "WLS", "OC", ""},
    {"proceed",        "ips",   "prf", "WLS", "O", ""},
    {"release",        "cips",  "prf", "WLS", "O", "sp"},
    {"release-end",    "cips",  "pr",  "WLS", "OC", ""},
    {"bundle-seal",    "n",     "",    "", "", ""},
    {"bundle",         "ip",    "prf", "WLS", "OC", "sd"},
    {"escalate",       "n",     "",    "", "", ""},
    {"watch-keep",     "on",    "r",   "", "", ""},
    {"watch-look",     "onsda", "",    "", "", ""},
    {"watch-link",     "os",    "r",   "", "", ""},
    {"watch-order",    "os",    "r",   "", "", ""},
    {"watch-open",     "s",     "prf", "", "", "sd"},
    {"watch-end",      "n",     "",    "", "", ""},
};
enum { N_EXPECTED = sizeof expected_rows / sizeof expected_rows[0] };

static inline const struct expected_row *expected_row(const char *verb)
{
    for (size_t i = 0; i < N_EXPECTED; i++)
        if (strcmp(expected_rows[i].verb, verb) == 0)
            return &expected_rows[i];
    return NULL;
}

/* Of one who asks. */
struct expected_asker {
    const char *roles; /* letters as above, without M */
    bool member;
    char relation, state; /* 0: no file named, or there is none */
    bool fresh;
};

/* 0, ERR_DENIED, ERR_NOT_FOUND, ERR_STALE or ERR_PARKED. purpose, reference: one that is good was given. */
static inline int expected_verdict(const struct expected_row *row, const struct expected_asker *asker, bool purpose, bool reference)
{
    bool as_member = asker->member && strchr(row->who, 'M'), otherwise = false;
    for (const char *r = asker->roles; *r; r++)
        if (strchr(row->who, *r) && strchr("otn", *r))
            otherwise = true;
        else if (strchr(row->who, *r))
            as_member = true;
    if (!as_member && !otherwise)
        return ERR_DENIED;
    if ((strchr(row->says, 'p') && !purpose) || (strchr(row->says, 'r') && !reference))
        return ERR_DENIED;
    if (otherwise)
        return 0;
    if (row->relations[0] && !asker->relation)
        return ERR_NOT_FOUND;
    if (row->relations[0] && (!strchr(row->relations, asker->relation) || !strchr(row->states, asker->state)))
        return ERR_DENIED;
    if (strchr(row->says, 'f') && !asker->fresh)
        return ERR_STALE;
    return row->seconds[0] ? ERR_PARKED : 0;
}

#endif
