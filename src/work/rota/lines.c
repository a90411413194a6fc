/* Lines of a finite plane: a start in which nobody meets twice, for as many days as there are posts, and one more where the numbers allow.
 *
 * R. C. Bose, On the application of the properties of Galois fields to the problem of construction of hyper-Graeco-Latin squares, Sankhya 3 (1938);
 * C. Colbourn and J. Dinitz, Handbook of Combinatorial Designs, 2nd edition (2007), III.3: the officers are points (row, column) over a field of q
 * elements, q the number of posts; on day m stand together those with the same row + m * column. Two points lie on one line of at most one slope, and
 * two of a column on none, so each column can be together on a last day. q is a prime or a power of two here; 9, 25, 27 and 49 are left to the search.
 *
 * It is a start: leave, qualifications and rest are not looked at. It is kept where it costs less than the others; where everybody is there every day,
 * as with social golfers, it costs nothing at all. */
#include "work/rota/plan.h"

/* What is left of a product over two elements: the polynomials of degree 2 to 6 that have no factor, as bits. */
static const int irreducible[] = {[2] = 7, [3] = 11, [4] = 19, [5] = 37, [6] = 67};

static bool is_prime(int q)
{
    for (int i = 2; i * i <= q; i++)
        if (q % i == 0)
            return false;
    return q >= 2;
}

static bool is_power_of_two(int q)
{
    return q >= 2 && (q & (q - 1)) == 0;
}

/* x + m * c in the field of q elements. */
static int on_line(int q, int x, int m, int c)
{
    if (is_prime(q))
        return (x + m * c) % q;
    const int degree = __builtin_ctz((unsigned)q);
    int product = 0;
    for (int i = 0; i < degree; i++) {
        product ^= m >> i & 1 ? c : 0;
        c <<= 1;
        c ^= c & q ? irreducible[degree] : 0;
    }
    return x ^ product;
}

static int nth_duty(uint64_t set, int n)
{
    for (; n > 0; n--)
        set &= set - 1;
    return __builtin_ctzll(set);
}

bool plan_lines(const struct rota *rota, uint8_t *roster)
{
    const int q = __builtin_popcountll(rota->meetings.duties);
    const int size = q ? (rota->n_officers + q - 1) / q : 0;
    if (!(is_prime(q) || is_power_of_two(q)) || size > q)
        return false;
    const bool columns = q % size == 0 && rota->n_officers == q * size;
    for (int o = 0; o < rota->n_officers; o++)
        for (int d = 0; d < rota->n_days; d++) {
            const int row = o / size, column = o % size, m = d % (q + 1);
            const int post = m < q ? on_line(q, row, m, column) : columns ? column * (q / size) + row / size : row;
            const int duty = nth_duty(rota->meetings.duties, post);
            const uint64_t allowed = rota->allowed[o * rota->n_days + d];
            roster[o * rota->n_days + d] = (uint8_t)(allowed >> duty & 1 ? duty : __builtin_ctzll(allowed));
        }
    return true;
}
