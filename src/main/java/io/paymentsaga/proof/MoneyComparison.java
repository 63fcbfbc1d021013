package io.paymentsaga.proof;

import io.paymentsaga.payment.Money;
import io.paymentsaga.stripe.LedgerIntent;
import io.paymentsaga.stripe.LedgerRefund;
import io.paymentsaga.stripe.LedgerSession;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * In what Stripe and the books differ over one payment: a pure function of what both have on it.
 *
 * <p>Promises: from a complete look, every {@link DifferenceKind} there is between the two,
 * whatever the order of the objects; nothing when they agree. From one that is not complete, at
 * least one difference when there is one between what was seen. It makes no promise about how the
 * difference came to be, and none about disputes, fees and payouts, which it does not look at.
 */
public final class MoneyComparison {
  private final Look look;
  private final Instant settledBefore;
  private final List<Difference> found = new ArrayList<>();

  private MoneyComparison(Look look, Instant settledBefore) {
    this.look = look;
    this.settledBefore = settledBefore;
  }

  /**
   * Compares.
   *
   * @param settledBefore what has moved since then may be on its way still
   */
  public static List<Difference> compare(Look look, Instant settledBefore) {
    MoneyComparison comparison = new MoneyComparison(look, settledBefore);
    if (look.here().isPresent()) {
      comparison.compareWith(look.here().get());
    } else {
      comparison.nothingIsBooked();
    }
    return List.copyOf(comparison.found);
  }

  private void nothingIsBooked() {
    for (LedgerSession session : look.sessions()) {
      add(unknown(session, "there is no such payment"), session.createdAt());
    }
    for (LedgerIntent intent : look.intents()) {
      if (intent.captured() != null) {
        add(unknown(intent, "there is no such payment"), intent.movedAt());
      }
    }
    for (LedgerRefund refund : look.refunds()) {
      if (found.isEmpty() && refund.status().reserves()) {
        add(missed(refund, Repair.NONE), refund.createdAt());
      }
    }
  }

  private void compareWith(BookedPayment here) {
    for (LedgerSession session : look.sessions()) {
      compareSession(here, session);
    }
    for (LedgerIntent intent : look.intents()) {
      compareIntent(here, intent, false);
    }
    if (look.complete()) {
      findAbsent(here);
    }
    if (here.held() > 0 && here.heldBefore() != null) {
      add(
          difference(
              DifferenceKind.ORDER_CHARGED_TWICE,
              here.intentId(),
              Evidence.none(),
              Evidence.of(here).and("otherPaymentId", here.heldBefore()),
              Repair.NONE,
              "Find out which of the two the customer owes; refund the other"),
          here.updatedAt());
    }
    compareRefunds(here);
  }

  private void compareSession(BookedPayment here, LedgerSession session) {
    boolean own = session.sessionId().equals(here.sessionId());
    if (!own) {
      add(
          unknown(session, "the payment has another session").here(here),
          session.createdAt(),
          here.updatedAt());
    } else if (session.status() == LedgerSession.Status.OPEN && isOver(here)) {
      add(
          difference(
              DifferenceKind.SESSION_OPEN,
              session.sessionId(),
              Evidence.of(session),
              Evidence.of(here),
              Repair.CLOSE_SESSION,
              "Expire the session at Stripe"),
          here.updatedAt());
    }
    if (own && !look.complete() && isBookedWithout(session.intent(), here)) {
      add(unfounded(here, Evidence.none()), here.updatedAt());
    }
    // Money in a session that is not this payment's has been told of with it.
    if (session.intent() != null && (own || here.captured() != null)) {
      compareIntent(here, session.intent(), own);
    }
  }

  /** Enough to look at all there is of the payment, which shows whether Stripe has the money. */
  private static boolean isBookedWithout(LedgerIntent intent, BookedPayment here) {
    return here.captured() != null
        && (intent == null || !intent.intentId().equals(here.intentId()));
  }

  private static boolean isOver(BookedPayment here) {
    return !here.status().isUnpaid();
  }

  private void compareIntent(BookedPayment here, LedgerIntent intent, boolean ofOwnSession) {
    boolean booked = intent.intentId().equals(here.intentId());
    Money captured = intent.captured();
    if (captured == null) {
      if (booked && here.captured() != null) {
        add(unfounded(here, Evidence.of(intent)), intent.movedAt(), here.updatedAt());
      }
    } else if (here.captured() == null) {
      add(
          ofOwnSession || booked
              ? missed(here, intent)
              : unknown(intent, "it is of no session of this payment").here(here),
          intent.movedAt(),
          here.updatedAt());
    } else if (!booked) {
      add(twice(here, intent), intent.movedAt(), here.updatedAt());
    } else if (!captured.equals(here.captured())) {
      add(
          difference(
              DifferenceKind.CAPTURE_DIFFERS,
              intent.intentId(),
              Evidence.of(intent),
              Evidence.of(here),
              Repair.NONE,
              "Find out what the customer owes; refund at Stripe what is too much"),
          intent.movedAt(),
          here.updatedAt());
    }
  }

