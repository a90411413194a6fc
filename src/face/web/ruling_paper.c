#include "face/web/ruling_paper.h"

#include "face/web/assess_page.h"
#include "face/web/page_paper.h"
#include "face/web/words.h"
#include "work/shield/bases.h"

static struct paper_text say(struct page *p, const char *message)
{
    return page_paper_words(p, message);
}

/* Labels and codes are said in the letter's language, what somebody wrote is as it was written. */
static void line(struct page *p, struct buf *b, const struct record *r, const char *name)
{
    const struct field *f = field_find(str_from(name));
    str text = record_text(r, name);
    const struct field_code *code = f->codes ? field_code_find(f, text) : NULL;
    struct paper_text value = code ? say(p, code->label) : f->type == FIELD_DATE ? page_paper_text(p, assess_date(p, text))
                              : f->type == FIELD_COUNTRY ? page_paper_text(p, page_country(p, text)) : page_paper_written(text);
    if (text.len)
        paper_field(b, say(p, f->label), value);
}

static void written(struct page *p, struct buf *b, const char *heading, str text)
{
    if (!text.len)
        return;
    paper_heading(b, 2, say(p, heading));
    paper_paragraph(b, PAPER_PLAIN, page_paper_written(text));
}

/* A finding or the outcome: the question, the answer, the reasons. */
static void finding(struct page *p, struct buf *b, const struct record *r, const char *name, const char *reasons)
{
    const struct field *f = field_find(str_from(name));
    const struct field_code *code = field_code_find(f, record_text(r, name));
    paper_heading(b, 2, say(p, f->label));
    if (code)
        paper_paragraph(b, PAPER_NOTICE, say(p, code->label));
    paper_paragraph(b, PAPER_PLAIN, page_paper_written(record_text(r, reasons)));
}

static void basis(struct page *p, struct buf *b, const struct record *ruling)
{
    const struct shield_basis *law = shield_basis(record_text(ruling, "rul_Basis"));
    const struct field_code *code = field_code_find(field_find(STR("rul_Basis")), record_text(ruling, "rul_Basis"));
    if (!law || !code)
        return;
    paper_heading(b, 2, say(p, N_("Legal basis")));
    paper_paragraph(b, PAPER_PLAIN, say(p, code->label));
    paper_paragraph(b, PAPER_PLAIN, say(p, law->says));
    paper_paragraph(b, PAPER_SMALL, (struct paper_text){STR("en"), str_printf(p->a, "%s (%s)", law->source, law->date)});
}

int ruling_paper(struct page *p, const struct casefile *f, const struct record *allegation, const struct record *ruling)
{
    static const char *const about[] = {"all_Offence", "all_Kind", "all_Law", "all_Country", "all_When", "all_Where", "all_LaidBy", "all_LaidByName", "all_Reference"};
    struct buf b = buf_new(p->a);
    paper_begin(&b, &(struct paper_head){.language = str_from(p->layout.language), .title = page_words(p, N_("Decision on an offence")),
                                         .agency = p->layout.agency, .handling = casefile_number(p->a, f->id), .counted = true});
    paper_heading(&b, 1, say(p, N_("Decision on an offence")));
    paper_field(&b, say(p, N_("Person")), page_paper_written(assess_whom(p, f, allegation)));
    paper_field(&b, say(p, N_("Decided on")), page_paper_text(p, assess_date(p, record_text(ruling, "rul_On"))));
    paper_field(&b, say(p, N_("Prosecutor who decided")), page_paper_written(record_text(ruling, "rul_Prosecutor")));
    paper_heading(&b, 2, say(p, N_("What was laid to her")));
    for (size_t i = 0; i < sizeof about / sizeof about[0]; i++)
        line(p, &b, allegation, about[i]);
    finding(p, &b, ruling, "rul_Outcome", "rul_OutcomeReasons");
    written(p, &b, N_("Conditions"), record_text(ruling, "rul_Conditions"));
    finding(p, &b, ruling, "rul_Causation", "rul_CausationReasons");
    finding(p, &b, ruling, "rul_Compulsion", "rul_CompulsionReasons");
    basis(p, &b, ruling);
    written(p, &b, N_("How she can object"), record_text(ruling, "rul_Remedy"));
    paper_sign(&b, PAPER_SIGNATURE, say(p, N_("Prosecutor who decided")));
    paper_paragraph(&b, PAPER_SMALL, say(p, N_("Reasons stand in the words in which they were written.")));
    paper_end(&b);
    return page_document(p, buf_str(&b));
}
