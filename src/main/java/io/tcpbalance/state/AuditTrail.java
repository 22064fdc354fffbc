package io.tcpbalance.state;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who did what, when, from where and by which interface: a line in the log for each entry, and,
 * where there is a state directory, a line of JSON in its {@code audit.jsonl}.
 *
 * <p>Any thread may record; none waits for the disk. The file is written by a thread of its own,
 * from a bounded queue. What does not fit into the queue, or cannot be written, is counted and
 * told.
 */
public final class AuditTrail implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);

  private static final int QUEUE_LENGTH = 10_000;
  private static final long MAX_FILE_BYTES = 4L << 20;
  private static final int FILES = 5;
  private static final Duration LAST_WRITES = Duration.ofSeconds(5);

  /** Where lines go; used by the writing thread only. */
  interface Sink {
    /** Appends a line, which ends with a line feed. */
    void append(byte[] line) throws IOException;

    void close() throws IOException;
  }

  private final InstantSource wallClock;
  private final BlockingQueue<Optional<byte[]>> queue;
  private final AtomicLong lost = new AtomicLong();
  private final Optional<Thread> writer;

  /** Whether the last line could not be written; for the writing thread only. */
  private boolean failing;

  private AuditTrail(Optional<Sink> sink, int queueLength, InstantSource wallClock) {
    this.wallClock = wallClock;
    queue = new ArrayBlockingQueue<>(queueLength);
    writer = sink.map(this::startWriter);
  }

  /** A trail in the log only. */
  public static AuditTrail inLogOnly() {
    return new AuditTrail(Optional.empty(), 1, InstantSource.system());
  }

  /** A trail in the log and in a directory. */
  static AuditTrail in(Path directory, InstantSource wallClock) {
    return to(
        new RotatingFile(directory.resolve("audit.jsonl"), MAX_FILE_BYTES, FILES),
        QUEUE_LENGTH,
        wallClock);
  }

  static AuditTrail to(Sink sink, int queueLength, InstantSource wallClock) {
    return new AuditTrail(Optional.of(sink), queueLength, wallClock);
  }

  /** Leaves an entry. Never waits. */
  public void record(AuditEntry entry) {
    LOG.info("{}", entry.logLine());
    if (writer.isPresent() && !queue.offer(Optional.of(line(entry)))) {
      lost.incrementAndGet();
    }
  }

  private byte[] line(AuditEntry entry) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("time", wallClock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
    node.put("interface", entry.via());
    node.put("from", entry.from());
    entry.by().ifPresent(name -> node.put("by", name));
    entry.proxy().ifPresent(name -> node.put("proxy", name));
    node.put("what", entry.what());
    return (node + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private Thread startWriter(Sink sink) {
    Thread thread = new Thread(() -> write(sink), "audit-trail");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void write(Sink sink) {
    List<Optional<byte[]>> batch = new ArrayList<>();
    boolean open = true;
    while (open) {
      try {
        batch.add(queue.take());
      } catch (InterruptedException e) {
        return;
      }
      queue.drainTo(batch);
      for (Optional<byte[]> line : batch) {
        line.ifPresent(bytes -> append(sink, bytes));
        open &= line.isPresent();
      }
      batch.clear();
      tellLost();
    }
    closeQuietly(sink);
  }

  private void append(Sink sink, byte[] line) {
    try {
      sink.append(line);
      if (failing) {
        LOG.info("the audit trail is written again");
      }
      failing = false;
    } catch (IOException e) {
      lost.incrementAndGet();
      if (!failing) {
        LOG.error("the audit trail cannot be written: {}", StateFile.reason(e));
      }
      failing = true;
    }
  }

  /** A disk that fails is told of once, not for each entry; their number is told in the end. */
  private void tellLost() {
    if (!failing) {
      long count = lost.getAndSet(0);
      if (count > 0) {
        LOG.warn("{} entries are missing in the audit trail; this log has them", count);
      }
    }
  }

  private static void closeQuietly(Sink sink) {
    try {
      sink.close();
    } catch (IOException e) {
      LOG.warn("the audit trail was not closed: {}", StateFile.reason(e));
    }
  }

  /** Waits, for some seconds at most, until everything is written. */
  @Override
  public void close() {
    try {
      if (writer.isPresent()
          && queue.offer(Optional.empty(), LAST_WRITES.toMillis(), TimeUnit.MILLISECONDS)) {
        writer.get().join(LAST_WRITES.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
