package io.paymentsaga.fault;

import io.paymentsaga.fault.Script.Cue;
import io.paymentsaga.fault.Storefront.Answer;
import io.paymentsaga.sandbox.stripe.ApiFault;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.paymentsaga.sandbox.stripe.TestCard;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A script as it is played: one order, its payment, and everybody who has to do with it. */
final class Play {
  private static final int AMOUNT = 3000;
  private static final int CHECKOUT_TRIES = 250;
  private static final int TRIES = 80;
  private static final int CAPTURE_TRIES = 10;
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final String CHECKOUT =
      """
      {"orderId":"%s","userId":"usr_7","customerEmail":"ada@example.com","currency":"USD",
       "items":[{"productId":"sku-1","productName":"Mug","quantity":1,"unitAmount":3000}]}
      """;

  /** One line of what was done. */
  record Done(Instant at, String actor, String what) {}

  private final Script script;
  private final Storefront storefront;
  private final StripeSimulator stripe;
  private final ShopTopics topics;
  private final JdbcClient database;
  private final Promises promises = new Promises();
  private final ConcurrentLinkedQueue<Done> done = new ConcurrentLinkedQueue<>();
  private final CountDownLatch never = new CountDownLatch(1);
  private String paymentId;
  private String sessionId;
  private Runnable lastMessage = () -> {};

  Play(
      Script script,
      Storefront storefront,
      StripeSimulator stripe,
      ShopTopics topics,
      JdbcClient database) {
    this.script = script;
    this.storefront = storefront;
    this.stripe = stripe;
    this.topics = topics;
    this.database = database;
  }

  Script script() {
    return script;
  }

  Promises promises() {
    return promises;
  }

  List<Done> done() {
    return List.copyOf(done);
  }

  /** From the checkout to the last cue; what was begun then is still under way. */
  void play() {
    checkOut();
    if (paymentId == null) {
      return;
    }
    script.cues().forEach(this::act);
    leaveNothingToOthers();
  }

  private void checkOut() {
    for (int tries = 0; tries < CHECKOUT_TRIES; tries++) {
      Optional<Answer> answer =
          storefront.post("/api/v1/payments/checkout-session", CHECKOUT.formatted(script.name()));
      if (answer.isPresent() && answer.get().status() == 201) {
        paymentId = answer.get().text("paymentId");
        sessionId = answer.get().text("stripeSessionId");
        promises.payments().add(paymentId);
        tell("customer", "checks out: payment " + paymentId);
        return;
      }
      tell("customer", "checks out in vain: " + status(answer));
      pause(PAUSE);
    }
  }

  private void act(Cue cue) {
    int n = cue.choice();
    switch (cue.act()) {
      case CUSTOMER_PAYS -> atStripe(cue, () -> stripe.pay(sessionId, card(n)).outcome());
      case CUSTOMER_IS_DECLINED ->
          atStripe(cue, () -> stripe.pay(sessionId, TestCard.DECLINED).outcome());
      case CUSTOMER_PAYS_BY_DEBIT ->
          atStripe(cue, () -> stripe.payByBankDebit(sessionId).outcome());
      case CUSTOMER_CANCELS -> cancel(cue);
      case BANK_LETS_DEBIT_THROUGH -> atStripe(cue, () -> settle(true));
      case BANK_RETURNS_DEBIT -> atStripe(cue, () -> settle(false));
      case BANK_DISPUTES -> atStripe(cue, () -> stripe.dispute(intent()));
      case BANK_DECIDES_DISPUTE -> decideDispute(cue, n % 3 > 0);
      case BANK_RETURNS_REFUND -> returnRefund(cue);
      case DASHBOARD_REFUNDS ->
          atStripe(
              cue,
              () ->
                  stripe.refund(
                      intent(), n % 2 == 0 ? OptionalLong.of(700) : OptionalLong.empty()));
      case DASHBOARD_AMENDS -> atStripe(cue, () -> amend(n));
      case STRIPE_EXPIRES_SESSION -> atStripe(cue, this::expire);
      case STRIPE_SENDS_AGAIN -> sendAgain(cue);
      case STRIPE_MAKES_NO_EVENT_OF_PAYING ->
          atStripe(cue, () -> stripe.quietly(() -> stripe.pay(sessionId, TestCard.PAYS).outcome()));
      case STRIPE_LOSES_REPLIES -> fault(cue, ApiFault.closeAfterActing());
      case STRIPE_FAILS -> fault(cue, ApiFault.failAfterActing(503).notRemembered());
      case STRIPE_LOSES_REPLY_TO_REFUND -> loseReplyToRefund(cue);
      case ORDER_CANCELLED -> cancelOrder(cue);
      case COMMAND_CANCEL -> command(cue, "cancel_payment");
      case COMMAND_REFUND -> command(cue, "refund_payment");
      case COMMAND_FAIL -> command(cue, "mark_payment_failed");
      case MESSAGE_REPEATED -> repeatMessage(cue);
      case OPERATOR_REFUNDS_ALL -> refund(cue, "{}");
      case OPERATOR_REFUNDS_SOME -> refund(cue, "{\"amount\":%d}".formatted(500 + n));
      case OPERATOR_COMPENSATES -> operate(cue, "compensate", "{\"reason\":\"by hand\"}");
      case OPERATOR_RETRIES -> operate(cue, "retry", "{\"reason\":\"by hand\"}");
      case OPERATOR_RESOLVES -> resolve(cue);
      case CLOCK_MAKES_ALL_DUE -> makeAllDue(cue);
      case NOBODY_DOES_ANYTHING -> pause(Duration.ofMillis(n));
    }
  }

