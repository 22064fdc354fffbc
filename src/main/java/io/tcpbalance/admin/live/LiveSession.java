package io.tcpbalance.admin.live;

import io.tcpbalance.admin.Texts;
import io.tcpbalance.distcc.Printable;
import io.tcpbalance.proxy.JobDescription;
import io.tcpbalance.proxy.SessionStatus;
import org.jspecify.annotations.Nullable;

/**
 * A session that has a slot, in JSON.
 *
 * @param since when it got the slot
 * @param compiler of a job, cut if it is very long
 * @param file likewise
 */
record LiveSession(
    long session,
    String client,
    String phase,
    String since,
    int attempts,
    @Nullable String compiler,
    @Nullable String file) {

  private static final int LONGEST_TEXT = 256;

  static LiveSession of(SessionStatus s) {
    return new LiveSession(
        s.id(),
        Texts.address(s.client()),
        Texts.word(s.phase()),
        Texts.time(s.since()),
        s.attempts(),
        compiler(s),
        file(s));
  }

  static @Nullable String compiler(SessionStatus s) {
    return s.job().map(JobDescription::compiler).map(LiveSession::shown).orElse(null);
  }

  static @Nullable String file(SessionStatus s) {
    return s.job().map(JobDescription::inputFile).map(LiveSession::shown).orElse(null);
  }

  private static String shown(String text) {
    return Printable.cut(text, LONGEST_TEXT);
  }
}
