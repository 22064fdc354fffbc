package io.tcpbalance.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResolverTest {

  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration REFRESH = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(20);

  private final NameServer server = new NameServer();
  private final AtomicLong nanos = new AtomicLong();
  private final List<Resolver> resolvers = new ArrayList<>();

  @AfterEach
  void closeAll() {
    resolvers.forEach(Resolver::close);
    server.silent.values().forEach(CountDownLatch::countDown);
  }

  @Test
  void findsAnAddressAndKnowsItFromThenOn() {
    Resolver resolver = resolver(LONG);
    server.addresses.put("bld1", "10.0.0.1");
    assertEquals(List.of(), resolver.known("bld1", 80));

    List<InetSocketAddress> found = ask(resolver, "bld1").join();

    assertEquals(List.of(new InetSocketAddress(address("10.0.0.1"), 80)), found);
    assertEquals(
        List.of(new InetSocketAddress(address("10.0.0.1"), 81)), resolver.known("bld1", 81));
  }

  @Test
  void findsAllAddressesOfANameInTheirOrder() {
    Resolver resolver = resolver(LONG);
    server.addresses.put("bld1", "10.0.0.9 10.0.0.1");

    List<InetSocketAddress> found = ask(resolver, "bld1").join();

    assertEquals(
        List.of(
            new InetSocketAddress(address("10.0.0.9"), 80),
            new InetSocketAddress(address("10.0.0.1"), 80)),
        found);
    assertEquals(found, resolver.known("bld1", 80));
  }

  @Test
  void doesNotTakeMoreAddressesThanAnybodyWouldTry() {
    Resolver resolver = resolver(LONG);
    server.addresses.put("many", "10.0.0.1 ".repeat(500));

    assertEquals(16, ask(resolver, "many").join().size());
  }

  @Test
  void knowsLiteralAddressesWithoutALookUp() {
    Resolver resolver = resolver(LONG);

    assertEquals(
        List.of(new InetSocketAddress(address("192.0.2.7"), 80)), resolver.known("192.0.2.7", 80));
    assertEquals(List.of(new InetSocketAddress(address("::1"), 80)), resolver.known("::1", 80));
    assertEquals(Map.of(), server.asked);
  }

  @Test
  void doesNotBlockWhoAsks() {
    Resolver resolver = resolver(LONG);
    server.silence("dead");

    CompletableFuture<List<InetSocketAddress>> asked = ask(resolver, "dead");

    assertFalse(asked.isDone());
  }

  @Test
  void timesOutWithAMessageForAPerson() {
    Resolver resolver = resolver(SHORT);
    server.silence("dead");

    assertEquals("name 'dead' was not resolved within 20 ms", failureOf(ask(resolver, "dead")));
  }

  @Test
  void saysThatANameDoesNotResolve() {
    Resolver resolver = resolver(LONG);

    assertEquals("name 'nobody' does not resolve", failureOf(ask(resolver, "nobody")));
  }

  @Test
  void asksAgainAfterAFailure() {
    Resolver resolver = resolver(LONG);
    assertEquals("name 'late' does not resolve", failureOf(ask(resolver, "late")));
    server.addresses.put("late", "10.0.0.2");

    assertEquals(address("10.0.0.2"), only(ask(resolver, "late")));
  }

  @Test
  void looksUpANameOnceForAllWhoAskMeanwhile() throws Exception {
    Resolver resolver = resolver(LONG);
    server.addresses.put("bld1", "10.0.0.1");
    CountDownLatch silence = server.silence("bld1");
    List<CompletableFuture<List<InetSocketAddress>>> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      asked.add(ask(resolver, "bld1"));
    }
    server.lookUps.acquire();

    silence.countDown();

    asked.forEach(a -> assertEquals(address("10.0.0.1"), only(a)));
    assertEquals(1, server.asked.get("bld1"));
  }

  @Test
  void doesNotLookUpAgainWhileATimedOutLookUpGoesOn() {
    Resolver resolver = resolver(SHORT);
    server.silence("dead");

    for (int i = 0; i < 5; i++) {
      failureOf(ask(resolver, "dead"));
    }

    assertEquals(1, server.asked.get("dead"));
  }

  @Test
  void forgetsAnAnswerWhenItIsToBeRefreshed() {
    Resolver resolver = resolver(LONG);
    server.addresses.put("moving", "10.0.0.1");
    ask(resolver, "moving").join();
    server.addresses.put("moving", "10.0.0.2");

    nanos.addAndGet(REFRESH.toNanos());
    assertTrue(resolver.known("moving", 80).size() == 1);
    nanos.addAndGet(1);
    assertEquals(List.of(), resolver.known("moving", 80));

    assertEquals(address("10.0.0.2"), only(ask(resolver, "moving")));
  }

  @Test
  void usesTheLastAnswerWhenItCannotBeRenewed() {
    Resolver resolver = resolver(SHORT);
    server.addresses.put("bld1", "10.0.0.1");
    server.addresses.put("bld2", "10.0.0.2");
    ask(resolver, "bld1").join();
    ask(resolver, "bld2").join();
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    server.addresses.remove("bld1");
    server.silence("bld2");

    assertEquals(address("10.0.0.1"), only(ask(resolver, "bld1")));
    assertEquals(address("10.0.0.2"), only(ask(resolver, "bld2")));
    assertEquals(1, resolver.known("bld2", 80).size(), "asked no more for a while");
  }

  @Test
  void doesNotUseALastAnswerOlderThanAnHour() {
    Resolver resolver = resolver(LONG);
    server.addresses.put("bld1", "10.0.0.1");
    ask(resolver, "bld1").join();
    server.addresses.remove("bld1");
    nanos.addAndGet(Duration.ofMinutes(50).toNanos());
    ask(resolver, "bld1").join();
    nanos.addAndGet(Duration.ofMinutes(11).toNanos());

    assertEquals("name 'bld1' does not resolve", failureOf(ask(resolver, "bld1")));
  }

  @Test
  void isNotHeldUpByADeadName() {
    Resolver resolver = resolver(LONG);
    server.addresses.put("bld1", "10.0.0.1");
    server.silence("dead");

    CompletableFuture<List<InetSocketAddress>> dead = ask(resolver, "dead");

    assertEquals(address("10.0.0.1"), only(ask(resolver, "bld1")));
    assertFalse(dead.isDone());
  }

  @Test
  void looksUpFewNamesAtATimeAndAllInTheEnd() throws Exception {
    Resolver resolver = resolver(LONG);
    List<CountDownLatch> silences = new ArrayList<>();
    List<CompletableFuture<List<InetSocketAddress>>> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String name = "bld" + i;
      server.addresses.put(name, "10.0.0." + i);
      silences.add(server.silence(name));
      asked.add(ask(resolver, name));
    }
    server.lookUps.acquire(32);
    assertEquals(32, server.asked.size());

    silences.forEach(CountDownLatch::countDown);

    for (int i = 0; i < 100; i++) {
      assertEquals(address("10.0.0." + i), only(asked.get(i)));
    }
  }

  @Test
  void namesThatWaitForAThreadTimeOutToo() throws Exception {
    Resolver resolver = resolver(SHORT);
    List<CompletableFuture<List<InetSocketAddress>>> dead = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      server.silence("dead" + i);
      dead.add(ask(resolver, "dead" + i));
    }
    server.lookUps.acquire(32);

    assertEquals("name 'late' was not resolved within 20 ms", failureOf(ask(resolver, "late")));
    assertFalse(server.asked.containsKey("late"));
    dead.forEach(ResolverTest::failureOf);
  }

  @Test
  void survivesALookUpThatFailsOtherwise() {
    Resolver resolver = resolver(LONG);
    server.broken = new NoClassDefFoundError("on purpose");
    failureOf(ask(resolver, "bld1"));
    server.broken = null;
    server.addresses.put("bld1", "10.0.0.1");

    assertEquals(address("10.0.0.1"), only(ask(resolver, "bld1")));
  }

  @Test
  void closeEndsItsThreadsAndAnswersNobodyWithAnException() throws Exception {
    Resolver resolver = resolver(SHORT);
    server.silence("dead");
    CompletableFuture<List<InetSocketAddress>> asked = ask(resolver, "dead");
    server.lookUps.acquire();

    resolver.close();

    assertThrows(CompletionException.class, asked::join);
    assertThrows(CompletionException.class, ask(resolver, "other")::join);
    server.thread.join();
  }

  private Resolver resolver(Duration timeout) {
    Resolver resolver = new Resolver(server, REFRESH, timeout, nanos::get);
    resolvers.add(resolver);
    return resolver;
  }

  private static CompletableFuture<List<InetSocketAddress>> ask(Resolver resolver, String name) {
    return resolver.resolve(name, 80).toCompletableFuture();
  }

  private static InetAddress only(CompletableFuture<List<InetSocketAddress>> asked) {
    List<InetSocketAddress> found = asked.join();
    assertEquals(1, found.size());
    return found.get(0).getAddress();
  }

  private static String failureOf(CompletableFuture<List<InetSocketAddress>> asked) {
    return Resolver.reason(assertThrows(CompletionException.class, asked::join));
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** Answers from a table of addresses with blanks between, or not at all until it is told to. */
  private static final class NameServer implements Resolver.Lookup {
    final Map<String, String> addresses = new ConcurrentHashMap<>();
    final Map<String, CountDownLatch> silent = new ConcurrentHashMap<>();
    final Map<String, Integer> asked = new ConcurrentHashMap<>();
    final Semaphore lookUps = new Semaphore(0);
    volatile Error broken;
    volatile Thread thread;

    CountDownLatch silence(String name) {
      CountDownLatch end = new CountDownLatch(1);
      silent.put(name, end);
      return end;
    }

    @Override
    public InetAddress[] byName(String host) throws UnknownHostException {
      thread = Thread.currentThread();
      asked.merge(host, 1, Integer::sum);
      lookUps.release();
      if (broken != null) {
        throw broken;
      }
      CountDownLatch silence = silent.get(host);
      if (silence != null) {
        try {
          silence.await();
        } catch (InterruptedException e) {
          throw new UnknownHostException("interrupted");
        }
      }
      String found = addresses.get(host);
      if (found == null) {
        throw new UnknownHostException(host);
      }
      return Stream.of(found.split(" ")).map(ResolverTest::address).toArray(InetAddress[]::new);
    }
  }
}
