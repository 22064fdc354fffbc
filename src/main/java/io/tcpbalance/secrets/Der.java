package io.tcpbalance.secrets;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** As much of ASN.1's Distinguished Encoding Rules (X.690) as older private keys need. */
final class Der {

  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

  private Der() {}

  /**
   * A PKCS #8 {@code PrivateKeyInfo} (RFC 5208): version, algorithm, key.
   *
   * @param publicKeyInfo of the same algorithm (RFC 5280); what Java itself has encoded
   * @param key in the form of that algorithm
   */
  static byte[] privateKeyInfo(byte[] publicKeyInfo, byte[] key) {
    ByteArrayOutputStream info = new ByteArrayOutputStream();
    info.writeBytes(VERSION_0);
    info.writeBytes(firstWithin(publicKeyInfo));
    info.writeBytes(element(OCTET_STRING, key));
    return element(SEQUENCE, info.toByteArray());
  }

  /** The first element within one. */
  private static byte[] firstWithin(byte[] element) {
    int start = contentsAt(element, 0);
    int contents = contentsAt(element, start);
    return Arrays.copyOfRange(element, start, contents + lengthAt(element, start + 1));
  }

  /** Where the contents begin of the element that begins there. */
  private static int contentsAt(byte[] der, int element) {
    int first = der[element + 1] & 0xff;
    return element + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int lengthAt(byte[] der, int at) {
    int first = der[at] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 1; i <= (first & 0x7f); i++) {
      length = (length << 8) | (der[at + i] & 0xff);
    }
    return length;
  }

  private static byte[] element(int tag, byte[] contents) {
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    if (contents.length < 0x80) {
      element.write(contents.length);
    } else {
      // Java takes only the shortest form.
      int lengthBytes = (Integer.SIZE - Integer.numberOfLeadingZeros(contents.length) + 7) / 8;
      element.write(0x80 | lengthBytes);
      for (int shift = 8 * (lengthBytes - 1); shift >= 0; shift -= 8) {
        element.write(contents.length >> shift);
      }
    }
    element.writeBytes(contents);
    return element.toByteArray();
  }
}
