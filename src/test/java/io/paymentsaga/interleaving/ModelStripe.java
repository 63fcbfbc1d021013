package io.paymentsaga.interleaving;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.paymentsaga.payment.Dispute;
import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.stripe.StripeEvent;
import io.paymentsaga.stripe.StripeOutcome;
import io.paymentsaga.stripe.StripeOutcome.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What Stripe has of one payment, and the events it makes of each change. */
final class ModelStripe {
  private static final String SESSION = "cs_1";
  private static final String INTENT = "pi_1";

  enum SessionStatus {
    NONE,
    OPEN,
    COMPLETE,
    EXPIRED
  }

  enum IntentStatus {
    REQUIRES_PAYMENT_METHOD,
    PROCESSING,
    SUCCEEDED,
    CANCELED
  }

  /**
   * A refund as Stripe has it.
   *
   * @param ours the id in its metadata, null when it was made in the dashboard
   */
  record Made(String id, String ours, long amount, Refund.Status status) {
    Made as(Refund.Status newStatus) {
      return new Made(id, ours, amount, newStatus);
    }
  }

  private final Payment asked;
  private final List<Made> refunds = new ArrayList<>();
  private final Map<String, StripeOutcome> answersOfKeys = new HashMap<>();
  private final Set<String> arrived = new HashSet<>();
  private final List<StripeEvent> events = new ArrayList<>();
  private Money total;
  private SessionStatus session = SessionStatus.NONE;
  private IntentStatus intent = IntentStatus.REQUIRES_PAYMENT_METHOD;
  private String charge;
  private int charges;
  private Dispute.Status dispute;
  private boolean failsNextRefund;

  ModelStripe(Payment asked) {
    this.asked = asked;
    this.total = asked.money();
  }

  /** All there were, oldest first. */
  List<StripeEvent> events() {
    return events;
  }

  List<Made> refunds() {
    return refunds;
  }

  SessionStatus session() {
    return session;
  }

  IntentStatus intent() {
    return intent;
  }

  /** Null while nobody disputes. */
  Dispute.Status dispute() {
    return dispute;
  }

  Money captured() {
    return intent == IntentStatus.SUCCEEDED ? total : new Money(0, total.currency());
  }

  long refunded() {
    return refunds.stream()
        .filter(made -> made.status() == Refund.Status.SUCCEEDED)
        .mapToLong(Made::amount)
        .sum();
  }

  /** Whether a refund has ever succeeded, whatever has become of it. */
  boolean hasArrived(String stripeRefundId) {
    return arrived.contains(stripeRefundId);
  }

  /** Whether the customer may still bring money, or has it under way. */
  boolean canTakeMoney() {
    return session == SessionStatus.OPEN || intent == IntentStatus.PROCESSING;
  }

  StripeOutcome open() {
    if (session == SessionStatus.NONE) {
      session = SessionStatus.OPEN;
    }
    return new StripeOutcome.SessionOpen(SESSION, "https://stripe.example", asked.expiresAt());
  }

  boolean pay() {
    if (session != SessionStatus.OPEN) {
      return false;
    }
    charge = "ch_" + ++charges;
    intent = IntentStatus.SUCCEEDED;
    session = SessionStatus.COMPLETE;
    tellOfCharge();
    tellOfIntent("payment_intent.succeeded");
    tellOfSession("checkout.session.completed");
    return true;
  }

  boolean decline() {
    if (session != SessionStatus.OPEN) {
      return false;
    }
    charge = "ch_" + ++charges;
    tellOfIntent("payment_intent.payment_failed");
    return true;
  }

  boolean debit() {
    if (session != SessionStatus.OPEN) {
      return false;
    }
    charge = "ch_" + ++charges;
    intent = IntentStatus.PROCESSING;
    session = SessionStatus.COMPLETE;
    tellOfIntent("payment_intent.processing");
    tellOfSession("checkout.session.completed");
    return true;
  }

