/* elements: the elements of the offence of trafficking, and what of a file's records points to each.
 *
 * What: act, means and purpose with their parts, as the Palermo Protocol and EU law name them; a table of which codes of which fields point
 *       to which part; and the sorting of a file's facts by it.
 * Why:  a prosecutor must show all three (for a child: act and purpose), and wants to see early for which there is nothing yet.
 *
 *     const struct element_fact facts[] = {{.field = STR("vic_MethodsOfControl"), .value = STR("WithholdsDocuments"), .record = 0}};
 *     struct element_sheet sheet = elements_sheet(a, facts, 1, ELEMENT_CHILD_NO);
 *     sheet.of[ELEMENT_COERCION].n;          // 1: record 0
 *
 * Pure. It shows what is recorded and what is not; it decides nothing: what points to an element need not prove it, and what is not
 * recorded may still be so. Not here: reading records, pages.
 */
#ifndef COMITY_CASES_ELEMENTS_H
#define COMITY_CASES_ELEMENTS_H

#include "work/cases/fields.h"

enum element_group { ELEMENT_ACT, ELEMENT_MEANS, ELEMENT_PURPOSE, ELEMENT_GROUPS };

enum element_id {
    ELEMENT_RECRUITMENT, ELEMENT_TRANSPORTATION, ELEMENT_TRANSFER, ELEMENT_HARBOURING, ELEMENT_RECEIPT,
    ELEMENT_FORCE, ELEMENT_COERCION, ELEMENT_ABDUCTION, ELEMENT_FRAUD, ELEMENT_DECEPTION, ELEMENT_ABUSE_OF_POWER,
    ELEMENT_ABUSE_OF_VULNERABILITY, ELEMENT_PAYMENTS,
    ELEMENT_SEXUAL_EXPLOITATION, ELEMENT_FORCED_LABOUR, ELEMENT_SLAVERY, ELEMENT_SERVITUDE, ELEMENT_ORGANS, ELEMENT_CRIMINAL_ACTIVITIES,
    ELEMENT_SURROGACY, ELEMENT_FORCED_MARRIAGE, ELEMENT_ILLEGAL_ADOPTION,
    ELEMENTS,
    ELEMENT_NONE = ELEMENTS /* in a rule: the code says nothing of an element */
};

struct element {
    const char *name;          /* as stored, where a member ties a record to it by hand (the codes of cmt_Element and its like) */
    enum element_group group;
    const char *label, *source; /* message ids; source: the law that names it */
};
extern const struct element elements[ELEMENTS]; /* those of a group stand together */
extern const char *const element_group_label[ELEMENT_GROUPS];

/* Which code points to which element, and why. */
struct element_rule {
    const char *field;
    const char *code; /* NULL: any value */
    enum element_id element;
    const char *why;  /* for readers of the table */
};
extern const struct element_rule element_rules[];
extern const size_t n_element_rules;

struct element_fact {
    str field, value;  /* value as stored: codes with a space between two */
    size_t record;     /* the caller's number for where it stands */
};

struct element_evidence {
    size_t record;
    const struct field *field;     /* NULL: tied by hand */
    const struct field_code *code; /* NULL: the value has no code */
};

enum element_child { ELEMENT_CHILD_UNKNOWN, ELEMENT_CHILD_YES, ELEMENT_CHILD_NO };

struct element_sheet {
    struct { struct element_evidence *evidence; size_t n; } of[ELEMENTS];
    size_t shown[ELEMENT_GROUPS];  /* elements of the group with evidence */
    enum element_child child;      /* yes: means are not needed (Palermo Protocol, article 3(c)) */
};

/* Sorts facts in their order; the same record is named once for an element and code. From arena. */
struct element_sheet elements_sheet(struct arena *a, const struct element_fact *facts, size_t n, enum element_child child);

/* Whether a person was under 18: what was recorded of it ("yes", "no"; else ask the dates), or the dates as far as they are sure. */
enum element_child elements_child(str recorded, struct date born, struct date at);

const struct element *element_find(str name); /* NULL if there is none */

#endif
