/* rota: who stands where on which day, so that the work is done, everyone rests, and no network forms.
 *
 * What: the data of a rota and what is done with it: score it, make it, mend it. Pure: no files, no clock; chance is a seed of 32 bytes
 *       that the caller gives, time is a count of moves. The same rota, seed and count give the same roster, byte for byte, on every machine, so
 *       that anybody who has the three can recompute it, and a cell changed by hand shows.
 *       Costs are whole numbers; only the programs of simplex.h reckon in doubles, in a way that gives the same everywhere.
 * Why:  a rota that a supervisor writes by hand can put a chosen officer at a chosen counter. One that follows from a drawn seed cannot.
 *
 *     struct rota rota;                                   // from rota_book_read (book.h), or filled by hand
 *     uint8_t *roster = rota_roster(a, &rota);            // duty of officer o on day d: roster[o * rota.n_days + d]
 *     struct rota_score score;
 *     if (rota_solve(&rota, seed, ROTA_MOVES, roster, &score, err) == 0 && score.hard == 0) ...
 *
 * How:  all days are bits of a word, all duties are bits of a word. A rule speaks of the days on which an officer has a duty of a set: how many they
 *       are, how they lie in a row, which follow which. Rest, contract, weekends and rotation are all such rules. What concerns several officers at
 *       once is cover (how many are needed) and meetings (how often two may stand together).
 * Not here: files (book.h, ical.h), instances of other people's formats (work/nurse), where the seed comes from (the draw).
 */
#ifndef COMITY_ROTA_H
#define COMITY_ROTA_H

#include "ground/base/base.h"

enum {
    ROTA_DAYS_MAX = 64,      /* past days that count towards rest included */
    ROTA_OFFICERS_MAX = 256,
    ROTA_DUTIES_MAX = 64,    /* day off included */
    ROTA_STEPS_MAX = 8,
    ROTA_RULES_MAX = 256,    /* that hold for one officer */
    ROTA_WEIGHT_MAX = 1 << 20,
    ROTA_SEED_LEN = 32,
};

#define ROTA_OFF 0               /* the duty of a day off */
#define ROTA_MANY 1000000        /* a maximum that is none */

/* What a person does on a day: a shift, and where. Two officers with the same duty on the same day are together. */
struct rota_duty {
    str name;    /* "N" or "night/hall": unique, no spaces */
    str shift, post; /* its parts, for people; post may be empty */
    int start;   /* minute of the day */
    int minutes; /* how long; 0 for the day off */
    int counters; /* that are drawn among those who are there, at the start and midway; 0: none */
};

enum rota_kind {
    ROTA_COUNT,         /* days with a duty of the set */
    ROTA_SUM,           /* minutes of the duties of the set, in whole units */
    ROTA_RUN,           /* consecutive days with a duty of the set; shorter and longer runs are wrong by the days that lack or are too many */
    ROTA_ROW,           /* the same among the days worked: days off between do not end a row. Only the maximum */
    ROTA_PATTERN,       /* a duty of step[0], the next day one of step[1], ...: each place where it matches is one too many */
    ROTA_WEEKENDS,      /* weekends with a duty of the set */
    ROTA_WEEKEND_RUN,   /* such weekends one after the other */
    ROTA_WEEKEND_WHOLE, /* weekends worked in part: the days off in them, and, if one lies between days worked, all days of a weekend besides */
    ROTA_WEEKEND_SAME,  /* weekends worked whole, with different duties: for each of the duties the days that have another */
    ROTA_KINDS,
};

/* What a rule of a table is about, for those who say it in another language than words. */
enum rota_term {
    ROTA_TERM_NONE, ROTA_TERM_DAYS, ROTA_TERM_HOURS, ROTA_TERM_WEEKENDS, ROTA_TERM_WEEKENDS_ROW, ROTA_TERM_DAYS_ROW, ROTA_TERM_OFF_ROW,
    ROTA_TERM_WHOLE_WEEKENDS, ROTA_TERM_SHIFT, ROTA_TERM_SHIFT_ROW, ROTA_TERM_REST, ROTA_TERM_WITH, ROTA_TERM_WITH_ROW, ROTA_TERMS,
};

struct rota_rule {
    enum rota_kind kind;
    uint64_t duties;        /* the set; bit 0 is the day off */
    const uint64_t *visits; /* NULL, or for each duty the days on which it counts: where a carrier is met */
    uint64_t days;          /* days it speaks of (for a pattern: where it may begin) */
    int min, max;           /* 0 and ROTA_MANY where there is none */
    int under, over;        /* what each unit below min and above max costs */
    int unit;               /* of a sum: minutes; of rest: the hours wanted */
    bool hard;              /* costs count as breaches of the law, not as wishes */
    bool open_ends;         /* a run that touches the first or last day is not too short: it may go on outside */
    int weekend_first, weekend_len; /* 0 Monday .. 6 Sunday, and 2 to 4 days */
    int n_steps;
    uint64_t step[ROTA_STEPS_MAX];
    str words;              /* "at most 5 shifts in a row" */
    enum rota_term term;    /* NONE: words alone say it */
    str of;                 /* the shift, post or carrier of the term */
};

