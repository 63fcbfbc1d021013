package io.paymentsaga.proof;

import io.paymentsaga.payment.Money;
import io.paymentsaga.stripe.LedgerIntent;
import io.paymentsaga.stripe.LedgerRefund;
import io.paymentsaga.stripe.LedgerSession;
import io.paymentsaga.stripe.StripeLedger;
import io.paymentsaga.stripe.StripeUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Holds Stripe's ledger against the books for a stretch of time, and changes neither.
 *
 * <p>First both sides are read page by page, and each payment that does not look right at once is
 * put aside. Then each of those is looked at in full: its row, its session, its PaymentIntents and
 * its refunds, one by one. Only what is still there then is a difference. What has moved within the
 * grace time, or while it was looked at, may be on its way still: it is told of as such.
 */
public final class MoneyProof {
  private final StripeLedger stripe;
  private final BookedMoney books;
  private final Duration grace;
  private final Clock clock;

  /**
   * @param grace how long a payment must not have moved for its state to count
   */
  public MoneyProof(StripeLedger stripe, BookedMoney books, Duration grace, Clock clock) {
    this.stripe = stripe;
    this.books = books;
    this.grace = grace;
    this.clock = clock;
  }

  /** What a full look at one payment has found; nothing when all is well. */
  public record Finding(String paymentId, List<Difference> differences) {}

  /** A stretch of time that was compared. */
  public record Slice(Instant end, ProofTotals totals) {}

  /**
   * Compares all of a stretch of time, slice by slice.
   *
   * @param from whole seconds, inclusive
   * @param to exclusive
   * @throws StripeUnavailableException when Stripe does not say
   */
  public ProofTotals proveAll(Instant from, Instant to, Consumer<Finding> found) {
    ProofTotals totals = ProofTotals.NONE;
    for (Instant next = from; next.isBefore(to); ) {
      Slice slice = proveNext(next, to, found);
      totals = totals.plus(slice.totals());
      next = slice.end();
    }
    return totals;
  }

  /**
   * Compares the beginning of a stretch of time.
   *
   * @param found is told of each payment with differences
   * @return how far it came
   * @throws StripeUnavailableException when Stripe does not say
   */
  public Slice proveNext(Instant from, Instant to, Consumer<Finding> found) {
    Instant end = books.endOfSlice(from, to);
    Run run = new Run();
    stripe.sessions(from, end).forEachRemaining(run::screenSessions);
    stripe.intents(from, end).forEachRemaining(run::screenIntents);
    stripe.refunds(from, end).forEachRemaining(run::screenRefunds);
    run.screenPayments(from, end);
    run.screenBookedRefunds(from, end);
    run.lookAtSuspects(found);
    return new Slice(end, run.totals);
  }

  /** Looks at one payment in full, and at what else was seen to name it at Stripe. */
  public Finding look(
      String paymentId, Collection<String> sessionIds, Collection<String> intentIds) {
    Optional<BookedPayment> here = books.find(paymentId);
    Set<String> wantedSessions = new TreeSet<>(sessionIds);
    Set<String> wantedIntents = new TreeSet<>(intentIds);
    here.map(BookedPayment::sessionId).ifPresent(wantedSessions::add);
    here.map(BookedPayment::intentId).ifPresent(wantedIntents::add);
    List<LedgerSession> sessions =
        wantedSessions.stream().flatMap(id -> stripe.session(id).stream()).toList();
    sessions.stream()
        .filter(session -> session.intent() != null)
        .forEach(session -> wantedIntents.remove(session.intent().intentId()));
    List<LedgerIntent> intents =
        wantedIntents.stream().flatMap(id -> stripe.intent(id).stream()).toList();
    List<LedgerRefund> refunds =
        Stream.concat(
                intents.stream(),
                sessions.stream().map(LedgerSession::intent).filter(Objects::nonNull))
            .filter(intent -> intent.captured() != null)
            .flatMap(intent -> stripe.refundsOf(intent.intentId()).stream())
            .toList();
    List<Difference> differences =
        MoneyComparison.compare(
            new Look(paymentId, here, sessions, intents, refunds, true),
            clock.instant().minus(grace));
    return new Finding(paymentId, hasMoved(paymentId, here) ? unsettled(differences) : differences);
  }

  private boolean hasMoved(String paymentId, Optional<BookedPayment> before) {
    return !books
        .find(paymentId)
        .map(BookedPayment::version)
        .equals(before.map(BookedPayment::version));
  }

  private static List<Difference> unsettled(List<Difference> differences) {
    return differences.stream().map(Difference::unsettled).toList();
  }

  /** One slice while it is compared. */
  private final class Run {
    private final Map<String, Suspicion> suspects = new LinkedHashMap<>();
    private final Set<String> sessionsSeen = new HashSet<>();
    private final Set<String> refundsSeen = new HashSet<>();
    private ProofTotals totals = ProofTotals.NONE;

    void screenSessions(List<LedgerSession> page) {
      List<LedgerSession> ours =
          page.stream().filter(session -> session.paymentId() != null).toList();
      Map<String, BookedPayment> booked =
          booked(ours.stream().map(LedgerSession::paymentId).toList());
      for (LedgerSession session : ours) {
        sessionsSeen.add(session.sessionId());
        Optional<BookedPayment> here = Optional.ofNullable(booked.get(session.paymentId()));
        screen(look(session.paymentId(), here, List.of(session), List.of(), List.of()));
        count(session, here);
      }
      count(ours.size(), 0, 0, page.size() - ours.size());
    }

    private void count(LedgerSession session, Optional<BookedPayment> here) {
      if (session.intent() != null && session.intent().captured() != null) {
        Money captured = session.intent().captured();
        count(captured.currency(), Sums.captured(captured.amount(), 0));
      }
      here.filter(payment -> session.sessionId().equals(payment.sessionId()))
          .map(BookedPayment::captured)
          .ifPresent(money -> count(money.currency(), Sums.captured(0, money.amount())));
    }

