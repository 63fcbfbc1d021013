package io.paymentsaga.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What differs, in the database: each difference once, however often it is seen. */
public final class Differences {
  private static final Logger LOG = LoggerFactory.getLogger(Differences.class);

  private final JdbcClient database;
  private final UnaryOperator<String> statements;
  private final ObjectMapper json;
  private final Supplier<String> ids;
  private final Duration pause;

  /**
   * @param statements the text of a statement by its path
   * @param pause until a payment with differences is looked at again
   */
  public Differences(
      JdbcClient database,
      UnaryOperator<String> statements,
      ObjectMapper json,
      Supplier<String> ids,
      Duration pause) {
    this.database = database;
    this.statements = statements;
    this.json = json;
    this.ids = ids;
    this.pause = pause;
  }

  /**
   * A difference that is on record.
   *
   * @param repairs how often a repair was tried
   * @param open whether it is one for certain, and nobody has dealt with it
   * @param news whether it has just become so
   */
  public record Recorded(
      String differenceId,
      DifferenceKind kind,
      String stripeObject,
      Repair repair,
      int repairs,
      boolean open,
      boolean news) {}

  /** Records all that a full look at one payment has found, nothing too; warns of what is new. */
  public List<Recorded> record(MoneyProof.Finding finding) {
    List<Recorded> recorded =
        database
            .sql(statements.apply("sql/proof/record-differences.sql"))
            .param("paymentId", finding.paymentId())
            .param("found", write(finding.differences().stream().map(this::row).toList()))
            .param("pauseMillis", pause.toMillis())
            .query((row, number) -> recorded(row))
            .list();
    for (Recorded difference : recorded) {
      if (difference.news()) {
        LOG.warn(
            "Stripe and the books differ: {} {} paymentId={} differenceId={}",
            difference.kind(),
            difference.stripeObject(),
            finding.paymentId(),
            difference.differenceId());
      }
    }
    return recorded;
  }

  /** The ids at Stripe that the differences of a payment speak of. */
  public List<String> objects(String paymentId) {
    return database
        .sql(statements.apply("sql/proof/list-objects-of-differences.sql"))
        .param("paymentId", paymentId)
        .query(String.class)
        .list();
  }

  /** The saga of a payment; empty when there is no such payment. */
  public Optional<String> saga(String paymentId) {
    return database
        .sql(statements.apply("sql/proof/find-saga-of-payment.sql"))
        .param("paymentId", paymentId)
        .query(String.class)
        .optional();
  }

  /**
   * Records that a repair was tried.
   *
   * @param error what it failed with, or null
   */
  public void repaired(String differenceId, String actor, String reason, String error) {
    database
        .sql(statements.apply("sql/proof/record-repair.sql"))
        .param("differenceId", differenceId)
        .param("actor", actor)
        .param("reason", reason)
        .param("error", error)
        .update();
  }

  private Map<String, Object> row(Difference difference) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", ids.get());
    row.put("kind", difference.kind());
    row.put("stripe_object", difference.stripeObject());
    row.put("evidence", difference.evidence());
    row.put("proposal", difference.proposal());
    row.put("repair", difference.repair());
    row.put("state", difference.settled() ? "OPEN" : "SUSPECTED");
    return row;
  }

  private static Recorded recorded(ResultSet row) throws SQLException {
    return new Recorded(
        row.getString("difference_id"),
        DifferenceKind.valueOf(row.getString("kind")),
        row.getString("stripe_object"),
        Repair.valueOf(row.getString("repair")),
        row.getInt("repairs"),
        row.getString("state").equals("OPEN"),
        row.getBoolean("news"));
  }

  private String write(Object value) {
    try {
      return json.writeValueAsString(value);
    } catch (JsonProcessingException unwritable) {
      throw new IllegalStateException("A difference cannot be written", unwritable);
    }
  }
}
