/* comity verify: whether receipts, files of letters, heads of logs and proofs hold, offline, with nothing but the public key of who
 * signed them. What a file is, its first bytes say; a line in the table of kinds each. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "face/cli/commands.h"
#include "face/cli/desk_day.h"
#include "face/cli/out.h"
#include "trust/grant/grant.h"
#include "trust/letter/bundle.h"
#include "trust/witness/cosign.h"
#include "work/court/court_check.h"
#include "work/statements/statement_copy.h"

#define PIECE ((size_t)256 * 1024)

const struct cli_option verify_options[] = {
    {"agency", "FILE", "the invitation of the agency that signed: its key is in it"},
    {"key", "HEX", "or its public key, 64 hex digits, as `comity partners DIR --json` shows it"},
    {"until", "INDEX", "the key was revoked from this leaf of its log on: receipts of later leaves do not hold"},
    {"log", "VKEY", "for heads and proofs: the log's verifier key, as in the invitation"},
    {"witness", "VKEY", "for heads and proofs: a witness that must have cosigned; may be repeated"},
    {"leaf", "FILE", "for proofs: the leaf (default: the one that a proof of `comity log DIR proof` carries)"},
    {"media", "FILE", "of a statement: write what can be played, once all of it has held (of later sessions to FILE.2 ..)"},
    {"marks", NULL, "of a statement: show its marks"},
    {0},
};

const char verify_help[] =
    "FILE is a receipt, a file of letters as `comity letters DIR export` makes it, a signed head of a log (C2SP tlog-checkpoint)\n"
    "a proof that a leaf is in a log (C2SP tlog-proof), a bundle for a court (ZIP), a day of a hall (desk verify), a statement or an excerpt of one, or a holder's word that it lost the read\n"
    "(`comity grants DIR receipt`). Needs no agency's folder and no line; --agency or --key for letters\n"
    "and receipts, --log for heads and proofs. A\n"
    "receipt holds when its signature does, when its leaf says that this letter was received, and when the proof shows that\n"
    "leaf in the log that the signer names. Everything in a file of letters is checked the same way, and that each sealed\n"
    "letter is the one whose header was signed. The key has to come from somewhere you trust: compare its fingerprint.\n";

struct checking {
    struct cli *cli;
    struct arena *arena; /* emptied after each thing */
    const char *file;
    bool has_key, has_until;
    uint8_t key[SIGN_PUBLIC_LEN];
    int64_t until;
    /* what was found, of the kind of file that it is */
    size_t receipts, letters, positions, without_proof;
    struct letter_receipt receipt;
    struct grant_lost lost;
    struct checkpoint head;
    uint64_t index;
    size_t witnesses;
    struct statement_header statement;
    struct court_found court;
    struct day_found day;
    int64_t held;
    FILE *media; /* the session that is being written */
    int64_t session, playing, next_chunk;
    struct buf marks;
};

/* --- whose key --- */

static int key_of_card(struct cli *cli, const char *file, uint8_t key[static SIGN_PUBLIC_LEN])
{
    struct wire_card card;
    bytes text;
    int r = file_read(cli->arena, file, WIRE_CARD_MAX, &text, &cli->err);
    if (r == 0 && (r = wire_card_read(cli->arena, text, &card, &cli->err)) < 0)
        return err_prefix(&cli->err, "%s", file);
    if (r == 0)
        memcpy(key, card.agency_key, SIGN_PUBLIC_LEN);
    return r;
}

static int keys_given(struct checking *c)
{
    struct cli *cli = c->cli;
    const char *card = cli_option(cli, "agency"), *hex = cli_option(cli, "key"), *until = cli_option(cli, "until");
    if (!card && !hex && !cli_option(cli, "log"))
        return cli_usage(cli, "whose signature should it be? give --agency INVITATION or --key HEX, or --log VKEY for heads and proofs");
    if (card && hex)
        return cli_usage(cli, "--agency or --key, not both");
    c->has_until = until != NULL;
    if (until && !str_to_int(str_from(until), 0, INT64_MAX, &c->until))
        return cli_usage(cli, "--until is the index of a leaf, from 0");
    c->has_key = card || hex;
    if (card)
        return key_of_card(cli, card, c->key);
    return !hex || hex_decode_into(str_from(hex), c->key, SIGN_PUBLIC_LEN) ? 0 : cli_usage(cli, "--key is %d hex digits", 2 * SIGN_PUBLIC_LEN);
}

