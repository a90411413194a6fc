/* What is known of logs, and the two decisions that are a person's: to confirm and to recover. */
#include <string.h>

#include "ground/json/json.h"
#include "trust/witness/witness_internal.h"

void witness_own_id(const struct node *node, uint8_t id[static ID_LEN])
{
    uint8_t key[SIGN_PUBLIC_LEN];
    keyring_public(node->keys, KEYRING_AGENCY, key);
    partner_id(key, id);
}

str witness_origin(const struct partner *p)
{
    str rest = p->log_key, name = {0};
    str_split(&rest, '+', &name);
    return name;
}

str witness_origin_hash(struct arena *a, str origin)
{
    uint8_t hash[HASH_LEN];
    crypto_sha256(hash, str_bytes(origin));
    return hex_encode(a, (bytes){hash, sizeof hash});
}

bool witness_takes_part(const struct partner *p)
{
    return p->status == PARTNER_ACTIVE && p->address.len > 0 && p->witness_key.len > 0;
}

str witness_tame(struct arena *a, str said)
{
    struct buf b = buf_new(a);
    const struct json *o;
    str sentence = {0};
    if (json_parse(a, "refusal", str_bytes(said), 4096, &o, NULL) == 0 && json_get_str(o, "error", 4096, &sentence, NULL) == 0)
        said = sentence;
    said = str_trim(said);
    for (size_t i = 0; i < said.len && i < TEXT_MAX_STORED; i++)
        buf_byte(&b, said.p[i] >= 0x20 && said.p[i] < 0x7f ? said.p[i] : '?');
    return buf_str(&b);
}

int witness_self(const struct node *node, struct arena *a, struct note_verifier *out, struct err *err)
{
    uint8_t key[SIGN_PUBLIC_LEN];
    struct note_verifier log;
    int result = note_verifier_parse(log_vkey(node->log, a), &log, err);
    if (result < 0)
        return result;
    keyring_public(node->keys, KEYRING_WITNESS, key);
    return note_witness_parse(note_witness_vkey(a, str_printf(a, "%.*s/witness", STR_ARG(log.name)), key), out, err);
}

int witness_cosign(const struct node *node, struct arena *a, str text, int64_t now_ms, str *line, struct err *err)
{
    struct note_verifier self;
    uint8_t signature[SIGNATURE_LEN];
    const uint64_t seconds = (uint64_t)now_ms / 1000;
    int result = witness_self(node, a, &self, err);
    if (result == 0)
        result = keyring_sign(node->keys, KEYRING_WITNESS, str_bytes(cosignature_message(a, seconds, text)), signature, err);
    if (result == 0)
        *line = cosignature_line(a, &self, seconds, signature);
    return result;
}

str witness_bare(struct arena *a, const struct note *note, const struct note_verifier *log)
{
    size_t i = 0;
    while (note->signatures[i].key_id != log->key_id || !str_eq(note->signatures[i].name, log->name))
        i++;
    return note_build(a, note->text, log->name, log->public_key, note->signatures[i].signature.p);
}

int witness_open_head(struct arena *a, const struct partner *p, str raw, struct note *note, struct checkpoint *cp, struct err *err)
{
    struct note_verifier log;
    int result = note_verifier_parse(p->log_key, &log, err);
    if (result == 0)
        result = note_parse(a, raw, note, err);
    return result < 0 ? result : checkpoint_open(a, raw, &log, cp, err);
}

