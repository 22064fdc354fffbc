package io.tcpbalance.cluster.mail;

import org.apache.pekko.serialization.SerializerWithStringManifest;

/** How nodes send {@link Letter}s to each other. */
public final class MailSerializer extends SerializerWithStringManifest {

  /** For ever: the nodes of a cluster know each other's mail by it. */
  private static final int IDENTIFIER = 77_032_003;

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object letter) {
    return MailCodec.manifest(((Letter) letter).mail());
  }

  @Override
  public byte[] toBinary(Object letter) {
    return MailCodec.encode((Letter) letter);
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) {
    return MailCodec.decodeLetter(manifest, bytes);
  }
}
