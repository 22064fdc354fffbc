// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace {

const std::vector<std::pair<int, std::string>>& numerals() {
  static const std::vector<std::pair<int, std::string>> table{
      {1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
      {40, "XL"},  {10, "X"},   {9, "IX"},  {5, "V"},    {4, "IV"},  {1, "I"}};
  return table;
}

std::string toRoman(int number) {
  std::string text;
  for (const auto& [value, numeral] : numerals()) {
    for (; number >= value; number -= value) text += numeral;
  }
  return text;
}

int fromRoman(const std::string& text) {
  int number = 0;
  std::size_t at = 0;
  for (const auto& [value, numeral] : numerals()) {
    for (; text.compare(at, numeral.size(), numeral) == 0; at += numeral.size()) number += value;
  }
  return number;
}

}  // namespace

bool check_roman() {
  static const std::regex wellFormed("M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})");
  for (int number = 1; number < 4000; number += 7) {
    const auto text = toRoman(number);
    if (!std::regex_match(text, wellFormed) || fromRoman(text) != number) {
      return false;
    }
  }
  return toRoman(2003) == "MMIII" && toRoman(1994) == "MCMXCIV";
}
