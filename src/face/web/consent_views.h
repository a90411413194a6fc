/* consent_views: what the pages of consent show: each text of hers in her language, beside the member's. */
#ifndef COMITY_WEB_CONSENT_VIEWS_H
#define COMITY_WEB_CONSENT_VIEWS_H

#include "face/web/layout.h"
#include "ground/text/catalogue.h"

/* Her language. */
struct consent_words {
    const char *code;               /* "km" */
    const struct catalogue *words;  /* NULL: the source, English */
    bool unchecked;                 /* no speaker has checked them */
};

struct consent_answer { const char *value, *label; bool chosen; };
struct consent_ask { const char *name, *says, *label; struct consent_answer answers[3]; };
struct consent_code { str value; const char *label; bool chosen; };       /* label: a message, for both languages */
struct consent_codes { const char *name, *label; struct consent_code *all; size_t n; };
struct consent_recipient { str agency; bool chosen; };

struct consent_form_view {
    const struct layout *page;
    struct consent_words hers;
    str file, about;
    struct choices persons, languages, methods, deciders, bases;
    const char *const *opening;     /* ends with NULL */
    struct consent_ask asks[7];
    struct consent_codes purposes, elements;
    struct consent_recipient *recipients;
    size_t n_recipients;
    str on, until, interpreter, guardian, draft; /* draft: when it was kept, or empty */
    struct consent_answer states[2];
};

struct consent_told { const char *says, *label, *answer; };
struct consent_grant_row {
    str id, partner, given, until;
    const char *state;
    bool live, overdue, seen_gone;
    str asked_back, acknowledged;
};

/* One consent; and the copy for her, which is all in her language. */
struct consent_view {
    const struct layout *page;
    str file, id, person, agency, on, until, interpreter, guardian, by, when, ended_on, ended_why, number;
    const char *state, *method, *decider, *basis, *language, *derived;
    const char *code;               /* of her language */
    const char *const *opening;
    struct consent_told told[7];
    size_t n_told;
    const char **purposes, **elements;
    size_t n_purposes, n_elements;
    str *recipients;
    size_t n_recipients;
    bool given, holds, refused, withdrawn, unchecked, copied;
    struct choices to, purpose;     /* for giving */
    struct consent_grant_row *grants;
    size_t n_grants, n_live;
};

struct consent_row { str id, person, on, until, when; const char *state; bool holds; size_t n_recipients; };
struct consents_view { const struct layout *page; str file; struct consent_row *rows; size_t n; };

#endif
