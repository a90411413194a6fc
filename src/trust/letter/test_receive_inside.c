/* What is inside a letter: outside all is well, signed by the partner, and each thing inside that is not gives a signed refusal, takes
 * its place in the stream, and has no effect. And files: cut, overlong, too many, erased, forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground/crypto/age.h"
#include "trust/letter/inbox.h"
#include "trust/letter/test_post_house.h"

#define WRITTEN "planted-words-of-a-letter"
#define DAY_MS (24LL * 3600 * 1000)

/* A kind that looks while a letter comes in: the digest of what it saw, and whether the effect was told of it. */
struct look { struct crypto_sha256_stream hash; uint8_t digest[HASH_LEN]; };
static int looks; /* begun and not dropped */
static bool effect_saw, effect_ran;
static uint8_t effect_digest[HASH_LEN];

static void *look_begin(const struct partner *from, const struct letter_content *content)
{
    struct look *l = mem_calloc(1, sizeof *l);
    assert_true(str_eq(content->kind, STR("seen")) && from->agency.len > 0);
    crypto_sha256_begin(&l->hash);
    looks++;
    return l;
}

static void look_add(void *look, bytes data)
{
    crypto_sha256_add(&((struct look *)look)->hash, data);
}

static void look_end(void *look)
{
    struct look *l = look;
    crypto_sha256_end(&l->hash, l->digest);
}

static void look_drop(void *look)
{
    looks--;
    free(look);
}

static int seen_effect(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    (void)node, (void)act, (void)err;
    effect_ran = true;
    effect_saw = letter->look != NULL;
    if (letter->look)
        memcpy(effect_digest, ((const struct look *)letter->look)->digest, HASH_LEN);
    return 0;
}

static const struct letter_look look = {look_begin, look_add, look_end, look_drop};
static const struct letter_kind granted[] = {{"granted", false, true, false, NULL, NULL, NULL}, {"seen", .effect = seen_effect, .look = &look}, {0}};
static const struct letter_kind *const tables[] = {letter_kinds_people, granted, NULL};
static const struct post_kinds kinds = {tables};

struct fixture {
    struct arena *a;
    struct post_house here, there; /* here writes, there receives */
};

static int set_up(void **state)
{
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    f->a = a;
    post_house_open(&f->here, "lotus-house");
    post_house_open(&f->there, "border-unit-7");
    post_house_meet(&f->here, &f->there);
    post_house_meet(&f->there, &f->here);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    struct arena *a = f->a;
    post_house_close(&f->here);
    post_house_close(&f->there);
    arena_free(a);
    return 0;
}

static void receive(struct fixture *f, bytes in, struct post_answer *out)
{
    struct err err = {0};
    if (letter_receive(f->there.node, &kinds, &f->here.self, &in, 1, POST_NOW, f->a, out, &err) < 0)
        fail_msg("%s", err.text);
}

static void sign(const struct post_house *h, bytes message, uint8_t signature[static SIGNATURE_LEN])
{
    struct err err = {0};
    assert_int_equal(keyring_sign(h->node->keys, KEYRING_AGENCY, message, signature, &err), 0);
}

/* --- inside --- */

/* A letter as the contract says, ready to be spoilt in one place. */
struct draft {
    struct letter_content content;
    const char *payload;
    const struct post_house *signer;
    str line_from, line_to;      /* in the content line, after signing */
    bool cut, no_line, no_age, foreign_key;
};

static bytes plain_of(struct fixture *f, const struct draft *d)
{
    uint8_t digest[HASH_LEN], signature[SIGNATURE_LEN];
    struct buf plain = buf_new(f->a);
    bytes payload = str_bytes(str_from(d->payload));
    str line = letter_content_write(f->a, &d->content);
    crypto_sha256(digest, payload);
    sign(d->signer, letter_content_canonical(f->a, &d->content, digest), signature);
    for (size_t i = 0; d->line_from.len && i + d->line_from.len <= line.len; i++)
        if (memcmp(line.p + i, d->line_from.p, d->line_from.len) == 0)
            memcpy((char *)(uintptr_t)line.p + i, d->line_to.p, d->line_to.len);
    buf_add(&plain, line);
    if (d->no_line)
        return buf_bytes(&plain);
    buf_byte(&plain, '\n');
    buf_add_bytes(&plain, payload.p, payload.len);
    buf_add_bytes(&plain, signature, d->cut ? SIGNATURE_LEN - 30 : SIGNATURE_LEN);
    return buf_bytes(&plain);
}

