/* Writing a copy: the leaves in their order, page by page, each held or left out by where it stands in time. */
#include "work/statements/statement_copy.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trust/act/past.h"
#include "trust/log/checkpoint.h"
#include "trust/peer/partner.h"
#include "work/statements/recording_internal.h"

static const char first_line[] = "comity-statement 1\n";
#define HELD_HEAD (1 + 1 + STATEMENT_SALT_LEN + 4)
#define LEFT_OUT (1 + HASH_LEN)

struct statement_copy {
    struct node *node;
    struct arena *arena, *page; /* as long as the copy; as long as a page of places or marks */
    struct arena *piece;
    struct recording_row row;
    uint8_t seed[RECORDING_SEED_LEN];
    struct statement_header header;
    str header_line;
    str about;
    bool has_heads;
    struct recording_heads heads; /* as far as they are written */
    int fd;
    int64_t at; /* what comes next: -2 the first line, -1 the header, then leaves */
    struct recording_place *places; /* a page, and one more that only says where the last one ends */
    size_t n_places;
    int64_t first_place;            /* number of places[0] */
    struct recording_mark *marks;   /* a page */
    size_t n_marks;
    int64_t first_mark;
    uint64_t size;
};

const struct statement_header *statement_copy_header(const struct statement_copy *c)
{
    return &c->header;
}

uint64_t statement_copy_size(const struct statement_copy *c)
{
    return c->size;
}

/* --- what is held --- */

static bool shows(const struct statement_cut *cut, int64_t from, int64_t until)
{
    if (until <= cut->from_ms || (cut->until_ms && from >= cut->until_ms))
        return false;
    for (size_t i = 0; i < cut->n_left_out; i++)
        if (from < cut->left_out[i][1] && until > cut->left_out[i][0])
            return false;
    return true;
}

/* The place of a chunk, with the page around it. */
static int place_of(struct statement_copy *c, int64_t number, const struct recording_place **place, int64_t *ends_ms, struct err *err)
{
    if (!c->places || number < c->first_place || number >= c->first_place + RECORDING_PAGE) {
        arena_reset(c->page);
        c->marks = NULL;
        c->first_place = number;
        int r = recording_store_places(c->node->db, c->row.head.id, number, RECORDING_PAGE + 1, c->page, &c->places, &c->n_places, err);
        if (r < 0)
            return r;
    }
    const size_t i = (size_t)(number - c->first_place);
    if (i >= c->n_places || c->places[i].sequence != number)
        return err_set(err, ERR_CORRUPT, "a part of the recording is missing");
    *place = &c->places[i];
    /* where the recorder's clock went back nobody knows where it ends: then it may reach into anything behind it */
    *ends_ms = i + 1 < c->n_places && c->places[i + 1].at_ms > (*place)->at_ms ? c->places[i + 1].at_ms : INT64_MAX;
    return 0;
}

static int mark_of(struct statement_copy *c, int64_t number, const struct recording_mark **mark, struct err *err)
{
    if (!c->marks || number < c->first_mark || number >= c->first_mark + RECORDING_PAGE) {
        arena_reset(c->page);
        c->places = NULL;
        c->first_mark = number;
        int r = recording_marks_page(c->node, c->row.head.id, number, RECORDING_PAGE, c->page, &c->marks, &c->n_marks, err);
        if (r < 0)
            return r;
    }
    const size_t i = (size_t)(number - c->first_mark);
    if (i >= c->n_marks)
        return err_set(err, ERR_CORRUPT, "a mark of the recording is missing");
    *mark = &c->marks[i];
    return 0;
}

static void heads_begin(struct statement_copy *c)
{
    if (c->has_heads)
        recording_heads_end(&c->heads);
    recording_heads_begin(&c->heads, c->node, c->row.head.id);
    c->has_heads = true;
}

static int next_head(struct statement_copy *c, bytes *head, struct err *err)
{
    int r = recording_heads_next(&c->heads, head, err);
    return r == 0 ? err_set(err, ERR_CORRUPT, "a part of the recording is missing") : r < 0 ? r : 0;
}

/* --- opening --- */

