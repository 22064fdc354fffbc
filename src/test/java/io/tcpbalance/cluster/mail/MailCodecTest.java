package io.tcpbalance.cluster.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.cluster.mail.Mail.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailCodecTest {

  @Test
  void readsWhatItWrote() {
    Mails.all()
        .forEach(
            (name, mail) -> {
              byte[] bytes = MailCodec.encode(mail);

              assertEquals(mail, MailCodec.decode(MailCodec.manifest(mail), bytes), name);
            });
  }

  @Test
  void addressesLetters() {
    Letter letter = new Letter(Mails.NODE, new NodeId("b", 1, 2), new Mail.Pulse(7));

    assertEquals(letter, MailCodec.decodeLetter("Q", MailCodec.encode(letter)));
  }

  /** What nodes write that are not upgraded yet. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void readsWhatEachVersionWrote(int form) throws IOException {
    recorded(form)
        .forEach(
            (name, recorded) ->
                assertEquals(
                    Mails.all().get(name),
                    MailCodec.decode(recorded.manifest, recorded.bytes()),
                    name));
  }

  /** Bytes after those that it knew were skipped by each version. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void writesWhatEachVersionCanRead(int form) throws IOException {
    recorded(form)
        .forEach(
            (name, recorded) -> {
              List<String> before = parts(recorded);
              List<String> now = parts(Recorded.of(Mails.all().get(name)));

              assertEquals(before.size(), now.size(), name);
              for (int i = 0; i < now.size(); i++) {
                assertTrue(now.get(i).startsWith(before.get(i)), name + ": " + now.get(i));
              }
            });
  }

  /** A change of the form shows here: it needs a number of its own, and a record. */
  @Test
  void writesWhatIsRecordedOfItsForm() throws IOException {
    Map<String, Recorded> now = new TreeMap<>();
    Mails.all().forEach((name, mail) -> now.put(name, Recorded.of(mail)));

    assertEquals(recorded(Letter.FORM), now);
  }

  @Test
  void takesALetterThatDoesNotTellItsFormForOneOfTheFirst() {
    Letter letter = new Letter(Mails.NODE, new NodeId("b", 1, 2), new Mail.Pulse(7));
    byte[] now = MailCodec.encode(letter);

    byte[] first = Arrays.copyOf(now, now.length - 1);

    assertEquals(1, MailCodec.decodeLetter("Q", first).form());
    assertEquals(letter.mail(), MailCodec.decodeLetter("Q", first).mail());
  }

  /** Mail, its bytes in hex. */
  private record Recorded(String manifest, String hex) {
    static Recorded of(Mail mail) {
      return new Recorded(
          MailCodec.manifest(mail), HexFormat.of().formatHex(MailCodec.encode(mail)));
    }

    byte[] bytes() {
      return HexFormat.of().parseHex(hex);
    }
  }

  private static Map<String, Recorded> recorded(int form) throws IOException {
    try (InputStream in =
        MailCodecTest.class.getResourceAsStream("/cluster/mail-v" + form + ".txt")) {
      Map<String, Recorded> recorded = new TreeMap<>();
      new String(in.readAllBytes(), UTF_8)
          .lines()
          .map(line -> line.split(" = ", 2))
          .forEach(
              parts ->
                  recorded.put(
                      parts[0], new Recorded(parts[1].substring(0, 1), parts[1].substring(2))));
      return recorded;
    }
  }

  /** Of a frame its head and its items, which carry their lengths; else the whole. In hex. */
  private static List<String> parts(Recorded mail) {
    HexFormat hex = HexFormat.of();
    if (!mail.manifest.equals("N") && !mail.manifest.equals("P")) {
      return List.of(mail.hex);
    }
    In in = new In(mail.bytes());
    List<String> parts = new ArrayList<>();
    parts.add(in.text() + " " + in.number() + " " + in.node() + " " + in.number());
    parts.add(in.number() + " " + in.number());
    in.list(In::raw).forEach(item -> parts.add(hex.formatHex(item)));
    return parts;
  }

  @Test
  void ignoresFieldsOfNewerVersions() {
    ToPool.Connected item = new ToPool.Connected(new LeaseId(5, 1));
    Out newer = ToPoolCodec.write(item).text("something new").number(7);

    assertEquals(item, ToPoolCodec.read(new In(newer.toBytes())));
  }

  @Test
  void keepsThePlaceOfItemsOfNewerVersions() {
    Out frame = new Out().text("distcc").number(7).text("h").number(1).number(2).number(3);
    frame.number(10).number(0);
    List<byte[]> items =
        List.of(
            new Out().text("levitate").number(9).toBytes(),
            ToPoolCodec.write(new ToPool.SessionEnded(4)).toBytes());
    frame.list(items, Out::raw).text("and more");

    Mail.FromNode mail = (Mail.FromNode) MailCodec.decode("N", frame.toBytes());

    assertEquals(
        new Frame<ToPool>(10, 0, List.of(new Unknown(), new ToPool.SessionEnded(4))), mail.frame());
  }

  @Test
  void refusesTypesThatItDoesNotKnow() {
    assertThrows(IllegalArgumentException.class, () -> MailCodec.decode("X", new byte[0]));
    assertThrows(
        IllegalArgumentException.class, () -> MailCodec.decode("java.lang.String", new byte[9]));
  }

  @Test
  void refusesWhatIsCutOffOrGarbled() {
    Random random = new Random(42);
    for (Mail mail : Mails.all().values()) {
      byte[] whole = MailCodec.encode(mail);
      for (int i = 0; i < 300; i++) {
        byte[] bytes = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
        for (int j = random.nextInt(4); j > 0 && bytes.length > 0; j--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        try {
          MailCodec.decode(MailCodec.manifest(mail), bytes);
        } catch (IllegalArgumentException expected) {
          // It says so, and nothing else.
        }
      }
    }
  }

  @Test
  void writesNumbersOfAnySize() {
    long[] numbers = {0, 1, -1, 63, 64, -64, -65, Long.MAX_VALUE, Long.MIN_VALUE};
    Out out = new Out();
    for (long number : numbers) {
      out.number(number);
    }

    In in = new In(out.toBytes());

    long[] read = new long[numbers.length];
    for (int i = 0; i < read.length; i++) {
      read[i] = in.number();
    }
    assertArrayEquals(numbers, read);
  }
}
