/* For tests of witnesses: agencies whose lines are function calls. */
#ifndef COMITY_WITNESS_TEST_WATCH_H
#define COMITY_WITNESS_TEST_WATCH_H

#include "trust/peer/test_house.h"
#include "trust/witness/witness_internal.h"

#define WATCH_MAX 4
#define WATCH_NOW INT64_C(1795467960000)

/* The agencies of a test, each paired with each other. */
struct watch {
    struct house houses[WATCH_MAX];
    size_t n;
    bool cut[WATCH_MAX];      /* not reached */
    struct node *shown[WATCH_MAX][WATCH_MAX]; /* [whom][to whom]: another node that answers in its place; NULL: itself */
    int sent;                 /* requests so far */
    bool caller_died;         /* the answer of the next request is lost */
};

void watch_open(struct watch *w, size_t n);
void watch_close(struct watch *w);
/* The line of one of them to the others. */
struct watch_end { struct watch *watch; size_t who; };
struct witness_line watch_line(struct watch_end *end);

struct partner watch_partner(struct watch *w, size_t who, size_t of); /* as `who` has it in its table */
void watch_grow(struct node *node, int64_t acts);
void watch_round(struct watch *w, size_t who, int64_t now_ms);
int watch_look(struct watch *w, size_t who, size_t at, int64_t now_ms); /* 0, or 1: new evidence */
int64_t watch_open_evidence(struct watch *w, size_t who, size_t against);
struct arena *watch_arena(struct watch *w);
str watch_head(struct watch *w, struct node *node, int64_t size);
/* Changes the first agency's database as somebody with the file could; the second: to fewer leaves, in agreement with itself. */
void watch_change(struct watch *w, const char *sql);
void watch_cut_back(struct watch *w, int64_t size);
struct witness_evidence watch_newest(struct watch *w, size_t who);
bool watch_has_open(struct watch *w, size_t who, const char *kind);
void watch_confirm(struct watch *w, size_t who, size_t of, int64_t now);
struct seen watch_seen(struct watch *w, size_t who, size_t of);

#endif
