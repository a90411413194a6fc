/* interviews_views: what the pages of interviews and of partners' windows show. */
#ifndef COMITY_WEB_INTERVIEWS_VIEWS_H
#define COMITY_WEB_INTERVIEWS_VIEWS_H

#include "face/web/file_views.h"
#include "face/web/page.h"
#include "face/web/record_form.h"
#include "work/interviews/states.h"

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
    const char *phase, *topic; /* messages */
    bool taken_back, may_change;
    struct choices phases, join;
    int64_t number;
    str like;          /* "question 12": one that is alike; empty: none */
};
struct window_partner { str agency, field, basis; bool consent; };
struct window_told { str agency, words; const char *because; };
struct statement_row { str partner, sealed, length, name, letter; /* name: as it is chosen in a form; letter: it came already; or empty */ };
struct interview_view {
    const struct layout *page;
    str file, id, person, of, said, asked, go_on, until; /* of: the person's record */
    struct shown_line *lines;
    size_t n_lines;
    const char *stage;         /* a message */
    str why_not;               /* it cannot be recorded yet; empty: it can */
    bool can[INTERVIEW_EVENTS];
    bool window, further, agreed;
    struct window_partner *partners; /* with a tie to her */
    size_t n_partners;
    struct window_told *told;
    size_t n_told;
    struct counters_view total;
    struct statement_row *statements; /* of partners: one that exists can be requested */
    size_t n_statements;
    struct question_row *questions;
    size_t n_questions;
    struct choices phases, topics, grounds, consents;
    str again, text, why, reasons, reference, held_against;
};

/* For both files of pages: the agency of a partner's id in hex; 00:31:12; what a question can be about, as the form has it. */
struct choices interview_topics(struct page *p);
str interview_agency(struct page *p, str hex);
str interview_clock(struct page *p, int64_t ms);

struct window_line { str partner, interview, partner_name, until, file; bool open; };
struct windows_view { const struct layout *page; struct window_line *rows; size_t n; };
struct own_question_row { str id, text, reason, answered; int64_t number; const char *topic, *state; bool may_take_back; };
struct window_view {
    const struct layout *page;
    str partner, interview, partner_name, file, until; /* until: empty: shut */
    struct own_question_row *questions;
    size_t n;
    struct choices topics;
    str text, why, again;
    bool needs_again, answered;           /* asked already: a reason is needed; something was answered */
    const struct own_question_row *asked; /* when it was asked already */
};

#endif
