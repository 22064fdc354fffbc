package io.tcpbalance.cli.importing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.cli.importing.Importer.Imported;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.Protocol;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.config.SettingsLoader;
import io.tcpbalance.config.SlotLimit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What is made of others' configurations; each is read back by our own reader. */
class ImporterTest {

  private static final String ORIGINAL =
      """
      %% As the original's manual shows it.
      [{balance,
        [
         {local_tcp_port, 2525},
         {be_conn_timeout, 10000},
         {be_inactivity_timeout, 120000},
         {initial_be_list,
          [
           {be, "mx1.example", 25, up, 2, 0, 0, no_error, 0, 0, 0, []},
           {be, {10,0,0,4}, 25, down, 1, 0, 0, no_error, 0, 0, 0, []}, % an address
           {be, {64768,0,0,0,0,0,0,1}, 25, up, 3}
          ]}
        ]}
      ].
      """;

  @Test
  void keepsOrderSlotsPortsAndTimeoutsOfOriginal() throws Exception {
    Imported imported = imported(ORIGINAL);

    ProxySettings proxy = settings(imported);
    assertEquals("tcp", proxy.name());
    assertEquals(Protocol.TCP, proxy.protocol());
    assertEquals(2525, proxy.listen().port());
    assertEquals(Duration.ofSeconds(10), proxy.connectTimeout());
    assertEquals(Duration.ofMinutes(2), proxy.idleTimeout());
    assertEquals(
        List.of(
            backend("mx1.example", "mx1.example", 25, 2, OperatorState.UP),
            backend("10.0.0.4", "10.0.0.4", 25, 1, OperatorState.DOWN),
            backend("fd00:0:0:0:0:0:0:1", "fd00:0:0:0:0:0:0:1", 25, 3, OperatorState.UP)),
        proxy.backends());
    assertEquals(List.of(), imported.notes());
  }

  @Test
  void takesOriginalForDistccByItsPort() throws Exception {
    Imported imported =
        imported("[{balance, [{initial_be_list, [{be, \"bld6\", 3632, up, 4, 0}]}]}].");

    assertEquals(Protocol.DISTCC, settings(imported).protocol());
    assertEquals(3632, settings(imported).listen().port());
    assertTrue(imported.notes().get(0).contains("protocol = distcc"), "" + imported.notes());
    Imported told = Importer.read(ORIGINAL, "x", Optional.of("farm"), Optional.of(true));
    assertEquals("farm", settings(told).name());
    assertEquals(Protocol.DISTCC, settings(told).protocol());
  }

  @Test
  void tellsWhatOfOriginalHasNoPlace() throws Exception {
    Imported imported =
        imported(
            """
            [{kernel, [{x, 1}]},
             {balance, [
               {local_tcp_port, 0},
               {be_conn_timeout, infinity},
               {colour, red},
               {initial_be_list, [
                 {be, "b d", 25, up, 2},
                 {be, "a", 25, up, 0},
                 {be, "a"},
                 oops]}]}].
            """);

    assertEquals(
        List.of(
            "1:2: {kernel, [{x, 1}]} is not TCPBalance's own: left out",
            "3:21: 0 must be a whole number from 1 to 65535: left out",
            "4:22: infinity must be a whole number from 1 to 600000: left out",
            "5:4: {colour, red} has no counterpart here: left out",
            "7:11: \"b d\" is no address or name of a host: left out",
            "8:24: 0 must be a whole number from 1 to 100000: left out",
            "9:6: {be, \"a\"} is no {be, Host, Port, up|down, MaxConn, ...}: left out",
            "10:6: oops is no {be, Host, Port, up|down, MaxConn, ...}: left out",
            "no host is left: clients would wait until one is added"),
        imported.notes().subList(0, 9));
    settings(imported);
  }

  @Test
  void refusesErlangThatIsNotTheOriginals() {
    ImportException e = assertThrows(ImportException.class, () -> imported("[{kernel, []}]."));

    assertEquals(
        "1:1: there is no {balance, [...]} in it, so it is not TCPBalance's", e.getMessage());
    assertThrows(ImportException.class, () -> imported("{balance, []}."));
  }

