package io.tcpbalance.admin.web;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.StreamSupport;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.TimeoutException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.FluentWait;

/**
 * A real browser that nobody sees: Debian's chromium, by its driver. What is waited for is told
 * when it never comes. For one thread.
 */
final class Browser implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(40);
  private static final String DESKTOP_WIDTH = "1280";

  /** What the browser itself logs of an answer that is an error, or of a server that is away. */
  private static final String FAILED_REQUEST = "Failed to load resource";

  /** It warns that it lacks the classes for a new browser's own protocol, which we do not use. */
  private static final Logger OF_DRIVER = Logger.getLogger("org.openqa.selenium.devtools");

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Opens one; the test is skipped where there is none. */
  static Browser open() {
    Optional<File> chromium = program("chromium");
    Optional<File> chromedriver = program("chromedriver");
    assumeTrue(
        chromium.isPresent() && chromedriver.isPresent(),
        "there is no chromium or no chromedriver; on Debian: apt-get install chromium chromium-driver");
    OF_DRIVER.setLevel(Level.SEVERE);
    LoggingPreferences logging = new LoggingPreferences();
    logging.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.get());
    options.setCapability("goog:loggingPrefs", logging);
    // root, as in a container, has no sandbox; all that is shown is ours.
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--window-size=" + DESKTOP_WIDTH + ",900");
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver.get())
            .usingAnyFreePort()
            .build();
    return new Browser(new ChromeDriver(service, options));
  }

  private static Optional<File> program(String name) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .map(Path::toFile)
        .findFirst();
  }

  void go(String url) {
    driver.get(url);
  }

  /** As a user's system prefers it: light or dark. */
  void prefer(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  void size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** Any command of the browser's own protocol. */
  Map<String, Object> command(String name, Map<String, Object> parameters) {
    return driver.executeCdpCommand(name, parameters);
  }

  Object js(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** The text of the first element, or "" if there is none. */
  String text(String css) {
    return String.valueOf(
        js("return document.querySelector(arguments[0])?.textContent.trim() ?? ''", css));
  }

  String attribute(String css, String name) {
    return String.valueOf(
        js("return document.querySelector(arguments[0])?.getAttribute(arguments[1])", css, name));
  }

  long count(String css) {
    return (long) js("return document.querySelectorAll(arguments[0]).length", css);
  }

  /** Clicks on what the selector finds, as soon as one could. */
  void click(String css) {
    clickOn(css, By.cssSelector(css));
  }

  /** Clicks on the button with this text in the dialog on top, or in the page if there is none. */
  void press(String button) {
    String place = "(//dialog[@open])[last()]";
    String words = "//button[normalize-space()='" + button + "']";
    clickOn(
        "the button " + button,
        By.xpath(place + words + " | //body[not(.//dialog[@open])]" + words));
  }

  private void clickOn(String what, By by) {
    until(
        what + " can be clicked",
        () -> {
          List<WebElement> found = driver.findElements(by);
          if (found.isEmpty() || !found.get(0).isEnabled()) {
            return false;
          }
          found.get(0).click();
          return true;
        });
  }

  /** Types into the field of that name, in place of what it holds. */
  void type(String field, CharSequence... text) {
    WebElement input = driver.findElement(By.cssSelector("form [name='" + field + "']"));
    input.sendKeys(Keys.chord(Keys.CONTROL, "a"));
    input.sendKeys(text);
  }

  /** Presses keys wherever the focus is. */
  void keys(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  void chord(Keys held, Keys key) {
    new Actions(driver).keyDown(held).sendKeys(key).keyUp(held).perform();
  }

  /** Drags one element to a place in another, from whose middle it is so far away. */
  void drag(String from, String to, int offsetY) {
    WebElement target = driver.findElement(By.cssSelector(to));
    new Actions(driver)
        .moveToElement(driver.findElement(By.cssSelector(from)))
        .clickAndHold()
        .moveToElement(target, 0, 0)
        .moveToElement(target, 0, offsetY)
        .release()
        .perform();
  }

  /** What a screen reader would say of the element that has the focus. */
  String focused() {
    return driver.switchTo().activeElement().getAccessibleName();
  }

  /** Waits until it is so; what a page replaces or covers meanwhile is tried again. */
  void until(String what, BooleanSupplier condition) {
    try {
      new FluentWait<>(condition)
          .withTimeout(PATIENCE)
          .pollingEvery(POLL)
          .ignoring(StaleElementReferenceException.class)
          .ignoring(ElementNotInteractableException.class)
          .until(BooleanSupplier::getAsBoolean);
    } catch (TimeoutException e) {
      throw new AssertionError(
          "never came: " + what + "; the page says:\n" + js("return document.body.innerText"), e);
    }
  }

  /** What the browser has complained of since it was last asked, but for failed requests. */
  List<String> complaints() {
    return StreamSupport.stream(driver.manage().logs().get(LogType.BROWSER).spliterator(), false)
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(entry -> entry.getMessage())
        .filter(message -> !message.contains(FAILED_REQUEST))
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
