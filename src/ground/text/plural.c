/* plural: see plural.h. A descent over the grammar that computes as it reads: rules are a line long. */
#include <string.h>

#include "ground/text/plural.h"

#define DEPTH_MAX 64 /* parentheses, operators that wait for a right side, negations */

struct cursor {
    str s;
    size_t at;
    uint64_t n;
    int depth;
    bool ok;
};

/* The operators of two sides, from those that bind least; longer ones before those they begin with. */
static const struct operator { const char *sign; int level; } operators[] = {
    {"||", 1}, {"&&", 2}, {"==", 3}, {"!=", 3}, {"<=", 4}, {">=", 4}, {"<", 4}, {">", 4}, {"+", 5}, {"-", 5}, {"*", 6}, {"/", 6}, {"%", 6},
};
#define N_OPERATORS (sizeof operators / sizeof operators[0])

static void skip(struct cursor *c)
{
    while (c->at < c->s.len && (c->s.p[c->at] == ' ' || c->s.p[c->at] == '\t'))
        c->at++;
}

static bool take(struct cursor *c, const char *sign)
{
    skip(c);
    if (!str_starts(str_slice(c->s, c->at, c->s.len), str_from(sign)))
        return false;
    c->at += strlen(sign);
    return true;
}

static uint64_t choice(struct cursor *c);

static uint64_t number(struct cursor *c)
{
    uint64_t v = 0;
    size_t from = c->at;
    while (c->at < c->s.len && c->s.p[c->at] >= '0' && c->s.p[c->at] <= '9' && v < 1000000000)
        v = v * 10 + (uint64_t)(c->s.p[c->at++] - '0');
    c->ok = c->ok && c->at > from;
    return v;
}

static uint64_t factor(struct cursor *c)
{
    uint64_t v = 0;
    if (++c->depth > DEPTH_MAX)
        c->ok = false;
    if (!c->ok)
        return 0;
    skip(c);
    if (take(c, "!")) {
        v = !factor(c);
    } else if (take(c, "(")) {
        v = choice(c);
        c->ok = take(c, ")") && c->ok;
    } else if (take(c, "n")) {
        v = c->n;
    } else {
        v = number(c);
    }
    c->depth--;
    return v;
}

static uint64_t apply(const char *sign, uint64_t a, uint64_t b)
{
    switch (sign[0]) {
    case '|': return a || b;
    case '&': return a && b;
    case '=': return a == b;
    case '!': return a != b;
    case '<': return sign[1] ? a <= b : a < b;
    case '>': return sign[1] ? a >= b : a > b;
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    default: /* of a branch that is not taken too: 0 does no harm there */
        return b == 0 ? 0 : sign[0] == '/' ? a / b : a % b;
    }
}

/* Operators that bind at least as much as level. */
static uint64_t binary(struct cursor *c, int level)
{
    if (++c->depth > DEPTH_MAX)
        c->ok = false;
    uint64_t v = factor(c);
    for (size_t i = 0; c->ok && i < N_OPERATORS; i++) {
        if (operators[i].level < level || !take(c, operators[i].sign))
            continue;
        v = apply(operators[i].sign, v, binary(c, operators[i].level + 1));
        i = (size_t)-1; /* there may be another of any level */
    }
    c->depth--;
    return v;
}

static uint64_t choice(struct cursor *c)
{
    if (++c->depth > DEPTH_MAX)
        c->ok = false;
    if (!c->ok)
        return 0;
    uint64_t v = binary(c, 1);
    if (c->ok && take(c, "?")) {
        uint64_t yes = choice(c);
        c->ok = c->ok && take(c, ":");
        uint64_t no = choice(c);
        v = v ? yes : no;
    }
    c->depth--;
    return v;
}

static bool compute(str rule, uint64_t n, uint64_t *v)
{
    struct cursor c = {.s = rule, .n = n, .ok = true};
    *v = choice(&c);
    skip(&c);
    return c.ok && c.at == rule.len;
}

int plural_parse(str line, struct plural *out, struct err *err)
{
    str part, count = {0}, rule = {0};
    while (str_split(&line, ';', &part)) {
        part = str_trim(part);
        if (str_starts(part, STR("nplurals=")))
            count = str_trim(str_slice(part, 9, part.len));
        else if (str_starts(part, STR("plural=")))
            rule = str_trim(str_slice(part, 7, part.len));
    }
    int64_t forms;
    uint64_t v;
    if (!str_to_int(count, 1, PLURAL_FORMS_MAX, &forms) || rule.len > 1000 || !compute(rule, 1, &v))
        return err_set(err, ERR_INPUT, "the catalogue's rule for plural forms cannot be read: see Plural-Forms in its header");
    *out = (struct plural){(unsigned)forms, rule};
    return 0;
}

unsigned plural_form(const struct plural *p, uint64_t n)
{
    uint64_t v;
    return compute(p->rule, n, &v) && v < p->forms ? (unsigned)v : 0;
}
