/**
 * The load under which {@code ops/bench/upgrade} replaces a daemon's code again and again: a crowd
 * of which most always wait, with its hosts, and what it has seen. Unlike its parent package it
 * uses the fakes of the tests, and so their class path.
 */
@NullMarked
package io.tcpbalance.bench.upgrade;

import org.jspecify.annotations.NullMarked;
