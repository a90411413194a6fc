/* screening_views: what the pages of screenings and decisions show. */
#ifndef COMITY_WEB_SCREENING_VIEWS_H
#define COMITY_WEB_SCREENING_VIEWS_H

#include "face/web/layout.h"

struct screening_choice { const char *value, *label; bool chosen; };

/* The form. */
struct screening_ask {
    const char *name, *text, *hint;
    struct screening_choice answers[4], known[5];
    str words;
    bool open; /* something is written there */
};
struct screening_group { const char *label; str id; struct screening_ask *asks; size_t n; };
struct screening_form_view {
    const struct layout *page;
    str file, from;
    struct choices persons, sets;
    str on, at, draft; /* draft: when it was kept, or empty */
    struct screening_group *groups;
    size_t n_groups;
};

/* What the answers show. */
struct screening_line { const char *text; const char *answer; const char *known; str words; };
struct screening_shown { const char *label, *strength; struct screening_line *lines; size_t n; };
struct screening_dimension { const char *label; bool positive; unsigned strong, medium, weak; struct screening_shown *shown; size_t n; };
struct screening_set { const char *label, *checked, *combination; struct screening_dimension dimensions[6]; };
struct screening_ilo { const char *label; struct screening_line *lines; size_t n; };
struct screening_view {
    const struct layout *page;
    str file, id, person, on, at, by, when;
    struct screening_set *sets;
    size_t n_sets;
    const char *ilo_checked;
    struct screening_ilo ilo[11];
    struct screening_line *lines; /* all that were answered */
    size_t n_lines, n_asked;
};

/* Those of a file. */
struct screening_row { str id, person, on, by, when; size_t n_yes; };
struct decision_row { str person, on, by, organisation, reason, when, written_by; const char *decision, *kind; };
struct screenings_view {
    const struct layout *page;
    str file;
    struct screening_row *rows;
    size_t n;
    struct decision_row *decisions; /* the newest first */
    size_t n_decisions;
};

struct decision_form_view {
    const struct layout *page;
    str file;
    struct choices persons, decisions, kinds;
    str organisation, by, on, reason;
};

#endif
