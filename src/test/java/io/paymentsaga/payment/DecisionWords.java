package io.paymentsaga.payment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A decision in the words of the table {@code payment/decisions.txt}. */
final class DecisionWords {
  private DecisionWords() {}

  static String of(Decision decision) {
    List<String> words = new ArrayList<>();
    words.add(decision.verdict().name());
    status(decision, words);
    saga(decision.saga(), words);
    if (!decision.events().isEmpty()) {
      words.add(
          decision.events().stream()
              .map(DecisionWords::event)
              .collect(Collectors.joining(", ", "publishes ", "")));
    }
    if (decision.refundToOpen() != null) {
      words.add("opens a refund of " + decision.refundToOpen().amount());
    }
    decision
        .refunds()
        .forEach(refund -> words.add("refund of " + refund.amount() + " " + refund.status()));
    decision.disputes().forEach(dispute -> words.add("dispute " + dispute.status()));
    if (!decision.haltRefunds().isEmpty()) {
      words.add("refund halts");
    }
    return String.join("; ", words);
  }

  private static void status(Decision decision, List<String> words) {
    Payment before = decision.before();
    Payment after = decision.after();
    if (after.status() != before.status()) {
      words.add("becomes " + after.status());
    }
    if (after.closing() != before.closing()) {
      words.add("is to become " + after.closing());
    }
  }

  private static void saga(SagaMove move, List<String> words) {
    if (move instanceof SagaMove.Advance advance) {
      words.add("saga " + advance.to());
    } else if (move instanceof SagaMove.Complete) {
      words.add("saga completes");
    } else if (move instanceof SagaMove.Look) {
      words.add("saga looks at Stripe");
    } else if (move instanceof SagaMove.Compensate compensate) {
      words.add(compensate.failed() ? "saga compensates a failure" : "saga compensates");
    } else if (move instanceof SagaMove.Halt) {
      words.add("saga halts");
    } else if (move instanceof SagaMove.Resume) {
      words.add("saga resumes");
    } else if (move instanceof SagaMove.Resolve resolve) {
      words.add("saga ends " + resolve.resolution());
    }
  }

  private static String event(PaymentEvent event) {
    Map<String, Object> data = event.data();
    Object how =
        Stream.of("outcome", "refundStatus", "disputeStatus")
            .map(data::get)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    return how == null ? event.type().published() : event.type().published() + " " + how;
  }
}
