package io.paymentsaga.interleaving;

import io.paymentsaga.payment.Cause;
import io.paymentsaga.payment.Command;
import io.paymentsaga.payment.Decision;
import io.paymentsaga.payment.Decision.Verdict;
import io.paymentsaga.payment.DeclinePolicy;
import io.paymentsaga.payment.Dispute;
import io.paymentsaga.payment.PaymentDecisions;
import io.paymentsaga.payment.PaymentJourney;
import io.paymentsaga.payment.PaymentSignal;
import io.paymentsaga.payment.PaymentStatus;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.payment.Signal;
import io.paymentsaga.payment.Signal.IfPaid;
import io.paymentsaga.route.Compensations;
import io.paymentsaga.route.Refunds;
import io.paymentsaga.route.Rows;
import io.paymentsaga.saga.SagaState;
import io.paymentsaga.saga.StepPendingException;
import io.paymentsaga.stripe.StripeEvent;
import io.paymentsaga.stripe.StripeOutcome;
import io.paymentsaga.stripe.StripeSignals;
import io.paymentsaga.stripe.StripeUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One payment and all who have to do with it. Each of its methods is something one of them does,
 * and takes a second; what cannot be done is left undone.
 */
final class World {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration EXPIRY = Duration.ofMinutes(40);
  private static final Duration LONGEST_DEBIT = Duration.ofDays(22);
  private static final int ROUNDS = 60;

  private enum Crash {
    BEFORE_COMMIT,
    AFTER_COMMIT
  }

  /** A record of one of the incoming topics. */
  private record Letter(String id, String topic, Signal signal) {}

  private final PaymentDecisions decisions;
  private final Compensations compensations = new Compensations();
  private final Refunds refunds = new Refunds(new Rows(), Clock.systemUTC());
  private final ModelStripe stripe;
  private final Story story = new Story();
  private final WorldInvariants invariants;
  private final List<StripeEvent> inFlight = new ArrayList<>();
  private final Deque<Letter> letters = new ArrayDeque<>();
  private Stored stored;
  private Instant now = START;
  private Crash nextCrash;
  private boolean replyIsLost;
  private int eventsSent;
  private int ids;

  World(DeclinePolicy policy) {
    decisions = new PaymentDecisions(policy);
    stored = new Stored(decisions, PaymentJourney.from(START).payment());
    stripe = new ModelStripe(stored.payment());
    invariants = new WorldInvariants(stripe);
  }

  Story story() {
    return story;
  }

  Stored stored() {
    return stored;
  }

  ModelStripe stripe() {
    return stripe;
  }

  WorldInvariants invariants() {
    return invariants;
  }

  void tick() {
    now = now.plusSeconds(1);
  }

  /** Something happens at Stripe; its events are on their way. */
  void atStripe(String actor, String what, boolean happened) {
    if (happened) {
      story.tell(now, actor, what);
      sendEvents();
    }
  }

  private void sendEvents() {
    List<StripeEvent> all = stripe.events();
    inFlight.addAll(all.subList(eventsSent, all.size()));
    eventsSent = all.size();
  }

  // What becomes of webhooks.

  void deliver(int choice, boolean again) {
    pick(choice)
        .ifPresent(
            event -> {
              boolean acknowledged = take(event, "webhook");
              if (acknowledged && !again) {
                inFlight.remove(event);
              }
            });
  }

  /** Two event objects for one change. */
  void doubleEvent(int choice) {
    pick(choice)
        .ifPresent(
            event -> {
              inFlight.add(
                  new StripeEvent(event.eventId() + "+", event.type(), event.object(), ""));
              story.tell(now, "stripe", "makes a second event of " + name(event));
            });
  }

  void lose(int choice) {
    pick(choice)
        .ifPresent(
            event -> {
              inFlight.remove(event);
              story.tell(now, "stripe", "never delivers " + name(event));
            });
  }

  private Optional<StripeEvent> pick(int choice) {
    return inFlight.isEmpty()
        ? Optional.empty()
        : Optional.of(inFlight.get(choice % inFlight.size()));
  }

  /** The list of events that were not delivered is read, newest first. */
  void fetchEvents() {
    for (int index = eventsSent - 1; index >= 0; index--) {
      StripeEvent event = stripe.events().get(index);
      if (!stored.isTaken(event.eventId())) {
        take(event, "fetched");
      }
    }
  }

  void matchKeptEvents() {
    for (StripeEvent event : stored.kept()) {
      transact(
          "kept " + name(event),
          draft -> {
            if (draft.knows(event)) {
              draft.release(event);
              tell(draft, event);
            }
          });
    }
  }

