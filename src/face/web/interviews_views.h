/* interviews_views: what the pages of interviews and of partners' windows show. */
#ifndef COMITY_WEB_INTERVIEWS_VIEWS_H
#define COMITY_WEB_INTERVIEWS_VIEWS_H

#include "face/web/file_views.h"
#include "face/web/record_form.h"

struct interview_row { str id, person, time; };
struct interviews_view {
    const struct layout *page;
    str file;
    struct interview_row *rows;
    size_t n;
    bool may_write;
};
struct interview_plan_view { const struct layout *page; str file; struct choices persons; struct record_form form; };

struct question_row {
    str id, text, original, why, from, joined, aside, answered;
    const char *phase; /* a message */
    struct choices phases, join;
    int64_t number;
    str like;          /* "question 12": one that is alike; empty: none */
};
struct statement_row { str partner, sealed, length; };
struct interview_view {
    const struct layout *page;
    str file, id, person, said, asked, go_on, until;
    struct shown_line *lines;
    size_t n_lines;
    bool may_write, window, further, agreed;
    struct counters_view total;
    struct statement_row *statements; /* of partners: one that exists can be requested */
    size_t n_statements;
    struct question_row *questions;
    size_t n_questions;
    struct choices phases, grounds;
    str text, why, reasons, reference, held_against;
};

struct window_line { str partner, interview, partner_name, until, file; };
struct windows_view { const struct layout *page; struct window_line *rows; size_t n; };
struct own_question_row { str text, reason, answered; int64_t number; const char *phase; };
struct window_view {
    const struct layout *page;
    str partner, interview, partner_name;
    struct own_question_row *questions;
    size_t n;
    struct choices phases;
    str text, why, all_the_same;
    bool again; /* asked already: a reason is needed */
};

#endif
