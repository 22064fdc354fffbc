package io.tcpbalance.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class AuditTrailTest {

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-01T12:00:00.123456Z"));

  private final Logger logger = (Logger) LoggerFactory.getLogger(AuditTrail.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @TempDir private Path directory;

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
  }

  @Test
  void leavesALineOfJsonAndALineInTheLog() throws Exception {
    try (AuditTrail trail = AuditTrail.in(directory, CLOCK)) {
      trail.record(entry("removed back-end \"b\"\nand more"));
    }

    assertEquals(
        List.of(
            "{\"time\":\"2026-03-01T12:00:00.123Z\",\"interface\":\"http\",\"from\":\"10.0.0.7:4711\","
                + "\"proxy\":\"farm\",\"what\":\"removed back-end \\\"b\\\"\\nand more\"}"),
        Files.readAllLines(directory.resolve("audit.jsonl")));
    assertEquals(
        List.of("proxy farm: removed back-end \"b\"\nand more (asked by 10.0.0.7:4711 via http)"),
        logged(Level.INFO));
  }

  @Test
  void entryMayBeAboutNoProxy() throws Exception {
    try (AuditTrail trail = AuditTrail.in(directory, CLOCK)) {
      trail.record(
          new AuditEntry("command-line", "user x", Optional.empty(), Optional.empty(), "did it"));
    }

    assertEquals(
        List.of(
            "{\"time\":\"2026-03-01T12:00:00.123Z\",\"interface\":\"command-line\","
                + "\"from\":\"user x\",\"what\":\"did it\"}"),
        Files.readAllLines(directory.resolve("audit.jsonl")));
    assertEquals(List.of("did it (asked by user x via command-line)"), logged(Level.INFO));
  }

  @Test
  void logsOnlyWhereNothingIsKept() {
    try (AuditTrail trail = AuditTrail.inLogOnly()) {
      trail.record(entry("did it"));
      trail.record(entry("did it again"));
    }

    assertEquals(2, logged(Level.INFO).size());
    assertEquals(List.of(), logged(Level.WARN));
  }

  @Test
  void closeWaitsForWhatIsQueued() throws Exception {
    try (AuditTrail trail = AuditTrail.in(directory, CLOCK)) {
      for (int i = 0; i < 5_000; i++) {
        trail.record(entry("change " + i));
      }
    }

    assertEquals(5_000, Files.readAllLines(directory.resolve("audit.jsonl")).size());
  }

  @Test
  void neverWaitsForASlowDiskAndCountsWhatDidNotFit() throws Exception {
    SlowSink sink = new SlowSink();
    try (AuditTrail trail = AuditTrail.to(sink, 3, CLOCK)) {
      trail.record(entry("first"));
      sink.reached.await();
      for (int i = 0; i < 10; i++) {
        trail.record(entry("change " + i));
      }
      sink.goOn.countDown();
    }

    assertEquals(4, sink.lines.size(), "one was being written, three were queued");
    assertEquals(11, logged(Level.INFO).size());
    assertEquals(
        List.of("7 entries are missing in the audit trail; this log has them"), logged(Level.WARN));
  }

  @Test
  void tellsOnceThatTheDiskIsFullAndWhenItIsNotAnyMore() throws Exception {
    FullSink sink = new FullSink(3);
    try (AuditTrail trail = AuditTrail.to(sink, 100, CLOCK)) {
      for (int i = 0; i < 5; i++) {
        trail.record(entry("change " + i));
      }
    }

    assertEquals(2, sink.lines.size());
    assertEquals(
        List.of("the audit trail cannot be written: No space left on device"), logged(Level.ERROR));
    assertTrue(logged(Level.INFO).contains("the audit trail is written again"));
    assertEquals(
        List.of("3 entries are missing in the audit trail; this log has them"), logged(Level.WARN));
  }

  /** Keeps lines; its first one takes until it may go on. */
  private static class SlowSink implements AuditTrail.Sink {
    final CountDownLatch reached = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);
    final List<String> lines = new ArrayList<>();

    @Override
    public void append(byte[] line) throws IOException {
      reached.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      lines.add(new String(line, StandardCharsets.UTF_8));
    }

    @Override
    public void close() {}
  }

  /** Full at first, for some lines. */
  private static final class FullSink extends SlowSink {
    private int failures;

    FullSink(int failures) {
      this.failures = failures;
      goOn.countDown();
    }

    @Override
    public void append(byte[] line) throws IOException {
      if (failures-- > 0) {
        throw new IOException("No space left on device");
      }
      super.append(line);
    }
  }

  private static AuditEntry entry(String what) {
    return new AuditEntry("http", "10.0.0.7:4711", Optional.empty(), Optional.of("farm"), what);
  }

  private List<String> logged(Level level) {
    synchronized (log) {
      return log.list.stream()
          .filter(event -> event.getLevel() == level)
          .map(ILoggingEvent::getFormattedMessage)
          .toList();
    }
  }
}
