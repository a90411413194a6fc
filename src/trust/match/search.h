/* search: find a person among the node's own records, in any script and spelling, as fast as typing.
 *
 * What: an index over sealed records (DIR/search), a query of a few words, at most 20 ranked hits with a reason each.
 * Why:  personal data stands in the database only sealed, so the database cannot search it; the names engine can.
 *
 *     search_open(node_path(node, a, "search"), node->keys, names, &search, err);
 *     search_run(search, node->vault, db, arena, STR("sok dar 1990"), &result, err);   // inside act_run, VERB_SEARCH
 *     for (size_t i = 0; i < result.n; i++) show(&result.hits[i]);
 *
 * At rest: segments of equal pages, each sealed with a key of the keyring: a stolen folder shows how large the index is and
 * nothing else, no word, no frequency, no record. Pages are opened only when a query touches them. The index holds folded
 * forms (names, year, date, document, phone) as keyed hashes and vault ids; the hits themselves are read from the vault.
 * It is derived data: whatever is missing or damaged, search_rebuild makes anew from the vault.
 * Not here: who may search (trust/access), the log of it (trust/act), other agencies' records (the blind question).
 */
#ifndef COMITY_MATCH_SEARCH_H
#define COMITY_MATCH_SEARCH_H

#include "ground/crypto/keyring.h"
#include "ground/db/db.h"
#include "trust/names/names.h"
#include "trust/vault/vault.h"

#define SEARCH_HITS_MAX 20
#define SEARCH_REASON_MAX 240
#define SEARCH_TEXT_MAX 400 /* bytes of a query */

/* Adding records. One writer collects the new records of one import; nothing is visible before search_writer_finish. */
struct search_writer;

/* dir is created if need be. Borrows keys and names until finish or free. */
MUST_USE int search_writer_new(const char *dir, const struct keyring *keys, const struct names *names, struct search_writer **out, struct err *err);
MUST_USE int search_writer_add(struct search_writer *w, const struct identity *who, const struct vault_id *id, struct err *err);
/* Forgets all that was added: to be called first in a function that act_run may run more than once. */
void search_writer_reset(struct search_writer *w);
/* After the commit: makes what was added durable and visible, merges segments when there are many. Does not free. */
MUST_USE int search_writer_finish(struct search_writer *w, struct err *err);
void search_writer_free(struct search_writer *w); /* NULL is allowed; drops what was not finished */

/* Replaces the whole index by one made from the vault. progress may be NULL. */
MUST_USE int search_rebuild(const char *dir, const struct keyring *keys, const struct names *names, const struct vault *vault, struct db *db,
                            void (*progress)(int64_t done, void *arg), void *arg, struct err *err);
/* After an erasure: rewrites the segment that holds the record, without it. 0 also when none holds it. */
MUST_USE int search_forget(const char *dir, const struct keyring *keys, const struct names *names, const struct vault_id *id, struct err *err);

/* Asking. A struct search belongs to one thread; it notices by itself when another process has changed the index. */
struct search;

/* ERR_CORRUPT when a segment is missing or damaged or was made by other name rules: then search_rebuild. A folder that does
 * not exist is an empty index. Borrows keys and names. */
MUST_USE int search_open(const char *dir, const struct keyring *keys, const struct names *names, struct search **out, struct err *err);
void search_close(struct search *s);
int64_t search_count(const struct search *s); /* records indexed; differs from vault_count: then search_rebuild */

struct search_hit {
    struct vault_id id;
    struct identity who;
    double score; /* higher is likelier; only for the order */
    char reason[SEARCH_REASON_MAX]; /* messages with "; " between, "same letters; born the same day": may hold no more than was asked */
};

struct search_result {
    struct search_hit hits[SEARCH_HITS_MAX]; /* best first */
    size_t n;
    size_t n_candidates; /* records that were opened */
};

/* text: names in any script and order, a year or date, a document number, a phone, in any mixture. Without a space behind it
 * the last word may be unfinished. Identities from arena. ERR_INPUT on an empty or overlong text. */
MUST_USE int search_run(struct search *s, const struct vault *vault, struct db *db, struct arena *a, str text, struct search_result *out,
                        struct err *err);

#endif
