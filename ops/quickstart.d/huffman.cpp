// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <map>
#include <memory>
#include <queue>
#include <string>
#include <vector>

namespace {

struct Node {
  long weight;
  char symbol;
  std::shared_ptr<Node> zero, one;
};
using Tree = std::shared_ptr<Node>;

Tree buildTree(const std::string& text) {
  std::map<char, long> weights;
  for (const char c : text) weights[c]++;
  const auto heavier = [](const Tree& a, const Tree& b) { return a->weight > b->weight; };
  std::priority_queue<Tree, std::vector<Tree>, decltype(heavier)> forest(heavier);
  for (const auto& [symbol, weight] : weights) {
    forest.push(std::make_shared<Node>(Node{weight, symbol, nullptr, nullptr}));
  }
  while (forest.size() > 1) {
    const auto zero = forest.top();
    forest.pop();
    const auto one = forest.top();
    forest.pop();
    forest.push(std::make_shared<Node>(Node{zero->weight + one->weight, 0, zero, one}));
  }
  return forest.top();
}

void collectCodes(const Tree& node, const std::string& prefix, std::map<char, std::string>& codes) {
  if (!node->zero) {
    codes[node->symbol] = prefix;
    return;
  }
  collectCodes(node->zero, prefix + '0', codes);
  collectCodes(node->one, prefix + '1', codes);
}

std::string decode(const Tree& tree, const std::string& bits) {
  std::string text;
  auto at = tree;
  for (const char bit : bits) {
    at = bit == '0' ? at->zero : at->one;
    if (!at->zero) {
      text += at->symbol;
      at = tree;
    }
  }
  return text;
}

}  // namespace

bool check_huffman() {
  const std::string text = "a man a plan a canal panama";
  const auto tree = buildTree(text);
  std::map<char, std::string> codes;
  collectCodes(tree, "", codes);
  std::string bits;
  for (const char c : text) bits += codes[c];
  return decode(tree, bits) == text && bits.size() < text.size() * 3 &&
         codes['a'].size() < codes['c'].size();
}
