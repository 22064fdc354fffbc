package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.testing.HeardLog;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RefusalsTest {

  private static final String REFUSED =
      "refused a connection that is not of a node of this cluster: ";

  @Test
  void tellsOfManyOnceInAWhile() {
    AtomicLong nowNanos = new AtomicLong(-5);
    Refusals refusals = new Refusals(nowNanos::get);
    try (HeardLog log = new HeardLog(Refusals.class.getName())) {
      refusals.add("a");
      nowNanos.addAndGet(Duration.ofSeconds(59).toNanos());
      refusals.add("b");
      refusals.add("c");
      nowNanos.addAndGet(Duration.ofSeconds(1).toNanos());
      refusals.add("d");
      nowNanos.addAndGet(Duration.ofSeconds(60).toNanos());
      refusals.add("e");

      assertEquals(
          List.of(REFUSED + "a", REFUSED + "d (and 2 connections before)", REFUSED + "e"),
          log.lines());
    }
  }
}
