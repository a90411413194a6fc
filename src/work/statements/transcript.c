/* Transcripts as statements: see transcript.h. */
#include "work/statements/transcript.h"

#include <string.h>
#include <unistd.h>

#include "ground/json/json.h"
#include "work/statements/recording_internal.h"

static const char head[] = "WEBVTT\n\n"; /* the first chunk: it says nothing, since every copy holds the head of a session */

bool recording_is_transcript(const struct recording *recording)
{
    return str_eq(recording->type, STR(TRANSCRIPT_TYPE));
}

/* --- a line as WebVTT --- */

static void add_time(struct buf *b, int64_t ms)
{
    buf_addf(b, "%02lld:%02lld:%02lld.%03lld", (long long)(ms / 3600000), (long long)(ms / 60000 % 60), (long long)(ms / 1000 % 60), (long long)(ms % 1000));
}

static bytes cue(struct arena *a, const struct transcript_line lines[], size_t n, size_t i)
{
    struct buf b = buf_new(a);
    const int64_t from = lines[i].at_ms, next = i + 1 < n ? lines[i + 1].at_ms : from + 10000;
    add_time(&b, from);
    buf_add(&b, STR(" --> "));
    add_time(&b, next > from ? next : from + 1);
    buf_byte(&b, '\n');
    for (size_t k = 0; k < lines[i].text.len; k++) {
        const char c = lines[i].text.p[k];
        if (c == '&' || c == '<' || c == '>')
            buf_add(&b, c == '&' ? STR("&amp;") : c == '<' ? STR("&lt;") : STR("&gt;"));
        else
            buf_byte(&b, c);
    }
    buf_add(&b, STR("\n\n"));
    return buf_bytes(&b);
}

bool transcript_line_read(struct arena *a, bytes media, struct transcript_line *out)
{
    static const struct { const char *name; char c; } names[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}};
    str rest = bytes_str(media), time;
    int64_t hours, minutes, seconds;
    struct buf b = buf_new(a);
    if (!str_split(&rest, '\n', &time) || time.len < 12 || !str_to_int(str_slice(time, 0, 2), 0, 99, &hours) ||
        !str_to_int(str_slice(time, 3, 5), 0, 59, &minutes) || !str_to_int(str_slice(time, 6, 8), 0, 59, &seconds))
        return false;
    rest = str_trim(rest);
    for (size_t i = 0; i < rest.len; i++) {
        size_t k = 0;
        while (k < sizeof names / sizeof names[0] && !str_starts(str_slice(rest, i, rest.len), str_from(names[k].name)))
            k++;
        const bool named = k < sizeof names / sizeof names[0];
        buf_byte(&b, named ? names[k].c : rest.p[i]);
        i += named ? strlen(names[k].name) - 1 : 0;
    }
    *out = (struct transcript_line){((hours * 60 + minutes) * 60 + seconds) * 1000, buf_str(&b)};
    return true;
}

/* --- sealing --- */

static str about(struct arena *a, const struct recording *of, str language)
{
    struct json *o = json_object_new(a);
    json_put_hex(o, "transcript_of", (bytes){of->id, ID_LEN});
    json_put_hex(o, "root", (bytes){of->root, HASH_LEN});
    json_put_str(o, "language", language);
    return json_write(a, o, JSON_ONE_LINE);
}

static int write_lines(const struct casework *w, const uint8_t *id, const struct transcript_line lines[], size_t n, struct err *err)
{
    struct arena *a = arena_new();
    int64_t have;
    int r = recording_append(w, id, &(struct recording_chunk){.media = str_bytes(str_from(head))}, &have, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        arena_reset(a);
        r = recording_append(w, id, &(struct recording_chunk){.sequence = (int64_t)i + 1, .at_ms = lines[i].at_ms, .media = cue(a, lines, n, i)}, &have, err);
    }
    arena_free(a);
    return r;
}

int transcript_seal(const struct casework *w, const uint8_t recording[static ID_LEN], const struct transcript_line lines[], size_t n, str language,
                    struct arena *a, struct statement *out, struct err *err)
{
    struct recording of;
    uint8_t id[ID_LEN];
    int r = recording_find(w->node, recording, a, &of, err);
    if (r == 0 && (of.state != RECORDING_SEALED || recording_is_transcript(&of)))
        r = err_set(err, ERR_DENIED, N_("the recording is not sealed yet"));
    if (r == 0 && n == 0)
        r = err_set(err, ERR_INPUT, N_("write something first"));
    if (r == 0 && n > TRANSCRIPT_LINES_MAX)
        r = err_set(err, ERR_LIMIT, "a transcript has at most %d lines", TRANSCRIPT_LINES_MAX);
    if (r == 0)
        r = recording_begin(w, of.file, of.id, STR(TRANSCRIPT_TYPE), id, err);
    if (r == 0)
        r = write_lines(w, id, lines, n, err);
    return r < 0 ? r : statement_seal(w, id, about(a, &of, language), a, out, err);
}

/* --- looking --- */

int transcripts_of(struct node *node, const struct recording *recording, struct arena *a, struct recording **out, size_t *n, struct err *err)
{
    struct recording *all;
    size_t n_all;
    int r = recording_store_of(node->db, recording->file, a, &all, &n_all, err);
    *out = arena_array(a, struct recording, r == 0 ? n_all : 0);
    *n = 0;
    for (size_t i = r == 0 ? n_all : 0; i-- > 0;)
        if (recording_is_transcript(&all[i]) && all[i].state == RECORDING_SEALED && memcmp(all[i].interview, recording->id, ID_LEN) == 0)
            (*out)[(*n)++] = all[i];
    return r;
}

/* One page of its leaves from the line `from` on; *done: how many they are. */
static int compare(struct node *node, const struct recording *t, int fd, const struct transcript_line lines[], size_t n, int64_t from, size_t *done, bool *same,
                   struct err *err)
{
    struct arena *a = arena_new();
    struct recording_place *places;
    int r = recording_store_places(node->db, t->id, from, RECORDING_PAGE, a, &places, done, err);
    for (size_t i = 0; r == 0 && *same && i < *done; i++) {
        const int64_t at = places[i].sequence;
        bytes media;
        r = recording_media(node, t->id, fd, &places[i], a, &media, err);
        if (r == 0) {
            const bytes want = at == 0 ? str_bytes(str_from(head)) : cue(a, lines, n, (size_t)at - 1);
            *same = media.len == want.len && memcmp(media.p, want.p, want.len) == 0;
        }
    }
    arena_free(a);
    return r;
}

int transcript_is(struct node *node, const struct recording *t, const struct transcript_line lines[], size_t n, bool *same, struct err *err)
{
    int64_t at = 0;
    size_t done = 0;
    int fd;
    *same = t->chunks == (int64_t)n + 1;
    int r = *same ? recording_file(node, t->id, &fd, err) : 0;
    if (r < 0 || !*same)
        return r;
    do {
        r = compare(node, t, fd, lines, n, at, &done, same, err);
        at += (int64_t)done;
    } while (r == 0 && *same && done == RECORDING_PAGE);
    close(fd);
    return r;
}
