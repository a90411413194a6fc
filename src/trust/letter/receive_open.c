#include "trust/letter/receive_open.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "trust/letter/post_watch.h"

static const char version[] = "version", kind[] = "kind", signature[] = "signature", not_for_us[] = "not-for-us", malformed[] = "malformed",
                  sealed[] = "sealed", grant[] = "grant"; /* of letter_reasons */

static bool same_id(const uint8_t x[static ID_LEN], const uint8_t y[static ID_LEN])
{
    return memcmp(x, y, ID_LEN) == 0;
}

/* --- outside --- */

static const char *check_outside(struct arena *a, const struct partner *from, const uint8_t self[static ID_LEN], struct post_coming *c)
{
    const struct letter_header *h = &c->header;
    if (!same_id(h->from, from->id) || !same_id(h->to, self))
        return not_for_us;
    if (wire_verify("letter", letter_header_canonical(a, h), h->signature, from->agency_key, NULL) < 0)
        return signature;
    if (h->size > LETTER_INLINE_MAX)
        return c->sealed.len > 0 ? malformed : NULL;
    uint8_t digest[HASH_LEN];
    crypto_sha256(digest, c->sealed);
    return c->sealed.len == h->size && crypto_equal(digest, h->digest, HASH_LEN) ? NULL : malformed;
}

void post_coming_read(struct arena *a, bytes in, const uint8_t self[static ID_LEN], const struct partner *from, struct post_coming *c)
{
    static const uint8_t nobody[ID_LEN];
    uint8_t *key = c->file_key;
    *c = (struct post_coming){.file_key = key};
    const uint8_t *end = in.len > 0 ? memchr(in.p, '\n', in.len < LETTER_HEADER_MAX + 1 ? in.len : LETTER_HEADER_MAX + 1) : NULL;
    size_t line = end ? (size_t)(end - in.p) : in.len;
    c->line = (str){(const char *)in.p, line};
    if (end)
        c->sealed = (bytes){end + 1, in.len - line - 1};
    int r = letter_header_read(a, str_bytes(c->line), &c->header, NULL);
    if (r == ERR_PEER) {
        /* of another version: all we know of it is whose it says it is, so it has no place in a stream */
        if (same_id(c->header.from, from->id) && same_id(c->header.to, self) && !same_id(c->header.id, nobody))
            c->reason = version;
        else
            c->rejected = not_for_us;
        return;
    }
    c->rejected = r < 0 ? malformed : check_outside(a, from, self, c);
    c->placed = !c->rejected;
}

/* --- inside, as a stream --- */

void post_inside_begin(struct post_inside *in, struct age_sink payload)
{
    *in = (struct post_inside){.payload = payload};
    crypto_sha256_begin(&in->hash);
}

void post_inside_aside(struct post_inside *in)
{
    in->aside = crypto_sha256_aside_new();
}

void post_inside_drop(struct post_inside *in)
{
    crypto_sha256_aside_end(in->aside, NULL);
    in->aside = NULL;
}

static int give_payload(struct post_inside *in, bytes data, struct err *err)
{
    if (data.len == 0)
        return 0;
    if (in->aside)
        crypto_sha256_aside_add(in->aside, data);
    else if (!in->known)
        crypto_sha256_add(&in->hash, data);
    in->payload_size += data.len;
    return in->payload.put ? in->payload.put(in->payload.to, data, err) : 0;
}

/* Keeps the last SIGNATURE_LEN bytes back: they are payload only when more follow. */
static int behind_line(struct post_inside *in, bytes data, struct err *err)
{
    size_t all = in->tail_len + data.len;
    size_t out = all > SIGNATURE_LEN ? all - SIGNATURE_LEN : 0;
    size_t from_tail = out < in->tail_len ? out : in->tail_len, from_data = out - from_tail;
    if (give_payload(in, (bytes){in->tail, from_tail}, err) < 0 || give_payload(in, (bytes){data.p, from_data}, err) < 0)
        return err->code;
    memmove(in->tail, in->tail + from_tail, in->tail_len - from_tail);
    in->tail_len -= from_tail;
    memcpy(in->tail + in->tail_len, data.p + from_data, data.len - from_data);
    in->tail_len += data.len - from_data;
    return 0;
}

static int put_inside(void *to, bytes data, struct err *err)
{
    struct post_inside *in = to;
    if (in->malformed)
        return 0;
    if (!in->has_line) {
        const uint8_t *end = memchr(data.p, '\n', data.len);
        size_t take = end ? (size_t)(end - data.p) : data.len;
        if (take > sizeof in->line - in->line_len) {
            in->malformed = true;
            return 0;
        }
        memcpy(in->line + in->line_len, data.p, take);
        in->line_len += take;
        if (!end)
            return 0;
        in->has_line = true;
        data = (bytes){end + 1, data.len - take - 1};
    }
    return data.len > 0 ? behind_line(in, data, err) : 0;
}

struct age_sink post_inside_sink(struct post_inside *in)
{
    return (struct age_sink){put_inside, in};
}

