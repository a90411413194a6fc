/* The folder of an index: which segments belong to it, who may change it, and how records come in and go out.
 *
 *     segments     the manifest, sealed: the salts of the segments in force, in one atomic file
 *     lock         held while the manifest changes
 *     SALT.seg     a segment
 *     *.new        a segment that is being made; its maker holds a lock on it, so leftovers of a crash are told apart
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "trust/match/search_internal.h"

#define BATCH_PAIRS (6 * 1024 * 1024) /* 72 MB, twice while they are sorted */
#define SEGMENTS_WANTED 4             /* more are merged */
#define MERGE_RECORDS_MAX 4000000     /* what a merge may make: its terms are held in memory */
#define MANIFEST_VERSION 1
#define RULESET_LEN 48

const char *folder_path(struct arena *a, const char *dir, const char *name)
{
    return str_printf(a, "%s/%s", dir, name).p;
}

const char *folder_segment(struct arena *a, const char *dir, const uint8_t salt[static SEGMENT_SALT_LEN])
{
    char name[SEGMENT_NAME_MAX];
    segment_name(name, salt);
    return folder_path(a, dir, name);
}

/* Manifest: version 1 | ruleset 48 | n 4 | n times (salt 16, records 8) */

/* *key is in secret memory; it is freed also after an error. */
static int manifest_key(const struct keyring *keys, uint8_t **key, struct err *err)
{
    *key = secret_alloc(KEY_LEN);
    return keyring_mac(keys, KEYRING_MAC_INDEX, str_bytes(STR("comity search manifest 1")), *key, KEY_LEN, err);
}

static void ruleset_of(const struct names *names, char out[static RULESET_LEN])
{
    memset(out, 0, RULESET_LEN);
    snprintf(out, RULESET_LEN, "%s", names_ruleset(names));
}

static int parse_manifest(bytes plain, const struct names *names, struct manifest *out, struct err *err)
{
    char ruleset[RULESET_LEN];
    ruleset_of(names, ruleset);
    struct reader r = reader_new(plain);
    uint8_t version = reader_u8(&r);
    bytes theirs = reader_take(&r, RULESET_LEN);
    uint32_t n = reader_u32(&r);
    if (version != MANIFEST_VERSION || !theirs.p || memcmp(theirs.p, ruleset, RULESET_LEN) != 0)
        return err_set(err, ERR_CORRUPT, "the search index was made with other name rules than this program has; the next `comity search` makes it anew");
    for (uint32_t i = 0; i < n && i < SEGMENTS_MAX; i++) {
        bytes salt = reader_take(&r, SEGMENT_SALT_LEN);
        if (salt.p)
            memcpy(out->segments[i].salt, salt.p, SEGMENT_SALT_LEN);
        out->segments[i].n_records = reader_u64(&r);
    }
    out->n = n;
    return n <= SEGMENTS_MAX && reader_done(&r) ? 0 : err_set(err, ERR_CORRUPT, "the search index's list of parts makes no sense; the next `comity search` makes it anew");
}

int manifest_read(const char *dir, const struct keyring *keys, const struct names *names, struct manifest *out, struct err *err)
{
    memset(out, 0, sizeof *out);
    struct arena *a = arena_new();
    bytes sealed;
    int r = file_read(a, folder_path(a, dir, "segments"), 1 << 16, &sealed, err);
    if (r == ERR_NOT_FOUND) {
        r = 0;
    } else if (r == 0) {
        uint8_t *key, *plain = arena_alloc(a, sealed.len);
        r = manifest_key(keys, &key, err);
        if (r == 0 && (sealed.len < SEAL_OVERHEAD || !crypto_unseal(plain, key, sealed, str_bytes(STR("segments")))))
            r = err_set(err, ERR_CORRUPT, "%s: the search index's list of parts is damaged; the next `comity search` makes it anew", dir);
        else if (r == 0)
            r = parse_manifest((bytes){plain, sealed.len - SEAL_OVERHEAD}, names, out, err);
        secret_free(key);
    }
    if (r < 0)
        out->n = 0;
    arena_free(a);
    return r;
}

