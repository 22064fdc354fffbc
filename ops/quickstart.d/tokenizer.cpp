// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace {

enum class Kind { kWord, kNumber, kString, kSymbol };

struct Token {
  Kind kind;
  std::string text;
};

std::vector<Token> tokenize(const std::string& source) {
  static const std::regex pattern(R"re(([A-Za-z_]\w*)|(\d+(?:\.\d+)?)|("[^"]*")|([^\s\w"]))re");
  std::vector<Token> tokens;
  std::transform(std::sregex_iterator(source.begin(), source.end(), pattern),
                 std::sregex_iterator(), std::back_inserter(tokens), [](const std::smatch& match) {
                   int group = 1;
                   while (!match[group].matched) group++;
                   return Token{static_cast<Kind>(group - 1), match.str()};
                 });
  return tokens;
}

}  // namespace

bool check_tokenizer() {
  std::map<Kind, int> counts;
  for (const auto& token : tokenize(R"(printf("%d hosts", farm_size * 2.5 + x1);)")) {
    counts[token.kind]++;
  }
  return counts[Kind::kWord] == 3 && counts[Kind::kNumber] == 1 && counts[Kind::kString] == 1 &&
         counts[Kind::kSymbol] == 6;
}
