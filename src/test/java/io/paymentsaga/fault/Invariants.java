package io.paymentsaga.fault;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.paymentsaga.fault.Books.HistoryRow;
import io.paymentsaga.fault.Books.PaymentRow;
import io.paymentsaga.fault.Books.RefundRow;
import io.paymentsaga.fault.Books.SagaRow;
import io.paymentsaga.payment.EventType;
import io.paymentsaga.payment.PaymentStatus;
import io.paymentsaga.saga.SagaState;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What must be true of the books, whatever has happened. Each check names what breaks it. */
final class Invariants {
  private static final Map<String, String> KEYS_OF_CALLS =
      Map.of(
          "open-checkout-session", "/v1/checkout/sessions",
          "close-checkout-session", "/v1/checkout/sessions/[^/]+/expire",
          "issue-refund", "/v1/refunds");

  private final Books books;
  private final Promises promises;
  private final Map<String, PaymentRow> payments;
  private final Map<String, SagaRow> sagas;
  private final Map<String, List<HistoryRow>> history;
  private final Map<String, PublishedEvent> events = new LinkedHashMap<>();

  Invariants(Books books, Promises promises) {
    this.books = books;
    this.promises = promises;
    payments = books.payments().stream().collect(toMap(PaymentRow::paymentId, identity()));
    sagas = books.sagas().stream().collect(toMap(SagaRow::sagaId, identity()));
    history = books.history().stream().collect(groupingBy(HistoryRow::paymentId));
    books.events().forEach(event -> events.putIfAbsent(event.eventId(), event));
  }

  /** The events, without repeats. */
  Collection<PublishedEvent> events() {
    return events.values();
  }