  private void findAbsent(BookedPayment here) {
    boolean sessionSeen =
        look.sessions().stream().anyMatch(session -> session.sessionId().equals(here.sessionId()));
    if (here.sessionId() != null && !sessionSeen) {
      add(
          difference(
              DifferenceKind.SESSION_ABSENT,
              here.sessionId(),
              Evidence.none(),
              Evidence.of(here),
              Repair.NONE,
              "Check that STRIPE_SECRET_KEY is of the account this payment was made with"),
          here.updatedAt());
    }
    boolean intentSeen =
        intents().stream().anyMatch(intent -> intent.intentId().equals(here.intentId()));
    if (here.captured() != null && !intentSeen) {
      add(unfounded(here, Evidence.none()), here.updatedAt());
    }
  }

  private List<LedgerIntent> intents() {
    List<LedgerIntent> all = new ArrayList<>(look.intents());
    look.sessions().stream().map(LedgerSession::intent).filter(Objects::nonNull).forEach(all::add);
    return all;
  }

  private void compareRefunds(BookedPayment here) {
    int before = found.size();
    for (LedgerRefund refund : look.refunds()) {
      // What was taken twice is given back outside of this payment's books.
      if (refund.intentId() == null || refund.intentId().equals(here.intentId())) {
        compareRefund(here, refund);
      }
    }
    if (look.complete()) {
      here.refunds().forEach(booked -> findAbsent(here, booked));
    }
    if (found.size() == before) {
      compareTotal(here);
    }
  }

  private void compareRefund(BookedPayment here, LedgerRefund refund) {
    Optional<BookedRefund> match =
        here.refunds().stream().filter(booked -> isOf(booked, refund)).findFirst();
    if (match.isEmpty()) {
      if (refund.status().reserves()) {
        Repair repair = here.captured() == null ? Repair.NONE : Repair.REPORT_REFUND;
        add(missed(refund, repair).here(here), refund.createdAt(), here.updatedAt());
      }
      return;
    }
    BookedRefund booked = match.get();
    if (booked.amount() != refund.money().amount()
        || !refund.money().currency().equals(currency(here))) {
      add(
          difference(
              DifferenceKind.REFUND_DIFFERS,
              refund.stripeRefundId(),
              Evidence.of(refund),
              Evidence.of(booked),
              Repair.NONE,
              "Find out who changed the amount"),
          refund.createdAt(),
          booked.updatedAt());
    } else if (booked.status() != refund.status() || isUnanswered(booked)) {
      add(
          difference(
              DifferenceKind.REFUND_STATUS_DIFFERS,
              refund.stripeRefundId(),
              Evidence.of(refund),
              Evidence.of(booked),
              follows(booked, refund) ? Repair.REPORT_REFUND : Repair.NONE,
              follows(booked, refund)
                  ? "Book the refund as Stripe has it"
                  : "Find out why it moved back at Stripe"),
          refund.createdAt(),
          booked.updatedAt());
    }
  }

  /** Money in another currency than that of the payment is refunded as it was captured. */
  private static String currency(BookedPayment here) {
    return here.captured() == null ? null : here.captured().currency();
  }

  private static boolean isOf(BookedRefund booked, LedgerRefund refund) {
    return refund.stripeRefundId().equals(booked.stripeRefundId())
        || (booked.stripeRefundId() == null && booked.refundId().equals(refund.refundId()));
  }

  private static boolean isUnanswered(BookedRefund booked) {
    return booked.stripeRefundId() == null && booked.status().reserves();
  }

  /** Whether the one door would take it for news. */
  private static boolean follows(BookedRefund booked, LedgerRefund refund) {
    return switch (booked.status()) {
      case PENDING -> true;
      case SUCCEEDED -> !refund.status().reserves();
      case FAILED, CANCELED -> false;
    };
  }

