package io.tcpbalance.admin.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tcpbalance.admin.BackendView;
import io.tcpbalance.admin.ProxyView;
import io.tcpbalance.admin.RefusalsView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChangeTest {

  private static final int ROUNDS = 3_000;
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Frames frames = new Frames("1", false);
  private final long seed = Long.getLong("tcpbalance.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void tellsWhichCodeServesWhenThatHasChanged() throws Exception {
    Change none = Change.between(List.of(), List.of());
    LiveCode code = new LiveCode(2, List.of(new LiveCode.Draining(1, "0.1", 3)));

    JsonNode changed = dataOf(frames.change(NOW, none, Optional.of(code)));

    assertEquals(2, changed.get("generation").intValue());
    assertEquals(
        JSON.readTree("[{\"number\": 1, \"version\": \"0.1\", \"sessions\": 3}]"),
        changed.get("draining"));
    assertFalse(dataOf(frames.change(NOW, none, Optional.empty())).has("generation"));
  }

  @Test
  void aViewerThatAppliesChangesHasWhatThereIs() throws Exception {
    List<LiveProxy> now = List.of();
    ObjectNode shown = stateOf(now);
    for (int round = 0; round < ROUNDS; round++) {
      List<LiveProxy> before = now;
      now = mutated(before);
      Change change = Change.between(before, now);

      apply(shown, dataOf(frames.change(NOW, change, Optional.empty())));

      assertEquals(stateOf(now), shown, "round " + round + ", seed " + seed);
      assertEquals(before.equals(now), change.isEmpty(), "round " + round + ", seed " + seed);
    }
  }

  @Test
  void tellsOnlyWhatHasChanged() throws Exception {
    LiveBackend a = backend("a", 1);
    LiveBackend b = backend("b", 1);
    LiveProxy before = proxy("farm", 0, List.of(a, b), List.of());
    LiveBackend changed = backend("b", 2);
    LiveProxy now = proxy("farm", 0, List.of(a, changed), List.of());

    Change change = Change.between(List.of(before), List.of(now));

    assertEquals(List.of(), change.removed());
    assertEquals(List.of(), change.order());
    assertEquals(List.of(new Change.Patch(now, false, false, List.of(changed))), change.patches());
    JsonNode patch = dataOf(frames.change(NOW, change, Optional.empty())).get("proxies").get(0);
    assertFalse(patch.has("queue"));
    assertFalse(patch.has("order"));
    assertTrue(patch.has("waiting"));
  }

  /** What a page has to do. */
  private static void apply(ObjectNode state, JsonNode change) {
    Map<String, ObjectNode> proxies = byName(state.get("proxies"));
    change.get("removed").forEach(name -> proxies.remove(name.textValue()));
    for (JsonNode patch : change.get("proxies")) {
      ObjectNode patched = ((ObjectNode) patch).deepCopy();
      ObjectNode proxy =
          proxies.computeIfAbsent(patch.get("name").textValue(), n -> JSON.createObjectNode());
      Map<String, ObjectNode> backends =
          proxy.has("backends") ? byName(proxy.get("backends")) : new LinkedHashMap<>();
      patched
          .remove("backends")
          .forEach(b -> backends.put(b.get("name").textValue(), (ObjectNode) b));
      JsonNode order = patched.remove("order");
      proxy.setAll(patched);
      proxy.set("backends", inOrder(order, backends));
    }
    state.set("proxies", inOrder(change.get("order"), proxies));
  }

  private static Map<String, ObjectNode> byName(JsonNode nodes) {
    Map<String, ObjectNode> byName = new LinkedHashMap<>();
    nodes.forEach(node -> byName.put(node.get("name").textValue(), (ObjectNode) node));
    return byName;
  }

  private static ArrayNode inOrder(JsonNode order, Map<String, ObjectNode> byName) {
    ArrayNode nodes = JSON.createArrayNode();
    if (order == null) {
      nodes.addAll(byName.values());
    } else {
      order.forEach(name -> nodes.add(byName.get(name.textValue())));
    }
    return nodes;
  }

  private ObjectNode stateOf(List<LiveProxy> proxies) throws IOException {
    return (ObjectNode)
        JSON.readTree(frames.state(NOW, new LiveCode(1, List.of()), proxies, List.of()).toArray());
  }

  private static JsonNode dataOf(Frame frame) throws IOException {
    String text = frame.bytes().decodeString(StandardCharsets.UTF_8);
    return JSON.readTree(text.substring(text.indexOf("data: ") + 6));
  }

  private List<LiveProxy> mutated(List<LiveProxy> before) {
    List<LiveProxy> now = new ArrayList<>(before);
    switch (random.nextInt(8)) {
      case 0 ->
          now.add(random.nextInt(now.size() + 1), proxy(free(names(now)), 0, List.of(), List.of()));
      case 1 -> now.removeIf(proxy -> random.nextInt(3) == 0);
      case 2 -> Collections.shuffle(now, random);
      case 3 -> {}
      default -> now.replaceAll(proxy -> random.nextBoolean() ? proxy : mutated(proxy));
    }
    return now;
  }

  private LiveProxy mutated(LiveProxy before) {
    int waiting = random.nextInt(3);
    List<LiveBackend> backends = new ArrayList<>(before.backends());
    switch (random.nextInt(7)) {
      case 0 -> backends.add(random.nextInt(backends.size() + 1), backend(free(before.order()), 1));
      case 1 -> backends.removeIf(backend -> random.nextInt(3) == 0);
      case 2 -> Collections.shuffle(backends, random);
      case 3 -> {
        return before.silent();
      }
      case 4 -> {}
      default ->
          backends.replaceAll(b -> random.nextBoolean() ? b : backend(b.name(), random.nextInt(4)));
    }
    return proxy(
        before.name(), waiting, backends, random.nextBoolean() ? before.queue() : queue(waiting));
  }

  private static List<String> names(List<LiveProxy> proxies) {
    return proxies.stream().map(LiveProxy::name).toList();
  }

  private String free(List<String> taken) {
    String name = "n" + random.nextInt(20);
    while (taken.contains(name)) {
      name += "x";
    }
    return name;
  }

  private static List<QueuedClient> queue(int count) {
    List<QueuedClient> queue = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      queue.add(new QueuedClient(i, "c:" + i, i, "then", null, "a\nb.c"));
    }
    return queue;
  }

  private static LiveProxy proxy(
      String name, int waiting, List<LiveBackend> backends, List<QueuedClient> queue) {
    ProxyView view =
        new ProxyView(
            name,
            "127.0.0.1:1",
            "tcp",
            true,
            null,
            waiting,
            "then",
            1,
            1,
            1,
            1,
            null,
            null,
            new RefusalsView(0, 0, 0, 0, 0, 0, 0, 0),
            null,
            List.of(),
            List.of());
    return new LiveProxy(view, true, backends, queue);
  }

  private static LiveBackend backend(String name, int active) {
    BackendView view =
        new BackendView(
            name, name, 1, "up", "up", true, false, 4, 4, false, null, 3633, List.of(), 0, active,
            null, null, 0, 0, 0, 0);
    List<LiveSession> sessions = new ArrayList<>();
    for (int i = 0; i < active; i++) {
      sessions.add(new LiveSession(i, "c:" + i, "compiling", "then", 1, "gcc", "<script>.c"));
    }
    return new LiveBackend(view, sessions, List.of());
  }
}