static int check_cut(const struct statement_cut *cut, struct err *err)
{
    if (cut->n_left_out > STATEMENT_CUTS_MAX || cut->why.len > STATEMENT_WHY_MAX)
        return err_set(err, ERR_LIMIT, N_("at most %d spans can be left out, for a reason of at most %d bytes"), STATEMENT_CUTS_MAX, STATEMENT_WHY_MAX);
    if (cut->from_ms < 0 || cut->until_ms < 0 || (cut->until_ms && cut->until_ms <= cut->from_ms))
        return err_set(err, ERR_INPUT, N_("an excerpt ends after it begins"));
    for (size_t i = 0; i < cut->n_left_out; i++)
        if (cut->left_out[i][0] < 0 || cut->left_out[i][1] <= cut->left_out[i][0])
            return err_set(err, ERR_INPUT, N_("what is left out ends after it begins"));
    return cut->n_left_out && !cut->why.len ? err_set(err, ERR_INPUT, N_("say why something is left out")) : 0;
}

static void keep_cut(struct arena *a, const struct statement_cut *from, struct statement_cut *to)
{
    int64_t (*spans)[2] = arena_calloc(a, from->n_left_out, sizeof *spans);
    if (from->n_left_out)
        memcpy(spans, from->left_out, from->n_left_out * sizeof *spans);
    *to = (struct statement_cut){from->from_ms, from->until_ms, (const int64_t(*)[2])spans, from->n_left_out, str_dup(a, from->why)};
}

static int load(struct statement_copy *c, struct err *err)
{
    struct node *node = c->node;
    struct statement_header *h = &c->header;
    bytes about;
    int r = recording_seed(node, &c->row, c->arena, c->seed, err);
    if (r == 0)
        r = vault_get(node->vault, node->db, VAULT_STATEMENT, &c->row.about, c->arena, &about, err);
    if (r == 0)
        r = recording_store_mark_count(node->db, c->row.head.id, &h->marks, err);
    if (r == 0)
        r = recording_file(node, c->row.head.id, &c->fd, err);
    if (r < 0)
        return r;
    c->about = bytes_str(about);
    h->heads = c->row.heads;
    h->chunks = c->row.head.chunks;
    h->leaves = c->row.leaves;
    return h->leaves == 1 + h->heads + h->marks + h->chunks ? 0 : err_set(err, ERR_CORRUPT, "the recording holds other than what was sealed");
}

/* The log's word: the leaf, what it commits to, and that it is in the log. */
static int prove(struct statement_copy *c, struct err *err)
{
    struct node *node = c->node;
    struct statement_header *h = &c->header;
    struct tlog_proof proof = {.index = (uint64_t)h->leaf_index};
    int64_t size;
    h->log_key = log_vkey(node->log, c->arena);
    int r = log_leaf_get(node->log, node->db, h->leaf_index, c->arena, &h->leaf, err);
    if (r == 0)
        r = past_opening(node, h->leaf_index, c->arena, &h->opening, err);
    if (r == 0)
        r = log_size(node->log, node->db, &size, err);
    if (r == 0)
        r = log_checkpoint(node->log, node->db, size, c->arena, &proof.checkpoint, err);
    if (r == 0)
        r = log_inclusion(node->log, node->db, h->leaf_index, size, c->arena, &proof.path, err);
    if (r < 0)
        return r;
    h->proof = tlog_proof_format(c->arena, &proof);
    return keyring_sign(node->keys, KEYRING_AGENCY, statement_header_canonical(c->arena, h), h->signature, err);
}

/* A leaf of the map, and how long its frame becomes. */
static void count_leaf(struct statement_copy *c, struct crypto_sha256_stream *map, bool held, uint64_t len)
{
    c->size += held ? HELD_HEAD + len : LEFT_OUT;
    c->header.held += held;
    crypto_sha256_add(map, held ? str_bytes(STR("h")) : str_bytes(STR("x")));
}

static int measure_heads(struct statement_copy *c, struct crypto_sha256_stream *map, struct err *err)
{
    bytes head;
    int r = 0;
    heads_begin(c);
    for (int64_t i = 0; r == 0 && i < c->header.heads; i++)
        if ((r = next_head(c, &head, err)) == 0)
            count_leaf(c, map, true, head.len);
    heads_begin(c);
    return r;
}

