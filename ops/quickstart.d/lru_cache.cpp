// SPDX-License-Identifier: Apache-2.0
#include "algorithms.h"

#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace {

template <typename Key, typename Value>
class LruCache {
 public:
  explicit LruCache(std::size_t capacity) : capacity_(capacity) {}

  std::optional<Value> get(const Key& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) {
      return std::nullopt;
    }
    entries_.splice(entries_.begin(), entries_, found->second);
    return entries_.front().second;
  }

  void put(Key key, Value value) {
    if (const auto found = index_.find(key); found != index_.end()) {
      entries_.erase(found->second);
      index_.erase(found);
    } else if (index_.size() == capacity_) {
      index_.erase(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(std::move(key), std::move(value));
    index_[entries_.front().first] = entries_.begin();
  }

 private:
  using Entries = std::list<std::pair<Key, Value>>;
  std::size_t capacity_;
  Entries entries_;  // most recently used first
  std::unordered_map<Key, typename Entries::iterator> index_;
};

}  // namespace

bool check_lru_cache() {
  LruCache<std::string, int> cache(2);
  cache.put("one", 1);
  cache.put("two", 2);
  cache.get("one");
  cache.put("three", 3);
  cache.put("one", 11);
  return cache.get("one") == 11 && !cache.get("two") && cache.get("three") == 3;
}