  boolean settle(boolean paid) {
    if (intent != IntentStatus.PROCESSING) {
      return false;
    }
    if (paid) {
      intent = IntentStatus.SUCCEEDED;
      tellOfCharge();
      tellOfIntent("payment_intent.succeeded");
      tellOfSession("checkout.session.async_payment_succeeded");
    } else {
      intent = IntentStatus.REQUIRES_PAYMENT_METHOD;
      tellOfIntent("payment_intent.payment_failed");
      tellOfSession("checkout.session.async_payment_failed");
    }
    return true;
  }

  /** Changes what is going to be charged, as a coupon or somebody's mistake would. */
  boolean amend(Money newTotal) {
    if (session != SessionStatus.OPEN) {
      return false;
    }
    total = newTotal;
    return true;
  }

  boolean expire() {
    if (session != SessionStatus.OPEN) {
      return false;
    }
    session = SessionStatus.EXPIRED;
    if (charges > 0) {
      intent = IntentStatus.CANCELED;
      tellOfIntent("payment_intent.canceled");
    }
    tellOfSession("checkout.session.expired");
    return true;
  }

  /** Sees to it that no money can come, or says why it can. */
  StripeOutcome close() {
    expire();
    return read();
  }

  StripeOutcome read() {
    return switch (session) {
      case NONE -> new StripeOutcome.NoSession("Stripe has none");
      case OPEN ->
          new StripeOutcome.SessionOpen(SESSION, "https://stripe.example", asked.expiresAt());
      case EXPIRED -> new StripeOutcome.SessionExpired(SESSION);
      case COMPLETE ->
          switch (intent) {
            case PROCESSING -> new StripeOutcome.SessionProcessing(SESSION, INTENT);
            case SUCCEEDED -> new StripeOutcome.SessionPaid(SESSION, total, INTENT, charge, null);
            case REQUIRES_PAYMENT_METHOD, CANCELED -> new StripeOutcome.SessionExpired(SESSION);
          };
    };
  }

  /** The next new refund ends in a 500 that its idempotency key remembers. */
  void failNextRefund() {
    failsNextRefund = true;
  }

  /** Made once under its key; refused when it does not fit. */
  StripeOutcome refund(Refund asked) {
    StripeOutcome answer =
        answersOfKeys.computeIfAbsent(
            asked.refundId() + ":" + asked.keyRound(), key -> refundAnew(asked));
    return refunds.stream()
        .filter(made -> asked.refundId().equals(made.ours()))
        .findFirst()
        .map(made -> state(made))
        .orElse(answer);
  }

  private StripeOutcome refundAnew(Refund asked) {
    if (failsNextRefund) {
      failsNextRefund = false;
      return new StripeOutcome.NotMade("api_error");
    }
    if (asked.amount() > left() || holdsDisputedMoney()) {
      return new StripeOutcome.Refused(Fault.SERVICE, "it cannot be refunded");
    }
    return state(make(asked.refundId(), asked.amount()));
  }

  /** Somebody refunds in the dashboard. */
  boolean refundInDashboard(long amount) {
    if (amount > left() || holdsDisputedMoney()) {
      return false;
    }
    make(null, amount);
    return true;
  }

  /** What a refund has become. */
  StripeOutcome refund(String stripeRefundId) {
    return refunds.stream()
        .filter(made -> made.id().equals(stripeRefundId))
        .findFirst()
        .map(ModelStripe::state)
        .orElseThrow();
  }

  private static StripeOutcome state(Made made) {
    String failure = made.status() == Refund.Status.FAILED ? "expired_or_canceled_card" : null;
    return new StripeOutcome.RefundState(made.id(), made.amount(), made.status(), failure);
  }

  private Made make(String ours, long amount) {
    Made made = new Made("re_" + (refunds.size() + 1), ours, amount, Refund.Status.PENDING);
    refunds.add(made);
    tellOfRefund("refund.created", made);
    return made;
  }

