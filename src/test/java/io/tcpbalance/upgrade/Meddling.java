package io.tcpbalance.upgrade;

import io.tcpbalance.bootstrap.Successor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Successors that do as they should, but for one step. */
final class Meddling {

  /** What happens beside. */
  @FunctionalInterface
  interface Deed {
    void run() throws Exception;
  }

  private Meddling() {}

  /** Something happens before this step, which does not come if that throws. */
  static Successor before(Successor real, String step, Deed deed) {
    return with(real, step, deed, () -> {});
  }

  /** Something happens when this step is done. */
  static Successor after(Successor real, String step, Deed deed) {
    return with(real, step, () -> {}, deed);
  }

  private static Successor with(Successor real, String step, Deed first, Deed last) {
    return (Successor)
        Proxy.newProxyInstance(
            Meddling.class.getClassLoader(),
            new Class<?>[] {Successor.class},
            (self, called, arguments) -> {
              if (!called.getName().equals(step)) {
                return called.invoke(real, arguments);
              }
              first.run();
              try {
                Object result = called.invoke(real, arguments);
                last.run();
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