/* --- one thing --- */

static int check_receipt(struct checking *c, struct arena *a, bytes text, struct letter_receipt *r)
{
    int result = letter_receipt_read(a, text, r, &c->cli->err);
    if (result == 0)
        result = letter_receipt_exact(a, text, r, &c->cli->err);
    if (result == 0)
        result = letter_receipt_verify(a, r, c->key, &c->cli->err);
    if (result == 0 && c->has_until && r->leaf_index >= c->until)
        result = err_set(&c->cli->err, ERR_CRYPTO, "the key was revoked from leaf %" PRId64 " on, and this is leaf %" PRId64, c->until, r->leaf_index);
    c->receipts++;
    c->without_proof += r->proof.len == 0;
    return result;
}

static int check_position(struct checking *c, bytes text)
{
    struct letter_position p;
    int r = letter_position_read(c->arena, text, &p, &c->cli->err);
    c->positions++;
    return r < 0 ? r : wire_verify("position", letter_position_canonical(c->arena, &p), p.signature, c->key, &c->cli->err);
}

/* SHA-256 of the age file of a larger letter, piece by piece. */
static int digest_of_large(struct checking *c, struct bundle *b, const struct bundle_item *item, uint8_t digest[static HASH_LEN])
{
    struct arena *a = arena_new();
    struct crypto_sha256_stream s;
    int r = 0;
    crypto_sha256_begin(&s);
    for (uint64_t at = 0; r == 0 && at < item->sealed_size; at += PIECE) {
        bytes piece;
        arena_reset(a);
        r = bundle_read_sealed(b, item, at, PIECE, a, &piece, &c->cli->err);
        if (r == 0)
            crypto_sha256_add(&s, piece);
    }
    crypto_sha256_end(&s, digest);
    arena_free(a);
    return r;
}

static int check_letter(struct checking *c, struct bundle *b, const struct bundle_item *item)
{
    struct letter_header h;
    uint8_t digest[HASH_LEN];
    str rest = bytes_str(item->body), line;
    uint64_t size = item->sealed_size;
    (void)str_split(&rest, '\n', &line);
    c->letters++;
    int r = letter_header_read(c->arena, str_bytes(line), &h, &c->cli->err);
    if (r == 0)
        r = wire_verify("letter", letter_header_canonical(c->arena, &h), h.signature, c->key, &c->cli->err);
    if (r < 0)
        return r;
    if (size > 0) {
        r = digest_of_large(c, b, item, digest);
    } else {
        size = rest.len;
        crypto_sha256(digest, str_bytes(rest));
    }
    if (r == 0 && (size != h.size || memcmp(digest, h.digest, HASH_LEN) != 0))
        r = err_set(&c->cli->err, ERR_CRYPTO, "what is sealed is not what its header was signed for");
    return r;
}

/* --- one file --- */

static int check_bundle(struct checking *c)
{
    struct bundle *b = NULL;
    struct bundle_item item;
    struct letter_receipt receipt;
    int r = bundle_open(c->file, &b, &c->cli->err), more = 0;
    while (r == 0 && (more = bundle_next(b, c->arena, &item, &c->cli->err)) > 0) {
        r = item.kind == FRAME_LETTER ? check_letter(c, b, &item) : item.kind == FRAME_RECEIPT ? check_receipt(c, c->arena, item.body, &receipt)
                                                                                               : check_position(c, item.body);
        if (r < 0)
            err_prefix(&c->cli->err, "record %zu", c->letters + c->receipts + c->positions);
        arena_reset(c->arena);
    }
    bundle_close(b);
    return more < 0 ? more : r;
}

