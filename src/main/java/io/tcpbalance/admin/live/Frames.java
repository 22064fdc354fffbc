package io.tcpbalance.admin.live;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tcpbalance.admin.Json;
import io.tcpbalance.admin.Texts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** Writes what viewers are told, as events in the format of server-sent events. */
final class Frames {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** How long a viewer's browser waits before it connects again. */
  private static final int RETRY_MS = 1_000;

  /** A comment, which viewers skip. The second one to a client that has gone ends its stream. */
  static final Frame PULSE = new Frame(ByteString.fromString(":\n"), false);

  private static final ByteString END = ByteString.fromString("\n\n");

  private final String version;
  private final boolean drills;

  /**
   * @param drills whether actors can be killed
   */
  Frames(String version, boolean drills) {
    this.version = version;
    this.drills = drills;
  }

  /** All that there is, as JSON. */
  ByteString state(Instant at, LiveCode code, List<LiveProxy> proxies, List<Notice> notices) {
    ObjectNode json = at(at).put("version", version).put("faultInjection", drills);
    code.writeTo(json);
    ArrayNode nodes = json.putArray("proxies");
    proxies.forEach(proxy -> nodes.add(whole(proxy)));
    json.putPOJO("notices", notices);
    return ByteString.fromArrayUnsafe(Json.bytes(json));
  }

  /** The event that a stream begins with. */
  Frame state(ByteString state) {
    return new Frame(event("retry: " + RETRY_MS + "\nevent: state", state), true);
  }

  /**
   * What is otherwise than it was.
   *
   * @param code if that has changed
   */
  Frame change(Instant at, Change change, Optional<LiveCode> code) {
    ObjectNode json = at(at).putPOJO("removed", change.removed());
    code.ifPresent(changed -> changed.writeTo(json));
    if (!change.order().isEmpty()) {
      json.putPOJO("order", change.order());
    }
    ArrayNode nodes = json.putArray("proxies");
    change.patches().forEach(patch -> nodes.add(patch(patch)));
    return frame("change", json);
  }

  Frame notice(Notice notice) {
    return frame("notice", notice);
  }

  /** Tells viewers, and whatever stands between, that the stream is not dead. */
  Frame alive(Instant at) {
    return frame("alive", at(at));
  }

  private static ObjectNode at(Instant at) {
    return NODES.objectNode().put("at", Texts.time(at));
  }

  private static ObjectNode whole(LiveProxy proxy) {
    ObjectNode json = proxy.json();
    json.putPOJO("queue", proxy.queue());
    return withBackends(json, proxy.backends());
  }

  private static ObjectNode patch(Change.Patch patch) {
    ObjectNode json = patch.now().json();
    if (patch.queued()) {
      json.putPOJO("queue", patch.now().queue());
    }
    if (patch.reordered()) {
      json.putPOJO("order", patch.now().order());
    }
    return withBackends(json, patch.backends());
  }

  private static ObjectNode withBackends(ObjectNode json, List<LiveBackend> backends) {
    ArrayNode nodes = json.putArray("backends");
    backends.forEach(backend -> nodes.add(backend.json()));
    return json;
  }

  private static Frame frame(String name, Object data) {
    return new Frame(event("event: " + name, ByteString.fromArrayUnsafe(Json.bytes(data))), false);
  }

  /** JSON as it is written here has no line breaks. */
  private static ByteString event(String head, ByteString data) {
    return ByteString.fromString(head + "\ndata: ").concat(data).concat(END);
  }
}
