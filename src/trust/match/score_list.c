/* score_list: how often a name, a birth date, half a document number occur in the asker's own list. */
#include "trust/match/score_internal.h"

#include <math.h>
#include <string.h>

/* Counts by hash: 2^16 counters a kind. In a list of millions strangers share counters; a name then looks a little commoner
 * than it is, which errs to the safe side. */
#define BUCKETS (1u << 16)

/* Until the list is long, a value is taken to be as common as is usual anywhere: this many records' worth of it. */
#define NAME_PRIOR_RECORDS 50.0
#define NAME_PRIOR_SHARE 5e-4
#define YEARS 130 /* counted modulo this: nobody is both of 1890 and of 2020 */

static const double usual_part_share = 4e-3; /* of three given letters, in a list of nobody */
static const double usual_half_share = 1e-3; /* of four given characters of a document number */

enum kind { KIND_WORD, KIND_SKELETON, KIND_START, KIND_END, KIND_DOCUMENT_START, KIND_DOCUMENT_END, KINDS };

struct score_list {
    double n, n_dates, n_sex[3];
    uint32_t count[KINDS][BUCKETS];
    uint32_t year[YEARS], month[13], day[32], month_day[13][32];
    double once[KINDS], twice[KINDS]; /* counters that stand at 1, at 2 */
};

struct score_list *score_list_new(void)
{
    return mem_calloc(1, sizeof(struct score_list));
}

void score_list_free(struct score_list *list)
{
    if (list)
        free(list);
}

static uint32_t *counter(const struct score_list *l, enum kind kind, str text)
{
    uint64_t h = str_hash(text) * 0x9e3779b97f4a7c15u;
    return (uint32_t *)&l->count[kind][h >> 48];
}

static void count(struct score_list *l, enum kind kind, str text)
{
    uint32_t *c = counter(l, kind, text);
    l->once[kind] += (*c == 0) - (*c == 1);
    l->twice[kind] += (*c == 1) - (*c == 2);
    ++*c;
}

static str start_of(str s, size_t len) { return str_slice(s, 0, len); }
static str end_of(str s, size_t len) { return str_slice(s, s.len > len ? s.len - len : 0, s.len); }

void score_list_add(struct score_list *l, const struct match_units *units, const struct identity *who)
{
    l->n++;
    for (size_t i = 0; i < units->n; i++) {
        const struct match_unit *u = &units->unit[i];
        count(l, KIND_WORD, u->latin);
        count(l, KIND_SKELETON, u->skeleton[0]);
        count(l, KIND_START, start_of(u->latin, 3));
        count(l, KIND_END, end_of(u->latin, 3));
    }
    for (size_t i = 0; i < units->n_documents; i++) {
        count(l, KIND_DOCUMENT_START, start_of(units->documents[i], 4));
        count(l, KIND_DOCUMENT_END, end_of(units->documents[i], 4));
    }
    struct date d = who->born;
    if (date_known(d) && d.month <= 12 && d.day <= 31) {
        l->n_dates++;
        l->year[d.year % YEARS]++, l->month[d.month]++, l->day[d.day]++, l->month_day[d.month][d.day]++;
    }
    l->n_sex[who->sex == SEX_FEMALE ? 1 : who->sex == SEX_MALE ? 2 : 0]++;
}

/* The share of records that have the value. A value seen c times is, on average, less common than c of n: the excess of what
 * was seen once is taken off all (absolute discounting; the discount is the Good-Turing estimate n1 / (n1 + 2 n2)). */
static double share(const struct score_list *l, enum kind kind, str text, double prior_share)
{
    double c = *counter(l, kind, text);
    double discount = (l->once[kind] + 1) / (l->once[kind] + 2 * l->twice[kind] + 3);
    double seen = c > discount ? c - discount : 0;
    return fmin(1, (seen + prior_share * NAME_PRIOR_RECORDS) / (l->n + NAME_PRIOR_RECORDS));
}

double score_list_name(const struct score_list *l, const struct match_unit *unit, int level)
{
    double word = share(l, KIND_WORD, unit->latin, NAME_PRIOR_SHARE);
    double skeleton = fmax(word, share(l, KIND_SKELETON, unit->skeleton[0], 2 * NAME_PRIOR_SHARE));
    double part = share(l, KIND_START, start_of(unit->latin, 3), usual_part_share) +
                  share(l, KIND_END, end_of(unit->latin, 3), usual_part_share);
    double u;
    switch (level) {
    case SCORE_NAME_SAME: u = word; break;
    case SCORE_NAME_SKELETON: u = fmax(skeleton - word, .3 * skeleton); break;
    case SCORE_NAME_NEIGHBOUR: u = fmax(.1 * part, word); break;
    case SCORE_NAME_PART: u = fmax(part - word - .5 * skeleton, .3 * part); break;
    default: u = fmax(1 - part - skeleton, .3);
    }
    return fmin(u, 1);
}

/* Shares of one year, month, day, and day of the year; strangers' 1 January is common, so it is counted as one thing. */
double score_list_born(const struct score_list *l, struct date d, int level)
{
    bool calendar = d.month <= 12 && d.day <= 31;
    double n = l->n_dates, year = (l->year[d.year % YEARS] + 1.) / (n + 60);
    double month = ((calendar ? l->month[d.month] : 0) + 1.) / (n + 12), day = ((calendar ? l->day[d.day] : 0) + 1.) / (n + 30);
    double both = ((calendar ? l->month_day[d.month][d.day] : 0) + 1.) / (n + 366), same = year * both;
    double swapped = d.day <= 12 && d.month <= 12 ? year * (l->month_day[d.day][d.month] + 1.) / (n + 366) : 1e-6;
    double near = fmax(year * month + year * day + both - 3 * same, 1e-6);
    switch (level) {
    case SCORE_BORN_SAME: return same;
    case SCORE_BORN_SWAPPED: return swapped;
    case SCORE_BORN_NEAR: return near;
    default: return fmax(1 - same - swapped - near, .3);
    }
}

double score_list_born_part(const struct score_list *l, struct date d, bool month_known, bool agrees)
{
    double u = (l->year[d.year % YEARS] + 1.) / (l->n_dates + 60);
    if (month_known && d.month <= 12)
        u *= (l->month[d.month] + 1.) / (l->n_dates + 12);
    return agrees ? u : 1 - u;
}

/* A number is nearly never a stranger's, but for families on one passport and slips of the pen that make another's. */
#define DOCUMENT_SHARED 1e-6
#define PHONE_SHARED 2e-6

double score_list_document(const struct score_list *l, const struct match_units *units, int level)
{
    double half = 0;
    for (size_t i = 0; i < units->n_documents; i++)
        half += share(l, KIND_DOCUMENT_START, start_of(units->documents[i], 4), usual_half_share) +
                share(l, KIND_DOCUMENT_END, end_of(units->documents[i], 4), usual_half_share);
    switch (level) {
    case SCORE_DOCUMENT_SAME: return DOCUMENT_SHARED;
    case SCORE_DOCUMENT_HALF: return fmin(half, .7);
    default: return fmax(1 - half, .3);
    }
}

double score_list_phone(bool agrees)
{
    return agrees ? PHONE_SHARED : 1 - PHONE_SHARED;
}

double score_list_sex(const struct score_list *l, enum sex sex, bool agrees)
{
    double n = l->n_sex[1] + l->n_sex[2], of = l->n_sex[sex == SEX_FEMALE ? 1 : 2];
    double u = sex == SEX_OTHER ? .02 : (of + 10) / (n + 20);
    return agrees ? u : 1 - u;
}
