// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace {

// A natural number of any size, in base 10^9, least significant digit first.
class Natural {
 public:
  explicit Natural(std::uint32_t value) : digits_{value} {}

  Natural& operator*=(std::uint32_t factor) {
    std::uint64_t carry = 0;
    for (auto& digit : digits_) {
      carry += std::uint64_t{digit} * factor;
      digit = static_cast<std::uint32_t>(carry % kBase);
      carry /= kBase;
    }
    if (carry != 0) {
      digits_.push_back(static_cast<std::uint32_t>(carry));
    }
    return *this;
  }

  std::string toString() const {
    auto text = std::to_string(digits_.back());
    std::for_each(digits_.rbegin() + 1, digits_.rend(), [&](std::uint32_t digit) {
      const auto part = std::to_string(digit);
      text += std::string(9 - part.size(), '0') + part;
    });
    return text;
  }

 private:
  static constexpr std::uint64_t kBase = 1000000000;
  std::vector<std::uint32_t> digits_;
};

std::string factorial(std::uint32_t n) {
  Natural product{1};
  for (std::uint32_t i = 2; i <= n; i++) {
    product *= i;
  }
  return product.toString();
}

}  // namespace

bool check_big_integer() {
  return factorial(0) == "1" && factorial(20) == "2432902008176640000" &&
         factorial(30) == "265252859812191058636308480000000";
}
