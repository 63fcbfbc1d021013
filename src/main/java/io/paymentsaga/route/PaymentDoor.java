package io.paymentsaga.route;

import static java.time.temporal.ChronoUnit.MICROS;

import io.paymentsaga.http.ProblemException;
import io.paymentsaga.messaging.EventEnvelopes;
import io.paymentsaga.payment.Cause;
import io.paymentsaga.payment.Decision;
import io.paymentsaga.payment.Dispute;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.PaymentDecisions;
import io.paymentsaga.payment.PaymentSignal;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.payment.SagaMove;
import io.paymentsaga.payment.Signal;
import io.paymentsaga.saga.JdbcSagaService;
import io.paymentsaga.saga.SagaCause;
import io.paymentsaga.saga.SagaExchange;
import io.paymentsaga.saga.SagaState;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The steps of the route {@code payment-signal}, in the order the route takes them. What a signal
 * means is decided in the functional core; here it is only fetched and written.
 */
public final class PaymentDoor {
  private static final Logger LOG = LoggerFactory.getLogger(PaymentDoor.class);
  private static final String SIGNAL = "door.paymentSignal";
  private static final String PAYMENT = "door.payment";
  private static final String REFUNDS = "door.refunds";
  private static final String DISPUTES = "door.disputes";
  private static final String DECISION = "door.decision";
  private static final String COMPLETIONS = "door.completions";
  private static final String CALLING_SAGA = "door.callingSaga";

  private final PaymentDecisions decisions;
  private final EventEnvelopes envelopes;
  private final JdbcSagaService sagas;
  private final Rows rows;
  private final Clock clock;
  private final Duration firstLook;
  private final Runnable eventsCommitted;

  /**
   * @param firstLook how long after a payment moved Stripe is asked about it
   * @param eventsCommitted called after each commit that left events in the outbox
   */
  public PaymentDoor(
      PaymentDecisions decisions,
      EventEnvelopes envelopes,
      JdbcSagaService sagas,
      Rows rows,
      Clock clock,
      Duration firstLook,
      Runnable eventsCommitted) {
    this.decisions = decisions;
    this.envelopes = envelopes;
    this.sagas = sagas;
    this.rows = rows;
    this.clock = clock;
    this.firstLook = firstLook;
    this.eventsCommitted = eventsCommitted;
  }

  void takeSignal(Exchange exchange) {
    PaymentSignal signal = exchange.getMessage().getBody(PaymentSignal.class);
    exchange.setProperty(SIGNAL, signal);
    exchange.setProperty(REFUNDS, List.of());
    exchange.setProperty(DISPUTES, List.of());
    exchange.getMessage().setBody(Map.of("paymentId", signal.paymentId()));
  }

  void readPayment(Exchange exchange) {
    String row = exchange.getMessage().getBody(String.class);
    if (row == null) {
      throw new UnknownPaymentException(signal(exchange).paymentId());
    }
    Payment payment = rows.payment(row);
    exchange.setProperty(PAYMENT, payment);
    exchange.getMessage().setBody(Map.of("paymentId", payment.paymentId()));
  }

  /** Refunds are fetched only where there can be any. */
  boolean mayHaveRefunds(Exchange exchange) {
    return payment(exchange).capturedAmount() > 0;
  }

  void readRefunds(Exchange exchange) {
    exchange.setProperty(REFUNDS, rows.refunds(exchange.getMessage().getBody(String.class)));
  }

  /** Disputes are fetched only where they are spoken of. */
  boolean speaksOfDispute(Exchange exchange) {
    return signal(exchange).signal() instanceof Signal.DisputeReported;
  }

  void askForDisputes(Exchange exchange) {
    exchange.getMessage().setBody(Map.of("paymentId", payment(exchange).paymentId()));
  }

  void readDisputes(Exchange exchange) {
    exchange.setProperty(DISPUTES, rows.disputes(exchange.getMessage().getBody(String.class)));
  }

  @SuppressWarnings("unchecked")
  void decide(Exchange exchange) {
    PaymentSignal signal = signal(exchange);
    Decision decision =
        decisions.decide(
            payment(exchange),
            exchange.getProperty(REFUNDS, List.class),
            exchange.getProperty(DISPUTES, List.class),
            signal.signal(),
            signal.cause(),
            clock.instant().truncatedTo(MICROS));
    exchange.setProperty(DECISION, decision);
  }

  boolean changes(Exchange exchange) {
    return decision(exchange).changes();
  }

