package io.tcpbalance.bootstrap;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;
import java.util.Map;

/**
 * Makes the JDK forget a generation's records: what generates their methods keeps, up to Java 20 at
 * least, the types that it was used for last, and with them their class loader.
 */
final class Records {

  private record Blank(Blank itself) {}

  private static final Map<String, MethodType> METHODS =
      Map.of(
          "equals", methodType(boolean.class, Blank.class, Object.class),
          "hashCode", methodType(int.class, Blank.class),
          "toString", methodType(String.class, Blank.class));

  private Records() {}

  /** The types used last are from now on those of a record of ours. */
  static void forgetLast() {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    METHODS.forEach((name, type) -> generate(lookup, name, type));
  }

  @SuppressWarnings("CatchingUnchecked") // It declares Throwable.
  private static void generate(MethodHandles.Lookup lookup, String name, MethodType type) {
    try {
      MethodHandle itself = lookup.findVirtual(Blank.class, "itself", methodType(Blank.class));
      Object unused = ObjectMethods.bootstrap(lookup, name, type, Blank.class, "itself", itself);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
