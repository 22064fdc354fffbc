package io.tcpbalance.testing;

import io.tcpbalance.distcc.RefusalResponse;
import java.util.List;
import java.util.Random;

/**
 * A request as a host received it; its bytes are not kept, so that large ones can be many.
 *
 * @param version as on the wire
 * @param argv the compiler first
 * @param bytes the size of the request
 * @param crc of all bytes of the request
 */
public record ReceivedJob(int version, List<String> argv, long bytes, long crc) {

  private static final int PUMP_VERSION = 3;

  public ReceivedJob {
    argv = List.copyOf(argv);
  }

  /** What a host receives of this request, which is whole. */
  public static ReceivedJob of(byte[] request) {
    RequestScan scan = new RequestScan();
    scan.take(request, 0, request.length);
    return scan.job();
  }

  /**
   * The answer of a host that compiled it: an object file, and dependencies in version 3, that are
   * those of this very request. Whoever knows the request can check every byte.
   */
  public byte[] compiled(int objectBytes) {
    byte[] object = new byte[objectBytes];
    new Random(crc).nextBytes(object);
    DistccWire wire =
        new DistccWire()
            .token("DONE", version)
            .token("STAT", 0)
            .token("SERR", 0)
            .token("SOUT", 0)
            .body("DOTO", object);
    return (version == PUMP_VERSION ? wire.body("DOTD", "x.o: x" + crc + ".c\n") : wire).bytes();
  }

  /**
   * The answer of a host whose compiler failed.
   *
   * @param status as wait(2) gives it
   */
  public byte[] failed(int status, String message) {
    return RefusalResponse.of(version, status, message).array();
  }
}