  private boolean take(StripeEvent event, String how) {
    return transact(
        how + " " + name(event),
        draft -> {
          if (!draft.isNew(event.eventId())) {
            return;
          }
          if (draft.knows(event)) {
            tell(draft, event);
          } else {
            draft.keep(event);
          }
        });
  }

  private void tell(Stored draft, StripeEvent event) {
    Cause cause = new Cause(event.type(), event.eventId(), "stripe");
    StripeSignals.of(event)
        .map(signal -> signal(draft, signal, cause))
        .filter(decision -> decision.verdict() == Verdict.TOO_EARLY)
        .ifPresent(tooEarly -> draft.keep(event));
  }

  private static String name(StripeEvent event) {
    return event.type() + " " + event.eventId();
  }

  // What comes over Kafka.

  void cancelOrder() {
    String id = nextId("order");
    post(new Letter(id, "order.cancelled", new Signal.OrderCancelled("no", "shop", "re-" + id)));
  }

  void announceOrder() {
    post(new Letter(nextId("order"), "order.created", new Signal.OrderCreated()));
  }

  void command(String action, PaymentStatus becoming, IfPaid ifPaid, Long amount) {
    String id = nextId("command");
    Signal signal =
        new Signal.CancelRequested(
            becoming, action, ifPaid, amount, new Command(id, action), "re-" + id);
    post(new Letter(id, "saga.payment.compensate", signal));
  }

  private void post(Letter letter) {
    letters.add(letter);
    story.tell(now, "order service", "sends %s %s".formatted(letter.topic(), letter.id()));
  }

  /** The broker has the newest message twice, under one id. */
  void repeatLetter() {
    if (!letters.isEmpty()) {
      letters.add(letters.getLast());
      story.tell(now, "order service", "sends %s again".formatted(letters.getLast().id()));
    }
  }

  /** A message is read; its offset is committed when its effect is. */
  void consume() {
    Letter letter = letters.peek();
    if (letter == null) {
      return;
    }
    boolean committed;
    try {
      committed = transact("consumes " + letter.id(), draft -> read(draft, letter));
    } catch (Stored.Conflict misfit) {
      committed = transact("dead-letters " + letter.id(), draft -> refuse(draft, letter));
    }
    if (committed) {
      letters.remove();
    }
  }

  private void read(Stored draft, Letter letter) {
    if (!draft.isNew(letter.id())) {
      return;
    }
    Decision decision =
        signal(draft, letter.signal(), new Cause(letter.topic(), letter.id(), "shop"));
    switch (decision.verdict()) {
      case ACCEPTED, NOTHING_TO_DO -> invariants.consumed(letter.signal());
      case NOT_CAPTURED, ALREADY_CAPTURED, MORE_THAN_LEFT, NOT_PAYABLE, DISPUTED, TOO_EARLY ->
          throw new Stored.Conflict(decision.verdict().name());
    }
  }

  private void refuse(Stored draft, Letter letter) {
    if (draft.isNew(letter.id()) && letter.signal() instanceof Signal.CancelRequested request) {
      signal(draft, new Signal.CommandRefused(request.command()), Cause.of("dead-letter"));
      invariants.consumed(letter.signal());
    }
  }

  // What callers and operators ask for.

  void cancel() {
    String id = nextId("cancel");
    ask(
        "api",
        new Signal.CancelRequested(
            PaymentStatus.CANCELLED, "changed my mind", IfPaid.REFUSE, null, null, "re-" + id));
  }

  void refund(Long amount) {
    ask("api", new Signal.RefundRequested(nextId("re"), amount, null, null));
  }

  void compensate() {
    ask("operator", new Signal.CompensationOrdered("by hand", nextId("re")));
  }

  void resolve(Signal.Resolution resolution) {
    ask("operator", new Signal.Resolved(resolution, "by hand"));
  }

  private void ask(String source, Signal signal) {
    String asked = "asks for " + signal.getClass().getSimpleName();
    try {
      transact(asked, draft -> signal(draft, signal, Cause.of(source)));
    } catch (Stored.Conflict conflict) {
      story.tell(now, source, "is answered 409: " + conflict.getMessage());
    }
  }

  void retry(int choice) {
    List<String> ids = List.copyOf(stored.refundSagas().keySet());
    transact(
        "retries",
        draft -> {
          if (!draft.retry() && !ids.isEmpty()) {
            draft.retryRefund(ids.get(choice % ids.size()));
          }
        });
  }

