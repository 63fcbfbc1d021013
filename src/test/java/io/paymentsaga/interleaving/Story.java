package io.paymentsaga.interleaving;

import static java.util.stream.Collectors.joining;

import io.paymentsaga.payment.Decision;
import io.paymentsaga.payment.PaymentEvent;
import io.paymentsaga.payment.Signal;
import io.paymentsaga.saga.SagaState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** What has happened, one line each, for whoever has to find out why. */
final class Story {
  private record Line(Instant at, String actor, String what, List<Note> notes) {
    @Override
    public String toString() {
      String told = notes.stream().map(note -> "%n%40s%s".formatted("", note)).collect(joining());
      return "%s  %-13s  %s%s".formatted(at, actor, what, told);
    }
  }

  /** One decision. */
  private record Note(Signal signal, Decision decision, SagaState saga) {
    @Override
    public String toString() {
      StringJoiner events = new StringJoiner(", ", "; published: ", "").setEmptyValue("");
      for (PaymentEvent event : decision.events()) {
        events.add(event.type().published() + " as number " + event.sequence());
      }
      return "%s: %s, %s -> %s, saga %s%s"
          .formatted(
              signal.getClass().getSimpleName(),
              decision.verdict(),
              decision.before().status(),
              decision.after().status(),
              saga,
              events);
    }
  }

  private final List<Line> lines = new ArrayList<>();
  private List<Note> notes = new ArrayList<>();

  void tell(Instant at, String actor, String what) {
    lines.add(new Line(at, actor, what, List.of()));
  }

  /** A decision that belongs to what is told next by {@link #tellDecided}. */
  void note(Signal signal, Decision decision, SagaState saga) {
    notes.add(new Note(signal, decision, saga));
  }

  void tellDecided(Instant at, String actor, String what) {
    lines.add(new Line(at, actor, what, notes));
    notes = new ArrayList<>();
  }

  @Override
  public String toString() {
    return lines.stream().map(Line::toString).collect(joining(System.lineSeparator()));
  }
}
