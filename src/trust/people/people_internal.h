/* people_internal: rows of the room's tables, and what they hold sealed. Private to trust/people. */
#ifndef COMITY_PEOPLE_INTERNAL_H
#define COMITY_PEOPLE_INTERNAL_H

#include "ground/crypto/password.h"
#include "trust/people/new_code.h"
#include "trust/people/passkey.h"
#include "trust/people/signin.h"

struct people_row {
    uint8_t id[ID_LEN];
    struct vault_id record;
    bool has_secret;
    struct vault_id secret;
    int64_t added_ms;
};

/* What a member signs in with. Not ready: the secret of the code app of somebody who is joining. */
struct people_secret {
    bool ready;
    char hash[PASSWORD_HASH_LEN];
    uint8_t totp[TOTP_SECRET_LEN];
    uint64_t last_step; /* of the last code that was taken: each counts once */
};

/* A keyed hash of outside words, under a label: "login", "session", ... */
MUST_USE int people_mac(const struct node *node, const char *label, bytes a, bytes b, uint8_t out[static HASH_LEN], struct err *err);

/* member.c; within an act */
MUST_USE int people_secret_get(struct node *node, const struct people_row *row, struct people_secret *out, struct err *err); /* has_secret */
MUST_USE int people_secret_put(struct node *node, const struct people_row *row, const struct people_secret *secret, struct err *err);
MUST_USE int people_forget_secrets(struct node *node, const struct people_row *row, struct err *err); /* recovery codes and sessions too */
MUST_USE int people_row_by_login(struct node *node, str login, struct people_row *row, struct err *err); /* ERR_NOT_FOUND */
MUST_USE int people_find(struct node *node, const uint8_t id[static ID_LEN], struct people_row *row, struct access_member *standing,
                         struct err *err); /* ERR_NOT_FOUND */
bool people_is_own(const struct actor *actor, const uint8_t id[static ID_LEN]);
void people_name_object(struct act *act, const uint8_t id[static ID_LEN], const char *detail);

/* new_code.c; within an act: codes to join with */
MUST_USE int people_code_give(struct node *node, const uint8_t member[static ID_LEN], int64_t now_ms, char code[static MEMBER_CODE_LEN], struct err *err);
MUST_USE int people_code_check(struct node *node, const uint8_t member[static ID_LEN], str code, int64_t now_ms, bool *holds, struct err *err);

/* member_book.c; b may be NULL. Only name, login and languages are filled, from arena. */
bool people_book_find(const struct member_book *b, const struct vault_id *record, struct arena *a, struct member *out);
void people_book_add(struct member_book *b, const struct vault_id *record, const struct member *m);

/* attempts.c: who knocks, as keyed hashes. named: a login name was given; else only the address counts. */
struct people_knock {
    bool named;
    uint8_t login[HASH_LEN], address[HASH_LEN];
};
MUST_USE int people_knock_of(struct node *node, const struct signin_from *from, str login, struct people_knock *k, struct err *err);
MUST_USE int people_knock_check(struct node *node, const struct people_knock *k, int64_t now_ms, struct err *err); /* ERR_LIMIT */
/* Counts a failure and logs it. member: whom it was about, or NULL. */
MUST_USE int people_knock_failed(struct node *node, const struct signin_from *from, const struct people_knock *knock, const uint8_t *member, str detail,
                                 struct err *err);

/* passkey.c; within an act */
struct people_passkey {
    uint8_t credential[HASH_LEN], id[ID_LEN], member[ID_LEN];
    struct vault_id record;
    int64_t added_ms, used_ms;
};
MUST_USE int people_passkey_find(struct node *node, bytes credential, struct people_passkey *row, struct err *err); /* 1, 0 */
/* What is sealed: the credential, and the name she gave it. From arena. */
MUST_USE int people_passkey_get(struct node *node, const struct people_passkey *row, struct arena *a, struct webauthn_credential *credential, str *name,
                                struct err *err);
/* The count after a use; ERR_DENIED when another use came between. */
MUST_USE int people_passkey_used(struct node *node, const struct people_passkey *row, uint32_t sign_count, int64_t now_ms, struct err *err);
MUST_USE int people_passkeys_drop(struct node *node, const uint8_t member[static ID_LEN], struct err *err);
/* ERR_DENIED: not of ours, too old, for another use or session; then people_challenge_use, within the act: ERR_DENIED, used before. */
MUST_USE int people_challenge_check(const struct node *node, enum passkey_use use, const struct session *s, bytes challenge, int64_t now_ms, struct err *err);
MUST_USE int people_challenge_use(struct node *node, bytes challenge, struct err *err);

/* session.c; within an act: a new session, its token. */
MUST_USE int people_session_start(struct node *node, const uint8_t member[static ID_LEN], bool enrolling, const struct signin_from *from,
                                  char token[static SESSION_TOKEN_LEN], struct err *err);
