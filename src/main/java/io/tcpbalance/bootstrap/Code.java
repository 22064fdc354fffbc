package io.tcpbalance.bootstrap;

import java.nio.file.Path;
import java.util.List;

/**
 * Code that is asked for.
 *
 * @param jars files, in the order in which classes are looked for in them
 * @param sha256 of each jar, as 64 hexadecimal digits in lower case; none at all: it is not checked
 * @param workDirectory where a copy is made of them, which stays for as long as the code runs
 */
public record Code(List<Path> jars, List<String> sha256, Path workDirectory) {

  public Code {
    jars = List.copyOf(jars);
    sha256 = List.copyOf(sha256);
    if (!sha256.isEmpty() && sha256.size() != jars.size()) {
      throw new IllegalArgumentException("there must be a sum for each jar, or none");
    }
  }
}
