package io.paymentsaga.interleaving;

import io.paymentsaga.payment.Cause;
import io.paymentsaga.payment.Decision;
import io.paymentsaga.payment.Dispute;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.PaymentDecisions;
import io.paymentsaga.payment.PaymentEvent;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.payment.SagaMove;
import io.paymentsaga.payment.Signal;
import io.paymentsaga.saga.SagaState;
import io.paymentsaga.saga.SagaTransitions;
import io.paymentsaga.stripe.StripeEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the service's database holds of one payment. A decision is written as the one door writes
 * it; a copy that is thrown away is a transaction that was rolled back.
 */
final class Stored {
  private final PaymentDecisions decisions;
  private final Map<String, Refund> refunds;
  private final Map<String, Dispute> disputes;
  private final Map<String, SagaState> refundSagas;
  private final List<String> steps;
  private final List<String> undone;
  private final Set<String> inbox;
  private final Map<String, StripeEvent> kept;
  private final List<PaymentEvent> events;
  private Payment payment;
  private SagaState saga;
  private SagaState gaveUpIn;
  private Instant deadline;

  /** What cannot be is asked for: everything of this transaction is taken back. */
  static final class Conflict extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Conflict(String message) {
      super(message);
    }
  }

  Stored(PaymentDecisions decisions, Payment payment) {
    this.decisions = decisions;
    this.payment = payment;
    refunds = new LinkedHashMap<>();
    disputes = new LinkedHashMap<>();
    refundSagas = new LinkedHashMap<>();
    steps = new ArrayList<>(List.of("cancel-payment"));
    undone = new ArrayList<>();
    inbox = new HashSet<>();
    kept = new LinkedHashMap<>();
    events = new ArrayList<>();
    saga = SagaState.PAYMENT_CREATED;
  }

  private Stored(Stored other) {
    decisions = other.decisions;
    refunds = new LinkedHashMap<>(other.refunds);
    disputes = new LinkedHashMap<>(other.disputes);
    refundSagas = new LinkedHashMap<>(other.refundSagas);
    steps = new ArrayList<>(other.steps);
    undone = new ArrayList<>(other.undone);
    inbox = new HashSet<>(other.inbox);
    kept = new LinkedHashMap<>(other.kept);
    events = new ArrayList<>(other.events);
    payment = other.payment;
    saga = other.saga;
    gaveUpIn = other.gaveUpIn;
    deadline = other.deadline;
  }

  Stored copy() {
    return new Stored(this);
  }

  Payment payment() {
    return payment;
  }

  SagaState saga() {
    return saga;
  }

  List<Refund> refunds() {
    return List.copyOf(refunds.values());
  }

  List<Dispute> disputes() {
    return List.copyOf(disputes.values());
  }

  /** The sagas of refunds, by the refund's id. */
  Map<String, SagaState> refundSagas() {
    return refundSagas;
  }

  /** All that were ever published. */
  List<PaymentEvent> events() {
    return events;
  }

  /** Stripe's events that wait until what they speak of is known. */
  List<StripeEvent> kept() {
    return List.copyOf(kept.values());
  }

  boolean isOverdue(Instant now) {
    return deadline != null && now.isAfter(deadline);
  }

  boolean standsBeforeAnOperator() {
    return saga == SagaState.FAILED || refundSagas.containsValue(SagaState.FAILED);
  }

  /** False for a message or event that was taken before. */
  boolean isNew(String messageId) {
    return inbox.add(messageId);
  }

  boolean isTaken(String messageId) {
    return inbox.contains(messageId);
  }

  void keep(StripeEvent event) {
    kept.put(event.eventId(), event);
  }

  void release(StripeEvent event) {
    kept.remove(event.eventId());
  }

  boolean knows(StripeEvent event) {
    return payment.paymentId().equals(event.paymentId())
        || (event.paymentIntentId() != null
            && event.paymentIntentId().equals(payment.stripePaymentIntentId()));
  }

  /** A step's compensation is enlisted, while the saga is active. */
  boolean enlist(String compensation) {
    if (saga.isActive() && !steps.contains(compensation)) {
      steps.add(compensation);
    }
    return saga.isActive();
  }

  /** The compensation to run next, or null when all are done. */
  String toUndo() {
    Set<String> left = new LinkedHashSet<>(steps);
    undone.forEach(left::remove);
    String last = null;
    for (String step : left) {
      last = step;
    }
    return last;
  }

  void undone(String step) {
    if (saga == SagaState.COMPENSATING) {
      undone.add(step);
    }
  }

  /** The door: decides, and writes what was decided. */
  Decision take(Signal signal, Cause cause, Instant now) {
    Decision decision = decisions.decide(payment, refunds(), disputes(), signal, cause, now);
    if (decision.changes()) {
      write(decision);
    }
    return decision;
  }

  private void write(Decision decision) {
    payment = decision.after();
    events.addAll(decision.events());
    decision.refunds().forEach(refund -> refunds.put(refund.refundId(), refund));
    decision.disputes().forEach(dispute -> disputes.put(dispute.disputeId(), dispute));
    move(decision.saga());
    for (Refund halted : decision.haltRefunds()) {
      refundSagas.computeIfPresent(halted.refundId(), (id, state) -> next(state, SagaState.FAILED));
    }
    Refund opened = decision.refundToOpen();
    if (opened != null) {
      if (refunds.put(opened.refundId(), opened.withSaga("saga_" + opened.refundId())) != null) {
        throw new IllegalStateException("the refund " + opened.refundId() + " is there already");
      }
      boolean halted = decision.haltRefunds().contains(opened);
      refundSagas.put(opened.refundId(), halted ? SagaState.FAILED : SagaState.PAYMENT_COMPLETED);
    }
  }

  private void move(SagaMove move) {
    if (move instanceof SagaMove.Advance advance) {
      advance(SagaState.valueOf(advance.to().name()));
      deadline = saga.isActive() ? advance.deadline() : deadline;
    } else if (move instanceof SagaMove.Compensate compensate) {
      if (compensate.failed()) {
        advance(SagaState.PAYMENT_FAILED);
      }
      if (!advance(SagaState.COMPENSATING)) {
        throw new IllegalStateException("its saga has ended and cannot be compensated");
      }
    } else if (move instanceof SagaMove.Complete) {
      advance(SagaState.COMPLETED);
    } else if (move instanceof SagaMove.Halt) {
      advance(SagaState.FAILED);
    } else if (move instanceof SagaMove.Resume) {
      advance(SagaState.COMPENSATING);
    } else if (move instanceof SagaMove.Resolve resolve
        && !advance(SagaState.valueOf(resolve.resolution().name()))) {
      throw new Conflict("the saga does not wait for an operator");
    }
  }

  /** As the saga service does it; false when the state machine does not allow it. */
  boolean advance(SagaState to) {
    SagaState before = saga;
    saga = next(saga, to);
    if (to == SagaState.FAILED && before != to) {
      gaveUpIn = before;
    }
    return saga == to;
  }

  private static SagaState next(SagaState from, SagaState to) {
    Set<SagaState> allowed = EnumSet.copyOf(SagaTransitions.before(to));
    if (to.isEnd()) {
      allowed.removeAll(EnumSet.of(SagaState.COMPENSATING, SagaState.PAYMENT_COMPLETED));
    }
    return allowed.contains(from) ? to : from;
  }

  /** Recovery ends a saga whose compensations are all run. */
  void endCompensation() {
    if (saga == SagaState.COMPENSATING) {
      saga = SagaState.COMPENSATED;
    }
  }

  void endRefund(String refundId) {
    refundSagas.computeIfPresent(
        refundId,
        (id, state) -> state == SagaState.PAYMENT_COMPLETED ? SagaState.COMPLETED : state);
  }

  /** An operator has what was given up tried again. */
  boolean retry() {
    if (saga == SagaState.FAILED && gaveUpIn == SagaState.COMPENSATING) {
      saga = SagaState.COMPENSATING;
      return true;
    }
    return false;
  }

  boolean retryRefund(String refundId) {
    if (refundSagas.get(refundId) != SagaState.FAILED
        || refunds.get(refundId).status() != Refund.Status.PENDING) {
      return false;
    }
    refundSagas.put(refundId, SagaState.PAYMENT_COMPLETED);
    return true;
  }

  void settleRefund(String refundId) {
    refundSagas.computeIfPresent(refundId, (id, state) -> next(state, SagaState.COMPLETED));
  }
}