  private void findAbsent(BookedPayment here, BookedRefund booked) {
    boolean claimed = booked.stripeRefundId() != null || booked.status().hasSucceeded();
    boolean seen = look.refunds().stream().anyMatch(refund -> isOf(booked, refund));
    if (booked.status().reserves() && claimed && !seen) {
      add(
          difference(
              DifferenceKind.REFUND_ABSENT,
              booked.stripeRefundId() == null ? booked.refundId() : booked.stripeRefundId(),
              Evidence.none(),
              Evidence.of(booked),
              Repair.NONE,
              "The customer has not got this money: refund it at Stripe"),
          here.updatedAt(),
          booked.updatedAt());
    }
  }

  private void compareTotal(BookedPayment here) {
    Optional<LedgerIntent> intent =
        intents().stream().filter(each -> each.intentId().equals(here.intentId())).findFirst();
    long succeeded =
        look.refunds().stream()
            .filter(refund -> refund.status().hasSucceeded())
            .filter(refund -> Objects.equals(refund.intentId(), here.intentId()))
            .mapToLong(refund -> refund.money().amount())
            .reduce(0, Math::addExact);
    boolean differs =
        look.complete()
            ? succeeded != here.refunded()
            : intent.isPresent() && intent.get().refunded() != here.refundedAtStripe();
    if (differs && here.captured() != null) {
      add(
          difference(
              DifferenceKind.REFUNDED_TOTAL_DIFFERS,
              here.intentId(),
              Evidence.none().and("refundedAmount", succeeded),
              Evidence.of(here).and("refundedAmount", here.refunded()),
              Repair.NONE,
              "Compare the payment's row with its refunds"),
          here.updatedAt());
    }
  }

  private Draft unknown(LedgerSession session, String why) {
    return difference(
        DifferenceKind.SESSION_UNKNOWN,
        session.sessionId(),
        Evidence.of(session).and("because", why),
        Evidence.none(),
        Repair.NONE,
        session.intent() != null && session.intent().captured() != null
            ? "Refund " + session.intent().intentId() + " at Stripe, or find out whose it is"
            : "Expire the session at Stripe if it is open, or find out whose it is");
  }

  private Draft unknown(LedgerIntent intent, String why) {
    return difference(
        DifferenceKind.INTENT_UNKNOWN,
        intent.intentId(),
        Evidence.of(intent).and("because", why),
        Evidence.none(),
        Repair.NONE,
        "Refund " + intent.intentId() + " at Stripe, or find out whose it is");
  }

  private Draft missed(BookedPayment here, LedgerIntent intent) {
    return difference(
        DifferenceKind.CAPTURE_MISSED,
        intent.intentId(),
        Evidence.of(intent),
        Evidence.of(here),
        Repair.CHECK_PAYMENT,
        "Ask Stripe about the payment again");
  }

  private Draft missed(LedgerRefund refund, Repair repair) {
    return difference(
        DifferenceKind.REFUND_MISSED,
        refund.stripeRefundId(),
        Evidence.of(refund),
        Evidence.none(),
        repair,
        repair == Repair.NONE
            ? "Find out which payment it is of"
            : "Book the refund as Stripe has it");
  }

  private Draft unfounded(BookedPayment here, Evidence atStripe) {
    return difference(
        DifferenceKind.CAPTURE_UNFOUNDED,
        here.intentId() == null ? here.paymentId() : here.intentId(),
        atStripe,
        Evidence.of(here),
        Repair.NONE,
        "Hold the goods back, and find out who booked this money");
  }

  private Draft twice(BookedPayment here, LedgerIntent intent) {
    return difference(
        DifferenceKind.CHARGED_TWICE,
        intent.intentId(),
        Evidence.of(intent),
        Evidence.of(here),
        Repair.NONE,
        "Refund " + intent.intentId() + " at Stripe");
  }

  private Draft difference(
      DifferenceKind kind,
      String stripeObject,
      Evidence atStripe,
      Evidence here,
      Repair repair,
      String proposal) {
    return new Draft(kind, stripeObject, atStripe, here, repair, proposal);
  }

  private void add(Draft draft, Instant... movements) {
    boolean settled = true;
    for (Instant moved : movements) {
      settled &= moved.isBefore(settledBefore);
    }
    found.add(draft.of(look.paymentId(), settled));
  }

  private record Draft(
      DifferenceKind kind,
      String stripeObject,
      Evidence atStripe,
      Evidence booked,
      Repair repair,
      String proposal) {

    Draft here(BookedPayment payment) {
      return new Draft(kind, stripeObject, atStripe, Evidence.of(payment), repair, proposal);
    }

    Difference of(String paymentId, boolean settled) {
      return new Difference(
          kind, paymentId, stripeObject, Evidence.of(atStripe, booked), repair, proposal, settled);
    }
  }
}
