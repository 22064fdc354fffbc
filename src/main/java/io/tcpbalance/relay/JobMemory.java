package io.tcpbalance.relay;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes of requests and answers may be kept in this process, over all loops. Any thread
 * may call.
 *
 * <p>A request claims what it has announced before it is read, and waits where that is not to be
 * had. Progress is guaranteed: one request at a time, the one that has waited longest, may
 * overdraw; it becomes whole, is served and frees what it holds. Answers have a reserve of their
 * own, a quarter of the requests', and never wait: one that does not fit is not kept.
 */
public final class JobMemory {

  private static final int ANSWERS_SHARE = 4;

  /** The memory of one request. Its owner releases it once, on every path. */
  static final class Claim {
    private final Runnable granted;
    private long heldBytes;
    private long wantedBytes;

    /**
     * @param granted called by any thread when what was waited for is to be had
     */
    Claim(Runnable granted) {
      this.granted = granted;
    }
  }

  private final long limitBytes;
  private final long answersLimitBytes;
  private final Set<Claim> waiting = new LinkedHashSet<>();
  private final ArrayDeque<ByteBuffer> freeChunks = new ArrayDeque<>();

  /** The size of the line, for those who look without the lock. */
  private volatile int waitingCount;

  private @Nullable Claim overdrawn;
  private final Meter used;
  private final Meter answersUsed;

  /**
   * @param limitBytes of requests
   */
  public JobMemory(long limitBytes) {
    this(limitBytes, Meter.alone(), Meter.alone());
  }

  /**
   * One of several that have the limits together. What becomes free elsewhere is noticed when
   * something is released here; the one that may overdraw sees to it that this comes.
   *
   * @param limitBytes of requests
   */
  public JobMemory(long limitBytes, Meter used, Meter answersUsed) {
    this.limitBytes = limitBytes;
    this.used = used;
    this.answersUsed = answersUsed;
    answersLimitBytes = limitBytes / ANSWERS_SHARE;
  }

  /** Bytes of requests that are claimed now. */
  public long usedBytes() {
    return used.own();
  }

  /** Bytes of answers that are kept now. */
  public long answersUsedBytes() {
    return answersUsed.own();
  }

  /** How many requests are not read on for want of memory. */
  public int waiting() {
    return waitingCount;
  }

  /** Claims so much in all; returns false where the claim has to wait until it is told. */
  synchronized boolean claim(Claim claim, long bytes) {
    if (bytes <= claim.heldBytes) {
      return true;
    }
    claim.wantedBytes = bytes;
    // Nobody overtakes who waits already.
    if (waiting.isEmpty() && grant(claim)) {
      return true;
    }
    if (claim == overdrawn) {
      return grant(claim);
    }
    waiting.add(claim);
    waitingCount = waiting.size();
    return false;
  }

  /** Claims so much in all, beyond the limit if need be: it is in use already. */
  synchronized void claimAnyway(Claim claim, long bytes) {
    used.add(bytes - claim.heldBytes);
    claim.heldBytes = bytes;
    claim.wantedBytes = bytes;
  }

  private boolean grant(Claim claim) {
    long more = claim.wantedBytes - claim.heldBytes;
    if (!used.tryAdd(more, limitBytes)) {
      if (overdrawn != null && overdrawn != claim) {
        return false;
      }
      overdrawn = claim;
      used.add(more);
    }
    claim.heldBytes = claim.wantedBytes;
    return true;
  }

  /** What the claim holds is free; it waits no more. */
  void release(Claim claim) {
    List<Claim> told = new ArrayList<>();
    synchronized (this) {
      waiting.remove(claim);
      used.add(-claim.heldBytes);
      claim.heldBytes = 0;
      if (overdrawn == claim) {
        overdrawn = null;
      }
      Iterator<Claim> line = waiting.iterator();
      boolean goesOn = true;
      while (goesOn && line.hasNext()) {
        Claim next = line.next();
        goesOn = grant(next);
        if (goesOn) {
          line.remove();
          told.add(next);
        }
      }
      waitingCount = waiting.size();
    }
    told.forEach(next -> next.granted.run());
  }

  /** Takes so much more for an answer; returns false, and takes nothing, if it does not fit. */
  boolean tryTakeForAnswer(long bytes) {
    return answersUsed.tryAdd(bytes, answersLimitBytes);
  }

  void giveFromAnswer(long bytes) {
    answersUsed.add(-bytes);
  }

  synchronized ByteBuffer takeChunk() {
    ByteBuffer chunk = freeChunks.pollFirst();
    return chunk == null ? ByteBuffer.allocateDirect(JobChunks.CHUNK_BYTES) : chunk.clear();
  }

  /** Kept for ever: what direct memory a burst has taken, the next one finds. */
  synchronized void giveChunk(ByteBuffer chunk) {
    freeChunks.addFirst(chunk);
  }
}
