#include "work/cases/dates.h"

#include <string.h>

#include "ground/text/text.h"

#define WORD_MAX 64
#define NUMBERS_MAX 6
#define BUDDHIST_YEARS 543 /* the Buddhist era of Thailand, Laos and Cambodia is ahead by so much */

enum word_kind { WORD_MONTH, WORD_FILLER, WORD_DAY_NEXT, WORD_MONTH_NEXT, WORD_YEAR_NEXT, WORD_BUDDHIST, WORD_COMMON_ERA, WORD_AGE, WORD_ESTIMATE, WORD_UNKNOWN };

/* Lower case, NFC, dots left out. Latin and Cyrillic words also match by their first three letters or more. In scripts
 * without spaces, words are cut off one after the other, the longest first. */
static const struct word {
    const char *text;
    enum word_kind kind;
    uint8_t month;
} words[] = {
    /* English, French, German, Vietnamese, Russian (nominative and genitive) */
    {"january", WORD_MONTH, 1}, {"february", WORD_MONTH, 2}, {"march", WORD_MONTH, 3}, {"april", WORD_MONTH, 4},
    {"may", WORD_MONTH, 5}, {"june", WORD_MONTH, 6}, {"july", WORD_MONTH, 7}, {"august", WORD_MONTH, 8},
    {"september", WORD_MONTH, 9}, {"october", WORD_MONTH, 10}, {"november", WORD_MONTH, 11}, {"december", WORD_MONTH, 12},
    {"janvier", WORD_MONTH, 1}, {"février", WORD_MONTH, 2}, {"fevrier", WORD_MONTH, 2}, {"mars", WORD_MONTH, 3},
    {"avril", WORD_MONTH, 4}, {"mai", WORD_MONTH, 5}, {"juin", WORD_MONTH, 6}, {"juillet", WORD_MONTH, 7},
    {"août", WORD_MONTH, 8}, {"aout", WORD_MONTH, 8}, {"septembre", WORD_MONTH, 9}, {"octobre", WORD_MONTH, 10},
    {"novembre", WORD_MONTH, 11}, {"décembre", WORD_MONTH, 12}, {"decembre", WORD_MONTH, 12},
    {"januar", WORD_MONTH, 1}, {"jänner", WORD_MONTH, 1}, {"februar", WORD_MONTH, 2}, {"märz", WORD_MONTH, 3},
    {"maerz", WORD_MONTH, 3}, {"juni", WORD_MONTH, 6}, {"juli", WORD_MONTH, 7}, {"oktober", WORD_MONTH, 10},
    {"dezember", WORD_MONTH, 12},
    {"январь", WORD_MONTH, 1}, {"января", WORD_MONTH, 1}, {"февраль", WORD_MONTH, 2}, {"февраля", WORD_MONTH, 2},
    {"март", WORD_MONTH, 3}, {"марта", WORD_MONTH, 3}, {"апрель", WORD_MONTH, 4}, {"апреля", WORD_MONTH, 4},
    {"май", WORD_MONTH, 5}, {"мая", WORD_MONTH, 5}, {"июнь", WORD_MONTH, 6}, {"июня", WORD_MONTH, 6},
    {"июль", WORD_MONTH, 7}, {"июля", WORD_MONTH, 7}, {"август", WORD_MONTH, 8}, {"августа", WORD_MONTH, 8},
    {"сентябрь", WORD_MONTH, 9}, {"сентября", WORD_MONTH, 9}, {"октябрь", WORD_MONTH, 10}, {"октября", WORD_MONTH, 10},
    {"ноябрь", WORD_MONTH, 11}, {"ноября", WORD_MONTH, 11}, {"декабрь", WORD_MONTH, 12}, {"декабря", WORD_MONTH, 12},
    {"ngày", WORD_DAY_NEXT, 0}, {"tháng", WORD_MONTH_NEXT, 0}, {"thg", WORD_MONTH_NEXT, 0}, {"năm", WORD_YEAR_NEXT, 0},
    /* Thai, full and short (without their dots) */
    {"มกราคม", WORD_MONTH, 1}, {"กุมภาพันธ์", WORD_MONTH, 2}, {"มีนาคม", WORD_MONTH, 3}, {"เมษายน", WORD_MONTH, 4},
    {"พฤษภาคม", WORD_MONTH, 5}, {"มิถุนายน", WORD_MONTH, 6}, {"กรกฎาคม", WORD_MONTH, 7}, {"สิงหาคม", WORD_MONTH, 8},
    {"กันยายน", WORD_MONTH, 9}, {"ตุลาคม", WORD_MONTH, 10}, {"พฤศจิกายน", WORD_MONTH, 11}, {"ธันวาคม", WORD_MONTH, 12},
    {"มค", WORD_MONTH, 1}, {"กพ", WORD_MONTH, 2}, {"มีค", WORD_MONTH, 3}, {"เมย", WORD_MONTH, 4}, {"พค", WORD_MONTH, 5},
    {"มิย", WORD_MONTH, 6}, {"กค", WORD_MONTH, 7}, {"สค", WORD_MONTH, 8}, {"กย", WORD_MONTH, 9}, {"ตค", WORD_MONTH, 10},
    {"พย", WORD_MONTH, 11}, {"ธค", WORD_MONTH, 12},
    {"วันที่", WORD_DAY_NEXT, 0}, {"เดือน", WORD_MONTH_NEXT, 0}, {"ปี", WORD_FILLER, 0}, {"พศ", WORD_BUDDHIST, 0}, {"คศ", WORD_COMMON_ERA, 0},
    /* Khmer */
    {"មករា", WORD_MONTH, 1}, {"កុម្ភៈ", WORD_MONTH, 2}, {"កុម្ភះ", WORD_MONTH, 2}, {"មីនា", WORD_MONTH, 3}, {"មេសា", WORD_MONTH, 4},
    {"ឧសភា", WORD_MONTH, 5}, {"មិថុនា", WORD_MONTH, 6}, {"កក្កដា", WORD_MONTH, 7}, {"សីហា", WORD_MONTH, 8},
    {"កញ្ញា", WORD_MONTH, 9}, {"តុលា", WORD_MONTH, 10}, {"វិច្ឆិកា", WORD_MONTH, 11}, {"ធ្នូ", WORD_MONTH, 12},
    {"ថ្ងៃទី", WORD_DAY_NEXT, 0}, {"ថ្ងៃ", WORD_FILLER, 0}, {"ទី", WORD_DAY_NEXT, 0}, {"ខែ", WORD_MONTH_NEXT, 0}, {"ឆ្នាំ", WORD_FILLER, 0},
    {"ពស", WORD_BUDDHIST, 0}, {"គស", WORD_COMMON_ERA, 0},
    /* Lao */
    {"ມັງກອນ", WORD_MONTH, 1}, {"ກຸມພາ", WORD_MONTH, 2}, {"ມີນາ", WORD_MONTH, 3}, {"ເມສາ", WORD_MONTH, 4}, {"ພຶດສະພາ", WORD_MONTH, 5},
    {"ມິຖຸນາ", WORD_MONTH, 6}, {"ກໍລະກົດ", WORD_MONTH, 7}, {"ສິງຫາ", WORD_MONTH, 8}, {"ກັນຍາ", WORD_MONTH, 9}, {"ຕຸລາ", WORD_MONTH, 10},
    {"ພະຈິກ", WORD_MONTH, 11}, {"ທັນວາ", WORD_MONTH, 12},
    /* Chinese: behind the numbers */
    {"年", WORD_FILLER, 0}, {"月", WORD_FILLER, 0}, {"日", WORD_FILLER, 0}, {"号", WORD_FILLER, 0}, {"生", WORD_FILLER, 0},
    /* what stands around */
    {"of", WORD_FILLER, 0}, {"the", WORD_FILLER, 0}, {"de", WORD_FILLER, 0}, {"du", WORD_FILLER, 0}, {"le", WORD_FILLER, 0},
    {"den", WORD_FILLER, 0}, {"st", WORD_FILLER, 0}, {"nd", WORD_FILLER, 0}, {"rd", WORD_FILLER, 0}, {"th", WORD_FILLER, 0},
    {"er", WORD_FILLER, 0}, {"г", WORD_FILLER, 0}, {"года", WORD_FILLER, 0}, {"год", WORD_FILLER, 0}, {"born", WORD_FILLER, 0},
    {"be", WORD_BUDDHIST, 0}, {"ad", WORD_COMMON_ERA, 0}, {"ce", WORD_COMMON_ERA, 0},
    {"age", WORD_AGE, 0}, {"aged", WORD_AGE, 0}, {"year", WORD_AGE, 0}, {"years", WORD_AGE, 0}, {"old", WORD_AGE, 0}, {"yo", WORD_AGE, 0},
    {"yrs", WORD_AGE, 0}, {"ans", WORD_AGE, 0}, {"jahre", WORD_AGE, 0}, {"alt", WORD_AGE, 0}, {"tuổi", WORD_AGE, 0}, {"лет", WORD_AGE, 0}, {"อายุ", WORD_AGE, 0},
    {"អាយុ", WORD_AGE, 0}, {"岁", WORD_AGE, 0},
    {"about", WORD_ESTIMATE, 0}, {"approx", WORD_ESTIMATE, 0}, {"approximately", WORD_ESTIMATE, 0}, {"around", WORD_ESTIMATE, 0},
    {"circa", WORD_ESTIMATE, 0}, {"ca", WORD_ESTIMATE, 0}, {"c", WORD_ESTIMATE, 0}, {"before", WORD_ESTIMATE, 0}, {"after", WORD_ESTIMATE, 0},
    {"vers", WORD_ESTIMATE, 0}, {"environ", WORD_ESTIMATE, 0}, {"um", WORD_ESTIMATE, 0}, {"etwa", WORD_ESTIMATE, 0},
    {"khoảng", WORD_ESTIMATE, 0}, {"ประมาณ", WORD_ESTIMATE, 0}, {"ប្រហែល", WORD_ESTIMATE, 0}, {"около", WORD_ESTIMATE, 0},
    {"примерно", WORD_ESTIMATE, 0},
    {"unknown", WORD_UNKNOWN, 0}, {"unk", WORD_UNKNOWN, 0}, {"na", WORD_UNKNOWN, 0}, {"n", WORD_UNKNOWN, 0}, {"a", WORD_UNKNOWN, 0}, {"none", WORD_UNKNOWN, 0}, {"null", WORD_UNKNOWN, 0},
    {"nil", WORD_UNKNOWN, 0}, {"inconnu", WORD_UNKNOWN, 0}, {"inconnue", WORD_UNKNOWN, 0}, {"unbekannt", WORD_UNKNOWN, 0},
    {"không", WORD_UNKNOWN, 0}, {"rõ", WORD_UNKNOWN, 0}, {"ไม่ทราบ", WORD_UNKNOWN, 0}, {"មិនដឹង", WORD_UNKNOWN, 0}, {"неизвестно", WORD_UNKNOWN, 0},
    {"不详", WORD_UNKNOWN, 0},
};

