/* cmd_link_lists: CSV files for `comity link`: two lists of persons, and a list of true pairs. */
#ifndef COMITY_CLI_CMD_LINK_LISTS_H
#define COMITY_CLI_CMD_LINK_LISTS_H

#include "face/cli/cli.h"
#include "trust/names/identity.h"

struct list {
    struct identity *people; /* source_id is the id column's */
    size_t n;
    int64_t bad_rows;        /* that cannot be read, or tell nothing of a person */
    struct err first_bad;    /* of those, the first reason; code 0 if there is none */
};

/* Reads a list. columns is the --columns text ("given=FIRST NAME,born=DOB"), id the name of the id column. From arena.
 * ERR_USAGE for a field nobody knows; ERR_INPUT for a column that is not there (and which are), an id that stands twice or is
 * empty, a file without rows. */
MUST_USE int list_read(const char *path, const char *columns, const char *id, struct arena *a, struct list *out, struct err *err);

/* An index from id to place in the list, for ids that are looked up often. */
struct list_index;
struct list_index *list_index_new(struct arena *a, const struct list *list);
bool list_index_find(const struct list_index *index, str id, uint32_t *place);

/* The pairs of places (asker's, holder's) that a file of two id columns names, in either order of the columns, sorted, each
 * once. Ids that neither list has are counted in *unknown, and are no pairs. */
struct truth { uint64_t *pairs; size_t n; int64_t unknown; };
MUST_USE int truth_read(const char *path, const struct list_index *asker, const struct list_index *holder, struct arena *a,
                        struct truth *out, struct err *err);
bool truth_has(const struct truth *truth, uint32_t asked, uint32_t record);

#endif
