/* watch_views: what the pages of those who watch over the agency show. Every text is from the request's arena. */
#ifndef COMITY_WATCH_VIEWS_H
#define COMITY_WATCH_VIEWS_H

#include "face/web/hall_views.h"
#include "face/web/record_form.h"
#include "face/web/views.h"

/* --- what waits for a second person --- */

struct approval_row { str id, who, asked, until; const char *what, *state; bool waits; };
struct approvals_view { const struct layout *page; struct approval_row *others, *own; size_t n_others, n_own; };
struct approval_view {
    const struct layout *page;
    str id, who, second, asked, until, purpose, reference, refusal, reason;
    const char *what, *state;
    struct person_line lines[6];
    size_t n_lines;
    struct hall_otherwise otherwise; /* of a hall; n 0: it is about none */
    str person, file, fetch; /* ids of what it is about, address where it is fetched; or empty */
    bool may_agree, may_retract, may_show; /* may_show: a code that waits to be shown, once */
};

struct erase_view { const struct layout *page; str id; };

/* --- the menu of those who watch --- */

struct watch_item { const char *path, *label, *hint; int64_t count; bool warns; };
struct watch_view { const struct layout *page; struct watch_item items[12]; size_t n; };

/* --- emergency looks --- */

struct glass_view { const struct layout *page; str id, reference; struct choices purposes; };
struct review_row {
    str id, number, file, who, at, due, purpose, reference, reviewer, words;
    const char *kind, *state;
    bool waits, overdue, may_decide;
};
struct reviews_view { const struct layout *page; struct review_row *rows; size_t n; bool own; str wrong, words; };

/* --- who looked --- */

struct look_row { str leaf, at, verb, who, object, purpose, reference, detail; bool refused; };
struct looks_view {
    const struct layout *page;
    struct choices members, verbs;
    str object, day;
    struct look_row *rows;
    size_t n;
    str next; /* the rest of the address of the next page, or empty */
};
struct report_view { const struct layout *page; str object, made; struct look_row *rows; size_t n; str next; };
struct count_row { str verb, words; int64_t n; };
struct pair_row { str who, object, last; int64_t n; };
struct counts_view { const struct layout *page; int days; struct count_row *counts; size_t n_counts; struct pair_row *pairs; size_t n_pairs; };

/* --- canaries --- */

struct canary_row { str object, words, by, at; int64_t alerts; };
struct canaries_view {
    const struct layout *page;
    struct canary_row *rows;
    size_t n;
    struct look_row *acts;
    size_t n_acts;
    int64_t alerts;
    str object, words;
};

struct decoy_view { const struct layout *page; struct record_form form; str words; };

/* --- grants --- */

struct grant_row { str partner, purpose, fields, handling, issued, expires, ended, overdue_days; const char *state; int64_t below, below_said; bool overdue; };
struct grants_view { const struct layout *page; struct grant_row *given, *held; size_t n_given, n_held, n_overdue; };

/* --- administration --- */

struct unit_row { str id, name; int64_t members; };
struct units_view { const struct layout *page; struct unit_row *rows; size_t n; str name; };
struct member_page_view {
    const struct layout *page;
    str id, name, login, state;
    struct choices roles, units;
    bool self, left, trusted;
};
struct partner_page_view {
    const struct layout *page;
    str name, agency, country, kind, paired, fingerprint, words, announced, announced_words, reference;
    const char *status;
    bool active, revoked, announces;
};

#endif