enum role { ROLE_NONE, ROLE_DAY, ROLE_MONTH, ROLE_YEAR };

struct number {
    int64_t value;
    int digits;
    enum role role; /* a word before it said so */
    char before;    /* the separator before it */
};

struct cell {
    struct number numbers[NUMBERS_MAX];
    int n;
    int month; /* from its name */
    bool thai, buddhist, common_era, age, estimate, unknown, unreadable;
};

/* Lower case for the scripts that have it here: ASCII, Latin-1, Vietnamese, Cyrillic. */
static uint32_t lower(uint32_t c)
{
    if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x410 && c <= 0x42f))
        return c + 32;
    if (c >= 0x400 && c <= 0x40f)
        return c + 80;
    if ((c >= 0x100 && c <= 0x137) || (c >= 0x1ea0 && c <= 0x1ef9))
        return c | 1;
    return c == 0x1a0 ? 0x1a1 : c == 0x1af ? 0x1b0 : c;
}

static bool has_spaces(str word) /* Latin and Cyrillic put spaces between words; first bytes below U+0800, or Vietnamese */
{
    uint8_t first = (uint8_t)word.p[0];
    return first < 0xe0 || (first == 0xe1 && (uint8_t)word.p[1] >= 0xb8 && (uint8_t)word.p[1] <= 0xbb);
}