static int manifest_write(const char *dir, const struct keyring *keys, const struct names *names, const struct manifest *m, struct err *err)
{
    struct arena *a = arena_new();
    struct buf b = buf_new(a);
    char ruleset[RULESET_LEN];
    ruleset_of(names, ruleset);
    buf_byte(&b, MANIFEST_VERSION);
    buf_add_bytes(&b, ruleset, sizeof ruleset);
    buf_u32(&b, (uint32_t)m->n);
    for (size_t i = 0; i < m->n; i++) {
        buf_add_bytes(&b, m->segments[i].salt, SEGMENT_SALT_LEN);
        buf_u64(&b, m->segments[i].n_records);
    }
    uint8_t *key, *sealed = arena_alloc(a, b.len + SEAL_OVERHEAD);
    int r = manifest_key(keys, &key, err);
    if (r == 0)
        crypto_seal(sealed, key, buf_bytes(&b), str_bytes(STR("segments")));
    secret_free(key);
    if (r == 0)
        r = file_write(folder_path(a, dir, "segments"), (bytes){sealed, b.len + SEAL_OVERHEAD}, FILE_MODE_PRIVATE, err);
    arena_free(a);
    return r;
}

/* Lock and leftovers */

static int lock_file(const char *path, int how, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE_PRIVATE);
    if (fd < 0)
        return err_errno(err, ERR_IO, errno, "%s: cannot be opened", path);
    while (flock(fd, how) < 0) {
        if (errno == EINTR)
            continue;
        int why = errno;
        close(fd);
        return err_errno(err, why == EWOULDBLOCK ? ERR_EXISTS : ERR_IO, why, "%s: cannot be locked", path);
    }
    return fd;
}

static bool in_force(const struct manifest *m, const char *name)
{
    for (size_t i = 0; i < m->n; i++) {
        char known[SEGMENT_NAME_MAX];
        segment_name(known, m->segments[i].salt);
        if (strcmp(known, name) == 0)
            return true;
    }
    return false;
}

/* Under the lock, after the manifest was written: segments that it no longer names, and what a killed process left behind. */
static void remove_leftovers(const char *dir, const struct manifest *m)
{
    struct arena *a = arena_new();
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        const char *path = folder_path(a, dir, e->d_name);
        if (str_ends(str_from(e->d_name), STR(".seg")) && !in_force(m, e->d_name))
            unlink(path);
        if (str_ends(str_from(e->d_name), STR(".new"))) {
            int fd = lock_file(path, LOCK_EX | LOCK_NB, NULL);
            if (fd >= 0) { /* its maker is dead */
                unlink(path);
                close(fd);
            }
        }
    }
    if (d)
        closedir(d);
    arena_free(a);
}

/* Segments being made */

struct fresh {
    const char *path; /* SALT.new, from the writer's arena */
    int lock;
    uint8_t salt[SEGMENT_SALT_LEN];
    uint64_t n_records;
};

static int fresh_path(struct arena *a, const char *dir, struct fresh *f, struct err *err)
{
    uint8_t name[8];
    crypto_random(name, sizeof name);
    f->path = str_printf(a, "%s/%.*s.new", dir, STR_ARG(hex_encode(a, (bytes){name, sizeof name}))).p;
    f->lock = lock_file(f->path, LOCK_EX, err);
    return f->lock < 0 ? f->lock : 0;
}

static void fresh_drop(struct fresh *f)
{
    unlink(f->path);
    close(f->lock);
}

/* The file gets its name; the manifest is still to be written. */
static int fresh_keep(const char *dir, struct fresh *f, struct manifest *m, struct err *err)
{
    struct arena *a = arena_new();
    int r = 0;
    if (m->n == SEGMENTS_MAX)
        r = err_set(err, ERR_LIMIT, "%s: the search index has too many parts; the next `comity search` makes it anew", dir);
    else if (rename(f->path, folder_segment(a, dir, f->salt)) < 0)
        r = err_errno(err, ERR_IO, errno, "%s: a part of the search index cannot be named", dir);
    if (r == 0) {
        memcpy(m->segments[m->n].salt, f->salt, SEGMENT_SALT_LEN);
        m->segments[m->n++].n_records = f->n_records;
        close(f->lock);
    } else {
        fresh_drop(f);
    }
    arena_free(a);
    return r;
}

/* Replaces the segments of the manifest that are marked by one, without the record drop. */
static int merge_marked(const char *dir, const struct keyring *keys, struct manifest *m, const bool marked[SEGMENTS_MAX],
                        const struct vault_id *drop, struct err *err)
{
    struct arena *a = arena_new();
    struct segment *from[SEGMENTS_MAX];
    struct manifest kept = {0};
    size_t n = 0;
    int r = 0;
    for (size_t i = 0; r == 0 && i < m->n; i++) {
        if (!marked[i])
            kept.segments[kept.n++] = m->segments[i];
        else if ((r = segment_open(folder_segment(a, dir, m->segments[i].salt), m->segments[i].salt, keys, &from[n], err)) == 0)
            n++;
    }
    struct fresh f;
    if (r == 0)
        r = fresh_path(a, dir, &f, err);
    if (r == 0) {
        r = segment_merge(f.path, keys, from, n, drop, f.salt, &f.n_records, err);
        if (r < 0 || f.n_records == 0)
            fresh_drop(&f);
        else
            r = fresh_keep(dir, &f, &kept, err);
    }
    if (r == 0)
        *m = kept;
    while (n)
        segment_close(from[--n]);
    arena_free(a);
    return r;
}

