#include "face/web/consent_paper.h"

#include "ground/report/paper.h"
#include "ground/report/render.h"

static bytes describe_copy(struct page *p, const struct consent_view *v)
{
    struct buf b = buf_new(p->a);
    const str hers = str_from(v->code);
    #define SAY(message) (struct paper_text){hers, page_words(p, message)}
    paper_begin(&b, &(struct paper_head){.language = hers, .title = page_words(p, N_("Your copy")), .agency = v->agency, .handling = v->number});
    paper_heading(&b, 1, SAY(N_("Your copy")));
    paper_field(&b, SAY(N_("Decided on")), (struct paper_text){hers, v->on});
    paper_paragraph(&b, PAPER_NOTICE, SAY(v->refused ? N_("You said no. You get the same help.") : v->withdrawn ? N_("You took your yes back.")
                                          : N_("You said yes to what stands here, and to nothing else.")));
    for (size_t i = 0; v->opening[i]; i++)
        paper_paragraph(&b, PAPER_PLAIN, SAY(v->opening[i]));
    paper_heading(&b, 2, SAY(N_("What was asked, and the answers")));
    for (size_t i = 0; i < v->n_told; i++)
        paper_field(&b, SAY(v->told[i].says), SAY(v->told[i].answer));
    paper_heading(&b, 2, SAY(N_("What for")));
    for (size_t i = 0; i < v->n_purposes; i++)
        paper_paragraph(&b, PAPER_PLAIN, SAY(v->purposes[i]));
    paper_heading(&b, 2, SAY(N_("Who may receive the data")));
    for (size_t i = 0; i < v->n_recipients; i++)
        paper_paragraph(&b, PAPER_PLAIN, (struct paper_text){{0}, v->recipients[i]});
    if (v->n_recipients == 0)
        paper_paragraph(&b, PAPER_PLAIN, SAY(N_("nobody: it stays with us")));
    paper_heading(&b, 2, SAY(N_("What may be given")));
    for (size_t i = 0; i < v->n_elements; i++)
        paper_paragraph(&b, PAPER_PLAIN, SAY(v->elements[i]));
    paper_field(&b, SAY(N_("Valid until")), v->until.len ? (struct paper_text){hers, v->until} : SAY(N_("until you take it back")));
    paper_heading(&b, 2, SAY(N_("To take it back, or to see what is written")));
    const struct html_arg args[] = {{"agency", v->agency}, {"number", v->number}};
    paper_paragraph(&b, PAPER_PLAIN, (struct paper_text){hers, html_words(&p->out, N_("Tell anybody of {agency}, in any way, and say this number: {number}. No reason is needed."), args, 2)});
    paper_sign(&b, PAPER_THUMB, SAY(N_("Signature or thumbprint")));
    paper_sign(&b, PAPER_SIGNATURE, SAY(N_("For the agency")));
    if (v->unchecked)
        paper_paragraph(&b, PAPER_SMALL, SAY(N_("No speaker has checked this translation yet.")));
    #undef SAY
    paper_end(&b);
    return buf_bytes(&b);
}

/* The whole of a small document. */
static int render_whole(struct page *p, bytes description, bytes *out)
{
    struct buf b = buf_new(p->a);
    struct render *render = NULL;
    uint8_t piece[16384];
    size_t got;
    int r = render_open(&render, &p->err);
    while (r == 0 && (r = render_step(render, &description, true, piece, sizeof piece, &got, &p->err)) == 0)
        buf_add_bytes(&b, piece, got);
    render_close(render);
    *out = buf_bytes(&b);
    return r < 0 ? r : 0;
}

int consent_paper(struct page *p, const struct consent_view *v, bytes *pdf)
{
    return render_whole(p, describe_copy(p, v), pdf);
}
