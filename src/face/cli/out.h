/* out: results for programs (JSON) and for people (aligned tables), written into a struct buf.
 *
 *     struct out o = out_json(&text);
 *     out_object(&o, NULL);
 *     out_int(&o, "size", size);
 *     out_array(&o, "leaves"); out_text(&o, NULL, leaf); out_end(&o);
 *     out_end(&o);                       // {"size":7,"leaves":["..."]}\n
 *     return cli_print(cli, buf_str(&text));
 *
 * A long list: print and empty the buf (text.len = 0) between two values; the writer only remembers the nesting.
 * Not here: reading JSON (ground/json), localisation.
 */
#ifndef COMITY_CLI_OUT_H
#define COMITY_CLI_OUT_H

#include "ground/base/base.h"

#define OUT_DEPTH_MAX 15

struct out {
    struct buf *buf;
    int depth;
    char closing[OUT_DEPTH_MAX + 1]; /* '}' or ']' for each open level */
    bool begun[OUT_DEPTH_MAX + 1];   /* a value stands on this level: the next needs a comma */
};

struct out out_json(struct buf *buf); /* borrows buf */

/* key is NULL within an array and at the top, else the member's name. After the top value closes, a newline is written. */
void out_object(struct out *o, const char *key);
void out_array(struct out *o, const char *key);
void out_end(struct out *o); /* closes the innermost object or array */
/* Invalid UTF-8 becomes U+FFFD: the output is valid JSON whatever the input. */
void out_text(struct out *o, const char *key, str value);
void out_int(struct out *o, const char *key, int64_t value);
void out_double(struct out *o, const char *key, double value, int decimals); /* not finite: null */
void out_bool(struct out *o, const char *key, bool value);
void out_null(struct out *o, const char *key);

/* A table for people. Columns are as wide as their widest cell, by what a terminal shows (East Asian wide, combining).
 * Control characters in cells are shown as "?": data cannot steer the terminal. */
struct table;

/* headings: n of them; one that begins with '>' makes a right-aligned column. Copies nothing: headings are literals. */
struct table *table_new(struct arena *a, const char *const headings[], int n);
void table_cell(struct table *t, str text); /* row by row, left to right; copies */
void table_cellf(struct table *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
void table_write(const struct table *t, struct buf *buf);

#endif
