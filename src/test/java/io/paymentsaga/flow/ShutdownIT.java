package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.ApiFault;
import io.paymentsaga.sandbox.stripe.TestCard;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The process ends, as it is told to or not, and another one goes on. */
class ShutdownIT {
  private static final String OPEN = "POST /v1/checkout/sessions";
  private static final String EXPIRE = "POST /v1/checkout/sessions/.*/expire";

  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static PaymentService service;

  @BeforeAll
  static void start() {
    service =
        PaymentService.start(sandbox, Map.of("SAGA_LEASE", "2s", "CHECKOUT_SAGA_TIMEOUT", "4000"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @AfterEach
  void behave() {
    service.stripe().mischief().behave();
  }

  @Test
  void a_checkout_in_flight_is_finished_before_the_process_ends() {
    Order order = Order.some();
    inject(ApiFault.delayAnswer(Duration.ofSeconds(3)).onCalls(OPEN).times(1));
    CompletableFuture<Answer> answer =
        CompletableFuture.supplyAsync(() -> service.api().checkout(order));
    awaitCall(OPEN);

    service.terminate();

    assertThat(answer.join().status()).isEqualTo(201);
    service.restart();
    service.paymentOf(order).paid().awaitEvents("payment.initiated", "payment.completed");
  }

  @Test
  void a_rollback_in_the_middle_is_finished_by_the_next_process() {
    Payment payment = service.checkout();
    inject(ApiFault.delayAnswer(Duration.ofSeconds(3)).onCalls(EXPIRE).times(1));
    payment.pay(TestCard.DECLINED);
    awaitCall(EXPIRE);

    service.terminate();
    service.restart();

    assertRolledBack(payment);
  }

  @Test
  void a_payment_made_while_no_process_runs_completes_after_the_restart() {
    Payment payment = service.checkout();

    service.kill();
    payment.pay(TestCard.PAYS);
    service.restart();

    payment.awaitStatus("COMPLETED");
    payment.awaitSaga("COMPLETED");
    payment.awaitEvents("payment.initiated", "payment.completed");
  }

  @Test
  void a_rollback_whose_process_is_killed_is_finished_by_the_next() {
    Payment payment = service.checkout();
    inject(ApiFault.delayActing(Duration.ofSeconds(3)).onCalls(EXPIRE).times(1));
    payment.pay(TestCard.DECLINED);
    awaitCall(EXPIRE);

    service.kill();
    service.restart();

    assertRolledBack(payment);
  }

  @Test
  void a_refund_whose_process_is_killed_is_made_once() {
    Payment payment = service.checkout().paid();
    inject(ApiFault.delayAnswer(Duration.ofSeconds(3)).onCalls("POST /v1/refunds").times(1));
    payment.refund("{}").expect(202);
    awaitCall("POST /v1/refunds");

    service.kill();
    service.restart();

    payment.awaitStatus("REFUNDED");
    payment.awaitEvents("payment.initiated", "payment.completed", "payment.refunded");
    assertThat(service.refundsAtStripe(payment)).hasSize(1);
  }

  @Test
  void a_checkout_whose_process_is_killed_leaves_no_open_session_and_frees_the_order() {
    Order order = Order.some();
    inject(ApiFault.delayAnswer(Duration.ofSeconds(3)).onCalls(OPEN).times(1));
    CompletableFuture<Answer> answer =
        CompletableFuture.supplyAsync(() -> service.api().checkout(order));
    awaitCall(OPEN);

    service.kill();
    service.restart();

    assertThat(answer).failsWithin(Duration.ofSeconds(5));
    Payment interrupted = service.paymentOf(order);
    interrupted.awaitStatus("FAILED");
    interrupted.awaitSaga("COMPENSATED");
    assertThat(service.sessionsAtStripe(order.id()))
        .extracting(session -> session.getString("status"))
        .containsOnly("expired");
    service.checkout(order).paid();
  }

  private static void inject(ApiFault fault) {
    service.stripe().mischief().inject(fault);
  }

  /** Waits until a call that goes wrong has reached Stripe. */
  private static void awaitCall(String methodAndPath) {
    eventually()
        .until(
            () ->
                service.stripe().apiCalls().stream()
                    .filter(call -> call.fault() != null && call.status() == 0)
                    .anyMatch(call -> (call.method() + " " + call.path()).matches(methodAndPath)));
  }

  private static void assertRolledBack(Payment payment) {
    payment.awaitStatus("FAILED");
    payment.awaitSaga("COMPENSATED");
    payment.awaitEvents(
        "payment.initiated",
        "saga.payment.compensate",
        "payment.failed",
        "saga.payment.rollback.complete");
    assertThat(payment.session().path("status").asText()).isEqualTo("expired");
  }
}
