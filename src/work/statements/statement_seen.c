/* A copy that is checked while it comes in: see statement_seen.h. */
#include "work/statements/statement_seen.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "work/statements/statement_give.h"

void statement_seen_begin(struct statement_seen *s)
{
    *s = (struct statement_seen){0};
}

int statement_seen_piece(void *arg, const struct statement_header *h, const struct statement_piece *p, struct err *err)
{
    struct statement_seen *s = arg;
    (void)p;
    (void)err;
    if (s->held++)
        return 0;
    s->statement = (struct statement){.leaves = h->leaves, .leaf_index = h->leaf_index, .length_ms = h->length_ms, .sealed_ms = h->sealed_ms};
    memcpy(s->statement.id, h->id, ID_LEN);
    memcpy(s->statement.root, h->root, HASH_LEN);
    memcpy(s->type, h->type.p, h->type.len < RECORDING_TYPE_MAX ? h->type.len : RECORDING_TYPE_MAX);
    return 0;
}

/* --- while it comes in --- */

struct look {
    uint8_t agency_key[SIGN_PUBLIC_LEN];
    struct statement_check *check;
    struct statement_seen seen;
};

static void *look_begin(const struct partner *from, const struct letter_content *content)
{
    if (!str_eq(content->type, STR(STATEMENT_MEDIA_TYPE)))
        return NULL;
    struct look *l = mem_calloc(1, sizeof *l);
    memcpy(l->agency_key, from->agency_key, sizeof l->agency_key);
    statement_seen_begin(&l->seen);
    l->check = statement_check_new(l->agency_key, statement_seen_piece, &l->seen);
    return l;
}

static void look_add(void *look, bytes data)
{
    struct look *l = look;
    struct err why;
    if (l->seen.result == 0)
        l->seen.result = statement_check_add(l->check, data, &why);
}

static void look_end(void *look)
{
    struct look *l = look;
    struct err why;
    if (l->seen.result == 0)
        l->seen.result = statement_check_end(l->check, &why);
}

static void look_drop(void *look)
{
    struct look *l = look;
    statement_check_free(l->check);
    free(l);
}

const struct letter_look statement_look = {look_begin, look_add, look_end, look_drop};

/* --- until it is examined --- */

static struct { uint8_t letter[ID_LEN]; bool used; struct statement_seen seen; } noted[SEEN_MAX];
static size_t next;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static size_t place_of(const uint8_t letter[static ID_LEN])
{
    size_t i = 0;
    while (i < SEEN_MAX && !(noted[i].used && memcmp(noted[i].letter, letter, ID_LEN) == 0))
        i++;
    return i;
}

void statement_seen_note(const uint8_t letter[static ID_LEN], const void *look)
{
    const struct look *l = look;
    pthread_mutex_lock(&lock);
    size_t i = place_of(letter);
    if (l && i == SEEN_MAX)
        i = next++ % SEEN_MAX;
    if (i < SEEN_MAX) {
        noted[i].used = l != NULL;
        memcpy(noted[i].letter, letter, ID_LEN);
        noted[i].seen = l ? l->seen : (struct statement_seen){0};
    }
    pthread_mutex_unlock(&lock);
}

bool statement_seen_take(const uint8_t letter[static ID_LEN], struct statement_seen *out)
{
    pthread_mutex_lock(&lock);
    const size_t i = place_of(letter);
    const bool found = i < SEEN_MAX;
    if (found) {
        *out = noted[i].seen;
        noted[i].used = false;
    }
    pthread_mutex_unlock(&lock);
    return found;
}
