package io.paymentsaga.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceparentTest {
  private static final String VALID = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  @Test
  void a_valid_trace_is_continued() {
    assertThat(Traceparent.continued(VALID)).isEqualTo(VALID);
  }

  @ParameterizedTest
  @CsvSource({"01", "cc", "fe"})
  void a_later_version_is_read_as_the_one_we_know(String version) {
    String later = version + VALID.substring(2);

    assertThat(Traceparent.continued(later)).isEqualTo(VALID);
    assertThat(Traceparent.continued(later + "-what-the-future-brings")).isEqualTo(VALID);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-011",
      })
  void an_invalid_one_is_replaced_by_a_new_trace(String offered) {
    String fresh = Traceparent.continued(offered);

    assertThat(fresh).matches("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00");
    assertThat(Traceparent.continued(fresh)).isEqualTo(fresh);
    assertThat(Traceparent.continued(offered)).isNotEqualTo(fresh);
  }
}
