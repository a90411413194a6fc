#!/usr/bin/env python3
"""Vectors of the threshold OPRF, from an implementation that shares nothing with ours: integers of Python, formulas of RFC 9496 and RFC 9497.

    python3 test/threshold.py > src/ground/crypto/test_threshold_vectors.h
"""
import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
I = pow(2, (P - 1) // 4, P)


def root(u, v):  # SQRT_RATIO_M1
    r = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    check = v * r * r % P
    good, flipped, flipped_i = check == u % P, check == -u % P, check == -u * I % P
    if flipped or flipped_i:
        r = r * I % P
    return good or flipped, P - r if r & 1 else r


def absolute(x):
    return P - x if x & 1 else x


MINUS_ONE_D = root(1, (-1 - D) % P)[1]      # 1/sqrt(a-d)
SQRT_AD_1 = root((-D - 1) % P, 1)[1]        # sqrt(ad-1)
SQRT_AD_1 = P - SQRT_AD_1 if SQRT_AD_1 != 25063068953384623474111414158702152701244531502492656460079210482610430750235 else SQRT_AD_1


def decode(b):
    s = int.from_bytes(b, 'little')
    assert s < P and not s & 1
    ss = s * s % P
    u1, u2 = (1 - ss) % P, (1 + ss) % P
    v = (-D * u1 * u1 - u2 * u2) % P
    good, inv = root(1, v * u2 * u2 % P)
    dx = inv * u2 % P
    dy = inv * dx * v % P
    x = absolute(2 * s * dx % P)
    y = u1 * dy % P
    assert good and not (x * y % P) & 1 and y
    return x, y


def encode(p):
    x0, y0 = p
    t0 = x0 * y0 % P
    u1 = (1 + y0) * (1 - y0) % P
    u2 = x0 * y0 % P
    inv = root(1, u1 * u2 * u2 % P)[1]
    d1, d2 = inv * u1 % P, inv * u2 % P
    z = d1 * d2 * t0 % P
    x, y, den = x0, y0, d2
    if (t0 * z % P) & 1:
        x, y, den = y0 * I % P, x0 * I % P, d1 * MINUS_ONE_D % P
    if (x * z % P) & 1:
        y = -y % P
    return absolute(den * (1 - y) % P).to_bytes(32, 'little')


def add(p, q):
    (a, b), (c, d) = p, q
    k = D * a * b * c * d % P
    return (a * d + b * c) * pow(1 + k, -1, P) % P, (b * d + a * c) * pow(1 - k, -1, P) % P


def times(k, p):
    r = (0, 1)
    for bit in bin(k % L)[2:]:
        r = add(r, r)
        if bit == '1':
            r = add(r, p)
    return r


def one_way(t):  # MAP of RFC 9496 section 4.3.4
    r = I * t * t % P
    u = (r + 1) * (1 - D * D) % P
    v = (-1 - r * D) * (r + D) % P
    square, s = root(u, v)
    c = -1
    if not square:
        s, c = -absolute(s * t % P) % P, r
    n = (c * (r - 1) * (D - 1) ** 2 - v) % P
    w0, w1, w2, w3 = 2 * s * v % P, n * SQRT_AD_1 % P, (1 - s * s) % P, (1 + s * s) % P
    return w0 * pow(w1, -1, P) % P, w2 * pow(w3, -1, P) % P


def expand(message, dst, n=64):
    dst += bytes([len(dst)])
    b0 = hashlib.sha512(bytes(128) + message + n.to_bytes(2, 'big') + b'\0' + dst).digest()
    return hashlib.sha512(b0 + b'\1' + dst).digest()[:n]


def hash_to_group(message):
    u = expand(message, b'HashToGroup-OPRFV1-\x01-ristretto255-SHA512')
    half = lambda b: (int.from_bytes(b, 'little') & (2**255 - 1)) % P
    return add(one_way(half(u[:32])), one_way(half(u[32:])))


def scalar(label, *parts):
    return int.from_bytes(expand(b''.join(parts), b'ComityThresholdV1-' + label), 'little') % L


def le(k):
    return (k % L).to_bytes(32, 'little')


BASE = decode(bytes.fromhex('e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76'))


def evaluate(share, public, point, context, random):
    element = times(share, point)
    nonce = scalar(b'Nonce', le(share), random, encode(point), context)
    said = encode(element) + encode(times(nonce, BASE)) + encode(times(nonce, point))
    challenge = scalar(b'Challenge', public, encode(point), said, context)
    return element, said + le(nonce - challenge * share)


def main():
    polynomial = [int.from_bytes(hashlib.sha512(b'coefficient %d' % j).digest(), 'little') % L for j in range(2)]
    share = lambda x: sum(c * x**j for j, c in enumerate(polynomial)) % L
    alpha, context, random = b'what is drawn', b'what was known', bytes(range(32))
    point = hash_to_group(alpha)
    whole = encode(times(polynomial[0], point))
    output = hashlib.sha512(len(alpha).to_bytes(2, 'big') + alpha + b'\0\x20' + whole + b'Finalize').digest()
    print('/* Made by test/threshold.py. */')
    put = lambda name, b: print('#define VECTOR_%s "%s"' % (name, b.hex()))
    put('KEYS', bytes([2, 3]) + b''.join(encode(times(c, BASE)) for c in polynomial))
    put('ALPHA', alpha)
    put('CONTEXT', context)
    put('RANDOM', random)
    put('INPUT', encode(point))
    print('static const char *const vector_shares[] = {%s};' % ', '.join('"%s"' % le(share(x)).hex() for x in (1, 2, 3)))
    answers = [evaluate(share(x), encode(times(share(x), BASE)), point, context, random)[1] for x in (1, 2, 3)]
    print('static const char *const vector_answers[] = {\n    %s};' % ',\n    '.join('"%s"' % a.hex() for a in answers))
    put('ELEMENT', whole)
    put('OUTPUT', output)


main()
