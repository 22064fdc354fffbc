// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <algorithm>
#include <string>
#include <vector>

namespace {

// The longest common subsequence of two words: what a diff keeps.
std::string longestCommon(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::string>> best(a.size() + 1,
                                             std::vector<std::string>(b.size() + 1));
  for (std::size_t i = 1; i <= a.size(); i++) {
    for (std::size_t j = 1; j <= b.size(); j++) {
      best[i][j] = a[i - 1] == b[j - 1] ? best[i - 1][j - 1] + a[i - 1]
                                        : std::max(best[i - 1][j], best[i][j - 1],
                                                   [](const auto& x, const auto& y) {
                                                     return x.size() < y.size();
                                                   });
    }
  }
  return best[a.size()][b.size()];
}

}  // namespace

bool check_lcs() {
  return longestCommon("XMJYAUZ", "MZJAWXU") == "MJAU" && longestCommon("abc", "xyz").empty() &&
         longestCommon("nematode", "empty") == "emt";
}
