/* multipart: a form with files: multipart/form-data, as text fields and files.
 *
 * What: the whole body, in memory, becomes the same pairs as any other form (form.h) and a list of files, whose bytes stay where they are.
 * Why:  strict, since what one reader takes and another passes over is how files slip past checks: one shape, that of browsers, is read.
 *
 *     if (multipart_parse(arena, text, request->header.content_type, request->body, &form, &files, err) < 0) ...
 *     const struct form_file *file = form_file(&files, "attachment");      // NULL when none was chosen
 *     keep(file->name, file->type, file->content);
 *
 * Format: RFC 7578 and RFC 2046 section 5.1, as the URL and HTML Living Standards write it. Refused: text before the first and behind the last
 * delimiter, filename*, transfer encodings, folded or repeated headers. Time is linear in the size of the body. Pure.
 * A file's name and type are what the sender says: neither tells what the bytes are.
 * Not here: parts within parts, files that do not fit into memory.
 */
#ifndef COMITY_HTTP_MULTIPART_H
#define COMITY_HTTP_MULTIPART_H

#include "ground/http/form.h"
#include "ground/text/text.h"

#define MULTIPART_FILES_MAX 20
#define MULTIPART_NAME_MAX 200           /* bytes of a file's name; a longer one is shortened before its ending */
#define MULTIPART_TEXT_MAX (1024 * 1024) /* bytes of all text fields */

struct form_file {
    str field;
    str name;      /* NFC, behind the last / or \, without control and direction characters; "file" if nothing is left */
    str type;      /* "image/png", lower case, without parameters; "application/octet-stream" if none was given */
    bytes content; /* borrows from the body */
};
struct form_files {
    struct form_file *all; /* in the order they were sent; a file field without a chosen file is not among them */
    size_t n;
};

bool multipart_is(str content_type); /* whether it is multipart/form-data */

/* Fills both, from arena. ERR_INPUT: not of this form, or a text field that form_parse would refuse; ERR_LIMIT: more fields, files or text
 * than the bounds above. */
MUST_USE int multipart_parse(struct arena *a, const struct text *text, str content_type, bytes body, struct form *form, struct form_files *files,
                             struct err *err);
const struct form_file *form_file(const struct form_files *files, const char *field); /* the first of that field, or NULL */

#endif
