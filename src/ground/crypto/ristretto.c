/* Sums of products in ristretto255: RFC 9496 for the encoding, extended twisted Edwards coordinates (Hisil, Wong, Carter, Dawson,
 * "Twisted Edwards Curves Revisited", 2008, sections 3.1 and 3.3 with a = -1) for the arithmetic, Straus with scalars in
 * non-adjacent form for the sum. */
#include "ground/crypto/ristretto.h"

#include <stdlib.h>

#include "ground/crypto/ristretto_field.h"

static const field one = {{1}};
/* RFC 9496 section 4.1 */
static const field curve_d = {{929955233495203u, 466365720129213u, 1662059464998953u, 2033849074728123u, 1442794654840575u}};
static const field curve_2d = {{1859910466990425u, 932731440258426u, 1072319116312658u, 1815898335770999u, 633789495995903u}};
static const field sqrt_m1 = {{1718705420411056u, 234908883556509u, 2233514472574048u, 2117202627021982u, 765476049583133u}};
static const field invsqrt_a_minus_d = {{278908739862762u, 821645201101625u, 8113234426968u, 1777959178193151u, 2118520810568447u}};

const oprf_point ristretto_generator = {{0xe2, 0xf2, 0xae, 0x0a, 0x6a, 0xbc, 0x4e, 0x71, 0xa8, 0x84, 0xa9, 0x61, 0xc5, 0x00, 0x51, 0x5f,
                                         0x58, 0xe3, 0x0b, 0x6a, 0xa5, 0x82, 0xdd, 0x8d, 0xb6, 0xa6, 0x59, 0x45, 0xe0, 0x8d, 0x2d, 0x76}};

/* ---- field: the inverse square root ---- */

static field square_times(const field *a, int n)
{
    field r = *a;
    while (n-- > 0)
        r = field_square(&r);
    return r;
}

/* a^((p - 5) / 8) = a^(2^252 - 3); the names say which power of two less one stands in the exponent. */
static field power_p58(const field *a)
{
    field t = square_times(a, 1);                    /* 2 */
    field u = square_times(&t, 2);                   /* 8 */
    u = field_multiply(a, &u);                       /* 9 */
    t = field_multiply(&t, &u);                      /* 11 */
    t = field_square(&t);                            /* 22 */
    field e5 = field_multiply(&u, &t);               /* 2^5 - 1 */
    t = square_times(&e5, 5);
    field e10 = field_multiply(&t, &e5);
    t = square_times(&e10, 10);
    field e20 = field_multiply(&t, &e10);
    t = square_times(&e20, 20);
    t = field_multiply(&t, &e20);                    /* 2^40 - 1 */
    t = square_times(&t, 10);
    field e50 = field_multiply(&t, &e10);
    t = square_times(&e50, 50);
    field e100 = field_multiply(&t, &e50);
    t = square_times(&e100, 100);
    t = field_multiply(&t, &e100);                   /* 2^200 - 1 */
    t = square_times(&t, 50);
    t = field_multiply(&t, &e50);                    /* 2^250 - 1 */
    t = square_times(&t, 2);                         /* 2^252 - 4 */
    return field_multiply(&t, a);
}

/* SQRT_RATIO_M1(1, v), RFC 9496 section 4.2: 1/sqrt(v), not negative; false when v is not a square (then of another value). */
static bool inverse_sqrt(field *r, const field *v)
{
    field v2 = field_square(v), v3 = field_multiply(&v2, v), v6 = field_square(&v3), v7 = field_multiply(&v6, v);
    field power = power_p58(&v7), root = field_multiply(&v3, &power);
    field root2 = field_square(&root), check = field_multiply(v, &root2);
    field minus_one = field_negate(&one), minus_i = field_negate(&sqrt_m1);
    bool correct = field_equal(&check, &one), flipped = field_equal(&check, &minus_one), flipped_i = field_equal(&check, &minus_i);
    if (flipped || flipped_i)
        root = field_multiply(&root, &sqrt_m1);
    *r = field_absolute(&root);
    return correct || flipped;
}

/* ---- encoding ---- */

