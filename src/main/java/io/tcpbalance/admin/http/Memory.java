package io.tcpbalance.admin.http;

import io.tcpbalance.admin.access.Access;
import io.tcpbalance.admin.access.KnownLogin;
import io.tcpbalance.admin.access.Visitors;
import io.tcpbalance.admin.live.LiveFeed;
import io.tcpbalance.admin.live.Notice;
import io.tcpbalance.state.OperatorRecords;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * What the interfaces know of the past: the charts' samples, the latest notices, how much operators
 * did, and who is logged in. Outlives the actors, and passes on to other code. Any thread may call.
 */
public final class Memory {

  final Access access;
  final OperatorRecords records;
  final Histories histories;
  final LiveFeed.Estate live = new LiveFeed.Estate();

  /**
   * An empty one.
   *
   * @param access who is let in; the same for all interfaces
   * @param records where changes are reported before they are answered; the same for all, too
   */
  public Memory(Access access, OperatorRecords records, InstantSource wallClock) {
    this.access = access;
    this.records = records;
    histories = new Histories(wallClock, System::nanoTime);
  }

  /** The proxies' clients are other code's from now on; these are asked for a moment more. */
  public void endHistories() {
    histories.end();
  }

  /**
   * All that is known, for interfaces that follow these.
   *
   * @param told what else happens at these; must not block
   */
  public Remembered bequeath(Consumer<Remembered.News> told) {
    Visitors visitors =
        access.bequeath(
            new Visitors.Heir() {
              @Override
              public void loggedIn(KnownLogin login) {
                told.accept(new Remembered.LoggedIn(login));
              }

              @Override
              public void loggedOut(String key) {
                told.accept(new Remembered.LoggedOut(key));
              }
            });
    return new Remembered(
        histories.all(),
        live.bequeath(notice -> tellIfDone(notice, told)),
        records.counts(),
        visitors);
  }

  /** What happens to the proxies and the actors the others see for themselves. */
  private static void tellIfDone(Notice notice, Consumer<Remembered.News> told) {
    if (notice.byOperator()) {
      told.accept(new Remembered.Noticed(notice));
    }
  }

  /** Goes on where others ended. To be called before anybody is served. */
  public void inherit(Remembered before) {
    histories.inherit(before.histories());
    before.notices().forEach(live::hear);
    records.inherit(before.changes());
    access.inherit(before.visitors());
  }

  /** Learns what has happened at those whose memory this one has inherited. */
  public void hear(Remembered.News news) {
    if (news instanceof Remembered.Noticed m) {
      live.hear(m.notice());
    } else if (news instanceof Remembered.LoggedIn m) {
      access.loggedIn(m.login());
    } else if (news instanceof Remembered.LoggedOut m) {
      access.loggedOut(m.key());
    } else {
      throw new IllegalArgumentException(news.toString());
    }
  }
}
