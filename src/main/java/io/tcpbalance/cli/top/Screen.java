package io.tcpbalance.cli.top;

import java.io.Closeable;
import java.io.IOError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jline.keymap.BindingReader;
import org.jline.keymap.KeyMap;
import org.jline.reader.EndOfFileException;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;

/** The whole window of a terminal, until it is closed; then all is as it was before. */
final class Screen implements Closeable {

  private static final Size USUAL = new Size(80, 24);

  private final Terminal terminal;
  private final Attributes before;
  private final Display display;
  private final KeyMap<Key> keys;
  private final BindingReader reader;

  private Screen(Terminal terminal) {
    this.terminal = terminal;
    before = terminal.enterRawMode();
    Attributes raw = terminal.getAttributes();
    // Ctrl-C is a key like the others; Ctrl-Z would leave the window as it is.
    raw.setLocalFlag(LocalFlag.ISIG, false);
    terminal.setAttributes(raw);
    terminal.puts(Capability.enter_ca_mode);
    terminal.puts(Capability.keypad_xmit);
    terminal.puts(Capability.cursor_invisible);
    display = new Display(terminal, true);
    keys = Key.map(terminal);
    reader = new BindingReader(terminal.reader());
  }

  /** Takes the terminal that the process has; empty if it has none that can show pictures. */
  static Optional<Screen> open() throws IOException {
    Optional<Terminal> terminal = terminal();
    if (terminal.isPresent()
        && terminal.get().getStringCapability(Capability.cursor_address) == null) {
      terminal.get().close();
      return Optional.empty();
    }
    return terminal.map(Screen::new);
  }

  /** Without native code: JLine asks stty, which is everywhere. */
  private static Optional<Terminal> terminal() {
    try {
      return Optional.of(
          TerminalBuilder.builder()
              .system(true)
              .dumb(false)
              .exec(true)
              .ffm(false)
              .jni(false)
              .jna(false)
              .jansi(false)
              .build());
    } catch (IOException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  /** Has the action run when the window's size has changed, on a thread of JLine's. */
  void onResize(Runnable action) {
    terminal.handle(Signal.WINCH, signal -> action.run());
  }

  /** Waits for a key; when the terminal has gone, that is {@link Key#QUIT}. */
  Key readKey() {
    try {
      Key key = reader.readBinding(keys);
      return key == null ? Key.QUIT : key;
    } catch (EndOfFileException | IOError e) {
      return Key.QUIT;
    }
  }

  /** The window's, or the usual one where the terminal does not tell. */
  Size size() {
    Size size = terminal.getSize();
    return size.getColumns() > 0 && size.getRows() > 0 ? size : USUAL;
  }

  /** Shows these lines, which must fit; only what has changed is sent. */
  void show(List<AttributedString> lines, Size size) {
    display.resize(size.getRows(), size.getColumns());
    // It keeps the list, and moves lines in it when the picture scrolls.
    display.update(new ArrayList<>(lines), size.cursorPos(size.getRows() - 1, 0));
  }

  /** The next picture is sent whole. */
  void clear() {
    display.clear();
  }

  @Override
  public void close() throws IOException {
    terminal.puts(Capability.cursor_visible);
    terminal.puts(Capability.keypad_local);
    terminal.puts(Capability.exit_ca_mode);
    terminal.flush();
    terminal.setAttributes(before);
    terminal.close();
  }
}
