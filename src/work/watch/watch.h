/* watch: who meets whom more often than the lots allow, whose time changes when somebody is near, who is let through without a lot or will not go where
 *       the lot says; and of a rota, who sits elsewhere than drawn, is ill where one post is, or is put somewhere by hand.
 *
 * What: a list of calls: whose counter it was, who could have been drawn with which chance, who was. Out come findings, "look here": codes, what was
 *       expected, what was, how likely that is without any arrangement, and how great a lift so few meetings can show at all.
 * Why:  a draw that nobody can steer is steered all the same where people hold or rush a case, or pass the lot over; that leaves traces in numbers.
 *
 *     struct watch_log log = {.calls = calls, .n = n, .could = could, .n_codes = n_codes, .n_families = 1};
 *     struct watch_result *r = watch_examine(a, &log, WATCH_LEVEL, WATCH_SHOWN);
 *     for (size_t f = 0; f < r->n; f++) ... r->families[f].findings[i].stands_out
 *
 * Exact: chances.h. Of all that a family tests at most 5 % of what stands out is expected to be chance: Benjamini and Hochberg's step-up, within each
 * declared family. Counts are few, so p-values are coarse: whoever could not stand out whatever came (by chances alone, before anybody looks at what
 * was) is left out beforehand (Tarone, Gilbert 2005), and what is tested has p-values that are never too small.
 * Never a verdict on a person. Not held: few visits, an officer's share of calls (a lot gives whoever is quick more calls), what is arranged outside
 * the hall; a window's chances depend on who was called before, so that a sum over one stay in line is not of independent coins (measured in the
 * tests: no more false findings); rights of Benjamini and Hochberg under dependence between pairs are measured too, not proved.
 * Pure: no I/O, no clock, no randomness. Not here: files (draws.h), who is behind a code (names.h).
 */
#ifndef COMITY_WATCH_WATCH_H
#define COMITY_WATCH_WATCH_H

#include "work/watch/chances.h"

#define WATCH_LEVEL .05  /* of what stands out, so much may be chance */
#define WATCH_TIMES_LEVEL .8 /* and of that, among times: their chances are not coarse, so nothing else leaves room for what times of a day have to do with each other */
#define WATCH_POWER .9   /* "is seen": so often */
#define WATCH_SHOWN 30
#define WATCH_FAMILIES_MAX 16

struct watch_chance { uint32_t who; float weight; }; /* chance: weight by the sum of all weights of the call */

/* What a line tells of. */
enum watch_what {
    WATCH_CALL,  /* a call to a counter */
    WATCH_SEAT,  /* half a shift: of was drawn to the counter `drawn` */
    WATCH_SHIFT, /* a shift of a rota: of was drawn to the post `drawn` */
    WATCH_WHATS
};

struct watch_call {
    uint32_t family;  /* < n_families: which calls belong together: lanes, carriers */
    uint32_t of;      /* code of the side that is fixed before the lot: the officer whose counter is free */
    uint32_t drawn;   /* code of who was called */
    uint32_t n;       /* who could be: could[first..first + n) */
    uint64_t first;
    int64_t ms;       /* how long it took; negative: not known */
    bool near;        /* a flagged traveller was in the window meanwhile */
    bool overridden;  /* no lot decided: does not count as a meeting, and is counted as an override; of a shift: by hand */
    bool odd;         /* the call was refused; she sat elsewhere; she called in ill */
    enum watch_what what;
};

struct watch_log {
    const struct watch_call *calls;
    size_t n;
    const struct watch_chance *could;
    size_t n_could;
    size_t n_codes, n_families;
    const bool *once; /* of each code: known beforehand to come once, such as a ticket: not tested for meetings. NULL: nobody is */
};

enum watch_test {
    WATCH_MEETINGS,  /* of and who: more meetings than drawn */
    WATCH_TIMES,     /* of: his times while somebody flagged is near against his others, longer or shorter */
    WATCH_OVERRIDES, /* of: passed the lot over more often than the others */
    WATCH_PASSED,    /* who: called without a lot more often than the others */
    WATCH_REFUSED,   /* of: more of those called to her refuse than of those called to others */
    WATCH_REFUSERS,  /* who: refuses more often than the others */
    WATCH_SEATS,     /* of: sits elsewhere than drawn more often than the others */
    WATCH_SICK,      /* of and who: ill on more of the shifts at that post than on her others */
    WATCH_HANDS,     /* of: put elsewhere by hand more often than the others */
    WATCH_TESTS
};

struct watch_finding {
    uint32_t of, who;  /* codes; the one that the test does not have: WATCH_NOBODY */
    int64_t n, met;    /* calls in which it could be, and was; times: near, and 0; the others: calls or shifts, and those that are counted */
    double expected;   /* times: .5 */
    double lift;       /* met by expected; times: how often a time while near is longer than another */
    double p;
    bool stands_out;
    /* With as much as there is of this pair, at the family's strictest step: */
    int64_t bound;     /* the least that would stand out; times: 0 */
    double least;      /* and the least lift seen 9 times of 10; times: the least `lift`, the other way 1 minus it. INFINITY, or above 1: none */
};
#define WATCH_NOBODY UINT32_MAX

struct watch_family {
    enum watch_test test;
    uint32_t family;
    size_t pairs;      /* that there are */
    size_t tested;     /* that could stand out at all */
    size_t found;      /* that do */
    double strictest;  /* level / tested */
    double threshold;  /* p up to this stands out; 0: nothing does */
    double least, typical; /* the least lift that is seen: of the pair of which most is expected, and of the middle one. INFINITY: none */
    double middle;     /* what is expected of the middle one */
    struct watch_finding *findings; /* least p first */
    size_t n;
};

struct watch_result { struct watch_family *families; size_t n; }; /* without those of which there is nothing to test */

/* Codes of calls are below n_codes, families below n_families (at most WATCH_FAMILIES_MAX), drawn is among those who could be unless overridden: the
 * caller has checked. shown: so many findings of a family are given, least likely first, and all that stand out. Result from arena. */
struct watch_result *watch_examine(struct arena *a, const struct watch_log *log, double level, size_t shown);

/* Benjamini and Hochberg over p (ascending): how many of the first stand out. */
size_t watch_step_up(const double *p, size_t n, double level);
/* How many tests a family has when those are left out that cannot reach what the others leave: least[i] is the least p that test i can have. Sorts. */
size_t watch_testable(double *least, size_t n, double level);

#endif
