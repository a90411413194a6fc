/* For tests: a node with a file and a recording in it. */
#ifndef COMITY_TEST_STATEMENT_HOUSE_H
#define COMITY_TEST_STATEMENT_HOUSE_H

#include "work/statements/recording_internal.h"

#define NOW INT64_C(1795467960123)

struct fixture {
    struct arena *a;
    const char *dir;
    struct node *node;
    struct names *names;
    struct actor lead, other;
    struct casework w;
    uint8_t file[ID_LEN], interview[ID_LEN], id[ID_LEN];
    struct err err;
};

#define OK(expression) \
    do { \
        f->err.text[0] = 0; \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, f->err.text); \
    } while (0)

int house_set_up(void **state);
int house_tear_down(void **state);
/* Media of 2000 + i bytes without a cluster of WebM in it. */
bytes house_media(struct fixture *f, int i);
/* Part i, at 2 i seconds. */
int house_append(struct fixture *f, int i, int64_t *have);

#endif
