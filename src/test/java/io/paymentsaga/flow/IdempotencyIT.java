package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.ServiceProcess;
import io.paymentsaga.sandbox.stripe.ApiFault;
import io.paymentsaga.sandbox.stripe.TestCard;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What an {@code Idempotency-Key} is good for, on two instances that share a database. */
class IdempotencyIT {
  private static final String OPEN = "POST /v1/checkout/sessions";
  private static final String CHECKOUT = "/api/v1/payments/checkout-session";
  private static final int CALLS_AT_ONCE = 12;

  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static PaymentService service;
  private static ServiceProcess another;
  private static JdbcClient database;
  private static ExecutorService callers;

  @BeforeAll
  static void start() {
    service = PaymentService.start(sandbox);
    another = service.startAnother(sandbox.directory().resolve("another"));
    database = JdbcClient.create(sandbox.database().dataSource());
    callers = Executors.newFixedThreadPool(CALLS_AT_ONCE);
  }

  @AfterAll
  static void stop() {
    callers.shutdownNow();
    another.close();
    service.close();
  }

  @AfterEach
  void behave() {
    service.stripe().mischief().behave();
    service.stripe().restart();
  }

  @Test
  void a_repeated_checkout_is_answered_the_same() {
    Order order = Order.some();
    String key = newKey();

    Answer first = service.api().under(key).checkout(order).expect(201);
    Answer quoted = service.api().under('"' + key + '"').checkout(order).expect(201);
    Answer elsewhere = elsewhere().under(key).post(CHECKOUT, " " + order.json()).expect(201);

    assertThat(first.header("Idempotent-Replayed")).isEmpty();
    assertThat(List.of(quoted, elsewhere)).allSatisfy(again -> assertReplayed(again, first));
    assertThat(service.sessionsAtStripe(order.id())).hasSize(1);
  }

  @Test
  void calls_at_once_on_two_instances_open_one_session() {
    Order order = Order.some();
    String key = newKey();
    inject(ApiFault.delayAnswer(Duration.ofSeconds(1)).onCalls(OPEN).times(1));

    List<CompletableFuture<Answer>> calls =
        IntStream.range(0, CALLS_AT_ONCE)
            .mapToObj(number -> number % 2 == 0 ? service.api() : elsewhere())
            .map(
                api -> CompletableFuture.supplyAsync(() -> api.under(key).checkout(order), callers))
            .toList();
    List<Answer> answers = calls.stream().map(CompletableFuture::join).toList();

    assertThat(answers).filteredOn(answer -> answer.status() == 201).isNotEmpty();
    assertThat(answers)
        .filteredOn(answer -> answer.status() != 201)
        .isNotEmpty()
        .allSatisfy(
            busy -> {
              busy.expect(409);
              assertThat(busy.header("Retry-After")).isPresent();
            });
    assertThat(service.sessionsAtStripe(order.id())).hasSize(1);
    service.api().under(key).checkout(order).expect(201);
  }

  @Test
  void a_key_is_for_one_body_and_one_path() {
    Order order = Order.some();
    String key = newKey();
    service.api().under(key).checkout(order).expect(201);
    Payment other = service.checkout();

    service.api().under(key).checkout(Order.some()).expect(422);
    service.api().under(key).post(other.path() + "/cancel", order.json()).expect(422);

    assertThat(other.status()).isEqualTo("PENDING");
  }