/* RFC 9496 section 4.3.1; also refuses the identity. */
static bool decode(struct ristretto_sum *p, const oprf_point *in)
{
    static const oprf_point zeros;
    uint8_t again[32];
    field s = field_from(in->b);
    field_bytes(again, s);
    if (memcmp(again, in->b, 32) != 0 || in->b[0] & 1 || memcmp(in->b, zeros.b, 32) == 0)
        return false;
    field ss = field_square(&s), u1 = field_subtract(&one, &ss), u2 = field_add(&one, &ss), u2_sqr = field_square(&u2);
    field u1_sqr = field_square(&u1), du1_sqr = field_multiply(&curve_d, &u1_sqr), v = field_negate(&du1_sqr);
    v = field_subtract(&v, &u2_sqr);
    field under = field_multiply(&v, &u2_sqr), invsqrt;
    bool was_square = inverse_sqrt(&invsqrt, &under);
    field den_x = field_multiply(&invsqrt, &u2), den_y = field_multiply(&invsqrt, &den_x);
    den_y = field_multiply(&den_y, &v);
    field s2 = field_add(&s, &s), x = field_multiply(&s2, &den_x);
    static const field zero;
    p->x = field_absolute(&x);
    p->y = field_multiply(&u1, &den_y);
    p->z = one;
    p->t = field_multiply(&p->x, &p->y);
    return was_square && !field_negative(&p->t) && !field_equal(&p->y, &zero);
}

void ristretto_encode(const struct ristretto_sum *p, oprf_point *out)
{
    field zy = field_add(&p->z, &p->y), z_y = field_subtract(&p->z, &p->y);
    field u1 = field_multiply(&zy, &z_y), u2 = field_multiply(&p->x, &p->y), u2_sqr = field_square(&u2);
    field under = field_multiply(&u1, &u2_sqr), invsqrt;
    inverse_sqrt(&invsqrt, &under); /* a valid point: always a square, or zero */
    field den1 = field_multiply(&invsqrt, &u1), den2 = field_multiply(&invsqrt, &u2);
    field z_inv = field_multiply(&den1, &den2);
    z_inv = field_multiply(&z_inv, &p->t);
    field t_z = field_multiply(&p->t, &z_inv), x = p->x, y = p->y, den_inv = den2;
    if (field_negative(&t_z)) {
        x = field_multiply(&p->y, &sqrt_m1);
        y = field_multiply(&p->x, &sqrt_m1);
        den_inv = field_multiply(&den1, &invsqrt_a_minus_d);
    }
    field x_z = field_multiply(&x, &z_inv);
    if (field_negative(&x_z))
        y = field_negate(&y);
    field zmy = field_subtract(&p->z, &y), s = field_multiply(&den_inv, &zmy);
    s = field_absolute(&s);
    field_bytes(out->b, s);
}

/* ---- the curve ---- */

/* A point prepared for being added: y + x, y - x, 2z, 2dt. */
struct addend { field plus, minus, z2, t2d; };

static struct addend prepare(const struct ristretto_sum *p)
{
    return (struct addend){field_add(&p->y, &p->x), field_subtract(&p->y, &p->x), field_add(&p->z, &p->z), field_multiply(&p->t, &curve_2d)};
}

/* p += q, or p -= q: the negative has x and t with the other sign. */
static void add(struct ristretto_sum *p, const struct addend *q, bool negative)
{
    field minus = field_subtract(&p->y, &p->x), plus = field_add(&p->y, &p->x);
    field a = field_multiply(&minus, negative ? &q->plus : &q->minus), b = field_multiply(&plus, negative ? &q->minus : &q->plus);
    field c = field_multiply(&p->t, &q->t2d), d = field_multiply(&p->z, &q->z2);
    field e = field_subtract(&b, &a), h = field_add(&b, &a);
    field less = field_subtract(&d, &c), more = field_add(&d, &c);
    const field *f = negative ? &more : &less, *g = negative ? &less : &more;
    p->x = field_multiply(&e, f);
    p->y = field_multiply(g, &h);
    p->t = field_multiply(&e, &h);
    p->z = field_multiply(f, g);
}

