/* What handling codes, evaluation and TLP let a holder do. Every rule is a line of a table; a use that a line does not name is refused
 * with that line's words.
 *
 * Handling codes: Europol's H0 to H3 as SIENA uses them; a disclosure in court or a file that leaves the node is dissemination too,
 * so H2 stands against both. 4x4: Regulation (EU) 2016/794 Article 29: source A, B, C, X; information 1 to 4. TLP: FIRST, Traffic
 * Light Protocol 2.0, section 4: RED is for the eyes and ears of the recipients alone, AMBER+STRICT stays in their organisation,
 * AMBER may go to those it works with who need to know, GREEN to the community, CLEAR to everybody.
 * That weak information is a lead and no evidence is our own rule; the other sources leave it to judgement. */
#include "trust/grant/grant.h"

#include <string.h>

enum {
    READ = 1 << GRANT_READ,
    FORWARD = 1 << GRANT_FORWARD,
    PRINT = 1 << GRANT_PRINT,
    EXPORT = 1 << GRANT_EXPORT,
    COURT = 1 << GRANT_COURT,
    ALL = READ | FORWARD | PRINT | EXPORT | COURT,
};

const char *const grant_use_names[] = {"read", "forward", "print", "export", "court", NULL};
const char *const grant_handling_names[] = {"H0", "H1", "H2", "H3", NULL};
const char *const grant_tlp_names[] = {"clear", "green", "amber", "amber+strict", "red", NULL};

struct rule {
    char mark; /* of the evaluation; else the place in the table counts */
    unsigned allows;
    const char *words;
};

static const struct rule handling_rules[] = {
    [GRANT_H0] = {.allows = ALL, .words = "no restriction beyond the purpose"},
    [GRANT_H1] = {.allows = ALL & ~COURT, .words = "not to be used in court without the owner's permission"},
    [GRANT_H2] = {.allows = READ | PRINT, .words = "not to be passed on without the owner's permission"},
    [GRANT_H3] = {.allows = READ, .words = "the owner's own conditions come first"},
};

static const struct rule tlp_rules[] = {
    [GRANT_TLP_CLEAR] = {.allows = ALL, .words = "TLP CLEAR: for everybody"},
    [GRANT_TLP_GREEN] = {.allows = ALL, .words = "TLP GREEN: for the community"},
    [GRANT_TLP_AMBER] = {.allows = ALL, .words = "TLP AMBER: for those who need to know"},
    [GRANT_TLP_AMBER_STRICT] = {.allows = READ | PRINT | EXPORT, .words = "TLP AMBER+STRICT: it stays within your agency"},
    [GRANT_TLP_RED] = {.allows = READ, .words = "TLP RED: for the eyes of the named recipient alone"},
};

static const struct rule source_rules[] = {
    {'A', ALL, "source A: no doubt about it"},
    {'B', ALL, "source B: reliable in most instances"},
    {'C', ALL & ~COURT, "source C: unreliable in most instances, so this is a lead and no evidence"},
    {'X', ALL & ~COURT, "source X: cannot be assessed, so this is a lead and no evidence"},
    {0},
};

static const struct rule information_rules[] = {
    {'1', ALL, "information 1: its accuracy is not in doubt"},
    {'2', ALL, "information 2: the source knows it at first hand"},
    {'3', ALL, "information 3: hearsay that other information supports"},
    {'4', ALL & ~COURT, "information 4: hearsay that nothing supports, so this is a lead and no evidence"},
    {0},
};

static const struct rule *rule_marked(const struct rule *rules, char mark)
{
    while (rules->mark && rules->mark != mark)
        rules++;
    return rules->mark ? rules : NULL;
}

const char *grant_handling_says(enum grant_handling handling)
{
    return handling_rules[handling].words;
}

int grant_decide(const struct grant *g, enum grant_use use, str purpose, int64_t now_ms, struct err *err)
{
    const struct rule *source = rule_marked(source_rules, g->source), *information = rule_marked(information_rules, g->information);
    if (g->handling > GRANT_H3 || g->tlp > GRANT_TLP_RED || use >= GRANT_N_USES || !source || !information)
        return err_set(err, ERR_DENIED, "this grant says something that this node does not know; nothing is allowed under it");
    if (now_ms >= g->expires_ms) {
        char when[CLOCK_TEXT_MAX];
        clock_format(when, g->expires_ms);
        return err_set(err, ERR_DENIED, "the grant expired at %s; ask the issuer for a new one", when);
    }
    if (!str_eq(purpose, g->purpose))
        return err_set(err, ERR_DENIED, "it was given for %.*s and for nothing else", STR_ARG(g->purpose));
    unsigned bit = 1U << use;
    if (!(handling_rules[g->handling].allows & bit))
        return err_set(err, ERR_DENIED, "%s: handling code %s: %s%s%.*s", grant_use_names[use], grant_handling_names[g->handling],
                       handling_rules[g->handling].words, g->handling_words.len ? ": " : "", STR_ARG(g->handling_words));
    const struct rule *const rest[] = {&tlp_rules[g->tlp], source, information};
    for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++)
        if (!(rest[i]->allows & bit))
            return err_set(err, ERR_DENIED, "%s: %s", grant_use_names[use], rest[i]->words);
    return 0;
}

/* Whether every name of the list child is in the list parent. */
static bool fields_within(str child, str parent)
{
    if (str_eq(parent, STR("all")))
        return true;
    str name;
    while (str_split(&child, ',', &name)) {
        bool found = false;
        str rest = parent, other;
        while (!found && str_split(&rest, ',', &other))
            found = str_eq(name, other);
        if (!found)
            return false;
    }
    return true;
}

int grant_narrower(const struct grant *child, const struct grant *parent, struct err *err)
{
    const struct {
        bool holds;
        const char *words;
    } conditions[] = {
        {child->has_parent && memcmp(child->parent, parent->id, ID_LEN) == 0, "it names another parent"},
        {memcmp(child->owner, parent->owner, ID_LEN) == 0, "it names another owner"},
        {memcmp(child->issuer, parent->holder, ID_LEN) == 0, "who passes on is not who holds"},
        {str_eq(child->purpose, parent->purpose), "its purpose is another"},
        {fields_within(child->fields, parent->fields), "it names fields that were not given"},
        {child->handling >= parent->handling, "its handling code is weaker"},
        {parent->handling != GRANT_H3 || str_eq(child->handling_words, parent->handling_words), "its conditions (H3) are others"},
        {child->source >= parent->source && child->information >= parent->information, "its evaluation (4x4) is better"},
        {child->tlp >= parent->tlp, "its TLP is wider"},
        {child->expires_ms <= parent->expires_ms, "it lasts longer"},
    };
    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++)
        if (!conditions[i].holds)
            return err_set(err, ERR_DENIED, "what is passed on must not be wider than what was given: %s", conditions[i].words);
    return 0;
}
