package io.paymentsaga.fault;

import io.paymentsaga.payment.PaymentStatus;
import io.paymentsaga.saga.SagaState;
import io.paymentsaga.sandbox.stripe.ApiCall;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.vertx.core.json.JsonObject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * All that is left when everybody has gone home: the service's database, Stripe's ledger and the
 * topics.
 *
 * @param stripeEvents the ids of Stripe's events the service has stored
 * @param sessions at Stripe, as are the next five
 * @param idempotencyKeys with the endpoint each was used for
 * @param webhooks how the delivery of each event went
 * @param events all of the topics, each partition in its order, repeats too
 */
record Books(
    List<PaymentRow> payments,
    List<HistoryRow> history,
    List<RefundRow> refunds,
    List<SagaRow> sagas,
    Set<String> stripeEvents,
    long outbox,
    long deadLetters,
    List<JsonObject> sessions,
    List<JsonObject> paymentIntents,
    List<JsonObject> stripeRefunds,
    List<JsonObject> idempotencyKeys,
    List<ApiCall> apiCalls,
    List<JsonObject> webhooks,
    List<PublishedEvent> events) {

  record PaymentRow(
      String paymentId,
      String orderId,
      PaymentStatus status,
      String sagaId,
      String sessionId,
      long capturedAmount,
      long refundedAmount,
      long sequence) {}

  /**
   * @param from null for a payment's first entry
   */
  record HistoryRow(
      String paymentId, Instant at, String signal, PaymentStatus from, PaymentStatus to) {
    boolean moves() {
      return from != to;
    }
  }

  /**
   * @param sagaId null when it was made at Stripe itself
   */
  record RefundRow(
      String refundId,
      String paymentId,
      String sagaId,
      long amount,
      String status,
      String stripeRefundId) {}

  record SagaRow(String sagaId, String kind, SagaState state, String reason) {}

  /** Reads everything; nothing may be running any more that writes. */
  static Books read(DataSource dataSource, StripeSimulator stripe, ShopTopics topics) {
    JdbcClient database = JdbcClient.create(dataSource);
    JsonObject stripeState = stripe.state();
    return new Books(
        database.sql("SELECT * FROM payment").query(Books::readPayment).list(),
        database
            .sql("SELECT * FROM payment_history ORDER BY history_id")
            .query(Books::readHistory)
            .list(),
        database.sql("SELECT * FROM refund").query(Books::readRefund).list(),
        database.sql("SELECT * FROM saga").query(Books::readSaga).list(),
        Set.copyOf(
            database.sql("SELECT stripe_event_id FROM stripe_event").query(String.class).list()),
        database.sql("SELECT count(*) FROM outbox").query(Long.class).single(),
        database.sql("SELECT count(*) FROM dead_letter").query(Long.class).single(),
        stripe.sessions(),
        stripe.paymentIntents(),
        stripe.refunds(),
        objects(stripeState, "idempotencyKeys"),
        stripe.apiCalls(),
        objects(stripeState, "events"),
        topics.published());
  }

  /** What of it is about one order; of keys, calls and dead letters, nothing. */
  Books about(String orderId) {
    List<PaymentRow> itsPayments =
        payments.stream().filter(payment -> payment.orderId().equals(orderId)).toList();
    Set<String> ids = ids(itsPayments, PaymentRow::paymentId);
    List<RefundRow> itsRefunds =
        refunds.stream().filter(refund -> ids.contains(refund.paymentId())).toList();
    Set<String> itsSagas = ids(itsPayments, PaymentRow::sagaId);
    itsSagas.addAll(ids(itsRefunds, RefundRow::sagaId));
    List<JsonObject> itsIntents = of(paymentIntents, ids);
    Set<String> intentIds = ids(itsIntents, intent -> intent.getString("id"));
    List<JsonObject> itsStripeRefunds =
        stripeRefunds.stream()
            .filter(refund -> intentIds.contains(refund.getString("payment_intent")))
            .toList();
    List<JsonObject> itsSessions = of(sessions, ids);
    Set<String> objectIds = ids(itsSessions, session -> session.getString("id"));
    objectIds.addAll(intentIds);
    objectIds.addAll(ids(itsIntents, intent -> intent.getString("latest_charge")));
    objectIds.addAll(ids(itsStripeRefunds, refund -> refund.getString("id")));
    return new Books(
        itsPayments,
        history.stream().filter(entry -> ids.contains(entry.paymentId())).toList(),
        itsRefunds,
        sagas.stream().filter(saga -> itsSagas.contains(saga.sagaId())).toList(),
        stripeEvents,
        outbox,
        0,
        itsSessions,
        itsIntents,
        itsStripeRefunds,
        List.of(),
        List.of(),
        webhooks.stream()
            .filter(webhook -> objectIds.contains(webhook.getString("object")))
            .toList(),
        events.stream().filter(event -> event.orderId().equals(orderId)).toList());
  }

  private static <T> Set<String> ids(List<T> all, Function<T, String> id) {
    return all.stream().map(id).collect(Collectors.toCollection(HashSet::new));
  }

  private static List<JsonObject> of(List<JsonObject> objects, Set<String> paymentIds) {
    return objects.stream()
        .filter(each -> paymentIds.contains(each.getJsonObject("metadata").getString("paymentId")))
        .toList();
  }

  private static List<JsonObject> objects(JsonObject parent, String name) {
    return parent.getJsonArray(name).stream().map(JsonObject.class::cast).toList();
  }

  private static PaymentRow readPayment(ResultSet row, int number) throws SQLException {
    return new PaymentRow(
        row.getString("payment_id"),
        row.getString("order_id"),
        PaymentStatus.valueOf(row.getString("status")),
        row.getString("saga_id"),
        row.getString("stripe_session_id"),
        row.getLong("captured_amount"),
        row.getLong("refunded_amount"),
        row.getLong("sequence"));
  }

  private static HistoryRow readHistory(ResultSet row, int number) throws SQLException {
    String from = row.getString("from_status");
    return new HistoryRow(
        row.getString("payment_id"),
        row.getObject("at", OffsetDateTime.class).toInstant(),
        row.getString("signal"),
        from == null ? null : PaymentStatus.valueOf(from),
        PaymentStatus.valueOf(row.getString("to_status")));
  }

  private static RefundRow readRefund(ResultSet row, int number) throws SQLException {
    return new RefundRow(
        row.getString("refund_id"),
        row.getString("payment_id"),
        row.getString("saga_id"),
        row.getLong("amount"),
        row.getString("status"),
        row.getString("stripe_refund_id"));
  }

  private static SagaRow readSaga(ResultSet row, int number) throws SQLException {
    return new SagaRow(
        row.getString("saga_id"),
        row.getString("kind"),
        SagaState.valueOf(row.getString("state")),
        row.getString("reason"));
  }
}
