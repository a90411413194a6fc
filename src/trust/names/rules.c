/* rules: the loader. One pass over each file; each section ends up as a hash map from key to rule. */
#include "trust/names/rules.h"

#include <string.h>

#include "ground/text/text.h"

struct rules {
    const char *file;
    str name;
    struct rule *rule; /* in the order of the file */
    size_t n, cap;
    uint32_t *slot;    /* open addressing: index into rule plus one, 0 is free */
    size_t n_slots;    /* a power of two */
    size_t longest;    /* code points of the longest key */
    uint64_t lengths;  /* bit i: some key has i code points */
    struct rules *next;
};

struct rules_set {
    struct rules *first, *last;
    uint32_t digest;
};

static size_t hash_points(const uint32_t *p, size_t len)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ p[i]) * 0x100000001b3u;
    return (size_t)(h ^ h >> 32);
}

const struct rule *rules_get(const struct rules *r, const uint32_t *text, size_t len)
{
    if (!r || len == 0 || len > r->longest || !(r->lengths >> len & 1))
        return NULL;
    for (size_t at = hash_points(text, len) & (r->n_slots - 1); r->slot[at]; at = (at + 1) & (r->n_slots - 1)) {
        const struct rule *rule = &r->rule[r->slot[at] - 1];
        if (rule->key_len == len && memcmp(rule->key, text, len * sizeof *text) == 0)
            return rule;
    }
    return NULL;
}

const struct rule *rules_longest(const struct rules *r, const uint32_t *text, size_t len)
{
    for (size_t n = r && r->longest < len ? r->longest : len; r && n > 0; n--) {
        const struct rule *rule = rules_get(r, text, n);
        if (rule)
            return rule;
    }
    return NULL;
}

const struct rule *rules_get_ascii(const struct rules *r, str key)
{
    uint32_t points[RULES_KEY_MAX];
    if (key.len > RULES_KEY_MAX)
        return NULL;
    for (size_t i = 0; i < key.len; i++)
        points[i] = (uint8_t)key.p[i];
    return rules_get(r, points, key.len);
}

size_t rules_count(const struct rules *r)
{
    return r ? r->n : 0;
}

const struct rule *rules_at(const struct rules *r, size_t i)
{
    return &r->rule[i];
}

const struct rules *rules_section(const struct rules_set *set, const char *file, const char *section)
{
    str name = str_from(section);
    for (const struct rules *r = set->first; r; r = r->next)
        if (str_eq(r->name, name) && strcmp(r->file, file) == 0)
            return r;
    return NULL;
}

uint32_t rules_digest(const struct rules_set *set)
{
    return set->digest;
}

/* Cuts the next word off *line; words part at blanks. Empty at the end or at a free-standing '#'. */
static str next_word(str *line)
{
    while (line->len && (line->p[0] == ' ' || line->p[0] == '\t'))
        *line = str_slice(*line, 1, line->len);
    size_t n = 0;
    while (n < line->len && line->p[n] != ' ' && line->p[n] != '\t')
        n++;
    str word = str_slice(*line, 0, n);
    if (n && word.p[0] == '#')
        word = *line = STR("");
    else
        *line = str_slice(*line, n, line->len);
    return word;
}

static void index_section(struct arena *a, struct rules *r)
{
    r->n_slots = 4;
    while (r->n_slots < 2 * r->n + 1)
        r->n_slots *= 2;
    r->slot = arena_array(a, uint32_t, r->n_slots);
    for (size_t i = 0; i < r->n; i++) {
        size_t at = hash_points(r->rule[i].key, r->rule[i].key_len) & (r->n_slots - 1);
        while (r->slot[at])
            at = (at + 1) & (r->n_slots - 1);
        r->slot[at] = (uint32_t)i + 1;
    }
}

