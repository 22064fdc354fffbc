package io.tcpbalance.secrets;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a file whole that somebody has named, whatever is there. */
public final class SecretFile {

  /** More than any token, key or chain of certificates has. */
  static final int MAX_BYTES = 1 << 20;

  private SecretFile() {}

  /**
   * What is in the file.
   *
   * @throws BadSecretException if it is no regular file, cannot be read, or is larger than 1 MiB
   */
  public static byte[] read(Path file) throws BadSecretException {
    if (Files.isDirectory(file)) {
      throw new BadSecretException(file, "is a directory");
    }
    // A pipe would keep who reads it waiting for as long as nobody writes.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new BadSecretException(file, "is no regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new BadSecretException(file, "is larger than " + MAX_BYTES + " bytes");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new BadSecretException(file, "does not exist");
    } catch (AccessDeniedException e) {
      throw new BadSecretException(file, "cannot be read: permission denied");
    } catch (IOException e) {
      throw new BadSecretException(file, "cannot be read: " + e.getMessage());
    }
  }
}
