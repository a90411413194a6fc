#include "work/cases/screening.h"

#include <string.h>

const char *const known_by_names[KNOWN_WAYS] = {"-", "saw", "told", "paper", "others"};
const char *const known_by_labels[KNOWN_WAYS] = {
    N_("not said"), N_("I saw it"), N_("the person told me"), N_("a paper shows it"), N_("others told me"),
};

str screening_line(struct arena *a, const struct indicator_question *q, const struct screening_answer *answer)
{
    struct buf line = buf_new(a);
    buf_addf(&line, "%s %s %s", q->name, answer_names[answer->answer], known_by_names[answer->by]);
    if (answer->words.len)
        buf_byte(&line, ' ');
    for (size_t i = 0; i < answer->words.len; i++) {
        char c = answer->words.p[i];
        buf_byte(&line, c == '\n' || c == '\r' || c == '\t' ? ' ' : c);
    }
    return str_dup(a, buf_str(&line));
}

/* The next word of *rest, which loses it and the space behind it. */
static str word(str *rest)
{
    const char *space = rest->len ? memchr(rest->p, ' ', rest->len) : NULL;
    str out = {rest->p, space ? (size_t)(space - rest->p) : rest->len};
    size_t used = out.len + (space ? 1 : 0);
    *rest = (str){rest->p + used, rest->len - used};
    return out;
}

static bool place(const char *const names[], size_t n, str name, size_t *out)
{
    for (*out = 0; *out < n; ++*out)
        if (str_eq(name, str_from(names[*out])))
            return true;
    return false;
}

bool screening_read(struct screening *s, str line)
{
    const struct indicator_question *q = indicators_question(word(&line));
    size_t answer, by;
    if (!q || !place(answer_names, ANSWERS, word(&line), &answer) || !place(known_by_names, KNOWN_WAYS, word(&line), &by))
        return false;
    s->answers[q - indicators_questions] = (struct screening_answer){(enum answer)answer, (enum known_by)by, line};
    return true;
}

void screening_answers(const struct screening *s, enum answer out[INDICATORS_QUESTIONS_MAX])
{
    for (size_t i = 0; i < INDICATORS_QUESTIONS_MAX; i++)
        out[i] = s->answers[i].answer;
}

str screening_status(str decision)
{
    static const char *const words[][2] = {
        {"Presumed", "PossibleVictimOfTrafficking"}, {"Identified", "ActualVictimOfTrafficking"}, {"NotIdentified", "NotAVictimOfTrafficking"},
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (str_eq(decision, str_from(words[i][0])))
            return str_from(words[i][1]);
    return STR("");
}
