package io.tcpbalance.admin.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.Role;
import io.tcpbalance.config.TokenSettings;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AccessTest {

  private static final Identity CI = new Identity(Optional.of("ci"), Role.OPERATE);
  private static final Identity GUEST = new Identity(Optional.of("guest"), Role.VIEW);
  private static final List<TokenSettings> TOKENS =
      List.of(
          new TokenSettings("ci", Role.OPERATE, "changes-things"),
          new TokenSettings("guest", Role.VIEW, "looks-only"));

  /** To whom nothing that happens later matters. */
  private static final Visitors.Heir NOBODY =
      new Visitors.Heir() {
        @Override
        public void loggedIn(KnownLogin login) {}

        @Override
        public void loggedOut(String key) {}
      };

  private long nowNs = Long.MAX_VALUE - Duration.ofDays(3).toNanos();
  private final Access access = new Access(TOKENS, () -> nowNs);

  @Test
  void isOpenWithoutTokens() {
    assertTrue(new Access(List.of(), () -> nowNs).isOpen());
  }

  @Test
  void knowsBearersByTheirTokens() throws Exception {
    assertEquals(Optional.of(CI), access.bearer("changes-things", machine(1)));
    assertEquals(Optional.of(GUEST), access.bearer("looks-only", machine(1)));
    assertEquals(Optional.empty(), access.bearer("changes-thing", machine(1)));
    assertEquals(Optional.empty(), access.bearer("", machine(1)));
  }

  @Test
  void looksAtNoTokenAfterTooManyWrongOnesFromThere() throws Exception {
    for (int i = 0; i < Tries.AT_ONCE_BY_MACHINE; i++) {
      assertEquals(Optional.empty(), access.bearer("wrong", machine(1)));
    }

    assertThrows(TooManyTriesException.class, () -> access.bearer("changes-things", machine(1)));
    assertEquals(Optional.of(CI), access.bearer("changes-things", machine(2)));
  }

  @Test
  void looksAtOneMoreAfterASecond() throws Exception {
    for (int i = 0; i < Tries.AT_ONCE_BY_MACHINE; i++) {
      access.bearer("wrong", machine(1));
    }
    nowNs += Duration.ofSeconds(1).toNanos();

    assertEquals(Optional.empty(), access.bearer("wrong", machine(1)));
    assertThrows(TooManyTriesException.class, () -> access.bearer("wrong", machine(1)));
  }

  @Test
  void rightTokensAreNotCounted() throws Exception {
    for (int i = 0; i < 10 * Tries.AT_ONCE_BY_MACHINE; i++) {
      assertEquals(Optional.of(CI), access.bearer("changes-things", machine(1)));
    }
  }

  @Test
  void slowsDownGuessersWhoComeFromEverywhere() throws Exception {
    for (int i = 0; i < Tries.AT_ONCE_IN_ALL; i++) {
      assertEquals(Optional.empty(), access.bearer("wrong", machine(i)));
    }

    assertThrows(TooManyTriesException.class, () -> access.bearer("wrong", machine(1000)));
  }

  @Test
  void guessersElsewhereDoNotLockTheOperatorOut() throws Exception {
    access.bearer("changes-things", machine(1000));
    for (int i = 0; i < Tries.AT_ONCE_IN_ALL; i++) {
      access.bearer("wrong", machine(i));
    }

    assertEquals(Optional.of(CI), access.bearer("changes-things", machine(1000)));
  }

  @Test
  void anIpv6NetworkIsOneMachine() throws Exception {
    for (int i = 0; i < Tries.AT_ONCE_BY_MACHINE; i++) {
      access.bearer("wrong", InetAddress.getByName("2001:db8:0:1::" + i));
    }

    assertThrows(
        TooManyTriesException.class,
        () -> access.bearer("wrong", InetAddress.getByName("2001:db8:0:1:ffff::1")));
    assertEquals(Optional.empty(), access.bearer("wrong", InetAddress.getByName("2001:db8::1")));
  }

  @Test
  void remembersSoManyMachinesAndNoMore() throws Exception {
    Tries tries = new Tries(nowNs);

    for (int i = 0; i < Tries.MOST_MACHINES + 100; i++) {
      tries.wrong(machine(i), nowNs);
    }

    assertEquals(Tries.MOST_MACHINES, tries.machines());
  }

  @Test
  void knowsWhoHasLoggedIn() {
    String login = access.logIn(GUEST);

    assertEquals(Optional.of(GUEST), access.loggedIn(login));
    assertEquals(Optional.empty(), access.loggedIn(login + "x"));
    assertEquals(Optional.empty(), access.loggedIn(""));
  }

  @Test
  void knowsNobodyWhoHasLoggedOut() {
    String login = access.logIn(CI);

    access.logOut(login);

    assertEquals(Optional.empty(), access.loggedIn(login));
  }

  @Test
  void aLoginWithoutUseEnds() {
    String login = access.logIn(CI);
    nowNs += Logins.IDLE.toNanos();
    assertEquals(Optional.of(CI), access.loggedIn(login), "it was used just in time");

    nowNs += Logins.IDLE.toNanos() + 1;

    assertEquals(Optional.empty(), access.loggedIn(login));
  }

  @Test
  void aLoginEndsAfterSomeDaysHoweverItIsUsed() {
    String login = access.logIn(CI);
    Duration passed = Duration.ZERO;
    while (passed.compareTo(Logins.LONGEST) < 0) {
      assertEquals(Optional.of(CI), access.loggedIn(login));
      passed = passed.plusHours(1);
      nowNs += Duration.ofHours(1).toNanos();
    }
    nowNs++;

    assertEquals(Optional.empty(), access.loggedIn(login));
  }

  @Test
  void thereIsABoundToTheLoginsOfOneToken() {
    String guest = access.logIn(GUEST);
    List<String> logins = new ArrayList<>();
    for (int i = 0; i < Logins.MOST_OF_ONE_TOKEN; i++) {
      logins.add(access.logIn(CI));
    }
    access.loggedIn(logins.get(0));

    access.logIn(CI);

    assertEquals(Optional.of(CI), access.loggedIn(logins.get(0)), "it was used lately");
    assertEquals(Optional.empty(), access.loggedIn(logins.get(1)), "it was unused for longest");
    assertEquals(Optional.of(GUEST), access.loggedIn(guest), "it is another one's");
  }

  @Test
  void forgetsLoginsThatAreOver() {
    Logins logins = new Logins();
    logins.begin(CI, 0);
    logins.begin(GUEST, 0);

    logins.begin(CI, Logins.IDLE.toNanos() + 1);

    assertEquals(1, logins.size());
  }

  @Test
  void aLoginIsWorthNothingWhereItsTokenIsGone() {
    String login = access.logIn(CI);

    Access afterRestart = new Access(TOKENS.subList(1, 2), () -> nowNs);

    assertEquals(Optional.empty(), afterRestart.loggedIn(login));
  }

  @Test
  void whoIsLoggedInStaysSoInOtherCode() {
    String ci = access.logIn(CI);
    String guest = access.logIn(GUEST);

    Access next = following(TOKENS);

    assertEquals(Optional.of(CI), next.loggedIn(ci));
    assertEquals(Optional.of(GUEST), next.loggedIn(guest));
    assertEquals(Optional.empty(), next.loggedIn(Logins.key(ci)), "what passes over opens nothing");
  }

  @Test
  void loginsEndInOtherCodeWhenTheyWouldHaveEnded() {
    String unused = access.logIn(CI);
    nowNs += Logins.IDLE.toNanos();
    Access next = following(TOKENS);
    nowNs++;

    assertEquals(Optional.empty(), next.loggedIn(unused));
  }

  @Test
  void loginsLastNoLongerSinceTheyPassOver() {
    String login = access.logIn(CI);
    Access now = access;
    Duration passed = Duration.ZERO;
    while (passed.compareTo(Logins.LONGEST) < 0) {
      assertEquals(Optional.of(CI), now.loggedIn(login));
      now = following(now, TOKENS);
      passed = passed.plusHours(1);
      nowNs += Duration.ofHours(1).toNanos();
    }
    nowNs++;

    assertEquals(Optional.empty(), now.loggedIn(login));
  }

  @Test
  void aLoginIsWorthInOtherCodeWhatItsTokenIsThere() {
    String ci = access.logIn(CI);
    String guest = access.logIn(GUEST);

    Access lesser = following(List.of(new TokenSettings("ci", Role.VIEW, "changes-things")));
    Access renewed =
        following(
            List.of(
                new TokenSettings("ci", Role.OPERATE, "another-secret"),
                new TokenSettings("other", Role.VIEW, "looks-only")));

    assertEquals(Role.VIEW, lesser.loggedIn(ci).orElseThrow().role());
    assertEquals(Optional.empty(), lesser.loggedIn(guest), "its token is gone");
    assertEquals(Optional.empty(), renewed.loggedIn(ci), "its token has another secret");
    assertEquals(Optional.empty(), renewed.loggedIn(guest), "its token is another one's");
  }

  @Test
  void otherCodeKeepsToTheBoundOfLogins() {
    List<String> logins = new ArrayList<>();
    for (int i = 0; i < Logins.MOST_OF_ONE_TOKEN; i++) {
      logins.add(access.logIn(CI));
    }
    access.loggedIn(logins.get(0));
    Access next = following(TOKENS);

    next.logIn(CI);

    assertEquals(Optional.of(CI), next.loggedIn(logins.get(0)), "it was used lately");
    assertEquals(Optional.empty(), next.loggedIn(logins.get(1)), "it was unused for longest");
  }

  @Test
  void whatHappensAfterItIsToldIsToldToo() {
    String leaving = access.logIn(CI);
    Access next = new Access(TOKENS, () -> nowNs);
    next.inherit(
        access.bequeath(
            new Visitors.Heir() {
              @Override
              public void loggedIn(KnownLogin login) {
                next.loggedIn(login);
              }

              @Override
              public void loggedOut(String key) {
                next.loggedOut(key);
              }
            }));

    access.logOut(leaving);
    String late = access.logIn(GUEST);

    assertEquals(Optional.empty(), next.loggedIn(leaving));
    assertEquals(Optional.of(GUEST), next.loggedIn(late));
  }

  @Test
  void whoGuessesGainsNothingByOtherCode() throws Exception {
    access.bearer("changes-things", machine(1000));
    for (int i = 0; i < Tries.AT_ONCE_BY_MACHINE; i++) {
      access.bearer("wrong", machine(1));
    }
    for (int i = 0; i < Tries.AT_ONCE_IN_ALL - Tries.AT_ONCE_BY_MACHINE; i++) {
      access.bearer("wrong", machine(2 + i));
    }

    Access next = following(TOKENS);

    assertThrows(TooManyTriesException.class, () -> next.bearer("wrong", machine(2000)));
    assertEquals(Optional.of(CI), next.bearer("changes-things", machine(1000)));
    nowNs += Duration.ofSeconds(1).toNanos();
    assertEquals(Optional.empty(), next.bearer("wrong", machine(1)));
    assertThrows(TooManyTriesException.class, () -> next.bearer("changes-things", machine(1)));
  }

  @Test
  void loginsInWordsTellNoDigest() {
    KnownLogin login = new KnownLogin("opens", "ci", "guessed from", 1, 2);

    assertEquals("KnownLogin[token=ci, sinceNs=1, usedNs=2]", login.toString());
  }

  private Access following(List<TokenSettings> tokens) {
    return following(access, tokens);
  }

  private Access following(Access before, List<TokenSettings> tokens) {
    Access next = new Access(tokens, () -> nowNs);
    next.inherit(before.bequeath(NOBODY));
    return next;
  }

  private static InetAddress machine(int number) throws Exception {
    return InetAddress.getByAddress(
        new byte[] {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
  }
}