MUST_USE int people_session_proved(struct node *node, const struct session *s, int64_t now_ms, struct err *err);

/* people_store.c: 1 found, 0 not, negative: error, unless said otherwise. */
struct people_session {
    uint8_t token[HASH_LEN], id[ID_LEN], member[ID_LEN];
    bool enrolling, has_agent;
    int64_t started_ms, seen_ms, proved_ms;
    struct vault_id agent;
};
MUST_USE int people_store_add(struct db *db, const struct people_row *row, const uint8_t login[static HASH_LEN], struct err *err); /* ERR_EXISTS */
MUST_USE int people_store_get(struct db *db, const uint8_t id[static ID_LEN], struct people_row *row, struct err *err);
MUST_USE int people_store_by_login(struct db *db, const uint8_t login[static HASH_LEN], struct people_row *row, struct err *err);
MUST_USE int people_store_all(struct db *db, struct arena *a, struct people_row **rows, size_t *n, struct err *err); /* 0 */
MUST_USE int people_store_secret(struct db *db, const uint8_t id[static ID_LEN], const struct vault_id *secret, struct err *err); /* 0 */
MUST_USE int people_store_code_put(struct db *db, const uint8_t member[static ID_LEN], const uint8_t hash[static HASH_LEN], int64_t until_ms, struct err *err);
MUST_USE int people_store_code_get(struct db *db, const uint8_t member[static ID_LEN], uint8_t hash[static HASH_LEN], int64_t *until_ms, struct err *err);
MUST_USE int people_store_code_drop(struct db *db, const uint8_t member[static ID_LEN], struct err *err);
MUST_USE int people_store_recovery_put(struct db *db, const uint8_t hash[static HASH_LEN], const uint8_t member[static ID_LEN], struct err *err);
MUST_USE int people_store_recovery_has(struct db *db, const uint8_t hash[static HASH_LEN], struct err *err);
MUST_USE int people_store_recovery_take(struct db *db, const uint8_t hash[static HASH_LEN], struct err *err); /* 1: it was there */
MUST_USE int people_store_recovery_drop(struct db *db, const uint8_t member[static ID_LEN], struct err *err);
MUST_USE int people_store_session_put(struct db *db, const struct people_session *s, struct err *err);
MUST_USE int people_store_session_get(struct db *db, const uint8_t token[static HASH_LEN], struct people_session *s, struct err *err);
MUST_USE int people_store_session_seen(struct db *db, const uint8_t token[static HASH_LEN], int64_t now_ms, struct err *err);
MUST_USE int people_store_sessions(struct db *db, const uint8_t member[static ID_LEN], struct arena *a, struct people_session **all, size_t *n, struct err *err);
/* Those of a member (id NULL: all), or over at a time (member NULL): rows that go, from arena, so that what they hold sealed can go too. */
MUST_USE int people_store_sessions_over(struct db *db, int64_t seen_before_ms, int64_t started_before_ms, struct arena *a, struct people_session **all,
                                        size_t *n, struct err *err);
MUST_USE int people_store_session_proved(struct db *db, const uint8_t id[static ID_LEN], int64_t now_ms, struct err *err); /* 1: it was there */
MUST_USE int people_store_session_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err);
MUST_USE int people_store_attempt(struct db *db, const uint8_t who[static HASH_LEN], int64_t at_ms, struct err *err);
MUST_USE int people_store_attempts(struct db *db, const uint8_t who[static HASH_LEN], int64_t since_ms, int64_t *n, int64_t *first_ms, struct err *err); /* 0 */
MUST_USE int people_store_attempts_drop(struct db *db, const uint8_t *who, int64_t before_ms, struct err *err); /* who NULL: everybody's */

/* new_code_store.c */
MUST_USE int new_code_store_put(struct db *db, const struct new_code *c, struct err *err);
MUST_USE int new_code_store_shown(struct db *db, const uint8_t id[static ID_LEN], struct err *err); /* 1: it was not yet */

/* passkey_store.c */
MUST_USE int passkey_store_add(struct db *db, const struct people_passkey *row, struct err *err); /* ERR_EXISTS */
MUST_USE int passkey_store_get(struct db *db, const uint8_t credential[static HASH_LEN], struct people_passkey *row, struct err *err);
MUST_USE int passkey_store_of(struct db *db, const uint8_t member[static ID_LEN], struct arena *a, struct people_passkey **all, size_t *n, struct err *err);
MUST_USE int passkey_store_used(struct db *db, const struct people_passkey *row, const struct vault_id *record, int64_t now_ms, struct err *err);
MUST_USE int passkey_store_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err);
MUST_USE int passkey_store_challenge(struct db *db, const uint8_t hash[static HASH_LEN], int64_t until_ms, struct err *err); /* 1: not used before */
MUST_USE int passkey_store_tidy(struct db *db, int64_t now_ms, struct err *err);

#endif
