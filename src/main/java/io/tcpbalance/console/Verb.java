package io.tcpbalance.console;

import java.util.concurrent.CompletionStage;

/**
 * Something that can be said.
 *
 * @param usage its name and what follows
 * @param what it does, in a few words
 * @param action what it does
 */
record Verb(String usage, String what, Action action) {

  /** Does it for the one who said it. Wrong words are a {@link Misuse}. */
  interface Action {
    CompletionStage<Answer> perform(Operator operator, Words words);
  }

  String name() {
    int blank = usage.indexOf(' ');
    return blank < 0 ? usage : usage.substring(0, blank);
  }
}
