package io.paymentsaga.interleaving;

import io.paymentsaga.interleaving.Interleaving.Step;
import io.paymentsaga.payment.DeclinePolicy;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.BeforeProperty;

/**
 * The proof on the core: whatever customer, bank, Stripe, order service, operator, crashes and
 * clock do to a payment in whatever order, everything {@link WorldInvariants} says holds.
 *
 * <p>A case that fails is shrunk and told step by step. {@code proof.seed} repeats all cases of an
 * earlier run, together with {@code proof.case} the one of them.
 */
class InterleavingsPropertyTest {
  private static final int LONGEST = 45;
  private static final int MOST_CHOICES = 12;
  private static final long SEED = Long.getLong("proof.seed", System.nanoTime());
  private static final Integer ONLY = Integer.getInteger("proof.case");

  private final AtomicInteger numbers = new AtomicInteger();

  @BeforeProperty
  void tell_the_seed() {
    System.out.printf("Interleavings: proof.seed=%d%n", SEED);
  }

  @Property(tries = 12_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.FULL)
  void no_cent_is_without_its_outcome(@ForAll("interleavings") Interleaving interleaving) {
    interleaving.play();
  }

  @Property(tries = 1_000_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.FULL)
  @Tag("endurance")
  void no_cent_is_without_its_outcome_for_long(@ForAll("interleavings") Interleaving interleaving) {
    interleaving.play();
  }

  /** Drawn from our own seed, so that a number names a case. */
  @Provide
  Arbitrary<Interleaving> interleavings() {
    return Arbitraries.fromGenerator(
        unused -> {
          int number = ONLY == null ? numbers.incrementAndGet() : ONLY;
          return interleaving(number).generator(1000).next(new Random(SEED + 31L * number));
        });
  }

  private static Arbitrary<Interleaving> interleaving(int number) {
    return Combinators.combine(
            Arbitraries.of(DeclinePolicy.class),
            Arbitraries.of(true, true, true, false),
            steps().list().ofMaxSize(LONGEST))
        .as((policy, open, steps) -> new Interleaving(number, policy, open, steps));
  }

  @SuppressWarnings("unchecked")
  private static Arbitrary<Step> steps() {
    Arbitrary<Move> moves =
        Arbitraries.frequency(
            Arrays.stream(Move.values())
                .map(move -> Tuple.of(move.weight(), move))
                .toArray(Tuple.Tuple2[]::new));
    return Combinators.combine(moves, Arbitraries.integers().between(0, MOST_CHOICES))
        .as(Step::new);
  }
}
