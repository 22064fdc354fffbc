package io.tcpbalance.bench;

/**
 * What one job asks of a server.
 *
 * @param requestBytes header included, framing not; at least {@link JobHeader#BYTES}
 * @param responseBytes framing not included; may be 0
 * @param serviceUs how long the server pretends to compile, in microseconds
 * @param framing what stands in front of both
 */
public record JobShape(int requestBytes, int responseBytes, int serviceUs, JobFraming framing) {

  public JobShape {
    if (requestBytes < JobHeader.BYTES || responseBytes < 0 || serviceUs < 0) {
      throw new IllegalArgumentException(
          "not a job: " + requestBytes + " B, " + responseBytes + " B, " + serviceUs + " us");
    }
  }

  /** Without any framing. */
  public JobShape(int requestBytes, int responseBytes, int serviceUs) {
    this(requestBytes, responseBytes, serviceUs, JobFraming.NONE);
  }

  /** Nothing but the cost of a connection. */
  public static JobShape tiny() {
    return new JobShape(64, 64, 0);
  }

  /** A preprocessed source file up, an object file down. */
  public static JobShape distccShaped() {
    return new JobShape(300_000, 100_000, 0);
  }

  /** The same, from a server that pretends to compile for so many microseconds. */
  public JobShape withServiceUs(int us) {
    return new JobShape(requestBytes, responseBytes, us, framing);
  }

  /** The same behind other bytes. */
  JobShape in(JobFraming other) {
    return new JobShape(requestBytes, responseBytes, serviceUs, other);
  }
}
