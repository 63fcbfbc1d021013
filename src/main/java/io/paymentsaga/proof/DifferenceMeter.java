package io.paymentsaga.proof;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What {@code /metrics} tells of the proof; the same on every instance. */
public final class DifferenceMeter {
  private static final List<String> STANDING = List.of("soon", "day", "month");
  private static final double UNKNOWN = Double.NaN;

  private volatile Map<String, Long> figures = Map.of();

  public DifferenceMeter(MeterRegistry registry) {
    for (DifferenceKind kind : DifferenceKind.values()) {
      Gauge.builder("money.differences", this, meter -> meter.open(kind))
          .tag("kind", kind.name())
          .register(registry);
    }
    for (String proof : STANDING) {
      Gauge.builder("money.proof.age.seconds", this, meter -> meter.age(proof))
          .tag("proof", proof)
          .register(registry);
    }
  }

  /** What was counted: one row a figure. */
  public void measured(List<Map<String, Object>> rows) {
    Map<String, Long> seen = new HashMap<>();
    rows.forEach(
        row ->
            seen.put(
                row.get("figure") + " " + row.get("name"),
                ((Number) row.get("value")).longValue()));
    figures = seen;
  }

  /** None of a kind is told by no row. */
  private double open(DifferenceKind kind) {
    Map<String, Long> seen = figures;
    return seen.isEmpty() ? UNKNOWN : seen.getOrDefault("difference " + kind, 0L);
  }

  private double age(String proof) {
    Long age = figures.get("age " + proof);
    return age == null ? UNKNOWN : age;
  }
}
