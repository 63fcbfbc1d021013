package io.paymentsaga.route;

import io.paymentsaga.proof.Differences;
import io.paymentsaga.proof.Differences.Recorded;
import io.paymentsaga.proof.MoneyProof;
import io.paymentsaga.proof.ProofProgress;
import io.paymentsaga.proof.ProofProgress.Claimed;
import io.paymentsaga.proof.Repair;
import io.paymentsaga.stripe.StripeUnavailableException;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries the proofs on, and what they find to those who repair it. */
public final class MoneyProofs {
  private static final Logger LOG = LoggerFactory.getLogger(MoneyProofs.class);

  /** What did not help so often will not help by itself. */
  private static final int MOST_REPAIRS = 3;

  private final CamelContext context;
  private final MoneyProof proof;
  private final ProofProgress progress;
  private final Differences differences;
  private final Repairs repairs;

  public MoneyProofs(
      CamelContext context,
      MoneyProof proof,
      ProofProgress progress,
      Differences differences,
      Repairs repairs) {
    this.context = context;
    this.proof = proof;
    this.progress = progress;
    this.differences = differences;
    this.repairs = repairs;
  }

  /** Carries a proof on to its end, slice by slice; when Stripe is away, it goes on later. */
  public void carryOn(@Body Map<String, Object> row) {
    Claimed claimed = progress.claimed(row);
    try {
      while (claimed.from().isBefore(claimed.to()) && !context.isStopping()) {
        claimed =
            progress.advance(
                claimed, proof.proveNext(claimed.from(), claimed.to(), this::recordAndRepair));
      }
      if (!claimed.from().isBefore(claimed.to())) {
        progress.end(claimed);
      }
    } catch (StripeUnavailableException away) {
      LOG.warn(
          "The proof {} waits at {}: {}", claimed.proofId(), claimed.from(), away.getMessage());
      progress.postpone(claimed, away.getMessage());
    }
  }

  /** Looks again at a payment with differences. */
  public void lookAgain(@Body Map<String, Object> row) {
    recordAndRepair(look((String) row.get("payment_id")));
  }

  /** The same, after somebody has repaired something. */
  void lookAtOnce(String paymentId) {
    differences.record(look(paymentId));
  }

  private void recordAndRepair(MoneyProof.Finding finding) {
    boolean tried = false;
    for (Recorded difference : differences.record(finding)) {
      boolean repairable = difference.repair() != Repair.NONE && difference.open();
      if (repairable && difference.repairs() < MOST_REPAIRS) {
        repairs.repair(
            difference.differenceId(),
            finding.paymentId(),
            difference.stripeObject(),
            difference.repair(),
            new Repairs.Order("money-proof", "found by the proof"));
        tried = true;
      }
    }
    if (tried) {
      lookAtOnce(finding.paymentId());
    }
  }

  private MoneyProof.Finding look(String paymentId) {
    List<String> objects = differences.objects(paymentId);
    return proof.look(
        paymentId,
        objects.stream().filter(id -> id.startsWith("cs_")).toList(),
        objects.stream().filter(id -> id.startsWith("pi_")).toList());
  }
}
