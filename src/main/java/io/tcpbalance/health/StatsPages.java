package io.tcpbalance.health;

import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** Asks hosts how many jobs they do at once. */
@FunctionalInterface
public interface StatsPages {

  /**
   * A host's answer.
   *
   * @param jobs any number, if it told one
   * @param problem why it did not, for a person; empty if it did
   */
  record Answer(OptionalLong jobs, String problem) {

    public static Answer of(long jobs) {
      return new Answer(OptionalLong.of(jobs), "");
    }

    public static Answer failed(String problem) {
      return new Answer(OptionalLong.empty(), problem);
    }
  }

  /**
   * Asks; never fails. Who asks the same host again too soon gets the answer of before.
   *
   * @param host an address, or a name to resolve
   * @param port of its statistics
   */
  CompletionStage<Answer> ask(String host, int port);
}
