/* The query: every term adds its weight times its rarity to the records it names; the best are opened and ranked. */
#include "trust/match/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "trust/match/keys.h"
#include "trust/match/search_internal.h"

#define CANDIDATES 512   /* records opened per query at most */
#define MEASURED 256     /* names whose comparison is remembered within a query */
#define AT_ONCE 48       /* opened before it is asked whether to go on */
#define OPEN_TRIES 4     /* another process may merge segments away while the list of them is read */
#define SCORE_SURE 0.95  /* of a name as typed: completing its last word could add nothing */
#define SCORE_MIN 0.2    /* of a name alone, to be shown */

struct search {
    const char *dir; /* from mem_alloc */
    const struct keyring *keys;
    struct search_vocabulary vocabulary;
    struct stat stamp; /* of the manifest that was read */
    struct segment *segments[SEGMENTS_MAX];
    size_t n;
    struct stream stream;
};

/* Opening */

static void close_segments(struct search *s)
{
    while (s->n)
        segment_close(s->segments[--s->n]);
    s->stream.segment = NULL;
    s->stream.page = 0;
}

static void read_stamp(const struct search *s, struct stat *stamp)
{
    struct arena *a = arena_new();
    memset(stamp, 0, sizeof *stamp);
    if (stat(folder_path(a, s->dir, "segments"), stamp) < 0)
        memset(stamp, 0, sizeof *stamp);
    arena_free(a);
}

static int open_segments(struct search *s, struct err *err)
{
    struct arena *a = arena_new();
    struct manifest m;
    close_segments(s);
    read_stamp(s, &s->stamp);
    int r = manifest_read(s->dir, s->keys, s->vocabulary.names, &m, err);
    for (size_t i = 0; r == 0 && i < m.n; i++) {
        r = segment_open(folder_segment(a, s->dir, m.segments[i].salt), m.segments[i].salt, s->keys, &s->segments[s->n], err);
        if (r == 0)
            s->n++;
    }
    if (r < 0)
        close_segments(s);
    arena_free(a);
    return r;
}

static int open_all(struct search *s, struct err *err)
{
    int r = ERR_NOT_FOUND;
    for (int tries = 0; r == ERR_NOT_FOUND && tries < OPEN_TRIES; tries++)
        r = open_segments(s, err);
    if (r == ERR_NOT_FOUND)
        r = err_set(err, ERR_CORRUPT, "%s: a part of the search index is missing; the next `comity search` makes it anew", s->dir);
    if (r < 0)
        memset(&s->stamp, 0, sizeof s->stamp); /* so that the next query looks again */
    return r;
}

int search_open(const char *dir, const struct keyring *keys, const struct names *names, struct search **out, struct err *err)
{
    struct search *s = mem_calloc(1, sizeof *s);
    char *copy = mem_alloc(strlen(dir) + 1);
    memcpy(copy, dir, strlen(dir) + 1);
    s->dir = copy;
    s->keys = keys;
    int r = search_vocabulary_open(&s->vocabulary, keys, names, err);
    if (r == 0)
        r = open_all(s, err);
    if (r < 0)
        search_close(s);
    else
        *out = s;
    return r;
}

void search_close(struct search *s)
{
    if (!s)
        return;
    close_segments(s);
    free((void *)(uintptr_t)s->dir);
    free(s);
}

int64_t search_count(const struct search *s)
{
    int64_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += (int64_t)s->segments[i]->n_records;
    return n;
}

static int refresh(struct search *s, struct err *err)
{
    struct stat now;
    read_stamp(s, &now);
    bool same = now.st_ino == s->stamp.st_ino && now.st_size == s->stamp.st_size && now.st_mtim.tv_sec == s->stamp.st_mtim.tv_sec &&
                now.st_mtim.tv_nsec == s->stamp.st_mtim.tv_nsec;
    return same ? 0 : open_all(s, err);
}

/* Candidates */

struct tally {
    uint16_t *weights[SEGMENTS_MAX]; /* per record of each segment */
    struct postings found[SEGMENTS_MAX]; /* of the term at hand */
    uint64_t n_records;
};

