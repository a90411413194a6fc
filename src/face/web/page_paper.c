#include "face/web/page_paper.h"

#include "ground/report/report.h"

static int64_t produce(void *state, uint8_t *to, size_t max)
{
    return report_pull(state, to, max, NULL); /* the process that makes PDF says itself what is wrong, where the operator sees it */
}

static void done(void *state)
{
    report_close(state);
}

int page_document(struct page *p, str description)
{
    struct report *report;
    int r = report_document(description, &report, &p->err);
    if (r < 0)
        return r;
    p->reply->type = report_type(REPORT_PDF);
    p->reply->produce = produce;
    p->reply->done = done;
    p->reply->state = report;
    return 0;
}

struct paper_text page_paper_text(struct page *p, str text)
{
    return (struct paper_text){str_from(p->layout.language), text};
}

struct paper_text page_paper_words(struct page *p, const char *message)
{
    return page_paper_text(p, page_words(p, message));
}

struct paper_text page_paper_written(str text)
{
    return (struct paper_text){.text = text};
}
