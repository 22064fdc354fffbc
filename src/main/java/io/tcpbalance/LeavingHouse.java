package io.tcpbalance;

import io.tcpbalance.admin.SharedPort;
import io.tcpbalance.admin.http.Memory;
import io.tcpbalance.admin.http.Remembered;
import io.tcpbalance.state.State;
import io.tcpbalance.upgrade.Departure;
import java.io.IOException;
import java.nio.channels.Channel;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What of a generation that is followed is no proxy: its state directory, its interfaces and its
 * place in a cluster.
 */
record LeavingHouse(
    State state, List<SharedPort> interfaces, Memory memory, ActorRef<Guardian.Command> guardian)
    implements Departure.House {

  /** The name under which what holds the state directory is handed over. */
  static final String STATE_LOCK = "state-lock";

  @Override
  public Map<String, Channel> channels() {
    return state.lock().map(lock -> Map.of(STATE_LOCK, lock)).orElse(Map.of());
  }

  @Override
  public void disown() {
    state.disown();
    memory.endHistories();
  }

  @Override
  public void shareAddresses() throws IOException {
    for (SharedPort port : interfaces) {
      port.share(true);
    }
  }

  @Override
  public Remembered bequeath(Consumer<Remembered.News> told) {
    return memory.bequeath(told);
  }

  @Override
  public void leaveCluster() {
    guardian.tell(Guardian.LeaveCluster.INSTANCE);
  }
}
