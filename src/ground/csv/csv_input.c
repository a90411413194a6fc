#include "ground/csv/csv_input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Names people use that glibc's iconv has under another name, or that mean a larger set in practice. Others are its own. */
static const struct {
    const char *given, *iconv;
} charset_names[] = {
    {"ansi", "CP1252"},   {"thai", "CP874"},          {"vietnamese", "CP1258"}, {"gb2312", "GB18030"},
    {"gbk", "GB18030"},   {"shift_jis", "CP932"},     {"utf-16", "UTF-16LE"}, /* without a mark it is Windows' order */
};

/* A byte order mark at the start, cut off, decides; else what was announced. */
static int choose_charset(struct csv_input *in, const char *encoding, struct err *err)
{
    static const struct {
        const char *mark;
        size_t len;
        const char *charset; /* NULL: UTF-8 */
    } marks[] = {
        {"\xef\xbb\xbf", 3, NULL}, {"\xff\xfe", 2, "UTF-16LE"}, {"\xfe\xff", 2, "UTF-16BE"}};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (in->raw_len >= marks[i].len && memcmp(in->raw, marks[i].mark, marks[i].len) == 0) {
            in->raw_at = marks[i].len;
            in->charset = marks[i].charset;
            goto open;
        }
    }
    if (encoding && !str_eq_nocase(str_from(encoding), STR("utf-8")) && !str_eq_nocase(str_from(encoding), STR("utf8"))) {
        in->charset = encoding;
        for (size_t i = 0; i < sizeof charset_names / sizeof charset_names[0]; i++)
            if (str_eq_nocase(str_from(encoding), str_from(charset_names[i].given)))
                in->charset = charset_names[i].iconv;
    }
open:
    if (!in->charset)
        return 0;
    in->iconv = iconv_open("UTF-8", in->charset);
    if (in->iconv == (iconv_t)-1)
        return err_set(err, ERR_USAGE, "the encoding '%s' is not known: give a name that `iconv -l` lists, such as windows-1252", in->charset);
    in->converts = true;
    return 0;
}

/* Takes more raw bytes behind those that are left over. */
static int fill_raw(struct csv_input *in, struct err *err)
{
    if (in->raw_at) {
        memmove(in->raw, in->raw + in->raw_at, in->raw_len - in->raw_at);
        in->raw_len -= in->raw_at;
        in->raw_at = 0;
    }
    size_t room = sizeof in->raw - in->raw_len;
    ssize_t n;
    if (in->fd < 0) {
        n = (ssize_t)(in->memory.len < room ? in->memory.len : room);
        if (n)
            memcpy(in->raw + in->raw_len, in->memory.p, (size_t)n);
        in->memory.p += n;
        in->memory.len -= (size_t)n;
    } else {
        do
            n = read(in->fd, in->raw + in->raw_len, room);
        while (n < 0 && errno == EINTR);
        if (n < 0)
            return err_errno(err, ERR_IO, errno, "%s: cannot be read", in->path);
    }
    in->raw_len += (size_t)n;
    in->taken += n;
    in->end = n == 0;
    return 0;
}

static int start(struct csv_input *in, const char *encoding, struct err *err)
{
    int result = 0;
    while (result == 0 && in->raw_len < 3 && !in->end) /* a pipe may give one byte at a time */
        result = fill_raw(in, err);
    if (result == 0)
        result = choose_charset(in, encoding, err);
    if (result < 0)
        csv_input_close(in);
    return result;
}

int csv_input_open(struct csv_input *in, const char *path, const char *encoding, struct err *err)
{
    bool standard = strcmp(path, "-") == 0;
    in->path = standard ? "standard input" : path;
    in->fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (in->fd < 0)
        return err_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "%s: cannot be opened", in->path);
    struct stat st;
    if (fstat(in->fd, &st) == 0 && S_ISREG(st.st_mode))
        in->size = st.st_size;
    return start(in, encoding, err);
}

int csv_input_open_bytes(struct csv_input *in, bytes content, const char *encoding, struct err *err)
{
    in->path = "the table";
    in->fd = -1;
    in->memory = content;
    in->size = (int64_t)content.len;
    return start(in, encoding, err);
}

void csv_input_close(struct csv_input *in)
{
    if (in->converts)
        iconv_close(in->iconv);
    if (in->fd >= 0)
        close(in->fd);
    in->converts = false;
    in->fd = -1;
}

/* The halves of the byte go into the low bits of letters, which are neither quote, delimiter nor line break. */
static size_t put_bad(uint8_t *out, uint8_t byte)
{
    out[0] = CSV_BAD_BYTE;
    out[1] = (uint8_t)(0x40 | byte >> 4);
    out[2] = (uint8_t)(0x40 | (byte & 15));
    return 3;
}

int csv_input_bad(const struct csv_input *in, const uint8_t *p, size_t len)
{
    if (in->converts && p[0] == CSV_BAD_BYTE && len >= 3)
        return (p[1] & 15) << 4 | (p[2] & 15);
    return p[0];
}

static size_t convert(struct csv_input *in, uint8_t *out, size_t cap)
{
    char *from = (char *)in->raw + in->raw_at, *to = (char *)out;
    size_t left = in->raw_len - in->raw_at, room = cap;
    while (left && room >= 16) {
        if (iconv(in->iconv, &from, &left, &to, &room) != (size_t)-1)
            break;
        bool cut_off = errno == EINVAL;
        if (errno == E2BIG || (cut_off && !in->end))
            break;
        size_t n = put_bad((uint8_t *)to, (uint8_t)*from);
        to += n;
        room -= n;
        from++;
        left--;
    }
    if (left == 0 && in->end && room >= 16)
        iconv(in->iconv, NULL, NULL, &to, &room); /* what a stateful decoder (windows-1258) still holds back */
    in->raw_at = in->raw_len - left;
    return cap - room;
}

int64_t csv_input_read(struct csv_input *in, uint8_t *out, size_t cap, struct err *err)
{
    for (;;) {
        size_t have = in->raw_len - in->raw_at, n = 0;
        bool flush = in->end && in->converts && have == 0;
        if (in->converts && (have || flush)) {
            n = convert(in, out, cap);
        } else if (have) {
            n = have < cap ? have : cap;
            memcpy(out, in->raw + in->raw_at, n);
            in->raw_at += n;
        } else if (in->fd >= 0 && !in->end) { /* plain UTF-8: straight into the caller's buffer */
            ssize_t got;
            do
                got = read(in->fd, out, cap);
            while (got < 0 && errno == EINTR);
            if (got < 0)
                return err_errno(err, ERR_IO, errno, "%s: cannot be read", in->path);
            in->end = got == 0;
            in->taken += got;
            return got;
        }
        if (n || (in->end && in->raw_at == in->raw_len))
            return (int64_t)n;
        if (fill_raw(in, err) < 0)
            return ERR_IO;
    }
}
