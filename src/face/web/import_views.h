/* import_views: what the templates of import.html show. Filled by page_import.c. */
#ifndef COMITY_WEB_IMPORT_VIEWS_H
#define COMITY_WEB_IMPORT_VIEWS_H

#include "face/web/layout.h"

struct import_line { str id, name, time; const char *state; };
struct imports_view {
    const struct layout *page;
    struct import_line *lines;
    size_t n;
    struct choices encodings, kinds;
};

struct import_column_line { str header, name, taken; /* taken: of an import of files */ const struct choice *all; size_t n; };
struct import_person_line { str name, born, sex, documents, phones, places; };
struct import_bad_line { int64_t line; str text; };

struct import_view {
    const struct layout *page;
    str id, name;
    const char *state;       /* message */
    bool moves;              /* it is read or waits: look again in a moment */
    bool reads;              /* with these: */
    int64_t rows, percent, left_s, ahead; /* left_s below 0: not known yet */
    bool files;              /* it becomes files */
    bool checked, unmapped, can_start, done, stopped;
    str error;
    int64_t good, bad, added, known;
    struct import_column_line *columns;
    size_t n_columns;
    struct choices encodings;
    struct import_person_line *persons;
    size_t n_persons;
    struct import_bad_line *bad_lines;
    size_t n_bad_lines;
    int64_t more_bad;        /* than these */
    str undecided;
};

#endif
