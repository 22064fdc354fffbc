package io.tcpbalance.distcc;

/**
 * Why a job must not go to the farm. Printable whatever the client sent.
 *
 * @param reason for the log and for the developer
 * @param advice what the developer can do, a sentence
 */
public record JobRefusal(String reason, String advice) {

  /** For the developer, as the compiler's own words; see {@link RefusalResponse}. */
  public String message() {
    return "tcpbalance: the compile farm has refused this job: %s. %s\n".formatted(reason, advice);
  }
}
