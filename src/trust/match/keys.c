/* keys: the table of key families, and the one generator that reads it. */
#include "trust/match/keys.h"

#include <stdio.h>
#include <string.h>

#include "ground/text/text.h"

#define BOTH (MATCH_SIDE_HOLDER | MATCH_SIDE_ASKER)
#define ALL MATCH_UNITS_MAX
#define WORD MATCH_PIECE_WORD
#define SKELETON MATCH_PIECE_SKELETON

/* Why these: measured on records with typing, phonetic and scanning errors, swapped names, and dates with one wrong digit or
 * none at all, each family below finds pairs that no other finds. A full date alone tells one in 36,500 apart, so any hint of
 * a name beside it will do; two of a date's three parts need a whole name; no date needs both names, one of them whole. */
const struct match_family match_families[] = {
    {1, BOTH, 0, {MATCH_PIECE_DOCUMENT}, MATCH_DATE_NONE, "document number"},
    {2, BOTH, 0, {MATCH_PIECE_PHONE}, MATCH_DATE_NONE, "phone number"},
    {3, BOTH, ALL, {WORD}, MATCH_DATE_FULL, "one name, birth date"},
    {4, BOTH, ALL, {MATCH_PIECE_SKELETONS}, MATCH_DATE_FULL, "one name's skeleton, birth date"},
    {5, BOTH, 4, {WORD, WORD}, MATCH_DATE_NONE, "two names"},
    {6, BOTH, 4, {SKELETON, SKELETON}, MATCH_DATE_NONE, "two names' skeletons"},
    {7, BOTH, 4, {MATCH_PIECE_START}, MATCH_DATE_FULL, "beginning of a name, birth date"},
    {8, BOTH, 4, {MATCH_PIECE_END}, MATCH_DATE_FULL, "end of a name, birth date"},
    {9, BOTH, 2, {WORD}, MATCH_DATE_YEAR_MONTH, "one name, year and month of birth"},
    {10, BOTH, 2, {WORD}, MATCH_DATE_YEAR_DAY, "one name, year and day of birth"},
    {11, BOTH, 2, {WORD}, MATCH_DATE_MONTH_DAY, "one name, month and day of birth"},
    {4, MATCH_SIDE_ASKER, 2, {SKELETON}, MATCH_DATE_SWAPPED, "one name's skeleton, birth date with day and month swapped"},
    {12, BOTH, 2, {SKELETON, SKELETON}, MATCH_DATE_YEAR_MONTH, "two names' skeletons, year and month of birth"},
    {13, BOTH, 2, {SKELETON, SKELETON}, MATCH_DATE_YEAR_DAY, "two names' skeletons, year and day of birth"},
    {14, BOTH, 2, {SKELETON, SKELETON}, MATCH_DATE_MONTH_DAY, "two names' skeletons, month and day of birth"},
    {15, BOTH, 2, {SKELETON, SKELETON}, MATCH_DATE_YEAR, "two names' skeletons, year of birth"},
    {16, BOTH, 2, {WORD, MATCH_PIECE_START}, MATCH_DATE_NONE, "one name, beginning of another"},
    {17, BOTH, 2, {WORD, MATCH_PIECE_END}, MATCH_DATE_NONE, "one name, end of another"},
    {18, BOTH, 2, {SKELETON, MATCH_PIECE_DOCUMENT_START}, MATCH_DATE_NONE, "one name's skeleton, beginning of the document number"},
    {19, BOTH, 2, {SKELETON, MATCH_PIECE_DOCUMENT_END}, MATCH_DATE_NONE, "one name's skeleton, end of the document number"},
    {20, BOTH, 0, {MATCH_PIECE_DOCUMENT_START}, MATCH_DATE_FULL, "beginning of the document number, birth date"},
    {21, BOTH, 0, {MATCH_PIECE_DOCUMENT_END}, MATCH_DATE_FULL, "end of the document number, birth date"},
    {6, BOTH, 2, {MATCH_PIECE_SKELETONS, MATCH_PIECE_SKELETONS}, MATCH_DATE_NONE, "two names' other skeletons"},
    {22, BOTH, 2, {MATCH_PIECE_NEIGHBOUR}, MATCH_DATE_FULL, "one name within a letter, birth date"},
};
const size_t n_match_families = sizeof match_families / sizeof match_families[0];

#define PART_LETTERS 3
#define NEIGHBOUR_LETTERS_MIN 4
#define DOCUMENT_PART 4
#define DOCUMENT_HALVES_MIN 6
#define LATIN_MAX 40

/* --- units ------------------------------------------------------------------------------------------------------- */

static void add_unit(struct match_units *units, struct match_unit unit)
{
    unit.latin = str_slice(unit.latin, 0, LATIN_MAX);
    for (size_t i = 0; i < units->n; i++)
        if (str_eq(units->unit[i].latin, unit.latin))
            return;
    if (units->n < MATCH_UNITS_MAX && unit.latin.len)
        units->unit[units->n++] = unit;
}

