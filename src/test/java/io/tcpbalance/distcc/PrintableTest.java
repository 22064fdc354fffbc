package io.tcpbalance.distcc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class PrintableTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\u0001',
      ignoreLeadingAndTrailingWhitespace = false,
      delimiter = '|',
      value = {
        "plain name.c|\"plain name.c\"",
        "größe/日本.c|\"größe/日本.c\"",
        "a\"b\\c|\"a\\\"b\\\\c\"",
        "a\u001b[31mb|\"a\\u001b[31mb\"",
        "a\u0000\u007f\u0085b|\"a\\u0000\\u007f\\u0085b\"",
        "a\u202e\u200b\ufeffb|\"a\\u202e\\u200b\\ufeffb\"",
        "a\u2028\u00a0b|\"a\\u2028\\u00a0b\"",
        "\ud83d\ude00|\"\ud83d\ude00\"",
        "1234567890123|\"1234567890...\"",
        "123456789\ud83d\ude00|\"123456789...\"",
      })
  void quotesWhatAClientSent(String text, String shown) {
    assertEquals(shown, Printable.quoted(text, text.startsWith("123") ? 10 : 99));
  }

  @Test
  void cutsWhatIsTooLong() {
    assertEquals("abc", Printable.cut("abc", 3));
    assertEquals("ab...", Printable.cut("abc", 2));
    assertEquals("a...", Printable.cut("a\ud83d\ude00", 2));
  }

  @Test
  void escapesLineBreaksAndLoneHalvesOfPairs() {
    assertEquals("\"\\r\\n\\t\\ud83d.\"", Printable.quoted("\r\n\t\ud83d.", 99));
    assertEquals("\"\"", Printable.quoted("", 0));
    assertEquals("\"...\"", Printable.quoted("x", 0));
  }
}
