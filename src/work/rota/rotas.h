/* rotas: the rotas of an agency's officers: the table frozen, then drawn, then changed only so that it shows.
 *
 * What: a table of book.h is kept sealed and can be changed until it is frozen. Then its digest is in the log, the hall's key holders answer for
 *       that digest, at least two of them, and the seed follows; the node makes the roster. Whoever is ill is stood in for by a lot of its own; a hand
 *       may change a cell, with a reason, and the cell stays marked. At the start of a shift and midway its counters are drawn.
 * Why:  nobody, whoever writes the table, can know what it gives before it is fixed, and nobody can put an officer anywhere unseen.
 *
 *     rotas_save(node, &boss, &one, text, now, &err);              // one.hall; a new id when it has none; ERR_INPUT says in which line
 *     rotas_freeze(node, &boss, one.id, now, &err);
 *     rotas_tend(node, &holders, now, &more, &err);                // by the clock: draws what waits
 *     rotas_make(node, now, NULL, &more, &err);                    // and makes what is drawn
 *     rotas_look(node, &boss, one.id, now, a, &seen, &err);
 *
 * The same table is drawn once for a hall. Another table for the same days can be: rotas_attempt says the how many-th it was, and every page and print.
 * Not here: the search (rota.h), the table (book.h), who holds keys (work/desk/holders.h), pages.
 */
#ifndef COMITY_ROTAS_H
#define COMITY_ROTAS_H

#include "work/desk/hall.h"
#include "work/rota/book.h"
#include "work/rota/repair.h"

#define ROTAS_INPUT_MAX (1 << 20)  /* bytes of a table */
#define ROTAS_MOVES_MAX (10 * ROTA_MOVES) /* that a node makes: some minutes */
#define ROTAS_CHANGES_MAX 2000
#define ROTAS_WHY_MAX 300

extern const struct db_schema rotas_schema;

enum rotas_state { ROTAS_DRAFT = 1, ROTAS_FROZEN, ROTAS_DRAWN, ROTAS_MADE };

/* Without names: may be listed without a look. */
struct rotas_one {
    uint8_t id[ID_LEN], hall[ID_LEN], digest[HASH_LEN];
    struct vault_id input, roster;
    enum rotas_state state;
    int64_t first_day;
    int n_days;
    struct rota_score score; /* of the roster as it was drawn */
    int search;              /* which made it (ROTA_SEARCH); before: of no meaning */
    int64_t made_ms, frozen_ms, rostered_ms;
};

struct rotas_draw {
    struct draw what;
    uint8_t rota[ID_LEN], known[HASH_LEN];
    int64_t change; /* 0: the rota itself */
    struct draw_answers answers; /* n 0: it waits */
    int64_t drawn_ms;
};

enum rotas_kind { ROTAS_ILL = 1, ROTAS_HAND, ROTAS_COUNTERS, ROTAS_SWAP };
struct rotas_cell { int officer, day, to; }; /* a duty; of counters: a counter, 0 relief */
struct rotas_change {
    int64_t number;
    enum rotas_kind kind;
    int officer, first, last; /* of counters: -1, the day twice */
    int duty, half;           /* counters: of which duty; 0 at its start, 1 midway */
    str what, why;            /* what: the words that were frozen before the draw */
    uint8_t by[ID_LEN], agreed[ID_LEN]; /* agreed: of a swap */
    int64_t at_ms;
    bool done;                /* of a swap: both want it; one that is not done and has no cells is over */
    int eligible;             /* illness: among how many the first lot decided */
    int search;               /* illness: which found who stands in (ROTA_SEARCH) */
    struct rotas_cell *cells;
    size_t n;
};

