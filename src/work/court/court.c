#include "work/court/court.h"

#include <stdlib.h>
#include <string.h>

#include "ground/json/json.h"
#include "ground/report/report.h"
#include "ground/zip/zip_write.h"
#include "trust/act/past.h"
#include "trust/log/checkpoint.h"
#include "work/statements/statement_copy.h"

#define PIECE ((size_t)64 * 1024)

/* --- what two agree to: language, and the recipient if there is one, with a space between --- */

int court_arguments(struct arena *a, str language, str recipient, bytes *out, struct err *err)
{
    uint8_t key[AGE_KEY_LEN];
    if (recipient.len && age_recipient_parse(recipient, key, err) < 0)
        return err_set(err, ERR_INPUT, N_("this is not a public key of age: it begins with age1"));
    *out = str_bytes(str_printf(a, "%.*s%s%.*s", STR_ARG(language), recipient.len ? " " : "", STR_ARG(recipient)));
    return 0;
}

int court_order_of(const struct approval *what, struct arena *a, struct court_order *out, struct err *err)
{
    str rest = bytes_str(what->arguments), language;
    (void)str_split(&rest, ' ', &language);
    *out = (struct court_order){.language = str_dup(a, language), .sealed = rest.len > 0};
    if (what->verb != VERB_BUNDLE || language.len == 0)
        return err_set(err, ERR_CORRUPT, "a request for a bundle asks for none");
    return out->sealed ? age_recipient_parse(rest, out->recipient, err) : 0;
}

int court_agreed(struct node *node, struct act *act, void *approval, struct err *err)
{
    const struct approval *what = approval;
    struct court_order order;
    int r = court_order_of(what, node->arena, &order, err);
    act->has_object = true;
    memcpy(act->object, what->file, ID_LEN);
    act->detail = order.sealed ? STR("{\"bundle\":\"sealed\"}") : STR("{\"bundle\":\"open\"}");
    return r;
}

/* --- packing --- */

struct court {
    struct node *node;
    struct arena *arena, *piece; /* as long as the bundle; as long as a piece of a part */
    struct court_plan plan;
    struct zip_write *zip;
    struct age_seal *seal;
    struct buf packed, sealed; /* of the archive; of what age made of it */
    size_t given;              /* of what goes out */
    size_t at;                 /* the part that is written, or comes next */
    bool open, ended;
    struct report *report;
    struct statement_copy *copy;
    struct crypto_sha256_stream digest;
    struct buf manifest;
};

static struct buf *leaving(struct court *b)
{
    return b->seal ? &b->sealed : &b->packed;
}

static int begin(struct court *b, const struct court_part *part, struct err *err)
{
    zip_write_begin(b->zip, &b->packed, part->name);
    crypto_sha256_begin(&b->digest);
    b->open = true;
    if (part->kind == BUNDLE_PAPER)
        return report_document(part->text, &b->report, err);
    return part->kind == BUNDLE_STATEMENT ? statement_copy_open(b->node, part->recording, NULL, NULL, b->plan.now_ms, &b->copy, err) : 0;
}

static void end(struct court *b, const struct court_part *part)
{
    uint8_t digest[HASH_LEN];
    zip_write_end(b->zip, &b->packed);
    crypto_sha256_end(&b->digest, digest);
    buf_addf(&b->manifest, "%s  %s\n", hex_encode(b->piece, (bytes){digest, HASH_LEN}).p, part->name);
    report_close(b->report);
    statement_copy_close(b->copy);
    b->report = NULL;
    b->copy = NULL;
    b->open = false;
    b->at++;
}

/* The next piece of the part; last: nothing comes behind it. */
static int next_piece(struct court *b, const struct court_part *part, bytes *piece, bool *last, struct err *err)
{
    *last = part->kind == BUNDLE_TEXT || part->kind == BUNDLE_ATTACHMENT;
    *piece = str_bytes(part->text);
    if (part->kind == BUNDLE_ATTACHMENT)
        return vault_get(b->node->vault, b->node->db, VAULT_ATTACHMENT, &part->attached, b->piece, piece, err);
    if (part->kind == BUNDLE_PAPER) {
        uint8_t *to = arena_alloc(b->piece, PIECE);
        int64_t n = report_pull(b->report, to, PIECE, err);
        *piece = (bytes){to, n > 0 ? (size_t)n : 0};
        *last = n <= 0;
        return n < 0 ? (int)n : 0;
    }
    if (part->kind == BUNDLE_STATEMENT) {
        int r = statement_copy_next(b->copy, piece, err);
        *last = piece->len == 0;
        return r;
    }
    return 0;
}

static int step(struct court *b, struct err *err)
{
    const struct court_part *part = &b->plan.parts[b->at];
    bytes piece;
    bool last;
    arena_reset(b->piece);
    if (!b->open)
        return begin(b, part, err);
    int r = next_piece(b, part, &piece, &last, err);
    if (r < 0)
        return r;
    zip_write_data(b->zip, &b->packed, piece);
    crypto_sha256_add(&b->digest, piece);
    if (last)
        end(b, part);
    return 0;
}

/* --- what proves it --- */

static void put_file(struct court *b, const char *name, bytes content)
{
    zip_write_begin(b->zip, &b->packed, name);
    zip_write_data(b->zip, &b->packed, content);
    zip_write_end(b->zip, &b->packed);
}

