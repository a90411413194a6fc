/* record_form: forms over the field table: a page names the fields, and gets inputs with words, checks, errors, and what was typed back.
 *
 *     static const char *const who[] = {"prs_FirstName", "prs_Birthdate", NULL};
 *     struct record_form f = {.unit = FIELD_OF_PERSON, .only = who};
 *     record_form_fill(p, &f, &record);                      // GET: from what is stored (NULL: empty)
 *     ok = record_form_read(p, &f, &p->form);                // POST: checked; f.typed is for casefile_write, f.values for a new record
 *     {{use record_form(&v->form)}}                          // in a template
 *
 * With several errors all are shown, each at its input and in the summary. Not here: what becomes of it (page_record.c, page_file_new.c).
 */
#ifndef COMITY_WEB_RECORD_FORM_H
#define COMITY_WEB_RECORD_FORM_H

#include "face/web/layout.h"
#include "work/cases/record.h"

enum form_input_kind { INPUT_LINE, INPUT_AREA, INPUT_SELECT, INPUT_CHECKS, INPUT_RADIOS };

/* One line of text; a field that repeats has several. */
struct form_text { str id, value; };

struct form_input {
    const struct layout *page;
    const struct field *field;
    const char *name, *label, *hint;  /* name: of the field; label, hint: messages */
    enum form_input_kind kind;
    struct form_text *texts;          /* INPUT_LINE, INPUT_AREA: one at least */
    size_t n_texts;
    struct choice *choices;           /* the others */
    size_t n_choices;
    const char *inputmode, *autocomplete, *list, *width;
    str error;                        /* empty: none */
    str theirs;                       /* what somebody else wrote meanwhile; empty: no conflict */
};

struct form_section {
    const char *label;                /* message */
    struct form_input *inputs;
    size_t n;
    bool open;                        /* shown at once; else folded */
};

struct record_form {
    enum field_unit unit;
    const char *const *only;          /* names of fields, ended by NULL, in the order they are shown; NULL: all of the unit but deprecated ones */
    bool flat;                        /* one section without a heading */
    /* filled: */
    struct form_section *sections;
    size_t n_sections;
    bool countries;                   /* some input offers the list of countries */
    struct choice *country_list;
    size_t n_countries;
    int64_t base;                     /* version of the record that is shown */
    bool conflict;                    /* another has changed the same: choose */
    struct record_typed typed;        /* after reading */
    struct record_value *values;
    size_t n_values, n_errors;
};

struct page;
void record_form_fill(struct page *p, struct record_form *f, const struct record *r);
struct form;
/* From what a form sent; true: all of it can be stored. Else page_error has been called and the form can be shown again. */
bool record_form_read(struct page *p, struct record_form *f, const struct form *sent);
/* Shows what was typed earlier (a draft), unchecked. */
void record_form_restore(struct page *p, struct record_form *f, const struct form *sent);
/* Shows what casefile_write found (ERR_EXISTS). */
void record_form_conflicts(struct page *p, struct record_form *f, const struct record_conflict conflicts[], size_t n);
/* What a person reads of a value: the words of a code, a date as the language has it, the name of a country. From arena. */
str record_words(struct page *p, const struct field *field, str value);

#endif
