package io.tcpbalance.cli.top;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One proxy at one moment.
 *
 * @param stalled why it gives no slots; empty where it gives them
 * @param waiting how many clients wait
 * @param finished how many sessions have ended well enough to be counted, since the proxy's start
 * @param queue who waits, first come first; may be fewer than wait
 */
record Farm(
    String name,
    String listen,
    String protocol,
    boolean accepting,
    String stalled,
    long waiting,
    long finished,
    List<Host> hosts,
    List<Task> queue) {

  /**
   * A back-end.
   *
   * @param status up, draining, down or failed
   * @param max slots it is configured for
   * @param slots of them that it may use now
   * @param done sessions that have ended there
   */
  record Host(
      String name,
      String status,
      int max,
      int slots,
      int pending,
      int active,
      long done,
      String lastError,
      List<Task> tasks) {}

  /**
   * What a client has done, or waits for.
   *
   * @param what the file, else who it is for
   * @param ageMs since the client came
   */
  record Task(String what, long ageMs) {}

  /**
   * Puts together what the daemon tells.
   *
   * @param proxy an element of {@code GET /api/v1/proxies}
   * @param sessions what {@code GET /api/v1/proxies/P/sessions} answers
   */
  static Farm of(JsonNode proxy, JsonNode sessions) {
    Map<String, List<Task>> byHost = new HashMap<>();
    List<Task> queue = new ArrayList<>();
    for (JsonNode session : sessions) {
      Task task = task(session);
      if (session.path("phase").asText().equals("waiting")) {
        queue.add(task);
      } else if (session.path("backend").isTextual()) {
        byHost
            .computeIfAbsent(session.path("backend").asText(), name -> new ArrayList<>())
            .add(task);
      }
    }
    List<Host> hosts = new ArrayList<>();
    long ended = 0;
    for (JsonNode backend : proxy.path("backends")) {
      Host host = host(backend, byHost);
      hosts.add(host);
      ended += host.done();
    }
    return new Farm(
        visible(proxy.path("name").asText()),
        visible(proxy.path("listen").asText()),
        proxy.path("protocol").asText(),
        proxy.path("accepting").asBoolean(),
        visible(proxy.path("stalled").path("reason").asText()),
        proxy.path("waiting").asLong(),
        finished(proxy.path("jobs").path("finished"), ended),
        List.copyOf(hosts),
        List.copyOf(queue));
  }

  /** Of distcc the jobs, wherever they were done; else the sessions. */
  private static long finished(JsonNode jobs, long sessions) {
    if (!jobs.isObject()) {
      return sessions;
    }
    long sum = 0;
    for (JsonNode count : jobs) {
      sum += count.asLong();
    }
    return sum;
  }

  private static Host host(JsonNode b, Map<String, List<Task>> byHost) {
    String name = b.path("name").asText();
    return new Host(
        visible(name),
        b.path("status").asText(),
        b.path("maxConnections").asInt(),
        b.path("slots").asInt(),
        b.path("pending").asInt(),
        b.path("active").asInt(),
        b.path("activeCount").asLong() - b.path("active").asLong(),
        visible(b.path("lastError").asText("")),
        List.copyOf(byHost.getOrDefault(name, List.of())));
  }

  private static Task task(JsonNode session) {
    String file = session.path("job").path("file").asText("");
    String what = file.isEmpty() ? session.path("client").asText() : baseName(file);
    return new Task(visible(what), session.path("ageMs").asLong());
  }

  private static String baseName(String file) {
    return file.substring(file.lastIndexOf('/') + 1);
  }

  /** Names come from strangers: no escape sequence gets to the terminal. */
  private static String visible(String text) {
    return text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
  }
}
