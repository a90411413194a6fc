/* table: the rows of a rota's table as people see them: listed, one taken out, one put behind. What they mean is book.h's.
 *
 *     rota_table_rows(a, text, &rows, &n, err);
 *     text = rota_table_without(a, rows, n, 12);                       // the row that began on line 12
 *     text = rota_table_with(a, text, (str[]){STR("leave"), name, from, to}, 4);
 */
#ifndef COMITY_ROTA_TABLE_H
#define COMITY_ROTA_TABLE_H

#include "ground/base/base.h"

struct rota_row { int64_t line; str *cells; size_t n; };

/* Rows that cannot be read are left out: rota_book_read says which. From arena. */
MUST_USE int rota_table_rows(struct arena *a, bytes text, struct rota_row **out, size_t *n, struct err *err);
str rota_table_without(struct arena *a, const struct rota_row *rows, size_t n, int64_t line);
str rota_table_with(struct arena *a, bytes text, const str cells[], size_t n);

#endif
