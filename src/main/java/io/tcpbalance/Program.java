package io.tcpbalance;

import io.tcpbalance.bootstrap.Generation;
import io.tcpbalance.bootstrap.Ground;

/** The way in from the process's entry. */
public final class Program implements Generation {

  @Override
  public int run(String[] arguments, Ground ground) {
    return Main.commandLine(ground).execute(arguments);
  }
}
