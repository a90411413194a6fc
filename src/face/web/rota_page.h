/* rota_page: what the pages of a rota share. Private to face/web. */
#ifndef COMITY_ROTA_PAGE_H
#define COMITY_ROTA_PAGE_H

#include "face/web/pages.h"
#include "face/web/rota_views.h"
#include "work/rota/rotas.h"

/* The rota of the address, looked at. */
MUST_USE int rota_page_look(struct page *p, struct rotas_seen *out);
/* The same, of one that is made; ERR_NOT_FOUND. */
MUST_USE int rota_page_made(struct page *p, struct rotas_seen *out);
/* "3 December 2026" */
str rota_page_day(struct page *p, int64_t day);
str rota_page_days(struct page *p, const struct rota *rota, int first, int last); /* one day, or "3 December 2026 – 5 December 2026" */
/* The name of the hall; empty when there is none. */
MUST_USE int rota_page_hall(struct page *p, const uint8_t id[static ID_LEN], str *name);
/* Officers by their place in the table. */
struct choices rota_page_officers(struct page *p, const struct rota *rota, const char *name, const char *label, str chosen);
/* Whom the address means with ?one=; -1: everybody. */
int rota_page_one(struct page *p, const struct rota *rota);
/* "early/hall", or nothing for a day off. */
str rota_page_duty(const struct rota *rota, int duty);
/* A file to keep, of that type and with that ending of its name. */
int rota_page_file(struct page *p, str body, const char *type, const char *name);
/* page_error, and what a table has wrong in the page's language. */
void rota_page_fault(struct page *p, bytes table, const char *field);
/* What a rule is about: "Days in a row", "night, in a row". */
str rota_page_term(struct page *p, enum rota_term term, str of, str words);
str rota_page_weekday(struct page *p, int weekday); /* 0 Monday .. 6 Sunday, short */
/* What a roster asks of whom (page_rota_fair.c). */
void rota_page_fair(struct page *p, const struct rota *rota, const uint8_t *roster, struct rota_fair *out);

/* page_rota_draft.c */
int rota_page_draft(struct page *p, const struct rotas_seen *seen, str text);

#endif
