package io.tcpbalance.balancer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The back-ends, fastest first, and for each set of compilers that they list an index of those with
 * a free slot, so that choosing takes O(log n). Whoever changes a back-end's facts or counts calls
 * {@link #reindex} afterwards.
 */
final class BackendTable {

  private final List<Backend> order = new ArrayList<>();
  private final Map<String, Backend> byName = new HashMap<>();
  private final Map<List<String>, Toolset> toolsets = new LinkedHashMap<>();
  private Eligibility everything = new Eligibility(List.of(), Set.of());
  private boolean compilersMatter;
  private int generation;

  @Nullable Backend find(String name) {
    return byName.get(name);
  }

  List<Backend> all() {
    return order;
  }

  boolean hasFree() {
    for (Toolset toolset : everything.toolsets()) {
      if (toolset.hasFree()) {
        return true;
      }
    }
    return false;
  }

  /** Changes whenever another {@link #eligibility} may be the answer to the same wish. */
  int generation() {
    return generation;
  }

  /** Which back-ends may be used for the wish, for as long as the {@link #generation} lasts. */
  Eligibility eligibility(Wish wish) {
    boolean any = !compilersMatter || wish.compiler().isEmpty();
    if (any && wish.exclude().isEmpty()) {
      return everything;
    }
    List<Toolset> fitting =
        any
            ? everything.toolsets()
            : everything.toolsets().stream().filter(t -> t.has(wish.compiler())).toList();
    return new Eligibility(fitting, wish.exclude());
  }

  /** Whether there are back-ends, but none of them, down ones included, has the compiler. */
  boolean lacksCompiler(Eligibility eligibility) {
    return eligibility.toolsets().isEmpty() && !everything.toolsets().isEmpty();
  }

  /**
   * The fastest one with a free slot that may be used, or null.
   *
   * @param avoid names of those that are taken only where no other is free
   */
  @Nullable Backend choose(Eligibility eligibility, Collection<String> avoid) {
    Set<String> excluded = excludedNow(eligibility);
    Backend preferred = fastest(eligibility, excluded, avoid);
    return preferred != null || avoid.isEmpty()
        ? preferred
        : fastest(eligibility, excluded, Set.of());
  }

  private static @Nullable Backend fastest(
      Eligibility eligibility, Collection<String> excluded, Collection<String> avoid) {
    Backend fastest = null;
    for (Toolset toolset : eligibility.toolsets()) {
      Backend candidate = toolset.firstFree(excluded, avoid);
      if (candidate != null && (fastest == null || candidate.position < fastest.position)) {
        fastest = candidate;
      }
    }
    return fastest;
  }

  /** Whether it may be used for jobs of the compiler; "" is any. Not for one that is removed. */
  boolean has(Backend backend, String compiler) {
    return compiler.isEmpty() || (backend.toolset != null && backend.toolset.has(compiler));
  }

  /** Where no other healthy one is there, the excluded will do. */
  private Set<String> excludedNow(Eligibility eligibility) {
    if (eligibility.exclude().isEmpty()) {
      return Set.of();
    }
    int others = eligibility.healthy();
    for (String name : eligibility.exclude()) {
      Backend backend = byName.get(name);
      if (backend != null && backend.listedAsHealthy && eligibility.includes(backend)) {
        others--;
      }
    }
    return others > 0 ? eligibility.exclude() : Set.of();
  }

  void insert(Backend backend, Placement placement) {
    byName.put(backend.name, backend);
    place(backend, placement);
    reindex(backend);
  }

  void move(Backend backend, Placement placement) {
    order.remove(backend);
    if (backend.toolset != null) {
      backend.toolset.unlist(backend);
    }
    place(backend, placement);
    reindex(backend);
  }

  /** The new name must be free. */
  void rename(Backend backend, String name) {
    byName.remove(backend.name);
    backend.name = name;
    byName.put(name, backend);
  }

  /** Puts all of them into this order. */
  void reorder(Collection<Backend> all) {
    for (Backend backend : order) {
      if (backend.toolset != null) {
        backend.toolset.unlist(backend);
      }
    }
    order.clear();
    order.addAll(all);
    renumber();
    order.forEach(this::reindex);
  }

  void remove(Backend backend) {
    order.remove(backend);
    byName.remove(backend.name);
    leaveToolset(backend);
  }

  void setCompilers(Backend backend, List<String> compilers) {
    if (!backend.compilers.equals(compilers)) {
      leaveToolset(backend);
      backend.compilers = compilers;
      reindex(backend);
    }
  }

  /** Brings the index up to date with the back-end's facts. */
  void reindex(Backend backend) {
    if (backend.removing) {
      leaveToolset(backend);
    } else if (backend.toolset == null) {
      joinToolset(backend);
    } else {
      backend.toolset.update(backend);
    }
  }

  private void joinToolset(Backend backend) {
    Toolset toolset = toolsets.computeIfAbsent(backend.compilers, Toolset::new);
    boolean isNew = toolset.isEmpty();
    toolset.join(backend);
    if (isNew) {
      toolsetsChanged();
    }
  }

  private void leaveToolset(Backend backend) {
    Toolset toolset = backend.toolset;
    if (toolset == null) {
      return;
    }
    toolset.leave(backend);
    if (toolset.isEmpty()) {
      toolsets.remove(backend.compilers);
      toolsetsChanged();
    }
  }

  private void toolsetsChanged() {
    everything = new Eligibility(List.copyOf(toolsets.values()), Set.of());
    compilersMatter = !toolsets.values().stream().allMatch(Toolset::hasAnyCompiler);
    generation++;
  }

  private void place(Backend backend, Placement placement) {
    if (placement instanceof Placement.Last) {
      backend.position = order.isEmpty() ? 0 : order.get(order.size() - 1).position + 1;
      order.add(backend);
    } else {
      order.add(indexFor(placement), backend);
      renumber();
    }
  }

  private int indexFor(Placement placement) {
    if (placement instanceof Placement.After after) {
      Backend predecessor = byName.get(after.name());
      return predecessor == null ? order.size() : order.indexOf(predecessor) + 1;
    }
    return 0;
  }

  /**
   * Re-ordering is rare and done by a person: linear time is well spent on plain positions. Those
   * in the index stand in the same order before and after, so it stays valid.
   */
  private void renumber() {
    for (int i = 0; i < order.size(); i++) {
      order.get(i).position = i;
    }
  }
}
