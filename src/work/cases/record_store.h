/* record_store: records in the database. For casefile.h and whoever writes many at once within an act of his own (imports).
 *
 *     struct record r = {.unit = FIELD_OF_NOTE, ...};  memcpy(r.file, file, ID_LEN);
 *     record_insert(node, a, &r, now, member, &err);               // fills r.id
 *     records_of(node, file, a, &all, &n, &err);
 *
 * All within an act. Not here: who may (casefile.h), what is in a record (record.h), drafts (draft.h).
 */
#ifndef COMITY_CASES_RECORD_STORE_H
#define COMITY_CASES_RECORD_STORE_H

#include "trust/act/act.h"
#include "work/cases/record.h"

extern const struct db_schema cases_schema;

/* Stores a new record: id (unless it has one), version 1, by and times are filled. ERR_INPUT: it tells of none of the file's persons. */
MUST_USE int record_insert(struct node *node, struct arena *a, struct record *r, int64_t now_ms, const uint8_t by[static ID_LEN], struct err *err);
/* Stores merged in the place of stored, which becomes an earlier version. by and changed_ms are filled. */
MUST_USE int record_replace(struct node *node, struct arena *a, const struct record *stored, struct record *merged, int64_t now_ms,
                            const uint8_t by[static ID_LEN], struct err *err);
/* All of a file, in the order in which they were made; the file's own first. From arena. */
MUST_USE int records_of(struct node *node, const uint8_t file[static ID_LEN], struct arena *a, struct record **out, size_t *n, struct err *err);
/* File after file in the order in which they were made: all, a member's, or those of her unit too. For exports: what is made meanwhile comes
 * last, and no more than a few files are in memory. Set whose, member, now_ms; the rest is where it stands. */
enum records_whose { RECORDS_ALL, RECORDS_HERS, RECORDS_OF_HER_UNIT };
struct records_cursor { enum records_whose whose; uint8_t member[ID_LEN]; int64_t now_ms; bool begun; int64_t made_ms; uint8_t file[ID_LEN]; };
/* All records of the next files, at most max files, each beginning with its own record. None: the end. From arena. */
MUST_USE int records_next(struct node *node, struct records_cursor *c, size_t max, struct arena *a, struct record **out, size_t *n, struct err *err);
/* The same in two steps, of which different threads may do one each: the rows, with what is sealed of them; and opening that. */
struct records_rows { struct record *records; struct vault_id *contents; size_t n; };
MUST_USE int records_next_rows(struct node *node, struct records_cursor *c, size_t max, struct arena *a, struct records_rows *out, struct err *err);
MUST_USE int records_open(struct node *node, struct arena *a, const struct records_rows *rows, struct err *err);
/* How many files are left. */
MUST_USE int records_count(struct node *node, const struct records_cursor *c, struct arena *a, int64_t *files, struct err *err);
/* ERR_NOT_FOUND. */
MUST_USE int record_get(struct node *node, const uint8_t file[static ID_LEN], const uint8_t id[static ID_LEN], struct arena *a, struct record *out,
                        struct err *err);
/* Its earlier versions, the newest first; only values, version, by and changed_ms are filled. */
MUST_USE int record_versions(struct node *node, const uint8_t file[static ID_LEN], const uint8_t id[static ID_LEN], enum field_unit unit, struct arena *a,
                             struct record **out, size_t *n, struct err *err);
/* The file has been worked on: it leads the list of those who have a part in it. */
MUST_USE int record_touch(struct db *db, const uint8_t file[static ID_LEN], int64_t now_ms, struct err *err);
/* Erases what is sealed of all records and versions of a file, and their rows. identities: of its persons, for search_forget; from arena. */
MUST_USE int records_erase(struct node *node, const uint8_t file[static ID_LEN], struct arena *a, struct vault_id **identities, size_t *n,
                           struct err *err);

/* The same of one record and of those that tell of it; its identity stays. */
MUST_USE int record_erase(struct node *node, const uint8_t file[static ID_LEN], const uint8_t id[static ID_LEN], struct arena *a, struct err *err);

/* Erases the earlier versions of a record and what is sealed of them; the record stays as it is. */
MUST_USE int record_versions_erase(struct node *node, const uint8_t file[static ID_LEN], const uint8_t id[static ID_LEN], struct arena *a, struct err *err);

/* Which files know of a person by her identity: file and record, at most max. */
struct record_place { uint8_t file[ID_LEN], record[ID_LEN]; };
MUST_USE int record_places(struct db *db, const struct vault_id *identity, struct record_place out[], size_t max, size_t *n, struct err *err);

/* A member's files: rows of the file's own records, newest change first, those before `before_ms`, at most max. supervises: all files of her
 * unit besides. Only file, version, made_ms and changed_ms are filled, and by whom. */
struct record_row { struct record record; struct vault_id content; unsigned relation, state; };
MUST_USE int record_files(struct db *db, const uint8_t member[static ID_LEN], bool supervises, int64_t now_ms, int64_t before_ms, size_t max, struct arena *a,
                          struct record_row **out, size_t *n, struct err *err);
/* Tasks not done that are a member's, soonest first, at most max. */
MUST_USE int record_tasks(struct db *db, const uint8_t member[static ID_LEN], size_t max, struct arena *a, struct record_row **out, size_t *n,
                          struct err *err);
/* How many, without opening any. */
MUST_USE int record_tasks_count(struct db *db, const uint8_t member[static ID_LEN], int64_t now_ms, int64_t *open, int64_t *overdue, struct err *err);

#endif
