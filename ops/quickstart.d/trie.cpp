// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

class Trie {
 public:
  void insert(const std::string& word) {
    auto* node = this;
    for (const char c : word) {
      auto& child = node->children_[c];
      if (!child) child = std::make_unique<Trie>();
      node = child.get();
    }
    node->isWord_ = true;
  }

  std::vector<std::string> startingWith(const std::string& prefix) const {
    const auto* node = this;
    for (const char c : prefix) {
      const auto child = node->children_.find(c);
      if (child == node->children_.end()) return {};
      node = child->second.get();
    }
    std::vector<std::string> words;
    node->collect(prefix, words);
    return words;
  }

 private:
  void collect(const std::string& path, std::vector<std::string>& words) const {
    if (isWord_) words.push_back(path);
    for (const auto& [c, child] : children_) child->collect(path + c, words);
  }

  std::map<char, std::unique_ptr<Trie>> children_;
  bool isWord_ = false;
};

}  // namespace

bool check_trie() {
  Trie trie;
  for (const char* word : {"drain", "draining", "down", "up", "drag"}) trie.insert(word);
  return trie.startingWith("dra") == std::vector<std::string>{"drag", "drain", "draining"} &&
         trie.startingWith("x").empty() && trie.startingWith("").size() == 5;
}