static struct match_unit unit_of(const struct name_token *t)
{
    struct match_unit unit = {.latin = t->n_latin ? t->latin[0] : (str){0}, .part = t->part};
    for (size_t i = 0; i < t->n_skeletons && i < MATCH_UNIT_SKELETONS; i++)
        unit.skeleton[unit.n_skeletons++] = str_slice(t->skeleton[i], 0, LATIN_MAX);
    if (unit.n_skeletons == 0)
        unit.latin.len = 0; /* nothing to compare */
    return unit;
}

/* What counts of a name: its words but initials and what may be missing; if that leaves fewer than two, the latter too. */
static size_t telling_words(const struct name_forms *forms, const struct name_token *out[static NAMES_TOKENS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < forms->n; i++)
        if (!forms->tokens[i].initial && !forms->tokens[i].minor)
            out[n++] = &forms->tokens[i];
    if (n < 2)
        for (size_t i = 0; i < forms->n; i++)
            if (!forms->tokens[i].initial && forms->tokens[i].minor)
                out[n++] = &forms->tokens[i];
    return n;
}

static const struct name_token *first_of(const struct name_token *const words[], size_t n, enum name_part part)
{
    for (size_t i = 0; i < n; i++)
        if (words[i]->part == part)
            return words[i];
    return NULL;
}

/* "van der Mey" is also written Vandermey: all words of a part as one. The inner vowel marks of a skeleton go, as folding
 * the whole word would have dropped them. */
static void add_joined(struct arena *a, struct match_units *units, const struct name_forms *forms, enum name_part part)
{
    struct buf latin = buf_new(a), skeleton = buf_new(a);
    size_t words = 0;
    for (size_t i = 0; i < forms->n; i++) {
        const struct name_token *t = &forms->tokens[i];
        if (t->part != part || t->initial || t->n_latin == 0 || t->n_skeletons == 0)
            continue;
        str s = t->skeleton[0];
        if (words && str_starts(s, STR("A")))
            s = str_slice(s, 1, s.len);
        if (skeleton.len && s.len && s.p[0] == skeleton.p[skeleton.len - 1])
            s = str_slice(s, 1, s.len);
        buf_add(&latin, t->latin[0]);
        buf_add(&skeleton, s);
        words++;
    }
    if (words < 2 || latin.len > LATIN_MAX)
        return;
    add_unit(units, (struct match_unit){.latin = buf_str(&latin), .skeleton = {buf_str(&skeleton)}, .n_skeletons = 1, .part = part});
}

static void add_names(const struct names *n, struct arena *a, const struct identity *who, struct match_units *out)
{
    static const enum name_part parts[] = {NAME_PART_FAMILY, NAME_PART_GIVEN};
    for (size_t k = 0; k < who->n_names && k < IDENTITY_NAMES_MAX; k++) {
        struct name_forms forms;
        const struct name_token *words[NAMES_TOKENS_MAX];
        names_forms(n, a, &who->names[k], &forms);
        size_t count = telling_words(&forms, words);
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
            const struct name_token *first = first_of(words, count, parts[i]);
            if (first)
                add_unit(out, unit_of(first));
        }
        for (size_t i = 0; i < count; i++)
            add_unit(out, unit_of(words[i]));
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
            add_joined(a, out, &forms, parts[i]);
    }
}

/* --- documents, phones, dates ------------------------------------------------------------------------------------ */

str match_phone_tail(struct arena *a, str phone)
{
    char *digits = arena_alloc(a, phone.len + 1);
    size_t len = 0;
    for (size_t at = 0; at < phone.len;) {
        int digit = text_digit(text_next(phone, &at));
        if (digit >= 0)
            digits[len++] = (char)('0' + digit);
    }
    if (len < MATCH_PHONE_TAIL - 1)
        return (str){0};
    size_t from = len > MATCH_PHONE_TAIL ? len - MATCH_PHONE_TAIL : 0;
    return (str){digits + from, len - from};
}

str match_document(struct arena *a, str number)
{
    char *out = arena_alloc(a, number.len + 1);
    size_t len = 0;
    for (size_t at = 0; at < number.len && len < LATIN_MAX;) {
        uint32_t c = text_next(number, &at);
        int digit = text_digit(c);
        if (digit >= 0)
            out[len++] = (char)('0' + digit);
        else if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
            out[len++] = (char)(c & ~0x20u);
    }
    return (str){out, len};
}

