#include "trust/peer/line.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trust/peer/call.h"

#define ANSWER_TIMEOUT_MS 20000

int peer_line_send(struct peer_line *l, struct arena *a, const char *path, bytes body, size_t max_answer, bytes *out, struct err *err)
{
    return peer_call(l->client, &l->partner, a, path, body, max_answer, ANSWER_TIMEOUT_MS, out, err);
}

/* --- statements --- */

static int check_statement(const struct peer_line *l, struct arena *a, const struct wire_statement *s, int64_t now_ms, struct err *err)
{
    int r = wire_verify("statement", wire_statement_canonical(a, s), s->signature, l->partner.agency_key, err);
    if (r < 0)
        return r;
    if (memcmp(s->from, l->partner.id, ID_LEN) != 0 || memcmp(s->to, l->own_id, ID_LEN) != 0)
        return err_set(err, ERR_PEER, "the statement is between other agencies");
    if (now_ms >= s->valid_until_ms || now_ms < s->valid_from_ms - 86400000)
        return err_set(err, ERR_PEER, "the statement is not of this time: either its epoch is over (they run `comity index`) or a clock is wrong");
    if (!str_eq(s->ruleset, str_from(l->ruleset)))
        return err_set(err, ERR_PEER, "its keys are made by the rules %.*s, ours by %s: the two programs must be of one version",
                       (int)(s->ruleset.len < 40 ? s->ruleset.len : 40), s->ruleset.p, l->ruleset);
    if (s->n_maps == 0 || s->maps[0].number != 0)
        return err_set(err, ERR_PEER, "the statement lists no base map");
    if (l->ready && (s->epoch < l->statement.epoch || s->time_ms < l->statement.time_ms))
        return err_set(err, ERR_PEER, "the statement is older than one that came before: somebody may be replaying it");
    return 0;
}

static const char *map_path(const struct peer_line *l, struct arena *a, uint32_t epoch, const struct wire_map *m)
{
    return str_printf(a, "%s/%u-%u-%.32s.map", l->folder, epoch, m->number, hex_encode(a, (bytes){m->digest, HASH_LEN}).p).p;
}

static int check_digest(int fd, const struct wire_map *m, struct err *err)
{
    uint8_t digest[HASH_LEN];
    void *p = mmap(NULL, m->size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED)
        return err_errno(err, ERR_IO, errno, "the map cannot be read back");
    crypto_sha256(digest, (bytes){p, m->size});
    munmap(p, m->size);
    if (memcmp(digest, m->digest, HASH_LEN) != 0)
        return err_set(err, ERR_CRYPTO, "map %u is not the one that was signed: it was damaged or changed on the way", m->number);
    return 0;
}

