/* str: text and bytes that carry their length.
 *
 *     str s = STR("Phnom Penh");
 *     if (str_starts(s, STR("Phnom"))) printf("%.*s\n", STR_ARG(s));
 *
 * Not NUL-terminated unless the function that made it says so. UTF-8 by convention, unchecked here (ground/text checks).
 */
#ifndef COMITY_BASE_STR_H
#define COMITY_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ground/base/arena.h"
#include "ground/base/err.h"

typedef struct {
    const char *p;
    size_t len;
} str;

typedef struct {
    const uint8_t *p;
    size_t len;
} bytes;

#define STR(literal) ((str){"" literal "", sizeof(literal) - 1})
#define STR_ARG(s) (int)(s).len, (s).p /* for "%.*s" */

str str_from(const char *cstr); /* borrows a C string; NULL gives the empty str */
bytes str_bytes(str s);
str bytes_str(bytes b);

bool str_eq(str a, str b);
bool str_eq_nocase(str a, str b); /* ASCII only */
int str_cmp(str a, str b);        /* bytewise, shorter first */
bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);
bool str_contains(str s, str part);
str str_slice(str s, size_t from, size_t to); /* clamped to the string */
str str_trim(str s);                          /* ASCII white space off both ends */

/* Cuts s at the first sep: *head gets what is before it, s what is after. False when s was exhausted (NULL p). */
bool str_split(str *s, char sep, str *head);

/* Copies; the copy is from arena and NUL-terminated (the NUL is not counted in len). */
str str_dup(struct arena *a, str s);
bytes bytes_dup(struct arena *a, bytes b);
const char *str_c(struct arena *a, str s); /* a C string from arena; stops at nothing: an inner NUL stays inside */
str str_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3); /* from arena, NUL-terminated */
str str_lower_ascii(struct arena *a, str s);

/* The whole of s as a decimal integer within [min, max]; no spaces, no plus sign, no leading junk. */
bool str_to_int(str s, int64_t min, int64_t max, int64_t *out);
bool str_to_double(str s, double *out); /* plain decimal or exponent form, finite, in the C locale */

/* FNV-1a, 64 bit: for in-memory tables of trusted keys only, never for secrets or outside names. */
uint64_t str_hash(str s);

#endif
