/* import: a table of persons comes into the node: one file, one act, one transaction, one leaf.
 *
 * What: reads the file twice (first for the order of day and month, then for good), puts each good row into the vault, reports
 *       each bad row, and adds the new persons to the search index. A row that is there already is counted, not stored again.
 * Why:  an agency's first hour with Comity is this one; half an import is worse than none.
 *
 *     struct import_options o = {.path = "residents.csv", .columns = {.today = today}, .actor = &operator, .now_ms = now};
 *     import_run(node, names, &o, arena, &result, err);
 *     // result.added, .known, .bad; the process may be killed at any moment: then nothing has been imported
 *
 * Not here: printing (face/cli/cmd_import.c), what a column means (columns.h).
 */
#ifndef COMITY_CASES_IMPORT_H
#define COMITY_CASES_IMPORT_H

#include "trust/act/act.h"
#include "trust/names/names.h"
#include "work/cases/columns.h"

#define IMPORT_PREVIEW 3
#define IMPORT_PIPE_MAX ((size_t)1 << 30) /* bytes of standard input, which is kept in memory; a file can be of any size */

struct import_options {
    const char *path;     /* "-": standard input */
    const char *encoding; /* NULL: UTF-8, or what the byte order mark says */
    struct columns_options columns;
    const struct actor *actor;
    int64_t now_ms;
    /* Called for each bad row, in order. ERR_* stops the import: nothing goes in. */
    int (*bad_row)(void *arg, int64_t line, const char *text, struct err *err);
    /* The transaction begins, or begins anew after it lost a race: forget the bad rows so far. */
    int (*restart)(void *arg, struct err *err);
    void (*progress)(void *arg, int64_t rows, int64_t offset, int64_t size); /* bytes read; size 0: not known */
    void *arg; /* the three may be NULL */
};

struct import_column {
    str header; /* from arena */
    enum columns_field field;
};

struct import_result {
    int64_t rows; /* behind the header, good and bad */
    int64_t added, known, bad;
    struct import_column *columns; /* all of the header, in its order */
    size_t n_columns;
    bool htcds;
    str undecided;                 /* header of a date column whose order nothing decided: read with the day first. Or empty */
    struct identity preview[IMPORT_PREVIEW]; /* the first good rows */
    size_t n_preview;
};

/* fills result, its lists from arena. ERR_INPUT or ERR_USAGE: nothing could be read (no header, a wrong map). */
MUST_USE int import_run(struct node *node, const struct names *names, const struct import_options *options, struct arena *a,
                        struct import_result *result, struct err *err);

/* The same without a node: what would be read. added is the number of good rows, known is 0: whether the node has a person is
 * not told, as that would be a look that no log knows of. */
MUST_USE int import_preview(const struct import_options *options, struct arena *a, struct import_result *result, struct err *err);

#endif