  /** An operator has seen to a refund that Stripe would not make. */
  void settleRefunds() {
    stored
        .refundSagas()
        .forEach(
            (id, state) -> {
              if (state == SagaState.FAILED) {
                invariants.operatorDecides();
                transact("settles " + id, draft -> draft.settleRefund(id));
              }
            });
  }

  // What the service does by itself.

  /** The checkout goes on from where it stands. */
  void checkOut() {
    if (stored.payment().stripeSessionId() != null || !enlist("close-checkout-session")) {
      return;
    }
    Optional<StripeOutcome> answer = call("opens the session", stripe::open);
    Signal found =
        answer.isPresent()
            ? new Signal.SessionOpened("cs_1")
            : new Signal.CheckoutFailed("Stripe did not answer");
    transact(
        "checkout",
        draft -> {
          if (answer.isEmpty() || draft.enlist("announce-rollback")) {
            signal(draft, found, Cause.of("checkout"));
          }
        });
  }

  private boolean enlist(String compensation) {
    if (!stored.saga().isActive()) {
      return false;
    }
    return transact("enlists " + compensation, draft -> draft.enlist(compensation));
  }

  /** Recovery takes the payment's saga one step further. */
  void runSaga() {
    switch (stored.saga()) {
      case STARTED, PAYMENT_CREATED, AWAITING_PAYMENT, PAYMENT_PROCESSING -> look();
      case PAYMENT_FAILED -> transact("recovery", draft -> draft.advance(SagaState.COMPENSATING));
      case COMPENSATING -> undoNext();
      case PAYMENT_COMPLETED, COMPLETED, COMPENSATED, FAILED -> {}
    }
  }

  private void look() {
    if (stored.payment().stripeSessionId() == null) {
      transact(
          "looks",
          draft -> signal(draft, new Signal.CheckoutFailed("interrupted"), Cause.of("recovery")));
      return;
    }
    boolean expired = now.isAfter(stored.payment().expiresAt());
    call("looks", stripe::read)
        .map(
            outcome ->
                expired && outcome instanceof StripeOutcome.SessionOpen
                    ? List.<Signal>of(new Signal.SessionExpired())
                    : StripeSignals.of(outcome))
        .ifPresent(
            found ->
                found.forEach(
                    signal ->
                        transact("found", draft -> signal(draft, signal, Cause.of("recovery")))));
    if (stored.saga() == SagaState.PAYMENT_PROCESSING && stored.isOverdue(now)) {
      transact("overdue", draft -> draft.advance(SagaState.FAILED));
    }
  }

  private void undoNext() {
    String step = stored.toUndo();
    if (step == null) {
      transact(
          "ends the rollback",
          draft -> {
            signal(draft, new Signal.RollbackCompleted(), Cause.of("compensation"));
            draft.endCompensation();
          });
      return;
    }
    if (undo(step)) {
      transact("undone: " + step, draft -> draft.undone(step));
    }
  }

  private boolean undo(String step) {
    String paymentId = stored.payment().paymentId();
    return switch (step) {
      case "announce-rollback" -> tell(step, compensations.announceRollback(paymentId));
      case "close-checkout-session" -> close(step);
      case "cancel-payment" -> tell(step, compensations.closePayment(paymentId));
      default -> throw new IllegalArgumentException(step);
    };
  }

  private boolean close(String step) {
    Optional<StripeOutcome> outcome = call("closes the session", stripe::close);
    sendEvents();
    try {
      return outcome.isPresent()
          && tell(step, compensations.sessionClosed(stored.payment(), outcome.get()));
    } catch (StepPendingException moneyUnderWay) {
      story.tell(now, "service", "waits for the money that is under way");
      return false;
    }
  }

  private boolean tell(String step, PaymentSignal signal) {
    return transact(step, draft -> signal(draft, signal.signal(), signal.cause()));
  }

  /** A compensation has failed as often as it may. */
  void giveUp() {
    if (stored.saga() == SagaState.COMPENSATING) {
      transact("gives up", draft -> draft.advance(SagaState.FAILED));
    }
  }

  /** Recovery takes one refund's saga one step further. */
  void runRefund(int choice) {
    List<String> due =
        stored.refundSagas().entrySet().stream()
            .filter(saga -> saga.getValue() == SagaState.PAYMENT_COMPLETED)
            .map(Map.Entry::getKey)
            .toList();
    if (!due.isEmpty()) {
      run(due.get(choice % due.size()));
    }
  }

  private void run(String refundId) {
    Refund refund =
        stored.refunds().stream()
            .filter(each -> each.refundId().equals(refundId))
            .findFirst()
            .orElseThrow();
    if (refund.status() != Refund.Status.PENDING || ask(refund)) {
      transact("ends " + refundId, draft -> draft.endRefund(refundId));
    }
  }