bool post_inside_end(struct post_inside *in, uint8_t digest[static HASH_LEN])
{
    if (in->aside)
        crypto_sha256_aside_end(in->aside, digest);
    else
        crypto_sha256_end(&in->hash, digest);
    in->aside = NULL;
    return in->has_line && !in->malformed && in->tail_len == SIGNATURE_LEN;
}

/* --- the file key --- */

int post_file_key(struct node *node, const uint8_t recipient_key[static 32], const struct age_header *age, uint8_t file_key[static AGE_FILE_KEY_LEN],
                  struct err *err)
{
    uint8_t secret[KEYRING_LETTER_SEALED_LEN];
    uint32_t period;
    struct err why = {0};
    int r = age->n ? post_key_find(node, recipient_key, &period, secret, &why) : ERR_NOT_FOUND;
    for (size_t i = 0; r == 0 && i < age->n; i++) {
        r = keyring_letter_unwrap(node->keys, secret, recipient_key, period, age->stanzas[i].share, age->stanzas[i].wrapped, file_key, &why);
        if (r == 0)
            return 1;
        r = r == ERR_CRYPTO ? 0 : r;
    }
    return r == 0 || r == ERR_NOT_FOUND || r == ERR_INPUT ? 0 : err_set(err, r, "%s", why.text);
}

/* --- files --- */

const char *post_in_path(const struct node *node, struct arena *a, const uint8_t partner[static ID_LEN], const uint8_t id[static ID_LEN],
                         const char *suffix)
{
    return str_printf(a, "%s/letters/in/%s-%s%s", node->dir, hex_encode(a, (bytes){partner, ID_LEN}).p, hex_encode(a, (bytes){id, ID_LEN}).p,
                      suffix).p;
}

/* Reads until max bytes or the end. *len: how many. */
static int read_some(int fd, const char *path, uint8_t *to, size_t max, size_t *len, struct err *err)
{
    for (*len = 0; *len < max;) {
        ssize_t n = read(fd, to + *len, max - *len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, ERR_IO, errno, "%s cannot be read", path);
        if (n == 0)
            break;
        *len += (size_t)n;
    }
    return 0;
}

int post_file_open(struct arena *a, const char *path, const uint8_t file_key[static AGE_FILE_KEY_LEN], struct age_sink sink,
                   uint8_t *digest, struct err *err)
{
    struct crypto_sha256_aside *hash;
    struct age_header header;
    struct age_open *open_age = NULL;
    uint8_t *piece = arena_alloc(a, AGE_HEADER_MAX);
    size_t len;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return err_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "%s cannot be opened", path);
    hash = digest ? crypto_sha256_aside_new() : NULL;
    int r = read_some(fd, path, piece, AGE_HEADER_MAX, &len, err);
    if (r < 0 || (r = age_header_parse(a, (bytes){piece, len}, &header, err)) < 0 ||
        (r = age_open_new(file_key, &header, sink, &open_age, err)) < 0)
        goto out;
    for (bytes data = {piece + header.len, len - header.len}; len > 0; data = (bytes){piece, len}) {
        if (hash)
            crypto_sha256_aside_add(hash, (bytes){piece, len});
        if ((r = age_open_update(open_age, data, err)) < 0 || (r = read_some(fd, path, piece, AGE_HEADER_MAX, &len, err)) < 0)
            goto out;
    }
    r = age_open_end(open_age, err);
out:
    crypto_sha256_aside_end(hash, digest);
    age_open_free(open_age);
    close(fd);
    return r;
}

/* The head of a file: enough for an age header. */
static int file_head(struct arena *a, const char *path, bytes *out, struct err *err)
{
    uint8_t *head = arena_alloc(a, AGE_HEADER_MAX);
    size_t len = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return err_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "%s cannot be opened", path);
    int r = read_some(fd, path, head, AGE_HEADER_MAX, &len, err);
    close(fd);
    *out = (bytes){head, len};
    return r;
}

/* Whether a file has the digest that the sender signed: if not, it was damaged on its way or here, and is fetched again. */
static int is_whole(struct arena *a, const char *path, const uint8_t digest[static HASH_LEN], bool *whole, struct err *err)
{
    struct crypto_sha256_stream hash;
    uint8_t found[HASH_LEN], *piece = arena_alloc(a, AGE_HEADER_MAX);
    size_t len = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return err_errno(err, ERR_IO, errno, "%s cannot be opened", path);
    crypto_sha256_begin(&hash);
    int r;
    while ((r = read_some(fd, path, piece, AGE_HEADER_MAX, &len, err)) == 0 && len > 0)
        crypto_sha256_add(&hash, (bytes){piece, len});
    close(fd);
    crypto_sha256_end(&hash, found);
    *whole = crypto_equal(found, digest, HASH_LEN);
    return r;
}

/* --- inside --- */

/* Why an attachment's file cannot be opened: the sender's doing is a reason, damage is not. */
static int judge_file(struct arena *a, const char *path, struct post_coming *c, struct err *err)
{
    bool whole = false;
    int r = is_whole(a, path, c->header.digest, &whole, err);
    if (r == 0 && whole)
        c->reason = sealed;
    else if (r == 0)
        c->rejected = malformed;
    return r;
}

