package io.tcpbalance.distcc;

import java.util.List;

/**
 * Whose matter an answer is: the user's, or the host's, and then the job is worth another host.
 *
 * @param reason for the log and the operator
 */
public record Verdict(Kind kind, String reason) {

  public enum Kind {
    COMPILED,
    /** The compiler's own refusal: the client gets this answer. */
    USERS_ERROR,
    /** The host's failure, not the source's. */
    HOST_FAULT
  }

  /** distcc's own exit statuses (its exitcode.h); compilers have lower ones. */
  private static final int FIRST_DISTCC_EXIT = 100;

  private static final List<String> DISTCC_EXITS =
      List.of(
          "distcc failed",
          "bad arguments",
          "bind failed",
          "connect failed",
          "the compiler crashed",
          "out of memory or processes",
          "bad host specification",
          "i/o error",
          "truncated",
          "protocol error",
          "the compiler is missing",
          "distcc called itself",
          "privileges could not be dropped",
          "access denied",
          "busy",
          "no such file",
          "no hosts",
          "the host believed its client had gone",
          "timed out",
          "GSSAPI failed",
          "to be preprocessed locally");

  private static final int COMPILER_GONE_EXIT = 1;

  /**
   * The driver exits with 1 also when the compiler proper was killed, most often since memory ran
   * out: as GCC since 10, GCC before, and Clang say it. A user who writes such a text into an
   * {@code #error} pays with a few replays.
   */
  private static final List<String> KILLED_COMPILER =
      List.of(
          "Killed signal terminated program",
          "internal compiler error: Killed (program",
          "unable to execute command: Killed");

  /**
   * Of a complete or a malformed answer.
   *
   * @throws IllegalStateException if the answer still needs more: see {@link #withoutAnswer}
   */
  public static Verdict of(ResponseParser answer) {
    return switch (answer.state()) {
      case COMPLETE -> ofStatus(answer);
      case MALFORMED -> hostFault("malformed answer, " + answer.reason());
      case NEED_MORE -> throw new IllegalStateException("the answer lacks " + answer.awaited());
    };
  }

  /**
   * Of a connection that ended before its answer was whole. Without a single byte, it may as well
   * be that the host refuses this very job (a compiler it does not have listed, an absolute path, a
   * plugin): one such end does not mean that the host has failed.
   *
   * @param how the end, in the past tense: {@code closed}, {@code reset}, {@code timed out}
   */
  public static Verdict withoutAnswer(ResponseParser answer, String how) {
    if (answer.bytesTaken() == 0) {
      return hostFault(how + " without a byte of an answer");
    }
    return hostFault(
        how + " after " + answer.bytesTaken() + " bytes of the answer, before " + answer.awaited());
  }

  private static Verdict ofStatus(ResponseParser answer) {
    int status = answer.status();
    int exit = status >> 8;
    int signal = status & 0x7f;
    if (status == 0) {
      return new Verdict(Kind.COMPILED, "compiled");
    }
    if ((status & 0xff) != 0) {
      return hostFault("compiler killed by signal " + signal);
    }
    int own = exit - FIRST_DISTCC_EXIT;
    if (own >= 0 && own < DISTCC_EXITS.size()) {
      return hostFault("exit " + exit + ", " + DISTCC_EXITS.get(own));
    }
    if (exit == COMPILER_GONE_EXIT && saysKilled(answer.errorText())) {
      return hostFault("compiler killed, perhaps for want of memory");
    }
    return new Verdict(Kind.USERS_ERROR, "compiler's exit " + exit);
  }

  private static boolean saysKilled(String messages) {
    return KILLED_COMPILER.stream().anyMatch(messages::contains);
  }

  private static Verdict hostFault(String reason) {
    return new Verdict(Kind.HOST_FAULT, reason);
  }
}
