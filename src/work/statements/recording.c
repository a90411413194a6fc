/* Recordings as they grow: see recording.h. Each chunk is sealed under a key of its own, written behind the others, made durable, and only then
 * a row says that it is there. Bytes behind the last row were never acknowledged: the next chunk is written over them. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground/base/file.h"
#include "work/statements/recording_internal.h"
#include "work/statements/transcript.h"

int recording_seed(struct node *node, const struct recording_row *row, struct arena *a, uint8_t seed[static RECORDING_SEED_LEN], struct err *err)
{
    bytes content;
    int r = vault_get(node->vault, node->db, VAULT_STATEMENT, &row->seed, a, &content, err);
    if (r == 0 && content.len != RECORDING_SEED_LEN)
        r = err_set(err, ERR_CORRUPT, "the seed of a recording is damaged");
    if (r == 0)
        memcpy(seed, content.p, RECORDING_SEED_LEN);
    return r;
}

/* DIR/recordings/ID: the name is random and says nothing. */
static const char *path_of(struct node *node, struct arena *a, const uint8_t id[static ID_LEN])
{
    return str_printf(a, "%s/%s", node_path(node, a, "recordings"), hex_encode(a, (bytes){id, ID_LEN}).p).p;
}

/* Binds a chunk to its place: neither another's nor an earlier one can be put there. */
static bytes place_ad(struct arena *a, const uint8_t id[static ID_LEN], int64_t sequence)
{
    struct buf b = buf_new(a);
    buf_add(&b, STR("recording"));
    buf_add_bytes(&b, id, ID_LEN);
    buf_u64(&b, (uint64_t)sequence);
    return buf_bytes(&b);
}

/* --- beginning --- */

struct beginning {
    struct recording_row row;
    uint8_t seed[RECORDING_SEED_LEN];
};

static int do_begin(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct beginning *b = arg;
    act->has_object = true;
    memcpy(act->object, b->row.head.id, ID_LEN);
    act->detail = STR("begun");
    int r = vault_put(node->vault, node->db, VAULT_STATEMENT, (bytes){b->seed, sizeof b->seed}, NULL, &b->row.seed, NULL, err);
    return r < 0 ? r : recording_store_add(node->db, &b->row, err);
}

static struct act act_on(const struct casework *w, const uint8_t file[static ID_LEN])
{
    struct act act = {.verb = VERB_RECORD, .actor = w->actor, .purpose = w->purpose, .reference = w->reference, .now_ms = w->now_ms, .has_file = true};
    memcpy(act.file, file, ID_LEN);
    return act;
}

int recording_begin(const struct casework *w, const uint8_t file[static ID_LEN], const uint8_t interview[static ID_LEN], str type,
                    uint8_t id[static ID_LEN], struct err *err)
{
    struct arena *a = arena_new();
    struct act act = act_on(w, file);
    struct beginning b = {.row.head = {.state = RECORDING_OPEN, .type = type, .begun_ms = w->now_ms}};
    crypto_random(id, ID_LEN);
    crypto_random(b.seed, sizeof b.seed);
    memcpy(b.row.head.id, id, ID_LEN);
    memcpy(b.row.head.file, file, ID_LEN);
    memcpy(b.row.head.interview, interview, ID_LEN);
    int r = type.len == 0 || type.len > RECORDING_TYPE_MAX ? err_set(err, ERR_INPUT, "the browser does not say what it records: use another browser")
                                                           : file_mkdir(node_path(w->node, a, "recordings"), NULL, err);
    if (r == 0)
        r = act_run(w->node, &act, do_begin, &b, err);
    crypto_wipe(b.seed, sizeof b.seed);
    arena_free(a);
    return r;
}

/* --- growing --- */

/* Whoever sends may still do it, as it stands now. */
static int may_go_on(const struct casework *w, const struct recording *rec, struct err *err)
{
    struct access_asker asker = {.proved_ms = w->actor->proved_ms, .now_ms = w->now_ms};
    int r = access_standing(w->node->db, w->actor->member, &asker.roles, err);
    if (r == 0)
        r = access_relation(w->node->db, rec->file, w->actor->member, asker.roles, w->now_ms, &asker.relation, &asker.state, err);
    if (r == 0)
        r = access_decide(&verbs[VERB_RECORD].rule, &asker, w->purpose, w->reference, err);
    if (r == 0 && rec->state != RECORDING_OPEN)
        r = err_set(err, ERR_DENIED, N_("the recording is sealed: nothing can be added to it"));
    return r;
}

