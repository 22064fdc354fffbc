package io.tcpbalance.bootstrap;

import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * The signals of the operating system. A shutdown hook would not do: the JVM ends with 143 after
 * it, and a second signal does nothing while it runs.
 *
 * <p>By reflection, since javac's warning on {@code sun.misc.Signal} (which every JDK has, in
 * jdk.unsupported) cannot be suppressed.
 */
public final class Signals {

  private Signals() {}

  /**
   * Has the action run, with the signal's number, whenever it comes; instead of the one before.
   *
   * @param name without SIG
   */
  public static void on(String name, IntConsumer action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object adapter =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.accept((int) signal.getMethod("getNumber").invoke(arguments[0]));
                }
                return null;
              });
      Object wanted = signal.getConstructor(String.class).newInstance(name);
      signal.getMethod("handle", signal, handler).invoke(null, wanted, adapter);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("signal " + name + " cannot be handled", e);
    }
  }
}
