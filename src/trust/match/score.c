/* score: from met keys to the levels of fields, to a weight, to a probability in words. */
#include "trust/match/score_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* One row a field: how often records of one person show each level until the partners' own data tell, and the words for it.
 * Sources: error rates of registers and forms (10-25 % of names misspelt, 5-10 % of dates wrong, as the literature on record
 * linkage reports throughout), set so that no level is impossible. */
static const struct {
    const char *name;
    uint8_t levels;
    double m[SCORE_LEVELS];
    const char *words[SCORE_LEVELS];
} fields[SCORE_FIELDS] = {
    [SCORE_FAMILY] = {N_("family name"), 5, {.09, .04, .06, .06, .75}, {N_("differs"), N_("same beginning or end"), N_("a letter apart"), N_("sounds the same"), N_("same spelling")}},
    [SCORE_GIVEN] = {N_("given name"), 5, {.09, .04, .06, .06, .75}, {N_("differs"), N_("same beginning or end"), N_("a letter apart"), N_("sounds the same"), N_("same spelling")}},
    [SCORE_BORN] = {N_("birth date"), 4, {.06, .03, .01, .90}, {N_("differs"), N_("one of day, month and year differs"), N_("day and month swapped"), N_("same")}},
    [SCORE_BORN_PART] = {N_("birth date"), 2, {.08, .92}, {N_("differs"), N_("agrees in what is known")}},
    [SCORE_DOCUMENT] = {N_("document"), 3, {.07, .05, .88}, {N_("differs"), N_("same beginning or end"), N_("same number")}},
    [SCORE_PHONE] = {N_("phone"), 2, {.5, .5}, {N_("differs"), N_("same number")}},
    [SCORE_SEX] = {N_("sex"), 2, {.03, .97}, {N_("differs"), N_("same")}},
};
#define FOUND_DEFAULT .2

void score_default(struct score_weights *w)
{
    for (size_t f = 0; f < SCORE_FIELDS; f++)
        memcpy(w->m[f], fields[f].m, sizeof w->m[f]);
    w->found = FOUND_DEFAULT;
}

int score_field_levels(enum score_field field)
{
    return fields[field].levels;
}

/* --- levels ------------------------------------------------------------------------------------------------------ */

/* What the met keys say: the best level of each unit and of each other field. */
struct seen {
    uint8_t unit[MATCH_UNITS_MAX], document, phone;
    bool date[MATCH_DATE_YEAR + 1];
};

static void raise(uint8_t *level, uint8_t to)
{
    if (*level < to)
        *level = to;
}

static void see_piece(struct seen *seen, enum match_piece piece, uint8_t unit)
{
    static const uint8_t unit_level[] = {
        [MATCH_PIECE_WORD] = SCORE_NAME_SAME,  [MATCH_PIECE_SKELETON] = SCORE_NAME_SKELETON, [MATCH_PIECE_SKELETONS] = SCORE_NAME_SKELETON, [MATCH_PIECE_START] = SCORE_NAME_PART,
        [MATCH_PIECE_END] = SCORE_NAME_PART,   [MATCH_PIECE_NEIGHBOUR] = SCORE_NAME_NEIGHBOUR,
    };
    if (piece == MATCH_PIECE_PHONE)
        seen->phone = 1;
    else if (piece == MATCH_PIECE_DOCUMENT)
        raise(&seen->document, SCORE_DOCUMENT_SAME);
    else if (piece == MATCH_PIECE_DOCUMENT_START || piece == MATCH_PIECE_DOCUMENT_END)
        raise(&seen->document, SCORE_DOCUMENT_HALF);
    else if (piece != MATCH_PIECE_NONE && unit < MATCH_UNITS_MAX)
        raise(&seen->unit[unit], unit_level[piece]);
}

/* A pair of equal pieces stands in the order of its bytes in the key, but match_key.unit is in the same order: piece i is of
 * unit i either way. */
static struct seen see(const struct score_asked *asked, uint64_t keys_met)
{
    struct seen seen = {0};
    for (size_t i = 0; i < asked->n_keys && i < 64; i++) {
        if (!(keys_met >> i & 1))
            continue;
        const struct match_key *k = &asked->keys[i];
        const struct match_family *f = &match_families[k->family];
        see_piece(&seen, f->pieces[0], k->unit[0]);
        see_piece(&seen, f->pieces[1], k->unit[1]);
        seen.date[f->date] = true;
    }
    return seen;
}

/* The unit of a field that agrees best. Words of unknown part: the first counts as the family name, the rest as given. */
static int best_unit(const struct match_units *units, const struct seen *seen, enum score_field field)
{
    int best = -1;
    for (size_t i = 0; i < units->n; i++) {
        enum name_part part = units->unit[i].part;
        bool family = part == NAME_PART_FAMILY || (part == NAME_PART_UNKNOWN && i == 0);
        if (family == (field == SCORE_FAMILY) && (best < 0 || seen->unit[i] > seen->unit[best]))
            best = (int)i;
    }
    return best;
}

