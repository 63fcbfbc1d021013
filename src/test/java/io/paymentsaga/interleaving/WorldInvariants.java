package io.paymentsaga.interleaving;

import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.payment.Command;
import io.paymentsaga.payment.Decision;
import io.paymentsaga.payment.Decision.Verdict;
import io.paymentsaga.payment.Dispute;
import io.paymentsaga.payment.EventType;
import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.PaymentEvent;
import io.paymentsaga.payment.PaymentStatus;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.payment.Signal;
import io.paymentsaga.saga.SagaState;
import io.paymentsaga.saga.SagaTransitions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * What must hold in every world: after each transaction, and once more when all is settled. Written
 * against the published contract, not against the decisions.
 */
final class WorldInvariants {
  /** The moves of a payment's status, as the contract publishes them. */
  private static final Map<PaymentStatus, Set<PaymentStatus>> PUBLISHED =
      new EnumMap<>(
          Map.of(
              PaymentStatus.PENDING,
              Set.of(
                  PaymentStatus.PROCESSING,
                  PaymentStatus.COMPLETED,
                  PaymentStatus.FAILED,
                  PaymentStatus.CANCELLED),
              PaymentStatus.PROCESSING,
              Set.of(PaymentStatus.COMPLETED, PaymentStatus.FAILED, PaymentStatus.CANCELLED),
              PaymentStatus.COMPLETED,
              Set.of(PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED),
              PaymentStatus.PARTIALLY_REFUNDED,
              Set.of(PaymentStatus.REFUNDED),
              PaymentStatus.REFUNDED,
              Set.of(),
              PaymentStatus.FAILED,
              Set.of(PaymentStatus.CANCELLED),
              PaymentStatus.CANCELLED,
              Set.of()));

  private final ModelStripe stripe;
  private final List<Signal> consumed = new ArrayList<>();
  private boolean operatorHasDecided;

  WorldInvariants(ModelStripe stripe) {
    this.stripe = stripe;
  }

  /** A message has had its effect, or was put aside and answered. */
  void consumed(Signal signal) {
    consumed.add(signal);
  }

  /** From now on what is left of it is on the operator's word. */
  void operatorDecides() {
    operatorHasDecided = true;
  }

  /** What holds of each decision, whether it is committed or not. */
  void decided(Signal signal, Decision decision) {
    if (signal instanceof Signal.Resolved && decision.verdict() == Verdict.ACCEPTED) {
      operatorHasDecided = true;
    }
    PaymentStatus from = decision.before().status();
    PaymentStatus to = decision.after().status();
    boolean refundFailed =
        decision.refunds().stream().anyMatch(refund -> refund.status() == Refund.Status.FAILED);
    boolean back = refundFailed && from.compareTo(to) > 0 && to.isPaid();
    assertThat(from == to || back || PUBLISHED.get(from).contains(to))
        .as("%s moves it from %s to %s", signal, from, to)
        .isTrue();
    if (signal instanceof Signal.RefundRequested && decision.before().disputed()) {
      assertThat(decision.refundToOpen()).as("a refund while a dispute is open").isNull();
    }
    for (Refund refund : decision.refunds()) {
      assertThat(
              refund.status() != Refund.Status.SUCCEEDED
                  || stripe.hasArrived(refund.stripeRefundId()))
          .as("%s has succeeded at Stripe", refund.refundId())
          .isTrue();
    }
    if (publishes(decision, EventType.PAYMENT_COMPLETED)) {
      assertThat(stripe.captured()).as("what Stripe has").isEqualTo(decision.before().money());
      assertThat(decision.before().rollbackBegun()).as("completed while rolled back").isFalse();
    }
    boolean ends =
        publishes(decision, EventType.PAYMENT_FAILED)
            || publishes(decision, EventType.PAYMENT_CANCELLED);
    if (ends && !(signal instanceof Signal.Resolved) && from != PaymentStatus.FAILED) {
      assertThat(stripe.canTakeMoney()).as("money can still come to a %s payment", to).isFalse();
    }
  }

  /** What holds of the database after each commit. */
  void committed(Stored before, Stored after) {
    assertThat(before.saga() == after.saga() || isLegal(before.saga(), after.saga()))
        .as("its saga moves from %s to %s", before.saga(), after.saga())
        .isTrue();
    Payment payment = after.payment();
    List<PaymentEvent> events = after.events();
    assertThat(events.stream().map(PaymentEvent::sequence))
        .as("sequence of the events")
        .containsExactlyElementsOf(LongStream.rangeClosed(1, events.size()).boxed().toList());
    assertThat(payment.sequence()).as("sequence of the payment").isEqualTo(events.size());
    assertThat(payment.refundReserved())
        .as("pending and succeeded refunds")
        .isBetween(0L, payment.capturedAmount())
        .isEqualTo(sum(after.refunds(), refund -> refund.status().reserves()));
    assertThat(payment.refundedAmount())
        .as("succeeded refunds")
        .isEqualTo(sum(after.refunds(), refund -> refund.status() == Refund.Status.SUCCEEDED));
    oneOutcome(after);
    eachRefundOnce();
  }

  private static boolean isLegal(SagaState from, SagaState to) {
    // A decision may take two moves at once.
    return SagaTransitions.after(from).stream()
        .anyMatch(next -> next == to || SagaTransitions.isLegal(next, to));
  }

