package io.tcpbalance.bootstrap;

/**
 * The program, in one version of its code; found by {@link java.util.ServiceLoader}. Used for one
 * run.
 */
public interface Generation {

  /**
   * Does what the command line says, and returns when that is done: a daemon, when it has stopped
   * and nothing that it started is left.
   *
   * @return the exit code of the process
   */
  int run(String[] arguments, Ground ground);
}