static unsigned rarity(uint64_t n_records, uint64_t count)
{
    unsigned bits = 1; /* a term that every record has still weighs something */
    for (uint64_t times = n_records / count; times > 1; times >>= 1)
        bits++;
    return bits;
}

static int add_postings(struct search *s, const struct segment *segment, struct postings p, uint16_t weight, uint16_t *weights, struct err *err)
{
    if (p.count == 1) {
        weights[p.at] = (uint16_t)(weights[p.at] + weight);
        return 0;
    }
    uint32_t ordinal = 0;
    int r = 0;
    stream_at(&s->stream, segment, p.at);
    for (uint32_t i = 0; i < p.count && r == 0; i++) {
        r = stream_ordinal(&s->stream, i ? (int64_t)ordinal : -1, &ordinal, err);
        if (r == 0)
            weights[ordinal] = (uint16_t)(weights[ordinal] + weight);
    }
    return r;
}

static int add_want(struct search *s, const struct search_want *want, struct tally *t, struct err *err)
{
    uint64_t count = 0;
    for (size_t i = 0; i < s->n; i++) {
        int r = segment_find(&s->stream, s->segments[i], want->term, &t->found[i], err);
        if (r < 0)
            return r;
        if (r == 0)
            t->found[i].count = 0;
        count += t->found[i].count;
    }
    int r = 0;
    for (size_t i = 0; i < s->n && r == 0; i++)
        if (t->found[i].count)
            r = add_postings(s, s->segments[i], t->found[i], (uint16_t)(want->weight * rarity(t->n_records, count)), t->weights[i], err);
    return r;
}

/* The first of the weights from j on that is not 0, or n: of a million records few have been named. */
static uint64_t next_weight(const uint16_t *weights, uint64_t j, uint64_t n)
{
    uint64_t four;
    while (j + 4 <= n && (memcpy(&four, &weights[j], sizeof four), four == 0))
        j += 4;
    while (j < n && weights[j] == 0)
        j++;
    return j;
}

/* The weight that CANDIDATES records reach or surpass, and how many of just that weight are to be taken. */
static uint16_t threshold(const struct search *s, const struct tally *t, size_t *of_that_weight)
{
    uint32_t *histogram = mem_calloc(UINT16_MAX + 1, sizeof *histogram);
    for (size_t i = 0; i < s->n; i++) {
        uint64_t n = s->segments[i]->n_records;
        for (uint64_t j = next_weight(t->weights[i], 0, n); j < n; j = next_weight(t->weights[i], j + 1, n))
            histogram[t->weights[i][j]]++;
    }
    uint32_t weight = UINT16_MAX, sum = 0;
    while (weight > 1 && sum + histogram[weight] < CANDIDATES)
        sum += histogram[weight--];
    *of_that_weight = CANDIDATES - sum;
    free(histogram);
    return (uint16_t)weight;
}

struct candidate {
    struct vault_id id;
    uint16_t weight;
};

static int pick(struct search *s, const struct tally *t, struct candidate out[CANDIDATES], size_t *n, struct err *err)
{
    size_t ties;
    uint16_t least = threshold(s, t, &ties);
    int r = 0;
    *n = 0;
    for (size_t i = 0; i < s->n; i++) {
        uint64_t n_records = s->segments[i]->n_records;
        for (uint64_t j = next_weight(t->weights[i], 0, n_records); j < n_records && r == 0; j = next_weight(t->weights[i], j + 1, n_records)) {
            uint16_t weight = t->weights[i][j];
            if (weight < least || *n == CANDIDATES)
                continue;
            if (weight == least && ties == 0)
                continue;
            ties -= weight == least;
            out[*n].weight = weight;
            r = segment_record(&s->stream, s->segments[i], (uint32_t)j, &out[(*n)++].id, err);
        }
    }
    return r;
}