  /** Some cards' refunds take their time. */
  private static TestCard card(int choice) {
    return choice % 4 == 0 ? TestCard.REFUND_PENDING : TestCard.PAYS;
  }

  // Stripe and the banks.

  private void atStripe(Cue cue, Supplier<Object> lever) {
    try {
      tell(cue, String.valueOf(lever.get()));
    } catch (RuntimeException notNow) {
      tell(cue, "not now: " + notNow.getMessage());
    }
  }

  private String intent() {
    return Optional.ofNullable(session().getString("payment_intent"))
        .orElseThrow(() -> new IllegalStateException("nothing was paid"));
  }

  private JsonObject session() {
    return stripe.find(sessionId).orElseThrow();
  }

  private Object settle(boolean paid) {
    stripe.settle(intent(), paid);
    return paid ? "paid" : "not paid";
  }

  private Object amend(int choice) {
    if (!"open".equals(session().getString("status"))) {
      throw new IllegalStateException("it is paid or over");
    }
    stripe.amend(sessionId, OptionalLong.of(AMOUNT - 1L - choice), Optional.empty());
    return "another amount";
  }

  private Object expire() {
    stripe.expire(sessionId);
    return "expired";
  }

  private void decideDispute(Cue cue, boolean won) {
    stripe.disputes().stream()
        .filter(dispute -> paymentId.equals(paymentOf(dispute)))
        .forEach(dispute -> atStripe(cue, () -> close(dispute, won)));
  }

  private Object close(JsonObject dispute, boolean won) {
    stripe.closeDispute(dispute.getString("id"), won);
    return won ? "won" : "lost";
  }

  private void returnRefund(Cue cue) {
    stripe.refunds().stream()
        .filter(refund -> paymentId.equals(paymentOf(refund)))
        .findFirst()
        .ifPresent(
            refund ->
                atStripe(
                    cue,
                    () -> {
                      stripe.failRefund(refund.getString("id"));
                      return refund.getString("id");
                    }));
  }

  private String paymentOf(JsonObject refundOrDispute) {
    String intent = refundOrDispute.getString("payment_intent");
    return stripe
        .find(intent)
        .map(found -> found.getJsonObject("metadata").getString("paymentId"))
        .orElse(null);
  }

  private void sendAgain(Cue cue) {
    List<JsonObject> events = stripe.events().stream().filter(this::isAboutThisPayment).toList();
    if (!events.isEmpty()) {
      JsonObject event = events.get(cue.choice() % events.size());
      atStripe(
          cue,
          () -> {
            stripe.resend(event.getString("id"));
            return event.getString("type") + " " + event.getString("id");
          });
    }
  }

  private boolean isAboutThisPayment(JsonObject event) {
    JsonObject metadata =
        event.getJsonObject("data").getJsonObject("object").getJsonObject("metadata");
    return metadata != null && paymentId.equals(metadata.getString("paymentId"));
  }

  private void fault(Cue cue, ApiFault fault) {
    stripe.mischief().inject(fault.onCalls("(GET|POST) .*" + sessionId + ".*").times(2));
    tell(cue, "on two calls about the session");
  }

  /** Whoever asks next for a refund does not hear of it. */
  private void loseReplyToRefund(Cue cue) {
    stripe.mischief().inject(ApiFault.closeAfterActing().onCalls("POST /v1/refunds").times(1));
    tell(cue, "somebody's");
  }

  // Kafka.

