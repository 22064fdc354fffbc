package io.tcpbalance.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RelayLoopTest {

  private final AtomicReference<Throwable> fatal = new AtomicReference<>();
  private RelayLoop loop;

  @BeforeEach
  void startLoop() throws IOException {
    loop =
        new RelayLoop(
            "loop-under-test", new MemoryBudget(1 << 20), new JobMemory(1 << 20), fatal::set);
    loop.start();
  }

  @AfterEach
  void stopLoop() {
    loop.stop();
    assertNull(fatal.get());
  }

  @Test
  void tasksOfManyThreadsAllRunInEachOnesOrder() throws Exception {
    int threads = 4;
    int tasksEach = 50_000;
    List<List<Integer>> ran = new ArrayList<>();
    List<Thread> posters = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      List<Integer> mine = new ArrayList<>();
      ran.add(mine);
      posters.add(
          new Thread(
              () -> {
                for (int i = 0; i < tasksEach; i++) {
                  int number = i;
                  loop.execute(() -> mine.add(number));
                }
              }));
    }

    posters.forEach(Thread::start);
    for (Thread poster : posters) {
      poster.join();
    }
    loop.stop();

    for (List<Integer> mine : ran) {
      assertEquals(tasksEach, mine.size());
      for (int i = 0; i < tasksEach; i++) {
        assertEquals(i, mine.get(i));
      }
    }
  }

  /** Each waits for the one before, so that the loop goes to sleep as often as it can. */
  @Test
  void noWakeUpIsLost() throws Exception {
    List<Thread> posters = new ArrayList<>();
    AtomicInteger lost = new AtomicInteger();
    for (int t = 0; t < 2; t++) {
      posters.add(
          new Thread(
              () -> {
                for (int i = 0; i < 20_000; i++) {
                  CountDownLatch ran = new CountDownLatch(1);
                  loop.execute(ran::countDown);
                  try {
                    if (!ran.await(20, TimeUnit.SECONDS)) {
                      lost.incrementAndGet();
                      return;
                    }
                  } catch (InterruptedException e) {
                    lost.incrementAndGet();
                    return;
                  }
                }
              }));
    }

    posters.forEach(Thread::start);
    for (Thread poster : posters) {
      poster.join();
    }

    assertEquals(0, lost.get(), "tasks that never ran");
  }

  @Test
  void taskOfAnEventRunsOnceAndAfterTheNextSelection() throws Exception {
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    AtomicInteger runs = new AtomicInteger();
    AtomicReference<Boolean> wasRegistered = new AtomicReference<>();
    CompletableFuture<SelectionKey> key = new CompletableFuture<>();
    RelayLoop.Registered closing =
        new Attached() {
          @Override
          public void ready(SelectionKey selected) {
            close(pipe.source());
            loop.afterNextSelection(
                () -> {
                  runs.incrementAndGet();
                  wasRegistered.set(pipe.source().isRegistered());
                });
          }
        };
    loop.execute(
        () -> {
          try {
            key.complete(pipe.source().register(loop.selector(), SelectionKey.OP_READ, closing));
          } catch (IOException e) {
            key.completeExceptionally(e);
          }
        });
    key.join();

    pipe.sink().write(ByteBuffer.allocate(1));
    loopTurns(5, () -> runs.get() > 0);
    pipe.sink().close();

    assertEquals(1, runs.get());
    assertFalse(wasRegistered.get(), "it ran before the selector had let go of the channel");
  }

  @Test
  void stopRunsWhatWasPostedBeforeAndWhatThatLeavesForLater() {
    List<String> ran = new ArrayList<>();
    loop.execute(() -> ran.add("task"));
    loop.execute(() -> loop.afterNextSelection(() -> ran.add("later")));
    loop.execute(
        () ->
            loop.afterNextSelection(
                () -> loop.afterNextSelection(() -> ran.add("later than that"))));

    loop.stop();

    assertEquals(List.of("task", "later", "later than that"), ran);
  }

  @Test
  void stopMayBeCalledAgain() {
    loop.stop();

    loop.stop();

    assertFalse(loop.selector().isOpen());
  }

  @Test
  void faultOfTheLoopItselfIsToldAndEndsIt() throws Exception {
    CompletableFuture<Throwable> told = new CompletableFuture<>();
    RelayLoop broken =
        new RelayLoop("broken", new MemoryBudget(1), new JobMemory(1), told::complete);
    broken.start();

    broken.execute(
        () -> {
          throw new IllegalStateException("as the test wants it");
        });

    assertEquals("as the test wants it", told.get(20, TimeUnit.SECONDS).getMessage());
    broken.stop();
    assertFalse(broken.selector().isOpen());
  }

  @Test
  void sweepsOnlyWhileAsked() throws Exception {
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    CompletableFuture<Boolean> swept = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            pipe.source().register(loop.selector(), 0, sweeping(swept));
            loop.addSwept(1);
          } catch (IOException e) {
            swept.completeExceptionally(e);
          }
        });

    assertTrue(swept.get(20, TimeUnit.SECONDS));
    loop.execute(() -> loop.addSwept(-1));
    pipe.source().close();
    pipe.sink().close();
  }

  private static class Attached implements RelayLoop.Registered {
    @Override
    public void ready(SelectionKey key) {}

    @Override
    public void loopStops() {}
  }

  private static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RelayLoop.Registered sweeping(CompletableFuture<Boolean> swept) {
    return new Attached() {
      @Override
      public void sweep(long nowNanos) {
        swept.complete(true);
      }
    };
  }

  private interface Condition {
    boolean holds();
  }

  /** Waits for the condition, then lets the loop turn some more. */
  private void loopTurns(int more, Condition condition) throws Exception {
    int left = more;
    while (left > 0) {
      CompletableFuture<Boolean> turned = new CompletableFuture<>();
      loop.execute(() -> loop.afterNextSelection(() -> turned.complete(true)));
      turned.get(20, TimeUnit.SECONDS);
      left -= condition.holds() ? 1 : 0;
    }
  }
}