/* Which leaves are held, for the header; and how long the file becomes with it. */
static int measure(struct statement_copy *c, struct err *err)
{
    const struct statement_cut *cut = &c->header.cut;
    struct crypto_sha256_stream map;
    crypto_sha256_begin(&map);
    c->size = sizeof first_line - 1 + 1;
    count_leaf(c, &map, true, c->about.len);
    int r = measure_heads(c, &map, err);
    for (int64_t i = 0; r == 0 && i < c->header.marks; i++) {
        const struct recording_mark *m;
        if ((r = mark_of(c, i, &m, err)) < 0)
            break;
        const bool held = shows(cut, m->at_ms, m->at_ms + 1);
        arena_reset(c->piece);
        count_leaf(c, &map, held, held ? statement_mark_text(c->piece, m).len : 0);
    }
    for (int64_t i = 0; r == 0 && i < c->header.chunks; i++) {
        const struct recording_place *place;
        int64_t ends_ms;
        if ((r = place_of(c, i, &place, &ends_ms, err)) < 0)
            break;
        count_leaf(c, &map, shows(cut, place->at_ms, ends_ms), STATEMENT_CHUNK_HEAD + (uint64_t)place->stored_len - SEAL_OVERHEAD);
    }
    crypto_sha256_end(&map, c->header.map);
    c->places = NULL;
    c->marks = NULL;
    return r;
}

static void name_it(struct statement_copy *c, const struct statement_cut *cut, const uint8_t *recipient, int64_t now_ms)
{
    static const struct statement_cut all;
    const struct recording *rec = &c->row.head;
    struct statement_header *h = &c->header;
    uint8_t key[SIGN_PUBLIC_LEN];
    memcpy(h->id, rec->id, ID_LEN);
    keyring_public(c->node->keys, KEYRING_AGENCY, key);
    partner_id(key, h->agency);
    memcpy(h->root, rec->root, HASH_LEN);
    h->has_recipient = recipient != NULL;
    if (recipient)
        memcpy(h->recipient, recipient, ID_LEN);
    h->type = rec->type;
    h->length_ms = rec->length_ms;
    h->sealed_ms = rec->sealed_ms;
    h->made_ms = now_ms;
    h->leaf_index = rec->leaf_index;
    keep_cut(c->arena, cut ? cut : &all, &h->cut);
}

int statement_copy_open(struct node *node, const uint8_t recording[static ID_LEN], const struct statement_cut *cut, const uint8_t *recipient,
                        int64_t now_ms, struct statement_copy **out, struct err *err)
{
    struct statement_copy *c = mem_calloc(1, sizeof *c);
    *c = (struct statement_copy){.node = node, .arena = arena_new(), .page = arena_new(), .piece = arena_new(), .fd = -1, .at = -2};
    int r = recording_store_get(node->db, recording, c->arena, &c->row, err);
    if (r == 0 && c->row.head.state != RECORDING_SEALED)
        r = err_set(err, ERR_DENIED, N_("the recording is not sealed yet"));
    if (r == 0 && cut)
        r = check_cut(cut, err);
    if (r == 0) {
        name_it(c, cut, recipient, now_ms);
        r = load(c, err);
    }
    if (r == 0)
        r = measure(c, err);
    if (r == 0)
        r = prove(c, err);
    if (r == 0) {
        c->header_line = statement_header_write(c->arena, &c->header);
        c->size += c->header_line.len;
        r = c->header_line.len > STATEMENT_HEADER_MAX ? err_set(err, ERR_LIMIT, "the statement's header is too large") : 0;
    }
    if (r < 0) {
        statement_copy_close(c);
        return r;
    }
    *out = c;
    return 0;
}

void statement_copy_close(struct statement_copy *c)
{
    if (!c)
        return;
    if (c->has_heads)
        recording_heads_end(&c->heads);
    if (c->fd >= 0)
        close(c->fd);
    crypto_wipe(c->seed, sizeof c->seed);
    arena_free(c->piece);
    arena_free(c->page);
    arena_free(c->arena);
    free(c);
}

