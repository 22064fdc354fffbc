package io.tcpbalance.cli.importing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TermParserTest {

  @Test
  void readsEveryKindOfTerm() throws Exception {
    Term term =
        TermParser.parse(
            "% comment\n[atom, 'a b', \"te\\\"xt\", 12, -3, 16#ff, 1.5, {}, [], {x, [1]}]. % end\n");

    assertEquals("[atom, a b, \"te\"xt\", 12, -3, 255, 1.5, {}, [], {x, [1]}]", whole(term));
  }

  @Test
  void knowsWhereTermsBegin() throws Exception {
    Term.Sequence list = (Term.Sequence) TermParser.parse("[a,\n  {b}].");

    assertEquals("1:1", list.at().toString());
    assertEquals("2:3", list.elements().get(1).at().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[a, | 1:4: a list, a tuple, a text, a number or an atom is expected here, but the text ends",
        "[a b]. | 1:4: ',' or ']' is expected here",
        "[a,]. | 1:4: a list, a tuple",
        "[a] | 1:4: a full stop behind the term is expected here, but the text ends",
        "[a]. b | 1:6: there is more behind the full stop",
        "[\"a]. | 1:2: what is quoted here never ends",
        "[Var]. | 1:2: a list, a tuple",
        "[<<1>>]. | 1:2: a list, a tuple",
        "[12x]. | 1:2: '12x' is no number",
        "[99#1]. | 1:2: '99#1' is no number",
        "[99999999999999999999]. | 1:2: '99999999999999999999' is no number",
      })
  void saysWhereItIsWrong(String text, String message) {
    ImportException e = assertThrows(ImportException.class, () -> TermParser.parse(text));

    assertTrue(e.getMessage().startsWith(message), e.getMessage());
  }

  @Test
  void refusesWhatIsNestedTooDeeply() {
    String text = "[".repeat(100_000);

    ImportException e = assertThrows(ImportException.class, () -> TermParser.parse(text));

    assertTrue(e.getMessage().contains("nested too deeply"), e.getMessage());
  }

  @Test
  void readsLongCommentsAndListsInOneGo() throws Exception {
    String text = "%\n".repeat(100_000) + "[" + "1, ".repeat(100_000) + "1].";

    assertEquals(100_001, ((Term.Sequence) TermParser.parse(text)).elements().size());
  }

  private static String whole(Term term) {
    return Words.written(term, 9);
  }
}