/* The plaintext through in, and its digest. c->reason is set when the age file does not hold; c->rejected when the file on
 * our disk is not what the header says (then its parts are asked for again). */
static int open_sealed(struct node *node, const struct partner *from, struct arena *a, struct post_coming *c, struct post_inside *in,
                       struct err *err)
{
    bool large = c->header.size > LETTER_INLINE_MAX;
    const char *path = large ? post_in_path(node, a, from->id, c->header.id, ".age") : NULL;
    struct age_header age;
    bytes head = c->sealed, plain;
    uint8_t digest[HASH_LEN];
    struct err why = {0};
    int r = large ? file_head(a, path, &head, err) : 0;
    if (r == ERR_NOT_FOUND) {
        c->missing = true;
        return 0;
    }
    if (r < 0)
        return r;
    if (age_header_parse(a, head, &age, NULL) < 0) {
        if (large)
            return judge_file(a, path, c, err);
        c->reason = sealed;
        return 0;
    }
    if ((r = post_file_key(node, c->header.recipient_key, &age, c->file_key, err)) < 0)
        return r;
    if (r == 0 && large)
        return judge_file(a, path, c, err);
    if (r == 0) {
        c->reason = sealed;
        return 0;
    }
    if (!large) {
        if (age_open_bytes(a, c->file_key, &age, (bytes){head.p + age.len, head.len - age.len}, &plain, NULL) < 0)
            c->reason = sealed;
        else
            r = put_inside(in, plain, err);
        return r;
    }
    r = post_file_open(a, path, c->file_key, post_inside_sink(in), digest, &why);
    if (r == ERR_IO)
        return err_set(err, r, "%s", why.text);
    if (r < 0)
        return judge_file(a, path, c, err);
    if (!crypto_equal(digest, c->header.digest, HASH_LEN))
        c->rejected = malformed;
    return 0;
}

const struct letter_kind *post_kind_of(const struct post_kinds *kinds, str name)
{
    for (const struct letter_kind *const *table = kinds->tables; *table; table++)
        for (const struct letter_kind *k = *table; k->name; k++)
            if (str_eq(name, str_from(k->name)))
                return k;
    return NULL;
}

const char *post_coming_judge(const struct post_kinds *kinds, const struct partner *from, struct arena *a, struct post_coming *c,
                              struct post_inside *in)
{
    uint8_t digest[HASH_LEN];
    const struct letter_content *i = &c->content;
    const struct letter_header *h = &c->header;
    if (!post_inside_end(in, digest))
        return malformed;
    c->content_line = str_dup(a, (str){(const char *)in->line, in->line_len});
    int r = letter_content_read(a, str_bytes(c->content_line), &c->content, NULL);
    if (r < 0)
        return r == ERR_PEER ? version : malformed;
    if (i->payload_size != in->payload_size)
        return malformed;
    /* sealed to us, but written to somebody else: passed on as if it were ours */
    if (!same_id(i->id, h->id) || !same_id(i->from, h->from) || !same_id(i->to, h->to))
        return not_for_us;
    if (wire_verify("letter", letter_content_canonical(a, i, digest), in->tail, from->agency_key, NULL) < 0)
        return signature;
    c->kind = post_kind_of(kinds, i->kind);
    if (!c->kind)
        return kind;
    return c->kind->needs_grant && !i->has_grant ? grant : NULL;
}

/* What was seen of it while it came in, if all of it is here and holds. */
static int take_watched(struct node *node, const struct partner *from, struct arena *a, struct post_coming *c, struct post_inside *in, bool *taken,
                        struct err *err)
{
    const char *part = post_in_path(node, a, from->id, c->header.id, ".part");
    int r = post_part_whole(node, from, c->header.id, c->header.size, err);
    *taken = r == 0 && file_exists(post_in_path(node, a, from->id, c->header.id, ".age")) &&
             post_watch_take(part, &c->header, in, c->file_key, &c->look_of, &c->look);
    return r;
}

int post_coming_open(struct node *node, const struct post_kinds *kinds, const struct partner *from, struct arena *a, struct post_coming *c,
                     struct err *err)
{
    struct buf payload = buf_new(a);
    struct post_inside in;
    bool large = c->header.size > LETTER_INLINE_MAX, watched = false;
    int r = large ? take_watched(node, from, a, c, &in, &watched, err) : 0;
    if (r < 0)
        return r;
    if (!watched) {
        post_inside_begin(&in, large ? (struct age_sink){NULL, NULL} : age_sink_buf(&payload));
        if (large)
            post_inside_aside(&in);
        r = open_sealed(node, from, a, c, &in, err);
    }
    if (r == 0 && !c->reason && !c->rejected && !c->missing) {
        c->reason = post_coming_judge(kinds, from, a, c, &in);
        if (!c->reason && !large)
            c->payload = buf_bytes(&payload);
    }
    post_inside_drop(&in);
    return r;
}

void post_coming_drop(struct post_coming *c)
{
    if (c->look)
        c->look_of->drop(c->look);
    c->look = NULL;
}
