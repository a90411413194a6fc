/* Statements on their way: see statement_give.h. */
#include "work/statements/statement_give.h"

#include <string.h>

#include "ground/json/json.h"
#include "work/statements/given_store.h"
#include "work/statements/recording_internal.h"
#include "work/statements/statement_seen.h"

/* --- giving --- */

static str cut_write(struct arena *a, const struct statement_cut *cut)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "from_ms", cut->from_ms);
    json_put_int(o, "until_ms", cut->until_ms);
    statement_spans_put(o, cut);
    json_put_str(o, "why", cut->why);
    return json_write(a, o, JSON_ONE_LINE);
}

static int cut_read(struct arena *a, bytes in, struct statement_cut *cut, struct err *err)
{
    const struct json *o;
    int r = json_parse(a, "what was left out", in, STATEMENT_HEADER_MAX, &o, err);
    if (r == 0)
        r = json_get_int(o, "from_ms", 0, INT64_MAX, &cut->from_ms, err);
    if (r == 0)
        r = json_get_int(o, "until_ms", 0, INT64_MAX, &cut->until_ms, err);
    if (r == 0)
        r = json_get_str(o, "why", STATEMENT_WHY_MAX, &cut->why, err);
    return r == 0 ? statement_spans_get(a, o, cut, err) : r;
}

struct giving {
    const struct statement_gift *gift;
    const uint8_t *recording, *file;
    struct arena *arena;
    bool fresh;     /* the partner has no tie to her yet: this one begins with the letter */
    struct tie tie;
};

/* The letter says under which numbers the two agencies know her: those of before, or a fresh one. */
#define TIES_NAMED 3

static int name_ties(struct node *node, struct giving *g, int64_t now_ms, str *name, struct err *err)
{
    struct record consent;
    struct tie *ties;
    struct buf b = buf_new(g->arena);
    size_t n, named = 0;
    int r = record_get(node, g->file, g->gift->consent, g->arena, &consent, err);
    if (r < 0 || !consent.has_about)
        return r == ERR_NOT_FOUND ? 0 : r; /* what the consent lacks is said where it is held against */
    r = ties_of(node->db, g->file, consent.about, g->arena, &ties, &n, err);
    for (size_t i = 0; r == 0 && i < n && named < TIES_NAMED; i++)
        if (memcmp(ties[i].partner, g->gift->to->id, ID_LEN) == 0)
            buf_addf(&b, "%s%s", named++ ? " " : "", hex_encode(g->arena, (bytes){ties[i].id, ID_LEN}).p);
    if (r == 0 && named == 0) {
        g->fresh = true;
        g->tie = (struct tie){.made_ms = now_ms, .has_person = true};
        crypto_random(g->tie.id, ID_LEN);
        memcpy(g->tie.partner, g->gift->to->id, ID_LEN);
        memcpy(g->tie.file, g->file, ID_LEN);
        memcpy(g->tie.person, consent.about, ID_LEN);
        buf_add(&b, hex_encode(g->arena, (bytes){g->tie.id, ID_LEN}));
    }
    *name = buf_str(&b);
    return r;
}

/* Within the act of sharing: what was given is listed. */
static int note_gift(struct node *node, struct act *act, void *arg, const struct grant *grant, const uint8_t letter[static ID_LEN], struct err *err)
{
    struct giving *g = arg;
    struct statement_given row = {.at_ms = act->now_ms};
    struct vault_id cut;
    memcpy(row.letter, letter, ID_LEN);
    memcpy(row.partner, g->gift->to->id, ID_LEN);
    memcpy(row.grant, grant->id, ID_LEN);
    int r = g->fresh ? tie_make(node->db, &g->tie, err) : 0;
    if (r == 0 && g->gift->cut)
        r = vault_put(node->vault, node->db, VAULT_STATEMENT, str_bytes(cut_write(g->arena, g->gift->cut)), NULL, &cut, NULL, err);
    return r < 0 ? r : given_store_add(node->db, g->recording, &row, g->gift->cut ? &cut : NULL, err);
}

