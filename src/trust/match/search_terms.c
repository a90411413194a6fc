/* What a record is found by, and what a query looks for. Both sides fold alike, so equal terms meet. */
#include <stdlib.h>
#include <string.h>

#include "ground/text/text.h"
#include "trust/match/keys.h"
#include "trust/match/search_internal.h"

#define PREFIX_MAX 4          /* letters of a romanised token that are indexed as beginnings */
#define DOCUMENT_PREFIX 5     /* characters of a document number that are indexed as its beginning */
#define DOCUMENT_MIN 4
#define PHONE_DIGITS_MIN 7
#define PHONE_DIGITS_MAX 15
#define BUDDHIST_ERA 543      /* a year 2400 .. 2643 may be counted from the Buddha's death */

/* How telling each kind is: multiplied with its rarity when candidates are picked. The final order is names_compare's. */
static const struct kind {
    char tag;
    uint16_t weight;
} kinds[] = {
    [0] = {'L', 4}, /* romanised token, whole */
    {'S', 4},       /* consonant skeleton */
    {'P', 2},       /* beginning of a romanised token */
    {'W', 8},       /* a word as written, when the names engine cannot read its script */
    {'Y', 3},       /* birth year */
    {'D', 8},       /* birth date */
    {'N', 12},      /* document number */
    {'B', 6},       /* beginning of a document number */
    {'T', 10},      /* last digits of a phone */
};
enum { LATIN, SKELETON, PREFIX, WORD, YEAR, DAY, DOCUMENT, DOCUMENT_BEGIN, PHONE };

int search_vocabulary_open(struct search_vocabulary *v, const struct keyring *keys, const struct names *names, struct err *err)
{
    v->names = names;
    return keyring_mac(keys, KEYRING_MAC_INDEX, str_bytes(STR("comity search terms 1")), v->key, sizeof v->key, err);
}

static uint64_t term_of(const struct search_vocabulary *v, unsigned kind, str text)
{
    uint8_t in[128];
    if (text.len > sizeof in - 1)
        text.len = sizeof in - 1;
    in[0] = (uint8_t)kinds[kind].tag;
    if (text.len)
        memcpy(in + 1, text.p, text.len);
    return crypto_short_hash(v->key, (bytes){in, text.len + 1});
}

static uint64_t year_term(const struct search_vocabulary *v, int year)
{
    uint8_t be[2];
    put_u16be(be, (uint16_t)year);
    return term_of(v, YEAR, (str){(const char *)be, sizeof be});
}

static uint64_t day_term(const struct search_vocabulary *v, struct date d)
{
    uint8_t be[4];
    put_u16be(be, (uint16_t)d.year);
    be[2] = d.month;
    be[3] = d.day;
    return term_of(v, DAY, (str){(const char *)be, sizeof be});
}

/* The next word of s by white space; false at its end. */
static bool next_word(str *s, str *word)
{
    *s = str_trim(*s);
    size_t n = 0;
    while (n < s->len && !strchr(" \t\r\n,;", s->p[n]))
        n++;
    if (n == 0 && s->len) { /* a lone separator */
        *s = str_slice(*s, 1, s->len);
        return next_word(s, word);
    }
    *word = str_slice(*s, 0, n);
    *s = str_slice(*s, n, s->len);
    return n > 0;
}

/* Records */

struct record {
    const struct search_vocabulary *v;
    uint64_t *terms;
    size_t n;
};

static void add_term(struct record *r, uint64_t term)
{
    if (r->n < SEARCH_TERMS_MAX)
        r->terms[r->n++] = term;
}

static void add_words(struct record *r, str text)
{
    for (str word; next_word(&text, &word);)
        add_term(r, term_of(r->v, WORD, word));
}

