/* Making a decoy: an invented person's record, marked as it is made. */
#include "face/web/file_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "face/web/watch_views.h"
#include "work/cases/decoy.h"

/* What a record from a list says too, and nothing that would set it apart. */
static const char *const invented[] = {"prs_FirstName", "prs_SecondName", "cmt_NameInScript", "prs_Birthdate", "prs_Gender", "prs_IdentityNumber", "prs_MobilePhone", NULL};

static int draw(struct page *p, struct decoy_view *v)
{
    v->page = page_layout(p, N_("Make a decoy"));
    v->words = page_field(p, "words");
    page_decoy(&p->out, v);
    return 0;
}

int show_decoy_new(struct page *p)
{
    struct decoy_view v = {.form = {.unit = FIELD_OF_PERSON, .only = invented, .flat = true}};
    record_form_fill(p, &v.form, NULL);
    return draw(p, &v);
}

int do_decoy_new(struct page *p)
{
    struct decoy_view v = {.form = {.unit = FIELD_OF_PERSON, .only = invented, .flat = true}};
    struct record person = {.unit = FIELD_OF_PERSON};
    const struct casework w = file_casework(p);
    if (!record_form_read(p, &v.form, &p->form))
        return draw(p, &v);
    for (size_t i = 0; i < v.form.n_values; i++)
        record_add(p->a, &person, v.form.values[i].field->name, v.form.values[i].text);
    int r = decoy_make(&w, &person, page_field(p, "words"), p->a, &p->err);
    if (r == ERR_INPUT || r == ERR_USAGE || r == ERR_LIMIT) {
        page_error(p, r == ERR_INPUT ? "words" : "prs_FirstName");
        return draw(p, &v);
    }
    return r < 0 ? r : page_go(p, "/oversight/canaries");
}
