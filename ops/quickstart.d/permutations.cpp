// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <algorithm>
#include <set>
#include <string>

namespace {

std::set<std::string> anagrams(std::string word) {
  std::set<std::string> found;
  std::sort(word.begin(), word.end());
  do {
    found.insert(word);
  } while (std::next_permutation(word.begin(), word.end()));
  return found;
}

}  // namespace

bool check_permutations() {
  const auto found = anagrams("farms");
  return found.size() == 120 && found.count("frams") == 1 && anagrams("level").size() == 30;
}
