#include "trust/letter/post_watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ground/base/aside.h"

#define KEYS_TRIED 8

struct watch {
    struct arena *arena;
    const char *path;
    uint64_t at;         /* handed over so far */
    int64_t touched_ns;
    bool busy;           /* somebody is handing over */
    struct aside *aside;
    const struct post_kinds *kinds;
    struct partner from;
    uint8_t recipient_key[32];
    uint8_t *file_key;   /* secret memory */
    /* of the thread's, until aside_end: */
    struct crypto_sha256_stream digest;
    size_t header_left;  /* of the age file's header: opened already */
    struct age_open *age;
    struct post_inside inside;
    bool broken;         /* it does not hold: nothing more is asked of it */
    bool asked;          /* whether somebody wants to look */
    const struct letter_look *kind;
    void *look;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the table and of busy; a watch that is busy or out of it is its user's alone */
static struct watch *watches[WATCHES_MAX];

/* --- on the thread --- */

static void ask(struct watch *w)
{
    struct letter_content content;
    w->asked = true;
    if (letter_content_read(w->arena, (bytes){w->inside.line, w->inside.line_len}, &content, NULL) < 0)
        return;
    const struct letter_kind *kind = post_kind_of(w->kinds, content.kind);
    if (kind && kind->look && (w->look = kind->look->begin(&w->from, &content)))
        w->kind = kind->look;
}

static int see_payload(void *to, bytes data, struct err *err)
{
    struct watch *w = to;
    (void)err;
    if (!w->asked)
        ask(w);
    if (w->look)
        w->kind->add(w->look, data);
    return 0;
}

static void work(void *arg, bytes block)
{
    struct watch *w = arg;
    struct err why;
    crypto_sha256_add(&w->digest, block);
    const size_t skip = w->header_left < block.len ? w->header_left : block.len;
    w->header_left -= skip;
    if (!w->broken && block.len > skip)
        w->broken = age_open_update(w->age, (bytes){block.p + skip, block.len - skip}, &why) < 0;
}

/* --- the table --- */

static void drop(struct watch *w)
{
    if (!w)
        return;
    aside_end(w->aside);
    age_open_free(w->age);
    if (w->look)
        w->kind->drop(w->look);
    secret_free(w->file_key);
    arena_free(w->arena);
    free(w);
}

/* The key that opens it, among ours: which of them the letter's header says, and that comes last. */
static int find_key(struct node *node, const struct age_header *age, struct watch *w)
{
    uint8_t keys[KEYS_TRIED][32];
    struct err why;
    size_t n = 0;
    int r = post_store_keys_live(node->db, keys, KEYS_TRIED, &n, &why);
    for (size_t i = 0; r == 0 && i < n; i++)
        if ((r = post_file_key(node, keys[i], age, w->file_key, &why)) == 1)
            memcpy(w->recipient_key, keys[i], sizeof w->recipient_key);
    return r;
}

/* From its first part; NULL: it cannot be opened, or not yet. */
static struct watch *begin(struct node *node, const struct post_kinds *kinds, const struct partner *from, const char *path, bytes part)
{
    struct watch *w = mem_calloc(1, sizeof *w);
    struct age_header age;
    w->arena = arena_new();
    w->path = str_dup(w->arena, str_from(path)).p;
    w->kinds = kinds;
    w->from = partner_copy(w->arena, from);
    w->file_key = secret_alloc(AGE_FILE_KEY_LEN);
    if (age_header_parse(w->arena, (bytes){part.p, part.len < AGE_HEADER_MAX ? part.len : AGE_HEADER_MAX}, &age, NULL) < 0 || find_key(node, &age, w) != 1 ||
        age_open_new(w->file_key, &age, post_inside_sink(&w->inside), &w->age, NULL) < 0) {
        drop(w);
        return NULL;
    }
    w->header_left = age.len;
    post_inside_begin(&w->inside, (struct age_sink){see_payload, w});
    crypto_sha256_begin(&w->digest);
    w->aside = aside_new(work, w);
    return w;
}

static struct watch **place_of(const char *path)
{
    for (size_t i = 0; i < WATCHES_MAX; i++)
        if (watches[i] && strcmp(watches[i]->path, path) == 0)
            return &watches[i];
    return NULL;
}

/* A place for a new one; *old: what lay there too long and has to be dropped. NULL: all are in use. */
static struct watch **free_place(int64_t now_ns, struct watch **old)
{
    *old = NULL;
    for (size_t i = 0; i < WATCHES_MAX; i++) {
        struct watch *w = watches[i];
        if (w && (w->busy || now_ns - w->touched_ns < WATCH_KEEP_S * INT64_C(1000000000)))
            continue;
        *old = w;
        watches[i] = NULL;
        return &watches[i];
    }
    return NULL;
}

/* Takes the watch of a path for its user alone, if it stands at the offset; *out_of_step: it does not, and is out of the table. */
static struct watch *enter(const char *path, uint64_t offset, struct watch **out_of_step)
{
    struct watch **place = place_of(path), *w = place ? *place : NULL;
    *out_of_step = NULL;
    if (!w || w->busy)
        return NULL;
    if (w->at != offset) {
        *out_of_step = w;
        *place = NULL;
        return NULL;
    }
    w->busy = true;
    return w;
}

static struct watch *begin_in_place(struct node *node, const struct post_kinds *kinds, const struct partner *from, const char *path, bytes part)
{
    struct watch *old, *w = begin(node, kinds, from, path, part);
    if (!w)
        return NULL;
    w->busy = true;
    w->touched_ns = clock_monotonic_ns();
    pthread_mutex_lock(&lock);
    struct watch **place = place_of(path) ? NULL : free_place(w->touched_ns, &old);
    if (place)
        *place = w;
    pthread_mutex_unlock(&lock);
    drop(place ? old : w);
    return place ? w : NULL;
}

void post_watch_part(struct node *node, const struct post_kinds *kinds, const struct partner *from, const char *path, uint64_t offset, bytes part)
{
    struct watch *w, *out_of_step;
    if (!kinds)
        return;
    pthread_mutex_lock(&lock);
    w = enter(path, offset, &out_of_step);
    pthread_mutex_unlock(&lock);
    drop(out_of_step);
    if (!w && offset == 0)
        w = begin_in_place(node, kinds, from, path, part);
    if (!w)
        return;
    aside_add(w->aside, part);
    pthread_mutex_lock(&lock);
    w->at += part.len;
    w->touched_ns = clock_monotonic_ns();
    w->busy = false;
    pthread_mutex_unlock(&lock);
}

/* After aside_end: does all of it hold, under the key and with the digest that the header says. */
static bool holds(struct watch *w, const struct letter_header *h)
{
    uint8_t digest[HASH_LEN];
    crypto_sha256_end(&w->digest, digest);
    return !w->broken && age_open_end(w->age, NULL) == 0 && crypto_equal(digest, h->digest, HASH_LEN) &&
           memcmp(w->recipient_key, h->recipient_key, sizeof w->recipient_key) == 0;
}

bool post_watch_take(const char *path, const struct letter_header *h, struct post_inside *in, uint8_t file_key[static AGE_FILE_KEY_LEN],
                     const struct letter_look **kind, void **look)
{
    pthread_mutex_lock(&lock);
    struct watch **place = place_of(path), *w = place && !(*place)->busy && (*place)->at == h->size ? *place : NULL;
    if (w)
        *place = NULL;
    pthread_mutex_unlock(&lock);
    *look = NULL;
    if (!w)
        return false;
    aside_end(w->aside);
    w->aside = NULL;
    const bool good = holds(w, h);
    if (good) {
        memcpy(file_key, w->file_key, AGE_FILE_KEY_LEN);
        if (w->look)
            w->kind->end(w->look);
        *in = w->inside;
        in->payload = (struct age_sink){NULL, NULL};
        *kind = w->kind;
        *look = w->look;
        w->look = NULL;
    }
    drop(w);
    return good;
}
