/* The payload of an age file: STREAM, 64 KiB chunks of ChaCha20-Poly1305 whose nonce is a counter and a flag for the last. */
#include "ground/crypto/age_internal.h"

#include <sodium.h>
#include <string.h>

#define CHUNK_NONCE_LEN 12
#define SEALED_CHUNK_LEN (AGE_CHUNK_LEN + AGE_TAG_LEN)

/* Key and counter of a payload. */
struct payload {
    uint8_t key[KEY_LEN];
    uint64_t counter; /* 2^64 chunks are enough; the format has 88 bits */
};

static void payload_key(struct payload *p, const uint8_t file_key[AGE_FILE_KEY_LEN], const uint8_t nonce[AGE_NONCE_LEN])
{
    crypto_hkdf(p->key, KEY_LEN, (bytes){nonce, AGE_NONCE_LEN}, (bytes){file_key, AGE_FILE_KEY_LEN}, str_bytes(STR("payload")));
    p->counter = 0;
}

static void chunk_nonce(const struct payload *p, bool last, uint8_t nonce[CHUNK_NONCE_LEN])
{
    memset(nonce, 0, CHUNK_NONCE_LEN);
    put_u64be(nonce + 3, p->counter);
    nonce[CHUNK_NONCE_LEN - 1] = last;
}

/* --- sealing --- */

struct age_seal { /* in secret memory, with the plaintext that waits for its chunk to fill */
    struct payload payload;
    struct age_sink sink;
    size_t n; /* in plain */
    bool dead;
    uint8_t plain[AGE_CHUNK_LEN];
    uint8_t sealed[SEALED_CHUNK_LEN];
};

static int buf_put(void *to, bytes data, struct err *err)
{
    (void)err;
    buf_add_bytes(to, data.p, data.len);
    return 0;
}

struct age_sink age_sink_buf(struct buf *b)
{
    return (struct age_sink){buf_put, b};
}

static int recipients_refused(struct err *err)
{
    return err_set(err, ERR_USAGE, "an age file is sealed to 1 to %d recipients", AGE_RECIPIENTS_MAX);
}

/* What is drawn by lot for every file. */
struct start {
    uint8_t file_key[AGE_FILE_KEY_LEN], nonce[AGE_NONCE_LEN];
};

static int start_new(struct start *start, const uint8_t recipients[][AGE_KEY_LEN], size_t n, struct age_stanza stanzas[], struct err *err)
{
    int result = 0;
    crypto_random(start->file_key, AGE_FILE_KEY_LEN);
    crypto_random(start->nonce, AGE_NONCE_LEN);
    for (size_t i = 0; i < n && result == 0; i++)
        result = age_wrap(recipients[i], start->file_key, &stanzas[i], err);
    return result;
}

/* The next chunk; returns its length, plain.len + AGE_TAG_LEN. */
static size_t seal_into(struct payload *p, bytes plain, bool last, uint8_t *out)
{
    uint8_t nonce[CHUNK_NONCE_LEN];
    chunk_nonce(p, last, nonce);
    crypto_aead_chacha20poly1305_ietf_encrypt(out, NULL, plain.p, plain.len, NULL, 0, NULL, nonce, p->key);
    p->counter++;
    return plain.len + AGE_TAG_LEN;
}

int age_seal_new(const uint8_t recipients[][AGE_KEY_LEN], size_t n, struct age_sink sink, struct age_seal **out, struct err *err)
{
    if (n == 0 || n > AGE_RECIPIENTS_MAX)
        return recipients_refused(err);
    struct arena *a = arena_new();
    struct age_stanza *stanzas = arena_array(a, struct age_stanza, n);
    struct start start;
    struct age_seal *s = NULL;
    int result = start_new(&start, recipients, n, stanzas, err);
    if (result == 0)
        result = sink.put(sink.to, str_bytes(age_header_write(a, stanzas, n, start.file_key)), err);
    if (result == 0)
        result = sink.put(sink.to, (bytes){start.nonce, AGE_NONCE_LEN}, err);
    if (result == 0) {
        s = secret_alloc(sizeof *s);
        payload_key(&s->payload, start.file_key, start.nonce);
        s->sink = sink;
        s->n = 0;
        s->dead = false;
        *out = s;
    }
    crypto_wipe(&start, sizeof start);
    arena_free(a);
    return result;
}

static int seal_chunk(struct age_seal *s, bytes plain, bool last, struct err *err)
{
    size_t len = seal_into(&s->payload, plain, last, s->sealed);
    int result = s->sink.put(s->sink.to, (bytes){s->sealed, len}, err);
    s->dead = result < 0 || last;
    return result;
}

static int seal_dead(struct err *err)
{
    return err_set(err, ERR_USAGE, "this age file is finished or was given up");
}

