package io.tcpbalance.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorRecordsTest {

  private static final AuditEntry ENTRY =
      new AuditEntry(
          "http", "10.0.0.7:4711", Optional.empty(), Optional.of("farm"), "removed back-end a");

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<StateRecorder.Command> recorder = kit.createTestProbe();

  @AfterAll
  void shutdown() {
    kit.shutdownTestKit();
  }

  @Test
  void hasNothingToTellWhereNothingIsKept() {
    assertEquals(
        Optional.empty(), records(Optional.empty()).changed(ENTRY).toCompletableFuture().join());
  }

  @Test
  void completesWhenItIsOnTheDiskAndNotBefore() {
    CompletableFuture<Optional<String>> changed = changed();
    StateRecorder.Save asked = recorder.expectMessageClass(StateRecorder.Save.class);
    assertFalse(changed.isDone());

    asked.replyTo().tell(new StateRecorder.Outcome(Optional.empty()));

    assertEquals(Optional.empty(), changed.join());
  }

  @Test
  void warnsOfAFailure() {
    CompletableFuture<Optional<String>> changed = changed();

    recorder
        .expectMessageClass(StateRecorder.Save.class)
        .replyTo()
        .tell(new StateRecorder.Outcome(Optional.of("No space left on device")));

    assertEquals(
        Optional.of(
            "the change is made, but could not be recorded (No space left on device): a restart of"
                + " the daemon would lose it"),
        changed.join());
  }

  @Test
  void warnsWhereADiskHangs() {
    assertEquals(
        Optional.of(
            "the change is made, but could not be recorded (the disk has not confirmed it): a"
                + " restart of the daemon would lose it"),
        changed().join());
    recorder.expectMessageClass(StateRecorder.Save.class);
  }

  private CompletableFuture<Optional<String>> changed() {
    return records(Optional.of(recorder)).changed(ENTRY).toCompletableFuture();
  }

  private OperatorRecords records(Optional<TestProbe<StateRecorder.Command>> to) {
    return new OperatorRecords(AuditTrail.inLogOnly(), to.map(TestProbe::getRef), kit.system());
  }
}
