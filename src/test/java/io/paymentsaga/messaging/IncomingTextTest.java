package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class IncomingTextTest {
  private static final String BOX = "\uD83D\uDCE6";

  @Test
  void a_name_has_as_many_characters_as_its_schema_counts() {
    assertThat(IncomingText.name(BOX.repeat(255))).isEqualTo(BOX.repeat(255));
    assertThat(IncomingText.name(BOX.repeat(256))).isNull();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " \u2003", "p\0", "p\n", "p\u0085"})
  void what_can_be_no_name_is_none(String text) {
    assertThat(IncomingText.name(text)).isNull();
  }

  @Test
  void a_text_is_cut_between_characters_and_not_inside_one() {
    assertThat(IncomingText.printable("a" + BOX.repeat(9), 4)).isEqualTo("a" + BOX.repeat(3));
    assertThat(IncomingText.printable(BOX.repeat(4), 4)).isEqualTo(BOX.repeat(4));
  }

  @Test
  void what_cannot_be_printed_is_a_space_and_lines_stay_lines() {
    assertThat(IncomingText.printable("a\0\u0085b\n\tc\uD83Dd", 99)).isEqualTo("a b\n\tc d");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "\n ", "\0"})
  void a_text_of_white_space_says_nothing(String text) {
    assertThat(IncomingText.printable(text, 99)).isNull();
  }
}
