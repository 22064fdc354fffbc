package io.tcpbalance.proxy;

import io.tcpbalance.relay.AttemptEnd;
import java.util.Locale;

/** Why a job went to another host. */
public enum ReplayReason {
  /** The host did not accept. */
  UNREACHABLE,
  /** The host's connection ended before the answer was whole. */
  BROKE_OFF,
  /** The host answered that it has failed, or something that is no answer. */
  HOST_FAULT,
  /** The host did not answer within the job time-out. */
  TIMED_OUT,
  /** Somebody else found the host dead. */
  HOST_LOST,
  /** An operator removed the host by force. */
  REMOVED;

  static ReplayReason of(AttemptEnd.Result result) {
    return switch (result) {
      case BROKE_OFF -> BROKE_OFF;
      case HOST_FAULT -> HOST_FAULT;
      case TIMED_OUT -> TIMED_OUT;
      case ABANDONED -> HOST_LOST;
      case ANSWERED -> throw new IllegalArgumentException("an answer is no reason to go elsewhere");
    };
  }

  /** As it is shown, such as {@code broke-off}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
