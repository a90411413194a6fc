/* hall_internal: what the files of hall.h share. */
#ifndef COMITY_DESK_HALL_INTERNAL_H
#define COMITY_DESK_HALL_INTERNAL_H

#include "work/desk/hall_seen.h"

struct hall {
    struct node *node;
    struct arena *arena;
    struct hall_setup posted;
    struct day_book book;
    struct line *line;
    struct threshold_keys keys;
    struct draw_beta beta; /* of the last draw */
    int64_t at, first_at;  /* of the last event; of the first, 0: none yet */
    unsigned wrong_noted;  /* holders whose wrong answers are in the log: bit i */
    bool unsure;           /* something was done here and perhaps not kept: read all again */
    struct seen {          /* hall_seen.h; all from its arena */
        struct arena *a;
        struct hall_call *calls;
        size_t n_calls, calls_room;
        struct day_seals seals;
        struct day_coming coming; /* from the day before */
        struct hall_holder holders[THRESHOLD_HOLDERS_MAX];
        uint32_t draws;
    } seen;
};

/* What is posted, as it is kept: JSON in one line. */
str hall_setup_write(struct arena *a, const struct hall_setup *s);
MUST_USE int hall_setup_read(struct arena *a, bytes in, struct hall_setup *s, struct err *err);
/* Can it be posted? Fills what the rule leaves open. */
MUST_USE int hall_setup_check(struct hall_setup *setup, struct err *err);

/* Forgets what was seen: all is read again. */
void hall_seen_clear(struct hall *hall);
/* Who comes over from the day before: H and T records. */
MUST_USE int hall_seen_over(struct hall *hall, const struct day_record *record, struct err *err);
/* The event, applied to the line, and what is to be kept of it. */
MUST_USE int hall_seen_apply(struct hall *hall, const struct line_event *event, struct line_outcome *outcome, struct err *err);
void hall_seen_draw(struct hall *hall, const struct day_draw *draw);

#endif
