package io.tcpbalance.admin.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.admin.ProxyView;
import io.tcpbalance.admin.ProxyView.JobsView;
import io.tcpbalance.admin.RefusalsView;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReplaysTest {

  private final Replays replays = new Replays();

  @Test
  void tellsOnceOfWhatHasHappenedSinceTheProxyWasFirstSeen() {
    replays.see(farm("broke-off", 3L, "timed-out", 1L));
    replays.see(farm("broke-off", 4L, "timed-out", 1L));

    LiveProxy now = farm("broke-off", 5L, "timed-out", 1L);

    assertEquals(Map.of("broke-off", 2L), replays.news(now));
    assertEquals(Map.of(), replays.news(now));
  }

  @Test
  void countsAProxyThatBeginsAnewFromItsBeginning() {
    replays.see(farm("broke-off", 9L, "timed-out", 0L));

    assertEquals(Map.of(), replays.news(farm("broke-off", 1L, "timed-out", 0L)));
    assertEquals(
        Map.of("broke-off", 1L, "timed-out", 2L),
        replays.news(farm("broke-off", 2L, "timed-out", 2L)));
  }

  @Test
  void whatHappensWhileNobodyLooksIsOld() {
    replays.see(farm("broke-off", 1L, "timed-out", 0L));
    replays.forget();

    assertEquals(Map.of(), replays.news(farm("broke-off", 5L, "timed-out", 0L)));
  }

  @Test
  void aProxyWithoutJobsHasNone() {
    LiveProxy plain = proxy(null);
    replays.see(plain);

    assertEquals(Map.of(), replays.news(plain));
  }

  private static LiveProxy farm(String reason, long count, String other, long otherCount) {
    return proxy(new JobsView(Map.of(), Map.of(reason, count, other, otherCount)));
  }

  private static LiveProxy proxy(@Nullable JobsView jobs) {
    ProxyView view =
        new ProxyView(
            "farm",
            "127.0.0.1:1",
            "distcc",
            true,
            null,
            0,
            "then",
            1,
            1,
            1,
            1,
            null,
            null,
            new RefusalsView(0, 0, 0, 0, 0, 0, 0, 0),
            jobs,
            List.of(),
            List.of());
    return new LiveProxy(view, true, List.of(), List.of());
  }
}
