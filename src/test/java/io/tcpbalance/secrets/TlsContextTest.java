package io.tcpbalance.secrets;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.testing.TestTls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TlsContextTest {

  private boolean early = true;

  @Test
  void takesUpWhatWasTooEarlyWhenItsTimeHasCome() throws Exception {
    TlsContext context =
        new TlsContext(
            TestTls.files("server"),
            (own, certificate, candidate) -> {
              if (early) {
                throw own.bad("is not valid yet");
              }
            });
    assertThrows(BadSecretException.class, context::renew);
    assertTrue(context.renew().isEmpty(), "it is told once");
    assertFalse(context.isReady());

    early = false;

    assertTrue(context.renew().isPresent(), "the same files");
    assertTrue(context.renew().isEmpty(), "there is nothing new");
  }
}