static int find_candidates(struct search *s, const struct search_query *q, struct candidate out[CANDIDATES], size_t *n, struct err *err)
{
    struct tally *t = mem_calloc(1, sizeof *t);
    t->n_records = (uint64_t)search_count(s);
    for (size_t i = 0; i < s->n; i++)
        t->weights[i] = mem_calloc(s->segments[i]->n_records, sizeof(uint16_t));
    int r = 0;
    for (size_t i = 0; i < q->n_wants && r == 0; i++)
        r = add_want(s, &q->wants[i], t, err);
    if (r == 0)
        r = pick(s, t, out, n, err);
    for (size_t i = 0; i < s->n; i++)
        free(t->weights[i]);
    free(t);
    return r;
}

/* Ranking */

/* A name as this search has measured it. */
struct measured {
    bool there;
    struct name name;
    double score;
    char why[SEARCH_REASON_MAX];
};

struct ranking {
    const struct names *names;
    const struct search_query *query;
    struct arena *scratch;
    struct name_forms asked;   /* the query's name */
    struct arena *kept;        /* for as long as the search */
    struct measured *measured; /* MEASURED of them, from kept */
    double score;
    bool evidence; /* something other than the name agrees */
    char reason[SEARCH_REASON_MAX];
};

static void because(struct ranking *k, double points, const char *why)
{
    size_t len = strlen(k->reason);
    k->score += points;
    snprintf(k->reason + len, sizeof k->reason - len, "%s%s", len ? "; " : "", why);
}

/* The query's last word, if unfinished, as it would be if this name held what was meant; "" when it does not begin any token. */
static str completed(struct ranking *k, const struct name_forms *forms)
{
    const struct search_query *q = k->query;
    if (q->last_word.len == 0)
        return (str){0};
    const struct name_forms *last = &q->last_forms;
    for (size_t i = 0; last->n && i < forms->n; i++)
        for (size_t j = 0; j < forms->tokens[i].n_latin; j++)
            for (size_t l = 0; l < last->tokens[0].n_latin; l++)
                if (forms->tokens[i].latin[j].len > last->tokens[0].latin[l].len && str_starts(forms->tokens[i].latin[j], last->tokens[0].latin[l]))
                    return str_printf(k->scratch, "%.*s %.*s", STR_ARG(q->before_last), STR_ARG(forms->tokens[i].text));
    return (str){0};
}

static bool as_written(str part, str asked)
{
    return part.len && asked.len && str_contains(part, asked);
}

static double measure_name(struct ranking *k, const struct name *name, char why[static SEARCH_REASON_MAX])
{
    const struct search_query *q = k->query;
    struct name_comparison c, with_end;
    struct name_forms forms, completion;
    names_read(k->names, k->scratch, name, &forms);
    names_compare_read(k->names, k->scratch, &k->asked, &forms, &c);
    double best = c.score;
    snprintf(why, SEARCH_REASON_MAX, "%s", c.reason);
    str whole = c.score < SCORE_SURE ? completed(k, &forms) : (str){0};
    if (whole.len) {
        names_read(k->names, k->scratch, &(struct name){.full = whole}, &completion);
        names_compare_read(k->names, k->scratch, &completion, &forms, &with_end);
        if (with_end.score * 0.97 > best) { /* a word that was written out ranks before one that was completed */
            best = with_end.score * 0.97;
            snprintf(why, SEARCH_REASON_MAX, "%s; %s", N_("last word completed"), with_end.reason);
        }
    }
    if (q->forms.n == 0 && (as_written(name->full, q->name.full) || as_written(name->given, q->name.full) || as_written(name->family, q->name.full))) {
        best = 1;
        snprintf(why, SEARCH_REASON_MAX, "%s", N_("as written"));
    }
    return best;
}