  /** All of them, on the books of one order. */
  List<String> ofOneOrder() {
    return Stream.of(
            money(),
            closedSessions(),
            paths(),
            sequences(),
            order(),
            sagaStates(),
            eventsOfHistory(),
            sessions(),
            refunds(),
            answers(),
            messages())
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Every cent captured at Stripe is kept for a completed payment, or given back, or somebody is to
   * see to it.
   */
  List<String> money() {
    List<String> broken = new ArrayList<>();
    Map<String, Long> captured = new HashMap<>();
    for (JsonObject intent : books.paymentIntents()) {
      captured.merge(paymentId(intent), intent.getLong("amount_received"), Long::sum);
    }
    Map<String, String> paymentOfIntent =
        books.paymentIntents().stream()
            .collect(toMap(intent -> intent.getString("id"), Invariants::paymentId));
    Map<String, Long> refunded = new HashMap<>();
    for (JsonObject refund : books.stripeRefunds()) {
      if (refund.getString("status").equals("succeeded")) {
        String paymentId = paymentOfIntent.get(refund.getString("payment_intent"));
        refunded.merge(paymentId, refund.getLong("amount"), Long::sum);
      }
    }
    captured.keySet().stream()
        .filter(paymentId -> !payments.containsKey(paymentId))
        .forEach(paymentId -> broken.add("money of no payment: " + paymentId));
    for (PaymentRow payment : books.payments()) {
      long in = captured.getOrDefault(payment.paymentId(), 0L);
      long out = refunded.getOrDefault(payment.paymentId(), 0L);
      boolean settled = payment.status().isPaid() ? out < in : out == in;
      if (in != payment.capturedAmount() || out != payment.refundedAmount()) {
        broken.add("Stripe took %d and gave back %d: %s".formatted(in, out, payment));
      } else if (!settled && !standsBeforeAnOperator(payment) && !isResolved(payment)) {
        broken.add("took %d, gave back %d, and nobody knows: %s".formatted(in, out, payment));
      }
    }
    return broken;
  }

  /** No session is open any more. */
  List<String> closedSessions() {
    return books.sessions().stream()
        .filter(session -> session.getString("status").equals("open"))
        .map(session -> "open: " + session.getString("id") + " of " + paymentId(session))
        .toList();
  }

  /** Each payment's history is a path of the state machine, from PENDING to the row's status. */
  List<String> paths() {
    List<String> broken = new ArrayList<>();
    for (PaymentRow payment : books.payments()) {
      PaymentStatus status = null;
      for (HistoryRow entry : history.getOrDefault(payment.paymentId(), List.of())) {
        boolean legal =
            status == null
                ? entry.to() == PaymentStatus.PENDING
                : !entry.moves() || status.canBecome(entry.to());
        if (entry.from() != status || !legal) {
          broken.add("after %s: %s".formatted(status, entry));
        }
        status = entry.to();
      }
      if (status != payment.status()) {
        broken.add("its history ends with %s: %s".formatted(status, payment));
      }
    }
    return broken;
  }

  /** A payment's events are numbered 1 to n without a gap, and n is the row's. */
  List<String> sequences() {
    List<String> broken = new ArrayList<>();
    Map<String, List<PublishedEvent>> ofPayment =
        events.values().stream().collect(groupingBy(PublishedEvent::paymentId));
    for (PaymentRow payment : books.payments()) {
      List<Long> sequences =
          ofPayment.getOrDefault(payment.paymentId(), List.of()).stream()
              .map(PublishedEvent::sequence)
              .sorted()
              .toList();
      if (!sequences.equals(LongStream.rangeClosed(1, payment.sequence()).boxed().toList())) {
        broken.add("events %s of %s".formatted(sequences, payment));
      }
    }
    ofPayment.keySet().stream()
        .filter(paymentId -> !payments.containsKey(paymentId))
        .forEach(paymentId -> broken.add("events of no payment: " + paymentId));
    return broken;
  }

  /** Within a topic a payment's events come in their order; repeats say what the first one said. */
  List<String> order() {
    List<String> broken = new ArrayList<>();
    Map<String, Long> last = new HashMap<>();
    for (PublishedEvent event : events.values()) {
      Long before = last.put(event.topic() + event.paymentId(), event.sequence());
      if (before != null && before >= event.sequence()) {
        broken.add("after %d: %s".formatted(before, event));
      }
      if (!event.key().equals(event.orderId())) {
        broken.add("under the key of another order: " + event);
      }
    }
    for (PublishedEvent event : books.events()) {
      if (!event.text().equals(events.get(event.eventId()).text())) {
        broken.add("repeated with another content: " + event);
      }
    }
    return broken;
  }

  /** Status and saga tell the same story. */
  List<String> sagaStates() {
    List<String> broken = new ArrayList<>();
    for (PaymentRow payment : books.payments()) {
      boolean agrees =
          switch (sagaState(payment)) {
            case COMPLETED ->
                payment.status().isPaid() || payment.status() == PaymentStatus.REFUNDED;
            case COMPENSATED ->
                payment.status() == PaymentStatus.FAILED
                    || payment.status() == PaymentStatus.CANCELLED;
            // Until an operator has spoken, any.
            case FAILED -> true;
            case STARTED,
                PAYMENT_CREATED,
                AWAITING_PAYMENT,
                PAYMENT_PROCESSING,
                PAYMENT_COMPLETED,
                PAYMENT_FAILED,
                COMPENSATING ->
                false;
          };
      if (!agrees) {
        broken.add("its saga is %s: %s".formatted(sagaState(payment), payment));
      }
    }
    return broken;
  }

  /** Each event was decided together with an entry of the history, and each move has its event. */
  List<String> eventsOfHistory() {
    List<String> broken = new ArrayList<>();
    for (PublishedEvent event : events.values()) {
      if (entriesOf(event).noneMatch(entry -> explains(entry, type(event)))) {
        broken.add("no history: " + event);
      }
    }
    Set<String> told =
        events.values().stream()
            .map(event -> event.paymentId() + event.timestamp() + event.type())
            .collect(toSet());
    for (HistoryRow entry : books.history()) {
      announcement(entry)
          .filter(type -> !told.contains(entry.paymentId() + entry.at() + type.published()))
          .ifPresent(type -> broken.add("no %s: %s".formatted(type.published(), entry)));
    }
    return broken;
  }

  private Stream<HistoryRow> entriesOf(PublishedEvent event) {
    return history.getOrDefault(event.paymentId(), List.of()).stream()
        .filter(entry -> entry.at().equals(event.timestamp()));
  }

  private static EventType type(PublishedEvent event) {
    return Arrays.stream(EventType.values())
        .filter(type -> type.published().equals(event.type()))
        .findFirst()
        .orElseThrow();
  }

  private static boolean explains(HistoryRow entry, EventType type) {
    return switch (type) {
      case PAYMENT_INITIATED -> entry.signal().equals("SessionOpened");
      case PAYMENT_PROCESSING -> entry.moves() && entry.to() == PaymentStatus.PROCESSING;
      case PAYMENT_COMPLETED -> entry.moves() && entry.to() == PaymentStatus.COMPLETED;
      case PAYMENT_FAILED -> entry.moves() && entry.to() == PaymentStatus.FAILED;
      case PAYMENT_CANCELLED -> entry.moves() && entry.to() == PaymentStatus.CANCELLED;
      case PAYMENT_REFUNDED -> entry.signal().equals("RefundReported");
      case PAYMENT_DISPUTED -> entry.signal().equals("DisputeReported");
      case COMPENSATE -> entry.signal().equals("RollbackAnnounced");
      case ROLLBACK_COMPLETE -> true;
    };
  }

  private static Optional<EventType> announcement(HistoryRow entry) {
    if (!entry.moves() || entry.from() == null) {
      return Optional.empty();
    }
    return Optional.of(
        switch (entry.to()) {
          case PROCESSING -> EventType.PAYMENT_PROCESSING;
          case COMPLETED ->
              entry.from().isUnpaid() ? EventType.PAYMENT_COMPLETED : EventType.PAYMENT_REFUNDED;
          case PARTIALLY_REFUNDED, REFUNDED -> EventType.PAYMENT_REFUNDED;
          case FAILED -> EventType.PAYMENT_FAILED;
          case CANCELLED -> EventType.PAYMENT_CANCELLED;
          case PENDING -> throw new IllegalArgumentException("back to the start: " + entry);
        });
  }

  /** A payment has one session at Stripe at the most, and the row knows it. */
  List<String> sessions() {
    List<String> broken = new ArrayList<>();
    Map<String, List<JsonObject>> ofPayment =
        books.sessions().stream().collect(groupingBy(Invariants::paymentId));
    ofPayment.forEach(
        (paymentId, sessions) -> {
          PaymentRow payment = payments.get(paymentId);
          if (sessions.size() > 1) {
            broken.add("%d sessions: %s".formatted(sessions.size(), payment));
          } else if (payment == null) {
            broken.add("a session of no payment: " + paymentId);
          } else if (!sessions.get(0).getString("id").equals(payment.sessionId())) {
            broken.add("it does not know its session: " + payment);
          }
        });
    for (PaymentRow payment : books.payments()) {
      if (payment.sessionId() != null && !ofPayment.containsKey(payment.paymentId())) {
        broken.add("Stripe does not know its session: " + payment);
      }
    }
    return broken;
  }

  /**
   * Stripe has made each refund once, for the amount and with the end the row says; what it has not
   * made stands before an operator.
   */
  List<String> refunds() {
    List<String> broken = new ArrayList<>();
    Map<String, List<JsonObject>> ofRow =
        books.stripeRefunds().stream().collect(groupingBy(Invariants::refundId));
    for (RefundRow row : books.refunds()) {
      List<JsonObject> made = ofRow.getOrDefault(row.refundId(), List.of());
      if (made.isEmpty() && row.stripeRefundId() == null && isFailed(row.sagaId())) {
        continue;
      }
      if (made.size() != 1) {
        broken.add("%d refunds at Stripe: %s".formatted(made.size(), row));
        continue;
      }
      JsonObject refund = made.get(0);
      boolean same =
          refund.getString("id").equals(row.stripeRefundId())
              && refund.getLong("amount") == row.amount()
              && refund.getString("status").equalsIgnoreCase(row.status());
      if (!same) {
        broken.add("Stripe has %s: %s".formatted(refund.encode(), row));
      }
    }
    Set<String> known = books.refunds().stream().map(RefundRow::refundId).collect(toSet());
    ofRow.keySet().stream()
        .filter(refundId -> !known.contains(refundId))
        .forEach(refundId -> broken.add("a refund nobody asked for: " + refundId));
    return broken;
  }

  /** Every write to Stripe went under a key made of the saga and the step that made it. */
  List<String> idempotencyKeys() {
    List<String> broken = new ArrayList<>();
    for (JsonObject use : books.idempotencyKeys()) {
      String[] key = use.getString("key").split(":", 3);
      String call = key.length >= 2 ? KEYS_OF_CALLS.get(key[1]) : null;
      if (call == null || !use.getString("endpoint").matches(call) || !sagas.containsKey(key[0])) {
        broken.add("a key of no step: " + use.encode());
      }
    }
    books.apiCalls().stream()
        .filter(call -> call.method().equals("POST") && call.idempotencyKey() == null)
        .forEach(call -> broken.add("without a key: " + call));
    return broken;
  }

  /**
   * Every saga has come to its end; none waits for an operator, since nothing here calls for one.
   */
  List<String> ends() {
    return books.sagas().stream()
        .filter(saga -> !saga.state().isEnd())
        .map(SagaRow::toString)
        .toList();
  }

  /** What was answered 2xx is there. */
  List<String> answers() {
    List<String> broken = new ArrayList<>();
    promises.payments().stream()
        .filter(paymentId -> !payments.containsKey(paymentId))
        .forEach(paymentId -> broken.add("a lost payment: " + paymentId));
    Set<String> refunds = books.refunds().stream().map(RefundRow::refundId).collect(toSet());
    promises.refunds().stream()
        .filter(refundId -> !refunds.contains(refundId))
        .forEach(refundId -> broken.add("a lost refund: " + refundId));
    promises.cancellations().stream()
        .map(payments::get)
        .filter(payment -> payment.status().isUnpaid() || payment.status().isPaid())
        .forEach(payment -> broken.add("not cancelled: " + payment));
    books.webhooks().stream()
        .filter(webhook -> webhook.getBoolean("accepted"))
        .map(webhook -> webhook.getString("id"))
        .filter(eventId -> !books.stripeEvents().contains(eventId))
        .forEach(eventId -> broken.add("a lost webhook: " + eventId));
    return broken;
  }

  /** What came over Kafka has had its effect: orders called off, commands answered once. */
  List<String> messages() {
    List<String> broken = new ArrayList<>();
    Set<String> cancelled = Set.copyOf(promises.cancelledOrders());
    books.payments().stream()
        .filter(payment -> cancelled.contains(payment.orderId()))
        .filter(payment -> !standsBeforeAnOperator(payment))
        .filter(payment -> payment.status().isUnpaid() || payment.status().isPaid())
        .forEach(payment -> broken.add("its order is off: " + payment));
    Map<String, Long> answers =
        events.values().stream()
            .filter(event -> type(event) == EventType.ROLLBACK_COMPLETE)
            .collect(groupingBy(PublishedEvent::causationId, counting()));
    promises.commands().stream()
        .filter(command -> !Objects.equals(answers.get(command), 1L))
        .forEach(
            command ->
                broken.add(
                    "%d answers to %s".formatted(answers.getOrDefault(command, 0L), command)));
    return broken;
  }

  /** Every message could be read and fitted. */
  List<String> deadLetters() {
    return books.deadLetters() == 0 ? List.of() : List.of(books.deadLetters() + " dead letters");
  }

  private boolean standsBeforeAnOperator(PaymentRow payment) {
    return isFailed(payment.sagaId())
        || books.refunds().stream()
            .filter(refund -> refund.paymentId().equals(payment.paymentId()))
            .anyMatch(refund -> isFailed(refund.sagaId()));
  }

  private boolean isResolved(PaymentRow payment) {
    return promises.resolutions().contains(payment.paymentId());
  }

  private boolean isFailed(String sagaId) {
    return sagaId != null && sagas.get(sagaId).state() == SagaState.FAILED;
  }

  private SagaState sagaState(PaymentRow payment) {
    return sagas.get(payment.sagaId()).state();
  }

  /** The service names what was made in Stripe's dashboard after Stripe's own id. */
  private static String refundId(JsonObject stripeRefund) {
    String ours = stripeRefund.getJsonObject("metadata").getString("refundId");
    return ours == null ? "stripe-" + stripeRefund.getString("id") : ours;
  }

  private static String paymentId(JsonObject stripeObject) {
    return stripeObject.getJsonObject("metadata").getString("paymentId");
  }
}
