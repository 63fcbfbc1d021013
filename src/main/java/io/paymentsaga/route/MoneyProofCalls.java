package io.paymentsaga.route;

import com.fasterxml.jackson.databind.util.RawValue;
import io.paymentsaga.http.Caller;
import io.paymentsaga.http.ListParameters;
import io.paymentsaga.http.ListQuery;
import io.paymentsaga.http.OperatorRequest;
import io.paymentsaga.http.Page;
import io.paymentsaga.http.Pages;
import io.paymentsaga.http.ProblemException;
import io.paymentsaga.http.ProofRequest;
import io.paymentsaga.proof.DifferenceKind;
import io.paymentsaga.proof.Repair;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** The steps of the operators' calls on proofs and differences. */
public final class MoneyProofCalls {
  private static final String DIFFERENCE = "operatorDifference";
  private static final String REQUEST = "operatorRequest";
  private static final Set<String> LIVE = Set.of("SUSPECTED", "OPEN");
  private static final ListParameters DIFFERENCES =
      ListParameters.of("differences")
          .paged()
          .oneOf("state", List.of("SUSPECTED", "OPEN", "REPAIRED", "GONE", "SETTLED"))
          .oneOf("kind", Arrays.stream(DifferenceKind.values()).map(Enum::name).toList())
          .id("paymentId");

  private final JsonList differences;
  private final JsonList proofs;
  private final MoneyProofs moneyProofs;
  private final Repairs repairs;
  private final Supplier<String> ids;
  private final Clock clock;

  public MoneyProofCalls(
      Pages pages, MoneyProofs moneyProofs, Repairs repairs, Supplier<String> ids, Clock clock) {
    this.differences = new JsonList(pages, DIFFERENCES);
    this.proofs = new JsonList(pages, ListParameters.of("money-proofs").paged());
    this.moneyProofs = moneyProofs;
    this.repairs = repairs;
    this.ids = ids;
    this.clock = clock;
  }

  /** What to ask the database for a list of differences. */
  public Map<String, Object> listedDifferences(Exchange exchange) {
    return JsonList.asked(differences.query(exchange), "state", "kind", "paymentId");
  }

  /** The page the database's rows make. */
  public Page<RawValue> pageOfDifferences(
      @Body List<Map<String, Object>> rows, @ExchangeProperty(ListQuery.PROPERTY) ListQuery query) {
    return differences.page(query, rows);
  }

  /** What to ask the database for a list of proofs. */
  public Map<String, Object> listedProofs(Exchange exchange) {
    return JsonList.asked(proofs.query(exchange));
  }

  /** The page the database's rows make. */
  public Page<RawValue> pageOfProofs(
      @Body List<Map<String, Object>> rows, @ExchangeProperty(ListQuery.PROPERTY) ListQuery query) {
    return proofs.page(query, rows);
  }

  /**
   * The proof somebody asks for, under an id of its own.
   *
   * @throws ProblemException 400 when there is nothing between its times
   */
  public Map<String, Object> ask(
      @Body ProofRequest request,
      @ExchangeProperty(Caller.PROPERTY) Caller caller,
      Exchange exchange) {
    Instant now = clock.instant();
    Instant to = request.to() == null || request.to().isAfter(now) ? now : request.to();
    Instant from = request.from().truncatedTo(ChronoUnit.SECONDS);
    if (!from.isBefore(to)) {
      throw ProofRequest.empty();
    }
    String proofId = ids.get();
    exchange.getMessage().setHeader("proofId", proofId);
    exchange.getMessage().setHeader("Location", "/api/v1/money-proofs/" + proofId);
    return Map.of(
        "proofId", proofId,
        "from", from.toString(),
        "to", to.toString(),
        "actor", caller.subject(),
        "reason", request.reason());
  }

  /**
   * The proof as JSON.
   *
   * @throws ProblemException 404
   */
  public String showProof(@Body String json) {
    if (json == null) {
      throw ProblemException.notFound("There is no such proof.");
    }
    return json;
  }

  /**
   * Remembers the difference an action is for.
   *
   * @throws ProblemException 404
   */
  public void found(@Body Map<String, Object> row, Exchange exchange) {
    if (row == null) {
      throw ProblemException.notFound("There is no such difference.");
    }
    exchange.setProperty(DIFFERENCE, row);
  }

  /**
   * Tries the repair once, and looks whether the difference is still there. One that is over needs
   * none.
   *
   * @throws ProblemException 409 when a human has to decide, or has
   */
  public void repair(
      @ExchangeProperty(DIFFERENCE) Map<String, Object> difference,
      @ExchangeProperty(REQUEST) OperatorRequest request,
      @ExchangeProperty(Caller.PROPERTY) Caller caller) {
    Repair repair = Repair.valueOf((String) difference.get("repair"));
    if (difference.get("state").equals("SETTLED")) {
      throw ProblemException.conflict("The difference was settled by hand.");
    }
    if (!LIVE.contains(difference.get("state"))) {
      return;
    }
    if (repair == Repair.NONE) {
      throw ProblemException.conflict("The service cannot repair it; see its proposal.");
    }
    String paymentId = (String) difference.get("payment_id");
    repairs.repair(
        (String) difference.get("difference_id"),
        paymentId,
        (String) difference.get("stripe_object"),
        repair,
        new Repairs.Order(caller.subject(), request.reason()));
    moneyProofs.lookAtOnce(paymentId);
  }

  /**
   * The difference after somebody said that it is dealt with, now or before.
   *
   * @throws ProblemException 409 when it was over before
   */
  public void settled(@Body Map<String, Object> row) {
    if (!row.get("state").equals("SETTLED")) {
      throw ProblemException.conflict("The difference is over.");
    }
  }

  /** The difference as JSON. */
  public String show(@Body Map<String, Object> row) {
    return (String) row.get("json");
  }
}
