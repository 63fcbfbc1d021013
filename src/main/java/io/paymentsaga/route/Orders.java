package io.paymentsaga.route;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.messaging.IncomingEvent;
import io.paymentsaga.messaging.IncomingText;
import io.paymentsaga.messaging.PrematureMessageException;
import io.paymentsaga.messaging.RefusedMessageException;
import io.paymentsaga.payment.Cause;
import io.paymentsaga.payment.Command;
import io.paymentsaga.payment.Currencies;
import io.paymentsaga.payment.Decision;
import io.paymentsaga.payment.PaymentSignal;
import io.paymentsaga.payment.PaymentStatus;
import io.paymentsaga.payment.Signal;
import io.paymentsaga.payment.Signal.IfPaid;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** What messages from the order service and other services tell the one door. */
public final class Orders {
  private static final String MESSAGE = "orderMessage";
  private static final String SIGNAL = "orderSignal";

  /** As long as a caller of the HTTP API may make it. */
  private static final int LONGEST_REASON = 500;

  private final Supplier<String> ids;

  public Orders(Supplier<String> ids) {
    this.ids = ids;
  }

  /**
   * {@code order.created}: what to remember of it.
   *
   * @throws RefusedMessageException when its total is none that its currency allows
   */
  public Map<String, Object> created(@Body IncomingEvent event, Exchange exchange) {
    checkTotal(event.data());
    return keep(exchange, event, new Signal.OrderCreated());
  }

  /** The total decides nothing here; but whoever counts otherwise than Stripe should hear of it. */
  private static void checkTotal(JsonNode order) {
    JsonNode total = order.path("totalAmount");
    String currency = Currencies.supported(order.path("currency").asText()).orElse(null);
    if (currency == null || !total.isNumber()) {
      return;
    }
    boolean whole = total.canConvertToExactIntegral() && total.canConvertToLong();
    if (!whole || total.longValue() % Currencies.step(currency) != 0) {
      throw new RefusedMessageException(
          "bad-amount", "The totalAmount is none that its currency allows.");
    }
  }

  /** {@code order.cancelled}: what to remember of it. */
  public Map<String, Object> cancelled(@Body IncomingEvent event, Exchange exchange) {
    String reason = text(event, "reason", LONGEST_REASON, "the order was cancelled");
    String cancelledBy = text(event, "cancelledBy", IncomingText.LONGEST_NAME, event.service());
    Map<String, Object> order =
        keep(exchange, event, new Signal.OrderCancelled(reason, cancelledBy, ids.get()));
    order.put("reason", reason);
    order.put("cancelledBy", cancelledBy);
    return order;
  }

  /**
   * A command: the payment it names.
   *
   * @throws RefusedMessageException when it names no action this service knows
   */
  public Map<String, Object> command(@Body IncomingEvent event, Exchange exchange) {
    return named(event, keep(exchange, event, commanded(event)));
  }

  /** A command that cannot be followed: the payment it names. */
  public Map<String, Object> refusedCommand(@Body IncomingEvent event, Exchange exchange) {
    Command command = new Command(event.eventId(), action(event));
    return named(event, keep(exchange, event, new Signal.CommandRefused(command)));
  }

  private static Map<String, Object> named(IncomingEvent event, Map<String, Object> order) {
    order.put("paymentId", name(event, "paymentId"));
    return order;
  }

  private Signal commanded(IncomingEvent event) {
    String action = action(event);
    String reason = text(event, "reason", LONGEST_REASON, action);
    Command command = new Command(event.eventId(), action);
    return switch (action) {
      case "cancel_payment" ->
          cancel(PaymentStatus.CANCELLED, IfPaid.REFUND, null, reason, command);
      case "refund_payment" ->
          cancel(PaymentStatus.CANCELLED, IfPaid.REFUND, amount(event), reason, command);
      case "mark_payment_failed" ->
          cancel(PaymentStatus.FAILED, IfPaid.REFUSE, null, reason, command);
      default -> throw new RefusedMessageException("unknown-action", "Unknown action: " + action);
    };
  }

  private Signal cancel(
      PaymentStatus becoming, IfPaid ifPaid, Long amount, String reason, Command command) {
    return new Signal.CancelRequested(becoming, reason, ifPaid, amount, command, ids.get());
  }

  private static Long amount(IncomingEvent event) {
    JsonNode amount = event.data().path("amount");
    if (amount.isMissingNode() || amount.isNull()) {
      return null;
    }
    if (!amount.isIntegralNumber() || !amount.canConvertToLong() || amount.longValue() < 1) {
      throw new RefusedMessageException("bad-amount", "The amount is no positive integer.");
    }
    return amount.longValue();
  }

  /**
   * The signal for the payment that was found.
   *
   * @throws PrematureMessageException when a command's payment is not there (yet)
   */
  public PaymentSignal signal(
      @Body String paymentId,
      @ExchangeProperty(MESSAGE) IncomingEvent event,
      @ExchangeProperty(SIGNAL) Signal signal) {
    if (paymentId == null) {
      throw new PrematureMessageException("unknown-payment", "There is no such payment.");
    }
    return new PaymentSignal(
        paymentId, signal, new Cause(event.eventType(), event.eventId(), event.service()));
  }

  /**
   * Whether a command was followed.
   *
   * @throws RefusedMessageException when it does not fit the payment
   */
  public void checkCommand(@Body Decision decision) {
    switch (decision.verdict()) {
      case ACCEPTED, NOTHING_TO_DO -> {}
      case NOT_PAYABLE ->
          throw new RefusedMessageException(
              "bad-amount", "The payment's currency does not allow the amount.");
      case NOT_CAPTURED, ALREADY_CAPTURED, MORE_THAN_LEFT, DISPUTED, TOO_EARLY ->
          throw new RefusedMessageException(
              "does-not-fit",
              "The command does not fit the payment: "
                  + decision.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
  }

  private static Map<String, Object> keep(Exchange exchange, IncomingEvent event, Signal signal) {
    exchange.setProperty(MESSAGE, event);
    exchange.setProperty(SIGNAL, signal);
    Map<String, Object> order = new HashMap<>();
    order.put("orderId", name(event, "orderId"));
    order.put("eventId", event.eventId());
    return order;
  }

  private static String action(IncomingEvent event) {
    return text(event, "action", IncomingText.LONGEST_NAME, "none");
  }

  /** What a message names, null when nothing can have that name. */
  private static String name(IncomingEvent event, String field) {
    return IncomingText.name(event.data().path(field).textValue());
  }

  private static String text(IncomingEvent event, String field, int longest, String otherwise) {
    String text = IncomingText.printable(event.data().path(field).textValue(), longest);
    return text == null ? otherwise : text;
  }
}