static bytes post_of(struct fixture *f, const struct draft *d, struct post_stream *s, const uint8_t id[static ID_LEN])
{
    struct err err = {0};
    struct letter_header h = {.sequence = ++s->sequence, .time_ms = POST_NOW};
    bytes plain = plain_of(f, d), sealed = plain;
    uint8_t key[1][AGE_KEY_LEN];
    memcpy(key[0], d->foreign_key ? f->here.self.letter_key : f->there.self.letter_key, AGE_KEY_LEN);
    if (!d->no_age)
        assert_int_equal(age_seal_bytes(f->a, (const uint8_t(*)[AGE_KEY_LEN])key, 1, plain, &sealed, &err), 0);
    memcpy(h.id, id, ID_LEN);
    memcpy(h.from, f->here.self.id, ID_LEN);
    memcpy(h.to, f->there.self.id, ID_LEN);
    memcpy(h.stream, s->id, ID_LEN);
    memcpy(h.previous, s->previous, HASH_LEN);
    memcpy(h.recipient_key, f->there.self.letter_key, sizeof h.recipient_key);
    h.size = sealed.len;
    crypto_sha256(h.digest, sealed);
    sign(&f->here, letter_header_canonical(f->a, &h), h.signature);
    letter_header_hash(f->a, &h, s->previous);
    struct buf b = buf_new(f->a);
    buf_add(&b, letter_header_write(f->a, &h));
    buf_byte(&b, '\n');
    buf_add_bytes(&b, sealed.p, sealed.len);
    return buf_bytes(&b);
}

static void sound(struct fixture *f, struct draft *d) { (void)f; (void)d; }
static void another_id(struct fixture *f, struct draft *d) { (void)f; d->content.id[3] ^= 1; }
static void another_sender(struct fixture *f, struct draft *d) { memcpy(d->content.from, f->there.self.id, ID_LEN); }
static void another_recipient(struct fixture *f, struct draft *d) { memcpy(d->content.to, f->here.self.id, ID_LEN); }
static void another_signer(struct fixture *f, struct draft *d) { d->signer = &f->there; }
static void changed_after_signing(struct fixture *f, struct draft *d) { (void)f; d->line_from = STR("practice 7"); d->line_to = STR("practice 8"); }
static void another_version(struct fixture *f, struct draft *d) { (void)f; d->line_from = STR("content\":1"); d->line_to = STR("content\":2"); }
static void no_json(struct fixture *f, struct draft *d) { (void)f; d->line_from = STR("{"); d->line_to = STR("["); }
static void longer_than_it_says(struct fixture *f, struct draft *d) { (void)f; d->content.payload_size--; }
static void cut_short(struct fixture *f, struct draft *d) { (void)f; d->cut = true; d->payload = ""; d->content.payload_size = 0; }
static void only_a_line(struct fixture *f, struct draft *d) { (void)f; d->no_line = true; }
static void not_sealed(struct fixture *f, struct draft *d) { (void)f; d->no_age = true; }
static void sealed_to_another(struct fixture *f, struct draft *d) { (void)f; d->foreign_key = true; }
static void unknown_kind(struct fixture *f, struct draft *d) { (void)f; d->content.kind = STR("nonsense"); }
static void no_grant(struct fixture *f, struct draft *d) { (void)f; d->content.kind = STR("granted"); }

static const struct { void (*spoil)(struct fixture *f, struct draft *d); const char *reason; } ways[] = {
    {sound, NULL}, {another_id, "not-for-us"}, {another_sender, "not-for-us"}, {another_recipient, "not-for-us"}, {another_signer, "signature"},
    {changed_after_signing, "signature"}, {another_version, "version"}, {no_json, "malformed"}, {longer_than_it_says, "malformed"},
    {cut_short, "malformed"}, {only_a_line, "malformed"}, {not_sealed, "sealed"}, {sealed_to_another, "sealed"}, {unknown_kind, "kind"},
    {no_grant, "grant"}, {sound, NULL},
};
#define N_WAYS (sizeof ways / sizeof ways[0])