/* The node's own act, whose detail names the bundle and its manifest, and nobody: so it can be shown with its leaf. */
static int do_seal(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct court *b = arg;
    uint8_t digest[HASH_LEN];
    (void)node, (void)err;
    crypto_sha256(digest, buf_bytes(&b->manifest));
    struct json *o = json_object_new(b->arena);
    json_put_hex(o, "bundle", (bytes){b->plan.id, ID_LEN});
    json_put_hex(o, "manifest", (bytes){digest, HASH_LEN});
    act->has_object = true;
    memcpy(act->object, b->plan.id, ID_LEN);
    act->detail = json_write(b->arena, o, JSON_ONE_LINE);
    return 0;
}

struct proved { bytes leaf, opening; str proof; };

static int prove(struct court *b, struct proved *out, struct err *err)
{
    struct node *node = b->node;
    struct act act = {.verb = VERB_BUNDLE_SEAL, .actor = &act_node, .now_ms = b->plan.now_ms};
    struct tlog_proof proof = {0};
    int64_t size;
    int r = act_run(node, &act, do_seal, b, err);
    if (r == 0)
        r = log_leaf_get(node->log, node->db, act.leaf_index, b->arena, &out->leaf, err);
    if (r == 0)
        r = past_opening(node, act.leaf_index, b->arena, &out->opening, err);
    if (r == 0)
        r = log_size(node->log, node->db, &size, err);
    if (r == 0)
        r = log_checkpoint(node->log, node->db, size, b->arena, &proof.checkpoint, err);
    if (r == 0)
        r = log_inclusion(node->log, node->db, act.leaf_index, size, b->arena, &proof.path, err);
    if (r < 0)
        return r;
    proof.index = (uint64_t)act.leaf_index;
    out->proof = tlog_proof_format(b->arena, &proof);
    return 0;
}

str court_pem(struct arena *a, const uint8_t key[static SIGN_PUBLIC_LEN])
{
    static const uint8_t head[12] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
    uint8_t der[sizeof head + SIGN_PUBLIC_LEN];
    memcpy(der, head, sizeof head);
    memcpy(der + sizeof head, key, SIGN_PUBLIC_LEN);
    return str_printf(a, "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n", base64_encode(a, (bytes){der, sizeof der}).p);
}

static int finish(struct court *b, struct err *err)
{
    struct proved proved;
    uint8_t signature[SIGNATURE_LEN], key[SIGN_PUBLIC_LEN];
    int r = prove(b, &proved, err);
    if (r == 0)
        r = keyring_sign(b->node->keys, KEYRING_AGENCY, buf_bytes(&b->manifest), signature, err);
    if (r < 0)
        return r;
    keyring_public(b->node->keys, KEYRING_AGENCY, key);
    put_file(b, "MANIFEST", buf_bytes(&b->manifest));
    put_file(b, "MANIFEST.sig", (bytes){signature, SIGNATURE_LEN});
    put_file(b, "agency-key.pem", str_bytes(court_pem(b->arena, key)));
    put_file(b, "log/key.txt", str_bytes(str_printf(b->arena, "%.*s\n", STR_ARG(log_vkey(b->node->log, b->arena)))));
    put_file(b, "log/leaf.json", proved.leaf);
    put_file(b, "log/opening.bin", proved.opening);
    put_file(b, "log/proof.txt", str_bytes(proved.proof));
    b->ended = true;
    return zip_write_finish(b->zip, &b->packed, err);
}

/* --- open, pull, close --- */

static void copy_plan(struct court *b, const struct court_plan *plan)
{
    struct court_part *parts = arena_array(b->arena, struct court_part, plan->n);
    b->plan = *plan;
    for (size_t i = 0; i < plan->n; i++) {
        parts[i] = plan->parts[i];
        parts[i].name = str_dup(b->arena, str_from(plan->parts[i].name)).p;
        parts[i].text = str_dup(b->arena, plan->parts[i].text);
    }
    b->plan.parts = parts;
}

int court_open(struct node *node, const struct court_plan *plan, struct court **out, struct err *err)
{
    if (plan->n > BUNDLE_PARTS_MAX)
        return err_set(err, ERR_LIMIT, N_("the case has too many attachments for one bundle"));
    struct court *b = mem_calloc(1, sizeof *b);
    b->arena = arena_new();
    b->piece = arena_new();
    b->packed = buf_new(b->arena);
    b->sealed = buf_new(b->arena);
    b->manifest = buf_new(b->arena);
    copy_plan(b, plan);
    b->zip = zip_write_open();
    int r = plan->sealed ? age_seal_new(&b->plan.recipient, 1, age_sink_buf(&b->sealed), &b->seal, err) : 0;
    if (r < 0) {
        court_close(b);
        return r;
    }
    b->node = node;
    *out = b;
    return 0;
}

int64_t court_pull(struct court *b, uint8_t *to, size_t max, struct err *err)
{
    struct buf *from = leaving(b);
    while (b->given == from->len && !b->ended) {
        from->len = b->packed.len = b->given = 0;
        int r = b->at < b->plan.n ? step(b, err) : finish(b, err);
        if (r == 0 && b->seal)
            r = age_seal_update(b->seal, buf_bytes(&b->packed), err);
        if (r == 0 && b->seal && b->ended)
            r = age_seal_end(b->seal, err);
        if (r < 0)
            return r;
        from = leaving(b);
    }
    size_t n = from->len - b->given < max ? from->len - b->given : max;
    memcpy(to, buf_bytes(from).p + b->given, n);
    b->given += n;
    return (int64_t)n;
}

void court_close(struct court *b)
{
    if (!b)
        return;
    report_close(b->report);
    statement_copy_close(b->copy);
    age_seal_free(b->seal);
    zip_write_close(b->zip);
    arena_free(b->piece);
    arena_free(b->arena);
    if (b->node)
        node_close(b->node);
    free(b);
}
