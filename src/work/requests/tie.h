/* tie: one person whom two agencies both know, under a number that only these two share.
 *
 * What: a random id, and on each side which person of which file it means. Letters about her carry the id, never her name.
 * Why:  after a hit two agencies write to each other for years: requests, questions, counters, statements, decisions. Who is meant must be
 *       certain for both and tell nothing to anybody else.
 *
 *     tie_make(node->db, &(struct tie){.partner = ..., .file = ..., .person = ...}, &err);   // the one who asks first: a fresh id
 *     tie_find(node->db, partner->id, id, &tie, &err);                                       // the one who is written to
 *     ties_of(node->db, file, person, arena, &ties, &n, &err);
 *
 * A tie whose person is not in a file yet names her identity alone (identity: the record that a request number meant); it gets file and
 * person when somebody takes the matter up. Functions that write are for use inside an act. Not here: letters (request.h).
 */
#ifndef COMITY_REQUESTS_TIE_H
#define COMITY_REQUESTS_TIE_H

#include "ground/db/db.h"
#include "trust/vault/vault.h"

extern const struct db_schema requests_schema;

struct tie {
    uint8_t id[ID_LEN];       /* the same at both; zeros for tie_make: a fresh one */
    uint8_t partner[ID_LEN];
    bool has_person;
    uint8_t file[ID_LEN], person[ID_LEN]; /* here: the file and the record of the person in it */
    bool has_identity;
    struct vault_id identity; /* whom a number meant, before there is a file */
    int64_t made_ms;
};

/* Adds, or replaces by (partner, id). Fills id when it is zeros. */
MUST_USE int tie_make(struct db *db, struct tie *tie, struct err *err);
MUST_USE int tie_find(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t id[static ID_LEN], struct tie *out, struct err *err); /* ERR_NOT_FOUND */
/* All ties of a person, from arena; several with one partner are possible. */
MUST_USE int ties_of(struct db *db, const uint8_t file[static ID_LEN], const uint8_t person[static ID_LEN], struct arena *a, struct tie **out, size_t *n,
                     struct err *err);
/* All that name a person of a file, from arena. */
MUST_USE int ties_all(struct db *db, struct arena *a, struct tie **out, size_t *n, struct err *err);
/* Those of an identity that is in no file yet. */
MUST_USE int ties_of_identity(struct db *db, const struct vault_id *identity, struct arena *a, struct tie **out, size_t *n, struct err *err);
/* When she is erased, and when the file is. */
MUST_USE int tie_drop(struct db *db, const struct tie *tie, struct err *err);
MUST_USE int tie_drop_file(struct db *db, const uint8_t file[static ID_LEN], struct err *err);

#endif