/* Before anything is sealed: the very decision that the act makes again. */
static int may_give(const struct casework *w, const uint8_t file[static ID_LEN], const struct recording *rec, struct err *err)
{
    struct access_asker asker = {.proved_ms = w->actor->proved_ms, .now_ms = w->now_ms};
    int r = access_standing(w->node->db, w->actor->member, &asker.roles, err);
    if (r == 0)
        r = access_relation(w->node->db, file, w->actor->member, asker.roles, w->now_ms, &asker.relation, &asker.state, err);
    if (r == 0)
        r = access_decide(&verbs[VERB_SHARE].rule, &asker, w->purpose, w->reference, err);
    if (r == 0 && memcmp(rec->file, file, ID_LEN) != 0)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such recording"));
    return r;
}

static int next_piece(void *arg, bytes *piece, struct err *err)
{
    return statement_copy_next(arg, piece, err);
}

int statement_give(const struct casework *w, const uint8_t file[static ID_LEN], const uint8_t recording[static ID_LEN], const struct statement_gift *gift,
                   uint8_t letter[static ID_LEN], struct err *err)
{
    struct giving g = {.gift = gift, .recording = recording, .file = file, .arena = arena_new()};
    struct letter l = {.kind = "statement", .purpose = gift->purpose, .reference = w->reference, .type = STR(STATEMENT_MEDIA_TYPE)};
    struct consent_share share = {.to = gift->to, .purpose = gift->purpose, .parcel = &l, .element = STR("Statement"), .also = note_gift, .also_arg = &g};
    struct statement_copy *copy = NULL;
    struct recording_row row;
    struct post_file sealed;
    uint8_t grant[ID_LEN];
    int r = recording_store_get(w->node->db, recording, g.arena, &row, err);
    if (r == 0)
        r = may_give(w, file, &row.head, err);
    if (r == 0)
        r = name_ties(w->node, &g, w->now_ms, &l.name, err);
    if (r == 0)
        r = statement_copy_open(w->node, recording, gift->cut, gift->to->id, w->now_ms, &copy, err);
    if (r == 0) {
        const struct post_source source = {statement_copy_size(copy), next_piece, copy};
        grant_new_id(w->now_ms, grant);
        l.grant = grant;
        r = post_file_make(w->node, gift->to, &l, &source, w->now_ms, &sealed, err);
    }
    if (r == 0) {
        l.file = &sealed;
        r = consent_share(w, file, g.arena, gift->consent, &share, letter, err);
    }
    statement_copy_close(copy);
    arena_free(g.arena);
    return r;
}

int statements_given(struct node *node, const uint8_t recording[static ID_LEN], struct arena *a, struct statement_given **out, size_t *n, struct err *err)
{
    struct given_row *rows;
    int r = given_store_of(node->db, recording, a, &rows, n, err);
    if (r < 0)
        return r;
    *out = arena_array(a, struct statement_given, *n);
    for (size_t i = 0; i < *n && r == 0; i++) {
        bytes cut;
        (*out)[i] = rows[i].given;
        if (rows[i].has_cut && (r = vault_get(node->vault, node->db, VAULT_STATEMENT, &rows[i].cut, a, &cut, err)) == 0)
            r = cut_read(a, cut, &(*out)[i].cut, err);
    }
    return r;
}

/* --- coming --- */

/* Of the ties that the letter names the one whose person is in a case here; else the first, which may be new to us. */
static int tie_named(struct node *node, const struct letter_opened *letter, uint8_t tie[static ID_LEN], bool *has, struct err *err)
{
    str rest = letter->content->name, word;
    *has = false;
    while (str_split(&rest, ' ', &word)) {
        struct tie t = {.made_ms = letter->now_ms};
        if (!hex_decode_into(word, t.id, ID_LEN))
            return 0; /* the name of a file: whoever sent it named nobody */
        memcpy(t.partner, letter->from->id, ID_LEN);
        int r = tie_find(node->db, t.partner, t.id, &t, err);
        if (r == ERR_NOT_FOUND)
            r = *has ? 0 : tie_make(node->db, &t, err);
        if (r < 0)
            return r;
        if (!*has || t.has_person)
            memcpy(tie, t.id, ID_LEN);
        *has = true;
        if (t.has_person)
            return 0;
    }
    return 0;
}

static int arrival(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    uint8_t tie[ID_LEN];
    bool has;
    (void)act;
    int r = grant_letter_take(node, letter->header, letter->content, letter->now_ms, err);
    if (r == 0 && str_eq(letter->content->type, STR(STATEMENT_MEDIA_TYPE))) {
        r = tie_named(node, letter, tie, &has, err);
        if (r == 0)
            r = received_store_add(node->db, letter->header->id, letter->from->id, has ? tie : NULL, letter->now_ms, err);
    }
    statement_seen_note(letter->header->id, r == 0 ? letter->look : NULL);
    return r;
}