/* Marks the smallest segments, so many that SEGMENTS_WANTED are left after they became one. */
static bool mark_smallest(const struct manifest *m, bool marked[SEGMENTS_MAX])
{
    uint64_t sum = 0;
    size_t n = 0;
    memset(marked, 0, SEGMENTS_MAX * sizeof *marked);
    while (m->n >= SEGMENTS_WANTED + n) {
        size_t smallest = m->n;
        for (size_t i = 0; i < m->n; i++)
            if (!marked[i] && (smallest == m->n || m->segments[i].n_records < m->segments[smallest].n_records))
                smallest = i;
        if (smallest == m->n || sum + m->segments[smallest].n_records > MERGE_RECORDS_MAX)
            break;
        sum += m->segments[smallest].n_records;
        marked[smallest] = true;
        n++;
    }
    return n > 1;
}

/* The writer */

struct search_writer {
    struct arena *arena, *scratch;
    const char *dir;
    const struct keyring *keys;
    const struct names *names;
    struct search_vocabulary vocabulary;
    struct vault_id *ids;
    size_t n_ids, cap_ids;
    struct pair *pairs;
    size_t n_pairs, cap_pairs;
    struct fresh fresh[SEGMENTS_MAX];
    size_t n_fresh;
};

int search_writer_new(const char *dir, const struct keyring *keys, const struct names *names, struct search_writer **out, struct err *err)
{
    int r = file_mkdir(dir, NULL, err);
    if (r < 0)
        return r;
    struct search_writer *w = mem_calloc(1, sizeof *w);
    w->arena = arena_new();
    w->scratch = arena_new();
    w->dir = str_dup(w->arena, str_from(dir)).p;
    w->keys = keys;
    w->names = names;
    r = search_vocabulary_open(&w->vocabulary, keys, names, err);
    if (r < 0)
        search_writer_free(w);
    else
        *out = w;
    return r;
}

/* What was collected becomes a segment that nobody sees yet. */
static int flush(struct search_writer *w, struct err *err)
{
    if (w->n_ids == 0)
        return 0;
    if (w->n_fresh == SEGMENTS_MAX)
        return err_set(err, ERR_LIMIT, "%s: too many records at once for the search index; import them in several files", w->dir);
    struct fresh *f = &w->fresh[w->n_fresh];
    int r = fresh_path(w->arena, w->dir, f, err);
    if (r < 0)
        return r;
    r = segment_build(f->path, w->keys, w->ids, w->n_ids, w->pairs, w->n_pairs, f->salt, err);
    f->n_records = w->n_ids;
    if (r < 0)
        fresh_drop(f);
    else
        w->n_fresh++;
    w->n_ids = w->n_pairs = 0;
    return r;
}

int search_writer_add(struct search_writer *w, const struct identity *who, const struct vault_id *id, struct err *err)
{
    uint64_t terms[SEARCH_TERMS_MAX];
    arena_reset(w->scratch);
    size_t n = search_record_terms(&w->vocabulary, w->scratch, who, terms);
    if (w->n_pairs + n > BATCH_PAIRS) {
        int r = flush(w, err);
        if (r < 0)
            return r;
    }
    if (w->n_ids == w->cap_ids) {
        w->cap_ids = w->cap_ids ? w->cap_ids * 2 : 1024;
        w->ids = mem_realloc(w->ids, w->cap_ids * sizeof *w->ids);
    }
    while (w->n_pairs + n > w->cap_pairs) {
        w->cap_pairs = w->cap_pairs ? w->cap_pairs * 2 : 16384;
        w->pairs = mem_realloc(w->pairs, w->cap_pairs * sizeof *w->pairs);
    }
    for (size_t i = 0; i < n; i++)
        w->pairs[w->n_pairs++] = (struct pair){terms[i], (uint32_t)w->n_ids};
    w->ids[w->n_ids++] = *id;
    return 0;
}

void search_writer_reset(struct search_writer *w)
{
    while (w->n_fresh)
        fresh_drop(&w->fresh[--w->n_fresh]);
    w->n_ids = w->n_pairs = 0;
}

void search_writer_free(struct search_writer *w)
{
    if (!w)
        return;
    search_writer_reset(w);
    free(w->ids);
    free(w->pairs);
    arena_free(w->scratch);
    arena_free(w->arena);
    free(w);
}

