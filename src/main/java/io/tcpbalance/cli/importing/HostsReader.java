package io.tcpbalance.cli.importing;

import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.HostList;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads distcc's host lists: {@code DISTCC_HOSTS}, and its hosts files. See distcc(1). */
final class HostsReader {

  private static final int DISTCC_PORT = 3632;

  private final List<Pool.Host> hosts = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private HostsReader() {}

  static Pool read(String text) {
    HostsReader reader = new HostsReader();
    List<HostList.Word> words = HostList.words(text);
    long lines = text.chars().filter(c -> c == '\n').count();
    for (HostList.Word word : words) {
      reader.read(word.text(), lines - word.linesBelow() + 1);
    }
    List<Pool.Host> named = Pool.named(reader.hosts, BackendSettings.MAX_CONNECTIONS, reader.notes);
    return new Pool(
        OptionalInt.of(DISTCC_PORT),
        OptionalLong.empty(),
        OptionalLong.empty(),
        named,
        reader.notes);
  }

  private void read(String word, long line) {
    String shown = "line " + line + ": '" + word + "' ";
    if (isLocal(word)) {
      notes.add(
          shown
              + "is left out: jobs of the client's own machine do not pass a proxy; keep it in"
              + " the clients' DISTCC_HOSTS");
      return;
    }
    try {
      HostList.Entry entry = HostList.parse(word);
      int port = entry.port() == 0 ? DISTCC_PORT : entry.port();
      if (!BackendSettings.isHost(entry.host()) || !BackendSettings.isName(entry.host())) {
        notes.add(shown + "is left out: '" + entry.host() + "' is no address or name of a host");
        return;
      }
      if (entry.limit().fixed().isEmpty()) {
        notes.add(shown + "is left out: distcc knows no such limit; write it into our own file");
        return;
      }
      int slots = entry.limit().fixed().getAsInt();
      hosts.add(new Pool.Host(entry.host(), entry.host(), port, slots, true));
      if (!entry.options().isEmpty()) {
        notes.add(
            shown
                + "has options, which are the clients' business: write ,"
                + String.join(",", entry.options())
                + " behind the proxy in their DISTCC_HOSTS");
      }
    } catch (IllegalArgumentException e) {
      notes.add(shown + "is left out: it " + e.getMessage());
    }
  }

  /** distcc runs these compilers itself; 127.0.0.1 it reaches over TCP as any other. */
  private static boolean isLocal(String word) {
    return word.equals("localhost")
        || word.startsWith("localhost/")
        || word.startsWith("localhost,")
        || word.startsWith("--localslots");
  }
}
