/* err: errors are values.
 *
 * What: a function that can fail returns 0 or one of the negative codes below and fills a struct err with one sentence
 *       for a person: where it went wrong and what to do about it.
 * Why:  the code is for the program (retry? refuse? exit status?), the sentence is for whoever is awake at night.
 *
 *     if (age > 130)
 *         return err_set(err, ERR_INPUT, "line %zu: age %d: nobody is that old; check the birth date", line, age);
 *
 * Not here: errno (turned into text where it happens), assertions (those are for our own bugs).
 * An error text never holds personal data, a key, or a password: say the line and column, not the value.
 */
#ifndef COMITY_BASE_ERR_H
#define COMITY_BASE_ERR_H

#include <stdarg.h>
#include <stddef.h>

enum {
    ERR_INPUT = -1,    /* what came from outside is malformed */
    ERR_USAGE = -2,    /* the caller asked for something that makes no sense; exit status 2 */
    ERR_IO = -3,       /* the disk, the line, the system said no */
    ERR_NOT_FOUND = -4, /* it does not exist */
    ERR_EXISTS = -5,   /* it exists already */
    ERR_DENIED = -6,   /* access says no */
    ERR_LIMIT = -7,    /* a budget or bound is spent */
    ERR_CRYPTO = -8,   /* a signature, proof, tag or point does not hold */
    ERR_CORRUPT = -9,  /* our own stored data does not hold together */
    ERR_RETRY = -10,   /* the transaction lost a race: run it again */
    ERR_PEER = -11,    /* a partner answered something that is not an answer */
    ERR_STALE = -12,   /* she may, once she has proved again who she is */
    ERR_PARKED = -13,  /* it is kept until a second person has agreed */
};

#define ERR_TEXT_MAX 512

struct err {
    int code;                /* 0 or ERR_* */
    char text[ERR_TEXT_MAX]; /* one sentence, no newline, no personal data */
};

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

/* Fills err (may be NULL) with the code and the formatted sentence, cut at ERR_TEXT_MAX - 1 bytes; returns code. */
int err_set(struct err *err, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Like err_set, and appends ": " and the system's words for errno_value. */
int err_errno(struct err *err, int code, int errno_value, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Puts "prefix: " before the sentence that err holds, so that each floor can say where it was. Returns err->code. */
int err_prefix(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* One word for a code, for logs and JSON: "input", "io", "crypto", ... Static storage. */
const char *err_word(int code);

#endif
