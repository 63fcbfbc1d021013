package io.paymentsaga.proof;

import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.PaymentStatus;
import io.paymentsaga.payment.Refund;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What this service has booked, for whoever compares it with Stripe's ledger. It only reads. */
public final class BookedMoney {
  private static final int PAGE = 500;

  /**
   * So many payments, and so many refunds, are compared at once; what is seen of them is held in
   * memory.
   */
  private static final int SLICE = 5_000;

  /** So that progress is stored now and then where there is little to compare. */
  private static final Duration LONGEST_SLICE = Duration.ofHours(6);

  private final JdbcClient database;
  private final UnaryOperator<String> statements;

  /**
   * @param statements the text of a statement by its path
   */
  public BookedMoney(JdbcClient database, UnaryOperator<String> statements) {
    this.database = database;
    this.statements = statements;
  }

  /** A payment, where it stands in the order of creation, and its session if it has one. */
  record Created(String paymentId, String sessionId, Instant createdAt) {}

  /**
   * Where a slice from here on ends: it holds some thousand payments and refunds, and whole
   * seconds.
   */
  Instant endOfSlice(Instant from, Instant to) {
    Instant longest = from.plus(LONGEST_SLICE);
    Instant bound = longest.isBefore(to) ? longest : to;
    Instant full =
        database
            .sql(statements.apply("sql/proof/find-end-of-slice.sql"))
            .param("from", utc(from))
            .param("to", utc(bound))
            .param("most", SLICE)
            .query((row, number) -> instant(row, "created_at"))
            .optional()
            .map(end -> end.truncatedTo(ChronoUnit.SECONDS))
            .orElse(bound);
    return full.isAfter(from) ? full : from.plusSeconds(1);
  }

  /** A page of the payments created in a slice, oldest first, from a payment on. */
  List<Created> created(Instant from, Instant to, Created after) {
    return database
        .sql(statements.apply("sql/proof/list-created-payments.sql"))
        .param("from", utc(after == null ? from : after.createdAt()))
        .param("after", after == null ? "" : after.paymentId())
        .param("to", utc(to))
        .param("limit", PAGE)
        .query(
            (row, number) ->
                new Created(
                    row.getString("payment_id"),
                    row.getString("stripe_session_id"),
                    instant(row, "created_at")))
        .list();
  }

  /** The payments of refunds that were created in a slice, once each. */
  List<String> refunded(Instant from, Instant to) {
    return database
        .sql(statements.apply("sql/proof/list-refunded-payments.sql"))
        .param("from", utc(from))
        .param("to", utc(to))
        .query(String.class)
        .list();
  }

  Optional<BookedPayment> find(String paymentId) {
    return read(List.of(paymentId), List.of()).stream().findFirst();
  }

  /** The payments with these ids or of these PaymentIntents. */
  List<BookedPayment> read(Collection<String> paymentIds, Collection<String> intentIds) {
    Map<String, List<BookedRefund>> refunds = new HashMap<>();
    List<BookedPayment> payments =
        database
            .sql(statements.apply("sql/proof/read-payments.sql"))
            .param("paymentIds", paymentIds.toArray(String[]::new))
            .param("intentIds", intentIds.toArray(String[]::new))
            .query((row, number) -> payment(row, refunds))
            .list();
    database
        .sql(statements.apply("sql/proof/read-refunds.sql"))
        .param("paymentIds", refunds.keySet().toArray(String[]::new))
        .query((row, number) -> refunds.get(row.getString("payment_id")).add(refund(row)))
        .list();
    return payments;
  }

  private static BookedPayment payment(ResultSet row, Map<String, List<BookedRefund>> refunds)
      throws SQLException {
    String paymentId = row.getString("payment_id");
    long captured = row.getLong("captured_amount");
    return new BookedPayment(
        paymentId,
        row.getString("order_id"),
        PaymentStatus.valueOf(row.getString("status")),
        row.getString("stripe_session_id"),
        row.getString("stripe_payment_intent_id"),
        captured == 0 ? null : new Money(captured, row.getString("captured_currency")),
        row.getLong("refunded_amount"),
        row.getLong("held"),
        row.getString("held_before"),
        instant(row, "created_at"),
        instant(row, "updated_at"),
        row.getLong("version"),
        refunds.computeIfAbsent(paymentId, none -> new ArrayList<>()));
  }

  private static BookedRefund refund(ResultSet row) throws SQLException {
    return new BookedRefund(
        row.getString("refund_id"),
        row.getString("stripe_refund_id"),
        row.getLong("amount"),
        Refund.Status.valueOf(row.getString("status")),
        instant(row, "created_at"),
        instant(row, "updated_at"));
  }

  static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
