package io.tcpbalance.health;

import java.util.concurrent.CompletableFuture;

/** Compiles something tiny on a back-end, in a slot of its own. */
@FunctionalInterface
public interface TrialCompiles {

  /** What came of it. */
  enum Kind {
    /** The back-end has compiled. */
    PASSED,
    /** It has not, though it accepted. */
    FAILED,
    /** Nothing is known: it was busy, or out of service, or did not accept. */
    NOT_TRIED,
    /** It lists other compilers than this. */
    NOT_WANTED
  }

  /**
   * The end of a trial.
   *
   * @param reason for a person; empty unless it has failed
   */
  record Result(Kind kind, String reason) {

    public static final Result PASSED = new Result(Kind.PASSED, "");
    public static final Result NOT_TRIED = new Result(Kind.NOT_TRIED, "");
    public static final Result NOT_WANTED = new Result(Kind.NOT_WANTED, "");

    public static Result failed(String reason) {
      return new Result(Kind.FAILED, reason);
    }
  }

  /**
   * Starts a trial. The result always comes, after a time-out at the latest. Cancelling it ends the
   * trial.
   */
  CompletableFuture<Result> start(String backend, String compiler);
}
