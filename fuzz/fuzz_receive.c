/* What a partner's letter does before anything is stored: the outer part as it came; and, as if the partner had signed and sealed
 * it, what is inside. The inside comes in pieces of any size, so pieces must not matter. */
#include "trust/letter/receive_open.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t self[ID_LEN] = {2};

static void must(bool holds)
{
    if (!holds)
        __builtin_trap();
}

/* A partner whose key is known here: what it signs, holds. */
struct sender {
    struct partner partner;
    struct keyring *keys;
};

static struct sender sender_make(void)
{
    struct sender s = {.partner = {.id = {1}}};
    struct err err = {0};
    char folder[] = "/tmp/comity-fuzz-XXXXXX", path[64];
    must(crypto_open(&err) == 0 && mkdtemp(folder));
    snprintf(path, sizeof path, "%s/keys", folder);
    must(keyring_create(path, &err) == 0 && keyring_open(path, &s.keys, &err) == 0);
    unlink(path);
    rmdir(folder);
    keyring_public(s.keys, KEYRING_AGENCY, s.partner.agency_key);
    return s;
}

/* As it came: three outcomes and no fourth; who has no key of the partner gets no place. */
static void outside(struct arena *a, const struct sender *s, bytes in)
{
    struct post_coming c = {0};
    post_coming_read(a, in, self, &s->partner, &c);
    must(c.rejected || c.reason || c.placed);
    must(!c.placed || (!c.rejected && !c.reason));
    must(!c.kind && c.payload.len == 0);
}

/* The same header, signed by the partner: placed, unless the bytes behind it are others than it says. */
static struct post_coming signed_outside(struct arena *a, const struct sender *s, bytes sealed)
{
    struct letter_header h = {.sequence = 1, .size = sealed.len, .id = {3}};
    struct post_coming c = {0};
    struct buf b = buf_new(a);
    struct err err = {0};
    memcpy(h.from, s->partner.id, ID_LEN);
    memcpy(h.to, self, ID_LEN);
    crypto_sha256(h.digest, sealed);
    must(keyring_sign(s->keys, KEYRING_AGENCY, letter_header_canonical(a, &h), h.signature, &err) == 0);
    buf_add(&b, letter_header_write(a, &h));
    buf_byte(&b, '\n');
    buf_add_bytes(&b, sealed.p, sealed.len);
    post_coming_read(a, buf_bytes(&b), self, &s->partner, &c);
    must(c.placed && c.sealed.len == sealed.len);
    return c;
}

static const char *inside(struct arena *a, const struct sender *s, const struct post_coming *outside, bytes plain, size_t piece, bytes *payload)
{
    static const struct letter_kind *const tables[] = {letter_kinds_people, NULL};
    static const struct post_kinds kinds = {tables};
    struct post_coming c = *outside;
    struct buf b = buf_new(a);
    struct post_inside in;
    struct err err = {0};
    post_inside_begin(&in, age_sink_buf(&b));
    struct age_sink sink = post_inside_sink(&in);
    for (size_t at = 0; at < plain.len; at += piece)
        must(sink.put(sink.to, (bytes){plain.p + at, plain.len - at < piece ? plain.len - at : piece}, &err) == 0);
    const char *reason = post_coming_judge(&kinds, &s->partner, a, &c, &in);
    must(reason || c.kind);
    *payload = buf_bytes(&b);
    must(reason || payload->len == c.content.payload_size);
    return reason;
}

/* Any content that can be read, as the partner would have written and signed it to us: it is taken in, or its kind is not
   known, or is one that nobody may have without a grant and there is none. */
static void well_signed(struct arena *a, const struct sender *s, const struct post_coming *outside, bytes data, size_t piece)
{
    struct letter_content c;
    struct err err = {0};
    uint8_t digest[HASH_LEN], signature[SIGNATURE_LEN];
    bytes payload = {data.p + data.len, 0}, out;
    const uint8_t *end = memchr(data.p, '\n', data.len);
    size_t line = end ? (size_t)(end - data.p) : data.len;
    if (end)
        payload = (bytes){end + 1, data.len - line - 1};
    if (letter_content_read(a, (bytes){data.p, line}, &c, &err) < 0)
        return;
    memcpy(c.id, outside->header.id, ID_LEN);
    memcpy(c.from, outside->header.from, ID_LEN);
    memcpy(c.to, outside->header.to, ID_LEN);
    c.payload_size = payload.len;
    crypto_sha256(digest, payload);
    must(keyring_sign(s->keys, KEYRING_AGENCY, letter_content_canonical(a, &c, digest), signature, &err) == 0);
    struct buf b = buf_new(a);
    buf_add(&b, letter_content_write(a, &c));
    buf_byte(&b, '\n');
    buf_add_bytes(&b, payload.p, payload.len);
    buf_add_bytes(&b, signature, sizeof signature);
    const char *reason = inside(a, s, outside, buf_bytes(&b), piece, &out);
    must(!reason || strcmp(reason, "kind") == 0 || (strcmp(reason, "grant") == 0 && !c.has_grant));
    must(out.len == payload.len && (out.len == 0 || memcmp(out.p, payload.p, out.len) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sender s;
    if (!s.keys)
        s = sender_make();
    struct arena *a = arena_new();
    bytes whole, pieces;
    size_t piece = size > 0 ? data[0] % 97 + 1 : 1;
    outside(a, &s, (bytes){data, size});
    if (size > 0 && size <= LETTER_INLINE_MAX) {
        struct post_coming c = signed_outside(a, &s, (bytes){data, size});
        const char *one = inside(a, &s, &c, (bytes){data, size}, size, &whole);
        const char *many = inside(a, &s, &c, (bytes){data, size}, piece, &pieces);
        must(one == many);
        must(whole.len == pieces.len && memcmp(whole.p ? whole.p : data, pieces.p ? pieces.p : data, whole.len) == 0);
        well_signed(a, &s, &c, (bytes){data, size}, piece);
    }
    arena_free(a);
    return 0;
}
