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

/** The actor system's configuration that makes it a node of a cluster. */
final class ClusterConfig {

  /** Of nodes that count when it is decided which part of a cluster goes on. */
  static final String VOTER = "voter";

  private ClusterConfig() {}

  /** Of nodes that have the shared pool. */
  static String role(String pool) {
    return "pool-" + pool;
  }

  static Config over(Config base, ClusterSettings settings, List<String> pools) {
    List<String> roles = new ArrayList<>();
    pools.forEach(pool -> roles.add(role(pool)));
    if (settings.vote()) {
      roles.add(VOTER);
    }
    Map<String, Object> node = new HashMap<>();
    node.put("pekko.actor.provider", "cluster");
    node.put("pekko.actor.allow-java-serialization", false);
    node.put("pekko.actor.serializers.tcpbalance-mail", MailSerializer.class.getName());
    node.put(
        "pekko.actor.serialization-bindings.\"" + Letter.class.getName() + "\"", "tcpbalance-mail");
    node.put("pekko.remote.artery.transport", "tcp");
    node.put("pekko.remote.artery.canonical.hostname", settings.host());
    node.put("pekko.remote.artery.canonical.port", settings.port());
    node.put("pekko.cluster.roles", roles);
    node.put("pekko.cluster.allow-weakly-up-members", "off");
    node.put(
        "pekko.cluster.downing-provider-class",
        "org.apache.pekko.cluster.sbr.SplitBrainResolverProvider");
    node.put("pekko.cluster.split-brain-resolver.active-strategy", "keep-majority");
    node.put("pekko.cluster.split-brain-resolver.keep-majority.role", VOTER);
    node.put(
        "pekko.cluster.split-brain-resolver.stable-after",
        settings.stableAfter().toMillis() + "ms");
    node.put("pekko.cluster.shutdown-after-unsuccessful-join-seed-nodes", "off");
    return ConfigFactory.parseMap(node, "tcpbalance.cluster").withFallback(base);
  }
}