static size_t letters(str word)
{
    size_t n = 0;
    for (size_t i = 0; i < word.len; i++)
        n += ((uint8_t)word.p[i] & 0xc0) != 0x80;
    return n;
}

/* A whole word, or the beginning of months that are all the same. */
static const struct word *find_whole(str word)
{
    const struct word *found = NULL;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        str w = str_from(words[i].text);
        if (str_eq(w, word))
            return &words[i];
    }
    if (letters(word) < 3)
        return NULL;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].kind != WORD_MONTH || !str_starts(str_from(words[i].text), word))
            continue;
        if (found && found->month != words[i].month)
            return NULL;
        found = &words[i];
    }
    return found;
}

static const struct word *find_longest(str word)
{
    const struct word *found = NULL;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_starts(word, str_from(words[i].text)) && (!found || strlen(words[i].text) > strlen(found->text)))
            found = &words[i];
    return found;
}

static void apply(struct cell *cell, const struct word *w, enum role *next)
{
    switch (w->kind) {
    case WORD_MONTH:
        cell->unreadable |= cell->month && cell->month != w->month;
        cell->month = w->month;
        cell->thai |= (uint8_t)w->text[0] == 0xe0 && (uint8_t)w->text[1] <= 0xb9; /* U+0E00: years of the Buddhist era */
        break;
    case WORD_DAY_NEXT: *next = ROLE_DAY; break;
    case WORD_MONTH_NEXT: *next = ROLE_MONTH; break;
    case WORD_YEAR_NEXT: *next = ROLE_YEAR; break;
    case WORD_BUDDHIST: cell->buddhist = true; break;
    case WORD_COMMON_ERA: cell->common_era = true; break;
    case WORD_AGE: cell->age = true; break;
    case WORD_ESTIMATE: cell->estimate = true; break;
    case WORD_UNKNOWN: cell->unknown = true; break;
    case WORD_FILLER: break;
    }
}

