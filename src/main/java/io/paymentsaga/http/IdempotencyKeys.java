package io.paymentsaga.http;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * The keys callers have named their calls by, in the database all instances share. Each write joins
 * the transaction of the calling thread, and commits by itself when there is none.
 *
 * <p>Promises: of all calls under one key, one at a time works on it, and what it writes through
 * here has no effect once its lease is up and another has the key. It does not promise that a call
 * whose lease is up has stopped; whatever else it writes must bear to be written twice, or share a
 * transaction with what it writes here.
 */
public final class IdempotencyKeys {
  /** The exchange property with the {@link Claim}, while a call has one. */
  static final String CLAIM = "idempotencyClaim";

  private final String claimKey;
  private final String findKey;
  private final String tiePayment;
  private final String keepAnswer;
  private final String releaseKey;

  private final JdbcClient jdbc;
  private final Duration lease;
  private final Duration kept;
  private final Supplier<String> tokens;

  /**
   * @param statements the text of a statement by its path
   * @param lease how long a call has a key; longer than a call takes
   * @param kept how long a key is remembered from its first use
   */
  public IdempotencyKeys(
      DataSource dataSource,
      UnaryOperator<String> statements,
      Duration lease,
      Duration kept,
      Supplier<String> tokens) {
    claimKey = statements.apply("sql/idempotency/claim-key.sql");
    findKey = statements.apply("sql/idempotency/find-key.sql");
    tiePayment = statements.apply("sql/idempotency/tie-payment.sql");
    keepAnswer = statements.apply("sql/idempotency/keep-answer.sql");
    releaseKey = statements.apply("sql/idempotency/release-key.sql");
    this.jdbc = JdbcClient.create(dataSource);
    this.lease = lease;
    this.kept = kept;
    this.tokens = tokens;
  }

  /** How a key stands that could not be claimed; an answer is final. */
  record Standing(boolean same, Optional<Answer> answer, Duration held) {}

  /** Empty when the key is not to be had; {@link #standing} says why. */
  Optional<Claim> claim(IdempotencyKey key, String fingerprint) {
    String token = tokens.get();
    return jdbc.sql(claimKey)
        .param("caller", key.caller())
        .param("key", key.name())
        .param("fingerprint", fingerprint)
        .param("claim", token)
        .param("kept", kept.toMillis())
        .param("lease", lease.toMillis())
        .query((row, number) -> new Claim(key, token, row.getString("payment_id")))
        .optional();
  }

  /** Empty when the key has gone meanwhile. */
  Optional<Standing> standing(IdempotencyKey key, String fingerprint) {
    return jdbc.sql(findKey)
        .param("caller", key.caller())
        .param("key", key.name())
        .param("fingerprint", fingerprint)
        .query(IdempotencyKeys::standing)
        .optional();
  }

  private static Standing standing(ResultSet row, int number) throws SQLException {
    int status = row.getInt("status");
    Optional<Answer> answer =
        row.wasNull()
            ? Optional.empty()
            : Optional.of(
                new Answer(
                    status,
                    row.getString("content_type"),
                    row.getString("location"),
                    row.getString("body")));
    return new Standing(row.getBoolean("same"), answer, Duration.ofMillis(row.getLong("held")));
  }

  /**
   * The route step that ties the payment a call makes to the call's key, in the transaction that
   * makes it: whoever repeats the call goes on with this payment. Does nothing without a key.
   *
   * @throws ProblemException 409 when the key was taken over
   */
  public void tie(Exchange exchange, String paymentId) {
    Claim claim = exchange.getProperty(CLAIM, Claim.class);
    if (claim != null) {
      checkHeld(held(claim, tiePayment).param("paymentId", paymentId).update());
    }
  }

  /**
   * The route step that keeps the answer the exchange has come to, in the transaction of what is
   * answered. Does nothing without a key.
   *
   * @throws ProblemException 409 when the key was taken over
   */
  public void keep(Exchange exchange) {
    Claim claim = exchange.getProperty(CLAIM, Claim.class);
    if (claim != null) {
      checkHeld(keep(claim, Answer.of(exchange)));
      exchange.removeProperty(CLAIM);
    }
  }

  /** How many keys there are to keep it under: none when the key was taken over. */
  int keep(Claim claim, Answer answer) {
    return held(claim, keepAnswer)
        .param("status", answer.status())
        .param("contentType", answer.contentType())
        .param("location", answer.location(), Types.VARCHAR)
        .param("body", answer.body())
        .update();
  }

  void release(Claim claim) {
    held(claim, releaseKey).update();
  }

  private StatementSpec held(Claim claim, String statement) {
    return jdbc.sql(statement)
        .param("caller", claim.key().caller())
        .param("key", claim.key().name())
        .param("claim", claim.token());
  }

  private static void checkHeld(int rows) {
    if (rows != 1) {
      throw ProblemException.inProgress(Duration.ofSeconds(1));
    }
  }
}
