package io.tcpbalance.proxy;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.actor.typed.ActorRef;

/** Where the actor of a session stands in the tree. */
public final class SessionPath {

  private static final String PARENT = "sessions";
  private static final String PREFIX = "session-";
  private static final Pattern BELOW_PROXY =
      Pattern.compile("/" + PARENT + "/" + PREFIX + "([1-9][0-9]{0,17})");

  private SessionPath() {}

  /** The path of a session of this proxy. */
  public static String of(ActorRef<ProxySupervisor.Command> proxy, long id) {
    return proxy.path().toStringWithoutAddress() + "/" + PARENT + "/" + name(id);
  }

  /** The session's number, if the path is one of a session of this proxy, alive or not. */
  public static OptionalLong id(ActorRef<ProxySupervisor.Command> proxy, String path) {
    String base = proxy.path().toStringWithoutAddress();
    if (!path.startsWith(base)) {
      return OptionalLong.empty();
    }
    Matcher matcher = BELOW_PROXY.matcher(path.substring(base.length()));
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  static String parentName() {
    return PARENT;
  }

  /** The number of the session whose actor this is. */
  static long id(ActorRef<?> session) {
    return Long.parseLong(session.path().name().substring(PREFIX.length()));
  }

  static String name(long id) {
    return PREFIX + id;
  }
}