  /** Moves the n-th of those that can move, so that each is reached by some number. */
  boolean moveRefund(int choice, Refund.Status to) {
    List<Made> movable =
        refunds.stream()
            .filter(
                made ->
                    made.status() == Refund.Status.PENDING
                        || (made.status() == Refund.Status.SUCCEEDED && to == Refund.Status.FAILED))
            .toList();
    if (movable.isEmpty()) {
      return false;
    }
    Made before = movable.get(choice % movable.size());
    Made after = before.as(to);
    refunds.set(refunds.indexOf(before), after);
    if (to == Refund.Status.SUCCEEDED) {
      arrived.add(after.id());
    }
    if (to == Refund.Status.FAILED) {
      tellOfRefund("refund.failed", after);
    }
    tellOfRefund("refund.updated", after);
    return true;
  }

  boolean openDispute() {
    if (dispute != null || left() == 0) {
      return false;
    }
    dispute = Dispute.Status.OPEN;
    tellOfDispute("charge.dispute.created", "needs_response");
    return true;
  }

  boolean reviewDispute() {
    if (dispute != Dispute.Status.OPEN) {
      return false;
    }
    tellOfDispute("charge.dispute.updated", "under_review");
    return true;
  }

  boolean closeDispute(boolean won) {
    if (dispute != Dispute.Status.OPEN) {
      return false;
    }
    dispute = won ? Dispute.Status.WON : Dispute.Status.LOST;
    tellOfDispute("charge.dispute.closed", won ? "won" : "lost");
    return true;
  }

  private boolean holdsDisputedMoney() {
    return dispute == Dispute.Status.OPEN || dispute == Dispute.Status.LOST;
  }

  private long left() {
    long gone =
        refunds.stream().filter(made -> made.status().reserves()).mapToLong(Made::amount).sum();
    return captured().amount() - gone;
  }

  private void tellOfSession(String type) {
    tell(
        type,
        object("checkout.session", SESSION)
            .put("payment_status", intent == IntentStatus.SUCCEEDED ? "paid" : "unpaid")
            .put("payment_intent", charges == 0 ? null : INTENT)
            .put("amount_total", total.amount())
            .put("currency", total.currency().toLowerCase(Locale.ROOT))
            .set("metadata", metadata("paymentId", asked.paymentId())));
  }

  private void tellOfIntent(String type) {
    ObjectNode object =
        object("payment_intent", INTENT)
            .put("latest_charge", charge)
            .put("amount_received", captured().amount())
            .put("currency", total.currency().toLowerCase(Locale.ROOT))
            .set("metadata", metadata("paymentId", asked.paymentId()));
    object.putObject("last_payment_error").put("code", "card_declined");
    tell(type, object);
  }

  private void tellOfCharge() {
    tell(
        "charge.succeeded",
        object("charge", charge)
            .put("payment_intent", INTENT)
            .put("receipt_url", "https://stripe.example/receipt")
            .set("metadata", metadata("paymentId", asked.paymentId())));
  }

  private void tellOfRefund(String type, Made made) {
    tell(
        type,
        object("refund", made.id())
            .put("payment_intent", INTENT)
            .put("amount", made.amount())
            .put("status", made.status().name().toLowerCase(Locale.ROOT))
            .set("metadata", metadata("refundId", made.ours())));
  }

  private void tellOfDispute(String type, String status) {
    tell(
        type,
        object("dispute", "du_1")
            .put("payment_intent", INTENT)
            .put("amount", left())
            .put("currency", total.currency().toLowerCase(Locale.ROOT))
            .put("status", status)
            .put("reason", "fraudulent"));
  }

  private void tell(String type, ObjectNode object) {
    events.add(new StripeEvent("evt_" + (events.size() + 1), type, object, ""));
  }

  private static ObjectNode object(String kind, String id) {
    return JsonNodeFactory.instance.objectNode().put("object", kind).put("id", id);
  }

  private static ObjectNode metadata(String name, String value) {
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    return value == null ? metadata : metadata.put(name, value);
  }
}