void match_units(const struct names *n, struct arena *a, const struct identity *who, struct match_units *out)
{
    *out = (struct match_units){0};
    add_names(n, a, who, out);
    for (size_t i = 0; i < who->n_documents && out->n_documents < MATCH_LIST_MAX; i++) {
        str number = match_document(a, who->documents[i].number);
        if (number.len)
            out->documents[out->n_documents++] = number;
    }
    for (size_t i = 0; i < who->n_phones && out->n_phones < MATCH_LIST_MAX; i++) {
        str tail = match_phone_tail(a, who->phones[i]);
        if (tail.len)
            out->phones[out->n_phones++] = tail;
    }
}

/* --- the generator ----------------------------------------------------------------------------------------------- */

/* Eight characters, '-' for what is left out; false when the identity does not know what the form needs. */
static bool date_text(char out[static 9], struct date d, enum match_date form)
{
    static const struct { bool year, month, day; } takes[] = {
        [MATCH_DATE_FULL] = {true, true, true},        [MATCH_DATE_SWAPPED] = {true, true, true},
        [MATCH_DATE_YEAR_MONTH] = {true, true, false}, [MATCH_DATE_YEAR_DAY] = {true, false, true},
        [MATCH_DATE_MONTH_DAY] = {false, true, true},  [MATCH_DATE_YEAR] = {true, false, false},
    };
    if ((takes[form].year && !d.year) || (takes[form].month && !d.month) || (takes[form].day && !d.day))
        return false;
    if (form == MATCH_DATE_SWAPPED) {
        if (d.month == d.day || d.day > 12)
            return false;
        d = (struct date){d.year, d.day, d.month};
    }
    char text[32];
    snprintf(text, sizeof text, "%04d%02d%02d", d.year % 10000, d.month % 100, d.day % 100);
    if (!takes[form].year)
        memset(text, '-', 4);
    if (!takes[form].month)
        memset(text + 4, '-', 2);
    if (!takes[form].day)
        memset(text + 6, '-', 2);
    memcpy(out, text, 9);
    return true;
}

struct value { str text; uint8_t unit; };
#define VALUES_MAX (MATCH_UNITS_MAX * (LATIN_MAX + 1))

struct maker {
    struct arena *arena;
    str ruleset;
    struct match_units units;
    struct date born;
    struct match_key *out;
    size_t n, max;
};

static size_t neighbours(struct arena *a, str word, uint8_t unit, struct value out[])
{
    size_t n = 0;
    if (word.len < NEIGHBOUR_LETTERS_MIN)
        return 0;
    out[n++] = (struct value){word, unit};
    for (size_t drop = 0; drop < word.len; drop++)
        if (drop == 0 || word.p[drop] != word.p[drop - 1]) /* "anna" less either n is the same */
            out[n++] = (struct value){str_printf(a, "%.*s%.*s", (int)drop, word.p, (int)(word.len - drop - 1), word.p + drop + 1), unit};
    return n;
}

static size_t unit_values(struct arena *a, const struct match_unit *u, uint8_t index, enum match_piece piece, struct value out[])
{
    size_t n = 0, len = u->latin.len;
    switch (piece) {
    case MATCH_PIECE_WORD: out[n++] = (struct value){u->latin, index}; break;
    case MATCH_PIECE_START: out[n++] = (struct value){str_slice(u->latin, 0, PART_LETTERS), index}; break;
    case MATCH_PIECE_END: out[n++] = (struct value){str_slice(u->latin, len > PART_LETTERS ? len - PART_LETTERS : 0, len), index}; break;
    case MATCH_PIECE_NEIGHBOUR: n = neighbours(a, u->latin, index, out); break;
    case MATCH_PIECE_SKELETON: out[n++] = (struct value){u->skeleton[0], index}; break;
    case MATCH_PIECE_SKELETONS:
        for (size_t i = 0; i < u->n_skeletons; i++)
            out[n++] = (struct value){u->skeleton[i], index};
        break;
    default: break;
    }
    return n;
}

static size_t list_values(const struct maker *m, enum match_piece piece, struct value out[])
{
    const str *list = piece == MATCH_PIECE_PHONE ? m->units.phones : m->units.documents;
    size_t n = 0, n_list = piece == MATCH_PIECE_PHONE ? m->units.n_phones : m->units.n_documents;
    for (size_t i = 0; i < n_list; i++) {
        str s = list[i];
        if (piece == MATCH_PIECE_DOCUMENT_START || piece == MATCH_PIECE_DOCUMENT_END) {
            if (s.len < DOCUMENT_HALVES_MIN)
                continue;
            s = piece == MATCH_PIECE_DOCUMENT_START ? str_slice(s, 0, DOCUMENT_PART) : str_slice(s, s.len - DOCUMENT_PART, s.len);
        }
        out[n++] = (struct value){s, MATCH_NO_UNIT};
    }
    return n;
}

