#include "ground/base/err.h"

#include <stdio.h>
#include <string.h>

int err_set(struct err *err, int code, const char *fmt, ...)
{
    if (err) {
        va_list args;
        va_start(args, fmt);
        vsnprintf(err->text, sizeof err->text, fmt, args);
        va_end(args);
        err->code = code;
    }
    return code;
}

int err_errno(struct err *err, int code, int errno_value, const char *fmt, ...)
{
    if (err) {
        va_list args;
        va_start(args, fmt);
        int n = vsnprintf(err->text, sizeof err->text, fmt, args);
        va_end(args);
        size_t used = n < 0 ? 0 : (size_t)n < sizeof err->text ? (size_t)n : sizeof err->text - 1;
        snprintf(err->text + used, sizeof err->text - used, ": %s", strerror(errno_value));
        err->code = code;
    }
    return code;
}

int err_prefix(struct err *err, const char *fmt, ...)
{
    if (!err)
        return 0;
    char head[ERR_TEXT_MAX];
    char tail[ERR_TEXT_MAX];
    va_list args;
    va_start(args, fmt);
    vsnprintf(head, sizeof head, fmt, args);
    va_end(args);
    memcpy(tail, err->text, sizeof tail);
    int n = snprintf(err->text, sizeof err->text, "%s: %s", head, tail);
    (void)n; /* a sentence that is too long is cut, never refused */
    return err->code;
}

const char *err_word(int code)
{
    static const char *const words[] = {
        [0] = "ok",          [-ERR_INPUT] = "input",   [-ERR_USAGE] = "usage", [-ERR_IO] = "io",
        [-ERR_NOT_FOUND] = "not-found", [-ERR_EXISTS] = "exists", [-ERR_DENIED] = "denied",
        [-ERR_LIMIT] = "limit", [-ERR_CRYPTO] = "crypto", [-ERR_CORRUPT] = "corrupt",
        [-ERR_RETRY] = "retry", [-ERR_PEER] = "peer", [-ERR_STALE] = "stale", [-ERR_PARKED] = "parked",
    };
    size_t i = code <= 0 ? (size_t)-code : sizeof words;
    return i < sizeof words / sizeof words[0] && words[i] ? words[i] : "unknown";
}
