package io.paymentsaga.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.ApiException;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.checkout.Session;
import com.stripe.param.checkout.SessionExpireParams;
import com.stripe.param.checkout.SessionListParams;
import com.stripe.param.checkout.SessionRetrieveParams;
import com.stripe.service.checkout.SessionService;
import io.paymentsaga.payment.Payment;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Checkout Sessions at Stripe: opened once, found again, closed. */
final class CheckoutSessions {
  /** A session whose reply was lost was made by the checkout, which is over within 30 seconds. */
  private static final Duration LATEST_OPENING = Duration.ofMinutes(5);

  /** The clocks of Stripe and of this service need not agree. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private static final long PAGE = 100;

  private final SessionService sessions;
  private final Clock clock;

  CheckoutSessions(StripeClient stripe, Clock clock) {
    this.sessions = stripe.v1().checkout().sessions();
    this.clock = clock;
  }

  Session open(Payment payment) throws StripeException {
    return sessions.create(
        CheckoutSessionParameters.of(payment),
        IdempotencyKeys.of(payment.sagaId(), "open-checkout-session"));
  }

  Session read(String sessionId) throws StripeException {
    return sessions.retrieve(
        sessionId,
        SessionRetrieveParams.builder().addExpand("payment_intent.latest_charge").build());
  }

  /**
   * The session of a payment that never heard of one, if there is any. As long as Stripe remembers
   * its key the opening is repeated, which also finds what is still under way: a session that was
   * made would be the answer, so that a refusal of what was sent proves that none was. A key that
   * was used for something else, or that a failure is remembered under, tells nothing: then, and
   * when the key is forgotten, the sessions of that time are looked through.
   */
  Optional<Session> lost(Payment payment) throws StripeException {
    if (!IdempotencyKeys.areRemembered(payment.createdAt(), clock.instant())) {
      return find(payment);
    }
    try {
      return Optional.of(open(payment));
    } catch (InvalidRequestException | CardException refused) {
      return Optional.empty();
    } catch (StripeException failure) {
      if (!StripeErrors.isFinal(failure)) {
        throw failure;
      }
      // Nobody was ever given the address of a session that is not listed now.
      return find(payment);
    }
  }

  private Optional<Session> find(Payment payment) throws StripeException {
    SessionListParams listed =
        SessionListParams.builder()
            .setCreated(
                SessionListParams.Created.builder()
                    .setGte(payment.createdAt().minus(CLOCK_SKEW).getEpochSecond())
                    .setLte(
                        payment.createdAt().plus(LATEST_OPENING).plus(CLOCK_SKEW).getEpochSecond())
                    .build())
            .setLimit(PAGE)
            .build();
    for (Session session : sessions.list(listed).autoPagingIterable()) {
      if (payment.paymentId().equals(session.getClientReferenceId())) {
        return Optional.of(session);
      }
    }
    return Optional.empty();
  }

  /**
   * Only an open session can expire; whatever else it has become is what the caller needs to know.
   * Expiring twice is expiring once, so a key with a failure behind it is left for another.
   */
  Session close(Payment payment, String sessionId) throws StripeException {
    Session session = read(sessionId);
    if (!isOpen(session)) {
      return session;
    }
    String step = "close-checkout-session";
    try {
      return expire(payment, sessionId, step);
    } catch (InvalidRequestException noLongerOpen) {
      return read(sessionId);
    } catch (ApiException failure) {
      Session now = read(sessionId);
      return isOpen(now)
          ? expire(payment, sessionId, step + ":" + clock.instant().getEpochSecond())
          : now;
    }
  }

  private Session expire(Payment payment, String sessionId, String step) throws StripeException {
    return sessions.expire(
        sessionId,
        SessionExpireParams.builder().build(),
        IdempotencyKeys.of(payment.sagaId(), step));
  }

  private static boolean isOpen(Session session) {
    return "open".equals(session.getStatus());
  }
}
