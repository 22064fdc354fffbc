package io.tcpbalance.cli.importing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes a configuration of what others call one. */
public final class Importer {

  /** A port that the original listens to if it is not told. */
  private static final int DEFAULT_PORT = 3632;

  private static final Pattern BLANKS_AND_COMMENTS = Pattern.compile("\\s+|%[^\n]*");

  private Importer() {}

  /**
   * What came of it.
   *
   * @param hocon fit for use
   * @param hosts how many back-ends are in it
   * @param notes what could not be carried over, a sentence each
   */
  public record Imported(String hocon, int hosts, List<String> notes) {
    public Imported {
      notes = List.copyOf(notes);
    }
  }

  /**
   * Reads either kind, which it finds out itself.
   *
   * @param source what to call it, in the comment at the head
   * @param name of the proxy; else it is called as its protocol
   * @param distcc whether its protocol is distcc; else the ports tell
   * @throws ImportException if it is neither
   */
  public static Imported read(
      String text, String source, Optional<String> name, Optional<Boolean> distcc)
      throws ImportException {
    boolean isErlang = isErlang(text);
    Pool pool = isErlang ? ErlangReader.read(text) : HostsReader.read(text);
    if (isErlang && pool.listenPort().isEmpty()) {
      pool = pool.withListenPort(DEFAULT_PORT);
    }
    boolean isDistcc = distcc.orElse(pool.isDistcc());
    List<String> notes = new ArrayList<>(pool.notes());
    if (pool.hosts().isEmpty()) {
      notes.add("no host is left: clients would wait until one is added");
    }
    if (isErlang && isDistcc) {
      notes.add(
          "protocol = distcc is taken by the ports; clients from public addresses are refused"
              + " unless 'allow' names them, and jobs.job-timeout bounds a compile");
    }
    String hocon = Hocon.of(pool, source, name.orElse(isDistcc ? "distcc" : "tcp"), isDistcc);
    return new Imported(hocon, pool.hosts().size(), notes);
  }

  /** A list of tuples: no host list begins so, but for an address in brackets. */
  private static boolean isErlang(String text) {
    String bare = BLANKS_AND_COMMENTS.matcher(text).replaceAll("");
    return bare.startsWith("[{") || bare.startsWith("[]") || bare.startsWith("{");
  }
}