static void say_bundle(struct checking *c, struct buf *b)
{
    buf_addf(b, "%s holds: %zu letters, %zu receipts (%zu without a proof of the log), %zu positions, all signed by this key\n", c->file,
             c->letters, c->receipts, c->without_proof, c->positions);
}

static void json_bundle(struct checking *c, struct out *o)
{
    out_int(o, "letters", (int64_t)c->letters);
    out_int(o, "receipts", (int64_t)c->receipts);
    out_int(o, "without_proof", (int64_t)c->without_proof);
    out_int(o, "positions", (int64_t)c->positions);
}

/* --- a receipt --- */

static int check_one_receipt(struct checking *c)
{
    bytes text;
    int r = file_read(c->cli->arena, c->file, LETTER_RECEIPT_MAX, &text, &c->cli->err);
    return r < 0 ? r : check_receipt(c, c->cli->arena, text, &c->receipt);
}

static void say_receipt(struct checking *c, struct buf *b)
{
    struct arena *a = c->cli->arena;
    const struct letter_receipt *r = &c->receipt;
    char time[CLOCK_TEXT_MAX];
    clock_format(time, r->time_ms);
    buf_addf(b, "%s holds: letter %s was %s", c->file, hex_encode(a, (bytes){r->id, ID_LEN}).p,
             r->status == LETTER_ACCEPTED ? "accepted" : "refused");
    if (r->reason.len)
        buf_addf(b, " (%.*s)", STR_ARG(r->reason));
    buf_addf(b, ", signed %s\n  from agency %s to agency %s, leaf %" PRId64 " in the log %.*s%s\n", time, hex_encode(a, (bytes){r->from, ID_LEN}).p,
             hex_encode(a, (bytes){r->to, ID_LEN}).p, r->leaf_index, STR_ARG(r->log_key), r->proof.len ? "" : "; it has no proof of the log");
}

static void json_receipt(struct checking *c, struct out *o)
{
    struct arena *a = c->cli->arena;
    const struct letter_receipt *r = &c->receipt;
    out_text(o, "letter", hex_encode(a, (bytes){r->id, ID_LEN}));
    out_text(o, "from", hex_encode(a, (bytes){r->from, ID_LEN}));
    out_text(o, "to", hex_encode(a, (bytes){r->to, ID_LEN}));
    out_text(o, "status", r->status == LETTER_ACCEPTED ? STR("accepted") : STR("refused"));
    out_text(o, "reason", r->reason);
    out_int(o, "time_ms", r->time_ms);
    out_int(o, "leaf", r->leaf_index);
    out_text(o, "log_key", r->log_key);
    out_bool(o, "proof", r->proof.len > 0);
}

/* --- heads and proofs --- */

static int check_lost(struct checking *c)
{
    bytes text;
    int r = file_read(c->cli->arena, c->file, GRANT_WORD_MAX, &text, &c->cli->err);
    return r < 0 ? r : grant_word_verify(c->cli->arena, text, c->key, &c->lost, &c->cli->err);
}

static void say_lost(struct checking *c, struct buf *b)
{
    char when[CLOCK_TEXT_MAX];
    clock_format(when, c->lost.time_ms);
    buf_addf(b, "%s holds: the agency said at %s that it can no longer read what it held under grant %s, which it had passed on to %zu others\n",
             c->file, when, hex_encode(c->cli->arena, (bytes){c->lost.grant, ID_LEN}).p, c->lost.passed_on);
}

static void json_lost(struct checking *c, struct out *o)
{
    out_text(o, "grant", hex_encode(c->cli->arena, (bytes){c->lost.grant, ID_LEN}));
    out_text(o, "issuer", hex_encode(c->cli->arena, (bytes){c->lost.issuer, ID_LEN}));
    out_text(o, "holder", hex_encode(c->cli->arena, (bytes){c->lost.holder, ID_LEN}));
    out_int(o, "time_ms", c->lost.time_ms);
    out_int(o, "passed_on", (int64_t)c->lost.passed_on);
}

