#include "face/web/languages.h"

#include <string.h>

#include "po_embed.h"

const struct language languages_all[LANGUAGES + 1] = {
    {"en", "English"}, {"km", "ភាសាខ្មែរ"}, {"th", "ภาษาไทย"}, {"vi", "Tiếng Việt"}, {"fr", "Français"}, {"de", "Deutsch"}, {0},
};
static const struct embedded *const files[LANGUAGES] = {NULL, &po_km_mo, &po_th_mo, &po_vi_mo, &po_fr_mo, &po_de_mo};

int languages_open(struct arena *a, str zone, struct languages *out, struct err *err)
{
    *out = (struct languages){0};
    for (size_t i = 0; i < LANGUAGES; i++) {
        struct catalogue *c = NULL;
        const struct embedded *file = files[i];
        if (file && catalogue_open(a, (bytes){(const uint8_t *)file->p, file->len}, &c, err) < 0)
            return err_prefix(err, "language %s", languages_all[i].code);
        out->words[i] = c;
        int r = when_open(a, languages_all[i].code, zone, &out->when[i], err);
        if (r < 0) {
            err_prefix(err, "time_zone in comity.json");
            return r;
        }
    }
    return 0;
}

void languages_close(struct languages *l)
{
    for (size_t i = 0; i < LANGUAGES; i++)
        when_close(l->when[i]);
}

const struct catalogue *languages_words(const struct languages *l, const char *code)
{
    for (size_t i = 0; i < LANGUAGES; i++)
        if (strcmp(languages_all[i].code, code) == 0)
            return l->words[i];
    return NULL;
}

const struct when *languages_when(const struct languages *l, const char *code)
{
    for (size_t i = 0; i < LANGUAGES; i++)
        if (strcmp(languages_all[i].code, code) == 0)
            return l->when[i];
    return l->when[0];
}

const char *languages_code(str text)
{
    for (size_t i = 0; i < LANGUAGES; i++) {
        str code = str_from(languages_all[i].code);
        if (text.len >= code.len && str_eq_nocase(str_slice(text, 0, code.len), code) && (text.len == code.len || text.p[code.len] == '-'))
            return languages_all[i].code;
    }
    return NULL;
}

/* The first of a list that there is. */
static const char *first_of(str list, char sep)
{
    str one, name;
    while (str_split(&list, sep, &one)) {
        (void)str_split(&one, ';', &name);
        const char *code = languages_code(str_trim(name));
        if (code)
            return code;
    }
    return NULL;
}

const char *languages_choose(str remembered, str member, str accepted)
{
    const char *code = languages_code(remembered);
    if (!code)
        code = first_of(member, ' ');
    if (!code)
        code = first_of(accepted, ',');
    return code ? code : "en";
}
