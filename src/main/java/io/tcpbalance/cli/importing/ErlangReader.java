package io.tcpbalance.cli.importing;

import io.tcpbalance.config.BackendSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Reads a {@code .config} of the original TCPBalance. Made for one text, used once. */
final class ErlangReader {

  private static final int HOST = 1;
  private static final int PORT = 2;
  private static final int STATUS = 3;
  private static final int MAX = 4;

  private static final Duration LONGEST_CONNECT = Duration.ofMinutes(10);
  private static final Duration LONGEST_IDLE = Duration.ofDays(30);

  private final List<String> notes = new ArrayList<>();
  private final List<Pool.Host> hosts = new ArrayList<>();
  private OptionalInt listenPort = OptionalInt.empty();
  private OptionalLong connectTimeoutMs = OptionalLong.empty();
  private OptionalLong idleTimeoutMs = OptionalLong.empty();

  private ErlangReader() {}

  static Pool read(String text) throws ImportException {
    ErlangReader reader = new ErlangReader();
    reader.readFile(TermParser.parse(text));
    List<Pool.Host> named = Pool.named(reader.hosts, BackendSettings.MAX_CONNECTIONS, reader.notes);
    return new Pool(
        reader.listenPort, reader.connectTimeoutMs, reader.idleTimeoutMs, named, reader.notes);
  }

  private void readFile(Term file) throws ImportException {
    if (!(file instanceof Term.Sequence applications)) {
      throw new ImportException(file.at() + ": a list of {Application, Settings} is expected");
    }
    boolean found = false;
    for (Term application : applications.elements()) {
      if (application instanceof Term.Tuple tuple
          && tuple.isTagged("balance")
          && tuple.elements().size() == 2
          && tuple.elements().get(1) instanceof Term.Sequence settings) {
        settings.elements().forEach(this::readSetting);
        found = true;
      } else {
        note(application, "is not TCPBalance's own: left out");
      }
    }
    if (!found) {
      throw new ImportException(
          file.at() + ": there is no {balance, [...]} in it, so it is not TCPBalance's");
    }
  }

  private void readSetting(Term setting) {
    if (!(setting instanceof Term.Tuple pair)
        || pair.elements().size() != 2
        || !(pair.elements().get(0) instanceof Term.Atom key)) {
      note(setting, "is no {Key, Value}: left out");
      return;
    }
    Term value = pair.elements().get(1);
    switch (key.name()) {
      case "local_tcp_port" -> {
        long port = number(value, 1, BackendSettings.MAX_PORT);
        listenPort = port > 0 ? OptionalInt.of((int) port) : OptionalInt.empty();
      }
      case "be_conn_timeout" -> connectTimeoutMs = timeout(value, LONGEST_CONNECT);
      case "be_inactivity_timeout" -> idleTimeoutMs = timeout(value, LONGEST_IDLE);
      case "initial_be_list" -> readHosts(value);
      default -> note(setting, "has no counterpart here: left out");
    }
  }

  private void readHosts(Term list) {
    if (list instanceof Term.Sequence sequence) {
      sequence.elements().forEach(this::readHost);
    } else {
      note(list, "is no list of back-ends: left out");
    }
  }

  private void readHost(Term term) {
    if (!(term instanceof Term.Tuple be) || !be.isTagged("be") || be.elements().size() <= MAX) {
      note(term, "is no {be, Host, Port, up|down, MaxConn, ...}: left out");
      return;
    }
    String host = host(be.elements().get(HOST));
    if (!BackendSettings.isHost(host) || !BackendSettings.isName(host)) {
      note(be.elements().get(HOST), "is no address or name of a host: left out");
      return;
    }
    long port = number(be.elements().get(PORT), 1, BackendSettings.MAX_PORT);
    long max = number(be.elements().get(MAX), 1, BackendSettings.MAX_CONNECTIONS);
    if (port > 0 && max > 0) {
      boolean isDown =
          be.elements().get(STATUS) instanceof Term.Atom status && status.name().equals("down");
      hosts.add(new Pool.Host(host, host, (int) port, (int) max, !isDown));
    }
  }

  /** A text, an atom, or an address as a tuple of its numbers; empty if it is none of them. */
  private static String host(Term term) {
    if (term instanceof Term.Text text) {
      return text.value();
    }
    if (term instanceof Term.Atom atom) {
      return atom.name();
    }
    if (term instanceof Term.Tuple address) {
      boolean isV6 = address.elements().size() == 8;
      return address.elements().stream()
          .map(part -> part instanceof Term.Whole w ? digits(w.value(), isV6) : "?")
          .collect(Collectors.joining(isV6 ? ":" : "."));
    }
    return "";
  }

  private static String digits(long part, boolean isV6) {
    return isV6 ? Long.toHexString(part) : Long.toString(part);
  }

  private OptionalLong timeout(Term value, Duration longest) {
    long ms = number(value, 1, longest.toMillis());
    return ms > 0 ? OptionalLong.of(ms) : OptionalLong.empty();
  }

  /** 0, with a note, if it is none within the range. */
  private long number(Term value, long min, long max) {
    if (value instanceof Term.Whole whole && whole.value() >= min && whole.value() <= max) {
      return whole.value();
    }
    note(value, "must be a whole number from " + min + " to " + max + ": left out");
    return 0;
  }

  private void note(Term term, String what) {
    notes.add(term.at() + ": " + Words.of(term) + " " + what);
  }
}
