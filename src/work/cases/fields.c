/* fields: look-up and check. One function a type; all of them get text in NFC, trimmed, not empty. */
#include "work/cases/fields.h"

#include <string.h>
#include <threads.h>

#include "work/cases/columns_words.h"
#include "work/cases/dates.h"

#define NUMBER_MAX 999999
#define DECIMAL_MAX 24 /* characters */

/* Names to places in the table, plus one; 0: nobody. Made once: the table never changes. */
#define PLACES 2048 /* a power of two, well above the number of fields */
static uint16_t places[PLACES];
static once_flag places_made = ONCE_FLAG_INIT;

static uint16_t *place_of(str name)
{
    size_t at = (size_t)str_hash(name) % PLACES;
    while (places[at] && !str_eq(name, str_from(fields[places[at] - 1].name)))
        at = (at + 1) % PLACES;
    return &places[at];
}

static void make_places(void)
{
    for (size_t i = 0; i < n_fields; i++) {
        uint16_t *place = place_of(str_from(fields[i].name));
        if (!*place)
            *place = (uint16_t)(i + 1);
    }
}

const struct field *field_find(str name)
{
    call_once(&places_made, make_places);
    uint16_t place = *place_of(name);
    return place ? &fields[place - 1] : NULL;
}

const struct field *field_first(enum field_unit unit)
{
    const struct field *f = fields;
    while (f < fields + n_fields && f->unit != unit)
        f++;
    return f;
}

const struct field_code *field_code_find(const struct field *field, str value)
{
    for (const struct field_code *c = field->codes; c && c->value; c++)
        if (str_eq(value, str_from(c->value)))
            return c;
    return NULL;
}

struct check {
    const struct field *field;
    const struct field_rules *rules;
    struct arena *arena;
};

/* what: a message; pages show it and the label in their language (catalogue_sentence). */
static int refuse(const struct check *c, struct err *err, const char *what)
{
    return err_set(err, ERR_INPUT, "%s: %s", c->field->label, what);
}

/* Controls and marks of direction hide what a text says. A line end is kept where there may be several lines. */
static bool point_allowed(uint32_t p, bool lines)
{
    if (p == '\n')
        return lines;
    if (p < 0x20 || (p >= 0x7f && p < 0xa0) || p == 0x2028 || p == 0x2029 || p == 0xfeff)
        return false;
    return !(p >= 0x202a && p <= 0x202e) && !(p >= 0x2066 && p <= 0x2069);
}

static int check_written(const struct check *c, str in, size_t max, bool lines, str *out, struct err *err)
{
    if (in.len > max)
        return refuse(c, err, N_("this is too long: shorten it, or write the rest as a note"));
    for (size_t at = 0; at < in.len;)
        if (!point_allowed(text_next(in, &at), lines))
            return refuse(c, err, N_("there is a character that cannot be seen: write the text again instead of pasting it"));
    *out = in;
    return 0;
}

static int check_text(const struct check *c, str in, str *out, struct err *err)
{
    return check_written(c, in, FIELD_TEXT_MAX, false, out, err);
}

static int check_long(const struct check *c, str in, str *out, struct err *err)
{
    struct buf b = buf_new(c->arena); /* browsers send \r\n */
    for (size_t i = 0; i < in.len; i++)
        if (in.p[i] != '\r')
            buf_byte(&b, in.p[i] == '\t' ? ' ' : in.p[i]);
        else if (i + 1 == in.len || in.p[i + 1] != '\n')
            buf_byte(&b, '\n');
    return check_written(c, buf_str(&b), FIELD_LONG_MAX, true, out, err);
}

static int check_date(const struct check *c, str in, str *out, struct err *err)
{
    struct date date;
    struct date today = c->field->flags & FIELD_FUTURE ? (struct date){c->rules->today.year + 100, 12, 31} : c->rules->today;
    struct dates_rules rules = {.order = DATES_DAY_FIRST, .today = today};
    enum dates_result why = dates_read(in, &rules, &date);
    if (why != DATES_OK)
        return refuse(c, err, why == DATES_EMPTY ? N_("leave it empty if it is not known") : dates_why(why));
    char text[DATE_TEXT_MAX];
    date_format(text, date);
    *out = str_dup(c->arena, str_from(text));
    return 0;
}

static int check_code(const struct check *c, str in, str *out, struct err *err)
{
    const struct field_code *code = field_code_find(c->field, in);
    if (!code)
        return refuse(c, err, N_("choose one of the list"));
    *out = str_from(code->value);
    return 0;
}

static int check_codes(const struct check *c, str in, str *out, struct err *err)
{
    str rest = in, word;
    while (str_split(&rest, ' ', &word))
        if (word.len && !field_code_find(c->field, word))
            return refuse(c, err, N_("choose from the list"));
    struct buf b = buf_new(c->arena);
    for (const struct field_code *code = c->field->codes; code->value; code++) {
        bool chosen = false;
        rest = in;
        while (!chosen && str_split(&rest, ' ', &word))
            chosen = str_eq(word, str_from(code->value));
        if (chosen)
            buf_addf(&b, "%s%s", b.len ? " " : "", code->value);
    }
    *out = buf_str(&b);
    return 0;
}