/* Under the lock: the writer's segments join m, and the manifest says so. */
static int join(struct search_writer *w, struct manifest *m, struct err *err)
{
    int r = 0;
    bool marked[SEGMENTS_MAX];
    while (r == 0 && w->n_fresh)
        r = fresh_keep(w->dir, &w->fresh[--w->n_fresh], m, err);
    if (r == 0 && mark_smallest(m, marked)) {
        r = merge_marked(w->dir, w->keys, m, marked, NULL, err);
        if (r == ERR_CORRUPT || r == ERR_NOT_FOUND)
            r = 0; /* an older segment is damaged: whoever searches next is told and makes the index anew */
    }
    if (r == 0)
        r = manifest_write(w->dir, w->keys, w->names, m, err);
    if (r == 0)
        remove_leftovers(w->dir, m);
    return r;
}

int search_writer_finish(struct search_writer *w, struct err *err)
{
    int r = flush(w, err);
    if (r < 0 || w->n_fresh == 0)
        return r;
    int lock = lock_file(folder_path(w->arena, w->dir, "lock"), LOCK_EX, err);
    if (lock < 0)
        return lock;
    struct manifest m;
    r = manifest_read(w->dir, w->keys, w->names, &m, err);
    if (r == ERR_CORRUPT) /* derived data must not stop an import: the new records begin a new list, search_count tells the rest */
        r = 0;
    if (r == 0)
        r = join(w, &m, err);
    close(lock);
    return r;
}

/* The whole index anew */

struct rebuild {
    struct search_writer *w;
    struct arena *a;
    int64_t done;
    void (*progress)(int64_t done, void *arg);
    void *arg;
};

static int rebuild_one(const struct vault_id *id, bytes content, void *arg, struct err *err)
{
    struct rebuild *b = arg;
    struct identity who;
    arena_reset(b->a);
    int r = identity_decode(b->a, content, &who, err);
    if (r == 0)
        r = search_writer_add(b->w, &who, id, err);
    if (b->progress)
        b->progress(++b->done, b->arg);
    return r;
}

int search_rebuild(const char *dir, const struct keyring *keys, const struct names *names, const struct vault *vault, struct db *db,
                   void (*progress)(int64_t done, void *arg), void *arg, struct err *err)
{
    struct rebuild b = {.progress = progress, .arg = arg};
    int r = search_writer_new(dir, keys, names, &b.w, err);
    if (r < 0)
        return r;
    b.a = arena_new();
    int lock = lock_file(folder_path(b.a, dir, "lock"), LOCK_EX, err);
    r = lock < 0 ? lock : vault_each(vault, db, VAULT_IDENTITY, rebuild_one, &b, err);
    if (r == 0)
        r = flush(b.w, err);
    struct manifest none = {0};
    if (r == 0)
        r = join(b.w, &none, err);
    if (lock >= 0)
        close(lock);
    arena_free(b.a);
    search_writer_free(b.w);
    return r;
}

/* Forgetting */

static int holds_record(const char *dir, const struct keyring *keys, const uint8_t salt[static SEGMENT_SALT_LEN], const struct vault_id *id,
                        bool *holds, struct err *err)
{
    struct arena *a = arena_new();
    struct stream *st = mem_calloc(1, sizeof *st);
    struct segment *s = NULL;
    *holds = false;
    int r = segment_open(folder_segment(a, dir, salt), salt, keys, &s, err);
    for (uint64_t i = 0; r == 0 && !*holds && i < s->n_records; i++) {
        struct vault_id here;
        r = segment_record(st, s, (uint32_t)i, &here, err);
        *holds = r == 0 && memcmp(here.b, id->b, ID_LEN) == 0;
    }
    segment_close(s);
    free(st);
    arena_free(a);
    return r;
}

int search_forget(const char *dir, const struct keyring *keys, const struct names *names, const struct vault_id *id, struct err *err)
{
    if (!file_exists(dir))
        return 0;
    struct arena *a = arena_new();
    struct manifest m;
    bool marked[SEGMENTS_MAX] = {false}, found = false;
    int lock = lock_file(folder_path(a, dir, "lock"), LOCK_EX, err);
    int r = lock < 0 ? lock : manifest_read(dir, keys, names, &m, err);
    for (size_t i = 0; r == 0 && !found && i < m.n; i++) {
        r = holds_record(dir, keys, m.segments[i].salt, id, &marked[i], err);
        found = marked[i];
    }
    if (r == 0 && found)
        r = merge_marked(dir, keys, &m, marked, id, err);
    if (r == 0 && found)
        r = manifest_write(dir, keys, names, &m, err);
    if (r == 0 && found)
        remove_leftovers(dir, &m);
    if (lock >= 0)
        close(lock);
    arena_free(a);
    return r;
}
