package io.tcpbalance.cluster.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcpbalance.admin.access.Identity;
import io.tcpbalance.admin.nodes.RemoteAnswer.Header;
import io.tcpbalance.admin.nodes.RemoteRequest;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.cluster.mail.Out;
import io.tcpbalance.config.Role;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class ParcelCodecTest {

  private static final NodeId A = new NodeId("10.0.0.1", 25520, 1);
  private static final NodeId B = new NodeId("fd00::7", 25521, -7);

  private static Parcel parcel(Parcel.Content content) {
    return new Parcel(A, B, content);
  }

  /** Of each kind one, by name. */
  private static Map<String, Parcel> all() {
    ByteString bytes = ByteString.fromString("{\"a\": 1}");
    RemoteRequest change =
        new RemoteRequest(
            "http",
            "10.0.0.9:50330",
            new Identity(Optional.of("boss"), Role.OPERATE),
            "PATCH",
            "http://10.0.0.1:8080/api/v1/proxies/farm/backends/b?node=c",
            "application/json",
            bytes);
    Identity guest = new Identity(Optional.empty(), Role.VIEW);
    Map<String, Parcel> all = new TreeMap<>();
    all.put("change", parcel(new Parcel.Question(7, change)));
    all.put("look", parcel(new Parcel.Question(8, RemoteRequest.get("telnet", "x", guest, "y"))));
    all.put(
        "reply",
        parcel(
            new Parcel.Reply(
                7, 201, "application/json", List.of(new Header("Location", "/x")), 900, bytes)));
    all.put("more", parcel(new Parcel.More(Long.MIN_VALUE, 131072)));
    all.put("part", parcel(new Parcel.Part(9, 131072, bytes)));
    return all;
  }

  private static String manifest(Parcel parcel) {
    return ParcelCodec.manifest(parcel.content());
  }

  @Test
  void readsWhatItWrote() {
    all()
        .forEach(
            (name, parcel) ->
                assertEquals(
                    parcel,
                    ParcelCodec.decode(manifest(parcel), ParcelCodec.encode(parcel)),
                    name));
  }

  /** A change of the form that nodes of the version before could not read shows here. */
  @Test
  void writesAndReadsWhatTheFirstVersionWrote() throws IOException {
    Map<String, String> now = new TreeMap<>();
    all()
        .forEach(
            (name, parcel) ->
                now.put(
                    name,
                    manifest(parcel) + " " + HexFormat.of().formatHex(ParcelCodec.encode(parcel))));

    assertEquals(recorded(), now);
  }

  private static Map<String, String> recorded() throws IOException {
    try (InputStream in = ParcelCodecTest.class.getResourceAsStream("/cluster/parcel-v1.txt")) {
      Map<String, String> recorded = new TreeMap<>();
      new String(in.readAllBytes(), UTF_8)
          .lines()
          .map(line -> line.split(" = ", 2))
          .forEach(parts -> recorded.put(parts[0], parts[1]));
      return recorded;
    }
  }

  @Test
  void ignoresFieldsOfNewerVersions() {
    all()
        .forEach(
            (name, parcel) -> {
              byte[] bytes = ParcelCodec.encode(parcel);
              byte[] newer = Arrays.copyOf(bytes, bytes.length + 5);

              assertEquals(parcel, ParcelCodec.decode(manifest(parcel), newer), name);
            });
  }

  @Test
  void letsWhoHasAnUnknownRoleOnlyView() {
    Out out = new Out().node(A).node(B).number(7).text("http").text("x").bool(false);
    out.text("EMPEROR").text("GET").text("y").text("text/plain").raw(new byte[0]);

    Parcel.Question question = (Parcel.Question) ParcelCodec.decode("Q", out.toBytes()).content();

    assertEquals(Role.VIEW, question.request().who().role());
  }

  @Test
  void refusesTypesThatItDoesNotKnow() {
    byte[] bytes = ParcelCodec.encode(all().get("more"));

    assertThrows(IllegalArgumentException.class, () -> ParcelCodec.decode("X", bytes));
    assertThrows(
        IllegalArgumentException.class, () -> ParcelCodec.decode("java.lang.String", bytes));
  }

  @Test
  void refusesWhatIsTooLong() {
    Out question = new Out().node(A).node(B).number(7).text("http").text("x").bool(false);
    question.text("VIEW").text("PUT").text("y").text("text/plain");
    question.raw(new byte[RemoteRequest.MAX_BODY_BYTES + 1]);
    Out reply = new Out().node(A).node(B).number(7).number(200).text("text/plain").number(0);
    reply.number(Outgoing.MAX_BYTES + 1).raw(new byte[1]);
    Out contradiction = new Out().node(A).node(B).number(7).number(200).text("a/b").number(0);
    contradiction.number(1).raw(new byte[2]);

    assertThrows(IllegalArgumentException.class, () -> ParcelCodec.decode("Q", question.toBytes()));
    assertThrows(IllegalArgumentException.class, () -> ParcelCodec.decode("R", reply.toBytes()));
    assertThrows(
        IllegalArgumentException.class, () -> ParcelCodec.decode("R", contradiction.toBytes()));
  }

  @Test
  void refusesWhatIsCutOffOrGarbled() {
    Random random = new Random(42);
    for (Parcel parcel : all().values()) {
      byte[] whole = ParcelCodec.encode(parcel);
      for (int i = 0; i < 300; i++) {
        byte[] bytes = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
        for (int j = random.nextInt(4); j > 0 && bytes.length > 0; j--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        try {
          ParcelCodec.decode(manifest(parcel), bytes);
        } catch (IllegalArgumentException expected) {
          // It says so, and nothing else.
        }
      }
    }
  }

  @Test
  void isWhatPekkoIsTold() {
    ParcelSerializer serializer = new ParcelSerializer();
    Parcel parcel = all().get("part");

    byte[] bytes = serializer.toBinary(parcel);

    assertArrayEquals(ParcelCodec.encode(parcel), bytes);
    assertEquals(parcel, serializer.fromBinary(bytes, serializer.manifest(parcel)));
  }
}