int age_seal_update(struct age_seal *s, bytes plain, struct err *err)
{
    if (s->dead)
        return seal_dead(err);
    for (size_t at = 0; at < plain.len;) {
        /* a full chunk waits until more comes: only then is it known not to be the last */
        const bool waits = s->n == AGE_CHUNK_LEN, whole = s->n == 0 && plain.len - at > AGE_CHUNK_LEN;
        if (waits || whole) {
            int result = seal_chunk(s, (bytes){waits ? s->plain : plain.p + at, AGE_CHUNK_LEN}, false, err);
            if (result < 0)
                return result;
            s->n = 0;
            at += whole ? AGE_CHUNK_LEN : 0;
            continue;
        }
        size_t take = AGE_CHUNK_LEN - s->n < plain.len - at ? AGE_CHUNK_LEN - s->n : plain.len - at;
        memcpy(s->plain + s->n, plain.p + at, take);
        s->n += take;
        at += take;
    }
    return 0;
}

int age_seal_end(struct age_seal *s, struct err *err)
{
    return s->dead ? seal_dead(err) : seal_chunk(s, (bytes){s->plain, s->n}, true, err);
}

void age_seal_free(struct age_seal *s)
{
    secret_free(s);
}

size_t age_sealed_len(size_t n_recipients, size_t plain_len)
{
    const size_t version = 22, stanza = 10 + 43 + 1 + 43 + 1, end = 4 + 43 + 1;
    size_t chunks = plain_len == 0 ? 1 : (plain_len + AGE_CHUNK_LEN - 1) / AGE_CHUNK_LEN;
    return version + n_recipients * stanza + end + AGE_NONCE_LEN + plain_len + chunks * AGE_TAG_LEN;
}

/* Without the stream's locked pages, which would cost more than the sealing of a letter. */
int age_seal_bytes(struct arena *a, const uint8_t recipients[][AGE_KEY_LEN], size_t n, bytes plain, bytes *out, struct err *err)
{
    if (n == 0 || n > AGE_RECIPIENTS_MAX)
        return recipients_refused(err);
    struct start start;
    struct age_stanza *stanzas = arena_array(a, struct age_stanza, n);
    int result = start_new(&start, recipients, n, stanzas, err);
    if (result == 0) {
        str header = age_header_write(a, stanzas, n, start.file_key);
        size_t len = age_sealed_len(n, plain.len);
        uint8_t *p = arena_alloc(a, len);
        *out = (bytes){p, len};
        memcpy(p, header.p, header.len);
        memcpy(p + header.len, start.nonce, AGE_NONCE_LEN);
        p += header.len + AGE_NONCE_LEN;
        struct payload payload;
        payload_key(&payload, start.file_key, start.nonce);
        for (; plain.len > AGE_CHUNK_LEN; plain = (bytes){plain.p + AGE_CHUNK_LEN, plain.len - AGE_CHUNK_LEN})
            p += seal_into(&payload, (bytes){plain.p, AGE_CHUNK_LEN}, false, p);
        seal_into(&payload, plain, true, p);
        crypto_wipe(&payload, sizeof payload);
    }
    crypto_wipe(&start, sizeof start);
    return result;
}

/* --- opening --- */

struct age_open {
    struct payload payload;
    struct age_sink sink;
    uint8_t file_key[AGE_FILE_KEY_LEN]; /* until the nonce is there */
    size_t n_nonce, n;                  /* how much of nonce and sealed is filled */
    bool dead;
    uint8_t nonce[AGE_NONCE_LEN];
    uint8_t plain[AGE_CHUNK_LEN];
    uint8_t sealed[SEALED_CHUNK_LEN];
};

static int header_changed(struct err *err)
{
    return err_set(err, ERR_CRYPTO, "the header of this age file was changed");
}

int age_open_new(const uint8_t file_key[static AGE_FILE_KEY_LEN], const struct age_header *header, struct age_sink sink,
                 struct age_open **out, struct err *err)
{
    uint8_t mac[HASH_LEN];
    age_header_mac(file_key, header->covered, mac);
    if (!crypto_equal(mac, header->mac, HASH_LEN))
        return header_changed(err);
    struct age_open *o = secret_alloc(sizeof *o);
    memcpy(o->file_key, file_key, AGE_FILE_KEY_LEN);
    o->sink = sink;
    o->n_nonce = o->n = 0;
    o->dead = false;
    *out = o;
    return 0;
}

/* Opens a chunk, last or not; the counter stays. */
static bool open_into(const struct payload *p, bytes sealed, bool last, uint8_t *plain)
{
    uint8_t nonce[CHUNK_NONCE_LEN];
    chunk_nonce(p, last, nonce);
    return crypto_aead_chacha20poly1305_ietf_decrypt(plain, NULL, NULL, sealed.p, sealed.len, NULL, 0, nonce, p->key) == 0;
}

static bool open_as(struct age_open *o, bool last)
{
    return open_into(&o->payload, (bytes){o->sealed, o->n}, last, o->plain);
}

static int open_refuse(struct age_open *o, struct err *err, const char *what)
{
    o->dead = true;
    crypto_wipe(o->plain, sizeof o->plain);
    return err_set(err, ERR_CRYPTO, "chunk %llu of this age file %s", (unsigned long long)o->payload.counter + 1, what);
}