static void take_word(struct cell *cell, str word, enum role *next)
{
    while (word.len) {
        bool whole = has_spaces(word);
        const struct word *w = whole ? find_whole(word) : find_longest(word);
        if (!w) {
            cell->unreadable = true;
            return;
        }
        apply(cell, w, next);
        if (whole)
            return;
        word = str_slice(word, strlen(w->text), word.len);
    }
}

/* A time of day behind the date is left out: everything from the space or T before the first colon. */
static str without_time(str text)
{
    const char *colon = text.len ? memchr(text.p, ':', text.len) : NULL;
    if (!colon)
        return text;
    size_t i = (size_t)(colon - text.p);
    while (i && text.p[i - 1] >= '0' && text.p[i - 1] <= '9')
        i--;
    return i && (text.p[i - 1] == ' ' || text.p[i - 1] == 'T') ? str_slice(text, 0, i - 1) : text;
}

/* The number that begins at *at, digits of any script. */
static struct number scan_number(str text, size_t *at, enum role role, char before)
{
    struct number number = {.role = role, .before = before};
    for (size_t next = *at; next < text.len; *at = next) {
        int digit = text_digit(text_next(text, &next));
        if (digit < 0)
            break;
        if (number.digits < 9)
            number.value = number.value * 10 + digit;
        number.digits++;
    }
    return number;
}

