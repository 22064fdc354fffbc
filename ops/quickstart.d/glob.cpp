// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <regex>
#include <string>

namespace {

// A shell pattern of *, ? and plain characters, as a regular expression.
std::regex fromGlob(const std::string& pattern) {
  static const std::regex special(R"([.^$|()\[\]{}+\\])");
  auto translated = std::regex_replace(pattern, special, R"(\$&)");
  translated = std::regex_replace(translated, std::regex(R"(\*)"), "[^/]*");
  translated = std::regex_replace(translated, std::regex(R"(\?)"), "[^/]");
  return std::regex(translated);
}

bool matches(const std::string& pattern, const std::string& name) {
  return std::regex_match(name, fromGlob(pattern));
}

}  // namespace

bool check_glob() {
  return matches("*.cpp", "glob.cpp") && !matches("*.cpp", "dir/glob.cpp") &&
         matches("a?c+", "abc+") && !matches("a?c", "ac") && matches("src/*/x.h", "src/lib/x.h");
}