static int log_key(struct checking *c, struct note_verifier *out)
{
    return note_verifier_parse(str_from(cli_option(c->cli, "log")), out, &c->cli->err) < 0 ? err_prefix(&c->cli->err, "--log") : 0;
}

/* Every witness that was named must have cosigned. */
static int check_witnesses(struct checking *c, str raw)
{
    struct cli *cli = c->cli;
    const char *vkey;
    struct note note;
    int r = note_parse(cli->arena, raw, &note, &cli->err);
    for (int i = 0; r == 0 && (vkey = cli_option_nth(cli, "witness", i)); i++) {
        struct note_verifier witness;
        uint64_t seconds;
        if ((r = note_witness_parse(str_from(vkey), &witness, &cli->err)) < 0)
            return err_prefix(&cli->err, "--witness");
        r = cosignature_verify(cli->arena, &note, &witness, &seconds, &cli->err);
        c->witnesses++;
    }
    return r;
}

static int check_head(struct checking *c)
{
    struct cli *cli = c->cli;
    struct note_verifier log;
    bytes text;
    int r = log_key(c, &log);
    if (r < 0 || (r = file_read(cli->arena, c->file, NOTE_MAX, &text, &cli->err)) < 0 ||
        (r = checkpoint_open(cli->arena, bytes_str(text), &log, &c->head, &cli->err)) < 0)
        return r;
    return check_witnesses(c, bytes_str(text));
}

static void say_head(struct checking *c, struct buf *b)
{
    buf_addf(b, "%s holds: the log %.*s had %" PRIu64 " leaves; cosigned by %zu of the witnesses that were named\n", c->file, STR_ARG(c->head.origin),
             c->head.size, c->witnesses);
}

static void json_head(struct checking *c, struct out *o)
{
    out_text(o, "log", c->head.origin);
    out_int(o, "size", (int64_t)c->head.size);
    out_text(o, "root", base64_encode(c->cli->arena, (bytes){c->head.root.b, HASH_LEN}));
    out_int(o, "witnesses", (int64_t)c->witnesses);
}

static int check_proof(struct checking *c)
{
    struct cli *cli = c->cli;
    const char *leaf_file = cli_option(cli, "leaf");
    struct note_verifier log;
    struct tlog_proof proof;
    bytes text, leaf = {0};
    int r = log_key(c, &log);
    if (r < 0 || (r = file_read(cli->arena, c->file, 2 * NOTE_MAX, &text, &cli->err)) < 0 ||
        (r = tlog_proof_parse(cli->arena, bytes_str(text), &proof, &cli->err)) < 0 ||
        (leaf_file && (r = file_read(cli->arena, leaf_file, NOTE_MAX, &leaf, &cli->err)) < 0))
        return r;
    if (!leaf_file)
        leaf = proof.extra;
    if (leaf.len == 0)
        return cli_usage(cli, "%s does not carry its leaf: give it with --leaf FILE", c->file);
    c->index = proof.index;
    if ((r = tlog_proof_verify(cli->arena, &proof, leaf, &log, &c->head, &cli->err)) < 0)
        return r;
    return check_witnesses(c, proof.checkpoint);
}

static void say_proof(struct checking *c, struct buf *b)
{
    buf_addf(b, "%s holds: this leaf is number %" PRIu64 " of the log %.*s, which had %" PRIu64 " leaves; cosigned by %zu of the witnesses that were "
             "named\n", c->file, c->index, STR_ARG(c->head.origin), c->head.size, c->witnesses);
}

static void json_proof(struct checking *c, struct out *o)
{
    out_int(o, "index", (int64_t)c->index);
    json_head(c, o);
}

/* --- a statement --- */

