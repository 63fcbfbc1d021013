package io.paymentsaga.sandbox.stripe;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * All that Stripe remembers, behind one lock. Whoever reads or changes an object does it inside
 * {@link #atomically}, which first lets happen what the clock has made due.
 */
final class Ledger {
  private final ReentrantLock lock = new ReentrantLock();
  private final Agenda agenda = new Agenda();
  private final Register<SimulatedSession> sessions = new Register<>();
  private final Register<SimulatedPaymentIntent> paymentIntents = new Register<>();
  private final Register<SimulatedCharge> charges = new Register<>();
  private final Register<SimulatedRefund> refunds = new Register<>();
  private final Register<SimulatedDispute> disputes = new Register<>();
  private final Register<SimulatedEvent> events = new Register<>();
  private final SimulatedClock clock;
  private final Identifiers identifiers;
  private final Predicate<String> doubled;
  private final Consumer<SimulatedEvent> announcer;
  private Cause cause = Cause.NONE;
  private boolean quiet;

  /**
   * @param doubled whether a change makes two events of this type
   * @param announcer is told of each event while the ledger is locked, so it must not block
   */
  Ledger(
      SimulatedClock clock,
      Identifiers identifiers,
      Predicate<String> doubled,
      Consumer<SimulatedEvent> announcer) {
    this.clock = clock;
    this.identifiers = identifiers;
    this.doubled = doubled;
    this.announcer = announcer;
  }

  <T> T atomically(Supplier<T> work) {
    return atomically(Cause.NONE, work);
  }

  <T> T atomically(Cause workCause, Supplier<T> work) {
    lock.lock();
    try {
      boolean first = lock.getHoldCount() == 1;
      if (first) {
        agenda.runDue(clock.instant());
        cause = workCause;
      }
      return work.get();
    } finally {
      cause = lock.getHoldCount() == 1 ? Cause.NONE : cause;
      lock.unlock();
    }
  }

  /** Changes things as Stripe now and then does: without an event. */
  <T> T quietly(Supplier<T> work) {
    return atomically(
        () -> {
          quiet = true;
          try {
            return work.get();
          } finally {
            quiet = false;
          }
        });
  }

  /** Moves Stripe's time on; what becomes due on the way happens at its own time and in order. */
  void advance(Duration by) {
    lock.lock();
    try {
      Duration ahead = clock.ahead().plus(by);
      Instant end = clock.trueTime().plus(ahead);
      Optional<Instant> due = agenda.next();
      while (due.isPresent() && !due.get().isAfter(end)) {
        clock.moveTo(due.get());
        agenda.runDue(clock.instant());
        due = agenda.next();
      }
      clock.runAhead(ahead);
    } finally {
      lock.unlock();
    }
  }

  SimulatedClock clock() {
    return clock;
  }

  /** Stripe counts in whole seconds. */
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  void later(Duration delay, Runnable work) {
    agenda.add(clock.instant().plus(delay), work);
  }

  void at(Instant due, Runnable work) {
    agenda.add(due, work);
  }

  /** Records an event about the object as it is now, and has it delivered. */
  void emit(String type, StripeObject subject) {
    if (quiet) {
      return;
    }
    announce(type, subject);
    if (doubled.test(type)) {
      announce(type, subject);
    }
  }

  private void announce(String type, StripeObject subject) {
    announcer.accept(
        events.add(new SimulatedEvent(identifiers.event(), now(), type, subject.toJson(), cause)));
  }

  Identifiers identifiers() {
    return identifiers;
  }

  Register<SimulatedSession> sessions() {
    return sessions;
  }

  Register<SimulatedPaymentIntent> paymentIntents() {
    return paymentIntents;
  }

  Register<SimulatedCharge> charges() {
    return charges;
  }

  Register<SimulatedRefund> refunds() {
    return refunds;
  }

  Register<SimulatedDispute> disputes() {
    return disputes;
  }

  Register<SimulatedEvent> events() {
    return events;
  }

  SimulatedSession session(String id) {
    return sessions
        .find(id)
        .orElseThrow(() -> ApiError.notFound("checkout.session", id, "session"));
  }

  SimulatedPaymentIntent paymentIntent(String id) {
    return paymentIntents
        .find(id)
        .orElseThrow(() -> ApiError.notFound("payment_intent", id, "intent"));
  }

  SimulatedCharge charge(String id) {
    return charges.find(id).orElseThrow(() -> ApiError.notFound("charge", id, "id"));
  }

  SimulatedRefund refund(String id) {
    return refunds.find(id).orElseThrow(() -> ApiError.notFound("refund", id, "id"));
  }

  SimulatedDispute dispute(String id) {
    return disputes.find(id).orElseThrow(() -> ApiError.notFound("dispute", id, "id"));
  }

  SimulatedEvent event(String id) {
    return events.find(id).orElseThrow(() -> ApiError.notFound("event", id, "id"));
  }

  /** Any object, whatever its kind. */
  Optional<StripeObject> find(String id) {
    return List.of(sessions, paymentIntents, charges, refunds, disputes, events).stream()
        .flatMap(register -> register.find(id).stream())
        .<StripeObject>map(object -> object)
        .findFirst();
  }
}
