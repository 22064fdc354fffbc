// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <cctype>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <stack>
#include <string>

namespace {

struct Operator {
  int precedence;
  std::function<double(double, double)> apply;
};

const std::map<char, Operator>& operators() {
  static const std::map<char, Operator> table{
      {'+', {1, std::plus<>()}},
      {'-', {1, std::minus<>()}},
      {'*', {2, std::multiplies<>()}},
      {'/', {2, std::divides<>()}},
  };
  return table;
}

// Dijkstra's shunting yard; nothing when the expression is malformed.
std::optional<double> evaluate(const std::string& expression) {
  std::stack<double> values;
  std::stack<char> pending;
  const auto reduce = [&] {
    if (values.size() < 2) {
      return false;
    }
    const double right = values.top();
    values.pop();
    values.top() = operators().at(pending.top()).apply(values.top(), right);
    pending.pop();
    return true;
  };

  std::istringstream in(expression);
  for (char c; in >> c;) {
    if (std::isdigit(static_cast<unsigned char>(c))) {
      in.unget();
      double number = 0;
      in >> number;
      values.push(number);
    } else if (c == '(') {
      pending.push(c);
    } else if (c == ')') {
      while (!pending.empty() && pending.top() != '(') {
        if (!reduce()) return std::nullopt;
      }
      if (pending.empty()) return std::nullopt;
      pending.pop();
    } else if (const auto op = operators().find(c); op != operators().end()) {
      while (!pending.empty() && pending.top() != '(' &&
             operators().at(pending.top()).precedence >= op->second.precedence) {
        if (!reduce()) return std::nullopt;
      }
      pending.push(c);
    } else {
      return std::nullopt;
    }
  }
  while (!pending.empty()) {
    if (pending.top() == '(' || !reduce()) return std::nullopt;
  }
  return values.size() == 1 ? std::optional<double>(values.top()) : std::nullopt;
}

}  // namespace

bool check_calculator() {
  return evaluate("1 + 2 * 3") == 7.0 && evaluate("(1 + 2) * 3") == 9.0 &&
         evaluate("8 / 4 / 2 - 1") == 0.0 && std::fabs(*evaluate("1.5 * 1.5") - 2.25) < 1e-12 &&
         !evaluate("1 +") && !evaluate("(1") && !evaluate("x");
}