enum rotas_mark { ROTAS_AS_DRAWN, ROTAS_REPAIRED, ROTAS_BY_HAND };
struct rotas_seen {
    struct rotas_one one;
    bytes input;
    struct rota_book book;
    uint8_t *drawn, *roster, *mark; /* a cell each; NULL until it is made */
    struct rotas_change *changes;
    struct rotas_draw *draws;
    size_t n, n_draws;
    unsigned attempt; /* the how many-th that was frozen for this hall and these days */
    int other_search; /* of a record (rotas_record_check); else 0 */
};

/* Acts of who makes rotas (VERB_ROTA). A draft is written, dropped, frozen. */
MUST_USE int rotas_save(struct node *node, const struct actor *actor, struct rotas_one *one, bytes input, int64_t now_ms, struct err *err);
MUST_USE int rotas_drop(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], int64_t now_ms, struct err *err);
/* ERR_DENIED: the hall has no keys that are a day old; ERR_EXISTS: the same table was drawn before. */
MUST_USE int rotas_freeze(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], int64_t now_ms, struct err *err);
/* She is ill on those days of the rota: who stands in is drawn by rotas_tend. */
MUST_USE int rotas_ill(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], int officer, int first, int last, int64_t now_ms,
                       struct err *err);
/* A cell by hand, with a reason: it stays marked. */
MUST_USE int rotas_hand(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], struct rotas_cell cell, str why, int64_t now_ms,
                        struct err *err);

/* No act: days and states, no names. Newest days first. */
MUST_USE int rotas_list(struct db *db, struct arena *a, struct rotas_one **out, size_t *n, struct err *err);
/* No act either: one that is frozen and not made: what it waits for. ERR_NOT_FOUND: none, or a draft, or made: that is looked at. */
MUST_USE int rotas_waiting(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct rotas_seen *out, struct err *err);
/* Within an act of another room (the watch), or for the node's own clock: all of it, with the changes that are done put onto the roster. */
MUST_USE int rotas_load(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct rotas_seen *out, struct err *err);
/* Looks: the whole (VERB_ROTA_LOOK); an officer's own (VERB_SHIFTS): of every rota that is made for these days or later, the row with her name. */
MUST_USE int rotas_look(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], int64_t now_ms, struct arena *a,
                        struct rotas_seen *out, struct err *err);
struct rotas_shift {
    int64_t day;
    const struct rota_duty *duty;  /* of one that is called off: which it was, or NULL */
    enum rotas_mark mark;
    int counter[2];                /* -1: not drawn yet */
    bool called_off;               /* there was one, and she is off now: for calendars */
    int sequence;
    int64_t since_ms;
    str place;
};
MUST_USE int rotas_shifts(struct node *node, const struct actor *actor, str name, int64_t from_day, int64_t now_ms, struct arena *a,
                          struct rotas_shift **out, size_t *n, struct err *err);

/* The same, and the swaps that wait for an answer, from two days after from_day on (a page asks from yesterday on, for nights). */
struct rotas_swap_day { int64_t day; const struct rota_duty *has, *gets; }; /* [0] of the duties: a day off */
struct rotas_swap { uint8_t rota[ID_LEN]; int64_t number; bool asked; /* by her; else she is asked */ str other; struct rotas_swap_day days[2]; size_t n; };
struct rotas_own { struct rotas_shift *shifts; struct rotas_swap *swaps; size_t n, n_swaps, room, room_swaps; };
MUST_USE int rotas_own(struct node *node, const struct actor *actor, str name, int64_t from_day, int64_t now_ms, struct arena *a, struct rotas_own *out,
                       struct err *err);
/* Two officers swap (VERB_SWAP): she of that name asks another to change places with her on a day of hers, and, if it is another, on one of the other's. Once
 * the other agrees it is so, marked as by hand. ERR_DENIED says what stands against it: nothing that must hold may break, and no pair, post or carrier recur
 * more than it did where the rota bounds that. */
