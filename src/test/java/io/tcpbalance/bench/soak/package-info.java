/**
 * The soak that {@code ops/bench/soak} runs: one real daemon under mixed load, with hosts,
 * operators and actors in motion, and its memory, descriptors and threads over time. Unlike its
 * parent package it uses the fakes of the tests, and so their class path.
 */
@NullMarked
package io.tcpbalance.bench.soak;

import org.jspecify.annotations.NullMarked;
