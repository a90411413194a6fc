/* json: documents from outside become typed values, strictly; ours are written in a fixed order.
 *
 * What: a parser (jansson underneath) that refuses duplicate members, invalid UTF-8, NUL, trailing junk, too much depth and
 *       too many bytes; getters that say what was wrong where; a tree to build and to write.
 * Why:  messages between agencies are signed: two readers must never read two different things.
 *
 *     const struct json *root, *points;
 *     if (json_parse(a, "question", body, 16384, &root, err) < 0 || json_get_array(root, "points", &points, err) < 0)
 *         return err->code;                          // "question.points: a list is missing"
 *     str id;
 *     json_get_str(root, "id", 64, &id, err);
 *
 *     struct json *o = json_object_new(a);
 *     json_put_str(o, "agency", name);
 *     str text = json_write(a, o, JSON_ONE_LINE);
 *
 * All values are from the arena that was given to json_parse or json_object_new. Not here: streaming, files, comments.
 */
#ifndef COMITY_JSON_H
#define COMITY_JSON_H

#include "ground/base/base.h"

struct json;

enum json_kind { JSON_IS_NULL, JSON_IS_BOOL, JSON_IS_INT, JSON_IS_REAL, JSON_IS_STR, JSON_IS_ARRAY, JSON_IS_OBJECT };

#define JSON_DEPTH_MAX 24

/* Parses text of at most max bytes; what is the document's name in errors. ERR_LIMIT above max or JSON_DEPTH_MAX,
 * ERR_INPUT with line and column on anything that is not one strict JSON document. */
MUST_USE int json_parse(struct arena *a, const char *what, bytes text, size_t max, const struct json **root, struct err *err);

enum json_kind json_kind(const struct json *v);
size_t json_count(const struct json *v);                         /* of a list or an object; else 0 */
const struct json *json_at(const struct json *v, size_t i);      /* element or member value; NULL beyond the end */
str json_key(const struct json *v, size_t i);                    /* name of member i of an object */
const struct json *json_find(const struct json *object, const char *key); /* NULL when it is missing */

/* Members of an object. Each returns ERR_INPUT with "what.path.key: ..." when it is missing or of another kind.
 * Strings are borrowed, UTF-8, without NUL. */
MUST_USE int json_get_str(const struct json *object, const char *key, size_t max_len, str *out, struct err *err);
MUST_USE int json_get_int(const struct json *object, const char *key, int64_t min, int64_t max, int64_t *out, struct err *err);
MUST_USE int json_get_real(const struct json *object, const char *key, double *out, struct err *err); /* integers too */
MUST_USE int json_get_bool(const struct json *object, const char *key, bool *out, struct err *err);
MUST_USE int json_get_object(const struct json *object, const char *key, const struct json **out, struct err *err);
MUST_USE int json_get_array(const struct json *object, const char *key, const struct json **out, struct err *err);
/* A string that is exactly len bytes in lower-case hex, or in base64: fills out. */
MUST_USE int json_get_hex(const struct json *object, const char *key, uint8_t *out, size_t len, struct err *err);
MUST_USE int json_get_base64(const struct json *object, const char *key, uint8_t *out, size_t len, struct err *err);
/* An RFC 3339 time in UTC with milliseconds, as clock_format writes it. */
MUST_USE int json_get_time(const struct json *object, const char *key, int64_t *ms, struct err *err);
/* ERR_INPUT with the path of v before the given words: for checks that only the caller can make. */
int json_refuse(const struct json *v, const char *key, struct err *err, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Building. Values are copied into the arena of the object or list; bytes that are not UTF-8 become U+FFFD. */
struct json *json_object_new(struct arena *a);
struct json *json_array_new(struct arena *a);
void json_put_str(struct json *object, const char *key, str value);
void json_put_int(struct json *object, const char *key, int64_t value);
void json_put_real(struct json *object, const char *key, double value); /* not finite: null */
void json_put_bool(struct json *object, const char *key, bool value);
void json_put_null(struct json *object, const char *key);
void json_put_hex(struct json *object, const char *key, bytes value);
void json_put_base64(struct json *object, const char *key, bytes value);
void json_put_time(struct json *object, const char *key, int64_t ms);
struct json *json_put_object(struct json *object, const char *key); /* the new, empty member */
struct json *json_put_array(struct json *object, const char *key);
void json_put_copy(struct json *object, const char *key, const struct json *value); /* a value of another document, whole */
void json_add_str(struct json *array, str value);
void json_add_int(struct json *array, int64_t value);
void json_add_real(struct json *array, double value);
struct json *json_add_object(struct json *array);
struct json *json_add_array(struct json *array);

enum json_style { JSON_ONE_LINE, JSON_INDENTED }; /* indented ends with a newline */

/* Members in the order they were put: the caller's order is the canonical one. From arena, NUL-terminated. */
str json_write(struct arena *a, const struct json *v, enum json_style style);

#endif