static void set(struct score_evidence *e, enum score_field field, uint8_t level, double u)
{
    e->level[field] = level;
    e->log_u[field] = (float)log(u);
}

static void see_names(const struct score_list *list, const struct score_asked *asked, const struct seen *seen, uint16_t bits, struct score_evidence *e)
{
    int unit[2] = {best_unit(asked->units, seen, SCORE_FAMILY), best_unit(asked->units, seen, SCORE_GIVEN)};
    if (!(bits & MATCH_BIT_NAME))
        return;
    if (!(bits & MATCH_BIT_NAME_PARTS) && unit[0] >= 0 && unit[1] >= 0) /* the holder has one name only: which is not known */
        unit[seen->unit[unit[0]] >= seen->unit[unit[1]]] = -1;
    for (int i = 0; i < 2; i++)
        if (unit[i] >= 0)
            set(e, i == 0 ? SCORE_FAMILY : SCORE_GIVEN, seen->unit[unit[i]], score_list_name(list, &asked->units->unit[unit[i]], seen->unit[unit[i]]));
}

static uint8_t born_level(const struct seen *seen)
{
    if (seen->date[MATCH_DATE_FULL])
        return SCORE_BORN_SAME;
    if (seen->date[MATCH_DATE_SWAPPED])
        return SCORE_BORN_SWAPPED;
    return seen->date[MATCH_DATE_YEAR_MONTH] || seen->date[MATCH_DATE_YEAR_DAY] || seen->date[MATCH_DATE_MONTH_DAY] ? SCORE_BORN_NEAR : 0;
}

/* A date of which a part is missing can only have met together with a whole name or two skeletons: if the names do not agree
 * so far, that it did not meet says nothing. */
static void see_born_part(const struct score_list *list, const struct score_asked *asked, const struct seen *seen, uint16_t bits, struct score_evidence *e)
{
    struct date born = asked->who->born;
    bool month = born.month && (bits & MATCH_BIT_MONTH);
    bool agrees = month ? seen->date[MATCH_DATE_YEAR_MONTH] : seen->date[MATCH_DATE_YEAR];
    bool skeletons = seen->unit[0] >= SCORE_NAME_SKELETON && seen->unit[1] >= SCORE_NAME_SKELETON;
    bool word = seen->unit[0] == SCORE_NAME_SAME || seen->unit[1] == SCORE_NAME_SAME;
    if (agrees || skeletons || (month && word))
        set(e, SCORE_BORN_PART, agrees, score_list_born_part(list, born, month, agrees));
}

void score_evidence(const struct score_list *list, const struct score_asked *asked, uint64_t keys_met, uint16_t bits, struct score_evidence *e)
{
    const uint16_t date_bits = MATCH_BIT_YEAR | MATCH_BIT_MONTH | MATCH_BIT_DAY;
    const struct identity *who = asked->who;
    struct seen seen = see(asked, keys_met);
    *e = (struct score_evidence){0};
    memset(e->level, SCORE_MISSING, sizeof e->level);
    see_names(list, asked, &seen, bits, e);
    if (who->born.year && who->born.month && who->born.day && (bits & date_bits) == date_bits)
        set(e, SCORE_BORN, born_level(&seen), score_list_born(list, who->born, born_level(&seen)));
    else if (who->born.year && (bits & MATCH_BIT_YEAR))
        see_born_part(list, asked, &seen, bits, e);
    if (asked->units->n_documents && (bits & MATCH_BIT_DOCUMENT))
        set(e, SCORE_DOCUMENT, seen.document, score_list_document(list, asked->units, seen.document));
    if (asked->units->n_phones && (bits & MATCH_BIT_PHONE))
        set(e, SCORE_PHONE, seen.phone, score_list_phone(seen.phone));
    uint16_t sex = who->sex == SEX_FEMALE ? MATCH_BIT_FEMALE : who->sex == SEX_MALE ? MATCH_BIT_MALE : who->sex == SEX_OTHER ? MATCH_BIT_OTHER_SEX : 0;
    if (sex && (bits & (MATCH_BIT_FEMALE | MATCH_BIT_MALE | MATCH_BIT_OTHER_SEX)))
        set(e, SCORE_SEX, (bits & sex) != 0, score_list_sex(list, who->sex, bits & sex));
}

