package io.tcpbalance.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.JvmProbe;
import io.tcpbalance.testing.TalkingClient;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a process keeps of a generation. */
@Timeout(120)
class GenerationsTest {

  private static final Pattern LISTENS = Pattern.compile("listens on \\S*?127.0.0.1:([0-9]+)");

  @TempDir private Path directory;

  @Test
  void nothingStaysOfAGenerationThatHasEnded() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        Daemon process = Daemon.program(OutlivedGeneration.class, "run", "-c", file(host)).start();
        TalkingClient client = connect(process.port("a"))) {
      assertEquals("220 bld1", client.hear());
      assertTrue(page(process, "/status").contains("bld1"));
      assertEquals("200 POST", post(process, "/api/v1/reload"));
      try (JvmProbe probe = JvmProbe.attach(process.pid())) {
        assertEquals(1, probe.instancesOf(GenerationLoader.class.getName()));

        process.signal("TERM");
        client.say("QUIT");
        client.hear();
        client.hangUp();
        process.awaitLine("ended with 0");

        assertEquals(0, probe.instancesOf(GenerationLoader.class.getName()));
        assertEquals(List.of(), generationsThreads(probe));
      }
    }
  }

  private static TalkingClient connect(int port) throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(50_000);
    return new TalkingClient(socket);
  }

  private static List<String> generationsThreads(JvmProbe probe) throws Exception {
    Pattern ours =
        Pattern.compile("relay-.*|tcpbalance.*|generation-.*|watchdog|audit-trail|dns.*");
    return probe.vitals().threads().stream().filter(ours.asMatchPredicate()).toList();
  }

  private String file(GreetingHost host) throws Exception {
    Path file = directory.resolve("tcpbalance.conf");
    String text =
        """
        tcpbalance {
          state-dir = "%s"
          admin.port = 0
          console.port = 0
          proxies.a {
            listen { host = 127.0.0.1, port = 0 }
            backends = [{ name = bld1, host = 127.0.0.1, port = %d, max-connections = 1 }]
          }
        }
        """
            .formatted(directory.resolve("state"), host.port());
    return Files.writeString(file, text).toString();
  }

  private static String page(Daemon process, String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(process, path)).build());
  }

  private static String post(Daemon process, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri(process, path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode() + " POST";
  }

  private static String send(HttpRequest request) throws Exception {
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }

  private static URI uri(Daemon process, String path) throws Exception {
    Matcher matcher = LISTENS.matcher(process.awaitLine("HTTP interface listens on"));
    assertTrue(matcher.find());
    return URI.create("http://127.0.0.1:" + matcher.group(1) + path);
  }
}
