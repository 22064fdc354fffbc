package io.tcpbalance.balancer;

import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** Whoever is told of the back-ends, if there is somebody. Outlives the balancer's lives. */
final class Watcher {

  private @Nullable ActorRef<Balancer.WatcherMessage> ref;

  void becomes(ActorRef<Balancer.WatcherMessage> newWatcher) {
    ref = newWatcher;
  }

  void tell(Balancer.WatcherMessage news) {
    if (ref != null) {
      ref.tell(news);
    }
  }
}
