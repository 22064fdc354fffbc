package io.tcpbalance.cli.top;

import static org.jline.keymap.KeyMap.ctrl;
import static org.jline.keymap.KeyMap.key;

import org.jline.keymap.KeyMap;
import org.jline.terminal.Terminal;
import org.jline.utils.InfoCmp.Capability;

/** What a key of the live view does. */
enum Key {
  QUIT,
  LINE_UP,
  LINE_DOWN,
  PAGE_UP,
  PAGE_DOWN,
  TOP,
  BOTTOM,
  NEXT_PROXY,
  PREVIOUS_PROXY,
  REFRESH,
  NOTHING;

  /** What this terminal sends for each. */
  static KeyMap<Key> map(Terminal terminal) {
    KeyMap<Key> keys = new KeyMap<>();
    keys.bind(QUIT, "q", "Q", ctrl('C'), ctrl('D'));
    keys.bind(LINE_UP, "k", key(terminal, Capability.key_up), "\033[A");
    keys.bind(LINE_DOWN, "j", key(terminal, Capability.key_down), "\033[B");
    keys.bind(PAGE_UP, key(terminal, Capability.key_ppage), "\033[5~");
    keys.bind(PAGE_DOWN, key(terminal, Capability.key_npage), "\033[6~");
    keys.bind(TOP, "g", key(terminal, Capability.key_home), "\033[H");
    keys.bind(BOTTOM, "G", key(terminal, Capability.key_end), "\033[F");
    keys.bind(NEXT_PROXY, "n", "N");
    keys.bind(PREVIOUS_PROXY, "p", "P");
    keys.bind(REFRESH, " ");
    keys.setNomatch(NOTHING);
    keys.setUnicode(NOTHING);
    return keys;
  }
}
