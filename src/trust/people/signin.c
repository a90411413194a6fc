/* signin: see signin.h. */
#include "trust/people/signin.h"

#include <inttypes.h>
#include <string.h>

#include "ground/text/text.h"
#include "trust/people/people_internal.h"

#define STEPS_AROUND 1 /* a clock may be half a minute off */
#define DIGITS 6

static int not_accepted(struct err *err)
{
    return err_set(err, ERR_DENIED, N_("login name, password and code do not belong together: try again"));
}

/* Counts it, logs it, and says no more than that it did not work. */
static int refuse(struct node *node, const struct signin_from *from, const struct people_knock *knock, const uint8_t *member, struct err *err)
{
    int r = people_knock_failed(node, from, knock, member, STR(""), err);
    return r < 0 ? r : not_accepted(err);
}

/* --- codes --- */

static void digits_of(uint32_t code, char out[static DIGITS + 1])
{
    for (int i = DIGITS - 1; i >= 0; i--, code /= 10)
        out[i] = (char)('0' + code % 10);
    out[DIGITS] = '\0';
}

/* The step whose code this is, if it is a later one than the last that was taken. */
static bool totp_holds(const struct people_secret *secret, str code, int64_t now_ms, uint64_t *step)
{
    uint64_t now = totp_step(now_ms);
    bool holds = false;
    for (uint64_t s = now - STEPS_AROUND; s <= now + STEPS_AROUND; s++) {
        char right[DIGITS + 1];
        digits_of(totp_code(secret->totp, s), right);
        if (code.len == DIGITS && crypto_equal(code.p, right, DIGITS) && s > secret->last_step) {
            holds = true;
            *step = s;
        }
    }
    return holds;
}

static str code_plain(struct arena *a, str code)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < code.len; i++)
        if (code.p[i] != ' ' && code.p[i] != '-')
            buf_byte(&b, code.p[i]);
    return str_lower_ascii(a, buf_str(&b));
}

static int recovery_hash(struct node *node, const uint8_t member[static ID_LEN], str code, uint8_t out[static HASH_LEN], struct err *err)
{
    return people_mac(node, "recovery", (bytes){member, ID_LEN}, str_bytes(code), out, err);
}

/* --- signing in --- */

struct entry {
    const struct signin_from *from;
    struct people_row row;
    struct people_secret secret;
    const struct people_knock *knock;
    bool by_recovery;
    uint64_t step;
    uint8_t recovery[HASH_LEN];
    char *token;                    /* of the session that begins; or: */
    const struct session *session;  /* she proves herself again in this one */
};

static int do_sign_in(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct entry *e = arg;
    struct people_row row = {0}; /* she may be gone since */
    struct people_secret now = {0};
    int r = people_store_get(node->db, e->row.id, &row, err);
    if (r > 0)
        r = row.has_secret ? people_secret_get(node, &row, &now, err) : 0;
    if (r < 0)
        return r;
    if (!row.has_secret || memcmp(now.hash, e->secret.hash, PASSWORD_HASH_LEN) != 0)
        return not_accepted(err); /* changed since it was looked at */
    if (e->by_recovery) {
        r = people_store_recovery_take(node->db, e->recovery, err);
        if (r == 0)
            return not_accepted(err);
    } else {
        if (e->step <= now.last_step)
            return not_accepted(err);
        now.last_step = e->step;
        r = people_secret_put(node, &row, &now, err);
    }
    if (r >= 0)
        r = people_store_attempts_drop(node->db, e->knock->login, INT64_MAX, err);
    if (r >= 0)
        r = e->session ? people_session_proved(node, e->session, act->now_ms, err) : people_session_start(node, row.id, false, e->from, e->token, err);
    act->has_object = true;
    memcpy(act->object, row.id, ID_LEN);
    act->detail = e->by_recovery ? STR("password and recovery code") : STR("password and six digits");
    crypto_wipe(&now, sizeof now);
    return r < 0 ? r : 0;
}

/* Whether password and code are hers; everything is looked at, whatever failed first. */
static int holds(struct node *node, struct entry *e, str password, str code, bool *yes, struct err *err)
{
    struct arena *a = arena_new();
    bool right = e->row.has_secret && e->secret.ready && password_holds(e->secret.hash, password);
    str plain = code_plain(a, code);
    bool digits = totp_holds(&e->secret, plain, e->from->now_ms, &e->step);
    int r = recovery_hash(node, e->row.id, plain, e->recovery, err);
    if (r == 0)
        r = people_store_recovery_has(node->db, e->recovery, err);
    e->by_recovery = !digits && r > 0;
    *yes = right && (digits || e->by_recovery);
    arena_free(a);
    return r < 0 ? r : 0;
}

