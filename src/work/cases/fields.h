/* fields: everything that can be said in a record, as data: one table, read by pages, checks, exports.
 *
 * What: the fields of HTCDS 2.0 (the standard's names and codes, three deprecated ones included) and Comity's own (cmt_), each with its unit,
 *       section, words, type and codes; and the check that turns what a person typed into the one form that is stored.
 * Why:  a field is added by a line here, not in every page and export.
 *
 *     const struct field *f = field_find(STR("prs_Birthdate"));
 *     if (field_check(f, &rules, a, STR("๕ มี.ค. ๒๕๓๓"), &normal, err) < 0) show(err->text);
 *     // normal is "1990-03-05"
 *
 * section, label, hint and the labels of codes are message ids of the catalogues. HTCDS is by UNMigration (CC BY 4.0).
 * Not here: where values are stored, who may see them, the names of an import's columns (columns.h).
 */
#ifndef COMITY_CASES_FIELDS_H
#define COMITY_CASES_FIELDS_H

#include "ground/text/text.h"

enum field_unit {
    FIELD_OF_PERSON, FIELD_OF_FILE, FIELD_OF_EVENT, FIELD_OF_REFERRAL, FIELD_OF_PLAN, FIELD_OF_PERPETRATOR, FIELD_OF_ORGANISATION,
    FIELD_OF_CONSENT, FIELD_OF_SCREENING, FIELD_OF_DECISION, FIELD_OF_NOTE, FIELD_OF_TASK, FIELD_OF_ATTACHMENT,
    FIELD_OF_ALLEGATION, FIELD_OF_RULING, /* work/shield */
    FIELD_OF_TRANSCRIPT, /* of a recording: work/statements */
    FIELD_OF_RELEASE, /* release.h */
    FIELD_OF_INTERVIEW, FIELD_OF_QUESTION, /* work/interviews */
    FIELD_UNITS
};

/* What is stored, behind each: */
enum field_type {
    FIELD_TEXT,     /* one line of at most FIELD_TEXT_MAX bytes */
    FIELD_LONG,     /* lines of at most FIELD_LONG_MAX bytes in all, ended by \n */
    FIELD_DATE,     /* 1990-03-05, 1990-03 or 1990: as exact as it is known; never in the future unless FIELD_FUTURE */
    FIELD_CODE,     /* one value of codes */
    FIELD_CODES,    /* values of codes in their order, with a space between two */
    FIELD_NUMBER,   /* 0 to 999,999 */
    FIELD_DECIMAL,  /* digits with at most one point, and a minus in front where it is below 0 */
    FIELD_PHONE,    /* E.164: +66812345678 */
    FIELD_COUNTRY,  /* ISO 3166-1 alpha-2: TH */
    FIELD_LANGUAGE, /* ISO 639, two or three letters: km */
    FIELD_CURRENCY, /* ISO 4217: THB */
    FIELD_YES_NO,   /* yes, no, unknown; unknown was asked and is not known, empty was not asked */
    FIELD_TYPES
};

enum {
    FIELD_PERSONAL = 1,   /* tells something about a person: only ever stored sealed */
    FIELD_CORE = 2,       /* of the core of HTCDS */
    FIELD_DEPRECATED = 4, /* read and kept when it comes, not offered for input */
    FIELD_REPEATS = 8,    /* may have several values; each is checked on its own */
    FIELD_FUTURE = 16,    /* a date that may lie ahead */
};

#define FIELD_TEXT_MAX 1000
#define FIELD_LONG_MAX 20000

struct field_code {
    const char *value; /* as stored and exported */
    const char *label;
};

struct field {
    const char *name; /* as stored and exported: "prs_FirstName" */
    enum field_unit unit;
    enum field_type type;
    unsigned flags;
    const struct field_code *codes; /* ends with a NULL value; NULL for types without codes */
    const char *section, *label;
    const char *hint; /* or NULL */
};

extern const struct field fields[]; /* in the order in which they are shown; those of a unit stand together */
extern const size_t n_fields;

const struct field *field_find(str name); /* NULL if there is none */
const struct field *field_first(enum field_unit unit); /* of the unit's; the others stand behind it, up to that of another unit or fields + n_fields */
const struct field_code *field_code_find(const struct field *field, str value);

/* What a check needs to know. */
struct field_rules {
    const struct text *text;
    struct date today;
};

/* The form of in that is stored; from arena. Empty or blank text is allowed and gives the empty string: nothing is said. Digits of all
 * scripts, dates of the Buddhist era and day-first dates are read. Checking what was stored gives the same again.
 * ERR_INPUT: it cannot be read; the sentence says what to write and never repeats what was written. */
MUST_USE int field_check(const struct field *field, const struct field_rules *rules, struct arena *a, str in, str *normal, struct err *err);

#endif
