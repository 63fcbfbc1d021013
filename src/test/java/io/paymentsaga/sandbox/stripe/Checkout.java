package io.paymentsaga.sandbox.stripe;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * The life of a Checkout Session: opened by the merchant, paid or not by the customer, settled by
 * the bank. Callers hold the {@link Ledger}.
 */
final class Checkout {
  private final Ledger ledger;
  private final Disputes disputes;
  private final Mischief mischief;
  private final PublicAddress address;
  private final Duration aftermath;

  Checkout(
      Ledger ledger,
      Disputes disputes,
      Mischief mischief,
      PublicAddress address,
      Duration aftermath) {
    this.ledger = ledger;
    this.disputes = disputes;
    this.mischief = mischief;
    this.address = address;
    this.aftermath = aftermath;
  }

  SimulatedSession open(FormParameters parameters) {
    SessionRequest request = SessionRequest.read(parameters, ledger.clock(), ledger.identifiers());
    String id = ledger.identifiers().session();
    SimulatedSession session =
        ledger.sessions().add(new SimulatedSession(id, ledger.now(), request, address.page(id)));
    ledger.at(
        request.closesAt(),
        () -> {
          if (session.isOpen()) {
            close(session);
          }
        });
    return session;
  }

  SimulatedSession expire(SimulatedSession session) {
    if (!session.isOpen()) {
      throw ApiError.invalid(
          "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session"
              + " has a status of `"
              + session.status().name().toLowerCase(Locale.ROOT)
              + "`.",
          null,
          null);
    }
    close(session);
    return session;
  }

  PaymentAttempt pay(SimulatedSession session, TestCard card) {
    if (!session.isOpen()) {
      return PaymentAttempt.of(PaymentAttempt.Outcome.REFUSED);
    }
    SimulatedPaymentIntent intent = intentOf(session);
    if (card == TestCard.THREE_D_SECURE) {
      intent.challenge(card, address.challenge(session.id()));
      ledger.emit("payment_intent.requires_action", intent);
      return PaymentAttempt.of(PaymentAttempt.Outcome.CHALLENGED);
    }
    Optional<Decline> decline = card.decline();
    if (decline.isPresent()) {
      SimulatedCharge charge = charge(intent, card, SimulatedCharge.Status.PENDING);
      charge.fail(decline.get());
      intent.decline(charge, decline.get());
      ledger.emit("charge.failed", charge);
      ledger.emit("payment_intent.payment_failed", intent);
      return PaymentAttempt.declined(decline.get());
    }
    capture(session, intent, card);
    return PaymentAttempt.of(PaymentAttempt.Outcome.PAID);
  }

  PaymentAttempt payByBankDebit(SimulatedSession session) {
    if (!session.isOpen()) {
      return PaymentAttempt.of(PaymentAttempt.Outcome.REFUSED);
    }
    SimulatedPaymentIntent intent = intentOf(session);
    SimulatedCharge charge = charge(intent, null, SimulatedCharge.Status.PENDING);
    intent.process(charge);
    session.complete();
    ledger.emit("charge.pending", charge);
    ledger.emit("payment_intent.processing", intent);
    ledger.emit("checkout.session.completed", session);
    MoneyOdds odds = mischief.odds().money();
    odds.debitAfter().ifPresent(time -> settleLater(intent, time, odds.debitFails()));
    return PaymentAttempt.of(PaymentAttempt.Outcome.PROCESSING);
  }

  /** The customer's answer to 3-D Secure. */
  PaymentAttempt authenticate(SimulatedSession session, boolean passed) {
    Optional<SimulatedPaymentIntent> asked =
        session.paymentIntent().filter(intent -> intent.challenged().isPresent());
    if (!session.isOpen() || asked.isEmpty()) {
      return PaymentAttempt.of(PaymentAttempt.Outcome.REFUSED);
    }
    SimulatedPaymentIntent intent = asked.get();
    if (!passed) {
      intent.decline(Decline.AUTHENTICATION_FAILED);
      ledger.emit("payment_intent.payment_failed", intent);
      return PaymentAttempt.declined(Decline.AUTHENTICATION_FAILED);
    }
    capture(session, intent, intent.challenged().orElseThrow());
    return PaymentAttempt.of(PaymentAttempt.Outcome.PAID);
  }

