/* An officer's own shifts, and swaps with others. */
#include <string.h>

#include "face/web/pages.html.h"
#include "face/web/rota_page.h"


static str minute(struct page *p, int n)
{
    return str_printf(p->a, "%02d:%02d", n / 60 % 24, n % 60);
}

static str at_counter(struct page *p, int n)
{
    return n < 0 ? STR("") : str_printf(p->a, "%d", n);
}

static int own(struct page *p, struct rotas_own *out)
{
    return rotas_own(p->node, &p->actor, p->member.login, date_to_days(page_today(p)) - 1, p->now_ms, p->a, out, &p->err);
}

static void fill_lines(struct page *p, const struct rotas_own *o, struct shifts_view *v)
{
    const str chosen = form_get(&p->form, "day");
    v->lines = arena_array(p->a, struct shift_line, o->n);
    v->swap_day = (struct choices){.page = &p->layout, .name = "day", .label = N_("Your shift"), .all = arena_array(p->a, struct choice, o->n)};
    for (size_t i = 0; i < o->n; i++) {
        const struct rotas_shift *s = &o->shifts[i];
        const struct rota_duty *d = s->duty;
        if (s->called_off)
            continue;
        v->lines[v->n++] = (struct shift_line){rota_page_day(p, s->day), minute(p, d->start), minute(p, d->start + d->minutes), d->name,
                                               at_counter(p, s->counter[0]), at_counter(p, s->counter[1]), s->mark == ROTAS_BY_HAND, s->mark == ROTAS_REPAIRED};
        if (s->day <= date_to_days(page_today(p)))
            continue;
        const str value = str_printf(p->a, "%lld", (long long)s->day);
        v->swap_day.all[v->swap_day.n++] = (struct choice){value, str_printf(p->a, "%.*s, %.*s", STR_ARG(rota_page_day(p, s->day)), STR_ARG(d->name)), str_eq(value, chosen)};
    }
}

static str duty_or_off(struct page *p, const struct rota_duty *d)
{
    return d->name.len ? d->name : page_words(p, N_("Day off"));
}

static void fill_swaps(struct page *p, const struct rotas_own *o, struct shifts_view *v)
{
    v->swaps = arena_array(p->a, struct swap_view, o->n_swaps);
    for (size_t i = 0; i < o->n_swaps; i++) {
        const struct rotas_swap *s = &o->swaps[i];
        struct swap_view *swap = &v->swaps[v->n_swaps++];
        *swap = (struct swap_view){.id = page_hex(p, s->rota), .number = str_printf(p->a, "%lld", (long long)s->number), .other = s->other, .asked = s->asked, .n_days = s->n};
        for (size_t k = 0; k < s->n; k++)
            swap->days[k] = (struct swap_day){rota_page_day(p, s->days[k].day), duty_or_off(p, s->days[k].has), duty_or_off(p, s->days[k].gets)};
    }
}

int show_shifts(struct page *p)
{
    struct shifts_view v = {.page = page_layout(p, N_("My shifts")), .name = p->member.login, .with = page_field(p, "with"), .with_day = page_field(p, "with-day")};
    struct rotas_own o;
    const struct err said = p->err;
    int r = own(p, &o);
    if (r < 0)
        return r;
    fill_lines(p, &o, &v);
    fill_swaps(p, &o, &v);
    p->err = said;
    if (said.code)
        page_error(p, said.code == ERR_NOT_FOUND ? NULL : "with");
    page_shifts(&p->out, &v);
    return 0;
}

/* What stood against it is said above the shifts. */
static int again(struct page *p, int r)
{
    return r == ERR_INPUT || r == ERR_DENIED || r == ERR_LIMIT || r == ERR_NOT_FOUND ? show_shifts(p) : r;
}

int do_swap_ask(struct page *p)
{
    const str typed = page_field(p, "with-day");
    struct rotas_wish wish = {.other = page_field(p, "with")};
    struct date day;
    int r = str_to_int(form_get(&p->form, "day"), 0, INT32_MAX, &wish.day) ? 0 : err_set(&p->err, ERR_INPUT, N_("you have no shift on that day"));
    wish.other_day = wish.day;
    if (r == 0 && typed.len && (!date_parse_iso(typed, &day) || !date_known(day)))
        r = err_set(&p->err, ERR_INPUT, N_("write the day as 2026-03-02"));
    else if (r == 0 && typed.len)
        wish.other_day = date_to_days(day);
    if (r == 0)
        r = rotas_ask_swap(p->node, &p->actor, p->member.login, &wish, date_to_days(page_today(p)), p->now_ms, &p->err);
    return r == 0 ? page_go(p, "/desk/shifts") : again(p, r);
}

int do_swap_answer(struct page *p)
{
    uint8_t id[ID_LEN];
    int64_t number = 0;
    const str answer = form_get(&p->form, "answer");
    int r = page_id(p, 0, id);
    if (r < 0)
        return r;
    if (!str_to_int(form_get(&p->form, "number"), 1, INT64_MAX, &number) || (!str_eq(answer, STR("agree")) && !str_eq(answer, STR("no"))))
        r = err_set(&p->err, ERR_NOT_FOUND, N_("nobody waits for your answer to such a swap"));
    if (r == 0)
        r = rotas_answer_swap(p->node, &p->actor, p->member.login, id, number, str_eq(answer, STR("agree")), date_to_days(page_today(p)), p->now_ms, &p->err);
    return r == 0 ? page_go(p, "/desk/shifts") : again(p, r);
}

int show_shifts_calendar(struct page *p)
{
    struct rotas_own o;
    struct buf b = buf_new(p->a);
    int r = own(p, &o);
    if (r < 0)
        return r;
    const struct rotas_shift *shifts = o.shifts;
    rota_ical_begin(&b);
    for (size_t i = 0; i < o.n; i++)
        rota_ical_event(p->a, &b, &(struct rota_event){p->member.login, shifts[i].place, shifts[i].day, shifts[i].since_ms, shifts[i].duty, shifts[i].sequence,
                                                       false, shifts[i].called_off});
    rota_ical_end(&b);
    return rota_page_file(p, buf_str(&b), "text/calendar; charset=utf-8", "shifts.ics");
}
