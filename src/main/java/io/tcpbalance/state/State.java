package io.tcpbalance.state;

import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.state.PoolMerge.Merged;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.Behavior;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state directory of a running daemon, or none. Opened before anything is bound, and closed
 * after the actor system has ended.
 */
public final class State implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(State.class);

  /** So that the log of a start stays readable. */
  private static final int MOST_CHANGES_TOLD = 20;

  private record Kept(DirectoryLock lock, StateFile file) {}

  private final Optional<Kept> kept;
  private final AuditTrail audit;

  private State(Optional<Kept> kept, AuditTrail audit) {
    this.kept = kept;
    this.audit = audit;
  }

  /** Nothing survives a restart; operators' changes are told in the log. */
  public static State off() {
    return new State(Optional.empty(), AuditTrail.inLogOnly());
  }

  /**
   * Takes a directory and reads what is in it. One that cannot be written is told of, and tried
   * again with each change: clients are to be served all the same.
   *
   * @throws StateInUseException if it belongs to another daemon
   */
  public static State open(Path directory, InstantSource wallClock) throws StateInUseException {
    DirectoryLock lock = new DirectoryLock(directory);
    try {
      lock.take();
    } catch (IOException e) {
      LOG.error(
          "state-dir {} cannot be used, what operators change will not survive a restart: {}",
          directory,
          StateFile.reason(e));
    }
    StateFile file = StateFile.load(directory, lock, wallClock);
    return new State(Optional.of(new Kept(lock, file)), AuditTrail.in(directory, wallClock));
  }

  /**
   * The state of a generation that follows another, which holds the directory: nothing can be
   * written before {@link #inherit}.
   */
  public static State following(Path directory, InstantSource wallClock) {
    DirectoryLock lock = new DirectoryLock(directory);
    StateFile file = StateFile.load(directory, lock, wallClock);
    return new State(Optional.of(new Kept(lock, file)), AuditTrail.in(directory, wallClock));
  }

  /** What holds the directory, if anything does. */
  public Optional<Channel> lock() {
    return kept.flatMap(k -> k.lock().channel());
  }

  /** The directory is held by that from now on, here. */
  public void inherit(Channel lock) {
    kept.ifPresent(k -> k.lock().inherit((FileChannel) lock));
  }

  /** What holds the directory is another generation's: it is not given up when this is closed. */
  public void disown() {
    kept.ifPresent(k -> k.lock().disown());
  }

  /** The pool of a proxy as it is configured, with what operators changed of it. */
  public List<BackendSettings> restored(String proxy, List<BackendSettings> configured) {
    PoolChanges changes = kept.map(k -> k.file().recorded().of(proxy)).orElse(PoolChanges.NONE);
    Merged merged = PoolMerge.merge(configured, changes);
    for (String sentence : merged.overruled()) {
      LOG.warn("proxy {}: the configuration has changed and wins: {}", proxy, sentence);
    }
    List<String> held = PoolChanges.between(configured, merged.backends()).words();
    held.stream()
        .limit(MOST_CHANGES_TOLD)
        .forEach(words -> LOG.info("proxy {}: as an operator left it: {}", proxy, words));
    if (held.size() > MOST_CHANGES_TOLD) {
      LOG.info("proxy {}: and {} changes more", proxy, held.size() - MOST_CHANGES_TOLD);
    }
    return merged.backends();
  }

  /** The actor that writes, if anything is kept; not yet supervised. */
  public Optional<Behavior<StateRecorder.Command>> recorder() {
    return kept.map(k -> StateRecorder.create(k.file()));
  }

  public AuditTrail audit() {
    return audit;
  }

  @Override
  public void close() {
    audit.close();
    kept.ifPresent(k -> k.lock().close());
  }
}
