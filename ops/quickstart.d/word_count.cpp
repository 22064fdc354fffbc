// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <algorithm>
#include <cctype>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {

// "word:count" of the most frequent words; equal counts stand in alphabetical order.
std::string mostFrequent(std::istream& in, std::size_t limit) {
  std::map<std::string, int> counts;
  for (std::istream_iterator<std::string> word(in), end; word != end; ++word) {
    std::string lower;
    std::copy_if(word->begin(), word->end(), std::back_inserter(lower),
                 [](unsigned char c) { return std::isalpha(c) != 0; });
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (!lower.empty()) counts[lower]++;
  }
  std::vector<std::pair<std::string, int>> ranked(counts.begin(), counts.end());
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::ostringstream out;
  for (std::size_t i = 0; i < std::min(limit, ranked.size()); i++) {
    out << (i == 0 ? "" : " ") << ranked[i].first << ':' << ranked[i].second;
  }
  return out.str();
}

}  // namespace

bool check_word_count() {
  std::istringstream text("The client waits. The farm works; the host rests - a client leaves.");
  return mostFrequent(text, 3) == "the:3 client:2 a:1";
}