  void writeChange(Exchange exchange) {
    Decision decision = decision(exchange);
    exchange
        .getMessage()
        .setBody(
            Map.of(
                "state", rows.write(decision.after()),
                "history", rows.write(history(signal(exchange), decision)),
                "events",
                    rows.write(
                        decision.events().stream()
                            .map(event -> row(envelopes.seal(decision.after(), event)))
                            .toList()),
                "refunds", rows.write(decision.refunds()),
                "disputes", rows.write(decision.disputes())));
  }

  void checkWritten(Exchange exchange) {
    Decision decision = decision(exchange);
    if (exchange.getMessage().getBody() == null) {
      throw new IllegalStateException(
          "payment " + decision.after().paymentId() + " changed while it was locked");
    }
    Cause cause = signal(exchange).cause();
    LOG.info(
        "{}: {} -> {} paymentId={} sagaId={} correlationId={} cause={}",
        name(signal(exchange)),
        decision.before().status(),
        decision.after().status(),
        decision.after().paymentId(),
        decision.after().sagaId(),
        decision.after().correlationId(),
        cause.source());
    for (Dispute dispute : decision.disputes()) {
      warnOf(dispute, decision.after());
    }
    if (!decision.events().isEmpty()) {
      TransactionSynchronizationManager.registerSynchronization(
          new TransactionSynchronization() {
            @Override
            public void afterCommit() {
              eventsCommitted.run();
            }
          });
    }
  }

  private static void warnOf(Dispute dispute, Payment payment) {
    LOG.error(
        "Dispute {} of {} {} is {}, an operator is needed: paymentId={} sagaId={}"
            + " correlationId={}",
        dispute.disputeId(),
        dispute.amount(),
        dispute.currency(),
        dispute.stripeStatus(),
        payment.paymentId(),
        payment.sagaId(),
        payment.correlationId());
  }

