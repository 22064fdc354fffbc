// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <map>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>

namespace {

std::map<std::string, std::string> parse(std::istream& in) {
  static const std::regex blank(R"(\s*([#;].*)?)");
  static const std::regex section(R"(\s*\[([\w.-]+)\]\s*)");
  static const std::regex entry(R"(\s*([\w.-]+)\s*=\s*(.*?)\s*)");
  std::map<std::string, std::string> values;
  std::string prefix;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    number++;
    std::smatch found;
    if (std::regex_match(line, blank)) {
      continue;
    } else if (std::regex_match(line, found, section)) {
      prefix = found[1].str() + '.';
    } else if (std::regex_match(line, found, entry)) {
      values[prefix + found[1].str()] = found[2];
    } else {
      throw std::invalid_argument("line " + std::to_string(number));
    }
  }
  return values;
}

}  // namespace

bool check_ini_file() {
  std::istringstream good("# farm\nname = lab\n\n[host.fast]\nslots=4  \nos = Debian 12\n");
  const auto values = parse(good);
  if (values.size() != 3 || values.at("host.fast.slots") != "4" ||
      values.at("host.fast.os") != "Debian 12") {
    return false;
  }
  std::istringstream bad("a = b\n[oops\n");
  try {
    parse(bad);
    return false;
  } catch (const std::invalid_argument& error) {
    return std::string(error.what()) == "line 2";
  }
}