static void twice(struct ristretto_sum *p)
{
    field a = field_square(&p->x), b = field_square(&p->y), z = field_square(&p->z), c = field_add(&z, &z);
    field xy = field_add(&p->x, &p->y), xy2 = field_square(&xy);
    field h = field_add(&a, &b), e = field_subtract(&h, &xy2), g = field_subtract(&a, &b), f = field_add(&c, &g);
    p->x = field_multiply(&e, &f);
    p->y = field_multiply(&g, &h);
    p->t = field_multiply(&e, &h);
    p->z = field_multiply(&f, &g);
}

void ristretto_zero(struct ristretto_sum *sum)
{
    *sum = (struct ristretto_sum){.y = one, .z = one};
}

void ristretto_add(struct ristretto_sum *sum, const struct ristretto_sum *other)
{
    struct addend a = prepare(other);
    add(sum, &a, false);
}

/* ---- sums ---- */

#define WIDTH 5
#define TABLE (1 << (WIDTH - 2)) /* odd multiples 1, 3, .. 15 */
#define DIGITS 256
#define BLOCK 32                 /* points that share their doublings: their tables (56 KB) stay in the cache */

struct term {
    struct addend odd[TABLE];
    int16_t digit[DIGITS]; /* of the scalar, lowest first: 0 or odd, -15 .. 15; after each not 0 at least four are */
};

static void recode(int16_t digit[DIGITS], const oprf_scalar *scalar)
{
    uint64_t limb[5] = {0};
    for (int i = 0; i < 4; i++)
        limb[i] = get_u64le(scalar->b + 8 * i);
    unsigned carry = 0;
    memset(digit, 0, DIGITS * sizeof digit[0]);
    for (int at = 0; at < DIGITS;) {
        unsigned word = (unsigned)at / 64, bit = (unsigned)at % 64;
        uint64_t window = limb[word] >> bit;
        if (bit > 64 - WIDTH)
            window |= limb[word + 1] << (64 - bit);
        unsigned value = ((unsigned)window & ((1u << WIDTH) - 1)) + carry;
        if (value % 2 == 0) { /* nothing here; a carry waits for the next zero bit */
            at++;
            continue;
        }
        carry = value > 1u << (WIDTH - 1);
        digit[at] = (int16_t)((int)value - (int)(carry << WIDTH));
        at += WIDTH;
    }
}

static bool term_open(struct term *t, const oprf_scalar *scalar, const oprf_point *point)
{
    struct ristretto_sum p, p2;
    if (!decode(&p, point))
        return false;
    recode(t->digit, scalar);
    p2 = p;
    twice(&p2);
    struct addend step = prepare(&p2);
    t->odd[0] = prepare(&p);
    for (int i = 1; i < TABLE; i++) {
        add(&p, &step, false);
        t->odd[i] = prepare(&p);
    }
    return true;
}

static void add_block(struct ristretto_sum *sum, const struct term terms[], size_t n)
{
    struct ristretto_sum acc;
    bool begun = false;
    ristretto_zero(&acc);
    for (int at = DIGITS - 1; at >= 0; at--) {
        if (begun)
            twice(&acc);
        for (size_t i = 0; i < n; i++) {
            int digit = terms[i].digit[at];
            if (digit == 0)
                continue;
            add(&acc, &terms[i].odd[(digit < 0 ? -digit : digit) / 2], digit < 0);
            begun = true;
        }
    }
    ristretto_add(sum, &acc);
}

size_t ristretto_add_products(struct ristretto_sum *sum, const oprf_scalar scalars[], const oprf_point points[], size_t n)
{
    struct term *terms = mem_alloc((n < BLOCK ? n : BLOCK) * sizeof *terms);
    struct ristretto_sum all = *sum;
    size_t done = 0;
    while (done < n) {
        size_t part = n - done < BLOCK ? n - done : BLOCK, i = 0;
        while (i < part && term_open(&terms[i], &scalars[done + i], &points[done + i]))
            i++;
        done += i;
        if (i < part)
            break;
        add_block(&all, terms, part);
    }
    free(terms);
    if (done == n)
        *sum = all;
    return done;
}
