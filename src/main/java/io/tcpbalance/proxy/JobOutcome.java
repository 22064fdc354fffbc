package io.tcpbalance.proxy;

import java.util.Locale;

/** How a job ended, for its client. */
public enum JobOutcome {
  COMPILED,
  /** The compiler's own refusal. */
  COMPILE_ERROR,
  /** The last host's failure was passed on. */
  HOST_FAULT,
  /** Against a rule, or there is no host for it; the client was told so. */
  REFUSED,
  /** The request made no sense, and the connection was closed. */
  MALFORMED,
  /** The client was silent, or waited, for too long, and its connection was closed. */
  TIMED_OUT,
  /** No host was left to try, or the attempts were, and the connection was closed. */
  LOST,
  /** The client went away, or an operator closed it. */
  ABORTED,
  /** It could not be kept, and was relayed as a stream: what it led to is not known. */
  RELAYED;

  /** As it is shown, such as {@code compile-error}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
