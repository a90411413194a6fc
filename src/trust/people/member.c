/* member: see member.h. */
#include "trust/people/member.h"

#include <string.h>

#include "ground/text/text.h"
#include "trust/people/people_internal.h"

#define RECORD_VERSION 1
#define SECRET_VERSION 1

int people_mac(const struct node *node, const char *label, bytes a, bytes b, uint8_t out[static HASH_LEN], struct err *err)
{
    uint8_t lengths[8];
    for (int i = 0; i < 8; i++)
        lengths[i] = (uint8_t)(a.len >> (8 * i));
    const bytes parts[] = {str_bytes(STR("comity people ")), {(const uint8_t *)label, strlen(label) + 1}, {lengths, sizeof lengths}, a, b};
    return keyring_mac_parts(node->keys, KEYRING_MAC_FINGERPRINT, parts, 5, out, HASH_LEN, err);
}

/* --- what is sealed --- */

static void add_text(struct buf *b, str s)
{
    buf_u16(b, (uint16_t)s.len);
    buf_add(b, s);
}

static str take_text(struct reader *r)
{
    return bytes_str(reader_take(r, reader_u16(r)));
}

static bytes record_of(struct arena *a, const struct member_new *m)
{
    struct buf b = buf_new(a);
    buf_byte(&b, RECORD_VERSION);
    add_text(&b, m->name);
    add_text(&b, m->login);
    add_text(&b, m->languages.len ? m->languages : STR("en"));
    return buf_bytes(&b);
}

static int read_record(struct arena *a, bytes in, struct member *m, struct err *err)
{
    struct reader r = reader_new(in);
    bool known = reader_u8(&r) == RECORD_VERSION;
    m->name = str_dup(a, take_text(&r));
    m->login = str_dup(a, take_text(&r));
    m->languages = str_dup(a, take_text(&r));
    return known && reader_done(&r) ? 0 : err_set(err, ERR_CORRUPT, "the record of a member is damaged");
}

int people_secret_get(struct node *node, const struct people_row *row, struct people_secret *out, struct err *err)
{
    struct arena *a = arena_new();
    bytes content;
    int r = vault_get(node->vault, node->db, VAULT_PEOPLE, &row->secret, a, &content, err);
    if (r == 0) {
        struct reader in = reader_new(content);
        bool known = reader_u8(&in) == SECRET_VERSION;
        out->ready = reader_u8(&in) != 0;
        bytes hash = reader_take(&in, PASSWORD_HASH_LEN), totp = reader_take(&in, TOTP_SECRET_LEN);
        out->last_step = reader_u64(&in);
        if (!known || !reader_done(&in)) {
            r = err_set(err, ERR_CORRUPT, "what a member signs in with is damaged");
        } else {
            memcpy(out->hash, hash.p, PASSWORD_HASH_LEN);
            memcpy(out->totp, totp.p, TOTP_SECRET_LEN);
        }
        crypto_wipe((void *)(uintptr_t)content.p, content.len);
    }
    arena_free(a);
    return r;
}

int people_secret_put(struct node *node, const struct people_row *row, const struct people_secret *secret, struct err *err)
{
    struct arena *a = arena_new();
    struct buf b = buf_new(a);
    struct vault_id id;
    buf_byte(&b, SECRET_VERSION);
    buf_byte(&b, secret->ready);
    buf_add_bytes(&b, secret->hash, PASSWORD_HASH_LEN);
    buf_add_bytes(&b, secret->totp, TOTP_SECRET_LEN);
    buf_u64(&b, secret->last_step);
    bytes content = buf_bytes(&b);
    int r = row->has_secret ? vault_erase(node->vault, node->db, VAULT_PEOPLE, &row->secret, err) : 0;
    if (r == 0)
        r = vault_put(node->vault, node->db, VAULT_PEOPLE, content, NULL, &id, NULL, err);
    if (r == 0)
        r = people_store_secret(node->db, row->id, &id, err);
    crypto_wipe((void *)(uintptr_t)content.p, content.len);
    arena_free(a);
    return r;
}

