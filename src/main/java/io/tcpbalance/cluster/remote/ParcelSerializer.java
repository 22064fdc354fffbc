package io.tcpbalance.cluster.remote;

import org.apache.pekko.serialization.SerializerWithStringManifest;

/** How nodes send {@link Parcel}s to each other. */
public final class ParcelSerializer extends SerializerWithStringManifest {

  /** For ever: the nodes of a cluster know each other's parcels by it. */
  private static final int IDENTIFIER = 77_032_004;

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object parcel) {
    return ParcelCodec.manifest(((Parcel) parcel).content());
  }

  @Override
  public byte[] toBinary(Object parcel) {
    return ParcelCodec.encode((Parcel) parcel);
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) {
    return ParcelCodec.decode(manifest, bytes);
  }
}
