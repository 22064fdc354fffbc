package io.tcpbalance.admin.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.admin.ReloadReport;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** POST /api/v1/reload. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReloadingTest {

  private static final String PATH = "/api/v1/reload";

  private final ActorTestKit kit = ActorTestKit.create();
  private AdminServer server;

  @BeforeEach
  void start() throws Exception {
    server = AdminServer.of(kit);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @AfterAll
  void shutdown() {
    kit.shutdownTestKit();
  }

  @Test
  void answersWhatHasChanged() throws Exception {
    comes(
        new ReloadReport(
            List.of(), List.of("proxy a: added"), List.of("relay"), List.of("w"), List.of()));

    assertEquals(
        "{\"changed\":[\"proxy a: added\"],\"needsRestart\":[\"relay\"],\"warnings\":[\"w\"]}",
        server.send("POST", PATH).body());
  }

  @Test
  void answers422WithEveryProblem() throws Exception {
    comes(ReloadReport.rejected(List.of("f:1: x", "f:2: y")));

    HttpResponse<String> answer = server.send("POST", PATH);

    assertEquals(422, answer.statusCode());
    assertEquals(
        "{\"error\":\"the configuration cannot be used, nothing is changed\",\"status\":422,"
            + "\"problems\":[\"f:1: x\",\"f:2: y\"]}",
        answer.body());
  }

  @Test
  void answers409ForWhatIsDoneInPart() throws Exception {
    comes(new ReloadReport(List.of(), List.of("c"), List.of(), List.of(), List.of("a: in use")));

    HttpResponse<String> answer = server.send("POST", PATH);

    assertEquals(409, answer.statusCode());
    assertEquals(
        "{\"error\":\"not everything could be done: a: in use\",\"status\":409,\"failed\":[\"a: in"
            + " use\"],\"changed\":[\"c\"],\"needsRestart\":[],\"warnings\":[]}",
        answer.body());
  }

  @Test
  void answers503ForOneThatTakesTooLong() throws Exception {
    server.reloading = () -> CompletableFuture.failedStage(new TimeoutException());

    assertEquals(503, server.send("POST", PATH).statusCode());
  }

  @Test
  void isNoPage() throws Exception {
    assertEquals(405, server.get(PATH).statusCode());
  }

  private void comes(ReloadReport report) {
    server.reloading = () -> CompletableFuture.completedStage(report);
  }
}