/* The name's place among those that this search has measured; what stood there makes room. Among a million many are called the same. */
static const struct measured *measured_name(struct ranking *k, const struct name *name)
{
    uint64_t hash = str_hash(name->given) * 31 + str_hash(name->family) * 17 + str_hash(name->full);
    struct measured *m = &k->measured[hash % MEASURED];
    if (m->there && str_eq(m->name.given, name->given) && str_eq(m->name.family, name->family) && str_eq(m->name.full, name->full))
        return m;
    *m = (struct measured){.there = true, .name = {.given = str_dup(k->kept, name->given), .family = str_dup(k->kept, name->family), .full = str_dup(k->kept, name->full)}};
    m->score = measure_name(k, name, m->why);
    return m;
}

static double rank_name(struct ranking *k, const struct identity *who)
{
    double best = -1;
    char why[SEARCH_REASON_MAX] = "";
    for (size_t i = 0; i < who->n_names; i++) {
        const struct measured *m = measured_name(k, &who->names[i]);
        if (m->score > best) {
            best = m->score;
            memcpy(why, m->why, sizeof why);
        }
    }
    if (best > 0)
        because(k, best, why);
    return best;
}

static double date_points(struct date asked, struct date born, const char **why)
{
    if (asked.year != born.year)
        return 0;
    *why = N_("born the same year");
    if (!asked.month || !born.month)
        return 0.35;
    if (asked.month == born.month && asked.day == born.day) {
        *why = asked.day ? N_("born the same day") : N_("born the same month");
        return asked.day ? 1 : 0.5;
    }
    if (asked.month == born.day && asked.day == born.month) {
        *why = N_("day and month of birth swapped");
        return 0.7;
    }
    if (asked.month == born.month) {
        *why = N_("born the same month");
        return 0.45;
    }
    return 0.3;
}

static void rank_date(struct ranking *k, struct date born)
{
    const struct search_query *q = k->query;
    if (q->n_dates == 0 || born.year == 0)
        return;
    double best = 0;
    const char *why = "";
    for (size_t i = 0; i < q->n_dates; i++) {
        const char *this_why = "";
        double points = date_points(q->dates[i], born, &this_why);
        if (points > best) {
            best = points;
            why = this_why;
        }
    }
    k->evidence |= best > 0;
    if (best > 0)
        because(k, best, why);
    else
        k->score -= 0.3;
}

static void rank_numbers(struct ranking *k, const struct identity *who)
{
    const struct search_query *q = k->query;
    double best = 0;
    for (size_t i = 0; i < who->n_documents; i++) {
        str number = match_document(k->scratch, who->documents[i].number);
        for (size_t j = 0; j < q->n_documents; j++) {
            double points = str_eq(number, q->documents[j]) ? 1.5 : str_starts(number, q->documents[j]) ? 0.8 : 0;
            best = points > best ? points : best;
        }
    }
    if (best > 0)
        because(k, best, best > 1 ? N_("same document number") : N_("document number begins so"));
    bool phone = false;
    for (size_t i = 0; i < who->n_phones && !phone; i++) {
        str tail = match_phone_tail(k->scratch, who->phones[i]);
        for (size_t j = 0; j < q->n_phones; j++)
            phone |= tail.len && str_eq(tail, q->phones[j]);
    }
    if (phone)
        because(k, 1.2, N_("same phone"));
    k->evidence |= phone || best > 0;
}

/* False when the record is too far from what was asked to be shown. */
static bool rank(struct ranking *k, const struct identity *who)
{
    k->score = 0;
    k->evidence = false;
    k->reason[0] = 0;
    double name = k->query->name.full.len ? rank_name(k, who) : 0;
    rank_date(k, who->born);
    rank_numbers(k, who);
    return k->evidence ? k->score > 0 : name >= SCORE_MIN;
}

static bool already_there(const struct search_result *out, const struct vault_id *id)
{
    for (size_t i = 0; i < out->n; i++)
        if (memcmp(out->hits[i].id.b, id->b, ID_LEN) == 0)
            return true;
    return false;
}

