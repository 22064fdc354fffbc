package io.tcpbalance.bench;

import io.tcpbalance.bench.Contender.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The proxies on this machine, each as it is shipped: no thread count, no tuning beyond what the
 * name says, so that ours may have none either.
 */
final class Contenders {
  static final String DIRECT = "direct";
  static final String HAPROXY = "haproxy";
  static final String HAPROXY_SPLICE = "haproxy-splice";
  static final String NGINX = "nginx";
  static final String TCPBALANCE = "tcpbalance";
  static final String TCPBALANCE_DISTCC = "tcpbalance-distcc";

  /** All that {@code --only} knows, in the order of the table. */
  static final List<String> NAMES =
      List.of(DIRECT, HAPROXY, HAPROXY_SPLICE, NGINX, TCPBALANCE, TCPBALANCE_DISTCC);

  private static final int PLENTY_OF_CONNECTIONS = 2000;

  private final List<Contender> present = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  private Contenders() {}

  /**
   * @param wanted some of {@link #NAMES}
   * @param launcher {@code ops/tcpbalance}, there or not
   */
  static Contenders find(List<String> wanted, Path launcher, Path workDir)
      throws IOException, InterruptedException {
    Contenders found = new Contenders();
    if (wanted.contains(HAPROXY) || wanted.contains(HAPROXY_SPLICE)) {
      found.findHaproxy(wanted);
    }
    if (wanted.contains(NGINX)) {
      found.findNginx(workDir);
    }
    if (wanted.contains(TCPBALANCE)) {
      found.findTcpBalance(TCPBALANCE, Protocol.TCP, launcher.toAbsolutePath());
    }
    if (wanted.contains(TCPBALANCE_DISTCC)) {
      found.findTcpBalance(TCPBALANCE_DISTCC, Protocol.DISTCC, launcher.toAbsolutePath());
    }
    return found;
  }

  List<Contender> present() {
    return List.copyOf(present);
  }

  /** Why those that are missing are missing, a line each. */
  List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  private void findHaproxy(List<String> wanted) throws IOException, InterruptedException {
    Optional<Path> binary = onPath("haproxy");
    if (binary.isEmpty()) {
      leftOut.add("haproxy: not installed (apt-get install haproxy)");
      return;
    }
    String haproxy = binary.get().toString();
    String version = firstMatch("version (\\S+)", ChildProcess.output(haproxy, "-v"));
    Contender.CommandLine command = file -> List.of(haproxy, "-db", "-f", file.toString());
    if (wanted.contains(HAPROXY)) {
      Contender.Configuration conf = (l, s) -> haproxyConf(l, s, "");
      present.add(new Contender(HAPROXY, version, conf, command, Protocol.TCP));
    }
    if (wanted.contains(HAPROXY_SPLICE)) {
      Contender.Configuration conf = (l, s) -> haproxyConf(l, s, "  option splice-auto\n");
      present.add(new Contender(HAPROXY_SPLICE, version, conf, command, Protocol.TCP));
    }
  }

  private static String haproxyConf(int listenPort, int serverPort, String option) {
    return """
    defaults
      mode tcp
      timeout connect 5s
      timeout client 180s
      timeout server 180s
    %slisten bench
      bind 127.0.0.1:%d
      balance first
      server one 127.0.0.1:%d maxconn %d
    """
        .formatted(option, listenPort, serverPort, PLENTY_OF_CONNECTIONS);
  }

  private void findNginx(Path workDir) throws IOException, InterruptedException {
    Optional<Path> binary = onPath("nginx");
    if (binary.isEmpty()) {
      leftOut.add("nginx: not installed (apt-get install nginx libnginx-mod-stream)");
      return;
    }
    String nginx = binary.get().toString();
    String about = ChildProcess.output(nginx, "-V");
    Path module = Path.of(firstMatch("--modules-path=(\\S+)", about), "ngx_stream_module.so");
    boolean dynamic = Files.exists(module);
    if (!dynamic && !Pattern.compile("--with-stream(\\s|$)").matcher(about).find()) {
      leftOut.add("nginx: no stream module (apt-get install libnginx-mod-stream)");
      return;
    }
    String load = dynamic ? "load_module " + module + ";\n" : "";
    String errorLog = workDir.resolve("nginx-error.log").toString();
    present.add(
        new Contender(
            NGINX,
            firstMatch("nginx/(\\S+)", about),
            (l, s) -> load + nginxConf(workDir, l, s),
            file -> List.of(nginx, "-e", errorLog, "-p", workDir.toString(), "-c", file.toString()),
            Protocol.TCP));
  }

  private static String nginxConf(Path workDir, int listenPort, int serverPort) {
    return """
    daemon off;
    worker_processes auto;
    pid %s/nginx.pid;
    events { worker_connections %d; }
    stream {
      server {
        listen 127.0.0.1:%d;
        proxy_buffer_size 64k;
        proxy_connect_timeout 5s;
        proxy_timeout 180s;
        proxy_pass 127.0.0.1:%d;
      }
    }
    """
        .formatted(workDir, 2 * PLENTY_OF_CONNECTIONS, listenPort, serverPort);
  }

  private void findTcpBalance(String name, Protocol protocol, Path launcher) {
    if (!Files.isExecutable(launcher)) {
      leftOut.add(name + ": no launcher at " + launcher);
      return;
    }
    present.add(
        new Contender(
            name,
            "run by " + launcher,
            (l, s) -> tcpBalanceConf(protocol, l, s),
            file -> List.of(launcher.toString(), "run", "-c", file.toString()),
            protocol));
  }

  private static String tcpBalanceConf(Protocol protocol, int listenPort, int serverPort) {
    return """
    tcpbalance {
      state-dir = ""
      admin { enabled = false }
      console { enabled = false }
      proxies {
        bench {
          listen { host = 127.0.0.1, port = %d }
          protocol = %s
          backends = [
            { name = one, host = 127.0.0.1, port = %d, max-connections = %d }
          ]
        }
      }
    }
    """
        .formatted(
            listenPort,
            protocol.name().toLowerCase(Locale.ROOT),
            serverPort,
            PLENTY_OF_CONNECTIONS);
  }

  private static Optional<Path> onPath(String name) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(":"))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static String firstMatch(String regex, String text) {
    Matcher matcher = Pattern.compile(regex).matcher(text);
    return matcher.find() ? matcher.group(1) : "unknown";
  }
}