static size_t values(const struct maker *m, const struct match_family *f, int which, struct value out[])
{
    enum match_piece piece = f->pieces[which];
    if (piece >= MATCH_PIECE_DOCUMENT)
        return list_values(m, piece, out);
    size_t n = 0;
    for (size_t i = 0; i < m->units.n && i < f->units; i++)
        n += unit_values(m->arena, &m->units.unit[i], (uint8_t)i, piece, out + n);
    return n;
}

/* ruleset || 0 || id || first [ '|' second ] [ '|' date ], unless the identity has that key already or the room is out. */
static void add_key(struct maker *m, const struct match_family *f, const struct value *first, const struct value *second, const char *date)
{
    if (m->n == m->max || first->text.len == 0)
        return;
    struct buf b = buf_new(m->arena);
    buf_add(&b, m->ruleset);
    buf_byte(&b, 0);
    buf_byte(&b, (char)f->id);
    buf_add(&b, first->text);
    if (second)
        buf_addf(&b, "|%.*s", STR_ARG(second->text));
    if (date)
        buf_addf(&b, "|%s", date);
    bytes input = buf_bytes(&b);
    for (size_t i = 0; i < m->n; i++)
        if (str_eq(bytes_str(m->out[i].input), bytes_str(input)))
            return;
    if (input.len <= MATCH_INPUT_MAX)
        m->out[m->n++] = (struct match_key){(uint8_t)(f - match_families), {first->unit, second ? second->unit : MATCH_NO_UNIT}, input};
}

/* Names have no order: of two pieces of one kind, the smaller stands first. */
static void add_pairs(struct maker *m, const struct match_family *f, const struct value first[], size_t n_first, const char *date)
{
    struct value *second = arena_array(m->arena, struct value, VALUES_MAX);
    bool same = f->pieces[0] == f->pieces[1];
    size_t n_second = values(m, f, 1, second);
    for (size_t i = 0; i < n_first; i++)
        for (size_t j = 0; j < n_second; j++) {
            const struct value *a = &first[i], *b = &second[j];
            if (a->unit == b->unit || (same && a->unit > b->unit) || b->text.len == 0)
                continue;
            bool turn = same && str_cmp(a->text, b->text) > 0;
            add_key(m, f, turn ? b : a, turn ? a : b, date);
        }
}

static void add_family(struct maker *m, const struct match_family *f)
{
    char date[9];
    bool dated = f->date != MATCH_DATE_NONE;
    if (m->n == m->max || (dated && !date_text(date, m->born, f->date)))
        return;
    struct value *first = arena_array(m->arena, struct value, VALUES_MAX);
    size_t n = values(m, f, 0, first);
    if (f->pieces[1] != MATCH_PIECE_NONE)
        add_pairs(m, f, first, n, dated ? date : NULL);
    else
        for (size_t i = 0; i < n; i++)
            add_key(m, f, &first[i], NULL, dated ? date : NULL);
}

size_t match_keys(const struct names *n, struct arena *a, const struct identity *who, enum match_side side,
                  struct match_key out[static MATCH_KEYS_MAX])
{
    struct maker m = {.arena = a, .ruleset = str_from(names_ruleset(n)), .born = who->born, .out = out,
                      .max = side == MATCH_SIDE_ASKER ? MATCH_QUESTION_LEN : MATCH_KEYS_MAX};
    match_units(n, a, who, &m.units);
    for (size_t i = 0; i < n_match_families; i++)
        if (match_families[i].sides & side)
            add_family(&m, &match_families[i]);
    return m.n;
}

uint16_t match_bits(const struct identity *who)
{
    bool parts = false, name = false;
    for (size_t i = 0; i < who->n_names; i++) {
        const struct name *n = &who->names[i];
        bool two = str_contains(str_trim(n->full), STR(" ")) || str_contains(str_trim(n->family), STR(" ")) ||
                   str_contains(str_trim(n->given), STR(" "));
        name = name || n->given.len || n->family.len || n->full.len;
        parts = parts || two || (n->given.len && n->family.len);
    }
    unsigned bits = (name ? MATCH_BIT_NAME : 0u) | (parts ? MATCH_BIT_NAME_PARTS : 0u) | (who->born.year ? MATCH_BIT_YEAR : 0u) |
                    (who->born.month ? MATCH_BIT_MONTH : 0u) | (who->born.day ? MATCH_BIT_DAY : 0u) |
                    (who->n_documents ? MATCH_BIT_DOCUMENT : 0u) | (who->n_phones ? MATCH_BIT_PHONE : 0u) |
                    (who->n_places ? MATCH_BIT_PLACE : 0u) | (who->sex == SEX_FEMALE ? MATCH_BIT_FEMALE : 0u) |
                    (who->sex == SEX_MALE ? MATCH_BIT_MALE : 0u) | (who->sex == SEX_OTHER ? MATCH_BIT_OTHER_SEX : 0u) |
                    (who->presumed ? MATCH_BIT_PRESUMED : 0u);
    return (uint16_t)bits;
}
