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

/* --- what the agency offers --- */

bool languages_offered(const struct languages_offer *o, const char *code)
{
    for (size_t i = 0; i < o->n; i++)
        if (strcmp(o->menu[i].code, code) == 0)
            return true;
    return false;
}

static size_t index_of(const char *code)
{
    size_t i = 0;
    while (i < LANGUAGES && strcmp(languages_all[i].code, code) != 0)
        i++;
    return i;
}

void languages_offer(str text, struct languages_offer *out)
{
    str one, usual = STR("");
    *out = (struct languages_offer){0};
    (void)str_split(&text, ' ', &usual);
    while (str_split(&text, ' ', &one)) {
        const char *code = languages_code(one);
        if (code && !languages_offered(out, code))
            out->menu[out->n++] = languages_all[index_of(code)];
    }
    out->usual = languages_code(usual);
    if (out->n > 0 && out->usual && languages_offered(out, out->usual))
        return;
    memcpy(out->menu, languages_all, sizeof languages_all);
    out->n = LANGUAGES;
    out->usual = languages_all[0].code;
}

int languages_decide(struct arena *a, const int places[static LANGUAGES], const char *usual, str *out, struct err *err)
{
    struct buf b = buf_new(a);
    bool offered = false;
    buf_addf(&b, "%s", usual);
    for (int place = 1; place <= LANGUAGES; place++)
        for (size_t i = 0; i < LANGUAGES; i++)
            if (places[i] == place) {
                buf_addf(&b, " %s", languages_all[i].code);
                offered = offered || strcmp(languages_all[i].code, usual) == 0;
            }
    *out = buf_str(&b);
    return offered ? 0 : err_set(err, ERR_INPUT, N_("the language of those who have chosen nothing must be one that is offered"));
}

void languages_menu(struct languages_offer *o, const char *code)
{
    o->menu[o->n] = languages_offered(o, code) ? (struct language){0} : languages_all[index_of(code)];
}

/* The first of a list that there is; among those that are offered, unless o is NULL. */
static const char *first_of(const struct languages_offer *o, str list, char sep)
{
    str one, name;
    while (str_split(&list, sep, &one)) {
        (void)str_split(&one, ';', &name);
        const char *code = languages_code(str_trim(name));
        if (code && (!o || languages_offered(o, code)))
            return code;
    }
    return NULL;
}

const char *languages_choose(const struct languages_offer *o, str remembered, bool is_member, str preferred, str accepted)
{
    const char *code = first_of(is_member ? NULL : o, remembered, ' ');
    if (!code && is_member)
        code = first_of(NULL, preferred, ' ');
    if (!code)
        code = first_of(o, accepted, ',');
    return code ? code : o->usual;
}
