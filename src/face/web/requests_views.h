/* requests_views: what the pages of requests show. */
#ifndef COMITY_WEB_REQUESTS_VIEWS_H
#define COMITY_WEB_REQUESTS_VIEWS_H

#include "face/web/file_views.h"
#include "face/web/layout.h"

struct request_line {
    str id, partner, asked, due;
    const char *kind, *state; /* messages */
    bool outgoing, open, overdue;
};

struct requests_view {
    const struct layout *page;
    str file, person;         /* of one person: then those without a person can be taken up for her; else empty */
    struct request_line *in, *out;
    size_t n_in, n_out;
    bool may_write;
};

struct request_form_view {
    const struct layout *page;
    str number, back;
    struct choices partners, kinds, clocks, bases, purposes, cases;
    str why, basis_words, reference;
    bool evidence;
};

struct request_part_view { int64_t number; str at, text, fields; bool last, readable; };
struct request_place { str file, person, number; };

struct request_view {
    const struct layout *page;
    str id, partner, asked, due, ended, why, basis_words, words, by;
    const char *kind, *purpose, *state, *basis, *clock, *refusal;
    bool outgoing, open, overdue, evidence, taken;
    str file, person, identity; /* whom it is about here; identity: known, and in no case yet */
    struct request_part_view *parts;
    size_t n_parts;
    struct request_place *places; /* where she could be meant */
    size_t n_places;
    bool may_take, may_answer, may_refuse, may_withdraw;
    struct choices refusals, clocks, consents, purposes;
    str text, answer_basis, reason_words, reference;
    bool counted;                 /* she is in a case in which the reader has a part: how often she was interviewed */
    struct counters_view counters;
};

struct score_row {
    str partner, median, longest;
    bool theirs;
    int64_t asked, open, overdue, answered, refused, withdrawn, ended, in_time, percent; /* percent: in time, of those that ended */
    struct { const char *words; int64_t n; } refusals[16];
    size_t n_refusals;
};
struct scores_view {
    const struct layout *page;
    struct score_row *rows;
    size_t n;
};

#endif