/* The word that begins at *at, in lower case, without the dots of an abbreviation. Returns its length; 0 if it is too long. */
static size_t scan_word(str text, size_t *at, char word[static WORD_MAX])
{
    size_t len = 0;
    for (size_t next = *at; next < text.len; *at = next) {
        uint32_t c = lower(text_next(text, &next));
        if (c == '.' && next < text.len) { /* as in พ.ศ. */
            size_t behind = next;
            if (text_is_letter(text_next(text, &behind)))
                continue;
        }
        if (!text_is_letter(c) && !text_is_mark(c))
            break;
        if (len + 3 > WORD_MAX || c > 0xffff)
            return 0;
        if (c < 0x80) {
            word[len++] = (char)c;
            continue;
        }
        if (c >= 0x800)
            word[len++] = (char)(0xe0 | c >> 12);
        word[len++] = (char)(c >= 0x800 ? 0x80 | (c >> 6 & 63) : 0xc0 | c >> 6);
        word[len++] = (char)(0x80 | (c & 63));
    }
    return len;
}

static void scan(struct cell *cell, str text)
{
    *cell = (struct cell){0};
    text = without_time(str_trim(text));
    enum role next = ROLE_NONE;
    char separator = 0;
    for (size_t at = 0; at < text.len && !cell->unreadable;) {
        size_t behind = at;
        uint32_t c = text_next(text, &behind);
        if (text_digit(c) >= 0) {
            struct number number = scan_number(text, &at, next, separator);
            if (cell->n < NUMBERS_MAX)
                cell->numbers[cell->n++] = number;
            else
                cell->unreadable = true;
            next = ROLE_NONE;
            separator = 0;
            continue;
        }
        if (text_is_letter(c) || text_is_mark(c)) {
            char word[WORD_MAX];
            size_t len = scan_word(text, &at, word);
            cell->unreadable = len == 0;
            take_word(cell, (str){word, len}, &next);
            continue;
        }
        at = behind;
        if (c == '~' || c == '?' || c == '<' || c == '>')
            cell->estimate = true;
        else if (c && c < 0x80 && strchr("/-.,' ()\\_\t", (int)c))
            separator = separator && c == ' ' ? separator : (char)c;
        else if (!text_is_space(c) && c != 0x2013 && c != 0x200b) /* en dash, zero-width space */
            cell->unreadable = true;
    }
}

/* The year in our era; 0 if it is none. */
static int64_t full_year(const struct cell *cell, const struct number *n, const struct dates_rules *rules)
{
    int64_t year = n->value;
    if (n->digits <= 2 && (cell->buddhist || (cell->thai && !cell->common_era)))
        return year + 2500 - BUDDHIST_YEARS;
    if (n->digits <= 2) {
        int64_t century = rules->today.year / 100 * 100;
        return year + century > rules->today.year ? year + century - 100 : year + century;
    }
    if (!cell->common_era && (cell->buddhist || (year >= 2400 && year <= 2700)))
        year -= BUDDHIST_YEARS;
    return n->digits == 4 ? year : 0;
}

