package io.tcpbalance.distcc;

import static io.tcpbalance.distcc.RequestParser.State.COMPLETE;
import static io.tcpbalance.distcc.RequestParser.State.MALFORMED;
import static io.tcpbalance.distcc.RequestParser.State.NEED_MORE;
import static io.tcpbalance.distcc.RequestParser.State.PLAIN_TCP;
import static io.tcpbalance.distcc.RequestParser.State.TOO_LARGE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.tcpbalance.testing.DistccWire;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {
  private static final byte[] NOTHING = {};
  private static final List<String> ARGV = List.of("gcc", "-c", "a.c", "-o", "a.o");

  @ParameterizedTest
  @CsvSource({
    "v1_hello.req, hello.c, ../out/b.o, 6, , 0",
    "v2_io.req, io.cpp, ../out/c.o, 6, , 0",
    "v3_hello_md.req, hello.c, ../out/b.o, 11, /home/dev/proj/srcs, 5",
  })
  void readsWhatDistccSends(
      String name, String input, String output, int args, String directory, int files) {
    Feeding.RequestResult job = Feeding.request(Captures.bytes(name));

    assertEquals(Captures.version(name), job.version());
    assertTrue(job.compiler().startsWith("x86_64-linux-gnu-g"), job.compiler());
    assertEquals(input, job.input());
    assertEquals(output, job.output());
    assertEquals(args, job.argv().size());
    assertFalse(job.cut());
    assertEquals(directory, job.directory());
    assertEquals(files, job.files());
    assertEquals(job.taken(), job.announced());
    assertEquals("nothing", job.awaited());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void readsWhatTheWriterWrote(int version) {
    byte[] source = new byte[1000];

    Feeding.RequestResult job = Feeding.request(DistccWire.request(version, ARGV, source));

    assertEquals(COMPLETE, job.state());
    assertEquals(version, job.version());
    assertEquals(ARGV, job.argv());
    assertEquals("gcc", job.compiler());
    assertEquals("a.c", job.input());
    assertEquals("a.o", job.output());
    assertNull(job.directory());
  }

  @Test
  void readsPumpRequestOfFilesAndLinks() {
    Map<String, Object> files = new LinkedHashMap<>();
    files.put("/src/a.c", new byte[77]);
    files.put("/usr/include", "../../usr/include");
    files.put("/src/empty.h", NOTHING);

    Feeding.RequestResult job = Feeding.request(DistccWire.pumpRequest("/src", ARGV, files));

    assertEquals(COMPLETE, job.state());
    assertEquals("/src", job.directory());
    assertEquals(3, job.files());
  }

  @Test
  void pumpRequestWithoutFilesIsCompleteAtItsCount() {
    byte[] bytes = DistccWire.pumpRequest("/src", ARGV, Map.of());

    assertEquals(COMPLETE, Feeding.request(bytes).state());
  }

  @Test
  void emptySourceIsComplete() {
    assertEquals(COMPLETE, Feeding.request(DistccWire.request(1, ARGV, NOTHING)).state());
  }

  @Test
  void readsUpperAndLowerCaseDigits() {
    byte[] bytes = wire().token("DIST", 1).argv(ARGV).raw("DOTI0000000A0123456789").bytes();

    assertEquals(COMPLETE, Feeding.request(bytes).state());
  }

  @ParameterizedTest
  @CsvSource({
    "gcc -c a.c -o a.o, a.c, a.o",
    "gcc -oa.o -c dir/a.c++, dir/a.c++, a.o",
    "gcc -o x.c -c y.c, y.c, x.c",
    "a.c -c y.ii, y.ii, ",
    "gcc -I.c -c README, , ",
    "g++ -c c, , ",
    "g++ -c a.S b.c -o, a.S, ",
  })
  void findsInputAndOutputAsDistccDoes(String words, String input, String output) {
    byte[] bytes = DistccWire.request(1, List.of(words.split(" ")), NOTHING);

    Feeding.RequestResult job = Feeding.request(bytes);

    assertEquals(input, job.input());
    assertEquals(output, job.output());
  }

  @Test
  void namesMayBeAnyBytes() {
    byte[] bytes =
        wire()
            .raw("DIST00000001ARGC00000002")
            .body("ARGV", "gcc")
            .body("ARGV", new byte[] {(byte) 0xff, '\n', (byte) 0xc3, (byte) 0xbc, '.', 'c'})
            .token("DOTI", 0)
            .bytes();

    assertEquals("\ufffd\nü.c", Feeding.request(bytes).input());
  }

  @Test
  void gssapiIsLeftUntouched() {
    ByteBuffer in = ByteBuffer.wrap("*auth".getBytes(UTF_8));

    assertEquals(PLAIN_TCP, new RequestParser(WireLimits.DEFAULT).feed(in));
    assertEquals(0, in.position());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET / HTTP/1.1 | 0 | expected the token DIST, found the byte 0x47",
        "DISC00000001 | 3 | expected byte 4 of the token DIST, found the byte 0x43",
        "DIST0000 001 | 8 | expected a hexadecimal digit of the number of DIST, found the byte"
            + " 0x20",
        "DIST00000004 | 12 | expected a protocol version from 0 to 3, found 4",
        "DISTffffffff | 12 | expected a protocol version from 0 to 3, found 4294967295",
        "DIST00000001ARGC00000000 | 24 | expected 1 to 32768 arguments, found 0",
        "DIST00000001ARGCffffffff | 24 | expected 1 to 32768 arguments, found 4294967295",
        "DIST00000001ARGC00000001ARGVffffffff | 36 | expected at most 4096 bytes of ARGV, found"
            + " 4294967295",
        "DIST00000001ARGC00000002ARGV00000001gARGVffffffff | 49 | expected at most 131072 bytes of"
            + " ARGV, found 4294967295",
        "DIST00000003CDIR00001001 | 24 | expected at most 4096 bytes of CDIR, found 4097",
        "DIST00000003CDIR00000000ARGC00000001ARGV00000001gNFILffffffff | 61 | expected at most"
            + " 100000 files, found 4294967295",
        "DIST00000003CDIR00000000ARGC00000001ARGV00000001gNFIL00000001NAME00000000X | 73 | expected"
            + " the token FILE or LINK, found the byte 0x58",
        "DIST00000003CDIR00000000ARGC00000001ARGV00000001gNFIL00000001NAME00000000LIME | 75 |"
            + " expected byte 3 of the token LINK, found the byte 0x4d",
      })
  void saysWhereAndWhatWasExpected(String text, int offset, String complaint) {
    byte[] bytes = text.getBytes(UTF_8);

    Feeding.RequestResult whole = Feeding.request(bytes);

    assertEquals(MALFORMED, whole.state());
    assertEquals("at offset " + offset + ": " + complaint, whole.reason());
    assertEquals(whole, Feeding.request(bytes, Feeding.everyByte(bytes.length)));
  }

  @Test
  void anythingButDistccIsFoundOutAtItsFirstByte() {
    ByteBuffer tls = ByteBuffer.wrap(new byte[] {0x16, 3, 1});

    assertEquals(MALFORMED, new RequestParser(WireLimits.DEFAULT).feed(tls));
    assertEquals(0, tls.position());
  }

  @Test
  void knowsWhatItWaitsForWhereverTheClientLeaves() {
    byte[] bytes = Captures.bytes("v3_small.req");
    RequestParser parser = new RequestParser(WireLimits.DEFAULT);

    for (int i = 0; i < bytes.length; i++) {
      assertEquals(NEED_MORE, parser.state());
      assertTrue(parser.awaited().matches("the token [A-Z]{4}|\\d+ bytes of [A-Z]{4}"));
      assertTrue(parser.announcedBytes() >= i && parser.announcedBytes() <= bytes.length);
      parser.feed(ByteBuffer.wrap(bytes, i, 1));
    }

    assertEquals(COMPLETE, parser.state());
  }

  @Test
  void announcesTheSourceBeforeItCame() {
    byte[] bytes = DistccWire.request(1, ARGV, new byte[5000]);
    RequestParser parser = new RequestParser(WireLimits.DEFAULT);

    parser.feed(ByteBuffer.wrap(bytes, 0, bytes.length - 5000));

    assertEquals(bytes.length, parser.announcedBytes());
    assertEquals("5000 bytes of DOTI", parser.awaited());
  }

  @Test
  void tooLargeIsSaidBeforeTheBodyAndCanBeStreamed() {
    byte[] bytes = DistccWire.request(1, ARGV, new byte[5000]);
    WireLimits limits = WireLimits.DEFAULT.withMaxRequestBytes(bytes.length - 1);
    RequestParser parser = new RequestParser(limits);
    ByteBuffer in = ByteBuffer.wrap(bytes);

    assertEquals(TOO_LARGE, parser.feed(in));
    assertEquals(5000, in.remaining());
    assertEquals(TOO_LARGE, parser.feed(in));
    assertEquals(NEED_MORE, parser.continueWithoutLimit());
    assertEquals(COMPLETE, parser.feed(in));
    assertEquals(bytes.length, parser.bytesTaken());
    assertNull(parser.reason());
  }

  @Test
  void requestOfExactlyTheLimitIsNotTooLarge() {
    byte[] bytes = DistccWire.request(1, ARGV, new byte[5000]);

    WireLimits limits = WireLimits.DEFAULT.withMaxRequestBytes(bytes.length);

    assertEquals(COMPLETE, Feeding.request(bytes, limits).state());
  }

  @Test
  void fourGigabytesAreTooLargeAtTheirToken() {
    byte[] bytes = wire().token("DIST", 2).argv(ARGV).token("DOTI", 0xffff_ffffL).bytes();

    Feeding.RequestResult job = Feeding.request(bytes);

    assertEquals(TOO_LARGE, job.state());
    assertEquals(bytes.length + 0xffff_ffffL, job.announced());
  }

  @Test
  void filesThatTogetherAreTooManyBytesAreTooLarge() {
    Map<String, Object> files = new LinkedHashMap<>();
    files.put("a.h", new byte[3000]);
    files.put("b.h", new byte[3000]);
    byte[] bytes = DistccWire.pumpRequest("/", ARGV, files);

    Feeding.RequestResult job =
        Feeding.request(bytes, WireLimits.DEFAULT.withMaxRequestBytes(5000));

    assertEquals(TOO_LARGE, job.state());
    assertEquals(3000, bytes.length - job.taken());
  }

  @Test
  void showsTheFirstOfVeryManyArguments() {
    List<String> many = Collections.nCopies(30_000, "-DX");
    List<String> argv = new ArrayList<>(ARGV.subList(0, 2));
    argv.addAll(many);
    argv.add("last.cc");

    Feeding.RequestResult job = Feeding.request(DistccWire.request(1, argv, NOTHING));

    assertEquals(COMPLETE, job.state());
    assertTrue(job.cut());
    assertTrue(job.argv().size() > 100 && job.argv().size() < 1000, "kept " + job.argv().size());
    assertEquals(argv.subList(0, job.argv().size()), job.argv());
    assertEquals("last.cc", job.input());
  }

  @Test
  void readsFromDirectBuffersOfAnyOrder() {
    byte[] bytes = Captures.bytes("v2_warn.req");
    ByteBuffer in = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    RequestParser parser = new RequestParser(WireLimits.DEFAULT);

    assertEquals(COMPLETE, parser.feed(in.order(ByteOrder.LITTLE_ENDIAN)));
    assertEquals("warn.c", parser.inputFile());
  }

  @Test
  void allocatesForNamesAndNotForBodies() {
    byte[] small = DistccWire.request(1, ARGV, new byte[1]);
    byte[] large = DistccWire.request(1, ARGV, new byte[4 << 20]);
    byte[] announced =
        wire().raw("DIST00000001ARGC00000002ARGV00000003gccARGV00020000begin").bytes();
    for (int i = 0; i < 10; i++) {
      assertTrue(allocated(small) < 8_000, "small: " + allocated(small));
    }

    assertTrue(allocated(large) < 8_000, "large: " + allocated(large));
    assertTrue(allocated(announced) < 8_000, "announced only: " + allocated(announced));
  }

  private static long allocated(byte[] request) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    ByteBuffer in = ByteBuffer.wrap(request);
    long before = threads.getCurrentThreadAllocatedBytes();
    new RequestParser(WireLimits.DEFAULT).feed(in);
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static DistccWire wire() {
    return new DistccWire();
  }
}
