/* allegations_views: what the pages of offences and of decisions on them show. */
#ifndef COMITY_WEB_ALLEGATIONS_VIEWS_H
#define COMITY_WEB_ALLEGATIONS_VIEWS_H

#include "face/web/file_views.h"

/* Those of a case. */
struct offence_row { str id, person, laid; const char *kind, *state; bool stops; };
struct offences_view {
    const struct layout *page;
    str file;
    struct offence_row *rows;
    size_t n;
    bool may_lay;
};

struct offence_form_view {
    const struct layout *page;
    str file, draft; /* draft: when it was kept, or empty */
    struct choices persons, kinds, by;
    str offence, law, country, when, where, name, reference;
};

/* One. */
struct presuming_row { str agency, since; };
struct ruling_row { str id, when; struct shown_line *lines; size_t n_lines; };
struct offence_view {
    const struct layout *page;
    str file, id, person, laid, by, open, reference;
    const char *kind, *state;
    bool stops, asks, may_ask, may_rule, laid_it, may_step;
    size_t asked, unanswered;
    struct presuming_row *presuming;
    size_t n_presuming;
    struct shown_line *lines;
    size_t n_lines;
    struct ruling_row *rulings; /* the newest first */
    size_t n_rulings;
    struct choices languages;
};

/* The decision. */
struct basis_row { str code; const char *label, *says, *checked; str source, date; bool chosen; };
struct finding_view { const struct layout *page; const char *name, *label; struct choices all; struct input reasons; };
struct ruling_form_view {
    const struct layout *page;
    str file, id, person, offence, reference, draft;
    const char *kind;
    struct finding_view causation, compulsion, outcome;
    struct basis_row *bases;
    size_t n_bases;
    bool no_clause; /* the country's trafficking law has none of its own */
    str conditions, remedy, prosecutor, on;
};

/* Open decisions, in numbers and by the numbers of cases. */
struct open_row { str file, id, number, since; bool overdue; };
struct open_age { int64_t hours, days; }; /* days: from two on; else 0 */
struct open_numbers { int64_t open, overdue; struct open_age median, oldest; };
struct open_view {
    const struct layout *page;
    bool works, watches;
    struct open_numbers own, all;
    struct open_row *rows;
    size_t n;
};

#endif
