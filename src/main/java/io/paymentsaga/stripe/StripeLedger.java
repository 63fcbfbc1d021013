package io.paymentsaga.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Refund;
import com.stripe.model.checkout.Session;
import com.stripe.param.PaymentIntentListParams;
import com.stripe.param.PaymentIntentRetrieveParams;
import com.stripe.param.RefundListParams;
import com.stripe.param.checkout.SessionListParams;
import com.stripe.param.checkout.SessionRetrieveParams;
import com.stripe.service.PaymentIntentService;
import com.stripe.service.RefundService;
import com.stripe.service.checkout.SessionService;
import io.paymentsaga.payment.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What Stripe has on record, for whoever compares it with the books of this service. It only reads.
 *
 * <p>Promises: lists hold every object created in the stretch of time that was asked for, whoever
 * made it, page by page, newest first, so that no more than a page of them is held. It does not
 * promise that what happens meanwhile is seen. Each method throws {@link
 * StripeUnavailableException} when Stripe does not say.
 */
public final class StripeLedger {
  private static final long PAGE = 100;
  private static final int NOT_FOUND = 404;

  private final SessionService sessions;
  private final PaymentIntentService intents;
  private final RefundService refunds;

  StripeLedger(StripeClient stripe) {
    sessions = stripe.v1().checkout().sessions();
    intents = stripe.v1().paymentIntents();
    refunds = stripe.v1().refunds();
  }

  /**
   * The Checkout Sessions created in a stretch of time, with their PaymentIntents as they are now.
   *
   * @param from whole seconds, inclusive
   * @param to whole seconds, exclusive
   */
  public Iterator<List<LedgerSession>> sessions(Instant from, Instant to) {
    SessionListParams.Created created =
        SessionListParams.Created.builder()
            .setGte(from.getEpochSecond())
            .setLt(to.getEpochSecond())
            .build();
    return new LedgerPages<>(
        last ->
            sessions.list(
                SessionListParams.builder()
                    .setCreated(created)
                    .setLimit(PAGE)
                    .setStartingAfter(last)
                    .addExpand("data.payment_intent.latest_charge")
                    .build()),
        StripeLedger::read);
  }

  /** The PaymentIntents created in a stretch of time. */
  public Iterator<List<LedgerIntent>> intents(Instant from, Instant to) {
    PaymentIntentListParams.Created created =
        PaymentIntentListParams.Created.builder()
            .setGte(from.getEpochSecond())
            .setLt(to.getEpochSecond())
            .build();
    return new LedgerPages<>(
        last ->
            intents.list(
                PaymentIntentListParams.builder()
                    .setCreated(created)
                    .setLimit(PAGE)
                    .setStartingAfter(last)
                    .addExpand("data.latest_charge")
                    .build()),
        StripeLedger::read);
  }

  /** The refunds created in a stretch of time. */
  public Iterator<List<LedgerRefund>> refunds(Instant from, Instant to) {
    RefundListParams.Created created =
        RefundListParams.Created.builder()
            .setGte(from.getEpochSecond())
            .setLt(to.getEpochSecond())
            .build();
    return new LedgerPages<>(
        last ->
            refunds.list(
                RefundListParams.builder()
                    .setCreated(created)
                    .setLimit(PAGE)
                    .setStartingAfter(last)
                    .build()),
        StripeLedger::read);
  }

  /** One session as it is now; empty when Stripe knows none of this id. */
  public Optional<LedgerSession> session(String sessionId) {
    return find(
        () ->
            read(
                sessions.retrieve(
                    sessionId,
                    SessionRetrieveParams.builder()
                        .addExpand("payment_intent.latest_charge")
                        .build())));
  }

  /** One PaymentIntent as it is now; empty when Stripe knows none of this id. */
  public Optional<LedgerIntent> intent(String intentId) {
    return find(
        () ->
            read(
                intents.retrieve(
                    intentId,
                    PaymentIntentRetrieveParams.builder().addExpand("latest_charge").build())));
  }

  /** One refund as it is now; empty when Stripe knows none of this id. */
  public Optional<LedgerRefund> refund(String stripeRefundId) {
    return find(() -> read(refunds.retrieve(stripeRefundId)));
  }

  /** All refunds of a PaymentIntent as they are now. */
  public List<LedgerRefund> refundsOf(String intentId) {
    List<LedgerRefund> all = new ArrayList<>();
    new LedgerPages<>(
            last ->
                refunds.list(
                    RefundListParams.builder()
                        .setPaymentIntent(intentId)
                        .setLimit(PAGE)
                        .setStartingAfter(last)
                        .build()),
            StripeLedger::read)
        .forEachRemaining(all::addAll);
    return all;
  }

  private static LedgerSession read(Session session) {
    PaymentIntent intent = session.getPaymentIntentObject();
    return new LedgerSession(
        session.getId(),
        Instant.ofEpochSecond(session.getCreated()),
        paymentId(session.getMetadata()),
        status(session.getStatus()),
        intent == null ? null : read(intent));
  }

  /** Sessions that others have made may have none; those take no payment. */
  private static LedgerSession.Status status(String status) {
    return status == null
        ? LedgerSession.Status.EXPIRED
        : LedgerSession.Status.valueOf(status.toUpperCase(Locale.ROOT));
  }

  private static LedgerIntent read(PaymentIntent intent) {
    Charge charge = intent.getLatestChargeObject();
    boolean succeeded = "succeeded".equals(intent.getStatus());
    return new LedgerIntent(
        intent.getId(),
        paymentId(intent.getMetadata()),
        intent.getStatus(),
        succeeded ? money(intent.getAmountReceived(), intent.getCurrency()) : null,
        Instant.ofEpochSecond(charge == null ? intent.getCreated() : charge.getCreated()),
        charge == null ? 0 : charge.getAmountRefunded());
  }

  private static LedgerRefund read(Refund refund) {
    Map<String, String> metadata = refund.getMetadata();
    return new LedgerRefund(
        refund.getId(),
        Instant.ofEpochSecond(refund.getCreated()),
        refund.getPaymentIntent(),
        paymentId(metadata),
        metadata == null ? null : metadata.get("refundId"),
        money(refund.getAmount(), refund.getCurrency()),
        RefundStatuses.read(refund.getStatus() == null ? "pending" : refund.getStatus()),
        refund.getReason(),
        refund.getFailureReason());
  }

  private static Money money(long amount, String currency) {
    return new Money(amount, currency.toUpperCase(Locale.ROOT));
  }

  private static String paymentId(Map<String, String> metadata) {
    return metadata == null ? null : metadata.get("paymentId");
  }

  private static <T> Optional<T> find(Retrieval<T> retrieval) {
    try {
      return Optional.of(retrieval.make());
    } catch (StripeException failure) {
      if (Integer.valueOf(NOT_FOUND).equals(failure.getStatusCode())) {
        return Optional.empty();
      }
      throw StripeUnavailableException.of(StripeErrors.outcome(failure));
    }
  }

  private interface Retrieval<T> {
    T make() throws StripeException;
  }
}
