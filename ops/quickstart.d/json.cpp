// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <cctype>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace {

struct Value;
using Array = std::vector<Value>;
using Object = std::map<std::string, Value>;
struct Value {
  std::variant<std::nullptr_t, bool, double, std::string, Array, Object> content;
};

// A recursive-descent reader of JSON without string escapes.
class Parser {
 public:
  explicit Parser(std::string text) : text_(std::move(text)) {}

  Value parse() {
    auto value = readValue();
    skipSpace();
    if (at_ != text_.size()) fail();
    return value;
  }

 private:
  Value readValue() {
    skipSpace();
    switch (peek()) {
      case '{': return {readObject()};
      case '[': return {readArray()};
      case '"': return {readString()};
      case 't': return expect("true"), Value{true};
      case 'f': return expect("false"), Value{false};
      case 'n': return expect("null"), Value{nullptr};
      default: return {readNumber()};
    }
  }

  Object readObject() {
    Object object;
    expect("{");
    if (accept('}')) return object;
    do {
      skipSpace();
      auto key = readString();
      skipSpace();
      expect(":");
      object.emplace(std::move(key), readValue());
    } while (accept(','));
    expect("}");
    return object;
  }

  Array readArray() {
    Array array;
    expect("[");
    if (accept(']')) return array;
    do {
      array.push_back(readValue());
    } while (accept(','));
    expect("]");
    return array;
  }

  std::string readString() {
    expect("\"");
    const auto end = text_.find('"', at_);
    if (end == std::string::npos) fail();
    auto result = text_.substr(at_, end - at_);
    at_ = end + 1;
    return result;
  }

  double readNumber() {
    std::size_t used = 0;
    const double number = std::stod(text_.substr(at_), &used);
    at_ += used;
    return number;
  }

  void expect(const std::string& token) {
    if (text_.compare(at_, token.size(), token) != 0) fail();
    at_ += token.size();
  }

  bool accept(char token) {
    skipSpace();
    if (peek() != token) return false;
    at_++;
    return true;
  }

  void skipSpace() {
    while (std::isspace(static_cast<unsigned char>(peek()))) at_++;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  [[noreturn]] void fail() const {
    throw std::invalid_argument("unexpected input at " + std::to_string(at_));
  }

  std::string text_;
  std::size_t at_ = 0;
};

struct Printer {
  std::ostringstream out;
  void operator()(std::nullptr_t) { out << "null"; }
  void operator()(bool value) { out << (value ? "true" : "false"); }
  void operator()(double value) { out << value; }
  void operator()(const std::string& value) { out << '"' << value << '"'; }
  void operator()(const Array& array) {
    const char* separator = "[";
    for (const auto& value : array) {
      out << std::exchange(separator, ",");
      std::visit(*this, value.content);
    }
    out << (array.empty() ? "[]" : "]");
  }
  void operator()(const Object& object) {
    const char* separator = "{";
    for (const auto& [key, value] : object) {
      out << std::exchange(separator, ",") << '"' << key << "\":";
      std::visit(*this, value.content);
    }
    out << (object.empty() ? "{}" : "}");
  }
};

std::string normalize(const std::string& text) {
  Printer printer;
  const auto value = Parser(text).parse();
  std::visit(printer, value.content);
  return printer.out.str();
}

bool rejects(const std::string& text) {
  try {
    normalize(text);
    return false;
  } catch (const std::invalid_argument&) {
    return true;
  }
}

}  // namespace

bool check_json() {
  return normalize(R"( { "b" : [1, 2.5, {}], "a": null, "c": "x y" } )") ==
             R"({"a":null,"b":[1,2.5,{}],"c":"x y"})" &&
         normalize("[true,false,[]]") == "[true,false,[]]" && rejects("[1,") && rejects("{} x");
}
