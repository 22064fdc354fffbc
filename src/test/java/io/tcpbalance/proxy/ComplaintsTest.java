package io.tcpbalance.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is counted, and how much of it is logged. */
class ComplaintsTest {

  private static final String PROXY = ComplaintsTest.class.getSimpleName();

  private final AtomicLong nanos = new AtomicLong(-5);
  private final Complaints complaints = new Complaints(PROXY, nanos::get);
  private final Logger log = (Logger) LoggerFactory.getLogger(Complaints.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
    logged.start();
    log.addAppender(logged);
  }

  @AfterEach
  void stop() {
    log.detachAppender(logged);
  }

  @Test
  void saysTheSameOnceInAWhileAndThenHowOften() {
    for (int i = 0; i < 600; i++) {
      complaints.add(Complaint.NOT_ALLOWED, "client " + i + " refused");
    }
    assertEquals(List.of("proxy " + PROXY + ": client 0 refused"), warnings());

    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    complaints.add(Complaint.NOT_ALLOWED, "client x refused");

    assertEquals("proxy " + PROXY + ": client x refused (and 599 times before)", warnings().get(1));
    assertEquals(601, complaints.counts().get(Complaint.NOT_ALLOWED));
  }

  @Test
  void oneReasonDoesNotHideAnother() {
    for (Complaint reason : Complaint.values()) {
      complaints.add(reason, "because of " + reason);
      complaints.add(reason, "again " + reason);
    }

    assertEquals(Complaint.values().length, warnings().size());
    complaints.counts().forEach((reason, count) -> assertEquals(2, count, reason.toString()));
  }

  @Test
  void countsNothingBeforeTheFirst() {
    assertEquals(Complaint.values().length, complaints.counts().size());
    complaints.counts().forEach((reason, count) -> assertEquals(0, count, reason.toString()));
  }

  /** Other tests may complain at the same time. */
  private List<String> warnings() {
    return logged.list.stream()
        .filter(event -> event.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.startsWith("proxy " + PROXY))
        .toList();
  }
}
