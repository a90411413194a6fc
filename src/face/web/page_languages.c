/* The administrator's page of languages: which are offered, in which order, and which one to whoever has chosen nothing. */
#include <string.h>

#include "face/web/languages_views.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "trust/people/setting.h"

static const char *const digits[LANGUAGES + 1] = {"", "1", "2", "3", "4", "5", "6"};

static const char *place_name(struct page *p, size_t language)
{
    return str_printf(p->a, "place-%s", languages_all[language].code).p;
}

static struct choices choose_place(struct page *p, size_t language, int place)
{
    struct choices c = {.page = &p->layout, .name = place_name(p, language), .label = languages_all[language].name,
                        .all = arena_array(p->a, struct choice, LANGUAGES + 1)};
    for (int i = 0; i <= LANGUAGES; i++)
        c.all[c.n++] = (struct choice){str_from(digits[i]), i ? str_from(digits[i]) : page_words(p, N_("not offered")), i == place};
    return c;
}

static int draw(struct page *p, const int places[static LANGUAGES], const char *usual)
{
    struct languages_view v = {.page = page_layout(p, N_("Languages")),
                               .usual = {.page = &p->layout, .name = "usual", .label = N_("For whoever has chosen none"), .all = arena_array(p->a, struct choice, LANGUAGES)}};
    size_t n = 0;
    for (int place = 1; place <= LANGUAGES + 1; place++) /* in their order; those that are not offered come last */
        for (size_t i = 0; i < LANGUAGES; i++)
            if (places[i] == place % (LANGUAGES + 1))
                v.places[n++] = choose_place(p, i, places[i]);
    for (size_t i = 0; i < LANGUAGES; i++)
        v.usual.all[v.usual.n++] = (struct choice){str_from(languages_all[i].code), str_from(languages_all[i].name), strcmp(languages_all[i].code, usual) == 0};
    page_languages_offered(&p->out, &v);
    return 0;
}

int show_languages(struct page *p)
{
    int places[LANGUAGES] = {0};
    for (size_t i = 0; i < LANGUAGES; i++)
        for (size_t k = 0; k < p->languages.n; k++)
            if (strcmp(languages_all[i].code, p->languages.menu[k].code) == 0)
                places[i] = (int)k + 1;
    return draw(p, places, p->languages.usual);
}

int do_languages(struct page *p)
{
    int places[LANGUAGES] = {0};
    const char *usual = languages_code(form_get(&p->form, "usual"));
    str text;
    for (size_t i = 0; i < LANGUAGES; i++)
        for (int place = 1; place <= LANGUAGES; place++)
            if (str_eq(form_get(&p->form, place_name(p, i)), str_from(digits[place])))
                places[i] = place;
    int r = languages_decide(p->a, places, usual ? usual : "", &text, &p->err);
    if (r == ERR_INPUT) {
        page_error(p, "usual");
        return draw(p, places, usual ? usual : "");
    }
    if (r == 0)
        r = setting_put(p->node, &p->actor, p->now_ms, LANGUAGES_SETTING, text, &p->err);
    return r < 0 ? r : page_go(p, "/languages");
}