/* Whatever was found out about password and code, to the end: an act that succeeds, or one that says that somebody failed. */
static int enter(struct node *node, struct entry *e, str password, str code, struct err *err)
{
    unsigned roles = 0;
    bool yes = false;
    int r = e->row.has_secret ? people_secret_get(node, &e->row, &e->secret, err) : 0;
    if (r == 0)
        r = access_standing(node->db, e->row.id, &roles, err);
    if (r == 0)
        r = holds(node, e, password, code, &yes, err);
    if (r == 0 && !(e->row.has_secret && e->secret.ready))
        password_waste(password);
    if (r == 0 && yes && (roles & ROLES_OF_MEMBERS)) {
        struct arena *a = arena_new();
        struct actor actor = member_actor(a, e->row.id);
        struct act act = {.verb = e->session ? VERB_PROVE : VERB_SIGN_IN, .actor = &actor, .now_ms = e->from->now_ms};
        r = act_run(node, &act, do_sign_in, e, err);
        arena_free(a);
    } else if (r == 0) {
        r = refuse(node, e->from, e->knock, e->row.id, err);
    }
    crypto_wipe(&e->secret, sizeof e->secret);
    return r;
}

int signin_password(struct node *node, const struct signin_from *from, str login, str password, str code, char token[static SESSION_TOKEN_LEN],
                    struct err *err)
{
    struct people_knock knock;
    struct entry e = {.from = from, .knock = &knock, .token = token};
    password = str_slice(password, 0, SIGNIN_PASSWORD_MAX + 1);
    int r = people_knock_of(node, from, login, &knock, err);
    if (r == 0)
        r = people_knock_check(node, &knock, from->now_ms, err);
    if (r < 0)
        return r;
    r = people_row_by_login(node, login, &e.row, err);
    if (r == ERR_NOT_FOUND) {
        password_waste(password); /* as long as for a name that is there */
        return refuse(node, from, &knock, NULL, err);
    }
    return r < 0 ? r : enter(node, &e, password, code, err);
}

int signin_prove(struct node *node, const struct signin_from *from, const struct session *s, str password, str code, struct err *err)
{
    struct arena *a = arena_new();
    struct people_knock knock;
    struct member m;
    struct entry e = {.from = from, .knock = &knock, .session = s};
    int r = member_get(node, s->member, a, &m, err);
    if (r == 0)
        r = people_knock_of(node, from, m.login, &knock, err);
    if (r == 0)
        r = people_knock_check(node, &knock, from->now_ms, err);
    if (r == 0)
        r = people_row_by_login(node, m.login, &e.row, err);
    if (r == 0)
        r = enter(node, &e, str_slice(password, 0, SIGNIN_PASSWORD_MAX + 1), code, err);
    arena_free(a);
    return r;
}

/* --- joining --- */

struct joining {
    const struct signin_from *from;
    const struct session *session;
    const uint8_t *member;
    const struct people_secret *secret;
    char (*recovery)[SIGNIN_RECOVERY_LEN];
    char *token;
};

static int run_as(struct node *node, enum verb verb, const uint8_t member[static ID_LEN], int64_t now_ms, act_fn fn, struct joining *j, struct err *err)
{
    struct arena *a = arena_new();
    struct actor actor = member_actor(a, member);
    actor.proved_ms = now_ms; /* the code she came with is her proof */
    struct act act = {.verb = verb, .actor = &actor, .now_ms = now_ms, .has_object = true};
    memcpy(act.object, member, ID_LEN);
    int r = act_run(node, &act, fn, j, err);
    arena_free(a);
    return r;
}

static int do_join(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct joining *j = arg;
    act->detail = STR("came with the code");
    return people_session_start(node, j->member, true, j->from, j->token, err);
}

int signin_join(struct node *node, const struct signin_from *from, str login, str code, char token[static SESSION_TOKEN_LEN], struct err *err)
{
    struct people_knock knock;
    struct people_row row;
    unsigned roles = 0;
    bool right = false;
    int r = people_knock_of(node, from, login, &knock, err);
    if (r == 0)
        r = people_knock_check(node, &knock, from->now_ms, err);
    if (r < 0)
        return r;
    r = people_row_by_login(node, login, &row, err);
    if (r == ERR_NOT_FOUND)
        return refuse(node, from, &knock, NULL, err);
    if (r == 0)
        r = people_code_check(node, row.id, code, from->now_ms, &right, err);
    if (r == 0)
        r = access_standing(node->db, row.id, &roles, err);
    if (r < 0)
        return r;
    if (!right || roles != ROLE_MEMBER) /* invited, and nothing else */
        return refuse(node, from, &knock, row.id, err);
    struct joining j = {.from = from, .member = row.id, .token = token};
    return run_as(node, VERB_ENROL, row.id, from->now_ms, do_join, &j, err);
}

