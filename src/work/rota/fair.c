#include "work/rota/fair.h"

enum { DAY = 1440, NIGHT_FROM = 23 * 60, NIGHT_TO = DAY + 6 * 60 };

static int overlap(int from, int to, int other_from, int other_to)
{
    const int begin = from > other_from ? from : other_from, end = to < other_to ? to : other_to;
    return end > begin ? end - begin : 0;
}

bool rota_is_night(const struct rota_duty *d)
{
    int minutes = 0; /* the night that ends on the day of the shift, the one that begins, and one more for a shift that lasts */
    for (int day = -1; day <= 1; day++)
        minutes += overlap(d->start, d->start + d->minutes, NIGHT_FROM + day * DAY, NIGHT_TO + day * DAY);
    return minutes >= ROTA_NIGHT_MINUTES;
}

static void count_days(const struct rota *rota, const uint8_t *row, struct rota_load *load)
{
    int64_t last = INT64_MIN; /* the weekend that was counted */
    for (int d = 0; d < rota->n_days; d++) {
        const struct rota_duty *duty = &rota->duties[row[d]];
        const int weekday = rota_weekday(rota, d);
        const int64_t saturday = rota->first_day + d - (weekday - 5);
        if (row[d] == ROTA_OFF)
            continue;
        load->shifts++;
        load->minutes += duty->minutes;
        load->nights += rota_is_night(duty);
        if (weekday >= 5 && saturday != last) {
            load->weekends++;
            last = saturday;
        }
    }
}

struct rota_load *rota_loads(struct arena *a, const struct rota *rota, const uint8_t *roster)
{
    struct rota_load *loads = arena_array(a, struct rota_load, (size_t)rota->n_officers);
    for (int o = 0; o < rota->n_officers; o++) {
        loads[o] = (struct rota_load){0};
        count_days(rota, roster + o * rota->n_days, &loads[o]);
    }
    for (int i = 0; i < rota->n_requests; i++) {
        const struct rota_request *r = &rota->requests[i];
        if (r->hard)
            continue;
        loads[r->officer].wishes++;
        loads[r->officer].granted += (bool)(r->duties >> roster[r->officer * rota->n_days + r->day] & 1) == r->wanted;
    }
    return loads;
}