static void add_name(struct record *r, struct arena *scratch, const struct name *name)
{
    struct name_forms forms;
    names_forms(r->v->names, scratch, name, &forms);
    for (size_t i = 0; i < forms.n; i++) {
        const struct name_token *t = &forms.tokens[i];
        for (size_t j = 0; j < t->n_latin; j++) {
            add_term(r, term_of(r->v, LATIN, t->latin[j]));
            for (size_t len = 1; len <= PREFIX_MAX && len <= t->latin[j].len; len++)
                add_term(r, term_of(r->v, PREFIX, str_slice(t->latin[j], 0, len)));
        }
        for (size_t j = 0; j < t->n_skeletons; j++)
            add_term(r, term_of(r->v, SKELETON, t->skeleton[j]));
    }
    if (forms.n == 0) {
        add_words(r, name->given);
        add_words(r, name->family);
        add_words(r, name->full);
    }
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

size_t search_record_terms(const struct search_vocabulary *v, struct arena *scratch, const struct identity *who, uint64_t out[SEARCH_TERMS_MAX])
{
    struct record r = {.v = v, .terms = out};
    if (who->born.year)
        add_term(&r, year_term(v, who->born.year));
    if (date_known(who->born))
        add_term(&r, day_term(v, who->born));
    for (size_t i = 0; i < who->n_documents; i++) {
        str number = match_document(scratch, who->documents[i].number);
        if (number.len >= DOCUMENT_MIN)
            add_term(&r, term_of(v, DOCUMENT, number));
        if (number.len >= DOCUMENT_PREFIX)
            add_term(&r, term_of(v, DOCUMENT_BEGIN, str_slice(number, 0, DOCUMENT_PREFIX)));
    }
    for (size_t i = 0; i < who->n_phones; i++) {
        str tail = match_phone_tail(scratch, who->phones[i]);
        if (tail.len)
            add_term(&r, term_of(v, PHONE, tail));
    }
    for (size_t i = 0; i < who->n_names; i++)
        add_name(&r, scratch, &who->names[i]);
    qsort(out, r.n, sizeof *out, by_value);
    size_t distinct = 0;
    for (size_t i = 0; i < r.n; i++)
        if (distinct == 0 || out[distinct - 1] != out[i])
            out[distinct++] = out[i];
    return distinct;
}

/* Queries */

static void want(struct search_query *q, unsigned kind, uint64_t term)
{
    for (size_t i = 0; i < q->n_wants; i++)
        if (q->wants[i].term == term)
            return;
    if (q->n_wants < SEARCH_WANTS_MAX)
        q->wants[q->n_wants++] = (struct search_want){term, kinds[kind].weight};
}

static void want_date(const struct search_vocabulary *v, struct search_query *q, struct date d)
{
    if (q->n_dates == SEARCH_NUMBERS_MAX || d.year < 1 || !date_valid(d))
        return;
    for (size_t i = 0; i < q->n_dates; i++)
        if (date_eq(q->dates[i], d))
            return;
    q->dates[q->n_dates++] = d;
    want(q, YEAR, year_term(v, d.year));
    if (date_known(d))
        want(q, DAY, day_term(v, d));
}

static void want_day(const struct search_vocabulary *v, struct search_query *q, int64_t year, int64_t month, int64_t day)
{
    if (month > 12 || day > 31)
        return;
    if (year >= 2400 && year <= 2400 + BUDDHIST_ERA - 300)
        want_date(v, q, (struct date){(int16_t)(year - BUDDHIST_ERA), (uint8_t)month, (uint8_t)day});
    else if (year >= 1850 && year <= 2100)
        want_date(v, q, (struct date){(int16_t)year, (uint8_t)month, (uint8_t)day});
}

/* "1990", "1990-03", "1990-03-05", "5/3/1990" (day and month either way), "05.03.1990". digits has ASCII digits only. */
static bool read_date(const struct search_vocabulary *v, struct search_query *q, str digits)
{
    int64_t part[3] = {0};
    size_t n = 0, before = q->n_dates, start = 0;
    for (size_t i = 0; i <= digits.len; i++) {
        if (i < digits.len && digits.p[i] >= '0' && digits.p[i] <= '9')
            continue;
        if (i < digits.len && !strchr("-/.", digits.p[i]))
            return false;
        if (n == 3 || !str_to_int(str_slice(digits, start, i), 0, 9999, &part[n]))
            return false;
        n++;
        start = i + 1;
    }
    if (n < 3 || part[0] > 31) {
        want_day(v, q, part[0], n > 1 ? part[1] : 0, n > 2 ? part[2] : 0);
    } else {
        want_day(v, q, part[2], part[1], part[0]);
        want_day(v, q, part[2], part[0], part[1]);
    }
    return q->n_dates > before;
}

static void read_document(const struct search_vocabulary *v, struct arena *a, struct search_query *q, str word)
{
    str number = match_document(a, word);
    if (number.len < DOCUMENT_MIN || q->n_documents == SEARCH_NUMBERS_MAX)
        return;
    for (size_t i = 0; i < q->n_documents; i++)
        if (str_eq(q->documents[i], number))
            return;
    q->documents[q->n_documents++] = number;
    want(q, DOCUMENT, term_of(v, DOCUMENT, number));
    if (number.len >= DOCUMENT_PREFIX)
        want(q, DOCUMENT_BEGIN, term_of(v, DOCUMENT_BEGIN, str_slice(number, 0, DOCUMENT_PREFIX)));
}

static void read_phone(const struct search_vocabulary *v, struct arena *a, struct search_query *q, str word)
{
    str tail = match_phone_tail(a, word);
    if (tail.len == 0 || q->n_phones == SEARCH_NUMBERS_MAX)
        return;
    q->phones[q->n_phones++] = tail;
    want(q, PHONE, term_of(v, PHONE, tail));
}

/* The word with digits of any script as ASCII; *n_digits counts them, *n_letters what is neither digit nor punctuation. */
static str ascii_digits(struct arena *a, str word, size_t *n_digits, size_t *n_letters)
{
    struct buf b = buf_new(a);
    *n_digits = *n_letters = 0;
    for (size_t at = 0; at < word.len;) {
        size_t from = at;
        uint32_t c = text_next(word, &at);
        int digit = text_digit(c);
        if (digit >= 0) {
            buf_byte(&b, (char)('0' + digit));
            ++*n_digits;
        } else {
            *n_letters += c >= 128 || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            buf_add(&b, str_slice(word, from, at));
        }
    }
    return buf_str(&b);
}

static void read_number(const struct search_vocabulary *v, struct arena *a, struct search_query *q, str digits, size_t n_digits, size_t n_letters)
{
    bool is_date = read_date(v, q, digits);
    if (!is_date || n_digits > 4) /* a bare year is not half of every document number */
        read_document(v, a, q, digits);
    if (n_letters == 0 && n_digits >= PHONE_DIGITS_MIN && n_digits <= PHONE_DIGITS_MAX)
        read_phone(v, a, q, digits);
}

static void want_beginning(const struct search_vocabulary *v, struct search_query *q, const struct name_token *t)
{
    for (size_t j = 0; j < t->n_latin; j++)
        want(q, PREFIX, term_of(v, PREFIX, str_slice(t->latin[j], 0, PREFIX_MAX)));
}

static void want_name(const struct search_vocabulary *v, struct arena *a, struct search_query *q)
{
    names_forms(v->names, a, &q->name, &q->forms);
    names_forms(v->names, a, &(struct name){.full = q->last_word}, &q->last_forms);
    for (size_t i = 0; i < q->forms.n; i++) {
        const struct name_token *t = &q->forms.tokens[i];
        for (size_t j = 0; j < t->n_latin; j++)
            want(q, LATIN, term_of(v, LATIN, t->latin[j]));
        for (size_t j = 0; j < t->n_skeletons; j++)
            want(q, SKELETON, term_of(v, SKELETON, t->skeleton[j]));
        want_beginning(v, q, t); /* a misspelt word still begins alike */
    }
    str rest = q->name.full;
    if (q->forms.n == 0)
        for (str word; next_word(&rest, &word);)
            want(q, WORD, term_of(v, WORD, word));
}

void search_query_parse(const struct search_vocabulary *v, struct arena *a, str text, struct search_query *out)
{
    memset(out, 0, sizeof *out);
    struct buf name = buf_new(a), numbers = buf_new(a); /* numbers: a phone written in groups */
    bool finished = text.len && strchr(" ,;", text.p[text.len - 1]);
    size_t groups = 0, group_digits = 0, before_last = 0;
    for (str word; next_word(&text, &word);) {
        size_t n_digits, n_letters;
        str ascii = ascii_digits(a, word, &n_digits, &n_letters);
        if (n_digits == 0) {
            before_last = name.len;
            if (name.len)
                buf_byte(&name, ' ');
            buf_add(&name, word);
            bool last = str_trim(text).len == 0 && !finished;
            out->last_word = last ? word : STR("");
            continue;
        }
        out->last_word = (str){0};
        read_number(v, a, out, ascii, n_digits, n_letters);
        if (n_letters == 0) {
            buf_add(&numbers, ascii);
            groups++;
            group_digits += n_digits;
        }
    }
    out->name.full = str_dup(a, buf_str(&name));
    out->before_last = str_slice(out->name.full, 0, before_last);
    if (groups > 1 && group_digits >= PHONE_DIGITS_MIN && group_digits <= PHONE_DIGITS_MAX) {
        read_phone(v, a, out, buf_str(&numbers));
        read_document(v, a, out, buf_str(&numbers));
    }
    want_name(v, a, out);
}