/* Puts the hit at its place among the best; equal scores keep the order of the index's weight. */
static void insert_hit(struct search_result *out, const struct search_hit *hit)
{
    if (already_there(out, &hit->id))
        return;
    size_t at = out->n;
    while (at && out->hits[at - 1].score < hit->score)
        at--;
    if (at == SEARCH_HITS_MAX)
        return;
    size_t last = out->n < SEARCH_HITS_MAX ? out->n++ : SEARCH_HITS_MAX - 1;
    memmove(&out->hits[at + 1], &out->hits[at], (last - at) * sizeof *hit);
    out->hits[at] = *hit;
}

/* Candidates that are being opened, and where the hits go. */
struct opening {
    struct ranking ranking;
    struct arena *arena; /* of the hits */
    const struct candidate *batch;
    size_t n;
    struct search_result *out;
};

static uint16_t weight_of(const struct opening *o, const struct vault_id *id)
{
    for (size_t i = 0; i < o->n; i++)
        if (memcmp(o->batch[i].id.b, id->b, ID_LEN) == 0)
            return o->batch[i].weight;
    return 0;
}

static int rank_opened(const struct vault_id *id, bytes content, void *arg, struct err *err)
{
    struct opening *o = arg;
    struct search_result *out = o->out;
    struct search_hit hit = {.id = *id};
    arena_reset(o->ranking.scratch);
    int r = identity_decode(o->ranking.scratch, content, &hit.who, err);
    if (r < 0)
        return r;
    out->n_candidates++;
    if (!rank(&o->ranking, &hit.who))
        return 0;
    hit.score = o->ranking.score + weight_of(o, id) / 1e6; /* breaks ties */
    if (out->n == SEARCH_HITS_MAX && out->hits[out->n - 1].score >= hit.score)
        return 0;
    memcpy(hit.reason, o->ranking.reason, sizeof hit.reason);
    r = identity_decode(o->arena, bytes_dup(o->arena, content), &hit.who, err);
    insert_hit(out, &hit);
    return r;
}

/* Opens the candidates, the weightiest first, until the rest has less than half the weight of the first and there are hits
 * enough. Records that were erased since they were indexed are not there. */
static int open_candidates(const struct vault *vault, struct db *db, const struct candidate candidates[], size_t n, struct opening *o, struct err *err)
{
    int r = 0;
    for (size_t from = 0; from < n && r == 0; from += AT_ONCE) {
        if (o->out->n == SEARCH_HITS_MAX && candidates[from].weight * 2 < candidates[0].weight)
            break;
        struct vault_id ids[AT_ONCE];
        o->batch = &candidates[from];
        o->n = n - from < AT_ONCE ? n - from : AT_ONCE;
        for (size_t i = 0; i < o->n; i++)
            ids[i] = o->batch[i].id;
        r = vault_get_many(vault, db, VAULT_IDENTITY, ids, o->n, rank_opened, o, err);
    }
    return r;
}

static int by_weight(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    return (x->weight < y->weight) - (x->weight > y->weight);
}

int search_run(struct search *s, const struct vault *vault, struct db *db, struct arena *a, str text, struct search_result *out, struct err *err)
{
    memset(out, 0, sizeof *out);
    if (str_trim(text).len == 0 || text.len > SEARCH_TEXT_MAX)
        return err_set(err, ERR_INPUT, N_("a search needs a name, date, document number or phone, of %d bytes at most"), SEARCH_TEXT_MAX);
    int r = refresh(s, err);
    if (r < 0)
        return r;
    struct search_query *q = arena_new_of(a, struct search_query);
    search_query_parse(&s->vocabulary, a, text, q);
    struct candidate *candidates = arena_array(a, struct candidate, CANDIDATES);
    size_t n = 0;
    struct opening o = {.ranking = {.names = s->vocabulary.names, .query = q, .scratch = arena_new(), .kept = a, .measured = arena_array(a, struct measured, MEASURED)}, .arena = a, .out = out};
    names_read(s->vocabulary.names, a, &q->name, &o.ranking.asked);
    r = find_candidates(s, q, candidates, &n, err);
    qsort(candidates, n, sizeof *candidates, by_weight);
    if (r == 0)
        r = open_candidates(vault, db, candidates, n, &o, err);
    arena_free(o.ranking.scratch);
    return r;
}