static int write_at(int fd, const char *what, bytes data, int64_t at, struct err *err)
{
    for (size_t done = 0; done < data.len;) {
        ssize_t n = pwrite(fd, data.p + done, data.len - done, (off_t)(at + (int64_t)done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_errno(err, errno == ENOSPC || errno == EDQUOT ? ERR_LIMIT : ERR_IO, errno, "%s cannot be written", what);
        done += (size_t)n;
    }
    return fdatasync(fd) < 0 ? err_errno(err, errno == ENOSPC ? ERR_LIMIT : ERR_IO, errno, "%s cannot be made durable", what) : 0;
}

struct growing {
    const struct casework *w;
    const struct recording_chunk *chunk;
    struct arena *arena;
    struct recording_row row;
    uint8_t hash[HASH_LEN]; /* of the chunk's leaf */
    int64_t *have;
};

/* It is there already, or it does not follow. */
static int not_next(struct growing *g, struct err *err)
{
    struct recording_place *place;
    size_t n;
    if (g->chunk->sequence > g->row.head.chunks)
        return err_set(err, ERR_RETRY, "part %lld of the recording is missing: send it first", (long long)g->row.head.chunks);
    int r = recording_store_places(g->w->node->db, g->row.head.id, g->chunk->sequence, 1, g->arena, &place, &n, err);
    if (r < 0)
        return r;
    if (n != 1 || !crypto_equal(place->hash, g->hash, HASH_LEN))
        return err_set(err, ERR_EXISTS, "part %lld of the recording is there already, with other content", (long long)g->chunk->sequence);
    return 0;
}

struct storing { struct growing *g; struct recording_place place; };

static int do_store(struct db *db, void *arg, struct err *err)
{
    struct storing *s = arg;
    int r = may_go_on(s->g->w, &s->g->row.head, err);
    if (r == 0)
        r = recording_store_append(db, &s->g->row, &s->place, (int64_t)s->g->chunk->media.len, err);
    return r == 0 ? err_set(err, ERR_RETRY, "another part of the recording came first: send it again") : r < 0 ? r : 0;
}

static int store_next(struct growing *g, int fd, struct err *err)
{
    const struct recording_chunk *c = g->chunk;
    const bytes ad = place_ad(g->arena, g->row.head.id, c->sequence);
    const size_t len = c->media.len + SEAL_OVERHEAD;
    uint8_t *sealed = arena_alloc(g->arena, len), *wrapped = arena_alloc(g->arena, KEYRING_WRAPPED_LEN);
    struct storing s = {.g = g, .place = {.sequence = c->sequence, .at_ms = c->at_ms, .session = c->session, .stored_at = g->row.stored_bytes,
                                          .stored_len = (int64_t)len, .wrapped = {wrapped, KEYRING_WRAPPED_LEN}}};
    memcpy(s.place.hash, g->hash, HASH_LEN);
    int r = keyring_seal(g->w->node->keys, c->media, ad, wrapped, sealed, err);
    if (r == 0)
        r = write_at(fd, "the recording", (bytes){sealed, len}, g->row.stored_bytes, err);
    if (r == 0)
        r = db_txn(g->w->node->db, do_store, &s, err);
    if (r == 0)
        ++*g->have;
    return r;
}

/* fd is locked: one chunk at a time, whichever thread or process brings it. */
static int grow(struct growing *g, const uint8_t id[static ID_LEN], int fd, struct err *err)
{
    uint8_t seed[RECORDING_SEED_LEN], salt[STATEMENT_SALT_LEN];
    int r = recording_store_get(g->w->node->db, id, g->arena, &g->row, err);
    if (r == 0)
        r = may_go_on(g->w, &g->row.head, err);
    if (r < 0)
        return r;
    *g->have = g->row.head.chunks;
    if ((r = recording_seed(g->w->node, &g->row, g->arena, seed, err)) < 0)
        return r;
    statement_salt(salt, seed, LEAF_CHUNK, g->chunk->sequence);
    statement_chunk_hash(g->hash, salt, g->chunk->at_ms, g->chunk->session, g->chunk->media);
    crypto_wipe(seed, sizeof seed);
    return g->chunk->sequence == g->row.head.chunks ? store_next(g, fd, err) : not_next(g, err);
}

static int open_locked(struct node *node, struct arena *a, const uint8_t id[static ID_LEN], bool first, int *fd, struct err *err)
{
    const char *folder = node_path(node, a, "recordings"), *path = path_of(node, a, id);
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE_PRIVATE);
    if (*fd < 0)
        return err_errno(err, errno == ENOSPC ? ERR_LIMIT : ERR_IO, errno, "the recording cannot be opened");
    while (flock(*fd, LOCK_EX) < 0)
        if (errno != EINTR)
            return err_errno(err, ERR_IO, errno, "the recording cannot be locked");
    return first ? file_sync_dir(folder, err) : 0;
}

int recording_append(const struct casework *w, const uint8_t id[static ID_LEN], const struct recording_chunk *chunk, int64_t *have, struct err *err)
{
    struct arena *a = arena_new();
    struct recording_row row;
    struct growing g = {.w = w, .chunk = chunk, .arena = a, .have = have};
    int fd = -1;
    *have = 0;
    int r = recording_store_get(w->node->db, id, a, &row, err); /* no file is made for an id of somebody's invention */
    if (r == 0 && (chunk->media.len == 0 || chunk->media.len > RECORDING_CHUNK_MAX))
        r = err_set(err, ERR_INPUT, "a part of a recording has 1 to %d bytes", RECORDING_CHUNK_MAX);
    if (r == 0 && (chunk->sequence < 0 || chunk->at_ms < 0 || chunk->session < 0))
        r = err_set(err, ERR_INPUT, "a part of a recording has a number and a time that are not negative");
    if (r == 0)
        r = open_locked(w->node, a, id, row.head.chunks == 0, &fd, err);
    if (r == 0)
        r = grow(&g, id, fd, err);
    if (fd >= 0)
        close(fd); /* and the lock with it */
    arena_free(a);
    return r;
}

/* --- marks --- */

static const struct mark_rule { enum recording_mark_kind kind; const char *name; bool question, words; } mark_rules[] = {
    {MARK_BEGINS, "begins", false, false},       {MARK_ASKED, "asked", true, false},
    {MARK_ANSWERED, "answered", true, false},    {MARK_NOT_ANSWERED, "not answered", true, false},
    {MARK_BREAK, "break", false, false},         {MARK_BREAK_ENDS, "break ends", false, false},
    {MARK_ENTERS, "enters", false, true},        {MARK_LEAVES, "leaves", false, true},
    {MARK_NOTE, "note", false, true},            {MARK_INTERRUPTED, "interrupted", false, false},
    {MARK_ENDS, "ends", false, false},
};

static const struct mark_rule *rule_of(enum recording_mark_kind kind)
{
    for (size_t i = 0; i < sizeof mark_rules / sizeof mark_rules[0]; i++)
        if (mark_rules[i].kind == kind)
            return &mark_rules[i];
    return NULL;
}

const char *recording_mark_name(enum recording_mark_kind kind)
{
    const struct mark_rule *rule = rule_of(kind);
    return rule ? rule->name : "";
}

static int check_mark(const struct recording_mark *m, struct err *err)
{
    const struct mark_rule *rule = rule_of(m->kind);
    if (!rule || m->at_ms < 0)
        return err_set(err, ERR_INPUT, "a mark of a recording has a kind of the table and a time that is not negative");
    if (rule->question != m->has_question)
        return err_set(err, ERR_INPUT, "a mark \"%s\" names %s", rule->name, rule->question ? "its question" : "no question");
    if (rule->words && m->text.len == 0)
        return err_set(err, ERR_INPUT, "a mark \"%s\" says who or what", rule->name);
    if (m->text.len > RECORDING_WORDS_MAX)
        return err_set(err, ERR_INPUT, "a mark has at most %d bytes of words", RECORDING_WORDS_MAX);
    return 0;
}

struct marking { const struct casework *w; const uint8_t *id; const struct recording_mark *mark; struct arena *arena; };

static int do_mark(struct db *db, void *arg, struct err *err)
{
    struct marking *m = arg;
    struct recording_row row;
    struct vault_id words;
    int64_t n = 0;
    int r = recording_store_get(db, m->id, m->arena, &row, err);
    if (r == 0)
        r = may_go_on(m->w, &row.head, err);
    if (r == 0)
        r = recording_store_mark_count(db, m->id, &n, err);
    if (r == 0 && n >= RECORDING_MARKS_MAX)
        r = err_set(err, ERR_LIMIT, "a recording has at most %d marks", RECORDING_MARKS_MAX);
    if (r == 0 && m->mark->text.len)
        r = vault_put(m->w->node->vault, db, VAULT_STATEMENT, str_bytes(m->mark->text), NULL, &words, NULL, err);
    return r < 0 ? r : recording_store_mark(db, m->id, n, m->mark, m->mark->text.len ? &words : NULL, err);
}

int recording_mark(const struct casework *w, const uint8_t id[static ID_LEN], const struct recording_mark *mark, struct err *err)
{
    struct marking m = {w, id, mark, arena_new()};
    int r = check_mark(mark, err);
    if (r == 0)
        r = db_txn(w->node->db, do_mark, &m, err);
    arena_free(m.arena);
    return r;
}

/* --- looking: within an act of the caller's --- */

int recording_find(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct recording *out, struct err *err)
{
    struct recording_row row;
    int r = recording_store_get(node->db, id, a, &row, err);
    *out = row.head;
    return r;
}

int recordings_of(struct node *node, const uint8_t file[static ID_LEN], struct arena *a, struct recording **out, size_t *n, struct err *err)
{
    size_t n_all = 0;
    int r = recording_store_of(node->db, file, a, out, &n_all, err);
    *n = 0;
    for (size_t i = 0; r == 0 && i < n_all; i++)
        if (!recording_is_transcript(&(*out)[i]))
            (*out)[(*n)++] = (*out)[i];
    return r;
}

int recording_marks(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct recording_mark **out, size_t *n, struct err *err)
{
    return recording_marks_page(node, id, 0, RECORDING_MARKS_MAX, a, out, n, err);
}

int recording_marks_page(struct node *node, const uint8_t id[static ID_LEN], int64_t from, size_t max, struct arena *a, struct recording_mark **out,
                         size_t *n, struct err *err)
{
    struct recording_mark_row *rows;
    int r = recording_store_marks(node->db, id, from, max, a, &rows, n, err);
    if (r < 0)
        return r;
    *out = arena_array(a, struct recording_mark, *n);
    for (size_t i = 0; i < *n && r == 0; i++) {
        bytes words = {NULL, 0};
        (*out)[i] = rows[i].mark;
        if (rows[i].has_words)
            r = vault_get(node->vault, node->db, VAULT_STATEMENT, &rows[i].words, a, &words, err);
        (*out)[i].text = bytes_str(words);
    }
    return r;
}

int recording_places(struct node *node, const uint8_t id[static ID_LEN], int64_t from, size_t max, struct arena *a, struct recording_place **out,
                     size_t *n, struct err *err)
{
    return recording_store_places(node->db, id, from, max, a, out, n, err);
}

int recording_file(struct node *node, const uint8_t id[static ID_LEN], int *fd, struct err *err)
{
    struct arena *a = arena_new();
    *fd = open(path_of(node, a, id), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int r = *fd < 0 ? err_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "the recording cannot be opened") : 0;
    arena_free(a);
    return r;
}

int recording_media(struct node *node, const uint8_t id[static ID_LEN], int fd, const struct recording_place *place, struct arena *a, bytes *media,
                    struct err *err)
{
    if (place->stored_len < SEAL_OVERHEAD || place->stored_len > RECORDING_CHUNK_MAX + SEAL_OVERHEAD)
        return err_set(err, ERR_CORRUPT, "a part of a recording has a size that is none");
    const size_t len = (size_t)place->stored_len;
    uint8_t *sealed = arena_alloc(a, len), *plain = arena_alloc(a, len - SEAL_OVERHEAD + 1);
    for (size_t done = 0; done < len;) {
        ssize_t n = pread(fd, sealed + done, len - done, (off_t)(place->stored_at + (int64_t)done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, ERR_IO, errno, "the recording cannot be read");
        if (n == 0)
            return err_set(err, ERR_CORRUPT, "the recording ends too early: restore it from a backup");
        done += (size_t)n;
    }
    int r = keyring_unseal(node->keys, place->wrapped, (bytes){sealed, len}, place_ad(a, id, place->sequence), plain, err);
    *media = (bytes){plain, len - SEAL_OVERHEAD};
    return r == ERR_CRYPTO ? err_set(err, ERR_CORRUPT, "a part of the recording is damaged: restore it from a backup") : r;
}

void recording_heads_begin(struct recording_heads *h, struct node *node, const uint8_t *id)
{
    *h = (struct recording_heads){.node = node, .id = id, .arena = arena_new(), .fd = -1, .behind = -1};
}

int recording_heads_next(struct recording_heads *h, bytes *head, struct err *err)
{
    struct recording_place *place;
    size_t found;
    bytes media;
    int r = 0;
    arena_reset(h->arena);
    if (h->at == h->n) {
        r = recording_store_firsts(h->node->db, h->id, h->behind, h->firsts, RECORDING_PAGE, &h->n, err);
        h->at = 0;
        if (r < 0 || h->n == 0)
            return r;
    }
    if (h->fd < 0)
        r = recording_file(h->node, h->id, &h->fd, err);
    if (r == 0)
        r = recording_store_places(h->node->db, h->id, h->firsts[h->at].sequence, 1, h->arena, &place, &found, err);
    if (r == 0 && found != 1)
        r = err_set(err, ERR_CORRUPT, "a part of the recording is missing");
    if (r == 0)
        r = recording_media(h->node, h->id, h->fd, place, h->arena, &media, err);
    if (r < 0)
        return r;
    *head = (bytes){media.p, statement_head_len(media)};
    h->behind = h->firsts[h->at++].session;
    return 1;
}

void recording_heads_end(struct recording_heads *h)
{
    if (h->fd >= 0)
        close(h->fd);
    arena_free(h->arena);
}