static const char *session_file(struct checking *c, int64_t session)
{
    const char *name = cli_option(c->cli, "media");
    return session == 0 ? name : str_printf(c->arena, "%s.%" PRId64, name, session + 1).p;
}

static int end_session(struct checking *c)
{
    bool failed = c->media && (ferror(c->media) != 0) | (fclose(c->media) != 0);
    c->media = NULL;
    return failed ? err_set(&c->cli->err, ERR_IO, "%s cannot be written", session_file(c, c->session)) : 0;
}

static int go_to_session(struct checking *c, int64_t session, const char *mode)
{
    int r = end_session(c);
    c->session = session;
    c->media = r == 0 ? fopen(session_file(c, session), mode) : NULL;
    return r == 0 && !c->media ? err_set(&c->cli->err, ERR_IO, "%s cannot be written", session_file(c, session)) : r;
}

/* A session's media header in front, then its clusters: behind the header, and behind what was left out, the next that begins. Of a transcript each
 * line stands for itself, and the first part is its head. */
static int write_media(struct checking *c, const struct statement_header *h, const struct statement_piece *p)
{
    bytes media = p->content;
    int r = 0;
    if (p->kind == LEAF_HEAD) {
        r = go_to_session(c, p->number, "wb");
    } else if (str_starts(h->type, STR("text/"))) {
        media.len = p->number == 0 ? 0 : media.len;
    } else {
        if (c->session != p->session)
            r = go_to_session(c, p->session, "ab");
        if (p->number != c->next_chunk || p->session != c->playing) { /* nothing to go on from */
            const size_t before = statement_head_len(media);
            media = (bytes){media.p + before, media.len - before};
        }
        if (media.len) {
            c->next_chunk = p->number + 1;
            c->playing = p->session;
        }
    }
    if (r == 0 && media.len && fwrite(media.p, 1, media.len, c->media) != media.len)
        r = err_set(&c->cli->err, ERR_IO, "%s cannot be written", session_file(c, c->session));
    return r;
}

static int hear(void *arg, const struct statement_header *h, const struct statement_piece *p, struct err *err)
{
    struct checking *c = arg;
    (void)err;
    if (p->kind == LEAF_MARK && cli_option(c->cli, "marks"))
        buf_addf(&c->marks, "  %.*s\n", (int)p->content.len, (const char *)p->content.p);
    return cli_option(c->cli, "media") && (p->kind == LEAF_HEAD || p->kind == LEAF_CHUNK) ? write_media(c, h, p) : 0;
}

/* From the first byte to the last; media is written in a second reading, when it is known that all of it holds. */
static int read_statement(struct checking *c, statement_piece_fn fn)
{
    FILE *f = fopen(c->file, "rb");
    uint8_t *piece = arena_alloc(c->arena, PIECE);
    size_t n;
    int r = f ? 0 : err_set(&c->cli->err, ERR_IO, "%s cannot be opened", c->file);
    struct statement_check *check = statement_check_new(c->key, fn, c);
    while (r == 0 && (n = fread(piece, 1, PIECE, f)) > 0)
        r = statement_check_add(check, (bytes){piece, n}, &c->cli->err);
    if (r == 0 && ferror(f))
        r = err_set(&c->cli->err, ERR_IO, "%s cannot be read", c->file);
    if (r == 0)
        r = statement_check_end(check, &c->cli->err);
    if (r == 0) {
        c->statement = *statement_check_header(check);
        c->statement.cut.why = str_dup(c->cli->arena, c->statement.cut.why);
        c->statement.type = str_dup(c->cli->arena, c->statement.type);
        c->statement.log_key = str_dup(c->cli->arena, c->statement.log_key);
        c->held = statement_check_held(check);
    }
    statement_check_free(check);
    if (f)
        fclose(f);
    return r;
}

