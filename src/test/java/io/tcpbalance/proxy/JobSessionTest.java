package io.tcpbalance.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.Protocol;
import io.tcpbalance.testing.DistccWire;
import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.FakeDistccd;
import io.tcpbalance.testing.HeardLog;
import io.tcpbalance.testing.Hold;
import io.tcpbalance.testing.JobClient;
import io.tcpbalance.testing.JobScript;
import io.tcpbalance.testing.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a proxy for distcc does with jobs, before hosts that speak its wire format. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobSessionTest {

  private static final int MIB = 1 << 20;

  private final ActorTestKit kit = ActorTestKit.create();

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  private static RunningProxy.Plan plan(FakeDistccd... hosts) {
    RunningProxy.Plan plan = new RunningProxy.Plan().protocol(Protocol.DISTCC);
    for (int i = 0; i < hosts.length; i++) {
      plan.backend("host" + (i + 1), hosts[i].port(), 1);
    }
    return plan;
  }

  private static byte[] job(String name) {
    return JobClient.request(1, name, 30_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void servesEveryVersion(int version) throws IOException {
    try (FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy = plan(host).start(kit)) {
      for (int sourceBytes : new int[] {0, 1, 100, 16_000, 300_000, 3 * MIB}) {
        JobClient.run(proxy.port(), JobClient.request(version, "f" + sourceBytes, sourceBytes));
      }

      proxy.awaitRest();
      assertEquals(6, host.answered());
      assertEquals(0, host.aborted());
      assertEquals(0, host.violations());
    }
  }

  @Test
  void servesAnswersOfEverySize() throws IOException {
    try (FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy = plan(host).start(kit)) {
      for (int objectBytes : new int[] {0, 1, 16_000, 1_000_000, 5 * MIB}) {
        host.next(JobScript.compiled(objectBytes));
        JobClient.run(proxy.port(), job("o" + objectBytes));
      }

      proxy.awaitRest();
    }
  }

  @Test
  void holdsNoSlotForAClientThatHasNotSentItsWholeRequest() throws IOException {
    try (FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy = plan(host).start(kit);
        JobClient slow = JobClient.connect(proxy.port(), job("slow"))) {
      slow.sendArguments();
      proxy.awaitSessions("receiving", s -> s.get(0).phase() == SessionStatus.Phase.RECEIVING);

      JobClient.run(proxy.port(), job("fast"));

      proxy.awaitPool("idle", pool -> pool.backends().get(0).active() == 0);
      slow.sendRest();
      slow.expectCompiled();
      assertEquals(0, host.violations());
    }
  }

  @Test
  void givesFastClientsAllSlotsWhileSlowOnesSendTheirRequests() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(4);
        RunningProxy proxy =
            new RunningProxy.Plan()
                .protocol(Protocol.DISTCC)
                .backend("host", host.port(), 4)
                .start(kit)) {
      List<JobClient> slow = new ArrayList<>();
      List<Thread> senders = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        JobClient client = JobClient.connect(proxy.port(), job("slow" + i));
        client.sendArguments();
        slow.add(client);
      }
      proxy.awaitSessions("all here", sessions -> sessions.size() == 8);

      for (int round = 0; round < 5; round++) {
        Hold hold = new Hold();
        List<JobClient> fast = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          host.next(JobScript.compiled().heldBy(hold));
          fast.add(JobClient.sent(proxy.port(), job("fast" + round + i)));
        }
        // All four at once, though eight others came before them.
        host.awaitJobs(4 * (round + 1));
        hold.release();
        for (JobClient client : fast) {
          client.expectCompiled();
          client.close();
        }
        if (round == 0) {
          slow.forEach(client -> senders.add(sendingSlowly(client)));
        }
      }

      for (JobClient client : slow) {
        client.expectCompiled();
        client.close();
      }
      for (Thread sender : senders) {
        sender.join();
      }
      assertEquals(0, host.violations());
      proxy.awaitRest();
    }
  }

  private static Thread sendingSlowly(JobClient client) {
    Thread sender =
        new Thread(
            () -> {
              try {
                client.sendRest(50_000);
              } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    sender.start();
    return sender;
  }

  @Test
  void givesTheSlotBackBeforeASlowClientHasItsAnswer() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy = plan(host).start(kit);
        JobClient slow = JobClient.connect(proxy.port(), job("slow"), 4096)) {
      host.next(JobScript.compiled(8 * MIB));
      slow.sendRest();
      proxy.awaitSessions("replying", s -> s.get(0).phase() == SessionStatus.Phase.REPLYING);

      JobClient.run(proxy.port(), job("fast"));

      slow.expectCompiled();
      assertEquals(0, host.violations());
    }
  }

  @Test
  void givesTheSlotBackThoughAnOrphanHoldsTheConnection() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy = plan(host).start(kit)) {
      host.next(JobScript.compiled().leftOpen());

      JobClient.run(proxy.port(), job("first"));
      JobClient.run(proxy.port(), job("second"));

      proxy.awaitRest();
    }
  }

  static Stream<JobScript> deaths() {
    return Stream.of(
        JobScript.closed(),
        JobScript.reset(),
        JobScript.resetAfter(5_000),
        JobScript.truncated(1),
        JobScript.truncated(24),
        JobScript.truncated(9_000),
        JobScript.answering(job -> "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII)),
        JobScript.failed(0x6b00, ""),
        JobScript.failed(0x6e00, ""),
        JobScript.failed(9, ""),
        JobScript.failed(0x0100, "gcc: fatal error: Killed signal terminated program cc1plus\n"));
  }

  @ParameterizedTest
  @MethodSource("deaths")
  void sendsAJobElsewhereWhenItsHostFails(JobScript death) throws Exception {
    for (int version = 1; version <= 3; version++) {
      try (FakeDistccd bad = FakeDistccd.start(1).otherwise(death);
          FakeDistccd good = FakeDistccd.start(1);
          RunningProxy proxy = plan(bad, good).start(kit)) {

        JobClient.run(proxy.port(), JobClient.request(version, "job", 300_000));

        proxy.awaitRest();
        assertEquals(1, bad.accepted());
        assertEquals(1, good.answered());
        assertEquals("up", proxy.backend("host1").status());
        assertTrue(proxy.backend("host1").lastError().isPresent());
        assertEquals(1, proxy.jobCounts().finished().get(JobOutcome.COMPILED));
        assertEquals(1, proxy.jobCounts().replays().values().stream().mapToLong(n -> n).sum());
      }
    }
  }

  @Test
  void failsAHostOnWhichTwoJobsDiedThatOthersCouldDo() throws Exception {
    try (FakeDistccd bad = FakeDistccd.start(1).otherwise(JobScript.closed());
        FakeDistccd good = FakeDistccd.start(1);
        RunningProxy proxy = plan(bad, good).start(kit)) {

      JobClient.run(proxy.port(), job("one"));
      assertEquals("up", proxy.backend("host1").status());
      JobClient.run(proxy.port(), job("two"));

      proxy.awaitPool("failed", pool -> pool.backends().get(0).status().equals("failed"));
      JobClient.run(proxy.port(), job("three"));
      assertEquals(2, bad.accepted());
    }
  }

  @Test
  void keepsFromTheClientWhatAHostSaysAfterItsAnswer() throws Exception {
    JobScript chatty =
        JobScript.answering(
            job -> {
              byte[] answer = job.compiled(10_000);
              return Arrays.copyOf(answer, answer.length + 5_000);
            });
    try (FakeDistccd host = FakeDistccd.start(1).otherwise(chatty);
        RunningProxy proxy = plan(host).start(kit);
        JobClient client = JobClient.sent(proxy.port(), job("job"))) {

      client.expectCompiled();

      client.expectOver();
      proxy.awaitRest();
    }
  }

  @Test
  void doesNotBlameAHostForAJobThatItDidInTheEnd() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(4);
        RunningProxy proxy =
            new RunningProxy.Plan()
                .protocol(Protocol.DISTCC)
                .backend("host", host.port(), 4)
                .start(kit)) {
      for (int round = 0; round < 10; round++) {
        Hold dies = new Hold();
        Hold hold = new Hold();
        JobScript death = JobScript.closed().heldBy(dies);
        host.next(death, death, death, death).otherwise(JobScript.compiled().heldBy(hold));
        List<JobClient> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          clients.add(JobClient.sent(proxy.port(), job("job" + round + i)));
        }
        host.awaitJobs(8 * round + 4);
        dies.release();
        host.awaitJobs(8 * round + 8);

        hold.release();

        for (JobClient client : clients) {
          client.expectCompiled();
          client.close();
        }
        proxy.awaitRest();
        assertEquals("up", proxy.backend("host").status());
      }
    }
  }

  @Test
  void neverReplaysTheUsersOwnError() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(1).otherwise(JobScript.compileError("no ';'\n"));
        FakeDistccd other = FakeDistccd.start(1);
        RunningProxy proxy = plan(host, other).start(kit);
        JobClient client = JobClient.sent(proxy.port(), job("wrong"))) {

      JobClient.Answer answer = client.receiveAnswer();

      assertEquals(0x0100, answer.status());
      assertTrue(answer.text().contains("no ';'"));
      proxy.awaitRest();
      assertEquals(0, other.accepted());
      assertEquals(Optional.empty(), proxy.backend("host1").lastError());
    }
  }

  @Test
  void givesTheLastAnswerWhenAsManyHostsFailedAsMay() throws Exception {
    try (FakeDistccd one = FakeDistccd.start(1).otherwise(JobScript.failed(0x6b00, "first"));
        FakeDistccd two = FakeDistccd.start(1).otherwise(JobScript.failed(0x6900, "second"));
        FakeDistccd three = FakeDistccd.start(1).otherwise(JobScript.closed());
        FakeDistccd never = FakeDistccd.start(1);
        RunningProxy proxy = plan(one, two, three, never).start(kit);
        JobClient client = JobClient.sent(proxy.port(), job("doomed"))) {

      JobClient.Answer answer = client.receiveAnswer();

      assertEquals(0x6900, answer.status());
      client.expectOver();
      proxy.awaitRest();
      assertEquals(0, never.accepted());
    }
  }

  @Test
  void closesTheClientWhenAllHostsThatMayHaveDiedWithoutAWord() throws Exception {
    try (FakeDistccd one = FakeDistccd.start(1).otherwise(JobScript.closed());
        RunningProxy proxy = plan(one).start(kit);
        JobClient client = JobClient.sent(proxy.port(), job("refused"))) {

      client.expectOver();

      proxy.awaitRest();
      assertEquals(3, one.accepted(), "tries on the only host there is");
      assertEquals("up", proxy.backend("host1").status());
    }
  }

  @Test
  void waitsForAHealthyHostRatherThanForTheOneThatFailed() throws Exception {
    Hold hold = new Hold();
    try (FakeDistccd bad = FakeDistccd.start(1);
        FakeDistccd good = FakeDistccd.start(1);
        RunningProxy proxy = plan(good, bad).start(kit)) {
      good.next(JobScript.compiled().heldBy(hold));
      bad.next(JobScript.closed());
      try (JobClient first = JobClient.sent(proxy.port(), job("first"))) {
        hold.awaitJob();
        try (JobClient second = JobClient.sent(proxy.port(), job("second"))) {
          proxy.awaitPool("waiting", pool -> pool.waiting() == 1);

          hold.release();

          first.expectCompiled();
          second.expectCompiled();
        }
      }
      assertEquals(1, bad.accepted());
      assertEquals(2, good.answered());
    }
  }

  @Test
  void sendsAJobElsewhereWhenItsHostDoesNotAnswerInTime() throws Exception {
    try (FakeDistccd frozen = FakeDistccd.start(1).otherwise(JobScript.stalled(30));
        FakeDistccd good = FakeDistccd.start(1);
        RunningProxy proxy = plan(frozen, good).jobs("job-timeout = 300ms").start(kit)) {

      JobClient.run(proxy.port(), job("job"));

      proxy.awaitPool("failed", pool -> pool.backends().get(0).status().equals("failed"));
      assertEquals(Optional.of("no answer within 300 ms"), proxy.backend("host1").lastError());
    }
  }

  @Test
  void sendsAJobElsewhereWhenItsHostIsFoundDeadByAnother() throws Exception {
    Hold never = new Hold();
    FakeDistccd dying = FakeDistccd.start(2).otherwise(JobScript.compiled().heldBy(never));
    try (FakeDistccd good = FakeDistccd.start(2);
        RunningProxy proxy =
            new RunningProxy.Plan()
                .protocol(Protocol.DISTCC)
                .backend("dying", dying.port(), 2)
                .backend("good", good.port(), 2)
                .start(kit);
        JobClient first = JobClient.sent(proxy.port(), job("first"))) {
      never.awaitJob();

      dying.refuse(); // its port is closed, its connections are not
      JobClient.run(proxy.port(), job("second"));

      first.expectCompiled();
      proxy.awaitRest();
      assertEquals(2, good.answered());
      dying.awaitAborted(1);
    } finally {
      dying.close();
    }
  }

  @Test
  void endsACompileWhoseClientGoesAway() throws Exception {
    Hold never = new Hold();
    try (FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy = plan(host).start(kit)) {
      for (int i = 0; i < 3; i++) {
        host.next(JobScript.compiled().heldBy(never));
        try (JobClient client = JobClient.sent(proxy.port(), job("gone" + i))) {
          host.awaitJobs(i + 1);
          switch (i) {
            case 0 -> client.abort();
            case 1 -> client.endOutput();
            default -> {} // closed below, unlike those above
          }
          if (i < 2) {
            host.awaitAborted(i + 1);
          }
        }
        host.awaitAborted(i + 1);
      }

      JobClient.run(proxy.port(), job("next"));

      proxy.awaitRest();
      assertEquals(0, host.violations());
    }
  }

  @Test
  void forgetsAJobWhoseClientGoesAwayWhileItWaits() throws Exception {
    Hold hold = new Hold();
    try (FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy = plan(host).start(kit)) {
      host.next(JobScript.compiled().heldBy(hold));
      try (JobClient first = JobClient.sent(proxy.port(), job("first"))) {
        hold.awaitJob();
        JobClient second = JobClient.sent(proxy.port(), job("second"));
        proxy.awaitPool("waiting", pool -> pool.waiting() == 1);

        second.close();

        proxy.awaitPool("nobody waits", pool -> pool.waiting() == 0);
        hold.release();
        first.expectCompiled();
      }
      proxy.awaitRest();
      assertEquals(1, host.accepted());
    }
  }

  @Test
  void keepsAWaitingClientAliveAndNeverSaysTooMuch() throws Exception {
    Hold hold = new Hold();
    try (FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy = plan(host).jobs("heartbeat-interval = 20ms").start(kit)) {
      host.next(JobScript.compiled().heldBy(hold), JobScript.compileError("a matter of taste"));
      try (JobClient working = JobClient.sent(proxy.port(), job("working"))) {
        hold.awaitJob();
        try (JobClient waiting =
            JobClient.sent(proxy.port(), JobClient.request(3, "waits", 10_000))) {

          byte[] heard = working.receive(20);
          byte[] heardWaiting = waiting.receive(20);

          assertArrayEquals("DONE00000001STAT0000".getBytes(US_ASCII), heard);
          assertArrayEquals("DONE00000003STAT0000".getBytes(US_ASCII), heardWaiting);
          hold.release();
          working.expectCompiled();
          assertEquals(0x0100, waiting.receiveAnswer().status());
        }
      }
      proxy.awaitRest();
    }
  }

  @Test
  void relaysWhatBeginsLikeGssapiAsAStream() throws Exception {
    try (FakeBackend host = FakeBackend.scripted();
        RunningProxy proxy =
            new RunningProxy.Plan()
                .protocol(Protocol.DISTCC)
                .backend("host", host.address().getPort(), 1)
                .start(kit);
        Peer client = peer(proxy)) {
      client.send("*token");
      try (Peer atHost = host.take()) {
        atHost.expect("*token");
        atHost.send("answer");
        client.expect("answer");
        client.send("more");
        atHost.expect("more");

        client.endOutput();

        atHost.expectEnd();
        client.expectEnd();
      }
      proxy.awaitRest();
      assertEquals(1, proxy.jobCounts().finished().get(JobOutcome.ABORTED));
    }
  }

  @Test
  void closesWhatIsNoRequest() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy = plan(host).start(kit)) {
      for (String text : List.of("GET / HTTP/1.1\r\n\r\n", "DIST00000009", "DIST0000000x")) {
        try (Peer client = peer(proxy)) {
          client.send(text);
          client.receiveUntilOver();
        }
      }

      proxy.awaitRest();
      assertEquals(0, host.accepted());
    }
  }

  @Test
  void closesAClientThatSaysTooMuch() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy = plan(host).start(kit);
        Peer client = peer(proxy)) {
      client.send((new String(job("job"), ISO_8859_1) + "DIST").getBytes(ISO_8859_1));

      client.receiveUntilOver();

      proxy.awaitRest();
      assertEquals(0, host.accepted());
    }
  }

  @Test
  void closesAClientThatStopsInTheMiddleOfItsRequest() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy = plan(host).jobs("receive-timeout = 100ms").start(kit);
        JobClient client = JobClient.connect(proxy.port(), job("job"))) {
      client.sendArguments();

      client.expectOver();

      proxy.awaitRest();
    }
  }

  @Test
  void streamsARequestThatIsTooLargeToBeKept() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy = plan(host).jobs("max-request-size = 1 MiB").start(kit)) {
      for (int version = 1; version <= 3; version++) {
        JobClient.run(proxy.port(), JobClient.request(version, "large", 5 * MIB));
      }

      proxy.awaitRest();
      assertEquals(3, host.answered());
      assertEquals(0, proxy.jobMemory().usedBytes());
    }
  }

  @Test
  void streamsAnAnswerThatIsTooLargeToBeKept() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(1).otherwise(JobScript.compiled(3 * MIB));
        RunningProxy proxy =
            plan(host).jobMemory(4 * MIB).jobs("heartbeat-interval = 30ms").start(kit)) {
      JobClient.run(proxy.port(), job("at once"));

      host.next(JobScript.compiled(3 * MIB).taking(Duration.ofMillis(200)));
      JobClient.run(proxy.port(), job("after heart-beats"));

      proxy.awaitRest();
      assertEquals(0, proxy.jobMemory().answersUsedBytes());
    }
  }

  @Test
  void servesMoreRequestsAtOnceThanFitIntoMemory() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy = plan(host).jobMemory(2 * MIB).start(kit)) {
      List<JobClient> clients = new ArrayList<>();
      List<Thread> senders = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        JobClient client =
            JobClient.connect(proxy.port(), JobClient.request(1 + i % 3, "j" + i, 1_500_000));
        clients.add(client);
        Thread sender = new Thread(() -> sendAll(client));
        sender.start();
        senders.add(sender);
      }
      for (JobClient client : clients) {
        client.expectCompiled();
        client.close();
      }
      for (Thread sender : senders) {
        sender.join();
      }

      proxy.awaitRest();
      assertEquals(0, proxy.jobMemory().usedBytes());
      assertEquals(12, host.answered());
    }
  }

  @Test
  void servesOthersThoughAFewClientsHoldTheMemoryAndSendNextToNothing() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy = plan(host).jobMemory(4 * MIB).start(kit);
        JobClient first = JobClient.connect(proxy.port(), JobClient.request(1, "h1", 4 * MIB));
        JobClient second = JobClient.connect(proxy.port(), JobClient.request(1, "h2", 4 * MIB))) {
      for (JobClient hoarder : List.of(first, second)) {
        hoarder.sendArguments();
        hoarder.send(20_000);
      }
      proxy.awaitMemory("used up", memory -> memory.waiting() == 1);

      JobClient.run(proxy.port(), job("honest"));
    }
  }

  private static void sendAll(JobClient client) {
    try {
      client.sendRest();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void movesTheJobsOfAHostThatIsRemovedByForce() throws Exception {
    Hold never = new Hold();
    try (FakeDistccd leaving = FakeDistccd.start(1).otherwise(JobScript.compiled().heldBy(never));
        FakeDistccd staying = FakeDistccd.start(1);
        RunningProxy proxy = plan(leaving, staying).start(kit);
        JobClient client = JobClient.sent(proxy.port(), job("job"))) {
      never.awaitJob();

      proxy.remove("host1", true);

      client.expectCompiled();
      proxy.awaitRest();
      leaving.awaitAborted(1);
    }
  }

  @Test
  void movesAJobWhoseHostIsRemovedByForceBeforeItsAddressIsKnown() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    try (FakeDistccd leaving = FakeDistccd.start(1);
        FakeDistccd staying = FakeDistccd.start(1);
        RunningProxy proxy =
            new RunningProxy.Plan()
                .protocol(Protocol.DISTCC)
                .lookup(name -> loopback(name, asked, answers))
                .backend("leaving", "leaving.example", leaving.port(), 1)
                .backend("staying", "staying.example", staying.port(), 1)
                .start(kit);
        JobClient client = JobClient.sent(proxy.port(), job("job"))) {
      assertTrue(asked.await(20, TimeUnit.SECONDS));

      proxy.remove("leaving", true);
      answers.countDown();

      client.expectCompiled();
      proxy.awaitRest();
      assertEquals(0, leaving.accepted());
    } finally {
      answers.countDown();
    }
  }

  private static InetAddress[] loopback(String name, CountDownLatch asked, CountDownLatch answers)
      throws UnknownHostException {
    if (name.startsWith("leaving")) {
      asked.countDown();
      try {
        answers.await();
      } catch (InterruptedException e) {
        throw new UnknownHostException(name);
      }
    }
    return new InetAddress[] {InetAddress.getLoopbackAddress()};
  }

  @Test
  void waitsUntilAHostIsThere() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy = plan(host).start(kit)) {
      proxy.put("host1", OperatorState.DOWN);
      try (JobClient client = JobClient.sent(proxy.port(), job("patient"))) {
        proxy.awaitPool("waiting", pool -> pool.waiting() == 1);

        proxy.put("host1", OperatorState.UP);

        client.expectCompiled();
      }
    }
  }

  @Test
  void showsWhatEachSlotCompiles() throws Exception {
    Hold hold = new Hold();
    try (FakeDistccd bad = FakeDistccd.start(1).otherwise(JobScript.closed());
        FakeDistccd host = FakeDistccd.start(1).otherwise(JobScript.compiled().heldBy(hold));
        RunningProxy proxy = plan(bad, host).start(kit);
        JobClient client = JobClient.sent(proxy.port(), job("shown"))) {
      hold.awaitJob();

      proxy.awaitSessions(
          "compiling", sessions -> sessions.get(0).phase() == SessionStatus.Phase.COMPILING);

      SessionStatus session = proxy.sessions().get(0);
      assertEquals(Optional.of("host2"), session.backend());
      assertEquals(2, session.attempts());
      JobDescription job = session.job().orElseThrow();
      assertEquals("x86_64-linux-gnu-gcc", job.compiler());
      assertEquals("shown.c", job.inputFile());
      hold.release();
      client.expectCompiled();
    }
  }

  @Test
  void tellsTheDeveloperWhyAJobIsRefused() throws Exception {
    try (HeardLog audit = new HeardLog("io.tcpbalance.state.AuditTrail");
        FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy = plan(host).jobs("forbidden-arguments = [\"-fplugin*\"]").start(kit)) {
      for (int version = 1; version <= 3; version++) {
        byte[] request = withArguments(version, "gcc", "-fplugin=evil.so", "-c", "a.c");
        try (JobClient client = JobClient.sent(proxy.port(), request)) {

          JobClient.Answer answer = client.receiveAnswer();

          assertEquals(0x0100, answer.status());
          assertTrue(answer.text().contains("-fplugin=evil.so"), answer.text());
          client.expectOver();
        }
      }
      proxy.awaitRest();
      assertEquals(0, host.accepted());
      assertEquals(3, proxy.jobCounts().finished().get(JobOutcome.REFUSED));
      assertEquals(3, audit.lines().size());
      assertTrue(
          audit
              .lines()
              .get(0)
              .matches(
                  "proxy test: was refused a job: .*-fplugin=evil.so.* \\(asked by 127.0.0.1:\\d+ via"
                      + " distcc\\)"),
          audit.lines().toString());
    }
  }

  @Test
  void tellsTheDeveloperWhyAJobIsRefusedThatIsTooLargeToBeKept() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy =
            plan(host)
                .jobs("forbidden-arguments = [\"-O2\"], max-request-size = 1 MiB")
                .start(kit)) {
      try (JobClient client =
          JobClient.sent(proxy.port(), JobClient.request(2, "large", 10 * MIB))) {

        JobClient.Answer answer = client.receiveAnswer();

        assertEquals(0x0100, answer.status());
        assertTrue(answer.text().contains("-O2"), answer.text());
      }
      proxy.awaitRest();
      assertEquals(1, proxy.jobCounts().finished().get(JobOutcome.REFUSED));
    }
  }

  @Test
  void tellsTheDeveloperThatNoHostHasTheCompiler() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(1);
        RunningProxy proxy =
            new RunningProxy.Plan()
                .protocol(Protocol.DISTCC)
                .backend("host", host.port(), 1, "gcc-12", "clang*")
                .start(kit)) {
      JobClient.run(proxy.port(), withArguments(1, "x86_64-linux-gnu-gcc-12", "-c", "a.c"));
      JobClient.run(proxy.port(), withArguments(2, "clang-15", "-c", "a.c"));
      try (JobClient client =
          JobClient.sent(proxy.port(), withArguments(1, "icc\u001b[31m", "-c", "a.c"))) {

        JobClient.Answer answer = client.receiveAnswer();

        assertEquals(0x0100, answer.status());
        assertTrue(answer.text().contains("no host of the compile farm"), answer.text());
        assertTrue(answer.text().indexOf('\u001b') < 0, "no escape sequences");
        client.expectOver();
      }
      proxy.awaitRest();
    }
  }

  @Test
  void sendsEachJobToAHostThatHasItsCompiler() throws Exception {
    Hold hold = new Hold();
    try (FakeDistccd old = FakeDistccd.start(1);
        FakeDistccd recent = FakeDistccd.start(1);
        RunningProxy proxy =
            new RunningProxy.Plan()
                .protocol(Protocol.DISTCC)
                .backend("old", old.port(), 1, "gcc-9")
                .backend("recent", recent.port(), 1, "gcc-12")
                .start(kit)) {
      recent.next(JobScript.compiled().heldBy(hold));
      try (JobClient first = JobClient.sent(proxy.port(), withArguments(1, "gcc-12", "1.c"));
          JobClient waits = JobClient.sent(proxy.port(), withArguments(1, "gcc-12", "2.c"))) {
        hold.awaitJob();
        proxy.awaitPool("waiting", pool -> pool.waiting() == 1);

        // Overtakes one that could not use the free slot.
        JobClient.run(proxy.port(), withArguments(1, "gcc-9", "3.c"));

        hold.release();
        first.expectCompiled();
        waits.expectCompiled();
      }
      assertEquals(1, old.answered());
      assertEquals(2, recent.answered());
    }
  }

  private static byte[] withArguments(int version, String... argv) {
    List<String> arguments = List.of(argv);
    return version == 3
        ? DistccWire.pumpRequest("/build", arguments, Map.of("/build/a.c", new byte[] {1}))
        : DistccWire.request(version, arguments, new byte[] {1, 2, 3});
  }

  private static Peer peer(RunningProxy proxy) throws IOException {
    return Peer.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port()));
  }
}