/* Holds a date against the calendar and today; fills out with it, or with what is sure of it. */
static enum dates_result check(int64_t year, int64_t month, int64_t day, const struct dates_rules *rules, struct date *out)
{
    if (year < DATES_OLDEST_YEAR)
        return year ? DATES_TOO_OLD : DATES_NO_YEAR;
    if (year > rules->today.year)
        return DATES_FUTURE;
    out->year = (int16_t)year;
    if (month > 12) {
        if (day < 1 || day > 12 || month > date_days_in_month((int)year, (int)day))
            return DATES_NO_SUCH_MONTH;
        *out = (struct date){(int16_t)year, (uint8_t)day, (uint8_t)month};
        return DATES_SWAPPED;
    }
    if (month == 0)
        return DATES_OK; /* a day without a month says nothing */
    out->month = (uint8_t)month;
    if (day > date_days_in_month((int)year, (int)month))
        return DATES_NO_SUCH_DAY;
    out->day = (uint8_t)day;
    const struct date *today = &rules->today;
    if (year == today->year && (month > today->month || (month == today->month && day > today->day))) {
        *out = (struct date){.year = (int16_t)year};
        return DATES_FUTURE;
    }
    return DATES_OK;
}

/* Excel counts days from 1900-01-01 = 1, and a 29 February 1900 that never was: from March 1900 on, 1899-12-30 is day 0. */
static enum dates_result from_serial(int64_t serial, const struct dates_rules *rules, struct date *out)
{
    struct date zero = rules->excel_1904 ? (struct date){1904, 1, 1} : (struct date){1899, 12, 30};
    struct date d = date_from_days(date_to_days(zero) + serial);
    return check(d.year, d.month, d.day, rules, out);
}

/* One run of digits: a year, a day number of Excel, YYYYMMDD or DDMMYYYY. */
static enum dates_result from_one(const struct cell *cell, const struct dates_rules *rules, struct date *out)
{
    const struct number *n = &cell->numbers[0];
    int64_t v = n->value;
    if (n->role == ROLE_YEAR || cell->buddhist || cell->common_era || (n->digits == 4 && v <= 2700))
        return check(full_year(cell, n, rules), 0, 0, rules, out);
    switch (n->digits) {
    case 1:
    case 2:
    case 3:
        return DATES_AGE;
    case 4:
    case 5:
        return from_serial(v, rules, out);
    case 6:
        return DATES_SIX_DIGITS;
    case 8:
        break;
    default:
        return DATES_UNREADABLE;
    }
    struct number year = {.value = v / 10000, .digits = 4};
    int64_t first = full_year(cell, &year, rules);
    if (first >= DATES_OLDEST_YEAR && first <= rules->today.year)
        return check(first, v / 100 % 100, v % 100, rules, out);
    year.value = v % 10000;
    int64_t a = v / 1000000, b = v / 10000 % 100;
    bool day_first = rules->order == DATES_DAY_FIRST;
    return check(full_year(cell, &year, rules), day_first ? b : a, day_first ? a : b, rules, out);
}

static bool is_year(const struct number *n)
{
    return n->digits >= 3 || n->value > 31 || n->role == ROLE_YEAR;
}

static enum dates_result from_month_name(const struct cell *cell, const struct dates_rules *rules, struct date *out)
{
    const struct number *first = &cell->numbers[0], *second = &cell->numbers[1];
    if (cell->n == 1)
        return is_year(first) ? check(full_year(cell, first, rules), cell->month, 0, rules, out) : DATES_NO_YEAR;
    if (cell->n != 2)
        return DATES_UNREADABLE;
    bool year_first = is_year(first);
    if (year_first && is_year(second))
        return DATES_UNREADABLE;
    const struct number *year = year_first ? first : second, *day = year_first ? second : first;
    return check(full_year(cell, year, rules), cell->month, day->value, rules, out);
}

static enum dates_result from_three(const struct cell *cell, const struct dates_rules *rules, struct date *out)
{
    const struct number *n = cell->numbers, *year = &n[2], *month = &n[1], *day = &n[0];
    if (is_year(&n[0])) {
        if (is_year(&n[2]) && n[0].digits < 3)
            return n[2].digits >= 3 ? check(full_year(cell, &n[2], rules), n[1].value, n[0].value, rules, out) : DATES_UNREADABLE;
        year = &n[0];
        day = &n[2];
    } else if (n[0].role == ROLE_NONE && n[1].role == ROLE_NONE && rules->order == DATES_MONTH_FIRST) {
        month = &n[0];
        day = &n[1];
    }
    return check(full_year(cell, year, rules), month->value, day->value, rules, out);
}