/* Two equal keys in one section: one of them would never be read. */
static int check_duplicates(const struct rules *r, struct err *err)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct rule *found = rules_get(r, r->rule[i].key, r->rule[i].key_len);
        if (found != &r->rule[i])
            return err_set(err, ERR_CORRUPT, "%s:%zu: this key stands already in line %zu; join the two lines", r->file,
                           r->rule[i].line, found->line);
    }
    return 0;
}

static int parse_rule(struct arena *a, struct rules *r, str line, size_t line_no, struct err *err)
{
    str word[1 + RULES_VALUES_MAX + 1];
    size_t n = 0;
    while (n < sizeof word / sizeof word[0] && (word[n] = next_word(&line)).len)
        n++;
    if (n > 1 + RULES_VALUES_MAX)
        return err_set(err, ERR_CORRUPT, "%s:%zu: more than %d values", r->file, line_no, RULES_VALUES_MAX);
    uint32_t key[RULES_KEY_MAX] = {0};
    size_t key_len = 0;
    for (size_t at = 0; at < word[0].len;) {
        if (key_len == RULES_KEY_MAX)
            return err_set(err, ERR_CORRUPT, "%s:%zu: the key is longer than %d letters", r->file, line_no, RULES_KEY_MAX);
        key[key_len++] = text_next(word[0], &at);
    }
    if (r->n == r->cap) {
        size_t cap = r->cap ? 2 * r->cap : 32;
        r->rule = arena_grow(a, r->rule, r->cap * sizeof *r->rule, cap * sizeof *r->rule);
        r->cap = cap;
    }
    struct rule *rule = &r->rule[r->n++];
    uint32_t *copy = arena_array(a, uint32_t, key_len);
    memcpy(copy, key, key_len * sizeof *key);
    *rule = (struct rule){.key = copy, .key_len = key_len, .value = arena_array(a, str, n - 1), .n_values = n - 1, .line = line_no};
    for (size_t i = 1; i < n; i++)
        rule->value[i - 1] = str_eq(word[i], STR("-")) ? STR("") : word[i];
    r->longest = key_len > r->longest ? key_len : r->longest;
    r->lengths |= UINT64_C(1) << key_len;
    return 0;
}

static int parse_file(struct arena *a, struct rules_set *set, const struct embedded *file, struct err *err)
{
    str rest = {file->p, file->len}, line;
    if (!text_utf8_valid(rest))
        return err_set(err, ERR_CORRUPT, "%s: not UTF-8", file->name);
    struct rules *section = NULL;
    for (size_t line_no = 1; str_split(&rest, '\n', &line); line_no++) {
        line = str_trim(line);
        str look = line;
        str first = next_word(&look);
        if (first.len == 0)
            continue;
        if (first.len > 2 && first.p[0] == '[' && str_ends(first, STR("]"))) {
            section = arena_new_of(a, struct rules);
            section->file = file->name;
            section->name = str_slice(first, 1, first.len - 1);
            if (set->last)
                set->last->next = section;
            else
                set->first = section;
            set->last = section;
            continue;
        }
        if (!section)
            return err_set(err, ERR_CORRUPT, "%s:%zu: a rule before the first [section]", file->name, line_no);
        int rc = parse_rule(a, section, line, line_no, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

int rules_open(struct arena *a, const struct embedded *const files[], size_t n_files, struct rules_set **out, struct err *err)
{
    struct rules_set *set = arena_new_of(a, struct rules_set);
    uint64_t digest = 0;
    for (size_t i = 0; i < n_files; i++) {
        int rc = parse_file(a, set, files[i], err);
        if (rc < 0)
            return rc;
        digest = digest * 0x100000001b3u ^ str_hash((str){files[i]->p, files[i]->len});
    }
    for (struct rules *r = set->first; r; r = r->next) {
        index_section(a, r);
        int rc = check_duplicates(r, err);
        if (rc < 0)
            return rc;
    }
    set->digest = (uint32_t)(digest ^ digest >> 32);
    *out = set;
    return 0;
}
