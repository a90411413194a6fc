/* For tests of the post: agencies with folders of their own that know each other as partners, with letter keys. */
#ifndef COMITY_TEST_POST_HOUSE_H
#define COMITY_TEST_POST_HOUSE_H

#include "trust/letter/post_internal.h"

#define POST_NOW 1795132800000 /* 2026-11-20T00:00:00Z */
#define POST_DAY (24LL * 3600 * 1000)

struct post_house {
    struct arena *a;
    char folder[64], dir[80];
    struct node *node;
    struct partner self; /* as its partners see it */
};

extern const struct actor post_operator;

void post_house_open(struct post_house *h, const char *name); /* ends the test when it cannot */
void post_house_close(struct post_house *h);
void post_house_reopen(struct post_house *h);
/* h learns what it must know of other. */
void post_house_meet(struct post_house *h, const struct post_house *other);
int64_t post_house_count(struct post_house *h, const char *sql); /* one number */
int64_t post_house_log_size(struct post_house *h);

/* letter_send in an act of its own; *id is the letter's. */
int post_house_send(struct post_house *h, const struct partner *to, const struct letter *l, int64_t now_ms, uint8_t id[static ID_LEN],
                    struct err *err);

#endif