    void screenIntents(List<LedgerIntent> page) {
      List<LedgerIntent> ours = page.stream().filter(intent -> intent.paymentId() != null).toList();
      Map<String, BookedPayment> booked =
          booked(ours.stream().map(LedgerIntent::paymentId).toList());
      for (LedgerIntent intent : ours) {
        Optional<BookedPayment> here = Optional.ofNullable(booked.get(intent.paymentId()));
        screen(look(intent.paymentId(), here, List.of(), List.of(intent), List.of()));
      }
      count(0, ours.size(), 0, page.size() - ours.size());
    }

    void screenRefunds(List<LedgerRefund> page) {
      List<BookedPayment> booked =
          books.read(
              page.stream().map(LedgerRefund::paymentId).filter(Objects::nonNull).toList(),
              page.stream().map(LedgerRefund::intentId).filter(Objects::nonNull).toList());
      int ours = 0;
      for (LedgerRefund refund : page) {
        Optional<BookedPayment> here =
            booked.stream().filter(payment -> isOf(refund, payment)).findFirst();
        String paymentId = here.map(BookedPayment::paymentId).orElse(refund.paymentId());
        if (paymentId != null) {
          ours++;
          refundsSeen.add(refund.stripeRefundId());
          screen(look(paymentId, here, List.of(), List.of(), List.of(refund)));
          count(refund, here);
        }
      }
      count(0, 0, ours, page.size() - ours);
    }

    private void count(LedgerRefund refund, Optional<BookedPayment> here) {
      boolean booked =
          here.stream()
              .flatMap(payment -> payment.refunds().stream())
              .filter(each -> refund.stripeRefundId().equals(each.stripeRefundId()))
              .anyMatch(each -> each.status().hasSucceeded());
      long amount = refund.money().amount();
      count(
          refund.money().currency(),
          Sums.refunded(refund.status().hasSucceeded() ? amount : 0, booked ? amount : 0));
    }

    /** Payments whose session is not in Stripe's list, be it that the clocks differ. */
    void screenPayments(Instant from, Instant to) {
      List<BookedMoney.Created> page = books.created(from, to, null);
      while (!page.isEmpty()) {
        for (BookedMoney.Created payment : page) {
          if (payment.sessionId() != null && !sessionsSeen.contains(payment.sessionId())) {
            suspect(payment.paymentId());
          }
        }
        totals = totals.plus(new ProofTotals(0, 0, 0, 0, page.size(), 0, 0, Map.of()));
        page = books.created(from, to, page.get(page.size() - 1));
      }
    }

    /** Payments with a refund that Stripe is to have made and that is not in its list. */
    void screenBookedRefunds(Instant from, Instant to) {
      for (BookedPayment payment : books.read(books.refunded(from, to), List.of())) {
        boolean unseen =
            payment.refunds().stream()
                .filter(refund -> refund.status().reserves())
                .filter(refund -> !refund.createdAt().isBefore(from))
                .filter(refund -> refund.createdAt().isBefore(to))
                .anyMatch(refund -> !refundsSeen.contains(refund.stripeRefundId()));
        if (unseen) {
          suspect(payment.paymentId());
        }
      }
    }

    void lookAtSuspects(Consumer<Finding> found) {
      for (Suspicion suspect : suspects.values()) {
        Finding finding =
            MoneyProof.this.look(suspect.paymentId(), suspect.sessionIds(), suspect.intentIds());
        long settled = finding.differences().stream().filter(Difference::settled).count();
        long underWay = finding.differences().size() - settled;
        totals = totals.plus(new ProofTotals(0, 0, 0, 0, 0, settled, underWay, Map.of()));
        finding.differences().forEach(this::countAbsent);
        if (!finding.differences().isEmpty()) {
          found.accept(finding);
        }
      }
    }

    /** What is booked for a session that Stripe's list could not bring. */
    private void countAbsent(Difference difference) {
      Object captured = difference.evidence().get("here").get("captured");
      if (difference.kind() == DifferenceKind.SESSION_ABSENT && captured instanceof Money money) {
        count(money.currency(), Sums.captured(0, money.amount()));
      }
    }

    private void screen(Look look) {
      if (!MoneyComparison.compare(look, Instant.MAX).isEmpty()) {
        suspect(look.paymentId()).add(look);
      }
    }

    private Suspicion suspect(String paymentId) {
      return suspects.computeIfAbsent(paymentId, Suspicion::of);
    }

    private Map<String, BookedPayment> booked(List<String> paymentIds) {
      Map<String, BookedPayment> booked = new LinkedHashMap<>();
      books.read(paymentIds, List.of()).forEach(each -> booked.put(each.paymentId(), each));
      return booked;
    }

    private void count(String currency, Sums sums) {
      totals = totals.plus(new ProofTotals(0, 0, 0, 0, 0, 0, 0, Map.of(currency, sums)));
    }

    private void count(long sessions, long intents, long refunds, long foreign) {
      totals = totals.plus(new ProofTotals(sessions, intents, refunds, foreign, 0, 0, 0, Map.of()));
    }
  }

  private static boolean isOf(LedgerRefund refund, BookedPayment payment) {
    return payment.paymentId().equals(refund.paymentId())
        || (refund.intentId() != null && refund.intentId().equals(payment.intentId()));
  }

  private static Look look(
      String paymentId,
      Optional<BookedPayment> here,
      List<LedgerSession> sessions,
      List<LedgerIntent> intents,
      List<LedgerRefund> refunds) {
    return new Look(paymentId, here, sessions, intents, refunds, false);
  }
}
