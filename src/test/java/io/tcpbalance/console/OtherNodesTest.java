package io.tcpbalance.console;

import static io.tcpbalance.console.ConsoleServer.NOW;
import static io.tcpbalance.console.ConsoleServer.TOKEN;
import static io.tcpbalance.console.ConsoleServer.VIEW_TOKEN;
import static io.tcpbalance.console.ConsoleServer.proxy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.admin.ApiError;
import io.tcpbalance.admin.Origin;
import io.tcpbalance.admin.access.Identity;
import io.tcpbalance.admin.nodes.Node;
import io.tcpbalance.admin.nodes.Nodes;
import io.tcpbalance.admin.nodes.RemoteAnswer;
import io.tcpbalance.admin.nodes.RemoteRequest;
import io.tcpbalance.admin.nodes.Servant;
import io.tcpbalance.state.AuditTrail;
import io.tcpbalance.testing.HeardLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** The console of one node, at which another is meant; between them is a method call here. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OtherNodesTest {

  private static final String BACKEND =
      "{ name = bld6, host = 127.0.0.1, port = 3632, max-connections = 4 }";

  /** {@code near} is this one, {@code mute} never answers, {@code gone} is out of reach. */
  private final class FakeCluster implements Nodes {
    @Override
    public boolean areCluster() {
      return true;
    }

    @Override
    public boolean haveMajority() {
      return false;
    }

    @Override
    public List<Node> all() {
      return List.of(
          node("far", true, false),
          node("gone", false, false),
          node("mute", true, false),
          node("near", true, true));
    }

    private Node node(String name, boolean reachable, boolean self) {
      return new Node(name, Optional.of(name + ":1"), "up", reachable, self, self, self);
    }

    @Override
    public CompletionStage<RemoteAnswer> ask(Node node, RemoteRequest request, Duration timeout) {
      if (node.name().equals("mute")) {
        return CompletableFuture.failedStage(new TimeoutException());
      }
      if (request.via().equals("http")) {
        String about = "{\"version\": \"1.2\", \"proxies\": [\"one\", \"two\"]}";
        return CompletableFuture.completedStage(
            RemoteAnswer.json(200, about.getBytes(StandardCharsets.UTF_8)));
      }
      return servant.serve(request.carriedBy("near:1"));
    }
  }

  private ActorTestKit kit;
  private ConsoleServer near;
  private ConsoleServer far;
  private volatile Servant servant;

  @BeforeAll
  void startServers() throws Exception {
    kit = ActorTestKit.create();
    near = ConsoleServer.node(kit, new FakeCluster(), proxy("here", "") + proxy("hither", ""));
    far = ConsoleServer.of(kit, proxy("one", BACKEND) + proxy("two", ""));
  }

  @AfterAll
  void stopServers() {
    near.close();
    far.close();
    kit.shutdownTestKit();
  }

  @BeforeEach
  void serve() {
    servant = Console.servant(far.proxies(), ConsoleServer.records(kit), InstantSource.fixed(NOW));
  }

  private Terminal terminal;

  @BeforeEach
  void logIn() throws Exception {
    terminal = near.connect();
    terminal.ask("auth " + TOKEN);
  }

  @AfterEach
  void hangUp() throws Exception {
    terminal.close();
  }

  /** What is answered to a line, with the prompt that follows. */
  private String ask(String line, String prompt) throws Exception {
    terminal.send(line + "\r\n");
    String said = terminal.readText(prompt);
    return said.substring(0, said.length() - prompt.length());
  }

  @Test
  void listsTheNodes() throws Exception {
    assertEquals(
        """
        Name  Address  Status       Version      Since                     Proxies       Remarks
        far   far:1    up           1.2          -                         one, two      no vote
        gone  gone:1   unreachable  -            -                         -             no vote
        mute  mute:1   up           -            -                         -             no vote
        near  near:1   up           development  2026-03-01T12:00:00.123Z  here, hither  this one, decides
        warning: the majority of the nodes is out of reach; shared slots are not given
        """,
        terminal.ask("nodes"));
  }

  @Test
  void meansAnotherNodeUntilItComesBack() throws Exception {
    assertEquals("proxy hither\n", ask("use hither", "hither> "));
    assertEquals("node far\n", ask("node far", "@far> "));
    assertTrue(ask("proxies", "@far> ").contains("\none   127.0.0.1"));
    assertEquals("choose a proxy first: use NAME; there is one, two\n", ask("backends", "@far> "));
    assertEquals("proxy one\n", ask("use one", "one@far> "));
    assertTrue(ask("backends", "one@far> ").contains("\nbld6  127.0.0.1:3632  up"));
    assertEquals(
        "bld6 changed: 127.0.0.1:3632, up, at most 5\n", ask("resize bld6 5", "one@far> "));
    assertEquals("this node\n", ask("node", "hither> "));
    assertEquals("none\n", ask("backends", "hither> "));
  }

  @Test
  void tellsTheAuditTrailThereWhoAskedAndWhichNodeLetHimIn() throws Exception {
    ask("node far", "@far> ");
    ask("use one", "one@far> ");
    try (HeardLog log = new HeardLog(AuditTrail.class.getName())) {
      ask("drain bld6", "one@far> ");
      ask("up bld6", "one@far> ");

      String line = log.lines().get(0);
      assertTrue(line.startsWith("proxy one: changed back-end bld6"), line);
      assertTrue(line.matches(".*asked by 'boss' at 127.0.0.1:[0-9]+ via telnet@near:1\\)"), line);
    }
  }

  @Test
  void watchesAnotherNode() throws Exception {
    ask("node far", "@far> ");
    ask("use one", "one@far> ");
    terminal.send("watch 1\r\n");
    terminal.readText("bld6");
    terminal.readText("bld6");

    assertTrue(ask("", "one@far> ").endsWith("\n"));
  }

  @Test
  void letsWhoMayOnlyViewChangeNothing() throws Exception {
    terminal.ask("auth " + VIEW_TOKEN);
    ask("node far", "@far> ");
    ask("use one", "one@far> ");

    assertEquals(
        "this token may only view: the role of 'guest' is view, not operate\n",
        ask("drain bld6", "one@far> "));
    assertTrue(ask("backends", "one@far> ").contains("bld6  127.0.0.1:3632  up"));
  }

  @Test
  void tellsWhatIsNotUnderstoodThereInTheSameWords() throws Exception {
    ask("node far", "@far> ");

    assertEquals("MAX is missing (resize HOST MAX|auto)\n", ask("resize bld6", "@far> "));
    assertEquals("'bogus' is not understood; say 'help'\n", ask("bogus", "@far> "));
    assertTrue(ask("help", "@far> ").contains("node [NAME]"));
  }

  @Test
  void tellsOfNodesThatCannotBeAsked() throws Exception {
    assertEquals("no node 'x'; there is far, gone, mute, near\n", terminal.ask("node x"));
    assertEquals(
        "node 'gone' is out of reach, and was not asked; try again when it is back\n",
        terminal.ask("node gone"));
    assertEquals("node 'mute' did not answer within 5 s; try again\n", terminal.ask("node mute"));
    assertEquals("this node\n", terminal.ask("node near"));
  }

  @Test
  void tellsWhatANodeCouldNotDo() throws Exception {
    ask("node far", "@far> ");
    servant = request -> CompletableFuture.completedStage(ApiError.nodeBusy("far:1").toAnswer());

    assertEquals("node 'far:1' sends many long answers; try again\n", ask("proxies", "@far> "));
  }

  @Test
  void carriesNothingOn() throws Exception {
    ask("node far", "@far> ");
    RemoteRequest evil =
        CarriedLine.request(
            new Origin(Origin.TELNET, "x", Identity.ANYBODY), "", "node near", false);

    String text = CarriedLine.answer(servant.serve(evil).toCompletableFuture().get()).text();

    assertEquals("'node' is not understood; say 'help'\n", text);
  }
}