struct rotas_wish { int64_t day, other_day; str other; };
MUST_USE int rotas_ask_swap(struct node *node, const struct actor *actor, str name, const struct rotas_wish *wish, int64_t today, int64_t now_ms, struct err *err);
/* The other agrees or refuses, or who asked takes it back. ERR_NOT_FOUND: it does not wait for her. */
MUST_USE int rotas_answer_swap(struct node *node, const struct actor *actor, str name, const uint8_t id[static ID_LEN], int64_t number, bool agrees,
                               int64_t today, int64_t now_ms, struct err *err);

/* By the clock (VERB_ROTA_DRAW): what waits is drawn. today, minute: where the agency works. *more: there is more to do at once.
 * ERR_RETRY: fewer than two holders answer; what waits goes on waiting and is asked again: there is no other seed. */
struct rotas_clock { int64_t now_ms, today; int minute; /* below 0: counters are not looked at */ };
MUST_USE int rotas_tend(struct node *node, const struct hall_holders *holders, const struct rotas_clock *clock, bool *more, struct err *err);
/* What is drawn is made, one rota: minutes, so on a thread of its own. stopping (NULL: nobody stops it) is looked at meanwhile; a search that is
 * stopped is no failure: it begins anew the next time, and finds the same. */
MUST_USE int rotas_make(struct node *node, int64_t now_ms, const bool *stopping, bool *more, struct err *err);
/* How far the search of a rota is, and what the best so far costs. False: this program does not search for it now. */
struct rotas_progress { int64_t done, moves, began_ms; struct rota_score best; };
bool rotas_progress(const uint8_t id[static ID_LEN], struct rotas_progress *out);

bool rotas_lapsed(const struct rotas_draw *draw, int64_t now_ms); /* no holder answered in time: it never comes */

/* --- what anybody can recompute (rotas_follow.c) --- */

/* The seed of a draw that came. ERR_CRYPTO, ERR_RETRY: fewer than two answers. */
MUST_USE int rotas_seed(const struct threshold_keys *keys, const struct rotas_draw *draw, uint8_t seed[static ROTA_SEED_LEN], struct err *err);
/* What an illness does to the roster as it is after the changes before it. Fills change->cells, eligible, done. */
MUST_USE int rotas_stand_in(struct arena *a, const struct rotas_seen *seen, struct rotas_change *change, const uint8_t seed[static ROTA_SEED_LEN],
                            struct err *err);
/* Who gets which counter, within what the table's row "counters" allows where it can. */
void rotas_seats(struct arena *a, const struct rotas_seen *seen, struct rotas_change *change, const uint8_t seed[static ROTA_SEED_LEN]);
/* The draws, answers and changes of a rota that is made, as JSON: with its table a stranger makes it again (rotas_record.c). From arena. */
str rotas_record_write(struct arena *a, const struct rotas_seen *seen, const struct threshold_keys *keys);
/* Makes it again: the digest, each proof, the roster, who stood in, each counter. out: as it has to be, with its marks. keys: by which it was drawn.
 * ERR_CORRUPT, ERR_CRYPTO, ERR_INPUT say which of them does not follow.
 * out->other_search is not 0: that search made the roster, or found who stood in, and this program finds otherwise: that is no breach and no proof. What
 * the record says it was is taken as it stands, and all else is checked. Records of search 1 may not say it: then roster, drawn and mark are NULL. */
MUST_USE int rotas_record_check(struct arena *a, bytes input, bytes record, struct rotas_seen *out, struct threshold_keys *keys, struct err *err);
/* What a calendar has to know of each cell: how often it changed, when last, and what of it is over. From arena, a cell each. */
struct rotas_past { int sequence; int64_t since_ms; bool called_off; int was; /* duty; 0: not known */ };
struct rotas_past *rotas_pasts(struct arena *a, const struct rotas_seen *seen);
/* Shifts of an officer (-1: of all) as iCalendar, with what was called off. */
void rotas_calendar(struct arena *a, struct buf *out, const struct rotas_seen *seen, int officer);
/* Puts a change onto roster and marks. */
void rotas_apply(struct rotas_seen *seen, const struct rotas_change *change);

#endif