static int check_statement(struct checking *c)
{
    int r = read_statement(c, NULL);
    c->marks = buf_new(c->cli->arena);
    c->session = c->playing = c->next_chunk = -1;
    if (r == 0 && (cli_option(c->cli, "media") || cli_option(c->cli, "marks"))) {
        r = read_statement(c, hear);
        if (r == 0)
            r = end_session(c);
        else if (c->media)
            fclose(c->media);
        c->media = NULL;
    }
    return r;
}

static void say_statement(struct checking *c, struct buf *b)
{
    const struct statement_header *h = &c->statement;
    char sealed[CLOCK_TEXT_MAX];
    clock_format(sealed, h->sealed_ms);
    buf_addf(b, "%s holds: statement %s, %" PRId64 " min %" PRId64 " s, sealed %s\n  root %s\n  %" PRId64 " of its %" PRId64 " parts are in this copy, "
             "each proves itself; leaf %" PRId64 " in the log %.*s\n", c->file, hex_encode(c->cli->arena, (bytes){h->id, ID_LEN}).p, h->length_ms / 60000,
             h->length_ms / 1000 % 60, sealed, hex_encode(c->cli->arena, (bytes){h->root, HASH_LEN}).p, c->held, h->leaves, h->leaf_index, STR_ARG(h->log_key));
    if (h->cut.n_left_out)
        buf_addf(b, "  %zu spans were left out: %.*s\n", h->cut.n_left_out, STR_ARG(h->cut.why));
    buf_add(b, buf_str(&c->marks));
}

static void json_statement(struct checking *c, struct out *o)
{
    const struct statement_header *h = &c->statement;
    out_text(o, "statement", hex_encode(c->cli->arena, (bytes){h->id, ID_LEN}));
    out_text(o, "root", hex_encode(c->cli->arena, (bytes){h->root, HASH_LEN}));
    out_int(o, "leaves", h->leaves);
    out_int(o, "held", c->held);
    out_int(o, "length_ms", h->length_ms);
    out_int(o, "sealed_ms", h->sealed_ms);
    out_int(o, "left_out", (int64_t)h->cut.n_left_out);
    out_text(o, "why", h->cut.why);
    out_int(o, "leaf", h->leaf_index);
    out_text(o, "log_key", h->log_key);
}

/* --- a bundle for a court --- */

static int check_court(struct checking *c)
{
    struct stat size;
    int fd = open(c->file, O_RDONLY | O_CLOEXEC);
    void *content = MAP_FAILED;
    if (fd >= 0 && fstat(fd, &size) == 0 && size.st_size > 0)
        content = mmap(NULL, (size_t)size.st_size, PROT_READ, MAP_PRIVATE, fd, 0); /* statements may be long */
    if (fd >= 0)
        close(fd);
    if (content == MAP_FAILED)
        return err_set(&c->cli->err, ERR_IO, "%s cannot be read", c->file);
    int r = court_check((bytes){content, (size_t)size.st_size}, c->key, c->cli->arena, &c->court, &c->cli->err);
    munmap(content, (size_t)size.st_size);
    return r;
}

static void say_court(struct checking *c, struct buf *b)
{
    char made[CLOCK_TEXT_MAX];
    clock_format(made, c->court.made_ms);
    buf_addf(b, "%s holds: a bundle for a court, made %s, with %zu files (%zu of them statements, which prove themselves)\n  its list is signed by this key, and is leaf %" PRIu64
             " in the log %.*s\n", c->file, made, c->court.files, c->court.statements, c->court.leaf_index, STR_ARG(c->court.log_key));
}

static void json_court(struct checking *c, struct out *o)
{
    out_text(o, "bundle", hex_encode(c->cli->arena, (bytes){c->court.id, ID_LEN}));
    out_int(o, "files", (int64_t)c->court.files);
    out_int(o, "statements", (int64_t)c->court.statements);
    out_int(o, "made_ms", c->court.made_ms);
    out_int(o, "leaf", (int64_t)c->court.leaf_index);
    out_text(o, "log_key", c->court.log_key);
}

/* --- a day of a hall --- */

