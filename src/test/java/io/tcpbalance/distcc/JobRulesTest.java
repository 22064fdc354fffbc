package io.tcpbalance.distcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.testing.DistccWire;
import io.tcpbalance.testing.TestSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class JobRulesTest {
  private static final byte[] SOURCE = {1, 2, 3};

  /** As shipped, and any compiler. */
  private static final JobRules SHIPPED =
      new JobRules(List.of(), TestSettings.jobs("").forbiddenArguments());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-fplugin=/tmp/x.so",
        "--plugin=/tmp/x.so",
        "-fplugin-arg-x-y=z",
        "-iplugindir=/tmp",
        "-Wp,-fplugin=/tmp/x.so",
        "-Wp,-MD,x.d,--plugin=/tmp/x.so",
        "-Wp,@/tmp/args",
        "-fpass-plugin=/tmp/x.so",
        "-load",
        "-Xclang=-load",
        "-specs=/tmp/specs",
        "-specs",
        "--specs=/tmp/specs",
        "-wrapper",
        "-fmodule-mapper=|/tmp/x",
        "--module-mapper=|/tmp/x",
        "-B",
        "-B.",
        "--prefix=.",
        "--prefix",
        "-ccc-gcc-name",
        "--ld-path=/tmp/x",
        "-fuse-ld=/tmp/x",
        "@args",
        "--config",
        "--config=x.cfg",
      })
  void shippedRulesForbidWhatRunsOrLoadsCode(String argument) {
    assertTrue(SHIPPED.ofArgument(argument).isPresent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-O2",
        "-c",
        "-o",
        "x.o",
        "dir@2/x.c",
        "-I.",
        "-Wall",
        "-Wa,--noexecstack",
        "-Wa,-mbranches-within-32B-boundaries",
        "-Wl,-Bsymbolic-functions",
        "-Wl,-z,relro",
        "-Wp,-D_FORTIFY_SOURCE=2",
        "-Wp,-MMD,scripts/.x.o.d",
        "-Xclang",
        "-Xassembler",
        "-fuse-ld=lld",
        "-fno-plt",
        "-fprofile-use=x.profdata",
        "-flto=thin",
        "-fmodules",
        "-lm",
        "-std=gnu++20",
        "--sysroot=/opt/sysroot",
        "--target=aarch64-linux-gnu",
        "--gcc-toolchain=/usr",
        "--param=ssp-buffer-size=4",
        "-DB=1",
        "-march=native",
        "-",
        "",
      })
  void shippedRulesLetOrdinaryArgumentsPass(String argument) {
    assertEquals(Optional.empty(), SHIPPED.ofArgument(argument));
  }

  @ParameterizedTest
  @CsvSource({
    "gcc, gcc, true",
    "gcc, x86_64-linux-gnu-gcc, true",
    "gcc, arm-none-eabi-gcc, true",
    "gcc, avr-gcc, true",
    "gcc, gcc-12, false",
    "gcc, g++, false",
    "gcc, xgcc, false",
    "gcc, '', false",
    "gcc-*, gcc-12, true",
    "gcc-*, x86_64-linux-gnu-gcc-12, true",
    "gcc-*, gcc, false",
    "*-gcc, arm-none-eabi-gcc, true",
    "clang*, clang++-15, true",
    "*, icc, true",
    "gcc, /usr/bin/gcc, false",
    "*, /usr/bin/gcc, false",
    "*, ./gcc, false",
    "/usr/bin/*, /usr/bin/gcc, true",
    "/usr/bin/*, gcc, false",
    "/opt/*/bin/gcc, /opt/cross/bin/gcc, true",
    "/opt/*/bin/gcc, /opt/cross/gcc, false",
  })
  void allowsCompilersByNameAndPathsByPath(String pattern, String compiler, boolean allowed) {
    JobRules rules = new JobRules(List.of("nothing", pattern), List.of());

    assertEquals(allowed, rules.ofCompiler(compiler).isEmpty());
  }

  @Test
  void withoutAListAnyNameIsAllowedAndNoPath() {
    JobRules rules = new JobRules(List.of(), List.of());

    assertTrue(rules.ofCompiler("whatever").isEmpty());
    assertTrue(rules.ofArgument("-fplugin=x").isEmpty());
    assertTrue(rules.ofCompiler("/usr/bin/gcc").isPresent());
    assertTrue(JobRules.NONE.ofCompiler("/usr/bin/gcc").isEmpty());
    assertTrue(JobRules.NONE.ofCompiler("gcc").isEmpty());
  }

  @Test
  void tellsTheDeveloperWhatAndWhyAndWhatToDo() {
    JobRules rules = new JobRules(List.of("gcc", "g++"), List.of("-B*"));

    assertEquals(
        "tcpbalance: the compile farm has refused this job: the argument \"-B/opt\" is forbidden, as"
            + " all like -B*. Leave the argument out, compile this file without distcc, or ask the"
            + " administrator of the farm, who has set this rule (jobs.forbidden-arguments).\n",
        rules.ofArgument("-B/opt").orElseThrow().message());
    assertEquals(
        "the compiler \"icc\" is not among those that it runs: gcc, g++",
        rules.ofCompiler("icc").orElseThrow().reason());
    assertEquals(
        "the compiler is given by its path, \"/usr/bin/gcc\"",
        rules.ofCompiler("/usr/bin/gcc").orElseThrow().reason());
  }

  @Test
  void refusalIsShortAndPrintableWhateverTheClientSent() {
    String hostile = "-B\n\u001b[2J\"\u202e" + "x".repeat(100_000);

    String message = new JobRules(List.of(), List.of("-B*")).ofArgument(hostile).get().message();

    assertTrue(message.contains("\"-B\\n\\u001b[2J\\\"\\u202exxx"), message);
    assertTrue(message.chars().limit(message.length() - 1).noneMatch(Character::isISOControl));
    assertTrue(message.length() < 500, message);
  }

  @Test
  void refusesAnArgumentOfMorePartsThanCanBeChecked() {
    JobRules rules = new JobRules(List.of(), List.of("-fplugin*"));

    assertTrue(rules.ofArgument("-Wp" + ",-DX".repeat(256)).isEmpty());
    assertTrue(rules.ofArgument("-Wp" + ",-DX".repeat(255) + ",-fplugin=x").isPresent());
    assertTrue(rules.ofArgument("-Wp" + ",".repeat(100_000)).isPresent());
    assertTrue(JobRules.NONE.ofArgument("-Wp" + ",".repeat(100_000)).isEmpty());
  }

  @Test
  void namesOnlySomeOfManyCompilers() {
    List<String> many = Stream.iterate(1, n -> n + 1).limit(1000).map(n -> "gcc-" + n).toList();

    String reason = new JobRules(many, List.of()).ofCompiler("icc").orElseThrow().reason();

    assertTrue(reason.endsWith("gcc-11, gcc-12, ..."), reason);
  }

  static Stream<List<String>> splitPlaces() {
    return Stream.of(
        List.of("gcc", "-fplugin=x.so", "-c", "a.c"),
        List.of("/usr/bin/gcc", "-c", "a.c"),
        List.of("gcc", "-c", "a.c", "@x"));
  }

  @ParameterizedTest
  @MethodSource("splitPlaces")
  void parserFindsTheOffenceHoweverTheRequestIsSplit(List<String> argv) {
    byte[] request = DistccWire.request(2, argv, SOURCE);
    RequestParser whole = new RequestParser(WireLimits.DEFAULT, SHIPPED);
    Feeding.feed(whole::feed, request);
    assertTrue(whole.refusal().isPresent());

    for (int cut = 0; cut <= request.length; cut++) {
      RequestParser parser = new RequestParser(WireLimits.DEFAULT, SHIPPED);
      Feeding.feed(parser::feed, request, cut);

      assertEquals(RequestParser.State.COMPLETE, parser.state());
      assertEquals(whole.refusal(), parser.refusal(), "split at " + cut);
    }
  }

  @Test
  void parserChecksArgumentsThatAreNotKept() {
    List<String> argv = new ArrayList<>(List.of("gcc", "-c"));
    for (int i = 0; i < 1000; i++) {
      argv.add("-DLONG_MACRO_NAME_" + i);
    }
    argv.add("-fplugin=x.so");
    RequestParser parser = new RequestParser(WireLimits.DEFAULT, SHIPPED);

    Feeding.feed(parser::feed, DistccWire.request(1, argv, SOURCE));

    assertTrue(parser.isArgvCut());
    assertFalse(parser.argv().contains("-fplugin=x.so"));
    assertTrue(parser.refusal().orElseThrow().reason().contains("\"-fplugin=x.so\""));
  }

  @Test
  void firstOffenceCounts() {
    RequestParser parser = new RequestParser(WireLimits.DEFAULT, SHIPPED);

    Feeding.feed(parser::feed, DistccWire.request(1, List.of("./gcc", "-B.", "@x"), SOURCE));

    assertTrue(parser.refusal().orElseThrow().reason().contains("\"./gcc\""));
  }
}
