/* zip_read: the files of a ZIP archive in memory, strictly.
 *
 * What: reads the directory at the archive's end, checks every offset and length, and inflates one file piece by piece.
 * Why:  workbooks come from anybody's mail. What two readers could read differently is refused: archives with something before or behind,
 *       files that overlap, names that occur twice, lengths that do not hold.
 *
 *     struct zip_read *z;
 *     if (zip_read_open(content, &z, err) < 0) ...
 *     if ((i = zip_read_find(z, STR("xl/workbook.xml"))) >= 0 && zip_read_file(z, i, &err) == 0)
 *         while ((n = zip_read_data(z, to, sizeof to, &err)) > 0) ...
 *     zip_read_close(z);
 *
 * A bomb is harmless: nothing is inflated but what is asked for, piece by piece, and not more than ZIP_READ_FILE_MAX of a file.
 * Not here: encryption, several disks, other methods than "stored" and "deflated", archives of 4 GB and more.
 */
#ifndef COMITY_ZIP_READ_H
#define COMITY_ZIP_READ_H

#include "ground/base/base.h"

#define ZIP_READ_FILES 1024
#define ZIP_READ_FILE_MAX ((uint64_t)1 << 31)

struct zip_read;

/* Borrows content until zip_read_close. ERR_INPUT says what is wrong, ERR_LIMIT: more than ZIP_READ_FILES. */
MUST_USE int zip_read_open(bytes content, struct zip_read **out, struct err *err);
void zip_read_close(struct zip_read *z); /* NULL is allowed */

/* Every field of it that tells a reader nothing is as zip_write.h writes it. ERR_INPUT. What can still differ is how deflate says the same
 * bytes (fill bits, another of two equal matches): what a file holds does not. */
MUST_USE int zip_read_plain(const struct zip_read *z, struct err *err);
size_t zip_read_count(const struct zip_read *z);
str zip_read_name(const struct zip_read *z, size_t i); /* in the order of names */
int zip_read_find(const struct zip_read *z, str name); /* its index, or -1. ASCII case is ignored, as OPC does (ECMA-376 part 2) */
/* From now on zip_read_data gives this file from its beginning. */
MUST_USE int zip_read_file(struct zip_read *z, int index, struct err *err);
/* The next bytes, 0 at the end, ERR_INPUT: damaged (length or checksum do not hold), ERR_LIMIT: longer than ZIP_READ_FILE_MAX. */
MUST_USE int64_t zip_read_data(struct zip_read *z, uint8_t *to, size_t max, struct err *err);

uint32_t zip_read_packed(const struct zip_read *z); /* bytes of this file in the archive, and how many of them have been read */
uint32_t zip_read_taken(const struct zip_read *z);

#endif
