package io.paymentsaga.messaging;

import java.util.Arrays;
import java.util.List;

/** What repeated measurements say. */
public final class Figures {
  private final double[] sorted;

  private Figures(double[] sorted) {
    this.sorted = sorted;
  }

  public static Figures of(List<? extends Number> measured) {
    double[] values = measured.stream().mapToDouble(Number::doubleValue).toArray();
    Arrays.sort(values);
    return new Figures(values);
  }

  public double median() {
    return percentile(50);
  }

  /** The smallest value that so many of a hundred do not exceed. */
  public double percentile(double percent) {
    return sorted[Math.max(0, (int) Math.ceil(sorted.length * percent / 100) - 1)];
  }

  double largest() {
    return sorted[sorted.length - 1];
  }
}