/* Digits of all scripts as ASCII; all else stays. */
static str ascii_digits(struct arena *a, str in)
{
    struct buf b = buf_new(a);
    for (size_t at = 0; at < in.len;) {
        uint32_t p = text_next(in, &at);
        int digit = text_digit(p);
        text_put(&b, digit < 0 ? p : (uint32_t)('0' + digit));
    }
    return buf_str(&b);
}

static int check_number(const struct check *c, str in, str *out, struct err *err)
{
    int64_t number;
    if (!str_to_int(ascii_digits(c->arena, in), 0, NUMBER_MAX, &number))
        return refuse(c, err, N_("write a whole number from 0 to 999999 in digits"));
    *out = str_printf(c->arena, "%lld", (long long)number);
    return 0;
}

static int check_decimal(const struct check *c, str in, str *out, struct err *err)
{
    str s = ascii_digits(c->arena, in);
    size_t digits = 0, points = 0;
    bool good = s.len <= DECIMAL_MAX;
    for (size_t i = 0; good && i < s.len; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9')
            digits++;
        else if (s.p[i] == '.' && i + 1 < s.len && digits)
            points++;
        else
            good = i == 0 && s.p[i] == '-';
    }
    if (!good || !digits || points > 1)
        return refuse(c, err, N_("write a number in digits, with a point before the decimals and nothing between the thousands"));
    *out = s;
    return 0;
}

/* E.164: a plus, a country code that does not begin with 0, 7 to 15 digits. */
static int check_phone(const struct check *c, str in, str *out, struct err *err)
{
    str s = ascii_digits(c->arena, in);
    struct buf b = buf_new(c->arena);
    bool good = true;
    for (size_t i = 0; good && i < s.len; i++) {
        if ((s.p[i] == '+' && b.len == 0) || (s.p[i] >= '0' && s.p[i] <= '9'))
            buf_byte(&b, s.p[i]);
        else
            good = memchr(" -.()/", s.p[i], 6) != NULL;
    }
    str phone = buf_str(&b);
    if (!good || phone.len < 8 || phone.len > 16 || phone.p[0] != '+' || phone.p[1] == '0')
        return refuse(c, err, N_("write the number with + and the country's code in front, such as +66 for Thailand, without the 0 after it"));
    *out = phone;
    return 0;
}

static int check_country(const struct check *c, str in, str *out, struct err *err)
{
    *out = columns_word_country(c->arena, in);
    return out->len ? 0 : refuse(c, err, N_("choose a country, or write its two letters, such as KH"));
}

static str letters(struct arena *a, str in, char from, char to)
{
    char *s = arena_alloc(a, in.len + 1);
    for (size_t i = 0; i < in.len; i++) {
        char lower = (char)(in.p[i] | 0x20);
        if (lower < 'a' || lower > 'z')
            return (str){0};
        s[i] = from == 'a' ? lower : (char)(lower - ('a' - to));
    }
    s[in.len] = 0;
    return (str){s, in.len};
}

static int check_language(const struct check *c, str in, str *out, struct err *err)
{
    *out = in.len == 2 || in.len == 3 ? letters(c->arena, in, 'a', 'a') : (str){0};
    return out->len ? 0 : refuse(c, err, N_("choose a language, or write its two or three letters, such as km"));
}

static int check_currency(const struct check *c, str in, str *out, struct err *err)
{
    *out = in.len == 3 ? letters(c->arena, in, 'A', 'A') : (str){0};
    return out->len ? 0 : refuse(c, err, N_("write the three letters of the currency, such as THB"));
}

static int check_yes_no(const struct check *c, str in, str *out, struct err *err)
{
    if (!str_eq(in, STR("yes")) && !str_eq(in, STR("no")) && !str_eq(in, STR("unknown")))
        return refuse(c, err, N_("choose yes, no or unknown"));
    *out = in;
    return 0;
}

static int (*const checks[FIELD_TYPES])(const struct check *c, str in, str *out, struct err *err) = {
    [FIELD_TEXT] = check_text,         [FIELD_LONG] = check_long,         [FIELD_DATE] = check_date,
    [FIELD_CODE] = check_code,         [FIELD_CODES] = check_codes,       [FIELD_NUMBER] = check_number,
    [FIELD_DECIMAL] = check_decimal,   [FIELD_PHONE] = check_phone,       [FIELD_COUNTRY] = check_country,
    [FIELD_LANGUAGE] = check_language, [FIELD_CURRENCY] = check_currency, [FIELD_YES_NO] = check_yes_no,
};

int field_check(const struct field *field, const struct field_rules *rules, struct arena *a, str in, str *normal, struct err *err)
{
    struct check c = {field, rules, a};
    *normal = (str){"", 0};
    if (in.len > 4 * FIELD_LONG_MAX) /* before any work is done on it */
        return refuse(&c, err, N_("this is far too long: add it as an attachment"));
    if (!text_utf8_valid(in))
        return refuse(&c, err, N_("this is not UTF-8: write the text again"));
    str trimmed = str_trim(text_nfc(rules->text, a, in));
    if (trimmed.len == 0)
        return 0;
    int result = checks[field->type](&c, trimmed, normal, err);
    if (result < 0)
        *normal = (str){"", 0};
    return result;
}