  /**
   * Lets the {@code saga:} component and the saga service see the payment's saga, and why it moves.
   */
  void enterSaga(Exchange exchange) {
    SagaCause cause = sagaCause(exchange);
    exchange.setProperty(
        CALLING_SAGA, exchange.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION));
    exchange.getMessage().setHeader(Exchange.SAGA_LONG_RUNNING_ACTION, payment(exchange).sagaId());
    exchange.setProperty(SagaExchange.CAUSE, cause.cause());
    exchange.setProperty(SagaExchange.EVENT_ID, cause.eventId());
    exchange.setProperty(SagaExchange.ACTOR, cause.actor());
    exchange.setProperty(SagaExchange.DETAIL, cause.detail());
  }

  /** What the {@code saga:} component has no word for. */
  void moveSaga(Exchange exchange) {
    Decision decision = decision(exchange);
    String sagaId = decision.after().sagaId();
    SagaCause cause = sagaCause(exchange);
    SagaMove move = decision.saga();
    if (move instanceof SagaMove.Advance advance) {
      sagas.advance(
          sagaId,
          state(advance.to()),
          Set.copyOf(advance.stepsDone()),
          cause,
          Optional.of(firstLook));
      sagas.expectBy(sagaId, advance.deadline());
    } else if (move instanceof SagaMove.Compensate compensate) {
      compensate(sagaId, compensate, cause);
    } else if (move instanceof SagaMove.Look) {
      sagas.dueNow(sagaId);
    } else if (move instanceof SagaMove.Complete) {
      // What is true at Stripe ends a saga that waits for an operator too.
      boolean completed = sagas.advance(sagaId, SagaState.COMPLETED, Set.of(), cause);
      exchange.setProperty(COMPLETIONS, !completed);
    } else if (move instanceof SagaMove.Halt halt) {
      sagas.fail(sagaId, halt.reason(), cause);
    } else if (move instanceof SagaMove.Resume) {
      sagas.advance(sagaId, SagaState.COMPENSATING, Set.of(), cause);
    } else if (move instanceof SagaMove.Resolve resolve) {
      checkResolved(sagas.advance(sagaId, state(resolve.resolution()), Set.of(), cause));
    }
    for (Refund halted : decision.haltRefunds()) {
      if (halted.sagaId() != null) {
        sagas.fail(halted.sagaId(), reason(halted), cause);
      }
    }
    if (decision.after().rollbackBegun() && decision.refundToOpen() != null) {
      // The rollback may be waiting for just this money.
      sagas.dueNow(sagaId);
    }
    for (Refund refund : decision.refunds()) {
      if (refund.sagaId() != null && refund.status() == Refund.Status.SUCCEEDED) {
        sagas.dueNow(refund.sagaId());
      }
    }
  }

  private static String reason(Refund halted) {
    return halted.failureReason() == null
        ? "Stripe refused or failed the refund"
        : "The refund was not made: " + halted.failureReason();
  }

  private void compensate(String sagaId, SagaMove.Compensate compensate, SagaCause cause) {
    if (compensate.failed()) {
      sagas.advance(sagaId, SagaState.PAYMENT_FAILED, Set.of(), cause);
    }
    if (!sagas.advance(sagaId, SagaState.COMPENSATING, Set.of(), cause)) {
      throw new IllegalStateException("saga " + sagaId + " has ended and cannot be compensated");
    }
  }

  /** Whether steps have completions, which the saga service runs before the saga ends. */
  boolean hasCompletions(Exchange exchange) {
    return exchange.getProperty(COMPLETIONS, false, Boolean.class);
  }

  boolean opensRefund(Exchange exchange) {
    return decision(exchange).refundToOpen() != null;
  }

  void takeRefund(Exchange exchange) {
    Decision decision = decision(exchange);
    exchange.setProperty(SagaExchange.KIND, "refund");
    exchange.setProperty(SagaExchange.CORRELATION_ID, decision.after().correlationId());
    exchange.getMessage().setBody(decision.refundToOpen());
  }

  /** A refund that is not to be tried before an operator says so. */
  boolean opensHaltedRefund(Exchange exchange) {
    Decision decision = decision(exchange);
    return decision.haltRefunds().contains(decision.refundToOpen());
  }

  void haltOpened(Exchange exchange) {
    Decision decision = decision(exchange);
    sagas.fail(
        exchange.getProperty(Refunds.OPENED_SAGA, String.class),
        decision.refundToOpen().note() + ": " + decision.detail(),
        sagaCause(exchange));
  }

  void leaveSaga(Exchange exchange) {
    Object calling = exchange.getProperty(CALLING_SAGA);
    if (calling == null) {
      exchange.getMessage().removeHeader(Exchange.SAGA_LONG_RUNNING_ACTION);
    } else {
      exchange.getMessage().setHeader(Exchange.SAGA_LONG_RUNNING_ACTION, calling);
    }
  }

  void answer(Exchange exchange) {
    exchange.getMessage().setBody(decision(exchange));
  }

  private static void checkResolved(boolean resolved) {
    if (!resolved) {
      throw ProblemException.conflict("The saga does not wait for an operator.");
    }
  }

  private static SagaState state(Signal.Resolution resolution) {
    return switch (resolution) {
      case COMPLETED -> SagaState.COMPLETED;
      case COMPENSATED -> SagaState.COMPENSATED;
    };
  }

  private static SagaState state(SagaMove.Progress progress) {
    return switch (progress) {
      case PAYMENT_CREATED -> SagaState.PAYMENT_CREATED;
      case AWAITING_PAYMENT -> SagaState.AWAITING_PAYMENT;
      case PAYMENT_PROCESSING -> SagaState.PAYMENT_PROCESSING;
    };
  }

  private static SagaCause sagaCause(Exchange exchange) {
    Cause cause = signal(exchange).cause();
    return new SagaCause(
        cause.source(), cause.eventId(), cause.actor(), decision(exchange).detail());
  }

  private static Map<String, Object> history(PaymentSignal signal, Decision decision) {
    Map<String, Object> history = new HashMap<>();
    history.put("signal", name(signal));
    history.put("from_status", decision.before().status());
    history.put("to_status", decision.after().status());
    history.put("cause", signal.cause().source());
    history.put("event_id", signal.cause().eventId());
    history.put("actor", signal.cause().actor());
    history.put("detail", decision.detail());
    return history;
  }

  private static Map<String, Object> row(EventEnvelopes.Sealed event) {
    Map<String, Object> row = new HashMap<>();
    row.put("event_id", event.eventId());
    row.put("event_type", event.eventType());
    row.put("sequence", event.sequence());
    row.put("body", event.body());
    row.put("traceparent", event.traceparent());
    return row;
  }

  private static String name(PaymentSignal signal) {
    return signal.signal().getClass().getSimpleName();
  }

  private static PaymentSignal signal(Exchange exchange) {
    return exchange.getProperty(SIGNAL, PaymentSignal.class);
  }

  private static Payment payment(Exchange exchange) {
    return exchange.getProperty(PAYMENT, Payment.class);
  }

  private static Decision decision(Exchange exchange) {
    return exchange.getProperty(DECISION, Decision.class);
  }
}