void score_usual(const struct score_list *list, const struct score_asked *asked, struct score_usual *out)
{
    static const struct seen none;
    const enum score_field names[] = {SCORE_FAMILY, SCORE_GIVEN};
    *out = (struct score_usual){0};
    for (int f = 0; f < 2; f++) {
        int unit = best_unit(asked->units, &none, names[f]);
        for (int level = 0; unit >= 0 && level < fields[names[f]].levels; level++)
            out->u[f][level] = (float)score_list_name(list, &asked->units->unit[unit], level);
    }
    for (int level = 0; date_known(asked->who->born) && level < fields[SCORE_BORN].levels; level++)
        out->u[2][level] = (float)score_list_born(list, asked->who->born, level);
}

/* --- weight, probability, words ---------------------------------------------------------------------------------- */

double score_weight(const struct score_weights *w, const struct score_evidence *e)
{
    double sum = 0;
    for (size_t f = 0; f < SCORE_FIELDS; f++)
        if (e->level[f] < SCORE_LEVELS)
            sum += log(fmax(w->m[f][e->level[f]], 1e-9)) - (double)e->log_u[f];
    return sum;
}

double score_odds(const struct score_weights *w, const struct score_evidence *e, double n_holder)
{
    return fmin(exp(score_weight(w, e)) * w->found / fmax(n_holder, 1), 1e15);
}

/* Whether a field that is no name speaks for the pair. */
static bool more_than_names(const struct score_evidence *e)
{
    static const enum score_field others[] = {SCORE_BORN, SCORE_BORN_PART, SCORE_DOCUMENT, SCORE_PHONE};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (e->level[others[i]] != SCORE_MISSING && e->level[others[i]] > 0)
            return true;
    return false;
}

enum score_band score_band(double probability, const struct score_evidence *e)
{
    if (probability >= SCORE_HIT_FROM && more_than_names(e))
        return SCORE_HIT;
    return probability >= SCORE_POSSIBLE_FROM ? SCORE_POSSIBLE : SCORE_NO_HIT;
}

const char *score_band_name(enum score_band band)
{
    static const char *const names[] = {[SCORE_NO_HIT] = "no hit", [SCORE_POSSIBLE] = "possible", [SCORE_HIT] = "hit"};
    return names[band];
}

static void explain(const struct score_evidence *e, char out[static SCORE_TEXT_MAX])
{
    size_t len = 0;
    out[0] = 0;
    for (size_t f = 0; f < SCORE_FIELDS; f++) {
        if (e->level[f] >= fields[f].levels || len >= SCORE_TEXT_MAX)
            continue;
        int n = snprintf(out + len, SCORE_TEXT_MAX - len, "%s%s: %s", len ? "; " : "", fields[f].name, fields[f].words[e->level[f]]);
        len += n > 0 ? (size_t)n : 0;
    }
}

void score_result(const struct score_weights *w, const struct score_evidence *e, double n_holder, double against, struct score_result *out)
{
    double odds = score_odds(w, e, n_holder);
    out->probability = odds / (odds + fmax(against, 1));
    out->band = score_band(out->probability, e);
    explain(e, out->explanation);
}

/* --- as bytes ---------------------------------------------------------------------------------------------------- */

/* "CSW1", found, then m row by row, each as a 32-bit fraction of 2^32 - 1 (found: of 64). */
#define FOUND_MAX 64.0
static const char magic[4] = {'C', 'S', 'W', '1'};

static uint32_t fraction(double v)
{
    return (uint32_t)(fmin(fmax(v, 0), 1) * UINT32_MAX);
}

bytes score_encode(struct arena *a, const struct score_weights *w)
{
    struct buf b = buf_new(a);
    buf_add_bytes(&b, magic, sizeof magic);
    buf_u32(&b, fraction(w->found / FOUND_MAX));
    for (size_t f = 0; f < SCORE_FIELDS; f++)
        for (int l = 0; l < fields[f].levels; l++)
            buf_u32(&b, fraction(w->m[f][l]));
    return buf_bytes(&b);
}

int score_decode(bytes in, struct score_weights *w, struct err *err)
{
    struct reader r = reader_new(in);
    struct score_weights got = {0};
    bytes head = reader_take(&r, sizeof magic);
    if (!r.ok || memcmp(head.p, magic, sizeof magic) != 0)
        return err_set(err, ERR_CORRUPT, "the matching weights do not begin as weights do; delete them and the default table is used");
    got.found = reader_u32(&r) / (double)UINT32_MAX * FOUND_MAX;
    bool sound = got.found > 0;
    for (size_t f = 0; f < SCORE_FIELDS; f++) {
        double sum = 0;
        for (int l = 0; l < fields[f].levels; l++)
            sum += got.m[f][l] = reader_u32(&r) / (double)UINT32_MAX;
        sound = sound && fabs(sum - 1) < 1e-6;
    }
    if (!reader_done(&r) || !sound)
        return err_set(err, ERR_CORRUPT, "the matching weights are cut off or out of range; delete them and the default table is used");
    *w = got;
    return 0;
}
