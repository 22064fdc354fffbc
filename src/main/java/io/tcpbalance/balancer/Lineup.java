package io.tcpbalance.balancer;

import io.tcpbalance.config.BackendSettings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the back-ends of a table those of a new configuration, in its order.
 *
 * <p>Who is not wanted any more is to be removed once unused. A back-end is its name and its
 * address: one that leads elsewhere from now on is another one, and the old one is <em>retired</em>
 * under a name that nobody can give, until its last session has ended. One that is wanted again
 * while it is still in use is taken back, so that the limit of a host holds whatever happens.
 */
final class Lineup {

  private final BackendTable table;

  Lineup(BackendTable table) {
    this.table = table;
  }

  /**
   * Changes facts and order only: for each back-end {@link BackendTable#reindex} and all that
   * follows from the facts are left to the caller.
   *
   * @param wanted fastest first, their names unique
   * @return those that were to be removed and are wanted again
   */
  List<Backend> become(List<BackendSettings> wanted) {
    List<Backend> takenBack = new ArrayList<>();
    Set<Backend> order = new LinkedHashSet<>();
    for (BackendSettings settings : wanted) {
      Backend backend = find(table, settings.name(), settings.host(), settings.port());
      if (backend == null || !backend.name.equals(settings.name())) {
        retire(table.find(settings.name()));
      }
      if (backend == null) {
        backend = new Backend(Roster.unused(settings));
        table.insert(backend, new Placement.Last());
      } else if (backend.removing) {
        table.rename(backend, settings.name());
        backend.removing = false;
        backend.evicting = false;
        takenBack.add(backend);
      }
      backend.limit = settings.maxConnections();
      backend.statsPort = settings.statsPort();
      backend.state = settings.state();
      table.setCompilers(backend, settings.compilers());
      order.add(backend);
    }
    for (Backend other : table.all()) {
      other.removing |= !order.contains(other);
    }
    order.addAll(table.all());
    table.reorder(order);
    return takenBack;
  }

  private void retire(@Nullable Backend backend) {
    if (backend != null) {
      backend.removing = true;
      table.rename(backend, retiredName(backend.name, backend.host, backend.port));
    }
  }

  /** The back-end of that name at that address, retired or not; null if there is none. */
  static @Nullable Backend find(BackendTable table, String name, String host, int port) {
    Backend backend = table.find(name);
    boolean isThere = backend != null && backend.host.equals(host) && backend.port == port;
    return isThere ? backend : table.find(retiredName(name, host, port));
  }

  /** With a character that no name may have. */
  static String retiredName(String name, String host, int port) {
    return name + "@" + host + ":" + port;
  }
}