static int end_sessions(struct node *node, const uint8_t member[static ID_LEN], struct err *err)
{
    struct arena *a = arena_new();
    struct people_session *all;
    size_t n = 0;
    int r = people_store_sessions(node->db, member, a, &all, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        if (all[i].has_agent)
            r = vault_erase(node->vault, node->db, VAULT_PEOPLE, &all[i].agent, err);
        if (r == 0)
            r = people_store_session_drop(node->db, all[i].id, err);
    }
    arena_free(a);
    return r;
}

int people_forget_secrets(struct node *node, const struct people_row *row, struct err *err)
{
    int r = row->has_secret ? vault_erase(node->vault, node->db, VAULT_PEOPLE, &row->secret, err) : 0;
    if (r == 0)
        r = people_store_secret(node->db, row->id, NULL, err);
    if (r == 0)
        r = people_store_recovery_drop(node->db, row->id, err);
    if (r == 0)
        r = people_passkeys_drop(node, row->id, err);
    return r < 0 ? r : end_sessions(node, row->id, err);
}

/* --- fields --- */

static bool is_line(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
    return text_utf8_valid(s);
}

static bool is_login(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || memchr(".-_", s.p[i], 3)))
            return false;
    return s.len > 0 && s.len <= MEMBER_LOGIN_MAX;
}

static int check(const struct member_new *m, struct err *err)
{
    if (m->name.len == 0 || m->name.len > MEMBER_NAME_MAX || !is_line(m->name))
        return err_set(err, ERR_USAGE, N_("a member has a name of at most %d bytes on one line"), MEMBER_NAME_MAX);
    if (!is_login(m->login))
        return err_set(err, ERR_USAGE, N_("a login name has small letters a to z, digits, dots and dashes, at most %d"), MEMBER_LOGIN_MAX);
    if (m->languages.len > MEMBER_LANGUAGES_MAX || !is_line(m->languages))
        return err_set(err, ERR_USAGE, N_("languages are codes with a space between, the preferred first: km en"));
    if ((m->roles == 0 && !m->roles_follow) || (m->roles & ~(unsigned)ROLES_OF_MEMBERS))
        return err_set(err, ERR_USAGE, N_("a member has one role at least"));
    return 0;
}

static int login_hash(const struct node *node, str login, uint8_t out[static HASH_LEN], struct err *err)
{
    struct arena *a = arena_new();
    int r = people_mac(node, "login", str_bytes(str_lower_ascii(a, login)), (bytes){0}, out, err);
    arena_free(a);
    return r;
}

/* --- changing --- */

struct change {
    const struct member_new *add;
    uint8_t *id;
    char *code;
    unsigned roles;
    enum member_state state;
    const uint8_t *unit;
};

void people_name_object(struct act *act, const uint8_t id[static ID_LEN], const char *detail)
{
    act->has_object = true;
    memcpy(act->object, id, ID_LEN);
    act->detail = str_from(detail);
}

static int trust_takes_two(struct err *err)
{
    return err_set(err, ERR_DENIED, N_("roles are given and taken away by two persons, but for an officer in a hall"));
}

static int do_add(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct change *c = arg;
    if (str_eq(act->actor->role, STR("member")) && c->add->roles & ROLES_OF_TRUST)
        return trust_takes_two(err);
    struct arena *a = arena_new();
    struct people_row row = {.added_ms = act->now_ms};
    struct access_member standing = {.roles = c->add->roles, .state = MEMBER_INVITED};
    uint8_t login[HASH_LEN];
    crypto_random(row.id, ID_LEN);
    memcpy(standing.id, row.id, ID_LEN);
    memcpy(c->id, row.id, ID_LEN);
    int r = login_hash(node, c->add->login, login, err);
    if (r == 0)
        r = vault_put(node->vault, node->db, VAULT_PEOPLE, record_of(a, c->add), NULL, &row.record, NULL, err);
    if (r == 0)
        r = people_store_add(node->db, &row, login, err);
    if (r == 0)
        r = access_member_put(node->db, &standing, err);
    if (r == 0)
        r = people_code_give(node, row.id, act->now_ms, c->code, err);
    people_name_object(act, row.id, "invited");
    arena_free(a);
    return r;
}

