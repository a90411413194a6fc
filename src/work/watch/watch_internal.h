/* watch: what its tests share. Private. */
#ifndef COMITY_WATCH_INTERNAL_H
#define COMITY_WATCH_INTERNAL_H

#include "work/watch/watch.h"

/* Calls of one family, as indices into the log's. */
struct watch_part {
    const struct watch_log *log;
    const uint32_t *calls;
    size_t n;
    double level;
    size_t shown;
};

/* Each fills a family's pairs, tested, findings. From arena. */
void watch_meetings(struct arena *a, const struct watch_part *part, struct watch_family *out);
void watch_times(struct arena *a, const struct watch_part *part, struct watch_family *out);
/* Shares of what is counted, among those of all. */
void watch_overrides(struct arena *a, const struct watch_part *part, struct watch_family *out);
void watch_passed(struct arena *a, const struct watch_part *part, struct watch_family *out);
void watch_refused(struct arena *a, const struct watch_part *part, struct watch_family *out);
void watch_refusers(struct arena *a, const struct watch_part *part, struct watch_family *out);
void watch_seats(struct arena *a, const struct watch_part *part, struct watch_family *out);
void watch_sick(struct arena *a, const struct watch_part *part, struct watch_family *out);
void watch_hands(struct arena *a, const struct watch_part *part, struct watch_family *out);

/* Orders findings by p, steps up, keeps what is shown. */
void watch_close(struct watch_family *f, const struct watch_part *part);
/* The middle of n findings by what is expected of them, and the greatest; n > 0. */
size_t watch_middle(struct arena *a, const struct watch_finding *findings, size_t n, size_t *greatest);

#endif