const struct letter_kind statement_kinds[] = {
    {.name = "statement", .for_people = true, .needs_grant = true, .effect = arrival, .look = &statement_look},
    {0},
};

int statements_received(struct node *node, struct arena *a, struct statement_received **out, size_t *n, struct err *err)
{
    return received_store_list(node->db, NULL, false, a, out, n, err);
}

int statement_received_find(struct node *node, const uint8_t letter[static ID_LEN], struct arena *a, struct statement_received *out, struct err *err)
{
    struct statement_received *all;
    size_t n;
    int r = received_store_list(node->db, letter, false, a, &all, &n, err);
    if (r == 0 && n != 1)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such statement"));
    if (r == 0)
        *out = all[0];
    return r;
}

bool statement_lost(struct node *node, const struct statement_received *s, int64_t now_ms)
{
    struct arena *a = arena_new();
    struct grant grant;
    struct grant_item item;
    struct err err = {0};
    int r = grant_of_letter(node, a, s->letter, &grant, &err);
    if (r == 0)
        r = grant_find(node, a, grant.id, now_ms, &item, &err);
    bool lost = r < 0 || item.state != GRANT_LIVE;
    arena_free(a);
    return lost;
}

static int add_piece(void *to, bytes data, struct err *err)
{
    return statement_check_add(to, data, err);
}

/* The key of the partner from whom it came; the copy has to be that agency's own, and for us. */
static int partner_key(struct node *node, const struct statement_received *s, struct arena *a, uint8_t key[static SIGN_PUBLIC_LEN], struct err *err)
{
    struct partner partner;
    int r = partner_by_id(node->db, a, s->partner, &partner, err);
    if (r == 0)
        memcpy(key, partner.agency_key, SIGN_PUBLIC_LEN);
    return r;
}

int statement_leaves(struct node *node, const uint8_t letter[static ID_LEN], statement_piece_fn fn, void *arg, struct err *err)
{
    struct arena *a = arena_new();
    struct statement_received s;
    uint8_t key[SIGN_PUBLIC_LEN];
    int r = statement_received_find(node, letter, a, &s, err);
    if (r == 0)
        r = partner_key(node, &s, a, key, err);
    if (r == 0) {
        struct statement_check *check = statement_check_new(key, fn, arg);
        r = post_read_to(node, letter, (struct age_sink){add_piece, check}, err);
        if (r == 0)
            r = statement_check_end(check, err);
        statement_check_free(check);
    }
    arena_free(a);
    return r;
}

static int do_examine(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct statement_received *s = arg;
    act->has_object = true;
    memcpy(act->object, s->letter, ID_LEN);
    act->detail = s->standing == STATEMENT_HOLDS ? STR("holds") : STR("broken");
    return received_store_put(node->db, s, err);
}

static int examine(struct node *node, struct statement_received *s, int64_t now_ms, struct arena *a, struct err *err)
{
    struct act act = {.verb = VERB_EXAMINE, .actor = &act_node, .now_ms = now_ms};
    struct statement_seen seen;
    if (!statement_seen_take(s->letter, &seen)) {
        statement_seen_begin(&seen);
        seen.result = statement_leaves(node, s->letter, statement_seen_piece, &seen, err);
    }
    const int r = seen.result;
    s->held = seen.held;
    s->statement = seen.statement;
    s->statement.type = str_dup(a, str_from(seen.type));
    if (r < 0 && r != ERR_CRYPTO && r != ERR_INPUT && r != ERR_LIMIT && r != ERR_NOT_FOUND)
        return r; /* the line, the disk, the keys: the next time */
    s->standing = r == 0 ? STATEMENT_HOLDS : STATEMENT_BROKEN;
    s->checked_ms = now_ms;
    err->text[0] = '\0';
    return act_run(node, &act, do_examine, s, err);
}

int statements_examine(struct node *node, int64_t now_ms, int64_t *n, struct err *err)
{
    struct arena *a = arena_new();
    struct statement_received *all;
    size_t count;
    *n = 0;
    int r = received_store_list(node->db, NULL, true, a, &all, &count, err);
    for (size_t i = 0; r == 0 && i < count; i++, ++*n)
        r = examine(node, &all[i], now_ms, a, err);
    arena_free(a);
    return r;
}
