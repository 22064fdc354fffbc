package io.tcpbalance.testing;

import io.tcpbalance.bootstrap.Alone;
import java.util.function.IntConsumer;

/** The ground of a generation that is the only one, and hears no signals. */
public final class LoneGround extends Alone {

  @Override
  public void onSignal(String name, IntConsumer action) {}
}