static void test_each_reason(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct post_stream s = {.live = true};
    struct post_answer answer, again;
    crypto_random(s.id, ID_LEN);
    for (size_t i = 0; i < N_WAYS; i++) {
        struct draft d = {.payload = WRITTEN, .signer = &f->here};
        uint8_t id[ID_LEN];
        crypto_random(id, ID_LEN);
        d.content = (struct letter_content){.kind = STR("notice"), .purpose = STR("identification"), .reference = STR("practice 7"),
                                            .type = STR("text/plain"), .payload_size = strlen(WRITTEN)};
        memcpy(d.content.id, id, ID_LEN);
        memcpy(d.content.from, f->here.self.id, ID_LEN);
        memcpy(d.content.to, f->there.self.id, ID_LEN);
        ways[i].spoil(f, &d);
        bytes in = post_of(f, &d, &s, id);
        receive(f, in, &answer);
        receive(f, in, &again);
        assert_int_equal(answer.outcome, POST_RECEIPT);
        if (!str_eq(answer.receipt.reason, str_from(ways[i].reason ? ways[i].reason : "")))
            fail_msg("way %zu: %.*s instead of %s", i, STR_ARG(answer.receipt.reason), ways[i].reason);
        assert_int_equal(answer.receipt.status, ways[i].reason ? LETTER_REFUSED : LETTER_ACCEPTED);
        if (letter_receipt_verify(f->a, &answer.receipt, f->there.self.agency_key, &err) < 0)
            fail_msg("%s", err.text);
        assert_memory_equal(answer.receipt.signature, again.receipt.signature, SIGNATURE_LEN); /* the same receipt again */
        assert_true(answer.position.sequence == i + 1);                                        /* the stream goes on */
    }
    assert_int_equal(post_house_count(&f->there, "select count(*) from letter_in where content is not null or sealed is not null"), 2);
    assert_int_equal(post_house_count(&f->there, "select count(*) from vault_record where kind = 4"), 2);
}

/* --- files --- */

enum { SIZE = 700000 };

struct large {
    uint8_t id[ID_LEN];
    bytes line, file, plain;
};

