package io.tcpbalance.testing;

import io.tcpbalance.bootstrap.Code;
import io.tcpbalance.bootstrap.Generation;
import io.tcpbalance.bootstrap.GenerationInfo;
import io.tcpbalance.bootstrap.Ground;
import io.tcpbalance.bootstrap.Predecessor;
import io.tcpbalance.bootstrap.Successor;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;

/**
 * A program that upgrades itself, gives the new one up and ends; its exit code is 0 if it was told
 * so. As the new one it hangs, and does not heed an interrupt; the second one ends it.
 */
public final class HangingProgram implements Generation {

  private static final String REASON = "it hangs";

  @Override
  public int run(String[] arguments, Ground ground) {
    if (ground.predecessor().isPresent()) {
      hang();
      hang();
      return 3;
    }
    List<Path> jars = ground.generations().get(0).jars();
    CompletableFuture<Integer> upgrade =
        ground
            .upgrade(new Code(jars, List.of(), jars.get(0).getParent()), new Waiting())
            .toCompletableFuture();
    ground.giveUp(REASON);
    try {
      upgrade.join();
      return 1;
    } catch (CompletionException e) {
      GenerationInfo failed =
          ground.generations().stream().filter(g -> g.number() == 2).findFirst().orElseThrow();
      boolean told = REASON.equals(e.getCause().getMessage()) && REASON.equals(failed.reason());
      return told && failed.state() == GenerationInfo.State.FAILED ? 0 : 2;
    }
  }

  private static void hang() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      // Not heeded.
    }
  }

  private static final class Waiting implements Predecessor {
    @Override
    public byte[] description() {
      return new byte[0];
    }

    @Override
    public void handOver(Successor successor) {}

    @Override
    public void tell(byte[] news) {}

    @Override
    public void refuse(String reason) {}
  }
}
