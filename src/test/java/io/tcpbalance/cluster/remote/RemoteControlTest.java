package io.tcpbalance.cluster.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.ConfigFactory;
import io.tcpbalance.admin.access.Identity;
import io.tcpbalance.admin.nodes.Node;
import io.tcpbalance.admin.nodes.RemoteAnswer;
import io.tcpbalance.admin.nodes.RemoteRequest;
import io.tcpbalance.admin.nodes.Servant;
import io.tcpbalance.cluster.Post;
import io.tcpbalance.cluster.SharedPools;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.config.ClusterSettings;
import io.tcpbalance.config.Role;
import io.tcpbalance.config.SupervisionSettings;
import io.tcpbalance.supervision.Kill;
import io.tcpbalance.supervision.Supervision;
import io.tcpbalance.testing.DrillFilter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two nodes of one cluster, and one that is none, in this process; between them real sockets. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RemoteControlTest {

  private static final String NAME = "RemoteControlTest";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Identity BOSS = new Identity(Optional.of("boss"), Role.OPERATE);

  private record Peer(ActorTestKit kit, Supervision supervision, RemoteControl control) {
    Cluster cluster() {
      return Cluster.get(kit.system());
    }

    NodeId id() {
      return Post.idOf(cluster().selfMember());
    }
  }

  private final List<Peer> peers = new ArrayList<>();
  private final BlockingQueue<RemoteRequest> heard = new LinkedBlockingQueue<>();
  private Peer a;
  private Peer b;
  private Peer stranger;

  @BeforeAll
  void form() throws Exception {
    a = start("127.0.0.1");
    b = start("127.0.0.1");
    stranger = start("127.0.0.1");
    join(a, b);
  }

  private static void join(Peer one, Peer other) {
    Address first = one.cluster().selfMember().address();
    one.cluster().manager().tell(Join.create(first));
    other.cluster().manager().tell(Join.create(first));
    for (Peer peer : List.of(one, other)) {
      peer.kit
          .createTestProbe()
          .awaitAssert(
              PATIENCE,
              () -> {
                assertEquals(2, peer.control.all().size());
                assertEquals(
                    List.of("up", "up"), peer.control.all().stream().map(Node::status).toList());
                return peer;
              });
    }
  }

  private Peer start(String host) throws Exception {
    ClusterSettings settings =
        new ClusterSettings(
            true,
            host,
            Optional.empty(),
            0,
            0,
            Optional.empty(),
            List.of(),
            Optional.empty(),
            true,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5));
    BootstrapSetup setup =
        SharedPools.setup(
                ConfigFactory.load(),
                settings,
                List.of("p"),
                OptionalInt.empty(),
                RemoteControl::configuration)
            .get(BootstrapSetup.class)
            .orElseThrow();
    ActorTestKit kit = ActorTestKit.create(NAME, setup.config().get());
    Supervision supervision =
        new Supervision(new SupervisionSettings(5, Duration.ofSeconds(30)), true);
    CompletableFuture<RemoteControl> control = new CompletableFuture<>();
    kit.spawn(
        Behaviors.setup(
            context -> {
              control.complete(RemoteControl.start(context, supervision, () -> true));
              return Behaviors.empty();
            }),
        "root");
    Peer peer = new Peer(kit, supervision, control.get());
    peers.add(peer);
    return peer;
  }

  @AfterAll
  void stop() {
    peers.forEach(peer -> peer.kit.shutdownTestKit());
  }

  private void serve(Servant servant) {
    b.control.serve(
        "http",
        request -> {
          heard.add(request);
          return servant.serve(request);
        });
  }

  private static RemoteAnswer answer(int bytes) {
    byte[] body = new byte[bytes];
    new Random(bytes).nextBytes(body);
    return new RemoteAnswer(
        200,
        "a/b",
        List.of(new RemoteAnswer.Header("Location", "x")),
        ByteString.fromArrayUnsafe(body));
  }

  private static Node other(Peer than) {
    return than.control.all().stream().filter(node -> !node.self()).findFirst().orElseThrow();
  }

  private static RemoteRequest request(String target) {
    return RemoteRequest.get("http", "10.0.0.9:1", BOSS, target);
  }

  private CompletableFuture<RemoteAnswer> ask(String target, Duration timeout) {
    return a.control.ask(other(a), request(target), timeout).toCompletableFuture();
  }

  private RemoteAnswer ask(String target) throws Exception {
    return ask(target, PATIENCE).get();
  }

  @Test
  void tellsOfTheMembers() {
    List<Node> nodes = a.control.all();

    assertEquals(1, nodes.stream().filter(Node::self).count());
    assertEquals(1, nodes.stream().filter(Node::deciding).count());
    assertTrue(nodes.stream().allMatch(Node::vote));
    for (Node node : nodes) {
      assertEquals(Optional.of(node.name()), node.address(), "two nodes of one host");
      assertEquals("up", node.status());
      assertTrue(node.reachable());
    }
    Node alone = stranger.control.all().get(0);
    assertEquals(
        new Node(
            "127.0.0.1", Optional.of(stranger.id().toString()), "joining", true, true, true, false),
        alone);
  }

  @Test
  void tellsThereWhoAsksAndWhichNodeCarriedIt() throws Exception {
    heard.clear();
    serve(request -> CompletableFuture.completedStage(answer(5)));

    assertEquals(answer(5), ask("x"));

    assertEquals(List.of(request("x").carriedBy(a.id().toString())), List.copyOf(heard));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, Outgoing.PART_BYTES, Outgoing.PART_BYTES + 1, Outgoing.MAX_BYTES})
  void bringsAnswersOfAnySize(int bytes) throws Exception {
    serve(request -> CompletableFuture.completedStage(answer(bytes)));

    assertEquals(answer(bytes), ask("x"));
  }

  @Test
  void bringsManyAtOnceToThoseWhoAsked() throws Exception {
    serve(
        request ->
            CompletableFuture.completedStage(
                answer(2 * Outgoing.PART_BYTES + Integer.parseInt(request.target()))));
    List<CompletableFuture<RemoteAnswer>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(ask(String.valueOf(i), PATIENCE));
    }

    for (int i = 0; i < 50; i++) {
      assertEquals(answer(2 * Outgoing.PART_BYTES + i), answers.get(i).get());
    }
  }

  @Test
  void saysThatAnAnswerIsTooLong() throws Exception {
    serve(request -> CompletableFuture.completedStage(answer(Outgoing.MAX_BYTES + 1)));

    RemoteAnswer answer = ask("x");

    assertEquals(422, answer.status());
    assertTrue(answer.body().utf8String().contains("ask that node itself"));
  }

  @Test
  void tellsWhatKeptItFromAnswering() throws Exception {
    serve(request -> CompletableFuture.failedStage(new TimeoutException("the actor restarts")));
    assertEquals(503, ask("x").status());

    serve(request -> CompletableFuture.failedStage(new IllegalStateException("of the test")));
    assertEquals(500, ask("x").status());

    RemoteRequest unknown = RemoteRequest.get("carrier-pigeon", "x", BOSS, "y");
    assertEquals(
        503, a.control.ask(other(a), unknown, PATIENCE).toCompletableFuture().get().status());
  }

  @Test
  void asksNodesWithIpv6Addresses() throws Exception {
    assumeTrue(hasIpv6(), "no IPv6 here");
    Peer c = start("0:0:0:0:0:0:0:1");
    Peer d = start("0:0:0:0:0:0:0:1");
    Node alone = c.control.all().get(0);
    assertEquals("[0:0:0:0:0:0:0:1]", alone.name());
    assertTrue(alone.isCalled("0:0:0:0:0:0:0:1"));
    join(c, d);
    d.control.serve("http", request -> CompletableFuture.completedStage(answer(1)));

    assertEquals(Optional.of("[0:0:0:0:0:0:0:1]:" + d.id().port()), other(c).address());
    assertEquals(
        answer(1), c.control.ask(other(c), request("x"), PATIENCE).toCompletableFuture().get());
  }

  private static boolean hasIpv6() {
    byte[] loopback = new byte[16];
    loopback[15] = 1;
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(loopback), 0));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void givesUpOnASilentOne() {
    serve(request -> new CompletableFuture<>());

    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> ask("x", SHORT).get());

    assertInstanceOf(TimeoutException.class, failure.getCause());
  }

  @Test
  void goesOnAfterItsActorsWereKilled() throws Exception {
    serve(request -> CompletableFuture.completedStage(answer(1)));
    for (Peer peer : List.of(a, b)) {
      peer.supervision.tree().kill("/user/root/remote", new Kill(DrillFilter.REASON));
    }

    // What was sent before the kill took effect may be lost.
    a.kit
        .createTestProbe()
        .awaitAssert(
            PATIENCE,
            () -> {
              assertEquals(answer(1), ask("x", SHORT).handle((answer, e) -> answer).join());
              return a;
            });
  }

  @Test
  void doesNotAskOneThatIsNotThere() {
    Node gone = new Node("gone", Optional.of("gone:1"), "up", true, false, true, false);

    ExecutionException failure =
        assertThrows(
            ExecutionException.class,
            () -> a.control.ask(gone, request("x"), PATIENCE).toCompletableFuture().get());

    assertInstanceOf(NoSuchElementException.class, failure.getCause());
  }

  @Test
  void doesNothingForWhoIsNoMemberOrMeansAnotherLife() throws Exception {
    serve(request -> CompletableFuture.completedStage(answer(1)));
    NodeId earlier = new NodeId(b.id().host(), b.id().port(), b.id().uid() + 1);
    heard.clear();

    throwAt(b, new Parcel(stranger.id(), b.id(), new Parcel.Question(1, request("stranger"))));
    throwAt(b, new Parcel(b.id(), b.id(), new Parcel.Question(1, request("itself"))));
    throwAt(b, new Parcel(a.id(), earlier, new Parcel.Question(2, request("earlier"))));
    throwAt(b, new Parcel(a.id(), b.id(), new Parcel.Question(3, request("member"))));

    assertEquals("member", heard.take().target());
    assertTrue(heard.isEmpty());
  }

  /** From the stranger, over the network, in this order. */
  private void throwAt(Peer peer, Parcel parcel) {
    Address address = peer.cluster().selfMember().address();
    ActorRefResolver.get(stranger.kit.system())
        .<Object>resolveActorRef(address + "/user/root/remote")
        .tell(parcel);
  }

  @Test
  void survivesNonsenseFromAMember() throws Exception {
    serve(request -> CompletableFuture.completedStage(answer(1)));
    throwAt(b, new Parcel(a.id(), b.id(), new Parcel.More(77, 5)));
    throwAt(b, new Parcel(a.id(), b.id(), new Parcel.Part(77, 5, ByteString.fromString("x"))));
    throwAt(
        b,
        new Parcel(
            a.id(),
            b.id(),
            new Parcel.Reply(77, 1, "", List.of(), 9, ByteString.emptyByteString())));

    assertEquals(answer(1), ask("x"));
  }
}
