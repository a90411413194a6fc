/* What a player hears of a statement that came: a thread opens the letter and puts the media into a pipe; whoever plays pulls at the other end. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "work/statements/statement_give.h"

struct statement_stream {
    struct node *node;
    uint8_t letter[ID_LEN];
    int64_t session, from_ms;
    int64_t next_chunk; /* -1: the next cluster has to be found first */
    int ends[2];        /* of the pipe: read, write */
    pthread_t thread;
    int result;
};

static int put(struct statement_stream *s, bytes data, struct err *err)
{
    while (data.len) {
        ssize_t n = write(s->ends[1], data.p, data.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(err, ERR_IO, "whoever listened has gone");
        data = (bytes){data.p + n, data.len - (size_t)n};
    }
    return 0;
}

static int play(void *arg, const struct statement_header *h, const struct statement_piece *p, struct err *err)
{
    struct statement_stream *s = arg;
    bytes media = p->content;
    (void)h;
    if (p->kind == LEAF_HEAD)
        return p->number == s->session ? put(s, media, err) : 0;
    if (p->kind != LEAF_CHUNK || p->session != s->session || p->at_ms < s->from_ms)
        return 0;
    if (p->number != s->next_chunk) {
        const size_t before = statement_head_len(media);
        media = (bytes){media.p + before, media.len - before};
    }
    if (media.len)
        s->next_chunk = p->number + 1;
    return put(s, media, err);
}

static void *run(void *arg)
{
    struct statement_stream *s = arg;
    struct err err = {0};
    sigset_t all;
    sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, NULL); /* a listener who goes is a write that fails, not a signal */
    s->result = statement_leaves(s->node, s->letter, play, s, &err);
    close(s->ends[1]);
    s->ends[1] = -1;
    return NULL;
}

int statement_stream_open(struct node *own, const uint8_t letter[static ID_LEN], int64_t session, int64_t from_ms, struct statement_stream **out,
                          struct err *err)
{
    struct statement_stream *s = mem_calloc(1, sizeof *s);
    *s = (struct statement_stream){.node = own, .session = session, .from_ms = from_ms, .next_chunk = -1, .ends = {-1, -1}};
    memcpy(s->letter, letter, ID_LEN);
    int r = pipe2(s->ends, O_CLOEXEC) < 0 ? err_errno(err, ERR_IO, errno, "there is no pipe for the media") : 0;
    if (r == 0 && pthread_create(&s->thread, NULL, run, s) != 0)
        r = err_set(err, ERR_LIMIT, "there is no thread for the media: try again");
    if (r < 0) {
        for (int i = 0; i < 2; i++)
            if (s->ends[i] >= 0)
                close(s->ends[i]);
        node_close(own);
        free(s);
        return r;
    }
    *out = s;
    return 0;
}

int64_t statement_stream_pull(void *stream, uint8_t *to, size_t max)
{
    struct statement_stream *s = stream;
    for (;;) {
        ssize_t n = read(s->ends[0], to, max);
        if (n > 0)
            return n;
        if (n == 0)
            return s->result < 0 ? -1 : 0; /* set before the other end was shut: half a statement is no whole one */
        if (errno != EINTR)
            return -1;
    }
}

void statement_stream_close(void *stream)
{
    struct statement_stream *s = stream;
    close(s->ends[0]);
    pthread_join(s->thread, NULL);
    node_close(s->node);
    free(s);
}