/* --- pieces --- */

/* Content may be in two parts: a chunk's head and its media. */
static bytes held(struct statement_copy *c, enum statement_leaf kind, int64_t number, bytes head, bytes content)
{
    const size_t len = head.len + content.len;
    uint8_t *p = arena_alloc(c->piece, HELD_HEAD + len);
    p[0] = 'h';
    p[1] = (uint8_t)kind;
    statement_salt(p + 2, c->seed, kind, number);
    put_u32be(p + HELD_HEAD - 4, (uint32_t)len);
    if (head.len)
        memcpy(p + HELD_HEAD, head.p, head.len);
    if (content.len)
        memcpy(p + HELD_HEAD + head.len, content.p, content.len);
    return (bytes){p, HELD_HEAD + len};
}

static bytes left_out(struct statement_copy *c, const uint8_t hash[static HASH_LEN])
{
    uint8_t *p = arena_alloc(c->piece, LEFT_OUT);
    p[0] = 'x';
    memcpy(p + 1, hash, HASH_LEN);
    return (bytes){p, LEFT_OUT};
}

static int head_piece(struct statement_copy *c, int64_t number, bytes *piece, struct err *err)
{
    bytes head;
    int r = next_head(c, &head, err);
    if (r == 0)
        *piece = held(c, LEAF_HEAD, number, (bytes){NULL, 0}, head);
    return r;
}

static int mark_piece(struct statement_copy *c, int64_t number, bytes *piece, struct err *err)
{
    const struct recording_mark *m;
    uint8_t salt[STATEMENT_SALT_LEN], hash[HASH_LEN];
    int r = mark_of(c, number, &m, err);
    if (r < 0)
        return r;
    const bytes text = str_bytes(statement_mark_text(c->piece, m));
    if (shows(&c->header.cut, m->at_ms, m->at_ms + 1)) {
        *piece = held(c, LEAF_MARK, number, (bytes){NULL, 0}, text);
    } else {
        statement_salt(salt, c->seed, LEAF_MARK, number);
        statement_leaf_hash(hash, salt, LEAF_MARK, text);
        *piece = left_out(c, hash);
    }
    return 0;
}

static int chunk_piece(struct statement_copy *c, int64_t number, bytes *piece, struct err *err)
{
    const struct recording_place *place;
    uint8_t head[STATEMENT_CHUNK_HEAD];
    int64_t ends_ms;
    bytes media;
    int r = place_of(c, number, &place, &ends_ms, err);
    if (r < 0)
        return r;
    if (!shows(&c->header.cut, place->at_ms, ends_ms)) {
        *piece = left_out(c, place->hash);
        return 0;
    }
    r = recording_media(c->node, c->row.head.id, c->fd, place, c->piece, &media, err);
    put_u64be(head, (uint64_t)place->at_ms);
    put_u64be(head + 8, (uint64_t)place->session);
    *piece = held(c, LEAF_CHUNK, number, (bytes){head, sizeof head}, media);
    return r;
}

int statement_copy_next(struct statement_copy *c, bytes *piece, struct err *err)
{
    const struct statement_header *h = &c->header;
    const int64_t at = c->at++, mark = at - 1 - h->heads, chunk = mark - h->marks;
    arena_reset(c->piece);
    if (at == -2)
        *piece = (bytes){(const uint8_t *)first_line, sizeof first_line - 1};
    else if (at == -1)
        *piece = str_bytes(str_printf(c->piece, "%.*s\n", STR_ARG(c->header_line)));
    else if (at == 0)
        *piece = held(c, LEAF_ABOUT, 0, (bytes){NULL, 0}, str_bytes(c->about));
    else if (mark < 0)
        return head_piece(c, at - 1, piece, err);
    else if (chunk < 0)
        return mark_piece(c, mark, piece, err);
    else if (chunk < h->chunks)
        return chunk_piece(c, chunk, piece, err);
    else {
        *piece = (bytes){NULL, 0};
        c->at = at;
    }
    return 0;
}
