// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <map>
#include <optional>
#include <regex>
#include <string>

namespace {

struct Url {
  std::string scheme, host, path;
  int port;
  std::map<std::string, std::string> query;
};

std::optional<Url> parse(const std::string& text) {
  static const std::regex form(R"((https?)://([\w.-]+)(?::(\d{1,5}))?(/[^?#]*)?(?:\?([^#]*))?)");
  static const std::regex parameter("([^&=]+)=([^&]*)");
  static const std::map<std::string, int> ports{{"http", 80}, {"https", 443}};
  std::smatch match;
  if (!std::regex_match(text, match, form)) {
    return std::nullopt;
  }
  Url url{match[1], match[2], match[4].matched ? match[4].str() : "/", 0, {}};
  url.port = match[3].matched ? std::stoi(match[3]) : ports.at(url.scheme);
  const auto query = match[5].str();
  for (std::sregex_iterator at(query.begin(), query.end(), parameter), end; at != end; ++at) {
    url.query[(*at)[1]] = (*at)[2];
  }
  return url;
}

}  // namespace

bool check_url() {
  const auto url = parse("http://build.example:8080/api/v1?node=b2&force=true");
  const auto shortest = parse("https://example");
  return url && url->port == 8080 && url->path == "/api/v1" && url->query.at("force") == "true" &&
         shortest && shortest->port == 443 && shortest->path == "/" && !parse("ftp://example");
}
