package io.tcpbalance.health;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.dns.Resolver;
import io.tcpbalance.health.StatsPages.Answer;
import io.tcpbalance.testing.FakeStatsPage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A reader of pages that are served on loopback, with a clock that stands still. */
@Timeout(60)
class StatsReaderTest {

  private static final String HOST = "127.0.0.1";

  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1_000_000);
  private final Resolver resolver =
      new Resolver(
          name -> new InetAddress[] {loopback(2), loopback(1)},
          Duration.ofSeconds(30),
          Duration.ofSeconds(20),
          nanoTime::get);
  private final CountDownLatch never = new CountDownLatch(1);
  private final StatsReader reader = reader(Duration.ofSeconds(30));

  private static InetAddress loopback(int last) throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
  }

  private StatsReader reader(Duration timeout) {
    return new StatsReader(resolver, timeout, nanoTime::get);
  }

  @AfterEach
  void stop() {
    reader.close();
    resolver.close();
  }

  private Answer ask(FakeStatsPage host) {
    return answer(reader.ask(HOST, host.port()));
  }

  private static Answer answer(CompletionStage<Answer> stage) {
    return stage.toCompletableFuture().join();
  }

  @Test
  void readsThePage() throws Exception {
    try (FakeStatsPage host = new FakeStatsPage(FakeStatsPage.page(StatsPageTest.PAGE))) {

      assertEquals(Answer.of(3), ask(host));
    }
  }

  @Test
  void asksEachAddressOnceInHalfAMinute() throws Exception {
    AtomicInteger jobs = new AtomicInteger(3);
    FakeStatsPage.Manner growing =
        to -> FakeStatsPage.page("dcc_max_kids " + jobs.getAndIncrement()).serve(to);
    try (FakeStatsPage host = new FakeStatsPage(growing);
        FakeStatsPage other = new FakeStatsPage(growing)) {
      ask(host);

      nanoTime.addAndGet(Duration.ofSeconds(30).toNanos() - 1);
      assertEquals(Answer.of(3), ask(host));
      assertEquals(Answer.of(4), ask(other));
      nanoTime.incrementAndGet();

      assertEquals(Answer.of(5), ask(host));
      assertEquals(2, host.connections());
      assertEquals(1, other.connections());
    }
  }

  @Test
  void whoAsksMeanwhileGetsTheSameAnswer() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    FakeStatsPage.Manner onlyWhenBothHaveAsked =
        to -> {
          asked.await();
          FakeStatsPage.page("dcc_max_kids 7").serve(to);
        };
    try (FakeStatsPage host = new FakeStatsPage(onlyWhenBothHaveAsked)) {
      CompletionStage<Answer> first = reader.ask(HOST, host.port());
      nanoTime.addAndGet(Duration.ofHours(1).toNanos());
      CompletionStage<Answer> second = reader.ask(HOST, host.port());
      first.toCompletableFuture().cancel(false);
      asked.countDown();

      assertEquals(Answer.of(7), answer(second));
      assertEquals(1, host.connections());
    }
  }

  @Test
  void triesTheNextAddressOfAName() throws Exception {
    try (FakeStatsPage host = new FakeStatsPage(FakeStatsPage.page(StatsPageTest.PAGE))) {

      assertEquals(Answer.of(3), answer(reader.ask("bld6.example", host.port())));
    }
  }

  @Test
  void silenceEndsWithTheTimeOut() throws Exception {
    try (FakeStatsPage silent = new FakeStatsPage(to -> never.await());
        StatsReader impatient = reader(Duration.ofMillis(200))) {

      assertEquals(
          Answer.failed("it did not answer within 200 ms"),
          answer(impatient.ask(HOST, silent.port())));
    }
  }

  @Test
  void pageThatIsFedByteByByteEndsWithTheTimeOut() throws Exception {
    CompletableFuture<Void> hungUp = new CompletableFuture<>();
    FakeStatsPage.Manner feeding =
        to -> {
          try {
            while (true) {
              to.write('x');
              never.await(1, TimeUnit.MILLISECONDS);
            }
          } catch (IOException gone) {
            hungUp.complete(null);
          }
        };
    try (FakeStatsPage host = new FakeStatsPage(feeding);
        StatsReader impatient = reader(Duration.ofMillis(200))) {

      assertEquals(
          Answer.failed("it did not answer within 200 ms"),
          answer(impatient.ask(HOST, host.port())));
      hungUp.join();
    }
  }

  @Test
  void endlessPageIsCutOff() throws Exception {
    byte[] line = "dcc_max_kids 3\n".repeat(1000).getBytes(ISO_8859_1);
    FakeStatsPage.Manner endless =
        to -> {
          while (true) {
            to.write(line);
          }
        };
    try (FakeStatsPage host = new FakeStatsPage(endless)) {

      assertEquals(Answer.failed("its page is longer than 65536 bytes"), ask(host));
    }
  }

  @Test
  void whatIsNoPageHasNoNumber() throws Exception {
    for (String garbage : new String[] {"", "DONE00000001", "\0\377".repeat(5000)}) {
      try (FakeStatsPage host = new FakeStatsPage(FakeStatsPage.page(garbage))) {

        assertEquals(Answer.failed("its page has no line, or several, of dcc_max_kids"), ask(host));
      }
    }
  }

  @Test
  void hostThatIsGoneIsToldOf() throws Exception {
    FakeStatsPage host = new FakeStatsPage(FakeStatsPage.page(StatsPageTest.PAGE));
    host.close();

    Answer answer = ask(host);

    assertTrue(answer.jobs().isEmpty());
    assertTrue(answer.problem().contains("refused"), answer.problem());
  }

  @Test
  void nameThatDoesNotResolveIsToldOf() {
    try (Resolver nothing =
            new Resolver(
                name -> {
                  throw new UnknownHostException(name);
                },
                Duration.ZERO,
                Duration.ofSeconds(20),
                nanoTime::get);
        StatsReader lost = new StatsReader(nothing, nanoTime::get)) {

      Answer answer = answer(lost.ask("nowhere.example", 1));

      assertEquals("name 'nowhere.example' does not resolve", answer.problem());
    }
  }
}
