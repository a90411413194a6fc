/* flags: links, documents, tickets. */
#include "work/watch/flags.h"

#include <string.h>

#include "ground/crypto/crypto.h"
#include "work/watch/flags_store.h"
#include "work/watch/watched_store.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

/* Letters and digits only, and no difference between large and small: a document is typed by two people at two desks. */
static int fingerprint(struct node *node, str document, uint8_t out[static VAULT_FINGERPRINT_LEN], struct err *err)
{
    struct arena *a = arena_new();
    struct buf b = buf_new(a);
    buf_add(&b, STR("document "));
    for (size_t i = 0; i < document.len; i++) {
        const unsigned char c = (unsigned char)document.p[i];
        if (c >= 'a' && c <= 'z')
            buf_byte(&b, (uint8_t)(c - 'a' + 'A'));
        else if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c >= 0x80)
            buf_byte(&b, c);
    }
    int r = vault_fingerprint(node->vault, VAULT_WATCH, buf_bytes(&b), out, err);
    arena_free(a);
    return r;
}

static bool is_document(str document)
{
    document = str_trim(document);
    return document.len > 0 && document.len <= HALL_DOCUMENT_MAX;
}

/* An act on a link. */
struct deed {
    const struct flag_new *add;
    struct flag_one one;
    str document;                   /* to add; empty: none */
    const struct flag_paper *paper; /* the same */
    bool end;
};

static int add_document(struct node *node, const uint8_t id[static ID_LEN], str document, struct err *err)
{
    uint8_t print[VAULT_FINGERPRINT_LEN];
    int r = fingerprint(node, document, print, err);
    return r < 0 ? r : flag_document_put(node->db, id, print, err);
}

static int do_add(struct node *node, struct deed *d, struct err *err)
{
    struct vault_id content;
    int r = vault_put(node->vault, node->db, VAULT_WATCH, str_bytes(d->add->words), NULL, &content, NULL, err);
    if (r == 0)
        r = flag_put(node->db, &d->one, &content, err);
    for (size_t i = 0; r == 0 && i < d->add->n; i++)
        r = add_document(node, d->one.id, d->add->documents[i], err);
    return r;
}

static int do_end(struct node *node, const struct deed *d, const struct vault_id *content, struct err *err)
{
    int r = vault_erase(node->vault, node->db, VAULT_WATCH, content, err);
    return r < 0 ? r : flag_drop(node->db, d->one.id, err);
}

static int do_deed(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct deed *d = arg;
    struct vault_id content;
    act->has_object = true;
    memcpy(act->object, d->one.id, ID_LEN);
    act->detail = d->add ? STR("{\"link\":\"added\"}") : d->end ? STR("{\"link\":\"ended\"}") : STR("{\"link\":\"changed\"}");
    if (d->add)
        return do_add(node, d, err);
    int r = flag_get(node->db, d->one.id, act->now_ms, &content, err);
    if (r <= 0)
        return r < 0 ? r : err_set(err, ERR_NOT_FOUND, N_("there is no such link any more: its date is over"));
    if (d->end)
        return do_end(node, d, &content, err);
    if (d->paper)
        return flag_ticket_put(node->db, d->one.id, &(struct hall_given){d->paper->hall, d->paper->day, d->paper->ticket, {0}}, err);
    return add_document(node, d->one.id, d->document, err);
}

static int run(struct node *node, const struct actor *actor, struct deed *d, str reference, int64_t now_ms, struct err *err)
{
    struct act act = {.verb = VERB_WATCH_LINK, .actor = actor, .reference = reference, .now_ms = now_ms};
    if (str_trim(reference).len == 0)
        return err_set(err, ERR_INPUT, N_("say on which legal basis: without one nothing is written down about somebody"));
    return act_run(node, &act, do_deed, d, err);
}

int flags_add(struct node *node, const struct actor *actor, const struct flag_new *flag, int64_t now_ms, uint8_t id[static ID_LEN], struct err *err)
{
    struct deed d = {.add = flag, .one = {.made_ms = now_ms, .until_ms = now_ms + flag->days * DAY_MS}};
    const str words = str_trim(flag->words);
    if (words.len == 0 || words.len > FLAG_WORDS_MAX)
        return err_set(err, ERR_INPUT, N_("say in a few words whom the travellers are linked with"));
    if (flag->days < 1 || flag->days > FLAG_DAYS_MAX)
        return err_set(err, ERR_INPUT, N_("a link is kept for a day at least, and for %d at most"), FLAG_DAYS_MAX);
    if (flag->n > FLAG_DOCUMENTS_MAX)
        return err_set(err, ERR_INPUT, N_("at most %d documents at once"), FLAG_DOCUMENTS_MAX);
    for (size_t i = 0; i < flag->n; i++)
        if (!is_document(flag->documents[i]))
            return err_set(err, ERR_INPUT, N_("a document's number is 1 to 100 letters and digits long"));
    crypto_random(d.one.id, ID_LEN);
    memcpy(id, d.one.id, ID_LEN);
    return run(node, actor, &d, flag->basis, now_ms, err);
}

