package io.tcpbalance.balancer;

/** Where in the list, fastest first, a back-end stands. */
public sealed interface Placement {

  /** For a person to read. */
  String words();

  /** Before all others. */
  record First() implements Placement {
    @Override
    public String words() {
      return "first";
    }
  }

  /** After all others. */
  record Last() implements Placement {
    @Override
    public String words() {
      return "last";
    }
  }

  /** Right after the named one. */
  record After(String name) implements Placement {
    @Override
    public String words() {
      return "after " + name;
    }
  }
}
