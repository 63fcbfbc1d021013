package io.paymentsaga.proof;

import io.paymentsaga.stripe.LedgerIntent;
import io.paymentsaga.stripe.LedgerRefund;
import io.paymentsaga.stripe.LedgerSession;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/** A payment to look at in full, and what Stripe has that names it. */
record Suspicion(String paymentId, Set<String> sessionIds, Set<String> intentIds) {

  static Suspicion of(String paymentId) {
    return new Suspicion(paymentId, new HashSet<>(), new HashSet<>());
  }

  void add(Look look) {
    look.sessions().stream().map(LedgerSession::sessionId).forEach(sessionIds::add);
    look.intents().stream().map(LedgerIntent::intentId).forEach(intentIds::add);
    look.refunds().stream()
        .map(LedgerRefund::intentId)
        .filter(Objects::nonNull)
        .forEach(intentIds::add);
  }
}
