/* What a rota asks of whom, side by side: of the roster that was drawn, or, before it is frozen, of one that is only tried. */
#include <string.h>

#include "face/web/pages.html.h"
#include "face/web/rota_page.h"
#include "ground/crypto/crypto.h"
#include "work/rota/fair.h"

#define TRIAL_MOVES 1500000 /* a fraction of a second: a try, not a good rota */
#define BAR_LONG 80

static struct rota_bar bar(struct page *p, int n, int most)
{
    return (struct rota_bar){str_printf(p->a, "%d", n), most > 0 ? n * BAR_LONG / most : 0};
}

void rota_page_fair(struct page *p, const struct rota *rota, const uint8_t *roster, struct rota_fair *out)
{
    const struct rota_load *loads = rota_loads(p->a, rota, roster);
    int hours = 0, nights = 0, weekends = 0;
    out->n = (size_t)rota->n_officers;
    out->lines = arena_array(p->a, struct rota_fair_line, out->n);
    for (int o = 0; o < rota->n_officers; o++) {
        hours = loads[o].minutes / 60 > hours ? loads[o].minutes / 60 : hours;
        nights = loads[o].nights > nights ? loads[o].nights : nights;
        weekends = loads[o].weekends > weekends ? loads[o].weekends : weekends;
        out->wishes = out->wishes || loads[o].wishes > 0;
    }
    for (int o = 0; o < rota->n_officers; o++)
        out->lines[o] = (struct rota_fair_line){rota->officers[o].name, str_printf(p->a, "%d", loads[o].shifts), bar(p, loads[o].minutes / 60, hours),
                                                bar(p, loads[o].nights, nights), bar(p, loads[o].weekends, weekends),
                                                str_printf(p->a, "%d", loads[o].granted), str_printf(p->a, "%d", loads[o].wishes)};
}

/* The seed follows from the table, so that the same table shows the same try; the draw's will be another. */
static int try_it(struct page *p, const struct rotas_seen *s, uint8_t *roster, struct rota_score *score)
{
    static const char what[] = "comity rota try\n";
    uint8_t seed[ROTA_SEED_LEN];
    struct buf b = buf_new(p->a);
    buf_add(&b, str_from(what));
    buf_add_bytes(&b, s->input.p, s->input.len);
    crypto_sha256(seed, buf_bytes(&b));
    const int64_t moves = s->book.moves < TRIAL_MOVES ? s->book.moves : TRIAL_MOVES;
    return rota_solve(&s->book.rota, seed, moves, roster, score, &p->err);
}

int show_rota_try(struct page *p)
{
    struct rota_try_view v = {.page = page_layout(p, N_("What the table asks of whom"))};
    struct rotas_seen s;
    struct rota_score score;
    int r = rota_page_look(p, &s);
    if (r == 0 && s.one.state != ROTAS_DRAFT)
        r = err_set(&p->err, ERR_NOT_FOUND, N_("this rota is frozen already"));
    if (r < 0)
        return r;
    uint8_t *roster = rota_roster(p->a, &s.book.rota);
    if ((r = try_it(p, &s, roster, &score)) < 0)
        return r;
    v.id = page_hex(p, s.one.id);
    v.broken = score.hard;
    rota_page_fair(p, &s.book.rota, roster, &v.fair);
    page_rota_try(&p->out, &v);
    return 0;
}
