/* catalogue: see catalogue.h. */
#include <string.h>

#include "ground/text/catalogue.h"
#include "ground/text/plural.h"

#define MO_MAGIC 0x950412deu
#define MESSAGES_MAX 100000

struct catalogue {
    const uint8_t *p;
    size_t len;
    bool swapped; /* written on a machine of the other byte order */
    uint32_t n, originals, translations; /* offsets of the two tables */
    str header;
    struct plural plural;
};

static uint32_t u32_at(const struct catalogue *c, size_t at)
{
    const uint8_t *p = c->p + at;
    return c->swapped ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                      : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* Entry i of a table: length and offset of a string, which ends with a NUL that is not counted. Checked once, in catalogue_open. */
static str entry(const struct catalogue *c, uint32_t table, uint32_t i)
{
    size_t at = table + (size_t)i * 8;
    return (str){(const char *)c->p + u32_at(c, at + 4), u32_at(c, at)};
}

static bool table_holds(const struct catalogue *c, uint32_t table)
{
    if (table > c->len || (c->len - table) / 8 < c->n)
        return false;
    for (uint32_t i = 0; i < c->n; i++) {
        uint32_t len = u32_at(c, table + (size_t)i * 8), from = u32_at(c, table + (size_t)i * 8 + 4);
        if (from > c->len || c->len - from <= len || c->p[from + len] != 0)
            return false;
    }
    return true;
}

/* An entry with plural forms holds "one NUL many": the first is what it is sorted and found by. */
static str first_of(str s)
{
    const char *end = memchr(s.p, 0, s.len);
    return end ? (str){s.p, (size_t)(end - s.p)} : s;
}

int catalogue_open(struct arena *a, bytes file, struct catalogue **out, struct err *err)
{
    struct catalogue *c = arena_new_of(a, struct catalogue);
    c->p = file.p;
    c->len = file.len;
    if (file.len < 28)
        return err_set(err, ERR_INPUT, "the catalogue is too short to be one");
    if (u32_at(c, 0) != MO_MAGIC) {
        c->swapped = true;
        if (u32_at(c, 0) != MO_MAGIC)
            return err_set(err, ERR_INPUT, "this is not a compiled catalogue (.mo): make it with msgfmt");
    }
    if (u32_at(c, 4) >> 16 > 1)
        return err_set(err, ERR_INPUT, "the catalogue is of a newer format");
    c->n = u32_at(c, 8);
    c->originals = u32_at(c, 12);
    c->translations = u32_at(c, 16);
    if (c->n > MESSAGES_MAX || !table_holds(c, c->originals) || !table_holds(c, c->translations))
        return err_set(err, ERR_INPUT, "the catalogue is damaged: a string lies outside of the file");
    for (uint32_t i = 1; i < c->n; i++)
        if (str_cmp(first_of(entry(c, c->originals, i - 1)), first_of(entry(c, c->originals, i))) >= 0)
            return err_set(err, ERR_INPUT, "the catalogue is damaged: its messages are not in order");
    if (c->n > 0 && entry(c, c->originals, 0).len == 0)
        c->header = entry(c, c->translations, 0);
    str forms = catalogue_header(c, STR("Plural-Forms"));
    int r = plural_parse(forms.len ? forms : STR("nplurals=2; plural=n != 1;"), &c->plural, err);
    if (r == 0)
        *out = c;
    return r;
}

static bool find(const struct catalogue *c, str message, str *translation)
{
    uint32_t low = 0, high = c->n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = str_cmp(message, first_of(entry(c, c->originals, middle)));
        if (order == 0) {
            *translation = entry(c, c->translations, middle);
            return translation->len > 0;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

str catalogue_find(const struct catalogue *c, const char *message)
{
    str source = str_from(message), translation;
    if (!c || source.len == 0 || !find(c, source, &translation))
        return source;
    return first_of(translation);
}

str catalogue_find_plural(const struct catalogue *c, const char *one, const char *many, int64_t number)
{
    str forms, form;
    if (!c || !find(c, str_from(one), &forms))
        return str_from(number == 1 ? one : many);
    unsigned wanted = plural_form(&c->plural, number < 0 ? (uint64_t)-(number + 1) + 1 : (uint64_t)number);
    for (unsigned i = 0; str_split(&forms, '\0', &form); i++)
        if (i == wanted && form.len > 0)
            return form;
    return str_from(number == 1 ? one : many);
}

/* The message of which a place and a reason are put together. */
static str placed(const struct catalogue *c, struct arena *a, str place, str reason)
{
    str pattern = catalogue_find(c, N_("{place}: {reason}")), words = STR("");
    struct buf b = buf_new(a);
    if (find(c, place, &words))
        place = first_of(words);
    for (size_t i = 0; i < pattern.len; i++) {
        str rest = str_slice(pattern, i, pattern.len), names[] = {STR("{place}"), STR("{reason}")};
        size_t which = str_starts(rest, names[0]) ? 0 : str_starts(rest, names[1]) ? 1 : 2;
        if (which == 2) {
            buf_byte(&b, pattern.p[i]);
            continue;
        }
        buf_add(&b, which == 0 ? place : reason);
        i += names[which].len - 1;
    }
    return buf_str(&b);
}

static bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

static size_t skip_digits(str s, size_t i)
{
    while (i < s.len && is_digit(s.p[i]))
        i++;
    return i;
}

/* What a message has where a sentence has this number: %02d in times, such as 00:31:12, else %d. */
static str number_in(str s, size_t from, size_t to)
{
    const bool time = to - from == 2 && ((from > 0 && s.p[from - 1] == ':') || (to < s.len && s.p[to] == ':'));
    return time ? STR("%02d") : STR("%d");
}

static size_t number_at(str message, size_t i)
{
    str rest = str_slice(message, i, message.len);
    return str_starts(rest, STR("%d")) ? 2 : str_starts(rest, STR("%02d")) ? 4 : 0;
}

/* The sentence, or one whose message has %d where it has numbers, which come in the same order. */
static bool find_sentence(const struct catalogue *c, struct arena *a, str sentence, str *out)
{
    struct buf message = buf_new(a), b = buf_new(a);
    str translation;
    if (find(c, sentence, &translation)) {
        *out = first_of(translation);
        return true;
    }
    for (size_t i = 0; i < sentence.len; i++)
        if (is_digit(sentence.p[i])) {
            const size_t end = skip_digits(sentence, i);
            buf_add(&message, number_in(sentence, i, end));
            i = end - 1;
        } else {
            buf_byte(&message, (uint8_t)sentence.p[i]);
        }
    if (!find(c, buf_str(&message), &translation))
        return false;
    translation = first_of(translation);
    for (size_t i = 0, at = 0; i < translation.len; i++)
        if (number_at(translation, i)) {
            while (at < sentence.len && !is_digit(sentence.p[at]))
                at++;
            const size_t end = skip_digits(sentence, at);
            buf_add(&b, str_slice(sentence, at, end));
            at = end;
            i += number_at(translation, i) - 1;
        } else {
            buf_byte(&b, (uint8_t)translation.p[i]);
        }
    *out = buf_str(&b);
    return true;
}

str catalogue_sentence(const struct catalogue *c, struct arena *a, const char *sentence)
{
    str whole = str_dup(a, str_from(sentence)), translation;
    if (!c || whole.len == 0)
        return whole;
    if (find_sentence(c, a, whole, &translation))
        return translation;
    for (size_t i = 0; i + 2 < whole.len; i++)
        if (whole.p[i] == ':' && whole.p[i + 1] == ' ' && find_sentence(c, a, str_slice(whole, i + 2, whole.len), &translation))
            return placed(c, a, str_slice(whole, 0, i), translation);
    return whole;
}

str catalogue_header(const struct catalogue *c, str name)
{
    str rest = c ? c->header : (str){0}, line;
    while (str_split(&rest, '\n', &line))
        if (str_starts(line, name) && line.len > name.len && line.p[name.len] == ':')
            return str_trim(str_slice(line, name.len + 1, line.len));
    return STR("");
}