  @Test
  void keepsOrderAndSlotsOfHostList() throws Exception {
    Imported imported =
        imported(
            """
            # our farm
            bld6/8 bld4
            [fd00::1]:3633/2
            10.0.0.1:3634
            """);

    assertEquals(
        List.of(
            backend("bld6", "bld6", 3632, 8, OperatorState.UP),
            backend("bld4", "bld4", 3632, 4, OperatorState.UP),
            backend("fd00::1", "fd00::1", 3633, 2, OperatorState.UP),
            backend("10.0.0.1", "10.0.0.1", 3634, 4, OperatorState.UP)),
        settings(imported).backends());
    assertEquals(Protocol.DISTCC, settings(imported).protocol());
    assertEquals(List.of(), imported.notes());
  }

  @Test
  void tellsWhatOfHostListHasNoPlace() throws Exception {
    Imported imported =
        imported("--randomize localhost/2\n--localslots=3 me@bld1/2\n+zeroconf bld6/4,lzo,cpp x:y");

    List<String> notes = imported.notes();
    assertEquals(7, notes.size(), String.join("\n", notes));
    assertTrue(notes.get(0).startsWith("line 1: '--randomize' is left out: "), notes.get(0));
    assertTrue(notes.get(1).startsWith("line 1: 'localhost/2' is left out: "), notes.get(1));
    assertTrue(notes.get(2).startsWith("line 2: '--localslots=3' is left out: "), notes.get(2));
    assertTrue(notes.get(3).contains("not ssh"), notes.get(3));
    assertTrue(notes.get(4).contains("'+zeroconf' is left out"), notes.get(4));
    assertTrue(notes.get(5).contains("write ,lzo,cpp behind the proxy"), notes.get(5));
    assertTrue(notes.get(6).startsWith("line 3: 'x:y' is left out: "), notes.get(6));
    assertEquals(1, settings(imported).backends().size());
  }

  @Test
  void namesHostOnce() throws Exception {
    Imported imported = imported("bld6/4 bld4/1 bld6/3 bld6:3633/1");

    assertEquals(
        List.of(
            backend("bld6", "bld6", 3632, 7, OperatorState.UP),
            backend("bld4", "bld4", 3632, 1, OperatorState.UP),
            backend("bld6:3633", "bld6", 3633, 1, OperatorState.UP)),
        settings(imported).backends());
    assertEquals(
        List.of("bld6 port 3632 is named twice: its slots are added up"), imported.notes());
  }

  @RepeatedTest(200)
  void whateverIsPrintedIsFine(RepetitionInfo repetition) throws Exception {
    Random random = new Random(repetition.getCurrentRepetition());
    String[] pieces = {
      "bld",
      "6",
      "/",
      "4",
      ":",
      "36",
      ",lzo",
      " ",
      "\n",
      "[",
      "]",
      "fd00::1",
      "{be,",
      "\"a\"",
      "}",
      "{balance,",
      "[{initial_be_list,",
      "%",
      "#",
      "@",
      "--",
      ".",
      "up,",
      "1,",
      "\"",
      "$",
      "localhost"
    };
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i >= 0; i--) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    try {
      settings(Importer.read(text.toString(), "fuzz\n\"", Optional.empty(), Optional.empty()));
    } catch (ImportException e) {
      assertFalse(e.getMessage().isEmpty(), "a reason is told");
    }
  }

  private static BackendSettings backend(
      String name, String host, int port, int slots, OperatorState state) {
    return new BackendSettings(
        name,
        host,
        port,
        SlotLimit.of(slots),
        BackendSettings.DEFAULT_STATS_PORT,
        state,
        List.of());
  }

  private static Imported imported(String text) throws ImportException {
    return Importer.read(text, "test", Optional.empty(), Optional.empty());
  }

  private static ProxySettings settings(Imported imported) throws Exception {
    return SettingsLoader.parse(imported.hocon(), "imported").settings().proxies().get(0);
  }
}
