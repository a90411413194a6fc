#include "work/shield/own.h"

#include "trust/match/score.h"
#include "trust/match/search.h"

#define PLACES_MAX 20

bool shield_record_presumes(const struct record *person)
{
    str status = record_text(person, "vic_TraffickingStatus");
    return str_eq(status, STR("PossibleVictimOfTrafficking")) || str_eq(status, STR("ActualVictimOfTrafficking"));
}

/* What is looked for: as much as a person would type. */
static str words_of(struct arena *a, const struct identity *who)
{
    struct buf b = buf_new(a);
    if (who->n_names)
        buf_addf(&b, "%.*s %.*s %.*s ", STR_ARG(who->names[0].given), STR_ARG(who->names[0].family), STR_ARG(who->names[0].full));
    if (who->born.year)
        buf_addf(&b, "%d ", who->born.year);
    if (who->n_documents)
        buf_addf(&b, "%.*s ", STR_ARG(who->documents[0].number));
    if (who->n_phones && !who->n_names)
        buf_addf(&b, "%.*s ", STR_ARG(who->phones[0]));
    return str_slice(buf_str(&b), 0, SEARCH_TEXT_MAX - 1);
}

static uint64_t keys_met(const struct match_key asked[], size_t n_asked, const struct match_key held[], size_t n_held)
{
    uint64_t met = 0;
    for (size_t i = 0; i < n_asked; i++)
        for (size_t k = 0; k < n_held; k++)
            if (asked[i].input.len == held[k].input.len && str_eq(bytes_str(asked[i].input), bytes_str(held[k].input)))
                met |= (uint64_t)1 << i;
    return met;
}

struct scoring {
    const struct names *names;
    struct arena *a;
    const struct identity *who;
    struct match_units units;
    struct match_key keys[MATCH_KEYS_MAX];
    size_t n_keys;
    struct score_list *usual; /* empty: nothing is known to be rare */
    struct score_weights weights;
    double n_records;
};

static bool is_perhaps_she(const struct scoring *s, const struct identity *held)
{
    struct match_key keys[MATCH_KEYS_MAX];
    struct score_evidence evidence;
    struct score_result score;
    size_t n = match_keys(s->names, s->a, held, MATCH_SIDE_HOLDER, keys);
    uint64_t met = keys_met(s->keys, s->n_keys, keys, n);
    if (!met)
        return false;
    const struct score_asked asked = {s->who, &s->units, s->keys, s->n_keys};
    score_evidence(s->usual, &asked, met, match_bits(held), &evidence);
    score_result(&s->weights, &evidence, s->n_records, 1, &score);
    return score.band != SCORE_NO_HIT;
}

/* A record under this identity says so, whatever it lets out to partners. */
static int says_so(struct node *node, const struct search_hit *hit, struct arena *a, bool *presumed, struct err *err)
{
    struct record_place places[PLACES_MAX];
    struct record person;
    size_t n;
    *presumed = hit->who.presumed;
    int r = record_places(node->db, &hit->id, places, PLACES_MAX, &n, err);
    for (size_t i = 0; r == 0 && i < n && !*presumed; i++) {
        r = record_get(node, places[i].file, places[i].record, a, &person, err);
        *presumed = r == 0 && shield_record_presumes(&person);
    }
    return r;
}

static int look_through(struct node *node, struct scoring *s, bool *presumed, struct err *err)
{
    struct search *search = NULL;
    struct search_result *found = arena_new_of(s->a, struct search_result);
    str text = words_of(s->a, s->who);
    if (str_trim(text).len == 0 || s->n_keys == 0)
        return 0;
    int r = search_open(node_path(node, s->a, "search"), node->keys, s->names, &search, err);
    if (r == 0)
        r = search_run(search, node->vault, node->db, s->a, text, found, err);
    for (size_t i = 0; r == 0 && i < found->n && !*presumed; i++)
        if (is_perhaps_she(s, &found->hits[i].who))
            r = says_so(node, &found->hits[i], s->a, presumed, err);
    search_close(search);
    return r == ERR_CORRUPT ? 0 : r; /* the index is made anew by the next search of a member; then there is another check */
}

int shield_own(struct node *node, const struct names *names, const struct record *person, struct arena *a, bool *presumed, struct err *err)
{
    struct identity who = record_identity(a, person);
    struct scoring *s = arena_new_of(a, struct scoring);
    int64_t count = 0;
    *presumed = shield_record_presumes(person);
    if (*presumed)
        return 0;
    int r = vault_count(node->vault, node->db, VAULT_IDENTITY, &count, err);
    if (r < 0)
        return r;
    s->names = names;
    s->a = a;
    s->who = &who;
    s->n_records = count > 0 ? (double)count : 1;
    s->usual = score_list_new();
    score_default(&s->weights);
    match_units(names, a, &who, &s->units);
    s->n_keys = match_keys(names, a, &who, MATCH_SIDE_ASKER, s->keys);
    r = look_through(node, s, presumed, err);
    score_list_free(s->usual);
    return r;
}