int member_add(struct node *node, const struct actor *actor, int64_t now_ms, const struct member_new *m, uint8_t id[static ID_LEN],
               char code[static MEMBER_CODE_LEN], struct err *err)
{
    struct change c = {.add = m, .id = id, .code = code};
    struct act act = {.verb = VERB_MEMBER, .actor = actor, .now_ms = now_ms};
    int r = check(m, err);
    return r < 0 ? r : act_run(node, &act, do_add, &c, err);
}

int people_find(struct node *node, const uint8_t id[static ID_LEN], struct people_row *row, struct access_member *standing, struct err *err)
{
    int r = people_store_get(node->db, id, row, err);
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, N_("there is no such member"));
    return r < 0 ? r : access_member_get(node->db, id, standing, err);
}

bool people_is_own(const struct actor *actor, const uint8_t id[static ID_LEN])
{
    return str_eq(actor->role, STR("member")) && memcmp(actor->member, id, ID_LEN) == 0;
}

static int do_roles(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct change *c = arg;
    struct people_row row;
    struct access_member standing;
    int r = people_is_own(act->actor, c->id) ? err_set(err, ERR_DENIED, N_("nobody changes her own roles: another administrator does")) : 0;
    if (r == 0)
        r = people_find(node, c->id, &row, &standing, err);
    if (r == 0 && act->verb == VERB_MEMBER && str_eq(act->actor->role, STR("member")) && (c->roles ^ standing.roles) & ROLES_OF_TRUST)
        r = trust_takes_two(err);
    standing.roles = c->roles;
    if (r == 0)
        r = access_member_put(node->db, &standing, err);
    if (r == 0)
        r = end_sessions(node, row.id, err);
    people_name_object(act, c->id, "roles changed");
    return r;
}

/* What a second person agrees to: whose roles, and which. */
static bytes roles_request(struct arena *a, const uint8_t id[static ID_LEN], unsigned roles)
{
    struct buf b = buf_new(a);
    buf_add_bytes(&b, id, ID_LEN);
    buf_u32(&b, roles);
    return buf_bytes(&b);
}

int member_roles_asked(const struct approval *what, uint8_t id[static ID_LEN], unsigned *roles, struct err *err)
{
    struct reader r = reader_new(what->arguments);
    bytes member = reader_take(&r, ID_LEN);
    *roles = reader_u32(&r);
    if (!reader_done(&r))
        return err_set(err, ERR_CORRUPT, N_("what was asked of a second person is damaged"));
    memcpy(id, member.p, ID_LEN);
    return 0;
}

int member_roles_run(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct approval *what = arg;
    uint8_t id[ID_LEN];
    struct change c = {.id = id};
    int r = member_roles_asked(what, id, &c.roles, err);
    if (r == 0 && memcmp(what->second, id, ID_LEN) == 0)
        r = err_set(err, ERR_DENIED, N_("nobody agrees to roles of her own: somebody else does"));
    return r < 0 ? r : do_roles(node, act, &c, err);
}

int member_roles_set(struct node *node, const struct actor *actor, int64_t now_ms, const uint8_t id[static ID_LEN], unsigned roles, uint8_t *request,
                     struct err *err)
{
    uint8_t own[ID_LEN];
    memcpy(own, id, ID_LEN);
    struct change c = {.id = own, .roles = roles};
    struct access_member standing = {0};
    struct act act = {.verb = VERB_MEMBER, .actor = actor, .now_ms = now_ms};
    if (roles == 0 || (roles & ~(unsigned)ROLES_OF_MEMBERS))
        return err_set(err, ERR_USAGE, N_("a member has one role at least"));
    int r = access_member_get(node->db, id, &standing, err);
    if (r < 0)
        return r;
    if (!str_eq(actor->role, STR("member")) || !((roles ^ standing.roles) & ROLES_OF_TRUST))
        return act_run(node, &act, do_roles, &c, err);
    if (people_is_own(actor, id))
        return err_set(err, ERR_DENIED, N_("nobody changes her own roles: another administrator does"));
    struct arena *a = arena_new();
    act.verb = VERB_ROLES;
    act.arguments = roles_request(a, id, roles);
    r = act_run(node, &act, do_roles, &c, err);
    if (r == ERR_PARKED && request)
        memcpy(request, act.approval, ID_LEN);
    arena_free(a);
    return r;
}