  private static void oneOutcome(Stored after) {
    long completed = count(after, EventType.PAYMENT_COMPLETED);
    long failed = count(after, EventType.PAYMENT_FAILED);
    long cancelled = count(after, EventType.PAYMENT_CANCELLED);
    assertThat(List.of(completed, failed, cancelled)).as("outcomes").allMatch(count -> count <= 1);
    assertThat(completed == 1 && failed + cancelled > 0).as("completed and undone").isFalse();
  }

  private void eachRefundOnce() {
    List<String> ours =
        stripe.refunds().stream().map(ModelStripe.Made::ours).filter(id -> id != null).toList();
    assertThat(ours).as("our refunds at Stripe").doesNotHaveDuplicates();
  }

  /** A call to Stripe for a refund is about to be made. */
  void asksForRefund(Stored stored, Refund refund) {
    boolean open =
        stored.disputes().stream().anyMatch(each -> each.status() == Dispute.Status.OPEN);
    assertThat(open && refund.stripeRefundId() == null)
        .as("a refund is asked for while a dispute is open")
        .isFalse();
  }

  /** What holds when nobody has anything left to do. */
  void settled(Stored stored) {
    Payment payment = stored.payment();
    assertThat(stripe.canTakeMoney()).as("money can still come").isFalse();
    assertThat(stored.saga().isEnd() || stored.saga() == SagaState.FAILED)
        .as("the saga is left in %s", stored.saga())
        .isTrue();
    assertThat(stored.refundSagas().values())
        .as("the sagas of refunds")
        .allMatch(state -> state.isEnd() || state == SagaState.FAILED);
    assertThat(payment.capturedAmount())
        .as("captured, as Stripe has it")
        .isEqualTo(stripe.captured().amount());
    assertThat(payment.refundedAmount())
        .as("refunded, as Stripe has it")
        .isEqualTo(stripe.refunded());
    assertThat(payment.disputed()).as("an open dispute").isFalse();
    if (!stored.standsBeforeAnOperator() && !operatorHasDecided) {
      everyCentHasItsOutcome(payment);
      statusAndSagaAgree(stored);
      ordersAndCommands(stored);
    }
    announced(stored);
  }

  private void everyCentHasItsOutcome(Payment payment) {
    Money captured = stripe.captured();
    boolean kept =
        captured.equals(payment.money())
            && payment.completedAt() != null
            && (payment.status().isPaid() || payment.status() == PaymentStatus.REFUNDED);
    long gone = stripe.refunded() + payment.lostAmount();
    assertThat(kept || gone >= captured.amount())
        .as("captured %s, gave back or lost %d, and it is %s", captured, gone, payment.status())
        .isTrue();
  }

  private static void statusAndSagaAgree(Stored stored) {
    PaymentStatus status = stored.payment().status();
    boolean paid = status.isPaid() || status == PaymentStatus.REFUNDED;
    assertThat(stored.saga())
        .as("the saga of a %s payment", status)
        .isEqualTo(paid ? SagaState.COMPLETED : SagaState.COMPENSATED);
  }

  private void ordersAndCommands(Stored stored) {
    Payment payment = stored.payment();
    boolean refundFailed =
        stored.refunds().stream()
            .anyMatch(
                refund ->
                    refund.status() == Refund.Status.FAILED
                        || refund.status() == Refund.Status.CANCELED);
    for (Signal signal : consumed) {
      if (signal instanceof Signal.OrderCancelled && !refundFailed) {
        assertThat(payment.status().isUnpaid() || payment.refundable() > 0)
            .as("its order is off, and it is %s with %d", payment.status(), payment.refundable())
            .isFalse();
      }
      if (signal instanceof Signal.CancelRequested request) {
        assertThat(answersTo(request.command(), stored)).as("answers to %s", request).isEqualTo(1);
      }
    }
  }

  private static long answersTo(Command command, Stored stored) {
    return stored.events().stream()
        .filter(event -> event.type() == EventType.ROLLBACK_COMPLETE)
        .filter(event -> command.eventId().equals(event.causationId()))
        .count();
  }

  private static void announced(Stored stored) {
    PaymentStatus status = stored.payment().status();
    assertThat(count(stored, EventType.PAYMENT_COMPLETED) == 1)
        .as("payment.completed of a %s payment", status)
        .isEqualTo(status.isPaid() || status == PaymentStatus.REFUNDED);
    assertThat(count(stored, EventType.PAYMENT_CANCELLED) == 1)
        .as("payment.cancelled of a %s payment", status)
        .isEqualTo(status == PaymentStatus.CANCELLED);
    if (status == PaymentStatus.FAILED) {
      assertThat(count(stored, EventType.PAYMENT_FAILED)).as("payment.failed").isEqualTo(1);
    }
  }

  private static boolean publishes(Decision decision, EventType type) {
    return decision.events().stream().anyMatch(event -> event.type() == type);
  }

  private static long count(Stored stored, EventType type) {
    return stored.events().stream().filter(event -> event.type() == type).count();
  }

  private static long sum(List<Refund> refunds, Predicate<Refund> which) {
    return refunds.stream().filter(which).mapToLong(Refund::amount).sum();
  }
}
