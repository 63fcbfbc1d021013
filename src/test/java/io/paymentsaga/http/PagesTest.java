package io.paymentsaga.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PagesTest {
  private static final ListParameters PAYMENTS =
      ListParameters.of("payments")
          .paged()
          .period()
          .id("orderId")
          .oneOf("status", List.of("PENDING", "COMPLETED"));
  private static final ListParameters SAGAS = ListParameters.of("sagas").paged().flag("stuck");

  private final Pages pages = pages("whsec_1");

  private static Pages pages(String secret) {
    return new Pages(secret.getBytes(StandardCharsets.UTF_8));
  }

  private static String cursorOf(Pages pages, ListParameters list) {
    List<Cursor> rows =
        IntStream.range(0, 3)
            .mapToObj(i -> new Cursor(Instant.parse("2026-01-01T00:00:00.123456789Z"), "pay_" + i))
            .toList();
    ListQuery query = pages.parse("limit=2", list);
    assertThat(query.rows()).isEqualTo(3);
    Page<Cursor> page = pages.page(list, query, rows, rows.size(), cursor -> cursor);
    assertThat(page.items()).isEqualTo(rows.subList(0, 2));
    return page.nextCursor();
  }

  @Test
  void without_parameters_the_first_fifty_are_asked_for() {
    ListQuery query = pages.parse("", PAYMENTS);

    assertThat(query.limit()).isEqualTo(50);
    assertThat(query.after()).isEmpty();
    assertThat(query.from()).isEmpty();
    assertThat(query.filters()).isEmpty();
  }

  @Test
  void all_parameters_are_read() {
    ListQuery query =
        pages.parse(
            "orderId=o%2F1+2&status=PENDING&from=2026-01-01T00:00:00Z"
                + "&to=2026-01-02T01:00:00%2B01:00&limit=200",
            PAYMENTS);

    assertThat(query.filter("orderId")).contains("o/1 2");
    assertThat(query.filter("status")).contains("PENDING");
    assertThat(query.from()).contains(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(query.to()).contains(Instant.parse("2026-01-02T00:00:00Z"));
    assertThat(query.limit()).isEqualTo(200);
    assertThat(pages.parse("stuck=true", SAGAS).filter("stuck")).contains("true");
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0, /limit out-of-range",
    "limit=201, /limit out-of-range",
    "limit=, /limit out-of-range",
    "limit=-1, /limit out-of-range",
    "limit=1e1, /limit out-of-range",
    "limit=99999999999, /limit out-of-range",
    "limit=1&limit=2, /limit repeated-parameter",
    "status=DONE, /status invalid-value",
    "ordreId=o, /ordreId unknown-parameter",
    "stuck=true, /stuck unknown-parameter",
    "orderId=, /orderId too-short",
    "orderId=%00, /orderId invalid-characters",
    "orderId=%zz, ' invalid-format'",
    "from=yesterday, /from invalid-format",
    "from=2026-01-01, /from invalid-format",
    "to=%2B999999999-01-01T00:00:00Z, /to invalid-format",
    "to=9999-12-31T23:59:59-05:00, /to invalid-format",
    "from=0000-12-31T23:59:59Z, /from invalid-format",
    "from=0001-01-01T00:00:00%2B00:01, /from invalid-format",
    "a~b/c=1, /a~0b~1c unknown-parameter",
    "cursor=, /cursor invalid-cursor",
    "cursor=!, /cursor invalid-cursor",
    "cursor=AAAA, /cursor invalid-cursor",
  })
  void a_faulty_parameter_is_named(String query, String fault) {
    assertThat(Requests.faults(() -> pages.parse(query, PAYMENTS))).contains(fault);
  }

  @Test
  void all_faults_are_found_at_once() {
    assertThat(Requests.faults(() -> pages.parse("limit=x&from=y&cursor=z&a=b", PAYMENTS)))
        .containsExactlyInAnyOrder(
            "/a unknown-parameter",
            "/limit out-of-range",
            "/cursor invalid-cursor",
            "/from invalid-format");
  }

  @Test
  void the_first_hundred_faults_are_told() {
    assertThat(Requests.faults(() -> pages.parse("a&".repeat(101), PAYMENTS))).hasSize(100);
  }

  @Test
  void the_next_page_begins_after_the_last_item() {
    String cursor = cursorOf(pages, PAYMENTS);

    assertThat(pages.parse("cursor=" + cursor, PAYMENTS).after())
        .contains(new Cursor(Instant.parse("2026-01-01T00:00:00.123456Z"), "pay_1"));
  }

  @Test
  void the_last_page_has_no_cursor() {
    Cursor only = new Cursor(Instant.EPOCH, "pay_1");

    Page<Cursor> page =
        pages.page(PAYMENTS, pages.parse("limit=1", PAYMENTS), List.of(only), 1, cursor -> cursor);

    assertThat(page).isEqualTo(new Page<>(List.of(only), null));
  }

  @Test
  void a_page_that_ended_early_has_a_cursor() {
    List<Cursor> two =
        List.of(new Cursor(Instant.EPOCH, "pay_2"), new Cursor(Instant.EPOCH, "pay_1"));

    Page<Cursor> page =
        pages.page(PAYMENTS, pages.parse("limit=9", PAYMENTS), two, 3, cursor -> cursor);

    assertThat(page.items()).isEqualTo(two);
    assertThat(pages.parse("cursor=" + page.nextCursor(), PAYMENTS).after())
        .contains(new Cursor(Instant.EPOCH, "pay_1"));
  }

  @Test
  void every_instance_with_the_same_secret_reads_the_cursor() {
    String cursor = cursorOf(pages, PAYMENTS);

    assertThat(pages("whsec_1").parse("cursor=" + cursor, PAYMENTS).after()).isPresent();
    assertThat(Requests.faults(() -> pages("whsec_2").parse("cursor=" + cursor, PAYMENTS)))
        .containsExactly("/cursor invalid-cursor");
  }

  @Test
  void a_cursor_of_another_list_is_refused() {
    String cursor = cursorOf(pages, SAGAS);

    assertThat(Requests.faults(() -> pages.parse("cursor=" + cursor, PAYMENTS)))
        .containsExactly("/cursor invalid-cursor");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 25, 30, 35})
  void a_cursor_with_one_character_changed_is_refused(int position) {
    StringBuilder cursor = new StringBuilder(cursorOf(pages, PAYMENTS));
    cursor.setCharAt(position, cursor.charAt(position) == 'A' ? 'B' : 'A');

    assertThat(Requests.faults(() -> pages.parse("cursor=" + cursor, PAYMENTS)))
        .containsExactly("/cursor invalid-cursor");
  }
}
