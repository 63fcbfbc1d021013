package io.paymentsaga.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How far each proof has come, so that no stretch of time is left out, whatever stops it. */
public final class ProofProgress {
  private final JdbcClient database;
  private final UnaryOperator<String> statements;
  private final ObjectMapper json;
  private final Clock clock;
  private final Duration grace;
  private final Duration interval;

  /**
   * @param statements the text of a statement by its path
   * @param grace how far behind the clock the first of the standing proofs stays
   * @param interval between two stretches of a standing proof
   */
  public ProofProgress(
      JdbcClient database,
      UnaryOperator<String> statements,
      ObjectMapper json,
      Clock clock,
      Duration grace,
      Duration interval) {
    this.database = database;
    this.statements = statements;
    this.json = json;
    this.clock = clock;
    this.grace = grace;
    this.interval = interval;
  }

  /**
   * A proof that is to go on.
   *
   * @param from where it goes on
   * @param to where it ends; not before {@code from}
   * @param totals of what it has behind it
   */
  public record Claimed(String proofId, Instant from, Instant to, ProofTotals totals) {}

  /** What a row of {@code claim-money-proof} stands for. */
  public Claimed claimed(Map<String, Object> row) {
    Instant from = instant(row.get("proven_to"));
    Instant to = row.get("to_at") == null ? horizon(row) : instant(row.get("to_at"));
    return new Claimed(
        (String) row.get("proof_id"),
        from,
        to.isAfter(from) ? to : from,
        totals((String) row.get("totals")));
  }

  private Instant horizon(Map<String, Object> row) {
    Number lag = (Number) row.get("lag_seconds");
    Duration behind = lag == null ? grace : Duration.ofSeconds(lag.longValue());
    return clock.instant().minus(behind).truncatedTo(ChronoUnit.SECONDS);
  }

  private static Instant instant(Object timestamp) {
    return ((Timestamp) timestamp).toInstant();
  }

  /** A slice is done. */
  public Claimed advance(Claimed proof, MoneyProof.Slice slice) {
    ProofTotals totals = proof.totals().plus(slice.totals());
    database
        .sql(statements.apply("sql/proof/advance-money-proof.sql"))
        .param("proofId", proof.proofId())
        .param("provenTo", BookedMoney.utc(slice.end()))
        .param("to", BookedMoney.utc(proof.to()))
        .param("totals", write(totals))
        .update();
    return new Claimed(proof.proofId(), slice.end(), proof.to(), totals);
  }

  /** All of it is done. */
  public void end(Claimed proof) {
    database
        .sql(statements.apply("sql/proof/end-money-proof.sql"))
        .param("proofId", proof.proofId())
        .param("to", BookedMoney.utc(proof.to()))
        .param("pauseMillis", interval.toMillis())
        .update();
  }

  /** It goes on where it is, soon, here or elsewhere. */
  public void postpone(Claimed proof, String error) {
    database
        .sql(statements.apply("sql/proof/postpone-money-proof.sql"))
        .param("proofId", proof.proofId())
        .param("error", error)
        .update();
  }

  private ProofTotals totals(String text) {
    try {
      return text.equals("{}") ? ProofTotals.NONE : json.readValue(text, ProofTotals.class);
    } catch (JsonProcessingException unreadable) {
      throw new IllegalStateException("The totals of a proof cannot be read", unreadable);
    }
  }

  private String write(ProofTotals totals) {
    try {
      return json.writeValueAsString(totals);
    } catch (JsonProcessingException unwritable) {
      throw new IllegalStateException("The totals of a proof cannot be written", unwritable);
    }
  }
}