static int release(struct age_open *o, struct err *err)
{
    const bytes plain = {o->plain, o->n - AGE_TAG_LEN};
    o->payload.counter++;
    o->n = 0;
    int result = plain.len ? o->sink.put(o->sink.to, plain, err) : 0;
    o->dead = result < 0;
    return result;
}

/* A full chunk that more bytes follow. */
static int open_full(struct age_open *o, struct err *err)
{
    if (open_as(o, false))
        return release(o, err);
    if (!open_as(o, true))
        return open_refuse(o, err, "was changed");
    int result = release(o, err); /* authentic, but not the end of what came */
    return result < 0 ? result : open_refuse(o, err, "stands behind the last one: something was added");
}

static void take_nonce(struct age_open *o, bytes *in)
{
    size_t take = AGE_NONCE_LEN - o->n_nonce < in->len ? AGE_NONCE_LEN - o->n_nonce : in->len;
    if (take == 0)
        return;
    memcpy(o->nonce + o->n_nonce, in->p, take);
    o->n_nonce += take;
    *in = (bytes){in->p + take, in->len - take};
    if (o->n_nonce == AGE_NONCE_LEN) {
        payload_key(&o->payload, o->file_key, o->nonce);
        crypto_wipe(o->file_key, sizeof o->file_key);
    }
}

static int no_payload(struct err *err)
{
    return err_set(err, ERR_INPUT, "this age file ends before its payload begins");
}

static int open_dead(struct err *err)
{
    return err_set(err, ERR_USAGE, "this age file was read to its end or refused");
}

int age_open_update(struct age_open *o, bytes sealed, struct err *err)
{
    if (o->dead)
        return open_dead(err);
    int result = 0;
    take_nonce(o, &sealed);
    for (size_t at = 0; result == 0 && at < sealed.len;) {
        if (o->n == SEALED_CHUNK_LEN && (result = open_full(o, err)) < 0)
            break;
        /* whole and not the last: opened where it lies, if it opens; what does not goes the way on which it is said why */
        if (o->n == 0 && sealed.len - at > SEALED_CHUNK_LEN &&
            open_into(&o->payload, (bytes){sealed.p + at, SEALED_CHUNK_LEN}, false, o->plain)) {
            o->n = SEALED_CHUNK_LEN;
            result = release(o, err);
            at += SEALED_CHUNK_LEN;
            continue;
        }
        size_t take = SEALED_CHUNK_LEN - o->n < sealed.len - at ? SEALED_CHUNK_LEN - o->n : sealed.len - at;
        memcpy(o->sealed + o->n, sealed.p + at, take);
        o->n += take;
        at += take;
    }
    return result;
}

int age_open_end(struct age_open *o, struct err *err)
{
    if (o->dead)
        return open_dead(err);
    if (o->n_nonce < AGE_NONCE_LEN) {
        o->dead = true;
        return no_payload(err);
    }
    if (o->n < AGE_TAG_LEN)
        return open_refuse(o, err, "is missing: the file was cut short");
    if (o->n == AGE_TAG_LEN && o->payload.counter > 0)
        return open_refuse(o, err, "is empty, which only the one chunk of an empty file may be");
    if (open_as(o, true)) {
        int result = release(o, err);
        o->dead = true;
        return result;
    }
    if (o->n == SEALED_CHUNK_LEN && open_as(o, false)) {
        int result = release(o, err);
        return result < 0 ? result : open_refuse(o, err, "is missing: the file was cut short");
    }
    return open_refuse(o, err, "was changed or cut short");
}

void age_open_free(struct age_open *o)
{
    secret_free(o);
}

int age_open_bytes(struct arena *a, const uint8_t file_key[static AGE_FILE_KEY_LEN], const struct age_header *header, bytes payload,
                   bytes *plain, struct err *err)
{
    uint8_t mac[HASH_LEN];
    age_header_mac(file_key, header->covered, mac);
    if (!crypto_equal(mac, header->mac, HASH_LEN))
        return header_changed(err);
    if (payload.len < AGE_NONCE_LEN)
        return no_payload(err);
    struct payload p;
    payload_key(&p, file_key, payload.p);
    bytes rest = {payload.p + AGE_NONCE_LEN, payload.len - AGE_NONCE_LEN};
    uint8_t *out = arena_alloc(a, rest.len);
    size_t n = 0;
    bool good = true;
    for (bool last = false; good && !last; p.counter++) {
        last = rest.len <= SEALED_CHUNK_LEN;
        size_t len = last ? rest.len : SEALED_CHUNK_LEN;
        good = len >= AGE_TAG_LEN && (len > AGE_TAG_LEN || p.counter == 0) && open_into(&p, (bytes){rest.p, len}, last, out + n);
        n += good ? len - AGE_TAG_LEN : 0;
        rest = (bytes){rest.p + len, rest.len - len};
    }
    if (good)
        *plain = (bytes){out, n};
    else
        crypto_wipe(out, payload.len - AGE_NONCE_LEN);
    crypto_wipe(&p, sizeof p);
    return good ? 0 : err_set(err, ERR_CRYPTO, "this age file was changed, cut short or continued");
}