static int do_unit(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct change *c = arg;
    struct people_row row;
    struct access_member standing;
    struct access_unit unit;
    int r = people_is_own(act->actor, c->id) ? err_set(err, ERR_DENIED, N_("nobody changes her own unit: another administrator does")) : 0;
    if (r == 0)
        r = people_find(node, c->id, &row, &standing, err);
    if (r == 0 && c->unit)
        r = access_unit_get(node->db, c->unit, &unit, err);
    standing.has_unit = c->unit != NULL;
    if (c->unit)
        memcpy(standing.unit, c->unit, ID_LEN);
    if (r == 0)
        r = access_member_put(node->db, &standing, err);
    people_name_object(act, c->id, "unit changed");
    return r;
}

int member_unit_set(struct node *node, const struct actor *actor, int64_t now_ms, const uint8_t id[static ID_LEN], const uint8_t *unit, struct err *err)
{
    uint8_t own[ID_LEN];
    memcpy(own, id, ID_LEN);
    struct change c = {.id = own, .unit = unit};
    struct act act = {.verb = VERB_MEMBER, .actor = actor, .now_ms = now_ms};
    return act_run(node, &act, do_unit, &c, err);
}

static int do_state(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct change *c = arg;
    struct people_row row;
    struct access_member standing;
    int r = people_is_own(act->actor, c->id) ? err_set(err, ERR_DENIED, N_("nobody suspends herself: another administrator does")) : 0;
    if (r == 0)
        r = people_find(node, c->id, &row, &standing, err);
    if (r == 0 && (standing.state == MEMBER_LEFT || (c->state == MEMBER_ACTIVE && !row.has_secret)))
        r = err_set(err, ERR_USAGE, N_("this member has left, or never joined: give her a new code, or add her anew"));
    standing.state = c->state;
    if (r == 0)
        r = access_member_put(node->db, &standing, err);
    if (r == 0)
        r = c->state == MEMBER_LEFT ? people_forget_secrets(node, &row, err) : end_sessions(node, row.id, err);
    if (r == 0)
        r = people_store_code_drop(node->db, row.id, err);
    people_name_object(act, c->id, member_state_words(c->state));
    return r;
}

int member_state_set(struct node *node, const struct actor *actor, int64_t now_ms, const uint8_t id[static ID_LEN], enum member_state state,
                     struct err *err)
{
    uint8_t own[ID_LEN];
    memcpy(own, id, ID_LEN);
    struct change c = {.id = own, .state = state};
    struct act act = {.verb = VERB_MEMBER, .actor = actor, .now_ms = now_ms};
    if (state == MEMBER_INVITED)
        return err_set(err, ERR_USAGE, N_("a member is invited by a new code"));
    return act_run(node, &act, do_state, &c, err);
}

/* --- looking --- */

/* All of a member but what is sealed. */
static int load_row(struct node *node, const struct people_row *row, struct member *out, struct err *err)
{
    struct access_member standing;
    int r = access_member_get(node->db, row->id, &standing, err);
    if (r < 0)
        return r;
    *out = (struct member){.roles = standing.roles, .state = standing.state, .has_unit = standing.has_unit, .added_ms = row->added_ms};
    memcpy(out->unit, standing.unit, ID_LEN);
    memcpy(out->id, row->id, ID_LEN);
    return 0;
}

static int load(struct node *node, struct member_book *b, const struct people_row *row, struct arena *a, struct member *out, struct err *err)
{
    bytes content;
    int r = load_row(node, row, out, err);
    if (r < 0 || people_book_find(b, &row->record, a, out))
        return r;
    r = vault_get(node->vault, node->db, VAULT_PEOPLE, &row->record, a, &content, err);
    if (r == 0)
        r = read_record(a, content, out, err);
    if (r == 0)
        people_book_add(b, &row->record, out);
    return r;
}

int member_get(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct member *out, struct err *err)
{
    return member_get_kept(node, NULL, id, a, out, err);
}