  private boolean ask(Refund refund) {
    try {
      refunds.checkUndisputed(stored.payment(), refund);
      invariants.asksForRefund(stored, refund);
      Optional<StripeOutcome> outcome =
          call(
              "asks for refund " + refund.refundId(),
              () ->
                  refund.stripeRefundId() == null
                      ? stripe.refund(refund)
                      : stripe.refund(refund.stripeRefundId()));
      sendEvents();
      if (outcome.isEmpty()) {
        return false;
      }
      PaymentSignal found = refunds.report(refund, outcome.get());
      if (!transact("refund", draft -> signal(draft, found.signal(), found.cause()))) {
        return false;
      }
      refunds.checkEnded(refund, outcome.get());
      return true;
    } catch (StepPendingException | StripeUnavailableException later) {
      return false;
    }
  }

  // What goes wrong, and time.

  void loseNextReply() {
    replyIsLost = true;
  }

  void crashBeforeCommit() {
    nextCrash = Crash.BEFORE_COMMIT;
  }

  void crashAfterCommit() {
    nextCrash = Crash.AFTER_COMMIT;
  }

  void passExpiry() {
    pass(EXPIRY);
  }

  void passLongestDebit() {
    pass(LONGEST_DEBIT);
  }

  private void pass(Duration time) {
    now = now.plus(time);
    story.tell(now, "clock", "moves on by " + time);
    if (now.isAfter(stored.payment().expiresAt())) {
      atStripe("stripe", "the session expires", stripe.expire());
    }
  }

  /** Everybody does what is still theirs to do, and nothing goes wrong any more. */
  void settle() {
    story.tell(now, "", "from here on all is left to settle");
    nextCrash = null;
    replyIsLost = false;
    passExpiry();
    for (int round = 0; round < ROUNDS && !isQuiet(); round++) {
      tick();
      atStripe("bank", "lets the debit through", stripe.settle(true));
      atStripe("bank", "closes the dispute, won", stripe.closeDispute(true));
      atStripe("bank", "the refund arrives", stripe.moveRefund(round, Refund.Status.SUCCEEDED));
      consume();
      deliver(0, false);
      fetchEvents();
      matchKeptEvents();
      runSaga();
      runRefund(round);
    }
  }

  private boolean isQuiet() {
    boolean refundsAreOver = !stored.refundSagas().containsValue(SagaState.PAYMENT_COMPLETED);
    boolean refundsArePending =
        stripe.refunds().stream().anyMatch(made -> made.status() == Refund.Status.PENDING);
    boolean sagaIsOver = stored.saga().isEnd() || stored.saga() == SagaState.FAILED;
    boolean allIsHeard =
        stripe.events().stream().allMatch(event -> stored.isTaken(event.eventId()));
    return letters.isEmpty()
        && allIsHeard
        && stored.kept().isEmpty()
        && stripe.dispute() != Dispute.Status.OPEN
        && inFlight.isEmpty()
        && refundsAreOver
        && !refundsArePending
        && sagaIsOver
        && !stripe.canTakeMoney();
  }

  // One transaction, one call.

  /** Whether whoever brought it is told that it is done. */
  private boolean transact(String what, Consumer<Stored> work) {
    Stored draft = stored.copy();
    Crash crash = nextCrash;
    try {
      work.accept(draft);
    } finally {
      story.tellDecided(now, "service", what);
    }
    nextCrash = null;
    if (crash == Crash.BEFORE_COMMIT) {
      story.tell(now, "CRASH", "nothing of this is stored");
      return false;
    }
    invariants.committed(stored, draft);
    stored = draft;
    if (crash == Crash.AFTER_COMMIT) {
      story.tell(now, "CRASH", "it is stored, and nobody is told");
    }
    return crash == null;
  }

  private Decision signal(Stored draft, Signal signal, Cause cause) {
    Decision decision = draft.take(signal, cause, now);
    story.note(signal, decision, draft.saga());
    invariants.decided(signal, decision);
    return decision;
  }

  /** Empty when the reply is lost, after Stripe has done what was asked. */
  private Optional<StripeOutcome> call(String what, Supplier<StripeOutcome> call) {
    StripeOutcome outcome = call.get();
    story.tell(
        now,
        "service",
        what + ": " + (replyIsLost ? "the reply is lost" : outcome.getClass().getSimpleName()));
    boolean lost = replyIsLost;
    replyIsLost = false;
    return lost ? Optional.empty() : Optional.of(outcome);
  }

  private String nextId(String kind) {
    return kind + "-" + ++ids;
  }
}
