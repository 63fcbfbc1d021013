package io.paymentsaga.interleaving;

import static java.util.stream.Collectors.joining;

import io.paymentsaga.payment.DeclinePolicy;
import java.util.List;

/**
 * What all of them do, in this order.
 *
 * @param number of the case under its seed
 * @param open whether the customer can pay from the beginning
 */
record Interleaving(int number, DeclinePolicy policy, boolean open, List<Step> steps) {

  /**
   * @param choice which of several
   */
  record Step(Move move, int choice) {
    @Override
    public String toString() {
      return move + "(" + choice + ")";
    }
  }

  /** Plays it to its end in a new world, in which everything must hold all the time. */
  void play() {
    World world = new World(policy);
    try {
      if (open) {
        Move.SERVICE_CHECKS_OUT.in(world, 0);
      }
      steps.forEach(step -> step.move().in(world, step.choice()));
      world.settle();
      world.invariants().settled(world.stored());
    } catch (AssertionError | RuntimeException broken) {
      throw new AssertionError(
          "%s%n%nproof.case=%d under %s, step by step:%n%s%n"
              .formatted(broken.getMessage(), number, policy, world.story()),
          broken);
    }
  }

  @Override
  public String toString() {
    return steps.stream().map(Step::toString).collect(joining(", ", number + ": ", ""));
  }
}
