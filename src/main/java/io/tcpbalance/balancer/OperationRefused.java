package io.tcpbalance.balancer;

/** Why an operator's wish was not fulfilled, in a sentence that says what to do. */
public final class OperationRefused extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** What kind of refusal it is. */
  public enum Kind {
    /** No such back-end. */
    UNKNOWN,
    /** In conflict with what is there. */
    CONFLICT,
    /** The wish itself makes no sense. */
    INVALID
  }

  private final Kind kind;

  /** One that says what to do instead. */
  public OperationRefused(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
