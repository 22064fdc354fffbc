// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>

namespace {

// Always in lowest terms, with a positive denominator.
class Rational {
 public:
  Rational(long numerator, long denominator = 1) {
    if (denominator == 0) {
      throw std::domain_error("zero denominator");
    }
    const long divisor = std::gcd(numerator, denominator) * (denominator < 0 ? -1 : 1);
    numerator_ = numerator / divisor;
    denominator_ = denominator / divisor;
  }

  friend Rational operator+(const Rational& a, const Rational& b) {
    return {a.numerator_ * b.denominator_ + b.numerator_ * a.denominator_,
            a.denominator_ * b.denominator_};
  }

  friend std::ostream& operator<<(std::ostream& out, const Rational& value) {
    return out << value.numerator_ << '/' << value.denominator_;
  }

 private:
  long numerator_, denominator_;
};

}  // namespace

bool check_rational() {
  Rational harmonic(0);
  for (int i = 1; i <= 10; i++) {
    harmonic = harmonic + Rational(1, i);
  }
  std::ostringstream text;
  text << harmonic << ' ' << Rational(3, -6);
  try {
    Rational impossible(1, 0);
    return false;
  } catch (const std::domain_error&) {
    return text.str() == "7381/2520 -1/2";
  }
}
