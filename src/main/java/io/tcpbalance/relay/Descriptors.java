package io.tcpbalance.relay;

import java.io.IOException;

/** Tells the one I/O error that is nobody's fault but ours: no file descriptor was left. */
final class Descriptors {

  private Descriptors() {}

  /** Whether it is EMFILE or ENFILE, which the JDK reports only by the C library's text. */
  static boolean exhausted(IOException e) {
    String message = e.getMessage();
    return message != null && message.contains("oo many open files");
  }
}