static int need_joining(const struct session *s, struct err *err)
{
    return s->enrolling ? 0 : err_set(err, ERR_DENIED, N_("you have joined already: ask for a new code to begin again"));
}

static int do_secret(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct joining *j = arg;
    struct people_row row;
    act->detail = STR("secret of the code app made");
    int r = people_store_get(node->db, j->member, &row, err);
    return r < 0 ? r : people_secret_put(node, &row, j->secret, err);
}

static str base32(struct arena *a, const uint8_t *p, size_t len) /* len a multiple of 5; RFC 4648 section 6 */
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct buf b = buf_new(a);
    uint32_t bits = 0;
    int n = 0;
    for (size_t i = 0; i < len; i++) {
        bits = bits << 8 | p[i];
        for (n += 8; n >= 5; n -= 5)
            buf_byte(&b, letters[bits >> (n - 5) & 31]);
    }
    return buf_str(&b);
}

/* What an otpauth URI may hold as it is. */
static str uri_part(struct arena *a, str s)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~", c)))
            buf_byte(&b, c);
        else
            buf_addf(&b, "%%%02X", (unsigned)(unsigned char)c);
    }
    return buf_str(&b);
}

static int row_and_secret(struct node *node, const uint8_t member[static ID_LEN], struct people_row *row, struct people_secret *secret, struct err *err)
{
    int r = people_store_get(node->db, member, row, err);
    if (r == 0)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such member"));
    if (r > 0)
        r = row->has_secret ? people_secret_get(node, row, secret, err) : 0;
    return r;
}

int signin_totp_secret(struct node *node, const struct session *s, int64_t now_ms, struct arena *a, str *uri, str *secret, struct err *err)
{
    struct people_row row = {0};
    struct people_secret own = {0};
    struct member m = {0};
    int r = need_joining(s, err);
    if (r == 0)
        r = row_and_secret(node, s->member, &row, &own, err);
    if (r == 0)
        r = member_get(node, s->member, a, &m, err);
    if (r == 0 && !row.has_secret) {
        struct joining j = {.member = s->member, .secret = &own};
        crypto_random(own.totp, TOTP_SECRET_LEN);
        r = run_as(node, VERB_ENROL, s->member, now_ms, do_secret, &j, err);
    }
    if (r < 0)
        return r;
    *secret = base32(a, own.totp, TOTP_SECRET_LEN);
    *uri = str_printf(a, "otpauth://totp/Comity:%.*s?secret=%.*s&issuer=Comity%%20%.*s", STR_ARG(uri_part(a, m.login)), STR_ARG(*secret),
                      STR_ARG(uri_part(a, node->agency.name)));
    crypto_wipe(&own, sizeof own);
    return 0;
}

static void make_recovery(char out[static SIGNIN_RECOVERY_LEN])
{
    static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
    uint8_t random[16];
    size_t at = 0;
    crypto_random(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) {
        if (i > 0 && i % 4 == 0)
            out[at++] = '-';
        out[at++] = letters[random[i] & 31];
    }
    out[at] = '\0';
}

static int do_set(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct joining *j = arg;
    struct people_row row;
    struct arena *a = arena_new();
    act->detail = STR("password and code app set up");
    int r = people_store_get(node->db, j->member, &row, err);
    if (r > 0)
        r = people_secret_put(node, &row, j->secret, err);
    if (r == 0)
        r = people_store_recovery_drop(node->db, j->member, err);
    for (size_t i = 0; r == 0 && i < SIGNIN_RECOVERY_CODES; i++) {
        uint8_t hash[HASH_LEN];
        make_recovery(j->recovery[i]);
        r = recovery_hash(node, j->member, code_plain(a, str_from(j->recovery[i])), hash, err);
        if (r == 0)
            r = people_store_recovery_put(node->db, hash, j->member, err);
    }
    arena_free(a);
    return r;
}

