package io.tcpbalance.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class NetworkTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255, 11.0.0.0",
    "172.16.0.0/12, 172.31.255.255, 172.32.0.0",
    "128.0.0.0/1, 255.0.0.0, 127.255.255.255",
    "0.0.0.0/1, 127.0.0.1, 128.0.0.0",
    "192.168.1.128/25, 192.168.1.255, 192.168.1.127",
    "192.168.1.1, 192.168.1.1, 192.168.1.0",
    "0.0.0.0/0, 255.255.255.255, ::1",
    "::/0, ffff::1, 1.2.3.4",
    "fc00::/7, fdff::1, fe00::",
    "fe80::/10, febf::1, fec0::",
    "::1/128, ::1, ::2",
    "10.0.0.0/8, ::ffff:10.1.1.1, ::ffff:11.0.0.0",
    "::ffff:10.0.0.0/104, 10.1.1.1, 11.0.0.0",
    "::ffff:0:0/96, 200.1.1.1, ::1",
  })
  void contains(String network, String inside, String outside) throws Exception {
    Network parsed = Network.parse(network);

    assertTrue(parsed.contains(InetAddress.getByName(inside)), inside);
    assertFalse(parsed.contains(InetAddress.getByName(outside)), outside);
  }

  @Test
  void agreesWithArithmetic() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] a = new byte[random.nextBoolean() ? 4 : 16];
      random.nextBytes(a);
      byte[] b = a.clone();
      int flipped = random.nextInt(a.length * 8);
      b[flipped / 8] ^= (byte) (0x80 >> flipped % 8);
      int length = random.nextInt(a.length * 8 + 1);

      boolean expected =
          new BigInteger(1, a)
              .xor(new BigInteger(1, b))
              .shiftRight(a.length * 8 - length)
              .equals(BigInteger.ZERO);

      Network network = new Network(InetAddress.getByAddress(a), length);
      assertEquals(
          expected,
          network.contains(InetAddress.getByAddress(b)),
          "seed " + seed + ", " + network + ", bit " + flipped);
    }
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.0/8, 10.0.0.0/8", "10.0.0.1, 10.0.0.1/32", "::ffff:10.0.0.0/104, 10.0.0.0/8"})
  void isPrintedInCidrNotation(String text, String printed) {
    assertEquals(printed, Network.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/8",
        "10",
        "10/8",
        "10.0.0/8",
        "010.0.0.0/8",
        "256.0.0.0/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "10.0.0.0/ 8",
        "10.0.0.0/99999999999",
        "10.0.0.1/8",
        "::/129",
        "::1/64",
        ":::/8",
        "fe80::1%eth0/10",
        "localhost/8",
        "example.com",
        "[::1]/128",
        "::ffff:10.0.0.0/8"
      })
  void rejects(String text) {
    assertThrows(IllegalArgumentException.class, () -> Network.parse(text));
  }

  @Test
  void rejectsLengthThatItsAddressCannotHave() {
    InetAddress address = InetAddress.getLoopbackAddress();

    assertThrows(IllegalArgumentException.class, () -> new Network(address, 129));
    assertThrows(IllegalArgumentException.class, () -> new Network(address, -1));
  }

  @Test
  void tellsWhatWasMeant() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Network.parse("10.9.8.7/12"));

    assertEquals("has bits set beyond its first 12, was 10.0.0.0/12 meant?", e.getMessage());
  }
}
