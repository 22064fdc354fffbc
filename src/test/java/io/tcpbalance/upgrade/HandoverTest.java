package io.tcpbalance.upgrade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.Settings;
import io.tcpbalance.config.SettingsLoader;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a generation has to serve as the one before it does. */
class HandoverTest {

  private static final String PROXY = "proxies.a { listen.port = 1, backends = [], shared = on }";

  private static Settings settings(String text) throws InvalidSettingsException {
    return SettingsLoader.parse("tcpbalance {" + text + "}", "test").settings();
  }

  private static Settings node(String ports) throws InvalidSettingsException {
    return settings("cluster { enabled = on, " + ports + " }, " + PROXY);
  }

  @Test
  void nodesTakeTheirTwoPortsInTurn() throws Exception {
    Settings settings = node("port = 5, upgrade-port = 6");
    Handover first = Handover.of(settings, 0, 0, 5);
    Handover second = Handover.of(settings, 0, 0, 6);

    assertEquals(Optional.empty(), first.obstacleTo(settings));
    assertEquals(Optional.empty(), second.obstacleTo(settings));
    assertEquals(6, first.beside(settings.cluster()).port());
    assertEquals(5, second.beside(settings.cluster()).port());
  }

  @Test
  void nodesWithOnePortAreNotFollowed() throws Exception {
    Settings settings = node("port = 5");

    String obstacle = Handover.of(settings, 0, 0, 5).obstacleTo(settings).orElseThrow();

    assertTrue(obstacle.contains("cluster.upgrade-port"), obstacle);
  }

  @Test
  void whatIsSharedStaysShared() throws Exception {
    Handover before = Handover.of(node("port = 5, upgrade-port = 6"), 0, 0, 5);
    Settings alone =
        settings(
            "cluster { enabled = on, port = 5, upgrade-port = 6 },"
                + PROXY.replace("shared = on", "shared = off"));

    assertTrue(before.obstacleTo(alone).orElseThrow().contains("SHARED"));
  }

  @Test
  void aNodeStaysANode() throws Exception {
    Handover node = Handover.of(node("port = 5, upgrade-port = 6"), 0, 0, 5);
    Settings alone = settings(PROXY.replace("shared = on", "shared = off"));

    assertTrue(node.obstacleTo(alone).orElseThrow().contains("cluster.host"));
    assertTrue(Handover.of(alone, 0, 0, 0).obstacleTo(node("port = 5")).isPresent());
  }

  @Test
  void theVersionBeforeCannotFollowANode() throws Exception {
    byte[] written = SnapshotFormat.write(Handover.of(node("port = 5, upgrade-port = 6"), 0, 0, 5));

    assertEquals(Json.VERSION, new ObjectMapper().readTree(written).path("readableFrom").asInt());
    assertEquals(5, SnapshotFormat.readServed(written).clusterPort());
    assertThrows(IOException.class, () -> SnapshotFormat.readServed(new byte[] {'{', '}'}));
  }
}
