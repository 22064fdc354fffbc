package io.tcpbalance.admin.access;

import io.tcpbalance.config.Role;
import java.util.Optional;

/**
 * Who somebody is, as far as that is known.
 *
 * @param name of his token; none where no token is needed
 * @param role what he may do
 */
public record Identity(Optional<String> name, Role role) {

  /** Whoever comes where no token is needed. */
  public static final Identity ANYBODY = new Identity(Optional.empty(), Role.OPERATE);

  public boolean mayOperate() {
    return role == Role.OPERATE;
  }
}
