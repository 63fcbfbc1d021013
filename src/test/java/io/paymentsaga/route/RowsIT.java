package io.paymentsaga.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.paymentsaga.payment.Decision;
import io.paymentsaga.payment.Dispute;
import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.PaymentEvent;
import io.paymentsaga.payment.PaymentJourney;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.payment.Signal;
import io.paymentsaga.sandbox.SandboxEnvironment;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Payments on their way into the database and back, through the door's own statements. */
class RowsIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();

  private static CamelContext context;
  private static ProducerTemplate statements;
  private static JdbcClient jdbc;

  private final Rows rows = new Rows();
  private final PaymentJourney journey =
      PaymentJourney.from(Instant.now().truncatedTo(ChronoUnit.MICROS));

  @BeforeAll
  static void openDatabase() throws Exception {
    DataSource dataSource = sandbox.database().dataSource();
    Flyway.configure().dataSource(dataSource).load().migrate();
    jdbc = JdbcClient.create(dataSource);
    context = new DefaultCamelContext();
    context.getRegistry().bind("dataSource", dataSource);
    context.start();
    statements = context.createProducerTemplate();
  }

  @AfterAll
  static void closeDatabase() throws Exception {
    context.close();
  }

  @BeforeEach
  void storePayment() {
    jdbc.sql("TRUNCATE saga, order_reference, outbox CASCADE").update();
    jdbc.sql(
            """
            INSERT INTO saga (saga_id, kind, state, due_at)
            VALUES ('saga_1', 'payment', 'STARTED', now())
            """)
        .update();
    Payment payment = journey.payment();
    run(
        "payment/insert-payment",
        Map.of("orderId", payment.orderId(), "state", rows.write(payment), "actor", "user_1"));
  }

  /** The database itself remembers when a payment came back: no decision needs it. */
  @Test
  void each_component_of_a_payment_is_the_column_of_its_name() {
    assertThat(columns("payment"))
        .contains("came_back_at")
        .filteredOn(column -> !column.equals("came_back_at"))
        .isEqualTo(components(Payment.class));
  }

  @Test
  void each_component_of_a_refund_is_the_column_of_its_name() {
    assertThat(columns("refund")).isEqualTo(components(Refund.class));
  }

  @Test
  void each_component_of_a_dispute_is_the_column_of_its_name() {
    assertThat(columns("dispute")).isEqualTo(components(Dispute.class));
  }

  @Test
  void a_payment_comes_back_as_it_was_stored() {
    assertThat(locked()).isEqualTo(journey.payment());
  }

  @Test
  void a_payment_comes_back_as_it_was_decided() {
    for (Signal signal : life()) {
      apply(journey.take(signal));

      assertThat(locked()).isEqualTo(journey.payment());
    }
    assertThat(rows.refunds((String) run("refund/list-refunds", paymentId())))
        .isEqualTo(journey.refunds());
    assertThat(rows.disputes((String) run("dispute/list-disputes-of-payment", paymentId())))
        .isEqualTo(journey.disputes());
  }

  @Test
  void the_database_itself_refuses_to_give_back_more_than_was_captured() {
    assertThatThrownBy(
            () ->
                jdbc.sql("UPDATE payment SET captured_amount = 3000, refund_reserved = 3001")
                    .update())
        .isInstanceOf(DataIntegrityViolationException.class);
  }

  @Test
  void events_wait_in_the_order_they_were_decided_in() {
    life().forEach(signal -> apply(journey.take(signal)));

    assertThat(jdbc.sql("SELECT sequence FROM outbox ORDER BY outbox_id").query(Long.class).list())
        .isEqualTo(List.of(1L, 2L, 3L, 4L, 5L));
  }

  @Test
  void a_decision_on_what_the_payment_no_longer_is_writes_nothing() {
    Decision first = journey.take(new Signal.SessionOpened("cs_1"));
    apply(first);

    assertThat(write(first)).isNull();
    assertThat(jdbc.sql("SELECT count(*) FROM outbox").query(Long.class).single()).isEqualTo(1);
    assertThat(jdbc.sql("SELECT count(*) FROM payment_history").query(Long.class).single())
        .isEqualTo(2);
  }

  /** Opened, paid, a part given back at Stripe itself, disputed, and lost to the bank. */
  private static List<Signal> life() {
    return List.of(
        new Signal.SessionOpened("cs_1"),
        new Signal.Captured(new Money(3000, "USD"), "pi_1"),
        new Signal.ReceiptIssued("ch_1", "https://stripe.example/receipt"),
        new Signal.RefundReported(
            "stripe-re_1", "re_1", 500, Refund.Status.SUCCEEDED, "duplicate", null),
        new Signal.DisputeReported(
            "du_1", new Money(2500, "USD"), Dispute.Status.OPEN, "needs_response", "fraudulent"),
        new Signal.DisputeReported(
            "du_1", new Money(2500, "USD"), Dispute.Status.LOST, "lost", "fraudulent"));
  }

  private void apply(Decision decision) {
    assertThat(write(decision)).isNotNull();
  }

  private Object write(Decision decision) {
    return run(
        "payment/apply-decision",
        Map.of(
            "state", rows.write(decision.after()),
            "history", "{\"signal\":\"Test\",\"to_status\":\"PENDING\",\"cause\":\"test\"}",
            "events", rows.write(decision.events().stream().map(RowsIT::row).toList()),
            "refunds", rows.write(decision.refunds()),
            "disputes", rows.write(decision.disputes())));
  }

  private static Map<String, Object> row(PaymentEvent event) {
    return Map.of(
        "event_id",
        "event_" + event.sequence(),
        "event_type",
        event.type().published(),
        "sequence",
        event.sequence(),
        "body",
        "{}");
  }

  private Payment locked() {
    return rows.payment((String) run("payment/lock-payment", paymentId()));
  }

  private Map<String, Object> paymentId() {
    return Map.of("paymentId", journey.payment().paymentId());
  }

  private static Object run(String statement, Map<String, Object> parameters) {
    return statements.requestBody(
        "sql:classpath:sql/" + statement + ".sql?outputType=SelectOne", parameters);
  }

  private static List<String> columns(String table) {
    return jdbc.sql(
            """
            SELECT column_name FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name = :table ORDER BY ordinal_position
            """)
        .param("table", table)
        .query(String.class)
        .list();
  }

  private static List<String> components(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(RecordComponent::getName)
        .map(name -> name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT))
        .toList();
  }
}
