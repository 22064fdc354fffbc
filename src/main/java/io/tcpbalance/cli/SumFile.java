package io.tcpbalance.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** SHA-256 sums as {@code sha256sum} writes them. */
final class SumFile {

  private static final long LONGEST_BYTES = 1 << 20;

  /** The digits, a blank, a blank or an asterisk, and the file's path. */
  private static final Pattern LINE = Pattern.compile("([0-9a-fA-F]{64}) [ *](?:.*/)?([^/]+)");

  private SumFile() {}

  /**
   * The sums of the jars that it names, by file name.
   *
   * @throws Failure if it cannot be read, or holds something else
   */
  static Map<String, String> ofJars(Path file) throws Failure {
    Map<String, String> sums = new TreeMap<>();
    for (String line : text(file).lines().filter(l -> !l.isBlank()).toList()) {
      Matcher sum = LINE.matcher(line);
      if (!sum.matches()) {
        throw misuse(file, "has a line that sha256sum would not write: " + line);
      }
      String digits = sum.group(1).toLowerCase(Locale.ROOT);
      String name = sum.group(2);
      if (name.endsWith(".jar") && !digits.equals(sums.getOrDefault(name, digits))) {
        throw misuse(file, "has two different sums for " + name);
      }
      if (name.endsWith(".jar")) {
        sums.put(name, digits);
      }
    }
    return sums;
  }

  private static String text(Path file) throws Failure {
    try {
      if (Files.size(file) > LONGEST_BYTES) {
        throw misuse(file, "is too long for a list of sums");
      }
      return Files.readString(file);
    } catch (MalformedInputException e) {
      throw misuse(file, "is no text");
    } catch (IOException e) {
      throw misuse(file, "cannot be read: " + e);
    }
  }

  private static Failure misuse(Path file, String problem) {
    return new Failure(ExitCode.USAGE, file + " " + problem + "; nothing was asked for");
  }
}
