/* zip_write: a ZIP archive as it is written, in constant memory and never on a disk.
 *
 * What: files one after the other, each compressed while its bytes come; its length and checksum follow behind it (PKWARE APPNOTE 4.3.9).
 * Why:  an export of a hundred thousand cases leaves as it is made; in the clear it exists nowhere but on the line.
 *
 *     struct zip_write *z = zip_write_open();
 *     zip_write_begin(z, out, "xl/workbook.xml");  zip_write_data(z, out, bytes);  zip_write_end(z, out);      // as often as needed
 *     if (zip_write_finish(z, out, &err) < 0) ...  zip_write_close(z);
 *
 * out takes what is ready; the caller empties it when it likes. Not here: archives or files of 4 GB and more, encryption, folders.
 */
#ifndef COMITY_ZIP_WRITE_H
#define COMITY_ZIP_WRITE_H

#include "ground/base/base.h"

#define ZIP_WRITE_FILES 1024 /* as many as zip_read.h takes */

struct zip_write;

struct zip_write *zip_write_open(void);
void zip_write_close(struct zip_write *z); /* NULL is allowed */

/* name: ASCII, there until zip_write_close, at most 100 letters; at most ZIP_WRITE_FILES of them. One file at a time. */
void zip_write_begin(struct zip_write *z, struct buf *out, const char *name);
void zip_write_data(struct zip_write *z, struct buf *out, bytes data);
void zip_write_end(struct zip_write *z, struct buf *out);
/* The directory at the end. ERR_LIMIT: more than 4 GB went in or came out, or the compressor failed; what was written is no archive. */
MUST_USE int zip_write_finish(struct zip_write *z, struct buf *out, struct err *err);

#endif
