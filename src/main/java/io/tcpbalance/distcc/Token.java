package io.tcpbalance.distcc;

/** The tokens of both directions; the names are what goes over the wire. */
enum Token {
  DIST,
  CDIR,
  ARGC,
  ARGV,
  NFIL,
  NAME,
  FILE,
  LINK,
  DOTI,
  DONE,
  STAT,
  SERR,
  SOUT,
  DOTO,
  DOTD;

  static final int TAG_BYTES = 4;
  static final int BYTES = 12;

  boolean hasByteAt(int position, byte b) {
    return name().charAt(position) == b;
  }
}