enum dates_result dates_read(str text, const struct dates_rules *rules, struct date *out)
{
    struct cell cell;
    *out = (struct date){0};
    scan(&cell, text);
    const struct number *n = cell.numbers;
    if (cell.unreadable)
        return DATES_UNREADABLE;
    if (cell.n == 0)
        return cell.month ? DATES_NO_YEAR : cell.age || cell.estimate ? DATES_UNREADABLE : DATES_EMPTY;
    if (cell.age)
        return DATES_AGE;
    if (cell.estimate)
        return DATES_ESTIMATE;
    if (cell.unknown)
        return DATES_UNREADABLE;
    if (cell.month)
        return from_month_name(&cell, rules, out);
    if (cell.n == 1)
        return from_one(&cell, rules, out);
    if (cell.n == 2 && n[1].before == '.' && n[0].digits >= 4 && n[1].role == ROLE_NONE && (n[0].digits == 5 || n[1].digits != 2))
        return from_one(&cell, rules, out); /* 32937.5: a day number with a time, or 1990.0 */
    if (cell.n == 2 && is_year(&n[0]) != is_year(&n[1])) {
        bool year_first = is_year(&n[0]);
        return check(full_year(&cell, &n[!year_first], rules), n[year_first].value, 0, rules, out);
    }
    if (cell.n == 2)
        return is_year(&n[0]) ? DATES_UNREADABLE : DATES_NO_YEAR;
    return cell.n == 3 ? from_three(&cell, rules, out) : DATES_UNREADABLE;
}

const char *dates_why(enum dates_result result)
{
    static const char *const texts[DATES_RESULTS] = {
        [DATES_OK] = "",
        [DATES_EMPTY] = "",
        [DATES_UNREADABLE] = N_("this is no date: write it as 1990-03-05, 1990-03 or 1990"),
        [DATES_AGE] = N_("an age is no date: write the year of birth if it is known, else leave the cell empty"),
        [DATES_ESTIMATE] = N_("a guess is no date: write the year alone if it is sure, else leave the cell empty"),
        [DATES_FUTURE] = N_("the date has not come yet: check the year"),
        [DATES_TOO_OLD] = N_("the year is before 1850: check it"),
        [DATES_NO_YEAR] = N_("the year is missing: write the date with its year, as 1990-03-05"),
        [DATES_NO_SUCH_MONTH] = N_("there is no such month: correct it, or write the year alone"),
        [DATES_NO_SUCH_DAY] = N_("the month has no such day: correct it, or write year and month alone, as 1990-03"),
        [DATES_SWAPPED] = N_("there is no such month, day and month seem to be swapped: write the date as 1990-03-05"),
        [DATES_SIX_DIGITS] = N_("six digits can be read in several ways: write the date as 1990-03-05"),
    };
    return texts[result];
}

void dates_look(struct dates_seen *seen, str text)
{
    struct cell cell;
    scan(&cell, text);
    const struct number *n = cell.numbers;
    if (cell.unreadable || cell.month || cell.n != 3 || is_year(&n[0]))
        return;
    if (n[0].value > 12 && n[0].value <= 31 && n[1].value <= 12)
        seen->day_first++;
    else if (n[1].value > 12 && n[1].value <= 31 && n[0].value <= 12)
        seen->month_first++;
    else if (n[0].value <= 12 && n[1].value <= 12 && n[0].value != n[1].value)
        seen->either++;
}

enum dates_order dates_order(const struct dates_seen *seen)
{
    return seen->month_first > seen->day_first ? DATES_MONTH_FIRST : DATES_DAY_FIRST;
}

bool dates_undecided(const struct dates_seen *seen)
{
    return seen->either && seen->day_first == seen->month_first;
}
