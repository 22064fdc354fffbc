package io.tcpbalance.cluster.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.cluster.mail.Mail.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

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

  /** A change of the form that nodes of the version before could not read shows here. */
  @Test
  void writesAndReadsWhatTheFirstVersionWrote() throws IOException {
    Map<String, String> recorded = recorded();
    Map<String, String> now = new TreeMap<>();
    Mails.all()
        .forEach(
            (name, mail) ->
                now.put(
                    name,
                    MailCodec.manifest(mail)
                        + " "
                        + HexFormat.of().formatHex(MailCodec.encode(mail))));

    recorded.forEach(
        (name, line) -> {
          byte[] bytes = HexFormat.of().parseHex(line.substring(2));

          assertEquals(Mails.all().get(name), MailCodec.decode(line.substring(0, 1), bytes), name);
        });

    assertEquals(recorded, now);
  }

  private static Map<String, String> recorded() throws IOException {
    try (InputStream in = MailCodecTest.class.getResourceAsStream("/cluster/mail-v1.txt")) {
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
        byte[] bytes = java.util.Arrays.copyOf(whole, random.nextInt(whole.length + 1));
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
