package io.tcpbalance.balancer;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The back-ends of a {@link BackendTable} that list the same compilers, and an index of those with
 * a free slot. One that is being removed belongs to none. Its members' flags are its own to write.
 */
final class Toolset {

  private static final Comparator<Backend> BY_POSITION =
      Comparator.comparingLong((Backend b) -> b.position);

  private final CompilerPatterns patterns;
  private final TreeSet<Backend> free = new TreeSet<>(BY_POSITION);
  private int members;
  private int healthy;

  Toolset(List<String> compilers) {
    patterns = new CompilerPatterns(compilers);
  }

  boolean hasAnyCompiler() {
    return patterns.matchAll();
  }

  boolean has(String compiler) {
    return patterns.match(compiler);
  }

  boolean isEmpty() {
    return members == 0;
  }

  boolean hasFree() {
    return !free.isEmpty();
  }

  /** How many are enabled and healthy, busy or not. */
  int healthy() {
    return healthy;
  }

  /** The fastest one with a free slot that is in neither collection of names, or null. */
  @Nullable Backend firstFree(Collection<String> excluded, Collection<String> avoid) {
    for (Backend backend : free) {
      if (!excluded.contains(backend.name) && !avoid.contains(backend.name)) {
        return backend;
      }
    }
    return null;
  }

  void join(Backend backend) {
    backend.toolset = this;
    members++;
    update(backend);
  }

  void leave(Backend backend) {
    unlist(backend);
    backend.toolset = null;
    members--;
  }

  /** Brings the index up to date with a member's facts. */
  void update(Backend backend) {
    list(backend, backend.hasFreeSlot(), backend.enabled() && backend.healthy);
  }

  /** Takes a member out of the index, before its position changes. */
  void unlist(Backend backend) {
    list(backend, false, false);
  }

  private void list(Backend backend, boolean asFree, boolean asHealthy) {
    if (backend.listedAsFree != asFree) {
      backend.listedAsFree = asFree;
      if (asFree) {
        free.add(backend);
      } else {
        free.remove(backend);
      }
    }
    if (backend.listedAsHealthy != asHealthy) {
      backend.listedAsHealthy = asHealthy;
      healthy += asHealthy ? 1 : -1;
    }
  }
}