  /** The bank's decision on a debit. */
  void settle(SimulatedPaymentIntent intent, boolean paid) {
    if (intent.status() != SimulatedPaymentIntent.Status.PROCESSING) {
      throw ApiError.invalid(
          "The PaymentIntent is not processing but " + intent.status().inJson() + ".",
          "payment_intent_unexpected_state",
          null);
    }
    SimulatedSession session = intent.session();
    SimulatedCharge charge = intent.latestCharge().orElseThrow();
    if (paid) {
      charge.succeed();
      intent.succeed(charge);
      session.markPaid();
      ledger.emit("charge.succeeded", charge);
      ledger.emit("payment_intent.succeeded", intent);
      ledger.emit("checkout.session.async_payment_succeeded", session);
    } else {
      charge.fail(Decline.DEBIT_RETURNED);
      intent.decline(Decline.DEBIT_RETURNED);
      ledger.emit("charge.failed", charge);
      ledger.emit("payment_intent.payment_failed", intent);
      ledger.emit("checkout.session.async_payment_failed", session);
    }
  }

  private void settleLater(SimulatedPaymentIntent intent, Duration time, double failure) {
    boolean paid = !mischief.happens("debit fails", failure);
    ledger.later(
        time,
        () -> {
          if (intent.status() == SimulatedPaymentIntent.Status.PROCESSING) {
            settle(intent, paid);
          }
        });
  }

  /** Stripe lets nobody cancel the PaymentIntent of a session. */
  static ApiError refusalToCancel(SimulatedPaymentIntent intent) {
    return ApiError.invalid(
        "You cannot cancel this PaymentIntent because it belongs to a Checkout Session and has a"
            + " status of "
            + intent.status().inJson()
            + ". Expire the Checkout Session instead.",
        "payment_intent_unexpected_state",
        null);
  }

  private void capture(SimulatedSession session, SimulatedPaymentIntent intent, TestCard card) {
    SimulatedCharge charge = charge(intent, card, SimulatedCharge.Status.SUCCEEDED);
    intent.succeed(charge);
    session.markPaid();
    session.complete();
    ledger.emit("charge.succeeded", charge);
    ledger.emit("payment_intent.succeeded", intent);
    ledger.emit("checkout.session.completed", session);
    if (card == TestCard.DISPUTED_LATER) {
      ledger.later(aftermath, () -> disputes.openUnlessDisputed(charge));
    } else {
      disputes.await(charge);
    }
  }

  private void close(SimulatedSession session) {
    session.expire();
    session
        .paymentIntent()
        .ifPresent(
            intent -> {
              intent.cancel(ledger.now());
              ledger.emit("payment_intent.canceled", intent);
            });
    ledger.emit("checkout.session.expired", session);
  }

  private SimulatedPaymentIntent intentOf(SimulatedSession session) {
    return session.paymentIntent().orElseGet(() -> firstIntentOf(session));
  }

  private SimulatedPaymentIntent firstIntentOf(SimulatedSession session) {
    Identifiers identifiers = ledger.identifiers();
    SimulatedPaymentIntent intent =
        ledger
            .paymentIntents()
            .add(
                new SimulatedPaymentIntent(
                    identifiers.paymentIntent(), identifiers.secret(), ledger.now(), session));
    session.begin(intent);
    ledger.emit("payment_intent.created", intent);
    return intent;
  }

  private SimulatedCharge charge(
      SimulatedPaymentIntent intent, TestCard card, SimulatedCharge.Status status) {
    String id = ledger.identifiers().charge();
    URI receipt = address.receipt(id);
    return ledger
        .charges()
        .add(new SimulatedCharge(id, ledger.now(), intent, card, receipt, status));
  }
}
