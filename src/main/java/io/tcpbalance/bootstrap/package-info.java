/**
 * The entry of the process, and all that stays when the program's code is replaced: it loads the
 * program as a <em>generation</em>, in a class loader of its own, and speaks to it by {@link
 * io.tcpbalance.bootstrap.Generation} and {@link io.tcpbalance.bootstrap.Ground}. Knows the JDK
 * only, and no other package: what lies here is the one part that an upgrade cannot replace.
 *
 * <p>A generation sees these types, the JDK and its own jars. What pins its loader to the process
 * is kept out of it: signals are handled here, threads that the JDK makes once and for ever are
 * made here before any generation can be their maker, and each generation runs on a thread of its
 * own, which takes its thread-locals with it.
 *
 * <p>The first generation's jars are the class path of the process, so there is one place that says
 * where the program lies. Its classes are loaded from there a second time; the process's own loader
 * loads this package and no more, unless it runs a command that is done soon, which nobody will
 * replace and which would wait for it. All others are loaded from copies ({@link
 * io.tcpbalance.bootstrap.CodeCopy}), which are made while their sums are checked: files that stay
 * open would not do, since who may write to them could still do so after the check.
 */
@NullMarked
package io.tcpbalance.bootstrap;

import org.jspecify.annotations.NullMarked;
