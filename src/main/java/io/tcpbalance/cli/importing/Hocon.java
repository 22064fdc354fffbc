package io.tcpbalance.cli.importing;

import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.List;

/** Writes a pool as a configuration of ours. */
final class Hocon {

  private Hocon() {}

  /**
   * The whole file.
   *
   * @param source what it was made from, for the comment at its head
   */
  static String of(Pool pool, String source, String name, boolean isDistcc) {
    List<String> lines = new ArrayList<>();
    lines.add("# Made from " + source.replaceAll("\\p{C}", "?") + " by 'tcpbalance import'.");
    lines.add("tcpbalance {");
    lines.add("  proxies {");
    lines.add("    " + word(name) + " {");
    lines.add("      protocol = " + (isDistcc ? "distcc" : "tcp"));
    pool.listenPort().ifPresent(port -> lines.add("      listen.port = " + port));
    pool.connectTimeoutMs().ifPresent(ms -> lines.add("      connect-timeout = " + ms + "ms"));
    pool.idleTimeoutMs().ifPresent(ms -> lines.add("      idle-timeout = " + ms + "ms"));
    lines.add("      backends = [   # fastest first");
    pool.hosts().forEach(host -> lines.add("        " + line(host)));
    lines.add("      ]");
    lines.add("    }");
    lines.add("  }");
    lines.add("}");
    return String.join("\n", lines) + "\n";
  }

  private static String line(Pool.Host host) {
    String other = host.name().equals(host.host()) ? "" : ", host = " + word(host.host());
    return "{ name = %s%s, port = %d, max-connections = %d%s }"
        .formatted(
            word(host.name()),
            other,
            host.port(),
            host.slots(),
            host.isUp() ? "" : ", state = down");
  }

  /** In quotes where it needs them. */
  private static String word(String text) {
    return ConfigUtil.joinPath(text);
  }
}
