package io.tcpbalance.bootstrap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One generation's jars as they were when they were read, once: what was checked is what is loaded,
 * and whoever writes over an installation takes no code away from under a generation that runs.
 * They lie in a directory that only this user may use, and go with {@link #close}.
 */
public final class CodeCopy implements AutoCloseable {

  static final int MOST_JARS = 256;
  static final long MOST_BYTES = 1L << 30;

  private static final String PREFIX = "tcpbalance-code-";

  /** The number of its process comes first. */
  private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9]{1,18})-.*");

  private static final int BUFFER_BYTES = 1 << 16;

  private final @Nullable Path directory;
  private final List<Path> jars = new ArrayList<>();
  private final List<String> sha256 = new ArrayList<>();
  private long bytesLeft = MOST_BYTES;

  private CodeCopy(@Nullable Path directory) {
    this.directory = directory;
  }

  /** No copy, but the jars themselves: those that the process was started with. */
  static CodeCopy none(List<Path> jars) {
    CodeCopy none = new CodeCopy(null);
    none.jars.addAll(jars);
    return none;
  }

  /**
   * Reads and checks them.
   *
   * @throws BadCodeException if one cannot be read, or is not what was asked for; nothing stays
   */
  static CodeCopy of(Code code) throws BadCodeException {
    if (code.jars().size() > MOST_JARS) {
      throw new BadCodeException(code.jars().size() + " jars are more than " + MOST_JARS);
    }
    Path directory = privateDirectory(code.workDirectory());
    CodeCopy copy = new CodeCopy(directory);
    boolean whole = false;
    try {
      for (int i = 0; i < code.jars().size(); i++) {
        Path jar = code.jars().get(i);
        copy.take(jar, directory.resolve(i + "-" + jar.getFileName()));
        copy.check(jar, code.sha256());
      }
      whole = true;
    } finally {
      if (!whole) {
        copy.close();
      }
    }
    return copy;
  }

  private static Path privateDirectory(Path parent) throws BadCodeException {
    try {
      return Files.createTempDirectory(parent, prefix(ProcessHandle.current().pid()));
    } catch (IOException e) {
      throw new BadCodeException("the code cannot be copied to " + parent + ": " + e);
    }
  }

  private void take(Path jar, Path to) throws BadCodeException {
    if (!Files.isRegularFile(jar)) {
      throw new BadCodeException(jar + " is no file");
    }
    jars.add(to);
    MessageDigest digest = newSha256();
    try (InputStream in = Files.newInputStream(jar);
        OutputStream out = Files.newOutputStream(to, StandardOpenOption.CREATE_NEW)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        bytesLeft -= count;
        if (bytesLeft < 0) {
          throw new BadCodeException("the jars are larger than " + (MOST_BYTES >> 20) + " MiB");
        }
        digest.update(buffer, 0, count);
        out.write(buffer, 0, count);
      }
    } catch (IOException e) {
      throw new BadCodeException(jar + " cannot be copied: " + e);
    }
    sha256.add(HexFormat.of().formatHex(digest.digest()));
  }

  private void check(Path jar, List<String> expected) throws BadCodeException {
    int last = sha256.size() - 1;
    if (!expected.isEmpty() && !expected.get(last).equals(sha256.get(last))) {
      throw new BadCodeException(
          "%s is not the one that is asked for: its SHA-256 is %s, and should be %s"
              .formatted(jar, sha256.get(last), expected.get(last)));
    }
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }

  List<Path> jars() {
    return List.copyOf(jars);
  }

  /** Of each jar; none, if they are no copies. */
  List<String> sha256() {
    return List.copyOf(sha256);
  }

  /** What cannot be removed goes with {@link #removeLeftBehind}. */
  @Override
  public void close() {
    if (directory != null) {
      removeIfPossible(directory);
    }
  }

  private static String prefix(long pid) {
    return PREFIX + pid + "-";
  }

  /**
   * Removes what processes that were killed have left. Where anybody may write, such as in the
   * directory for temporary files, only directories of this user's are touched: a link of somebody
   * else's would lead anywhere. To be called before this process has a copy.
   */
  public static void removeLeftBehind(Path workDirectory) {
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(workDirectory, copy -> isLeftBehind(copy.getFileName()))) {
      for (Path copy : left) {
        if (isOurs(copy, workDirectory)) {
          removeIfPossible(copy);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // It is tried again at the next start, and costs nothing but room.
    }
  }

  /** Numbers of processes come again, such as 1 in a container: ours is somebody's before us. */
  private static boolean isLeftBehind(Path name) {
    Matcher matcher = NAME.matcher(name.toString());
    if (!matcher.matches()) {
      return false;
    }
    long pid = Long.parseLong(matcher.group(1));
    return pid == ProcessHandle.current().pid() || ProcessHandle.of(pid).isEmpty();
  }

  /** Whose we are the system tells by what we make. */
  private static boolean isOurs(Path copy, Path workDirectory) throws IOException {
    Path made = Files.createTempDirectory(workDirectory, prefix(ProcessHandle.current().pid()));
    try {
      return Files.isDirectory(copy, LinkOption.NOFOLLOW_LINKS)
          && Files.getOwner(copy, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(made));
    } finally {
      Files.delete(made);
    }
  }

  private static void removeIfPossible(Path directory) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      // As above.
    }
  }
}
