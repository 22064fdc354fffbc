package io.tcpbalance.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tcpbalance.cluster.mail.Letter;
import io.tcpbalance.cluster.mail.MailSerializer;
import io.tcpbalance.config.ClusterSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.serialization.DisabledJavaSerializer;

/** The actor system's configuration that makes it a node of a cluster. */
public final class ClusterConfig {

  /** Of nodes that count when it is decided which part of a cluster goes on. */
  public static final String VOTER = "voter";

  private static final String SERIALIZERS = "pekko.actor.serializers";
  private static final String MAIL = "tcpbalance-mail";

  /** What a cluster says by itself: to join, to tell who is there, and on its connections. */
  private static final Set<String> NEEDED = Set.of("pekko-cluster", "pekko-containers", "artery");

  /** The only actors for which other nodes may use a selection; our own mail needs none. */
  private static final List<String> SELECTED =
      List.of("/system/cluster/core/daemon", "/system/cluster/heartbeatReceiver");

  private static final String POOL = "pool-";
  private static final String BESIDE = "beside-";

  /**
   * When it is over the first seed node, if it asks others for so long, forms a cluster although
   * they have not answered. But what it is cut off from may be a cluster: it has to hear from all
   * others that they are in none. {@link Joining} has it ask anew within seconds.
   */
  private static final String LONGER_THAN_ASKED = "100d";

  /** Who leaves may have sessions yet that a following generation stands for. */
  private static final String LEAVING =
      "pekko.coordinated-shutdown.reason-overrides.\""
          + CoordinatedShutdown.clusterLeavingReason().getClass().getName()
          + "\"";

  private ClusterConfig() {}

  /** Of nodes that have the shared pool. */
  static String role(String pool) {
    return POOL + pool;
  }

  /** Whether it is a role of nodes that have some shared pool. */
  public static boolean isOfPool(String role) {
    return role.startsWith(POOL);
  }

  static Set<String> poolsOf(Set<String> roles) {
    return roles.stream()
        .filter(ClusterConfig::isOfPool)
        .map(role -> role.substring(POOL.length()))
        .collect(Collectors.toSet());
  }

  /** Of nodes that came beside a former generation of the same process, at that port. */
  static String besideRole(int port) {
    return BESIDE + port;
  }

  static Config over(
      Config base, ClusterSettings settings, List<String> pools, OptionalInt beside) {
    Map<String, Object> node = new HashMap<>();
    node.put("pekko.actor.provider", "cluster");
    // The receptionist, which nobody asks here, would tell all nodes of that by Distributed Data.
    node.put("pekko.actor.typed.library-extensions", List.of());
    transport(node, settings);
    serialization(node, base.getObject(SERIALIZERS).keySet());
    membership(node, settings, pools, beside);
    return ConfigFactory.parseMap(node, "tcpbalance.cluster").withFallback(base);
  }

  private static void transport(Map<String, Object> node, ClusterSettings settings) {
    String artery = "pekko.remote.artery.";
    node.put(artery + "transport", settings.tls().isPresent() ? "tls-tcp" : "tcp");
    node.put(artery + "canonical.hostname", settings.host());
    node.put(artery + "canonical.port", settings.port());
    node.put(artery + "bind.hostname", settings.bindHost().orElse(""));
    // Neither remote deployment nor a message that stops an actor has anything to do here.
    node.put(artery + "untrusted-mode", true);
    node.put(artery + "trusted-selection-paths", SELECTED);
  }

  /** Whatever is not listed here is refused, also what a later version of a library brings. */
  private static void serialization(Map<String, Object> node, Set<String> known) {
    for (String name : known) {
      if (!NEEDED.contains(name)) {
        node.put(SERIALIZERS + "." + name, DisabledJavaSerializer.class.getName());
      }
    }
    node.put("pekko.actor.allow-java-serialization", false);
    node.put(SERIALIZERS + "." + MAIL, MailSerializer.class.getName());
    node.put("pekko.actor.serialization-bindings.\"" + Letter.class.getName() + "\"", MAIL);
  }

  private static void membership(
      Map<String, Object> node, ClusterSettings settings, List<String> pools, OptionalInt beside) {
    List<String> roles = new ArrayList<>();
    pools.forEach(pool -> roles.add(role(pool)));
    beside.ifPresent(port -> roles.add(besideRole(port)));
    if (settings.vote()) {
      roles.add(VOTER);
    }
    String cluster = "pekko.cluster.";
    node.put(cluster + "roles", roles);
    node.put(cluster + "allow-weakly-up-members", "off");
    node.put(
        cluster + "downing-provider-class",
        "org.apache.pekko.cluster.sbr.SplitBrainResolverProvider");
    node.put(cluster + "split-brain-resolver.active-strategy", "keep-majority");
    node.put(cluster + "split-brain-resolver.keep-majority.role", VOTER);
    node.put(
        cluster + "split-brain-resolver.stable-after", settings.stableAfter().toMillis() + "ms");
    node.put(LEAVING + ".terminate-actor-system", "off");
    // Its names are the same for all actor systems of a process.
    node.put(cluster + "jmx.enabled", "off");
    node.put(cluster + "shutdown-after-unsuccessful-join-seed-nodes", "off");
    node.put(cluster + "seed-node-timeout", LONGER_THAN_ASKED);
  }
}