int signin_password_set(struct node *node, const struct signin_from *from, const struct session *s, str password, str code,
                        char recovery[static SIGNIN_RECOVERY_CODES][SIGNIN_RECOVERY_LEN], struct err *err)
{
    struct arena *a = arena_new();
    struct people_row row;
    struct people_secret own = {0};
    struct member m = {0};
    int r = need_joining(s, err);
    if (r == 0)
        r = member_get(node, s->member, a, &m, err);
    if (r == 0)
        r = signin_password_check(password, m.login, m.name, err);
    if (r == 0)
        r = row_and_secret(node, s->member, &row, &own, err);
    if (r == 0 && (!row.has_secret || !totp_holds(&own, code_plain(a, code), from->now_ms, &own.last_step)))
        r = err_set(err, ERR_DENIED, N_("these are not the six digits that the code app shows now: is the clock of the telephone right?"));
    if (r == 0)
        r = password_hash(password, own.hash, err);
    own.ready = true;
    struct joining j = {.member = s->member, .secret = &own, .recovery = recovery};
    if (r == 0)
        r = run_as(node, VERB_ENROL, s->member, from->now_ms, do_set, &j, err);
    crypto_wipe(&own, sizeof own);
    arena_free(a);
    return r;
}

static int do_finish(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct joining *j = arg;
    struct access_member standing;
    act->detail = STR("joined");
    int r = access_member_get(node->db, j->member, &standing, err);
    standing.state = MEMBER_ACTIVE;
    if (r == 0)
        r = access_member_put(node->db, &standing, err);
    if (r == 0)
        r = people_store_code_drop(node->db, j->member, err);
    if (r == 0)
        r = people_store_session_drop(node->db, j->session->id, err);
    return r < 0 ? r : people_session_start(node, j->member, false, j->from, j->token, err);
}

int signin_join_finish(struct node *node, const struct signin_from *from, const struct session *s, char token[static SESSION_TOKEN_LEN],
                       struct err *err)
{
    struct people_row row;
    struct people_secret own = {0};
    int r = need_joining(s, err);
    if (r == 0)
        r = row_and_secret(node, s->member, &row, &own, err);
    if (r == 0 && !(row.has_secret && own.ready))
        r = err_set(err, ERR_USAGE, N_("choose a password and use the code app first"));
    crypto_wipe(&own, sizeof own);
    struct joining j = {.from = from, .session = s, .member = s->member, .token = token};
    return r < 0 ? r : run_as(node, VERB_ENROL, s->member, from->now_ms, do_finish, &j, err);
}

/* --- passwords --- */

/* What people choose first when twelve characters are asked for; compared without case, spaces and digits. */
static const char *const common[] = {
    "password", "passwordpassword", "passwort", "motdepasse", "qwertyuiop", "qwertyuiopas", "qwertyqwerty", "asdfghjkl", "asdfghjklqwe", "letmein",
    "letmeinplease", "welcome", "welcomewelcome", "iloveyou", "iloveyousomuch", "administrator", "adminadmin", "adminadminadmin", "changeme",
    "changemeplease", "trustno", "abcdefghijkl", "abcabcabcabc", "comity", "comitycomity", "correcthorsebatterystaple", "",
};

static str letters_only(struct arena *a, str s)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < s.len; i++)
        if (((unsigned char)s.p[i] | 0x20) >= 'a' || (unsigned char)s.p[i] >= 0x80)
            buf_byte(&b, s.p[i]);
    return str_lower_ascii(a, buf_str(&b));
}

static size_t characters(str s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.len; n++)
        (void)text_next(s, &at);
    return n;
}

static bool is_of_name(struct arena *a, str password, str name)
{
    str part;
    while (str_split(&name, ' ', &part)) {
        str letters = letters_only(a, part);
        if (letters.len >= 3 && str_contains(password, letters) && password.len < letters.len + 6)
            return true;
    }
    return false;
}

_Static_assert(SIGNIN_PASSWORD_MIN == 12, "as the sentence below says");

int signin_password_check(str password, str login, str name, struct err *err)
{
    struct arena *a = arena_new();
    str letters = letters_only(a, password);
    bool is_common = false;
    int r = 0;
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        is_common = is_common || str_eq(letters, str_from(common[i]));
    if (password.len > SIGNIN_PASSWORD_MAX || !text_utf8_valid(password))
        r = err_set(err, ERR_USAGE, N_("this password is too long: take a shorter one"));
    else if (characters(password) < SIGNIN_PASSWORD_MIN)
        r = err_set(err, ERR_USAGE, N_("a password has twelve characters at least: three words that do not belong together are good"));
    else if (is_common || is_of_name(a, letters, login) || is_of_name(a, letters, name))
        r = err_set(err, ERR_USAGE, N_("this password would be tried first: take three words that do not belong together"));
    arena_free(a);
    return r;
}
