#include <errno.h>
#include <fontconfig/fontconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ground/base/base.h"
#include "ground/proc/proc.h"
#include "ground/proc/sandbox.h"
#include "ground/report/paper.h"
#include "ground/report/pdf.h"
#include "ground/report/render.h"

#define MEMORY ((rlim_t)1 << 30)
#define SECONDS 600 /* of computing: an export of many thousand pages */

/* A letter of each script, so that what is looked up once (fonts, dictionaries) is looked up before the doors close. */
#define LETTERS "Aa សុខ สุข ສຸກ စု ا অ अ"

struct round {
    struct pdf *pdf;
    struct arena *arena;
    struct paper_reader reader;
};

static int discard(void *arg, const uint8_t *p, size_t len)
{
    (void)arg, (void)p, (void)len;
    return 0;
}

static int write_out(void *arg, const uint8_t *p, size_t len)
{
    (void)arg;
    while (len) {
        ssize_t n = write(1, p, len);
        if (n < 0 && errno != EINTR)
            return ERR_IO;
        p += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return 0;
}

/* Exactly len bytes; 1, or 0 at the end of the input when none came. */
static int read_all(uint8_t *to, size_t len, struct err *err)
{
    size_t have = 0;
    while (have < len) {
        ssize_t n = read(0, to + have, len - have);
        if (n == 0)
            return have == 0 ? 0 : err_set(err, ERR_INPUT, "the description of the document is cut off");
        if (n < 0 && errno != EINTR)
            return err_errno(err, ERR_IO, errno, "the description of the document cannot be read");
        have += n > 0 ? (size_t)n : 0;
    }
    return 1;
}

/* The next item with its head, from arena; 0 at the end. */
static int read_item(struct arena *a, bytes *out, struct err *err)
{
    uint8_t head[PAPER_ITEM_HEAD];
    int r = read_all(head, sizeof head, err);
    int64_t length = r > 0 ? paper_length(head, err) : r;
    if (length < 0 || r == 0)
        return (int)length;
    struct buf b = buf_new(a);
    uint8_t *content = arena_alloc(a, (size_t)length);
    if (length > 0 && (r = read_all(content, (size_t)length, err)) <= 0)
        return r < 0 ? r : err_set(err, ERR_INPUT, "the description of the document is cut off");
    buf_add_bytes(&b, head, sizeof head);
    buf_add_bytes(&b, content, (size_t)length);
    *out = buf_bytes(&b);
    return 1;
}

static int draw_item(struct round *round, bytes item, struct paper_item *out, struct err *err)
{
    int r = paper_read(&round->reader, item.p[0], (bytes){item.p + PAPER_ITEM_HEAD, item.len - PAPER_ITEM_HEAD}, out, err);
    return r < 0 ? r : pdf_item(round->pdf, out, err);
}

/* As it comes: each item is drawn and forgotten. */
static int draw_stream(struct round *round, struct err *err)
{
    struct paper_item item;
    bytes content;
    int r;
    while ((r = read_item(round->arena, &content, err)) > 0) {
        r = draw_item(round, content, &item, err);
        arena_reset(round->arena);
        if (r < 0)
            return r;
    }
    return r;
}

/* All of it twice: the first time to learn how many pages it takes. */
static int draw_counted(struct round *round, bytes first, struct err *err)
{
    struct buf all = buf_new(round->arena);
    struct paper_item item;
    bytes content;
    int r;
    buf_add_bytes(&all, first.p, first.len);
    while ((r = read_item(round->arena, &content, err)) > 0) {
        buf_add_bytes(&all, content.p, content.len);
        if (all.len > PAPER_COUNTED)
            return err_set(err, ERR_LIMIT, "the document is too long to count its pages");
    }
    int pages = 0;
    for (int pass = 0; pass < 2 && r == 0; pass++) {
        round->reader = (struct paper_reader){0};
        if ((r = pdf_open(pass ? write_out : discard, NULL, &round->pdf, err)) < 0)
            break;
        pdf_total(round->pdf, pages);
        for (size_t at = 0; at < all.len && r == 0;) {
            const uint8_t *head = (const uint8_t *)all.p + at;
            size_t length = PAPER_ITEM_HEAD + (size_t)paper_length(head, NULL);
            r = draw_item(round, (bytes){head, length}, &item, err);
            at += length;
        }
        pages = pdf_pages(round->pdf);
        pdf_close(round->pdf);
        round->pdf = NULL;
        if (r == 0 && !round->reader.ended)
            r = err_set(err, ERR_INPUT, "the description of the document is cut off");
    }
    return r;
}

/* Which of the two, the first item says. */
static int draw(struct round *round, struct err *err)
{
    bytes first;
    struct paper_item item;
    struct paper_reader peek = {0};
    int r = read_item(round->arena, &first, err);
    if (r == 0)
        return err_set(err, ERR_INPUT, "there is no description of a document");
    if (r > 0)
        r = paper_read(&peek, first.p[0], (bytes){first.p + PAPER_ITEM_HEAD, first.len - PAPER_ITEM_HEAD}, &item, err);
    if (r < 0)
        return r;
    if ((item.number & 3) == PAPER_IS_COUNTED)
        return draw_counted(round, first, err);
    r = pdf_open(write_out, NULL, &round->pdf, err);
    if (r == 0)
        r = draw_item(round, first, &item, err);
    if (r == 0)
        r = draw_stream(round, err);
    if (r == 0 && !round->reader.ended)
        r = err_set(err, ERR_INPUT, "the description of the document is cut off");
    return r;
}

/* A page that nobody sees. */
static int warm_up(struct err *err)
{
    struct arena *a = arena_new();
    struct paper_item begin = {.what = PAPER_BEGIN, .n = 3}, heading = {.what = PAPER_HEADING, .number = 1, .n = 1, .texts = {{.text = STR(LETTERS)}}},
                      text = {.what = PAPER_PARAGRAPH, .n = 1, .texts = {{.text = STR(LETTERS)}}}, end = {.what = PAPER_END};
    const struct paper_item *const items[] = {&begin, &heading, &text, &end};
    struct pdf *pdf = NULL;
    int r = pdf_open(discard, NULL, &pdf, err);
    for (size_t i = 0; i < 4 && r == 0; i++)
        r = pdf_item(pdf, items[i], err);
    pdf_close(pdf);
    arena_free(a);
    return r;
}

static int shut_in(struct err *err)
{
    static const char *const reads[] = {"/usr/share", "/usr/local/share/fonts", "/etc/fonts", "/var/cache/fontconfig", NULL};
    struct sandbox can = {.reads = reads};
    struct rlimit memory = {MEMORY, MEMORY}, seconds = {SECONDS, SECONDS};
#ifdef __SANITIZE_ADDRESS__ /* which maps more than any machine has */
    memory.rlim_cur = memory.rlim_max = RLIM_INFINITY;
#endif
    if (setrlimit(RLIMIT_AS, &memory) < 0 || setrlimit(RLIMIT_CPU, &seconds) < 0)
        return err_errno(err, ERR_IO, errno, "the system makes no sandbox");
    return sandbox_enter(&can, err);
}

int render_serve(void)
{
    struct err err = {0};
    struct round round = {.arena = arena_new()};
    int r = proc_harden(&err);
    if (r == 0)
        r = warm_up(&err);
    if (r == 0)
        r = shut_in(&err);
    if (r == 0)
        r = draw(&round, &err);
    pdf_close(round.pdf);
    arena_free(round.arena);
    if (r < 0)
        fprintf(stderr, "comity-render: %s\n", err.text);
    return r < 0 ? 1 : 0;
}