const char *witness_kind_text(str kind)
{
    static const struct { const char *kind, *text; } table[] = {
        {"fork", "it signed two heads of one size: its log was rewritten, or two nodes use its keys"},
        {"broken", "no proof leads from the head that was cosigned to the one it signed later"},
        {"rollback", "it shows fewer leaves than it had: leaves were removed, or an old backup was restored"},
        {"leaves", "its leaves do not give the head it signed: a leaf was changed, moved or removed"},
        {"withheld", "it cannot show what its head covers: leaves or hashes are damaged or missing"},
        {"split", "another witness was shown another log than this node"},
        {"behind", "a witness holds a head signed by this node that its log does not lead to"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (str_eq(kind, str_from(table[i].kind)))
            return table[i].text;
    return "of a kind that this version does not know";
}

struct keeping { struct witness_evidence *e; bool added; };

static int keep(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct keeping *k = arg;
    act->has_object = true;
    memcpy(act->object, k->e->id, ID_LEN);
    act->detail = k->e->kind;
    return witness_store_add_evidence(node->db, k->e, &k->added, err);
}

struct known { const struct witness_evidence *e; bool known; };

static int look_up(struct db *db, void *arg, struct err *err)
{
    struct known *k = arg;
    return witness_store_is_known(db, k->e, &k->known, err);
}

int witness_keep(struct node *node, const struct actor *actor, struct witness_evidence *e, int64_t now_ms, bool *added, struct err *err)
{
    struct known known = {e, false};
    *added = false;
    int result = db_txn(node->db, look_up, &known, err);
    if (result < 0 || known.known) /* no leaf for what is shown again and again */
        return result;
    crypto_random(e->id, ID_LEN);
    e->found_ms = now_ms;
    struct keeping k = {e, false};
    struct act act = {.verb = VERB_WITNESS, .actor = actor, .now_ms = now_ms};
    result = act_run(node, &act, keep, &k, err);
    *added = result == 0 && k.added;
    return result;
}

/* --- lists --- */

int witness_list(struct node *node, struct arena *a, struct witness_row **out, size_t *n, struct err *err)
{
    struct partner *partners = NULL;
    int result = partner_list(node->db, a, &partners, n, err);
    if (result < 0)
        return result;
    *out = arena_array(a, struct witness_row, *n);
    for (size_t i = 0; i < *n; i++) {
        struct witness_row *row = &(*out)[i];
        struct seen seen;
        struct told told;
        row->partner = partners[i];
        row->active = witness_takes_part(&partners[i]);
        if ((result = witness_store_seen(node->db, partners[i].id, a, &seen, err)) < 0 ||
            (result = witness_store_told(node->db, partners[i].id, a, &told, err)) < 0 ||
            (result = witness_store_open_count(node->db, partners[i].id, &row->open, err)) < 0)
            return result;
        row->seen_size = seen.size;
        row->looked_ms = seen.looked_ms;
        row->told_size = told.size;
        row->cosigned_ms = told.cosigned_ms;
        row->trouble = told.trouble.len ? told.trouble : seen.trouble;
    }
    return 0;
}

int witness_quorum(struct node *node, struct arena *a, struct witness_quorum *out, struct err *err)
{
    struct partner *partners = NULL;
    struct own own;
    size_t n = 0;
    *out = (struct witness_quorum){.size = -1};
    int result = act_watch_get(node->db, &out->watch, err);
    if (result < 0 || (result = witness_store_own(node->db, a, &own, err)) < 0 || (result = partner_list(node->db, a, &partners, &n, err)) < 0)
        return result;
    for (size_t i = 0; i < n; i++)
        out->witnesses += witness_takes_part(&partners[i]);
    out->size = own.size;
    out->checkpoint = own.checkpoint;
    return 0;
}

int64_t witness_quorum_age(const struct witness_quorum *q, int64_t now_ms)
{
    return q->watch.needed == 0 || q->watch.quorum_ms > now_ms ? 0 : now_ms - q->watch.quorum_ms;
}

/* --- decisions --- */

/* The latest time among a note's cosignatures, whoever's: they were verified when the evidence was kept. */
static int64_t newest_cosignature_ms(struct arena *a, str raw)
{
    struct note note;
    uint64_t newest = 0;
    if (note_parse(a, raw, &note, NULL) < 0)
        return 0;
    for (size_t i = 0; i < note.n; i++)
        if (note.signatures[i].signature.len == COSIGNATURE_LEN && get_u64be(note.signatures[i].signature.p) > newest)
            newest = get_u64be(note.signatures[i].signature.p);
    return newest < INT64_MAX / 1000 ? (int64_t)newest * 1000 : 0;
}

/* Heads that were cosigned up to then are known to be lost: what is open against the log is among them, whatever their clocks say. */
static int lost_until(struct node *node, struct arena *a, const uint8_t log[static ID_LEN], int64_t now_ms, int64_t *until, struct err *err)
{
    struct witness_evidence *list = NULL;
    size_t n = 0;
    int result = witness_evidence_list(node, a, &list, &n, err);
    *until = now_ms;
    for (size_t i = 0; i < n && result == 0; i++) {
        int64_t at = list[i].closed_ms == 0 && memcmp(list[i].log, log, ID_LEN) == 0 ? newest_cosignature_ms(a, list[i].second) : 0;
        if (at + 1000 > *until)
            *until = at + 1000;
    }
    return result;
}

static int confirm(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct partner *p = arg;
    struct arena *a = arena_new();
    struct seen before, anew = {.trouble = STR("")};
    int64_t closed;
    int result = witness_store_seen(node->db, p->id, a, &before, err);
    if (result == 0)
        result = lost_until(node, a, p->id, act->now_ms, &anew.since_ms, err);
    if (result == 0)
        result = witness_store_close(node->db, p->id, act->now_ms, &closed, err);
    if (result == 0 && closed == 0 && before.size == 0)
        result = err_set(err, ERR_NOT_FOUND, "nothing of the log of %.*s was cosigned and no evidence is open: nothing is to be confirmed",
                         STR_ARG(p->name));
    if (result == 0)
        result = witness_store_put_seen(node->db, p->id, &anew, err);
    act->has_object = true;
    memcpy(act->object, p->id, ID_LEN);
    act->detail = STR("a partner's log is taken as it is now");
    arena_free(a);
    return result;
}

int witness_confirm(struct node *node, const struct actor *actor, const struct partner *p, str reference, int64_t now_ms, struct err *err)
{
    struct partner copy = *p;
    struct act act = {.verb = VERB_WITNESS, .actor = actor, .reference = reference, .now_ms = now_ms};
    if (str_trim(reference).len == 0)
        return err_set(err, ERR_USAGE, "say on what grounds: --reference, such as who was spoken to and when");
    return act_run(node, &act, confirm, &copy, err);
}

static int recover(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct arena *a = arena_new();
    struct act_watch watch;
    struct own own;
    uint8_t id[ID_LEN];
    int64_t closed;
    (void)arg;
    witness_own_id(node, id);
    int result = act_watch_get(node->db, &watch, err);
    if (result == 0 && !watch.behind)
        result = err_set(err, ERR_USAGE, "no witness holds a head of this log that the log does not lead to: there is nothing to recover from");
    if (result == 0 && (result = witness_store_own(node->db, a, &own, err)) == 0 &&
        (result = lost_until(node, a, id, act->now_ms, &own.recovered_ms, err)) == 0 &&
        (result = witness_store_close(node->db, id, act->now_ms, &closed, err)) == 0) {
        watch.behind = false;
        own.size = -1; /* what was cosigned is of the lost log */
        own.checkpoint = STR("");
        if ((result = act_watch_put(node->db, &watch, err)) == 0)
            result = witness_store_put_own(node->db, &own, err);
    }
    act->detail = STR("leaves of this log were lost; it goes on from what is left");
    arena_free(a);
    return result;
}

int witness_recover(struct node *node, const struct actor *actor, str reference, int64_t now_ms, struct err *err)
{
    struct act act = {.verb = VERB_RECOVER, .actor = actor, .reference = reference, .now_ms = now_ms};
    return act_run(node, &act, recover, NULL, err);
}
