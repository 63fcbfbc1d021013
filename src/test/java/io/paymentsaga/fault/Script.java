package io.paymentsaga.fault;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What is done to one order's payment, in this order.
 *
 * @param name of the case, and of its order
 */
record Script(String name, List<Cue> cues) {
  private static final int SHORTEST = 3;
  private static final int LONGEST = 12;
  private static final int MOST_CHOICES = 400;

  /**
   * @param choice which of several, how much, how long
   */
  record Cue(Act act, int choice) {
    @Override
    public String toString() {
      return act + "(" + choice + ")";
    }
  }

  /** The case of this number under this seed. */
  static Script drawn(long seed, int number) {
    Random random = new Random(seed + 31L * number);
    int length = SHORTEST + random.nextInt(LONGEST - SHORTEST + 1);
    List<Cue> cues = new ArrayList<>();
    for (int cue = 0; cue < length; cue++) {
      cues.add(new Cue(any(random), random.nextInt(MOST_CHOICES)));
    }
    return new Script("case_" + number, List.copyOf(cues));
  }

  private static Act any(Random random) {
    int drawn = random.nextInt(Arrays.stream(Act.values()).mapToInt(Act::weight).sum());
    for (Act act : Act.values()) {
      drawn -= act.weight();
      if (drawn < 0) {
        return act;
      }
    }
    throw new IllegalStateException("the weights do not add up");
  }

  /** The same without one cue each, under other names. */
  List<Script> shorter(int round) {
    return IntStream.range(0, cues.size())
        .mapToObj(
            left -> {
              List<Cue> fewer = new ArrayList<>(cues);
              fewer.remove(left);
              return new Script(name + "-" + round + "." + left, List.copyOf(fewer));
            })
        .toList();
  }
}
