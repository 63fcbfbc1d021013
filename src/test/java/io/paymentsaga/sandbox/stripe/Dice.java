package io.paymentsaga.sandbox.stripe;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Chance that can be repeated. Each kind of thing has throws of its own: under the same seed the
 * third call of one kind, or the third event of one type, meets the same fate again, however the
 * kinds interleave. Ids are no part of it, since they differ from run to run. Safe for use by many
 * threads.
 */
final class Dice {
  private static final long SPREAD_KIND = 0xD1342543DE82EF95L;
  private static final long SPREAD_TURN = 0xC2B2AE3D27D4EB4FL;

  private final long seed;
  private final Map<String, Integer> turns = new HashMap<>();

  Dice(long seed) {
    this.seed = seed;
  }

  /** The throws that decide on the next thing of this kind. */
  synchronized RandomGenerator next(String kind) {
    int turn = turns.merge(kind, 1, Integer::sum);
    return new SplittableRandom(seed ^ kind.hashCode() * SPREAD_KIND ^ turn * SPREAD_TURN);
  }
}
