package io.tcpbalance.bootstrap;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;

/** What a generation stands on: what there is once in a process. Any thread may call. */
public interface Ground {

  /**
   * Has the action run, with the signal's number, whenever the signal comes; on a thread of the
   * JVM's. Until somebody asks for it a signal does what it does to any process.
   *
   * @param name without SIG
   */
  void onSignal(String name, IntConsumer action);

  /** Tells how to find out how many clients this generation has; for others to see. */
  void countClients(IntSupplier count);

  /** The number of this generation; the first is 1. */
  int number();

  /** From whom this generation is to take over; empty if it is the first. */
  Optional<Predecessor> predecessor();

  /**
   * Completes when the generation before has ended, if there was one: until then it gives clients
   * away and tells news.
   */
  CompletionStage<?> predecessorGone();

  /**
   * Starts another generation, with the same command line, which takes over from this one. One at a
   * time.
   *
   * @param self whom it takes over from; returns from {@link Predecessor#handOver} when it has
   * @return completes with its number when it has taken over, or exceptionally, with a sentence,
   *     when all is as it was
   */
  CompletionStage<Integer> upgrade(Code code, Predecessor self);

  /**
   * Gives up the generation that was to follow this one and has not: it is told so where it calls,
   * and {@link #upgrade} fails. Its thread is interrupted; if it heeds that as little, it stays
   * behind. Does nothing if there is none.
   *
   * @param reason a sentence
   */
  void giveUp(String reason);

  /**
   * A number that all generations share, 0 at first: how much of something they use together. What
   * a generation has added it takes back when it ends.
   *
   * @param name of what is counted
   */
  AtomicLong shared(String name);

  /** All generations of this process, the first one first; of those that are gone the last few. */
  List<GenerationInfo> generations();
}