  private void cancelOrder(Cue cue) {
    String eventId = topics.cancelOrder(script.name());
    promises.cancelledOrders().add(script.name());
    lastMessage = () -> topics.cancelOrder(script.name(), eventId);
    tell(cue, eventId);
  }

  private void command(Cue cue, String action) {
    String eventId = topics.command(action, script.name());
    promises.commands().add(eventId);
    lastMessage = () -> topics.command(action, script.name(), eventId);
    tell(cue, eventId);
  }

  private void repeatMessage(Cue cue) {
    lastMessage.run();
    tell(cue, "");
  }

  // The service's callers.

  private void cancel(Cue cue) {
    Optional<Answer> answer = insist("/api/v1/payments/" + paymentId + "/cancel", "{}");
    if (is(answer, 202)) {
      promises.cancellations().add(paymentId);
    }
    tell(cue, status(answer));
  }

  private void refund(Cue cue, String body) {
    awaitCapture();
    // Not insisted on: without an answer it may have been opened, and once more would be another.
    Optional<Answer> answer = storefront.post("/api/v1/payments/" + paymentId + "/refunds", body);
    if (is(answer, 202)) {
      promises.refunds().add(answer.orElseThrow().text("refundId"));
    }
    tell(cue, status(answer));
  }

  /** What was paid a moment ago is soon known. */
  private void awaitCapture() {
    for (int tries = 0; tries < CAPTURE_TRIES && isPaid() && !isCaptured(); tries++) {
      pause(PAUSE);
    }
  }

  private boolean isPaid() {
    return "paid".equals(session().getString("payment_status"));
  }

  private boolean isCaptured() {
    return database
        .sql("SELECT captured_amount > 0 FROM payment WHERE payment_id = :id")
        .param("id", paymentId)
        .query(Boolean.class)
        .single();
  }

  private void operate(Cue cue, String action, String body) {
    List<String> sagas = sagas();
    String saga = sagas.get(cue.choice() % sagas.size());
    tell(cue, status(insist("/api/v1/sagas/" + saga + "/" + action, body)) + " for " + saga);
  }

  private void resolve(Cue cue) {
    String body = "{\"reason\":\"by hand\",\"outcome\":\"COMPENSATED\"}";
    Optional<Answer> answer = insist("/api/v1/sagas/" + sagas().get(0) + "/resolve", body);
    if (is(answer, 202)) {
      promises.resolutions().add(paymentId);
    }
    tell(cue, status(answer));
  }

  /** The payment's own first. */
  private List<String> sagas() {
    return database
        .sql(
            """
            SELECT saga_id FROM payment WHERE payment_id = :id
            UNION ALL
            (SELECT saga_id FROM refund WHERE payment_id = :id AND saga_id IS NOT NULL ORDER BY created_at)
            """)
        .param("id", paymentId)
        .query(String.class)
        .list();
  }

  private Optional<Answer> insist(String path, String body) {
    Optional<Answer> answer = storefront.post(path, body);
    for (int tries = 1; tries < TRIES && answer.isEmpty(); tries++) {
      pause(PAUSE);
      answer = storefront.post(path, body);
    }
    return answer;
  }

  private static boolean is(Optional<Answer> answer, int status) {
    return answer.filter(given -> given.status() == status).isPresent();
  }

  private static String status(Optional<Answer> answer) {
    return answer.map(given -> Integer.toString(given.status())).orElse("no answer");
  }

  // The clock.

  private void makeAllDue(Cue cue) {
    tell(cue, "as if hours had passed");
    database
        .sql("UPDATE saga SET due_at = now() WHERE saga_id = ANY (:ids) AND due_at IS NOT NULL")
        .param("ids", sagas().toArray(String[]::new))
        .update();
  }

  /** Banks decide in the end, and customers do not come back. */
  private void leaveNothingToOthers() {
    atStripe(new Cue(Act.BANK_LETS_DEBIT_THROUGH, 0), () -> settle(true));
    decideDispute(new Cue(Act.BANK_DECIDES_DISPUTE, 0), true);
    atStripe(new Cue(Act.STRIPE_EXPIRES_SESSION, 0), this::expire);
  }

  private void tell(Cue cue, String result) {
    tell(cue.act().actor(), cue + ": " + result);
  }

  private void tell(String actor, String what) {
    done.add(new Done(Instant.now(), actor, what));
  }

  /** No condition to wait for: the moment is meant to be any. */
  private void pause(Duration time) {
    try {
      boolean unused = never.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while nothing was done", e);
    }
  }
}
