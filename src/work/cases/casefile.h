/* casefile: a case as people work on it: opened, looked at, written in, closed; and who has which part in it.
 *
 * What: the acts on files. Each decides by the member's part in the file (trust/access/relation.h), leaves its leaf, and does all or nothing.
 * Why:  a victim's file is opened by those who work on it, and every look says who, when and why.
 *
 *     struct casework w = {.node = node, .names = names, .actor = &actor, .purpose = STR("casework"), .now_ms = now};
 *     struct casefile_change parts[2] = {{.record = {.unit = FIELD_OF_FILE, ...}}, {.record = {.unit = FIELD_OF_PERSON, ...}}};
 *     casefile_new(&w, parts, 2, file, &err);
 *     casefile_look(&w, file, arena, &f, &err);                  // all records of it, newest versions
 *
 * A person's record is findable as soon as the act is done: search and the blind question know her by her identity, which is kept in step
 * with the record. Not here: what can be said (fields.h), pages.
 */
#ifndef COMITY_CASES_CASEFILE_H
#define COMITY_CASES_CASEFILE_H

#include "trust/match/search.h"
#include "work/cases/record_store.h"

/* Who works, and why. */
struct casework {
    struct node *node;
    const struct names *names;
    const struct actor *actor;
    str purpose, reference; /* of access_purposes; a reference where the verb asks for one */
    int64_t now_ms;
    const char *taken; /* of a look that leaves as a document: "pdf"; in the leaf's detail. NULL: it stays on the screen */
};

/* A record that is added or changed. */
struct casefile_change {
    bool exists;                /* record.id is there already: then typed says what the form sent */
    struct record record;       /* new: unit, values, about, due_ms, assignee, done. exists: id, due_ms, assignee, done */
    int about_index;            /* new: 1 + the index of the change that adds the person it tells of; 0: record.has_about says */
    bool adopts;                /* new person: she is known already under record.identity */
    struct record_typed typed;  /* exists */
    bytes attached;             /* of a new attachment */
    /* filled: */
    struct record_conflict *conflicts; /* typed.n_shown at most, from arena */
    size_t n_conflicts;
};

#define CASEFILE_CHANGES_MAX 200

/* A new file; the first change is the file's own record, the others are in it. The actor answers for it. file: its id, filled. */
MUST_USE int casefile_new(const struct casework *w, struct arena *a, struct casefile_change changes[], size_t n, uint8_t file[static ID_LEN], struct err *err);
/* Adds and changes. ERR_EXISTS: somebody else changed a field meanwhile: conflicts are filled, nothing is written. */
MUST_USE int casefile_write(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, struct casefile_change changes[], size_t n, struct err *err);

/* The same within an act of the caller's, for many files at once: index collects the persons (search_writer_finish after the commit). old,
 * where identities that no longer hold are noted for search_forget, has room for n. member: who answers for it. */
struct casefile_indexing { struct search_writer *writer; struct vault_id *old; size_t n_old; };
MUST_USE int casefile_make(struct node *node, int64_t now_ms, const uint8_t member[static ID_LEN], struct arena *a, struct casefile_change changes[], size_t n,
                       uint8_t file[static ID_LEN], struct casefile_indexing *indexing, struct err *err);

/* A person's next version, within an act of the caller's: what search and the blind question know of her follows, as in casefile_write. */
MUST_USE int casefile_person_replace(struct node *node, struct arena *a, int64_t now_ms, const uint8_t by[static ID_LEN], const struct record *stored,
                                     struct record *merged, struct casefile_indexing *indexing, struct err *err);
/* Around such an act, with room for n persons: before it; first in its function, which may run more than once; behind it, done: it was committed. */
MUST_USE int casefile_indexing_new(const struct casework *w, struct arena *a, size_t n, struct casefile_indexing *out, struct err *err);
void casefile_indexing_again(struct casefile_indexing *indexing);
void casefile_indexing_end(const struct casework *w, struct arena *a, struct casefile_indexing *indexing, bool done);

struct casefile {
    uint8_t id[ID_LEN];
    unsigned relation, state; /* of whoever looks; FILE_* */
    struct record *records;   /* the file's own first */
    size_t n, withheld;       /* withheld: records that this purpose may not have (firewall.h); a file and persons among them are here, empty */
    struct access_part *parts;
    size_t n_parts;
};
/* Everything in it, from arena. ERR_DENIED: no part in it; ERR_NOT_FOUND. */
MUST_USE int casefile_look(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, struct casefile *out, struct err *err);
/* One record and its earlier versions, the newest first. */
MUST_USE int casefile_history(const struct casework *w, const uint8_t file[static ID_LEN], const uint8_t record[static ID_LEN], struct arena *a,
                          struct record *now, struct record **earlier, size_t *n, struct err *err);
/* The bytes of an attachment, from arena. */
MUST_USE int casefile_attachment(const struct casework *w, const uint8_t file[static ID_LEN], const uint8_t record[static ID_LEN], struct arena *a,
                             struct record *out, bytes *content, struct err *err);

MUST_USE int casefile_state_set(const struct casework *w, const uint8_t file[static ID_LEN], unsigned state, struct err *err);
/* Gives a member a part; relation 0 takes it away. ERR_USAGE: a file needs somebody who answers for it. */
MUST_USE int casefile_part_set(const struct casework *w, const uint8_t file[static ID_LEN], const uint8_t member[static ID_LEN], unsigned relation, struct err *err);

/* A member's files, newest change first, before a time (INT64_MAX: from the newest): their own records, opened. One act for the list. */
struct casefile_entry { struct record record; unsigned relation, state; };
MUST_USE int casefile_list(const struct casework *w, int64_t before_ms, size_t max, struct arena *a, struct casefile_entry **out, size_t *n, struct err *err);
/* Her tasks that are not done, soonest first. */
MUST_USE int casefile_tasks(const struct casework *w, size_t max, struct arena *a, struct casefile_entry **out, size_t *n, struct err *err);

/* "7KQ2-M4XP": what people call a file by; from its id. From arena. */
str casefile_number(struct arena *a, const uint8_t id[static ID_LEN]);
/* When a task is due by its fields: cmt_TaskClock from now, or the end of cmt_TaskDue (UTC); 0: no clock. */
int64_t casefile_task_due(const struct record *task, int64_t now_ms);

#endif