  @Test
  void two_callers_may_use_one_key() {
    String key = newKey();
    Order anns = Order.some().of("usr_ann");
    Order bens = Order.some().of("usr_ben");

    Answer ann = service.apiFor("usr_ann", "payments:own").under(key).checkout(anns).expect(201);
    Answer ben = service.apiFor("usr_ben", "payments:own").under(key).checkout(bens).expect(201);

    assertThat(ben.text("orderId")).isEqualTo(bens.id());
    assertThat(ben.text("paymentId")).isNotEqualTo(ann.text("paymentId"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CHECKOUT,
        "/api/v1/payments/p/refunds",
        "/api/v1/payments/p/cancel",
        "/api/v1/sagas/s/retry",
        "/api/v1/sagas/s/compensate",
        "/api/v1/sagas/s/resolve",
        "/api/v1/dead-letters/d/replay",
        "/api/v1/dead-letters/d/discard"
      })
  void a_malformed_key_is_a_bad_request_of_every_call(String path) {
    assertThat(List.of("two words", "\"open", "\"a\"; b=1", "\"\"", "k".repeat(256), "a,b"))
        .allSatisfy(
            key -> service.api().under(key).post(path, "{\"reason\":\"none\"}").expect(400));
  }

  @Test
  void what_the_caller_sent_wrongly_is_wrong_again() {
    Order order = Order.some();
    String key = newKey();

    Answer first = service.api().under(key).checkout(order.without("currency")).expect(400);
    Answer again = elsewhere().under(key).checkout(order.without("currency")).expect(400);

    assertReplayed(again, first);
    service.api().under(key).checkout(order).expect(422);
  }

  @Test
  void what_stripe_refuses_is_refused_again_and_not_asked_again() {
    Order order = Order.some().costing(1);
    String key = newKey();

    Answer first = service.api().under(key).checkout(order).expect(422);
    Answer again = service.api().under(key).checkout(order).expect(422);

    assertReplayed(again, first);
    assertThat(paymentsOf(order)).isEqualTo(1);
  }

  @Test
  void after_a_503_the_same_key_goes_on_with_the_same_payment() {
    Order order = Order.some();
    String key = newKey();
    service.stripe().stop();
    service.api().under(key).checkout(order).expect(503);
    String begun = service.paymentOf(order).id();
    service.api().under(key).checkout(order).expect(503);
    service.stripe().restart();

    Answer answer = elsewhere().under(key).checkout(order).expect(201);

    assertThat(answer.text("paymentId")).isEqualTo(begun);
    assertThat(paymentsOf(order)).isEqualTo(1);
    Payment payment = service.paymentOf(order).paid();
    payment.awaitSaga("COMPLETED");
    assertThat(Payment.texts(payment.saga().path("steps"), "name"))
        .containsExactly("create-payment", "open-checkout-session", "announce-payment");
    payment.awaitEvents("payment.initiated", "payment.completed");
  }

  @Test
  void a_payment_nobody_goes_on_with_is_closed_and_its_key_begins_anew() {
    Order order = Order.some();
    String key = newKey();
    inject(ApiFault.closeAfterActing().onCalls(OPEN));
    service.api().under(key).checkout(order).expect(503);
    service.stripe().mischief().behave();
    Payment first = service.paymentOf(order);
    assertThat(first.status()).isEqualTo("PENDING");

    letTheDeadlinePass(first);
    first.awaitStatus("FAILED");
    Answer answer = service.api().under(key).checkout(order).expect(201);

    assertThat(answer.text("paymentId")).isNotEqualTo(first.id());
    assertThat(service.sessionsAtStripe(order.id()))
        .extracting(session -> session.getString("status"))
        .containsExactlyInAnyOrder("expired", "open");
  }

  @Test
  void a_call_whose_instance_was_killed_is_gone_on_with_by_another() {
    Order order = Order.some();
    String key = newKey();
    Order earlier = Order.some();
    String answered = newKey();
    Answer kept = service.api().under(answered).checkout(earlier).expect(201);
    inject(ApiFault.delayActing(Duration.ofSeconds(5)).onCalls(OPEN).times(1));
    var lost =
        CompletableFuture.supplyAsync(() -> service.api().under(key).checkout(order), callers);
    eventually().until(() -> !held(key).isEmpty() && openCalls(order) > 0);

    service.kill();
    assertThat(lost).failsWithin(Duration.ofSeconds(10));
    Answer tooEarly = elsewhere().under(key).checkout(order).expect(409);
    assertThat(Integer.parseInt(tooEarly.header("Retry-After").orElseThrow())).isBetween(1, 33);
    service.restart();
    letTheLeasePass(key);
    eventually().until(() -> service.sessionsAtStripe(order.id()).size() == 1);
    Answer answer = elsewhere().under(key).checkout(order).expect(201);

    assertThat(answer.text("paymentId")).isEqualTo(service.paymentOf(order).id());
    assertThat(paymentsOf(order)).isEqualTo(1);
    assertThat(service.sessionsAtStripe(order.id())).hasSize(1);
    assertReplayed(service.api().under(key).checkout(order), answer);
    assertReplayed(service.api().under(answered).checkout(earlier), kept);
  }

  @Test
  void a_repeated_refund_is_one_refund() {
    Payment payment = service.checkout().paid();
    String key = newKey();
    String path = payment.path() + "/refunds";
    List<CompletableFuture<Answer>> calls =
        IntStream.range(0, CALLS_AT_ONCE)
            .mapToObj(number -> number % 2 == 0 ? service.api() : elsewhere())
            .map(
                api ->
                    CompletableFuture.supplyAsync(
                        () -> api.under(key).post(path, "{\"amount\":1000}"), callers))
            .toList();

    List<Answer> answers = calls.stream().map(CompletableFuture::join).toList();
    Answer again = service.api().under(key).post(path, "{\"amount\":1000}").expect(202);

    assertThat(answers).extracting(Answer::status).contains(202).isSubsetOf(202, 409);
    assertThat(answers)
        .filteredOn(answer -> answer.status() == 202)
        .extracting(answer -> answer.text("refundId"))
        .containsOnly(again.text("refundId"));
    assertThat(payment.refunds()).hasSize(1);
    service.api().under(key).post(path, "{\"amount\":500}").expect(422);
  }

  @Test
  void a_conflict_may_pass_and_is_not_kept() {
    Payment payment = service.checkout();
    String key = newKey();
    String path = payment.path() + "/refunds";

    service.api().under(key).post(path, "{}").expect(409);
    payment.paid();

    service.api().under(key).post(path, "{}").expect(202);
  }

  @Test
  void money_that_is_being_refunded_may_be_left_again() {
    Payment payment = service.checkout().paidWith(TestCard.REFUND_PENDING);
    String key = newKey();
    String path = payment.path() + "/refunds";
    payment.refund("{}").expect(202);
    service.api().under(key).post(path, "{\"amount\":1000}").expect(422);

    eventually().until(() -> !service.refundsAtStripe(payment).isEmpty());
    service.stripe().failRefund(service.refundsAtStripe(payment).get(0).getString("id"));
    eventually().until(() -> payment.refunds().at("/0/status").asText().equals("failed"));

    service.api().under(key).post(path, "{\"amount\":1000}").expect(202);
  }

  @Test
  void an_operators_action_is_recorded_once() {
    Payment payment = service.checkout();
    String path = "/api/v1/sagas/" + payment.saga().path("sagaId").asText() + "/compensate";
    String key = newKey();

    Answer first = service.api().under(key).post(path, "{\"reason\":\"fraud\"}").expect(202);
    payment.awaitStatus("CANCELLED");
    Answer again = service.api().under(key).post(path, "{\"reason\":\"fraud\"}").expect(202);

    assertReplayed(again, first);
    assertThat(payment.timeline()).containsOnlyOnce("CompensationOrdered");
  }

  @Test
  void an_expired_key_begins_anew_and_is_forgotten() {
    String key = newKey();
    String unused = newKey();
    service.api().under(key).checkout(Order.some()).expect(201);
    service.api().under(unused).checkout(Order.some()).expect(201);
    letADayPass(key);

    service.api().under(key).checkout(Order.some()).expect(201);
    letADayPass(unused);

    eventually().until(() -> held(unused).isEmpty());
    assertThat(held(key)).isNotEmpty();
  }

  private static Api elsewhere() {
    return service.api().at(another::url);
  }

  private static void assertReplayed(Answer again, Answer first) {
    again.expect(first.status());
    assertThat(again.header("Idempotent-Replayed")).hasValue("true");
    assertThat(again.response().body()).isEqualTo(first.response().body());
    assertThat(again.header("Location")).isEqualTo(first.header("Location"));
    assertThat(again.header("Content-Type")).isEqualTo(first.header("Content-Type"));
  }

  private static String newKey() {
    return UUID.randomUUID().toString();
  }

  private static void inject(ApiFault fault) {
    service.stripe().mischief().inject(fault);
  }

  private static int paymentsOf(Order order) {
    return service.api().get("/api/v1/payments?orderId=" + order.id()).json().at("/items").size();
  }

  /** How often Stripe was asked for a session of this order's payment, answered or not. */
  private static long openCalls(Order order) {
    return database
        .sql(
            "SELECT count(*) FROM saga_step JOIN payment USING (saga_id)"
                + " WHERE order_id = ? AND name = 'open-checkout-session'")
        .param(order.id())
        .query(Long.class)
        .single();
  }

  private static List<String> held(String key) {
    return database
        .sql("SELECT key FROM idempotency_key WHERE key = ?")
        .param(key)
        .query(String.class)
        .list();
  }

  private static void letTheLeasePass(String key) {
    database
        .sql("UPDATE idempotency_key SET lease_until = now() WHERE key = ?")
        .param(key)
        .update();
  }

  private static void letADayPass(String key) {
    database.sql("UPDATE idempotency_key SET expires_at = now() WHERE key = ?").param(key).update();
  }

  private static void letTheDeadlinePass(Payment payment) {
    database
        .sql(
            "UPDATE saga SET deadline = now(), due_at = now()"
                + " FROM payment p WHERE p.saga_id = saga.saga_id AND p.payment_id = ?")
        .param(payment.id())
        .update();
  }
}