int member_get_kept(struct node *node, struct member_book *b, const uint8_t id[static ID_LEN], struct arena *a, struct member *out, struct err *err)
{
    struct people_row row;
    int r = people_store_get(node->db, id, &row, err);
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, N_("there is no such member"));
    return r < 0 ? r : load(node, b, &row, a, out, err);
}

int people_row_by_login(struct node *node, str login, struct people_row *row, struct err *err)
{
    uint8_t hash[HASH_LEN];
    int r = login_hash(node, login, hash, err);
    if (r == 0)
        r = people_store_by_login(node->db, hash, row, err);
    return r < 0 ? r : r == 0 ? err_set(err, ERR_NOT_FOUND, N_("there is no member of that login name")) : 0;
}

int member_by_login(struct node *node, str login, struct arena *a, struct member *out, struct err *err)
{
    struct people_row row;
    int r = people_row_by_login(node, login, &row, err);
    return r < 0 ? r : load(node, NULL, &row, a, out, err);
}

struct listing {
    struct arena *arena;
    struct member_book *book;
    struct people_row *rows;
    struct member *members;
    size_t n, opened;
};

static int open_listed(const struct vault_id *id, bytes content, void *arg, struct err *err)
{
    struct listing *l = arg;
    for (size_t i = 0; i < l->n; i++)
        if (memcmp(l->rows[i].record.b, id->b, ID_LEN) == 0) {
            int r = read_record(l->arena, content, &l->members[i], err);
            if (r == 0)
                people_book_add(l->book, id, &l->members[i]);
            l->opened++;
            return r;
        }
    return 0;
}

int member_list(struct node *node, struct arena *a, struct member **out, size_t *n, struct err *err)
{
    return member_list_kept(node, NULL, a, out, n, err);
}

int member_list_kept(struct node *node, struct member_book *b, struct arena *a, struct member **out, size_t *n, struct err *err)
{
    struct listing l = {.arena = a, .book = b};
    int r = people_store_all(node->db, a, &l.rows, &l.n, err);
    struct vault_id *sealed = arena_array(a, struct vault_id, r < 0 ? 0 : l.n);
    size_t n_sealed = 0;
    *out = l.members = arena_array(a, struct member, r < 0 ? 0 : l.n);
    for (size_t i = 0; r == 0 && i < l.n; i++) {
        r = load_row(node, &l.rows[i], &l.members[i], err);
        if (r == 0 && !people_book_find(b, &l.rows[i].record, a, &l.members[i]))
            sealed[n_sealed++] = l.rows[i].record;
    }
    if (r == 0 && n_sealed)
        r = vault_get_many(node->vault, node->db, VAULT_PEOPLE, sealed, n_sealed, open_listed, &l, err);
    if (r == 0 && l.opened < n_sealed)
        r = err_set(err, ERR_CORRUPT, "what is known of a member is missing from the vault: restore a backup");
    *n = l.n;
    return r;
}

const char *member_state_words(enum member_state state)
{
    static const char *const words[] = {[MEMBER_INVITED] = N_("invited"), [MEMBER_ACTIVE] = N_("active"), [MEMBER_SUSPENDED] = N_("suspended"), [MEMBER_LEFT] = N_("left")};
    return words[state];
}

int member_roles_parse(str text, unsigned *roles, struct err *err)
{
    str one;
    *roles = 0;
    while (str_split(&text, ',', &one)) {
        unsigned bit = access_role_bit(str_trim(one)) & ROLES_OF_MEMBERS;
        if (!bit)
            return err_set(err, ERR_USAGE, "roles are caseworker, investigator, prosecutor, supervisor, dpo, auditor, administrator, with commas between");
        *roles |= bit;
    }
    return 0;
}

str member_roles_text(struct arena *a, unsigned roles)
{
    struct buf b = buf_new(a);
    for (const struct access_role *r = access_roles; r->name; r++)
        if (roles & r->bit & ROLES_OF_MEMBERS)
            buf_addf(&b, "%s%s", b.len ? ", " : "", r->name);
    return buf_str(&b);
}

struct actor member_actor(struct arena *a, const uint8_t id[static ID_LEN])
{
    struct actor actor = {.name = hex_encode(a, (bytes){id, ID_LEN}), .role = STR("member")};
    memcpy(actor.member, id, ID_LEN);
    return actor;
}