int flags_document(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], str document, str basis, int64_t now_ms, struct err *err)
{
    struct deed d = {.document = document};
    memcpy(d.one.id, id, ID_LEN);
    if (!is_document(document))
        return err_set(err, ERR_INPUT, N_("a document's number is 1 to 100 letters and digits long"));
    return run(node, actor, &d, basis, now_ms, err);
}

int flags_end(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], str why, int64_t now_ms, struct err *err)
{
    struct deed d = {.end = true};
    memcpy(d.one.id, id, ID_LEN);
    int r = run(node, actor, &d, why, now_ms, err);
    if (r == 0 && (r = db_scrub(node->db, err)) == ERR_RETRY)
        r = 0;
    return r;
}

/* --- by paper --- */

struct proving { const struct flag_paper *paper; uint32_t tickets; uint8_t digest[HASH_LEN]; bool there; };

static int find_ticket(void *arg, const struct day_record *record, struct err *err)
{
    struct proving *p = arg;
    (void)err;
    if (record->kind != 'E' || record->event.kind != LINE_ENTER || ++p->tickets != p->paper->ticket || !record->event.commitment)
        return 0;
    memcpy(p->digest, record->event.commitment, HASH_LEN);
    p->there = true;
    return 0;
}

int flags_paper(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], const struct flag_paper *paper, str basis, int64_t now_ms,
                struct err *err)
{
    struct deed d = {.paper = paper};
    struct proving p = {.paper = paper};
    struct day_book book;
    struct watched_day day = {.day = paper->day};
    uint8_t digest[HASH_LEN];
    bool kept;
    memcpy(d.one.id, id, ID_LEN);
    memcpy(day.hall, paper->hall, ID_LEN);
    int r = watched_days_kept(node->db, &day, &kept, err);
    if (r == 0 && kept)
        return err_set(err, ERR_EXISTS, N_("that day is in the watch already: a ticket of it can be linked no more"));
    if (r == 0)
        r = day_book_open(node, paper->hall, paper->day, find_ticket, &p, &book, err);
    if (r == ERR_NOT_FOUND || (r == 0 && !p.there))
        return err_set(err, ERR_NOT_FOUND, N_("there was no such ticket on that day"));
    draw_commitment(paper->salt, str_bytes(str_trim(paper->document)), digest);
    if (r == 0 && !crypto_equal(digest, p.digest, HASH_LEN))
        return err_set(err, ERR_INPUT, N_("the paper and the document do not belong together, or not to that ticket"));
    return r < 0 ? r : run(node, actor, &d, basis, now_ms, err);
}

/* --- at the ticket desk --- */

int flags_given(struct node *node, const struct hall_given *given, int64_t now_ms, struct err *err)
{
    uint8_t print[VAULT_FINGERPRINT_LEN];
    int r = fingerprint(node, given->document, print, err); /* always, so that its time tells nothing */
    return r < 0 ? r : flag_ticket_note(node->db, given, print, now_ms, err);
}

/* --- for the watch --- */

int flags_words(struct node *node, str code, int64_t now_ms, struct arena *a, str *out, struct err *err)
{
    uint8_t id[ID_LEN];
    struct vault_id content;
    bytes words = {0};
    *out = STR("");
    if (!str_starts(code, FLAG_CODE) || !hex_decode_into(str_slice(code, FLAG_CODE.len, code.len), id, ID_LEN))
        return 0;
    int r = flag_get(node->db, id, now_ms, &content, err);
    if (r > 0)
        r = vault_get(node->vault, node->db, VAULT_WATCH, &content, a, &words, err);
    *out = bytes_str(words);
    return r;
}

static int do_due(struct node *node, struct act *act, void *arg, struct err *err)
{
    int64_t *n = arg;
    struct flag_due *due;
    size_t found;
    int r = flags_due(node->db, act->now_ms, node->arena, &due, &found, err);
    for (size_t i = 0; r == 0 && i < found; i++)
        if ((r = vault_erase(node->vault, node->db, VAULT_WATCH, &due[i].content, err)) == 0)
            r = flag_drop(node->db, due[i].id, err);
    *n = (int64_t)found;
    act->detail = str_printf(node->arena, "{\"links\":%zu}", found);
    return r;
}

int flags_tend(struct node *node, int64_t now_ms, int64_t *n, struct err *err)
{
    struct act act = {.verb = VERB_WATCH_END, .actor = &act_node, .now_ms = now_ms};
    struct flag_due *due;
    struct arena *a = arena_new();
    size_t waiting;
    *n = 0;
    int r = flags_due(node->db, now_ms, a, &due, &waiting, err);
    arena_free(a);
    if (r < 0 || waiting == 0)
        return r;
    r = act_run(node, &act, do_due, n, err);
    if (r == 0 && (r = db_scrub(node->db, err)) == ERR_RETRY)
        r = 0;
    return r;
}
