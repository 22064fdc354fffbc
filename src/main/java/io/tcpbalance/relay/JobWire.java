package io.tcpbalance.relay;

import java.nio.ByteBuffer;

/**
 * What jobs look like on the wire: where a request and its answer end, and whether an answer is
 * worth delivering. One for each client, used on the loop's thread only; must not block and must
 * not throw, whatever the bytes are.
 */
public interface JobWire {

  /** How far a request is. */
  enum Request {
    NEED_MORE,
    /** Its last byte was taken. */
    WHOLE,
    /** It cannot be kept: it is to be relayed as a stream. Final. */
    STREAM,
    /** Final; see {@link #complaint}. */
    MALFORMED
  }

  /** How far an answer is. */
  enum Answer {
    NEED_MORE,
    /** Whole, and the client's matter. */
    WHOLE,
    /** Whole, but it says that the host has failed; see {@link #fault}. */
    HOST_FAULT,
    /** No answer to that request; see {@link #fault}. */
    MALFORMED
  }

  /** Takes the next bytes of the request, and none behind its end. */
  Request request(ByteBuffer in);

  /** The size of the request as far as it is announced, at least what was taken. */
  long announcedRequestBytes();

  /** Why a request is malformed, or is not kept. */
  String complaint();

  /** The request is sent once more: a new answer is to come. */
  void expectAnswer();

  /** Takes the next bytes of the answer. */
  Answer answer(ByteBuffer in);

  /** The size of the answer as far as it is announced, at least what was taken. */
  long announcedAnswerBytes();

  /** What an answer that is not delivered says of its host. */
  String fault();

  /**
   * What it means that an answer did not become whole.
   *
   * @param how the end, in the past tense: "closed", "reset"
   */
  String fault(String how);

  /**
   * The next byte of what every answer begins with, which keeps a waiting client patient; empty
   * when no more can be sent before an answer is known. It counts as sent.
   */
  ByteBuffer heartBeat();

  /** The client has so many heart-beats already. To be called before the first is taken. */
  void resumeHeartBeats(int sent);

  /** How many heart-beats were taken: the client has so much of its answer. */
  int heartBeatsSent();
}