/* Under another name until size and digest were checked and the bytes are durable. */
static int fetch_map(struct peer_line *l, struct arena *a, uint32_t epoch, const struct wire_map *m, struct err *err)
{
    const char *path = map_path(l, a, epoch, m), *part = str_printf(a, "%s.%ld.part", path, (long)getpid()).p;
    if (file_exists(path))
        return 0;
    int fd = open(part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(err, ERR_IO, errno, "%s cannot be written", part);
    int r = http_client_fetch(l->client, str_printf(a, "/v1/map/%u/%u", epoch, m->number).p, fd, m->size, err);
    if (r == 0)
        r = check_digest(fd, m, err);
    if (r == 0 && fsync(fd) < 0)
        r = err_errno(err, errno == ENOSPC ? ERR_LIMIT : ERR_IO, errno, "%s cannot be made durable", part);
    close(fd);
    if (r == 0 && rename(part, path) < 0)
        r = err_errno(err, ERR_IO, errno, "%s cannot be put in its place", path);
    if (r < 0) {
        unlink(part);
        return r;
    }
    return file_sync_dir(l->folder, err);
}

/* --- maps --- */

static void close_maps(struct map *maps[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        map_close(maps[i]);
}

static bool is_ours(const struct peer_line *l, const struct wire_statement *s, size_t i, const struct map *m)
{
    const struct map_info *info = map_info(m);
    return memcmp(info->holder, l->partner.agency_key, SIGN_PUBLIC_LEN) == 0 && memcmp(info->partner, l->own_id, ID_LEN) == 0 &&
           info->epoch == s->epoch && info->delta == s->maps[i].number && strcmp(info->ruleset, l->ruleset) == 0;
}

/* All or none. A file that was damaged on this disk since it came is removed, so that the next fetch brings it again. */
static int open_maps(const struct peer_line *l, struct arena *a, const struct wire_statement *s, struct map *maps[static WIRE_MAPS_MAX], struct err *err)
{
    int result = 0;
    size_t n = 0;
    for (size_t i = 0; i < s->n_maps; i++) {
        const char *path = map_path(l, a, s->epoch, &s->maps[i]);
        int r = map_open(path, &maps[n], err);
        if (r == ERR_CORRUPT)
            unlink(path);
        if (r == 0 && !is_ours(l, s, i, maps[n++]))
            r = err_set(err, ERR_PEER, "map %u is signed but is not what the statement says it is", s->maps[i].number);
        if (r < 0)
            result = r;
    }
    if (result < 0)
        close_maps(maps, n);
    return result;
}

static int fetch_and_open(struct peer_line *l, struct arena *a, const struct wire_statement *s, struct map *maps[static WIRE_MAPS_MAX], struct err *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < s->n_maps; i++)
        r = fetch_map(l, a, s->epoch, &s->maps[i], err);
    return r < 0 ? r : open_maps(l, a, s, maps, err);
}

static bool listed(const struct peer_line *l, struct arena *a, const char *name)
{
    for (size_t i = 0; i < l->statement.n_maps; i++) {
        const char *path = map_path(l, a, l->statement.epoch, &l->statement.maps[i]);
        if (strcmp(strrchr(path, '/') + 1, name) == 0)
            return true;
    }
    return false;
}

/* Old maps are what a thief would like best: they go as soon as they are not listed any more. */
static void remove_old(const struct peer_line *l, struct arena *a)
{
    DIR *d = opendir(l->folder);
    if (!d)
        return;
    for (const struct dirent *e; (e = readdir(d));)
        if (str_ends(str_from(e->d_name), STR(".map")) && !listed(l, a, e->d_name))
            unlink(str_printf(a, "%s/%s", l->folder, e->d_name).p);
    closedir(d);
}

static bool same_maps(const struct wire_statement *x, const struct wire_statement *y)
{
    bool same = x->epoch == y->epoch && x->n_maps == y->n_maps;
    for (size_t i = 0; same && i < x->n_maps; i++)
        same = x->maps[i].number == y->maps[i].number && memcmp(x->maps[i].digest, y->maps[i].digest, HASH_LEN) == 0;
    return same;
}

/* From here on the statement counts. Takes a over. */
static void adopt(struct peer_line *l, struct arena *a, const struct wire_statement *s, struct map *const maps[])
{
    close_maps(l->maps, l->n_maps);
    arena_free(l->statement_arena);
    l->statement_arena = a;
    l->statement = *s;
    l->n_maps = s->n_maps;
    memcpy(l->maps, maps, s->n_maps * sizeof(struct map *));
    l->ready = true;
}

static int sync_into(struct peer_line *l, struct arena *a, int64_t now_ms, struct err *err)
{
    struct wire_statement s = {0};
    struct map *maps[WIRE_MAPS_MAX];
    bytes body = {0};
    int r = peer_line_send(l, a, "/v1/epoch", (bytes){0}, WIRE_STATEMENT_MAX, &body, err);
    if (r == 0 && wire_statement_read(a, body, &s, err) < 0)
        r = err_set(err, ERR_PEER, "answered with something that is not a statement (%s)", str_printf(a, "%s", err ? err->text : "").p);
    if (r == 0)
        r = check_statement(l, a, &s, now_ms, err);
    if (r < 0)
        return r;
    if (l->ready && same_maps(&s, &l->statement)) {
        arena_free(l->statement_arena);
        l->statement_arena = a;
        l->statement = s;
        return 0;
    }
    r = fetch_and_open(l, a, &s, maps, err);
    if (r == ERR_CORRUPT)
        r = fetch_and_open(l, a, &s, maps, err);
    if (r < 0)
        return r;
    r = file_write(str_printf(a, "%s/statement.json", l->folder).p, body, FILE_MODE_PRIVATE, err);
    if (r < 0) {
        close_maps(maps, s.n_maps);
        return r;
    }
    adopt(l, a, &s, maps);
    remove_old(l, a);
    return 0;
}

int peer_line_sync(struct peer_line *l, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    int r = sync_into(l, a, now_ms, err);
    if (r < 0) {
        arena_free(a);
        if (err && !str_starts(str_from(err->text), l->partner.name))
            err_prefix(err, "%.*s", STR_ARG(l->partner.name));
    }
    return r;
}

/* --- open and close --- */

/* What the last run accepted: spares the download, and shows when an older statement is played back. */
static void load_last(struct peer_line *l)
{
    struct arena *a = arena_new();
    struct wire_statement s = {0};
    struct map *maps[WIRE_MAPS_MAX];
    bytes text = {0};
    if (file_read(a, str_printf(a, "%s/statement.json", l->folder).p, WIRE_STATEMENT_MAX, &text, NULL) == 0 &&
        wire_statement_read(a, text, &s, NULL) == 0 && check_statement(l, a, &s, s.time_ms, NULL) == 0 && open_maps(l, a, &s, maps, NULL) == 0)
        adopt(l, a, &s, maps);
    else
        arena_free(a);
}

static int make_folders(struct peer_line *l, struct err *err)
{
    const char *maps = node_path(l->node, l->arena, "maps"), *from = node_path(l->node, l->arena, "maps/from");
    l->folder = str_printf(l->arena, "%s/%.*s", from, STR_ARG(partner_id_text(&l->partner, l->arena))).p;
    int r = file_mkdir(maps, NULL, err);
    if (r == 0)
        r = file_mkdir(from, NULL, err);
    return r == 0 ? file_mkdir(l->folder, NULL, err) : r;
}

int peer_line_open(struct node *node, const struct partner *partner, const struct http_identity *identity, const char *ruleset, struct peer_line **out,
              struct err *err)
{
    if (partner->address.len == 0)
        return err_set(err, ERR_USAGE, "%.*s gave no address: accept an invitation of theirs that has one", STR_ARG(partner->name));
    uint8_t key[SIGN_PUBLIC_LEN];
    struct peer_line *l = mem_calloc(1, sizeof *l);
    l->arena = arena_new();
    l->node = node;
    l->identity = identity;
    l->ruleset = ruleset;
    l->partner = partner_copy(l->arena, partner);
    keyring_public(node->keys, KEYRING_AGENCY, key);
    partner_id(key, l->own_id);
    int r = make_folders(l, err);
    if (r == 0)
        r = http_client_open(l->partner.address.p, l->partner.tls_pin, identity, &l->client, err);
    if (r < 0) {
        peer_line_close(l);
        return r;
    }
    load_last(l);
    *out = l;
    return 0;
}

void peer_line_close(struct peer_line *l)
{
    if (!l)
        return;
    http_client_close(l->client);
    close_maps(l->maps, l->n_maps);
    arena_free(l->statement_arena);
    arena_free(l->arena);
    free(l);
}
