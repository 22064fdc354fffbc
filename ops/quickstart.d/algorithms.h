// SPDX-License-Identifier: Apache-2.0
// One classic algorithm a file, and beside it a self check that returns true when it works.
// The quickstart compiles them all on a farm; main.c then runs every check.
#ifndef ALGORITHMS_H
#define ALGORITHMS_H

#include <stdbool.h>

#define ALGORITHMS(X)                                                                          \
  X(adler32) X(base64) X(binary_search) X(bloom_filter) X(calendar) X(crc32) X(fft)            \
  X(fnv1a) X(game_of_life) X(gray_code) X(heapsort) X(kmp) X(levenshtein) X(matrix)            \
  X(mergesort) X(miller_rabin) X(newton) X(queens) X(quicksort) X(radix_sort) X(ring_buffer)   \
  X(run_length) X(sha256) X(sieve) X(splitmix) X(utf8)                                         \
  X(big_integer) X(calculator) X(dijkstra) X(first_idle) X(glob) X(huffman) X(ini_file)        \
  X(interval_set) X(json) X(knapsack) X(kruskal) X(lcs) X(lru_cache) X(monte_carlo)            \
  X(parallel_sum) X(permutations) X(rational) X(roman) X(tokenizer) X(topological_sort)        \
  X(trie) X(url) X(word_count)

#ifdef __cplusplus
extern "C" {
#endif

#define DECLARE_CHECK(name) bool check_##name(void);
ALGORITHMS(DECLARE_CHECK)

#ifdef __cplusplus
}
#endif

#endif