static int check_day(struct checking *c)
{
    struct note_verifier log;
    struct day_trust trust = {.log = &log};
    int r = log_key(c, &log);
    if (r == 0)
        r = desk_day_witnesses(c->cli, &trust);
    return r < 0 ? r : desk_day_check(c->file, &trust, &c->day, &c->cli->err);
}

static void say_day(struct checking *c, struct buf *b)
{
    desk_day_say(b, c->file, &c->day);
}

static void json_day(struct checking *c, struct out *o)
{
    desk_day_json(o, c->cli->arena, &c->day);
}

/* --- the table --- */

static const struct file_kind {
    const char *name, *begins; /* begins "": anything else */
    bool of_log;               /* needs --log instead of an agency's key */
    int (*check)(struct checking *c);
    void (*say)(struct checking *c, struct buf *b);
    void (*json)(struct checking *c, struct out *o);
} file_kinds[] = {
    {"letters", "comity-bundle", false, check_bundle, say_bundle, json_bundle},
    {"court", "PK\3\4", false, check_court, say_court, json_court},
    {"statement", "comity-statement ", false, check_statement, say_statement, json_statement},
    {"recalled", "{\"comity_recalled\"", false, check_lost, say_lost, json_lost},
    {"receipt", "{", false, check_one_receipt, say_receipt, json_receipt},
    {"day", DAY_MAGIC, true, check_day, say_day, json_day},
    {"proof", "c2sp.org/tlog-proof@v1\n", true, check_proof, say_proof, json_proof},
    {"head", "", true, check_head, say_head, json_head},
};

static int kind_of(struct checking *c, const struct file_kind **out)
{
    char begin[64] = "";
    FILE *f = fopen(c->file, "rb");
    if (!f)
        return err_set(&c->cli->err, ERR_NOT_FOUND, "%s cannot be opened", c->file);
    size_t n = fread(begin, 1, sizeof begin - 1, f);
    fclose(f);
    const struct file_kind *k = file_kinds;
    while (!str_starts((str){begin, n}, str_from(k->begins)))
        k++;
    *out = k;
    if (k->of_log && !cli_option(c->cli, "log"))
        return cli_usage(c->cli, "%s is no receipt and no file of letters; for the head of a log, a proof, or a day of a hall give --log VKEY", c->file);
    if (!k->of_log && !c->has_key)
        return cli_usage(c->cli, "%s is signed by an agency: give --agency INVITATION or --key HEX", c->file);
    return 0;
}

static int check_file(struct checking *c, const char *file, struct buf *b, struct out *o)
{
    const struct file_kind *kind = NULL;
    c->file = file;
    c->receipts = c->letters = c->positions = c->without_proof = c->witnesses = 0;
    int r = kind_of(c, &kind);
    if (r == 0)
        r = kind->check(c);
    if (r < 0)
        return r == ERR_USAGE || r == ERR_NOT_FOUND ? r : err_prefix(&c->cli->err, "%s does NOT hold", file);
    if (!c->cli->json) {
        kind->say(c, b);
        return 0;
    }
    out_object(o, NULL);
    out_text(o, "file", str_from(file));
    out_text(o, "kind", str_from(kind->name));
    kind->json(c, o);
    out_end(o);
    return 0;
}

int cmd_verify(struct cli *cli)
{
    struct checking c = {.cli = cli};
    struct buf b = buf_new(cli->arena);
    struct out o = out_json(&b);
    int r = cli_args(cli, 1, 10000);
    if (r == 0)
        r = crypto_open(&cli->err);
    if (r == 0)
        r = keys_given(&c);
    if (r < 0)
        return r;
    c.arena = arena_new();
    if (cli->json)
        out_array(&o, NULL);
    for (int i = 0; r == 0 && i < cli->n_args; i++)
        r = check_file(&c, cli->args[i], &b, &o);
    if (r == 0 && cli->json)
        out_end(&o);
    arena_free(c.arena);
    return r == 0 ? cli_print(cli, buf_str(&b)) : r;
}