struct rota_officer {
    str name;
    const struct rota_rule **rules; /* what holds for this officer: the contract's, and her own */
    int n_rules;
    uint64_t can;                   /* duties she is qualified for; bit 0 is always set */
};

/* How many officers are needed with a duty of the set on a day. */
struct rota_cover {
    int day;
    uint64_t duties;
    int min, max;
    int under, over;
    bool hard;
};

/* What an officer asks for, or was promised. */
struct rota_request {
    int officer, day;
    uint64_t duties;
    bool wanted; /* true: one of the set; false: none of it */
    int weight;
    bool hard;
};

/* How often any two officers may have the same duty of the set on the same day. */
struct rota_meetings {
    uint64_t duties; /* 0: no bound */
    int max;
    int over;
    bool hard;
};

struct rota {
    int n_days, n_officers, n_duties;
    int64_t first_day;        /* days since 1970-01-01 */
    const struct rota_duty *duties; /* [0] is the day off */
    struct rota_officer *officers;
    uint64_t *allowed;        /* [officer * n_days + day]: duties that are possible at all: qualification, leave, illness, what is past and fixed */
    const struct rota_cover *cover;
    int n_cover;
    const struct rota_request *requests;
    int n_requests;
    struct rota_meetings meetings;
};

struct rota_score {
    int64_t hard; /* 0: nothing is broken that must hold */
    int64_t soft; /* what the wishes cost */
};

/* Whether the parts fit together: sizes, indexes, sets within the duties, weights. What fails here is our reader's fault or a file's. */
MUST_USE int rota_check(const struct rota *rota, struct err *err);

uint8_t *rota_roster(struct arena *a, const struct rota *rota); /* from arena; everybody off */
int rota_weekday(const struct rota *rota, int day);            /* 0 Monday .. 6 Sunday */
uint64_t rota_all_days(const struct rota *rota);
uint64_t rota_all_duties(const struct rota *rota); /* the day off included */
/* The days of the nth weekend of a rule that lie within the days of the rota; 0 when there is no nth. */
uint64_t rota_weekend(const struct rota *rota, const struct rota_rule *rule, int nth);

/* --- scoring: the judge, written apart from what the solver reckons with (score.c) --- */

enum rota_breach_kind { ROTA_BREACH_RULE, ROTA_BREACH_COVER, ROTA_BREACH_REQUEST, ROTA_BREACH_MEETINGS, ROTA_BREACH_FORBIDDEN };

struct rota_breach {
    enum rota_breach_kind kind;
    int index;           /* of the officer's rule, the cover or the request */
    int officer, other;  /* -1: none */
    int first, last;     /* days; -1: the whole rota */
    int amount;          /* units it is wrong by; negative: too few */
    int64_t cost;
    bool hard;
};

/* The score of a roster. breaches, if not NULL, gets each breach, from arena, in a fixed order: forbidden, rules, cover, requests, meetings. */
struct rota_score rota_judge(struct arena *a, const struct rota *rota, const uint8_t *roster, const struct rota_breach **breaches, size_t *n);
/* One sentence: "Weber: at most 5 shifts in a row: 1 too many, from Mon 2 Mar to Sat 7 Mar". */
str rota_breach_words(struct arena *a, const struct rota *rota, const struct rota_breach *breach);
str rota_day_words(struct arena *a, const struct rota *rota, int day); /* "Mon 2 Mar" */

/* --- making (solve.c) --- */

/* Which search this is. Raised by one whenever the same rota, seed and moves can give another roster than before, or the same illness other stand-ins
 * (repair.h): a node keeps it with what it made, a record tells it, and whoever has another search does not take the difference for a hand.
 * 1: annealing alone. 2: linear programs behind it. test_columns.c fails when it is not raised. */
#define ROTA_SEARCH 2

#define ROTA_MOVES 200000000 /* a count for a rota of some dozen officers and four weeks: half a minute */

/* Annealing (solve.c); from ten million moves on, and where meetings have no bound, an eighth of it, then linear programs over whole rows
 * (branch.h), which end all when theirs is proved to be the best, for three eighths, then annealing again. */

/* Fills roster (n_officers * n_days duties) with the best that `moves` moves find; score, if not NULL, is what it is worth. What stands in the roster
 * before does not matter. ERR_INPUT if rota_check refuses. */
MUST_USE int rota_solve(const struct rota *rota, const uint8_t seed[static ROTA_SEED_LEN], int64_t moves, uint8_t *roster, struct rota_score *score,
                        struct err *err);

/* Who waits for a search: told several times a second, on its thread, how many moves are done and what the best so far costs. What it does changes
 * nothing of what is found: false ends the search, and then there is no result. */
struct rota_watch {
    bool (*go_on)(void *arg, int64_t done, struct rota_score best);
    void *arg;
};
/* The same, watched (NULL: nobody does). ERR_RETRY: it was stopped, and roster is of no meaning. */
MUST_USE int rota_solve_watched(const struct rota *rota, const uint8_t seed[static ROTA_SEED_LEN], int64_t moves, const struct rota_watch *watch,
                                uint8_t *roster, struct rota_score *score, struct err *err);

#endif
