/* import: a table of persons comes into the node.
 *
 * What: reads the file twice (first for the order of day and month, then for good), puts each good row into the vault, reports
 *       each bad row, and adds the new persons to the search index. A row that is there already is counted, not stored again.
 * Why:  an agency's first hour with Comity is this one; half an import is worse than none: one file is one act, one transaction, one leaf.
 *       Beside people at work (rows_per_act) it is many: nobody waits for it, and what it was stopped in the middle of, the same file ends.
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
#define IMPORT_ROWS_PER_ACT 2000 /* others wait about a tenth of a second for it */
#define IMPORT_PIPE_MAX ((size_t)1 << 30) /* bytes of standard input, which is kept in memory; a file can be of any size */

struct import_options {
    const char *path;     /* "-": standard input; NULL: content */
    bytes content;        /* borrowed */
    const char *encoding; /* NULL: UTF-8, or what the byte order mark says */
    struct columns_options columns;
    const struct actor *actor;
    int64_t now_ms;
    size_t rows_per_act;  /* 0: one act for the whole file; else at most IMPORT_ROWS_PER_ACT rows to an act */
    /* Called for each bad row, in order. ERR_* stops the import: nothing goes in. */
    int (*bad_row)(void *arg, int64_t line, const char *text, struct err *err);
    /* The transaction begins, or begins anew after it lost a race: forget the bad rows so far. */
    int (*restart)(void *arg, struct err *err);
    /* bytes read; size 0: not known. ERR_*: it stops; acts that are done are done. */
    int (*progress)(void *arg, int64_t rows, int64_t offset, int64_t size, struct err *err);
    void *arg; /* the three may be NULL */
};

struct import_column {
    str header; /* from arena */
    enum columns_field field;
    const struct field *htcds; /* of an import of files: the field it is; static */
    bool used;                 /* of an import of files */
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

/* fills result, its lists from arena. ERR_INPUT or ERR_USAGE: nothing could be read (no header, a wrong map); result->columns are there if
 * there is a header. */
MUST_USE int import_run(struct node *node, const struct names *names, const struct import_options *options, struct arena *a,
                        struct import_result *result, struct err *err);

/* The same without a node: what would be read. added is the number of good rows, known is 0: whether the node has a person is
 * not told, as that would be a look that no log knows of. */
MUST_USE int import_preview(const struct import_options *options, struct arena *a, struct import_result *result, struct err *err);

#endif
