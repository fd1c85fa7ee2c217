// One variant of exp and log of a number; see elementary.h. Written without branches, so that they
// vectorise. Uses elementary_bits.h.

// exp(x) = 2^k · exp(r) with r = x − k·ln 2 in [−ln 2 / 2, ln 2 / 2], and exp(r) by its Taylor series
// up to r^13, whose remainder is below 0.03 ulp. ln 2 is split in two, the first part with 21 zero
// bits at its end, so that k times it is exact and r keeps its low bits.
CLADE_TARGET static inline __attribute__((always_inline)) double
CLADE_VARIANT(exp_one)(double x) {
  const double round = 0x1.8p52;
  double bounded = x < -746.0 ? -746.0 : x;
  bounded = bounded > 710.0 ? 710.0 : bounded;
  const double shifted = bounded * 0x1.71547652b82fep0 + round;
  const double k = shifted - round;
  const double high = bounded - k * 0x1.62e42fee00000p-1;
  const double low = k * 0x1.a39ef35793c76p-33;
  const double r = high - low;
  double q = 1.0 / 6227020800.0;
  q = q * r + 1.0 / 479001600.0;
  q = q * r + 1.0 / 39916800.0;
  q = q * r + 1.0 / 3628800.0;
  q = q * r + 1.0 / 362880.0;
  q = q * r + 1.0 / 40320.0;
  q = q * r + 1.0 / 5040.0;
  q = q * r + 1.0 / 720.0;
  q = q * r + 1.0 / 120.0;
  q = q * r + 1.0 / 24.0;
  q = q * r + 1.0 / 6.0;
  q = q * r + 0.5;
  // `(high - r) - low` is what rounding r lost.
  const double y = 1.0 + (r + (r * r * q + ((high - r) - low)));
  // 2^k in two factors, each a normal number, so that only the last product rounds.
  const uint64_t power = clade_bits(shifted) - clade_bits(round) + 2046;
  const uint64_t half = power >> 1;
  const double result = y * clade_from_bits(half << 52) * clade_from_bits((power - half) << 52);
  return x != x ? x : result;
}

// log(x) = k·ln 2 + log(m) with m in [√½, √2), f = m − 1, s = f / (2 + f), and
// log(1 + f) = f − (f²/2 − s·(f²/2 + R)), R the rest of the series of 2·atanh(s) / s.
CLADE_TARGET static inline __attribute__((always_inline)) double
CLADE_VARIANT(log_one)(double x) {
  const int subnormal = x < 0x1p-1022;
  const double normal = subnormal ? x * 0x1p54 : x;
  const uint64_t bits = clade_bits(normal);
  // Adding the distance from √½ to 1 makes the exponent step at √2 rather than at 2.
  const uint64_t stepped = bits + (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu);
  const uint64_t exponent = stepped >> 52;
  const double m =
      clade_from_bits((stepped & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu);
  // The biased exponent as a double: its bits below 2^52, minus what was added.
  const double k =
      (clade_from_bits(exponent | 0x4330000000000000u) - 0x1p52) - (subnormal ? 1077.0 : 1023.0);
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  double r = 2.0 / 21.0;
  r = r * z + 2.0 / 19.0;
  r = r * z + 2.0 / 17.0;
  r = r * z + 2.0 / 15.0;
  r = r * z + 2.0 / 13.0;
  r = r * z + 2.0 / 11.0;
  r = r * z + 2.0 / 9.0;
  r = r * z + 2.0 / 7.0;
  r = r * z + 2.0 / 5.0;
  r = r * z + 2.0 / 3.0;
  r = r * z;
  const double half = 0.5 * f * f;
  double result = k * 0x1.62e42fee00000p-1
                  - ((half - (s * (half + r) + k * 0x1.a39ef35793c76p-33)) - f);
  result = x == 0.0 ? -__builtin_inf() : result;
  result = x < 0.0 ? __builtin_nan("") : result;
  return (x != x || x == __builtin_inf()) ? x : result;
}
