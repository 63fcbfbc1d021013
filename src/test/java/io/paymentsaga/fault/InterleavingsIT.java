package io.paymentsaga.fault;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.fault.Books.PaymentRow;
import io.paymentsaga.sandbox.SandboxEnvironment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The proof on the whole service: many random scripts, each about one payment and with everybody in
 * it, are played at once while Stripe is nasty and the service is killed again and again. When all
 * is quiet, each script's books must balance.
 *
 * <p>A case that fails is played again without one cue after the other, as long as it fails, and
 * the smallest is told in the order of time. {@code proof.seed} repeats the cases of an earlier
 * run, together with {@code proof.case} the one of them; at which moments threads and kills get to
 * them, nothing repeats.
 */
class InterleavingsIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();

  private static final long SEED = Long.getLong("proof.seed", System.nanoTime());
  private static final Integer ONLY = Integer.getInteger("proof.case");
  private static final int CASES = ONLY == null ? Integer.getInteger("proof.cases", 300) : 1;
  private static final int CASES_OF_A_KILL = 60;
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int SHRINKING_ROUNDS = 5;
  private static final Duration PATIENCE_WHILE_SHRINKING = Duration.ofSeconds(20);

  private static Stage stage;
  private static List<Play> plays;
  private static Books books;
  private static String unrest;

  /** A play, and what of its books does not balance. */
  private record Failure(Play play, List<String> broken) {}

  @BeforeAll
  static void play_all_cases() {
    Instant start = Instant.now();
    System.out.printf("Interleavings: proof.seed=%d proof.cases=%d%n", SEED, CASES);
    stage = Stage.set(sandbox, SEED);
    List<Script> scripts =
        ONLY == null
            ? IntStream.rangeClosed(1, CASES).mapToObj(n -> Script.drawn(SEED, n)).toList()
            : List.of(Script.drawn(SEED, ONLY));
    int kills = kills(CASES);
    plays = stage.perform(scripts, kills, PATIENCE);
    unrest = stage.unrest();
    books = stage.books();
    report(Duration.between(start, Instant.now()), kills);
  }

  private static int kills(int cases) {
    return (cases + CASES_OF_A_KILL - 1) / CASES_OF_A_KILL;
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static void report(Duration time, int kills) {
    System.out.printf(
        """
        Interleavings: proof.seed=%d
          time      %d s
          cases     %d
          kills     %d
          payments  %s
          sagas     %s
          refunds   %s
          webhooks  %d
          events    %d
          broken    %s
        """,
        SEED,
        time.toSeconds(),
        plays.size(),
        kills,
        new TreeMap<>(
            books.payments().stream().collect(groupingBy(PaymentRow::status, counting()))),
        new TreeMap<>(
            books.sagas().stream()
                .collect(groupingBy(saga -> saga.kind() + " " + saga.state(), counting()))),
        new TreeMap<>(
            books.refunds().stream().collect(groupingBy(refund -> refund.status(), counting()))),
        books.stripeEvents().size(),
        books.events().size(),
        failures(plays, books).stream()
            .map(failure -> failure.play().script().name() + " " + failure.broken())
            .toList());
  }

  @Test
  void there_was_a_payment_in_nearly_every_case() {
    assertThat(books.payments().stream().map(PaymentRow::orderId).distinct().count())
        .isGreaterThanOrEqualTo(plays.size() * 9L / 10);
  }

  @Test
  void all_is_settled_in_the_end() {
    assertThat(unrest).isEmpty();
  }

  @Test
  void whatever_all_of_them_do_no_cent_is_without_its_outcome() {
    failures(plays, books).stream()
        .findFirst()
        .ifPresent(
            failure -> {
              throw new AssertionError(told(shrunk(failure), failure));
            });
  }

  @Test
  void every_write_to_stripe_carries_the_key_of_its_saga_and_step() {
    assertThat(new Invariants(books, new Promises()).idempotencyKeys()).isEmpty();
  }

  private static List<Failure> failures(List<Play> played, Books read) {
    return played.stream()
        .map(play -> new Failure(play, broken(play, read)))
        .filter(failure -> !failure.broken().isEmpty())
        .toList();
  }

  private static List<String> broken(Play play, Books read) {
    return new Invariants(read.about(play.script().name()), play.promises()).ofOneOrder();
  }

  /** The smallest that was found to fail too; the failure itself when nothing smaller does. */
  private static Failure shrunk(Failure failure) {
    Failure smallest = failure;
    for (int round = 1; round <= SHRINKING_ROUNDS; round++) {
      List<Script> shorter = smallest.play().script().shorter(round);
      List<Play> again = stage.perform(shorter, 0, PATIENCE_WHILE_SHRINKING);
      Optional<Failure> smaller = failures(again, stage.books()).stream().findFirst();
      if (smaller.isEmpty()) {
        return smallest;
      }
      smallest = smaller.get();
    }
    return smallest;
  }

  private static String told(Failure smallest, Failure first) {
    return """
    %d of %d cases: %s
    proof.seed=%d, %s was %s
    shrunk to %s:
    %s

    %s
    """
        .formatted(
            failures(plays, books).size(),
            plays.size(),
            String.join("; ", first.broken()),
            SEED,
            first.play().script().name(),
            first.play().script().cues(),
            smallest.play().script().cues(),
            String.join(System.lineSeparator(), smallest.broken()),
            stage.story(smallest.play()));
  }
}
