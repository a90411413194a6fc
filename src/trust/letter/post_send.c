/* post_send: a letter into the outbox, in the transaction of the act that causes it. */
#include <string.h>

#include "trust/letter/post_out.h"

#define DAY_MS (24LL * 3600 * 1000)

bool post_despite_suspension(str kind)
{
    static const char *const kinds[] = {"recall", "recalled", "keys", "void", NULL};
    for (const char *const *k = kinds; *k; k++)
        if (str_eq(kind, str_from(*k)))
            return true;
    return false;
}

int post_may_send(const struct partner *to, const struct letter *l, int64_t now_ms, struct err *err)
{
    if (to->status != PARTNER_ACTIVE && !post_despite_suspension(str_from(l->kind)))
        return err_set(err, ERR_DENIED, "%.*s is suspended: nothing new goes there; lift the suspension first", STR_ARG(to->name));
    /* a key that has ended opens what comes within POST_KEEP_DAYS: the partner may have been without a line */
    if (!l->file && (to->letter_key_until_ms == 0 || to->letter_key_until_ms + POST_KEEP_DAYS * DAY_MS < now_ms))
        return err_set(err, ERR_NOT_FOUND, "%.*s has no letter key that opens letters of today: ask for a new invitation", STR_ARG(to->name));
    return 0;
}

void post_fresh_id(int64_t now_ms, uint8_t id[static ID_LEN])
{
    uint8_t random[10];
    crypto_random(random, sizeof random);
    wire_uuid7(id, now_ms, random);
}

int post_content_of(const struct node *node, const struct partner *to, const struct letter *l, const uint8_t id[static ID_LEN],
                    uint64_t payload_size, struct arena *a, struct letter_content *out, str *line, struct err *err)
{
    struct letter_content *c = out, again;
    *c = (struct letter_content){.kind = str_from(l->kind), .purpose = l->purpose, .reference = l->reference, .name = l->name, .type = l->type,
                                 .has_grant = l->grant, .has_reply_to = l->reply_to, .payload_size = payload_size};
    memcpy(c->id, id, ID_LEN);
    memcpy(c->to, to->id, ID_LEN);
    post_self(node, c->from);
    if (l->grant)
        memcpy(c->grant, l->grant, ID_LEN);
    if (l->reply_to)
        memcpy(c->reply_to, l->reply_to, ID_LEN);
    *line = letter_content_write(a, c);
    /* what the partner's node would refuse is not sent */
    return letter_content_read(a, str_bytes(*line), &again, err) < 0 ? err_prefix(err, "this letter cannot be sent") : 0;
}

/* The age file of a letter whose payload is at hand. */
static int seal_inline(const struct node *node, const struct partner *to, const struct letter *l, struct letter_header *h, struct arena *a,
                       bytes *sealed, struct err *err)
{
    struct letter_content content;
    uint8_t digest[HASH_LEN], signature[SIGNATURE_LEN];
    str line;
    if (post_content_of(node, to, l, h->id, l->payload.len, a, &content, &line, err) < 0)
        return err->code;
    if (age_sealed_len(1, line.len + 1 + l->payload.len + SIGNATURE_LEN) > LETTER_INLINE_MAX)
        return err_set(err, ERR_LIMIT, "the letter has %zu bytes, more than one request carries (%d): send it as a file", l->payload.len,
                       LETTER_INLINE_MAX);
    crypto_sha256(digest, l->payload);
    if (keyring_sign(node->keys, KEYRING_AGENCY, letter_content_canonical(a, &content, digest), signature, err) < 0)
        return err->code;
    struct buf plain = buf_new(a);
    buf_add(&plain, line);
    buf_byte(&plain, '\n');
    buf_add_bytes(&plain, l->payload.p, l->payload.len);
    buf_add_bytes(&plain, signature, sizeof signature);
    if (age_seal_bytes(a, &to->letter_key, 1, buf_bytes(&plain), sealed, err) < 0)
        return err->code;
    memcpy(h->recipient_key, to->letter_key, sizeof h->recipient_key);
    h->size = sealed->len;
    crypto_sha256(h->digest, *sealed);
    return 0;
}

/* A file that was sealed before; a small one travels like any small letter. */
static int take_file(const struct node *node, const struct post_file *file, struct letter_header *h, struct arena *a, bytes *sealed,
                     struct err *err)
{
    const char *path = post_out_path(node, a, file->id);
    memcpy(h->recipient_key, file->recipient_key, sizeof h->recipient_key);
    memcpy(h->digest, file->digest, HASH_LEN);
    h->size = file->size;
    if (file->size <= LETTER_INLINE_MAX)
        return file_read(a, path, LETTER_INLINE_MAX, sealed, err);
    if (!file_exists(path))
        return err_set(err, ERR_NOT_FOUND, "the sealed file of this letter is no longer in letters/out: send it again");
    return 0;
}

int post_place(const struct node *node, struct post_stream *s, struct letter_header *h, struct arena *a, str *line, struct err *err)
{
    memcpy(h->stream, s->id, ID_LEN);
    h->sequence = s->sequence + 1;
    memcpy(h->previous, s->previous, HASH_LEN);
    bytes canonical = letter_header_canonical(a, h);
    if (keyring_sign(node->keys, KEYRING_AGENCY, canonical, h->signature, err) < 0)
        return err->code;
    s->sequence = h->sequence;
    crypto_sha256(s->previous, canonical);
    *line = letter_header_write(a, h);
    return 0;
}

const uint8_t post_nowhere[HASH_LEN];

int post_stream_new(struct node *node, const uint8_t partner[static ID_LEN], const uint8_t from[static HASH_LEN], int64_t now_ms,
                    struct post_stream *s, struct err *err)
{
    *s = (struct post_stream){.live = true, .begun_ms = now_ms};
    memcpy(s->previous, from, HASH_LEN);
    crypto_random(s->id, ID_LEN);
    return post_store_stream_begin(node->db, partner, true, s, err);
}

int letter_send(struct node *node, const struct partner *to, const struct letter *l, int64_t now_ms, uint8_t id[static ID_LEN], struct err *err)
{
    struct arena *a = arena_new();
    struct letter_header h = {.time_ms = now_ms};
    struct post_stream stream;
    bytes sealed = {0};
    str line;
    int r = post_may_send(to, l, now_ms, err);
    if (r < 0)
        goto out;
    if (l->file || l->id)
        memcpy(h.id, l->file ? l->file->id : l->id, ID_LEN);
    else
        post_fresh_id(now_ms, h.id);
    memcpy(h.to, to->id, ID_LEN);
    post_self(node, h.from);
    r = l->file ? take_file(node, l->file, &h, a, &sealed, err) : seal_inline(node, to, l, &h, a, &sealed, err);
    if (r < 0 || (r = post_store_stream_live(node->db, to->id, true, &stream, err)) < 0)
        goto out;
    if (r == 0)
        r = post_stream_new(node, to->id, post_nowhere, now_ms, &stream, err);
    if (r < 0 || (r = post_place(node, &stream, &h, a, &line, err)) < 0 ||
        (r = post_store_out_put(node->db, &h, str_from(l->kind), line, sealed, err)) < 0)
        goto out;
    r = post_store_stream_move(node->db, to->id, true, &stream, err);
    memcpy(id, h.id, ID_LEN);
out:
    arena_free(a);
    return r < 0 ? r : 0;
}
