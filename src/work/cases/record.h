/* record: one thing that is said in a file: the file itself, a person, an event, a note, a task, an attachment, a consent.
 *
 * What: values of the field table (fields.h), each with the version in which it became what it is; its bytes; what search knows of a
 *       person's record; and the merge of what a form sent with what others wrote meanwhile.
 * Why:  one shape serves pages, imports and exports: a new field is a line of a table, and two edits of one field are both kept.
 *
 *     str first = record_text(&r, "prs_FirstName");                // empty when nothing is said
 *     struct identity who = record_identity(a, &r);
 *     n = record_merge(a, &stored, &typed, conflicts, &merged);    // 0: merged is what to store
 *
 * Pure. Strings borrow or are from arena, as said. Not here: where records are kept (record_store.h), acts on them (casefile.h).
 */
#ifndef COMITY_CASES_RECORD_H
#define COMITY_CASES_RECORD_H

#include "trust/names/identity.h"
#include "trust/vault/vault.h"
#include "work/cases/fields.h"

#define RECORD_VALUES_MAX 400

struct record_value {
    const struct field *field;
    str text;        /* as field_check gives it; empty: it was taken away in that version */
    int64_t version; /* of the record, in which it became this */
};

struct record {
    uint8_t file[ID_LEN], id[ID_LEN]; /* the same for the record of the file itself */
    enum field_unit unit;
    bool has_about;
    uint8_t about[ID_LEN];            /* the record of the person it tells of */
    bool has_identity;
    struct vault_id identity;         /* of a person: what search and the blind question know of her */
    bool has_attached;
    struct vault_id attached;         /* the bytes of an attachment */
    const char *origin;               /* for what purpose it was obtained: a code, or NULL; kept by the store (firewall.h) */
    bool withheld;                    /* the act's purpose may not have it: nothing of it is here but that it is */
    int64_t version;                  /* from 1 */
    uint8_t by[ID_LEN];               /* the member who wrote this version */
    int64_t made_ms, changed_ms;
    int64_t due_ms;                   /* of a task; 0: no clock runs */
    bool has_assignee;
    uint8_t assignee[ID_LEN];         /* of a task */
    bool done;
    struct record_value *values;      /* of a field that repeats, in their order, together */
    size_t n;
};

/* The first value, or empty. */
str record_text(const struct record *r, const char *field);
/* The i-th value that is not empty; false when there are fewer. */
bool record_nth(const struct record *r, const struct field *field, size_t i, str *text);
/* Adds a value, from arena; empty text adds nothing. */
void record_add(struct arena *a, struct record *r, const char *field, str text);

/* What a person reads first: a name, the kind of an event, the first words of a note. From arena or borrowed; may be empty. */
str record_title(struct arena *a, const struct record *r);
/* Of a person's record; no names, no documents and no phones: nothing to find her by. From arena. */
struct identity record_identity(struct arena *a, const struct record *r);
bool identity_is_empty(const struct identity *who);
/* The reverse, for an imported person of whom a file is opened: values of a new record. */
void record_from_identity(struct arena *a, const struct identity *who, struct record *r);

/* The values as bytes, from arena, and back (strings borrow from in). ERR_CORRUPT for what record_encode did not write, or for a field that
 * only a newer program knows. */
bytes record_encode(struct arena *a, const struct record *r);
MUST_USE int record_decode(struct arena *a, bytes in, struct record *r, struct err *err);

/* Two edits of one field. */
struct record_conflict {
    const struct field *field;
    str theirs, mine; /* of a field that repeats: the values, with "; " between two */
};

/* What a form sent. */
struct record_typed {
    const struct field *const *shown; /* the fields that the form had */
    size_t n_shown;
    const struct record_value *values; /* of those fields; a field of shown without a value was emptied */
    size_t n;
    int64_t base;   /* the version that the form showed */
    bool overwrite; /* what others wrote meanwhile was seen: mine counts */
};

/* stored with what was typed, from arena, as version stored->version + 1; *changed: anything differs at all. Gives the number of fields that
 * somebody else changed since base to something else than what was typed: conflicts has room for n_shown; then merged is not to be stored. */
size_t record_merge(struct arena *a, const struct record *stored, const struct record_typed *typed, struct record_conflict conflicts[],
                    struct record *merged, bool *changed);

#endif
