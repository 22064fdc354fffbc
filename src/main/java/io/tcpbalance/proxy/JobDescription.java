package io.tcpbalance.proxy;

/**
 * What a job is, in the client's own words: whoever shows them must escape them.
 *
 * @param version of the wire format, 0 to 3; -1 if it could not be read
 * @param compiler as the client calls it; empty if it could not be read
 * @param inputFile the source file; empty if it could not be read
 * @param requestBytes as announced
 */
public record JobDescription(int version, String compiler, String inputFile, long requestBytes) {

  static final JobDescription UNKNOWN = new JobDescription(-1, "", "", 0);

  /** Whether it can be answered: a stream that is not distcc's cannot. */
  boolean isReadable() {
    return version >= 0;
  }
}
