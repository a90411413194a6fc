/* rules: the tables that say how names are written, as text files that a linguist can read and correct.
 *
 * What: loads src/trust/names/rules/NAME.txt (built into the program) into maps from letters to readings.
 * Why:  a rule is data: it has a source, it can be questioned, and changing one changes names_ruleset().
 *
 *     # thai.txt                          a comment runs from a free-standing # to the end of the line
 *     [initials]                          a section: one map
 *     ก    k          # RTGS              key, white space, then the values, likeliest first; "-" is the empty value
 *     ทร   s thr
 *
 *     const struct rules *initials = rules_section(names_rules(n), "thai.txt", "initials");
 *     const struct rule *r = rules_longest(initials, text, len);   // the longest key that text starts with
 *     if (r) { ... r->value[0] ...; text += r->key_len; }
 *
 * A key is read in NFC and may not hold white space. A key twice in one section is an error, as is a value too many.
 * Not here: what a table means. That stands at the head of each file and in the code that reads it.
 */
#ifndef COMITY_NAMES_RULES_H
#define COMITY_NAMES_RULES_H

#include "ground/base/base.h"
#include "ground/base/embedded.h"

struct names;

#define RULES_KEY_MAX 32    /* code points in a key */
#define RULES_VALUES_MAX 40 /* values in a rule */

struct rule {
    const uint32_t *key; /* code points */
    size_t key_len;
    str *value; /* n_values of them */
    size_t n_values;
    size_t line;
};

struct rules; /* one section of one file */

struct rules_set; /* all files */

/* Parses files[0..n_files). Returns 0, or ERR_CORRUPT with "thai.txt:12: what is wrong". Everything from arena. */
MUST_USE int rules_open(struct arena *a, const struct embedded *const files[], size_t n_files, struct rules_set **out, struct err *err);

/* First eight hex digits that stand for the content of all files: equal content, equal digits. */
uint32_t rules_digest(const struct rules_set *set);

/* A section, or NULL when the file or the section does not exist. A walk over some sixty names: fetch once per text, not per letter. */
const struct rules *rules_section(const struct rules_set *set, const char *file, const char *section);

size_t rules_count(const struct rules *r);
const struct rule *rules_at(const struct rules *r, size_t i); /* in the order of the file */

/* The rule whose key is exactly the len code points of text, or NULL. r may be NULL. */
const struct rule *rules_get(const struct rules *r, const uint32_t *text, size_t len);

/* The rule with the longest key that text starts with, or NULL. r may be NULL. */
const struct rule *rules_longest(const struct rules *r, const uint32_t *text, size_t len);

/* rules_get for a key that is ASCII. */
const struct rule *rules_get_ascii(const struct rules *r, str key);

/* The set that names_open loaded. */
const struct rules_set *names_rules(const struct names *n);

#endif
