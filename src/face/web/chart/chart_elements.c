/* chart_elements: what was found for each element, in words. */
#include "face/web/chart/chart.h"

static const char *const ages[] = {
    [ELEMENT_CHILD_YES] = N_("A child at the time: the means need not be shown (Palermo Protocol, article 3(c))."),
    [ELEMENT_CHILD_NO] = N_("An adult at the time: act, means and purpose must all be shown."),
    [ELEMENT_CHILD_UNKNOWN] = N_("Not known whether a child at the time. For a child the means need not be shown."),
};

/* "Methods of control: Withholds documents" */
static str says(struct arena *a, const struct catalogue *words, const struct element_evidence *e)
{
    if (!e->field)
        return catalogue_find(words, N_("Tied to it by hand"));
    str field = catalogue_find(words, e->field->label);
    return e->code ? str_printf(a, "%.*s: %.*s", STR_ARG(field), STR_ARG(catalogue_find(words, e->code->label))) : field;
}

struct chart_elements_view chart_elements_view(struct arena *a, const struct catalogue *words, str name, const struct element_sheet *sheet,
                                               const struct chart_record *records)
{
    struct chart_elements_view v = {.name = name, .child = ages[sheet->child]};
    for (size_t g = 0; g < ELEMENT_GROUPS; g++)
        v.groups[g] = (struct chart_group){.label = element_group_label[g], .needed = g != ELEMENT_MEANS || sheet->child != ELEMENT_CHILD_YES,
                                           .elements = arena_array(a, struct chart_element, ELEMENTS), .shown = sheet->shown[g]};
    for (size_t i = 0; i < ELEMENTS; i++) {
        struct chart_group *group = &v.groups[elements[i].group];
        struct chart_element *e = &group->elements[group->n++];
        *e = (struct chart_element){.label = elements[i].label, .source = elements[i].source, .n = sheet->of[i].n,
                                    .proofs = arena_array(a, struct chart_proof, sheet->of[i].n)};
        for (size_t k = 0; k < e->n; k++) {
            const struct element_evidence *evidence = &sheet->of[i].evidence[k];
            const struct chart_record *record = &records[evidence->record];
            e->proofs[k] = (struct chart_proof){record->name, record->path, says(a, words, evidence)};
        }
    }
    return v;
}
