/* file_views: what the pages of files show. Filled by page_files.c, page_file.c, page_file_new.c and page_record.c. */
#ifndef COMITY_WEB_FILE_VIEWS_H
#define COMITY_WEB_FILE_VIEWS_H

#include "face/web/record_form.h"

/* --- lists --- */

struct file_row { str id, number, title, changed, part; bool closed; };
struct task_row { str id, file, what, due; bool overdue; };
struct files_view {
    const struct layout *page;
    struct file_row *rows;
    size_t n;
    str older;               /* query of the next page, or empty */
    struct task_row *tasks;
    size_t n_tasks;
    struct file_row *drafts; /* id: the address to go on at */
    size_t n_drafts;
};

/* --- a file --- */

struct shown_line { const char *label; str value; };
struct shown_record {
    str id, title, kind, time, by, about, text;
    const char *unit;        /* "note": in addresses */
    struct shown_line *lines;
    size_t n_lines;
    bool alert;              /* a safety alert, a person who must not be called */
    bool done, overdue;      /* of a task */
    str due;
    str identity;            /* of a person: for the blind question */
    int64_t version;
};
struct shown_list { struct shown_record *all; size_t n; };
struct counters_view { int64_t interviews, minutes, exams; };
struct team_row { str id, name; const char *part; bool lead; };
struct add_link { const char *unit, *label; bool often; };

struct file_view {
    const struct layout *page;
    str id, number, title, opened, changed;
    const char *part;        /* of whoever looks: message */
    bool stopped; /* for whatever goes against a person of it */
    bool closed, may_write, may_head, bundles, glass;
    struct shown_line *lines;
    size_t n_lines;
    struct counters_view *counters; /* of the persons, in their order: everywhere */
    struct shown_list persons, tasks, story, attachments, others;
    struct team_row *team;
    size_t n_team;
    struct choices members;  /* whom a part can be given */
    const struct add_link *add; /* ends with a NULL unit */
    str printed;             /* of the printed summary: when and by whom */
};

/* --- a record --- */

struct version_row { str time, by; struct shown_line *lines; size_t n_lines; int64_t version; };
struct record_view {
    const struct layout *page;
    str file, number, id, address, title;
    const char *unit, *heading, *button;
    bool is_new, attaches, may_write;
    struct record_form form;
    struct choices about;    /* which person of the file it tells of; n 0: is not asked */
    struct choices assignee; /* of a task */
    bool has_done, done;
    str draft;               /* when what is shown was kept; empty: it is no draft */
    struct version_row *versions;
    size_t n_versions;
    bool is_person;          /* counters: how often she was interviewed, everywhere */
    struct counters_view counters;
};

/* --- a new file, in three steps --- */

struct new_file_view {
    const struct layout *page;
    int step;                /* 1 .. 3 */
    struct record_form form; /* steps 1 and 2 */
    struct shown_line *lines; /* step 3: what was typed */
    size_t n_lines;
    struct hit_row *known;   /* step 3: perhaps the same person */
    size_t n_known;
    str draft;
    str adopt;               /* of a person known already */
};

#endif
