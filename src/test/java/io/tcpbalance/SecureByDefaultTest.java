package io.tcpbalance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.Network;
import io.tcpbalance.config.Settings;
import io.tcpbalance.config.SettingsLoader;
import java.net.InetAddress;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What must hold before anybody has configured anything. Rules that need a running server are
 * tested beside it: who is let in by {@code GuardTest}, {@code LoginTest} and {@code AccessTest},
 * that inputs are bounded by {@code HostileClientsTest}, {@code TlsTest} and {@code BodiesTest},
 * the console, which hangs up on browsers, by {@code HostileTerminalsTest}.
 */
@Timeout(60)
class SecureByDefaultTest {

  private static final String TOKEN = "0123456789abcdef";

  private static Settings settings(String text) throws InvalidSettingsException {
    return SettingsLoader.parse("tcpbalance { " + text + " }", "test.conf").settings();
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "2001:db8::1"})
  void aDistccProxyServesNobodyOutsideOfPrivateNetworks(String address) throws Exception {
    List<Network> allow =
        settings("proxies.d { protocol = distcc, backends = [] }").proxies().get(0).allow();
    InetAddress stranger = InetAddress.getByName(address);

    assertTrue(allow.stream().noneMatch(network -> network.contains(stranger)));
  }

  @Test
  void adminAndConsoleListenOnLoopback() throws Exception {
    Settings settings = settings("");

    assertTrue(InetAddress.getByName(settings.admin().host()).isLoopbackAddress());
    assertTrue(InetAddress.getByName(settings.console().host()).isLoopbackAddress());
  }

  @ParameterizedTest
  @ValueSource(strings = {"admin", "console"})
  void whatListensElsewhereNeedsAToken(String block) throws Exception {
    String outside = block + ".host = 0.0.0.0";

    assertThrows(InvalidSettingsException.class, () -> settings(outside));

    assertEquals(1, settings("admin.token = " + TOKEN + ", " + outside).admin().tokens().size());
  }

  @Test
  void noSettingShowsItsSecrets() throws Exception {
    Settings settings =
        settings(
            "admin { token = %s, tokens = [{ name = a, role = view, token = %s-too }] }"
                .formatted(TOKEN, TOKEN));

    assertFalse(settings.toString().contains(TOKEN));
  }

  @Test
  void actorsCannotBeKilled() throws Exception {
    assertFalse(settings("").faultInjection());
  }

  @Test
  void noProgramIsEverStarted() {
    JavaClasses program =
        new ClassFileImporter()
            .withImportOption(new DoNotIncludeTests())
            .importPackages("io.tcpbalance");

    noClasses().should().dependOnClassesThat().areAssignableTo(ProcessBuilder.class).check(program);
    noClasses().should().callMethod(Runtime.class, "exec", String.class).check(program);
    noClasses().should().callMethod(Runtime.class, "exec", String[].class).check(program);
  }

  @Test
  void trustIsNeverThatOfTheWholeProcess() {
    JavaClasses program =
        new ClassFileImporter()
            .withImportOption(new DoNotIncludeTests())
            .importPackages("io.tcpbalance");

    noClasses()
        .should()
        .callMethod(SSLContext.class, "setDefault", SSLContext.class)
        .check(program);
  }
}