static struct large write_large(struct fixture *f, const char *kind)
{
    struct err err = {0};
    struct large g;
    struct post_file sealed;
    struct post_out *out;
    size_t n;
    char path[128];
    uint8_t *text = arena_alloc(f->a, SIZE);
    for (size_t i = 0; i + strlen(WRITTEN) < SIZE; i += strlen(WRITTEN))
        memcpy(text + i, WRITTEN, strlen(WRITTEN));
    snprintf(path, sizeof path, "%s/plain", f->here.folder);
    g.plain = (bytes){text, SIZE};
    assert_int_equal(file_write(path, g.plain, FILE_MODE_PRIVATE, &err), 0);
    struct letter l = {.kind = kind, .purpose = STR("identification"), .reference = STR("r"), .name = STR("film"), .type = STR("video/mp4")};
    assert_int_equal(post_file_seal(f->here.node, &f->there.self, &l, path, POST_NOW, NULL, NULL, &sealed, &err), 0);
    l.file = &sealed;
    if (post_house_send(&f->here, &f->there.self, &l, POST_NOW, g.id, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(post_due(f->here.node, &f->there.self, 0, 16, f->a, &out, &n, &err), 0);
    assert_true(n > 0 && out[n - 1].path);
    assert_int_equal(file_read(f->a, out[n - 1].path, 2 * SIZE, &g.file, &err), 0);
    g.line = str_bytes(out[n - 1].line);
    return g;
}

static const char *in_path(struct fixture *f, const struct large *g, const char *suffix)
{
    return post_in_path(f->there.node, f->a, f->here.self.id, g->id, suffix);
}

static int put(struct fixture *f, const uint8_t id[static ID_LEN], uint64_t at, bytes part, uint64_t *have)
{
    struct err err = {0};
    return post_part(f->there.node, &kinds, &f->here.self, id, at, part, have, &err);
}

static void bring(struct fixture *f, const struct large *g)
{
    uint64_t have = 0;
    assert_int_equal(put(f, g->id, 0, (bytes){NULL, 0}, &have), 0);
    assert_int_equal(put(f, g->id, have, (bytes){g->file.p + have, g->file.len - have}, &have), 0);
    assert_true(have == g->file.len);
}

/* Power goes after each piece: the file is as long as the disk had got, to the byte; the node starts anew and goes on from there. */
static void test_cut_anywhere(void **state)
{
    static const size_t left[] = {0, 1, 31, 167, 168, 169, 200, 65536, 65551, 65552, 131071, 262144, 262145, 500000, 699999, 700000, 700001};
    struct fixture *f = *state;
    struct post_answer answer;
    uint64_t have;
    struct large g = write_large(f, "notice");
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
        size_t want = left[i] + 5000 < g.file.len ? left[i] + 5000 : g.file.len;
        assert_int_equal(put(f, g.id, 0, (bytes){NULL, 0}, &have), 0);
        if (have < want)
            assert_int_equal(put(f, g.id, have, (bytes){g.file.p + have, want - have}, &have), 0);
        receive(f, g.line, &answer);
        if (have < g.file.len)
            assert_int_equal(answer.outcome, POST_LATER);
        if (answer.outcome == POST_RECEIPT)
            break;
        assert_int_equal(truncate(in_path(f, &g, ".part"), (off_t)left[i]), 0);
        post_house_reopen(&f->there);
    }
    bring(f, &g);
    receive(f, g.line, &answer);
    assert_int_equal(answer.outcome, POST_RECEIPT);
    assert_int_equal(answer.receipt.status, LETTER_ACCEPTED);
    assert_false(file_exists(in_path(f, &g, ".part")));
}

static void bring_in_pieces(struct fixture *f, const struct post_kinds *who, const struct large *g, size_t piece)
{
    struct err err = {0};
    for (uint64_t at = 0; at < g->file.len;) {
        const size_t left = g->file.len - (size_t)at;
        assert_int_equal(post_part(f->there.node, who, &f->here.self, g->id, at, (bytes){g->file.p + at, left < piece ? left : piece}, &at, &err), 0);
    }
}

/* What is looked at while it comes in is all of the payload and nothing else; a letter that nobody looked at is as good. */
static void test_seen_while_it_comes(void **state)
{
    static const size_t pieces[] = {250, 4096, 65536, 100001, 1 << 20}; /* the first holds no more than the age file's header */
    struct fixture *f = *state;
    struct post_answer answer;
    uint8_t digest[HASH_LEN];
    for (size_t i = 0; i <= sizeof pieces / sizeof pieces[0]; i++) {
        const bool nobody = i == sizeof pieces / sizeof pieces[0];
        struct large g = write_large(f, "seen");
        effect_ran = effect_saw = false;
        bring_in_pieces(f, nobody ? NULL : &kinds, &g, nobody ? 65536 : pieces[i]);
        receive(f, g.line, &answer);
        assert_int_equal(answer.outcome, POST_RECEIPT);
        assert_int_equal(answer.receipt.status, LETTER_ACCEPTED);
        assert_true(effect_ran && effect_saw == !nobody);
        crypto_sha256(digest, g.plain);
        if (!nobody)
            assert_memory_equal(digest, effect_digest, HASH_LEN);
        assert_int_equal(looks, 0);
        int nowhere = open("/dev/null", O_WRONLY);
        struct err err = {0};
        assert_int_equal(post_read_file(f->there.node, g.id, nowhere, &err), 0); /* what is in the file is what was seen */
        close(nowhere);
    }
}

/* A bit that is another one anywhere is found while it comes in, as it is when the file is read; and nothing of it reaches the effect. */
static void test_flipped_while_it_comes(void **state)
{
    static const size_t from_end[] = {1, 16, 17, 64, 80, 81, 65536, 300000, 600000, 699000};
    struct fixture *f = *state;
    struct post_answer answer;
    struct large g = write_large(f, "seen"), bad = g;
    for (size_t i = 0; i < 2 * sizeof from_end / sizeof from_end[0]; i++) {
        uint8_t *copy = arena_alloc(f->a, g.file.len);
        memcpy(copy, g.file.p, g.file.len);
        copy[i % 2 ? g.file.len - from_end[i / 2] : from_end[i / 2]] ^= (uint8_t)(1 << i % 8);
        bad.file = (bytes){copy, g.file.len};
        effect_ran = false;
        bring_in_pieces(f, &kinds, &bad, 100000);
        receive(f, g.line, &answer);
        assert_int_equal(answer.outcome, POST_REJECTED);
        assert_false(effect_ran);
        assert_int_equal(looks, 0);
    }
    bring_in_pieces(f, &kinds, &g, 100000);
    receive(f, g.line, &answer);
    assert_int_equal(answer.outcome, POST_RECEIPT);
    assert_true(effect_ran && effect_saw);
}

/* Two bring the same letter at the same moment, another process perhaps: one writes, and what was seen is what is in the file. */
static void test_one_writes_at_a_time(void **state)
{
    struct fixture *f = *state;
    struct post_answer answer;
    uint64_t have = 0;
    struct large g = write_large(f, "seen");
    assert_int_equal(put(f, g.id, 0, (bytes){g.file.p, 300000}, &have), 0);
    int other = open(in_path(f, &g, ".part"), O_RDWR);
    assert_true(other >= 0 && flock(other, LOCK_EX) == 0);
    assert_int_equal(put(f, g.id, 300000, (bytes){g.file.p + 300000, 1000}, &have), ERR_RETRY);
    /* it brings something else than the partner meant: the file is not what was seen so far */
    assert_int_equal(pwrite(other, "another thousand bytes", 22, 300000), 22);
    close(other);
    assert_int_equal(put(f, g.id, 300000, (bytes){g.file.p + 300000, 1000}, &have), 0);
    assert_true(have == 300022);
    bring(f, &g);
    receive(f, g.line, &answer);
    assert_int_equal(answer.outcome, POST_REJECTED);
    assert_int_equal(looks, 0);
    bring(f, &g);
    receive(f, g.line, &answer);
    assert_int_equal(answer.outcome, POST_RECEIPT);
}

/* More than the header says is not this letter: it begins anew. */
static void test_more_than_it_says(void **state)
{
    struct fixture *f = *state;
    struct post_answer answer;
    uint64_t have;
    struct large g = write_large(f, "notice");
    bring(f, &g);
    assert_int_equal(put(f, g.id, g.file.len, (bytes){g.file.p, 7}, &have), 0);
    receive(f, g.line, &answer);
    assert_int_equal(answer.outcome, POST_LATER);
    bring(f, &g);
    receive(f, g.line, &answer);
    assert_int_equal(answer.outcome, POST_RECEIPT);
}

/* A partner that begins letters and ends none gets so far; the others go on, and a week later there is room again. */
static void test_begun_and_not_ended(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint64_t have;
    struct large g = write_large(f, "notice");
    uint8_t id[ID_LEN] = {9};
    for (id[1] = 0; id[1] < POST_PARTS_MAX; id[1]++)
        assert_int_equal(put(f, id, 0, g.file, &have), 0);
    assert_int_equal(put(f, g.id, 0, g.file, &have), ERR_RETRY);
    id[1] = 0;
    assert_int_equal(put(f, id, g.file.len, (bytes){g.file.p, 10}, &have), 0);
    assert_true(have == g.file.len + 10);
    assert_int_equal(post_tidy(f->there.node, clock_now_ms(), &err), 0);
    assert_int_equal(put(f, g.id, 0, g.file, &have), ERR_RETRY);
    assert_int_equal(post_tidy(f->there.node, clock_now_ms() + 8 * DAY_MS, &err), 0);
    assert_int_equal(put(f, g.id, 0, g.file, &have), 0);
}

/* Is there a file under dir that holds these bytes? */
static bool holds(struct fixture *f, const char *dir, bytes what)
{
    bool found = false;
    DIR *d = opendir(dir);
    assert_non_null(d);
    for (const struct dirent *e; (e = readdir(d));) {
        struct err err = {0};
        struct stat st;
        bytes text;
        const char *path = str_printf(f->a, "%s/%s", dir, e->d_name).p;
        if (e->d_name[0] == '.' || lstat(path, &st) < 0)
            continue;
        if (S_ISDIR(st.st_mode))
            found = holds(f, path, what) || found;
        else if (S_ISREG(st.st_mode) && file_read(f->a, path, 64 << 20, &text, &err) == 0 && text.len >= what.len)
            found = found || memmem(text.p, text.len, what.p, what.len);
    }
    closedir(d);
    return found;
}

/* Erased: its file goes, and what leads to it; who brings it again gets the receipt and nothing is stored. */
static void test_erased_file(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct post_answer answer, again;
    uint64_t have = 0;
    struct large g = write_large(f, "notice"), small = g;
    bring(f, &g);
    receive(f, g.line, &answer);
    assert_int_equal(answer.outcome, POST_RECEIPT);
    bytes stanza = {g.file.p + 20, 100}, middle = {g.file.p + SIZE / 2, 100};
    assert_true(holds(f, f->there.dir, stanza) && holds(f, f->there.dir, middle));
    assert_int_equal(post_files_drop(f->there.node, &err), 0); /* of letters that can be read none */
    assert_true(file_exists(in_path(f, &g, ".age")));
    assert_int_equal(post_tidy(f->there.node, clock_now_ms() + 40 * DAY_MS, &err), 0);
    assert_true(file_exists(in_path(f, &g, ".age")));
    int kept = open("/dev/null", 1);
    assert_int_equal(post_read_file(f->there.node, g.id, kept, &err), 0);
    assert_int_equal(post_erase(f->there.node, g.id, &err), 0);
    assert_int_equal(post_read_file(f->there.node, g.id, kept, &err), ERR_NOT_FOUND);
    close(kept);
    /* another name for the same bytes on the disk: what a thief of the disk finds after the file has lost its name */
    const char *thief = str_printf(f->a, "%s/thief", f->there.folder).p;
    assert_int_equal(link(in_path(f, &small, ".age"), thief), 0);
    assert_int_equal(post_files_drop(f->there.node, &err), 0);
    assert_int_equal(db_scrub(f->there.node->db, &err), 0);
    assert_false(file_exists(in_path(f, &g, ".age")));
    assert_false(holds(f, f->there.folder, stanza));
    assert_false(holds(f, f->there.dir, middle));
    assert_int_equal(post_house_count(&f->there, "select count(*) from letter_in where length(sealed) = 0"), 0);
    assert_int_equal(put(f, g.id, 0, (bytes){g.file.p, 1000}, &have), 0);
    assert_true(have == g.file.len); /* nothing is missing */
    receive(f, g.line, &again);
    assert_int_equal(again.outcome, POST_RECEIPT);
    assert_memory_equal(answer.receipt.signature, again.receipt.signature, SIGNATURE_LEN);
    assert_false(file_exists(in_path(f, &g, ".part")));
}

/* A large letter that is refused leaves no file; one that never became a letter goes after a week. */
static void test_refused_and_forgotten_files(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct post_answer answer;
    struct large g = write_large(f, "nonsense"), never = g;
    bring(f, &g);
    receive(f, g.line, &answer);
    assert_int_equal(answer.outcome, POST_RECEIPT);
    assert_true(str_eq(answer.receipt.reason, STR("kind")));
    assert_int_equal(post_files_drop(f->there.node, &err), 0);
    assert_false(file_exists(in_path(f, &g, ".age")));
    never.id[0] ^= 0x80;
    assert_int_equal(file_write(in_path(f, &never, ".age"), g.file, FILE_MODE_PRIVATE, &err), 0);
    assert_int_equal(post_tidy(f->there.node, clock_now_ms(), &err), 0);
    assert_true(file_exists(in_path(f, &never, ".age")));
    assert_int_equal(post_tidy(f->there.node, clock_now_ms() + 8 * DAY_MS, &err), 0);
    assert_false(file_exists(in_path(f, &never, ".age")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_reason, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cut_anywhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_seen_while_it_comes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_flipped_while_it_comes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_writes_at_a_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_more_than_it_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_begun_and_not_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_erased_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused_and_forgotten_files, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("letter/receive inside", tests, NULL, NULL);
}
